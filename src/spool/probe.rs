//! Trying out what siftd will need of its folders: room, leases, renames from one to the other, who may write. Whatever is
//! made for that is gone again at the end, and nothing of anybody else is touched.

use std::{
    ffi::{OsStr, OsString},
    fs::{File, TryLockError},
    io,
    os::fd::AsRawFd,
    path::{Path, PathBuf},
};

use rustix::{
    fs::{Access, FileType, OFlags},
    io::Errno,
};

use super::{
    claim::{LOCK, is_ours},
    folder::Folder,
    inbox, journal,
    lease::{self, Lease},
    name::PRIVATE,
    sweep::DEPTH_MAX,
};

/// How much may still be written to a file system.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Room {
    /// Bytes that siftd may still write.
    pub bytes: u64,
    /// Files that can still be made; `None` where the file system does not count them.
    pub files: Option<u64>,
}

/// Whom a folder belongs to and who may do what with it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permissions {
    /// Number of the user.
    pub user: u32,
    /// Number of the group.
    pub group: u32,
    /// The permission bits of chmod(2).
    pub mode: u32,
}

/// To whom the journal belongs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Keeper {
    /// Number of the user.
    pub user: u32,
    /// Whether this process may write it, too.
    pub lets_write: bool,
}

/// How a file gets from one folder to another.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Passage {
    /// By one rename.
    Rename,
    /// They lie on two file systems or two mounts: it is copied.
    Copy,
    /// By a second name that does not overwrite, and by removing the first.
    Link,
    /// Only by overwriting what is there: not at all.
    Overwriting,
}

/// One daemon's claims.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Claimed {
    /// Name of its folder.
    pub daemon: OsString,
    /// Whether it lives.
    pub alive: bool,
    /// How many claims it has that hold a file or cannot be looked into.
    pub claims: usize,
    /// The files in them, as they lay in the inbox.
    pub files: Vec<PathBuf>,
}

/// Room on the file system of a folder.
///
/// # Errors
/// When the folder cannot be opened.
pub fn room(path: &Path) -> io::Result<Room> {
    let stat = rustix::fs::statvfs(path)?;
    let files = (stat.f_files > 0).then_some(stat.f_favail);
    Ok(Room { bytes: stat.f_bavail.saturating_mul(stat.f_frsize), files })
}

/// Whom the folder at `path` belongs to.
///
/// # Errors
/// When it cannot be looked at.
pub fn permissions(path: &Path) -> io::Result<Permissions> {
    let stat = rustix::fs::stat(path)?;
    Ok(Permissions { user: stat.st_uid, group: stat.st_gid, mode: stat.st_mode & 0o7777 })
}

