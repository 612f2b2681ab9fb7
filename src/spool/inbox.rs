//! The inbox, opened: what lies in it, what of that is complete, and taking it.

use std::{
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    claim::{Canary, Claim, Claims, Left},
    clock::Moment,
    denied::{Wanted, explained, explained_open},
    fault::{Class, Fault},
    fingerprint::Fingerprint,
    folder::Folder,
    ignore::Ignore,
    name::split,
    settle::{Look, Settle},
    sweep::{Found, Sweep, sweep, sweep_each},
};

/// File systems that give no events for what other machines do (`statfs` magic numbers, linux/magic.h and the
/// file systems' own headers): NFS, SMB 1 to 3, FUSE, 9P, Ceph, AFS, Coda.
const EVENTLESS: &[(i64, &str)] = &[
    (0x6969, "NFS"),
    (0x517B, "SMB"),
    (0xFF53_4D42, "SMB"),
    (0xFE53_4D42, "SMB"),
    (0x6573_5546, "FUSE"),
    (0x0102_1997, "9P"),
    (0x00C3_6400, "Ceph"),
    (0x5346_414F, "AFS"),
    (0x7375_7245, "Coda"),
];

/// Lists an inbox from outside, for those who only look.
///
/// # Errors
/// When it cannot be listed.
pub fn list(path: &Path, ignore: &Ignore) -> Result<Sweep, Fault> {
    let folder = Folder::open(path).map_err(|error| Fault::of(Class::Away, "open the inbox", path, error))?;
    sweep(&folder, Path::new(""), ignore)
}

/// The inbox, with our place for claims in it.
#[derive(Debug)]
pub struct Inbox {
    claims: Claims,
    ignore: Ignore,
}

impl Inbox {
    /// Opens the inbox at `path`, which must be there.
    ///
    /// # Errors
    /// `Away` when it is not.
    pub fn open(path: &Path, ignore: Ignore) -> Result<Self, Fault> {
        let away = |error| Fault::of(Class::Away, "open the inbox", path, explained_open(error, path));
        let folder = Folder::open(path).map_err(away)?;
        Ok(Self { claims: Claims::open(Arc::new(folder))?, ignore })
    }

    /// Whether it is still the folder at its path: not unmounted, replaced, or mounted over.
    pub fn is_in_place(&self) -> bool {
        self.claims.is_in_place()
    }

    /// Why no events are to be expected from it, if so.
    pub fn eventless(&self) -> Option<&'static str> {
        eventless(self.claims.inbox().file_system().ok()?)
    }

    /// Why a file of this name is never taken, if so. A hidden folder hides what is in it.
    pub fn ignores(&self, path: &Path) -> Option<String> {
        path.iter().find_map(|part| self.ignore.reason(part))
    }

    /// Lists `below` (all, if empty) into the table of names. What comes back names the folders and what could not be
    /// seen, and no files.
    ///
    /// # Errors
    /// `Away` when it cannot be listed.
    pub fn sweep(&self, below: &Path, settle: &mut Settle, now: Moment) -> Result<Sweep, Fault> {
        let inbox = self.claims.inbox();
        let take = |path: &Path, found| match found {
            Found::File => settle.found(path, now),
            Found::Ignored(reason) => settle.ignore(path, reason, now),
        };
        sweep_each(inbox, below, &self.ignore, take, |path, error| {
            match split(path).and_then(|(above, name)| Some((inbox.below(above).ok()?, name))) {
                Some((above, name)) => explained(error, Wanted::List, &above, Some(name)),
                None => error,
            }
        })
    }

    /// What shows whether events come from it.
    pub(crate) fn canary(&self) -> Canary {
        self.claims.canary()
    }

    /// Looks at one file whose time has come; `None` when none has.
    pub fn look(&self, settle: &mut Settle, now: Moment) -> Option<Option<Look>> {
        settle.look(self.claims.inbox(), now)
    }

    /// Takes a file.
    ///
    /// # Errors
    /// See [`Claims::claim`].
    pub fn claim(&self, path: &Path, seen: &Fingerprint) -> Result<Claim, Fault> {
        self.claims.claim(path, seen)
    }

    /// What dead daemons left, and our own claims that nobody has `in_hand`; see [`Claims::left`].
    pub fn left(&self, in_hand: impl Fn(&str) -> bool) -> (Vec<Left>, Option<Fault>) {
        self.claims.left(in_hand)
    }

    /// Its path.
    pub fn path(&self) -> PathBuf {
        self.claims.inbox().path().to_owned()
    }
}

pub(crate) fn eventless(file_system: i64) -> Option<&'static str> {
    EVENTLESS.iter().find(|(magic, _)| *magic == file_system).map(|(_, name)| *name)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn file_systems_of_other_machines_are_known_and_local_ones_are_not_among_them() {
        // As statfs(2) gives them on a 64-bit machine.
        let found = [0x6969, 0x517b, 0xff53_4d42, 0xfe53_4d42, 0x6573_5546].map(eventless);
        assert_eq!(found, [Some("NFS"), Some("SMB"), Some("SMB"), Some("SMB"), Some("FUSE")]);
        // ext4, XFS, btrfs, tmpfs, overlayfs.
        assert_eq!([0xef53, 0x5846_5342, 0x9123_683e, 0x0102_1994, 0x794c_7630].map(eventless), [None; 5]);
    }
}
