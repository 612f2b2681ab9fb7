//! Taking files in hand, what was left in claims first, and hearing what became of them.

use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use tracing::{debug, error, info, warn};

use super::Intake;
use crate::{
    engine::judge::{MEMORY_AT_MOST, memory_for},
    service::workers::{Done, Job},
    spool::{Bench, Claim, Class, Fault, Fingerprint, Incomplete, Look, Waiting, clock::Moment, shown},
};

/// Files in hand at once, if what judging them may take is no more than [`MEMORY_AT_MOST`]; one file is always allowed. Each is two
/// handles, and three when it is published with a copy: a process has 1,024 where nobody says otherwise.
const IN_HAND_MAX: usize = 192;

/// Looks at what is left in claims before a drain ends; each after a round.
const LAST_ROUNDS: u32 = 4;

/// Looks at files between two rounds.
const LOOKS: usize = 256;

/// Room that is left free in every destination, beside what the file in hand needs.
const RESERVE: u64 = 4 << 20;

/// Room that is asked for at once, and how long the answer holds: a burst need not ask for each of its files.
const ROOM: u64 = 64 << 20;
const ROOM_HOLDS: Duration = Duration::from_millis(100);

/// Pauses after the disk was found full.
const PAUSE_MIN: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_secs(60);

/// What is known of the room in the destinations.
#[derive(Debug, Default)]
pub(super) struct Room {
    asked: Moment,
    left: u64,
}

impl Room {
    /// Fails when there is no room for `bytes` beside the reserve.
    fn check(&mut self, bytes: u64, now: Moment, bench: &Bench) -> Result<(), Fault> {
        if now.since(self.asked) >= ROOM_HOLDS || self.left < bytes.max(1) {
            let ample = bench.check_room(bytes.saturating_add(ROOM + RESERVE)).is_ok();
            (self.asked, self.left) = (now, if ample { ROOM + bytes } else { 0 });
            if !ample {
                return bench.check_room(bytes.saturating_add(RESERVE));
            }
        }
        self.left -= bytes;
        Ok(())
    }
}

