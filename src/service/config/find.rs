//! Which configuration file is used.

use std::{
    ffi::OsString,
    io,
    path::{Path, PathBuf},
};

/// The configuration file's name in the working directory.
pub const FILE_NAME: &str = "siftd.yaml";

/// Where a packaged service has its configuration.
const SYSTEM: &str = "/etc/siftd/siftd.yaml";

/// The file that is used: the one of the command line, else of `$SIFTD_CONFIG` (`variable`), else `./siftd.yaml`, else
/// `/etc/siftd/siftd.yaml`; `None` when none of these is there. A file that was named must be there: that is for its
/// reader to see.
///
/// # Errors
/// When it cannot be told whether a file is there.
pub fn find(flag: Option<&Path>, variable: Option<OsString>) -> io::Result<Option<PathBuf>> {
    if let Some(path) = flag {
        return Ok(Some(path.to_owned()));
    }
    if let Some(path) = variable.filter(|path| !path.is_empty()) {
        return Ok(Some(path.into()));
    }
    for path in [FILE_NAME, SYSTEM] {
        if Path::new(path).try_exists()? {
            return Ok(Some(path.into()));
        }
    }
    Ok(None)
}
