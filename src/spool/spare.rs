//! Claims' folders that are used again. Making and removing a folder costs several times what a rename costs, and more where
//! the disk is told of each freed block.

use std::{
    ffi::{OsStr, OsString},
    sync::{Mutex, MutexGuard, PoisonError},
};

use super::folder::Folder;

/// Kept at a time: each is a handle too.
const KEPT_MAX: usize = 128;

/// Empty folders below a daemon's, under the names of claims that have ended: whoever finds one after a crash takes it for what
/// it is, a claim of which nothing more is to be known.
#[derive(Debug, Default)]
pub(crate) struct Spares {
    kept: Mutex<Vec<(OsString, Folder)>>,
}

impl Spares {
    /// An empty folder `own` below `home`, if there is one to spare.
    pub(crate) fn take(&self, home: &Folder, own: &OsStr) -> Option<Folder> {
        let (before, folder) = self.kept().pop()?;
        // Somebody removed it, if it fails: a new one is made then.
        home.take(&before, home, own).ok().map(|()| folder)
    }

    /// Keeps a folder that is empty; gives it back when there are enough.
    pub(crate) fn keep(&self, own: OsString, folder: Folder) -> Option<OsString> {
        let mut kept = self.kept();
        if kept.len() >= KEPT_MAX {
            return Some(own);
        }
        kept.push((own, folder));
        None
    }

    /// Removes all of them.
    pub(crate) fn clear(&self, home: &Folder) {
        let kept = std::mem::take(&mut *self.kept());
        for (own, _) in kept {
            let _ = home.rmdir(&own);
        }
    }

    fn kept(&self) -> MutexGuard<'_, Vec<(OsString, Folder)>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
