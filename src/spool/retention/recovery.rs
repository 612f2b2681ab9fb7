//! What a crash left of deletions: each is taken back, or completed.

use std::{ffi::OsStr, io, path::Path};

use rustix::io::Errno;

use super::{
    deletion::check,
    held::{COPY, Found, Held, MOVE, proof},
    is_gone,
    waiting::Waiting,
};
use crate::spool::{
    aside::remove_report,
    bench::{Bench, Incomplete, Sent},
    fault::{Doing, Fault},
    folder::Folder,
    journal::{Entry, Stage},
    layout::Place,
    name::{shown, split},
    pulse::Pulse,
};

impl Bench {
    /// What was about to be deleted is put back, if it is still held, and its row goes; if it was deleted, the row is completed; if it
    /// was never taken, its row goes too, wherever the file is by now. Says whether one of these was done; else it is to be asked again.
    /// Fails where it cannot be put back.
    pub(crate) fn complete_expiry(&self, mut entry: Entry, pulse: Pulse<'_>) -> Result<bool, Incomplete> {
        let (place, path) = match (&entry.original, &entry.aside) {
            (Some(path), _) => (Place::Originals, path.clone()),
            (_, Some(path)) if entry.verdict == "reject" => (Place::Rejected, path.clone()),
            (_, Some(path)) => (Place::Quarantine, path.clone()),
            // Nothing will ever be known of it.
            _ => return Ok(true),
        };
        // Without its folder nothing can be told.
        let Ok(root) = self.destinations.open(place) else { return Ok(false) };
        // Not while a living process is at it.
        let Ok(_lock) = Held::lock_left(&root, &entry.id) else { return Ok(false) };
        match Held::find(&root, &entry.id, &path) {
            Ok(Found::Here(held)) => {
                if proof::unsay(&root, &entry.id).is_err() {
                    return Ok(false);
                }
                put_back(&root, &held, pulse)?;
                return Ok(self.journal.forget(&entry.id).is_ok());
            }
            Ok(Found::Gone) => {
                let Ok(deleted) = proof::is_said(&root, &entry.id) else { return Ok(false) };
                if !deleted {
                    Held::clear(&root, OsStr::new(&entry.id), &path);
                    return Ok(self.journal.forget(&entry.id).is_ok());
                }
            }
            Ok(Found::Away) | Err(_) => return Ok(false),
        }
        if place != Place::Originals
            && let Some((below, _)) = split(&path)
        {
            match root.sub(below) {
                Ok(folder) => {
                    // Not that of another file which has its name by now.
                    remove_report(&folder, &path);
                    // Nobody looks for it any more when the row is done: no power cut may bring it back then.
                    if folder.sync().is_err() {
                        return Ok(false);
                    }
                }
                Err(error) if is_gone(&error) => {}
                Err(_) => return Ok(false),
            }
        }
        Held::clear(&root, OsStr::new(&entry.id), &path);
        entry.stage = Stage::Done;
        let written = self.journal.record(entry.clone()).is_ok();
        if written {
            let _ = proof::unsay(&root, &entry.id);
        }
        Ok(written)
    }

    /// Whether anything is held, by living processes or by what a crash left.
    #[cfg(test)]
    pub(super) fn holds_any(&self) -> bool {
        let holds =
            |place| self.destinations.open(place).is_ok_and(|root| !Held::all(&root).is_ok_and(|all| all.is_empty()));
        Place::ALL.into_iter().any(holds)
    }

    /// What is still held and no row that was begun tells of is put back: the journal knows nothing of it (it was lost as well); or it
    /// says that it is deleted, or sent on, and a power cut brought it back: then it goes once more. Fails where that cannot be
    /// told or done: to be tried again.
    pub(crate) fn put_back_held(&self, pulse: Pulse<'_>) -> Result<(), Incomplete> {
        let (mut told, mut away) = (Ok(()), Vec::new());
        for place in Place::ALL {
            let Ok(root) = self.destinations.open(place) else { continue };
            told = told.and(self.forget_proofs(&root));
            let all = Held::all(&root).unwrap_or_else(|error| {
                tracing::error!("what is held of {} cannot be listed: {error}", shown(root.path()));
                Vec::new()
            });
            for (id, path) in all {
                let Some(name) = id.to_str() else { continue };
                // Kept while it is dealt with. A living process has it while it sends the file on or deletes it.
                let Ok(_lock) = Held::lock_left(&root, name) else { continue };
                let Some(path) = path else {
                    // Another one may be about to put a file in there: what it finds missing then, it makes again.
                    Held::clear_empty(&root, &id);
                    continue;
                };
                // Asked after the look: a row stands before anything is held, until nothing is.
                let known = self.journal.known(name.strip_prefix(MOVE).unwrap_or(name));
                let Ok(known) = known else {
                    told = Err(Incomplete::Unasked);
                    continue;
                };
                let held = match Held::find(&root, name, &path) {
                    Ok(Found::Here(held)) => held,
                    Ok(Found::Gone) => {
                        Held::clear(&root, &id, &path);
                        continue;
                    }
                    Ok(Found::Away) => {
                        away.push(Waiting::new((&root, place), name, path, None));
                        continue;
                    }
                    Err(error) => {
                        told = Err(Incomplete::Unseen(Fault::new("look for what is held of", &path, error)));
                        continue;
                    }
                };
                let goes = match &known {
                    // It is being deleted at this moment, or could not be put back a moment ago.
                    Some(entry) if entry.stage == Stage::Moving => continue,
                    Some(entry) if name.starts_with(MOVE) => {
                        match self.went_on(entry, &held.folder, held.name(), pulse) {
                            Ok(sent) => matches!(sent, Sent::Superfluous(_)),
                            Err(fault) => {
                                told = Err(Incomplete::Unseen(fault));
                                continue;
                            }
                        }
                    }
                    Some(entry) => check(&held.folder, held.name(), entry, pulse).is_ok(),
                    None => false,
                };
                let done = if goes { remove(&root, &held) } else { put_back(&root, &held, pulse) };
                if done.is_ok() && !goes {
                    tracing::warn!(file = %shown(&path), place = place.as_str(), "what was to become of it was interrupted; it is put back");
                }
                told = done.and(told);
            }
        }
        if told.is_ok() && !away.is_empty() {
            told = Err(Incomplete::Away(away));
        }
        told
    }

