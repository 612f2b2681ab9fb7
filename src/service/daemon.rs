//! Starting everything, hearing signals, telling how things are, stopping.

use std::{
    collections::BTreeMap,
    error, fmt, io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc,
    },
    thread,
    time::Duration,
};

use tokio::{
    signal::unix::{SignalKind, signal},
    sync::oneshot,
    time::{Instant, MissedTickBehavior, interval, sleep_until},
};
use tracing::{debug, error, info, warn};

use super::{
    config::ReadFile,
    confine,
    health::Health,
    intake::{Intake, MESSAGES_MAX, Message},
    keeping::{self, Keeper},
    rules::{self, Ask, Count, RuleSource},
    shared::Shared,
    status::{self, Status},
    systemd,
    workers::{PUBLISHERS, Workers},
};
use crate::spool::{
    self, Bench, Destinations, Events, Fault, Ignore, Layout, LayoutError, Moving, Retention, StateFolder,
    clock::Moment, journal::Journal,
};

/// Time between two looks at how things are.
const TICK: Duration = Duration::from_millis(500);

/// A stop waits this long for files in hand; what is not finished then is taken up at the next start.
const GRACE: Duration = Duration::from_secs(20);

/// A thread that gives no sign of life for longer is stuck. Judging is bounded by `limits`; a copy between file systems gives
/// one with each block.
const STUCK: Duration = Duration::from_secs(900);

/// What to run.
pub struct Options {
    /// Where the folders are.
    pub layout: Layout,
    /// How files are taken in.
    pub intake: spool::Intake,
    /// Threads that judge.
    pub workers: usize,
    /// Drain the inbox and stop, instead of watching it.
    pub once: bool,
    /// Where events come from.
    pub events: Arc<dyn Events>,
    /// How files may be moved.
    pub moving: Moving,
    /// What is kept how long.
    pub retention: Retention,
    /// Where rules come from.
    pub rules: Arc<dyn RuleSource>,
    /// Whether to give up, by Landlock and for good, everything that is not needed.
    pub confine: bool,
    /// The configuration file that all this comes from; `status` tells when it was changed since.
    pub configuration: Option<ReadFile>,
}

impl fmt::Debug for Options {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Options").field("layout", &self.layout).field("once", &self.once).finish_non_exhaustive()
    }
}

/// What was done.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Summary {
    /// Files by verdict, and the other counters.
    pub counts: BTreeMap<String, u64>,
    /// How things stood at the end.
    pub status: Status,
}

/// Why it could not run.
#[derive(Debug)]
pub enum Error {
    /// The folders cannot be used.
    Layout(LayoutError),
    /// A file operation that everything depends on.
    Spool(Fault),
    /// Another daemon runs on this state folder.
    Running,
    /// The rules have errors; the text shows them.
    Rules(String),
    /// A thread or the signal handling could not be started.
    System(io::Error),
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Layout(error) => write!(f, "open the spool: {error}"),
            Self::Spool(fault) => write!(f, "{fault}"),
            Self::Running => write!(f, "start: another siftd runs on this spool; see `siftd status`"),
            Self::Rules(text) => write!(f, "load the rules:\n{text}"),
            Self::System(error) => write!(f, "start threads: {error}"),
        }
    }
}

impl error::Error for Error {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Layout(error) => Some(error),
            Self::Spool(fault) => Some(fault),
            Self::System(error) => Some(error),
            Self::Running | Self::Rules(_) => None,
        }
    }
}

impl From<LayoutError> for Error {
    fn from(error: LayoutError) -> Self {
        Self::Layout(error)
    }
}

impl From<Fault> for Error {
    fn from(fault: Fault) -> Self {
        Self::Spool(fault)
    }
}

