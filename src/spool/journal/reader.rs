//! Reading the journal while the daemon writes it.

use std::{
    collections::BTreeMap,
    ffi::OsString,
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use rusqlite::{Connection, Row, params};

use super::{
    entry::{Entry, Kind, Stage},
    store::{JournalError, Store},
};
use crate::spool::layout::Place;

pub(super) const COLUMNS: &str =
    "id, kind, stage, time_ms, path, size, hash, verdict, rules, ruleset, curated, original, aside,
    report, settled, tries, who, why, copy_hash";

/// Of a row called `said`: it is a confirmation, and what was confirmed was not released from there since; the same bytes elsewhere
/// are another file. (The id of a decision begins with the place that the file is sent on from.)
const STANDS: &str =
    "said.kind = 'confirmed' AND NOT EXISTS (SELECT 1 FROM outcomes AS later WHERE later.kind = 'released'
    AND later.seq > said.seq AND later.path = said.aside AND (said.hash IS NULL OR later.hash = said.hash)
    AND later.id LIKE CASE said.verdict WHEN 'reject' THEN 'rejected-%' ELSE 'quarantine-%' END)";

/// The journal, for reading.
#[derive(Debug)]
pub struct Reader {
    connection: Connection,
}

/// What is known of a file that lies somewhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lying {
    /// The last row that says so.
    pub entry: Entry,
    /// Its number.
    pub seq: i64,
    /// Whether a person said of these bytes that they belong there.
    pub confirmed: bool,
    /// Whether a person released these bytes, which came again since, and did not say that they belong there.
    pub released: bool,
}

/// What a person confirmed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Confirmation {
    /// BLAKE3 of the file in hexadecimal; `None` of one that was too large to be read.
    pub hash: Option<String>,
    /// Its bytes.
    pub size: u64,
}

/// Sums over the whole journal.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Totals {
    /// Files by verdict.
    pub verdicts: BTreeMap<String, u64>,
    /// Other things counted (such as `vanished`).
    pub counters: BTreeMap<String, u64>,
}

impl Reader {
    /// Opens the journal in the state folder; `None` when there is none yet.
    ///
    /// # Errors
    /// When it is broken, or of a later version.
    pub fn open(state: &Path) -> Result<Option<Self>, JournalError> {
        Ok(Store::open_read_only(state)?.map(|connection| Self { connection }))
    }

