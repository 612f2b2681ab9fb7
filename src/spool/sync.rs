//! Making many files and folders durable at once. Alone, each of them waits for the disk; many that wait at the same time
//! are served together. (`syncfs` would wait for what everybody else has written, too.)

use std::{
    fs::File,
    os::fd::{AsFd, BorrowedFd},
    sync::{Arc, Mutex, PoisonError},
};

#[cfg(test)]
use rustix::io::Errno;
use rustix::io::Result;

use super::{folder::Folder, read::Reading, syncers::sync_together};

/// Below this many, one is synced after the other.
const TOGETHER_MIN: usize = 3;

/// Files that are remembered because their bytes may not be on the disk.
const DOUBTED_MAX: usize = 1 << 12;

/// Files (device and inode) whose bytes could not be made durable. The kernel tells of that once: whoever asks again, through a
/// handle of his own too, hears that all is well, though nothing was written since.
static DOUBTED: Mutex<Vec<(u64, u64)>> = Mutex::new(Vec::new());

/// What is to be made durable.
#[derive(Debug, Clone)]
pub(crate) enum Unsynced {
    /// The bytes of a file that somebody dropped, and what is needed to find them. Not its times: a file that was claimed a moment
    /// ago has a new one, for which alone the disk would have to write down everything that happened on it.
    Bytes(Arc<File>),
    /// A file that siftd made, its mode included.
    File(Arc<File>),
    /// The entries of a folder.
    Folder(Arc<Folder>),
}

impl Unsynced {
    /// Waits until it is durable.
    pub(super) fn sync(&self) -> Result<()> {
        match self {
            Self::Bytes(file) => waited(file.as_fd(), rustix::fs::fdatasync),
            Self::File(file) => waited(file.as_fd(), rustix::fs::fsync),
            Self::Folder(folder) => waited(folder.as_fd(), rustix::fs::fsync),
        }
    }
}

/// Whether the bytes of this file may not be on the disk, whatever a sync says from now on: only a copy of them can be.
pub(crate) fn is_doubted(reading: &Reading) -> bool {
    let doubted = DOUBTED.lock().unwrap_or_else(PoisonError::into_inner);
    // Where so many fail, no file is trusted any more.
    doubted.len() >= DOUBTED_MAX || doubted.contains(&reading.fingerprint.identity())
}

/// A sync of this file failed.
pub(crate) fn doubt(reading: &Reading) {
    let mut doubted = DOUBTED.lock().unwrap_or_else(PoisonError::into_inner);
    let identity = reading.fingerprint.identity();
    if doubted.len() < DOUBTED_MAX && !doubted.contains(&identity) {
        doubted.push(identity);
    }
}

/// Makes a file durable, and says whether it is: not when it is doubted.
pub(crate) fn is_durable(reading: &Reading) -> bool {
    if is_doubted(reading) {
        return false;
    }
    let synced = Unsynced::Bytes(Arc::clone(&reading.file)).sync().is_ok();
    if !synced {
        doubt(reading);
    }
    synced
}

fn waited<'f>(handle: BorrowedFd<'f>, sync: impl Fn(BorrowedFd<'f>) -> Result<()>) -> Result<()> {
    #[cfg(test)]
    {
        let identity = rustix::fs::fstat(handle).map(|stat| (stat.st_dev, stat.st_ino))?;
        let mut failing = FAILS_ONCE.lock().unwrap();
        if let Some(at) = failing.iter().position(|other| *other == identity) {
            failing.swap_remove(at);
            return Err(Errno::IO);
        }
    }
    rustix::io::retry_on_intr(|| sync(handle))
}

/// Files (device and inode) whose next sync fails.
#[cfg(test)]
static FAILS_ONCE: Mutex<Vec<(u64, u64)>> = Mutex::new(Vec::new());

/// Lets the next sync of this file fail, for a test; what is doubted under its number was a file of another test.
#[cfg(test)]
pub(crate) fn fail_once(file: (u64, u64)) {
    DOUBTED.lock().unwrap().retain(|doubted| *doubted != file);
    FAILS_ONCE.lock().unwrap().push(file);
}

/// Whether the sync that was to fail has failed.
#[cfg(test)]
pub(crate) fn has_failed(file: (u64, u64)) -> bool {
    !FAILS_ONCE.lock().unwrap().contains(&file)
}

/// Makes all of them durable; for each what came of it.
pub(crate) fn sync_all(all: Vec<Unsynced>) -> Vec<Result<()>> {
    if all.len() < TOGETHER_MIN { all.iter().map(Unsynced::sync).collect() } else { sync_together(all) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_one_is_answered_for_in_order() {
        let dir = tempfile::tempdir().unwrap();
        // A pipe cannot be synced.
        let (pipe, _writer) = std::io::pipe().unwrap();
        let pipe = Arc::new(File::from(std::os::fd::OwnedFd::from(pipe)));
        for count in [0, 1, 2, 40, 400] {
            let at = |number: usize| dir.path().join(number.to_string());
            let mut all: Vec<Unsynced> =
                (0..count).map(|number| Unsynced::Bytes(Arc::new(File::create(at(number)).unwrap()))).collect();
            all.insert(count / 2, Unsynced::File(Arc::clone(&pipe)));
            let (before, after) = (count / 2, count - count / 2);
            let wanted = [vec![Ok(()); before], vec![Err(Errno::INVAL)], vec![Ok(()); after]].concat();
            assert_eq!(sync_all(all), wanted);
        }
    }

    #[test]
    fn several_who_ask_at_once_get_their_own_answers_and_their_files_back() {
        let dir = tempfile::tempdir().unwrap();
        std::thread::scope(|scope| {
            for asker in 0..4 {
                let dir = dir.path();
                scope.spawn(move || {
                    for round in 0..50 {
                        let at = |number| dir.join(format!("{asker}-{round}-{number}"));
                        let files: Vec<_> = (0..9).map(|number| Arc::new(File::create(at(number)).unwrap())).collect();
                        let done = sync_all(files.iter().cloned().map(Unsynced::Bytes).collect());
                        assert_eq!(done, vec![Ok(()); 9]);
                        // A thread may be about to let go of the last of them.
                        let asked = std::time::Instant::now();
                        while files.iter().any(|file| Arc::strong_count(file) > 1) {
                            assert!(asked.elapsed().as_secs() < 60, "they are not given back");
                            std::thread::yield_now();
                        }
                    }
                });
            }
        });
    }
}
