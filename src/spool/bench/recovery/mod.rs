//! What was left half done: files in claims of dead daemons, entries of the journal whose file was on its way.

mod search;

use std::{ffi::OsStr, fmt, io, path::PathBuf, time::Duration};

use super::{Bench, is_gone};
use crate::spool::{
    aside::remove_report,
    claim::{Claim, Emptied, Left},
    fault::{Class, Doing, Fault},
    fingerprint::Fingerprint,
    folder::Folder,
    journal::{Entry, Kind, Stage, Unwritten},
    layout::Place,
    name::{candidate, shown, split},
    place::clear_temporaries,
    publish::Published,
    pulse::Pulse,
    read,
    retention::{LeftToMove, OTHER_BYTES, Waiting, check, put_back_copy},
    undo::take_back_copy,
};

use search::{Search, find};

/// Why an empty claim has to stay.
#[derive(Debug)]
pub enum Incomplete {
    /// The journal cannot be asked or written.
    Unwritten,
    /// It cannot be asked about a file that a deletion or a person's decision holds.
    Unasked,
    /// Its file cannot be looked for, or what lies where it was not be removed.
    Unseen(Fault),
    /// A file that was held cannot be put back.
    Held {
        /// Why.
        fault: Fault,
        /// Where it is held.
        at: PathBuf,
    },
    /// Files are held in what is not mounted at present.
    Away(Vec<Waiting>),
}

impl fmt::Display for Incomplete {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unwritten => f.write_str("the journal cannot be written; what it is to be told waits"),
            Self::Unasked => f.write_str("the journal cannot be asked what is to become of files that are held"),
            Self::Unseen(fault) => write!(f, "failed to {fault}"),
            Self::Held { fault, at } => write!(f, "failed to {fault}; it lies in {}", shown(at)),
            Self::Away(waiting) => {
                let texts: Vec<String> = waiting.iter().map(Waiting::to_string).collect();
                f.write_str(&texts.join("; "))
            }
        }
    }
}

impl Bench {
    /// Sorts what was left in claims: files to be judged again, those first that were not under judgement, and those that went on,
    /// whose entries in the journal are completed. Says whether claims had to be left for a time when the journal can be
    /// written, or their files be looked for, again. `alive` is called all along while large files are read.
    pub fn recover(&self, left: Vec<Left>, alive: &(dyn Fn() + Sync)) -> (Vec<Claim>, Result<(), Incomplete>) {
        let (mut claims, pulse) = (Vec::new(), Pulse(alive));
        let mut completed = Ok(());
        for left in left {
            match left {
                // One failure is enough: each may wait for a lock.
                _ if matches!(completed, Err(Incomplete::Unwritten)) => {}
                Left::File(claim) => match self.look_again(claim, pulse) {
                    Ok(stays) => claims.extend(stays),
                    Err(incomplete) => completed = Err(incomplete),
                },
                Left::Empty(emptied) => match self.complete(&emptied, pulse) {
                    Ok(()) => emptied.close(),
                    Err(incomplete) => completed = Err(incomplete),
                },
            }
        }
        claims.sort_by_key(Claim::tries);
        (claims, completed)
    }

    /// The claim, if its file is to be judged. It is not where it went on before, under the decision that its row tells of: then the row is
    /// completed, and what lies here goes. What lies in a claim whose file went on, or that has ended, may be another file by now, or the
    /// same one written to: that gets an id of its own, so that the row stays. Fails where that cannot be told or done; the claim stays.
    fn look_again(&self, mut claim: Claim, pulse: Pulse<'_>) -> Result<Option<Claim>, Incomplete> {
        let known = |id: &str| self.journal.known(id).map_err(|Unwritten| Incomplete::Unwritten);
        let Some(mut entry) = known(claim.id())? else { return Ok(Some(claim)) };
        let sent = self.went_on(&entry, &claim.folder, claim.name(), pulse).map_err(Incomplete::Unseen)?;
        let is_moving = entry.stage == Stage::Moving;
        let superfluous = matches!(sent, Sent::Superfluous(_)) && entry.path == claim.path();
        match sent {
            // The same file may lie there again after a power cut.
            Sent::No if is_moving || is_of(&claim, &entry, pulse) => return Ok(Some(claim)),
            Sent::No => {}
            Sent::Superfluous(published) | Sent::Another(published) => {
                if superfluous {
                    let removed = claim.folder.unlink(claim.name()).doing("remove what went on:", claim.path());
                    removed.map_err(Incomplete::Unseen)?;
                }
                if is_moving {
                    self.finish(&mut entry, &published).map_err(|Unwritten| Incomplete::Unwritten)?;
                }
            }
        }
        if superfluous {
            claim.close();
            return Ok(None);
        }
        let mut number = 1;
        let free = loop {
            let id = format!("{}-{number}", claim.id());
            if known(&id)?.is_none() {
                break id;
            }
            number += 1;
        };
        claim.rename(free).map_err(Incomplete::Unseen)?;
        Ok(Some(claim))
    }

