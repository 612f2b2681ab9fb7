//! Reading a claimed file, and knowing that it did not change meanwhile.

use std::{fs::File, io::Read, path::Path, sync::Arc};

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
        bytes.try_reserve_exact(room).map_err(std::io::Error::other).doing(DOING, path)?;
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

/// Hashes a whole file from its beginning, in constant memory.
pub(crate) fn hash(file: &File) -> std::io::Result<Hash> {
    hash_by(file, Pulse::UNHEARD)
}

/// The same with a sign of life for each block.
pub(crate) fn hash_by(file: &File, pulse: Pulse<'_>) -> std::io::Result<Hash> {
    use std::os::unix::fs::FileExt;
    let mut hasher = blake3::Hasher::new();
    let mut buffer = vec![0; 1 << 16];
    let mut at = 0;
    loop {
        pulse.beat();
        match file.read_at(&mut buffer, at) {
            Ok(0) => return Ok(hasher.finalize()),
            Ok(read) => {
                hasher.update(&buffer[..read]);
                at += read as u64;
            }
            Err(error) if error.kind() == std::io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}
