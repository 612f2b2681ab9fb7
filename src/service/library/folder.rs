//! One folder, held open: everything is read through its handle, and nothing outside is reached, so that a folder
//! that is replaced by rename meanwhile is never read half old and half new.

use std::{
    ffi::OsStr,
    fmt,
    fs::File,
    io::{self, Read},
    os::{fd::OwnedFd, unix::ffi::OsStrExt},
    path::{Component, Path, PathBuf},
};

use rustix::fs::{CWD, Dir, FileType, Mode, OFlags, openat};

use super::beneath;
use crate::report::escaped_path;

/// Larger files are no rule files, lists or examples.
const BYTES_AT_MOST: u64 = 16 << 20;
/// A folder with more files, or deeper ones, is not one of rules: the wrong one was named.
const FILES_AT_MOST: usize = 20_000;
const DEPTH_AT_MOST: usize = 16;

/// Kubernetes mounts a set of files as links through this one, and swaps it as a whole. Holding on to what it points to
/// keeps one set.
const SWAPPED: &str = "..data";

/// A folder, held open.
#[derive(Debug)]
pub(super) struct Folder {
    handle: OwnedFd,
    path: PathBuf,
}

/// Why something in a folder cannot be had. A fragment that fits after the name and a colon.
#[derive(Debug)]
pub enum Trouble {
    /// The system says so.
    System(io::Error),
    /// The path leads out of the folder, by `..`, by a link or from the root.
    Outside,
    /// It is a folder, a pipe, a device.
    NoFile,
    /// It is larger than a rule file, list or example may be.
    TooLarge,
    /// There are too many files, or too deep ones.
    TooMany,
    /// It is with a file inside.
    Inside(PathBuf, Box<Trouble>),
}

impl Folder {
    /// Opens the folder at `path`; links on the way are followed this once.
    pub(super) fn open(path: &Path) -> Result<Self, Trouble> {
        let flags = OFlags::RDONLY | OFlags::DIRECTORY | OFlags::CLOEXEC;
        let start = if path.as_os_str().is_empty() { Path::new(".") } else { path };
        let outer = openat(CWD, start, flags, Mode::empty())?;
        let handle = match beneath::open(&outer, Path::new(SWAPPED), flags) {
            Ok(inner) => inner,
            Err(rustix::io::Errno::NOENT | rustix::io::Errno::NOTDIR) => outer,
            Err(error) => return Err(error.into()),
        };
        Ok(Self { handle, path: path.to_owned() })
    }

    /// The path of the file at `relative`, as people know it.
    pub(super) fn path_of(&self, relative: &Path) -> PathBuf {
        self.path.join(relative)
    }

    /// The bytes of the regular file at `relative`.
    pub(super) fn read(&self, relative: &Path) -> Result<Vec<u8>, Trouble> {
        let file = File::from(self.reach(relative, OFlags::empty())?);
        let about = file.metadata().map_err(Trouble::System)?;
        if !about.is_file() {
            return Err(Trouble::NoFile);
        }
        if about.len() > BYTES_AT_MOST {
            return Err(Trouble::TooLarge);
        }
        let mut bytes = Vec::with_capacity(usize::try_from(about.len()).unwrap_or(0) + 1);
        // It may grow while it is read.
        file.take(BYTES_AT_MOST + 1).read_to_end(&mut bytes).map_err(Trouble::System)?;
        if bytes.len() as u64 > BYTES_AT_MOST { Err(Trouble::TooLarge) } else { Ok(bytes) }
    }

