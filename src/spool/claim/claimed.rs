//! A file that was taken: judging is counted on it, and it goes back or goes away.

use std::{
    ffi::{OsStr, OsString},
    fs::File,
    io,
    path::{Path, PathBuf},
    sync::Arc,
};

use rustix::io::Errno;

use super::home::named;
use crate::spool::{
    fault::{Doing, Fault},
    folder::{Durable, Folder},
    name::candidate,
    spare::Spares,
    tries::{Mark, Tries},
};

/// A file that belongs to us: no one else sees it under this name.
#[derive(Debug)]
pub struct Claim {
    pub(super) id: String,
    pub(super) tries: u32,
    pub(super) left: bool,
    pub(super) path: PathBuf,
    pub(super) name: OsString,
    pub(super) inbox: Arc<Folder>,
    pub(super) home: Arc<Folder>,
    /// The claim's folder below `home`.
    pub(super) own: OsString,
    /// The folder in which the file lies.
    pub(crate) folder: Folder,
    pub(super) spares: Arc<Spares>,
    pub(super) judging: Arc<Tries>,
    /// Held for as long as there is a claim in hand, even if the inbox is replaced meanwhile: nobody may take the
    /// claims of one who lives for a dead one's.
    pub(super) _lock: Arc<File>,
}

impl Claim {
    /// Unique for all time; the journal's key.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Where it lay, relative to the inbox.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// The file's size at present, in bytes; 0 when that cannot be told.
    pub fn size(&self) -> u64 {
        self.folder.stat(&self.name).map_or(0, |stat| stat.st_size.unsigned_abs())
    }

    /// The file's name.
    pub(crate) fn name(&self) -> &OsStr {
        &self.name
    }

    /// How often judging it was begun and not finished.
    pub fn tries(&self) -> u32 {
        self.tries
    }

    /// Whether a crash left it, or one who could not go on with it.
    pub(crate) fn is_left(&self) -> bool {
        self.left
    }

    /// Judging it begins: that is known on disk until the mark goes, and if the judge takes the daemon with it, whoever takes
    /// over the claim counts a try.
    pub(crate) fn begin(&self) -> Result<Mark, Fault> {
        self.judging.begin(&self.id).doing("count a try of", &self.path)
    }

    /// Counts a try that failed.
    pub(crate) fn count_try(&mut self) -> Result<(), Fault> {
        let tries = self.tries + 1;
        let own = named(&self.id, tries);
        self.home.take(&self.own, &self.home, &own).doing("count a try of", &self.path)?;
        self.own = own;
        self.tries = tries;
        Ok(())
    }

    /// Gives the file back to the inbox, under another name if its own was taken meanwhile.
    ///
    /// # Errors
    /// The claim stays on disk then and is found again by [`Claims::left`](super::Claims::left).
    pub fn put_back(self) -> Result<PathBuf, Fault> {
        const DOING: &str = "put back into the inbox";
        let parent = self.path.parent().unwrap_or(Path::new(""));
        let to = self.inbox.make_sub(parent, 0o770, Durable::No).doing(DOING, &self.path)?;
        let salt = blake3::hash(self.id.as_bytes()).to_hex();
        for attempt in 0.. {
            let Some(name) = candidate(&self.name, attempt, &salt) else { break };
            match self.folder.give(&self.name, &to, &name) {
                Ok(()) => {
                    let path = parent.join(name);
                    self.close();
                    return Ok(path);
                }
                Err(Errno::EXIST) => {}
                Err(error) => return Err(Fault::new(DOING, &self.path, error)),
            }
        }
        Err(Fault::new(DOING, &self.path, Errno::EXIST))
    }

    /// Whether the file still lies in it; when that cannot be told, it is taken to.
    pub(crate) fn holds_file(&self) -> bool {
        !matches!(self.folder.stat(&self.name), Err(error) if error.kind() == io::ErrorKind::NotFound)
    }

    /// Goes on under another id.
    pub(crate) fn rename(&mut self, id: String) -> Result<(), Fault> {
        let own = named(&id, self.tries);
        self.home.take(&self.own, &self.home, &own).doing("rename a claim of", &self.path)?;
        (self.own, self.id) = (own, id);
        Ok(())
    }

    /// Ends a claim into which nothing could be taken, as far as the error tells: on other machines' file systems a rename that
    /// fails can have been done. So its folder goes, if it is empty, and is not used again; else the file is found in it.
    pub(super) fn abandon(self) {
        self.home.prune(&Path::new(&self.own).join(self.path.parent().unwrap_or(Path::new(""))));
    }

    /// Ends the claim, which must be empty by now: the last step.
    pub(crate) fn close(self) {
        let parent = self.path.parent().unwrap_or(Path::new(""));
        if !parent.as_os_str().is_empty() {
            self.home.prune(&Path::new(&self.own).join(parent));
        } else if let Some(own) = self.spares.keep(self.own, self.folder) {
            let _ = self.home.rmdir(&own);
        }
    }
}
