//! The loop that takes files in: one owner of everything that is known about the inbox. Others send it messages.

mod sweeping;

use std::{
    collections::{HashMap, VecDeque},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, SyncSender},
    },
    time::Duration,
};

use tracing::{debug, error, info, warn};

use super::{
    shared::Shared,
    watching::Watcher,
    workers::{Done, Job, Workers},
};
use crate::spool::{
    Bench, Claim, Class, Fault, Fingerprint, Hint, Inbox, Look, Settle, clock::Moment, journal::Unwritten, shown,
};

/// What the loop hears.
pub(super) enum Message {
    /// From the watcher.
    Hint(Hint),
    /// From a worker.
    Done(Done),
    /// Something was asked of it (to stop); look round.
    Wake,
}

/// Messages that may wait; hints beyond are dropped, and a sweep makes up for them.
pub(super) const MESSAGES_MAX: usize = 1 << 16;

/// Files in hand at once, and their bytes; one file is always allowed.
const IN_HAND_MAX: usize = 64;
const BYTES_IN_HAND_MAX: u64 = 256 << 20;

/// The loop comes round at least this often, to show that it lives.
const ROUND: Duration = Duration::from_secs(1);

/// Looks at what is left in claims before a drain ends; each after a round.
const LAST_ROUNDS: u32 = 4;

/// What is known of the inbox is told at most this often.
const REPORT: Duration = Duration::from_millis(500);

/// Looks at files between two rounds.
const LOOKS: usize = 256;

/// Room that is left free in every destination, beside what the file in hand needs.
const RESERVE: u64 = 4 << 20;

/// Pauses after the disk was found full.
const PAUSE_MIN: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_secs(60);

/// The loop's state.
pub(super) struct Intake {
    shared: Arc<Shared>,
    bench: Arc<Bench>,
    workers: Workers,
    messages: Receiver<Message>,
    pub(super) inbox: Option<Inbox>,
    pub(super) settle: Settle,
    watcher: Watcher,
    in_hand: HashMap<String, u64>,
    recovered: VecDeque<Claim>,
    alone: bool,
    /// Why claims are left that nobody works on.
    pub(super) unfinished: Option<String>,
    last_rounds: u32,
    looked: Moment,
    paused: Option<(Moment, String)>,
    pause: Duration,
    sweep_due: Moment,
    changed: bool,
    reported: Moment,
}

impl Intake {
    pub(super) fn new(
        shared: Arc<Shared>,
        bench: Arc<Bench>,
        workers: Workers,
        messages: Receiver<Message>,
        sender: SyncSender<Message>,
    ) -> Self {
        let settle = Settle::new(&shared.intake);
        Self {
            watcher: Watcher::new(sender, &shared.intake),
            shared,
            bench,
            workers,
            messages,
            inbox: None,
            settle,
            in_hand: HashMap::new(),
            recovered: VecDeque::new(),
            alone: false,
            unfinished: None,
            last_rounds: 0,
            looked: Moment::now(),
            paused: None,
            pause: PAUSE_MIN,
            sweep_due: Moment::now(),
            changed: true,
            reported: Moment::default(),
        }
    }

    /// Goes on until it is told to stop or, when it only drains the inbox, until nothing is left to wait for.
    pub(super) fn run(mut self, stopping: &AtomicBool, drain: bool) {
        loop {
            self.shared.health.beat();
            let now = Moment::now();
            if stopping.load(Ordering::Acquire) {
                break;
            }
            self.look_at_place(now);
            if self.watcher.is_lost() || now >= self.sweep_due {
                self.sweep_all(now);
            }
            self.take_recovered();
            self.take_ready();
            self.report(false);
            if drain && self.is_drained() && self.has_finished() {
                break;
            }
            self.wait();
        }
        self.finish();
    }

    /// Waits for the next message or the next thing to do.
    fn wait(&mut self) {
        let now = Moment::now();
        let next = match self.can_take() && self.recovered.is_empty() {
            true => self.settle.next_due().unwrap_or(self.sweep_due).min(self.sweep_due),
            false => self.sweep_due,
        };
        let mut first = self.messages.recv_timeout(next.since(now).min(ROUND)).ok();
        let mut handled = 0;
        while let Some(message) = first.take().or_else(|| self.messages.try_recv().ok()) {
            self.hear(message);
            handled += 1;
            if handled == MESSAGES_MAX {
                break;
            }
        }
    }

