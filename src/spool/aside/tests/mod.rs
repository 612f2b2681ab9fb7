//! Files that lie aside, and somebody else at work on them.

mod ends;
mod reports;
mod strips;

use std::{
    cell::RefCell,
    fs::{self, TryLockError},
    path::PathBuf,
    rc::Rc,
};

use super::*;
use crate::spool::{
    journal::{self, Another},
    lacking,
    place::Moving,
};

/// A spool with a file in a folder of its quarantine.
fn quarantined(root: &Path, moving: Moving) -> (Bench, Aside) {
    let (_, bench) = Bench::below(root, moving);
    fs::create_dir(root.join("quarantine/sub")).unwrap();
    fs::write(root.join("quarantine/sub/x.txt"), "good").unwrap();
    (bench, Aside { place: Place::Quarantine, path: "sub/x.txt".into() })
}

/// Lets everything into `curated/`.
struct Content;

impl Judge for Content {
    fn judge(&self, _: &Path, _: Vec<u8>, _: &dyn Fn() -> bool) -> Judged {
        Judged { ruling: Ruling::Pass, report: Vec::new(), rules: Vec::new(), ruleset: String::new() }
    }

    fn unjudged(&self, path: &Path, _: u64, _: Unjudged) -> Judged {
        self.judge(path, Vec::new(), &|| false)
    }

    fn ruleset(&self) -> String {
        String::new()
    }
}

#[test]
fn another_file_that_gets_the_name_of_one_that_is_sent_on_is_let_be() {
    for moving in [Moving::Rename, Moving::Copy] {
        for lacks in [false, true] {
            for again in [false, true] {
                let dir = tempfile::tempdir().unwrap();
                let at = |path: &str| dir.path().join(path);
                let (_, bench) = Bench::below(dir.path(), moving);
                lacking::NOREPLACE.set(lacks);
                fs::create_dir(at("quarantine/sub")).unwrap();
                fs::write(at("quarantine/sub/x.txt"), "decided on").unwrap();
                let (name, away) = (at("quarantine/sub/x.txt"), at("quarantine/sub/away.txt"));
                lacking::MEANWHILE.set(Some(Box::new(move || {
                    rustix::fs::rename(&name, away).unwrap();
                    fs::write(name, "another").unwrap();
                })));
                let aside = Aside { place: Place::Quarantine, path: "sub/x.txt".into() };
                let sent = match again {
                    true => bench.retry(&aside, &Content, By::default()),
                    false => bench.release(&aside, None, By::default()),
                };
                assert!(lacking::MEANWHILE.take().is_none());
                let what = format!("{moving:?} {lacks} {again}");
                assert_eq!(fs::read_to_string(at("quarantine/sub/x.txt")).unwrap(), "another", "{what}");
                assert_eq!(fs::read_to_string(at("quarantine/sub/away.txt")).unwrap(), "decided on", "{what}");
                assert_eq!(sent.unwrap_err().class(), Class::Changed, "{what}");
                assert!(!at("curated/sub/x.txt").is_file() && !at("quarantine/.siftd").is_dir(), "{what}");
                // Now it is this one that is decided on.
                bench.release(&aside, None, By::default()).unwrap();
                assert_eq!(fs::read_to_string(at("curated/sub/x.txt")).unwrap(), "another", "{what}");
            }
        }
    }
}

#[test]
fn the_journal_says_done_of_what_is_sent_on_when_no_power_cut_brings_it_back() {
    // The folder in which it is held, and the one that it lay in.
    for folder in [".siftd/move-", "quarantine/sub"] {
        for moving in [Moving::Rename, Moving::Copy] {
            let dir = tempfile::tempdir().unwrap();
            let at = |path: &str| dir.path().join(path);
            let (bench, aside) = quarantined(dir.path(), moving);
            lacking::SYNCS.set(Some(folder));
            let fault = bench.release(&aside, None, By::default()).unwrap_err();
            lacking::SYNCS.set(None);
            assert!(fault.to_string().starts_with("sync the folder that was left by sub/x.txt: "), "{fault}");
            let rows = || bench.journal.interrupted().unwrap();
            assert_eq!(rows().len(), 1, "{folder} {moving:?}");
            // The power is cut, and what was not synced is back.
            fs::create_dir_all(at("quarantine/sub")).unwrap();
            fs::write(at("quarantine/sub/x.txt"), "good").unwrap();
            for row in rows() {
                // What was not synced is older than this.
                bench.journal.record(Entry { time: clock::now(), ..row }).unwrap();
            }
            assert!(bench.complete_interrupted(&|| ()).unwrap());
            assert!(rows().is_empty() && !at("quarantine/sub/x.txt").is_file(), "{folder} {moving:?}");
            assert_eq!(fs::read_to_string(at("curated/sub/x.txt")).unwrap(), "good");
        }
    }
}

