//! The folder that a file is held in, before anything is taken.

use std::{
    ffi::OsStr,
    io,
    path::{Path, PathBuf},
};

use rustix::{fs::FlockOperation, io::Errno};

use super::{COPY, Held, MOVE, identity, is_unsupported};
use crate::spool::{folder::Folder, name::PRIVATE};

/// The folder of a move or a deletion that is about to be written down, locked, so that no other process takes it for one that a crash
/// left; and marked, so that no later start takes the file for gone that is not mounted then. It goes when nothing is taken.
#[derive(Debug)]
pub(in crate::spool) struct MoveFolder<'r> {
    pub(super) root: &'r Folder,
    pub(super) id: String,
    pub(super) path: PathBuf,
    pub(super) lock: Option<Folder>,
}

impl<'r> MoveFolder<'r> {
    /// Makes and locks it, for the row `id` of the file at `path`. Fails where nothing can be locked.
    pub(in crate::spool) fn lock(root: &'r Folder, id: &str, path: &Path) -> io::Result<Self> {
        Self::named(root, format!("{MOVE}{id}"), path, |_| false)
    }

    /// The same for the copy that was made for the row `id`, of which the journal itself says nothing.
    pub(in crate::spool) fn lock_copy(root: &'r Folder, id: &str, path: &Path) -> io::Result<Self> {
        Self::named(root, format!("{MOVE}{COPY}{id}"), path, is_unsupported)
    }

    /// The same for the row of a deletion, which goes on where nothing can be locked: what another process puts back meanwhile, or
    /// takes for deleted, is not lost by that.
    pub(in crate::spool::retention) fn lock_deletion(root: &'r Folder, id: &str, path: &Path) -> io::Result<Self> {
        Self::named(root, id.to_owned(), path, is_unsupported)
    }

    fn named(root: &'r Folder, id: String, path: &Path, is_dispensable: fn(Errno) -> bool) -> io::Result<Self> {
        let path = path.to_owned();
        loop {
            root.make(OsStr::new(PRIVATE), 0o700)?;
            match root.sub(Path::new(PRIVATE)).and_then(|private| lock_new(&private, OsStr::new(&id), is_dispensable)) {
                // Another one, done with it, removed the private folder a moment ago, or this one.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Ok(lock) => {
                    let to = Self { root, id, path, lock: Some(lock) };
                    Held::make(root, &to.path, &to.id)?;
                    return Ok(to);
                }
                Err(error) => {
                    Held::clear_empty(root, OsStr::new(&id));
                    return Err(error);
                }
            }
        }
    }
}

impl Drop for MoveFolder<'_> {
    fn drop(&mut self) {
        if self.lock.is_some() {
            Held::clear(self.root, OsStr::new(&self.id), &self.path);
        }
    }
}

/// Makes the folder of a move and locks it. Another process may have it locked for a moment, to look whether a crash left it.
fn lock_new(private: &Folder, own: &OsStr, is_dispensable: fn(Errno) -> bool) -> io::Result<Folder> {
    private.make(own, 0o700)?;
    let folder = private.sub(Path::new(own))?;
    if let Err(error) = folder.lock(FlockOperation::LockExclusive)
        && !is_dispensable(error)
    {
        return Err(io::Error::other(format!("the folder that it is to be held in cannot be locked: {error}")));
    }
    let (locked, named) = (folder.stat_self()?, private.stat(own)?);
    // It may have been taken for what a crash left, and removed, before it was locked: then once more.
    if identity(&locked) != identity(&named) {
        return Err(Errno::NOENT.into());
    }
    Ok(folder)
}
