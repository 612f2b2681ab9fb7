//! What the threads of the daemon share, and what they tell one another through it.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, MutexGuard, PoisonError, mpsc::SyncSender},
};

use super::{
    config::ReadFile,
    health::Health,
    intake::Message,
    rules::{Count, Found, Refusal},
    status::{NAMES_MAX, Name, Rules, Status, Watching},
};
use crate::spool::{self, Bench, Ignore, Judge, Layout, Settle, State, clock, shown};

/// Shared by all threads.
pub(super) struct Shared {
    pub(super) layout: Layout,
    pub(super) intake: spool::Intake,
    pub(super) ignore: Ignore,
    pub(super) health: Arc<Health>,
    bench: Arc<Bench>,
    sender: SyncSender<Message>,
    judge: Mutex<Arc<dyn Judge>>,
    status: Mutex<Status>,
}

impl Shared {
    pub(super) fn new(
        (layout, intake, ignore): (Layout, spool::Intake, Ignore),
        health: Arc<Health>,
        bench: Arc<Bench>,
        sender: SyncSender<Message>,
        found: Found,
    ) -> Self {
        let Found { judge, count, failing, warnings } = found;
        let now = format!("{:.0}", clock::now());
        let rules = Rules {
            fingerprint: judge.ruleset(),
            loaded: now.clone(),
            generation: 1,
            asked: 0,
            answers: 0,
            count: count.all,
            own: count.own,
            failing: failing.as_ref().map(|failing| failing.reason.clone()),
            warnings,
            refused: None,
            error: failing.map(|failing| failing.detail),
        };
        let status = Status { pid: std::process::id(), started: now, rules, ..Status::default() };
        Self { layout, intake, ignore, health, bench, sender, judge: Mutex::new(judge), status: Mutex::new(status) }
    }

    /// The rules in use: each file is judged by one such snapshot.
    pub(super) fn judge(&self) -> Arc<dyn Judge> {
        Arc::clone(&lock(&self.judge))
    }

    /// Somebody wants the rules to be loaded again.
    pub(super) fn asked(&self) {
        lock(&self.status).rules.asked += 1;
    }

    /// Rules were loaded and are used from now on; so many had asked for it.
    pub(super) fn taken(&self, judge: Arc<dyn Judge>, count: Count, warnings: Vec<String>, answers: u64) {
        let mut status = lock(&self.status);
        let rules = &mut status.rules;
        rules.generation += 1;
        rules.answers += answers;
        rules.fingerprint = judge.ruleset();
        rules.loaded = format!("{:.0}", clock::now());
        (rules.count, rules.own) = (count.all, count.own);
        (rules.failing, rules.refused, rules.error) = (None, None, None);
        rules.warnings = warnings;
        *lock(&self.judge) = judge;
    }

    /// Rules could not be loaded or were not taken, and those before stay.
    pub(super) fn refused(&self, refusal: Refusal, answers: u64) {
        let mut status = lock(&self.status);
        status.rules.generation += 1;
        status.rules.answers += answers;
        status.rules.refused = Some(refusal.reason);
        status.rules.error = Some(refusal.detail);
    }

    /// Adds to a counter, of the status and of the journal (which counts verdicts by itself).
    pub(super) fn count(&self, name: &str, by: u64) {
        if by == 0 {
            return;
        }
        *lock(&self.status).counts.entry(name.to_owned()).or_default() += by;
        match name {
            "vanished" => self.bench.journal.count("vanished", by),
            "put-back" => self.bench.journal.count("put-back", by),
            "recovered" => self.bench.journal.count("recovered", by),
            "expired" => self.bench.journal.count("expired", by),
            "expired-rows" => self.bench.journal.count("expired-rows", by),
            _ => {}
        }
    }

    /// What the intake loop knows. `waits`: why it takes no files, and why claims are left.
    pub(super) fn tell_intake(&self, settle: &Settle, watch: &Watching, waits: [Option<&String>; 2], in_hand: usize) {
        let mut states = BTreeMap::<String, usize>::new();
        let mut names: Vec<(State, &std::path::Path, &spool::Entry)> = Vec::new();
        for (path, entry) in settle.names() {
            *states.entry(entry.state.as_str().to_owned()).or_default() += 1;
            // Many settle for a moment only; the others are listed first.
            if names.len() < NAMES_MAX || matches!(entry.state, State::Held | State::Stalled) {
                names.push((entry.state, path, entry));
            }
        }
        let unlisted = [(State::Settling, settle.beyond()), (State::Ignored, settle.ignored_beyond())];
        for (state, beyond) in unlisted.into_iter().chain(settle.apart()) {
            if beyond > 0 {
                // Known by number only.
                *states.entry(state.as_str().to_owned()).or_default() += beyond;
            }
        }
        names.sort_by_key(|(state, path, _)| (attention(*state), *path));
        names.truncate(NAMES_MAX);
        let names = names
            .into_iter()
            .map(|(state, path, entry)| Name {
                path: shown(path),
                state: state.as_str().to_owned(),
                reason: entry.reason.clone().into_owned(),
                since_ms: entry.since.millis(),
            })
            .collect();
        let mut status = lock(&self.status);
        status.states = states;
        status.names = names;
        status.watch = watch.clone();
        [status.paused, status.unfinished] = waits.map(Option::<&String>::cloned);
        status.in_hand = in_hand;
    }

    /// What confining itself came to, and the configuration file that was read.
    pub(super) fn started_by(&self, confined: String, configuration: Option<ReadFile>) {
        let mut status = lock(&self.status);
        (status.confined, status.configuration) = (confined, configuration);
    }

    /// These retention policies are on.
    pub(super) fn keeps(&self, policies: Vec<String>) {
        lock(&self.status).retention = policies;
    }

    /// Why the clock is not believed, and no policy applied.
    pub(super) fn doubts(&self, doubted: Option<String>) {
        lock(&self.status).doubted = doubted;
    }

    /// The daemon is stopping.
    pub(super) fn stopping(&self) {
        lock(&self.status).stopping = true;
    }

    /// Everything at once.
    pub(super) fn status(&self) -> Status {
        let now = (clock::now().to_string(), clock::Moment::now().millis());
        // It mends itself while nothing else happens.
        let journal_trouble = self.bench.journal.trouble();
        Status { written: now.0, written_ms: now.1, journal_trouble, ..lock(&self.status).clone() }
    }

    /// Makes the intake loop look round. If it has more messages than it can hold, it does so anyway.
    pub(super) fn wake(&self) {
        let _ = self.sender.try_send(Message::Wake);
    }
}

fn attention(state: State) -> u8 {
    match state {
        State::Held => 0,
        State::Stalled => 1,
        State::Claimed => 2,
        State::Settling => 3,
        State::Ignored => 4,
    }
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
