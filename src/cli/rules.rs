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
    let alone = read(false)?;
    let alone = if alone.has_overrides() { None } else { Some(compiled(alone)) };
    let alone = match alone {
        Some(alone) if !lacks_parts(&alone.1) => return Ok(alone),
        alone => alone,
    };
    // Overrides, and lists and macros of other packs, mean the packs beside which they stand, or will stand.
    let mut folders = read(config.rules.shipped)?;
    for folder in config.rules.folders.iter().filter(|folder| folder.is_dir()) {
        folders.add_beside(folder, false).map_err(failed)?;
    }
    for path in paths.iter().filter(|path| path.is_file()) {
        folders.add_beside(path.parent().unwrap_or(Path::new("")), true).map_err(failed)?;
    }
    let together = compiled(folders);
    // Those that are sound by themselves may be meant to stand in the place of others.
    Ok(match alone {
        Some(alone) if alone.1.rules.is_some() && together.1.rules.is_none() => alone,
        _ => together,
    })
}

/// Whether a rule uses a list or a macro of a pack that is not there, or goes by tags of rules that may be elsewhere.
fn lacks_parts(loaded: &Loaded) -> bool {
    let elsewhere = [codes::UNKNOWN_LIST, codes::UNKNOWN_MACRO, codes::UNKNOWN_TAG];
    loaded.diagnostics.iter().any(|told| elsewhere.contains(&told.code) && told.message.contains('/'))
}
