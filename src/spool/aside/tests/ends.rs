//! What is left until the journal says done.

use super::*;

#[test]
fn what_it_was_held_in_stays_until_the_journal_says_done() {
    let dir = tempfile::tempdir().unwrap();
    let at = |path: &str| dir.path().join(path);
    let (bench, aside) = quarantined(dir.path(), Moving::Rename);
    assert!(bench.journal.interrupted().unwrap().is_empty());
    let (state, other) = (at("state"), Rc::new(RefCell::new(None)));
    let others = Rc::clone(&other);
    // It is taken, and gets its name.
    before(2, move || *others.borrow_mut() = Some(Another::writing(&state)));
    let sent = bench.release(&aside, None, By::default()).unwrap();
    assert!(at("curated/sub/x.txt").is_file());
    let held = at("quarantine/.siftd").join(format!("move-{}", sent.entry.id));
    fs::File::open(held).expect("nothing says that there is something to be told of").try_lock().unwrap();
    drop(other.take().unwrap());
    assert!(bench.complete_interrupted(&|| ()).unwrap());
    assert_eq!(bench.journal.known(&sent.entry.id).unwrap().unwrap().stage, Stage::Done);
    assert!(bench.journal.interrupted().unwrap().is_empty() && !at("quarantine/.siftd").is_dir());
}

#[test]
fn a_report_goes_before_the_journal_says_done_of_its_file() {
    let dir = tempfile::tempdir().unwrap();
    let (bench, aside) = quarantined(dir.path(), Moving::Rename);
    let report = dir.path().join("quarantine/sub/x.txt.siftd.json");
    fs::write(&report, "{\"path\": \"sub/x.txt\", \"verdict\": \"quarantine\"}").unwrap();
    let (bench, begun) = (Rc::new(bench), Rc::new(RefCell::new(0)));
    let (same, rows) = (Rc::clone(&bench), Rc::clone(&begun));
    // It is taken, gets its name, and its report goes.
    before(3, move || *rows.borrow_mut() = same.journal.interrupted().unwrap().len());
    bench.release(&aside, None, By::default()).unwrap();
    assert!(*begun.borrow() == 1 && !report.is_file(), "a crash would leave the report for ever");
    assert!(bench.journal.interrupted().unwrap().is_empty());
}

#[test]
fn the_folder_of_one_that_is_judged_again_and_stays_is_locked_while_its_row_is_not_done() {
    let dir = tempfile::tempdir().unwrap();
    let (bench, aside) = quarantined(dir.path(), Moving::Rename);
    let (locked, private) = (Rc::new(RefCell::new(Vec::new())), dir.path().join("quarantine/.siftd"));
    // Its report gets its name.
    look_at_locks(private.clone(), 1, Rc::clone(&locked));
    bench.retry(&aside, &reports::Harsh, By::default()).unwrap();
    assert_eq!(*locked.borrow(), [true]);
    assert!(!private.is_dir() && bench.journal.interrupted().unwrap().is_empty());
}
