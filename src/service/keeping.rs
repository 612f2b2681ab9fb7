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

/// The wall clock may differ by this much from the one that never jumps, from one pass to the next; beyond, it was set, and
/// nothing is deleted by it until it has gone steadily for as long as a pause.
const JUMP: Duration = Duration::from_secs(60);

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
        shared.keeps(texts);
        let pause = (shortest / 10).clamp(PAUSE_MIN, PAUSE_MAX);
        let stop = Arc::new(AtomicBool::new(false));
        let (wake, woken) = mpsc::channel();
        let (flag, shared, bench) = (Arc::clone(&stop), Arc::clone(shared), Arc::clone(bench));
        let thread = thread::Builder::new().name("retention".into()).spawn(move || {
            let (mut clocks, mut took) = (Clocks::now(), Duration::ZERO);
            while woken.recv_timeout(pause.max(took * REST)) == Err(RecvTimeoutError::Timeout) {
                let now = Clocks::now();
                if now.jumped(&clocks) {
                    warn!("the wall clock was set; nothing is deleted by it until it goes steadily");
                } else {
                    pass(&retention, now.wall, &shared, &bench, &flag);
                }
                clocks = Clocks::now();
                took = clocks.steady.since(now.steady);
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_was_set_is_not_trusted() {
        let before = Clocks { wall: Timestamp::UNIX_EPOCH, steady: clock::Moment::from_millis(5) };
        let after = |wall: i64, steady: u64| Clocks {
            wall: Timestamp::from_second(wall).unwrap(),
            steady: clock::Moment::from_millis(5 + steady * 1000),
        };
        assert!(!after(3600, 3600).jumped(&before));
        assert!(!after(3630, 3600).jumped(&before));
        assert!(after(90 * 86_400, 3600).jumped(&before));
        assert!(after(-90 * 86_400, 3600).jumped(&before));
    }
}
