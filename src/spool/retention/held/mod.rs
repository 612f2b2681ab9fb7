//! A file that is about to be deleted or sent on, held where nobody else reaches it: at `.siftd/<deletion or move>/` and its path.
//! Where it came from can be told from that alone. One that lies in something that is mounted below its place is held there, since
//! only there a rename takes it, and a mark in the place says so.

mod move_folder;
pub(super) mod proof;
mod same;
mod spot;

use std::{
    ffi::{OsStr, OsString},
    io,
    path::{Path, PathBuf},
};

use rustix::{
    fs::{FlockOperation, Stat},
    io::Errno,
};

pub(in crate::spool) use self::move_folder::MoveFolder;
use self::spot::{Spot, is_marked, mark, marked, unmark};
use super::is_gone;
use crate::spool::{
    fault::{Doing, Fault},
    fingerprint::Fingerprint,
    folder::{Durable, Folder},
    name::{PRIVATE, candidate, split},
    pulse::Pulse,
};

/// What the name of every deletion begins with.
pub(super) const DELETION: &str = "expire-";

/// What comes before the id of the row by which a file is sent on.
pub(super) const MOVE: &str = "move-";

/// What follows, where it is a stripped copy that is taken back.
pub(super) const COPY: &str = "copy-";

/// What a look for such a file said.
#[derive(Debug)]
pub(super) enum Found {
    /// It is held here.
    Here(Held),
    /// It is not held any more, or never was.
    Gone,
    /// It is held in what is not mounted at present.
    Away,
}

/// One such file.
#[derive(Debug)]
pub(in crate::spool) struct Held {
    spot: Spot,
    /// The folder that it lies in.
    pub(in crate::spool) folder: Folder,
    own: PathBuf,
    path: PathBuf,
    /// Its own folder, locked while it is being sent on or deleted, so that no other process takes it for what a crash left.
    _lock: Option<Folder>,
}

impl Held {
    /// Takes the file at `path` away from its place, which is the folder `from` below `root`, and locks nothing.
    #[cfg(test)]
    pub(super) fn take(root: &Folder, from: &Folder, path: &Path, id: &str) -> io::Result<Self> {
        Self::take_into(root, from, path, id, &mut None)
    }

    /// Takes a file away from its place, the folder `from`, before it is sent on or deleted.
    pub(in crate::spool) fn take_to_move(mut to: MoveFolder<'_>, from: &Folder) -> io::Result<Self> {
        let (root, id, path) = (to.root, to.id.clone(), to.path.clone());
        Self::take_into(root, from, &path, &id, &mut to.lock)
    }

    /// Takes it into the folder of that deletion or move, which holds on to the lock from then on.
    fn take_into(root: &Folder, from: &Folder, path: &Path, id: &str, lock: &mut Option<Folder>) -> io::Result<Self> {
        let Some((_, name)) = split(path) else { return Err(Errno::INVAL.into()) };
        loop {
            let (spot, folder) = Self::make(root, path, id)?;
            let mut held = Self { spot, folder, own: id.into(), path: path.to_owned(), _lock: None };
            match from.take(name, &held.folder, name) {
                Ok(()) => {
                    held._lock = lock.take();
                    return Ok(held);
                }
                Err(error) => {
                    // On other machines' file systems a rename that fails can have been done: then all stays, for the next start.
                    if !held.stat().is_err_and(|error| is_gone(&error)) {
                        drop(lock.take());
                        return Err(error.into());
                    }
                    held.close(root);
                    // Between two looks the folder may have been removed and made again; not one that is locked.
                    if error != Errno::NOENT || lock.is_some() || from.stat(name).is_err() {
                        return Err(error.into());
                    }
                }
            }
        }
    }

    /// Makes the folder that the file at `path` is to be held in, and says so in the place where that is on what is mounted below it.
    fn make(root: &Folder, path: &Path, id: &str) -> io::Result<(Spot, Folder)> {
        let Some((below, _)) = split(path) else { return Err(Errno::INVAL.into()) };
        loop {
            root.make(OsStr::new(PRIVATE), 0o700)?;
            let made = root.sub(Path::new(PRIVATE)).and_then(|private| {
                let spot = Spot::of(root, below)?;
                let folder = spot.make(id, below)?;
                if spot.is_mounted() {
                    mark(root, &private, id, path)?;
                }
                Ok((spot, folder))
            });
            match made {
                // Another one, done with it, removed the private folder a moment ago.
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                made => return made.inspect_err(|_| Self::clear(root, OsStr::new(id), path)),
            }
        }
    }

