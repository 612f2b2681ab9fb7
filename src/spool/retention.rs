//! Deleting what its owner no longer wants kept: only by a policy that a person wrote, only what the journal knows, byte for
//! byte, and never without a row that says what went, by which policy.
//!
//! A file that is due is hashed through a handle; the journal is told what is about to happen; then the file goes, by one
//! rename, into a private folder, where nobody can swap it, is looked at once more, and is removed. A crash in between leaves
//! a row that is not done: the next start puts the file back, or completes the row when the file is gone.

mod policy;

use std::{
    ffi::{OsStr, OsString},
    io,
    path::{Path, PathBuf},
    time::Duration,
};

use jiff::Timestamp;
use rustix::{fs::FileType, io::Errno};

use super::{
    aside::remove_report,
    bench::Bench,
    clock,
    fault::{Class, Doing, Fault},
    fingerprint::Fingerprint,
    folder::Folder,
    journal::{Entry, Kind, Lying, Reader, Stage},
    layout::Place,
    lease::{self, Lease},
    name::{PRIVATE, candidate, shown, split},
    read,
};

pub use policy::{Policy, Retention};

/// What is told of one file that is due.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Due {
    /// Where it lies.
    pub place: Place,
    /// Its path there.
    pub path: PathBuf,
    /// The policy.
    pub policy: &'static str,
    /// Its size in bytes.
    pub size: u64,
    /// Why it stays nevertheless.
    pub kept: Option<String>,
}

/// What one pass did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Expired {
    /// Files deleted (or, of a dry run, due).
    pub files: u64,
    /// Files that were due and stay.
    pub kept: u64,
    /// Rows of the journal.
    pub rows: u64,
}

/// How to go about it.
pub struct Pass<'p> {
    /// What is kept how long.
    pub retention: &'p Retention,
    /// The present, on the wall clock: ages are counted in months, across restarts of the machine.
    pub now: Timestamp,
    /// Only say what is due.
    pub dry: bool,
    /// Whether to stop early.
    pub stop: &'p dyn Fn() -> bool,
    /// Hears of every file that is due.
    pub tell: &'p mut dyn FnMut(&Due),
}

/// Rows of the journal that are looked at together.
const ROWS: u32 = 512;

impl Bench {
    /// Deletes what is due. Nothing happens where no policy is on.
    ///
    /// # Errors
    /// When a folder cannot be listed or the journal cannot be read or written: nothing is deleted that cannot be written down.
    pub fn expire(&self, state: &Path, pass: &mut Pass<'_>) -> Result<Expired, Fault> {
        let mut expired = Expired::default();
        if pass.retention.policies().is_empty() {
            return Ok(expired);
        }
        let Some(reader) = Reader::open(state).map_err(|error| journal_fault(state, &error))? else {
            return Ok(expired);
        };
        for place in [Place::Originals, Place::Quarantine, Place::Rejected] {
            if [true, false].iter().any(|confirmed| pass.retention.policy(place, *confirmed).is_some()) {
                self.expire_files(place, state, &reader, pass, &mut expired)?;
            }
        }
        if let (Some(span), false) = (pass.retention.journal, pass.dry) {
            expired.rows = self.expire_rows(state, &reader, span, pass)?;
        }
        Ok(expired)
    }

