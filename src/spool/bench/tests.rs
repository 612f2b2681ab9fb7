//! What becomes of a file when a call fails that comes after it got its final name.

use std::{fs, os::unix::fs::PermissionsExt};

use super::*;
use crate::spool::{Fingerprint, Ignore, Inbox, Layout, journal::Another, lacking};

/// Rules by the first byte.
struct Simple;

impl Judge for Simple {
    fn judge(&self, _: &Path, bytes: Vec<u8>, _: &dyn Fn() -> bool) -> Judged {
        let ruling = match bytes.first() {
            Some(b's') => Ruling::Strip(bytes[1..].to_vec()),
            Some(b'q') => Ruling::Quarantine,
            Some(b'r') => Ruling::Reject,
            _ => Ruling::Pass,
        };
        Judged { ruling, report: b"{}".to_vec(), rules: Vec::new(), ruleset: String::new() }
    }

    fn unjudged(&self, path: &Path, _: u64, _: Unjudged) -> Judged {
        self.judge(path, Vec::new(), &|| false)
    }

    fn ruleset(&self) -> String {
        String::new()
    }
}

/// Where the files lie whose bytes these are, wherever that is.
fn lying(root: &Path, bytes: &str) -> Vec<String> {
    let (mut open, mut found) = (vec![root.to_owned()], Vec::new());
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                open.push(path);
            } else if fs::read(&path).unwrap() == bytes.as_bytes() {
                let first = path.strip_prefix(root).unwrap().components().next().unwrap();
                found.push(first.as_os_str().to_str().unwrap().to_owned());
            }
        }
    }
    found
}

/// Judges and publishes one claim.
fn publish(bench: &Bench, claim: Claim) -> (Vec<Ended>, Vec<Refused>) {
    let case = bench.judge(claim, &Simple).unwrap();
    let (_, begun) = bench.begin(Vec::new(), vec![case]);
    bench.publish_all(begun, &|| ())
}

fn dropped(layout: &Layout, inbox: &Inbox, bytes: &str) -> Claim {
    fs::write(layout.inbox.join("x.txt"), bytes).unwrap();
    let seen = Fingerprint::of(&rustix::fs::stat(layout.inbox.join("x.txt")).unwrap());
    inbox.claim(Path::new("x.txt"), &seen).unwrap()
}

/// No file's name can be removed, the next time only.
fn stays_once() {
    lacking::MEANWHILE.set(Some(Box::new(|| {
        lacking::STAYS.set(true);
        lacking::MEANWHILE.set(Some(Box::new(|| lacking::STAYS.set(false))));
    })));
}

const CASES: [(&str, &str); 4] =
    [("good", "curated"), ("quit", "quarantine"), ("rest", "rejected"), ("strip", "originals")];

#[test]
fn a_file_that_has_its_final_name_when_a_call_fails_does_not_go_back_as_well() {
    for (bytes, place) in CASES {
        let dir = tempfile::tempdir().unwrap();
        let (layout, bench) = Bench::below(dir.path(), Moving::Copy);
        let inbox = Inbox::open(&layout.inbox, Ignore::new(&[]).unwrap()).unwrap();
        let claim = dropped(&layout, &inbox, bytes);
        let id = claim.id().to_owned();
        stays_once();
        let (ended, refused) = publish(&bench, claim);
        assert!(refused.is_empty(), "{refused:?}");
        bench.end(ended);
        assert_eq!(lying(dir.path(), bytes), [place]);
        assert_eq!(bench.journal.known(&id).unwrap().unwrap().stage, Stage::Done, "{place}");
        assert!(inbox.left(|_| false).0.is_empty(), "{place}");
    }
}

