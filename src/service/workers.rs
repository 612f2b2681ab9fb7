//! The threads that judge (as many as there are cores: it takes thought) and those that publish (they wait for the disk,
//! and take everything that waits with them).

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, Sender, TryRecvError},
    },
    thread::{self, JoinHandle},
};

use tracing::{info, warn};

use super::health::Health;
use crate::spool::{Bench, Case, Claim, Ended, Judge, Outcome, Refused, shown};

/// Threads that publish: one for files of ordinary size, in groups that wait for the disk once, and one for large ones,
/// so that a copy that takes minutes keeps nobody waiting.
pub(super) const PUBLISHERS: usize = 2;

/// Files from this size on, in bytes, are large.
const LARGE: u64 = 4 << 20;

/// Files that are published together at most.
const GROUP_MAX: usize = 96;

/// From this many bytes on, a group waits for no further file: a thread gives a sign of life after each group, and each of the
/// files may have to be copied.
const GROUP_BYTES: u64 = 256 << 20;

/// A claim to be judged, by these rules.
pub(super) struct Job {
    pub(super) claim: Claim,
    pub(super) judge: Arc<dyn Judge>,
}

/// What became of a claim.
pub(super) enum Done {
    /// It is where it belongs.
    Published(Box<Outcome>),
    /// It is still a claim.
    Failed(Refused),
    /// It was not begun, because siftd is stopping.
    Kept(Box<Claim>),
    /// Working on it failed where nothing may fail: it lies where it lay, and nobody has it in hand.
    Lost {
        /// The claim.
        id: String,
        /// Its file.
        path: PathBuf,
    },
}

/// Who works on claims.
pub(super) trait Hands: Send {
    /// Hands over a job. It never waits: the intake bounds how many there are.
    fn give(&self, job: Job);
}

/// The threads.
pub(super) struct Workers {
    jobs: Option<Sender<Job>>,
    threads: Vec<JoinHandle<()>>,
}

type Shared<T> = Arc<Mutex<Receiver<T>>>;

impl Workers {
    /// Starts `judges` and [`PUBLISHERS`] threads. `done` hears of every job.
    pub(super) fn start(
        judges: usize,
        bench: &Arc<Bench>,
        health: &Arc<Health>,
        stopping: &Arc<AtomicBool>,
        done: impl Fn(Done) + Clone + Send + 'static,
    ) -> std::io::Result<Self> {
        let (jobs, queue) = mpsc::channel::<Job>();
        let queue: Shared<Job> = Arc::new(Mutex::new(queue));
        let (lanes, judged): (Vec<_>, Vec<_>) = (0..PUBLISHERS).map(|_| mpsc::channel::<Case>()).unzip();
        let mut threads = Vec::new();
        for number in 0..judges {
            let (queue, lanes, done) = (Arc::clone(&queue), lanes.clone(), done.clone());
            let (bench, health, stopping) = (Arc::clone(bench), Arc::clone(health), Arc::clone(stopping));
            threads.push(
                thread::Builder::new()
                    .name(format!("judge-{number}"))
                    .spawn(move || judge(&queue, &lanes, &bench, &stopping, || health.busy(number), &done))?,
            );
        }
        for (number, judged) in judged.into_iter().enumerate() {
            let (bench, health, done) = (Arc::clone(bench), Arc::clone(health), done.clone());
            threads.push(thread::Builder::new().name(format!("publish-{number}")).spawn(move || {
                let number = judges + number;
                publish(&judged, &bench, || health.busy(number), &|| health.alive(number), &done);
            })?);
        }
        Ok(Self { jobs: Some(jobs), threads })
    }
}

impl Hands for Workers {
    fn give(&self, job: Job) {
        if let Some(jobs) = &self.jobs {
            // The receiver lives as long as the threads do.
            let _ = jobs.send(job);
        }
    }
}

impl Drop for Workers {
    fn drop(&mut self) {
        self.jobs = None;
        for thread in self.threads.drain(..) {
            let _ = thread.join();
        }
    }
}

/// One at a time waits for the queue, the others for their turn to wait.
fn next<T>(queue: &Shared<T>) -> Option<T> {
    queue.lock().unwrap_or_else(PoisonError::into_inner).recv().ok()
}

