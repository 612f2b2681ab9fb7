//! What the journal says should lie in `curated/` and `originals/`: its last word on every path, in a table of its own on
//! disk, so that it may be larger than memory.

use std::{
    ffi::OsString,
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::{Path, PathBuf},
};

use jiff::Timestamp;
use rusqlite::{Connection, OptionalExtension, params};

use super::store::{JournalError, Store};
use crate::spool::Place;

const TABLES: &str = "
    PRAGMA temp_store = FILE;
    CREATE TEMP TABLE ledger (place TEXT, path BLOB, hash TEXT, size INTEGER, time_ms INTEGER, round INTEGER,
        seen INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (place, path)) WITHOUT ROWID;
    CREATE TEMP TABLE strangers (place TEXT, path BLOB, PRIMARY KEY (place, path)) WITHOUT ROWID;";

/// Later rows win. A path that is known already keeps whether it was seen, and the round it is from. What people confirmed
/// moved nothing.
const READ: &str = "
    INSERT INTO temp.ledger (place, path, hash, size, time_ms, round)
    SELECT place, path, hash, size, time_ms, ?1 FROM (
        SELECT seq, 'curated' AS place, curated AS path, time_ms,
            CASE WHEN original IS NULL THEN hash ELSE copy_hash END AS hash,
            CASE WHEN original IS NULL THEN size END AS size
        FROM outcomes WHERE curated IS NOT NULL AND stage = 'done' AND kind <> 'confirmed'
        UNION ALL
        SELECT seq, 'originals', original, time_ms, hash, size
        FROM outcomes WHERE original IS NOT NULL AND stage = 'done' AND kind NOT IN ('confirmed', 'expired')
        ORDER BY seq
    ) WHERE true
    ON CONFLICT (place, path) DO UPDATE SET hash = excluded.hash, size = excluded.size, time_ms = excluded.time_ms";

/// What a policy deleted, and nobody put there again, is not missing.
const EXPIRED: &str = "
    DELETE FROM temp.ledger WHERE place = 'originals' AND 'expired' = (
        SELECT kind FROM outcomes WHERE original = ledger.path AND stage = 'done' AND kind <> 'confirmed'
        ORDER BY seq DESC LIMIT 1)";

/// The journal's last word on every path.
pub(crate) struct Ledger {
    connection: Connection,
}

/// What should lie at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Expected {
    /// BLAKE3 in hexadecimal; `None` when the file was too large to be read, or the entry is of an earlier version.
    pub(crate) hash: Option<String>,
    /// Bytes; `None` for stripped copies.
    pub(crate) size: Option<u64>,
    /// When it was published.
    pub(crate) time: Timestamp,
}