    /// What proves deletions goes when the journal says so.
    fn forget_proofs(&self, root: &Folder) -> Result<(), Incomplete> {
        for id in proof::all(root).unwrap_or_default() {
            match self.journal.known(&id) {
                Ok(Some(entry)) if entry.stage == Stage::Moving => {}
                Ok(_) => _ = proof::unsay(root, &id),
                Err(_) => return Err(Incomplete::Unasked),
            }
        }
        Ok(())
    }
}

/// Puts the stripped copy back that a crash left held while it was taken back for the row `id`. Whether none is held any more; fails
/// where it cannot be put back.
pub(crate) fn put_back_copy(curated: &Folder, id: &str, pulse: Pulse<'_>) -> Result<bool, Incomplete> {
    let name = format!("{MOVE}{COPY}{id}");
    let Ok(all) = Held::all(curated) else { return Ok(false) };
    for (held, path) in all.iter().filter(|(held, _)| *held == *name) {
        let Ok(_lock) = Held::lock_left(curated, &name) else { return Ok(false) };
        let Some(path) = path else {
            Held::clear_empty(curated, held);
            continue;
        };
        match Held::find(curated, &name, path) {
            Ok(Found::Here(held)) => put_back(curated, &held, pulse)?,
            Ok(Found::Gone) => Held::clear(curated, held, path),
            Ok(Found::Away) | Err(_) => return Ok(false),
        }
    }
    Ok(true)
}

/// What a person's decision left held by a crash, locked until all is told of it.
pub(crate) struct LeftToMove {
    root: Folder,
    held: Option<Held>,
    _lock: Option<Folder>,
}

impl LeftToMove {
    /// Looks for it. Fails where it cannot be told, and while a living process sends it on.
    pub(crate) fn find(root: Folder, entry: &Entry) -> io::Result<Self> {
        let id = format!("{MOVE}{}", entry.id);
        let lock = Held::lock_left(&root, &id)?;
        let held = match Held::find(&root, &id, &entry.path)? {
            Found::Here(held) => Some(held),
            Found::Gone => {
                Held::clear(&root, OsStr::new(&id), &entry.path);
                None
            }
            Found::Away => return Err(Errno::NODEV.into()),
        };
        Ok(Self { root, held, _lock: lock })
    }

    /// Whether nothing is held.
    pub(crate) fn is_empty(&self) -> bool {
        self.held.is_none()
    }

    /// The folder that the file lies in, held or not.
    pub(crate) fn folder(&self, below: &Path) -> io::Result<Folder> {
        match &self.held {
            Some(held) => held.folder.again(),
            None => self.root.sub(below),
        }
    }

    /// The folder that it came from.
    pub(crate) fn place(&self, below: &Path) -> io::Result<Folder> {
        self.root.sub(below)
    }

    /// It went on: what lies here is superfluous, and is removed.
    pub(crate) fn remove(&self, folder: &Folder, name: &OsStr) -> Result<(), Incomplete> {
        match &self.held {
            Some(held) => remove(&self.root, held),
            None => {
                let removed = folder.unlink(name).and_then(|()| folder.sync());
                removed.doing(REMOVE, &folder.path().join(name)).map_err(Incomplete::Unseen)
            }
        }
    }

    /// It did not, or is another one: it goes back, if it was held.
    pub(crate) fn put_back(&self, pulse: Pulse<'_>) -> Result<(), Incomplete> {
        self.held.as_ref().map_or(Ok(()), |held| put_back(&self.root, held, pulse))
    }
}

const REMOVE: &str = "remove what went on:";

/// Removes a held file that lies where it belongs.
fn remove(root: &Folder, held: &Held) -> Result<(), Incomplete> {
    held.remove(root, || true).doing(REMOVE, &held.at()).map_err(Incomplete::Unseen)
}

/// Puts a held file back.
fn put_back(root: &Folder, held: &Held, pulse: Pulse<'_>) -> Result<(), Incomplete> {
    held.put_back_by(root, pulse).map_err(|fault| Incomplete::Held { fault, at: held.at() })
}
