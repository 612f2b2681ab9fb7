//! What can go wrong with files, classed by what there is to do about it.

use std::{error, fmt, io, path::Path};

use rustix::io::Errno;

use super::{name::shown, read::Grows};

/// What to do about a [`Fault`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Class {
    /// The file is no longer there: count it and go on.
    Gone,
    /// The file changed under our hands: look at it again later.
    Changed,
    /// The disk or the quota is full: stop claiming, and take it up again when there is room.
    NoRoom,
    /// Not permitted, or read-only: hold the file, say so once, and try again ever more rarely.
    Denied,
    /// Out of handles or memory: hold the file, and try again soon.
    Exhausted,
    /// A folder that it needs is missing: hold the file, and try again ever more rarely.
    Away,
    /// Anything else (an input/output error, a file system without the needed calls): hold the file, an operator must look.
    Broken,
}

/// One failed step.
#[derive(Debug)]
pub struct Fault {
    class: Class,
    doing: &'static str,
    on: String,
    source: io::Error,
    late: bool,
}

impl Fault {
    /// A failed system call: `doing` fits after "failed to".
    pub fn new(doing: &'static str, on: &Path, source: impl Into<io::Error>) -> Self {
        let source = source.into();
        Self { class: class(&source), doing, on: shown(on), source, late: false }
    }

    /// A failure whose class is known better than its error number tells.
    pub fn of(class: Class, doing: &'static str, on: &Path, source: impl Into<io::Error>) -> Self {
        Self { class, doing, on: shown(on), source: source.into(), late: false }
    }

    /// A failure that is no system call's: `text` says what was found.
    pub fn found(class: Class, doing: &'static str, on: &Path, text: &'static str) -> Self {
        Self::of(class, doing, on, io::Error::other(text))
    }

    /// It came when the file may have got its final name already, so that it lies in two places if it goes back.
    pub(crate) fn late(self) -> Self {
        Self { late: true, ..self }
    }

    /// It is known by now that the file went nowhere.
    pub(crate) fn settled(self) -> Self {
        Self { late: false, ..self }
    }

    /// Whether the file may have gone on all the same.
    pub fn is_late(&self) -> bool {
        self.late
    }

    /// The same of a file that lies where it lay all the same: what is gone, or has become a link or a mount, is something else that
    /// it needs.
    pub fn beside(self) -> Self {
        let class = match self.class {
            Class::Gone => Class::Away,
            // No call says that a file was written to.
            Class::Changed if Errno::from_io_error(&self.source).is_some() => Class::Away,
            class => class,
        };
        Self { class, ..self }
    }

    /// What to do about it.
    pub fn class(&self) -> Class {
        self.class
    }

    /// Whether whoever asked may not, whatever there is to do about it.
    pub fn is_denied(&self) -> bool {
        self.source.kind() == io::ErrorKind::PermissionDenied
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}: {}", self.doing, self.on, self.source)
    }
}

impl error::Error for Fault {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        Some(&self.source)
    }
}

/// Sorts an error by its number.
fn class(error: &io::Error) -> Class {
    let Some(errno) = Errno::from_io_error(error) else {
        return match error.kind() {
            _ if error.get_ref().is_some_and(|inner| inner.is::<Grows>()) => Class::Changed,
            io::ErrorKind::WriteZero | io::ErrorKind::StorageFull => Class::NoRoom,
            io::ErrorKind::PermissionDenied => Class::Denied,
            _ => Class::Broken,
        };
    };
    match errno {
        Errno::NOENT | Errno::NOTDIR => Class::Gone,
        Errno::NOSPC | Errno::DQUOT => Class::NoRoom,
        Errno::ACCESS | Errno::PERM | Errno::ROFS => Class::Denied,
        Errno::MFILE | Errno::NFILE | Errno::NOMEM | Errno::AGAIN => Class::Exhausted,
        // A symbolic link or a mount where a plain folder was a moment ago.
        Errno::LOOP | Errno::XDEV => Class::Changed,
        // Of a folder on another machine the first one says as much as of the file itself: what is gone says so the next time.
        Errno::STALE | Errno::NODEV | Errno::NXIO | Errno::NOTCONN => Class::Away,
        _ => Class::Broken,
    }
}

/// Adds what was being done, and on what, to an input/output error.
pub(crate) trait Doing<T> {
    /// `doing` fits after "failed to".
    fn doing(self, doing: &'static str, on: &Path) -> Result<T, Fault>;
}

impl<T, E: Into<io::Error>> Doing<T> for Result<T, E> {
    fn doing(self, doing: &'static str, on: &Path) -> Result<T, Fault> {
        self.map_err(|error| Fault::new(doing, on, error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_file_needs_and_is_gone_does_not_make_the_file_a_vanished_one() {
        let of = |errno: Errno| Fault::new("move", Path::new("x"), errno).beside().class();
        assert_eq!([Errno::NOENT, Errno::NOTDIR, Errno::STALE, Errno::LOOP].map(of), [Class::Away; 4]);
        assert_eq!([Errno::NOSPC, Errno::ACCESS].map(of), [Class::NoRoom, Class::Denied]);
        let written = Fault::found(Class::Changed, "keep", Path::new("x"), "it was written to");
        assert_eq!(written.beside().class(), Class::Changed);
    }
}
