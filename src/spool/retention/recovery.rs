//! What a crash left of deletions: each is taken back, or completed.

use std::ffi::OsStr;

use super::{
    deletion::{OTHER_BYTES, check},
    held::{Held, MOVE},
    is_gone,
};
use crate::spool::{
    aside::remove_report,
    bench::{Bench, Incomplete},
    folder::Folder,
    journal::{Entry, Stage},
    layout::Place,
    name::{shown, split},
};

/// Places that policies delete from.
pub(super) const PLACES: [Place; 3] = [Place::Originals, Place::Quarantine, Place::Rejected];

impl Bench {
    /// What was about to be deleted is put back, if it is still there, and its row goes; if it is gone, the row is completed;
    /// where neither can be told at present, the next start asks again.
    pub(crate) fn complete_expiry(&self, mut entry: Entry) {
        let (place, path) = match (&entry.original, &entry.aside) {
            (Some(path), _) => (Place::Originals, path.clone()),
            (_, Some(path)) if entry.verdict == "reject" => (Place::Rejected, path.clone()),
            (_, Some(path)) => (Place::Quarantine, path.clone()),
            _ => return,
        };
        // Without its folder nothing can be told; the next start asks again.
        let Ok(root) = self.destinations.open(place) else { return };
        match Held::find(&root, &entry.id, &path) {
            Ok(held) => {
                if put_back(&root, &held) {
                    let _ = self.journal.forget(&entry.id);
                }
                return;
            }
            Err(error) if is_gone(&error) => Held::clear(&root, OsStr::new(&entry.id), &path),
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

    /// What was about to be sent on by an interrupted row is put back: whether it went on already is then told as if it had never
    /// been held. Not what another process sends on at this moment, whose row is its own concern, nor what cannot be looked at; says
    /// whether the row may be told.
    pub(crate) fn put_back_moved(&self, place: Place, entry: &Entry) -> bool {
        let Ok(root) = self.destinations.open(place) else { return true };
        let id = format!("{MOVE}{}", entry.id);
        // Kept until it is put back.
        let Ok(_lock) = Held::lock_left(&root, &id) else { return false };
        match Held::find(&root, &id, &entry.path) {
            Ok(held) => {
                put_back(&root, &held);
            }
            Err(error) if is_gone(&error) => Held::clear(&root, OsStr::new(&id), &entry.path),
            Err(_) => return false,
        }
        true
    }

    /// What is still held, of which the journal knows nothing (it was lost as well), is put back; of what it says that it is
    /// deleted, the deletion is completed. Fails where the journal cannot be asked: to be tried again.
    pub(crate) fn put_back_held(&self) -> Result<(), Incomplete> {
        let mut asked = Ok(());
        for place in PLACES {
            let Ok(root) = self.destinations.open(place) else { continue };
            let all = Held::all(&root).unwrap_or_else(|error| {
                tracing::error!("what is held of {} cannot be listed: {error}", shown(root.path()));
                Vec::new()
            });
            for (id, path) in all {
                let Some(name) = id.to_str() else { continue };
                // Kept while it is dealt with. A living process has it while it sends the file on.
                let lock = name.starts_with(MOVE).then(|| Held::lock_left(&root, name)).transpose();
                let Ok(_lock) = lock else { continue };
                let Some(path) = path else {
                    // Another one may be about to put a file in there: what it finds missing then, it makes again.
                    Held::clear_empty(&root, &id);
                    continue;
                };
                // Asked after the look: a row stands before anything is held, until nothing is.
                let known = self.journal.known(name.strip_prefix(MOVE).unwrap_or(name));
                let Ok(known) = known else {
                    asked = Err(Incomplete::Unasked);
                    continue;
                };
                let held = match Held::find(&root, name, &path) {
                    Ok(held) => held,
                    Err(error) => {
                        if is_gone(&error) {
                            Held::clear(&root, &id, &path);
                        }
                        continue;
                    }
                };
                match known {
                    // It is being deleted at this moment, or could not be put back a moment ago.
                    Some(entry) if entry.stage == Stage::Moving => {}
                    Some(entry) if !name.starts_with(MOVE) && check(&held.folder, held.name(), &entry).is_ok() => {
                        let _ = held.remove(&root);
                    }
                    known => {
                        tracing::warn!(file = %shown(&path), place = place.as_str(), "what was to become of it was interrupted; it is put back");
                        put_back(&root, &held);
                        if let Some(entry) = known.filter(|_| name.starts_with(MOVE)) {
                            self.remove_sent(&entry);
                        }
                    }
                }
            }
        }
        asked
    }
}

/// Puts a held file back; whether that was done.
fn put_back(root: &Folder, held: &Held) -> bool {
    let done = held.put_back(root);
    if let Err(fault) = &done {
        tracing::error!("failed to {fault}; it lies in {}", shown(held.at()));
    }
    done.is_ok()
}
