//! The documents to judge both ways: those that were named, or everything in the spool as it was dropped.

use std::{
    collections::HashSet,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use crate::{
    cli::{
        Context, Error,
        walk::{Input, Walk},
    },
    spool::{Destinations, Ignore, Place, REPORT_SUFFIX, aside},
};

/// The files below `named`, or those of the spool: originals instead of their stripped copies, no reports.
///
/// # Errors
/// When a folder cannot be listed.
pub(super) fn files(named: &[PathBuf], context: &Context) -> Result<Vec<PathBuf>, Error> {
    if named.is_empty() { of_spool(context) } else { below(named, context) }
}

fn below(named: &[PathBuf], context: &Context) -> Result<Vec<PathBuf>, Error> {
    let ignore = Ignore::new(&context.config().intake.ignore).map_err(|error| Error::because("list files", &error))?;
    let mut files = Vec::new();
    for input in Walk::new(named, &ignore) {
        match input.map_err(Error::new)? {
            Input::File(path) if path.as_os_str().as_bytes().ends_with(REPORT_SUFFIX.as_bytes()) => {}
            Input::File(path) => files.push(path),
            Input::Standard => return Err(Error::new("compare on standard input: name files or folders")),
        }
    }
    Ok(files)
}

fn of_spool(context: &Context) -> Result<Vec<PathBuf>, Error> {
    let layout = &context.config().layout;
    let destinations = Destinations::new(layout.clone());
    let list = |place: Place| {
        let lying = aside(&destinations, place)
            .map_err(|fault| Error::new(format_args!("{fault}; there is no spool here, name files with --corpus")))?;
        match lying.unseen {
            None => Ok(lying.files),
            Some(why) => Err(Error::new(format_args!("compare on the whole spool: {why}"))),
        }
    };
    let originals = list(Place::Originals)?;
    let stripped: HashSet<&PathBuf> = originals.iter().collect();
    let curated = list(Place::Curated)?;
    let mut files: Vec<PathBuf> = Vec::new();
    let mut add = |place: Place, paths: &mut dyn Iterator<Item = &PathBuf>| {
        let root: &Path = layout.place(place);
        let root = root.strip_prefix(".").unwrap_or(root);
        files.extend(paths.map(|path| root.join(path)));
    };
    add(Place::Curated, &mut curated.iter().filter(|path| !stripped.contains(path)));
    add(Place::Originals, &mut originals.iter());
    for place in [Place::Quarantine, Place::Rejected] {
        add(place, &mut list(place)?.iter());
    }
    Ok(files)
}
