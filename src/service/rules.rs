//! Keeping the rules: loading them at the start, on request, and when their files changed.
//!
//! There is one way for a signal, for `siftd reload` and for a saved file: wait until the files are at rest, load them
//! whole, weigh what was found against the rules in use, then take it or leave it and say why.

use std::{
    fmt,
    path::PathBuf,
    sync::{
        Arc,
        mpsc::{Receiver, RecvTimeoutError},
    },
    thread,
    time::{Duration, Instant},
};

use tracing::{info, warn};

use super::{shared::Shared, systemd};
use crate::{report::human::count_of, spool::Judge};

/// Time between two looks at the rule files. A change is taken up when two looks agree.
const LOOK: Duration = Duration::from_secs(1);

/// Time between two looks when somebody waits for the answer.
const QUICK_LOOK: Duration = Duration::from_millis(200);

/// Files that never come to rest are loaded as they are after this time: somebody waits for the answer.
const REST_AT_MOST: Duration = Duration::from_secs(10);

/// Where rules come from.
pub trait RuleSource: Send + Sync {
    /// Loads them, whole.
    ///
    /// # Errors
    /// Why they cannot be used; the rules in use stay.
    fn load(&self) -> Result<Found, Refusal>;

    /// The folders and files that it reads, for one who gives up the right to read others.
    fn reads(&self) -> Vec<PathBuf> {
        Vec::new()
    }

    /// Something that changes when the files do; `None` when that cannot be told.
    fn stamp(&self) -> Option<u64> {
        None
    }
}

/// Rules that were loaded and have no errors.
pub struct Found {
    /// Judges by them.
    pub judge: Arc<dyn Judge>,
    /// How many there are, by where they come from.
    pub count: Count,
    /// Set when examples that the site wrote into its rules do not hold.
    pub failing: Option<Refusal>,
    /// Overrides that were to end or whose rule has changed since, each in one line with its place.
    pub warnings: Vec<String>,
}

impl fmt::Debug for Found {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Found")
            .field("count", &self.count)
            .field("failing", &self.failing)
            .field("warnings", &self.warnings)
            .finish_non_exhaustive()
    }
}

/// Numbers of rules, those that are switched off included.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Count {
    /// Those from the site's own folders.
    pub own: usize,
    /// All of them.
    pub all: usize,
}

/// Why rules were not taken.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Refusal {
    /// In a few words that fit after "rules not taken: ".
    pub reason: String,
    /// Everything there is to say, for people; may have many lines.
    pub detail: String,
}

impl Refusal {
    /// One whose reason is all there is to say.
    pub fn new(reason: impl Into<String>) -> Self {
        let reason = reason.into();
        Self { detail: reason.clone(), reason }
    }
}

/// A request to load the rules again.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Ask {
    /// Take them even if a third of the rules is gone.
    pub(super) accept_shrink: bool,
}

/// Loads the rules whenever asked, and when their files changed and then stayed as they are for one look.
/// Ends when nobody can ask any more. `stamp` and `count` are those of the rules in use.
pub(super) fn keep(source: &dyn RuleSource, shared: &Shared, asked: &Receiver<Ask>, stamp: Option<u64>, count: Count) {
    let (mut loaded, mut before, mut in_use) = (stamp, stamp, count);
    loop {
        let (mut answers, mut accept_shrink) = (0, false);
        match asked.recv_timeout(LOOK) {
            Ok(first) => {
                // One load answers all that asked until now.
                for ask in std::iter::once(first).chain(asked.try_iter()) {
                    answers += 1;
                    accept_shrink |= ask.accept_shrink;
                }
                loaded = at_rest(source, QUICK_LOOK, REST_AT_MOST);
            }
            Err(RecvTimeoutError::Timeout) => {
                let now = source.stamp();
                let settled = now == before && now != loaded;
                before = now;
                if !settled {
                    continue;
                }
                loaded = now;
            }
            Err(RecvTimeoutError::Disconnected) => return,
        }
        before = loaded;
        systemd::reloading();
        let weighed = source.load().and_then(|found| weigh(found, in_use, accept_shrink));
        match weighed {
            Ok(found) => {
                in_use = found.count;
                let ruleset = found.judge.ruleset();
                if shared.judge().ruleset() == ruleset {
                    info!(%ruleset, "the rules are as they were");
                } else {
                    info!(%ruleset, rules = in_use.all, own = in_use.own, "rules loaded");
                }
                for warning in &found.warnings {
                    warn!("{warning}");
                }
                shared.taken(found.judge, in_use, found.warnings, answers);
            }
            Err(refusal) => {
                warn!("rules not taken, those before stay in use: {}\n{}", refusal.reason, refusal.detail);
                shared.refused(refusal, answers);
            }
        }
        systemd::ready(&shared.status().line());
    }
}

