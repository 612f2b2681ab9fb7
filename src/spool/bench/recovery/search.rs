//! Looking for a published file under the names that it may have got.

use std::{
    ffi::{OsStr, OsString},
    io,
    path::{Path, PathBuf},
};

use blake3::Hash;
use rustix::fs::FileType;

use crate::spool::{
    bench::is_gone,
    fault::{Doing, Fault},
    folder::Folder,
    journal::Entry,
    layout::{Destinations, Place},
    name::{candidate, is_candidate, split},
    pulse::Pulse,
    read,
};

const DOING: &str = "look for the published";

/// The folder that it was published into, and what it may be called there.
pub(super) struct Search<'e> {
    folder: Folder,
    below: &'e Path,
    name: &'e OsStr,
    entry: &'e Entry,
    pulse: Pulse<'e>,
}

/// Looks for the file of an entry; fails where it may lie and cannot be looked at.
pub(super) fn find(
    destinations: &Destinations,
    place: Place,
    entry: &Entry,
    pulse: Pulse<'_>,
) -> Result<Option<PathBuf>, Fault> {
    let Some(search) = Search::open(destinations, place, entry, pulse)? else { return Ok(None) };
    let found = match &entry.hash {
        Some(hash) => search.by_hash(hash),
        None => search.unread().and_then(|alike| {
            let first = alike.into_iter().next().map(|(name, _)| name);
            first.map(|name| search.make_durable(&name).map(|()| name)).transpose()
        }),
    };
    Ok(found.doing(DOING, &entry.path)?.map(|name| search.path(&name)))
}

impl<'e> Search<'e> {
    /// Opens the folder; `None` where there is none.
    pub(super) fn open(
        destinations: &Destinations,
        place: Place,
        entry: &'e Entry,
        pulse: Pulse<'e>,
    ) -> Result<Option<Self>, Fault> {
        let Some((below, name)) = split(&entry.path) else { return Ok(None) };
        match destinations.open(place)?.sub(below) {
            Err(error) if is_gone(&error) => Ok(None),
            folder => folder.doing(DOING, &entry.path).map(|folder| Some(Self { folder, below, name, entry, pulse })),
        }
    }

    /// The path of what is called so.
    pub(super) fn path(&self, name: &OsStr) -> PathBuf {
        self.below.join(name)
    }

    fn by_hash(&self, hash: &str) -> io::Result<Option<OsString>> {
        let same = |name: &OsStr| -> io::Result<bool> {
            let same = self.is_alike(name)? && *self.hash(name)?.to_hex() == *hash;
            if same { self.make_durable(name).map(|()| true) } else { Ok(false) }
        };
        let mut unseen = None;
        for name in (0..).map_while(|attempt| candidate(self.name, attempt, hash)) {
            match same(&name) {
                Ok(true) => return Ok(Some(name)),
                Ok(false) => {}
                Err(error) if is_gone(&error) => {}
                // It may still lie under another of its names.
                Err(error) => unseen = Some(error),
            }
        }
        unseen.map_or(Ok(None), Err)
    }

    /// What one of which no hash is known may be: first the files of its size whose names were made of its own and of their hash,
    /// which is told with them, since its own was taken then; at last the one that has its name.
    pub(super) fn unread(&self) -> io::Result<Vec<(OsString, Option<Hash>)>> {
        let mut alike = Vec::new();
        for entry in self.folder.entries()? {
            let (name, kind) = entry?;
            if !kind.is_file() || !is_candidate(&name, self.name) {
                continue;
            }
            match self.is_named_for_itself(&name) {
                Ok(Some(hash)) => alike.push((name, Some(hash))),
                Ok(None) => {}
                Err(error) if is_gone(&error) => {}
                Err(error) => return Err(error),
            }
        }
        match self.is_alike(self.name) {
            Ok(true) => alike.push((self.name.to_owned(), None)),
            Ok(false) => {}
            Err(error) if is_gone(&error) => {}
            Err(error) => return Err(error),
        }
        Ok(alike)
    }

    /// The hash of the file that is called so, if it has its size, and this name of its hash.
    fn is_named_for_itself(&self, name: &OsStr) -> io::Result<Option<Hash>> {
        if !self.is_alike(name)? {
            return Ok(None);
        }
        let hash = self.hash(name)?;
        let digits = hash.to_hex();
        let mut made = (1..).map_while(|attempt| candidate(self.name, attempt, &digits));
        Ok(made.any(|made| made == name).then_some(hash))
    }

    /// Whether a file is called so that has its size. Others are not ours, and perhaps nobody lets us read them.
    fn is_alike(&self, name: &OsStr) -> io::Result<bool> {
        let stat = self.folder.stat(name)?;
        Ok(FileType::from_raw_mode(stat.st_mode).is_file() && stat.st_size.unsigned_abs() == self.entry.size)
    }

    /// The hash of what is called so.
    pub(super) fn hash(&self, name: &OsStr) -> io::Result<Hash> {
        read::hash_by(&self.folder.read(name)?, self.pulse)
    }

    /// The crash may have come before it and its folder were durable.
    pub(super) fn make_durable(&self, name: &OsStr) -> io::Result<()> {
        self.folder.read(name)?.sync_all().and_then(|()| self.folder.sync())
    }
}
