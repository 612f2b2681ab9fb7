//! How old a row of the journal is. Its time is what the wall clock said, and a clock that ran behind for a while (before the
//! network was up, say) makes what was written then look old once it is put right. But rows are numbered in the order in which
//! they were written: none is older than the latest time of those before it.

use std::{collections::HashMap, time::Duration};

use jiff::Timestamp;

use crate::spool::journal::{JournalError, Reader};

/// The ages of rows, at one moment.
#[derive(Debug)]
pub(super) struct Ages<'r> {
    reader: &'r Reader,
    now: Timestamp,
    /// The first row that is younger than a span.
    young: HashMap<Duration, Option<i64>>,
}

impl<'r> Ages<'r> {
    pub(super) fn at(now: Timestamp, reader: &'r Reader) -> Self {
        Self { reader, now, young: HashMap::new() }
    }

    /// Whether a row and all before it were written longer ago than `span`.
    pub(super) fn is_older(&mut self, (seq, time): (i64, Timestamp), span: Duration) -> Result<bool, JournalError> {
        Ok(self.looks_older(time, span) && self.first_young(span)?.is_none_or(|young| seq < young))
    }

    /// The first row that was written no longer ago than `span`. One from the time to come says nothing: the clock was wrong.
    pub(super) fn first_young(&mut self, span: Duration) -> Result<Option<i64>, JournalError> {
        if let Some(young) = self.young.get(&span) {
            return Ok(*young);
        }
        let span_ms = i64::try_from(span.as_millis()).unwrap_or(i64::MAX);
        let now = self.now.as_millisecond();
        let young = self.reader.first_written_between(now.saturating_sub(span_ms), now)?;
        self.young.insert(span, young);
        Ok(young)
    }

    /// Whether `time` lies further back than `span`. One that lies ahead does not.
    pub(super) fn looks_older(&self, time: Timestamp, span: Duration) -> bool {
        let age = self.now.as_millisecond().saturating_sub(time.as_millisecond());
        u64::try_from(age).is_ok_and(|age| u128::from(age) >= span.as_millis())
    }

    /// Whether it lies ahead.
    pub(super) fn is_to_come(&self, time: Timestamp) -> bool {
        time > self.now
    }
}

/// Of the rows that may go, the one with the latest time. It stays if one that stays, and looks older, comes after it: it alone
/// says that this one is no older.
#[derive(Debug, Default)]
pub(super) struct Witness {
    row: Option<(i64, Timestamp)>,
    /// The latest time of rows that stay.
    known: Option<Timestamp>,
}

impl Witness {
    /// A row may go; the one that goes now, if any.
    pub(super) fn goes(&mut self, seq: i64, time: Timestamp) -> Option<i64> {
        if Some(time) <= self.known || self.row.is_some_and(|(_, latest)| time < latest) {
            return Some(seq);
        }
        self.row.replace((seq, time)).map(|(seq, _)| seq)
    }

    /// A row stays.
    pub(super) fn stays(&mut self, time: Timestamp) {
        if let Some((_, latest)) = self.row.take_if(|(_, latest)| *latest > time) {
            self.known = self.known.max(Some(latest));
        }
        self.known = self.known.max(Some(time));
    }

    /// Nothing comes after it; the one that goes now, if any.
    pub(super) fn end(self) -> Option<i64> {
        self.row.map(|(seq, _)| seq)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn latest(rows: &[(i64, Timestamp, bool)], seq: i64) -> Option<Timestamp> {
        rows.iter().filter(|(other, ..)| *other <= seq).map(|(_, time, _)| *time).max()
    }

    proptest! {
        #[test]
        fn what_stays_is_as_old_as_before(rows in proptest::collection::vec((0..20_i64, any::<bool>()), 0..30)) {
            let rows: Vec<(i64, Timestamp, bool)> = (1..)
                .zip(rows)
                .map(|(seq, (time, stays))| (seq, Timestamp::from_second(time).unwrap(), stays))
                .collect();
            let (mut witness, mut gone) = (Witness::default(), Vec::new());
            for &(seq, time, stays) in &rows {
                match stays {
                    true => witness.stays(time),
                    false => gone.extend(witness.goes(seq, time)),
                }
            }
            gone.extend(witness.end());
            let left: Vec<_> = rows.iter().copied().filter(|(seq, ..)| !gone.contains(seq)).collect();
            for &(seq, _, stays) in &rows {
                if stays {
                    prop_assert_eq!(latest(&left, seq), latest(&rows, seq));
                    prop_assert!(!gone.contains(&seq));
                }
            }
            // While the clock goes forward only, nobody needs a witness.
            if rows.is_sorted_by_key(|(_, time, _)| *time) {
                prop_assert!(left.iter().all(|(_, _, stays)| *stays));
            }
        }
    }
}
