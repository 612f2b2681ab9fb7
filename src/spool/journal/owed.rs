//! Rows that the journal is owed while it cannot be written: who deletes by what it says must not go by it alone then. A lock on the
//! state folder says so to every process, and goes with whoever holds it.

use std::{io, path::Path, thread, time::Duration};

use rustix::{fs::FlockOperation, io::Errno};

use crate::spool::folder::Folder;

/// How often, and how long after one another, it is asked whether rows are owed: others who ask hold the same lock for a moment.
const LOOKS: u32 = 100;
const PAUSE: Duration = Duration::from_millis(10);

/// Rows wait in the memory of this process.
#[derive(Debug)]
pub(super) struct Owed {
    _lock: Folder,
}

impl Owed {
    /// Waits until whoever deletes a file at this moment is done with it. `None` where nothing can be locked: nobody deletes there.
    pub(super) fn say(state: &Path) -> Option<Self> {
        let folder = Folder::open(state).ok()?;
        folder.lock(FlockOperation::LockShared).ok()?;
        Some(Self { _lock: folder })
    }
}

/// The journal is owed nothing, for as long as this is held.
#[derive(Debug)]
pub(crate) struct Complete {
    _lock: Folder,
}

impl Complete {
    /// `None` while any process has rows that it could not write.
    ///
    /// # Errors
    /// When that cannot be told.
    pub(crate) fn hold(state: &Path) -> io::Result<Option<Self>> {
        let folder = Folder::open(state)?;
        for _ in 0..LOOKS {
            match folder.lock(FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Ok(Some(Self { _lock: folder })),
                Err(Errno::WOULDBLOCK) => thread::sleep(PAUSE),
                Err(error) => return Err(error.into()),
            }
        }
        Ok(None)
    }
}
