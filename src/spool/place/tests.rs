//! Copies and comparisons.

use std::{
    cell::RefCell,
    fs::{self, OpenOptions},
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
};

use super::*;
use crate::spool::{
    fingerprint::Fingerprint,
    read::{Settled, read},
};

#[test]
fn a_temporary_that_a_crash_left_is_never_written_to() {
    let dir = tempfile::tempdir().unwrap();
    let at = |path: &str| dir.path().join(path);
    fs::create_dir(at("from")).unwrap();
    fs::create_dir_all(at("to/.siftd")).unwrap();
    fs::write(at("from/x.txt"), "new").unwrap();
    // It was given its name, and crashed before the first one went.
    fs::write(at("to/before.txt"), "old").unwrap();
    let name = OsStr::new("x.txt");
    let temporary = format!("id-{}", &blake3::hash(name.as_encoded_bytes()).to_hex()[..16]);
    fs::hard_link(at("to/before.txt"), at("to/.siftd").join(temporary)).unwrap();
    let (from, to) = (Folder::open(&at("from")).unwrap(), Folder::open(&at("to")).unwrap());
    let reading = read(&from, name, Path::new(name), 1 << 20).unwrap();
    let path = Path::new(name);
    let pulse = Pulse::UNHEARD;
    let source = Source { folder: &from, name, path, reading: &reading, id: "id", moving: Moving::Copy, pulse };
    put_named(&to, name, Content::File(&reading), &source).unwrap().unwrap();
    assert_eq!(fs::read_to_string(at("to/before.txt")).unwrap(), "old");
    assert_eq!(fs::read_to_string(at("to/x.txt")).unwrap(), "new");
    assert!(!at("to/.siftd").is_dir());
}

#[test]
fn a_copy_of_a_file_that_grows_comes_to_an_end() {
    let dir = tempfile::tempdir().unwrap();
    let at = |path: &str| dir.path().join(path);
    ["from", "to"].iter().for_each(|folder| fs::create_dir(at(folder)).unwrap());
    fs::write(at("from/x.txt"), vec![b'x'; 3 * BLOCK]).unwrap();
    let (from, to) = (Folder::open(&at("from")).unwrap(), Folder::open(&at("to")).unwrap());
    let name = OsStr::new("x.txt");
    // Without a lease, for which its writer would have to wait.
    let file = Arc::new(from.read(name).unwrap());
    let fingerprint = Fingerprint::of(&from.stat(name).unwrap());
    let reading = Reading { bytes: None, hash: None, settled: Settled::Steady, file, fingerprint };
    // Its writer is faster than the copy; but a test is not to go on for ever.
    let (blocks, path) = (AtomicUsize::new(0), at("from/x.txt"));
    let append = || {
        if blocks.fetch_add(1, Ordering::Relaxed) < 100 {
            OpenOptions::new().append(true).open(&path).unwrap().write_all(&[b'x'; BLOCK]).unwrap();
        }
    };
    let (path, pulse) = (Path::new(name), Pulse(&append));
    let source = Source { folder: &from, name, path, reading: &reading, id: "id", moving: Moving::Copy, pulse };
    assert_eq!(move_file(&source, &to, name).unwrap_err().class(), Class::Changed);
    assert_eq!(blocks.into_inner(), 4);
    assert!(at("from/x.txt").is_file() && !at("to/x.txt").is_file());
}

#[test]
fn a_copy_and_a_comparison_give_a_sign_of_life_with_each_block() {
    let dir = tempfile::tempdir().unwrap();
    let at = |path: &str| dir.path().join(path);
    let (beats, name) = (AtomicUsize::new(0), OsStr::new("x.txt"));
    let beat = || {
        beats.fetch_add(1, Ordering::Relaxed);
    };
    ["from", "to"].iter().for_each(|folder| fs::create_dir(at(folder)).unwrap());
    let (from, to) = (Folder::open(&at("from")).unwrap(), Folder::open(&at("to")).unwrap());
    for expected in [Put::Fresh, Put::Same] {
        fs::write(at("from/x.txt"), vec![b'x'; 20 * BLOCK]).unwrap();
        // Too large to be read: the copy is all that looks at it.
        let reading = read(&from, name, Path::new(name), 1).unwrap();
        let (path, pulse) = (Path::new(name), Pulse(&beat));
        let source = Source { folder: &from, name, path, reading: &reading, id: "id", moving: Moving::Copy, pulse };
        let before = beats.load(Ordering::Relaxed);
        assert_eq!(move_file(&source, &to, name).unwrap(), expected);
        assert!(beats.load(Ordering::Relaxed) - before >= 20);
    }
}

#[test]
fn no_more_of_a_copy_waits_for_the_disk_than_it_may() {
    let dir = tempfile::tempdir().unwrap();
    let name = OsStr::new("x.txt");
    let bytes: Vec<u8> = (0..10 * BLOCK + 7).map(|at| u8::try_from(at % 251).unwrap()).collect();
    fs::write(dir.path().join(name), &bytes).unwrap();
    let from = Folder::open(dir.path()).unwrap();
    // Too large to be read: the copy is all that looks at it.
    let reading = read(&from, name, Path::new(name), 1).unwrap();
    let path = Path::new(name);
    let source =
        Source { folder: &from, name, path, reading: &reading, id: "id", moving: Moving::Copy, pulse: Pulse::UNHEARD };
    for (every, waited) in [(3 * BLOCK, 3), (3 * BLOCK + 1, 2), (10 * BLOCK + 8, 0)] {
        let file = File::create(dir.path().join(format!("{every}"))).unwrap();
        let synced = RefCell::new(vec![0]);
        let hash = copy(&reading, &file, &source, every, |file| {
            synced.borrow_mut().push(file.metadata()?.len());
            file.sync_data()
        });
        assert_eq!(hash.unwrap(), blake3::hash(&bytes), "{every}");
        assert_eq!(fs::read(dir.path().join(format!("{every}"))).unwrap(), bytes);
        let mut synced = synced.into_inner();
        assert_eq!(synced.len(), 1 + waited, "{every}");
        synced.push(bytes.len() as u64);
        let most = synced.windows(2).map(|pair| pair[1] - pair[0]).max().unwrap();
        assert!(most < (every + BLOCK) as u64, "{every}: {most}");
    }
    // A sync that fails ends the copy.
    let file = File::create(dir.path().join("failed")).unwrap();
    let failed = copy(&reading, &file, &source, BLOCK, |_| Err(Errno::IO.into())).unwrap_err();
    assert_eq!((failed.class(), file.metadata().unwrap().len()), (Class::Broken, BLOCK as u64));
}
