//! A folder held open. Everything below it is reached through its handle, never by a path that someone could
//! swap, and never through a symbolic link.

#[cfg(test)]
pub(crate) mod lacking;

use std::{
    ffi::{OsStr, OsString},
    fs::File,
    io,
    ops::Deref,
    os::{
        fd::{AsFd, BorrowedFd, OwnedFd},
        unix::ffi::OsStrExt,
    },
    path::{Component, Path, PathBuf},
};

use rustix::{
    fs::{AtFlags, CWD, Dir, FileType, FlockOperation, Mode, OFlags, RenameFlags, ResolveFlags, Stat},
    io::Errno,
};

/// An open folder.
#[derive(Debug)]
pub(crate) struct Folder {
    fd: OwnedFd,
    path: PathBuf,
    mounts: Mounts,
}

/// What becomes of a file system that is mounted on a folder below.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Mounts {
    /// It is none of ours.
    Left,
    /// It belongs to the folder.
    Entered,
}

/// A folder, or one below it that was opened for the occasion.
#[derive(Debug)]
pub(crate) enum Below<'f> {
    /// The folder itself.
    Itself(&'f Folder),
    /// One below it.
    Other(Folder),
}

impl Deref for Below<'_> {
    type Target = Folder;

    fn deref(&self) -> &Folder {
        match self {
            Self::Itself(folder) => folder,
            Self::Other(folder) => folder,
        }
    }
}

/// Whether new folders must outlive a power cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Durable {
    /// Each is synced.
    Yes,
    /// After a power cut it may be missing again.
    No,
}

impl AsFd for Folder {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.fd.as_fd()
    }
}

const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::CLOEXEC);

impl Folder {
    /// Opens the folder at `path`, which comes from the configuration and may lead through links.
    /// What is mounted below it is left alone.
    pub(crate) fn open(path: &Path) -> io::Result<Self> {
        let fd = rustix::fs::openat(CWD, path, FOLDER, Mode::empty())?;
        Ok(Self { fd, path: path.to_owned(), mounts: Mounts::Left })
    }

    /// The same with all that is mounted below it: whoever owns the machine put it there, to be used.
    pub(crate) fn open_whole(path: &Path) -> io::Result<Self> {
        Ok(Self { mounts: Mounts::Entered, ..Self::open(path)? })
    }

    /// The same folder under a second handle.
    pub(crate) fn again(&self) -> io::Result<Self> {
        Ok(Self { fd: self.fd.try_clone()?, path: self.path.clone(), mounts: self.mounts })
    }

    /// Its path when it was opened: for people only.
    pub(crate) fn path(&self) -> &Path {
        &self.path
    }

    /// Opens the folder `below`, in one step that follows no link, and enters a mount only where that belongs to the folder.
    pub(crate) fn sub(&self, below: &Path) -> io::Result<Self> {
        if below.as_os_str().is_empty() {
            return self.again();
        }
        #[cfg(test)]
        if lacking::HANDLES.with_borrow(|shut| shut.as_deref().is_some_and(|shut| below.starts_with(shut))) {
            return Err(Errno::MFILE.into());
        }
        self.reach(below, self.mounts)
    }

    fn reach(&self, below: &Path, mounts: Mounts) -> io::Result<Self> {
        let mut resolve = ResolveFlags::BENEATH | ResolveFlags::NO_SYMLINKS;
        resolve.set(ResolveFlags::NO_XDEV, mounts == Mounts::Left);
        match rustix::fs::openat2(&self.fd, below, FOLDER, Mode::empty(), resolve) {
            // A kernel or a sandbox without openat2: the same by hand.
            Err(Errno::NOSYS | Errno::PERM) => self.reach_by_parts(below, mounts),
            other => Ok(Self { fd: other?, path: self.path.join(below), mounts: self.mounts }),
        }
    }

