//! Putting one file into a folder: whole or not at all, durable, and never onto something.

use std::{
    ffi::{OsStr, OsString},
    fs::{File, FileTimes},
    io::{self, Write},
    os::unix::fs::FileExt,
    path::Path,
};

use blake3::{Hash, Hasher};
use rustix::{
    fs::{Mode, OFlags},
    io::Errno,
};

use super::{
    fault::{Class, Doing, Fault},
    folder::Folder,
    name::{PRIVATE, report_temporary},
    pulse::Pulse,
    read::{Grows, Reading},
    sync::is_durable,
};

/// What became of an attempt to use a name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Put {
    /// The file lies there now.
    Fresh,
    /// A file with the same bytes lay there before.
    Same,
    /// Something else has the name; nothing was done.
    Taken,
}

/// Whether a file may be moved by a rename.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Moving {
    /// By rename where the file system allows it, else by a copy.
    #[default]
    Rename,
    /// Always by a copy, as between file systems.
    Copy,
}

/// A file that is ours to move: a claim, or one lying in quarantine.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Source<'s> {
    /// The folder it lies in.
    pub(crate) folder: &'s Folder,
    /// Its name there.
    pub(crate) name: &'s OsStr,
    /// The path it is known by.
    pub(crate) path: &'s Path,
    /// The file, open.
    pub(crate) reading: &'s Reading,
    /// Unique, for the names of temporaries.
    pub(crate) id: &'s str,
    /// How it may be moved.
    pub(crate) moving: Moving,
    /// Who hears that a long copy goes on.
    pub(crate) pulse: Pulse<'s>,
}

/// Bytes to be written or compared.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Content<'c> {
    /// In memory.
    Bytes(&'c [u8]),
    /// A file that was read before.
    File(&'c Reading),
}

impl Content<'_> {
    /// A fault that came when this had its final name: of a file that goes on, not of what is made of it.
    fn named(self, fault: Fault) -> Fault {
        match self {
            Self::Bytes(_) => fault,
            Self::File(_) => fault.late(),
        }
    }
}

/// Moves the file to `name` in `to`. Afterwards it is there, durable, and no longer at its source; or the name
/// is taken by something else and nothing happened.
pub(crate) fn move_file(source: &Source<'_>, to: &Folder, name: &OsStr) -> Result<Put, Fault> {
    const DOING: &str = "move";
    let reading = source.reading;
    // A file with another name could be changed through it; one that could not be synced must be written anew.
    let movable = source.moving == Moving::Rename && !reading.fingerprint.is_linked_elsewhere();
    if movable && is_durable(reading) {
        match source.folder.give(source.name, to, name) {
            Ok(()) => {
                to.sync().doing("sync the folder of", source.path).map_err(Fault::late)?;
                return Ok(Put::Fresh);
            }
            Err(Errno::EXIST) => return settle_taken(source, to, name),
            // Other file systems, two mounts of one, and links to other people's files.
            Err(Errno::XDEV | Errno::PERM | Errno::MLINK | Errno::INVAL | Errno::OPNOTSUPP) => {}
            Err(error) => {
                let fault = fault_at(DOING, source.path, to, error.into());
                return Err(perhaps_done(fault, to, name));
            }
        }
    }
    match put(to, name, Content::File(reading), source)? {
        Put::Fresh => {
            source.folder.unlink(source.name).doing("remove the copied", source.path).map_err(Fault::late)?;
            Ok(Put::Fresh)
        }
        _ => settle_taken(source, to, name),
    }
}

/// The name is taken: by the same bytes, which makes the source superfluous, or by something else.
fn settle_taken(source: &Source<'_>, to: &Folder, name: &OsStr) -> Result<Put, Fault> {
    if !holds(to, name, Content::File(source.reading), source.pulse)? {
        return Ok(Put::Taken);
    }
    let removed = source.folder.unlink(source.name).doing("remove the second copy of", source.path);
    removed.map_err(Fault::late)?;
    Ok(Put::Same)
}

/// Writes a new file `name` into `to`: durable before it gets its name.
pub(crate) fn put(to: &Folder, name: &OsStr, content: Content<'_>, source: &Source<'_>) -> Result<Put, Fault> {
    let path = source.path;
    if let Some(put) = taken(to, name, content, source.pulse)? {
        return Ok(put);
    }
    let placed = match to.unnamed(0o600) {
        Ok(file) => {
            fill(&file, content, source)?;
            match to.link_unnamed(&file, name) {
                // Without /proc there is no way to name it.
                Err(Errno::NOENT | Errno::XDEV) => put_named(to, name, content, source)?,
                other => other,
            }
        }
        Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL | Errno::NOSYS) => put_named(to, name, content, source)?,
        Err(error) => return Err(fault_at("write a copy of", path, to, error.into())),
    };
    match placed {
        Ok(()) => {
            let synced = to.sync().doing("sync the folder of", path);
            synced.map(|()| Put::Fresh).map_err(|fault| perhaps_done(fault, to, name))
        }
        Err(Errno::EXIST) => Ok(taken(to, name, content, source.pulse)?.unwrap_or(Put::Taken)),
        Err(error) => Err(perhaps_done(fault_at("name the copy of", path, to, error.into()), to, name)),
    }
}

