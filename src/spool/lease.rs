//! Read leases: the kernel's own answer to "does anybody have this file open for writing?".
//!
//! `fcntl(F_SETLEASE, F_RDLCK)` succeeds only while no one does (a writable shared mapping counts too), and
//! while it is held a would-be writer has to wait in `open`. See fcntl(2), "Leases". It is granted for one's
//! own files, or with `CAP_LEASE`, on local file systems.
#![expect(unsafe_code, reason = "neither the standard library nor rustix has fcntl leases")]

use std::{fs::File, io, os::fd::AsRawFd, sync::Once};

/// What the kernel said.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Lease {
    /// Granted: nobody had it open for writing. It lasts until the file is closed.
    Granted,
    /// Somebody has it open for writing.
    Writing,
    /// It cannot be told (another owner's file, a file system without leases).
    Unknown,
}

/// Asks for a read lease on `file`, which must be open for reading only.
pub(crate) fn take(file: &File) -> Lease {
    ignore_sigio();
    // SAFETY: the descriptor is open for as long as `file` is borrowed; the call takes an integer argument.
    let result = unsafe { libc::fcntl(file.as_raw_fd(), libc::F_SETLEASE, libc::F_RDLCK) };
    match result {
        0 => Lease::Granted,
        _ if io::Error::last_os_error().raw_os_error() == Some(libc::EAGAIN) => Lease::Writing,
        _ => Lease::Unknown,
    }
}

/// Whether a lease taken on `file` still stands; not when somebody waits to open the file for writing.
pub(crate) fn stands(file: &File) -> bool {
    // SAFETY: as above; the call takes no argument.
    (unsafe { libc::fcntl(file.as_raw_fd(), libc::F_GETLEASE) }) == libc::F_RDLCK
}

/// The kernel tells of a broken lease by SIGIO, whose default is to end the process.
fn ignore_sigio() {
    static ONCE: Once = Once::new();
    // SAFETY: SIG_IGN is no function, so nothing runs in signal context.
    ONCE.call_once(|| unsafe {
        libc::signal(libc::SIGIO, libc::SIG_IGN);
    });
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_writer_is_seen() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x");
        let writer = File::create(&path).unwrap();
        assert_eq!(take(&File::open(&path).unwrap()), Lease::Writing);
        drop(writer);
        let reader = File::open(&path).unwrap();
        assert_eq!(take(&reader), Lease::Granted);
        assert!(stands(&reader));
    }

    #[test]
    fn a_waiting_writer_breaks_it() {
        let dir = tempfile::tempdir().unwrap();
        let path = dir.path().join("x");
        std::fs::write(&path, "x").unwrap();
        let reader = File::open(&path).unwrap();
        assert_eq!(take(&reader), Lease::Granted);
        let writer = std::thread::spawn(move || File::options().write(true).open(path).unwrap());
        while stands(&reader) {
            std::thread::yield_now();
        }
        drop(reader);
        writer.join().unwrap();
    }
}
