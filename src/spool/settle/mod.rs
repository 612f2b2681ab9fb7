//! Every name in the inbox and the state it is in; and when a file is complete.
//!
//! A file is complete when its fingerprint was steady for the settle time and nobody has it open for writing.
//! No event says that, and no file time compared with a clock.

mod apart;
mod entry;
mod look;

#[cfg(test)]
mod tests;

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    path::Path,
    sync::Arc,
    time::Duration,
};

use super::{clock::Moment, fault::Fault, layout::Intake};

use apart::{Apart, Turn};
pub use entry::{Entry, Seen, State};
pub use look::Look;

/// Names that settle at a time. Further ones are found by a sweep when there is room again: so memory is bounded, however
/// many files are dropped at once.
pub(super) const SETTLING_MAX: usize = 1 << 14;

/// Names that are left alone and remembered with the reason; further ones are counted.
const IGNORED_MAX: usize = 1 << 14;

/// Names that are held or stalled and remembered with the reason; further ones are counted, and tried again in turns.
pub const HELD_MAX: usize = 1 << 14;

/// All names, and when to look at which again.
#[derive(Debug, Default)]
pub struct Settle {
    names: HashMap<Arc<Path>, Entry>,
    queue: BinaryHeap<Reverse<(Moment, Arc<Path>)>>,
    settling: usize,
    /// Names that the last sweep found and that did not fit.
    beyond: usize,
    /// Names were seen that did not fit.
    more: bool,
    /// Names that are held or stalled, and those of them that did not fit.
    held: usize,
    apart: Apart,
    ignored: usize,
    /// Names that are left alone, and that the last sweep found beyond those that are remembered.
    ignored_beyond: usize,
    sweep: u32,
    settle: Duration,
    stalled_after: Duration,
}

impl Settle {
    /// With the times of `intake`.
    pub fn new(intake: &Intake) -> Self {
        Self { settle: intake.settle, stalled_after: intake.stalled_after, ..Self::default() }
    }

    /// Every name with its state.
    pub fn names(&self) -> impl Iterator<Item = (&Path, &Entry)> {
        self.names.iter().map(|(path, entry)| (&**path, entry))
    }

    /// Whether a file may still become complete by waiting.
    pub fn is_waiting(&self) -> bool {
        self.settling > 0 || self.more
    }

    /// Names that lie in the inbox and did not fit into the table yet, as far as the last sweep saw.
    pub fn beyond(&self) -> usize {
        self.beyond
    }

    /// Names that are left alone and are not remembered, as far as the last sweep saw.
    pub fn ignored_beyond(&self) -> usize {
        self.ignored_beyond
    }

    /// Names that are held, and that are stalled, and are not remembered, as far as the last sweep saw.
    pub fn apart(&self) -> [(State, usize); 2] {
        self.apart.counts()
    }

    /// Whether there is room again for names that did not fit: sweep.
    pub fn wants_sweep(&self) -> bool {
        self.more && self.settling <= SETTLING_MAX / 2
    }

    /// Something happened to `path`; it may be a file that is complete soon.
    pub fn hint(&mut self, path: &Path, seen: Seen, now: Moment) {
        let Some(entry) = self.names.get_mut(path) else {
            let turn = match seen {
                Seen::Swept => self.apart.found(path, now),
                _ => self.apart.turn(path, now),
            };
            match (turn, seen) {
                (Turn::Waits(_), Seen::Swept) => return,
                // Who keeps it open may write to it all the time.
                (Turn::Waits(State::Stalled), Seen::Written) => return,
                (Turn::Waits(_), _) => self.apart.forget(path),
                (Turn::Other | Turn::Again(_), _) => {}
            }
            if self.settling >= SETTLING_MAX {
                self.more = true;
                self.beyond += usize::from(seen == Seen::Swept);
                return;
            }
            let mut entry = Entry::new(seen, now, self.sweep);
            entry.stalled = turn == Turn::Again(State::Stalled);
            self.begin(path.into(), entry);
            return;
        };
        entry.sweep = self.sweep;
        match (entry.state, seen) {
            (State::Claimed, _) => {
                entry.again = Some(seen);
                return;
            }
            (State::Ignored, _) => {
                if let Some((path, entry)) = self.take(path) {
                    self.begin(path, Entry { since: entry.since, ..Entry::new(seen, now, self.sweep) });
                }
                return;
            }
            (_, Seen::Swept) => return,
            (_, Seen::Permitted) => {
                if let Some(held) = &mut entry.held {
                    held.retry = now;
                }
            }
            // The last event knows best: after a rename nothing need settle, after writing it must again.
            _ => entry.seen = seen,
        }
        let due = match entry.fingerprint {
            Some(_) => now + entry.seen.steady_for(self.settle),
            None => now,
        };
        if due < entry.due {
            entry.due = due;
            if let Some((path, _)) = self.names.get_key_value(path) {
                self.queue.push(Reverse((due, Arc::clone(path))));
            }
        }
    }

