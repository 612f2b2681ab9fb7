//! The two steps of a claimed file: judging it, which takes thought, and publishing it, which takes waiting
//! for the disk. They run on different threads.

use std::{
    panic::{AssertUnwindSafe, catch_unwind},
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    claim::{Claim, Emptied, Left},
    clock,
    fault::Fault,
    journal::{Entry, Journal, Kind, Stage, Unwritten},
    judge::{Judge, Judged, Ruling, Unjudged},
    layout::{Destinations, Place},
    name::{candidate, split},
    place::{Moving, Source},
    publish::{Published, publish},
    read::{self, Reading, read},
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
            if let Err(fault) = claim.begin() {
                return Err(Box::new((claim, fault)));
            }
            let path = claim.path();
            match catch_unwind(AssertUnwindSafe(|| self.ask(judge, path, bytes))) {
                Ok(judged) => {
                    let tries = claim.tries();
                    // Judging came to its end: what happens from now on is not the file's fault.
                    return match claim.unbegin() {
                        Ok(()) => Ok(Case { claim, reading, judged, tries }),
                        Err(fault) => Err(Box::new((claim, fault))),
                    };
                }
                Err(_) => {
                    tracing::error!(file = %super::shown(path), tries = claim.tries(), "judging it failed (a panic); this is a fault of siftd");
                }
            }
        }
    }

    /// Asks the judge, who is told when the time for one file is over.
    pub(crate) fn ask(&self, judge: &dyn Judge, path: &Path, bytes: Vec<u8>) -> Judged {
        let begun = clock::thread_time();
        judge.judge(path, bytes, &|| clock::thread_time().saturating_sub(begun) > self.time_at_most)
    }

    /// Publishes, writes it down, and drops the claim.
    ///
    /// # Errors
    /// With the claim: the file is still in it, or it is empty because only the last steps failed.
    pub fn publish(&self, case: Case) -> Result<Outcome, Refused> {
        let Case { claim, reading, judged, tries } = case;
        let path = claim.path().to_owned();
        let mut entry = entry(Kind::Judged, claim.id(), &path, &reading, &judged, tries);
        // Files move on without the journal.
        let _ = self.journal.record(entry.clone());
        let source = Source {
            folder: &claim.folder,
            name: claim.name(),
            path: &path,
            reading: &reading,
            id: claim.id(),
            moving: self.moving,
        };
        match publish(&self.destinations, &source, &path, &judged) {
            Ok(published) => {
                // Otherwise the claim stays, empty, until the journal knows: see `recover`.
                if self.finish(&mut entry, &published).is_ok() {
                    claim.close();
                }
                Ok(Outcome { entry, published })
            }
            Err(fault) => {
                if claim.holds_file() {
                    // It goes back, and what comes of it then gets an entry of its own.
                    let _ = self.journal.forget(claim.id());
                }
                Err(Box::new((claim, fault)))
            }
        }
    }

    pub(crate) fn finish(&self, entry: &mut Entry, published: &Published) -> Result<(), Unwritten> {
        entry.stage = Stage::Done;
        entry.time = clock::now();
        entry.curated.clone_from(&published.curated);
        entry.original.clone_from(&published.original);
        entry.aside.clone_from(&published.aside);
        self.journal.record(entry.clone())
    }

    /// Sorts what was left in claims: files to be judged again, those first that were not under judgement, and
    /// entries of the journal to be completed. Says whether claims had to be left for a time when the journal can be
    /// written again.
    pub fn recover(&self, left: Vec<Left>) -> (Vec<Claim>, Result<(), Unwritten>) {
        let mut claims = Vec::new();
        let mut completed = Ok(());
        for left in left {
            match left {
                Left::File(claim) => claims.push(claim),
                // One failure is enough: each may wait for a lock.
                Left::Empty(_) if completed.is_err() => {}
                Left::Empty(emptied) => {
                    completed = self.complete(&emptied);
                    if completed.is_ok() {
                        emptied.close();
                    }
                }
            }
        }
        claims.sort_by_key(Claim::tries);
        (claims, completed)
    }

    fn complete(&self, emptied: &Emptied) -> Result<(), Unwritten> {
        match self.journal.known(emptied.id())? {
            Some(mut entry) if entry.stage == Stage::Moving => {
                let published = self.whereabouts(&entry);
                self.finish(&mut entry, &published)
            }
            _ => Ok(()),
        }
    }

    /// Completes the entries of releases and other tries that were interrupted: one whose file went on is done, of one
    /// whose file lies where it lay nothing came. One that is running at this moment writes its own entry again.
    pub fn complete_interrupted(&self) {
        for mut entry in self.journal.interrupted().unwrap_or_default() {
            if entry.kind == Kind::Expired {
                self.complete_expiry(entry);
                continue;
            }
            let published = self.whereabouts(&entry);
            let _ = match published == Published::default() {
                true => self.journal.forget(&entry.id),
                false => self.finish(&mut entry, &published),
            };
        }
        self.put_back_held();
    }

    /// Where a file went that was published just before a crash.
    fn whereabouts(&self, entry: &Entry) -> Published {
        let find = |place| find(&self.destinations, place, entry);
        match entry.verdict.as_str() {
            "pass" => Published { curated: find(Place::Curated), ..Published::default() },
            "strip" => {
                let original = find(Place::Originals);
                Published { curated: original.clone(), original, ..Published::default() }
            }
            "quarantine" => Published { aside: find(Place::Quarantine), ..Published::default() },
            _ => Published { aside: find(Place::Rejected), ..Published::default() },
        }
    }

    /// Fails when there is no room to publish another `bytes`.
    ///
    /// # Errors
    /// `NoRoom`, naming the folder.
    pub fn check_room(&self, bytes: u64) -> Result<(), Fault> {
        self.destinations.check_room(bytes)
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

/// Looks for the file of an entry under the names it may have got.
fn find(destinations: &Destinations, place: Place, entry: &Entry) -> Option<PathBuf> {
    let (below, name) = split(&entry.path)?;
    let folder = destinations.open(place).ok()?.sub(below).ok()?;
    let hash = entry.hash.as_deref();
    (0..).map_while(|attempt| candidate(name, attempt, hash.unwrap_or_default())).find_map(|name| {
        let file = folder.read(&name).ok()?;
        let same = file.metadata().ok()?.len() == entry.size
            && hash.is_none_or(|hash| read::hash(&file).is_ok_and(|found| *found.to_hex() == *hash));
        // The crash may have come before the folder was durable.
        (same && file.sync_all().and_then(|()| folder.sync()).is_ok()).then(|| below.join(name))
    })
}
