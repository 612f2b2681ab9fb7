//! Events as hints. Where they come from is behind [`Events`]: from the kernel or, in tests, from a script. They are never
//! more than a reason to look sooner; what is new, what is complete and which folders there are is the sweep's and the settle
//! table's business.

mod kernel;
mod pause;

use std::{error, fmt, path::Path, path::PathBuf};

use rustix::io::Errno;

use super::{inbox::Inbox, settle::Seen};

pub use kernel::{Kernel, can_watch};

/// "Look at this soon."
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Hint {
    /// A name, relative to the inbox. Whether it is a file is not known.
    Name(PathBuf, Seen),
    /// A folder that came or went: sweep.
    Folder(PathBuf),
    /// The sign of life that [`Watch::prove`] asked for.
    Alive,
}

/// Takes a hint; `false` when it cannot, and the hint is lost.
pub type Tell = Box<dyn Fn(Hint) -> bool + Send>;

/// Where events come from.
pub trait Events: fmt::Debug + Send + Sync {
    /// Begins to watch the inbox itself. `tell` gets the hints, on whatever thread they come from; when it cannot take one,
    /// the watch is lost.
    ///
    /// # Errors
    /// [`WatchError`] says which limit was reached.
    fn open(&self, inbox: &Inbox, tell: Tell) -> Result<Box<dyn Watch>, WatchError>;
}

/// Watches on the inbox and the folders in it, for as long as it lives.
pub trait Watch: Send {
    /// Watches exactly these folders (relative to the inbox) from now on.
    ///
    /// # Errors
    /// When a limit is reached, or the inbox itself cannot be watched; another folder that cannot be, or is gone by now, is no error.
    fn set(&mut self, folders: &[PathBuf]) -> Result<(), WatchError>;

    /// Watches one more folder.
    ///
    /// # Errors
    /// As [`Watch::set`].
    fn add(&mut self, folder: &Path) -> Result<(), WatchError>;

    /// A folder was removed or moved away: a watch on its name, and on those in it, must be set anew if it comes back.
    fn forget(&mut self, folder: &Path);

    /// Whether events were lost: build a new watch, then sweep.
    fn is_lost(&self) -> bool;

    /// Asks for a sign of life: [`Hint::Alive`] must come back, by the way of all events.
    fn prove(&self);
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
            notify::ErrorKind::MaxFilesWatch => Self::TooManyWatches,
            notify::ErrorKind::Io(io) => match Errno::from_io_error(io) {
                Some(Errno::NOSPC) => Self::TooManyWatches,
                Some(Errno::MFILE | Errno::NFILE) => Self::TooManyHandles,
                _ => Self::Other(error),
            },
            _ => Self::Other(error),
        }
    }
}
