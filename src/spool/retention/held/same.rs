//! Whether two files are the same, byte for byte.

use std::{ffi::OsStr, io};

use rustix::fs::FileType;

use crate::spool::{
    fingerprint::Fingerprint,
    folder::Folder,
    lease::{self, Lease},
    pulse::Pulse,
    read,
};

/// Whether the file `name` in `folder` stands for the held one: it has its bytes, durably, and nobody writes to it.
pub(super) fn stands_for(
    (folder, name): (&Folder, &OsStr),
    (other, held): (&Folder, &OsStr),
    pulse: Pulse<'_>,
) -> io::Result<bool> {
    let size = other.stat(held)?.st_size;
    let stat = folder.stat(name)?;
    if !FileType::from_raw_mode(stat.st_mode).is_file() || stat.st_size != size {
        return Ok(false);
    }
    let file = folder.read(name)?;
    let before = Fingerprint::of(&rustix::fs::fstat(&file)?);
    if lease::take(&file) == Lease::Writing || read::hash_by(&file, pulse)? != read::hash_by(&other.read(held)?, pulse)?
    {
        return Ok(false);
    }
    file.sync_all().and_then(|()| folder.sync())?;
    Ok(Fingerprint::of(&folder.stat(name)?) == before)
}