impl Ledger {
    /// Reads the journal in `state`; `None` when there is none yet.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn open(state: &Path) -> Result<Option<Self>, JournalError> {
        let Some(connection) = Store::open_read_only(state)? else { return Ok(None) };
        connection.execute_batch(TABLES)?;
        connection.execute(READ, [0])?;
        connection.execute(EXPIRED, [])?;
        Ok(Some(Self { connection }))
    }

    /// Reads the journal once more: what the daemon published meanwhile is known then too.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn read_again(&self) -> Result<(), JournalError> {
        self.connection.execute(READ, [1])?;
        self.connection.execute(EXPIRED, [])?;
        Ok(())
    }

    /// What should lie there, which counts as seen from now on; `None` when the journal does not know the path.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn see(&self, place: Place, path: &Path) -> Result<Option<Expected>, JournalError> {
        let mut statement = self.connection.prepare_cached(
            "UPDATE temp.ledger SET seen = 1 WHERE place = ?1 AND path = ?2 RETURNING hash, size, time_ms",
        )?;
        let found = statement.query_row(params![place.as_str(), path.as_os_str().as_bytes()], |row| {
            Ok(Expected {
                hash: row.get(0)?,
                size: row.get::<_, Option<i64>>(1)?.map(i64::unsigned_abs),
                time: time(row.get(2)?),
            })
        });
        Ok(found.optional()?)
    }

    /// Remembers a path that the journal does not know.
    ///
    /// # Errors
    /// When there is no room for it.
    pub(crate) fn remember(&self, place: Place, path: &Path) -> Result<(), JournalError> {
        let mut statement = self.connection.prepare_cached("INSERT OR IGNORE INTO temp.strangers VALUES (?1, ?2)")?;
        statement.execute(params![place.as_str(), path.as_os_str().as_bytes()])?;
        Ok(())
    }

    /// The paths of `place` that were remembered, in order.
    ///
    /// # Errors
    /// When they cannot be read, and what `each` says.
    pub(crate) fn strangers<E: From<JournalError>>(
        &self,
        place: Place,
        mut each: impl FnMut(PathBuf) -> Result<(), E>,
    ) -> Result<(), E> {
        let database = |error: rusqlite::Error| E::from(JournalError::from(error));
        let query = "SELECT path FROM temp.strangers WHERE place = ?1 ORDER BY path";
        let mut statement = self.connection.prepare(query).map_err(database)?;
        let mut rows = statement.query([place.as_str()]).map_err(database)?;
        while let Some(row) = rows.next().map_err(database)? {
            each(path(row.get(0).map_err(database)?))?;
        }
        Ok(())
    }

    /// The paths of `place` that should be there from the beginning and were never seen, in order, with when they were
    /// published.
    ///
    /// # Errors
    /// When they cannot be read, and what `each` says.
    pub(crate) fn unseen<E: From<JournalError>>(
        &self,
        place: Place,
        mut each: impl FnMut(PathBuf, Expected) -> Result<(), E>,
    ) -> Result<(), E> {
        let database = |error: rusqlite::Error| E::from(JournalError::from(error));
        let query = "SELECT path, hash, size, time_ms FROM temp.ledger WHERE place = ?1 AND seen = 0 AND round = 0 ORDER BY path";
        let mut statement = self.connection.prepare(query).map_err(database)?;
        let mut rows = statement.query([place.as_str()]).map_err(database)?;
        while let Some(row) = rows.next().map_err(database)? {
            let expected = || -> rusqlite::Result<(Vec<u8>, Expected)> {
                let size = row.get::<_, Option<i64>>(2)?.map(i64::unsigned_abs);
                Ok((row.get(0)?, Expected { hash: row.get(1)?, size, time: time(row.get(3)?) }))
            };
            let (bytes, expected) = expected().map_err(database)?;
            each(path(bytes), expected)?;
        }
        Ok(())
    }

    /// Whether a row says at this moment that what should lie there is being deleted, or that a copy with its bytes is on its way.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn is_moving(&self, place: Place, path: &Path, expected: &Expected) -> Result<bool, JournalError> {
        let query = match place {
            Place::Originals => "kind = 'expired' AND original = ?1 AND ?2 IS ?2",
            _ => "kind <> 'expired' AND ?1 IS ?1 AND (copy_hash = ?2 OR hash = ?2)",
        };
        let query = format!("SELECT 1 FROM outcomes WHERE stage = 'moving' AND {query} LIMIT 1");
        let mut statement = self.connection.prepare_cached(&query)?;
        Ok(statement.exists(params![path.as_os_str().as_bytes(), expected.hash])?)
    }

    /// Whether the journal's last word on what lay there is, at this moment, that a policy deleted it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn is_expired(&self, place: Place, path: &Path) -> Result<bool, JournalError> {
        let query = "SELECT kind FROM outcomes WHERE original = ?1 AND stage = 'done' AND kind <> 'confirmed'
             ORDER BY seq DESC LIMIT 1";
        let mut statement = self.connection.prepare_cached(query)?;
        let last: Option<String> = statement.query_row([path.as_os_str().as_bytes()], |row| row.get(0)).optional()?;
        Ok(place == Place::Originals && last.as_deref() == Some("expired"))
    }

    /// The path, as it was dropped, of a file with these bytes, and whether it is being moved at this moment.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(crate) fn bytes_of(&self, hash: &str) -> Result<Option<(PathBuf, bool)>, JournalError> {
        let mut moving = self.connection.prepare_cached(
            "SELECT path FROM outcomes WHERE stage = 'moving' AND (hash = ?1 OR copy_hash = ?1) LIMIT 1",
        )?;
        if let Some(found) = moving.query_row([hash], |row| row.get(0)).optional()? {
            return Ok(Some((path(found), true)));
        }
        let mut done =
            self.connection.prepare_cached("SELECT path FROM outcomes WHERE hash = ?1 ORDER BY seq DESC LIMIT 1")?;
        Ok(done.query_row([hash], |row| row.get(0)).optional()?.map(|found| (path(found), false)))
    }
}

fn path(bytes: Vec<u8>) -> PathBuf {
    PathBuf::from(OsString::from_vec(bytes))
}

fn time(milliseconds: i64) -> Timestamp {
    Timestamp::from_millisecond(milliseconds).unwrap_or(Timestamp::UNIX_EPOCH)
}
