//! Threads that stand ready to wait for the disk: starting and ending one for each group costs more than the waiting.

use std::{
    sync::{
        Arc, Condvar, Mutex, OnceLock, PoisonError, Weak,
        atomic::{AtomicUsize, Ordering},
        mpsc::{self, Receiver, Sender},
    },
    thread,
    time::{Duration, Instant},
};

use rustix::io::{Errno, Result};

use super::sync::Unsynced;

/// Threads that wait for the disk at once, the one that asks included, where it answers fast: more cost more than they save.
const THREADS_FAST: usize = 16;

/// The same where it is slow, one for each file of a full group: the disk serves all that wait together, and what waits for a
/// thread first waits for the disk twice. With 16, a group of 96 waited for it twelve times; with 96, twice.
const THREADS_SLOW: usize = 96;

/// From this time a sync on, a disk is slow.
const SLOW: Duration = Duration::from_micros(500);

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
    fn of(all: Vec<Unsynced>) -> Self {
        let done = Mutex::new(Done { results: vec![Err(Errno::IO); all.len()], left: all.len() });
        Self { all, next: AtomicUsize::new(0), done, ended: Condvar::new() }
    }

    /// Takes one after the other until none is left; how many that were.
    fn work(&self) -> u32 {
        let mut taken = 0;
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            let Some(unsynced) = self.all.get(number) else { return taken };
            taken += 1;
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
    queue: Arc<Mutex<Receiver<Weak<Batch>>>>,
    /// How many there are.
    count: usize,
    /// How many are wanted for a large batch.
    enough: usize,
}

impl Syncers {
    /// The threads of this process.
    fn standing() -> &'static Mutex<Self> {
        static STANDING: OnceLock<Mutex<Syncers>> = OnceLock::new();
        STANDING.get_or_init(|| Mutex::new(Self::none()))
    }

    /// None yet, and nothing known of the disk.
    fn none() -> Self {
        let (batches, queue) = mpsc::channel();
        Self { batches, queue: Arc::new(Mutex::new(queue)), count: 0, enough: THREADS_FAST }
    }

    /// Hands a batch to as many threads as may find work in it, started as they are first needed. Where none is to be had,
    /// there are fewer, or none.
    fn help(&mut self, batch: &Arc<Batch>) {
        let wanted = batch.all.len().min(self.enough).saturating_sub(1);
        while self.count < wanted {
            let (queue, name) = (Arc::clone(&self.queue), format!("sync-{}", self.count + 1));
            if thread::Builder::new().name(name).spawn(move || serve(&queue)).is_err() {
                break;
            }
            self.count += 1;
        }
        for _ in 0..self.count.min(wanted) {
            let _ = self.batches.send(Arc::downgrade(batch));
        }
    }

    /// Of a batch of `count`, one thread did so many in this time. A few files are served by few threads anyway, and tell little.
    fn learn(&mut self, count: usize, taken: u32, took: Duration) {
        if taken > 0 && count > THREADS_FAST {
            self.enough = if took < SLOW * taken { THREADS_FAST } else { THREADS_SLOW };
        }
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
    let batch = Arc::new(Batch::of(all));
    let syncers = || Syncers::standing().lock().unwrap_or_else(PoisonError::into_inner);
    syncers().help(&batch);
    let begun = Instant::now();
    let taken = batch.work();
    syncers().learn(count, taken, begun.elapsed());
    let done = batch.done.lock().unwrap_or_else(PoisonError::into_inner);
    let mut done = batch.ended.wait_while(done, |done| done.left > 0).unwrap_or_else(PoisonError::into_inner);
    std::mem::take(&mut done.results)
}

#[cfg(test)]
mod tests {
    use std::{fs::File, path::Path};

    use super::*;

    fn batch(at: &Path, count: usize) -> Batch {
        let files = (0..count).map(|number| File::create(at.join(number.to_string())).unwrap());
        Batch::of(files.map(|file| Unsynced::Bytes(Arc::new(file))).collect())
    }

    #[test]
    fn one_that_dies_leaves_nobody_waiting() {
        let dir = tempfile::tempdir().unwrap();
        let batch = Arc::new(batch(dir.path(), 3));
        batch.next.store(1, Ordering::Relaxed);
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

    #[test]
    fn there_are_as_many_as_a_slow_disk_serves_at_once_and_no_more() {
        let dir = tempfile::tempdir().unwrap();
        let mut syncers = Syncers::none();
        // Besides the one that asks, which does nothing here: they do it all.
        let help = |count, syncers: &mut Syncers| {
            let batch = Arc::new(batch(dir.path(), count));
            syncers.help(&batch);
            if count > 1 {
                let done = batch.done.lock().unwrap();
                let waited = batch.ended.wait_timeout_while(done, Duration::from_secs(60), |done| done.left > 0);
                assert_eq!(waited.unwrap().0.results, vec![Ok(()); count]);
            }
            syncers.count
        };
        assert_eq!([1, 2, 5, 3, 40, 200].map(|count| help(count, &mut syncers)), [0, 1, 4, 4, 15, 15]);
        // A few files tell nothing of the disk, nor does a batch that others did.
        syncers.learn(THREADS_FAST, 1, 100 * SLOW);
        syncers.learn(200, 0, 100 * SLOW);
        assert_eq!(help(200, &mut syncers), THREADS_FAST - 1);
        syncers.learn(200, 10, 10 * SLOW);
        assert_eq!([40, 96, 200, 5].map(|count| help(count, &mut syncers)), [39, 95, 95, 95]);
        // They stay, and are asked for no more than enough.
        syncers.learn(200, 10, 9 * SLOW);
        assert_eq!((syncers.enough, help(200, &mut syncers)), (THREADS_FAST, THREADS_SLOW - 1));
        let queue = Arc::clone(&syncers.queue);
        drop(syncers);
        let asked = Instant::now();
        while Arc::strong_count(&queue) > 1 {
            assert!(asked.elapsed().as_secs() < 60, "they go on without anybody to ask them");
            thread::yield_now();
        }
    }
}
