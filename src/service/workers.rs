//! The threads that judge (as many as there are cores: it takes thought) and those that publish (more: they wait
//! for the disk, and only many waiting together make it fast).

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::PathBuf,
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, Receiver, Sender, SyncSender},
    },
    thread::{self, JoinHandle},
};

use tracing::{info, warn};

use super::health::Health;
use crate::spool::{Bench, Case, Claim, Judge, Outcome, Refused, shown};

/// Publishes in flight. Serially a disk makes about a hundred moves a second durable; sixteen together share
/// their commits.
pub const PUBLISHERS: usize = 16;

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
        // Judges wait when the disk is slower than they are.
        let (cases, judged) = mpsc::sync_channel::<Case>(PUBLISHERS);
        let judged: Shared<Case> = Arc::new(Mutex::new(judged));
        let mut threads = Vec::new();
        for number in 0..judges {
            let (queue, cases, done) = (Arc::clone(&queue), cases.clone(), done.clone());
            let (bench, health, stopping) = (Arc::clone(bench), Arc::clone(health), Arc::clone(stopping));
            threads.push(
                thread::Builder::new()
                    .name(format!("judge-{number}"))
                    .spawn(move || judge(&queue, &cases, &bench, &stopping, || health.busy(number), &done))?,
            );
        }
        for number in 0..PUBLISHERS {
            let (judged, done) = (Arc::clone(&judged), done.clone());
            let (bench, health) = (Arc::clone(bench), Arc::clone(health));
            threads.push(
                thread::Builder::new()
                    .name(format!("publish-{number}"))
                    .spawn(move || publish(&judged, &bench, || health.busy(judges + number), &done))?,
            );
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
    cases: &SyncSender<Case>,
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
                let _ = cases.send(case);
            }
            Ok(Err(refused)) => done(Done::Failed(refused)),
            Err(_) => done(lost),
        }
    }
}

fn publish<B>(judged: &Shared<Case>, bench: &Bench, busy: impl Fn() -> B, done: &impl Fn(Done)) {
    while let Some(case) = next(judged) {
        let lost = Done::Lost { id: case.id().to_owned(), path: case.path().to_owned() };
        let busy = busy();
        let published = catch_unwind(AssertUnwindSafe(|| bench.publish(case)));
        drop(busy);
        done(match published {
            Ok(Ok(outcome)) => {
                tell(&outcome);
                Done::Published(Box::new(outcome))
            }
            Ok(Err(refused)) => Done::Failed(refused),
            Err(_) => lost,
        });
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