    fn complete(&self, emptied: &Emptied, pulse: Pulse<'_>) -> Result<(), Incomplete> {
        match self.journal.known(emptied.id()).map_err(|Unwritten| Incomplete::Unwritten)? {
            Some(mut entry) if entry.stage == Stage::Moving => {
                let published = self.whereabouts(&entry, pulse).map_err(Incomplete::Unseen)?;
                self.finish(&mut entry, &published).map_err(|Unwritten| Incomplete::Unwritten)
            }
            _ => Ok(()),
        }
    }

    /// Completes the entries of releases, other tries and deletions that were interrupted: one whose file went on is done, of
    /// one whose file lies where it lay nothing came. Says whether that could be told of all that are not another process's at
    /// this moment; else it is to be asked again. Fails where files are held of which nothing can be told. `alive` is called all
    /// along while large files are read.
    pub fn complete_interrupted(&self, alive: &(dyn Fn() + Sync)) -> Result<bool, Incomplete> {
        let pulse = Pulse(alive);
        let interrupted = self.journal.interrupted();
        let mut told = Ok(interrupted.is_ok());
        for entry in interrupted.unwrap_or_default() {
            let one = match entry.kind {
                Kind::Expired => self.complete_expiry(entry, pulse),
                _ => {
                    let known = entry.clone();
                    let told = self.complete_decision(entry, pulse);
                    if matches!(told, Ok(true)) {
                        self.clear_temporaries(&known);
                    }
                    told
                }
            };
            told = told.and_then(|all| one.map(|one| all && one));
        }
        let held = self.put_back_held(pulse);
        told.and_then(|all| held.map(|()| all))
    }

    /// Removes what a copy left that never got its name: nobody goes on with it under this id.
    fn clear_temporaries(&self, entry: &Entry) {
        let Some((below, _)) = split(&entry.path) else { return };
        for place in Place::ALL {
            let Ok(folder) = self.destinations.open(place).map_err(drop).and_then(|root| root.sub(below).map_err(drop))
            else {
                continue;
            };
            clear_temporaries(&folder, &entry.id);
        }
    }

    /// Whether it could be told what came of a person's decision. That is asked before anything is put back: under another name,
    /// because its own was taken meanwhile, a file that went on would lie in two places for ever.
    fn complete_decision(&self, mut entry: Entry, pulse: Pulse<'_>) -> Result<bool, Incomplete> {
        let Some((below, name)) = split(&entry.path) else { return Ok(true) };
        let Some(from) = taken_from(&entry) else { return self.complete_by_whereabouts(entry, pulse) };
        // Of a place that is away nothing can be told, nor of what a living process is at.
        let Ok(root) = self.destinations.open(from) else { return Ok(false) };
        let Ok(left) = LeftToMove::find(root, &entry) else { return Ok(false) };
        let folder = match left.folder(below) {
            Err(error) if is_gone(&error) => None,
            Err(_) => return Ok(false),
            Ok(folder) => Some(folder).filter(|folder| !folder.stat(name).is_err_and(|error| is_gone(&error))),
        };
        let Some(folder) = folder.filter(|_| from != destination(&entry.verdict)) else {
            return self.complete_by_whereabouts(entry, pulse);
        };
        let told = match self.went_on(&entry, &folder, name, pulse).map_err(Incomplete::Unseen)? {
            Sent::No if !self.take_back_copy(&entry, pulse)? => false,
            Sent::No => {
                left.put_back(pulse)?;
                self.journal.forget(&entry.id).is_ok()
            }
            Sent::Superfluous(published) if !left.is_empty() || !came_since(&folder, name, &entry) => {
                left.remove(&folder, name)?;
                if let Ok(place) = left.place(below) {
                    remove_report(&place, &entry.path);
                }
                self.finish(&mut entry, &published).is_ok()
            }
            Sent::Superfluous(published) | Sent::Another(published) => {
                left.put_back(pulse)?;
                self.finish(&mut entry, &published).is_ok()
            }
        };
        Ok(told)
    }

