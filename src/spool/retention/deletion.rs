//! Deleting one file: held against the journal, written down, held where nobody reaches it, looked at again, removed.

use std::{ffi::OsStr, io, path::Path};

use rustix::fs::FileType;

use super::held::{DELETION, Held, MoveFolder, proof};
use crate::spool::{
    aside::remove_report,
    bench::Bench,
    clock,
    fault::{Class, Doing, Fault},
    fingerprint::Fingerprint,
    folder::Folder,
    journal::{Entry, Kind, Lying, Reader, Stage, is_complete},
    layout::Place,
    lease::{self, Lease},
    name::shown,
    pulse::Pulse,
    read,
};

impl Bench {
    /// Deletes one file, if it is what the journal says; the inner error says why it stays.
    pub(super) fn expire_file(
        &self,
        (root, folder): (&Folder, &Folder),
        name: &OsStr,
        place: Place,
        (state, reader, lying): (&Path, &Reader, &Lying),
        why: &str,
    ) -> Result<Result<(), String>, Fault> {
        const DOING: &str = "delete the expired";
        let known = &lying.entry;
        let path = match place {
            Place::Originals => known.original.clone(),
            _ => known.aside.clone(),
        }
        .unwrap_or_default();
        let seen = match check(folder, name, known, Pulse::UNHEARD) {
            Ok(seen) => seen,
            Err(kept) => return Ok(Err(kept)),
        };
        let moment = format!("{}\0{}\0{}", clock::Moment::now().nanos(), place.as_str(), shown(&path));
        let id = format!("{DELETION}{}-{}", place.as_str(), &blake3::hash(moment.as_bytes()).to_hex()[..16]);
        // Before its row is written: whoever finds the row takes it for one that a crash left, unless this folder is locked.
        let to = match MoveFolder::lock_deletion(root, &id, &path) {
            Ok(to) => to,
            Err(error) => return Ok(Err(format!("it cannot be moved: {error}"))),
        };
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
            let _ = self.journal.withdraw(&id);
            let text = "the journal cannot be written at present";
            return Err(Fault::found(Class::Broken, DOING, &path, text));
        }
        // Whoever could not write down yet what it did may have dropped the second of two files with these bytes, or have put another
        // one here since the first one went.
        let complete = is_complete(state).doing("ask for the journal's lock in", state);
        if !complete.inspect_err(|_| _ = self.journal.forget(&id))? {
            let _ = self.journal.forget(&id);
            return Err(Fault::found(Class::Broken, DOING, &path, OWED));
        }
        let held = match Held::take_to_move(to, folder) {
            Ok(held) => held,
            Err(error) => {
                let _ = self.journal.forget(&id);
                return Ok(Err(match error.kind() {
                    io::ErrorKind::NotFound => "it is gone by now".to_owned(),
                    _ => format!("it cannot be moved: {error}"),
                }));
            }
        };
        // Asked now that nobody finds the file at its place: the same bytes, dropped again while they were hashed, may have been
        // compared with it and be gone. Either a row says so by now, or its writer that it could not be written.
        let complete = is_complete(state).unwrap_or(false);
        let came_again = reader.came_again(known, place, &path).unwrap_or(true);
        let is_other = |now: Result<Option<Lying>, _>| now.ok().flatten().as_ref() != Some(lying);
        let removed = match held.stat() {
            _ if !complete => Err(io::Error::other(OWED)),
            _ if came_again => Err(io::Error::other("the same bytes came again a moment ago")),
            _ if is_other(reader.lying(place, &path)) => {
                Err(io::Error::other("somebody decided on it, or another one came, a moment ago"))
            }
            Ok(stat) if Fingerprint::of(&stat).same_content(&seen) => {
                // That it was taken outlives a power cut first.
                let taken = held.folder.sync().and_then(|()| folder.sync()).and_then(|()| proof::say(root, &id));
                taken.and_then(|()| {
                    held.remove(root, || {
                        if place != Place::Originals {
                            remove_report(folder, &path);
                        }
                        folder.sync().is_ok()
                    })
                })
            }
            Ok(_) => Err(io::Error::other("it was replaced a moment before")),
            Err(error) => Err(error),
        };
        if let Err(error) = removed {
            // If it cannot go back, its row stays, and the next start tries again.
            proof::unsay(root, &id).doing("take back the deletion of", &path)?;
            held.put_back(root)?;
            let _ = self.journal.forget(&id);
            return Ok(Err(error.to_string()));
        }
        entry.stage = Stage::Done;
        entry.time = clock::now();
        // It waits in memory if it cannot be written now, and the next start completes it.
        if self.journal.record(entry).is_ok() {
            let _ = proof::unsay(root, &id);
        }
        Ok(Ok(()))
    }
}

/// Why nothing is deleted while anybody owes the journal rows.
const OWED: &str = "another siftd could not write yet to the journal what it did, and nothing is deleted until it has";

/// Why a file stays that is another one than the journal knows.
pub(in crate::spool) const OTHER_BYTES: &str = "its bytes are not those that the journal knows";

/// Holds a file against what the journal says of it; else why it is not touched.
pub(in crate::spool) fn check(
    folder: &Folder,
    name: &OsStr,
    known: &Entry,
    pulse: Pulse<'_>,
) -> Result<Fingerprint, String> {
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
        let same = *read::hash_by(&file, pulse)?.to_hex() == **hash;
        let after = Fingerprint::of(&rustix::fs::fstat(&file)?);
        Ok((after, same && after == Fingerprint::of(&before)))
    };
    match hashed() {
        Ok((seen, true)) => Ok(seen),
        Ok((_, false)) => Err(OTHER_BYTES.to_owned()),
        Err(error) => Err(format!("it cannot be read: {error}")),
    }
}
