//! The database file: its schema, opening it, and setting a broken one aside.

use std::{
    error,
    ffi::OsStr,
    fmt, io,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    time::Duration,
};

use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior, params};
use rustix::{fs::Access, io::Errno};

use super::{
    FILE,
    entry::{Entry, Kind, Stage},
    reader::{COLUMNS, entry},
    schema::{self, VERSION},
};
use crate::spool::{folder::Folder, name::shown};

/// What one long transaction may leave of the write-ahead log's file, in bytes.
const LOG_MAX: i64 = 4 << 20;

/// Pages given back to the disk at a time.
const PAGES: u32 = 1000;

/// How long to wait for a reader's or another writer's lock.
pub(super) const BUSY: Duration = Duration::from_secs(5);

const UPSERT: &str = "
    INSERT INTO outcomes (id, kind, stage, time_ms, path, size, hash, verdict, rules, ruleset, curated, original,
        aside, report, settled, tries, who, why, copy_hash)
    VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, ?9, ?10, ?11, ?12, ?13, ?14, ?15, ?16, ?17, ?18, ?19)
    ON CONFLICT (id) DO UPDATE SET kind = ?2, stage = ?3, time_ms = ?4, path = ?5, size = ?6, hash = ?7, verdict = ?8,
        rules = ?9, ruleset = ?10, curated = ?11, original = ?12, aside = ?13, report = ?14, settled = ?15,
        tries = ?16, who = ?17, why = ?18, copy_hash = ?19";

/// What changes when a file that was being moved is where it belongs. All the rest, and most indexes, stay untouched.
const DONE: &str = "
    UPDATE outcomes SET stage = ?2, time_ms = ?3, curated = ?4, original = ?5, aside = ?6
    WHERE id = ?1 AND stage = ?7 AND kind = ?8";

/// Why the journal cannot be used.
#[derive(Debug)]
pub enum JournalError {
    /// SQLite said so.
    Database(rusqlite::Error),
    /// Whoever asks may not read it, or even look whether it is there.
    Unreadable {
        /// Where it should be.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// It was written by a later version of siftd.
    Later {
        /// Its schema version.
        version: i64,
    },
    /// It was written by an earlier version, and whoever only reads does not change it.
    Earlier {
        /// Its schema version.
        version: i64,
    },
}

impl fmt::Display for JournalError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Database(error) => write!(f, "{error}"),
            Self::Unreadable { path, source } => {
                write!(f, "{}: {source}; ask as the user that siftd runs as, or as root", shown(path))
            }
            Self::Later { version } => {
                write!(f, "its schema version is {version} and this siftd knows {VERSION}; use the later siftd")
            }
            Self::Earlier { version } => write!(
                f,
                "its schema version is {version} and this siftd reads {VERSION}; the next start of `siftd run` or \
                 `siftd once` brings it up to date"
            ),
        }
    }
}

impl error::Error for JournalError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Database(error) => Some(error),
            // Its text has it.
            Self::Unreadable { .. } | Self::Later { .. } | Self::Earlier { .. } => None,
        }
    }
}

impl From<rusqlite::Error> for JournalError {
    fn from(error: rusqlite::Error) -> Self {
        Self::Database(error)
    }
}

impl JournalError {
    /// Whether what is in the file is no database.
    pub(super) fn is_corrupt(&self) -> bool {
        let Self::Database(error) = self else { return false };
        matches!(error.sqlite_error_code(), Some(ErrorCode::DatabaseCorrupt | ErrorCode::NotADatabase))
    }

    /// Whether the file itself is bad, so that a new one helps; not when it is only busy or the disk full.
    pub(super) fn is_broken(&self) -> bool {
        match self {
            Self::Later { .. } => true,
            _ if self.is_corrupt() => true,
            Self::Unreadable { .. } | Self::Earlier { .. } => false,
            Self::Database(error) => match error.sqlite_error_code() {
                Some(ErrorCode::SchemaChanged) => true,
                // A table or a column is missing: somebody else's database.
                Some(ErrorCode::Unknown) => true,
                Some(_) => false,
                None => !matches!(error, rusqlite::Error::QueryReturnedNoRows),
            },
        }
    }
}

