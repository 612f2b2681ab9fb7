//! The wall clock, where policies delete by it.

use jiff::{SignedDuration, Timestamp};

use super::Findings;
use crate::{
    cli::Context,
    report::human::count_of,
    spool::{clock, journal::Reader},
};

/// A clock this far ahead of the last row of the journal is worth a look: a month without any file is rare where policies are on.
const AHEAD: SignedDuration = SignedDuration::from_hours(30 * 24);

/// A row of the future: the clock was ahead then, or is behind now.
const BEHIND: SignedDuration = SignedDuration::from_hours(1);

/// Looks at it; where nothing is deleted it does not matter.
pub(super) fn look(context: &Context, findings: &mut Findings) {
    if context.config().retention.policies().is_empty() {
        return;
    }
    // What is wrong with the journal is told elsewhere.
    let reader = Reader::open(&context.config().layout.state).ok().flatten();
    let Some(last) = reader.and_then(|reader| reader.last_time().ok().flatten()) else { return };
    let now = clock::now();
    match suspicion(now, last) {
        None => findings.ok("clock", "it agrees with the last row of the journal"),
        Some(text) => findings.warning(
            "clock",
            format_args!("it says {now:.0}, {text} the last row of the journal ({last:.0})"),
            "policies delete by it: if it is wrong, stop siftd before you set it right; if it is right, nothing need be done",
        ),
    }
}

fn suspicion(now: Timestamp, last: Timestamp) -> Option<String> {
    let ahead = now.duration_since(last);
    match ahead {
        ahead if ahead > AHEAD => Some(format!("{} after", count_of(ahead.as_hours() / 24, "day"))),
        ahead if ahead < -BEHIND => Some(format!("{} before", count_of(-ahead.as_hours(), "hour"))),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_far_from_the_last_row_is_told() {
        let last = Timestamp::from_second(1_800_000_000).unwrap();
        let at = |hours: i64| suspicion(last + SignedDuration::from_hours(hours), last);
        assert_eq!([at(0), at(30 * 24), at(-1)], [None, None, None]);
        assert_eq!(at(31 * 24).as_deref(), Some("31 days after"));
        assert_eq!(at(-49).as_deref(), Some("49 hours before"));
        let a_little = last - SignedDuration::from_mins(90);
        assert_eq!(suspicion(a_little, last).as_deref(), Some("1 hour before"));
    }
}
