//! The journal while it cannot be written: files keep moving, and it is told of them afterwards.

use std::path::PathBuf;

use rusqlite::Connection;
use siftd::spool::journal::{Entry, Stage};

use crate::rig::{Rig, Setup, files, until};

/// Takes the journal for itself, as another program may.
fn lock(rig: &Rig) -> Connection {
    let other = Connection::open(rig.path("state/journal.db")).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    other
}

fn trouble(rig: &Rig) -> Option<String> {
    rig.status()?.journal_trouble
}

fn names(entries: &[Entry]) -> Vec<PathBuf> {
    let mut names: Vec<PathBuf> = entries.iter().map(|entry| entry.path.clone()).collect();
    names.sort_unstable();
    names
}

#[test]
fn a_journal_that_is_locked_for_long_stops_no_file_and_is_told_of_all_afterwards() {
    let rig = Rig::new();
    let daemon = rig.start(&Setup { sweep_ms: 200, logs: true, ..Setup::default() });
    rig.drop_in("first.txt", "first");
    rig.until_idle(1);
    let other = lock(&rig);
    let texts = ["good", "JUNK", "WORST", "STRIP\nkept\n"];
    for round in 0..3 {
        for (number, text) in texts.iter().enumerate() {
            rig.drop_in(format!("{round}-{number}.txt"), format!("{round}\n{text}"));
        }
        rig.until_idle(1 + (round + 1) * texts.len() as u64);
    }
    until("it is told", || trouble(&rig).is_some_and(|text| text.contains("locked")));
    assert_eq!(names(&rig.history()), [PathBuf::from("first.txt")], "who reads waits for nobody");
    drop(other);
    until("it is written again", || trouble(&rig).is_none());
    until("nothing is left of the claims", || files(&rig.path("inbox")).len() == 2);
    let entries = rig.history();
    assert_eq!(entries.len(), 13, "{:?}", names(&entries));
    assert!(entries.iter().all(|entry| entry.stage == Stage::Done), "{entries:?}");
    daemon.stop();
    assert_eq!(rig.logged(&["ERROR", "cannot write the journal"]), 1);
    let dropped = (0..3).flat_map(|round| texts.map(|text| format!("{round}\n{text}")));
    rig.assert_each_once(dropped.chain(["first".to_owned()]));
}

#[test]
fn so_does_one_that_is_locked_at_the_start_and_at_the_end() {
    let rig = Rig::new();
    rig.drop_in("first.txt", "first");
    rig.once(&Setup::default());
    let other = lock(&rig);
    rig.drop_in("second.txt", "second");
    let daemon = rig.start(&Setup { sweep_ms: 200, ..Setup::default() });
    rig.until_published("curated/second.txt");
    until("it is told", || trouble(&rig).is_some_and(|text| text.contains("locked")));
    // What it could not write down before it ended, it cannot any more; the file is where it belongs.
    daemon.stop();
    drop(other);
    rig.once(&Setup::default());
    rig.assert_each_once(["first", "second"]);
    assert_eq!(names(&rig.history()), [PathBuf::from("first.txt")]);
    assert!(files(&rig.path("inbox")).is_empty());
}

#[test]
fn that_it_is_written_again_is_told_though_nothing_else_happens() {
    let rig = Rig::new();
    // Sweeps are ten minutes apart here.
    let daemon = rig.start(&Setup::default());
    let other = lock(&rig);
    rig.drop_in("good.txt", "good");
    until("it is told", || trouble(&rig).is_some());
    drop(other);
    until("it is written again", || trouble(&rig).is_none());
    assert_eq!(names(&rig.history()), [PathBuf::from("good.txt")]);
    daemon.stop();
}
