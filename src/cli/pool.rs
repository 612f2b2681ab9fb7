//! Work on many threads, results in order, memory bounded.

use std::{
    collections::VecDeque,
    sync::{Condvar, Mutex, MutexGuard, PoisonError},
    thread,
};

/// Jobs that a thread takes at once, when there are many: threads then seldom meet, and none is left with much to do when
/// the others have ended.
const AT_ONCE: usize = 4;

/// There are many when more than this have been begun for each of those; before, a few large documents might all go to
/// one thread.
const MANY: usize = 16;

/// Documents that are begun and not yet taken, for each worker.
pub(super) const IN_FLIGHT: usize = 16;

/// Runs `work` on every job on `workers` threads, of which this is one, and hands the results to `take` in the order of
/// the jobs, on this thread. At most `window` jobs are begun and not yet taken; their scratch space is used again.
///
/// # Errors
/// The first that `take` gives; then no further job is begun.
pub(super) fn in_order<J, S: Send + Default, E>(
    jobs: impl Iterator<Item = J> + Send,
    workers: usize,
    window: usize,
    work: impl Fn(J, &mut S) + Sync,
    mut take: impl FnMut(&mut S) -> Result<(), E>,
) -> Result<(), E> {
    let pool = Pool {
        queue: Mutex::new(Queue {
            jobs,
            ended: false,
            results: VecDeque::with_capacity(window),
            taken: 0,
            free: Vec::with_capacity(window),
            unused: window,
            waiting: 0,
        }),
        changed: Condvar::new(),
    };
    thread::scope(|scope| {
        for _ in 1..workers {
            scope.spawn(|| {
                let ending = Ending(&pool);
                while let Some(mut batch) = pool.begin() {
                    batch.run(&work);
                    pool.finish(batch);
                }
                drop(ending);
            });
        }
        let _ending = Ending(&pool);
        loop {
            match pool.begin_or_take() {
                Step::Run(mut batch) => {
                    batch.run(&work);
                    pool.finish(batch);
                }
                Step::Take(mut results) => {
                    results.iter_mut().try_for_each(&mut take)?;
                    pool.give_back(results);
                }
                Step::End => return Ok(()),
            }
        }
    })
}

/// What the threads share.
struct Pool<I, S> {
    queue: Mutex<Queue<I, S>>,
    /// Somebody who waits may have something to do.
    changed: Condvar,
}

struct Queue<I, S> {
    jobs: I,
    /// No further job is to be begun.
    ended: bool,
    /// Of all jobs that were begun and not taken, in their order; `None` while one is worked on.
    results: VecDeque<Option<S>>,
    /// How many jobs were taken before those.
    taken: usize,
    /// Scratch space that was used before.
    free: Vec<S>,
    /// How many more jobs may have scratch space.
    unused: usize,
    /// Threads that wait for a change.
    waiting: usize,
}

/// Jobs that one thread works on, the first of which has a number.
struct Batch<J, S> {
    first: usize,
    jobs: Vec<J>,
    scratch: Vec<S>,
}

enum Step<J, S> {
    Run(Batch<J, S>),
    Take(Vec<S>),
    End,
}

impl<J, I: Iterator<Item = J>, S: Default> Pool<I, S> {
    /// Some jobs, once there is room for their results; `None` when there are no more.
    fn begin(&self) -> Option<Batch<J, S>> {
        let mut queue = self.queue();
        loop {
            if let Some(batch) = queue.begin() {
                return Some(batch);
            }
            if queue.ended {
                return None;
            }
            queue = self.wait(queue);
        }
    }

    /// Results that are next in order; else some jobs.
    fn begin_or_take(&self) -> Step<J, S> {
        let mut queue = self.queue();
        loop {
            let ready = queue.results.iter().take_while(|result| result.is_some()).count();
            if ready > 0 {
                queue.taken += ready;
                return Step::Take(queue.results.drain(..ready).flatten().collect());
            }
            if let Some(batch) = queue.begin() {
                return Step::Run(batch);
            }
            if queue.ended && queue.results.is_empty() {
                return Step::End;
            }
            queue = self.wait(queue);
        }
    }

    fn finish(&self, batch: Batch<J, S>) {
        let mut queue = self.queue();
        let first = batch.first - queue.taken;
        for (place, scratch) in batch.scratch.into_iter().enumerate() {
            // Unless nobody wants any more.
            if let Some(result) = queue.results.get_mut(first + place) {
                *result = Some(scratch);
            }
        }
        self.tell(&queue);
    }

    fn give_back(&self, scratch: Vec<S>) {
        let mut queue = self.queue();
        queue.free.extend(scratch);
        self.tell(&queue);
    }
}

