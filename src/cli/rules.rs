//! Rule files that somebody names, together with what they need.

use std::path::{Path, PathBuf};

use super::{Context, Error};
use crate::{
    engine::{diagnostic::codes, rules::Loaded},
    service::library::{self, Folders},
};

/// The rule files of `paths`, or the configured ones where there are none, and what they hold. Overrides, and rules that
/// use lists of other packs, come with the packs beside which they stand.
///
/// # Errors
/// When a file or folder cannot be read.
pub(super) fn load(paths: &[PathBuf], context: &Context) -> Result<(Folders, Loaded), Error> {
    let config = context.config();
    let failed = |error: library::Error| Error::from_chain(&error);
    let compiled = |folders: Folders| {
        let loaded = library::compile(&folders, &config.settings);
        (folders, loaded)
    };
    if paths.is_empty() {
        return library::snapshot(config).map(compiled).map_err(failed);
    }
    let read = |shipped| -> Result<Folders, Error> {
        let mut folders = Folders::new(shipped);
        paths.iter().try_for_each(|path| folders.add_packs(path)).map_err(failed)?;
        Ok(folders)
    };
    let folders = read(false)?;
    if !folders.has_overrides() {
        let (folders, loaded) = compiled(folders);
        if !lacks_parts(&loaded) {
            return Ok((folders, loaded));
        }
    }
    // Overrides, and lists and macros of other packs, mean the packs beside which they stand, or will stand.
    let mut folders = read(config.rules.shipped)?;
    for folder in config.rules.folders.iter().filter(|folder| folder.is_dir()) {
        folders.add_beside(folder, false).map_err(failed)?;
    }
    for path in paths.iter().filter(|path| path.is_file()) {
        folders.add_beside(path.parent().unwrap_or(Path::new("")), true).map_err(failed)?;
    }
    Ok(compiled(folders))
}

/// Whether a rule uses a list or a macro of a pack that is not there.
fn lacks_parts(loaded: &Loaded) -> bool {
    let elsewhere = [codes::UNKNOWN_LIST, codes::UNKNOWN_MACRO];
    loaded.diagnostics.iter().any(|told| elsewhere.contains(&told.code) && told.message.contains('/'))
}