/// Waits until two looks at the files agree, for as long as `at_most`; what the last one saw.
fn at_rest(source: &dyn RuleSource, look: Duration, at_most: Duration) -> Option<u64> {
    let begun = Instant::now();
    let mut before = source.stamp();
    while begun.elapsed() < at_most {
        thread::sleep(look);
        let now = source.stamp();
        if now == before {
            break;
        }
        before = now;
    }
    before
}

/// Refuses rules whose examples fail, and those of which suddenly a third is gone: of all, or of the site's own.
fn weigh(found: Found, in_use: Count, accept_shrink: bool) -> Result<Found, Refusal> {
    if let Some(failing) = found.failing {
        return Err(failing);
    }
    let Count { own, all } = found.count;
    for (now, before, whose) in [(own, in_use.own, "of your own "), (all, in_use.all, "")] {
        if !accept_shrink && lost_a_third(before, now) {
            let left = if now == 0 { "none".to_owned() } else { format!("only {now}") };
            let reason = format!("of {} {whose}{left} would be left", count_of(before, "rule"));
            let detail = format!(
                "{reason}; if that is meant, `siftd reload --accept-shrink` takes them, otherwise look for a file that \
                 was emptied, renamed or moved away"
            );
            return Err(Refusal { reason, detail });
        }
    }
    Ok(found)
}

/// Whether a third is gone or more. Of two rules one may go: whoever has so few takes one out on purpose.
fn lost_a_third(before: usize, now: usize) -> bool {
    before > now && (before - now) * 3 >= before && (before, now) != (2, 1)
}

#[cfg(test)]
mod tests {
    use std::sync::atomic::{AtomicU64, Ordering};

    use super::*;

    /// Files that change until they were looked at so often.
    struct Restless {
        looks: AtomicU64,
        until: u64,
    }

    impl RuleSource for Restless {
        fn load(&self) -> Result<Found, Refusal> {
            Err(Refusal::default())
        }

        fn stamp(&self) -> Option<u64> {
            Some(self.looks.fetch_add(1, Ordering::Relaxed).min(self.until))
        }
    }

    #[test]
    fn whoever_asks_waits_until_the_files_are_at_rest_and_not_for_ever() {
        let rest = |until, at_most| {
            let files = Restless { looks: AtomicU64::new(0), until };
            let stamp = at_rest(&files, Duration::from_millis(1), at_most);
            (stamp, files.looks.into_inner())
        };
        assert_eq!(rest(0, Duration::from_secs(60)), (Some(0), 2));
        assert_eq!(rest(7, Duration::from_secs(60)), (Some(7), 9));
        let (stamp, looks) = rest(u64::MAX, Duration::from_millis(20));
        assert_eq!(stamp, Some(looks - 1), "the last look is what is loaded");
    }

    #[test]
    fn a_third_is_too_much_and_less_is_not() {
        assert!(lost_a_third(3, 2));
        assert!(lost_a_third(100, 66));
        assert!(!lost_a_third(100, 67));
        assert!(!lost_a_third(4, 3));
        assert!(!lost_a_third(0, 0));
        assert!(!lost_a_third(3, 9));
    }

    #[test]
    fn of_two_rules_one_may_go_but_not_the_last() {
        assert!(!lost_a_third(2, 1));
        assert!(lost_a_third(2, 0));
        assert!(lost_a_third(1, 0));
    }
}
