//! Putting a judged file where it belongs. Each step can be done again: after a crash the same file, judged
//! again, finds what was already done and goes on from there.

use std::{
    ffi::{OsStr, OsString},
    path::{Path, PathBuf},
};

use super::{
    fault::{Class, Doing, Fault},
    folder::{Durable, Folder},
    judge::{Judged, Ruling},
    layout::{Destinations, Place},
    name::{candidate, report_name, split},
    place::{Content, Put, Source, move_file, put, taken},
    read,
    undo::{take_back_report, try_take_back_copy},
};
use rustix::io::Errno;

/// Mode of folders made inside the destinations.
const FOLDER_MODE: u32 = 0o750;

/// Where things went, each relative to its folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Published {
    /// The file or its stripped copy, in `curated/`.
    pub curated: Option<PathBuf>,
    /// The original of a stripped file, in `originals/`.
    pub original: Option<PathBuf>,
    /// The file, in `quarantine/` or `rejected/`.
    pub aside: Option<PathBuf>,
    /// Its report, beside it.
    pub report: Option<PathBuf>,
}

/// Publishes `source` as `path` according to the ruling.
///
/// # Errors
/// Nothing is half done under a final name; the file is still at its source unless it was published.
pub(crate) fn publish(
    destinations: &Destinations,
    source: &Source<'_>,
    path: &Path,
    judged: &Judged,
) -> Result<Published, Fault> {
    source.reading.check_unchanged(source.path)?;
    let (below, name) = split(path).ok_or_else(|| Fault::new("publish", path, Errno::INVAL))?;
    let names = Names { name, below, source };
    let open = |place| open(destinations, place, below);
    match &judged.ruling {
        Ruling::Pass => {
            let curated = Some(names.first(|name| Ok(move_file(source, &open(Place::Curated)?, name)? != Put::Taken))?);
            Ok(Published { curated, ..Published::default() })
        }
        Ruling::Strip(bytes) => strip(&names, destinations, bytes),
        Ruling::Quarantine => aside(&names, &open(Place::Quarantine)?, &judged.report),
        Ruling::Reject => aside(&names, &open(Place::Rejected)?, &judged.report),
    }
}

/// The folder `below` a destination, made if it is missing.
pub(super) fn open(destinations: &Destinations, place: Place, below: &Path) -> Result<Folder, Fault> {
    let root = destinations.open(place)?;
    root.make_sub(below, FOLDER_MODE, Durable::Yes).map_err(|error| {
        let (doing, at) = ("open or make the folder", root.path().join(below));
        match Errno::from_io_error(&error) {
            // A file or a link lies in the folder's place: of the file to be published that says nothing.
            Some(Errno::NOTDIR | Errno::LOOP) => Fault::of(Class::Broken, doing, &at, error),
            _ => Fault::new(doing, &at, error),
        }
    })
}

/// Opens, or makes, every folder that the ruling leads to, so that what is found wrong with them is found before a file is touched.
pub(super) fn reach(destinations: &Destinations, path: &Path, ruling: &Ruling) -> Result<(), Fault> {
    let (below, _) = split(path).ok_or_else(|| Fault::new("publish", path, Errno::INVAL))?;
    let places: &[Place] = match ruling {
        Ruling::Pass => &[Place::Curated],
        Ruling::Strip(_) => &[Place::Curated, Place::Originals],
        Ruling::Quarantine => &[Place::Quarantine],
        Ruling::Reject => &[Place::Rejected],
    };
    places.iter().try_for_each(|place| open(destinations, *place, below).map(drop))
}