#[test]
fn one_of_which_that_cannot_be_mended_stays_claimed_with_its_row() {
    for synced in [true, false] {
        for (bytes, place) in CASES {
            let dir = tempfile::tempdir().unwrap();
            let (layout, bench) = Bench::below(dir.path(), Moving::Copy);
            let inbox = Inbox::open(&layout.inbox, Ignore::new(&[]).unwrap()).unwrap();
            let claim = dropped(&layout, &inbox, bytes);
            let id = claim.id().to_owned();
            let failing: &'static str = place;
            match synced {
                true => lacking::STAYS.set(true),
                // The folder of the stripped copy is another one.
                false => lacking::SYNCS.set(Some(failing)),
            }
            let (ended, mut refused) = publish(&bench, claim);
            lacking::STAYS.set(false);
            lacking::SYNCS.set(None);
            assert!(ended.is_empty());
            let (claim, fault) = *refused.remove(0);
            if !synced && !fault.is_late() {
                // Its report could not be made durable: the file itself went nowhere.
                assert!(matches!(place, "quarantine" | "rejected"), "{fault}");
                assert!(bench.journal.known(&id).unwrap().is_none());
                continue;
            }
            assert_eq!(bench.journal.known(&id).unwrap().unwrap().stage, Stage::Moving, "{place}");
            drop(claim);
            // A later look.
            let (claims, completed) = bench.recover(inbox.left(|_| false).0, &|| ());
            completed.unwrap();
            for claim in claims {
                let (ended, refused) = publish(&bench, claim);
                assert!(refused.is_empty(), "{refused:?}");
                bench.end(ended);
            }
            assert_eq!(lying(dir.path(), bytes), [place]);
            assert_eq!(bench.journal.known(&id).unwrap().unwrap().stage, Stage::Done, "{place}");
        }
    }
}

#[test]
fn one_that_went_nowhere_goes_back_and_its_row_goes() {
    let dir = tempfile::tempdir().unwrap();
    let (layout, bench) = Bench::below(dir.path(), Moving::Copy);
    let inbox = Inbox::open(&layout.inbox, Ignore::new(&[]).unwrap()).unwrap();
    let claim = dropped(&layout, &inbox, "good");
    let id = claim.id().to_owned();
    // The same bytes were there before, which says nothing of this one.
    fs::write(layout.curated.join("x.txt"), "good").unwrap();
    let case = bench.judge(claim, &Simple).unwrap();
    // Somebody has changed it since it was judged.
    let mut private = layout.inbox.join(".siftd");
    while private.is_dir() {
        let mut inside = fs::read_dir(&private).unwrap().map(|entry| entry.unwrap().path());
        private = inside.find(|path| path.is_dir() || path.ends_with("x.txt")).unwrap();
    }
    fs::set_permissions(private, fs::Permissions::from_mode(0o640)).unwrap();
    let (_, begun) = bench.begin(Vec::new(), vec![case]);
    let (ended, mut refused) = bench.publish_all(begun, &|| ());
    assert!(ended.is_empty());
    let (claim, fault) = *refused.remove(0);
    assert!(!fault.is_late() && claim.holds_file(), "{fault}");
    assert!(bench.journal.known(&id).unwrap().is_none());
}

#[test]
fn of_one_that_was_left_and_cannot_be_read_no_row_stays() {
    let dir = tempfile::tempdir().unwrap();
    let (layout, bench) = Bench::below(dir.path(), Moving::Rename);
    let inbox = Inbox::open(&layout.inbox, Ignore::new(&[]).unwrap()).unwrap();
    let claim = dropped(&layout, &inbox, "good");
    let id = claim.id().to_owned();
    let case = bench.judge(claim, &Simple).unwrap();
    // The row is written, and there it ends.
    let (_, begun) = bench.begin(Vec::new(), vec![case]);
    drop(begun);
    assert_eq!(bench.journal.known(&id).unwrap().unwrap().stage, Stage::Moving);
    let (mut claims, completed) = bench.recover(inbox.left(|_| false).0, &|| ());
    completed.unwrap();
    let claim = claims.remove(0);
    // Somebody writes to it, and has done so since before it was taken.
    let held = claim.folder.write(claim.name(), rustix::fs::OFlags::empty(), 0).unwrap();
    let (claim, fault) = *bench.judge(claim, &Simple).unwrap_err();
    assert_eq!(fault.class(), crate::spool::Class::Changed);
    drop(held);
    assert_eq!(claim.put_back().unwrap(), Path::new("x.txt"));
    assert!(bench.journal.known(&id).unwrap().is_none(), "it is being moved for ever");
}