fn judge<B>(
    queue: &Shared<Job>,
    lanes: &[Sender<Case>],
    bench: &Bench,
    stopping: &AtomicBool,
    busy: impl Fn() -> B,
    done: &impl Fn(Done),
) {
    while let Some(Job { claim, judge }) = next(queue) {
        if stopping.load(Ordering::Acquire) {
            done(Done::Kept(Box::new(claim)));
            continue;
        }
        let lost = Done::Lost { id: claim.id().to_owned(), path: claim.path().to_owned() };
        let busy = busy();
        // A thread that dies would take its file along, and the last one all others.
        let judged = catch_unwind(AssertUnwindSafe(|| bench.judge(claim, &*judge)));
        drop(busy);
        match judged {
            Ok(Ok(case)) => {
                let lane = if case.size() < LARGE { lanes.first() } else { lanes.last() };
                if let Some(lane) = lane {
                    // The receiver lives as long as its sender.
                    let _ = lane.send(case);
                }
            }
            Ok(Err(refused)) => done(Done::Failed(refused)),
            Err(_) => done(lost),
        }
    }
}

/// Publishes what waits, together. That files are done is written down with the next group, or at once when there is none.
fn publish<B>(
    judged: &Receiver<Case>,
    bench: &Bench,
    busy: impl Fn() -> B,
    alive: &(dyn Fn() + Sync),
    done: &impl Fn(Done),
) {
    let mut before: Vec<Ended> = Vec::new();
    loop {
        let first = match judged.try_recv() {
            Ok(case) => case,
            Err(TryRecvError::Disconnected) if before.is_empty() => return,
            Err(_) if !before.is_empty() => {
                let lost: Vec<Done> = before.iter().map(lost_end).collect();
                let busy = busy();
                let ended = catch_unwind(AssertUnwindSafe(|| bench.end(std::mem::take(&mut before))));
                drop(busy);
                match ended {
                    Ok(outcomes) => tell_all(outcomes, done),
                    Err(_) => lost.into_iter().for_each(done),
                }
                continue;
            }
            Err(_) => match judged.recv() {
                Ok(case) => case,
                Err(_) => return,
            },
        };
        let cases = group(first, judged, Case::size);
        let lost = cases.iter().map(|case| Done::Lost { id: case.id().to_owned(), path: case.path().to_owned() });
        let mut lost: Vec<Done> = lost.chain(before.iter().map(lost_end)).collect();
        let now = cases.len();
        let busy = busy();
        // A thread that dies would take its files along, and all others.
        let published = catch_unwind(AssertUnwindSafe(|| {
            let (outcomes, begun) = bench.begin(std::mem::take(&mut before), cases);
            // They make room for the next ones while these wait for the disk.
            lost.truncate(now);
            tell_all(outcomes, done);
            bench.publish_all(begun, alive)
        }));
        drop(busy);
        let Ok((ended, refused)) = published else {
            lost.into_iter().for_each(done);
            continue;
        };
        before = ended;
        refused.into_iter().for_each(|refused| done(Done::Failed(refused)));
    }
}

/// The first and what waits behind it, as far as it is not too much to be done in one go.
fn group<T>(first: T, waiting: &Receiver<T>, size: impl Fn(&T) -> u64) -> Vec<T> {
    let mut bytes = size(&first);
    let mut group = vec![first];
    while group.len() < GROUP_MAX && bytes < GROUP_BYTES {
        let Ok(next) = waiting.try_recv() else { break };
        bytes = bytes.saturating_add(size(&next));
        group.push(next);
    }
    group
}

fn lost_end(ended: &Ended) -> Done {
    let entry = &ended.outcome().entry;
    Done::Lost { id: entry.id.clone(), path: entry.path.clone() }
}

/// What cannot be told to people is done all the same: neither is it kept from being heard of, nor what was begun meanwhile from
/// going on.
fn tell_all(outcomes: Vec<Outcome>, done: &impl Fn(Done)) {
    for outcome in outcomes {
        let _ = catch_unwind(AssertUnwindSafe(|| tell(&outcome)));
        done(Done::Published(Box::new(outcome)));
    }
}

