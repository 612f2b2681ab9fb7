//! Files that a crash, or whoever ended siftd, left held.

use std::{
    fmt, io,
    path::{Path, PathBuf},
};

use jiff::Timestamp;

use super::held::{DELETION, Found, Held};
use crate::spool::{
    folder::Folder,
    layout::{Destinations, Place},
    name::{PRIVATE, shown},
};

/// One that waits until somebody goes on with it, or what it is held in is mounted again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// The place that it belongs to.
    pub place: Place,
    /// Its path there.
    pub path: PathBuf,
    /// Since when it is held; `None` when that cannot be told.
    pub since: Option<Timestamp>,
    /// What it is held in, or, where that is not mounted, what says so.
    mark: PathBuf,
    /// It was being deleted, or else sent on.
    expired: bool,
    at: At,
}

/// What a look for it found.
#[derive(Debug, Clone, PartialEq, Eq)]
enum At {
    Here,
    /// What it is held in is not mounted.
    Away,
    /// It cannot be looked for.
    Unseen(String),
}

impl Waiting {
    /// The file at `path`, held by the deletion or move `id`: where it is found, or in what is not mounted.
    pub(super) fn new(place: (&Folder, Place), id: &str, path: PathBuf, found: Option<&Held>) -> Self {
        let at = if found.is_some() { At::Here } else { At::Away };
        Self::at(place, id, path, at, found)
    }

    fn at((root, place): (&Folder, Place), id: &str, path: PathBuf, at: At, found: Option<&Held>) -> Self {
        let own = Path::new(PRIVATE).join(id);
        // Made when the file was about to be held, and not touched since.
        let since = root.sub(&own).and_then(|folder| folder.stat_self()).ok();
        let since = since.and_then(|stat| Timestamp::from_second(stat.st_mtime).ok());
        let mark = found.map_or_else(|| root.path().join(own), Held::own);
        Self { place, path, since, mark, expired: id.starts_with(DELETION), at }
    }

    /// Whether what it is held in is not mounted.
    pub fn is_away(&self) -> bool {
        self.at == At::Away
    }
}

impl fmt::Display for Waiting {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let doing = if self.expired { "a policy deleted it" } else { "it was sent on" };
        write!(f, "{}/{} waits", self.place.as_str(), shown(&self.path))?;
        if let Some(since) = self.since {
            write!(f, " since {since}")?;
        }
        let mark = shown(&self.mark);
        match &self.at {
            At::Here => write!(
                f,
                " in {mark}: siftd ended while {doing}, and goes on with it, or puts it back, while it runs and whenever it starts"
            ),
            At::Away => write!(
                f,
                " for what was mounted on its folder or on one above: siftd ended while {doing}, and goes on with it when that is \
                 mounted again (or when {mark} is removed, which gives the file up)"
            ),
            At::Unseen(error) => write!(
                f,
                " in {mark}: siftd ended while {doing}, and can neither go on with it nor put it back while it or its folder cannot \
                 be looked at: {error}"
            ),
        }
    }
}

/// All that wait. Of a place that may not be looked into nothing is known.
pub fn waiting(destinations: &Destinations) -> Vec<Waiting> {
    let of = |place| -> io::Result<Vec<Waiting>> {
        let root = destinations.open(place).map_err(|fault| io::Error::other(fault.to_string()))?;
        let left = |(id, path): (std::ffi::OsString, Option<PathBuf>)| {
            let (id, path) = (id.to_str()?, path?);
            // A living process has it locked.
            let _lock = Held::lock_left(&root, id).ok()?;
            match Held::find(&root, id, &path) {
                Ok(Found::Away) => Some(Waiting::new((&root, place), id, path, None)),
                Ok(Found::Here(held)) => Some(Waiting::new((&root, place), id, path, Some(&held))),
                Ok(Found::Gone) => None,
                Err(error) => Some(Waiting::at((&root, place), id, path, At::Unseen(error.to_string()), None)),
            }
        };
        Ok(Held::all(&root)?.into_iter().filter_map(left).collect())
    };
    Place::ALL.into_iter().flat_map(|place| of(place).unwrap_or_default()).collect()
}

/// The paths of all files of a place that are held at present.
///
/// # Errors
/// When that cannot be told, of one of them even.
pub(in crate::spool) fn held(destinations: &Destinations, place: Place) -> io::Result<Vec<PathBuf>> {
    #[cfg(test)]
    crate::spool::lacking::meanwhile();
    let root = destinations.open(place).map_err(|fault| io::Error::other(fault.to_string()))?;
    Ok(Held::all(&root)?.into_iter().filter_map(|(_, path)| path).collect())
}
