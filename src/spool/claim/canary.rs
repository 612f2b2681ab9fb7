//! A file of our own in the inbox, to see whether events come.

use std::{
    fs::File,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustix::fs::{Timespec, Timestamps, UTIME_NOW};

/// A file of our own in the private folder, whose times can be touched to see whether the event comes back: the lock of a
/// daemon's folder, which lies there anyway.
#[derive(Debug)]
pub(crate) struct Canary {
    pub(super) below: PathBuf,
    pub(super) file: Arc<File>,
}

impl Canary {
    /// Where it lies, relative to the inbox.
    pub(crate) fn below(&self) -> &Path {
        &self.below
    }

    /// Touches it. Where that fails no event comes, which is just what is to be found out.
    pub(crate) fn touch(&self) {
        let now = Timespec { tv_sec: 0, tv_nsec: UTIME_NOW };
        let _ = rustix::fs::futimens(&*self.file, &Timestamps { last_access: now, last_modification: now });
    }
}
