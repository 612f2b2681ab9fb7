//! Keeping the watches, and falling back to polling where there are no events.

use std::{path::Path, sync::mpsc::SyncSender, time::Duration};

use tracing::warn;

use super::{intake::Message, status::Watching};
use crate::spool::{self, Inbox, Sweep, Watch, clock::Moment};

/// Time between sweeps without events, unless sweeps take long.
const POLL: Duration = Duration::from_secs(2);

/// Sweeping takes at most one part in this many of the time.
const SWEEP_SHARE: u32 = 10;

/// After a watch failed, it is tried again this much later.
const RETRY: Duration = Duration::from_secs(60);

/// The watches, or the reason why there are none.
pub(super) struct Watcher {
    sender: SyncSender<Message>,
    sweep_every: Duration,
    watch: Option<Watch>,
    status: Watching,
    retry: Moment,
    last_sweep: Duration,
}

impl Watcher {
    pub(super) fn new(sender: SyncSender<Message>, intake: &spool::Intake) -> Self {
        Self {
            sender,
            sweep_every: intake.sweep_every,
            watch: None,
            status: Watching::default(),
            retry: Moment::now(),
            last_sweep: Duration::ZERO,
        }
    }

    /// Watches an inbox from now on, and no other.
    pub(super) fn open(&mut self, inbox: &Inbox) {
        self.watch = None;
        self.status.events = false;
        let sender = self.sender.clone();
        match Watch::open(&inbox.path(), move |hint| sender.try_send(Message::Hint(hint)).is_ok()) {
            Ok(watch) => {
                self.watch = Some(watch);
                self.status.events = true;
                self.status.trouble = inbox.eventless().map(|name| {
                    format!("the inbox lies on {name}, which tells nothing of other machines; it is swept often")
                });
                self.status.events &= self.status.trouble.is_none();
            }
            Err(error) => self.trouble(&error),
        }
    }

    fn trouble(&mut self, error: &spool::WatchError) {
        let trouble = error.to_string();
        if self.status.trouble.as_ref() != Some(&trouble) {
            warn!("no events: {trouble}; the inbox is swept often instead");
        }
        self.status.trouble = Some(trouble);
        self.status.events = false;
        self.watch = None;
        self.retry = Moment::now() + RETRY;
    }

    /// Whether the watch must be opened anew.
    pub(super) fn is_lost(&self) -> bool {
        match &self.watch {
            Some(watch) => watch.is_lost(),
            None => self.status.trouble.is_some() && Moment::now() >= self.retry,
        }
    }

    /// Watches the folders of a full sweep.
    pub(super) fn set(&mut self, sweep: &Sweep) {
        self.status.partial.clone_from(&sweep.partial);
        self.status.unlisted.clone_from(&sweep.unlisted);
        if let Some(Err(error)) = self.watch.as_mut().map(|watch| watch.set(&sweep.folders)) {
            self.trouble(&error);
        }
    }

    /// Watches the folders of a sweep of one folder too.
    pub(super) fn add(&mut self, sweep: &Sweep) {
        for folder in &sweep.folders {
            if let Some(Err(error)) = self.watch.as_mut().map(|watch| watch.add(folder)) {
                return self.trouble(&error);
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
        self.last_sweep = Moment::now().since(begun);
        self.status.sweeps += 1;
    }

    /// When to sweep next.
    pub(super) fn next_sweep(&self, now: Moment) -> Moment {
        let pause = if self.status.events { self.sweep_every } else { self.sweep_every.min(POLL) };
        now + pause.max(self.last_sweep * SWEEP_SHARE)
    }

    pub(super) fn status(&self) -> &Watching {
        &self.status
    }
}
