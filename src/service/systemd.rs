//! Telling the service manager. Without one, nothing happens.

use std::{
    sync::atomic::{AtomicU64, Ordering},
    time::Duration,
};

use sd_notify::NotifyState;

use crate::spool::clock::Moment;

/// Between two requests for more time to start in, and how much is asked for: beyond the unit's own `TimeoutStartSec` (90 s unless it
/// says otherwise), the next one must come within that.
const EXTEND_EVERY: Duration = Duration::from_secs(5);
const EXTEND: Duration = Duration::from_secs(60);

/// A start that may take long: what a crash left half done may be a huge file that has to be read.
#[derive(Debug, Default)]
pub(super) struct Starting {
    /// When it was last said, in milliseconds; 0 before.
    said: AtomicU64,
}

impl Starting {
    /// It goes on: nobody is to give it up.
    pub(super) fn goes_on(&self) {
        let (now, said) = (Moment::now().millis().max(1), self.said.load(Ordering::Relaxed));
        if said == 0 || u128::from(now.saturating_sub(said)) >= EXTEND_EVERY.as_millis() {
            self.said.store(now, Ordering::Relaxed);
            tell(&[NotifyState::ExtendTimeoutUsec(u32::try_from(EXTEND.as_micros()).unwrap_or(u32::MAX))]);
        }
    }
}

/// Started up: the first sweep is done.
pub(super) fn ready(status: &str) {
    tell(&[NotifyState::Ready, NotifyState::Status(status)]);
}

/// What it does.
pub(super) fn status(status: &str) {
    tell(&[NotifyState::Status(status)]);
}

/// Rules are being loaded; [`ready`] ends it.
pub(super) fn reloading() {
    match NotifyState::monotonic_usec_now() {
        Ok(now) => tell(&[NotifyState::Reloading, now]),
        Err(_) => tell(&[NotifyState::Reloading]),
    }
}

/// Going down.
pub(super) fn stopping() {
    tell(&[NotifyState::Stopping, NotifyState::Status("stopping")]);
}

/// Still making progress.
pub(super) fn alive() {
    tell(&[NotifyState::Watchdog]);
}

/// How long it may be silent.
pub(super) fn watchdog() -> Option<Duration> {
    sd_notify::watchdog_enabled()
}

fn tell(state: &[NotifyState<'_>]) {
    if let Err(error) = sd_notify::notify(state) {
        tracing::debug!("failed to tell the service manager: {error}");
    }
}
