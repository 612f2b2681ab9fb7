//! Old rows of the journal.

use std::{path::Path, time::Duration};

use super::{
    Pass,
    age::{Ages, Witness},
    is_gone, journal_fault,
};
use crate::spool::{
    bench::Bench,
    fault::{Class, Fault},
    journal::{Entry, Kind, Reader, Stage},
    layout::Place,
    name::split,
};

/// Rows of the journal that are looked at together.
const ROWS: u32 = 512;

impl Bench {
    /// Deletes old rows, from the oldest on: not what people decided, not what is not done, not what is known of a file that
    /// still lies where the row says, and not what alone says how old another one is.
    pub(super) fn expire_rows(
        &self,
        state: &Path,
        (reader, ages): (&Reader, &mut Ages<'_>),
        span: Duration,
        pass: &Pass<'_>,
    ) -> Result<u64, Fault> {
        let young = ages.first_young(span).map_err(|error| journal_fault(state, &error))?.unwrap_or(i64::MAX);
        let (mut after, mut gone) = (0, 0);
        let mut witness = Witness::default();
        loop {
            let rows = reader.rows_after(after, ROWS).map_err(|error| journal_fault(state, &error))?;
            let mut old = Vec::new();
            for (seq, row) in
                rows.iter().take_while(|(seq, _)| *seq < young).filter(|(_, row)| row.stage == Stage::Done)
            {
                let may_go = ages.looks_older(row.time, span) && self.may_go(reader, *seq, row);
                match may_go {
                    true => old.extend(witness.goes(*seq, row.time)),
                    false if ages.is_to_come(row.time) => {}
                    false => witness.stays(row.time),
                }
            }
            let last = rows.last().map(|(seq, _)| *seq).filter(|last| *last < young);
            if last.is_none() {
                old.extend(std::mem::take(&mut witness).end());
            }
            gone += old.len() as u64;
            if !pass.dry && !old.is_empty() && self.journal.drop_rows(old).is_err() {
                return Err(Fault::found(Class::Broken, "delete old rows of", state, "the journal cannot be written"));
            }
            match last {
                Some(last) if !(pass.stop)() => after = last,
                _ => return Ok(gone),
            }
        }
    }

    /// Whether an old row says nothing that is still of use: not while it alone says that a file left, of which an earlier one says
    /// that it lies there.
    fn may_go(&self, reader: &Reader, seq: i64, row: &Entry) -> bool {
        match row.kind {
            Kind::Judged => !self.lies_as(row),
            Kind::Expired => !reader.ends_an_earlier(seq, row).unwrap_or(true),
            Kind::Retried => !(self.lies_as(row) || reader.ends_an_earlier(seq, row).unwrap_or(true)),
            Kind::Released | Kind::Confirmed => false,
        }
    }

    /// Whether a file still lies where a row says: `siftd verify` and these policies go by it.
    fn lies_as(&self, row: &Entry) -> bool {
        let aside = if row.verdict == "reject" { Place::Rejected } else { Place::Quarantine };
        [(Place::Curated, &row.curated), (Place::Originals, &row.original), (aside, &row.aside)].into_iter().any(
            |(place, path)| {
                let Some((below, name)) = path.as_deref().and_then(split) else { return false };
                match self.destinations.open(place) {
                    // A folder that is away at present: nothing can be told.
                    Err(_) => true,
                    Ok(root) => {
                        !root.sub(below).and_then(|folder| folder.stat(name)).is_err_and(|error| is_gone(&error))
                    }
                }
            },
        )
    }
}
