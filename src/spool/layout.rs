//! Where the folders of a spool are, how files are taken in, and opening it all.

use std::{
    error,
    ffi::OsStr,
    fmt, fs, io,
    os::unix::fs::DirBuilderExt,
    path::{Component, Path, PathBuf},
    time::Duration,
};

use rustix::{fs::OFlags, io::Errno};

use super::{
    denied::explained_open,
    fault::{Class, Fault},
    folder::Folder,
    name::{PRIVATE, shown},
};

/// The folders of a spool. Each can be set apart, on another file system too.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Layout {
    /// Files are dropped here.
    pub inbox: PathBuf,
    /// Clean files, and the stripped copies of those that were cleaned.
    pub curated: PathBuf,
    /// Files that wait for a person, each with its report.
    pub quarantine: PathBuf,
    /// Files that are not wanted, each with its report.
    pub rejected: PathBuf,
    /// Untouched originals of stripped files.
    pub originals: PathBuf,
    /// The journal and the daemon's own state.
    pub state: PathBuf,
}

/// How files are taken in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Intake {
    /// How long a written file must be steady before it is claimed.
    pub settle: Duration,
    /// A file that does not become steady for this long is reported as stalled.
    pub stalled_after: Duration,
    /// Time between sweeps when events work.
    pub sweep_every: Duration,
    /// File-name patterns (globs) that are never claimed.
    pub ignore: Vec<String>,
    /// Larger files are quarantined unread.
    pub bytes_at_most: u64,
    /// A file whose judging takes more processor time is quarantined.
    pub time_at_most: Duration,
}

/// One of the folders into which siftd publishes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Place {
    /// Clean files.
    Curated,
    /// Files that wait for a person.
    Quarantine,
    /// Files that are not wanted.
    Rejected,
    /// Untouched originals of stripped files.
    Originals,
}

impl Place {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Curated, Self::Quarantine, Self::Rejected, Self::Originals];

    /// As people call it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Curated => "curated",
            Self::Quarantine => "quarantine",
            Self::Rejected => "rejected",
            Self::Originals => "originals",
        }
    }
}

/// Why a spool cannot be used.
#[derive(Debug)]
pub enum LayoutError {
    /// A folder could be neither opened nor made.
    Folder {
        /// Which one.
        role: &'static str,
        /// Where it should be.
        path: PathBuf,
        /// What the system said.
        source: io::Error,
    },
    /// Two roles share one folder.
    Same {
        /// The roles.
        roles: [&'static str; 2],
        /// The folder.
        path: PathBuf,
    },
    /// One folder lies inside another, so that what is published there would be taken in or counted twice.
    Nested {
        /// The outer role.
        outer: &'static str,
        /// The inner role.
        inner: &'static str,
        /// The inner folder.
        path: PathBuf,
    },
    /// A file system that can neither rename nor link without overwriting.
    CannotPublish {
        /// Which folder.
        role: &'static str,
        /// Where it is.
        path: PathBuf,
    },
    /// A file-name pattern cannot be read.
    Pattern {
        /// As written.
        pattern: String,
        /// What is wrong with it.
        problem: String,
    },
}

impl fmt::Display for LayoutError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder { role, path, source } => {
                write!(f, "cannot use {} as the {role} folder: {source}", shown(path))
            }
            Self::Same { roles: [one, two], path } => {
                write!(f, "{one} and {two} are the same folder ({}); give each its own", shown(path))
            }
            Self::Nested { outer, inner, path } => {
                write!(f, "the {inner} folder ({}) lies inside the {outer} folder; put them side by side", shown(path))
            }
            Self::CannotPublish { role, path } => write!(
                f,
                "the file system of the {role} folder ({}) can neither rename nor link without overwriting \
                 (renameat2 with RENAME_NOREPLACE, linkat); put it on another file system",
                shown(path)
            ),
            Self::Pattern { pattern, problem } => {
                write!(f, "cannot read the ignore pattern '{}': {problem}", shown(pattern))
            }
        }
    }
}

