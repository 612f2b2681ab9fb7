//! Files that are about to be deleted, held where nobody else reaches them; and what a crash left there.

use std::{
    ffi::{OsStr, OsString},
    io,
    path::Path,
};

use rustix::io::Errno;

use super::{
    deletion::{OTHER_BYTES, check},
    is_gone,
};
use crate::spool::{
    aside::remove_report,
    bench::Bench,
    fault::{Doing, Fault},
    folder::{Durable, Folder},
    journal::{Entry, Stage},
    layout::Place,
    name::{PRIVATE, candidate, shown, split},
};

impl Bench {
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
}

/// Moves a file to where nobody else reaches it; that folder.
pub(super) fn hold(root: &Folder, folder: &Folder, name: &OsStr, id: &str) -> io::Result<Folder> {
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
pub(super) fn put_back(root: &Folder, held: &Folder, id: &OsStr, path: &Path) -> Result<(), Fault> {
    const DOING: &str = "put back";
    let (below, name) = split(path).ok_or_else(|| Fault::new(DOING, path, Errno::INVAL))?;
    let folder = root.make_sub(below, 0o750, Durable::Yes).doing(DOING, path)?;
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
