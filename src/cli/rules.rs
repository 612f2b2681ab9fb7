//! Rule files that somebody names, together with what they need.

use std::path::{Path, PathBuf};

use super::{Context, Error};
use crate::{
    engine::{diagnostic::codes, rules::Loaded},
    service::library::{self, Folders},
};

/// Loads the rules of `paths`, or the configured ones where there are none.
///
/// # Errors
/// When a file or folder cannot be read.
pub(super) fn load(paths: &[PathBuf], context: &Context) -> Result<Loaded, Error> {
    let folders = folders(paths, context)?;
    Ok(library::compile(&folders, &context.config().settings))
}

/// The rule files of `paths`, or the configured ones where there are none. Overrides, and rules that use lists of other
/// packs, come with the packs beside which they stand.
///
/// # Errors
/// When a file or folder cannot be read.
pub(super) fn folders(paths: &[PathBuf], context: &Context) -> Result<Folders, Error> {
    let config = context.config();
    let failed = |error: library::Error| Error::from_chain(&error);
    if paths.is_empty() {
        return library::snapshot(config).map_err(failed);
    }
    let read = |shipped| -> Result<Folders, Error> {
        let mut folders = Folders::new(shipped);
        paths.iter().try_for_each(|path| folders.add_packs(path)).map_err(failed)?;
        Ok(folders)
    };
    let mut folders = read(false)?;
    if folders.has_overrides() || lacks_parts(&folders, context) {
        // Overrides, and lists and macros of other packs, mean the packs beside which they stand, or will stand.
        folders = read(config.rules.shipped)?;
        for folder in config.rules.folders.iter().filter(|folder| folder.is_dir()) {
            folders.add_beside(folder, false).map_err(failed)?;
        }
        for path in paths.iter().filter(|path| path.is_file()) {
            folders.add_beside(path.parent().unwrap_or(Path::new("")), true).map_err(failed)?;
        }
    }
    Ok(folders)
}

/// Whether a rule uses a list or a macro of a pack that is not there.
fn lacks_parts(folders: &Folders, context: &Context) -> bool {
    let loaded = library::compile(folders, &context.config().settings);
    let elsewhere = [codes::UNKNOWN_LIST, codes::UNKNOWN_MACRO];
    loaded.diagnostics.iter().any(|told| elsewhere.contains(&told.code) && told.message.contains('/'))
}
