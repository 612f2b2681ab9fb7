//! Time: a clock that never jumps for everything that is decided, and the wall clock for what is shown.

use std::{ops::Add, time::Duration};

use jiff::Timestamp;
use rustix::time::{ClockId, clock_gettime};

/// A moment on `CLOCK_BOOTTIME`: it goes on while the machine sleeps and no one can set it. Every wait and
/// every age is measured with it; file times are compared with each other only, never with a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Moment(u64);

impl Moment {
    /// The present moment.
    pub fn now() -> Self {
        let time = clock_gettime(ClockId::Boottime);
        Self(time.tv_sec.unsigned_abs() * 1_000_000_000 + time.tv_nsec.unsigned_abs())
    }

    /// Time since `earlier`; zero when that lies ahead.
    pub fn since(self, earlier: Self) -> Duration {
        Duration::from_nanos(self.0.saturating_sub(earlier.0))
    }

    /// Milliseconds since the machine started.
    pub fn millis(self) -> u64 {
        self.0 / 1_000_000
    }

    /// Nanoseconds since the machine started.
    pub fn nanos(self) -> u64 {
        self.0
    }

    /// From nanoseconds since the machine started.
    pub fn from_nanos(nanos: u64) -> Self {
        Self(nanos)
    }

    /// From milliseconds since the machine started.
    pub fn from_millis(millis: u64) -> Self {
        Self(millis.saturating_mul(1_000_000))
    }
}

impl Add<Duration> for Moment {
    type Output = Self;

    fn add(self, span: Duration) -> Self {
        Self(self.0.saturating_add(u64::try_from(span.as_nanos()).unwrap_or(u64::MAX)))
    }
}

/// Processor time of the present thread. It stands still while the machine sleeps, the thread waits or others have
/// the processor, so that a busy machine does not make a document slow.
pub fn thread_time() -> Duration {
    let time = clock_gettime(ClockId::ThreadCPUTime);
    Duration::new(time.tv_sec.unsigned_abs(), u32::try_from(time.tv_nsec).unwrap_or_default())
}

/// The wall clock, for what is shown to people and written down for them. Nothing is decided by it.
pub fn now() -> Timestamp {
    Timestamp::now()
}
