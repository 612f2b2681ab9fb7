//! Opening what lies below a folder, and nothing else, links looked through.

use std::{
    ffi::OsString,
    os::{
        fd::{AsFd, BorrowedFd, OwnedFd},
        unix::ffi::OsStringExt,
    },
    path::{Component, Path, PathBuf},
};

use rustix::{
    fs::{Mode, OFlags, ResolveFlags, openat, openat2, readlinkat},
    io::Errno,
};

/// Links on one path, as many as the kernel follows.
const LINKS_MAX: usize = 40;

/// Opens `path` below `folder`. Links are followed as long as they stay below.
///
/// # Errors
/// `XDEV` when the path leads out.
pub(super) fn open(folder: &OwnedFd, path: &Path, flags: OFlags) -> Result<OwnedFd, Errno> {
    let resolve = ResolveFlags::BENEATH | ResolveFlags::NO_MAGICLINKS;
    match openat2(folder, path, flags, Mode::empty(), resolve) {
        // A kernel without it, or a sandbox that cannot look into its arguments (RestrictSUIDSGID=) and forbids it.
        // Or some rename, anywhere, while the kernel looked through a `..`.
        Err(Errno::NOSYS | Errno::PERM | Errno::AGAIN) => by_parts(folder, path, flags),
        other => other,
    }
}

/// The same, part by part.
fn by_parts(folder: &OwnedFd, path: &Path, flags: OFlags) -> Result<OwnedFd, Errno> {
    let mut inside: Vec<OwnedFd> = Vec::new();
    let mut ahead = parts(path)?;
    let mut links = 0;
    while let Some(name) = ahead.pop() {
        let here: BorrowedFd<'_> = inside.last().unwrap_or(folder).as_fd();
        if name == ".." {
            inside.pop().ok_or(Errno::XDEV)?;
            continue;
        }
        // Not read from, so that no pipe or device is woken before it is known to be the one that is meant.
        let step = openat(here, name.as_os_str(), OFlags::PATH | OFlags::NOFOLLOW | OFlags::CLOEXEC, Mode::empty())?;
        let kind = rustix::fs::FileType::from_raw_mode(rustix::fs::fstat(&step)?.st_mode);
        if kind.is_symlink() {
            links += 1;
            if links > LINKS_MAX {
                return Err(Errno::LOOP);
            }
            let target = readlinkat(&step, "", Vec::new())?.into_bytes();
            ahead.extend(parts(&PathBuf::from(OsString::from_vec(target)))?);
        } else if ahead.is_empty() {
            return openat(here, name.as_os_str(), flags | OFlags::NOFOLLOW, Mode::empty());
        } else if kind.is_dir() {
            inside.push(step);
        } else {
            return Err(Errno::NOTDIR);
        }
    }
    openat(inside.last().unwrap_or(folder), ".", flags, Mode::empty())
}

/// The parts of a path, the first one last.
fn parts(path: &Path) -> Result<Vec<OsString>, Errno> {
    let parts = path.components().rev().filter(|part| *part != Component::CurDir);
    parts
        .map(|part| match part {
            Component::RootDir | Component::Prefix(_) => Err(Errno::XDEV),
            part => Ok(part.as_os_str().to_owned()),
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use std::{fs, os::unix::fs::symlink};

    use super::*;

    #[test]
    fn part_by_part_it_opens_what_the_kernel_opens() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::create_dir_all(at("root/a/b")).unwrap();
        fs::write(at("secret"), "").unwrap();
        fs::write(at("root/a/file"), "").unwrap();
        for (link, target) in [
            ("root/to-file", "a/file"),
            ("root/a/b/up", "../../a/./file"),
            ("root/to-folder", "a"),
            ("root/out", "../secret"),
            ("root/absolute", "/"),
            ("root/round", "round"),
            ("root/nowhere", "missing"),
            ("root/a/b/out", "../../../secret"),
        ] {
            symlink(target, at(link)).unwrap();
        }
        let root = OwnedFd::from(fs::File::open(at("root")).unwrap());
        let flags = OFlags::RDONLY | OFlags::CLOEXEC;
        let inode = |opened: Result<OwnedFd, Errno>| opened.map(|file| rustix::fs::fstat(&file).unwrap().st_ino);
        for path in [
            ".",
            "a",
            "a/file",
            "a/file/x",
            "a/b/..",
            "a/../a/file",
            "..",
            "a/../..",
            "../root/a",
            "/",
            "to-file",
            "to-folder",
            "to-folder/file",
            "to-folder/..",
            "a/b/up",
            "out",
            "a/b/out",
            "absolute",
            "round",
            "nowhere",
            "missing",
            "to-folder/b/up",
        ] {
            let (slow, fast) = (by_parts(&root, Path::new(path), flags), open(&root, Path::new(path), flags));
            assert_eq!(inode(slow), inode(fast), "{path}");
        }
        let folders = flags | OFlags::DIRECTORY;
        assert_eq!(inode(by_parts(&root, Path::new("a/file"), folders)), Err(Errno::NOTDIR));
    }
}