/// Acts before the file of this number that is moved or removed from now on.
fn before(number: usize, act: impl FnOnce() + 'static) {
    lacking::MEANWHILE.set(Some(match number {
        1 => Box::new(act),
        _ => Box::new(move || before(number - 1, act)),
    }));
}

/// Writes down, before the next `times` that a file is moved or removed, whether what is held in `private` is locked.
fn look_at_locks(private: PathBuf, times: usize, locked: Rc<RefCell<Vec<bool>>>) {
    if times == 0 {
        return;
    }
    lacking::MEANWHILE.set(Some(Box::new(move || {
        let folders = fs::read_dir(&private).unwrap().map(|entry| fs::File::open(entry.unwrap().path()).unwrap());
        let mut locks = folders.map(|folder| matches!(folder.try_lock_shared(), Err(TryLockError::WouldBlock)));
        locked.borrow_mut().push(locks.next().unwrap());
        assert_eq!(locks.next(), None);
        look_at_locks(private, times - 1, locked);
    })));
}

#[test]
fn it_is_locked_before_it_is_taken_until_it_is_sent_on() {
    for moving in [Moving::Rename, Moving::Copy] {
        let dir = tempfile::tempdir().unwrap();
        let at = |path: &str| dir.path().join(path);
        let (bench, aside) = quarantined(dir.path(), moving);
        // It is taken; it gets its new name, or loses the old one.
        let locked = Rc::default();
        look_at_locks(at("quarantine/.siftd"), 2, Rc::clone(&locked));
        bench.release(&aside, None, By::default()).unwrap();
        assert_eq!(*locked.borrow(), [true, true], "{moving:?}");
        assert!(at("curated/sub/x.txt").is_file() && !at("quarantine/.siftd").is_dir());
    }
}

#[test]
fn what_cannot_be_locked_is_not_taken() {
    let dir = tempfile::tempdir().unwrap();
    let at = |path: &str| dir.path().join(path);
    let (bench, aside) = quarantined(dir.path(), Moving::Copy);
    lacking::LOCKS.set(true);
    let fault = bench.release(&aside, None, By::default()).unwrap_err().to_string();
    lacking::LOCKS.set(false);
    assert!(fault.contains("the folder that it is to be held in cannot be locked: "), "{fault}");
    assert_eq!(fs::read_to_string(at("quarantine/sub/x.txt")).unwrap(), "good");
    assert!(!at("quarantine/.siftd").is_dir() && bench.journal.interrupted().unwrap().is_empty());
}

/// Of all rows of the journal, the latest first.
fn ids(root: &Path) -> Vec<String> {
    let reader = journal::Reader::open(&root.join("state")).unwrap().unwrap();
    reader.history(10, None).unwrap().into_iter().map(|entry| entry.id).collect()
}

#[test]
fn nothing_is_sent_on_while_the_journal_cannot_be_written() {
    let dir = tempfile::tempdir().unwrap();
    let at = |path: &str| dir.path().join(path);
    let (bench, aside) = quarantined(dir.path(), Moving::Copy);
    // Asked for an answer, so that it is open.
    assert!(bench.journal.interrupted().unwrap().is_empty());
    let other = Another::writing(&at("state"));
    let released = bench.release(&aside, None, By::default()).unwrap_err().to_string();
    assert!(released.starts_with("write down the release of sub/x.txt: the journal cannot be written"), "{released}");
    let judged = bench.retry(&aside, &Content, By::default()).unwrap_err().to_string();
    assert!(judged.starts_with("write down the judgement of sub/x.txt: the journal cannot be written"), "{judged}");
    assert_eq!(fs::read_to_string(at("quarantine/sub/x.txt")).unwrap(), "good");
    assert!(!at("curated/sub").is_dir() && !at("quarantine/.siftd").is_dir());
    drop(other);
    let sent = bench.release(&aside, None, By::default()).unwrap();
    assert!(at("curated/sub/x.txt").is_file());
    // Of what was refused no row came afterwards.
    assert_eq!(ids(dir.path()), [sent.entry.id]);
}

