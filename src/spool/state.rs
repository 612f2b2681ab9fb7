//! The daemon's own folder: one lock, and small files that are replaced whole.

use std::{
    ffi::OsStr,
    fs::{File, TryLockError},
    io::{self, Write},
    path::Path,
};

use rustix::fs::OFlags;

use super::{
    fault::{Doing, Fault},
    folder::Folder,
};

const LOCK: &str = "lock";

/// The state folder.
#[derive(Debug)]
pub struct StateFolder {
    folder: Folder,
}

/// Held for as long as a daemon runs on this state folder.
#[derive(Debug)]
pub struct StateLock {
    _file: File,
}

impl StateFolder {
    /// Opens it.
    ///
    /// # Errors
    /// When it is missing or not permitted.
    pub fn open(path: &Path) -> Result<Self, Fault> {
        Ok(Self { folder: Folder::open(path).doing("open the state folder", path)? })
    }

    /// Takes the lock; `None` when another daemon has it.
    ///
    /// # Errors
    /// When the lock file cannot be made or locked.
    pub fn lock(&self) -> Result<Option<StateLock>, Fault> {
        const DOING: &str = "lock the state folder";
        let file = self.folder.write(OsStr::new(LOCK), OFlags::CREATE, 0o600).doing(DOING, self.folder.path())?;
        match file.try_lock() {
            Ok(()) => Ok(Some(StateLock { _file: file })),
            Err(TryLockError::WouldBlock) => Ok(None),
            Err(TryLockError::Error(error)) => Err(Fault::new(DOING, self.folder.path(), error)),
        }
    }

    /// Whether a daemon runs on it. Never makes anything.
    ///
    /// # Errors
    /// When that cannot be told.
    pub fn is_locked(&self) -> Result<bool, Fault> {
        match self.folder.read(OsStr::new(LOCK)) {
            Ok(file) => Ok(matches!(file.try_lock_shared(), Err(TryLockError::WouldBlock))),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(false),
            Err(error) => Err(Fault::new("look whether a daemon runs on", self.folder.path(), error)),
        }
    }

    /// Replaces the file `name` whole. It need not outlive a power cut. The one before is kept, hidden, and written over the
    /// next time: so the disk may be full, and what is wrong can still be told.
    ///
    /// # Errors
    /// When it cannot be written.
    pub fn replace(&self, name: &str, bytes: &[u8]) -> Result<(), Fault> {
        const DOING: &str = "write the state file";
        let (name, temporary) = (OsStr::new(name), format!(".{name}.new"));
        let temporary = OsStr::new(&temporary);
        self.folder
            .write(temporary, OFlags::CREATE, 0o600)
            .and_then(|mut file| file.write_all(bytes).and_then(|()| file.set_len(bytes.len() as u64)))
            .and_then(|()| match self.folder.exchange(temporary, name) {
                Ok(()) => Ok(()),
                // The first time, and where the file system cannot do that.
                Err(_) => self.folder.rename_over(temporary, name).map(|()| self.keep(temporary, bytes)),
            })
            .doing(DOING, &self.folder.path().join(name))
    }

    /// Makes the one to be written over the next time. Without it there is only the need for room then.
    fn keep(&self, temporary: &OsStr, bytes: &[u8]) {
        let _ = self.folder.write(temporary, OFlags::CREATE, 0o600).and_then(|mut file| file.write_all(bytes));
    }

    /// Removes the file `name`, if it is there.
    ///
    /// # Errors
    /// When it is there and cannot be removed.
    pub fn remove(&self, name: &str) -> Result<(), Fault> {
        match self.folder.unlink(OsStr::new(name)) {
            Err(error) if error.kind() != io::ErrorKind::NotFound => {
                Err(Fault::new("remove the state file", &self.folder.path().join(name), error))
            }
            _ => Ok(()),
        }
    }

    /// Reads the file `name`; `None` when there is none.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn get(&self, name: &str) -> Result<Option<String>, Fault> {
        match self.folder.read(OsStr::new(name)).and_then(io::read_to_string) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(Fault::new("read the state file", &self.folder.path().join(name), error)),
        }
    }
}