    /// Goes through a folder entry by entry, so that it costs no memory, however many there are.
    fn expire_files(
        &self,
        place: Place,
        state: &Path,
        reader: &Reader,
        pass: &mut Pass<'_>,
        expired: &mut Expired,
    ) -> Result<(), Fault> {
        let root = self.destinations.open(place)?;
        let mut open = vec![PathBuf::new()];
        while let Some(below) = open.pop() {
            let folder = match root.sub(&below) {
                // It went, or something is mounted there: none of ours.
                Err(_) if !below.as_os_str().is_empty() => continue,
                folder => folder.doing("open the folder", root.path())?,
            };
            for entry in folder.entries().doing("list", folder.path())? {
                let (name, kind) = entry.doing("list", folder.path())?;
                if (pass.stop)() {
                    return Ok(());
                }
                let path = below.join(&name);
                if kind.is_dir() {
                    if !(below.as_os_str().is_empty() && name == PRIVATE) {
                        open.push(path);
                    }
                    continue;
                }
                if !kind.is_file() {
                    continue;
                }
                let lying = reader.lying(place, &path).map_err(|error| journal_fault(state, &error))?;
                let Some((lying, (policy, span))) = lying.and_then(|lying| {
                    let policy = pass.retention.policy(place, lying.confirmed)?;
                    is_older(lying.entry.time, pass.now, policy.1).then_some((lying, policy))
                }) else {
                    continue;
                };
                let why = format!("{policy}: kept for {} s", span.as_secs());
                let kept = match pass.dry {
                    true => check(&folder, &name, &lying.entry).err(),
                    false => self.expire_file((&root, &folder), &name, place, (reader, &lying), &why)?.err(),
                };
                *(if kept.is_none() { &mut expired.files } else { &mut expired.kept }) += 1;
                (pass.tell)(&Due { place, path, policy, size: lying.entry.size, kept });
            }
        }
        Ok(())
    }

    /// Deletes one file, if it is what the journal says; the inner error says why it stays.
    fn expire_file(
        &self,
        (root, folder): (&Folder, &Folder),
        name: &OsStr,
        place: Place,
        (reader, lying): (&Reader, &Lying),
        why: &str,
    ) -> Result<Result<(), String>, Fault> {
        const DOING: &str = "delete the expired";
        let known = &lying.entry;
        let path = match place {
            Place::Originals => known.original.clone(),
            _ => known.aside.clone(),
        }
        .unwrap_or_default();
        let seen = match check(folder, name, known) {
            Ok(seen) => seen,
            Err(kept) => return Ok(Err(kept)),
        };
        let moment = format!("{}\0{}\0{}", clock::Moment::now().nanos(), place.as_str(), shown(&path));
        let id = format!("expire-{}-{}", place.as_str(), &blake3::hash(moment.as_bytes()).to_hex()[..16]);
        let mut entry = Entry {
            id: id.clone(),
            kind: Kind::Expired,
            stage: Stage::Moving,
            time: clock::now(),
            path: path.clone(),
            curated: None,
            report: String::new(),
            tries: 0,
            who: None,
            why: Some(why.to_owned()),
            ..known.clone()
        };
        if self.journal.record(entry.clone()).is_err() || self.journal.trouble().is_some() {
            // It may wait in memory: it is not to be written when nothing was done.
            let _ = self.journal.forget(&id);
            let text = "the journal cannot be written at present";
            return Err(Fault::found(Class::Broken, DOING, &path, text));
        }
        let held = match hold(root, folder, name, &id) {
            Ok(held) => held,
            Err(error) => {
                let _ = self.journal.forget(&id);
                return Ok(Err(match error.kind() {
                    io::ErrorKind::NotFound => "it is gone by now".to_owned(),
                    _ => format!("it cannot be moved: {error}"),
                }));
            }
        };
        let inside = OsStr::new(&id);
        // Asked now that nobody finds the file at its place: the same bytes, dropped again while they were hashed, may have been
        // compared with it and be gone.
        let came_again = reader.came_again(known, place, &path).unwrap_or(true);
        let removed = match held.stat(inside) {
            _ if came_again => Err(io::Error::other("the same bytes came again a moment ago")),
            Ok(stat) if Fingerprint::of(&stat).same_content(&seen) => held.unlink(inside),
            Ok(_) => Err(io::Error::other("it was replaced a moment before")),
            Err(error) => Err(error),
        };
        if let Err(error) = removed {
            // If it cannot go back, its row stays, and the next start tries again.
            put_back(root, &held, inside, &path)?;
            let _ = self.journal.forget(&id);
            return Ok(Err(error.to_string()));
        }
        if place != Place::Originals {
            remove_report(folder, name);
        }
        let _ = held.sync().and_then(|()| folder.sync());
        let _ = root.rmdir(OsStr::new(PRIVATE));
        entry.stage = Stage::Done;
        entry.time = clock::now();
        // It waits in memory if it cannot be written now, and the next start completes it.
        let _ = self.journal.record(entry);
        Ok(Ok(()))
    }