#[test]
fn nor_is_anything_written_down_of_a_confirmation_that_was_refused() {
    let dir = tempfile::tempdir().unwrap();
    let (bench, aside) = quarantined(dir.path(), Moving::Rename);
    assert!(bench.journal.interrupted().unwrap().is_empty());
    let other = Another::writing(&dir.path().join("state"));
    let confirm = || bench.confirm(&aside, &|_| None, By::default());
    let refused = confirm().unwrap_err().to_string();
    assert!(
        refused.starts_with("write down the confirmation of sub/x.txt: the journal cannot be written"),
        "{refused}"
    );
    drop(other);
    let confirmed = confirm().unwrap();
    // What waited is written at the latest when it is closed.
    bench.journal.close();
    assert_eq!(ids(dir.path()), [confirmed.id]);
}

#[test]
fn the_folder_that_it_is_held_in_is_locked_before_its_row_is_written() {
    let dir = tempfile::tempdir().unwrap();
    let (bench, aside) = quarantined(dir.path(), Moving::Rename);
    assert!(bench.journal.interrupted().unwrap().is_empty());
    let (private, begun) = (dir.path().join("quarantine/.siftd"), std::time::Instant::now());
    // The row waits for another program.
    let other = Another::writing(&dir.path().join("state"));
    std::thread::scope(|scope| {
        let releasing = scope.spawn(|| bench.release(&aside, None, By::default()));
        let is_locked = || {
            let own = fs::read_dir(&private).ok()?.next()?.ok()?;
            Some(matches!(fs::File::open(own.path()).ok()?.try_lock_shared(), Err(TryLockError::WouldBlock)))
        };
        while is_locked() != Some(true) {
            assert!(!releasing.is_finished() && begun.elapsed().as_secs() < 60, "it is not locked");
        }
        drop(other);
        releasing.join().unwrap().unwrap();
    });
    assert!(dir.path().join("curated/sub/x.txt").is_file() && !private.is_dir());
}

#[test]
fn a_copy_that_has_its_name_and_may_not_be_durable_is_not_put_back_too() {
    for synced in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let at = |path: &str| dir.path().join(path);
        let (bench, aside) = quarantined(dir.path(), Moving::Copy);
        fs::create_dir(at("curated/sub")).unwrap();
        // The copy gets its name: that this outlives a power cut is not sure; or it is, and the file cannot be removed.
        if synced {
            lacking::STAYS.set(true);
        } else {
            lacking::SYNCS.set(Some("curated/sub"));
        }
        bench.release(&aside, None, By::default()).unwrap_err();
        assert_eq!(fs::read_to_string(at("curated/sub/x.txt")).unwrap(), "good");
        assert!(!at("quarantine/sub/x.txt").is_file(), "{synced}: it lies in two places");
        assert_eq!(bench.journal.interrupted().unwrap().len(), 1, "{synced}: its row is all that knows of it");
        lacking::SYNCS.set(None);
        lacking::STAYS.set(false);
        assert!(bench.complete_interrupted(&|| ()).unwrap());
        assert!(at("curated/sub/x.txt").is_file() && !at("quarantine/sub/x.txt").is_file(), "{synced}");
        assert!(bench.journal.interrupted().unwrap().is_empty() && !at("quarantine/.siftd").is_dir(), "{synced}");
    }
}

