//! What was left half done: files in claims of dead daemons, entries of the journal whose file was on its way.

use std::{ffi::OsStr, fmt, io, path::PathBuf};

use rustix::fs::FileType;

use super::{Bench, is_gone};
use crate::spool::{
    aside::remove_report,
    claim::{Claim, Emptied, Left},
    fault::{Doing, Fault},
    journal::{Entry, Kind, Stage, Unwritten},
    layout::{Destinations, Place},
    name::{candidate, split},
    publish::Published,
    read,
    retention::check,
    shown,
};

/// Why an empty claim has to stay.
#[derive(Debug)]
pub enum Incomplete {
    /// The journal cannot be asked or written.
    Unwritten,
    /// It cannot be asked about a file that a deletion or a person's decision holds.
    Unasked,
    /// Its file cannot be looked for.
    Unseen(Fault),
}

impl fmt::Display for Incomplete {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unwritten => f.write_str("the journal cannot be written; what it is to be told waits"),
            Self::Unasked => f.write_str("the journal cannot be asked what is to become of files that are held"),
            Self::Unseen(fault) => write!(f, "failed to {fault}"),
        }
    }
}

impl Bench {
    /// Sorts what was left in claims: files to be judged again, those first that were not under judgement, and
    /// entries of the journal to be completed. Says whether claims had to be left for a time when the journal can be
    /// written, or their files be looked for, again.
    pub fn recover(&self, left: Vec<Left>) -> (Vec<Claim>, Result<(), Incomplete>) {
        let mut claims = Vec::new();
        let mut completed = Ok(());
        for left in left {
            match left {
                // One failure is enough: each may wait for a lock.
                _ if matches!(completed, Err(Incomplete::Unwritten)) => {}
                Left::File(mut claim) => match self.tell_apart(&mut claim) {
                    Ok(()) => claims.push(claim),
                    // It may be another file than its entry is about, which would be overwritten.
                    Err(Unwritten) => completed = Err(Incomplete::Unwritten),
                },
                Left::Empty(emptied) => match self.complete(&emptied) {
                    Ok(()) => emptied.close(),
                    Err(incomplete) => completed = Err(incomplete),
                },
            }
        }
        claims.sort_by_key(Claim::tries);
        (claims, completed)
    }

    /// Of a claim that has ended, what lies in its folder is another file, however it came there: it gets an id of its own,
    /// so that the entry stays. The same file may lie there again after a power cut, and keeps the id. Fails where the journal
    /// cannot say whether it has ended.
    fn tell_apart(&self, claim: &mut Claim) -> Result<(), Unwritten> {
        let is_of_another = |entry: &Entry| {
            let hash = || claim.folder.read(claim.name()).and_then(|file| read::hash(&file));
            let same = entry.path == claim.path()
                && entry.size == claim.size()
                && entry.hash.as_ref().is_none_or(|known| hash().is_ok_and(|hash| *hash.to_hex() == **known));
            entry.stage == Stage::Done && !same
        };
        if !self.journal.known(claim.id())?.as_ref().is_some_and(is_of_another) {
            return Ok(());
        }
        let mut number = 1;
        let free = loop {
            let id = format!("{}-{number}", claim.id());
            if self.journal.known(&id)?.is_none() {
                break id;
            }
            number += 1;
        };
        if let Err(fault) = claim.rename(free) {
            tracing::error!("failed to {fault}");
        }
        Ok(())
    }

    fn complete(&self, emptied: &Emptied) -> Result<(), Incomplete> {
        match self.journal.known(emptied.id()).map_err(|Unwritten| Incomplete::Unwritten)? {
            Some(mut entry) if entry.stage == Stage::Moving => {
                let published = self.whereabouts(&entry).map_err(Incomplete::Unseen)?;
                self.finish(&mut entry, &published).map_err(|Unwritten| Incomplete::Unwritten)
            }
            _ => Ok(()),
        }
    }

    /// Completes the entries of releases and other tries that were interrupted: one whose file went on is done, of one
    /// whose file lies where it lay nothing came; where that cannot be told at present, the next start asks again. One that is
    /// running at this moment writes its own entry again.
    pub fn complete_interrupted(&self) {
        for mut entry in self.journal.interrupted().unwrap_or_default() {
            if entry.kind == Kind::Expired {
                self.complete_expiry(entry);
                continue;
            }
            if taken_from(&entry).is_some_and(|from| !self.put_back_moved(from, &entry)) {
                continue;
            }
            let published = match self.whereabouts(&entry) {
                Ok(published) => published,
                Err(fault) => {
                    tracing::error!("what came of {} waits for the next start: failed to {fault}", shown(&entry.path));
                    continue;
                }
            };
            let _ = match published == Published::default() {
                true => self.journal.forget(&entry.id),
                false => {
                    self.remove_source(&entry, &published);
                    self.finish(&mut entry, &published)
                }
            };
        }
        // Where the journal cannot be asked, it is by and by.
        let _ = self.put_back_held();
    }

