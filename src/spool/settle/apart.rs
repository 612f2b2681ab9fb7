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

/// What is known of a name.
#[derive(Debug, Clone, Copy)]
struct Known {
    state: State,
    retry: Moment,
    /// The sweep in which it was counted.
    sweep: u32,
}

/// What becomes of a name that was found, or to which something happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Turn {
    /// It is none of them.
    Other,
    /// It is one of them, and not yet to be tried again.
    Waits(State),
    /// It was one of them, and is tried again now.
    Again(State),
}

/// Those names.
#[derive(Debug, Default)]
pub(super) struct Apart {
    /// By the hash of the path, with a secret of this process; two of one hash wait for each other, no more.
    names: HashMap<u64, Known>,
    keys: RandomState,
    sweep: u32,
    /// Those whose time has come were forgotten since the last sweep began, to make room.
    pruned: bool,
    held: usize,
    stalled: usize,
}

impl Apart {
    /// A name that did not fit.
    pub(super) fn add(&mut self, path: &Path, state: State, now: Moment) {
        self.forget(path);
        *self.count(state) += 1;
        if self.names.len() >= REMEMBERED_MAX && !self.pruned {
            self.pruned = true;
            self.names.retain(|_, known| known.retry > now);
        }
        if self.names.len() < REMEMBERED_MAX {
            // In turns: no more of them than settle at a time, so that they keep no place from what is new.
            let turns = u32::try_from(1 + self.names.len() / SETTLING_MAX).unwrap_or(u32::MAX);
            let known = Known { state, retry: now + RETRY_MAX * turns, sweep: self.sweep };
            self.names.insert(self.keys.hash_one(path), known);
        }
    }

    /// A sweep found this name: it is counted in each once.
    pub(super) fn found(&mut self, path: &Path, now: Moment) -> Turn {
        let turn = self.turn(path, now);
        let sweep = self.sweep;
        if let Turn::Waits(state) = turn
            && let Some(known) = self.names.get_mut(&self.keys.hash_one(path))
            && known.sweep != sweep
        {
            known.sweep = sweep;
            *self.count(state) += 1;
        }
        turn
    }

    /// Whether this name is one of them, and its turn has come; then it is none of them any more.
    pub(super) fn turn(&mut self, path: &Path, now: Moment) -> Turn {
        let known = (!self.names.is_empty()).then(|| self.names.get(&self.keys.hash_one(path))).flatten();
        match known {
            None => Turn::Other,
            Some(Known { state, retry, .. }) if *retry > now => Turn::Waits(*state),
            Some(Known { state, .. }) => {
                let state = *state;
                self.forget(path);
                Turn::Again(state)
            }
        }
    }

    /// It is none of them any more.
    pub(super) fn forget(&mut self, path: &Path) {
        let known = (!self.names.is_empty()).then(|| self.names.remove(&self.keys.hash_one(path))).flatten();
        if let Some(known) = known.filter(|known| known.sweep == self.sweep) {
            let count = self.count(known.state);
            *count = count.saturating_sub(1);
        }
    }

    /// A full sweep begins: what lies there is counted anew.
    pub(super) fn begin_sweep(&mut self) {
        self.sweep = self.sweep.wrapping_add(1);
        self.pruned = false;
        (self.held, self.stalled) = (0, 0);
    }

    /// A full sweep that saw everything is over: what it did not find is gone.
    pub(super) fn end_sweep(&mut self) {
        self.names.retain(|_, known| known.sweep == self.sweep);
    }

    /// How many there are, as far as the last sweep saw.
    pub(super) fn counts(&self) -> [(State, usize); 2] {
        [(State::Held, self.held), (State::Stalled, self.stalled)]
    }

    fn count(&mut self, state: State) -> &mut usize {
        match state {
            State::Stalled => &mut self.stalled,
            _ => &mut self.held,
        }
    }
}
