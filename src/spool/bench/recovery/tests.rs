//! What a crash left half done, where it cannot be looked at.

use std::{
    cell::Cell,
    fs::{self, TryLockError},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    rc::Rc,
    time::{Duration, Instant},
};

use super::*;
use crate::spool::{
    Ignore, Inbox, Layout, clock,
    journal::{Another, Journal},
    lacking,
    place::Moving,
};

const BYTES: &str = "to be found";
const COPY: &str = "found";

struct Rig {
    root: tempfile::TempDir,
    layout: Layout,
    bench: Bench,
}

impl Rig {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let (layout, bench) = Bench::below(root.path(), Moving::Rename);
        Self { root, layout, bench }
    }

    /// The row of a file that is being moved to `curated/sub/x.txt`.
    fn moving(&self, kind: Kind, id: &str) {
        self.judged(kind, id, "pass");
    }

    /// The same, wherever this verdict moves it.
    fn judged(&self, kind: Kind, id: &str, verdict: &str) {
        let hash = Some(blake3::hash(BYTES.as_bytes()).to_hex().to_string());
        let entry = Entry {
            id: id.to_owned(),
            kind,
            stage: Stage::Moving,
            time: clock::now(),
            path: "sub/x.txt".into(),
            size: BYTES.len() as u64,
            hash,
            copy_hash: Some(blake3::hash(COPY.as_bytes()).to_hex().to_string()),
            verdict: verdict.to_owned(),
            rules: Vec::new(),
            ruleset: String::new(),
            curated: None,
            original: None,
            aside: None,
            report: String::new(),
            settled: String::new(),
            tries: 0,
            who: None,
            why: None,
        };
        self.bench.journal.record(entry).unwrap();
    }

    /// It came there.
    fn published(&self) {
        self.write("curated/sub/x.txt");
    }

    fn write(&self, path: &str) {
        let path = self.root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, BYTES).unwrap();
    }

    /// Another start.
    fn complete(&self) {
        assert!(self.bench.complete_interrupted().unwrap());
    }

    /// What lies there, by name.
    fn lying(&self, folder: &str) -> Vec<(String, String)> {
        let files =
            fs::read_dir(self.root.path().join(folder)).into_iter().flatten().map(|entry| entry.unwrap().path());
        let named =
            |path: PathBuf| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(path).unwrap());
        let mut lying: Vec<(String, String)> = files.filter(|path| path.is_file()).map(named).collect();
        lying.sort();
        lying
    }

    /// What the journal says of it, and where it says that it is.
    fn known(&self, id: &str) -> Option<(Stage, Option<PathBuf>)> {
        self.bench.journal.known(id).unwrap().map(|entry| (entry.stage, entry.curated))
    }
}

fn shut(folder: Option<&str>) {
    lacking::HANDLES.set(folder.map(PathBuf::from));
}

#[test]
fn a_published_file_that_cannot_be_looked_for_is_not_taken_for_gone() {
    let rig = Rig::new();
    let found = Some((Stage::Done, Some("sub/x.txt".into())));
    rig.moving(Kind::Judged, "dead-0");
    rig.published();
    let claim = rig.layout.inbox.join(".siftd/dead/dead-0.1");
    fs::create_dir_all(&claim).unwrap();
    fs::set_permissions(rig.layout.inbox.join(".siftd"), fs::Permissions::from_mode(0o700)).unwrap();
    let inbox = Inbox::open(&rig.layout.inbox, Ignore::new(&[]).unwrap()).unwrap();
    let recover = || {
        let (left, fault) = inbox.left(|_| false);
        assert!(left.len() == 1 && fault.is_none(), "{fault:?}");
        let (claims, completed) = rig.bench.recover(left);
        assert!(claims.is_empty());
        completed
    };
    shut(Some("sub"));
    let error = recover().unwrap_err().to_string();
    assert!(error.starts_with("failed to look for the published sub/x.txt: "), "{error}");
    assert_eq!(rig.known("dead-0"), Some((Stage::Moving, None)));
    shut(None);
    recover().unwrap();
    assert_eq!(rig.known("dead-0"), found);
    assert!(inbox.left(|_| false).0.is_empty());
}

#[test]
fn a_release_that_cannot_be_looked_for_is_not_forgotten() {
    let rig = Rig::new();
    rig.moving(Kind::Released, "quarantine-0");
    rig.published();
    shut(Some("sub"));
    assert!(!matches!(rig.bench.complete_interrupted(), Ok(true)), "it is to be asked again");
    assert_eq!(rig.known("quarantine-0"), Some((Stage::Moving, None)));
    shut(None);
    rig.complete();
    assert_eq!(rig.known("quarantine-0"), Some((Stage::Done, Some("sub/x.txt".into()))));
    // Nothing came of this one.
    rig.moving(Kind::Released, "quarantine-1");
    fs::remove_dir_all(rig.layout.curated.join(Path::new("sub"))).unwrap();
    rig.complete();
    assert_eq!(rig.known("quarantine-1"), None);
}

