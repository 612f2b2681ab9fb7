//! A file that lies aside, opened and read for what a person decides about it.

use std::{ffi::OsStr, path::Path};

use crate::spool::{
    bench::{entry, is_gone},
    fault::{Class, Doing, Fault},
    fingerprint::Fingerprint,
    folder::Folder,
    journal::{By, Entry, Kind},
    judge::Judged,
    read::Reading,
    retention::{Held, MoveFolder},
};

pub(super) const TAKE: &str = "take the decided";

/// A file that lies aside, read, and what is decided about it.
pub(super) struct Opened<'l> {
    /// The place.
    pub(super) root: &'l Folder,
    /// The folder it lies in, and its name there.
    pub(super) folder: &'l Folder,
    pub(super) name: &'l OsStr,
    /// Its path in the place.
    pub(super) path: &'l Path,
    pub(super) reading: Reading,
    /// Of the row to be written.
    pub(super) id: &'l str,
}

impl<'l> Opened<'l> {
    /// The row of what a person decided.
    pub(super) fn row(&self, kind: Kind, judged: &Judged, by: By) -> Entry {
        Entry { who: by.who, why: by.why, ..entry(kind, self.id, self.path, &self.reading, judged, 0) }
    }

    /// Makes the folder that it is to be held in. Before its row is written: whoever finds the row takes it for one that a crash
    /// left, unless this folder is locked.
    pub(super) fn lock(&self) -> Result<MoveFolder<'l>, Fault> {
        MoveFolder::lock(self.root, self.id, self.path).doing(TAKE, self.path)
    }

    /// Whether it is still the file that was read, as far as its name tells too.
    pub(super) fn look(&self) -> Result<(), Fault> {
        if self.folder.stat(self.name).is_err_and(|error| is_gone(&error)) {
            let text = "it is gone since a moment ago: somebody else may have sent it on; see `siftd history`";
            return Err(Fault::found(Class::Gone, "send on", self.path, text));
        }
        self.reading.check_unchanged(self.path)
    }

    /// Whether what is held is the file that was read, as it was read. Holding it moved its change time.
    pub(super) fn look_again(&mut self, held: &Held) -> Result<(), Fault> {
        const DOING: &str = "look again at";
        let named = Fingerprint::of(&held.stat().doing(DOING, self.path)?);
        let open = Fingerprint::of(&rustix::fs::fstat(&self.reading.file).doing(DOING, self.path)?);
        let seen = self.reading.fingerprint;
        if !(named.same_content(&seen) && open.same_content(&seen)) {
            return Err(Fault::found(
                Class::Changed,
                "send on",
                self.path,
                "another file has its name since a moment ago, and neither was sent on; look again and repeat it",
            ));
        }
        self.reading.fingerprint = open;
        Ok(())
    }
}