/// An open journal.
#[derive(Debug)]
pub(super) struct Store {
    connection: Connection,
    path: PathBuf,
    identity: Option<(u64, u64)>,
}

impl Store {
    /// Opens the journal in `state` for writing; makes it if it is missing. Waits for another's lock for as long as `patience`.
    pub(super) fn open(state: &Path, patience: Duration) -> Result<Self, JournalError> {
        let path = state.join(FILE);
        let connection = Connection::open(&path)?;
        connection.busy_timeout(patience)?;
        // Only before the first table: what is deleted can be given back to the disk later.
        connection.pragma_update(None, "auto_vacuum", "INCREMENTAL")?;
        connection.pragma_update(None, "journal_mode", "WAL")?;
        // A large group of entries would spill into a file of SQLite's own choice, in a folder that the daemon shuts itself
        // out of.
        connection.pragma_update(None, "temp_store", "MEMORY")?;
        connection.pragma_update(None, "journal_size_limit", LOG_MAX)?;
        // The journal says `done` after the file is durable, and the claim goes after the journal says so.
        connection.pragma_update(None, "synchronous", "FULL")?;
        schema::bring_up(&connection)?;
        // A broken page shows here, and not in the middle of the first busy hour.
        connection.query_row("SELECT max(seq) FROM outcomes", [], |_| Ok(()))?;
        let identity = identity(&path);
        Ok(Self { connection, path, identity })
    }

    /// Opens the journal in `state` for reading; `None` when there is none yet.
    pub(super) fn open_read_only(state: &Path) -> Result<Option<Connection>, JournalError> {
        let path = state.join(FILE);
        // By opening it here and closing it again, this process would lose the locks that SQLite holds on it.
        match rustix::fs::access(&path, Access::READ_OK) {
            Ok(()) => {}
            Err(Errno::NOENT | Errno::NOTDIR) => return Ok(None),
            Err(error) => return Err(JournalError::Unreadable { path, source: error.into() }),
        }
        // Nothing is written; but only one who might takes the write-ahead log along when he is the last to go. Without the
        // permission SQLite opens it for reading by itself.
        let connection = Connection::open_with_flags(&path, OpenFlags::SQLITE_OPEN_READ_WRITE)?;
        connection.busy_timeout(BUSY)?;
        match schema::version(&connection)? {
            VERSION => Ok(Some(connection)),
            0 => Ok(None),
            version if version > VERSION => Err(JournalError::Later { version }),
            version => Err(JournalError::Earlier { version }),
        }
    }

    /// Waits for another's lock for as long as this, from now on.
    pub(super) fn wait_at_most(&self, patience: Duration) {
        // It only sets a number.
        let _ = self.connection.busy_timeout(patience);
    }

