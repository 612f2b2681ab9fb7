//! Keeping the watches, proving that they live, and falling back to polling where there are no events.

use std::{
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
        mpsc::SyncSender,
    },
    time::Duration,
};

use tracing::{info, warn};

use super::{intake::Message, status::Watching};
use crate::spool::{self, Events, Hint, Inbox, Sweep, Watch, clock::Moment};

/// Time between sweeps without events, unless sweeps take long.
pub(super) const POLL: Duration = Duration::from_secs(2);

/// Sweeping takes at most one part in this many of the time.
const SWEEP_SHARE: u32 = 10;

/// A sign of life is asked for when nothing was heard for this long: rarely, since it writes to the disk.
pub(super) const ASK_EVERY: Duration = Duration::from_secs(300);

/// It must come back within this time. The kernel needs milliseconds; a machine that swaps needs more.
pub(super) const ANSWER: Duration = Duration::from_secs(10);

/// After a watch failed, it is tried again this much later, and then ever more rarely.
const RETRY_MIN: Duration = Duration::from_secs(5);
pub(super) const RETRY_MAX: Duration = Duration::from_secs(60);

/// The watches, or the reason why there are none.
pub(super) struct Watcher {
    events: Arc<dyn Events>,
    clock: fn() -> Moment,
    sender: SyncSender<Message>,
    sweep_every: Duration,
    watch: Option<Box<dyn Watch>>,
    status: Watching,
    /// When anything was last heard from the watch, in nanoseconds: told on its thread, so that a busy loop does not
    /// take it for dead.
    heard: Arc<AtomicU64>,
    asked: Option<Moment>,
    ask_next: Moment,
    /// Events failed, and no sign of life has come since.
    failing: bool,
    retry: Moment,
    pause: Duration,
    last_sweep: Duration,
}

impl Watcher {
    pub(super) fn new(
        events: Arc<dyn Events>,
        clock: fn() -> Moment,
        sender: SyncSender<Message>,
        intake: &spool::Intake,
    ) -> Self {
        Self {
            events,
            clock,
            sender,
            sweep_every: intake.sweep_every,
            watch: None,
            status: Watching::default(),
            heard: Arc::default(),
            asked: None,
            ask_next: clock(),
            failing: false,
            retry: clock(),
            pause: RETRY_MIN,
            last_sweep: Duration::ZERO,
        }
    }

    /// Watches an inbox from now on, and no other.
    pub(super) fn open(&mut self, inbox: &Inbox) {
        self.watch = None;
        self.heard = Arc::default();
        let (sender, heard, clock) = (self.sender.clone(), Arc::clone(&self.heard), self.clock);
        let tell = move |hint| {
            heard.store(clock().nanos(), Ordering::Release);
            matches!(hint, Hint::Alive) || sender.try_send(Message::Hint(hint)).is_ok()
        };
        match self.events.open(inbox, Box::new(tell)) {
            Ok(watch) => {
                self.watch = Some(watch);
                self.ask((self.clock)());
                let eventless = inbox.eventless().map(|name| {
                    format!("the inbox lies on {name}, which tells nothing of other machines; it is swept often")
                });
                if let Some(trouble) = eventless.as_ref().filter(|_| self.status.trouble != eventless) {
                    warn!("{trouble}");
                }
                // What failed before has to prove itself first.
                if !self.failing {
                    self.status.events = eventless.is_none();
                    self.status.trouble = eventless;
                }
            }
            Err(error) => self.failed(error.to_string()),
        }
    }

    fn ask(&mut self, now: Moment) {
        if let Some(watch) = &self.watch {
            self.asked = Some(now);
            watch.prove();
        }
    }

    /// Looks whether the watch gives signs of life, and asks for one when it has been silent for long. Says whether it
    /// came or went: sweep then.
    pub(super) fn check(&mut self, now: Moment, inbox: Option<&Inbox>) -> bool {
        if self.watch.is_none() {
            return false;
        }
        let heard = Moment::from_nanos(self.heard.load(Ordering::Acquire));
        match self.asked {
            Some(asked) if heard >= asked => {
                self.asked = None;
                self.ask_next = now + ASK_EVERY;
                self.pause = RETRY_MIN;
                if self.failing {
                    self.failing = false;
                    self.status.trouble = None;
                    self.status.events = inbox.is_none_or(|inbox| inbox.eventless().is_none());
                    info!("events come again; back from polling");
                    return true;
                }
            }
            Some(asked) if now.since(asked) >= ANSWER => {
                self.failed(format!("the kernel told nothing of siftd's own file for {} s", ANSWER.as_secs()));
                return true;
            }
            Some(_) => {}
            // Any event is as good.
            None if heard + ASK_EVERY > now => self.ask_next = heard + ASK_EVERY,
            None if now >= self.ask_next => self.ask(now),
            None => {}
        }
        false
    }

    /// No events from now on, until a new watch has given a sign of life.
    fn failed(&mut self, trouble: String) {
        if self.status.trouble.as_ref() != Some(&trouble) {
            warn!("no events: {trouble}; the inbox is swept often instead");
        }
        self.status.trouble = Some(trouble);
        self.status.events = false;
        self.failing = true;
        (self.watch, self.asked) = (None, None);
        self.retry = (self.clock)() + self.pause;
        self.pause = (self.pause * 2).min(RETRY_MAX);
    }

    /// Whether the watch must be opened anew.
    pub(super) fn is_lost(&self) -> bool {
        match &self.watch {
            Some(watch) => watch.is_lost(),
            None => self.failing && (self.clock)() >= self.retry,
        }
    }

    /// Watches the folders of a full sweep.
    pub(super) fn set(&mut self, sweep: &Sweep) {
        self.status.partial.clone_from(&sweep.partial);
        self.status.unlisted.clone_from(&sweep.unlisted);
        if let Some(Err(error)) = self.watch.as_mut().map(|watch| watch.set(&sweep.folders)) {
            self.failed(error.to_string());
        }
    }

    /// Watches the folders of a sweep of one folder too.
    pub(super) fn add(&mut self, sweep: &Sweep) {
        for folder in &sweep.folders {
            if let Some(Err(error)) = self.watch.as_mut().map(|watch| watch.add(folder)) {
                return self.failed(error.to_string());
            }
        }
    }

    /// A folder came or went.
    pub(super) fn forget(&mut self, folder: &Path) {
        if let Some(watch) = &mut self.watch {
            watch.forget(folder);
        }
    }

    /// A full sweep that began at `begun` is over.
    pub(super) fn swept(&mut self, begun: Moment) {
        self.last_sweep = (self.clock)().since(begun);
        self.status.sweeps += 1;
    }

    /// When to sweep next.
    pub(super) fn next_sweep(&self, now: Moment) -> Moment {
        let pause = if self.status.events { self.sweep_every } else { self.sweep_every.min(POLL) };
        now + pause.max(self.last_sweep * SWEEP_SHARE)
    }

    /// When to sweep for a reason that will not wait: after `pause`, and yet not all the time.
    pub(super) fn soon(&self, now: Moment, pause: Duration) -> Moment {
        now + pause.max(self.last_sweep * SWEEP_SHARE)
    }

    pub(super) fn status(&self) -> &Watching {
        &self.status
    }
}