#[test]
fn what_is_not_ours_keeps_nobody_from_finding_what_is() {
    use std::os::unix::fs::symlink;
    let rig = Rig::new();
    rig.moving(Kind::Released, "quarantine-0");
    let hash = blake3::hash(BYTES.as_bytes()).to_hex();
    rig.write(&format!("curated/sub/x~{}.txt", &hash[..8]));
    symlink("elsewhere", rig.layout.curated.join("sub/x.txt")).unwrap();
    rig.complete();
    let found = PathBuf::from(format!("sub/x~{}.txt", &hash[..8]));
    assert_eq!(rig.known("quarantine-0"), Some((Stage::Done, Some(found))));
}

#[test]
fn a_release_or_another_try_that_was_cut_between_two_names_ends_with_one() {
    let report = "quarantine/sub/x.txt.siftd.json";
    for (kind, verdict, to) in [
        (Kind::Released, "pass", "curated"),
        (Kind::Retried, "reject", "rejected"),
        (Kind::Released, "strip", "originals"),
    ] {
        let rig = Rig::new();
        let at = |path: &str| rig.root.path().join(path);
        let lies = |path: &str| at(path).is_file();
        rig.write("quarantine/sub/x.txt");
        fs::write(at(report), "{\"verdict\": \"quarantine\"}").unwrap();
        rig.write(&format!("{to}/sub/x.txt"));
        rig.judged(kind, "quarantine-0", verdict);
        if verdict == "strip" {
            // The original lay there before; the copy was not made.
            rig.complete();
            assert!(lies("quarantine/sub/x.txt") && lies(report));
            rig.judged(kind, "quarantine-0", verdict);
            fs::create_dir_all(at("curated/sub")).unwrap();
            fs::write(at("curated/sub/x.txt"), COPY).unwrap();
        }
        rig.complete();
        assert_eq!(rig.known("quarantine-0").unwrap().0, Stage::Done);
        assert!(lies(&format!("{to}/sub/x.txt")) && !lies("quarantine/sub/x.txt") && !lies(report), "{verdict}");
    }
}

#[test]
fn what_is_not_the_file_that_went_on_stays() {
    let rig = Rig::new();
    let aside = rig.layout.quarantine.join("sub/x.txt");
    rig.write("quarantine/sub/x.txt");
    // It was tried again, and lies where it belongs.
    rig.judged(Kind::Retried, "quarantine-0", "quarantine");
    rig.complete();
    assert_eq!(fs::read_to_string(&aside).unwrap(), BYTES);
    // Another file has its name by now.
    fs::write(&aside, "to be kept!").unwrap();
    rig.published();
    rig.moving(Kind::Released, "quarantine-1");
    rig.complete();
    assert_eq!(rig.known("quarantine-1").unwrap().0, Stage::Done);
    assert_eq!(fs::read_to_string(&aside).unwrap(), "to be kept!");
}

#[test]
fn a_file_that_was_held_to_be_sent_on_is_put_back_or_known_to_be_sent() {
    // Its row, whether it is done; where it was copied to already; where it ends.
    let cases = [
        (Some(Stage::Moving), false, "quarantine"),
        (Some(Stage::Moving), true, "curated"),
        (Some(Stage::Done), true, "curated"),
        (Some(Stage::Done), false, "quarantine"),
        (None, false, "quarantine"),
    ];
    for (row, copied, ends) in cases {
        let rig = Rig::new();
        let id = "quarantine-0123";
        if let Some(stage) = row {
            rig.moving(Kind::Released, id);
            let mut entry = rig.bench.journal.known(id).unwrap().unwrap();
            entry.stage = stage;
            rig.bench.journal.record(entry).unwrap();
        }
        rig.write(&format!("quarantine/.siftd/move-{id}/sub/x.txt"));
        if copied {
            rig.published();
        }
        rig.complete();
        for place in ["quarantine", "curated"] {
            let there = fs::read_to_string(rig.root.path().join(place).join("sub/x.txt")).ok();
            assert_eq!(there.as_deref(), (place == ends).then_some(BYTES), "{row:?} {copied} {place}");
        }
        assert!(!rig.root.path().join("quarantine/.siftd").is_dir(), "{row:?} {copied}");
        let stage = rig.known(id).map(|(stage, _)| stage);
        assert_eq!(stage, (copied || row == Some(Stage::Done)).then_some(Stage::Done), "{row:?} {copied}");
    }
}

