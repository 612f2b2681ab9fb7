//! Held and stalled names that did not fit into the table: known by a hash of their path and when to try them again, so that
//! neither their memory nor looking at them again and again has no end.

use std::{
    collections::HashMap,
    hash::{BuildHasher, RandomState},
    path::Path,
};

use super::{
    SETTLING_MAX,
    entry::{RETRY_MAX, State},
};
use crate::spool::clock::Moment;

/// Names that are remembered; of further ones nothing is known, and each sweep finds them as if they were new.
const REMEMBERED_MAX: usize = 1 << 18;

/// Those names.
#[derive(Debug, Default)]
pub(super) struct Apart {
    /// By the hash of the path, with a secret of this process; two of one hash wait for each other, no more.
    names: HashMap<u64, (State, Moment)>,
    keys: RandomState,
    held: usize,
    stalled: usize,
}

impl Apart {
    /// A name that did not fit.
    pub(super) fn add(&mut self, path: &Path, state: State, now: Moment) {
        self.count(state);
        if self.names.len() >= REMEMBERED_MAX {
            self.names.retain(|_, (_, retry)| *retry > now);
        }
        if self.names.len() < REMEMBERED_MAX {
            // In turns: no more of them than settle at a time, so that they keep no place from what is new.
            let turns = u32::try_from(1 + self.names.len() / SETTLING_MAX).unwrap_or(u32::MAX);
            self.names.insert(self.keys.hash_one(path), (state, now + RETRY_MAX * turns));
        }
    }

    /// A sweep found this name: whether it is one of them, and not yet to be tried again.
    pub(super) fn waits(&mut self, path: &Path, now: Moment) -> bool {
        if self.names.is_empty() {
            return false;
        }
        let key = self.keys.hash_one(path);
        match self.names.get(&key) {
            Some((state, retry)) if *retry > now => {
                self.count(*state);
                true
            }
            Some(_) => {
                self.names.remove(&key);
                false
            }
            None => false,
        }
    }

    /// Whether this name is one that somebody keeps open, and not yet to be tried again.
    pub(super) fn is_stalled(&self, path: &Path, now: Moment) -> bool {
        let known = (!self.names.is_empty()).then(|| self.names.get(&self.keys.hash_one(path))).flatten();
        known.is_some_and(|(state, retry)| *state == State::Stalled && *retry > now)
    }

    /// Something happened to this name.
    pub(super) fn forget(&mut self, path: &Path) {
        if !self.names.is_empty() {
            self.names.remove(&self.keys.hash_one(path));
        }
    }

    /// A full sweep begins: what lies there is counted anew.
    pub(super) fn begin_sweep(&mut self) {
        (self.held, self.stalled) = (0, 0);
    }

    /// How many there are, as far as the last sweep saw.
    pub(super) fn counts(&self) -> [(State, usize); 2] {
        [(State::Held, self.held), (State::Stalled, self.stalled)]
    }

    fn count(&mut self, state: State) {
        match state {
            State::Held => self.held += 1,
            _ => self.stalled += 1,
        }
    }
}