    fn hear(&mut self, message: Message) {
        let now = Moment::now();
        self.changed = true;
        match message {
            Message::Wake => {}
            Message::Done(done) => self.done(done, now),
            Message::Hint(Hint::Folder(folder)) if folder.as_os_str().is_empty() => self.sweep_due = now,
            Message::Hint(Hint::Folder(folder)) => self.sweep_below(&folder, now),
            Message::Hint(Hint::Name(path, seen)) => {
                let Some(inbox) = &self.inbox else { return };
                match inbox.ignores(&path) {
                    // Whether it is still there, a sweep tells.
                    Some(_) => self.sweep_due = self.sweep_due.min(now + ROUND),
                    None => self.settle.hint(&path, seen, now),
                }
            }
        }
    }

    /// Takes up what lies in claims that nobody works on.
    fn take_up_left(&mut self) {
        let Some(inbox) = &self.inbox else { return };
        let (in_hand, recovered) = (&self.in_hand, &self.recovered);
        let (left, fault) = inbox.left(|id| in_hand.contains_key(id) || recovered.iter().any(|claim| claim.id() == id));
        let (claims, completed) = self.bench.recover(left);
        let unfinished = match (fault, completed) {
            (Some(fault), _) => Some(format!("failed to {fault}")),
            (None, Err(Unwritten)) => Some("the journal cannot be written; what it is to be told waits".into()),
            (None, Ok(())) => None,
        };
        if let Some(reason) = unfinished.as_ref().filter(|_| unfinished != self.unfinished) {
            error!("claims are left for later: {reason}");
        }
        self.unfinished = unfinished;
        if !claims.is_empty() {
            self.shared.count("recovered", claims.len() as u64);
            info!(files = claims.len(), "judging again what was left in claims");
        }
        self.recovered.extend(claims);
        self.recovered.make_contiguous().sort_by_key(Claim::tries);
    }

    /// At the end of a drain: whether nothing is left in claims, or trying again is of no use.
    fn has_finished(&mut self) -> bool {
        self.take_up_left();
        self.last_rounds += 1;
        if self.recovered.is_empty() && self.unfinished.is_none() {
            return true;
        }
        if self.last_rounds < LAST_ROUNDS {
            return false;
        }
        self.unfinished.get_or_insert_with(|| "files stay in claims that can be neither published nor put back".into());
        true
    }

    /// A look at the inbox itself, between sweeps: nothing is taken from one that was moved away.
    fn look_at_place(&mut self, now: Moment) {
        if now.since(self.looked) >= ROUND {
            self.looked = now;
            if self.inbox.as_ref().is_some_and(|inbox| !inbox.is_in_place()) {
                self.sweep_due = now;
            }
        }
    }

    fn can_take(&self) -> bool {
        let now = Moment::now();
        self.inbox.is_some()
            && !self.alone
            && self.paused.as_ref().is_none_or(|(until, _)| *until <= now)
            && self.in_hand.len() < IN_HAND_MAX
            && self.in_hand.values().sum::<u64>() < BYTES_IN_HAND_MAX
    }

    /// Claims of dead daemons come first. One under whose judging a daemon died is judged alone, so that no other
    /// file is counted guilty of the next death.
    fn take_recovered(&mut self) {
        while self.can_take()
            && self.recovered.front().is_some_and(|claim| claim.tries() == 0 || self.in_hand.is_empty())
        {
            let Some(claim) = self.recovered.pop_front() else { return };
            self.alone = claim.tries() > 0;
            self.settle.claimed(claim.path(), Moment::now());
            self.give(claim, 0);
        }
    }

    /// Claims what is complete.
    fn take_ready(&mut self) {
        for _ in 0..LOOKS {
            if !self.can_take() || !self.recovered.is_empty() {
                return;
            }
            let Some(inbox) = &self.inbox else { return };
            let now = Moment::now();
            let Some(look) = inbox.look(&mut self.settle, now) else { return };
            // A look that leads to nothing can still change the state of a name.
            self.changed = true;
            let Some(look) = look else { continue };
            match look {
                Look::Ready(path, seen) => self.claim(path, &seen, now),
                Look::Vanished(_) => self.shared.count("vanished", 1),
                Look::Folder(folder) => self.sweep_below(&folder, now),
                Look::Held(path, fault) => {
                    warn!(file = %shown(&path), "held: failed to {fault}");
                }
            }
        }
        // There is more; hear messages first.
        self.shared.wake();
    }

