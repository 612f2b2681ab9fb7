//! The two steps of a claimed file: judging it, which takes thought, and publishing it, which takes waiting
//! for the disk. They run on different threads.

mod recovery;

use std::{
    io,
    panic::{AssertUnwindSafe, catch_unwind},
    path::Path,
    time::Duration,
};

use super::{
    claim::Claim,
    clock,
    fault::Fault,
    journal::{Entry, Journal, Kind, Stage, Unwritten},
    judge::{Judge, Judged, Ruling, Unjudged},
    layout::Destinations,
    place::{Moving, Source},
    publish::Published,
    pulse::Pulse,
    read::{Reading, read},
    together::{Ready, publish_together},
};

pub use recovery::Incomplete;
pub(super) use recovery::Sent;

/// Judging a file is begun no more often than this; see [`Unjudged::Crashed`].
pub(super) const TRIES_MAX: u32 = 2;

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

/// A group of files of which the journal says that they are being moved.
#[derive(Debug)]
pub struct Begun {
    cases: Vec<Case>,
    moving: Vec<Entry>,
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
    /// With the claim. Of one that was left before, no row stays that would keep policies from deleting: it goes back.
    pub fn judge(&self, claim: Claim, judge: &dyn Judge) -> Result<Case, Refused> {
        self.judge_claim(claim, judge).map_err(|refused| {
            let (claim, fault) = *refused;
            let forgotten = if claim.is_left() { self.forget_left(claim.id()) } else { Ok(()) };
            Box::new((claim, if forgotten.is_ok() { fault } else { fault.late() }))
        })
    }

    /// It did not go on: that was looked for when it was found.
    fn forget_left(&self, id: &str) -> Result<(), Unwritten> {
        match self.journal.known(id)? {
            Some(entry) if entry.stage == Stage::Moving => self.journal.forget(id),
            _ => Ok(()),
        }
    }

    fn judge_claim(&self, mut claim: Claim, judge: &dyn Judge) -> Result<Case, Refused> {
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

    /// Begins a group of files: one transaction of the journal says that they are being moved, and that those `before` them
    /// are done. Those are over with that, whatever comes of the group.
    pub fn begin(&self, before: Vec<Ended>, cases: Vec<Case>) -> (Vec<Outcome>, Begun) {
        let moving = cases.iter().map(|Case { claim, reading, judged, tries }| {
            entry(Kind::Judged, claim.id(), claim.path(), reading, judged, *tries)
        });
        let moving: Vec<Entry> = moving.collect();
        (self.write_down(before, moving.clone()), Begun { cases, moving })
    }

    /// Publishes a group. Comes back with what was published, and with what could not be: each with its claim, in which the
    /// file still is (where the fault [is late](Fault::is_late), it may lie where it belongs as well), or which is empty because only
    /// the last steps failed. `alive` is called all along while large files are
    /// copied, from several threads.
    pub fn publish_all(&self, begun: Begun, alive: &(dyn Fn() + Sync)) -> (Vec<Ended>, Vec<Refused>) {
        let Begun { cases, moving } = begun;
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
                    pulse: Pulse(alive),
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
                Err(fault) if claim.holds_file() => match self.look_after(claim, entry, fault, Pulse(alive)) {
                    Ok((gone_on, _)) => ended.push(gone_on),
                    Err(stays) => refused.push(stays),
                },
                Err(fault) => refused.push(Box::new((claim, fault))),
            }
        }
        (ended, refused)
    }

    /// What comes of a file that still lies in its claim when a call failed: it goes back, unless it may have gone on. Then that is
    /// looked for; where it cannot be told, the fault stays a late one.
    fn look_after(
        &self,
        claim: Claim,
        mut entry: Entry,
        fault: Fault,
        pulse: Pulse<'_>,
    ) -> Result<(Ended, Fault), Refused> {
        let sent = match fault.is_late() {
            true => self.went_on(&entry, &claim.folder, claim.name(), pulse),
            false => Ok(Sent::No),
        };
        match sent {
            Ok(Sent::No) => {
                // What comes of it then gets an entry of its own.
                let _ = self.journal.forget(claim.id());
                Err(Box::new((claim, fault.settled())))
            }
            Ok(Sent::Another(published)) => {
                let _ = self.finish(&mut entry, &published);
                Err(Box::new((claim, fault.settled())))
            }
            Ok(Sent::Superfluous(published)) if claim.folder.unlink(claim.name()).is_ok() => {
                tracing::warn!(file = %super::shown(claim.path()), "it went on, though at first siftd failed to {fault}");
                entry.end(&published);
                Ok((Ended { claim, outcome: Outcome { entry, published } }, fault))
            }
            Ok(Sent::Superfluous(_)) | Err(_) => Err(Box::new((claim, fault))),
        }
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

/// Whether there is nothing by that name, as against something that cannot be looked at.
pub(super) fn is_gone(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

#[cfg(test)]
impl Bench {
    /// One for tests, with all its folders in one.
    pub(crate) fn below(root: &Path, moving: Moving) -> (super::Layout, Self) {
        let layout = super::Layout {
            inbox: root.join("inbox"),
            curated: root.join("curated"),
            quarantine: root.join("quarantine"),
            rejected: root.join("rejected"),
            originals: root.join("originals"),
            state: root.join("state"),
        };
        layout.prepare().unwrap();
        let bench = Self {
            destinations: Destinations::new(layout.clone()),
            journal: Journal::open(&layout.state),
            bytes_at_most: 1 << 20,
            time_at_most: Duration::from_secs(60),
            moving,
        };
        (layout, bench)
    }
}

#[cfg(test)]
mod tests;