    /// The file of a release goes back: so does a stripped copy of it that came since the row was written. Whether that was done.
    fn take_back_copy(&self, entry: &Entry, pulse: Pulse<'_>) -> Result<bool, Incomplete> {
        let (Some(copy_hash), Some(hash), Some((below, name))) = (&entry.copy_hash, &entry.hash, split(&entry.path))
        else {
            return Ok(true);
        };
        let Ok(curated) = self.destinations.open(Place::Curated) else { return Ok(false) };
        // A crash may have come while it was taken back.
        if !put_back_copy(&curated, &entry.id, pulse)? {
            return Ok(false);
        }
        let folder = match curated.sub(below) {
            Err(error) if is_gone(&error) => return Ok(true),
            Err(_) => return Ok(false),
            Ok(folder) => folder,
        };
        // Files are stamped with the time of the last tick.
        let row = Entry { time: entry.time.saturating_sub(TICK).unwrap_or(entry.time), ..entry.clone() };
        let mut copies =
            (0..).map_while(|attempt| candidate(name, attempt, hash)).filter(|name| came_since(&folder, name, &row));
        Ok(copies.all(|name| match take_back_copy(&self.destinations, &below.join(name), copy_hash, &entry.id) {
            Err(error) => is_gone(&error),
            Ok(()) => true,
        }))
    }

    /// By nothing else than where its file is found.
    fn complete_by_whereabouts(&self, mut entry: Entry, pulse: Pulse<'_>) -> Result<bool, Incomplete> {
        let published = self.whereabouts(&entry, pulse).map_err(Incomplete::Unseen)?;
        if published == Published::default() {
            return Ok(self.journal.forget(&entry.id).is_ok());
        }
        if let Some(from) = taken_from(&entry)
            && let Some((below, _)) = split(&entry.path)
            && let Ok(root) = self.destinations.open(from)
            && let Ok(folder) = root.sub(below)
        {
            remove_report(&folder, &entry.path);
        }
        Ok(self.finish(&mut entry, &published).is_ok())
    }

    /// Whether a file that a person's decision sends on went on, where something lies here, held or by its name: the crash may
    /// have come after it was copied or got its second name, and then it lies in two places.
    ///
    /// # Errors
    /// When that cannot be told.
    pub(crate) fn went_on(
        &self,
        entry: &Entry,
        folder: &Folder,
        name: &OsStr,
        pulse: Pulse<'_>,
    ) -> Result<Sent, Fault> {
        if entry.hash.is_none() {
            return self.went_on_unread(entry, folder, name, pulse);
        }
        let published = self.whereabouts(entry, pulse)?;
        let to = destination(&entry.verdict);
        let at = match to {
            Place::Curated => &published.curated,
            Place::Originals => &published.original,
            Place::Quarantine | Place::Rejected => &published.aside,
        };
        // An original may have lain there long before; the copy comes first.
        if at.is_none() || (to == Place::Originals && !self.is_copied(entry, &published).doing(DOING, &entry.path)?) {
            return Ok(Sent::No);
        }
        Ok(match is_same(folder, name, entry, pulse)? {
            true => Sent::Superfluous(published),
            false => Sent::Another(published),
        })
    }

    /// The same of one that was too large to be read: it is held against what was found there, by its name and size.
    fn went_on_unread(&self, entry: &Entry, folder: &Folder, name: &OsStr, pulse: Pulse<'_>) -> Result<Sent, Fault> {
        let to = destination(&entry.verdict);
        let Some(search) = Search::open(&self.destinations, to, entry, pulse)? else { return Ok(Sent::No) };
        let of_its_size = folder.stat(name).is_ok_and(|stat| stat.st_size.unsigned_abs() == entry.size);
        for (found, hash) in search.unread().doing(DOING, &entry.path)? {
            let published = published(to, search.path(&found));
            if !of_its_size {
                return Ok(Sent::Another(published));
            }
            let hash = hash.map_or_else(|| search.hash(&found), Ok).doing(DOING, &entry.path)?;
            if is_same(folder, name, &Entry { hash: Some(hash.to_hex().to_string()), ..entry.clone() }, pulse)? {
                search.make_durable(&found).doing(DOING, &entry.path)?;
                return Ok(Sent::Superfluous(published));
            }
        }
        Ok(Sent::No)
    }