    /// Writes all of it or nothing, durably.
    pub(super) fn write(
        &mut self,
        entries: &[Entry],
        forgotten: &[String],
        counts: &[(&'static str, u64)],
    ) -> Result<(), JournalError> {
        // At once, so that a lock shows even when there is nothing to write.
        let transaction = self.connection.transaction_with_behavior(TransactionBehavior::Immediate)?;
        {
            let mut upsert = transaction.prepare_cached(UPSERT)?;
            let mut done = transaction.prepare_cached(DONE)?;
            for entry in entries {
                let changed = if entry.stage == Stage::Done && entry.kind == Kind::Judged {
                    done.execute(params![
                        entry.id,
                        entry.stage.as_str(),
                        entry.time.as_millisecond(),
                        entry.curated.as_deref().map(bytes),
                        entry.original.as_deref().map(bytes),
                        entry.aside.as_deref().map(bytes),
                        Stage::Moving.as_str(),
                        entry.kind.as_str(),
                    ])?
                } else {
                    0
                };
                if changed > 0 {
                    continue;
                }
                upsert.execute(params![
                    entry.id,
                    entry.kind.as_str(),
                    entry.stage.as_str(),
                    entry.time.as_millisecond(),
                    bytes(&entry.path),
                    i64::try_from(entry.size).unwrap_or(i64::MAX),
                    entry.hash,
                    entry.verdict,
                    serde_json::Value::from(entry.rules.clone()).to_string(),
                    entry.ruleset,
                    entry.curated.as_deref().map(bytes),
                    entry.original.as_deref().map(bytes),
                    entry.aside.as_deref().map(bytes),
                    entry.report,
                    entry.settled,
                    entry.tries,
                    entry.who,
                    entry.why,
                    entry.copy_hash,
                ])?;
            }
            let mut forget = transaction.prepare_cached("DELETE FROM outcomes WHERE id = ?1 AND stage = ?2")?;
            for id in forgotten {
                forget.execute(params![id, Stage::Moving.as_str()])?;
            }
            let mut count = transaction.prepare_cached(
                "INSERT INTO counters (name, value) VALUES (?1, ?2)
                 ON CONFLICT (name) DO UPDATE SET value = value + ?2",
            )?;
            for (name, value) in counts {
                count.execute(params![name, i64::try_from(*value).unwrap_or(i64::MAX)])?;
            }
        }
        Ok(transaction.commit()?)
    }

    /// Deletes rows by their numbers, and gives some of the room back to the disk; what is not given back is used again.
    pub(super) fn drop_rows(&mut self, rows: &[i64]) -> Result<(), JournalError> {
        let transaction = self.connection.transaction()?;
        {
            let mut statement = transaction.prepare_cached("DELETE FROM outcomes WHERE seq = ?1")?;
            for row in rows {
                statement.execute([row])?;
            }
        }
        transaction.commit()?;
        let mut statement = self.connection.prepare_cached(&format!("PRAGMA incremental_vacuum({PAGES})"))?;
        let mut freed = statement.query([])?;
        while freed.next()?.is_some() {}
        Ok(())
    }

    /// The entry of this id.
    pub(super) fn known(&self, id: &str) -> Result<Option<Entry>, JournalError> {
        let query = format!("SELECT {COLUMNS} FROM outcomes WHERE id = ?1");
        let mut statement = self.connection.prepare_cached(&query)?;
        let mut rows = statement.query_map([id], entry)?;
        Ok(rows.next().transpose()?)
    }

    /// Entries of what people asked for that are not done.
    pub(super) fn interrupted(&self) -> Result<Vec<Entry>, JournalError> {
        // The stage stands in the query itself: else its index would not be used.
        let moving = Stage::Moving.as_str();
        let query = format!("SELECT {COLUMNS} FROM outcomes WHERE stage = '{moving}' AND kind <> ?1");
        let mut statement = self.connection.prepare_cached(&query)?;
        let rows = statement.query_map([Kind::Judged.as_str()], entry)?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// Whether every page of it can be read and makes sense. Reads all of it.
    pub(super) fn is_sound(&self) -> bool {
        let checked = self.connection.query_row("PRAGMA quick_check(1)", [], |row| row.get::<_, String>(0));
        checked.is_ok_and(|found| found == "ok")
    }

    /// Whether the file was deleted or replaced under us.
    pub(super) fn is_lost(&self) -> bool {
        identity(&self.path) != self.identity
    }
}

fn bytes(path: &Path) -> &[u8] {
    path.as_os_str().as_bytes()
}

fn identity(path: &Path) -> Option<(u64, u64)> {
    let stat = rustix::fs::stat(path).ok()?;
    Some((stat.st_dev, stat.st_ino))
}

/// Gives a broken journal another name, so that a new one can be begun; the new name, if there was anything.
pub(super) fn set_aside(state: &Path) -> Option<String> {
    let folder = Folder::open(state).ok()?;
    for number in 1..=9999 {
        let aside = format!("{FILE}.aside-{number}");
        match folder.give(OsStr::new(FILE), &folder, OsStr::new(&aside)) {
            Ok(()) => {
                // They belong to the old file and would be replayed into the new one.
                for suffix in ["-wal", "-shm"] {
                    let (from, to) = (format!("{FILE}{suffix}"), format!("{aside}{suffix}"));
                    let _ = folder.give(OsStr::new(&from), &folder, OsStr::new(&to));
                }
                return Some(shown(state.join(aside)));
            }
            Err(Errno::EXIST) => {}
            Err(_) => return None,
        }
    }
    None
}