    /// Locks the folder of a move or a deletion that a crash may have left; `None` when there is none any more. Whoever has the lock may act on
    /// what is held there.
    ///
    /// # Errors
    /// When a living process is at it, or that cannot be told.
    pub(super) fn lock_left(root: &Folder, id: &str) -> io::Result<Option<Folder>> {
        let own = match root.sub(Path::new(PRIVATE)).and_then(|private| private.sub(Path::new(id))) {
            Err(error) if is_gone(&error) => return Ok(None),
            own => own?,
        };
        match own.lock(FlockOperation::NonBlockingLockExclusive) {
            // Where nothing can be locked, no living process took anything to send it on.
            Err(error) if !is_unsupported(error) => Err(error.into()),
            _ => Ok(Some(own)),
        }
    }

    /// The one that the deletion `id` of the file at `path` left behind.
    ///
    /// # Errors
    /// When that cannot be told.
    pub(super) fn find(root: &Folder, id: &str, path: &Path) -> io::Result<Found> {
        let Some((below, _)) = split(path) else { return Err(Errno::INVAL.into()) };
        // Asked on both sides of the look, since a living process makes the mark last and removes it first.
        let was_marked = is_marked(root, id, path)?;
        let spot = Spot::of(root, below)?;
        let (spot, folder) = match spot.find(id, below) {
            // A mark stands only while its folder does, so what has that is not there.
            Err(error) if is_gone(&error) && was_marked && is_marked(root, id, path)? => return Ok(Found::Away),
            // It was held before that was mounted.
            Err(error) if is_gone(&error) && spot.is_mounted() => {
                let plain = Spot::plain(root)?;
                let folder = plain.find(id, below);
                (plain, folder)
            }
            folder => (spot, folder),
        };
        let held = folder.and_then(|folder| {
            let held = Self { spot, folder, own: id.into(), path: path.to_owned(), _lock: None };
            held.stat().map(|_| held)
        });
        match held {
            Err(error) if is_gone(&error) => Ok(Found::Gone),
            held => held.map(Found::Here),
        }
    }

    /// Every one that is held: the deletion or move, and the file if it still lies there.
    pub(super) fn all(root: &Folder) -> io::Result<Vec<(OsString, Option<PathBuf>)>> {
        let private = match root.sub(Path::new(PRIVATE)) {
            Err(error) if is_gone(&error) => return Ok(Vec::new()),
            private => private?,
        };
        let mut all = Vec::new();
        for entry in private.entries()? {
            let (id, kind) = entry?;
            let known = [DELETION, MOVE].iter().any(|known| id.as_encoded_bytes().starts_with(known.as_bytes()));
            if kind.is_dir() && known {
                let own = private.sub(Path::new(&id));
                let path = own.and_then(|own| match marked(&deepest(&own)?) {
                    Some(path) => Ok(Some(path.to_owned())),
                    None => inside(&own),
                });
                all.push(match path {
                    // Whoever had it is done with it since a moment ago: nobody removes a folder that something lies in.
                    Err(error) if is_gone(&error) => (id, None),
                    path => (id, path?),
                });
            }
        }
        Ok(all)
    }

    pub(in crate::spool) fn stat(&self) -> io::Result<Stat> {
        self.folder.stat(self.name())
    }

    pub(in crate::spool) fn name(&self) -> &OsStr {
        self.path.file_name().unwrap_or_default()
    }

    /// The folder of its own that it is held in, for people.
    pub(super) fn own(&self) -> PathBuf {
        self.spot.path(&self.own)
    }

    /// Where it is held, for people.
    pub(super) fn at(&self) -> PathBuf {
        self.folder.path().join(self.name())
    }

    /// Deletes it, and then what `also` goes with it, which says whether it is gone for good.
    pub(in crate::spool) fn remove(&self, root: &Folder, also: impl FnOnce() -> bool) -> io::Result<()> {
        self.folder.unlink(self.name())?;
        let gone = [also(), self.folder.sync().is_ok()];
        // If a power cut may bring it back, its folder stays for the next start.
        if gone == [true, true] {
            self.close(root);
        }
        Ok(())
    }

    /// Gives it back to its place, under another name if its own was taken meanwhile. One that somebody else gave back a moment
    /// ago is no fault.
    pub(in crate::spool) fn put_back(&self, root: &Folder) -> Result<(), Fault> {
        self.put_back_by(root, Pulse::UNHEARD)
    }