impl error::Error for LayoutError {
    fn source(&self) -> Option<&(dyn error::Error + 'static)> {
        match self {
            Self::Folder { source, .. } => Some(source),
            _ => None,
        }
    }
}

impl Layout {
    /// The path of a destination.
    pub fn place(&self, place: Place) -> &Path {
        match place {
            Place::Curated => &self.curated,
            Place::Quarantine => &self.quarantine,
            Place::Rejected => &self.rejected,
            Place::Originals => &self.originals,
        }
    }

    /// Every folder with its role and the mode it gets when it is made: an inbox that a group may drop into,
    /// results that a group may read, private state.
    pub fn roles(&self) -> [(&'static str, &Path, u32); 6] {
        [
            ("inbox", &self.inbox, 0o770),
            ("curated", &self.curated, 0o750),
            ("quarantine", &self.quarantine, 0o750),
            ("rejected", &self.rejected, 0o750),
            ("originals", &self.originals, 0o750),
            ("state", &self.state, 0o700),
        ]
    }

    /// Makes what is missing, and refuses an arrangement in which files could be lost or judged twice: before it makes anything,
    /// where that can be told.
    ///
    /// # Errors
    /// [`LayoutError`] names the folder and the way out.
    pub fn prepare(&self) -> Result<(), LayoutError> {
        self.check_paths()?;
        for (role, path, mode) in self.roles() {
            fs::DirBuilder::new().recursive(true).mode(mode).create(path).map_err(|source| LayoutError::Folder {
                role,
                path: path.to_owned(),
                source,
            })?;
        }
        self.check_apart()?;
        for place in Place::ALL {
            if !publishes(self.place(place)) {
                return Err(LayoutError::CannotPublish { role: place.as_str(), path: self.place(place).to_owned() });
            }
        }
        Ok(())
    }

    /// Refuses shared and nested folders, links and mounts looked through; those that are not there yet by where they would be.
    ///
    /// # Errors
    /// [`LayoutError`] names the folders; also, when nothing else is wrong, one that is not there.
    pub fn check_apart(&self) -> Result<(), LayoutError> {
        self.check_paths()?;
        let mut seen: Vec<(&'static str, (u64, u64))> = Vec::new();
        let mut absent = None;
        for (role, path, _) in self.roles() {
            match fs::canonicalize(path).and_then(|real| Folder::open(&real)?.stat_self()) {
                Ok(stat) => {
                    let identity = (stat.st_dev, stat.st_ino);
                    if let Some((other, _)) = seen.iter().find(|(_, seen)| *seen == identity) {
                        return Err(LayoutError::Same { roles: [other, role], path: path.to_owned() });
                    }
                    seen.push((role, identity));
                }
                Err(source) => {
                    absent.get_or_insert(LayoutError::Folder { role, path: path.to_owned(), source });
                }
            }
        }
        absent.map_or(Ok(()), Err)
    }

    /// The same by the paths alone, so that it can be told before anything is made.
    fn check_paths(&self) -> Result<(), LayoutError> {
        let real = self.roles().map(|(role, path, _)| (role, resolved(path)));
        for (index, (role, path)) in real.iter().enumerate() {
            for (other, other_path) in &real[index + 1..] {
                if path == other_path {
                    return Err(LayoutError::Same { roles: [role, other], path: path.clone() });
                }
                if other_path.starts_with(path) {
                    return Err(LayoutError::Nested { outer: role, inner: other, path: other_path.clone() });
                }
                if path.starts_with(other_path) {
                    return Err(LayoutError::Nested { outer: other, inner: role, path: path.clone() });
                }
            }
        }
        Ok(())
    }
}

/// Where `path` leads, or would lead if it were made: links are looked through as far as it is there.
fn resolved(path: &Path) -> PathBuf {
    let whole = std::path::absolute(path).unwrap_or_else(|_| path.to_owned());
    let real = whole.ancestors().find_map(|above| Some((above, fs::canonicalize(above).ok()?)));
    let Some((above, mut real)) = real else { return whole };
    for part in whole.strip_prefix(above).unwrap_or(Path::new("")).components() {
        match part {
            Component::ParentDir => _ = real.pop(),
            part => real.push(part),
        }
    }
    real
}

/// Whether files can be put here without overwriting. A folder that cannot be written at present passes: that
/// is a matter for later, when something is to be published.
fn publishes(path: &Path) -> bool {
    // Always the same names, so that what a crash leaves is used and removed by the next start.
    let names = [format!("{PRIVATE}-probe"), format!("{PRIVATE}-probe~")];
    let [from, to] = [0, 1].map(|index: usize| OsStr::new(&names[index]));
    let Ok(folder) = Folder::open(path) else { return true };
    if folder.write(from, OFlags::CREATE, 0o600).is_err() {
        return true;
    }
    let able = match folder.rename(from, &folder, to) {
        Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => matches!(
            folder.link(from, &folder, to),
            // What a crash left, or another start that is under way.
            Ok(()) | Err(Errno::EXIST | Errno::NOENT)
        ),
        _ => true,
    };
    for name in [from, to] {
        // Either may be gone by now.
        let _ = folder.unlink(name);
    }
    able
}

/// The destinations, opened when they are needed so that one that goes away and comes back is found again.
#[derive(Debug, Clone)]
pub struct Destinations {
    layout: Layout,
}

impl Destinations {
    /// The destinations of `layout`.
    pub fn new(layout: Layout) -> Self {
        Self { layout }
    }

    /// Where one is.
    pub(crate) fn path(&self, place: Place) -> &Path {
        self.layout.place(place)
    }

    /// The folder of the journal of what comes there.
    pub(crate) fn state(&self) -> &Path {
        &self.layout.state
    }

    /// Opens one, with all that is mounted below it. It is not made anew when it is missing: its file system may not be mounted.
    pub(crate) fn open(&self, place: Place) -> Result<Folder, Fault> {
        let path = self.layout.place(place);
        Folder::open_whole(path).map_err(|error| match Errno::from_io_error(&error) {
            Some(Errno::NOENT | Errno::NOTDIR) => Fault::of(Class::Away, "open the folder", path, error),
            _ => Fault::new("open the folder", path, explained_open(error, path)),
        })
    }

    /// Fails when one of the destinations has less room than `bytes`.
    pub(crate) fn check_room(&self, bytes: u64) -> Result<(), Fault> {
        for place in Place::ALL {
            // Whether it is there and may be written shows when something is published.
            let Ok(folder) = self.open(place) else { continue };
            if folder.room().is_ok_and(|room| room < bytes) {
                return Err(Fault::of(Class::NoRoom, "find room in", folder.path(), io::Error::from(Errno::NOSPC)));
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::spool::lacking;

    #[test]
    fn what_a_crash_left_of_the_probe_says_nothing_against_a_folder() {
        for lacks in [false, true] {
            lacking::NOREPLACE.set(lacks);
            let dir = tempfile::tempdir().unwrap();
            for name in [".siftd-probe", ".siftd-probe~"] {
                fs::write(dir.path().join(name), "").unwrap();
            }
            assert!(publishes(dir.path()), "{lacks}");
            assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 0);
        }
    }

    #[test]
    fn where_names_can_be_kept_neither_by_a_rename_nor_by_a_second_name_it_does_not_start() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        let layout = Layout {
            inbox: at("inbox"),
            curated: at("curated"),
            quarantine: at("quarantine"),
            rejected: at("rejected"),
            originals: at("originals"),
            state: at("state"),
        };
        for (noreplace, links) in [(false, false), (false, true), (true, false)] {
            lacking::NOREPLACE.set(noreplace);
            lacking::LINKS.set(links);
            layout.prepare().unwrap();
        }
        lacking::LINKS.set(true);
        let refused = layout.prepare().unwrap_err();
        assert!(matches!(refused, LayoutError::CannotPublish { role: "curated", .. }), "{refused}");
        assert!(refused.to_string().contains("put it on another file system"), "{refused}");
        // Nothing of the attempt stays.
        for place in Place::ALL {
            assert_eq!(fs::read_dir(layout.place(place)).unwrap().count(), 0);
        }
    }
}
