//! The budget of one document: counted, not timed, so that the same input always ends the same way.

use std::cell::Cell;

/// What a test costs beside the bytes that it reads.
const BASE: usize = 16;

/// Work done and work allowed, in bytes times patterns tried.
#[derive(Debug)]
pub(super) struct Work {
    done: Cell<u64>,
    limit: u64,
}

impl Work {
    /// Nothing done yet.
    pub(super) fn up_to(limit: u64) -> Self {
        Self { done: Cell::new(0), limit }
    }

    /// Counts a test that reads so many bytes.
    pub(super) fn charge(&self, bytes: usize) {
        self.done.set(self.done.get().saturating_add((bytes + BASE) as u64));
    }

    /// Whether the budget is spent.
    pub(super) fn is_spent(&self) -> bool {
        self.done.get() > self.limit
    }

    /// The budget.
    pub(super) fn limit(&self) -> u64 {
        self.limit
    }
}
