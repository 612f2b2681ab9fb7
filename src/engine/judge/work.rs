//! The budget of one document: counted, not timed, so that the same input always ends the same way. What a count cannot
//! bound (a pattern that is slow for its length) is ended by whoever has a clock, and asked us to judge.

use std::{cell::Cell, fmt};

/// What a test costs beside the bytes that it reads.
const BASE: usize = 16;

/// What a place of a literal costs: it is looked at, and noted down.
pub(super) const FOUND_COST: usize = 48;

/// What a pattern costs that a literal calls to a line: with it a spent budget of the ordinary size has noted down 64 MiB of them.
pub(super) const CALL_COST: usize = 240;

/// Work between two questions whether to stop: well under a millisecond of ordinary patterns.
const ASK_EVERY: u64 = 1 << 16;

/// Asked now and then, between two tests, whether to stop judging. The engine itself reads no clock.
#[derive(Clone, Copy)]
pub struct Stop<'s>(&'s dyn Fn() -> bool);

impl<'s> Stop<'s> {
    /// When `asked` says so. Once it does, it is not asked again.
    pub fn when(asked: &'s dyn Fn() -> bool) -> Self {
        Self(asked)
    }

    /// Never: the document is judged to its end.
    pub fn never() -> Self {
        Self(&|| false)
    }
}

impl fmt::Debug for Stop<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Stop")
    }
}

/// Work done and work allowed, in bytes times patterns tried.
#[derive(Debug)]
pub(super) struct Work<'s> {
    done: Cell<u64>,
    limit: u64,
    stop: Stop<'s>,
    ask_at: Cell<u64>,
    stopped: Cell<bool>,
    exhausted: Cell<bool>,
}

impl<'s> Work<'s> {
    /// Nothing done yet.
    pub(super) fn up_to(limit: u64, stop: Stop<'s>) -> Self {
        Self {
            done: Cell::new(0),
            limit,
            stop,
            ask_at: Cell::new(ASK_EVERY),
            stopped: Cell::new(false),
            exhausted: Cell::new(false),
        }
    }

    /// Counts a test that reads so many bytes.
    pub(super) fn charge(&self, bytes: usize) {
        let done = self.done.get().saturating_add(bytes.saturating_add(BASE) as u64);
        self.done.set(done);
        if done >= self.ask_at.get() {
            self.ask();
        }
    }

    /// Spends all that is left: something could not be done.
    pub(super) fn exhaust(&self) {
        self.exhausted.set(true);
    }

    /// Begins anew, with all that may be done.
    pub(super) fn restart(&self) {
        self.done.set(0);
        self.ask_at.set(ASK_EVERY);
        self.exhausted.set(false);
    }

    /// Asks at once whether to stop: after a step that is not counted.
    #[cold]
    pub(super) fn ask(&self) {
        self.ask_at.set(self.done.get().saturating_add(ASK_EVERY));
        if !self.stopped.get() {
            self.stopped.set((self.stop.0)());
        }
    }

    /// Whether nothing more is to be done: the budget is spent, or we were told to stop.
    pub(super) fn is_spent(&self) -> bool {
        self.done.get() > self.limit || self.stopped.get() || self.exhausted.get()
    }

    /// Whether we were told to stop.
    pub(super) fn is_stopped(&self) -> bool {
        self.stopped.get()
    }

    /// What was done.
    #[cfg(test)]
    pub(super) fn done(&self) -> u64 {
        self.done.get()
    }

    /// The budget.
    pub(super) fn limit(&self) -> u64 {
        self.limit
    }
}