#[test]
fn one_that_was_left_and_went_on_is_not_judged_again_and_its_row_is_completed() {
    for kept_by in ["nobody", "a writer", "the journal"] {
        let dir = tempfile::tempdir().unwrap();
        let (layout, bench) = Bench::below(dir.path(), Moving::Copy);
        let inbox = Inbox::open(&layout.inbox, Ignore::new(&[]).unwrap()).unwrap();
        let claim = dropped(&layout, &inbox, "good");
        let (id, folder, name) = (claim.id().to_owned(), claim.folder.again().unwrap(), claim.name().to_owned());
        let case = bench.judge(claim, &Simple).unwrap();
        let (_, begun) = bench.begin(Vec::new(), vec![case]);
        drop(begun);
        // It has its name, and there it ended.
        fs::write(layout.curated.join("x.txt"), "good").unwrap();
        let writer = (kept_by == "a writer").then(|| folder.write(&name, rustix::fs::OFlags::empty(), 0).unwrap());
        let locked = (kept_by == "the journal").then(|| {
            let locked = Another::writing(&layout.state);
            assert!(bench.journal.forget("another").is_err());
            locked
        });
        let (claims, completed) = bench.recover(inbox.left(|_| false).0, &|| ());
        assert!(claims.is_empty(), "{kept_by}: it is judged");
        match kept_by {
            "nobody" => completed.unwrap(),
            "a writer" => assert!(matches!(completed, Err(Incomplete::Unseen(_)))),
            _ => assert!(matches!(completed, Err(Incomplete::Unwritten))),
        }
        assert_eq!(folder.stat(&name).is_ok(), kept_by != "nobody", "{kept_by}");
        drop((writer, locked));
        // A later look.
        let (claims, completed) = bench.recover(inbox.left(|_| false).0, &|| ());
        completed.unwrap();
        assert!(claims.is_empty(), "{kept_by}: it is judged");
        assert_eq!(lying(dir.path(), "good"), ["curated"], "{kept_by}");
        let entry = bench.journal.known(&id).unwrap().unwrap();
        assert_eq!((entry.stage, entry.curated), (Stage::Done, Some("x.txt".into())), "{kept_by}");
    }
}

#[test]
fn one_that_was_left_and_written_to_after_a_copy_of_it_went_on_gets_a_row_of_its_own() {
    // Before and after, and where that leads.
    for (before, place) in CASES {
        for (after, leads) in CASES.iter().filter(|(after, _)| *after != before) {
            let dir = tempfile::tempdir().unwrap();
            let (layout, bench) = Bench::below(dir.path(), Moving::Copy);
            let inbox = Inbox::open(&layout.inbox, Ignore::new(&[]).unwrap()).unwrap();
            let claim = dropped(&layout, &inbox, before);
            let id = claim.id().to_owned();
            let (folder, name) = (claim.folder.again().unwrap(), claim.name().to_owned());
            // The copy has its name, and there it ends.
            lacking::STAYS.set(true);
            let (ended, refused) = publish(&bench, claim);
            lacking::STAYS.set(false);
            assert!(ended.is_empty() && lying(dir.path(), before).len() == 2, "{before}");
            drop(refused);
            folder.unlink(&name).unwrap();
            fs::write(folder.path().join(&name), after).unwrap();
            let (claims, completed) = bench.recover(inbox.left(|_| false).0, &|| ());
            completed.unwrap();
            assert!(claims.iter().all(|claim| claim.id() != id), "{before} {after}: its row is written over");
            for claim in claims {
                let (ended, refused) = publish(&bench, claim);
                assert!(refused.is_empty(), "{refused:?}");
                bench.end(ended);
            }
            assert_eq!(
                (lying(dir.path(), before), lying(dir.path(), after)),
                (vec![place.to_owned()], vec![leads.to_string()])
            );
            let row = bench.journal.known(&id).unwrap().unwrap();
            let hash = blake3::hash(before.as_bytes()).to_hex().to_string();
            assert_eq!((row.stage, row.hash), (Stage::Done, Some(hash)), "{before} {after}");
            assert_eq!(bench.journal.known(&format!("{id}-1")).unwrap().map(|row| row.stage), Some(Stage::Done));
        }
    }
}
