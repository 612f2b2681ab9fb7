//! What a policy must not delete, while others are at work.

mod again;

use std::{cell::Cell, fs, rc::Rc, sync::mpsc, thread, time::Duration};

use super::*;
use crate::spool::{
    Fingerprint, Ignore, Inbox, Judge, Judged, Moving, Ruling, Unjudged, clock,
    folder::Folder,
    journal::{Another, Entry, Journal, Kind, Stage},
    lacking,
    layout::Layout,
};
use rustix::fs::FlockOperation;

/// Lets nothing in.
struct Harsh;

impl Judge for Harsh {
    fn judge(&self, _: &Path, _: Vec<u8>, _: &dyn Fn() -> bool) -> Judged {
        Judged { ruling: Ruling::Reject, report: b"{}".to_vec(), rules: Vec::new(), ruleset: String::new() }
    }

    fn unjudged(&self, path: &Path, _: u64, _: Unjudged) -> Judged {
        self.judge(path, Vec::new(), &|| false)
    }

    fn ruleset(&self) -> String {
        String::new()
    }
}

/// Takes `x.txt` from the inbox and files it away; whether the journal could be told before it was moved.
fn file_away(bench: &Bench, inbox: &Inbox) -> bool {
    file_away_at(bench, inbox, Path::new("x.txt"))
}

fn file_away_at(bench: &Bench, inbox: &Inbox, path: &Path) -> bool {
    file_away_by(bench, inbox, path, &Harsh)
}

fn file_away_by(bench: &Bench, inbox: &Inbox, path: &Path, judge: &dyn Judge) -> bool {
    let seen = Fingerprint::of(&rustix::fs::stat(inbox.path().join(path)).unwrap());
    let case = bench.judge(inbox.claim(path, &seen).unwrap(), judge).unwrap();
    let id = case.id().to_owned();
    let (_, begun) = bench.begin(Vec::new(), vec![case]);
    let told = bench.journal.known(&id).is_ok();
    let (ended, refused) = bench.publish_all(begun, &|| ());
    assert!(refused.is_empty(), "{refused:?}");
    bench.end(ended);
    told
}

#[test]
fn what_came_while_the_journal_could_not_be_written_is_not_deleted_on_the_word_of_an_earlier_row() {
    let retention = Retention { rejected: Some(Duration::from_secs(3600)), ..Retention::default() };
    // The first one lies there still, and is compared with; or it was taken away.
    for lies in [true, false] {
        let dir = tempfile::tempdir().unwrap();
        let (layout, bench) = Bench::below(dir.path(), Moving::Rename);
        let inbox = Inbox::open(&layout.inbox, Ignore::new(&[]).unwrap()).unwrap();
        let (dropped, rejected) = (layout.inbox.join("x.txt"), layout.rejected.join("x.txt"));
        fs::write(&dropped, "unwanted").unwrap();
        assert!(file_away(&bench, &inbox));
        if !lies {
            fs::remove_file(&rejected).unwrap();
            fs::remove_file(layout.rejected.join("x.txt.siftd.json")).unwrap();
        }
        // Another process deletes.
        let other = Bench { journal: Journal::open(&layout.state), ..Bench::below(dir.path(), Moving::Rename).1 };
        assert!(other.journal.interrupted().unwrap().is_empty());
        let expire = || {
            let now = clock::now() + Duration::from_secs(7200);
            let mut pass = Pass { retention: &retention, now, dry: false, stop: &|| false, tell: &mut |_| () };
            other.expire(&layout.state, &mut pass)
        };
        let locked = Another::writing(&layout.state);
        fs::write(&dropped, "unwanted").unwrap();
        assert!(!file_away(&bench, &inbox));
        drop(locked);
        // What waits in memory is told of, or written by now.
        match expire() {
            Ok(expired) => assert_eq!(expired.files, 0, "{lies}"),
            Err(fault) => assert!(fault.to_string().contains("nothing is deleted until it has"), "{fault}"),
        }
        assert_eq!(fs::read_to_string(&rejected).unwrap(), "unwanted", "{lies}: the only one is deleted");
        assert!(other.journal.interrupted().unwrap().is_empty(), "{lies}");
        // It is as old as its own row, once that is written.
        bench.journal.close();
        assert_eq!(expire().unwrap().files, 1, "{lies}");
    }
}