/// Runs until SIGTERM or SIGINT, or until the inbox is drained.
///
/// # Errors
/// When it cannot start. Later troubles are held, told and retried.
pub fn run(options: Options) -> Result<Summary, Error> {
    let Options { layout, mut intake, workers, once, events, moving, retention, rules, confine, configuration } =
        options;
    layout.prepare()?;
    let boot = keeping::boot();
    // Before the first thread, which inherits it, and before the rules are read, so that the first load shows it.
    let confined = match confine {
        true => confine::confine(&layout, &rules.reads()),
        false => "landlock: switched off".to_owned(),
    };
    let ignore = Ignore::new(&intake.ignore)?;
    let state = StateFolder::open(&layout.state)?;
    // One that only drains may run beside a daemon: claims have one winner.
    let lock = if once { None } else { Some(state.lock()?.ok_or(Error::Running)?) };
    if lock.is_some() {
        // It names the process of a daemon before us, which whoever asks for a reload must not take for this one.
        state.remove(status::FILE)?;
    }
    if once {
        // Nobody wants to wait for a file that is never finished.
        intake.stalled_after = intake.stalled_after.min(intake.settle * 10);
    }
    let stamp = rules.stamp();
    let found = rules.load().map_err(|refusal| Error::Rules(refusal.detail))?;
    if let Some(failing) = &found.failing {
        // There are no rules before them to stay with.
        warn!("{}; the rules are used nevertheless\n{}", failing.reason, failing.detail);
    }
    for warning in &found.warnings {
        warn!("{warning}");
    }
    let count = found.count;
    let workers = workers.max(1);
    let bench = Arc::new(Bench {
        destinations: Destinations::new(layout.clone()),
        journal: Journal::open(&layout.state),
        bytes_at_most: intake.bytes_at_most,
        time_at_most: intake.time_at_most,
        moving,
    });
    // Before any file is taken; where it cannot be told, whoever takes files asks again.
    let starting = systemd::Starting::default();
    let _ = bench.complete_interrupted(&|| starting.goes_on());
    let health = Arc::new(Health::new(workers + PUBLISHERS));
    let stopping = Arc::new(AtomicBool::new(false));
    let (sender, messages) = mpsc::sync_channel(MESSAGES_MAX);
    let shared =
        Arc::new(Shared::new((layout, intake, ignore), Arc::clone(&health), Arc::clone(&bench), sender.clone(), found));
    shared.started_by(confined, configuration);
    info!(
        inbox = %spool::shown(&shared.layout.inbox),
        ruleset = %shared.status().rules.fingerprint,
        "{}",
        if once { "draining" } else { "starting" }
    );
    let done = sender.clone();
    let workers = Workers::start(workers, &bench, &health, &stopping, move |result| {
        // The loop hears until it knows that nothing is in hand.
        let _ = done.send(Message::Done(result));
    })
    .map_err(Error::System)?;
    let hands = Box::new(workers);
    let clock = Moment::now;
    let keeper = if once { None } else { Keeper::start(retention, boot, &shared, &bench).map_err(Error::System)? };
    let loops = Intake::new(Arc::clone(&shared), Arc::clone(&bench), hands, (events, clock), (sender, messages));
    let (finish, finished) = oneshot::channel();
    let flag = Arc::clone(&stopping);
    thread::Builder::new()
        .name("intake".into())
        .spawn(move || {
            loops.run(&flag, once);
            let _ = finish.send(());
        })
        .map_err(Error::System)?;
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Error::System)?;
    let controlled = runtime.block_on(control(
        &shared,
        (&rules, stamp, count),
        &stopping,
        finished,
        (!once).then_some(&state),
        &starting,
    ));
    drop(keeper);
    // Threads that end with the process may still hold it.
    bench.journal.close();
    drop(lock);
    let status = controlled.map_err(Error::System)?;
    Ok(Summary { counts: status.counts.clone(), status })
}

/// Hears signals and tells how things are, until the intake loop has ended.
async fn control(
    shared: &Arc<Shared>,
    (rules, stamp, count): (&Arc<dyn RuleSource>, Option<u64>, Count),
    stopping: &AtomicBool,
    mut finished: oneshot::Receiver<()>,
    state: Option<&StateFolder>,
    starting: &systemd::Starting,
) -> io::Result<Status> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    let mut hangup = signal(SignalKind::hangup())?;
    let mut accept = signal(SignalKind::user_defined1())?;
    let (ask, asked) = mpsc::channel();
    let (source, sharing) = (Arc::clone(rules), Arc::clone(shared));
    thread::Builder::new().name("rules".into()).spawn(move || rules::keep(&*source, &sharing, &asked, stamp, count))?;
    let mut tick = interval(TICK);
    tick.set_missed_tick_behavior(MissedTickBehavior::Delay);
    let mut told = Status::default();
    loop {
        tokio::select! {
            _ = terminate.recv() => break,
            _ = interrupt.recv() => break,
            _ = hangup.recv() => {
                shared.asked();
                // The keeper of the rules lives as long as `ask`.
                let _ = ask.send(Ask { accept_shrink: false });
            }
            _ = accept.recv() => {
                shared.asked();
                let _ = ask.send(Ask { accept_shrink: true });
            }
            ended = &mut finished => {
                // Without a word it died: whoever started us starts us again.
                return ended.map(|()| shared.status()).map_err(|_| io::Error::other("the intake loop died"));
            }
            _ = tick.tick() => tell(shared, state, starting, &mut told),
        }
    }
    info!("stopping: finishing the files in hand");
    systemd::stopping();
    shared.stopping();
    stopping.store(true, Ordering::Release);
    shared.wake();
    let deadline = Instant::now() + GRACE;
    loop {
        tell(shared, state, starting, &mut told);
        tokio::select! {
            _ = &mut finished => break,
            _ = sleep_until(deadline) => {
                error!("some files in hand are not finished; they stay claimed and are judged at the next start");
                break;
            }
            _ = tick.tick() => {}
        }
    }
    tell(shared, state, starting, &mut told);
    Ok(shared.status())
}

/// Writes the status if it changed, and tells the service manager.
fn tell(shared: &Shared, state: Option<&StateFolder>, starting: &systemd::Starting, told: &mut Status) {
    let status = shared.status();
    let is_up = told.watch.sweeps > 0 || told.paused.is_some();
    let stuck = shared.health.stuck(STUCK);
    // Before the first sweep comes what a crash left, which may take long.
    if stuck.is_none() && !is_up && !status.stopping {
        starting.goes_on();
    }
    if systemd::watchdog().is_some() {
        match stuck {
            None => systemd::alive(),
            Some(reason) => error!("no progress: {reason}; the watchdog is not fed"),
        }
    }
    if status.says_the_same(told) {
        return;
    }
    if let Some(state) = state
        && let Err(fault) = status.write(state)
    {
        debug!("failed to {fault}");
    }
    let ready = status.watch.sweeps > 0 || status.paused.is_some();
    match ready && !is_up {
        true => systemd::ready(&status.line()),
        false => systemd::status(&status.line()),
    }
    *told = status;
}