    fn begin(&mut self, path: Arc<Path>, entry: Entry) {
        self.queue.push(Reverse((entry.due, Arc::clone(&path))));
        self.put(path, entry);
    }

    fn put(&mut self, path: Arc<Path>, entry: Entry) {
        self.settling += usize::from(entry.state == State::Settling);
        self.held += usize::from(entry.is_held());
        self.ignored += usize::from(entry.state == State::Ignored);
        self.names.insert(path, entry);
    }

    fn take(&mut self, path: &Path) -> Option<(Arc<Path>, Entry)> {
        let (path, entry) = self.names.remove_entry(path)?;
        self.settling -= usize::from(entry.state == State::Settling);
        self.held -= usize::from(entry.is_held());
        self.ignored -= usize::from(entry.state == State::Ignored);
        Some((path, entry))
    }

    /// Changes the entry of `path`, which is made if there is none.
    fn change<T>(&mut self, path: &Path, now: Moment, change: impl FnOnce(&mut Entry) -> T) -> T {
        let (path, mut entry) = self.take_or_make(path, now);
        let changed = change(&mut entry);
        self.put(path, entry);
        changed
    }

    fn take_or_make(&mut self, path: &Path, now: Moment) -> (Arc<Path>, Entry) {
        let taken = self.take(path);
        let (path, mut entry) = taken.unwrap_or_else(|| (path.into(), Entry::new(Seen::Swept, now, self.sweep)));
        entry.sweep = self.sweep;
        (path, entry)
    }

    /// `path` is left alone.
    pub fn ignore(&mut self, path: &Path, reason: String, now: Moment) {
        if self.ignored >= IGNORED_MAX && !self.names.contains_key(path) {
            self.ignored_beyond += 1;
            return;
        }
        self.change(path, now, |entry| entry.to(State::Ignored, reason, now));
    }

    /// `path` is claimed now.
    pub fn claimed(&mut self, path: &Path, now: Moment) {
        self.change(path, now, |entry| entry.to(State::Claimed, "it is being judged and published", now));
    }

    /// A claim of `path` that was left before is worked on now; a file that has this name comes after it.
    pub fn recovered(&mut self, path: &Path, now: Moment) {
        let next = self.names.get(path).filter(|entry| entry.state != State::Claimed).map(|entry| entry.seen);
        self.claimed(path, now);
        if let Some(entry) = self.names.get_mut(path) {
            entry.again = entry.again.or(next);
        }
    }

    /// Nothing is called `path` any more.
    pub fn vanished(&mut self, path: &Path) {
        self.take(path);
    }

    /// The claim of `path` ended: the name is forgotten, unless it is in use again.
    pub fn released(&mut self, path: &Path, now: Moment) {
        // Of two claims the first one that ended leaves the name to the file that came after them.
        if self.names.get(path).is_some_and(|entry| entry.state != State::Claimed) {
            return;
        }
        if let Some(seen) = self.take(path).and_then(|(_, entry)| entry.again) {
            self.hint(path, seen, now);
        }
    }

    /// `path` could not be taken, or went back into the inbox, because of `fault`. Returns whether that is news to be told of
    /// this name; of those that do not fit the number is told.
    pub fn hold(&mut self, path: &Path, fault: &Fault, now: Moment) -> bool {
        let (path, mut entry) = self.take_or_make(path, now);
        let news = entry.hold(fault, now);
        if self.held >= HELD_MAX {
            self.apart.add(&path, State::Held, now);
            return false;
        }
        self.queue.push(Reverse((entry.due, Arc::clone(&path))));
        self.put(path, entry);
        news
    }

    /// `path` changed under our hands: it is to be looked at as if it had been found just now.
    pub fn again(&mut self, path: &Path, now: Moment) {
        self.take(path);
        self.hint(path, Seen::Swept, now);
    }

    /// A sweep found the file `path`.
    pub fn found(&mut self, path: &Path, now: Moment) {
        self.hint(path, Seen::Swept, now);
    }

    /// Begins a full sweep; [`Settle::end_sweep`] forgets the names that were not seen in it.
    pub fn begin_sweep(&mut self) {
        self.sweep = self.sweep.wrapping_add(1);
        (self.beyond, self.ignored_beyond, self.more) = (0, 0, false);
        self.apart.begin_sweep();
    }

    /// Ends a full sweep that saw everything.
    pub fn end_sweep(&mut self) {
        self.apart.end_sweep();
        let sweep = self.sweep;
        let (settling, held, ignored) = (&mut self.settling, &mut self.held, &mut self.ignored);
        self.names.retain(|_, entry| {
            let stays = entry.sweep == sweep || entry.state == State::Claimed;
            *settling -= usize::from(!stays && entry.state == State::Settling);
            *held -= usize::from(!stays && entry.is_held());
            *ignored -= usize::from(!stays && entry.state == State::Ignored);
            stays
        });
    }

    /// When there is something to look at next.
    pub fn next_due(&self) -> Option<Moment> {
        self.queue.peek().map(|Reverse((due, _))| *due)
    }
}
