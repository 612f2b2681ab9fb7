//! Rows that the journal is owed while it cannot be written: who deletes by what it says must not go by it alone then. A lock on a
//! file of its own says so to every process, and goes with whoever holds it. It is never waited for for long: the one who
//! writes the journal is waited for by all the others.

use std::{
    ffi::OsStr,
    fs::File,
    io,
    os::fd::AsFd,
    path::Path,
    thread,
    time::{Duration, Instant},
};

use rustix::{
    fs::{FlockOperation, Mode, OFlags},
    io::Errno,
};

use super::LOCK;
use crate::spool::folder::{Folder, lock};

/// How often, and how long after one another, the lock is asked for: others who ask have it for a moment.
const LOOKS: u32 = 100;
const PAUSE: Duration = Duration::from_millis(10);

/// Whoever had the lock for longer may have kept it from one who asked for it all that time.
const MOMENT: Duration = Duration::from_millis(500);

/// Whether rows wait in the memory of this process, and the others are told.
#[derive(Debug, Default)]
pub(super) enum Owed {
    #[default]
    Nothing,
    /// For as long as the file is open.
    Said(#[expect(dead_code, reason = "it is held")] File),
    /// Somebody keeps the lock from everybody, so that nobody deletes; or there is none to be had. It is asked for again.
    Unsaid,
}

impl Owed {
    /// Rows wait from now on, or still do. Whoever deletes hears of it, but for one who had the file gone from its place already.
    pub(super) fn say(&mut self, state: &Path) {
        let looks = match self {
            Self::Said(_) => return,
            Self::Nothing => LOOKS,
            // Once is enough to have waited.
            Self::Unsaid => 1,
        };
        *self = say(state, looks).map_or(Self::Unsaid, Self::Said);
    }

    pub(super) fn is_unsaid(&self) -> bool {
        matches!(self, Self::Unsaid)
    }
}

fn say(state: &Path, looks: u32) -> Option<File> {
    let file = prepare(state).ok()?;
    for look in 0..looks {
        match lock(file.as_fd(), FlockOperation::NonBlockingLockShared) {
            Ok(()) => return Some(file),
            Err(Errno::WOULDBLOCK) if look + 1 < looks => thread::sleep(PAUSE),
            Err(_) => break,
        }
    }
    None
}

/// Opens the file, and makes it first: later there may be no room for it.
pub(super) fn prepare(state: &Path) -> io::Result<File> {
    let folder = Folder::open(state)?;
    let name = OsStr::new(LOCK);
    match folder.read(name) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => {
            let file = folder.write(name, OFlags::CREATE, 0o644)?;
            // Root, who asks for a deletion before siftd was ever started, must not shut siftd out.
            rustix::fs::fchmod(&file, Mode::from_raw_mode(0o644))?;
            Ok(file)
        }
        file => file,
    }
}

/// Whether no process has rows that it could not write. To be asked when nobody finds any more what is to be deleted: whoever begins to
/// owe something later goes by what lies there then.
///
/// # Errors
/// When that cannot be told.
pub(crate) fn is_complete(state: &Path) -> io::Result<bool> {
    let file = prepare(state)?;
    for _ in 0..LOOKS {
        let begun = Instant::now();
        match lock(file.as_fd(), FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => {
                lock(file.as_fd(), FlockOperation::Unlock)?;
                // Else it was stopped in between.
                if begun.elapsed() < MOMENT {
                    return Ok(true);
                }
            }
            Err(Errno::WOULDBLOCK) => thread::sleep(PAUSE),
            // Where nothing can be locked, nobody can tell.
            Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => return Ok(true),
            Err(error) => return Err(error.into()),
        }
    }
    Ok(false)
}