#[test]
fn of_one_that_went_on_nothing_is_put_back_for_another_that_has_its_name() {
    let another = ("x.txt".to_owned(), "another".to_owned());
    for stage in [Stage::Moving, Stage::Done] {
        for copied in [true, false] {
            let rig = Rig::new();
            let id = "quarantine-0123";
            rig.moving(Kind::Released, id);
            let entry = rig.bench.journal.known(id).unwrap().unwrap();
            rig.bench.journal.record(Entry { stage, ..entry }).unwrap();
            rig.write(&format!("quarantine/.siftd/move-{id}/sub/x.txt"));
            if copied {
                rig.published();
            }
            fs::create_dir_all(rig.layout.quarantine.join("sub")).unwrap();
            fs::write(rig.layout.quarantine.join("sub/x.txt"), "another").unwrap();
            rig.complete();
            let aside = rig.lying("quarantine/sub");
            assert_eq!(aside.len(), if copied { 1 } else { 2 }, "{stage:?} {copied}: {aside:?}");
            assert!(aside.contains(&another), "{stage:?} {copied}: {aside:?}");
            let all = [aside, rig.lying("curated/sub")].concat();
            assert_eq!(all.iter().filter(|(_, bytes)| bytes == BYTES).count(), 1, "{stage:?} {copied}: {all:?}");
            assert!(!rig.layout.quarantine.join(".siftd").is_dir(), "{stage:?} {copied}");
        }
    }
}

#[test]
fn one_of_which_no_hash_is_known_is_held_against_what_was_published() {
    // Held, or lying where it lay; what has its name in curated; where it ends, and whether it is known to have gone on.
    let other = "to be fouNd";
    let cases = [(BYTES, "curated", true), (other, "quarantine", false), ("another size", "quarantine", false)];
    for held in [true, false] {
        for (published, ends, went) in cases {
            let rig = Rig::new();
            let id = "quarantine-0123";
            rig.moving(Kind::Released, id);
            let entry = rig.bench.journal.known(id).unwrap().unwrap();
            rig.bench.journal.record(Entry { hash: None, ..entry }).unwrap();
            rig.write(&if held {
                format!("quarantine/.siftd/move-{id}/sub/x.txt")
            } else {
                "quarantine/sub/x.txt".into()
            });
            fs::create_dir_all(rig.layout.curated.join("sub")).unwrap();
            fs::write(rig.layout.curated.join("sub/x.txt"), published).unwrap();
            rig.complete();
            let lies = |place: &str| rig.lying(&format!("{place}/sub")).iter().any(|(_, bytes)| bytes == BYTES);
            assert_eq!(["curated", "quarantine"].map(lies), [went, !went], "{held} {published}: ends in {ends}");
            assert_eq!(rig.known(id).map(|(stage, _)| stage), went.then_some(Stage::Done), "{held} {published}");
        }
    }
}

#[test]
fn what_is_held_in_what_is_not_mounted_at_present_waits() {
    let rig = Rig::new();
    let at = |path: &str| rig.root.path().join("quarantine/.siftd").join(path);
    rig.moving(Kind::Released, "quarantine-0");
    // Of two nothing is known, and one of them was not wholly marked when siftd was killed.
    let marked = ["move-quarantine-0/.siftd/sub/x.txt/.siftd", "expire-1/.siftd/sub/y.txt/.siftd"];
    marked.iter().chain(&["expire-2/.siftd/sub"]).for_each(|mark| fs::create_dir_all(at(mark)).unwrap());
    for _ in 0..2 {
        assert!(!matches!(rig.bench.complete_interrupted(), Ok(true)), "it is to be asked again");
        assert!(marked.iter().all(|mark| at(mark).is_dir()) && !at("expire-2").is_dir());
        assert_eq!(rig.known("quarantine-0"), Some((Stage::Moving, None)));
    }
}

#[test]
fn rows_of_a_journal_that_cannot_be_asked_are_asked_for_again() {
    let mut rig = Rig::new();
    rig.moving(Kind::Released, "quarantine-0");
    rig.published();
    let (file, away) = (rig.layout.state.join("journal.db"), rig.root.path().join("away"));
    rig.bench.journal.close();
    rustix::fs::rename(&file, &away).unwrap();
    fs::create_dir(&file).unwrap();
    rig.bench.journal = Journal::open(&rig.layout.state);
    assert!(!rig.bench.complete_interrupted().unwrap());
    fs::remove_dir(&file).unwrap();
    rustix::fs::rename(&away, &file).unwrap();
    let start = Instant::now();
    while !rig.bench.complete_interrupted().unwrap() {
        assert!(start.elapsed() < Duration::from_secs(60), "it cannot be asked again");
    }
    assert_eq!(rig.known("quarantine-0").map(|(stage, _)| stage), Some(Stage::Done));
}

