//! For tests: another program that works on the journal's database.

use std::path::Path;

use rusqlite::Connection;

/// Keeps everybody else from writing, until it is dropped.
pub(crate) struct Another(Connection);

impl Another {
    pub(crate) fn writing(state: &Path) -> Self {
        let database = Connection::open(state.join(super::FILE)).unwrap();
        database.execute_batch("BEGIN IMMEDIATE").unwrap();
        Self(database)
    }
}

impl Drop for Another {
    fn drop(&mut self) {
        self.0.execute_batch("ROLLBACK").unwrap();
    }
}