impl Intake {
    /// Takes up what lies in claims that nobody works on.
    pub(super) fn take_up_left(&mut self) {
        let Some(inbox) = &self.inbox else { return };
        let (in_hand, recovered) = (&self.in_hand, &self.recovered);
        let (left, fault) = inbox.left(|id| in_hand.contains_key(id) || recovered.iter().any(|claim| claim.id() == id));
        let alive = || self.shared.health.beat();
        let (claims, completed) = self.bench.recover(left, &alive);
        // Whoever begins another may be interrupted at any time, and what was held may be gone by then.
        let (told, waiting) = match self.bench.complete_interrupted(&alive) {
            Err(Incomplete::Away(waiting)) => (Ok(()), waiting),
            told => (told.map(drop), Vec::new()),
        };
        self.waits(waiting);
        let unfinished = match (fault, completed.and(told)) {
            (Some(fault), _) => Some(format!("failed to {fault}")),
            (None, Err(incomplete)) => Some(incomplete.to_string()),
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

    /// These files are held in what is not mounted at present. It may stay away for long, and keeps nobody from anything else.
    fn waits(&mut self, waiting: Vec<Waiting>) {
        for file in waiting.iter().filter(|file| !self.waiting.contains(file)) {
            warn!("{file}");
        }
        self.waiting = waiting;
    }

    /// At the end of a drain: whether nothing is left in claims, or trying again is of no use.
    pub(super) fn has_finished(&mut self) -> bool {
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

    pub(super) fn can_take(&self) -> bool {
        let now = (self.clock)();
        self.inbox.is_some()
            && !self.alone
            && self.paused.as_ref().is_none_or(|(until, _)| *until <= now)
            && self.in_hand.len() < IN_HAND_MAX
            && self.next.as_ref().is_none_or(|(_, seen)| self.fits(seen.size()))
    }

    /// Whether there is memory for judging a file of this size beside those in hand.
    fn fits(&self, size: u64) -> bool {
        self.in_hand.is_empty()
            || self.in_hand.values().sum::<u64>().saturating_add(self.weight(size)) <= MEMORY_AT_MOST
    }

    /// What a file in hand may take; one that is too large is not read.
    fn weight(&self, size: u64) -> u64 {
        if size > self.bench.bytes_at_most { 0 } else { memory_for(size) }
    }

    /// Claims of dead daemons come first. One under whose judging a daemon died is judged alone, so that no other
    /// file is counted guilty of the next death.
    pub(super) fn take_recovered(&mut self) {
        while self.can_take()
            && self.recovered.front().is_some_and(|claim| match claim.tries() {
                0 => self.fits(claim.size()),
                _ => self.in_hand.is_empty(),
            })
        {
            let Some(claim) = self.recovered.pop_front() else { return };
            self.alone = claim.tries() > 0;
            self.settle.recovered(claim.path(), (self.clock)());
            let size = claim.size();
            self.give(claim, size);
        }
    }

    /// Claims what is complete.
    pub(super) fn take_ready(&mut self) {
        for _ in 0..LOOKS {
            if !self.can_take() || !self.recovered.is_empty() {
                return;
            }
            let Some(inbox) = &self.inbox else { return };
            let now = (self.clock)();
            if let Some((path, seen)) = self.next.take() {
                self.claim(path, &seen, now);
                continue;
            }
            let Some(look) = inbox.look(&mut self.settle, now) else { return };
            // A look that leads to nothing can still change the state of a name.
            self.changed = true;
            let Some(look) = look else { continue };
            match look {
                // It is claimed in the next turn, or when there is memory for it; nothing overtakes it.
                Look::Ready(path, seen) => self.next = Some((path, seen)),
                Look::Vanished => self.shared.count("vanished", 1),
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
        let needed = seen.size().saturating_mul(2);
        let room = self.room.check(needed, now, &self.bench);
        // One for which alone there is no room keeps nobody from the others.
        if let Err(fault) = &room
            && self.bench.check_room(RESERVE).is_ok()
        {
            return self.hold(&path, fault, now);
        }
        match room.and_then(|()| inbox.claim(&path, seen)) {
            Ok(claim) => {
                self.paused = None;
                self.settle.claimed(&path, now);
                self.give(claim, seen.size());
            }
            Err(fault) => self.failed(&path, &fault, now),
        }
    }

    fn give(&mut self, claim: Claim, size: u64) {
        self.in_hand.insert(claim.id().to_owned(), self.weight(size));
        self.hands.give(Job { claim, judge: self.shared.judge() });
    }

    /// A file could not be taken, or is back in the inbox.
    fn failed(&mut self, path: &Path, fault: &Fault, now: Moment) {
        match fault.class() {
            Class::Gone => {
                self.settle.vanished(path);
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
            _ => self.hold(path, fault, now),
        }
    }

    fn hold(&mut self, path: &Path, fault: &Fault, now: Moment) {
        if self.settle.hold(path, fault, now) {
            match fault.class() {
                Class::Broken => error!(file = %shown(path), "held: failed to {fault}"),
                _ => warn!(file = %shown(path), "held: failed to {fault}"),
            }
        }
    }

    pub(super) fn done(&mut self, done: Done, now: Moment) {
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
            Done::Lost { id, path } => {
                self.in_hand.remove(&id);
                error!(file = %shown(&path), "working on it failed (a panic); this is a fault of siftd; it stays claimed and is tried again");
                self.settle.released(&path, now);
                self.sweep_due = self.sweep_due.min(now + PAUSE_MAX);
            }
            Done::Failed(refused) => {
                let (claim, fault) = *refused;
                self.in_hand.remove(claim.id());
                let path = claim.path().to_owned();
                if !claim.holds_file() {
                    // It was published, and only a last step failed: the next sweep finds the empty claim.
                    error!(file = %shown(&path), "failed to {fault}");
                    self.settle.released(&path, now);
                    self.sweep_soon(now);
                    return;
                }
                if fault.is_late() {
                    error!(file = %shown(&path), "failed to {fault}; whether it went on cannot be told or mended at present; it stays claimed and is tried again");
                    self.settle.released(&path, now);
                    self.sweep_due = self.sweep_due.min(now + PAUSE_MAX);
                    return;
                }
                let fault = fault.beside();
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
}
