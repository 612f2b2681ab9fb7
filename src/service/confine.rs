//! The daemon shuts itself in: by Landlock it gives up everything but its own folders and the rule files, for itself and
//! every thread it starts. What a document might make it do ends there, under a service manager or not.
//!
//! Rights hold for folders as they are now, not for their names. So that a folder which is removed and made again, or a rule
//! folder that is replaced by a rename, can still be used, rights are given on the folder that holds it.

use std::{
    fs,
    path::{Path, PathBuf},
};

use landlock::{
    ABI, Access, AccessFs, AccessNet, BitFlags, CompatLevel, Compatible, LandlockStatus, PathBeneath, PathFd, Ruleset,
    RulesetAttr, RulesetCreatedAttr, RulesetError, RulesetStatus, Scope,
};
use tracing::{info, warn};

use crate::spool::{self, Layout, Place};

/// File system rights that are taken away where nothing gives them back. Those of later kernels are not touched: what they
/// would forbid is not known.
const KNOWN: ABI = ABI::V5;

/// Confines this thread and those it will start: reading in what holds `reads`, reading and writing in what holds the folders
/// of `layout`, no TCP, no signals to others, no program to be started. In a few words, for the status: what came of it.
pub(super) fn confine(layout: &Layout, reads: &[PathBuf]) -> String {
    let (ruleset, landlock) = match restrict(layout, reads) {
        Ok(done) => done,
        Err(RulesetError::HandleAccesses(_)) => {
            info!("landlock: not available (it needs Linux 5.19); only the system's own permissions hold");
            return "landlock: not available".to_owned();
        }
        Err(error) => {
            warn!("failed to confine siftd by Landlock: {error}; only the system's own permissions hold");
            return format!("landlock: failed ({error})");
        }
    };
    if ruleset != RulesetStatus::NotEnforced {
        spool::shut_in();
    }
    let text = match (ruleset, landlock) {
        (RulesetStatus::NotEnforced, _) => "landlock: not available".to_owned(),
        (_, LandlockStatus::Available { effective_abi, kernel_abi }) => {
            format!("landlock: ABI {}", kernel_abi.unwrap_or(effective_abi as i32))
        }
        _ => "landlock: in force".to_owned(),
    };
    info!("{text}; siftd opens nothing but its folders and the rule files");
    text
}

fn restrict(layout: &Layout, reads: &[PathBuf]) -> Result<(RulesetStatus, LandlockStatus), RulesetError> {
    let read = AccessFs::ReadFile | AccessFs::ReadDir;
    // Links, FIFOs and sockets too: what an adversary puts in a file's place must be put back as it is.
    let write = read | AccessFs::from_write(ABI::V3);
    let ruleset = Ruleset::default()
        // Without it, files could not be renamed between folders.
        .set_compatibility(CompatLevel::HardRequirement)
        .handle_access(AccessFs::Refer)?
        .set_compatibility(CompatLevel::BestEffort)
        .handle_access(AccessFs::from_all(KNOWN))?
        .handle_access(AccessNet::from_all(KNOWN))?
        .scope(Scope::Signal)?
        .create()?;
    let folders = Place::ALL.into_iter().map(|place| layout.place(place)).chain([&*layout.inbox, &*layout.state]);
    let status = ruleset
        .add_rules(rules(folders, write))?
        .add_rules(rules(reads.iter().map(PathBuf::as_path), read))?
        .restrict_self()?;
    Ok((status.ruleset, status.landlock))
}

/// Rights on what holds each of `paths`. One that is not there gets none, and is missed when it is used.
fn rules<'p>(
    paths: impl Iterator<Item = &'p Path>,
    rights: BitFlags<AccessFs>,
) -> impl Iterator<Item = Result<PathBeneath<PathFd>, RulesetError>> {
    paths.flat_map(around).filter_map(move |path| Some(Ok(PathBeneath::new(PathFd::new(path).ok()?, rights))))
}

/// The folder that holds `path`, and the one that holds what it leads to if it is a link; `path` itself where that would be
/// the root of everything.
fn around(path: &Path) -> Vec<PathBuf> {
    let named = if path.is_absolute() { path.to_owned() } else { Path::new(".").join(path) };
    let mut around: Vec<PathBuf> = [Some(named), fs::canonicalize(path).ok()]
        .into_iter()
        .flatten()
        .map(|path| match path.parent() {
            Some(parent) if parent != Path::new("/") && path.file_name().is_some() => parent.to_owned(),
            _ => path,
        })
        .filter(|path| path.is_dir())
        .collect();
    around.dedup();
    around
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rights_are_given_on_what_holds_a_folder_but_never_on_everything() {
        let dir = tempfile::tempdir().unwrap();
        let real = dir.path().join("real");
        fs::create_dir_all(real.join("rules")).unwrap();
        std::os::unix::fs::symlink("real/rules", dir.path().join("link")).unwrap();
        assert_eq!(around(&real.join("rules")), std::slice::from_ref(&real));
        assert_eq!(around(&dir.path().join("link")), [dir.path(), &real]);
        assert_eq!(around(&real.join("not-yet")), [real]);
        assert_eq!(around(Path::new("/tmp")), [Path::new("/tmp")]);
        assert_eq!(around(Path::new("/")), [Path::new("/")]);
        assert_eq!(around(Path::new("not-yet")), [Path::new(".")]);
    }
}