    /// After a crash: what was about to be deleted is put back, if it is still there, and its row goes; if it is gone, the row is
    /// completed; where neither can be told at present, the next start asks again.
    pub(crate) fn complete_expiry(&self, mut entry: Entry) {
        let (place, path) = match (&entry.original, &entry.aside) {
            (Some(path), _) => (Place::Originals, path.clone()),
            (_, Some(path)) if entry.verdict == "reject" => (Place::Rejected, path.clone()),
            (_, Some(path)) => (Place::Quarantine, path.clone()),
            _ => return,
        };
        // Without its folder nothing can be told; the next start asks again.
        let Ok(root) = self.destinations.open(place) else { return };
        let id = OsString::from(&entry.id);
        match root.sub(Path::new(PRIVATE)).and_then(|held| held.stat(&id).map(|_| held)) {
            Ok(held) => {
                match put_back(&root, &held, &id, &path) {
                    Ok(()) => {
                        let _ = self.journal.forget(&entry.id);
                    }
                    Err(fault) => tracing::error!("failed to {fault}; it lies in {}", shown(held.path())),
                }
                return;
            }
            Err(error) if is_gone(&error) => {}
            Err(_) => return,
        }
        let Some((below, name)) = split(&path) else { return };
        let folder = match root.sub(below) {
            Ok(folder) => Some(folder),
            Err(error) if is_gone(&error) => None,
            Err(_) => return,
        };
        match folder.as_ref().map(|folder| (folder, folder.stat(name))) {
            Some((folder, Ok(_))) => match check(folder, name, &entry) {
                Ok(_) => {
                    let _ = self.journal.forget(&entry.id);
                    return;
                }
                // Another file has its name now, with a report of its own.
                Err(why) if why == OTHER_BYTES => {}
                Err(_) => return,
            },
            Some((_, Err(error))) if is_gone(&error) && place == Place::Originals => {}
            Some((folder, Err(error))) if is_gone(&error) => remove_report(folder, name),
            Some((_, Err(_))) => return,
            None => {}
        }
        entry.stage = Stage::Done;
        let _ = self.journal.record(entry);
    }

    /// Deletes old rows, from the oldest on: not what people decided, not what is not done, and not what is known of a file that
    /// still lies where the row says.
    fn expire_rows(&self, state: &Path, reader: &Reader, span: Duration, pass: &Pass<'_>) -> Result<u64, Fault> {
        let (mut after, mut gone) = (0, 0);
        loop {
            let rows = reader.rows_after(after, ROWS).map_err(|error| journal_fault(state, &error))?;
            let Some((last, _)) = rows.last() else { return Ok(gone) };
            after = *last;
            let young = rows.iter().position(|(_, row)| !is_older(row.time, pass.now, span));
            let old: Vec<i64> = rows[..young.unwrap_or(rows.len())]
                .iter()
                .filter(|(_, row)| {
                    row.stage == Stage::Done
                        && matches!(row.kind, Kind::Judged | Kind::Retried | Kind::Expired)
                        && (row.kind == Kind::Expired || !self.lies_as(row))
                })
                .map(|(seq, _)| *seq)
                .collect();
            gone += old.len() as u64;
            if !old.is_empty() && self.journal.drop_rows(old).is_err() {
                return Err(Fault::found(Class::Broken, "delete old rows of", state, "the journal cannot be written"));
            }
            if young.is_some() || (pass.stop)() {
                return Ok(gone);
            }
        }
    }

