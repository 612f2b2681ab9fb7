//! The two steps of a claimed file: judging it, which takes thought, and publishing it, which takes waiting
//! for the disk. They run on different threads.

use std::{
    ffi::OsStr,
    fmt, io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    time::Duration,
};

use rustix::fs::FileType;

use super::{
    aside::remove_report,
    claim::{Claim, Emptied, Left},
    clock,
    fault::{Doing, Fault},
    journal::{Entry, Journal, Kind, Stage, Unwritten},
    judge::{Judge, Judged, Ruling, Unjudged},
    layout::{Destinations, Place},
    name::{candidate, split},
    place::{Moving, Source},
    publish::Published,
    read::{self, Reading, read},
    retention::check,
    together::{Ready, publish_together},
};

/// Judging a file is begun no more often than this; see [`Unjudged::Crashed`].
pub const TRIES_MAX: u32 = 2;

/// Everything the steps need, shared by the threads.
#[derive(Debug)]
pub struct Bench {
    /// Where files go.
    pub destinations: Destinations,
    /// What is written down.
    pub journal: Journal,
    /// Larger files are quarantined unread.
    pub bytes_at_most: u64,
    /// A file whose judging takes more processor time is quarantined.
    pub time_at_most: Duration,
    /// How files may be moved.
    pub moving: Moving,
}

/// A claim that was judged and waits for being published.
#[derive(Debug)]
pub struct Case {
    claim: Claim,
    reading: Reading,
    judged: Judged,
    tries: u32,
}

/// One file's end.
#[derive(Debug)]
pub struct Outcome {
    /// As it stands in the journal.
    pub entry: Entry,
    /// Where it went.
    pub published: Published,
}

/// A file that is where it belongs, of which the journal does not know that yet.
#[derive(Debug)]
pub struct Ended {
    claim: Claim,
    outcome: Outcome,
}

impl Ended {
    /// What came of it.
    pub fn outcome(&self) -> &Outcome {
        &self.outcome
    }
}

/// Why an empty claim has to stay.
#[derive(Debug)]
pub enum Incomplete {
    /// The journal cannot be asked or written.
    Unwritten,
    /// Its file cannot be looked for.
    Unseen(Fault),
}

impl fmt::Display for Incomplete {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unwritten => f.write_str("the journal cannot be written; what it is to be told waits"),
            Self::Unseen(fault) => write!(f, "failed to {fault}"),
        }
    }
}

/// A claim that could not be worked on, and why.
pub type Refused = Box<(Claim, Fault)>;

impl Case {
    /// The claim's id.
    pub fn id(&self) -> &str {
        self.claim.id()
    }

    /// Where the file lay, relative to the inbox.
    pub fn path(&self) -> &Path {
        self.claim.path()
    }

    /// Size of the file in bytes.
    pub fn size(&self) -> u64 {
        self.reading.size()
    }
}

impl Bench {
    /// Reads and judges. A judge that panics is asked once more; a file that it never comes back from, in this
    /// process or in those before, goes aside with that reason.
    ///
    /// # Errors
    /// With the claim, unharmed.
    pub fn judge(&self, mut claim: Claim, judge: &dyn Judge) -> Result<Case, Refused> {
        loop {
            let path = claim.path();
            let mut reading = match read(&claim.folder, claim.name(), path, self.bytes_at_most) {
                Ok(reading) => reading,
                Err(fault) => return Err(Box::new((claim, fault))),
            };
            let size = reading.size();
            if claim.tries() >= TRIES_MAX {
                let judged = judge.unjudged(path, size, Unjudged::Crashed { tries: claim.tries() });
                return Ok(Case { tries: claim.tries(), claim, reading, judged });
            }
            let Some(bytes) = reading.bytes.take() else {
                let judged = judge.unjudged(path, size, Unjudged::TooLarge { limit: self.bytes_at_most });
                return Ok(Case { tries: claim.tries(), claim, reading, judged });
            };
            let mark = match claim.begin() {
                Ok(mark) => mark,
                Err(fault) => return Err(Box::new((claim, fault))),
            };
            let path = claim.path();
            match catch_unwind(AssertUnwindSafe(|| self.ask(judge, path, bytes))) {
                Ok(judged) => {
                    // Judging came to its end: what happens from now on is not the file's fault.
                    drop(mark);
                    return Ok(Case { tries: claim.tries() + 1, claim, reading, judged });
                }
                Err(_) => {
                    let tries = claim.tries() + 1;
                    tracing::error!(file = %super::shown(path), tries, "judging it failed (a panic); this is a fault of siftd");
                    // The mark stays until the try is counted.
                    if let Err(fault) = claim.count_try() {
                        return Err(Box::new((claim, fault)));
                    }
                    drop(mark);
                }
            }
        }
    }

