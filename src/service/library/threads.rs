//! Hands for loading and checking rules: threads that end with their work.

use std::{
    num::NonZero,
    panic::resume_unwind,
    sync::atomic::{AtomicUsize, Ordering},
    thread,
};

use crate::engine::rules::Hands;

/// More would wait for the largest file, and each has memory of its own.
const AT_MOST: usize = 4;

/// So many threads, the one that asks among them.
#[derive(Debug, Clone, Copy)]
pub(super) struct Threads(usize);

impl Threads {
    /// As many as this process has processors.
    pub(super) fn available() -> Self {
        Self(thread::available_parallelism().map_or(1, NonZero::get).min(AT_MOST))
    }
}

impl Hands for Threads {
    fn share(&self, parts: usize, work: &(dyn Fn(usize) + Sync)) {
        let next = AtomicUsize::new(0);
        let take = || {
            loop {
                let part = next.fetch_add(1, Ordering::Relaxed);
                if part >= parts {
                    return;
                }
                work(part);
            }
        };
        thread::scope(|scope| {
            let others = 1..self.0.min(parts);
            // Where no more threads may be started, those that there are do all.
            let others: Vec<_> = others.map_while(|_| thread::Builder::new().spawn_scoped(scope, take).ok()).collect();
            take();
            for other in others {
                if let Err(panic) = other.join() {
                    resume_unwind(panic);
                }
            }
        });
    }
}

#[cfg(test)]
mod tests {
    use std::{
        collections::HashSet,
        panic::{AssertUnwindSafe, catch_unwind},
        sync::{Barrier, Mutex},
    };

    use super::*;

    #[test]
    fn each_part_is_done_once_however_many_threads_there_are() {
        for (threads, parts) in [(1, 0), (4, 0), (1, 9), (2, 1), (2, 1000), (4, 3), (9, 500)] {
            let done: Vec<AtomicUsize> = (0..parts).map(|_| AtomicUsize::new(0)).collect();
            Threads(threads).share(parts, &|part| _ = done[part].fetch_add(1, Ordering::Relaxed));
            assert!(done.iter().all(|times| times.load(Ordering::Relaxed) == 1), "{threads} threads, {parts} parts");
        }
    }

    #[test]
    fn parts_are_done_at_the_same_time() {
        // Neither part ends before the other one has begun.
        let (both, who) = (Barrier::new(2), Mutex::new(HashSet::new()));
        Threads(2).share(2, &|_| {
            both.wait();
            who.lock().unwrap().insert(thread::current().id());
        });
        assert_eq!(who.into_inner().unwrap().len(), 2);
    }

    #[test]
    fn a_panic_goes_on_to_whoever_asked() {
        let both = Barrier::new(2);
        // Once on the thread that asks, and once on the other.
        let asking = thread::current().id();
        for on_asking in [true, false] {
            let work = |part: usize| {
                if part < 2 {
                    both.wait();
                    assert!((thread::current().id() == asking) != on_asking, "as it was to be");
                }
            };
            let panic = catch_unwind(AssertUnwindSafe(|| Threads(2).share(9, &work))).unwrap_err();
            assert!(panic.downcast_ref::<&str>().is_some_and(|told| told.contains("as it was to be")), "{on_asking}");
        }
    }
}
