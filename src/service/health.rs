//! Signs of life: who is still working, and who is stuck.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use crate::spool::clock::Moment;

/// What each thread last said of itself. Shared by all of them.
#[derive(Debug)]
pub(super) struct Health {
    loop_beat: AtomicU64,
    busy_since: Vec<AtomicU64>,
}

/// One thread's sign of life while it works on a file; the end of the work is its drop.
#[derive(Debug)]
pub(super) struct Busy<'h> {
    slot: &'h AtomicU64,
}

impl Health {
    /// For this many working threads.
    pub(super) fn new(threads: usize) -> Self {
        let busy_since = (0..threads).map(|_| AtomicU64::new(0)).collect();
        Self { loop_beat: AtomicU64::new(Moment::now().millis()), busy_since }
    }

    /// The intake loop came round.
    pub(super) fn beat(&self) {
        self.loop_beat.store(Moment::now().millis(), Ordering::Relaxed);
    }

    /// Thread `number` begins to work on a file.
    pub(super) fn busy(&self, number: usize) -> Option<Busy<'_>> {
        let slot = self.busy_since.get(number)?;
        slot.store(Moment::now().millis().max(1), Ordering::Relaxed);
        Some(Busy { slot })
    }

    /// Thread `number`, which is at work, has done another piece of it.
    pub(super) fn alive(&self, number: usize) {
        if let Some(slot) = self.busy_since.get(number)
            && slot.load(Ordering::Relaxed) != 0
        {
            slot.store(Moment::now().millis().max(1), Ordering::Relaxed);
        }
    }

    /// Why the daemon makes no progress: the intake loop, or a thread at its work, has given no sign of life for longer
    /// than `limit`.
    pub(super) fn stuck(&self, limit: Duration) -> Option<String> {
        let now = Moment::now();
        let since = |millis: u64| now.since(Moment::from_millis(millis));
        let silent = since(self.loop_beat.load(Ordering::Relaxed));
        if silent > limit {
            return Some(format!("the intake loop has been silent for {} s", silent.as_secs()));
        }
        self.busy_since.iter().find_map(|slot| {
            let begun = slot.load(Ordering::Relaxed);
            (begun != 0 && since(begun) > limit)
                .then(|| format!("a worker has given no sign of life for {} s", since(begun).as_secs()))
        })
    }
}

impl Drop for Busy<'_> {
    fn drop(&mut self) {
        self.slot.store(0, Ordering::Relaxed);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_worker_that_does_one_piece_after_the_other_is_not_stuck() {
        let health = Health::new(1);
        let said = || health.busy_since[0].load(Ordering::Relaxed);
        let busy = health.busy(0);
        let begun = said();
        while Moment::now().millis() == begun {
            std::thread::yield_now();
        }
        assert_eq!(said(), begun);
        health.alive(0);
        assert!(said() > begun);
        drop(busy);
        health.alive(0);
        assert_eq!(said(), 0, "one that does nothing cannot be stuck");
    }

    #[test]
    fn a_worker_that_never_ends_is_stuck() {
        let health = Health::new(1);
        assert_eq!(health.stuck(Duration::from_secs(60)), None);
        let busy = health.busy(0);
        while health.stuck(Duration::ZERO).is_none() {
            health.beat();
            std::thread::yield_now();
        }
        drop(busy);
        assert_eq!(health.stuck(Duration::from_secs(60)), None);
    }
}
