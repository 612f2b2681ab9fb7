//! The tables, and the steps from each version of them to the next. A new journal goes through all steps, so that each of
//! them is always tried.

use rusqlite::Connection;

use super::store::JournalError;

/// The version this siftd writes, in SQLite's `user_version`. A journal of a later version is never written to.
pub(super) const VERSION: i64 = 5;

/// Brings the journal up to [`VERSION`], whole or not at all.
///
/// # Errors
/// When it is of a later version, or cannot be written.
pub(super) fn bring_up(connection: &Connection) -> Result<(), JournalError> {
    match version(connection)? {
        VERSION => return Ok(()),
        version if version > VERSION => return Err(JournalError::Later { version }),
        _ => {}
    }
    connection.execute_batch("BEGIN IMMEDIATE")?;
    // Asked again under the lock: another process may have done it at the same moment.
    let done = version(connection).map_err(JournalError::from).and_then(|from| {
        steps(connection, from)?;
        Ok(connection.execute_batch("COMMIT")?)
    });
    if done.is_err() {
        let _ = connection.execute_batch("ROLLBACK");
    }
    done
}

/// The version of a journal; 0 when there is nothing in it.
pub(super) fn version(connection: &Connection) -> rusqlite::Result<i64> {
    connection.pragma_query_value(None, "user_version", |row| row.get(0))
}

fn steps(connection: &Connection, from: i64) -> Result<(), JournalError> {
    if from > VERSION {
        return Err(JournalError::Later { version: from });
    }
    if from < 1 {
        connection.execute_batch(FIRST)?;
    }
    if from < 2 {
        // Journals of the first version were written with and without these.
        for column in ["who", "why"] {
            if !has_column(connection, column)? {
                connection.execute_batch(&format!("ALTER TABLE outcomes ADD COLUMN {column} TEXT"))?;
            }
        }
        connection.execute_batch(SECOND)?;
    }
    if from < 3 {
        connection.execute_batch("ALTER TABLE outcomes ADD COLUMN copy_hash TEXT")?;
    }
    if from < 4 {
        connection.execute_batch("CREATE INDEX outcomes_by_time ON outcomes (time_ms) WHERE stage = 'done'")?;
    }
    if from < 5 {
        connection
            .execute_batch("CREATE INDEX outcomes_by_copy ON outcomes (copy_hash) WHERE copy_hash IS NOT NULL")?;
    }
    Ok(connection.pragma_update(None, "user_version", VERSION)?)
}

fn has_column(connection: &Connection, name: &str) -> rusqlite::Result<bool> {
    let query = "SELECT count(*) FROM pragma_table_info('outcomes') WHERE name = ?1";
    connection.query_row(query, [name], |row| Ok(row.get::<_, i64>(0)? > 0))
}

const FIRST: &str = "
    CREATE TABLE outcomes (
        seq INTEGER PRIMARY KEY AUTOINCREMENT,
        id TEXT NOT NULL UNIQUE,
        kind TEXT NOT NULL,
        stage TEXT NOT NULL,
        time_ms INTEGER NOT NULL,
        path BLOB NOT NULL,
        size INTEGER NOT NULL,
        hash TEXT,
        verdict TEXT NOT NULL,
        rules TEXT NOT NULL,
        ruleset TEXT NOT NULL,
        curated BLOB,
        original BLOB,
        aside BLOB,
        report TEXT NOT NULL,
        settled TEXT NOT NULL,
        tries INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX outcomes_by_path ON outcomes (path, seq);
    CREATE INDEX outcomes_by_aside ON outcomes (aside, seq) WHERE aside IS NOT NULL;
    CREATE INDEX outcomes_by_hash ON outcomes (hash, seq) WHERE hash IS NOT NULL;
    CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
";

/// What was judged is counted as it is written, by verdict, so that nobody has to count millions of rows. A row that goes
/// because it is old stays counted; one of which nothing came does not.
const SECOND: &str = "
    CREATE INDEX outcomes_by_original ON outcomes (original, seq) WHERE original IS NOT NULL;
    CREATE INDEX outcomes_moving ON outcomes (seq) WHERE stage = 'moving';
    CREATE INDEX outcomes_decided ON outcomes (hash, seq) WHERE kind IN ('released', 'confirmed');
    CREATE TABLE tallies (verdict TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
    INSERT INTO tallies SELECT verdict, count(*) FROM outcomes WHERE kind = 'judged' GROUP BY verdict;
    CREATE TRIGGER tally_in AFTER INSERT ON outcomes WHEN new.kind = 'judged' BEGIN
        INSERT INTO tallies VALUES (new.verdict, 1) ON CONFLICT (verdict) DO UPDATE SET value = value + 1;
    END;
    CREATE TRIGGER tally_over AFTER UPDATE OF verdict ON outcomes
    WHEN new.kind = 'judged' AND old.verdict <> new.verdict BEGIN
        UPDATE tallies SET value = value - 1 WHERE verdict = old.verdict;
        INSERT INTO tallies VALUES (new.verdict, 1) ON CONFLICT (verdict) DO UPDATE SET value = value + 1;
    END;
    CREATE TRIGGER tally_out AFTER DELETE ON outcomes WHEN old.kind = 'judged' AND old.stage = 'moving' BEGIN
        UPDATE tallies SET value = value - 1 WHERE verdict = old.verdict;
    END;
";