#[test]
fn what_went_on_is_not_forgotten_for_another_file_that_has_its_name() {
    let dir = tempfile::tempdir().unwrap();
    let at = |path: &str| dir.path().join(path);
    let (bench, aside) = quarantined(dir.path(), Moving::Rename);
    let name = at("quarantine/sub/x.txt");
    // When it is taken, another one gets ready to have its name.
    lacking::MEANWHILE.set(Some(Box::new(|| {
        lacking::MEANWHILE.set(Some(Box::new(move || fs::write(name, "another").unwrap())));
    })));
    // It gets its new name; that this outlives a power cut is not sure.
    fs::create_dir(at("curated/sub")).unwrap();
    lacking::SYNCS.set(Some("curated/sub"));
    let fault = bench.release(&aside, None, By::default()).unwrap_err().to_string();
    lacking::SYNCS.set(None);
    assert!(fault.starts_with("sync the folder of sub/x.txt: "), "{fault}");
    assert_eq!(fs::read_to_string(at("curated/sub/x.txt")).unwrap(), "good");
    let begun: Vec<Entry> = bench.journal.interrupted().unwrap();
    assert_eq!(begun.len(), 1, "its row is all that knows who released it");
    assert!(bench.complete_interrupted(&|| ()).unwrap());
    let known = bench.journal.known(&begun[0].id).unwrap().unwrap();
    assert_eq!((known.stage, known.curated), (Stage::Done, Some("sub/x.txt".into())));
    assert_eq!(fs::read_to_string(at("quarantine/sub/x.txt")).unwrap(), "another");
}

#[test]
fn one_for_which_there_is_no_folder_lies_where_it_lay_and_can_be_sent_on_later() {
    for moving in [Moving::Rename, Moving::Copy] {
        let dir = tempfile::tempdir().unwrap();
        let (bench, aside) = quarantined(dir.path(), moving);
        let (curated, away) = (dir.path().join("curated"), dir.path().join("away"));
        rustix::fs::rename(&curated, &away).unwrap();
        fs::write(&curated, "in the folder's place").unwrap();
        bench.release(&aside, None, By::default()).unwrap_err();
        assert_eq!(fs::read_to_string(dir.path().join("quarantine/sub/x.txt")).unwrap(), "good");
        fs::remove_file(&curated).unwrap();
        rustix::fs::rename(&away, &curated).unwrap();
        bench.release(&aside, None, By::default()).unwrap();
        assert_eq!(fs::read_to_string(dir.path().join("curated/sub/x.txt")).unwrap(), "good");
    }
}

#[test]
fn who_releases_what_another_one_released_a_moment_before_leaves_no_row() {
    let dir = tempfile::tempdir().unwrap();
    let at = |path: &str| dir.path().join(path);
    let (bench, aside) = quarantined(dir.path(), Moving::Rename);
    let (bench, released) = (Rc::new(bench), Rc::new(RefCell::new(None)));
    let (other, same, sent) = (Rc::clone(&bench), aside.clone(), Rc::clone(&released));
    // Just before it is taken.
    lacking::MEANWHILE
        .set(Some(Box::new(move || *sent.borrow_mut() = Some(other.release(&same, None, By::default())))));
    bench.release(&aside, None, By::default()).unwrap_err();
    let first = released.take().unwrap().unwrap();
    assert_eq!(ids(dir.path()), [first.entry.id], "nothing came of the second one");
    // The same bytes come again, under the same name.
    fs::create_dir_all(at("quarantine/sub")).unwrap();
    fs::write(at("quarantine/sub/x.txt"), "good").unwrap();
    assert!(bench.complete_interrupted(&|| ()).unwrap());
    assert_eq!(fs::read_to_string(at("quarantine/sub/x.txt")).unwrap(), "good");
}

#[test]
fn what_is_gone_when_it_is_to_be_sent_on_is_said_to_be_gone_and_leaves_no_row() {
    let dir = tempfile::tempdir().unwrap();
    let (bench, aside) = quarantined(dir.path(), Moving::Rename);
    assert!(bench.journal.interrupted().unwrap().is_empty());
    let (private, begun) = (dir.path().join("quarantine/.siftd"), std::time::Instant::now());
    // The row waits for another program.
    let other = Another::writing(&dir.path().join("state"));
    let fault = std::thread::scope(|scope| {
        let releasing = scope.spawn(|| bench.release(&aside, None, By::default()));
        while !private.is_dir() {
            assert!(!releasing.is_finished() && begun.elapsed().as_secs() < 60, "it does not begin");
        }
        rustix::fs::rename(dir.path().join("quarantine/sub/x.txt"), dir.path().join("curated/x.txt")).unwrap();
        drop(other);
        releasing.join().unwrap().unwrap_err()
    });
    assert!(fault.to_string().starts_with("send on sub/x.txt: it is gone since a moment ago"), "{fault}");
    assert!(bench.journal.interrupted().unwrap().is_empty() && !private.is_dir());
}