    /// Whether the copy of a stripped file lies where it belongs.
    fn is_copied(&self, entry: &Entry, published: &Published) -> io::Result<bool> {
        let (Some(copy), Some(hash)) = (&published.curated, &entry.copy_hash) else { return Ok(false) };
        let Some((below, name)) = split(copy) else { return Ok(false) };
        let root = self.destinations.open(Place::Curated).map_err(|fault| io::Error::other(fault.to_string()))?;
        let look = || -> io::Result<bool> {
            let folder = root.sub(below)?;
            let file = folder.read(name)?;
            let is_it = *read::hash(&file)?.to_hex() == **hash;
            if is_it {
                file.sync_all()?;
                folder.sync()?;
            }
            Ok(is_it)
        };
        match look() {
            Err(error) if is_gone(&error) => Ok(false),
            told => told,
        }
    }

    /// Where a file went that was published just before a crash.
    fn whereabouts(&self, entry: &Entry, pulse: Pulse<'_>) -> Result<Published, Fault> {
        let to = destination(&entry.verdict);
        Ok(find(&self.destinations, to, entry, pulse)?.map(|at| published(to, at)).unwrap_or_default())
    }
}

const DOING: &str = "look whether it went on:";

/// The longest time between two ticks of Linux, at 100 a second, and the milliseconds that it does not fill.
const TICK: Duration = Duration::from_millis(11);

/// Whether what lies in a claim is the file of this row, as far as can be told.
fn is_of(claim: &Claim, entry: &Entry, pulse: Pulse<'_>) -> bool {
    let hash = || claim.folder.read(claim.name()).and_then(|file| read::hash_by(&file, pulse));
    entry.path == claim.path()
        && entry.size == claim.size()
        && entry.hash.as_ref().is_none_or(|known| hash().is_ok_and(|hash| *hash.to_hex() == **known))
}

/// Whether the file that lies here is the one that is known.
fn is_same(folder: &Folder, name: &OsStr, known: &Entry, pulse: Pulse<'_>) -> Result<bool, Fault> {
    match check(folder, name, known, pulse) {
        Ok(_) => Ok(true),
        Err(why) if why == OTHER_BYTES => Ok(false),
        Err(why) => Err(Fault::of(Class::Broken, DOING, &known.path, io::Error::other(why))),
    }
}

/// Whether what lies here came after that row was written: then it is another file, though it has the same bytes. Of what a power cut
/// brought back the change is an earlier one.
fn came_since(folder: &Folder, name: &OsStr, entry: &Entry) -> bool {
    let changed = folder.stat(name).map(|stat| Fingerprint::of(&stat).changed_ms());
    // The journal keeps milliseconds.
    changed.is_ok_and(|changed| changed > entry.time.as_millisecond())
}

/// What is known of a file that a person's decision sends on, when something lies where it lay.
pub(crate) enum Sent {
    /// It is this one, and did not go on.
    No,
    /// It is this one too, and went on.
    Superfluous(Published),
    /// It went on, and this is another one.
    Another(Published),
}

/// Where this verdict moves a file.
fn destination(verdict: &str) -> Place {
    match verdict {
        "pass" => Place::Curated,
        "strip" => Place::Originals,
        "quarantine" => Place::Quarantine,
        _ => Place::Rejected,
    }
}

/// What is known of a file that was found there. The stripped copy has the name of its original.
fn published(to: Place, at: PathBuf) -> Published {
    match to {
        Place::Curated => Published { curated: Some(at), ..Published::default() },
        Place::Originals => Published { curated: Some(at.clone()), original: Some(at), ..Published::default() },
        Place::Quarantine | Place::Rejected => Published { aside: Some(at), ..Published::default() },
    }
}

/// The place from which a person's decision sends a file on: the id of its row begins with it.
fn taken_from(entry: &Entry) -> Option<Place> {
    let (from, _) = entry.id.rsplit_once('-')?;
    Place::ALL.into_iter().find(|place| place.as_str() == from)
}

#[cfg(test)]
mod tests;