    /// The last `limit` entries, newest first; with `path`, only those of that path (as dropped, or as put aside).
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn history(&self, limit: u64, path: Option<&Path>) -> Result<Vec<Entry>, JournalError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut found = Vec::new();
        match path {
            None => {
                let mut statement =
                    self.connection.prepare(&format!("SELECT {COLUMNS} FROM outcomes ORDER BY seq DESC LIMIT ?1"))?;
                for entry in statement.query_map([limit], entry)? {
                    found.push(entry?);
                }
            }
            Some(path) => {
                let mut statement = self.connection.prepare(&format!(
                    "SELECT {COLUMNS} FROM outcomes WHERE path = ?2 OR aside = ?2 ORDER BY seq DESC LIMIT ?1"
                ))?;
                for entry in statement.query_map(params![limit, path.as_os_str().as_bytes()], entry)? {
                    found.push(entry?);
                }
            }
        }
        Ok(found)
    }

    /// The last `limit` entries, newest first, of files that went to `path`, or, where that is a name alone, that have it in any
    /// folder. Reads every row.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn history_of_name(&self, limit: u64, path: &Path) -> Result<Vec<Entry>, JournalError> {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let whole = path.as_os_str().as_bytes();
        let last = (!whole.contains(&b'/')).then(|| [b"/", whole].concat());
        let mut statement = self.connection.prepare(&format!(
            "SELECT {COLUMNS} FROM outcomes WHERE curated = ?2 OR original = ?2 OR substr(path, -length(?3)) = ?3
             OR substr(curated, -length(?3)) = ?3 OR substr(original, -length(?3)) = ?3 OR substr(aside, -length(?3)) = ?3
             ORDER BY seq DESC LIMIT ?1"
        ))?;
        Ok(statement.query_map(params![limit, whole, last], entry)?.collect::<Result<_, _>>()?)
    }

    /// What the wall clock said when the last row was begun; `None` of an empty journal.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn last_time(&self) -> Result<Option<Timestamp>, JournalError> {
        let mut statement = self.connection.prepare("SELECT time_ms FROM outcomes ORDER BY seq DESC LIMIT 1")?;
        let last = statement.query_map([], |row| row.get(0))?.next().transpose()?;
        Ok(last.and_then(|last| Timestamp::from_millisecond(last).ok()))
    }

    /// The last entry of a file with this hash, its expiry left out.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn last_of(&self, hash: &str) -> Result<Option<Entry>, JournalError> {
        let query =
            format!("SELECT {COLUMNS} FROM outcomes WHERE hash = ?1 AND kind <> 'expired' ORDER BY seq DESC LIMIT 1");
        let mut statement = self.connection.prepare_cached(&query)?;
        Ok(statement.query_map([hash], entry)?.next().transpose()?)
    }

    /// What is known of the file at `path` in `place`; `None` when it never came there by siftd, or left it since: what lies there
    /// then was put there by somebody else, and nobody knows when.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn lying(&self, place: Place, path: &Path) -> Result<Option<Lying>, JournalError> {
        let (column, verdict) = match place {
            Place::Curated => return Ok(None),
            Place::Originals => ("original", "strip"),
            Place::Quarantine => ("aside", "quarantine"),
            Place::Rejected => ("aside", "reject"),
        };
        let bytes = path.as_os_str().as_bytes();
        let query = format!(
            "SELECT {COLUMNS}, seq FROM outcomes WHERE {column} = ?1 AND verdict = ?2 AND stage = 'done'
             AND kind NOT IN ('expired', 'confirmed') ORDER BY seq DESC LIMIT 1"
        );
        let mut statement = self.connection.prepare_cached(&query)?;
        let mut found = statement.query_map(params![bytes, verdict], numbered)?;
        let Some((seq, entry)) = found.next().transpose()? else { return Ok(None) };
        // The id of a decision begins with the place that the file is sent on from.
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT 1 FROM outcomes WHERE {column} = ?1 AND verdict = ?2 AND kind = 'expired' AND stage = 'done' AND seq > ?3
             UNION ALL SELECT 1 FROM outcomes WHERE path = ?1 AND kind IN ('released', 'retried') AND stage = 'done'
             AND seq > ?3 AND id LIKE ?4 LIMIT 1"
        ))?;
        if statement.exists(params![bytes, verdict, seq, format!("{}-%", place.as_str())])? {
            return Ok(None);
        }
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT 1 FROM outcomes AS said WHERE {column} = ?1 AND verdict = ?2 AND hash = ?3 AND {STANDS} LIMIT 1"
        ))?;
        let confirmed = statement.exists(params![bytes, verdict, entry.hash])?;
        let mut statement = self.connection.prepare_cached(
            "SELECT 1 FROM outcomes WHERE hash = ?1 AND kind = 'released' AND stage = 'done' LIMIT 1",
        )?;
        let released = !confirmed && statement.exists([&entry.hash])?;
        Ok(Some(Lying { entry, seq, confirmed, released }))
    }

    /// What a person confirmed last to lie at `path` in `place`, unless it was released since.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn confirmation(&self, place: Place, path: &Path) -> Result<Option<Confirmation>, JournalError> {
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT hash, size FROM outcomes AS said WHERE aside = ?1 AND verdict = ?2 AND {STANDS} ORDER BY seq DESC LIMIT 1"
        ))?;
        let verdict = if place == Place::Rejected { "reject" } else { "quarantine" };
        let mut found = statement.query_map(params![path.as_os_str().as_bytes(), verdict], |row| {
            Ok(Confirmation { hash: row.get(0)?, size: row.get::<_, i64>(1)?.unsigned_abs() })
        })?;
        Ok(found.next().transpose()?)
    }

    /// Whether a row that says that a file left a place is all that says so: an earlier one still stands by which it lies there.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn ends_an_earlier(&self, seq: i64, row: &Entry) -> Result<bool, JournalError> {
        let (column, path) = match (&row.kind, &row.original, &row.aside) {
            (Kind::Expired, Some(original), _) => ("original", original),
            (Kind::Expired, None, Some(aside)) => ("aside", aside),
            (Kind::Retried, ..) => ("aside", &row.path),
            _ => return Ok(false),
        };
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT 1 FROM outcomes WHERE {column} = ?1 AND seq < ?2 AND kind NOT IN ('expired', 'confirmed') LIMIT 1"
        ))?;
        Ok(statement.exists(params![path.as_os_str().as_bytes(), seq])?)
    }

    /// Whether the bytes of a file that lies at `path` in `place` came again since, and are being moved or were found to lie there:
    /// then the one that lies is the only one left of both. The row of a claim that is judged again keeps its number.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn came_again(&self, known: &Entry, place: Place, path: &Path) -> Result<bool, JournalError> {
        let column = if place == Place::Originals { "original" } else { "aside" };
        let mut statement = self.connection.prepare_cached(&format!(
            "SELECT 1 FROM outcomes WHERE hash = ?1 AND id <> ?2 AND kind NOT IN ('expired', 'confirmed')
             AND (stage = 'moving' OR ({column} = ?3 AND seq > (SELECT seq FROM outcomes WHERE id = ?2))) LIMIT 1"
        ))?;
        Ok(statement.exists(params![known.hash, known.id, path.as_os_str().as_bytes()])?)
    }

    /// Whether another row than `id` tells of a file that has these bytes, or a copy with them, at `path` in `curated/`, or is being
    /// moved.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn has_copy(&self, hash: &str, id: &str, path: &Path) -> Result<bool, JournalError> {
        let mut statement = self.connection.prepare_cached(
            "SELECT 1 FROM outcomes WHERE (copy_hash = ?1 OR hash = ?1) AND id <> ?2 AND kind <> 'expired'
             AND (stage = 'moving' OR curated = ?3) LIMIT 1",
        )?;
        Ok(statement.exists(params![hash, id, path.as_os_str().as_bytes()])?)
    }

    /// The next `limit` rows after the one numbered `after`, oldest first, each with its number.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn rows_after(&self, after: i64, limit: u32) -> Result<Vec<(i64, Entry)>, JournalError> {
        let mut statement = self
            .connection
            .prepare_cached(&format!("SELECT {COLUMNS}, seq FROM outcomes WHERE seq > ?1 ORDER BY seq LIMIT ?2"))?;
        let rows = statement.query_map(params![after, limit], numbered)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// The number of the first row that is done and was written after the one moment and not after the other, in milliseconds
    /// since 1970.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn first_written_between(&self, after: i64, until: i64) -> Result<Option<i64>, JournalError> {
        // In the index alone: rows are large, and those before the first one may be many.
        let mut statement = self.connection.prepare_cached(
            "SELECT min(seq) FROM outcomes INDEXED BY outcomes_by_time
             WHERE stage = 'done' AND time_ms > ?1 AND time_ms <= ?2",
        )?;
        Ok(statement.query_row([after, until], |row| row.get(0))?)
    }

    /// What people decided: the last release or confirmation of each file, oldest first.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn decisions(&self) -> Result<Vec<Entry>, JournalError> {
        let mut statement = self.connection.prepare(&format!(
            "SELECT {COLUMNS} FROM outcomes WHERE seq IN (SELECT max(seq) FROM outcomes
             WHERE kind IN ('released', 'confirmed') AND stage = 'done' AND hash IS NOT NULL GROUP BY hash)
             ORDER BY seq"
        ))?;
        let found = statement.query_map([], entry)?.collect::<Result<Vec<Entry>, _>>()?;
        Ok(found)
    }

    /// Sums over everything ever judged, kept as it is written: what old rows said counts, also when they have gone.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn totals(&self) -> Result<Totals, JournalError> {
        let mut totals = Totals::default();
        let queries = [
            ("SELECT verdict, value FROM tallies WHERE value > 0", &mut totals.verdicts),
            ("SELECT name, value FROM counters", &mut totals.counters),
        ];
        for (query, into) in queries {
            let mut statement = self.connection.prepare(query)?;
            for row in statement.query_map([], |row| Ok((row.get::<_, String>(0)?, row.get::<_, i64>(1)?)))? {
                let (name, value) = row?;
                into.insert(name, value.unsigned_abs());
            }
        }
        Ok(totals)
    }
}