    /// Asks the judge, who is told when the time for one file is over.
    pub(crate) fn ask(&self, judge: &dyn Judge, path: &Path, bytes: Vec<u8>) -> Judged {
        let begun = clock::thread_time();
        judge.judge(path, bytes, &|| clock::thread_time().saturating_sub(begun) > self.time_at_most)
    }

    /// Publishes a group of files. One transaction of the journal says that they are being moved and that those `before`
    /// them are done. Comes back with the ends of those before, what was published now, and what could not be: each with its
    /// claim, in which the file still is, or which is empty because only the last steps failed.
    pub fn publish_all(&self, before: Vec<Ended>, cases: Vec<Case>) -> (Vec<Outcome>, Vec<Ended>, Vec<Refused>) {
        let moving = cases.iter().map(|Case { claim, reading, judged, tries }| {
            entry(Kind::Judged, claim.id(), claim.path(), reading, judged, *tries)
        });
        let moving: Vec<Entry> = moving.collect();
        let outcomes = self.write_down(before, moving.clone());
        let group: Vec<Ready<'_>> = cases
            .iter()
            .map(|Case { claim, reading, judged, .. }| Ready {
                source: Source {
                    folder: &claim.folder,
                    name: claim.name(),
                    path: claim.path(),
                    reading,
                    id: claim.id(),
                    moving: self.moving,
                },
                judged,
            })
            .collect();
        let results = publish_together(&self.destinations, &group);
        drop(group);
        let (mut ended, mut refused) = (Vec::new(), Vec::new());
        for ((Case { claim, .. }, mut entry), result) in cases.into_iter().zip(moving).zip(results) {
            match result {
                Ok(published) => {
                    entry.end(&published);
                    ended.push(Ended { claim, outcome: Outcome { entry, published } });
                }
                Err(fault) => {
                    if claim.holds_file() {
                        // It goes back, and what comes of it then gets an entry of its own.
                        let _ = self.journal.forget(claim.id());
                    }
                    refused.push(Box::new((claim, fault)));
                }
            }
        }
        (outcomes, ended, refused)
    }

    /// Writes down that these are done, and drops their claims.
    pub fn end(&self, ended: Vec<Ended>) -> Vec<Outcome> {
        self.write_down(ended, Vec::new())
    }

    /// Files move on without the journal; but the claim of a file stays, empty, until the journal knows: see `recover`.
    fn write_down(&self, ended: Vec<Ended>, moving: Vec<Entry>) -> Vec<Outcome> {
        let done = ended.iter().map(|ended| ended.outcome.entry.clone());
        let written = self.journal.record_all(done.chain(moving).collect()).is_ok();
        let outcome = |Ended { claim, outcome }| {
            if written {
                claim.close();
            }
            outcome
        };
        ended.into_iter().map(outcome).collect()
    }

    pub(crate) fn finish(&self, entry: &mut Entry, published: &Published) -> Result<(), Unwritten> {
        entry.end(published);
        self.journal.record(entry.clone())
    }