#[test]
fn but_not_while_a_living_process_sends_it_on() {
    let rig = Rig::new();
    let (id, held) = ("quarantine-0123", rig.root.path().join("quarantine/.siftd/move-quarantine-0123"));
    rig.moving(Kind::Released, id);
    rig.write("quarantine/.siftd/move-quarantine-0123/sub/x.txt");
    let living = fs::File::open(&held).unwrap();
    living.lock().unwrap();
    assert!(!rig.bench.complete_interrupted().unwrap(), "it is to be asked again");
    assert!(held.join("sub/x.txt").is_file());
    assert_eq!(rig.known(id), Some((Stage::Moving, None)));
    drop(living);
    rig.complete();
    assert!(rig.root.path().join("quarantine/sub/x.txt").is_file());
    assert_eq!(rig.known(id), None);
}

#[test]
fn nor_does_anybody_else_take_it_while_it_is_put_back() {
    // Its row, and whether its folder can be locked at all.
    for (row, lockable) in [(true, true), (false, true), (true, false), (false, false)] {
        let rig = Rig::new();
        let (id, held) = ("quarantine-0123", rig.root.path().join("quarantine/.siftd/move-quarantine-0123"));
        if row {
            rig.moving(Kind::Released, id);
        }
        rig.write("quarantine/.siftd/move-quarantine-0123/sub/x.txt");
        let locked = Rc::new(Cell::new(None));
        let seen = Rc::clone(&locked);
        lacking::MEANWHILE.set(Some(Box::new(move || {
            seen.set(Some(matches!(fs::File::open(held).unwrap().try_lock(), Err(TryLockError::WouldBlock))));
        })));
        lacking::LOCKS.set(!lockable);
        rig.complete();
        lacking::LOCKS.set(false);
        assert_eq!(locked.get(), Some(lockable), "{row} {lockable}");
        assert!(rig.root.path().join("quarantine/sub/x.txt").is_file(), "{row} {lockable}");
        assert_eq!(rig.known(id), None, "{row} {lockable}");
    }
}

/// The journal cannot be asked until what this gives is dropped: something waits to be written, and another program holds the lock.
fn unasked(rig: &Rig) -> Another {
    let other = Another::writing(&rig.layout.state);
    rig.bench.journal.forget("waits").unwrap_err();
    other
}

fn until_asked(rig: &Rig) {
    let start = Instant::now();
    while rig.bench.journal.known("waits").is_err() {
        assert!(start.elapsed() < Duration::from_secs(60), "it cannot be asked again");
    }
}

#[test]
fn what_is_held_waits_for_a_journal_that_cannot_be_asked() {
    let rig = Rig::new();
    let held = "quarantine/.siftd/expire-1/sub/x.txt";
    rig.write(held);
    let other = unasked(&rig);
    assert!(matches!(rig.bench.put_back_held(), Err(Incomplete::Unasked)));
    assert!(rig.root.path().join(held).is_file());
    drop(other);
    until_asked(&rig);
    rig.bench.put_back_held().unwrap();
    assert!(rig.root.path().join("quarantine/sub/x.txt").is_file());
}

#[test]
fn a_file_in_the_folder_of_an_ended_claim_waits_for_it_too() {
    let rig = Rig::new();
    rig.moving(Kind::Judged, "dead-0");
    rig.published();
    let mut ended = rig.bench.journal.known("dead-0").unwrap().unwrap();
    ended.stage = Stage::Done;
    rig.bench.journal.record(ended).unwrap();
    let claim = rig.layout.inbox.join(".siftd/dead/dead-0.0/sub");
    fs::create_dir_all(&claim).unwrap();
    fs::write(claim.join("x.txt"), "another").unwrap();
    fs::set_permissions(rig.layout.inbox.join(".siftd"), fs::Permissions::from_mode(0o700)).unwrap();
    let inbox = Inbox::open(&rig.layout.inbox, Ignore::new(&[]).unwrap()).unwrap();
    let recover = || rig.bench.recover(inbox.left(|_| false).0);
    let other = unasked(&rig);
    let (claims, completed) = recover();
    assert!(claims.is_empty() && matches!(completed, Err(Incomplete::Unwritten)));
    drop(other);
    until_asked(&rig);
    let (claims, completed) = recover();
    completed.unwrap();
    assert_eq!(claims.iter().map(Claim::id).collect::<Vec<_>>(), ["dead-0-1"]);
}
