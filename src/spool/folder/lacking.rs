//! What a file system or a kernel may lack, or refuse; switched off by a test, for its own thread.

use std::{
    cell::{Cell, RefCell},
    path::{Path, PathBuf},
};

use rustix::io::Errno;

thread_local! {
    /// No rename without overwriting.
    pub(crate) static NOREPLACE: Cell<bool> = const { Cell::new(false) };
    /// No second names.
    pub(crate) static LINKS: Cell<bool> = const { Cell::new(false) };
    /// The next [`Folder::take`](super::Folder::take) is done, and said to have failed.
    pub(crate) static ANSWER: Cell<bool> = const { Cell::new(false) };
    /// What somebody else does just before the next file is moved or removed.
    pub(crate) static MEANWHILE: RefCell<Option<Box<dyn FnOnce()>>> = const { RefCell::new(None) };
    /// No handle left for the folder of this name, and for those in it.
    pub(crate) static HANDLES: RefCell<Option<PathBuf>> = const { RefCell::new(None) };
    /// No file's name can be removed.
    pub(crate) static STAYS: Cell<bool> = const { Cell::new(false) };
    /// Nothing can be moved into a folder, or get a name there, whose path has this in it.
    pub(crate) static COMES: Cell<Option<&str>> = const { Cell::new(None) };
    /// No `/proc`, by which what has no name gets one.
    pub(crate) static PROC: Cell<bool> = const { Cell::new(false) };
    /// No folder can be locked.
    pub(crate) static LOCKS: Cell<bool> = const { Cell::new(false) };
    /// No folder becomes durable whose path has this in it.
    pub(crate) static SYNCS: Cell<Option<&str>> = const { Cell::new(None) };
    /// Something is mounted on these folders below any other, as far as holding files is concerned.
    pub(crate) static MOUNTS: RefCell<Vec<PathBuf>> = const { RefCell::new(Vec::new()) };
}

pub(crate) fn meanwhile() {
    if let Some(act) = MEANWHILE.take() {
        act();
    }
}

/// Whether [`COMES`] lets something come there.
pub(super) fn comes(folder: &Path) -> rustix::io::Result<()> {
    match COMES.get() {
        Some(failing) if folder.to_string_lossy().contains(failing) => Err(Errno::IO),
        _ => Ok(()),
    }
}

/// Whether what has no name may get one there.
pub(super) fn named(folder: &Path) -> rustix::io::Result<()> {
    if PROC.get() { Err(Errno::NOENT) } else { comes(folder) }
}

/// The innermost of [`MOUNTS`] on the way to `below`.
pub(super) fn mounted(below: &Path) -> Option<PathBuf> {
    MOUNTS.with_borrow(|mounts| mounts.iter().filter(|at| below.starts_with(at)).max().cloned())
}
