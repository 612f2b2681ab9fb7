//! Making many files and folders durable at once. Alone, each of them waits for the disk; many that wait at the same time
//! are served together. (`syncfs` would wait for what everybody else has written, too.)

use std::{os::fd::BorrowedFd, thread};

use rustix::io::{Errno, Result};

/// Below this many, one is synced after the other.
const TOGETHER_MIN: usize = 3;

/// Threads that wait for the disk at once.
const THREADS_MAX: usize = 16;

/// Makes all of them durable; for each what came of it.
pub(crate) fn sync_all(handles: &[BorrowedFd<'_>]) -> Vec<Result<()>> {
    if handles.len() < TOGETHER_MIN {
        return handles.iter().map(rustix::fs::fsync).collect();
    }
    let share = handles.len().div_ceil(THREADS_MAX);
    thread::scope(|scope| {
        let threads: Vec<_> = handles
            .chunks(share)
            .map(|handles| {
                let work = move || handles.iter().map(rustix::fs::fsync).collect::<Vec<_>>();
                (thread::Builder::new().spawn_scoped(scope, work), handles)
            })
            .collect();
        let results = threads.into_iter().flat_map(|(thread, handles)| match thread {
            Ok(thread) => thread.join().unwrap_or_else(|_| vec![Err(Errno::IO); handles.len()]),
            // No thread is to be had: then here.
            Err(_) => handles.iter().map(rustix::fs::fsync).collect(),
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
