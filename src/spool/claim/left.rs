//! Claims that nobody works on: what dead daemons left, and what a failed step of our own did.

use std::{
    ffi::{OsStr, OsString},
    io,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::{
    Claim, Claims,
    home::{LOCK, is_ours, lock, named},
};
use crate::spool::{
    fault::{Class, Doing, Fault},
    folder::Folder,
    name::shown,
    tries,
};

/// A claim without a file.
#[derive(Debug)]
pub struct Emptied {
    id: String,
    home: Arc<Folder>,
    own: OsString,
    below: PathBuf,
}

/// What lay in a claim that a daemon left behind.
#[derive(Debug)]
pub enum Left {
    /// A file that was not published yet.
    File(Claim),
    /// No file: it was published, and at most the journal does not say so yet.
    Empty(Emptied),
}

impl Claims {
    /// Takes over what dead daemons left. Their folders become ours by one rename each.
    fn take_over(&self, left: &mut Vec<Left>) -> Result<(), Fault> {
        let mut kept = None;
        let at = self.private.path().to_owned();
        for daemon in list(&self.private).doing("list the folders for claims", &at)? {
            if daemon.as_bytes() == self.daemon.as_bytes() {
                continue;
            }
            let opened = self.private.sub(Path::new(&daemon)).and_then(|home| Ok((lock(&home, false)?, home)));
            // Alive, or taken over by another one at this moment.
            let Ok((Some(_lock), home)) = opened else { continue };
            let at = home.path().join(tries::FILE);
            let interrupted = match tries::interrupted(&home).doing("read which claims were being judged in", &at) {
                Ok(interrupted) => interrupted,
                Err(fault) => {
                    tracing::error!("claims of a dead daemon are left for later: failed to {fault}");
                    kept.get_or_insert(fault);
                    continue;
                }
            };
            let mut all = true;
            for mut own in list(&home).doing("list the claims of a dead daemon", home.path())? {
                if is_ours(&own) {
                    continue;
                }
                let (id, tries) = parse(&own);
                let counted = if interrupted.contains(&id) { named(&id, tries + 1) } else { own.clone() };
                if let Err(error) = home.take(&own, &self.home, &counted) {
                    all = false;
                    tracing::error!(claim = %shown(&own), "failed to take over a dead daemon's claim: {error}");
                    continue;
                }
                own = counted;
                left.extend(self.reopened(&own, &mut kept));
            }
            // The folder stays if something strange lies in it; it is looked at again next time.
            if all {
                let _ = home.unlink(OsStr::new(tries::FILE));
                let _ = home.unlink(OsStr::new(LOCK));
            }
            let _ = self.private.rmdir(&daemon);
        }
        kept.map_or(Ok(()), Err)
    }

    /// Every claim that nobody works on: our own ones on disk whose id is not among those `in_hand`, where a step
    /// failed half-way, and those of dead daemons. With what there is comes the fault that kept us from the rest.
    pub fn left(&self, in_hand: impl Fn(&str) -> bool) -> (Vec<Left>, Option<Fault>) {
        let mut left = Vec::new();
        // What is not needed now is not kept for ever.
        self.spares.clear(&self.home);
        let own = self.forgotten(in_hand, &mut left).err();
        let others = self.take_over(&mut left).err();
        (left, own.or(others))
    }

    fn forgotten(&self, in_hand: impl Fn(&str) -> bool, left: &mut Vec<Left>) -> Result<(), Fault> {
        let mut kept = None;
        for own in list(&self.home).doing("list the claims", self.home.path())? {
            if !is_ours(&own) && !in_hand(&parse(&own).0) {
                left.extend(self.reopened(&own, &mut kept));
            }
        }
        kept.map_or(Ok(()), Err)
    }

    /// What lies in a claim. One that cannot be opened keeps nobody from the others; unless it is a link or another's folder,
    /// which siftd did not make, the first such fault is `kept`: a file may lie there.
    fn reopened(&self, own: &OsStr, kept: &mut Option<Fault>) -> Option<Left> {
        self.reopen(own)
            .map_err(|fault| {
                tracing::error!(claim = %shown(own), "a claim is left as it is: failed to {fault}");
                if !matches!(fault.class(), Class::Changed | Class::Gone | Class::Denied) {
                    kept.get_or_insert(fault);
                }
            })
            .ok()
            .flatten()
    }

    fn reopen(&self, own: &OsStr) -> Result<Option<Left>, Fault> {
        let at = self.home.path().join(own);
        let (id, tries) = parse(own);
        let mut folder = match self.home.sub(Path::new(own)) {
            Ok(folder) => folder,
            Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(None),
            Err(error) => return Err(Fault::new("open a claim", &at, error)),
        };
        let mut path = PathBuf::new();
        loop {
            let inside = folder.entries().and_then(|mut entries| entries.next().transpose());
            let Some((name, kind)) = inside.doing("look into a claim", &at)? else {
                let (home, own) = (Arc::clone(&self.home), own.to_owned());
                return Ok(Some(Left::Empty(Emptied { id, home, own, below: path })));
            };
            path.push(&name);
            if !kind.is_dir() {
                let (inbox, home) = (Arc::clone(&self.inbox), Arc::clone(&self.home));
                let (spares, judging) = (Arc::clone(&self.spares), Arc::clone(&self.tries));
                let (own, _lock) = (own.into(), Arc::clone(&self.lock));
                let left = true;
                let claim = Claim { id, tries, left, path, name, inbox, home, own, folder, spares, judging, _lock };
                return Ok(Some(Left::File(claim)));
            }
            folder = folder.sub(Path::new(&name)).doing("look into a claim", &at)?;
        }
    }
}

impl Emptied {
    /// The claim's id.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Removes the claim's folder: nothing is to be known from it any more.
    pub(crate) fn close(self) {
        self.home.prune(&Path::new(&self.own).join(&self.below));
    }
}

pub(super) fn list(folder: &Folder) -> io::Result<Vec<OsString>> {
    folder.entries()?.map(|entry| entry.map(|(name, _)| name)).collect()
}

/// Splits `<id>.<tries>`.
fn parse(own: &OsStr) -> (String, u32) {
    let text = own.to_string_lossy();
    match text.rsplit_once('.').map(|(id, tries)| (id, tries.parse())) {
        Some((id, Ok(tries))) => (id.to_owned(), tries),
        _ => (text.into_owned(), 0),
    }
}
