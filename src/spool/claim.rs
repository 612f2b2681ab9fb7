//! Taking files out of the inbox.
//!
//! A claim is a folder of its own with one file in it, at the path it had in the inbox:
//! `inbox/.siftd/<daemon>/<daemon>-<number>.<tries>/a/b/name`. Claiming is one rename, so that of several
//! daemons one wins. A daemon holds a lock in its folder for as long as it lives; whoever gets the lock of
//! another one has found a dead daemon, and takes its claims over.

use std::{
    ffi::{OsStr, OsString},
    fs::{File, TryLockError},
    hash::{BuildHasher, RandomState},
    io,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use rustix::{
    fs::{OFlags, Timespec, Timestamps, UTIME_NOW},
    io::Errno,
};

use super::{
    fault::{Class, Doing, Fault},
    fingerprint::Fingerprint,
    folder::{Durable, Folder},
    name::{PRIVATE, candidate, split},
};

/// Name of the lock file in a daemon's folder.
const LOCK: &str = "lock";

/// A file of our own in the private folder, whose times can be touched to see whether the event comes back: the lock of a
/// daemon's folder, which lies there anyway.
#[derive(Debug)]
pub(crate) struct Canary {
    below: PathBuf,
    file: Arc<File>,
}

impl Canary {
    /// Where it lies, relative to the inbox.
    pub(crate) fn below(&self) -> &Path {
        &self.below
    }

    /// Touches it. Where that fails no event comes, which is just what is to be found out.
    pub(crate) fn touch(&self) {
        let now = Timespec { tv_sec: 0, tv_nsec: UTIME_NOW };
        let _ = rustix::fs::futimens(&*self.file, &Timestamps { last_access: now, last_modification: now });
    }
}

/// One daemon's place for claims, locked.
#[derive(Debug)]
pub struct Claims {
    inbox: Arc<Folder>,
    private: Folder,
    home: Arc<Folder>,
    daemon: String,
    next: AtomicU64,
    lock: Arc<File>,
}

/// A file that belongs to us: no one else sees it under this name.
#[derive(Debug)]
pub struct Claim {
    id: String,
    tries: u32,
    path: PathBuf,
    name: OsString,
    inbox: Arc<Folder>,
    home: Arc<Folder>,
    /// The claim's folder below `home`.
    own: OsString,
    /// The folder in which the file lies.
    pub(crate) folder: Folder,
    /// Held for as long as there is a claim in hand, even if the inbox is replaced meanwhile: nobody may take the
    /// claims of one who lives for a dead one's.
    _lock: Arc<File>,
}

/// A claim without a file.
#[derive(Debug)]
pub struct Emptied {
    id: String,
    home: Arc<Folder>,
    own: OsString,
    below: PathBuf,
}

/// What lay in a claim that a daemon left behind.
#[derive(Debug)]
pub enum Left {
    /// A file that was not published yet.
    File(Claim),
    /// No file: it was published, and at most the journal does not say so yet.
    Empty(Emptied),
}

impl Claims {
    /// Opens a place for claims in the inbox.
    ///
    /// # Errors
    /// When the private folder cannot be made, or is not ours alone.
    pub(crate) fn open(inbox: Arc<Folder>) -> Result<Self, Fault> {
        let at = inbox.path().join(PRIVATE);
        inbox.make(OsStr::new(PRIVATE), 0o700).doing("make the folder for claims", &at)?;
        let private = inbox.sub(Path::new(PRIVATE)).doing("open the folder for claims", &at)?;
        let stat = private.stat_self().doing("look at the folder for claims", &at)?;
        if stat.st_uid != rustix::process::geteuid().as_raw() || stat.st_mode & 0o022 != 0 {
            let text = "it belongs to somebody else or others may write to it; remove it, or make it ours alone";
            return Err(Fault::found(Class::Broken, "trust the folder for claims", &at, text));
        }
        loop {
            // Unpredictable only so that two daemons never choose the same; secrecy is not needed.
            let daemon = format!("{:016x}", RandomState::new().hash_one(std::process::id()));
            let at = at.join(&daemon);
            private.make(OsStr::new(&daemon), 0o700).doing("make a folder for claims", &at)?;
            let opened = private.sub(Path::new(&daemon)).and_then(|home| Ok((lock(&home, true)?, home)));
            match opened {
                Ok((Some(lock), home)) => {
                    return Ok(Self {
                        inbox,
                        private,
                        home: Arc::new(home),
                        daemon,
                        next: AtomicU64::new(0),
                        lock: Arc::new(lock),
                    });
                }
                // Another daemon took the fresh folder for a dead one's: make a new one.
                Ok((None, _)) => {}
                Err(error) if error.kind() == io::ErrorKind::NotFound => {}
                Err(error) => return Err(Fault::new("lock the folder for claims", &at, error)),
            }
        }
    }

    /// Takes `path` (relative to the inbox) out of the inbox, if it is still the file that was `seen`.
    ///
    /// # Errors
    /// `Gone` when somebody else was faster, `Changed` when it is another file by now (it is put back).
    pub fn claim(&self, path: &Path, seen: &Fingerprint) -> Result<Claim, Fault> {
        const DOING: &str = "claim";
        let (parent, name) = split(path).ok_or_else(|| Fault::new(DOING, path, Errno::INVAL))?;
        let from = self.inbox.sub(parent).doing(DOING, path)?;
        let id = format!("{}-{}", self.daemon, self.next.fetch_add(1, Ordering::Relaxed));
        let own = OsString::from(format!("{id}.0"));
        let at = self.home.path().join(&own);
        let inside = Path::new(&own).join(parent);
        let folder = self.home.make_sub(&inside, 0o700, Durable::No).doing("make the folder of a claim", &at)?;
        let claim = Claim {
            id,
            tries: 0,
            path: path.to_owned(),
            name: name.to_owned(),
            inbox: Arc::clone(&self.inbox),
            home: Arc::clone(&self.home),
            own,
            folder,
            _lock: Arc::clone(&self.lock),
        };
        if let Err(error) = from.rename(name, &claim.folder, name) {
            claim.close();
            return Err(Fault::new(DOING, path, error));
        }
        match claim.folder.stat(name) {
            Ok(stat) if Fingerprint::of(&stat).same_content(seen) && Fingerprint::of(&stat).is_regular() => Ok(claim),
            Ok(_) => {
                claim.put_back()?;
                Err(Fault::found(Class::Changed, DOING, path, "it was replaced a moment before"))
            }
            Err(error) => Err(Fault::new(DOING, path, error)),
        }
    }

    /// Takes over what dead daemons left. Their folders become ours by one rename each.
    fn take_over(&self, left: &mut Vec<Left>) -> Result<(), Fault> {
        let mut kept = None;
        let at = self.private.path().to_owned();
        for daemon in list(&self.private).doing("list the folders for claims", &at)? {
            if daemon.as_bytes() == self.daemon.as_bytes() {
                continue;
            }
            let opened = self.private.sub(Path::new(&daemon)).and_then(|home| Ok((lock(&home, false)?, home)));
            // Alive, or taken over by another one at this moment.
            let Ok((Some(_lock), home)) = opened else { continue };
            for own in list(&home).doing("list the claims of a dead daemon", home.path())? {
                if own == LOCK {
                    continue;
                }
                if let Err(error) = home.rename(&own, &self.home, &own) {
                    tracing::error!(claim = %super::shown(&own), "failed to take over a dead daemon's claim: {error}");
                    continue;
                }
                left.extend(self.reopened(&own, &mut kept));
            }
            // The folder stays if something strange lies in it; it is looked at again next time.
            let _ = home.unlink(OsStr::new(LOCK));
            let _ = self.private.rmdir(&daemon);
        }
        kept.map_or(Ok(()), Err)
    }

    /// Every claim that nobody works on: our own ones on disk whose id is not among those `in_hand`, where a step
    /// failed half-way, and those of dead daemons. With what there is comes the fault that kept us from the rest.
    pub fn left(&self, in_hand: impl Fn(&str) -> bool) -> (Vec<Left>, Option<Fault>) {
        let mut left = Vec::new();
        let own = self.forgotten(in_hand, &mut left).err();
        let others = self.take_over(&mut left).err();
        (left, own.or(others))
    }

    fn forgotten(&self, in_hand: impl Fn(&str) -> bool, left: &mut Vec<Left>) -> Result<(), Fault> {
        let mut kept = None;
        for own in list(&self.home).doing("list the claims", self.home.path())? {
            if own != LOCK && !in_hand(&parse(&own).0) {
                left.extend(self.reopened(&own, &mut kept));
            }
        }
        kept.map_or(Ok(()), Err)
    }

    /// What lies in a claim. One that cannot be opened keeps nobody from the others; unless it is a link or another's folder,
    /// which siftd did not make, the first such fault is `kept`: a file may lie there.
    fn reopened(&self, own: &OsStr, kept: &mut Option<Fault>) -> Option<Left> {
        self.reopen(own)
            .map_err(|fault| {
                tracing::error!(claim = %super::shown(own), "a claim is left as it is: failed to {fault}");
                if !matches!(fault.class(), Class::Changed | Class::Gone | Class::Denied) {
                    kept.get_or_insert(fault);
                }
            })
            .ok()
            .flatten()
    }

    fn reopen(&self, own: &OsStr) -> Result<Option<Left>, Fault> {
        let at = self.home.path().join(own);
        let (id, tries) = parse(own);
        let mut folder = match self.home.sub(Path::new(own)) {
            Ok(folder) => folder,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Fault::new("open a claim", &at, error)),
        };
        let mut path = PathBuf::new();
        loop {
            let inside = folder.entries().and_then(|mut entries| entries.next().transpose());
            let Some((name, kind)) = inside.doing("look into a claim", &at)? else {
                let (home, own) = (Arc::clone(&self.home), own.to_owned());
                return Ok(Some(Left::Empty(Emptied { id, home, own, below: path })));
            };
            path.push(&name);
            if !kind.is_dir() {
                let (inbox, home) = (Arc::clone(&self.inbox), Arc::clone(&self.home));
                let (own, lock) = (own.into(), Arc::clone(&self.lock));
                return Ok(Some(Left::File(Claim { id, tries, path, name, inbox, home, own, folder, _lock: lock })));
            }
            folder = folder.sub(Path::new(&name)).doing("look into a claim", &at)?;
        }
    }

    /// Whether the inbox is still the folder that lies at its path (not unmounted, replaced or mounted over).
    pub(crate) fn is_in_place(&self) -> bool {
        let now = Folder::open(self.inbox.path()).and_then(|folder| folder.stat_self());
        matches!((now, self.inbox.stat_self()),
            (Ok(now), Ok(held)) if (now.st_dev, now.st_ino) == (held.st_dev, held.st_ino) && held.st_nlink > 0)
    }

    /// What shows whether events come.
    pub(crate) fn canary(&self) -> Canary {
        Canary { below: Path::new(PRIVATE).join(&self.daemon).join(LOCK), file: Arc::clone(&self.lock) }
    }

    /// The inbox.
    pub(crate) fn inbox(&self) -> &Arc<Folder> {
        &self.inbox
    }
}

