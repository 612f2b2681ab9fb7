//! The loop that takes files in: one owner of everything that is known about the inbox. Others send it messages.

#[cfg(test)]
mod model;
mod sweeping;
mod taking;

use std::{
    collections::{HashMap, VecDeque},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{Receiver, SyncSender},
    },
    time::Duration,
};

use super::{
    shared::Shared,
    watching::Watcher,
    workers::{Done, Hands},
};
use crate::spool::{Bench, Claim, Events, Fingerprint, Hint, Inbox, Settle, Waiting, clock::Moment};

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

/// The loop comes round at least this often, to show that it lives.
const ROUND: Duration = Duration::from_secs(1);

/// What is known of the inbox is told at most this often.
const REPORT: Duration = Duration::from_millis(500);

/// The loop's state.
pub(super) struct Intake {
    shared: Arc<Shared>,
    bench: Arc<Bench>,
    hands: Box<dyn Hands>,
    clock: fn() -> Moment,
    messages: Receiver<Message>,
    pub(super) inbox: Option<Inbox>,
    pub(super) settle: Settle,
    watcher: Watcher,
    /// Claims that are worked on, by id, with the memory that each may take.
    in_hand: HashMap<String, u64>,
    /// A complete file that is claimed next, when there is memory for it.
    next: Option<(PathBuf, Fingerprint)>,
    recovered: VecDeque<Claim>,
    alone: bool,
    /// Why claims are left that nobody works on.
    pub(super) unfinished: Option<String>,
    /// Files that wait for what is not mounted.
    waiting: Vec<Waiting>,
    last_rounds: u32,
    looked: Moment,
    paused: Option<(Moment, String)>,
    pause: Duration,
    room: taking::Room,
    /// More files are held or stalled than are named.
    crowded: bool,
    sweep_due: Moment,
    changed: bool,
    reported: Moment,
}

impl Intake {
    pub(super) fn new(
        shared: Arc<Shared>,
        bench: Arc<Bench>,
        hands: Box<dyn Hands>,
        (events, clock): (Arc<dyn Events>, fn() -> Moment),
        (sender, messages): (SyncSender<Message>, Receiver<Message>),
    ) -> Self {
        let settle = Settle::new(&shared.intake);
        let now = clock();
        Self {
            watcher: Watcher::new(events, clock, sender, &shared.intake),
            shared,
            bench,
            hands,
            clock,
            messages,
            inbox: None,
            settle,
            in_hand: HashMap::new(),
            next: None,
            recovered: VecDeque::new(),
            alone: false,
            unfinished: None,
            waiting: Vec::new(),
            last_rounds: 0,
            looked: now,
            paused: None,
            pause: Duration::ZERO,
            room: taking::Room::default(),
            crowded: false,
            sweep_due: now,
            changed: true,
            reported: Moment::default(),
        }
    }

    /// Goes on until it is told to stop or, when it only drains the inbox, until nothing is left to wait for.
    pub(super) fn run(mut self, stopping: &AtomicBool, drain: bool) {
        loop {
            self.shared.health.beat();
            if stopping.load(Ordering::Acquire) {
                break;
            }
            self.round();
            self.report(false);
            if drain && self.is_drained() && self.has_finished() {
                break;
            }
            self.wait();
        }
        self.finish();
    }

    /// One round: everything that is due now.
    fn round(&mut self) {
        let now = (self.clock)();
        self.look_at_place(now);
        if self.watcher.check(now, self.inbox.as_ref()) {
            self.sweep_due = now;
        }
        if self.settle.wants_sweep() {
            self.sweep_due = self.sweep_due.min(self.watcher.soon(now, Duration::ZERO));
        }
        if self.watcher.is_lost() || now >= self.sweep_due {
            self.sweep_all(now);
        }
        self.take_recovered();
        self.take_ready();
    }

    /// Waits for the next message or the next thing to do.
    fn wait(&mut self) {
        let now = (self.clock)();
        let next = match self.can_take() && self.recovered.is_empty() {
            true => self.settle.next_due().unwrap_or(self.sweep_due).min(self.sweep_due),
            false => self.sweep_due,
        };
        if let Ok(message) = self.messages.recv_timeout(next.since(now).min(ROUND)) {
            self.hear(message);
            self.hear_waiting();
        }
    }

    /// Hears what waits to be heard, and not for ever.
    fn hear_waiting(&mut self) {
        for _ in 0..MESSAGES_MAX {
            let Ok(message) = self.messages.try_recv() else { break };
            self.hear(message);
        }
    }

    fn hear(&mut self, message: Message) {
        let now = (self.clock)();
        self.changed = true;
        match message {
            Message::Wake => {}
            Message::Done(done) => self.done(done, now),
            // Told on the watcher's thread already.
            Message::Hint(Hint::Alive) => {}
            Message::Hint(Hint::Folder(folder)) if folder.as_os_str().is_empty() => self.sweep_due = now,
            Message::Hint(Hint::Folder(folder)) => self.sweep_below(&folder, now),
            Message::Hint(Hint::Name(path, seen)) => {
                let Some(inbox) = &self.inbox else { return };
                match inbox.ignores(&path) {
                    // Whether it is still there, a sweep tells.
                    Some(_) => self.sweep_soon(now),
                    None => self.settle.hint(&path, seen, now),
                }
            }
        }
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

    /// Sweeps within a round, unless sweeps take long.
    fn sweep_soon(&mut self, now: Moment) {
        self.sweep_due = self.sweep_due.min(self.watcher.soon(now, ROUND));
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
                self.done(done, (self.clock)());
                self.report(false);
            }
        }
        self.report(true);
    }

    fn report(&mut self, force: bool) {
        let now = (self.clock)();
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
