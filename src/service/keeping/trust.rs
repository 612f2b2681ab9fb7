//! Whether the wall clock is to be believed: it is held against the one that never jumps, over restarts of siftd too, as long as the
//! machine is not started anew.

use std::{env, fs, path::Path, time::Duration};

use jiff::Timestamp;
use serde::{Deserialize, Serialize};

use crate::spool::{
    Fault, StateFolder,
    clock::{self, Moment},
};

/// What is written down, in the state folder.
const FILE: &str = "clock.json";

/// Names the present run of the machine. The service's unit hides the kernel's file, and says it by the variable.
const BOOT: &str = "/proc/sys/kernel/random/boot_id";
const BOOT_VARIABLE: &str = "SIFTD_BOOT_ID";

/// The wall clock may differ by this much from the one that never jumps, from one pass to the next; beyond, it was set.
const JUMP: Duration = Duration::from_secs(60);

/// A clock that was set is believed when it has gone steadily for so long and nobody has set it back: time for a person to notice.
const STEADY: Duration = Duration::from_secs(24 * 3600);

/// What tells this run of the machine from others; `None` where nothing does. Asked before the daemon shuts itself in.
pub(in crate::service) fn boot() -> Option<String> {
    let id = fs::read_to_string(BOOT).ok().or_else(|| env::var(BOOT_VARIABLE).ok())?;
    Some(id.trim().to_owned()).filter(|id| !id.is_empty())
}

/// Two clocks at one moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Clocks {
    pub(super) wall: Timestamp,
    pub(super) steady: Moment,
}

impl Clocks {
    pub(super) fn now() -> Self {
        Self { wall: clock::now(), steady: Moment::now() }
    }

    fn jumped(&self, before: &Self) -> bool {
        let wall = i128::from(self.wall.as_millisecond()) - i128::from(before.wall.as_millisecond());
        let steady = i128::try_from(self.steady.since(before.steady).as_millis()).unwrap_or(i128::MAX);
        wall.abs_diff(steady) > JUMP.as_millis()
    }
}

/// Whether the wall clock is to be believed.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Trust {
    /// The last time it was.
    good: Clocks,
    /// Since when it has gone steadily after it was set, and its last reading.
    doubted: Option<(Moment, Clocks)>,
}

impl From<Clocks> for Trust {
    fn from(good: Clocks) -> Self {
        Self { good, doubted: None }
    }
}

impl Trust {
    /// What a daemon before this one knew, if the machine has run since; from `now` on otherwise.
    pub(super) fn since_before(state: &Path, boot: Option<&str>, now: Clocks) -> Self {
        let text = StateFolder::open(state).and_then(|folder| folder.get(FILE)).ok().flatten();
        let written: Option<Written> = text.and_then(|text| serde_json::from_str(&text).ok());
        let written =
            written.filter(|written| boot == Some(&*written.boot) && written.good.steady_ms <= now.steady.millis());
        written.and_then(|written| written.trust()).unwrap_or_else(|| Self::from(now))
    }

    /// Writes down what the next daemon is to know; nothing where it could not tell that the machine has run since.
    pub(super) fn write(&self, state: &Path, boot: Option<&str>) -> Result<(), Fault> {
        let Some(boot) = boot else { return Ok(()) };
        let doubted = self.doubted.as_ref().map(|(since, last)| (since.millis(), (*last).into()));
        let written = Written { boot: boot.to_owned(), good: self.good.into(), doubted };
        // Strings and numbers always become JSON.
        let json = serde_json::to_vec(&written).unwrap_or_default();
        StateFolder::open(state)?.replace(FILE, &json)
    }

    /// Whether it is believed now.
    pub(super) fn believes(&mut self, now: Clocks) -> bool {
        let since = match &self.doubted {
            Some((since, last)) if !now.jumped(last) => *since,
            _ => now.steady,
        };
        if !now.jumped(&self.good) || now.steady.since(since) >= STEADY {
            *self = Self::from(now);
        } else {
            self.doubted = Some((since, now));
        }
        self.doubted.is_none()
    }
}

/// [`Trust`] as it is written down.
#[derive(Debug, Serialize, Deserialize)]
struct Written {
    /// The run of the machine that its second clock counts from.
    boot: String,
    good: Reading,
    /// Since when, and the last reading.
    doubted: Option<(u64, Reading)>,
}

/// [`Clocks`] as they are written down.
#[derive(Debug, Clone, Copy, Serialize, Deserialize)]
struct Reading {
    wall_ms: i64,
    steady_ms: u64,
}

impl From<Clocks> for Reading {
    fn from(clocks: Clocks) -> Self {
        Self { wall_ms: clocks.wall.as_millisecond(), steady_ms: clocks.steady.millis() }
    }
}

impl Reading {
    fn clocks(self) -> Option<Clocks> {
        let wall = Timestamp::from_millisecond(self.wall_ms).ok()?;
        Some(Clocks { wall, steady: Moment::from_millis(self.steady_ms) })
    }
}

impl Written {
    fn trust(self) -> Option<Trust> {
        let doubted = match self.doubted {
            Some((since, last)) => Some((Moment::from_millis(since), last.clocks()?)),
            None => None,
        };
        Some(Trust { good: self.good.clocks()?, doubted })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the clocks say so many hours after the start, the wall clock having been set ahead by so many days.
    fn after(hours: u64, days: i64) -> Clocks {
        let wall = Timestamp::from_second(1_800_000_000 + days * 86_400 + i64::try_from(hours).unwrap() * 3600);
        Clocks { wall: wall.unwrap(), steady: Moment::from_millis(5 + hours * 3_600_000) }
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

    /// The trust of a daemon that starts after this one was ended, the machine having been started anew or not.
    fn restarted(trust: &Trust, boots: [Option<&str>; 2], now: Clocks) -> Trust {
        let state = tempfile::tempdir().unwrap();
        trust.write(state.path(), boots[0]).unwrap();
        Trust::since_before(state.path(), boots[1], now)
    }

    #[test]
    fn a_restart_of_siftd_ends_no_doubt() {
        let same = [Some("a"), Some("a")];
        // Set while siftd ran, and while it was stopped.
        let mut trust = Trust::from(after(0, 0));
        assert!(!restarted(&trust, same, after(1, 90)).believes(after(1, 90)));
        assert!(!trust.believes(after(1, 90)));
        let mut again = restarted(&trust, same, after(2, 90));
        assert_eq!(again, trust);
        assert_eq!([2, 24, 26].map(|hour| again.believes(after(hour, 90))), [false, false, true], "the day goes on");
        assert!(restarted(&trust, same, after(2, 0)).believes(after(2, 0)), "it was set back");
        // Of another run of the machine nothing is known.
        for boots in [[Some("a"), Some("b")], [None, None], [Some("a"), None]] {
            assert!(restarted(&trust, boots, after(2, 90)).believes(after(2, 90)), "{boots:?}");
        }
        let state = tempfile::tempdir().unwrap();
        std::fs::write(state.path().join(FILE), r#"{"boot": "a", "good": 1"#).unwrap();
        assert_eq!(Trust::since_before(state.path(), Some("a"), after(1, 0)), Trust::from(after(1, 0)));
    }
}
