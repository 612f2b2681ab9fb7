//! What the documents that are judged at the same time may take together. Whoever came first is let in first, so that a large
//! one does not wait until no small ones come any more.

use std::{
    fs,
    path::Path,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
};

use crate::engine::judge::{MEMORY_AT_MOST, memory_for};

/// Shared by the workers.
#[derive(Debug, Default)]
pub(super) struct Memory {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    taken: u64,
    /// Who came last, and whose turn it is.
    last: u64,
    turn: u64,
}

/// What one document may take; it is free again when this goes.
#[derive(Debug)]
pub(super) struct Taken<'m> {
    memory: &'m Memory,
    bytes: u64,
}

impl Memory {
    /// Waits until there is memory for judging a document of so many bytes, or nobody else takes any.
    pub(super) fn wait_for(&self, size: u64) -> Taken<'_> {
        let bytes = memory_for(size);
        let mut state = self.lock();
        let ticket = state.last;
        state.last += 1;
        while state.turn != ticket || (state.taken > 0 && state.taken.saturating_add(bytes) > MEMORY_AT_MOST) {
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
        state.turn += 1;
        state.taken += bytes;
        self.changed.notify_all();
        Taken { memory: self, bytes }
    }

    /// The same for a file; one that is too large is not read.
    pub(super) fn wait_for_file(&self, path: &Path, bytes_at_most: u64) -> Taken<'_> {
        let size = fs::metadata(path).map_or(0, |about| about.len());
        self.wait_for(if size > bytes_at_most { 0 } else { size })
    }

    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Taken<'_> {
    fn drop(&mut self) {
        self.memory.lock().taken -= self.bytes;
        self.memory.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::{
        sync::atomic::{AtomicU64, Ordering},
        thread,
    };

    use super::*;

    #[test]
    fn together_they_take_no_more_than_they_may_and_each_gets_its_turn() {
        let (memory, taken) = (Memory::default(), AtomicU64::new(0));
        let one = MEMORY_AT_MOST / memory_for(1);
        thread::scope(|scope| {
            for worker in 0..8 {
                let (memory, taken) = (&memory, &taken);
                scope.spawn(move || {
                    for round in 0..500 {
                        // A large one among many small ones; now and then one that is larger than all may be.
                        let size = if (round + worker) % 50 == 0 { one * 2 } else { one / (1 + round % 7) };
                        let held = memory.wait_for(size);
                        let now = taken.fetch_add(memory_for(size), Ordering::SeqCst) + memory_for(size);
                        assert!(now <= MEMORY_AT_MOST || now == memory_for(size), "{now}");
                        thread::yield_now();
                        taken.fetch_sub(memory_for(size), Ordering::SeqCst);
                        drop(held);
                    }
                });
            }
        });
        assert_eq!(memory.lock().taken, 0);
    }
}
