//! Files that are held, wherever they lie.

use std::fs;

use super::*;
use crate::spool::{lacking, layout::Place, name::shown, retention::Waiting};

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
        take().unwrap().remove(&root, || true).unwrap();
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
            let taking = scope.spawn(move || Held::take_to_move(MoveFolder::lock(root, "1", path).unwrap(), &from));
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

/// A file that lies in what is mounted on a folder of its place.
struct Mounted {
    dir: tempfile::TempDir,
    root: Folder,
}

impl Drop for Mounted {
    fn drop(&mut self) {
        lacking::MOUNTS.take();
        lacking::SYNCS.take();
    }
}

impl Mounted {
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("sub")).unwrap();
        fs::write(dir.path().join("sub/x.txt"), "old").unwrap();
        lacking::MOUNTS.set(vec!["sub".into()]);
        let root = Folder::open(dir.path()).unwrap();
        Self { dir, root }
    }

    fn take(&self) -> Held {
        let from = self.root.sub(Path::new("sub")).unwrap();
        let held = Held::take(&self.root, &from, Path::new("sub/x.txt"), "expire-1").unwrap();
        assert!(self.lies("sub/.siftd/expire-1/x.txt") && self.is_marked());
        held
    }

    fn lies(&self, path: &str) -> bool {
        self.dir.path().join(path).is_file()
    }

    fn is_marked(&self) -> bool {
        is_marked(&self.root, "expire-1", Path::new("sub/x.txt")).unwrap()
    }
}

#[test]
fn what_is_held_in_what_is_mounted_is_marked_until_no_power_cut_brings_it_back() {
    let mounted = Mounted::new();
    let held = mounted.take();
    lacking::SYNCS.set(Some("sub"));
    held.put_back(&mounted.root).unwrap_err();
    assert!(mounted.lies("sub/x.txt") && mounted.is_marked(), "it may be held again after a power cut");
    // As after a kill.
    Held::clear(&mounted.root, OsStr::new("expire-1"), Path::new("sub/x.txt"));
    assert!(mounted.is_marked());
    lacking::SYNCS.set(None);
    Held::clear(&mounted.root, OsStr::new("expire-1"), Path::new("sub/x.txt"));
    assert!(!mounted.dir.path().join(".siftd").is_dir() && !mounted.dir.path().join("sub/.siftd").is_dir());

    let held = mounted.take();
    lacking::SYNCS.set(Some("sub"));
    held.remove(&mounted.root, || mounted.is_marked()).unwrap();
    assert!(!mounted.lies("sub/x.txt") && mounted.is_marked(), "deleted, and it may be held again");
    lacking::SYNCS.set(None);
    Held::clear(&mounted.root, OsStr::new("expire-1"), Path::new("sub/x.txt"));

    fs::write(mounted.dir.path().join("sub/x.txt"), "old").unwrap();
    mounted.take().remove(&mounted.root, || !mounted.is_marked()).unwrap();
    assert!(mounted.is_marked(), "what goes with it may be there still");
}

#[test]
fn what_was_taken_though_the_file_system_said_that_it_was_not_stays_marked() {
    for id in ["expire-1", "move-1"] {
        let mounted = Mounted::new();
        let (root, path) = (&mounted.root, Path::new("sub/x.txt"));
        let from = root.sub(Path::new("sub")).unwrap();
        lacking::ANSWER.set(true);
        match id {
            "move-1" => Held::take_to_move(MoveFolder::lock(root, "1", path).unwrap(), &from).unwrap_err(),
            _ => Held::take(root, &from, path, id).unwrap_err(),
        };
        assert!(mounted.lies(&format!("sub/.siftd/{id}/x.txt")) && is_marked(root, id, path).unwrap(), "{id}");
        assert!(matches!(Held::find(root, id, path).unwrap(), Found::Here(_)), "{id}");
    }
}

