//! A file that is about to be deleted or sent on, held where nobody else reaches it: at `.siftd/<deletion or move>/` and its path.
//! Where it came from can be told from that alone.

use std::{
    ffi::{OsStr, OsString},
    io,
    path::{Path, PathBuf},
};

use rustix::{
    fs::{FlockOperation, Stat},
    io::Errno,
};

use super::is_gone;
use crate::spool::{
    fault::{Doing, Fault},
    fingerprint::Fingerprint,
    folder::{Durable, Folder},
    name::{PRIVATE, candidate, split},
};

/// What the name of every deletion begins with.
pub(super) const DELETION: &str = "expire-";

/// What comes before the id of the row by which a file is sent on.
pub(super) const MOVE: &str = "move-";

/// One such file.
#[derive(Debug)]
pub(in crate::spool) struct Held {
    private: Folder,
    /// The folder that it lies in.
    pub(in crate::spool) folder: Folder,
    own: PathBuf,
    path: PathBuf,
    /// Its own folder, locked while it is being sent on, so that no other process takes it for what a crash left.
    _lock: Option<Folder>,
}

impl Held {
    /// Takes the file at `path` away from its place, which is the folder `from` below `root`.
    pub(super) fn take(root: &Folder, from: &Folder, path: &Path, id: &str) -> io::Result<Self> {
        Self::take_into(root, from, path, id, |_, _| Ok(None))
    }

    /// Takes the file at `path` away from its place before it is sent on by the row `id`. Fails where that cannot be kept from
    /// other processes by a lock.
    pub(in crate::spool) fn take_to_move(root: &Folder, from: &Folder, path: &Path, id: &str) -> io::Result<Self> {
        Self::take_into(root, from, path, &format!("{MOVE}{id}"), |private, own| lock_new(private, own).map(Some))
    }

    /// Takes it when its folder is locked.
    fn take_into(
        root: &Folder,
        from: &Folder,
        path: &Path,
        id: &str,
        lock: impl Fn(&Folder, &OsStr) -> io::Result<Option<Folder>>,
    ) -> io::Result<Self> {
        let Some((below, name)) = split(path) else { return Err(Errno::INVAL.into()) };
        loop {
            root.make(OsStr::new(PRIVATE), 0o700)?;
            let held = root.sub(Path::new(PRIVATE)).and_then(|private| {
                let lock = lock(&private, OsStr::new(id))?;
                let folder = private.make_sub(&Path::new(id).join(below), 0o700, Durable::No)?;
                Ok(Self { private, folder, own: id.into(), path: path.to_owned(), _lock: lock })
            });
            let held = match held {
                // Another one, done with it, removed the private folder a moment ago.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                held => held.inspect_err(|_| Self::clear(root, OsStr::new(id)))?,
            };
            match from.take(name, &held.folder, name) {
                Ok(()) => return Ok(held),
                Err(error) => {
                    held.close(root);
                    // Between two looks the folder may have been removed and made again.
                    if error != Errno::NOENT || from.stat(name).is_err() {
                        return Err(error.into());
                    }
                }
            }
        }
    }

