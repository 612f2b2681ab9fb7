//! Telling the service manager. Without one, nothing happens.

use std::time::Duration;

use sd_notify::NotifyState;

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
