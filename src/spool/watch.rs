//! Events from the kernel, as hints. Non-recursive watches on the inbox and each folder in it; everything else
//! (what is new, what is complete, which folders there are) is the sweep's and the settle table's business.

use std::{
    collections::HashSet,
    error, fmt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use notify::{
    Config, ErrorKind, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _,
    event::{AccessKind, AccessMode, CreateKind, ModifyKind, RemoveKind, RenameMode},
};
use rustix::io::Errno;

use super::settle::Seen;

/// "Look at this soon."
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// A name, relative to the inbox. Whether it is a file is not known.
    Name(PathBuf, Seen),
    /// A folder that came or went: sweep.
    Folder(PathBuf),
}

/// Why there are no events.
#[derive(Debug)]
pub enum WatchError {
    /// `fs.inotify.max_user_watches` is reached.
    TooManyWatches,
    /// `fs.inotify.max_user_instances` or the limit of open files is reached.
    TooManyHandles,
    /// Anything else.
    Other(notify::Error),
}

impl fmt::Display for WatchError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooManyWatches => {
                write!(f, "there are too many inotify watches on this machine; raise fs.inotify.max_user_watches")
            }
            Self::TooManyHandles => write!(
                f,
                "there are too many inotify instances or open files; raise fs.inotify.max_user_instances or LimitNOFILE"
            ),
            Self::Other(error) => write!(f, "{error}"),
        }
    }
}

impl error::Error for WatchError {}

impl From<notify::Error> for WatchError {
    fn from(error: notify::Error) -> Self {
        match &error.kind {
            ErrorKind::MaxFilesWatch => Self::TooManyWatches,
            ErrorKind::Io(io) => match Errno::from_io_error(io) {
                Some(Errno::NOSPC) => Self::TooManyWatches,
                Some(Errno::MFILE | Errno::NFILE) => Self::TooManyHandles,
                _ => Self::Other(error),
            },
            _ => Self::Other(error),
        }
    }
}

/// Watches on the inbox and the folders in it.
pub struct Watch {
    watcher: RecommendedWatcher,
    inbox: PathBuf,
    folders: HashSet<PathBuf>,
    lost: Arc<AtomicBool>,
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("inbox", &self.inbox).field("folders", &self.folders.len()).finish()
    }
}

impl Watch {
    /// Begins to watch the inbox itself. `tell` gets the hints, on the watcher's thread; when it cannot take one it
    /// says `false`, and the watch is lost.
    ///
    /// # Errors
    /// [`WatchError`] says which limit was reached.
    pub fn open(inbox: &Path, tell: impl Fn(Hint) -> bool + Send + 'static) -> Result<Self, WatchError> {
        let lost = Arc::new(AtomicBool::new(false));
        // Events name absolute paths, whatever was asked for.
        let inbox = std::path::absolute(inbox).map_err(notify::Error::io)?;
        let handler = Handler { inbox: inbox.clone(), tell, lost: Arc::clone(&lost) };
        let watcher = RecommendedWatcher::new(move |event| handler.handle(event), Config::default())?;
        let mut watch = Self { watcher, inbox, folders: HashSet::new(), lost };
        watch.add(Path::new(""))?;
        Ok(watch)
    }

    /// Watches exactly these folders (relative to the inbox) from now on.
    ///
    /// # Errors
    /// When a limit is reached; a folder that is gone by now is no error.
    pub fn set(&mut self, folders: &[PathBuf]) -> Result<(), WatchError> {
        let wanted: HashSet<&PathBuf> = folders.iter().collect();
        let gone: Vec<PathBuf> = self.folders.iter().filter(|folder| !wanted.contains(folder)).cloned().collect();
        for folder in gone {
            // The kernel has dropped it already if the folder is removed.
            let _ = self.watcher.unwatch(&self.inbox.join(&folder));
            self.folders.remove(&folder);
        }
        folders.iter().try_for_each(|folder| self.add(folder))
    }

    /// Watches one more folder.
    ///
    /// # Errors
    /// As [`Watch::set`].
    pub fn add(&mut self, folder: &Path) -> Result<(), WatchError> {
        if self.folders.contains(folder) {
            return Ok(());
        }
        match self.watcher.watch(&self.inbox.join(folder), RecursiveMode::NonRecursive) {
            Ok(()) => {
                self.folders.insert(folder.to_owned());
                Ok(())
            }
            Err(error) if matches!(error.kind, ErrorKind::PathNotFound) && !folder.as_os_str().is_empty() => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    /// A folder was removed or moved away: a watch on its name must be set anew if it comes back.
    pub fn forget(&mut self, folder: &Path) {
        if self.folders.remove(folder) {
            let _ = self.watcher.unwatch(&self.inbox.join(folder));
        }
    }

    /// Whether events were lost: build a new watch, then sweep.
    pub fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Acquire)
    }
}

/// Runs on the watcher's thread: only notes names, so that nothing in it can fail.
struct Handler<T> {
    inbox: PathBuf,
    tell: T,
    lost: Arc<AtomicBool>,
}

impl<T: Fn(Hint) -> bool> Handler<T> {
    fn handle(&self, event: notify::Result<Event>) {
        let Ok(event) = event else {
            self.lost.store(true, Ordering::Release);
            return;
        };
        if event.need_rescan() {
            self.lost.store(true, Ordering::Release);
            return;
        }
        let seen = match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => Some(Seen::Closed),
            EventKind::Modify(ModifyKind::Name(RenameMode::To)) => Some(Seen::Moved),
            EventKind::Modify(ModifyKind::Metadata(_)) => Some(Seen::Permitted),
            EventKind::Create(CreateKind::Folder) | EventKind::Remove(RemoveKind::Folder) => None,
            EventKind::Create(_) | EventKind::Modify(ModifyKind::Data(_)) => Some(Seen::Written),
            // Reading, opening, leaving: nothing to be claimed comes of it. What a folder's leaving means, a sweep tells.
            _ => return,
        };
        for path in event.paths {
            let Ok(below) = path.strip_prefix(&self.inbox) else { continue };
            let hint = match seen {
                Some(seen) if !below.as_os_str().is_empty() => Hint::Name(below.to_owned(), seen),
                _ => Hint::Folder(below.to_owned()),
            };
            if !(self.tell)(hint) {
                self.lost.store(true, Ordering::Release);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{sync::mpsc, time::Duration};

    use super::*;

    #[test]
    fn an_inbox_named_from_here_gives_hints_too() {
        let dir = tempfile::tempdir().unwrap();
        let up: PathBuf = std::env::current_dir().unwrap().components().skip(1).map(|_| "..").collect();
        let inbox = up.join(dir.path().strip_prefix("/").unwrap());
        let (sender, hints) = mpsc::channel();
        let _watch = Watch::open(&inbox, move |hint| sender.send(hint).is_ok()).unwrap();
        std::fs::write(dir.path().join("x.txt"), "x").unwrap();
        let hint = hints.recv_timeout(Duration::from_secs(30)).unwrap();
        assert!(matches!(hint, Hint::Name(name, _) if name == Path::new("x.txt")));
    }
}