    fn claim(&mut self, path: PathBuf, seen: &Fingerprint, now: Moment) {
        let Some(inbox) = &self.inbox else { return };
        let claimed =
            self.bench.check_room(seen.size().saturating_mul(2) + RESERVE).and_then(|()| inbox.claim(&path, seen));
        match claimed {
            Ok(claim) => {
                self.paused = None;
                self.settle.claimed(&path, now);
                self.give(claim, seen.size());
            }
            Err(fault) => self.failed(&path, &fault, now),
        }
    }

    fn give(&mut self, claim: Claim, bytes: u64) {
        self.in_hand.insert(claim.id().to_owned(), bytes);
        self.workers.give(Job { claim, judge: self.shared.judge() });
    }

    /// A file could not be taken, or is back in the inbox.
    fn failed(&mut self, path: &Path, fault: &Fault, now: Moment) {
        match fault.class() {
            Class::Gone => {
                self.settle.released(path, now);
                self.shared.count("vanished", 1);
            }
            Class::Changed => self.settle.again(path, now),
            Class::NoRoom => {
                self.settle.again(path, now);
                let reason = format!("no room: failed to {fault}");
                if self.paused.is_none() {
                    self.pause = PAUSE_MIN;
                    error!("{reason}; files stay in the inbox until there is room");
                }
                self.paused = Some((now + self.pause, reason));
                self.pause = (self.pause * 2).min(PAUSE_MAX);
            }
            class => {
                if self.settle.hold(path, fault, now) {
                    match class {
                        Class::Broken => error!(file = %shown(path), "held: failed to {fault}"),
                        _ => warn!(file = %shown(path), "held: failed to {fault}"),
                    }
                }
            }
        }
    }

    fn done(&mut self, done: Done, now: Moment) {
        self.alone = false;
        match done {
            Done::Published(outcome) => {
                self.in_hand.remove(&outcome.entry.id);
                self.paused = None;
                self.shared.count(&outcome.entry.verdict, 1);
                self.settle.released(&outcome.entry.path, now);
            }
            Done::Kept(claim) => {
                self.in_hand.remove(claim.id());
                debug!(file = %shown(claim.path()), "kept for the next start");
            }
            Done::Failed(refused) => {
                let (claim, fault) = *refused;
                self.in_hand.remove(claim.id());
                let path = claim.path().to_owned();
                if !claim.holds_file() {
                    // It was published, and only a last step failed: the next sweep finds the empty claim.
                    error!(file = %shown(&path), "failed to {fault}");
                    self.settle.released(&path, now);
                    self.sweep_due = self.sweep_due.min(now + ROUND);
                    return;
                }
                self.shared.count("put-back", 1);
                match claim.put_back() {
                    Ok(back) => {
                        if back != path {
                            self.settle.released(&path, now);
                        }
                        self.failed(&back, &fault, now);
                    }
                    Err(back) => {
                        error!(file = %shown(&path), "failed to {fault}, then to {back}; it stays claimed and is tried again");
                        self.sweep_due = self.sweep_due.min(now + PAUSE_MAX);
                    }
                }
            }
        }
    }

    /// Whether nothing more is to be had by waiting.
    fn is_drained(&self) -> bool {
        let stuck = self.paused.as_ref().is_some() && self.in_hand.is_empty();
        stuck
            || (self.in_hand.is_empty()
                && self.recovered.is_empty()
                && self.inbox.is_some()
                && !self.settle.is_waiting())
    }

    /// Lets the steps in hand come to their end.
    fn finish(mut self) {
        self.report(true);
        while !self.in_hand.is_empty() {
            self.shared.health.beat();
            if let Ok(Message::Done(done)) = self.messages.recv_timeout(ROUND) {
                self.done(done, Moment::now());
                self.report(false);
            }
        }
        self.report(true);
    }

    fn report(&mut self, force: bool) {
        let now = Moment::now();
        if force || (self.changed && now.since(self.reported) >= REPORT) {
            self.changed = false;
            self.reported = now;
            self.shared.tell_intake(
                &self.settle,
                self.watcher.status(),
                [self.paused.as_ref().map(|(_, reason)| reason), self.unfinished.as_ref()],
                self.in_hand.len(),
            );
        }
    }
}
