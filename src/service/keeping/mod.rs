//! Applying the retention policies while the daemon runs.

mod trust;

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

pub(super) use trust::boot;
use trust::{Clocks, Trust};

/// Between two passes: a tenth of the shortest span, within these.
const PAUSE_MIN: Duration = Duration::from_secs(1);
const PAUSE_MAX: Duration = Duration::from_secs(3600);

/// A pass is followed by a rest this many times as long, so that it does not keep the disk from the files that arrive.
const REST: u32 = 2;

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
    /// Starts it; `None` when no policy is on. `boot`: see [`boot`].
    pub(super) fn start(
        retention: Retention,
        boot: Option<String>,
        shared: &Arc<Shared>,
        bench: &Arc<Bench>,
    ) -> io::Result<Option<Self>> {
        let policies = retention.policies();
        let Some(shortest) = policies.iter().map(|(_, span)| *span).min() else { return Ok(None) };
        let texts: Vec<String> = policies.iter().map(|(name, span)| format!("{name}: {}", show_span(*span))).collect();
        warn!("by policy, what is older is deleted: {}", texts.join(", "));
        shared.keeps(texts);
        let pause = (shortest / 10).clamp(PAUSE_MIN, PAUSE_MAX);
        let now = Clocks::now();
        let trust = Trust::since_before(&shared.layout.state, boot.as_deref(), now);
        let mut watched = Watched { trust, boot, told: false, unwritten: false };
        watched.look(now, shared);
        let stop = Arc::new(AtomicBool::new(false));
        let (wake, woken) = mpsc::channel();
        let (flag, shared, bench) = (Arc::clone(&stop), Arc::clone(shared), Arc::clone(bench));
        let thread = thread::Builder::new().name("retention".into()).spawn(move || {
            let mut took = Duration::ZERO;
            while woken.recv_timeout(pause.max(took * REST)) == Err(RecvTimeoutError::Timeout) {
                let now = Clocks::now();
                if watched.look(now, &shared) {
                    pass(&retention, now.wall, &shared, &bench, &flag);
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

/// The trust in the clock, what was told of it, and what a daemon after this one will read of it.
struct Watched {
    trust: Trust,
    boot: Option<String>,
    told: bool,
    unwritten: bool,
}

impl Watched {
    /// Whether the clock is believed; a change is told, and each look written down.
    fn look(&mut self, now: Clocks, shared: &Shared) -> bool {
        let believed = self.trust.believes(now);
        if self.told == believed {
            self.told = !believed;
            match believed {
                true => info!("the clock is believed again, and policies are applied"),
                false => warn!("{HELD_OFF}"),
            }
            shared.doubts(self.told.then(|| HELD_OFF.to_owned()));
        }
        let written = self.trust.write(&shared.layout.state, self.boot.as_deref());
        if let Err(fault) = &written
            && !self.unwritten
        {
            warn!("a start after this one may take a clock that was set for a right one: failed to {fault}");
        }
        self.unwritten = written.is_err();
        believed
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