/// One line a file.
fn tell(outcome: &Outcome) {
    let entry = &outcome.entry;
    let to = [&entry.curated, &entry.aside].into_iter().flatten().next();
    info!(
        file = %shown(&entry.path),
        verdict = %entry.verdict,
        rules = %entry.rules.join(","),
        bytes = entry.size,
        settled = %entry.settled,
        "judged"
    );
    if let Some(to) = to
        && to.file_name() != entry.path.file_name()
    {
        warn!(file = %shown(&entry.path), to = %shown(to), "its name was taken; it has another one now");
    }
}

#[cfg(test)]
mod tests {
    use std::{cell::RefCell, fs, path::Path};

    use tracing_subscriber::{Layer, layer::SubscriberExt};

    use super::*;
    use crate::spool::{Fingerprint, Ignore, Inbox, Judged, Moving, Ruling, Unjudged};

    /// Nothing is wrong with any file.
    struct Passing;

    impl Judge for Passing {
        fn judge(&self, _: &Path, _: Vec<u8>, _: &dyn Fn() -> bool) -> Judged {
            Judged { ruling: Ruling::Pass, report: Vec::new(), rules: Vec::new(), ruleset: String::new() }
        }

        fn unjudged(&self, path: &Path, _: u64, _: Unjudged) -> Judged {
            self.judge(path, Vec::new(), &|| false)
        }

        fn ruleset(&self) -> String {
            String::new()
        }
    }

    /// A log that cannot be written to.
    struct Broken;

    impl<S: tracing::Subscriber> Layer<S> for Broken {
        fn on_event(&self, _: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
            panic!("nobody hears it");
        }
    }

    #[test]
    fn what_is_done_is_heard_and_what_was_begun_goes_on_where_it_cannot_be_told() {
        let dir = tempfile::tempdir().unwrap();
        let (layout, bench) = Bench::below(dir.path(), Moving::Rename);
        let inbox = Inbox::open(&layout.inbox, Ignore::new(&[]).unwrap()).unwrap();
        let case = |name: &str| {
            fs::write(layout.inbox.join(name), name).unwrap();
            let seen = Fingerprint::of(&rustix::fs::stat(layout.inbox.join(name)).unwrap());
            bench.judge(inbox.claim(Path::new(name), &seen).unwrap(), &Passing).unwrap()
        };
        let (sender, judged) = mpsc::channel();
        sender.send(case("a.txt")).unwrap();
        // The second one comes when the first one is being published.
        let next = RefCell::new(Some((case("b.txt"), sender)));
        let come = || {
            if let Some((case, sender)) = next.take() {
                sender.send(case).unwrap();
            }
        };
        let heard = RefCell::new(Vec::new());
        let hear = |done| match done {
            Done::Published(outcome) => heard.borrow_mut().push(outcome.entry.path),
            Done::Failed(refused) => panic!("{}", refused.1),
            Done::Kept(_) => panic!("nothing stops"),
            Done::Lost { path, .. } => panic!("{} is lost", path.display()),
        };
        let broken = tracing_subscriber::registry().with(Broken);
        tracing::subscriber::with_default(broken, || publish(&judged, &bench, come, &|| (), &hear));
        assert_eq!(heard.into_inner(), [Path::new("a.txt"), Path::new("b.txt")]);
        assert!(["a.txt", "b.txt"].iter().all(|name| layout.curated.join(name).is_file()));
    }

    #[test]
    fn small_files_go_together_and_huge_ones_alone() {
        let groups = |sizes: &[u64]| {
            let (sender, waiting) = mpsc::channel();
            sizes.iter().for_each(|size| sender.send(*size).unwrap());
            let mut groups = Vec::new();
            while let Ok(first) = waiting.try_recv() {
                groups.push(group(first, &waiting, |size| *size).len());
            }
            groups
        };
        assert_eq!(groups(&[1000; 200]), [96, 96, 8]);
        assert_eq!(groups(&[LARGE - 1; 65]), [65]);
        assert_eq!(groups(&[100 << 20; 7]), [3, 3, 1]);
        assert_eq!(groups(&[u64::MAX, 1 << 40, 1, u64::MAX, 1]), [1, 1, 2, 1]);
    }
}
