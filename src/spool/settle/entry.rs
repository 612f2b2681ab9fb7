//! One name in the inbox, and the state it is in.

use std::{borrow::Cow, path::Path, time::Duration};

use super::Look;
use crate::spool::{
    clock::Moment,
    fault::{Class, Fault},
    fingerprint::Fingerprint,
};

/// How a name came to notice: says how long the file must be steady.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    /// Moved into the inbox under this name: it was complete before.
    Moved,
    /// Closed after writing.
    Closed,
    /// Made or written to, and not closed as far as is known.
    Written,
    /// Its owner or its permissions changed: a reason to try again what was not permitted.
    Permitted,
    /// Found by a sweep.
    Swept,
}

/// A file of which no event says that it was closed must be steady for this many settle times.
const UNTOLD: u32 = 4;

impl Seen {
    /// How long the file must have been steady.
    pub(super) fn steady_for(self, settle: Duration) -> Duration {
        match self {
            Self::Moved => Duration::ZERO,
            Self::Closed => settle,
            Self::Written | Self::Permitted | Self::Swept => settle * UNTOLD,
        }
    }
}

/// Between two attempts to take a held file.
const RETRY_MIN: Duration = Duration::from_secs(1);
pub(super) const RETRY_MAX: Duration = Duration::from_secs(300);

/// The state of a name in the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Never claimed, for the reason given.
    Ignored,
    /// Not yet steady.
    Settling,
    /// Not steady for longer than `intake.stalled_after`.
    Stalled,
    /// Cannot be taken at present; tried again ever more rarely.
    Held,
    /// Taken: being judged and published.
    Claimed,
}

impl State {
    /// As people read it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ignored => "ignored",
            Self::Settling => "settling",
            Self::Stalled => "stalled",
            Self::Held => "held",
            Self::Claimed => "claimed",
        }
    }
}

/// One name in the inbox.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its state.
    pub state: State,
    /// Why it is in that state.
    pub reason: Cow<'static, str>,
    /// Since when.
    pub since: Moment,
    pub(super) seen: Seen,
    pub(super) first: Moment,
    pub(super) fingerprint: Option<Fingerprint>,
    pub(super) steady: Moment,
    pub(super) due: Moment,
    pub(super) back_off: Duration,
    /// It was stalled before, apart from the others, and is tried again.
    pub(super) stalled: bool,
    pub(super) held: Option<Box<Held>>,
    /// While claimed: the name is in use again.
    pub(super) again: Option<Seen>,
    pub(super) sweep: u32,
}

/// What is known of a file that could not be taken.
#[derive(Debug, Clone)]
pub(super) struct Held {
    pub(super) retry: Moment,
    reported: String,
}

impl Entry {
    pub(super) fn new(seen: Seen, now: Moment, sweep: u32) -> Self {
        Self {
            state: State::Settling,
            reason: Cow::Borrowed("it was found a moment ago"),
            since: now,
            seen,
            first: now,
            fingerprint: None,
            steady: now,
            due: now,
            back_off: Duration::ZERO,
            stalled: false,
            held: None,
            again: None,
            sweep,
        }
    }

    pub(super) fn to(&mut self, state: State, reason: impl Into<Cow<'static, str>>, now: Moment) {
        if self.state != state {
            self.state = state;
            self.since = now;
        }
        self.reason = reason.into();
    }

    /// Whether it waits for more than to become steady.
    pub(super) fn is_held(&self) -> bool {
        matches!(self.state, State::Held | State::Stalled)
    }

    /// Holds it, with a growing pause; whether that is news.
    pub(super) fn hold(&mut self, fault: &Fault, now: Moment) -> bool {
        let reason = fault.to_string();
        let news = self.held.as_ref().is_none_or(|held| held.reported != reason);
        self.back_off = match fault.class() {
            Class::Exhausted => RETRY_MIN,
            _ => (self.back_off * 2).clamp(RETRY_MIN, RETRY_MAX),
        };
        self.due = now + self.back_off;
        self.held = Some(Box::new(Held { retry: self.due, reported: reason.clone() }));
        self.to(State::Held, reason, now);
        news
    }

    pub(super) fn fault(&mut self, path: &Path, fault: Fault, now: Moment) -> Option<Look> {
        match fault.class() {
            Class::Gone => Some(Look::Vanished),
            Class::Changed => {
                self.due = now + RETRY_MIN;
                None
            }
            _ => self.hold(&fault, now).then(|| Look::Held(path.to_owned(), fault)),
        }
    }
}