#[test]
fn what_is_being_deleted_is_no_concern_of_who_looks_for_what_a_crash_left() {
    let retention = Retention { rejected: Some(Duration::from_secs(3600)), ..Retention::default() };
    let dir = tempfile::tempdir().unwrap();
    let (layout, bench) = Bench::below(dir.path(), Moving::Rename);
    let inbox = Inbox::open(&layout.inbox, Ignore::new(&[]).unwrap()).unwrap();
    fs::write(layout.inbox.join("x.txt"), "unwanted").unwrap();
    assert!(file_away(&bench, &inbox));
    let other = Bench { journal: Journal::open(&layout.state), ..Bench::below(dir.path(), Moving::Rename).1 };
    // Its row is written, and it is about to be taken.
    let looked = Rc::new(Cell::new(false));
    let looks = Rc::clone(&looked);
    lacking::MEANWHILE.set(Some(Box::new(move || {
        assert!(!other.complete_interrupted(&|| ()).unwrap(), "it is told what came of it");
        assert_eq!(other.journal.interrupted().unwrap().len(), 1, "its row is gone");
        looks.set(true);
    })));
    let now = clock::now() + Duration::from_secs(7200);
    let mut pass = Pass { retention: &retention, now, dry: false, stop: &|| false, tell: &mut |_| () };
    assert_eq!(bench.expire(&layout.state, &mut pass).unwrap().files, 1);
    assert!(looked.get() && !layout.rejected.join("x.txt").is_file() && !layout.rejected.join(".siftd").is_dir());
    assert!(!bench.holds_any() && bench.journal.interrupted().unwrap().is_empty());
}

/// Does this in a thread of its own, and fails if it takes too long.
fn in_time(act: impl FnOnce() + Send + 'static) {
    let (sender, done) = mpsc::channel();
    let thread = thread::spawn(move || {
        act();
        let _ = sender.send(());
    });
    if let Err(mpsc::RecvTimeoutError::Timeout) = done.recv_timeout(Duration::from_secs(60)) {
        panic!("it waits for ever");
    }
    thread.join().unwrap();
}

/// One rejected file, which is due, and the pass that deletes it.
fn with_one_due(act: impl FnOnce(&Layout, &Inbox, &Bench, &dyn Fn() -> Result<Expired, Fault>)) {
    let dir = tempfile::tempdir().unwrap();
    let (layout, bench) = Bench::below(dir.path(), Moving::Rename);
    let inbox = Inbox::open(&layout.inbox, Ignore::new(&[]).unwrap()).unwrap();
    fs::write(layout.inbox.join("x.txt"), "unwanted").unwrap();
    assert!(file_away(&bench, &inbox));
    let retention = Retention { rejected: Some(Duration::from_secs(3600)), ..Retention::default() };
    let expire = || {
        let now = clock::now() + Duration::from_secs(7200);
        let mut pass = Pass { retention: &retention, now, dry: false, stop: &|| false, tell: &mut |_| () };
        bench.expire(&layout.state, &mut pass)
    };
    act(&layout, &inbox, &bench, &expire);
}

#[test]
fn a_deletion_whose_end_cannot_be_written_waits_for_nobody() {
    in_time(|| {
        with_one_due(|layout, _, bench, expire| {
            let state = layout.state.clone();
            let locked = Rc::new(Cell::new(None));
            let locks = Rc::clone(&locked);
            lacking::MEANWHILE.set(Some(Box::new(move || locks.set(Some(Another::writing(&state))))));
            assert_eq!(expire().unwrap().files, 1);
            assert!(bench.journal.trouble().is_some());
            drop(locked.take().unwrap());
            bench.journal.forget("another").unwrap();
            assert!(bench.journal.interrupted().unwrap().is_empty(), "it is written when it can be");
        });
    });
}

