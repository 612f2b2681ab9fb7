//! Listing the inbox: the truth that events only hurry. Bounded in depth and entries, never through a link,
//! never across a mount.

use std::{
    io,
    path::{Path, PathBuf},
};

use rustix::{fs::FileType, io::Errno};

use super::{
    fault::{Class, Fault},
    folder::Folder,
    ignore::Ignore,
    name::shown,
};

/// Folders inside folders that are looked into.
pub(super) const DEPTH_MAX: usize = 32;

/// Entries of one sweep; what lies beyond is found by a later one, when these have gone.
pub(super) const ENTRIES_MAX: usize = 1_000_000;

/// How the reason begins why a folder is left alone that cannot be listed.
pub const UNLISTED: &str = "it cannot be listed";

/// Why a folder is left alone on which something is mounted.
pub const MOUNTED: &str = "another file system is mounted there";

/// What a sweep found.
#[derive(Debug, Default)]
pub struct Sweep {
    /// Regular files, relative to the inbox.
    pub files: Vec<PathBuf>,
    /// What is left alone, each with the reason.
    pub ignored: Vec<(PathBuf, String)>,
    /// Every folder, the inbox itself (an empty path) included: to be watched.
    pub folders: Vec<PathBuf>,
    /// Set when it did not see everything, with the reason.
    pub partial: Option<String>,
    /// A folder that could not be listed, with the reason: files may wait in it unseen.
    pub unlisted: Option<String>,
}

/// One entry that a sweep came upon.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Found {
    /// A regular file.
    File,
    /// Something that is left alone, with the reason.
    Ignored(String),
}

/// Lists `below` (relative; empty for all) and what lies in it.
///
/// # Errors
/// Only when `below` itself cannot be listed.
pub(crate) fn sweep(inbox: &Folder, below: &Path, ignore: &Ignore) -> Result<Sweep, Fault> {
    let (mut files, mut ignored) = (Vec::new(), Vec::new());
    let take = |path: &Path, found| match found {
        Found::File => files.push(path.to_owned()),
        Found::Ignored(reason) => ignored.push((path.to_owned(), reason)),
    };
    let swept = sweep_each(inbox, below, ignore, take, |_, error| error)?;
    Ok(Sweep { files, ignored, ..swept })
}

/// The same, each file and ignored name handed to `take` and not kept, so that a million of them cost no memory. Why a folder cannot
/// be listed is told as `explain` has it.
///
/// # Errors
/// As [`sweep`].
pub(crate) fn sweep_each(
    inbox: &Folder,
    below: &Path,
    ignore: &Ignore,
    mut take: impl FnMut(&Path, Found),
    explain: impl Fn(&Path, io::Error) -> io::Error,
) -> Result<Sweep, Fault> {
    let mut found = Sweep::default();
    let mut entries = 0;
    let mut open = vec![below.to_owned()];
    while let Some(path) = open.pop() {
        let listed = inbox.sub(&path).and_then(|folder| {
            for entry in folder.entries()? {
                let (name, kind) = entry?;
                if path.as_os_str().is_empty() && name == super::name::PRIVATE {
                    continue;
                }
                entries += 1;
                let below = path.join(&name);
                if let Some(reason) = ignore.reason(&name).or_else(|| unwanted(kind)) {
                    take(&below, Found::Ignored(reason));
                } else if kind.is_file() {
                    take(&below, Found::File);
                } else if below.components().count() > DEPTH_MAX {
                    take(&below, Found::Ignored(format!("it lies more than {DEPTH_MAX} folders deep")));
                } else {
                    open.push(below);
                }
            }
            Ok(())
        });
        match listed {
            Ok(()) => found.folders.push(path),
            Err(error) if path == below => {
                return Err(Fault::of(Class::Away, "list", &inbox.path().join(path), error));
            }
            Err(error) => match Errno::from_io_error(&error) {
                // It went away, or is no folder any more.
                Some(Errno::NOENT | Errno::NOTDIR | Errno::LOOP) => {}
                Some(Errno::XDEV) => take(&path, Found::Ignored(MOUNTED.into())),
                _ => {
                    let error = explain(&path, error);
                    found.unlisted = Some(format!("{} cannot be listed: {error}", shown(&path)));
                    take(&path, Found::Ignored(format!("{UNLISTED}: {error}")));
                }
            },
        }
        if entries > ENTRIES_MAX {
            found.partial = Some(format!("it holds more than {ENTRIES_MAX} entries; the others come later"));
            break;
        }
    }
    Ok(found)
}

/// Why this kind of entry is never claimed.
pub(crate) fn unwanted(kind: FileType) -> Option<String> {
    let text = match kind {
        FileType::RegularFile | FileType::Directory => return None,
        FileType::Symlink => "it is a symbolic link",
        FileType::Fifo => "it is a named pipe",
        FileType::Socket => "it is a socket",
        FileType::BlockDevice | FileType::CharacterDevice => "it is a device",
        _ => "it is no regular file",
    };
    Some(text.into())
}