    /// The same without a second handle for the folder itself.
    pub(crate) fn below(&self, below: &Path) -> io::Result<Below<'_>> {
        if below.as_os_str().is_empty() { Ok(Below::Itself(self)) } else { self.sub(below).map(Below::Other) }
    }

    fn reach_by_parts(&self, below: &Path, mounts: Mounts) -> io::Result<Self> {
        let mut folder = self.again()?;
        let device = folder.stat_self()?.st_dev;
        for part in below.components() {
            let Component::Normal(name) = part else { return Err(Errno::XDEV.into()) };
            folder = folder.step(name)?;
            if mounts == Mounts::Left && folder.stat_self()?.st_dev != device {
                return Err(Errno::XDEV.into());
            }
        }
        Ok(folder)
    }

    /// Opens the folder `name` directly below, wherever it is mounted, but through no link.
    fn step(&self, name: &OsStr) -> io::Result<Self> {
        let fd = rustix::fs::openat(&self.fd, name, FOLDER | OFlags::NOFOLLOW, Mode::empty())?;
        Ok(Self { fd, path: self.path.join(name), mounts: self.mounts })
    }

    /// The innermost folder on the way to `below` on which something is mounted, by its path there (an empty one where all lies on
    /// one file system), and open: on the same side of all mounts a rename will do. What is missing of the way lies on no other.
    pub(crate) fn mounted(&self, below: &Path) -> io::Result<(PathBuf, Self)> {
        #[cfg(test)]
        if let Some(at) = lacking::mounted(below) {
            let innermost = self.sub(&at)?;
            return Ok((at, innermost));
        }
        let (mut at, mut innermost) = (PathBuf::new(), self.again()?);
        if below.as_os_str().is_empty() || self.reach(below, Mounts::Left).is_ok() {
            return Ok((at, innermost));
        }
        let mut way: Vec<&Path> = below.ancestors().filter(|way| !way.as_os_str().is_empty()).collect();
        while let Some(part) = way.pop() {
            let within = part.strip_prefix(&at).unwrap_or(part);
            match innermost.reach(within, Mounts::Left) {
                Err(error) if Errno::from_io_error(&error) == Some(Errno::XDEV) => {
                    innermost = innermost.reach(within, Mounts::Entered)?;
                    part.clone_into(&mut at);
                }
                Err(error) if error.kind() == io::ErrorKind::NotFound => break,
                reached => drop(reached?),
            }
        }
        Ok((at, innermost))
    }

    /// Whether something is mounted on the folder `below` itself.
    pub(crate) fn is_mounted(&self, below: &Path) -> bool {
        !below.as_os_str().is_empty() && self.mounted(below).is_ok_and(|(at, _)| at == *below)
    }

    /// Opens the folder `below`, making what is missing of it.
    pub(crate) fn make_sub(&self, below: &Path, mode: u32, durable: Durable) -> io::Result<Self> {
        let mut inner: Option<Self> = None;
        for part in below.components() {
            let Component::Normal(name) = part else { return Err(Errno::XDEV.into()) };
            let folder = inner.as_ref().unwrap_or(self);
            let open = || folder.reach(Path::new(name), folder.mounts);
            let next = match open() {
                Err(error) if error.kind() == io::ErrorKind::NotFound => {
                    folder.make(name, mode)?;
                    if durable == Durable::Yes {
                        folder.sync()?;
                    }
                    open()?
                }
                other => other?,
            };
            inner = Some(next);
        }
        inner.map_or_else(|| self.again(), Ok)
    }

    /// Makes the folder `name` directly below, which nobody else has made, and opens it.
    pub(crate) fn make_fresh(&self, name: &OsStr, mode: u32) -> io::Result<Self> {
        rustix::fs::mkdirat(&self.fd, name, Mode::from_raw_mode(mode))?;
        self.step(name)
    }

    /// Makes the folder `name` directly below, unless it is there.
    pub(crate) fn make(&self, name: &OsStr, mode: u32) -> io::Result<()> {
        match rustix::fs::mkdirat(&self.fd, name, Mode::from_raw_mode(mode)) {
            Err(Errno::EXIST) | Ok(()) => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// Opens a regular file for reading: follows no link, waits for no FIFO.
    pub(crate) fn read(&self, name: &OsStr) -> io::Result<File> {
        let flags = OFlags::RDONLY | OFlags::NOFOLLOW | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        Ok(rustix::fs::openat(&self.fd, name, flags, Mode::empty())?.into())
    }

    /// Opens or makes a file for writing.
    pub(crate) fn write(&self, name: &OsStr, extra: OFlags, mode: u32) -> io::Result<File> {
        let flags = OFlags::RDWR | OFlags::NOFOLLOW | OFlags::CLOEXEC | extra;
        Ok(rustix::fs::openat(&self.fd, name, flags, Mode::from_raw_mode(mode))?.into())
    }

    /// What is known of the entry `name` itself, not of what a link points to.
    pub(crate) fn stat(&self, name: &OsStr) -> io::Result<Stat> {
        Ok(rustix::fs::statat(&self.fd, name, AtFlags::SYMLINK_NOFOLLOW)?)
    }

    /// What is known of the folder.
    pub(crate) fn stat_self(&self) -> io::Result<Stat> {
        Ok(rustix::fs::fstat(&self.fd)?)
    }

    /// Names and kinds of the entries; the kind is asked for where the listing does not say it.
    pub(crate) fn entries(&self) -> io::Result<impl Iterator<Item = io::Result<(OsString, FileType)>> + '_> {
        let listing = Dir::read_from(&self.fd)?;
        Ok(listing.filter_map(|entry| match entry {
            Err(error) => Some(Err(error.into())),
            Ok(entry) => {
                let name = OsStr::from_bytes(entry.file_name().to_bytes());
                if name == "." || name == ".." {
                    return None;
                }
                let kind = match entry.file_type() {
                    FileType::Unknown => self.stat(name).map(|stat| FileType::from_raw_mode(stat.st_mode)).ok()?,
                    kind => kind,
                };
                Some(Ok((name.to_owned(), kind)))
            }
        }))
    }

    /// Moves an entry to another folder of the same file system, never onto something. Some file systems cannot do that (NFS,
    /// 9P, some FUSE): [`Folder::take`] and [`Folder::give`] work there too.
    pub(crate) fn rename(&self, name: &OsStr, to: &Self, new: &OsStr) -> rustix::io::Result<()> {
        #[cfg(test)]
        if lacking::NOREPLACE.get() {
            return Err(Errno::INVAL);
        }
        #[cfg(test)]
        lacking::comes(&to.path)?;
        rustix::fs::renameat_with(&self.fd, name, &to.fd, new, RenameFlags::NOREPLACE)
    }

    /// Moves an entry into a folder that is ours alone and has nothing of that name, so that a plain rename does as well.
    pub(crate) fn take(&self, name: &OsStr, to: &Self, new: &OsStr) -> rustix::io::Result<()> {
        #[cfg(test)]
        lacking::meanwhile();
        #[cfg(test)]
        if lacking::ANSWER.replace(false) {
            rustix::fs::renameat(&self.fd, name, &to.fd, new)?;
            return Err(Errno::IO);
        }
        match self.rename(name, to, new) {
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => rustix::fs::renameat(&self.fd, name, &to.fd, new),
            other => other,
        }
    }

    /// Moves a file out of a folder that is ours alone, never onto something: where that cannot be done by one rename, by a
    /// second name. A crash in between leaves both.
    pub(crate) fn give(&self, name: &OsStr, to: &Self, new: &OsStr) -> rustix::io::Result<()> {
        #[cfg(test)]
        lacking::meanwhile();
        match self.rename(name, to, new) {
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
                self.link(name, to, new)?;
                self.unlink(name).map_err(|error| Errno::from_io_error(&error).unwrap_or(Errno::IO))
            }
            other => other,
        }
    }

    /// Moves an entry onto another one of ours. Only for files that siftd itself made (state, reports).
    pub(crate) fn rename_over(&self, name: &OsStr, new: &OsStr) -> io::Result<()> {
        Ok(rustix::fs::renameat(&self.fd, name, &self.fd, new)?)
    }

    /// Lets two files of ours change names. Fails where the file system cannot do that.
    pub(crate) fn exchange(&self, one: &OsStr, other: &OsStr) -> rustix::io::Result<()> {
        rustix::fs::renameat_with(&self.fd, one, &self.fd, other, RenameFlags::EXCHANGE)
    }

    /// Gives a file a second name, never onto something.
    pub(crate) fn link(&self, name: &OsStr, to: &Self, new: &OsStr) -> rustix::io::Result<()> {
        #[cfg(test)]
        if lacking::LINKS.get() {
            return Err(Errno::PERM);
        }
        rustix::fs::linkat(&self.fd, name, &to.fd, new, AtFlags::empty())
    }

    /// Makes a file without a name; fails where the file system has none.
    pub(crate) fn unnamed(&self, mode: u32) -> rustix::io::Result<File> {
        let flags = OFlags::WRONLY | OFlags::TMPFILE | OFlags::CLOEXEC;
        rustix::fs::openat(&self.fd, ".", flags, Mode::from_raw_mode(mode)).map(File::from)
    }

    /// Names a file made by [`Folder::unnamed`], never onto something.
    pub(crate) fn link_unnamed(&self, file: &File, name: &OsStr) -> rustix::io::Result<()> {
        use std::os::fd::AsRawFd;
        #[cfg(test)]
        lacking::named(&self.path)?;
        let handle = format!("/proc/self/fd/{}", file.as_raw_fd());
        rustix::fs::linkat(CWD, handle, &self.fd, name, AtFlags::SYMLINK_FOLLOW)
    }

    /// Removes a file's name.
    pub(crate) fn unlink(&self, name: &OsStr) -> io::Result<()> {
        #[cfg(test)]
        {
            lacking::meanwhile();
            if lacking::STAYS.get() {
                return Err(Errno::IO.into());
            }
        }
        Ok(rustix::fs::unlinkat(&self.fd, name, AtFlags::empty())?)
    }

    /// Removes an empty folder.
    pub(crate) fn rmdir(&self, name: &OsStr) -> io::Result<()> {
        Ok(rustix::fs::unlinkat(&self.fd, name, AtFlags::REMOVEDIR)?)
    }

    /// Removes the empty folders `below`, from the inside out. Never a file: what is not empty stays.
    pub(crate) fn prune(&self, below: &Path) {
        for inner in below.ancestors() {
            let (Some(parent), Some(name)) = (inner.parent(), inner.file_name()) else { return };
            if let Ok(folder) = self.sub(parent) {
                let _ = folder.rmdir(name);
            }
        }
    }

    /// Makes its entries durable.
    pub(crate) fn sync(&self) -> io::Result<()> {
        #[cfg(test)]
        if lacking::SYNCS.get().is_some_and(|failing| self.path.to_string_lossy().contains(failing)) {
            return Err(Errno::IO.into());
        }
        Ok(rustix::fs::fsync(&self.fd)?)
    }

    /// Locks it for as long as it is open, against those who lock it too.
    pub(crate) fn lock(&self, how: FlockOperation) -> rustix::io::Result<()> {
        lock(self.fd.as_fd(), how)
    }

    /// Bytes that may still be written here.
    pub(crate) fn room(&self) -> io::Result<u64> {
        let stat = rustix::fs::fstatvfs(&self.fd)?;
        Ok(stat.f_bavail.saturating_mul(stat.f_frsize))
    }

    /// The kind of the file system, as `statfs` numbers them.
    pub(crate) fn file_system(&self) -> io::Result<i64> {
        Ok(rustix::fs::fstatfs(&self.fd)?.f_type as i64)
    }
}

/// Locks what is open, for as long as it is, against those who lock it too.
pub(crate) fn lock(open: BorrowedFd<'_>, how: FlockOperation) -> rustix::io::Result<()> {
    #[cfg(test)]
    if lacking::LOCKS.get() {
        return Err(Errno::OPNOTSUPP);
    }
    rustix::io::retry_on_intr(|| rustix::fs::flock(open, how))
}