    /// Locks the folder of a move that a crash may have left; `None` when there is none any more. Whoever has the lock may act on
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
            // Where nothing can be locked, no living process took anything.
            Ok(()) | Err(Errno::OPNOTSUPP | Errno::NOSYS | Errno::INVAL) => Ok(Some(own)),
            Err(error) => Err(error.into()),
        }
    }

    /// The one that the deletion `id` of the file at `path` left behind.
    pub(super) fn find(root: &Folder, id: &str, path: &Path) -> io::Result<Self> {
        let Some((below, _)) = split(path) else { return Err(Errno::INVAL.into()) };
        let private = root.sub(Path::new(PRIVATE))?;
        let folder = private.sub(&Path::new(id).join(below))?;
        let held = Self { private, folder, own: id.into(), path: path.to_owned(), _lock: None };
        held.stat().map(|_| held)
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
                let path = inside(&private.sub(Path::new(&id))?)?;
                all.push((id, path));
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

    /// Where it is held, for people.
    pub(super) fn at(&self) -> PathBuf {
        self.folder.path().join(self.name())
    }

    /// Deletes it.
    pub(super) fn remove(&self, root: &Folder) -> io::Result<()> {
        self.folder.unlink(self.name())?;
        let _ = self.folder.sync();
        self.close(root);
        Ok(())
    }

    /// Gives it back to its place, under another name if its own was taken meanwhile. One that somebody else gave back a moment
    /// ago is no fault.
    pub(in crate::spool) fn put_back(&self, root: &Folder) -> Result<(), Fault> {
        const DOING: &str = "put back";
        let path = &self.path;
        let below = path.parent().unwrap_or(Path::new(""));
        let folder = root.make_sub(below, 0o750, Durable::Yes).doing(DOING, path)?;
        let salt = blake3::hash(self.own.as_os_str().as_encoded_bytes()).to_hex();
        for attempt in 0.. {
            let Some(name) = candidate(self.name(), attempt, &salt) else { break };
            match self.folder.give(self.name(), &folder, &name) {
                // Without a rename that overwrites nothing, it got its name back before a crash, and kept the one here.
                Err(Errno::EXIST) if self.is_also(&folder, &name) => {
                    folder.sync().doing(DOING, path)?;
                    match self.folder.unlink(self.name()) {
                        Err(error) if error.kind() != io::ErrorKind::NotFound => {
                            return Err(Fault::new(DOING, path, error));
                        }
                        Ok(()) | Err(_) => {}
                    }
                    self.close(root);
                    return Ok(());
                }
                Err(Errno::EXIST) => {}
                Err(error) if error != Errno::NOENT => return Err(Fault::new(DOING, path, error)),
                Ok(()) | Err(_) => {
                    self.close(root);
                    return folder.sync().doing(DOING, path);
                }
            }
        }
        Err(Fault::new(DOING, path, Errno::EXIST))
    }

    /// Whether that is a second name of the file.
    fn is_also(&self, folder: &Folder, name: &OsStr) -> bool {
        matches!((self.stat(), folder.stat(name)), (Ok(held), Ok(other)) if identity(&held) == identity(&other))
    }

    /// Removes the folders it lay in.
    pub(in crate::spool) fn close(&self, root: &Folder) {
        self.private.prune(&self.own.join(self.path.parent().unwrap_or(Path::new(""))));
        let _ = root.rmdir(OsStr::new(PRIVATE));
    }

    /// Removes the folders of a deletion that hold nothing any more.
    pub(super) fn clear(root: &Folder, id: &OsStr) {
        if let Ok(private) = root.sub(Path::new(PRIVATE)) {
            let below = private.sub(Path::new(id)).and_then(|own| deepest(&own)).unwrap_or_default();
            private.prune(&Path::new(id).join(below));
            let _ = root.rmdir(OsStr::new(PRIVATE));
        }
    }
}