impl Drop for Claims {
    /// Leaves no empty folder behind; one with claims in it stays for the next daemon.
    fn drop(&mut self) {
        if list(&self.home).is_ok_and(|inside| inside.iter().all(|name| name == LOCK)) {
            let _ = self.home.unlink(OsStr::new(LOCK));
            let _ = self.private.rmdir(OsStr::new(&self.daemon));
        }
    }
}

impl Claim {
    /// Unique for all time; the journal's key.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Where it lay, relative to the inbox.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file's name.
    pub(crate) fn name(&self) -> &OsStr {
        &self.name
    }

    /// How often judging it was begun and not finished.
    pub fn tries(&self) -> u32 {
        self.tries
    }

    /// Counts one more try, on disk, so that the count outlives a crash of the judge.
    pub(crate) fn begin(&mut self) -> Result<(), Fault> {
        self.rename_own(self.tries + 1)
    }

    /// Takes back the last [`Claim::begin`]: the try ended without a crash, and without a result.
    pub(crate) fn unbegin(&mut self) -> Result<(), Fault> {
        self.rename_own(self.tries.saturating_sub(1))
    }

    fn rename_own(&mut self, tries: u32) -> Result<(), Fault> {
        let own = OsString::from(format!("{}.{tries}", self.id));
        self.home.rename(&self.own, &self.home, &own).doing("count a try of", &self.path)?;
        self.own = own;
        self.tries = tries;
        Ok(())
    }