impl Reader {
    /// What is wrong with the database file itself, in SQLite's words; a few of them at most. Reads all of it.
    ///
    /// # Errors
    /// When it cannot be read at all.
    pub fn faults(&self) -> Result<Vec<String>, JournalError> {
        let mut statement = self.connection.prepare("PRAGMA quick_check(3)")?;
        let told = statement.query_map([], |row| row.get(0))?.collect::<Result<Vec<String>, _>>()?;
        Ok(told.into_iter().filter(|line| line != "ok").collect())
    }
}

/// The same, with its number.
fn numbered(row: &Row<'_>) -> rusqlite::Result<(i64, Entry)> {
    Ok((row.get("seq")?, entry(row)?))
}

/// An entry from a row of [`COLUMNS`].
pub(super) fn entry(row: &Row<'_>) -> rusqlite::Result<Entry> {
    let path = |bytes: Vec<u8>| PathBuf::from(OsString::from_vec(bytes));
    let stage: String = row.get(2)?;
    let rules: String = row.get(8)?;
    Ok(Entry {
        id: row.get(0)?,
        kind: Kind::parse(&row.get::<_, String>(1)?),
        stage: if stage == Stage::Moving.as_str() { Stage::Moving } else { Stage::Done },
        time: Timestamp::from_millisecond(row.get(3)?).unwrap_or(Timestamp::UNIX_EPOCH),
        path: path(row.get(4)?),
        size: row.get::<_, i64>(5)?.unsigned_abs(),
        hash: row.get(6)?,
        verdict: row.get(7)?,
        rules: serde_json::from_str(&rules).unwrap_or_default(),
        ruleset: row.get(9)?,
        curated: row.get::<_, Option<Vec<u8>>>(10)?.map(path),
        original: row.get::<_, Option<Vec<u8>>>(11)?.map(path),
        aside: row.get::<_, Option<Vec<u8>>>(12)?.map(path),
        report: row.get(13)?,
        settled: row.get(14)?,
        tries: row.get(15)?,
        who: row.get(16)?,
        why: row.get(17)?,
        copy_hash: row.get(18)?,
    })
}
