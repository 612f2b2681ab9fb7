//! Time: a clock that never jumps for everything that is decided, and the wall clock for what is shown.

use std::{ops::Add, time::Duration};

use jiff::Timestamp;
use rustix::time::{ClockId, clock_gettime};

/// A moment on `CLOCK_BOOTTIME`: it goes on while the machine sleeps and no one can set it. Every wait and
/// every age is measured with it; file times are compared with each other only, never with a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Moment(Duration);

impl Moment {
    /// The present moment.
    pub fn now() -> Self {
        let time = clock_gettime(ClockId::Boottime);
        Self(Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default()))
    }

    /// Time since `earlier`; zero when that lies ahead.
    pub fn since(self, earlier: Self) -> Duration {
        self.0.saturating_sub(earlier.0)
    }

    /// Milliseconds since the machine started.
    pub fn millis(self) -> u64 {
        u64::try_from(self.0.as_millis()).unwrap_or(u64::MAX)
    }

    /// Nanoseconds since the machine started.
    pub fn nanos(self) -> u128 {
        self.0.as_nanos()
    }

    /// From milliseconds since the machine started.
    pub fn from_millis(millis: u64) -> Self {
        Self(Duration::from_millis(millis))
    }
}

impl Add<Duration> for Moment {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(span))
    }
}

/// The wall clock, for what is shown to people and written down for them. Nothing is decided by it.
pub fn now() -> Timestamp {
    Timestamp::now()
}