    /// Gives the file back to the inbox, under another name if its own was taken meanwhile.
    ///
    /// # Errors
    /// The claim stays on disk then and is found again by [`Claims::left`].
    pub fn put_back(self) -> Result<PathBuf, Fault> {
        const DOING: &str = "put back into the inbox";
        let parent = self.path.parent().unwrap_or(Path::new(""));
        let to = self.inbox.make_sub(parent, 0o770, Durable::No).doing(DOING, &self.path)?;
        let salt = blake3::hash(self.id.as_bytes()).to_hex();
        for attempt in 0.. {
            let Some(name) = candidate(&self.name, attempt, &salt) else { break };
            match self.folder.rename(&self.name, &to, &name) {
                Ok(()) => {
                    let path = parent.join(name);
                    self.close();
                    return Ok(path);
                }
                Err(Errno::EXIST) => {}
                Err(error) => return Err(Fault::new(DOING, &self.path, error)),
            }
        }
        Err(Fault::new(DOING, &self.path, Errno::EXIST))
    }

    /// Whether the file still lies in it; when that cannot be told, it is taken to.
    pub(crate) fn holds_file(&self) -> bool {
        !matches!(self.folder.stat(&self.name), Err(error) if error.kind() == io::ErrorKind::NotFound)
    }

    /// Removes the claim's folder, which must be empty by now: the last step.
    pub(crate) fn close(self) {
        let parent = self.path.parent().unwrap_or(Path::new("")).to_owned();
        remove_tree(&self.home, &self.own, parent);
    }
}

