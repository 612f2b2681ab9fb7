//! What was held to be sent on when siftd was killed.

use super::*;

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
fn what_is_held_in_what_is_not_mounted_at_present_waits() {
    let rig = Rig::new();
    let at = |path: &str| rig.root.path().join("quarantine/.siftd").join(path);
    rig.moving(Kind::Released, "quarantine-0");
    // Of two nothing is known, and one of them was not wholly marked when siftd was killed.
    let marked = ["move-quarantine-0/.siftd/sub/x.txt/.siftd", "expire-1/.siftd/sub/y.txt/.siftd"];
    marked.iter().chain(&["expire-2/.siftd/sub"]).for_each(|mark| fs::create_dir_all(at(mark)).unwrap());
    for _ in 0..2 {
        let Err(Incomplete::Away(mut waiting)) = rig.bench.complete_interrupted(&|| ()) else { panic!("they wait") };
        waiting.sort_by(|one, other| one.path.cmp(&other.path));
        let told: Vec<String> = waiting.iter().map(ToString::to_string).collect();
        assert!(
            told[0].starts_with("quarantine/sub/x.txt waits since 2") && told[0].contains("it was sent on"),
            "{told:?}"
        );
        assert!(
            told[1].starts_with("quarantine/sub/y.txt waits since 2") && told[1].contains("deleted it"),
            "{told:?}"
        );
        assert!(marked.iter().all(|mark| at(mark).is_dir()) && !at("expire-2").is_dir());
        assert_eq!(rig.known("quarantine-0"), Some((Stage::Moving, None)));
    }
}

#[test]
fn but_not_while_a_living_process_sends_it_on() {
    let rig = Rig::new();
    let (id, held) = ("quarantine-0123", rig.root.path().join("quarantine/.siftd/move-quarantine-0123"));
    rig.moving(Kind::Released, id);
    rig.write("quarantine/.siftd/move-quarantine-0123/sub/x.txt");
    let living = fs::File::open(&held).unwrap();
    living.lock().unwrap();
    assert!(!rig.bench.complete_interrupted(&|| ()).unwrap(), "it is to be asked again");
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

#[test]
fn a_stripped_copy_that_was_held_to_be_taken_back_goes() {
    let rig = Rig::new();
    let id = "quarantine-0123";
    rig.judged(Kind::Released, id, "strip");
    rig.write(&format!("quarantine/.siftd/move-{id}/sub/x.txt"));
    let held = rig.layout.curated.join(format!(".siftd/move-copy-{id}/sub"));
    fs::create_dir_all(&held).unwrap();
    fs::create_dir_all(rig.layout.curated.join("sub")).unwrap();
    fs::write(held.join("x.txt"), COPY).unwrap();
    rig.complete();
    assert_eq!(rig.lying("curated/sub"), []);
    assert_eq!(rig.lying("quarantine/sub"), [("x.txt".to_owned(), BYTES.to_owned())]);
    assert!(rig.known(id).is_none() && !rig.root.path().join("curated/.siftd").is_dir());
}

#[test]
fn a_stripped_copy_whose_original_was_put_back_goes() {
    // Whether the copy came since the row was written, and whether it is that of another file too.
    for (since, another) in [(true, false), (false, false), (true, true)] {
        let rig = Rig::new();
        let id = "quarantine-0123";
        rig.judged(Kind::Released, id, "strip");
        let entry = rig.bench.journal.known(id).unwrap().unwrap();
        if another {
            let (hash, curated) = (Some("other".to_owned()), Some("sub/x.txt".into()));
            let done = Entry {
                id: "other".to_owned(),
                kind: Kind::Judged,
                stage: Stage::Done,
                hash,
                curated,
                ..entry.clone()
            };
            rig.bench.journal.record(done).unwrap();
        }
        rig.write(&format!("quarantine/.siftd/move-{id}/sub/x.txt"));
        fs::create_dir_all(rig.layout.curated.join("sub")).unwrap();
        let written = rig.layout.curated.join("sub/x.txt");
        fs::write(&written, COPY).unwrap();
        // What came in the same tick has an earlier time.
        let stamp = Fingerprint::of(&rustix::fs::stat(&written).unwrap()).changed_ms();
        let time = jiff::Timestamp::from_millisecond(stamp + if since { 10 } else { 1000 }).unwrap();
        rig.bench.journal.record(Entry { time, ..entry }).unwrap();
        rig.complete();
        let copy = ("x.txt".to_owned(), COPY.to_owned());
        assert_eq!(rig.lying("curated/sub").contains(&copy), !since || another, "{since} {another}");
        assert_eq!(rig.lying("quarantine/sub"), [("x.txt".to_owned(), BYTES.to_owned())], "{since} {another}");
        assert!(rig.known(id).is_none() && !rig.root.path().join("curated/.siftd").is_dir(), "{since} {another}");
    }
}
