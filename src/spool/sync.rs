//! Making many files and folders durable at once. Alone, each of them waits for the disk; many that wait at the same time
//! are served together. (`syncfs` would wait for what everybody else has written, too.)

use std::{
    os::fd::{AsFd, BorrowedFd},
    sync::{Mutex, PoisonError},
    thread,
};

use rustix::io::{Errno, Result};

use super::read::Reading;

/// Below this many, one is synced after the other.
const TOGETHER_MIN: usize = 3;

/// Threads that wait for the disk at once.
const THREADS_MAX: usize = 16;

/// Files that are remembered because their bytes may not be on the disk.
const DOUBTED_MAX: usize = 1 << 12;

/// Files (device and inode) whose bytes could not be made durable. The kernel tells of that once: whoever asks again, through a
/// handle of his own too, hears that all is well, though nothing was written since.
static DOUBTED: Mutex<Vec<(u64, u64)>> = Mutex::new(Vec::new());

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
    let synced = fsync(reading.file.as_fd()).is_ok();
    if !synced {
        doubt(reading);
    }
    synced
}

fn fsync(handle: BorrowedFd<'_>) -> Result<()> {
    #[cfg(test)]
    {
        let identity = rustix::fs::fstat(handle).map(|stat| (stat.st_dev, stat.st_ino))?;
        let mut failing = FAILS_ONCE.lock().unwrap();
        if let Some(at) = failing.iter().position(|other| *other == identity) {
            failing.swap_remove(at);
            return Err(Errno::IO);
        }
    }
    rustix::io::retry_on_intr(|| rustix::fs::fsync(handle))
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
pub(crate) fn sync_all(handles: &[BorrowedFd<'_>]) -> Vec<Result<()>> {
    if handles.len() < TOGETHER_MIN {
        return handles.iter().copied().map(fsync).collect();
    }
    let share = handles.len().div_ceil(THREADS_MAX);
    thread::scope(|scope| {
        let threads: Vec<_> = handles
            .chunks(share)
            .map(|handles| {
                let work = move || handles.iter().copied().map(fsync).collect::<Vec<_>>();
                (thread::Builder::new().spawn_scoped(scope, work), handles)
            })
            .collect();
        let results = threads.into_iter().flat_map(|(thread, handles)| match thread {
            Ok(thread) => thread.join().unwrap_or_else(|_| vec![Err(Errno::IO); handles.len()]),
            // No thread is to be had: then here.
            Err(_) => handles.iter().copied().map(fsync).collect(),
        });
        results.collect()
    })
}

#[cfg(test)]
mod tests {
    use std::{fs::File, os::fd::AsFd};

    use super::*;

    #[test]
    fn every_one_is_answered_for_in_order() {
        let dir = tempfile::tempdir().unwrap();
        // A pipe cannot be synced.
        let (pipe, _writer) = std::io::pipe().unwrap();
        for count in [0, 1, 2, 40] {
            let files: Vec<File> =
                (0..count).map(|number| File::create(dir.path().join(number.to_string())).unwrap()).collect();
            let handles: Vec<_> = files.iter().map(AsFd::as_fd).chain([pipe.as_fd()]).collect();
            let done = sync_all(&handles);
            assert!(done[..count].iter().all(Result::is_ok));
            assert_eq!(done[count..], [Err(Errno::INVAL)]);
        }
    }
}