impl Emptied {
    /// The claim's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Removes the claim's folder: nothing is to be known from it any more.
    pub(crate) fn close(self) {
        remove_tree(&self.home, &self.own, self.below);
    }
}

/// Removes the empty folders `own/below`, from the inside out. Never a file: what is not empty stays.
fn remove_tree(home: &Folder, own: &OsStr, mut below: PathBuf) {
    while let (Some(parent), Some(name)) = (below.parent().map(Path::to_owned), below.file_name()) {
        if let Ok(folder) = home.sub(&Path::new(own).join(&parent)) {
            let _ = folder.rmdir(name);
        }
        below = parent;
    }
    let _ = home.rmdir(own);
}

/// Takes the lock of a daemon's folder; `None` when it is alive, or its folder is gone.
fn lock(home: &Folder, fresh: bool) -> io::Result<Option<File>> {
    let extra = if fresh { OFlags::CREATE | OFlags::EXCL } else { OFlags::CREATE };
    let file = match home.write(OsStr::new(LOCK), extra, 0o600) {
        Err(error) if fresh && error.kind() == io::ErrorKind::AlreadyExists => return Ok(None),
        other => other?,
    };
    match file.try_lock() {
        Ok(()) => {}
        Err(TryLockError::WouldBlock) => return Ok(None),
        Err(TryLockError::Error(error)) => return Err(error),
    }
    // Between opening and locking, the one who held it may have removed it.
    let (held, named) = (rustix::fs::fstat(&file)?, home.stat(OsStr::new(LOCK))?);
    Ok((held.st_ino == named.st_ino).then_some(file))
}

fn list(folder: &Folder) -> io::Result<Vec<OsString>> {
    folder.entries()?.map(|entry| entry.map(|(name, _)| name)).collect()
}

/// Splits `<id>.<tries>`.
fn parse(own: &OsStr) -> (String, u32) {
    let text = own.to_string_lossy();
    match text.rsplit_once('.').map(|(id, tries)| (id, tries.parse())) {
        Some((id, Ok(tries))) => (id.to_owned(), tries),
        _ => (text.into_owned(), 0),
    }
}