    /// The same, and `pulse` hears that it goes on. One whose bytes lie there again goes: they are there.
    pub(super) fn put_back_by(&self, root: &Folder, pulse: Pulse<'_>) -> Result<(), Fault> {
        const DOING: &str = "put back";
        let path = &self.path;
        let below = path.parent().unwrap_or(Path::new(""));
        let folder = root.make_sub(below, 0o750, Durable::Yes).doing(DOING, path)?;
        let salt = blake3::hash(self.own.as_os_str().as_encoded_bytes()).to_hex();
        for attempt in 0.. {
            let Some(name) = candidate(self.name(), attempt, &salt) else { break };
            match self.folder.give(self.name(), &folder, &name) {
                Err(Errno::EXIST) if self.is_superfluous(&folder, &name, pulse) => {
                    folder.sync().doing(DOING, path)?;
                    match self.folder.unlink(self.name()) {
                        Err(error) if error.kind() != io::ErrorKind::NotFound => {
                            return Err(Fault::new(DOING, path, error));
                        }
                        Ok(()) | Err(_) => {}
                    }
                }
                Err(Errno::EXIST) => continue,
                Err(error) if error != Errno::NOENT => return Err(Fault::new(DOING, path, error)),
                Ok(()) | Err(_) => {}
            }
            // What says that it is held goes when no power cut brings it back here.
            folder.sync().and_then(|()| self.folder.sync()).doing(DOING, path)?;
            self.close(root);
            return Ok(());
        }
        Err(Fault::new(DOING, path, Errno::EXIST))
    }

    /// Whether that is a second name of the file (without a rename that overwrites nothing, it got its name back before a crash, and
    /// kept the one here), or another one with its bytes.
    fn is_superfluous(&self, folder: &Folder, name: &OsStr, pulse: Pulse<'_>) -> bool {
        let (held, other) = (self.stat(), folder.stat(name));
        matches!((held, other), (Ok(held), Ok(other)) if identity(&held) == identity(&other))
            || same::stands_for((folder, name), (&self.folder, self.name()), pulse).unwrap_or(false)
    }

    /// Removes the folders it lay in, and the mark before them.
    pub(in crate::spool) fn close(&self, root: &Folder) {
        if !self.spot.is_mounted() || unmark(root, &self.own, &self.path).is_ok() {
            self.spot.close(&self.own, self.path.parent().unwrap_or(Path::new("")));
        }
    }

    /// Removes the folders of a deletion of the file at `path` that hold nothing any more.
    pub(super) fn clear(root: &Folder, id: &OsStr, path: &Path) {
        let below = path.parent().unwrap_or(Path::new(""));
        if let Ok(spot) = Spot::of(root, below)
            && spot.is_mounted()
        {
            // Where a crash came between its leaving and this, a power cut may still bring it back here.
            let durable = |folder: io::Result<Folder>| match folder {
                Ok(folder) => folder.sync().is_ok(),
                Err(error) => is_gone(&error),
            };
            if ![root.sub(below), spot.find(id, below)].into_iter().all(durable)
                || unmark(root, Path::new(id), path).is_err()
            {
                return;
            }
            spot.close(Path::new(id), below);
        }
        Self::clear_empty(root, id);
    }

    /// Removes the folders of a deletion that hold nothing and do not say of what it was.
    pub(super) fn clear_empty(root: &Folder, id: &OsStr) {
        if let Ok(private) = root.sub(Path::new(PRIVATE)) {
            let below = private.sub(Path::new(id)).and_then(|own| deepest(&own)).unwrap_or_default();
            private.prune(&Path::new(id).join(below));
            let _ = root.rmdir(OsStr::new(PRIVATE));
        }
    }
}

/// Whether nothing can be locked there.
fn is_unsupported(error: Errno) -> bool {
    matches!(error, Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL)
}

fn identity(stat: &Stat) -> (u64, u64) {
    Fingerprint::of(stat).identity()
}

/// The one file in a deletion's folder, by its path there.
fn inside(own: &Folder) -> io::Result<Option<PathBuf>> {
    let below = deepest(own)?;
    let folder = own.sub(&below)?;
    let first = folder.entries()?.next().transpose()?;
    Ok(first.map(|(name, _)| below.join(name)))
}

/// The folder inside of all the others: each has one entry.
fn deepest(own: &Folder) -> io::Result<PathBuf> {
    let mut below = PathBuf::new();
    loop {
        let next = own.sub(&below)?.entries()?.next().transpose()?;
        match next {
            Some((name, kind)) if kind.is_dir() => below.push(name),
            _ => return Ok(below),
        }
    }
}

#[cfg(test)]
mod tests;
