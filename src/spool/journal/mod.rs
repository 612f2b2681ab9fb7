//! The journal: what was done with every file, in SQLite, so that the command line can read it while the
//! daemon writes. It is the audit and not the state: claims move on without it.
//!
//! An entry is written twice: as `moving` before the file is moved, and as `done` after file and folder are
//! durable. A crash in between leaves a `moving` entry, which recovery completes when it finds the claim empty.

mod entry;
mod handle;
mod ledger;
mod owed;
mod reader;
mod schema;
mod store;
mod writer;

pub use entry::{By, Entry, Kind, Stage};
pub use handle::{Journal, Unwritten};
pub(crate) use ledger::{Expected, Ledger};
pub(crate) use owed::is_complete;
pub use reader::{Confirmation, Lying, Reader, Totals};
pub use store::JournalError;

#[cfg(test)]
mod another;
#[cfg(test)]
mod tests;

#[cfg(test)]
pub(crate) use another::Another;

/// The journal's file name in the state folder.
pub(crate) const FILE: &str = "journal.db";

/// The file beside it that says by a lock that it is owed rows: empty, and always there.
const LOCK: &str = "journal.lock";