#[test]
fn what_is_not_mounted_or_has_another_disk_in_its_place_is_waited_for() {
    // What is mounted on what, where the file lies, and what is mounted after the crash.
    let cases: [(&[&str], &[&str]); 4] =
        [(&["sub"], &[]), (&["sub"], &["sub"]), (&["sub", "sub/deep"], &["sub"]), (&["sub", "sub/deep"], &[])];
    for (before, after) in cases {
        let mounts = |mounts: &[&str]| lacking::MOUNTS.set(mounts.iter().map(Into::into).collect());
        let mounted = Mounted::new();
        let at = |path: &str| mounted.dir.path().join(path);
        let path = Path::new(before[before.len() - 1]).join("x.txt");
        fs::create_dir_all(at("sub/deep")).unwrap();
        fs::write(mounted.dir.path().join(&path), "old").unwrap();
        mounts(before);
        let from = mounted.root.sub(path.parent().unwrap()).unwrap();
        drop(Held::take(&mounted.root, &from, &path, "expire-1").unwrap());
        // Killed. It comes up with another folder there.
        let gone = at(before[before.len() - 1]);
        let elsewhere = mounted.dir.path().join("elsewhere");
        rustix::fs::rename(&gone, &elsewhere).unwrap();
        fs::create_dir(&gone).unwrap();
        mounts(after);
        let find = || Held::find(&mounted.root, "expire-1", &path).unwrap();
        assert!(matches!(find(), Found::Away), "{before:?} {after:?}");
        assert_eq!(Held::all(&mounted.root).unwrap(), [("expire-1".into(), Some(path.clone()))]);
        fs::remove_dir(&gone).unwrap();
        rustix::fs::rename(&elsewhere, &gone).unwrap();
        mounts(before);
        let Found::Here(held) = find() else { panic!("it is mounted again: {before:?} {after:?}") };
        held.put_back(&mounted.root).unwrap();
        assert_eq!(fs::read_to_string(mounted.dir.path().join(&path)).unwrap(), "old");
        assert!(!at(".siftd").is_dir() && !gone.join(".siftd").is_dir(), "{before:?} {after:?}");
        assert!(matches!(find(), Found::Gone));
    }
}

#[test]
fn what_goes_while_it_is_looked_at_keeps_nobody_from_seeing_the_others() {
    let dir = tempfile::tempdir().unwrap();
    fs::create_dir_all(dir.path().join(".siftd/move-quarantine-1/sub")).unwrap();
    fs::write(dir.path().join(".siftd/move-quarantine-1/sub/x.txt"), "x").unwrap();
    let root = Folder::open(dir.path()).unwrap();
    let other = root.again().unwrap();
    let (done, is_done) = std::sync::mpsc::channel();
    let sending = std::thread::spawn(move || {
        while is_done.try_recv().is_err() {
            drop(MoveFolder::lock(&other, "quarantine-0", Path::new("sub/deep/y.txt")).unwrap());
        }
    });
    for _ in 0..5000 {
        let all = Held::all(&root).unwrap();
        assert!(all.contains(&("move-quarantine-1".into(), Some("sub/x.txt".into()))), "{all:?}");
    }
    done.send(()).unwrap();
    sending.join().unwrap();
}

#[test]
fn of_what_waits_it_is_said_where_it_is_held() {
    let mounted = Mounted::new();
    let held = mounted.take();
    let told =
        |found| Waiting::new((&mounted.root, Place::Rejected), "expire-1", "sub/x.txt".into(), found).to_string();
    let within = |folder: &str| format!(" in {}/{folder}: siftd ended", shown(mounted.dir.path()));
    assert!(told(Some(&held)).contains(&within("sub/.siftd/expire-1")), "{}", told(Some(&held)));
    // Of what is not mounted at present only the mark is to be seen.
    let mark = format!("(or when {}/.siftd/expire-1 is removed", shown(mounted.dir.path()));
    assert!(told(None).contains(&mark), "{}", told(None));
}

#[test]
fn one_whose_bytes_came_again_meanwhile_is_not_doubled() {
    for (bytes, left) in [("old", 1), ("new", 2)] {
        let dir = tempfile::tempdir().unwrap();
        let name = dir.path().join("x.txt");
        fs::write(&name, "old").unwrap();
        let root = Folder::open(dir.path()).unwrap();
        let held = Held::take(&root, &root, Path::new("x.txt"), "expire-1").unwrap();
        fs::write(&name, bytes).unwrap();
        held.put_back(&root).unwrap();
        assert_eq!(fs::read_to_string(&name).unwrap(), bytes);
        assert_eq!(fs::read_dir(dir.path()).unwrap().count(), left, "{bytes}");
    }
}