/// Makes the folder of a move and locks it. Another process may have it locked for a moment, to look whether a crash left it.
fn lock_new(private: &Folder, own: &OsStr) -> io::Result<Folder> {
    private.make(own, 0o700)?;
    let folder = private.sub(Path::new(own))?;
    folder
        .lock(FlockOperation::LockExclusive)
        .map_err(|error| io::Error::other(format!("the folder that it is to be held in cannot be locked: {error}")))?;
    let (locked, named) = (folder.stat_self()?, private.stat(own)?);
    // It may have been taken for what a crash left, and removed, before it was locked: then once more.
    if identity(&locked) != identity(&named) {
        return Err(Errno::NOENT.into());
    }
    Ok(folder)
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
mod tests {
    use std::fs;

    use super::*;
    use crate::spool::lacking;

    #[test]
    fn a_file_is_held_and_given_back_wherever_names_cannot_be_kept_by_a_rename_too() {
        for lacks in [false, true] {
            lacking::NOREPLACE.set(lacks);
            let dir = tempfile::tempdir().unwrap();
            let at = |path: &str| dir.path().join(path);
            fs::create_dir(at("sub")).unwrap();
            fs::write(at("sub/x.txt"), "old").unwrap();
            let root = Folder::open(dir.path()).unwrap();
            let take = || Held::take(&root, &root.sub(Path::new("sub")).unwrap(), Path::new("sub/x.txt"), "expire-1");
            let held = take().unwrap();
            assert_eq!(fs::read_to_string(at(".siftd/expire-1/sub/x.txt")).unwrap(), "old");
            assert_eq!(Held::all(&root).unwrap(), [("expire-1".into(), Some("sub/x.txt".into()))]);
            fs::write(at("sub/x.txt"), "new").unwrap();
            held.put_back(&root).unwrap();
            let mut found: Vec<_> = fs::read_dir(at("sub"))
                .unwrap()
                .map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap())
                .collect();
            found.sort();
            assert_eq!((found, at(".siftd").is_dir()), (vec!["new".to_owned(), "old".to_owned()], false));
            held.put_back(&root).expect("somebody else gave it back");
            take().unwrap().remove(&root).unwrap();
            assert!(!at("sub/x.txt").is_file() && !at(".siftd").is_dir());
        }
    }

    #[test]
    fn a_file_that_was_half_given_back_ends_with_one_name() {
        lacking::NOREPLACE.set(true);
        let dir = tempfile::tempdir().unwrap();
        let at = |path: &str| dir.path().join(path);
        fs::create_dir(at("sub")).unwrap();
        fs::write(at("sub/x.txt"), "old").unwrap();
        let root = Folder::open(dir.path()).unwrap();
        let held = Held::take(&root, &root.sub(Path::new("sub")).unwrap(), Path::new("sub/x.txt"), "expire-1").unwrap();
        fs::hard_link(at(".siftd/expire-1/sub/x.txt"), at("sub/x.txt")).unwrap();
        held.put_back(&root).unwrap();
        assert_eq!(fs::read_to_string(at("sub/x.txt")).unwrap(), "old");
        assert_eq!(fs::read_dir(at("sub")).unwrap().count(), 1);
        assert!(!at(".siftd").is_dir());
    }
    #[test]
    fn what_is_to_be_sent_on_is_taken_when_a_look_at_its_folder_is_over() {
        let dir = tempfile::tempdir().unwrap();
        let at = |path: &str| dir.path().join(path);
        fs::create_dir(at("sub")).unwrap();
        fs::write(at("sub/x.txt"), "good").unwrap();
        let own = at(".siftd/move-1");
        let root = Folder::open(dir.path()).unwrap();
        for removed in [false, true] {
            // A start in another process takes it for what a crash left.
            fs::create_dir_all(&own).unwrap();
            let looking = Held::lock_left(&root, "move-1").unwrap().unwrap();
            let held = std::thread::scope(|scope| {
                let (from, path) = (root.sub(Path::new("sub")).unwrap(), Path::new("sub/x.txt"));
                let root = &root;
                let taking = scope.spawn(move || Held::take_to_move(root, &from, path, "1"));
                if removed {
                    Held::clear(root, OsStr::new("move-1"));
                }
                drop(looking);
                taking.join().unwrap().unwrap()
            });
            assert_eq!(fs::read_to_string(own.join("sub/x.txt")).unwrap(), "good", "{removed}");
            assert!(Held::lock_left(&root, "move-1").is_err(), "{removed}: anybody may take it");
            held.put_back(&root).unwrap();
            assert!(at("sub/x.txt").is_file() && Held::lock_left(&root, "move-1").unwrap().is_none());
        }
    }
}