/// The fault of a call that gives a free name: where that takes two steps, or another machine answers, it may have been done. A file has
/// gone on then; what was only made of it is to be taken back.
fn perhaps_done(fault: Fault, to: &Folder, name: &OsStr) -> Fault {
    match to.stat(name) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => fault,
        _ => fault.late(),
    }
}

/// The same by way of a named temporary in a private folder beside.
fn put_named(
    to: &Folder,
    name: &OsStr,
    content: Content<'_>,
    source: &Source<'_>,
) -> Result<rustix::io::Result<()>, Fault> {
    const DOING: &str = "write a copy of";
    let path = source.path;
    // Named for the claim and the destination, so that what a crash left goes: it is never written to, for it may have got its
    // name at the destination before.
    let temporary = OsString::from(format!("{}-{}", source.id, &blake3::hash(name.as_encoded_bytes()).to_hex()[..16]));
    let private = OsStr::new(PRIVATE);
    let (beside, file) = loop {
        to.make(private, 0o700).doing(DOING, path)?;
        let opened = to.sub(Path::new(PRIVATE)).and_then(|beside| {
            let _ = beside.unlink(&temporary);
            Ok((beside.write(&temporary, OFlags::CREATE | OFlags::EXCL, 0o600)?, beside))
        });
        match opened {
            Ok((file, beside)) => break (beside, file),
            // Another one, done with it, removed the folder a moment ago.
            Err(error) if error.kind() == io::ErrorKind::NotFound => {}
            Err(error) => return Err(fault_at(DOING, path, to, error)),
        }
    };
    let filled = fill(&file, content, source);
    let renamed = filled.map(|()| beside.give(&temporary, to, name));
    let _ = beside.unlink(&temporary);
    let _ = to.rmdir(private);
    renamed
}

/// Removes the named temporaries that were made for the source `id` in this folder, that of its report too.
pub(crate) fn clear_temporaries(to: &Folder, id: &str) {
    let _ = to.unlink(&report_temporary(id));
    let private = OsStr::new(PRIVATE);
    let Ok(beside) = to.sub(Path::new(PRIVATE)) else { return };
    let is_own = |name: &OsStr| {
        let rest = name.to_str().and_then(|name| name.strip_prefix(id)?.strip_prefix('-'));
        rest.is_some_and(|rest| rest.len() == 16 && rest.bytes().all(|byte| byte.is_ascii_hexdigit()))
    };
    let names: Vec<OsString> = beside.entries().into_iter().flatten().filter_map(|entry| Some(entry.ok()?.0)).collect();
    for name in names.iter().filter(|name| is_own(name)) {
        let _ = beside.unlink(name);
    }
    let _ = to.rmdir(private);
}

/// Writes and syncs everything, and gives the copy the mode (and, for a whole copy, the times) of the original.
fn fill(file: &File, content: Content<'_>, source: &Source<'_>) -> Result<(), Fault> {
    const DOING: &str = "write a copy of";
    let path = source.path;
    match content {
        Content::Bytes(bytes) => write_copy(file, bytes, source)?,
        Content::File(reading) => {
            let hash = copy(reading, file, source, SYNC_EVERY, File::sync_data)?;
            if reading.hash.is_some_and(|known| known != hash) {
                return Err(Fault::found(Class::Changed, DOING, path, "it is not what was judged any more"));
            }
            reading.check_unchanged(path)?;
            give_mode(file, source)?;
            if let Ok(modified) = reading.file.metadata().and_then(|metadata| metadata.modified()) {
                file.set_times(FileTimes::new().set_modified(modified)).doing(DOING, path)?;
            }
        }
    }
    file.sync_all().doing("sync the copy of", path)
}