    /// Removes a file that lies aside, if it is found that it went on.
    pub(crate) fn remove_sent(&self, entry: &Entry) {
        if let Ok(published) = self.whereabouts(entry)
            && published != Published::default()
        {
            self.remove_source(entry, &published);
        }
    }

    /// Removes a file that lay aside and went on, where the crash came after it was copied or got its second name: else it would
    /// lie in two places.
    fn remove_source(&self, entry: &Entry, published: &Published) {
        let (Some(from), Some((below, name))) = (taken_from(entry), split(&entry.path)) else { return };
        let to = match entry.verdict.as_str() {
            "pass" => Place::Curated,
            // The original may have lain there long before; the copy comes first.
            "strip" if self.is_copied(entry, published) => Place::Originals,
            "strip" => return,
            "quarantine" => Place::Quarantine,
            _ => Place::Rejected,
        };
        let Ok(folder) = self.destinations.open(from).and_then(|root| root.sub(below).doing("open", &entry.path))
        else {
            return;
        };
        if from == to || check(&folder, name, entry).is_err() {
            return;
        }
        match folder.unlink(name).and_then(|()| folder.sync()) {
            Ok(()) => remove_report(&folder, name),
            Err(error) => {
                tracing::error!(file = %shown(&entry.path), place = from.as_str(), "it went on, and cannot be removed: {error}");
            }
        }
    }

    /// Whether the copy of a stripped file lies where it belongs.
    fn is_copied(&self, entry: &Entry, published: &Published) -> bool {
        let copied = || -> Option<bool> {
            let (below, name) = split(published.curated.as_ref()?)?;
            let folder = self.destinations.open(Place::Curated).ok()?.sub(below).ok()?;
            let file = folder.read(name).ok()?;
            let same = *read::hash(&file).ok()?.to_hex() == **entry.copy_hash.as_ref()?;
            Some(same && file.sync_all().and_then(|()| folder.sync()).is_ok())
        };
        copied().unwrap_or(false)
    }

    /// Where a file went that was published just before a crash.
    fn whereabouts(&self, entry: &Entry) -> Result<Published, Fault> {
        let find = |place| find(&self.destinations, place, entry);
        Ok(match entry.verdict.as_str() {
            "pass" => Published { curated: find(Place::Curated)?, ..Published::default() },
            "strip" => {
                let original = find(Place::Originals)?;
                Published { curated: original.clone(), original, ..Published::default() }
            }
            "quarantine" => Published { aside: find(Place::Quarantine)?, ..Published::default() },
            _ => Published { aside: find(Place::Rejected)?, ..Published::default() },
        })
    }
}

/// The place from which a person's decision sends a file on: the id of its row begins with it.
fn taken_from(entry: &Entry) -> Option<Place> {
    let (from, _) = entry.id.rsplit_once('-')?;
    Place::ALL.into_iter().find(|place| place.as_str() == from)
}

/// Looks for the file of an entry under the names it may have got; fails where it may lie and cannot be looked at.
fn find(destinations: &Destinations, place: Place, entry: &Entry) -> Result<Option<PathBuf>, Fault> {
    const DOING: &str = "look for the published";
    let Some((below, name)) = split(&entry.path) else { return Ok(None) };
    let folder = match destinations.open(place)?.sub(below) {
        Err(error) if is_gone(&error) => return Ok(None),
        folder => folder.doing(DOING, &entry.path)?,
    };
    let hash = entry.hash.as_deref();
    let same = |name: &OsStr| -> io::Result<bool> {
        let stat = folder.stat(name)?;
        // Not ours, and perhaps nobody lets us read it.
        if !FileType::from_raw_mode(stat.st_mode).is_file() || stat.st_size.unsigned_abs() != entry.size {
            return Ok(false);
        }
        let file = folder.read(name)?;
        if let Some(hash) = hash
            && *read::hash(&file)?.to_hex() != *hash
        {
            return Ok(false);
        }
        // The crash may have come before the folder was durable.
        file.sync_all().and_then(|()| folder.sync()).map(|()| true)
    };
    let mut unseen = None;
    for name in (0..).map_while(|attempt| candidate(name, attempt, hash.unwrap_or_default())) {
        match same(&name) {
            Ok(true) => return Ok(Some(below.join(name))),
            Ok(false) => {}
            Err(error) if is_gone(&error) => {}
            // It may still lie under another of its names.
            Err(error) => unseen = Some(Fault::new(DOING, &entry.path, error)),
        }
    }
    unseen.map_or(Ok(None), Err)
}

#[cfg(test)]
mod tests;