#[test]
fn what_came_while_a_deletion_was_begun_and_could_not_be_written_down_keeps_the_file() {
    in_time(|| {
        with_one_due(|layout, _, bench, expire| {
            let (layout_then, locked) = (layout.clone(), Rc::new(Cell::new(None)));
            let locks = Rc::clone(&locked);
            lacking::MEANWHILE.set(Some(Box::new(move || {
                // Another process takes the same bytes in, and drops them: they lie there already.
                let inbox = Inbox::open(&layout_then.inbox, Ignore::new(&[]).unwrap()).unwrap();
                let other = Bench::below(layout_then.inbox.parent().unwrap(), Moving::Rename).1;
                let another = Another::writing(&layout_then.state);
                fs::write(layout_then.inbox.join("x.txt"), "unwanted").unwrap();
                assert!(!file_away(&other, &inbox));
                locks.set(Some((another, other)));
            })));
            assert_eq!(expire().unwrap().files, 0);
            let rejected = layout.rejected.join("x.txt");
            assert_eq!(fs::read_to_string(&rejected).unwrap(), "unwanted", "the only one is deleted");
            let (another, other) = locked.take().unwrap();
            drop(another);
            drop(other);
            bench.journal.forget("another").unwrap();
            assert!(bench.journal.interrupted().unwrap().is_empty() && !bench.holds_any());
        });
    });
}

#[test]
fn where_nothing_can_be_locked_policies_delete_all_the_same() {
    with_one_due(|layout, _, bench, expire| {
        lacking::LOCKS.set(true);
        let expired = expire();
        lacking::LOCKS.set(false);
        assert_eq!(expired.unwrap().files, 1);
        assert!(!layout.rejected.join("x.txt").is_file() && !bench.holds_any());
    });
}

#[test]
fn whoever_locks_the_state_folder_keeps_nobody_from_anything() {
    in_time(|| {
        with_one_due(|layout, inbox, bench, expire| {
            let stranger = Folder::open(&layout.state).unwrap();
            stranger.lock(FlockOperation::NonBlockingLockExclusive).unwrap();
            let another = Another::writing(&layout.state);
            fs::write(layout.inbox.join("x.txt"), "other").unwrap();
            assert!(!file_away(bench, inbox));
            drop(another);
            bench.journal.forget("another").unwrap();
            assert_eq!(expire().unwrap().files, 2);
        });
    });
}

#[test]
fn what_is_mounted_is_marked_before_the_row_of_a_deletion_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let (layout, bench) = Bench::below(dir.path(), Moving::Rename);
    let inbox = Inbox::open(&layout.inbox, Ignore::new(&[]).unwrap()).unwrap();
    fs::create_dir(layout.inbox.join("sub")).unwrap();
    fs::write(layout.inbox.join("sub/x.txt"), "unwanted").unwrap();
    assert!(file_away_at(&bench, &inbox, Path::new("sub/x.txt")));
    lacking::MOUNTS.set(vec!["sub".into()]);
    // Whoever has this lock keeps it from going on when its row is written.
    let owing = fs::File::open(layout.state.join("journal.lock")).unwrap();
    owing.lock().unwrap();
    let (looking, private) = (Journal::open(&layout.state), layout.rejected.join(".siftd"));
    let looks = thread::spawn(move || {
        let begun = std::time::Instant::now();
        let row = loop {
            if let Some(row) = looking.interrupted().unwrap().pop() {
                break row;
            }
            assert!(begun.elapsed() < Duration::from_secs(60), "no row is written");
        };
        let marked = private.join(row.id).join(".siftd/sub/x.txt/.siftd").is_dir();
        drop(owing);
        marked
    });
    let retention = Retention { rejected: Some(Duration::from_secs(3600)), ..Retention::default() };
    let now = clock::now() + Duration::from_secs(7200);
    let mut pass = Pass { retention: &retention, now, dry: false, stop: &|| false, tell: &mut |_| () };
    let expired = bench.expire(&layout.state, &mut pass);
    lacking::MOUNTS.take();
    assert!(looks.join().unwrap(), "killed here, it would be taken for deleted while that is not mounted");
    assert!(!bench.holds_any());
    // The lock may have been kept for too long.
    assert!(expired.is_err() || !layout.rejected.join("sub/x.txt").is_file());
}
