//! Holding what lies in `curated/` and `originals/` to the journal. Nothing is changed. Memory is bounded, however large the
//! folders are; a daemon may be at work meanwhile.

use std::{
    error,
    ffi::OsStr,
    fmt, io,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use rustix::fs::FileType;

use super::{
    fault::{Doing, Fault},
    folder::Folder,
    journal::{Expected, JournalError, Ledger},
    layout::{Layout, Place},
    name::{PRIVATE, split},
    read::hash,
};

/// The places that are held to the journal.
const PLACES: [Place; 2] = [Place::Curated, Place::Originals];

/// How long, in all, what is not there is waited for while a row says that it is being moved or deleted; and how often it is looked
/// at. What a crash left is not there after that either.
const PATIENCE: Duration = Duration::from_secs(5);
const PAUSE: Duration = Duration::from_millis(20);

/// Why it could not be done.
#[derive(Debug)]
pub enum VerifyError {
    /// The journal cannot be read.
    Journal(JournalError),
    /// One of the folders cannot be opened.
    Folder(Fault),
}

/// One file that is not as the journal says, or of which that cannot be told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// `curated` or `originals`.
    pub place: Place,
    /// Its path there.
    pub path: PathBuf,
    /// What is with it.
    pub difference: Difference,
    /// When it was published, if the journal knows.
    pub published: Option<Timestamp>,
    /// When it was last written to, if it is there; what the file says, which anybody who may write to it can set.
    pub modified: Option<Timestamp>,
}

/// What is with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Difference {
    /// Its bytes are not those that were published.
    Changed {
        /// BLAKE3 of what was published.
        expected: Option<String>,
        /// BLAKE3 of what is there; `None` when the size alone gave it away, or it is no regular file any more.
        found: Option<String>,
        /// Bytes of what is there.
        size: u64,
    },
    /// It is not there.
    Missing {
        /// BLAKE3 of what was published.
        expected: Option<String>,
    },
    /// No entry of the journal knows it.
    Unknown {
        /// The path of a file that was judged and had the same bytes.
        bytes_of: Option<PathBuf>,
    },
    /// It is there, and the journal has no hash of it: it was too large to be read, or is of an earlier version.
    Unhashed,
    /// It cannot be read, with the reason.
    Unreadable(String),
}

/// How many files came out how.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Tally {
    /// Those that hold what was published.
    pub intact: u64,
    /// [`Difference::Changed`].
    pub changed: u64,
    /// [`Difference::Missing`].
    pub missing: u64,
    /// [`Difference::Unknown`].
    pub unknown: u64,
    /// [`Difference::Unhashed`].
    pub unhashed: u64,
    /// [`Difference::Unreadable`].
    pub unreadable: u64,
    /// Bytes that were hashed.
    pub bytes: u64,
}

/// Holds every file to the journal, and tells each that is not as it says.
///
/// # Errors
/// When the journal or one of the two folders cannot be read; single files are told.
pub fn verify(layout: &Layout, tell: &mut dyn FnMut(Verified)) -> Result<Tally, VerifyError> {
    let ledger = Ledger::open(&layout.state)?;
    let (tally, closed) = (Tally::default(), Vec::new());
    let mut walk = Walk { ledger: ledger.as_ref(), tally, tell, last: false, until: None, closed };
    for place in PLACES {
        let folder = Folder::open_whole(layout.place(place)).doing("open the folder", layout.place(place))?;
        walk.folder(place, &folder)?;
    }
    if let Some(ledger) = &ledger {
        walk.last = true;
        // What was unknown, or another one, may have been published while we looked.
        ledger.read_again()?;
        for place in PLACES {
            let folder = Folder::open_whole(layout.place(place)).doing("open the folder", layout.place(place))?;
            ledger.strangers(place, |path| walk.file(place, &folder, &path))?;
            ledger.unseen(place, |path, expected| walk.missing((place, &folder), path, expected))?;
        }
    }
    Ok(walk.tally)
}

struct Walk<'w> {
    ledger: Option<&'w Ledger>,
    tally: Tally,
    tell: &'w mut dyn FnMut(Verified),
    /// Whether what is unknown now will stay so.
    last: bool,
    /// Until when it is waited for what is not there, once it is.
    until: Option<Instant>,
    /// Folders that could not be looked into: of what should lie there nothing can be told.
    closed: Vec<(Place, PathBuf)>,
}

