//! One daemon's place for claims, and taking a file there.

use std::{
    ffi::{OsStr, OsString},
    fs::{File, TryLockError},
    hash::{BuildHasher, RandomState},
    io,
    path::Path,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use rustix::{fs::OFlags, io::Errno};

use super::{Canary, Claim, left::list};
use crate::spool::{
    denied::{Wanted, explained},
    fault::{Class, Doing, Fault},
    fingerprint::Fingerprint,
    folder::{Durable, Folder},
    name::{PRIVATE, split},
    spare::Spares,
    tries::{self, Tries},
};

/// Name of the lock file in a daemon's folder.
pub(crate) const LOCK: &str = "lock";

/// One daemon's place for claims, locked.
#[derive(Debug)]
pub struct Claims {
    pub(super) inbox: Arc<Folder>,
    pub(super) private: Folder,
    pub(super) home: Arc<Folder>,
    pub(super) daemon: String,
    pub(super) next: AtomicU64,
    pub(super) spares: Arc<Spares>,
    pub(super) tries: Arc<Tries>,
    pub(super) lock: Arc<File>,
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
        if let Some(text) = distrust(stat.st_uid, stat.st_mode, rustix::process::geteuid().as_raw()) {
            return Err(Fault::of(Class::Broken, "trust the folder for claims", &at, io::Error::other(text)));
        }
        loop {
            // Unpredictable only so that two daemons never choose the same; secrecy is not needed.
            let daemon = format!("{:016x}", RandomState::new().hash_one(std::process::id()));
            let at = at.join(&daemon);
            private.make(OsStr::new(&daemon), 0o700).doing("make a folder for claims", &at)?;
            let opened = private.sub(Path::new(&daemon)).and_then(|home| Ok((lock(&home, true)?, home)));
            match opened {
                Ok((Some(lock), home)) => {
                    let tries = Tries::open(&home).doing("make a file beside the claims", &at)?;
                    return Ok(Self {
                        inbox,
                        private,
                        home: Arc::new(home),
                        daemon,
                        next: AtomicU64::new(0),
                        spares: Arc::default(),
                        tries: Arc::new(tries),
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
        let from = self.inbox.below(parent).doing(DOING, path)?;
        let id = format!("{}-{}", self.daemon, self.next.fetch_add(1, Ordering::Relaxed));
        let own = named(&id, 0);
        let at = self.home.path().join(&own);
        let mut folder = match self.spares.take(&self.home, &own) {
            Some(folder) => folder,
            None => {
                self.home.make_fresh(&own, 0o700).doing("make the folder of a claim", &at).map_err(Fault::beside)?
            }
        };
        if !parent.as_os_str().is_empty() {
            folder = folder
                .make_sub(parent, 0o700, Durable::No)
                .doing("make the folder of a claim", &at)
                .map_err(Fault::beside)?;
        }
        let claim = Claim {
            left: false,
            id,
            tries: 0,
            path: path.to_owned(),
            name: name.to_owned(),
            inbox: Arc::clone(&self.inbox),
            home: Arc::clone(&self.home),
            own,
            folder,
            spares: Arc::clone(&self.spares),
            judging: Arc::clone(&self.tries),
            _lock: Arc::clone(&self.lock),
        };
        if let Err(error) = from.take(name, &claim.folder, name) {
            claim.abandon();
            let error = explained(error.into(), Wanted::Write, &from, None);
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
        self.spares.clear(&self.home);
        if list(&self.home).is_ok_and(|inside| inside.iter().all(|name| is_ours(name))) {
            let _ = self.home.unlink(OsStr::new(tries::FILE));
            let _ = self.home.unlink(OsStr::new(LOCK));
            let _ = self.private.rmdir(OsStr::new(&self.daemon));
        }
    }
}

/// Whether it is no claim but a file of the daemon's own.
pub(crate) fn is_ours(name: &OsStr) -> bool {
    name == LOCK || name == tries::FILE
}

/// The name of a claim's folder.
pub(super) fn named(id: &str, tries: u32) -> OsString {
    format!("{id}.{tries}").into()
}

/// Why claims are not put into a folder of user `owner` with this mode by the user `own`, and the way out. Documents may lie in
/// it, so that is never to remove it.
fn distrust(owner: u32, mode: u32, own: u32) -> Option<String> {
    const KEEP: &str = "do not remove it: it may hold documents in hand";
    if owner != own {
        return Some(format!(
            "it belongs to user {owner}, and this is user {own}; run siftd as that user (`runuser -u NAME -- siftd …`); {KEEP}"
        ));
    }
    (mode & 0o022 != 0).then(|| format!("others may write to it; chmod go-w it; {KEEP}"))
}

/// Takes the lock of a daemon's folder; `None` when it is alive, or its folder is gone.
pub(super) fn lock(home: &Folder, fresh: bool) -> io::Result<Option<File>> {
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whose_folder_it_is_is_told_and_nobody_is_sent_to_remove_documents() {
        assert_eq!(distrust(7, 0o40700, 7), None);
        let (other, open) = (distrust(65534, 0o40700, 0).unwrap(), distrust(7, 0o40770, 7).unwrap());
        assert!(other.contains("belongs to user 65534") && other.contains("as that user"), "{other}");
        assert!(open.contains("chmod go-w"), "{open}");
        for text in [other, open] {
            assert!(text.contains("do not remove it"), "{text}");
        }
    }

    #[test]
    fn removing_the_package_takes_the_same_files_for_no_documents() {
        let script = include_str!("../../../packaging/deb/postrm");
        let own = format!(r#"own="$spool/inbox/\{PRIVATE}/[^/]*/\({LOCK}\|{}\)""#, tries::FILE);
        assert!(script.contains(&own), "packaging/deb/postrm must say {own}");
    }
}
