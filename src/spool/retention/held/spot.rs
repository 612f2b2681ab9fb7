//! The folder in which a file is held, on the file system that it lies on; and the mark that stays in the place where that is
//! another one, so that whoever looks there after a crash knows of it, though it is not mounted at that moment.

use std::{
    ffi::OsStr,
    io,
    path::{Path, PathBuf},
};

use crate::spool::{
    bench::is_gone,
    folder::{Durable, Folder},
    name::PRIVATE,
};

/// The place itself, or what is mounted on a folder in it.
#[derive(Debug)]
pub(super) struct Spot {
    base: Folder,
    /// Where in the place that is.
    at: PathBuf,
}

impl Spot {
    /// Where files of the folder `below` are held.
    pub(super) fn of(root: &Folder, below: &Path) -> io::Result<Self> {
        let (at, base) = root.mounted(below)?;
        Ok(Self { base, at })
    }

    /// The place itself.
    pub(super) fn plain(root: &Folder) -> io::Result<Self> {
        Ok(Self { base: root.again()?, at: PathBuf::new() })
    }

    /// Whether it is not the place itself.
    pub(super) fn is_mounted(&self) -> bool {
        !self.at.as_os_str().is_empty()
    }

    /// Where the folder of a deletion or move is, for people.
    pub(super) fn path(&self, id: &Path) -> PathBuf {
        self.base.path().join(PRIVATE).join(id)
    }

    /// Makes and opens the folder of a deletion or move for a file of the folder `below`; durably, if a mark is to tell of it.
    pub(super) fn make(&self, id: &str, below: &Path) -> io::Result<Folder> {
        self.base.make(OsStr::new(PRIVATE), 0o700)?;
        let (private, own) = (self.private()?, self.own(Path::new(id), below));
        if !self.is_mounted() {
            return private.make_sub(&own, 0o700, Durable::No);
        }
        let folder = private.make_sub(&own, 0o700, Durable::Yes)?;
        self.base.sync().map(|()| folder)
    }

    /// Opens it, if it is there.
    pub(super) fn find(&self, id: impl AsRef<Path>, below: &Path) -> io::Result<Folder> {
        self.private()?.sub(&self.own(id.as_ref(), below))
    }

    /// Removes it, if it is empty.
    pub(super) fn close(&self, id: &Path, below: &Path) {
        if let Ok(private) = self.private() {
            private.prune(&self.own(id, below));
            let _ = self.base.rmdir(OsStr::new(PRIVATE));
        }
    }

    fn private(&self) -> io::Result<Folder> {
        self.base.sub(Path::new(PRIVATE))
    }

    fn own(&self, id: &Path, below: &Path) -> PathBuf {
        id.join(below.strip_prefix(&self.at).unwrap_or(below))
    }
}

/// Folders called like the file, and a last one that says that they are all there: no document lies in a hidden folder.
fn path_of_mark(path: &Path) -> PathBuf {
    Path::new(PRIVATE).join(path).join(PRIVATE)
}

/// Says in the place, durably and before it is so, that the file at `path` is held elsewhere. That has its folder there by now, and
/// longer than the mark stands: whoever finds a mark and no folder knows that what has it is not mounted, whatever is.
pub(super) fn mark(root: &Folder, private: &Folder, id: &str, path: &Path) -> io::Result<()> {
    private.make_sub(&Path::new(id).join(path_of_mark(path)), 0o700, Durable::Yes)?;
    private.sync().and_then(|()| root.sync())
}

/// Whether that is said.
pub(super) fn is_marked(root: &Folder, id: impl AsRef<Path>, path: &Path) -> io::Result<bool> {
    match root.sub(&Path::new(PRIVATE).join(id).join(path_of_mark(path))) {
        Err(error) if is_gone(&error) => Ok(false),
        mark => mark.map(|_| true),
    }
}

/// The file that a mark is about, from the folders in that of the deletion or move.
pub(super) fn marked(folders: &Path) -> Option<&Path> {
    let path = folders.strip_prefix(PRIVATE).ok()?;
    path.parent().filter(|file| path.ends_with(PRIVATE) && !file.as_os_str().is_empty())
}

/// Removes the mark, durably and before the folder that it is about: what was held elsewhere is not any more.
pub(super) fn unmark(root: &Folder, id: &Path, path: &Path) -> io::Result<()> {
    let private = match root.sub(Path::new(PRIVATE)) {
        Err(error) if is_gone(&error) => return Ok(()),
        private => private?,
    };
    private.prune(&id.join(path_of_mark(path)));
    if is_marked(root, id, path)? {
        return Err(io::Error::other("the mark of what is held elsewhere cannot be removed"));
    }
    private.sync()?;
    let _ = root.rmdir(OsStr::new(PRIVATE));
    Ok(())
}