    /// The regular files below `under`, links to such files included, in path order. Hidden names are passed over, as are
    /// folders that `enter` refuses (given their path) and links to folders.
    pub(super) fn files(&self, under: &Path, enter: impl Fn(&Path) -> bool) -> Result<Vec<PathBuf>, Trouble> {
        let mut found = Vec::new();
        let mut folders = vec![(under.to_owned(), 0)];
        while let Some((folder, depth)) = folders.pop() {
            let handle = self.reach(&folder, OFlags::DIRECTORY)?;
            for entry in Dir::read_from(&handle)? {
                let entry = entry?;
                let name = entry.file_name().to_bytes();
                if name.starts_with(b".") {
                    continue;
                }
                let path = folder.join(OsStr::from_bytes(name));
                let kind = self.kind(&path, entry.file_type());
                match kind.map_err(|trouble| Trouble::Inside(path.clone(), Box::new(trouble)))? {
                    FileType::RegularFile => found.push(path),
                    FileType::Directory if enter(&path) => {
                        if depth == DEPTH_AT_MOST {
                            return Err(Trouble::TooMany);
                        }
                        folders.push((path, depth + 1));
                    }
                    _ => {}
                }
                if found.len() + folders.len() > FILES_AT_MOST {
                    return Err(Trouble::TooMany);
                }
            }
        }
        found.sort();
        Ok(found)
    }

    /// What kind of thing `path` is, `listed` as the folder lists it. Links to files are files.
    fn kind(&self, path: &Path, listed: FileType) -> Result<FileType, Trouble> {
        if !matches!(listed, FileType::Symlink | FileType::Unknown) {
            return Ok(listed);
        }
        let target = match self.reach(path, OFlags::PATH) {
            Ok(target) => target,
            // A link to nowhere, such as some editors make beside a file that is being edited.
            Err(Trouble::System(error)) if error.kind() == io::ErrorKind::NotFound => return Ok(FileType::Unknown),
            Err(trouble) => return Err(trouble),
        };
        let kind = FileType::from_raw_mode(rustix::fs::fstat(&target)?.st_mode);
        // Following links to folders could lead round in circles.
        Ok(if listed == FileType::Symlink && kind == FileType::Directory { FileType::Symlink } else { kind })
    }

    fn reach(&self, relative: &Path, flags: OFlags) -> Result<OwnedFd, Trouble> {
        let relative = if relative.as_os_str().is_empty() { Path::new(".") } else { relative };
        // Without blocking, should somebody have put a pipe there.
        let nonblock = if flags.contains(OFlags::PATH) { OFlags::empty() } else { OFlags::NONBLOCK };
        let flags = flags | nonblock | OFlags::RDONLY | OFlags::CLOEXEC;
        Ok(beneath::open(&self.handle, relative, flags)?)
    }
}

/// `path` without `.` and, where that can be seen from the path alone, `..`; `None` when it is absolute or leads out.
pub(super) fn tidy(path: &Path) -> Option<PathBuf> {
    let mut out = PathBuf::new();
    for component in path.components() {
        match component {
            Component::Normal(name) => out.push(name),
            Component::CurDir => {}
            Component::ParentDir => {
                if !out.pop() {
                    return None;
                }
            }
            Component::RootDir | Component::Prefix(_) => return None,
        }
    }
    Some(out)
}

impl From<rustix::io::Errno> for Trouble {
    fn from(error: rustix::io::Errno) -> Self {
        match error {
            rustix::io::Errno::XDEV => Self::Outside,
            other => Self::System(other.into()),
        }
    }
}

impl fmt::Display for Trouble {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::System(error) => write!(f, "{error}"),
            Self::Outside => {
                f.write_str("it leads out of its folder; keep what rules name inside the folder that is configured")
            }
            Self::Inside(path, trouble) => write!(f, "{}: {trouble}", escaped_path(path)),
            Self::NoFile => f.write_str("it is not a regular file"),
            Self::TooLarge => write!(f, "it is larger than {} MiB", BYTES_AT_MOST >> 20),
            Self::TooMany => {
                write!(
                    f,
                    "more than {FILES_AT_MOST} files or {DEPTH_AT_MOST} levels; is this the folder that was meant?"
                )
            }
        }
    }
}

impl std::error::Error for Trouble {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::System(error) => error.source(),
            Self::Inside(_, trouble) => trouble.source(),
            Self::Outside | Self::NoFile | Self::TooLarge | Self::TooMany => None,
        }
    }
}