impl Walk<'_> {
    fn folder(&mut self, place: Place, root: &Folder) -> Result<(), VerifyError> {
        let mut open = vec![PathBuf::new()];
        while let Some(below) = open.pop() {
            let folder = match root.sub(&below) {
                Ok(folder) => folder,
                Err(error) => {
                    self.closed(place, below, &error);
                    continue;
                }
            };
            let entries = match folder.entries() {
                Ok(entries) => entries,
                Err(error) => {
                    self.closed(place, below, &error);
                    continue;
                }
            };
            for entry in entries {
                match entry {
                    Ok((name, _)) if name == PRIVATE && (below.as_os_str().is_empty() || root.is_mounted(&below)) => {}
                    Ok((name, FileType::Directory)) => open.push(below.join(name)),
                    Ok((name, _)) => self.file(place, root, &below.join(name))?,
                    Err(error) => {
                        self.closed(place, below, &error);
                        break;
                    }
                }
            }
        }
        Ok(())
    }

    fn file(&mut self, place: Place, root: &Folder, path: &Path) -> Result<(), VerifyError> {
        let Some((below, name)) = split(path) else { return Ok(()) };
        let expected = match self.ledger {
            Some(ledger) => ledger.see(place, path)?,
            None => None,
        };
        if expected.is_none()
            && let Some(ledger) = self.ledger.filter(|_| !self.last)
        {
            return Ok(ledger.remember(place, path)?);
        }
        let looked = root.sub(below).and_then(|folder| look(&folder, name, expected.as_ref()));
        let found = match looked {
            Ok(found) => found,
            Err(error) if error.kind() == io::ErrorKind::NotFound => {
                // It went a moment ago.
                return expected.map_or(Ok(()), |expected| self.missing((place, root), path.to_owned(), expected));
            }
            Err(error) => {
                self.unreadable(place, path.to_owned(), &error);
                return Ok(());
            }
        };
        self.tally.bytes += found.hash.as_ref().map_or(0, |_| found.size);
        let published = expected.as_ref().map(|expected| expected.time);
        let difference = match expected {
            None => {
                let known = match (self.ledger, &found.hash) {
                    (Some(ledger), Some(hash)) => ledger.bytes_of(hash)?,
                    _ => None,
                };
                if known.as_ref().is_some_and(|(_, moving)| *moving) {
                    return Ok(());
                }
                Difference::Unknown { bytes_of: known.map(|(path, _)| path) }
            }
            Some(Expected { hash: None, size, .. }) if found.regular && size.is_none_or(|size| size == found.size) => {
                Difference::Unhashed
            }
            Some(Expected { hash, .. }) if found.regular && hash.is_some() && hash == found.hash => {
                self.tally.intact += 1;
                return Ok(());
            }
            Some(Expected { hash, .. }) => Difference::Changed { expected: hash, found: found.hash, size: found.size },
        };
        if let (Difference::Changed { .. }, Some(ledger), false) = (&difference, self.ledger, self.last) {
            return Ok(ledger.remember(place, path)?);
        }
        self.told(Verified { place, path: path.to_owned(), difference, published, modified: found.modified });
        Ok(())
    }

    /// A folder that cannot be listed, or not wholly. One that went is no such: what lay in it is missing.
    fn closed(&mut self, place: Place, below: PathBuf, error: &io::Error) {
        self.unreadable(place, below.clone(), error);
        if error.kind() != io::ErrorKind::NotFound {
            self.closed.push((place, below));
        }
    }

    /// One that is not there: it may be held, have been deleted or have come there since the journal was read.
    fn missing(
        &mut self,
        (place, root): (Place, &Folder),
        path: PathBuf,
        expected: Expected,
    ) -> Result<(), VerifyError> {
        if self.closed.iter().any(|(closed, below)| *closed == place && path.starts_with(below)) {
            return Ok(());
        }
        let lies = || split(&path).is_some_and(|(below, name)| root.sub(below).and_then(|at| at.stat(name)).is_ok());
        while let Some(ledger) = self.ledger {
            if lies() {
                return self.file(place, root, &path);
            }
            if ledger.is_moving(place, &path, &expected)? && self.waits() {
                continue;
            }
            if ledger.is_expired(place, &path)? {
                return Ok(());
            }
            // It may have been put back before its row was asked for.
            if !lies() {
                break;
            }
        }
        let difference = Difference::Missing { expected: expected.hash };
        self.told(Verified { place, path, difference, published: Some(expected.time), modified: None });
        Ok(())
    }

    /// Waits a moment; `false` when that was enough.
    fn waits(&mut self) -> bool {
        let waits = Instant::now() < *self.until.get_or_insert_with(|| Instant::now() + PATIENCE);
        if waits {
            thread::sleep(PAUSE);
        }
        waits
    }

    fn unreadable(&mut self, place: Place, path: PathBuf, error: &io::Error) {
        let difference = Difference::Unreadable(error.to_string());
        self.told(Verified { place, path, difference, published: None, modified: None });
    }

    fn told(&mut self, verified: Verified) {
        let count = match &verified.difference {
            Difference::Changed { .. } => &mut self.tally.changed,
            Difference::Missing { .. } => &mut self.tally.missing,
            Difference::Unknown { .. } => &mut self.tally.unknown,
            Difference::Unhashed => &mut self.tally.unhashed,
            Difference::Unreadable(_) => &mut self.tally.unreadable,
        };
        *count += 1;
        (self.tell)(verified);
    }
}

/// What is there.
struct Found {
    regular: bool,
    size: u64,
    hash: Option<String>,
    modified: Option<Timestamp>,
}

/// Looks at a file, and hashes it where its size does not say enough.
fn look(folder: &Folder, name: &OsStr, expected: Option<&Expected>) -> io::Result<Found> {
    let stat = folder.stat(name)?;
    let regular = FileType::from_raw_mode(stat.st_mode).is_file();
    let size = stat.st_size.unsigned_abs();
    let modified = Timestamp::new(stat.st_mtime, i32::try_from(stat.st_mtime_nsec).unwrap_or(0)).ok();
    let told_by_size = expected
        .is_some_and(|expected| expected.hash.is_none() || expected.size.is_some_and(|expected| expected != size));
    let hash = match regular && !told_by_size {
        true => Some(hash(&folder.read(name)?)?.to_hex().to_string()),
        false => None,
    };
    Ok(Found { regular, size, hash, modified })
}

impl Tally {
    /// Whether a person should look.
    pub fn has_findings(&self) -> bool {
        self.changed + self.missing + self.unknown + self.unreadable > 0
    }
}

impl fmt::Display for VerifyError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Journal(_) => f.write_str("read the journal"),
            Self::Folder(fault) => write!(f, "{fault}"),
        }
    }
}

impl error::Error for VerifyError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Journal(error) => Some(error),
            Self::Folder(_) => None,
        }
    }
}

impl From<JournalError> for VerifyError {
    fn from(error: JournalError) -> Self {
        Self::Journal(error)
    }
}

impl From<Fault> for VerifyError {
    fn from(fault: Fault) -> Self {
        Self::Folder(fault)
    }
}