/// First the copy without the stripped lines, then the original, both under one name. If the original stays, so does no copy: it may
/// be another one by the next time.
fn strip(names: &Names<'_>, destinations: &Destinations, bytes: &[u8]) -> Result<Published, Fault> {
    let source = names.source;
    let [curated, originals] = [Place::Curated, Place::Originals].map(|place| open(destinations, place, names.below));
    let (curated, originals) = (&curated?, &originals?);
    let take_back = |copied: &Path| try_take_back_copy(destinations, copied, bytes, source.id);
    let mut fresh = false;
    let copied = names.first(|name| {
        if taken(originals, name, Content::File(source.reading), source.pulse)? == Some(Put::Taken) {
            return Ok(false);
        }
        let put = put(curated, name, Content::Bytes(bytes), source).map_err(|fault| {
            if fault.is_late() {
                take_back(&names.below.join(name));
            }
            fault.settled()
        })?;
        fresh = put == Put::Fresh;
        Ok(put != Put::Taken)
    })?;
    let original = original(names, originals, &copied).inspect_err(|fault| {
        if fresh && !fault.is_late() {
            take_back(&copied);
        }
    })?;
    Ok(Published { curated: Some(copied), original: Some(original), ..Published::default() })
}

/// The original goes by the name of the copy, if it can.
fn original(names: &Names<'_>, originals: &Folder, copied: &Path) -> Result<PathBuf, Fault> {
    let source = names.source;
    match move_file(source, originals, copied.file_name().unwrap_or(names.name))? {
        // Another one took the name in between.
        Put::Taken => names.first(|name| Ok(move_file(source, originals, name)? != Put::Taken)),
        _ => Ok(copied.to_owned()),
    }
}

/// The second half of a strip, when the copy lies in `curated/` already, at `copied`: where the original went.
///
/// # Errors
/// As [`publish`].
pub(super) fn keep_original(source: &Source<'_>, originals: &Folder, copied: &Path) -> Result<PathBuf, Fault> {
    let (below, name) = split(source.path).ok_or_else(|| Fault::new("publish", source.path, Errno::INVAL))?;
    original(&Names { name, below, source }, originals, copied)
}

/// First the report, then the file, under names that belong together.
fn aside(names: &Names<'_>, to: &Folder, report: &[u8]) -> Result<Published, Fault> {
    let source = names.source;
    let mut beside = OsString::new();
    let aside = names.first(|name| {
        beside = report_name(name);
        let before = taken(to, name, Content::File(source.reading), source.pulse)?;
        if before == Some(Put::Taken) {
            return Ok(false);
        }
        let take_back = |beside: &OsStr| take_back_report((to, name, source.reading.size()), beside, report);
        let reported = put(to, &beside, Content::Bytes(report), source).map_err(|fault| {
            if fault.is_late() {
                take_back(&beside);
            }
            fault.settled()
        })?;
        // Beside the same file, an older report may stay: the journal has the newer one.
        if reported == Put::Taken && before.is_none() {
            return Ok(false);
        }
        let moved = move_file(source, to, name)?;
        if moved == Put::Taken && reported == Put::Fresh {
            take_back(&beside);
        }
        Ok(moved != Put::Taken)
    })?;
    Ok(Published { aside: Some(aside), report: Some(names.below.join(beside)), ..Published::default() })
}

/// The names a file may get, in order.
struct Names<'n> {
    name: &'n OsStr,
    below: &'n Path,
    source: &'n Source<'n>,
}

impl Names<'_> {
    /// The first name that `fits`, below the destination.
    fn first(&self, mut fits: impl FnMut(&OsStr) -> Result<bool, Fault>) -> Result<PathBuf, Fault> {
        let path = self.source.path;
        if fits(self.name)? {
            return Ok(self.below.join(self.name));
        }
        let hash = match self.source.reading.hash {
            Some(hash) => hash,
            None => read::hash_by(&self.source.reading.file, self.source.pulse).doing("hash", path)?,
        };
        let hash = hash.to_hex();
        for attempt in 1.. {
            let Some(name) = candidate(self.name, attempt, &hash) else { break };
            if fits(&name)? {
                return Ok(self.below.join(name));
            }
        }
        Err(Fault::new("find a free name for", path, Errno::EXIST))
    }
}
