//! Threads that stand ready to wait for the disk: starting and ending one for each group costs more than the waiting.

use std::{
    sync::{
        Arc, Condvar, Mutex, OnceLock, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering},
        mpsc::{self, Receiver, Sender},
    },
    thread,
};

use rustix::io::{Errno, Result};

use super::sync::Unsynced;

/// Threads that wait for the disk at once, the one that asks included.
const THREADS_MAX: usize = 16;

/// What is to be made durable together.
struct Batch {
    all: Vec<Unsynced>,
    /// The next one that nobody has taken.
    next: AtomicUsize,
    done: Mutex<Done>,
    ended: Condvar,
}

struct Done {
    results: Vec<Result<()>>,
    left: usize,
}

impl Batch {
    /// Takes one after the other until none is left.
    fn work(&self) {
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(unsynced) = self.all.get(number) else { return };
            // Not durable, until it says so: a thread that dies of it (none does) leaves nobody waiting.
            let mut answer = Answer { batch: self, number, result: Err(Errno::IO) };
            answer.result = unsynced.sync();
        }
    }
}

/// What came of one of a batch; given when it goes, however that comes about.
struct Answer<'b> {
    batch: &'b Batch,
    number: usize,
    result: Result<()>,
}

impl Drop for Answer<'_> {
    fn drop(&mut self) {
        let mut done = self.batch.done.lock().unwrap_or_else(PoisonError::into_inner);
        done.results[self.number] = self.result;
        done.left -= 1;
        if done.left == 0 {
            self.batch.ended.notify_all();
        }
    }
}

/// The threads. They hold a batch only while they work on it: whoever asked is not kept from closing its files by one that comes late.
struct Syncers {
    batches: Sender<Weak<Batch>>,
    count: usize,
}

impl Syncers {
    /// The threads of this process, started when they are first needed.
    fn standing() -> &'static Mutex<Self> {
        static STANDING: OnceLock<Mutex<Syncers>> = OnceLock::new();
        STANDING.get_or_init(|| Mutex::new(Self::start()))
    }

    /// Where no thread is to be had, there are fewer, or none.
    fn start() -> Self {
        let (batches, queue) = mpsc::channel();
        let queue = Arc::new(Mutex::new(queue));
        let started = (1..THREADS_MAX).map_while(|number| {
            let queue = Arc::clone(&queue);
            thread::Builder::new().name(format!("sync-{number}")).spawn(move || serve(&queue)).ok()
        });
        Self { count: started.count(), batches }
    }
}

fn serve(queue: &Mutex<Receiver<Weak<Batch>>>) {
    loop {
        let batch = queue.lock().unwrap_or_else(PoisonError::into_inner).recv();
        match batch {
            Ok(batch) => {
                if let Some(batch) = batch.upgrade() {
                    batch.work();
                }
            }
            Err(_) => return,
        }
    }
}

/// Makes all of them durable, many at a time; for each what came of it, in order.
pub(super) fn sync_together(all: Vec<Unsynced>) -> Vec<Result<()>> {
    let count = all.len();
    let done = Mutex::new(Done { results: vec![Err(Errno::IO); count], left: count });
    let batch = Arc::new(Batch { all, next: AtomicUsize::new(0), done, ended: Condvar::new() });
    {
        let syncers = Syncers::standing().lock().unwrap_or_else(PoisonError::into_inner);
        for _ in 0..syncers.count.min(count - 1) {
            let _ = syncers.batches.send(Arc::downgrade(&batch));
        }
    }
    batch.work();
    let done = batch.done.lock().unwrap_or_else(PoisonError::into_inner);
    let mut done = batch.ended.wait_while(done, |done| done.left > 0).unwrap_or_else(PoisonError::into_inner);
    std::mem::take(&mut done.results)
}

#[cfg(test)]
mod tests {
    use std::{fs::File, time::Duration};

    use super::*;

    #[test]
    fn one_that_dies_leaves_nobody_waiting() {
        let dir = tempfile::tempdir().unwrap();
        let all = (0..3).map(|number| File::create(dir.path().join(number.to_string())).unwrap());
        let all: Vec<Unsynced> = all.map(|file| Unsynced::Bytes(Arc::new(file))).collect();
        let done = Mutex::new(Done { results: vec![Err(Errno::IO); all.len()], left: all.len() });
        let batch = Arc::new(Batch { all, next: AtomicUsize::new(1), done, ended: Condvar::new() });
        let dying = Arc::clone(&batch);
        let died = thread::spawn(move || {
            let _answer = Answer { batch: &dying, number: 0, result: Err(Errno::IO) };
            panic!("as a sync never does");
        });
        assert!(died.join().is_err());
        batch.work();
        let done = batch.done.lock().unwrap_or_else(PoisonError::into_inner);
        let (done, late) = batch.ended.wait_timeout_while(done, Duration::from_secs(60), |done| done.left > 0).unwrap();
        assert!(!late.timed_out());
        assert_eq!(done.results, [Err(Errno::IO), Ok(()), Ok(())]);
    }
}
