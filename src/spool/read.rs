//! Reading a claimed file, and knowing that it did not change meanwhile.

use std::{
    error, fmt,
    fs::File,
    io::{self, Read},
    path::Path,
    sync::Arc,
};

use blake3::Hash;

use super::{
    fault::{Class, Doing, Fault},
    fingerprint::Fingerprint,
    folder::Folder,
    lease::{self, Lease},
    pulse::Pulse,
};

/// How it was known that nobody was writing to the file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Settled {
    /// The kernel gave a read lease: nobody had it open for writing.
    Leased,
    /// It was steady for the settle time; more cannot be known of another owner's file or on this file system.
    Steady,
}

impl Settled {
    /// As the journal spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Leased => "leased",
            Self::Steady => "settled",
        }
    }
}

/// A file held open, with what was read of it.
#[derive(Debug)]
pub struct Reading {
    /// The bytes; `None` when the file is larger than the limit and was not read.
    pub bytes: Option<Vec<u8>>,
    /// Hash of the bytes, if they were read.
    pub hash: Option<Hash>,
    /// How it was known to be complete.
    pub settled: Settled,
    pub(crate) file: Arc<File>,
    pub(crate) fingerprint: Fingerprint,
}

impl Reading {
    /// Size in bytes.
    pub fn size(&self) -> u64 {
        self.fingerprint.size()
    }

    /// Fails if the file changed since it was opened, or if somebody waits to write to it.
    pub(crate) fn check_unchanged(&self, path: &Path) -> Result<(), Fault> {
        let now = rustix::fs::fstat(&self.file).doing("look again at", path)?;
        if Fingerprint::of(&now) != self.fingerprint || (self.settled == Settled::Leased && !lease::stands(&self.file))
        {
            return Err(Fault::found(Class::Changed, "keep", path, "it was written to while it was being judged"));
        }
        Ok(())
    }
}

/// Reads `name` in `folder` up to `bytes_at_most`; a larger file is opened only. `path` is for messages.
///
/// # Errors
/// `Changed` when somebody writes to it, or it is no regular file (any more).
pub(crate) fn read(folder: &Folder, name: &std::ffi::OsStr, path: &Path, bytes_at_most: u64) -> Result<Reading, Fault> {
    const DOING: &str = "read";
    let file = folder.read(name).doing(DOING, path)?;
    let settled = match lease::take(&file) {
        Lease::Granted => Settled::Leased,
        Lease::Unknown => Settled::Steady,
        Lease::Writing => return Err(Fault::found(Class::Changed, DOING, path, "somebody has it open for writing")),
    };
    let fingerprint = Fingerprint::of(&rustix::fs::fstat(&file).doing(DOING, path)?);
    if !fingerprint.is_regular() {
        return Err(Fault::found(Class::Changed, DOING, path, "it is no regular file"));
    }
    let size = fingerprint.size();
    let mut reading = Reading { bytes: None, hash: None, settled, file: Arc::new(file), fingerprint };
    if size <= bytes_at_most {
        let mut bytes = Vec::new();
        let room = usize::try_from(size).unwrap_or(usize::MAX);
        bytes.try_reserve_exact(room).map_err(io::Error::other).doing(DOING, path)?;
        // One byte more than expected shows that it grew.
        let read = (&*reading.file).take(size + 1).read_to_end(&mut bytes).doing(DOING, path)?;
        if read as u64 != size {
            return Err(Fault::found(Class::Changed, DOING, path, "its size changed while it was read"));
        }
        reading.hash = Some(blake3::hash(&bytes));
        reading.bytes = Some(bytes);
    }
    reading.check_unchanged(path)?;
    Ok(reading)
}

/// More bytes of a file came than it had: somebody writes to it, perhaps faster than it can be read.
#[derive(Debug)]
pub(crate) struct Grows;

impl fmt::Display for Grows {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("it grows while it is read")
    }
}

impl error::Error for Grows {}

impl From<Grows> for io::Error {
    fn from(grows: Grows) -> Self {
        Self::other(grows)
    }
}

/// Hashes a whole file from its beginning, in constant memory. Fails with [`Grows`] at the first byte beyond the size that it
/// has now: of a file that somebody writes to it would find no end.
pub(crate) fn hash(file: &File) -> io::Result<Hash> {
    hash_by(file, Pulse::UNHEARD)
}

/// The same with a sign of life for each block.
pub(crate) fn hash_by(file: &File, pulse: Pulse<'_>) -> io::Result<Hash> {
    use std::os::unix::fs::FileExt;
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 1 << 16];
    let size = file.metadata()?.len();
    let mut at = 0;
    loop {
        pulse.beat();
        match file.read_at(&mut buffer, at) {
            Ok(0) => return Ok(hasher.finalize()),
            Ok(read) => {
                at += read as u64;
                if at > size {
                    return Err(Grows.into());
                }
                hasher.update(&buffer[..read]);
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs::OpenOptions,
        io::Write,
        sync::atomic::{AtomicUsize, Ordering},
    };

    use super::*;

    #[test]
    fn hashing_a_file_that_grows_comes_to_an_end() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x.txt");
        let block = vec![b'x'; 1 << 16];
        std::fs::write(&path, block.repeat(3)).unwrap();
        let blocks = AtomicUsize::new(0);
        let append = || {
            if blocks.fetch_add(1, Ordering::Relaxed) < 100 {
                OpenOptions::new().append(true).open(&path).unwrap().write_all(&block).unwrap();
            }
        };
        let error = hash_by(&File::open(&path).unwrap(), Pulse(&append)).unwrap_err();
        assert_eq!(Fault::new("hash", &path, error).class(), Class::Changed);
        assert_eq!(blocks.into_inner(), 4);
        assert_eq!(hash(&File::open(&path).unwrap()).unwrap(), blake3::hash(&block.repeat(7)));
    }
}