/// Writes a copy, and gives its hash. No more than `sync_every` bytes wait for the disk at a time (and one block): then they are synced.
/// The last ones are not yet.
fn copy(
    reading: &Reading,
    mut file: &File,
    source: &Source<'_>,
    sync_every: usize,
    sync: impl Fn(&File) -> io::Result<()>,
) -> Result<Hash, Fault> {
    let path = source.path;
    let (mut hasher, mut copied, mut unsynced) = (Hasher::new(), 0, 0);
    let mut unchanged = Ok(());
    each_block(&reading.file, source.pulse, |block| {
        copied += block.len() as u64;
        if copied > reading.size() {
            return Err(Grows.into());
        }
        hasher.update(block);
        file.write_all(block)?;
        unsynced += block.len();
        if unsynced >= sync_every {
            unsynced = 0;
            sync(file)?;
            unchanged = reading.check_unchanged(path);
        }
        Ok(unchanged.is_ok())
    })
    .doing("write a copy of", path)?;
    unchanged.map(|()| hasher.finalize())
}

/// Writes the bytes of a copy or a report; they are not durable yet.
pub(crate) fn write_copy(mut file: &File, bytes: &[u8], source: &Source<'_>) -> Result<(), Fault> {
    file.write_all(bytes).doing("write a copy of", source.path)?;
    give_mode(file, source)
}

fn give_mode(file: &File, source: &Source<'_>) -> Result<(), Fault> {
    const DOING: &str = "write a copy of";
    let stat = rustix::fs::fstat(&source.reading.file).doing(DOING, source.path)?;
    // What siftd writes it can also read, and nobody gets to execute it.
    let mode = Mode::from_raw_mode((stat.st_mode & 0o666) | 0o600);
    rustix::fs::fchmod(file, mode).doing(DOING, source.path)
}

/// Whether `name` is free (`None`), holds these bytes, or something else.
pub(crate) fn taken(to: &Folder, name: &OsStr, content: Content<'_>, pulse: Pulse<'_>) -> Result<Option<Put>, Fault> {
    match to.stat(name) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(fault_at("look at", Path::new(name), to, error)),
        Ok(_) => Ok(Some(if holds(to, name, content, pulse)? { Put::Same } else { Put::Taken })),
    }
}

/// Whether a regular file `name` holds exactly these bytes; if so it is made durable, since it stands for ours.
fn holds(to: &Folder, name: &OsStr, content: Content<'_>, pulse: Pulse<'_>) -> Result<bool, Fault> {
    const DOING: &str = "compare with";
    let path = to.path().join(name);
    let file = match to.read(name) {
        // A link, or gone again, or not ours to read: in any case not known to be the same.
        Err(_) => return Ok(false),
        Ok(file) => file,
    };
    let metadata = file.metadata().doing(DOING, &path)?;
    let size = match content {
        Content::Bytes(bytes) => bytes.len() as u64,
        Content::File(reading) => reading.size(),
    };
    if !metadata.is_file() || metadata.len() != size {
        return Ok(false);
    }
    let (mut at, mut same, mut other) = (0, true, vec![0; BLOCK]);
    each_block(&file, pulse, |block| {
        same = match content {
            Content::Bytes(bytes) => bytes.get(at..at + block.len()) == Some(block),
            Content::File(reading) => {
                let other = &mut other[..block.len()];
                // Both may grow.
                let within = (at + block.len()) as u64 <= size;
                within && reading.file.read_exact_at(other, at as u64).is_ok() && other == block
            }
        };
        at += block.len();
        Ok(same)
    })
    .doing(DOING, &path)?;
    if same && at as u64 == size {
        let synced = file.sync_all().doing("sync", &path);
        let synced = synced.and_then(|()| to.sync().doing("sync the folder of", &path));
        return synced.map(|()| true).map_err(|fault| content.named(fault));
    }
    Ok(false)
}

const BLOCK: usize = 1 << 16;

/// Bytes of a copy that may wait for the disk at a time: no sign of life comes from a sync, so the last one must not take long.
const SYNC_EVERY: usize = 256 << 20;

/// Goes through a file from its beginning, until `take` says no.
fn each_block(file: &File, pulse: Pulse<'_>, mut take: impl FnMut(&[u8]) -> io::Result<bool>) -> io::Result<()> {
    let mut block = vec![0; BLOCK];
    let mut at = 0;
    loop {
        pulse.beat();
        match file.read_at(&mut block, at) {
            Ok(0) => return Ok(()),
            Ok(read) => {
                at += read as u64;
                if !take(&block[..read])? {
                    return Ok(());
                }
            }
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
}

/// A missing destination is no vanished file.
fn fault_at(doing: &'static str, path: &Path, to: &Folder, error: io::Error) -> Fault {
    if error.kind() == io::ErrorKind::NotFound && to.stat_self().is_ok_and(|stat| stat.st_nlink == 0) {
        return Fault::of(Class::Away, doing, to.path(), error);
    }
    Fault::new(doing, path, error)
}

#[cfg(test)]
mod tests;