/// Whose journal is in the state folder at `path`, or whose folder it is where there is no journal yet; `None` when neither is there.
///
/// # Errors
/// When it cannot be looked at.
pub fn keeper(path: &Path) -> io::Result<Option<Keeper>> {
    for path in [&path.join(journal::FILE), path] {
        match rustix::fs::stat(path) {
            Ok(stat) => {
                let lets_write = rustix::fs::access(path, Access::WRITE_OK).is_ok();
                return Ok(Some(Keeper { user: stat.st_uid, lets_write }));
            }
            Err(Errno::NOENT | Errno::NOTDIR) => {}
            // It is in the folder that nobody else may look into: whose that is can be told.
            Err(Errno::ACCESS) if path.ends_with(journal::FILE) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}

/// The folders below `path` in which a user of these groups may not make and remove entries, with whom they belong to. Mounts
/// and links are not looked through, and what cannot be listed is one of them.
///
/// # Errors
/// When the folder itself cannot be listed.
pub fn barred(path: &Path, user: u32, groups: &[u32]) -> io::Result<Vec<(PathBuf, Permissions)>> {
    let root = Folder::open(path)?;
    let (mut barred, mut open) = (Vec::new(), subfolders(&root, Path::new(""))?);
    while let Some(below) = open.pop() {
        let at = path.join(&below);
        // Those that went a moment ago bar nobody.
        let Ok(found) = permissions(&at) else { continue };
        if !found.allow(user, groups) {
            barred.push((at, found));
        }
        open.extend(root.sub(&below).and_then(|folder| subfolders(&folder, &below)).unwrap_or_default());
    }
    barred.sort_unstable_by(|one, other| one.0.cmp(&other.0));
    Ok(barred)
}

/// The folders in `folder`, which is called `below`.
fn subfolders(folder: &Folder, below: &Path) -> io::Result<Vec<PathBuf>> {
    let is_folder = |entry: &(OsString, FileType)| entry.1.is_dir() && entry.0 != PRIVATE;
    folder
        .entries()?
        .filter(|entry| entry.as_ref().map_or(true, is_folder))
        .map(|entry| entry.map(|(name, _)| below.join(name)))
        .collect()
}

/// The name of the file system at `path`, if it tells nothing of what other machines do.
///
/// # Errors
/// When it cannot be looked at.
pub fn eventless(path: &Path) -> io::Result<Option<&'static str>> {
    Ok(inbox::eventless(Folder::open(path)?.file_system()?))
}

/// Whether the file system at `path` grants read leases, tried on a file without a name.
///
/// # Errors
/// When no such file can be made there.
pub fn leases(path: &Path) -> io::Result<bool> {
    let writer = Folder::open(path)?.unnamed(0o600)?;
    let reader = File::open(format!("/proc/self/fd/{}", writer.as_raw_fd()))?;
    drop(writer);
    Ok(lease::take(&reader) == Lease::Granted)
}

/// How a file gets from the folder `from` to the folder `to`, tried with an empty one.
///
/// # Errors
/// When no file can be made or moved there.
pub fn passage(from: &Path, to: &Path) -> io::Result<Passage> {
    let name = format!("{PRIVATE}-doctor-{}", std::process::id());
    let name = OsStr::new(&name);
    let (from, to) = (Folder::open(from)?, Folder::open(to)?);
    drop(from.write(name, OFlags::CREATE | OFlags::EXCL, 0o600)?);
    let renamed = from.rename(name, &to, name);
    let linked = match renamed {
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => from.link(name, &to, name).is_ok(),
        _ => false,
    };
    // In whichever of the two it lies now, or in both.
    let (here, there) = (from.unlink(name), to.unlink(name));
    match renamed {
        Ok(()) => there.map(|()| Passage::Rename),
        Err(_) if linked => here.and(there).map(|()| Passage::Link),
        Err(Errno::XDEV) => here.map(|()| Passage::Copy),
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => here.map(|()| Passage::Overwriting),
        Err(error) => here.and(Err(error.into())),
    }
}

/// The claims in an inbox, of daemons alive and dead.
///
/// # Errors
/// When they cannot be looked at: they are their daemon's user's alone.
pub fn claimed(inbox: &Path) -> io::Result<Vec<Claimed>> {
    let private = match Folder::open(inbox)?.sub(Path::new(PRIVATE)) {
        Ok(private) => private,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(error),
    };
    let mut found = Vec::new();
    for entry in private.entries()? {
        let (daemon, kind) = entry?;
        if kind != FileType::Directory {
            continue;
        }
        let home = match private.sub(Path::new(&daemon)) {
            Ok(home) => home,
            // It stopped a moment ago.
            Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
            Err(error) => return Err(error),
        };
        let lock = home.read(OsStr::new(LOCK));
        let alive = lock.is_ok_and(|lock| matches!(lock.try_lock_shared(), Err(TryLockError::WouldBlock)));
        let mut claims = home.entries()?.map(|entry| entry.map(|(name, _)| name)).collect::<io::Result<Vec<_>>>()?;
        claims.retain(|name| !is_ours(name));
        // Empty folders are kept to be used again.
        claims.retain(|name| !matches!(file_in(&home, name), Ok(None)));
        let mut files: Vec<PathBuf> = claims.iter().filter_map(|name| file_in(&home, name).ok()?).collect();
        files.sort_unstable();
        found.push(Claimed { daemon, alive, claims: claims.len(), files });
    }
    Ok(found)
}

/// The file in a claim, below the folders that it lay in.
fn file_in(home: &Folder, claim: &OsStr) -> io::Result<Option<PathBuf>> {
    let mut below = PathBuf::new();
    for _ in 0..=DEPTH_MAX {
        let next = home.sub(&Path::new(claim).join(&below))?.entries()?.next().transpose()?;
        let Some((name, kind)) = next else { return Ok(None) };
        below.push(name);
        if !kind.is_dir() {
            return Ok(Some(below));
        }
    }
    Err(Errno::LOOP.into())
}

impl Permissions {
    /// Whether a user of these groups may list the folder and make and remove entries in it, as the bits say; an access
    /// list may say more.
    pub fn allow(&self, user: u32, groups: &[u32]) -> bool {
        let bits = match () {
            () if user == 0 => 7,
            () if user == self.user => self.mode >> 6,
            () if groups.contains(&self.group) => self.mode >> 3,
            () => self.mode,
        };
        bits & 7 == 7
    }
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::PermissionsExt};

    use super::*;
    use crate::spool::folder::lacking;

    #[test]
    fn nothing_stays_of_what_was_tried() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::create_dir(at("from")).unwrap();
        fs::create_dir(at("to")).unwrap();
        assert_eq!(passage(&at("from"), &at("to")).unwrap(), Passage::Rename);
        assert!(leases(&at("from")).unwrap());
        assert!(passage(&at("from"), &at("missing")).is_err());
        assert!(fs::read_dir(at("from")).unwrap().chain(fs::read_dir(at("to")).unwrap()).next().is_none());
        let shared = Path::new("/dev/shm");
        let here = rustix::fs::stat(dir.path()).unwrap().st_dev;
        if rustix::fs::stat(shared).is_ok_and(|stat| stat.st_dev != here) {
            let other = tempfile::tempdir_in(shared).unwrap();
            assert_eq!(passage(&at("from"), other.path()).unwrap(), Passage::Copy);
            assert!(fs::read_dir(at("from")).unwrap().chain(fs::read_dir(other.path()).unwrap()).next().is_none());
        }
    }

    #[test]
    fn where_names_cannot_be_kept_by_a_rename_a_second_name_does_it() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::create_dir(at("from")).unwrap();
        fs::create_dir(at("to")).unwrap();
        lacking::NOREPLACE.set(true);
        assert_eq!(passage(&at("from"), &at("to")).unwrap(), Passage::Link);
        assert!(fs::read_dir(at("from")).unwrap().chain(fs::read_dir(at("to")).unwrap()).next().is_none());
    }

    #[test]
    fn claims_that_hold_no_file_are_none() {
        let dir = tempfile::tempdir().unwrap();
        let home = dir.path().join(".siftd/dead");
        fs::create_dir_all(home.join("dead-0.0/sub")).unwrap();
        fs::create_dir_all(home.join("dead-1.0")).unwrap();
        fs::create_dir_all(home.join("dead-2.0/sub")).unwrap();
        fs::write(home.join("dead-2.0/sub/x.txt"), "").unwrap();
        fs::write(home.join(LOCK), "").unwrap();
        let found = claimed(dir.path()).unwrap();
        assert_eq!((found.len(), found[0].claims, &*found[0].files), (1, 1, &[PathBuf::from("sub/x.txt")][..]));
    }

    #[test]
    fn folders_that_bar_the_way_are_found_at_any_depth() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir_all(dir.path().join("a/b/c")).unwrap();
        fs::create_dir_all(dir.path().join("z")).unwrap();
        let set = |below: &str, mode| {
            fs::set_permissions(dir.path().join(below), fs::Permissions::from_mode(mode)).unwrap();
        };
        for below in ["a", "a/b", "a/b/c", "z"] {
            set(below, 0o777);
        }
        let stranger = permissions(dir.path()).unwrap().user + 1;
        assert_eq!(barred(dir.path(), stranger, &[]).unwrap(), []);
        set("a/b", 0o775);
        let found = barred(dir.path(), stranger, &[]).unwrap();
        assert_eq!(found.iter().map(|(path, _)| &**path).collect::<Vec<_>>(), [dir.path().join("a/b")]);
    }

    #[test]
    fn the_first_class_that_fits_decides_who_may() {
        let folder = Permissions { user: 5, group: 6, mode: 0o3770 };
        assert!(folder.allow(5, &[]) && folder.allow(9, &[6]) && folder.allow(0, &[]));
        assert!(!folder.allow(9, &[7]));
        assert!(!Permissions { mode: 0o577, ..folder }.allow(5, &[6]), "the owner's bits, not the group's");
    }
}
