//! Files that are held, wherever they lie.

use std::fs;

use super::*;
use crate::spool::lacking;

#[test]
fn a_file_is_held_and_given_back_wherever_names_cannot_be_kept_by_a_rename_too() {
    for lacks in [false, true] {
        lacking::NOREPLACE.set(lacks);
        let dir = tempfile::tempdir().unwrap();
        let at = |path: &str| dir.path().join(path);
        fs::create_dir(at("sub")).unwrap();
        fs::write(at("sub/x.txt"), "old").unwrap();
        let root = Folder::open(dir.path()).unwrap();
        let take = || Held::take(&root, &root.sub(Path::new("sub")).unwrap(), Path::new("sub/x.txt"), "expire-1");
        let held = take().unwrap();
        assert_eq!(fs::read_to_string(at(".siftd/expire-1/sub/x.txt")).unwrap(), "old");
        assert_eq!(Held::all(&root).unwrap(), [("expire-1".into(), Some("sub/x.txt".into()))]);
        fs::write(at("sub/x.txt"), "new").unwrap();
        held.put_back(&root).unwrap();
        let mut found: Vec<_> =
            fs::read_dir(at("sub")).unwrap().map(|entry| fs::read_to_string(entry.unwrap().path()).unwrap()).collect();
        found.sort();
        assert_eq!((found, at(".siftd").is_dir()), (vec!["new".to_owned(), "old".to_owned()], false));
        held.put_back(&root).expect("somebody else gave it back");
        take().unwrap().remove(&root).unwrap();
        assert!(!at("sub/x.txt").is_file() && !at(".siftd").is_dir());
    }
}

#[test]
fn a_file_that_was_half_given_back_ends_with_one_name() {
    lacking::NOREPLACE.set(true);
    let dir = tempfile::tempdir().unwrap();
    let at = |path: &str| dir.path().join(path);
    fs::create_dir(at("sub")).unwrap();
    fs::write(at("sub/x.txt"), "old").unwrap();
    let root = Folder::open(dir.path()).unwrap();
    let held = Held::take(&root, &root.sub(Path::new("sub")).unwrap(), Path::new("sub/x.txt"), "expire-1").unwrap();
    fs::hard_link(at(".siftd/expire-1/sub/x.txt"), at("sub/x.txt")).unwrap();
    held.put_back(&root).unwrap();
    assert_eq!(fs::read_to_string(at("sub/x.txt")).unwrap(), "old");
    assert_eq!(fs::read_dir(at("sub")).unwrap().count(), 1);
    assert!(!at(".siftd").is_dir());
}

#[test]
fn what_is_to_be_sent_on_is_taken_when_a_look_at_its_folder_is_over() {
    let dir = tempfile::tempdir().unwrap();
    let at = |path: &str| dir.path().join(path);
    fs::create_dir(at("sub")).unwrap();
    fs::write(at("sub/x.txt"), "good").unwrap();
    let own = at(".siftd/move-1");
    let root = Folder::open(dir.path()).unwrap();
    for removed in [false, true] {
        // A start in another process takes it for what a crash left.
        fs::create_dir_all(&own).unwrap();
        let looking = Held::lock_left(&root, "move-1").unwrap().unwrap();
        let held = std::thread::scope(|scope| {
            let (from, path) = (root.sub(Path::new("sub")).unwrap(), Path::new("sub/x.txt"));
            let root = &root;
            let taking = scope.spawn(move || Held::take_to_move(MoveFolder::lock(root, "1").unwrap(), &from, path));
            if removed {
                Held::clear_empty(root, OsStr::new("move-1"));
            }
            drop(looking);
            taking.join().unwrap().unwrap()
        });
        assert_eq!(fs::read_to_string(own.join("sub/x.txt")).unwrap(), "good", "{removed}");
        assert!(Held::lock_left(&root, "move-1").is_err(), "{removed}: anybody may take it");
        held.put_back(&root).unwrap();
        assert!(at("sub/x.txt").is_file() && Held::lock_left(&root, "move-1").unwrap().is_none());
    }
}