    /// Whether a file still lies where a row says: `siftd verify` and these policies go by it.
    fn lies_as(&self, row: &Entry) -> bool {
        let aside = if row.verdict == "reject" { Place::Rejected } else { Place::Quarantine };
        [(Place::Curated, &row.curated), (Place::Originals, &row.original), (aside, &row.aside)].into_iter().any(
            |(place, path)| {
                let Some((below, name)) = path.as_deref().and_then(split) else { return false };
                match self.destinations.open(place) {
                    // A folder that is away at present: nothing can be told.
                    Err(_) => true,
                    Ok(root) => {
                        !root.sub(below).and_then(|folder| folder.stat(name)).is_err_and(|error| is_gone(&error))
                    }
                }
            },
        )
    }
}

/// Why a file stays that is another one than the journal knows.
const OTHER_BYTES: &str = "its bytes are not those that the journal knows";

/// Whether there is nothing by that name, as against something that cannot be looked at.
fn is_gone(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::NotADirectory)
}

/// Whether `time` lies further back than `span`. One that lies ahead does not.
fn is_older(time: Timestamp, now: Timestamp, span: Duration) -> bool {
    let age = now.as_millisecond().saturating_sub(time.as_millisecond());
    u64::try_from(age).is_ok_and(|age| u128::from(age) >= span.as_millis())
}

/// Holds a file against what the journal says of it; else why it is not touched.
fn check(folder: &Folder, name: &OsStr, known: &Entry) -> Result<Fingerprint, String> {
    let Some(hash) = &known.hash else {
        return Err("the journal knows no hash of it, since it was too large to be read".to_owned());
    };
    let hashed = || -> io::Result<(Fingerprint, bool)> {
        let file = folder.read(name)?;
        let before = rustix::fs::fstat(&file)?;
        if !FileType::from_raw_mode(before.st_mode).is_file() || before.st_size.unsigned_abs() != known.size {
            return Ok((Fingerprint::of(&before), false));
        }
        if lease::take(&file) == Lease::Writing {
            return Err(io::Error::other("somebody has it open for writing"));
        }
        let same = *read::hash(&file)?.to_hex() == **hash;
        let after = Fingerprint::of(&rustix::fs::fstat(&file)?);
        Ok((after, same && after == Fingerprint::of(&before)))
    };
    match hashed() {
        Ok((seen, true)) => Ok(seen),
        Ok((_, false)) => Err(OTHER_BYTES.to_owned()),
        Err(error) => Err(format!("it cannot be read: {error}")),
    }
}

/// Moves a file to where nobody else reaches it; that folder.
fn hold(root: &Folder, folder: &Folder, name: &OsStr, id: &str) -> io::Result<Folder> {
    loop {
        root.make(OsStr::new(PRIVATE), 0o700)?;
        let held = match root.sub(Path::new(PRIVATE)) {
            // Another one, done with it, removed it a moment ago.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            held => held?,
        };
        match folder.rename(name, &held, OsStr::new(id)) {
            Ok(()) => return Ok(held),
            Err(Errno::NOENT) if folder.stat(name).is_ok() => {}
            Err(error) => return Err(error.into()),
        }
    }
}

/// Gives a file back to its place, under another name if its own was taken meanwhile.
fn put_back(root: &Folder, held: &Folder, id: &OsStr, path: &Path) -> Result<(), Fault> {
    const DOING: &str = "put back";
    let (below, name) = split(path).ok_or_else(|| Fault::new(DOING, path, Errno::INVAL))?;
    let folder = root.make_sub(below, 0o750, super::folder::Durable::Yes).doing(DOING, path)?;
    let salt = blake3::hash(id.as_encoded_bytes()).to_hex();
    for attempt in 0.. {
        let Some(name) = candidate(name, attempt, &salt) else { break };
        match held.rename(id, &folder, &name) {
            Ok(()) => {
                let _ = root.rmdir(OsStr::new(PRIVATE));
                return folder.sync().doing(DOING, path);
            }
            Err(Errno::EXIST) => {}
            Err(error) => return Err(Fault::new(DOING, path, error)),
        }
    }
    Err(Fault::new(DOING, path, Errno::EXIST))
}

fn journal_fault(state: &Path, error: &dyn std::fmt::Display) -> Fault {
    Fault::of(Class::Broken, "read the journal in", state, io::Error::other(error.to_string()))
}
