//! Taking back what was made of a file that went nowhere: its stripped copy, or its report. Another file may count on the same one by
//! now, since what is there already with the same bytes is not written again.

use std::{ffi::OsStr, io, path::Path};

use super::{
    bench::is_gone,
    folder::Folder,
    journal::{Reader, is_complete},
    layout::{Destinations, Place},
    name::{shown, split},
    read,
    retention::{Held, MoveFolder},
};

/// Removes the stripped copy at `path` in `curated/`, which was made for the row `id` and has this hash: nobody would know of it. Not
/// where another row tells of one there, or that is in doubt. It is held meanwhile, so that whoever looks for it now makes its own.
pub(super) fn take_back_copy(destinations: &Destinations, path: &Path, hash: &str, id: &str) -> io::Result<()> {
    let Some((below, name)) = split(path) else { return Ok(()) };
    let root = destinations.open(Place::Curated).map_err(|fault| io::Error::other(fault.to_string()))?;
    let folder = root.sub(below)?;
    let is_it = |folder: &Folder| Ok::<_, io::Error>(*read::hash(&folder.read(name)?)?.to_hex() == *hash);
    if !is_it(&folder)? {
        return Ok(());
    }
    let held = Held::take_to_move(MoveFolder::lock_copy(&root, id, path)?, &folder)?;
    // Asked now that nobody finds it there: whoever did has its row by now, or could not write it.
    let is_its_own = is_it(&held.folder).unwrap_or(false) && !is_told_of(destinations, path, hash, id);
    if is_its_own && held.remove(&root, || folder.sync().is_ok()).is_ok() {
        return Ok(());
    }
    held.put_back(&root).map_err(|fault| io::Error::other(fault.to_string()))
}

/// The same, for people to hear of where it fails.
pub(super) fn try_take_back_copy(destinations: &Destinations, path: &Path, bytes: &[u8], id: &str) {
    match take_back_copy(destinations, path, &blake3::hash(bytes).to_hex(), id) {
        Err(error) if !is_gone(&error) => tell(&destinations.path(Place::Curated).join(path), &error),
        Ok(()) | Err(_) => {}
    }
}

/// Whether another row tells of this copy.
fn is_told_of(destinations: &Destinations, path: &Path, hash: &str, id: &str) -> bool {
    let state = destinations.state();
    let reader = Reader::open(state).ok().flatten();
    !is_complete(state).unwrap_or(false) || reader.is_none_or(|reader| reader.has_copy(hash, id, path).unwrap_or(true))
}

/// Removes the report `beside` of a file of `size` bytes that did not come to `name`. Not where another file of its size did: that one has
/// the very same report.
pub(super) fn take_back_report((to, name, size): (&Folder, &OsStr, u64), beside: &OsStr, report: &[u8]) {
    let is_free = match to.stat(name) {
        Ok(stat) => stat.st_size.unsigned_abs() != size,
        Err(error) => is_gone(&error),
    };
    let remove = || -> io::Result<()> {
        if read::hash(&to.read(beside)?)? != blake3::hash(report) {
            return Ok(());
        }
        to.unlink(beside)?;
        to.sync()
    };
    match if is_free { remove() } else { Ok(()) } {
        Err(error) if !is_gone(&error) => tell(&to.path().join(beside), &error),
        Ok(()) | Err(_) => {}
    }
}

fn tell(at: &Path, error: &io::Error) {
    tracing::error!("failed to remove {}, whose file went nowhere: {error}", shown(at));
}
