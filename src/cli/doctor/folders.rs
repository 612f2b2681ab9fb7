//! The folders: whether they are there, apart, writable for who needs it, with room; how files get from one to the other; and
//! whether the kernel tells when a file is complete.

use std::{
    io,
    path::{Path, PathBuf},
};

use rustix::fs::Access;

use super::{Findings, User};
use crate::{
    cli::Context,
    spool::{
        Destinations, LayoutError, Place,
        probe::{self, Passage, Permissions},
        shown, waiting,
    },
};

/// Below this many bytes a warning: a few documents and the journal fit.
const BYTES_LOW: u64 = 256 << 20;
/// Below this many files a warning.
const FILES_LOW: u64 = 10_000;

/// Looks at them. `user` is who works with them.
pub(super) fn look(context: &Context, user: &User, findings: &mut Findings) {
    let layout = &context.config().layout;
    match layout.check_apart() {
        Err(LayoutError::Folder { path, source, .. }) if source.kind() == io::ErrorKind::NotFound => {
            let text = format!("{} is not there yet", shown(&path));
            match bars_making(&path) {
                None => findings.warning("folders", text, "`siftd run` or `siftd once` makes what is missing"),
                Some(above) => findings.problem(
                    "folders",
                    format_args!("{text}, and user {} may not make it in {}", user.user, shown(&above)),
                    "make it as root and chown it, or ask again as the user that siftd runs as",
                ),
            }
            writable(context, user, findings);
            return;
        }
        Err(LayoutError::Folder { path, source, .. }) if source.kind() == io::ErrorKind::PermissionDenied => {
            let own = rustix::process::geteuid().as_raw();
            findings.problem(
                "folders",
                format_args!("user {own} may not look at {}: {source}", shown(&path)),
                "ask again as the user that siftd runs as, or as root",
            );
            writable(context, user, findings);
            return;
        }
        Err(error) => {
            findings.problem("folders", error, "`siftd config` shows where each folder is set; mend it there");
            return;
        }
        Ok(()) => {}
    }
    writable(context, user, findings);
    if findings.is_well("folders") {
        findings.ok("folders", "all six are there, apart from one another, and may be written to");
    }
    for file in waiting(&Destinations::new(layout.clone())) {
        match file.is_away() {
            true => findings.warning(
                "mounts",
                file,
                "mount it where it was; the daemon, or the next `siftd once`, does the rest",
            ),
            false => findings.warning("folders", file, "start the daemon, or run `siftd once`"),
        }
    }
    passages(context, findings);
    leases(&layout.inbox, user, findings);
    room(context, findings);
}

/// Whether the user may write to those that are there, and to what lies in them.
fn writable(context: &Context, user: &User, findings: &mut Findings) {
    for (role, path, _) in context.config().layout.roles() {
        match probe::permissions(path) {
            // Told of already.
            Err(error) if matches!(error.kind(), io::ErrorKind::NotFound | io::ErrorKind::PermissionDenied) => {}
            Err(error) => findings.problem("folders", format_args!("{}: {error}", shown(path)), "make it readable"),
            Ok(found) if !found.allow(user.user, &user.groups) => findings.problem(
                "folders",
                format_args!(
                    "the {role} folder {} is not user {}'s to write to (mode {:o})",
                    shown(path),
                    user.user,
                    found.mode
                ),
                format_args!("chown {} {}, or give its group the right to write", user.user, shown(path)),
            ),
            Ok(found) if role != "inbox" && found.mode & 0o002 != 0 => findings.warning(
                "folders",
                format_args!("anybody may write to the {role} folder {}", shown(path)),
                format_args!("chmod o-w {}", shown(path)),
            ),
            // Of folders in the inbox, which belong to those who drop files, `status` tells when one keeps a file.
            Ok(found) if Place::ALL.iter().any(|place| place.as_str() == role) => below(path, found, user, findings),
            Ok(_) => {}
        }
    }
}

