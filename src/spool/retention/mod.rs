//! Deleting what its owner no longer wants kept: only by a policy that a person wrote, only what the journal knows, byte for
//! byte, and never without a row that says what went, by which policy.
//!
//! A file that is due is hashed through a handle; the journal is told what is about to happen; then the file goes, by one
//! rename, into a private folder, where nobody can swap it, is looked at once more, and is removed, when a folder beside says so. A crash
//! in between leaves a row that is not done: the next start puts the file back, or completes the row when that folder says that the file
//! was removed. What is held there and has no row, because the journal was lost as well, goes back too.

mod age;
mod deletion;
mod held;
mod policy;
mod recovery;
mod rows;
mod waiting;

use std::{
    io,
    path::{Path, PathBuf},
};

use jiff::Timestamp;

use self::age::Ages;
pub(super) use self::{
    deletion::{OTHER_BYTES, check},
    held::{Held, MoveFolder},
    recovery::{LeftToMove, put_back_copy},
    waiting::held,
};
use super::{
    bench::{Bench, is_gone},
    fault::{Class, Doing, Fault},
    journal::Reader,
    layout::Place,
    name::PRIVATE,
    pulse::Pulse,
};

pub use policy::{Policy, Retention};
pub use waiting::{Waiting, waiting};

/// What is told of one file that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Where it lies.
    pub place: Place,
    /// Its path there.
    pub path: PathBuf,
    /// The policy.
    pub policy: &'static str,
    /// Its size in bytes.
    pub size: u64,
    /// Why it stays nevertheless.
    pub kept: Option<String>,
}

/// What one pass did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Expired {
    /// Files deleted (or, of a dry run, due).
    pub files: u64,
    /// Files that were due and stay.
    pub kept: u64,
    /// Rows of the journal.
    pub rows: u64,
}

/// How to go about it.
pub struct Pass<'p> {
    /// What is kept how long.
    pub retention: &'p Retention,
    /// The present, on the wall clock: ages are counted in months, across restarts of the machine.
    pub now: Timestamp,
    /// Only say what is due.
    pub dry: bool,
    /// Whether to stop early.
    pub stop: &'p dyn Fn() -> bool,
    /// Hears of every file that is due.
    pub tell: &'p mut dyn FnMut(&Due),
}

impl Bench {
    /// Deletes what is due. Nothing happens where no policy is on.
    ///
    /// # Errors
    /// When a folder cannot be listed or the journal cannot be read or written: nothing is deleted that cannot be written down.
    pub fn expire(&self, state: &Path, pass: &mut Pass<'_>) -> Result<Expired, Fault> {
        let mut expired = Expired::default();
        if pass.retention.policies().is_empty() {
            return Ok(expired);
        }
        let Some(reader) = Reader::open(state).map_err(|error| journal_fault(state, &error))? else {
            return Ok(expired);
        };
        let mut ages = Ages::at(pass.now, &reader);
        for place in Place::ALL {
            if [true, false].iter().any(|confirmed| pass.retention.policy(place, *confirmed).is_some()) {
                self.expire_files(place, state, (&reader, &mut ages), pass, &mut expired)?;
            }
        }
        if let Some(span) = pass.retention.journal {
            expired.rows = self.expire_rows(state, (&reader, &mut ages), span, pass)?;
        }
        Ok(expired)
    }

    /// Goes through a folder entry by entry, so that it costs no memory, however many there are.
    fn expire_files(
        &self,
        place: Place,
        state: &Path,
        (reader, ages): (&Reader, &mut Ages<'_>),
        pass: &mut Pass<'_>,
        expired: &mut Expired,
    ) -> Result<(), Fault> {
        let root = self.destinations.open(place)?;
        let mut open = vec![PathBuf::new()];
        while let Some(below) = open.pop() {
            let folder = match root.sub(&below) {
                // It went.
                Err(_) if !below.as_os_str().is_empty() => continue,
                folder => folder.doing("open the folder", root.path())?,
            };
            for entry in folder.entries().doing("list", folder.path())? {
                let (name, kind) = entry.doing("list", folder.path())?;
                if (pass.stop)() {
                    return Ok(());
                }
                let path = below.join(&name);
                if kind.is_dir() {
                    if !(name == PRIVATE && (below.as_os_str().is_empty() || root.is_mounted(&below))) {
                        open.push(path);
                    }
                    continue;
                }
                if !kind.is_file() {
                    continue;
                }
                let lying = reader.lying(place, &path).map_err(|error| journal_fault(state, &error))?;
                let Some(lying) = lying else { continue };
                // Somebody decided on it, and otherwise than that it may go from there.
                if place == Place::Quarantine && lying.released {
                    continue;
                }
                let Some((policy, span)) = pass.retention.policy(place, lying.confirmed) else { continue };
                let older = ages.is_older((lying.seq, lying.entry.time), span);
                if !older.map_err(|error| journal_fault(state, &error))? {
                    continue;
                }
                let why = format!("{policy}: kept for {} s", span.as_secs());
                let kept = match pass.dry {
                    true => check(&folder, &name, &lying.entry, Pulse::UNHEARD).err(),
                    false => self.expire_file((&root, &folder), &name, place, (state, reader, &lying), &why)?.err(),
                };
                *(if kept.is_none() { &mut expired.files } else { &mut expired.kept }) += 1;
                (pass.tell)(&Due { place, path, policy, size: lying.entry.size, kept });
            }
        }
        Ok(())
    }
}

fn journal_fault(state: &Path, error: &dyn std::fmt::Display) -> Fault {
    Fault::of(Class::Broken, "read the journal in", state, io::Error::other(error.to_string()))
}

#[cfg(test)]
mod tests;