impl<I, S> Pool<I, S> {
    fn queue(&self) -> MutexGuard<'_, Queue<I, S>> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn wait<'q>(&self, mut queue: MutexGuard<'q, Queue<I, S>>) -> MutexGuard<'q, Queue<I, S>> {
        queue.waiting += 1;
        let mut queue = self.changed.wait(queue).unwrap_or_else(PoisonError::into_inner);
        queue.waiting -= 1;
        queue
    }

    /// Wakes those who wait; without any, that would be a call of the kernel for nothing.
    fn tell(&self, queue: &Queue<I, S>) {
        if queue.waiting > 0 {
            self.changed.notify_all();
        }
    }
}

impl<J, I: Iterator<Item = J>, S: Default> Queue<I, S> {
    fn begin(&mut self) -> Option<Batch<J, S>> {
        let first = self.taken + self.results.len();
        let mut batch = Batch { first, jobs: Vec::new(), scratch: Vec::new() };
        let at_once = (first / MANY).clamp(1, AT_ONCE);
        while batch.jobs.len() < at_once && !self.ended && self.free.len() + self.unused > 0 {
            let Some(job) = self.jobs.next() else {
                self.ended = true;
                break;
            };
            let scratch = self.free.pop().unwrap_or_else(|| {
                self.unused -= 1;
                S::default()
            });
            batch.jobs.push(job);
            batch.scratch.push(scratch);
            self.results.push_back(None);
        }
        (!batch.jobs.is_empty()).then_some(batch)
    }
}

impl<J, S> Batch<J, S> {
    fn run(&mut self, work: &impl Fn(J, &mut S)) {
        for (job, scratch) in self.jobs.drain(..).zip(&mut self.scratch) {
            work(job, scratch);
        }
    }
}

/// Ends the work when a thread ends, which is when there is no more, when a result could not be taken, or in a panic:
/// nobody is to wait for what does not come.
struct Ending<'p, I, S>(&'p Pool<I, S>);

impl<I, S> Drop for Ending<'_, I, S> {
    fn drop(&mut self) {
        let mut queue = self.0.queue();
        queue.ended = true;
        if thread::panicking() {
            queue.results.clear();
        }
        self.0.changed.notify_all();
    }
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicUsize, Ordering};

    use super::*;

    #[test]
    fn results_come_in_order_whatever_the_work_takes() {
        for workers in [1, 4] {
            let mut seen = Vec::new();
            let result: Result<(), ()> = in_order(
                0..500_u32,
                workers,
                8,
                |job, scratch: &mut u32| {
                    // Uneven on purpose.
                    *scratch = (0..(job * 7919) % 5000).fold(job, |sum, step| std::hint::black_box(sum ^ step ^ step));
                },
                |scratch| {
                    seen.push(*scratch);
                    Ok(())
                },
            );
            assert_eq!(result, Ok(()));
            assert_eq!(seen, (0..500).collect::<Vec<_>>());
        }
    }

    #[test]
    fn an_error_stops_the_feeding() {
        let begun = AtomicUsize::new(0);
        let jobs = (0..1_000_000).inspect(|_| _ = begun.fetch_add(1, Ordering::Relaxed));
        let result = in_order(
            jobs,
            2,
            4,
            |job, scratch: &mut u32| *scratch = job,
            |scratch| if *scratch == 3 { Err(3) } else { Ok(()) },
        );
        assert_eq!(result, Err(3));
        assert!(begun.load(Ordering::Relaxed) < 20, "{begun:?}");
    }

    #[test]
    fn nothing_to_do() {
        let result: Result<(), ()> = in_order(std::iter::empty::<u32>(), 3, 9, |_, _: &mut u32| {}, |_| Err(()));
        assert_eq!(result, Ok(()));
    }

    #[test]
    fn no_more_are_begun_than_the_window_has_room_for() {
        let (begun, most) = (AtomicUsize::new(0), AtomicUsize::new(0));
        let jobs = (0..300).inspect(|_| _ = begun.fetch_add(1, Ordering::Relaxed));
        let mut taken = 0;
        let result: Result<(), ()> = in_order(
            jobs,
            3,
            6,
            |_, _: &mut u32| {},
            |_| {
                most.fetch_max(begun.load(Ordering::Relaxed) - taken, Ordering::Relaxed);
                taken += 1;
                Ok(())
            },
        );
        assert_eq!((result, taken), (Ok(()), 300));
        assert!(most.into_inner() <= 6);
    }

    #[test]
    #[should_panic = "a scoped thread panicked"]
    fn a_panic_on_another_thread_ends_the_run() {
        let this = thread::current().id();
        let result: Result<(), ()> =
            in_order(0.., 2, 4, |_: u32, _: &mut u32| assert_eq!(thread::current().id(), this), |_| Ok(()));
        assert_eq!(result, Ok(()));
    }
}