    /// Sorts what was left in claims: files to be judged again, those first that were not under judgement, and
    /// entries of the journal to be completed. Says whether claims had to be left for a time when the journal can be
    /// written, or their files be looked for, again.
    pub fn recover(&self, left: Vec<Left>) -> (Vec<Claim>, Result<(), Incomplete>) {
        let mut claims = Vec::new();
        let mut completed = Ok(());
        for left in left {
            match left {
                Left::File(mut claim) => {
                    self.tell_apart(&mut claim);
                    claims.push(claim);
                }
                // One failure is enough: each may wait for a lock.
                Left::Empty(_) if matches!(completed, Err(Incomplete::Unwritten)) => {}
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
    /// so that the entry stays. The same file may lie there again after a power cut, and keeps the id.
    fn tell_apart(&self, claim: &mut Claim) {
        let is_of_another = |entry: &Entry| {
            let hash = || claim.folder.read(claim.name()).and_then(|file| read::hash(&file));
            let same = entry.path == claim.path()
                && entry.size == claim.size()
                && entry.hash.as_ref().is_none_or(|known| hash().is_ok_and(|hash| *hash.to_hex() == **known));
            entry.stage == Stage::Done && !same
        };
        let ended = |id: &str| self.journal.known(id).ok().flatten();
        if !ended(claim.id()).as_ref().is_some_and(is_of_another) {
            return;
        }
        let mut ids = (1..).map(|number: u32| format!("{}-{number}", claim.id()));
        let Some(free) = ids.find(|id| ended(id).is_none()) else { return };
        drop(ids);
        if let Err(fault) = claim.rename(free) {
            tracing::error!("failed to {fault}");
        }
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
            let published = match self.whereabouts(&entry) {
                Ok(published) => published,
                Err(fault) => {
                    tracing::error!(
                        "what came of {} waits for the next start: failed to {fault}",
                        super::shown(&entry.path)
                    );
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
        self.put_back_held();
    }

    /// Removes a file that lay aside and went on, where the crash came after it was copied or got its second name: else it would
    /// lie in two places.
    fn remove_source(&self, entry: &Entry, published: &Published) {
        let from =
            entry.id.rsplit_once('-').and_then(|(from, _)| Place::ALL.into_iter().find(|it| it.as_str() == from));
        let (Some(from), Some((below, name))) = (from, split(&entry.path)) else { return };
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
                tracing::error!(file = %super::shown(&entry.path), place = from.as_str(), "it went on, and cannot be removed: {error}");
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

    /// Fails when there is no room to publish another `bytes`.
    ///
    /// # Errors
    /// `NoRoom`, naming the folder.
    pub fn check_room(&self, bytes: u64) -> Result<(), Fault> {
        self.destinations.check_room(bytes)
    }
}

impl Entry {
    /// It is where it belongs, from now on.
    fn end(&mut self, published: &Published) {
        self.stage = Stage::Done;
        self.time = clock::now();
        self.curated.clone_from(&published.curated);
        self.original.clone_from(&published.original);
        self.aside.clone_from(&published.aside);
    }
}

/// An entry as it is written before the file is moved.
pub(crate) fn entry(kind: Kind, id: &str, path: &Path, reading: &Reading, judged: &Judged, tries: u32) -> Entry {
    Entry {
        id: id.to_owned(),
        kind,
        stage: Stage::Moving,
        time: clock::now(),
        path: path.to_owned(),
        size: reading.size(),
        hash: reading.hash.map(|hash| hash.to_hex().to_string()),
        copy_hash: match &judged.ruling {
            Ruling::Strip(copy) => Some(blake3::hash(copy).to_hex().to_string()),
            _ => None,
        },
        verdict: judged.ruling.verdict().as_str().to_owned(),
        rules: judged.rules.clone(),
        ruleset: judged.ruleset.clone(),
        curated: None,
        original: None,
        aside: None,
        report: String::from_utf8_lossy(&judged.report).into_owned(),
        settled: reading.settled.as_str().to_owned(),
        tries,
        who: None,
        why: None,
    }
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

/// Whether there is nothing by that name, as against something that cannot be looked at.
pub(super) fn is_gone(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

#[cfg(test)]
mod tests;