/// Whether the user may write to the folders below `path`, too. Root may anywhere: then it is held to what the owner of `path` may.
fn below(path: &Path, owner: Permissions, user: &User, findings: &mut Findings) {
    let (user, groups) =
        if user.user == 0 { (owner.user, vec![owner.group]) } else { (user.user, user.groups.clone()) };
    let Ok(barred) = probe::barred(path, user, &groups) else { return };
    let Some((first, found)) = barred.first() else { return };
    let others = if barred.len() > 1 { format!(" (and {} more)", barred.len() - 1) } else { String::new() };
    findings.problem(
        "folders",
        format_args!(
            "the folder {} is not user {user}'s to write to (it is user {}'s, mode {:o}){others}",
            shown(first),
            found.user,
            found.mode
        ),
        format_args!("chown -R {user} {}, or give its group the right to write", shown(path)),
    );
}

/// The folder above `path` in which this process may not make it; `None` when it may.
fn bars_making(path: &Path) -> Option<PathBuf> {
    let here = Path::new(".");
    let above = path.ancestors().skip(1).map(|above| if above.as_os_str().is_empty() { here } else { above });
    let above = above.into_iter().find(|above| above.is_dir())?;
    rustix::fs::access(above, Access::WRITE_OK | Access::EXEC_OK).is_err().then(|| above.to_owned())
}

/// How files get from the inbox to each destination.
fn passages(context: &Context, findings: &mut Findings) {
    let layout = &context.config().layout;
    let mut renamed = true;
    for place in Place::ALL {
        let path = layout.place(place);
        let passage = probe::passage(&layout.inbox, path);
        renamed &= matches!(passage, Ok(Passage::Rename));
        match passage {
            Ok(Passage::Rename) => {}
            Ok(Passage::Copy) => findings.warning(
                "renames",
                format_args!(
                    "files are copied into {}: it is another file system or mount than the inbox",
                    shown(path)
                ),
                "that is safe but slow; put both on one mount if you can (one ReadWritePaths= in a unit, not two)",
            ),
            Ok(Passage::Link) => findings.ok(
                "renames",
                format_args!(
                    "the file system of {} cannot rename without overwriting: files get a second name there and lose the first",
                    shown(path)
                ),
            ),
            Ok(Passage::Overwriting) => findings.problem(
                "renames",
                format_args!("the file system of {} can neither rename nor link without overwriting", shown(path)),
                "put it on another file system",
            ),
            Err(error) => findings.warning(
                "renames",
                format_args!("a rename from the inbox into {} could not be tried: {error}", shown(path)),
                "ask again as the user that siftd runs as, or as root",
            ),
        }
    }
    if renamed {
        findings.ok("renames", "files move from the inbox to every folder by one rename");
    }
}

fn leases(inbox: &Path, user: &User, findings: &mut Findings) {
    match probe::leases(inbox) {
        Ok(true) if user.other => findings.ok(
            "leases",
            "the inbox's file system grants read leases; the journal says `leased` where the daemon got them",
        ),
        Ok(true) => findings.ok("leases", "the kernel says when nobody has a file open for writing any more"),
        Ok(false) => findings.warning(
            "leases",
            "the inbox's file system grants no read leases: that a file is complete is known by its lying still alone",
            "set intake.settle longer than the longest pause of those who write, or let them rename files into the inbox",
        ),
        Err(error) => findings.warning(
            "leases",
            format_args!("could not be tried in the inbox: {error}"),
            "ask again as the user that siftd runs as, or as root",
        ),
    }
}

fn room(context: &Context, findings: &mut Findings) {
    for (role, path, _) in context.config().layout.roles() {
        let Ok(room) = probe::room(path) else { continue };
        if room.bytes < BYTES_LOW {
            findings.warning(
                "room",
                format_args!("{} MiB are left for the {role} folder {}", room.bytes >> 20, shown(path)),
                "make room; below a few MiB siftd takes no more files, and goes on by itself when there is room",
            );
        }
        if let Some(files) = room.files.filter(|files| *files < FILES_LOW) {
            findings.warning(
                "room",
                format_args!("the file system of the {role} folder {} has room for {files} more files", shown(path)),
                "remove small files there, or use a file system with more inodes",
            );
        }
    }
    if findings.is_well("room") {
        findings.ok("room", "there is room for bytes and for files");
    }
}
