//! Old rows of the journal.

use std::{path::Path, time::Duration};

use super::{Pass, is_gone, is_older, journal_fault};
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
    /// Deletes old rows, from the oldest on: not what people decided, not what is not done, and not what is known of a file that
    /// still lies where the row says.
    pub(super) fn expire_rows(
        &self,
        state: &Path,
        reader: &Reader,
        span: Duration,
        pass: &Pass<'_>,
    ) -> Result<u64, Fault> {
        let (mut after, mut gone) = (0, 0);
        loop {
            let rows = reader.rows_after(after, ROWS).map_err(|error| journal_fault(state, &error))?;
            let Some((last, _)) = rows.last() else { return Ok(gone) };
            after = *last;
            let young = rows.iter().position(|(_, row)| !is_older(row.time, pass.now, span));
            let old: Vec<i64> = rows[..young.unwrap_or(rows.len())]
                .iter()
                .filter(|(_, row)| {
                    row.stage == Stage::Done
                        && matches!(row.kind, Kind::Judged | Kind::Retried | Kind::Expired)
                        && (row.kind == Kind::Expired || !self.lies_as(row))
                })
                .map(|(seq, _)| *seq)
                .collect();
            gone += old.len() as u64;
            if !old.is_empty() && self.journal.drop_rows(old).is_err() {
                return Err(Fault::found(Class::Broken, "delete old rows of", state, "the journal cannot be written"));
            }
            if young.is_some() || (pass.stop)() {
                return Ok(gone);
            }
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
