//! Work on many threads, results in order, memory bounded.

use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError, mpsc},
    thread,
};

/// Runs `work` on every job on `workers` threads, and hands the results to `take` in the order of the jobs, on this
/// thread. At most `window` jobs are begun and not yet taken; their scratch space is used again.
///
/// # Errors
/// The first that `take` gives; then no further job is begun.
pub(in crate::cli) fn in_order<J: Send, S: Send + Default, E>(
    jobs: impl Iterator<Item = J> + Send,
    workers: usize,
    window: usize,
    work: impl Fn(J, &mut S) + Sync,
    mut take: impl FnMut(&mut S) -> Result<(), E>,
) -> Result<(), E> {
    thread::scope(|scope| {
        let (free, scratch) = mpsc::sync_channel(window);
        let (begin, begun) = mpsc::sync_channel(window);
        let (finish, finished) = mpsc::channel();
        for _ in 0..window {
            // There is room for all of them, and the receiver is right here.
            let _ = free.send(S::default());
        }
        scope.spawn(move || {
            for (number, job) in jobs.enumerate() {
                let Ok(scratch) = scratch.recv() else { return };
                if begin.send((number, job, scratch)).is_err() {
                    return;
                }
            }
        });
        let begun = std::sync::Arc::new(Mutex::new(begun));
        for _ in 0..workers {
            let (begun, finish, work) = (std::sync::Arc::clone(&begun), finish.clone(), &work);
            scope.spawn(move || {
                loop {
                    let next = begun.lock().unwrap_or_else(PoisonError::into_inner).recv();
                    let Ok((number, job, mut scratch)) = next else { return };
                    work(job, &mut scratch);
                    if finish.send((number, scratch)).is_err() {
                        return;
                    }
                }
            });
        }
        // So that the last worker to end ends the loop below, and so that the feeder stops when the workers are gone.
        drop((finish, begun));
        let mut early = BTreeMap::new();
        let mut next = 0;
        for (number, scratch) in finished {
            early.insert(number, scratch);
            while let Some(mut scratch) = early.remove(&next) {
                take(&mut scratch)?;
                next += 1;
                // Nobody wants it any more when all jobs are begun.
                let _ = free.send(scratch);
            }
        }
        Ok(())
    })
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
}
