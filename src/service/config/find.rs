//! Which configuration file is used.

use std::{
    ffi::OsString,
    fs,
    path::{Path, PathBuf},
};

/// The configuration file's name in the working directory.
pub const FILE_NAME: &str = "siftd.yaml";

/// Where a packaged service has its configuration.
const SYSTEM: &str = "/etc/siftd/siftd.yaml";

/// The file that is used: the one of the command line, else of `$SIFTD_CONFIG` (`variable`), else `./siftd.yaml`, else
/// `/etc/siftd/siftd.yaml`; `None` when none of these is there. A file that was named must be there, and one that is there must
/// be readable: that is for its reader to see. In a working directory that may not be searched there is none.
pub fn find(flag: Option<&Path>, variable: Option<OsString>) -> Option<PathBuf> {
    if let Some(path) = flag {
        return Some(path.to_owned());
    }
    if let Some(path) = variable.filter(|path| !path.is_empty()) {
        return Some(path.into());
    }
    let (here, system) = (Path::new(FILE_NAME), Path::new(SYSTEM));
    // A link is there though what it leads to may not be looked at.
    let is_here = here.try_exists().unwrap_or_else(|_| fs::symlink_metadata(here).is_ok());
    if is_here {
        return Some(here.to_owned());
    }
    // Where the system's own folder is closed, there may be one: to go on by the defaults would make another spool.
    system.try_exists().unwrap_or(true).then(|| system.to_owned())
}
