//! Applying the retention policies while the daemon runs.

use std::{
    io,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
        mpsc::{self, RecvTimeoutError, Sender},
    },
    thread::{self, JoinHandle},
    time::Duration,
};

use jiff::Timestamp;
use tracing::{error, info, warn};

use super::{config::show_span, shared::Shared};
use crate::spool::{Bench, Due, Pass, Retention, clock, shown};

/// Between two passes: a tenth of the shortest span, within these.
const PAUSE_MIN: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_secs(3600);

/// A pass is followed by a rest this many times as long, so that it does not keep the disk from the files that arrive.
const REST: u32 = 2;

/// The wall clock may differ by this much from the one that never jumps, from one pass to the next; beyond, it was set.
const JUMP: Duration = Duration::from_secs(60);

/// A clock that was set is believed when it has gone steadily for so long and nobody has set it back: time for a person to notice.
const STEADY: Duration = Duration::from_secs(24 * 3600);

/// What is told of it.
const HELD_OFF: &str = "the clock was set: nothing is deleted by it until it is set back or has gone steadily for a day; if it is right, \
    `siftd expire` need not wait";

/// The thread that applies the policies; its end is its drop.
pub(super) struct Keeper {
    stop: Arc<AtomicBool>,
    wake: Option<Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    /// Starts it; `None` when no policy is on.
    pub(super) fn start(retention: Retention, shared: &Arc<Shared>, bench: &Arc<Bench>) -> io::Result<Option<Self>> {
        let policies = retention.policies();
        let Some(shortest) = policies.iter().map(|(_, span)| *span).min() else { return Ok(None) };
        let texts: Vec<String> = policies.iter().map(|(name, span)| format!("{name}: {}", show_span(*span))).collect();
        warn!("by policy, what is older is deleted: {}", texts.join(", "));
        shared.keeps(texts.clone());
        let pause = (shortest / 10).clamp(PAUSE_MIN, PAUSE_MAX);
        let stop = Arc::new(AtomicBool::new(false));
        let (wake, woken) = mpsc::channel();
        let (flag, shared, bench) = (Arc::clone(&stop), Arc::clone(shared), Arc::clone(bench));
        let thread = thread::Builder::new().name("retention".into()).spawn(move || {
            let (mut trust, mut took) = (Trust::from(Clocks::now()), Duration::ZERO);
            while woken.recv_timeout(pause.max(took * REST)) == Err(RecvTimeoutError::Timeout) {
                let now = Clocks::now();
                let before = trust.doubts();
                if trust.believes(now) {
                    pass(&retention, now.wall, &shared, &bench, &flag);
                }
                if trust.doubts() != before {
                    let doubts = trust.doubts().then(|| HELD_OFF.to_owned());
                    match &doubts {
                        Some(doubts) => warn!("{doubts}"),
                        None => info!("the clock is believed again, and policies are applied"),
                    }
                    shared.keeps(texts.iter().cloned().chain(doubts).collect());
                }
                took = clock::Moment::now().since(now.steady);
            }
        })?;
        Ok(Some(Self { stop, wake: Some(wake), thread: Some(thread) }))
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.stop.store(true, Ordering::Release);
        self.wake = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

fn pass(retention: &Retention, now: Timestamp, shared: &Shared, bench: &Bench, stop: &AtomicBool) {
    let mut tell = |due: &Due| {
        let (file, place) = (shown(&due.path), due.place.as_str());
        match &due.kept {
            None => info!(file, place, policy = due.policy, bytes = due.size, "expired and deleted"),
            Some(reason) => warn!(file, place, policy = due.policy, "expired, and yet not deleted: {reason}"),
        }
    };
    let stop = || stop.load(Ordering::Acquire);
    let done =
        bench.expire(&shared.layout.state, &mut Pass { retention, now, dry: false, stop: &stop, tell: &mut tell });
    match done {
        Ok(expired) => {
            shared.count("expired", expired.files);
            if expired.rows > 0 {
                shared.count("expired-rows", expired.rows);
                info!(rows = expired.rows, policy = "retention.journal", "old rows of the journal are deleted");
            }
        }
        Err(fault) => error!("not everything that is expired is deleted: failed to {fault}"),
    }
}

/// Two clocks at one moment.
#[derive(Debug, Clone, Copy)]
struct Clocks {
    wall: Timestamp,
    steady: clock::Moment,
}

impl Clocks {
    fn now() -> Self {
        Self { wall: clock::now(), steady: clock::Moment::now() }
    }

    fn jumped(&self, before: &Self) -> bool {
        let wall = i128::from(self.wall.as_millisecond()) - i128::from(before.wall.as_millisecond());
        let steady = i128::try_from(self.steady.since(before.steady).as_millis()).unwrap_or(i128::MAX);
        wall.abs_diff(steady) > JUMP.as_millis()
    }
}

/// Whether the wall clock is to be believed.
#[derive(Debug)]
struct Trust {
    /// The last time it was.
    good: Clocks,
    /// Since when it has gone steadily after it was set, and its last reading.
    doubted: Option<(clock::Moment, Clocks)>,
}

impl From<Clocks> for Trust {
    fn from(good: Clocks) -> Self {
        Self { good, doubted: None }
    }
}

impl Trust {
    fn doubts(&self) -> bool {
        self.doubted.is_some()
    }

    fn believes(&mut self, now: Clocks) -> bool {
        let since = match &self.doubted {
            Some((since, last)) if !now.jumped(last) => *since,
            _ => now.steady,
        };
        if !now.jumped(&self.good) || now.steady.since(since) >= STEADY {
            *self = Self::from(now);
        } else {
            self.doubted = Some((since, now));
        }
        !self.doubts()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the clocks say so many hours after the start, the wall clock having been set ahead by so many days.
    fn after(hours: u64, days: i64) -> Clocks {
        let wall = Timestamp::from_second(1_800_000_000 + days * 86_400 + i64::try_from(hours).unwrap() * 3600);
        Clocks { wall: wall.unwrap(), steady: clock::Moment::from_millis(5 + hours * 3_600_000) }
    }

    /// Whether it is believed in each of these hours.
    fn believed(readings: &[(u64, i64)]) -> Vec<bool> {
        let mut trust = Trust::from(after(0, 0));
        readings.iter().map(|(hours, days)| trust.believes(after(*hours, *days))).collect()
    }

    #[test]
    fn a_clock_that_was_set_is_not_trusted() {
        let before = after(0, 0);
        assert!(!after(1, 0).jumped(&before));
        assert!(after(1, 90).jumped(&before) && after(1, -90).jumped(&before));
        let within = Clocks { wall: after(1, 0).wall + jiff::SignedDuration::from_secs(50), ..after(1, 0) };
        assert!(!within.jumped(&before));
    }

    #[test]
    fn nothing_is_deleted_by_it_for_a_day() {
        assert_eq!(believed(&[(1, 0), (2, 90), (3, 90), (25, 90), (26, 90)]), [true, false, false, false, true]);
        // Set once more, it begins anew; while nobody looked, it was not seen to go steadily.
        assert_eq!(believed(&[(1, 90), (24, 91), (26, 91), (49, 91)]), [false, false, false, true]);
        assert_eq!(believed(&[(100, 90), (101, 90)]), [false, false]);
        assert_eq!(believed(&[(1, -90), (2, -90), (30, -90)]), [false, false, true]);
    }

    #[test]
    fn once_set_back_it_is_trusted_at_once() {
        assert_eq!(believed(&[(1, 90), (2, 90), (3, 0), (4, 0)]), [false, false, true, true]);
        // It may go a little wrong by and by.
        let mut trust = Trust::from(after(0, 0));
        for hour in 1..100 {
            let wall = after(hour, 0).wall + jiff::SignedDuration::from_secs(i64::try_from(hour).unwrap() * 30);
            assert!(trust.believes(Clocks { wall, ..after(hour, 0) }));
        }
    }
}
