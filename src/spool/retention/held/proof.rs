//! What proves that a policy deleted a file: a folder beside the one that the file is held in, made before it is removed, and kept
//! until the journal says done. Where there is none, nothing was deleted, whoever took the file away.

use std::{ffi::OsStr, io, path::Path};

use crate::spool::{bench::is_gone, folder::Folder, name::PRIVATE};

/// What comes before the id of the deletion.
const GONE: &str = "gone-";

/// Says, durably, that what the deletion `id` holds is about to be removed.
pub(in crate::spool::retention) fn say(root: &Folder, id: &str) -> io::Result<()> {
    root.make(OsStr::new(PRIVATE), 0o700)?;
    let private = root.sub(Path::new(PRIVATE))?;
    private.make(OsStr::new(&format!("{GONE}{id}")), 0o700)?;
    private.sync().and_then(|()| root.sync())
}

/// Whether that is said.
pub(in crate::spool::retention) fn is_said(root: &Folder, id: &str) -> io::Result<bool> {
    match root.sub(&Path::new(PRIVATE).join(format!("{GONE}{id}"))) {
        Err(error) if is_gone(&error) => Ok(false),
        said => said.map(|_| true),
    }
}

/// It is not to be said any more, durably: the journal says it, or the file goes back.
pub(in crate::spool::retention) fn unsay(root: &Folder, id: &str) -> io::Result<()> {
    let private = match root.sub(Path::new(PRIVATE)) {
        Err(error) if is_gone(&error) => return Ok(()),
        private => private?,
    };
    match private.rmdir(OsStr::new(&format!("{GONE}{id}"))) {
        Err(error) if is_gone(&error) => {}
        removed => removed.and_then(|()| private.sync())?,
    }
    let _ = root.rmdir(OsStr::new(PRIVATE));
    Ok(())
}

/// The deletions of which that is said.
pub(in crate::spool::retention) fn all(root: &Folder) -> io::Result<Vec<String>> {
    let private = match root.sub(Path::new(PRIVATE)) {
        Err(error) if is_gone(&error) => return Ok(Vec::new()),
        private => private?,
    };
    let id = |name: &OsStr| Some(name.to_str()?.strip_prefix(GONE)?.to_owned());
    private.entries()?.filter_map(|entry| entry.map(|(name, _)| id(&name)).transpose()).collect()
}
