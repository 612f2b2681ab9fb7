//! What goes wrong with files, folders and processes.

use std::{
    fs::{self, File},
    io::Write,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    thread,
};

use rustix::process::Signal;
use siftd::spool::journal::Stage;

use crate::rig::{Rig, Setup, files, until};

#[test]
fn a_copy_between_file_systems_is_whole() {
    let rig = Rig::new();
    let elsewhere = other_file_system(&rig);
    let curated = elsewhere.as_ref().map(|folder| folder.path().to_owned());
    // Without a second file system the copying is forced: the same steps after the failed rename.
    let setup = Setup { copy: curated.is_none(), curated: curated.clone(), ..Setup::default() };
    let text = "good line\n".repeat(50_000);
    rig.drop_in("sub/big.txt", &text);
    rig.drop_in("strip.txt", "STRIP\nkept\n");
    rig.once(&setup);
    let curated = curated.unwrap_or_else(|| rig.path("curated"));
    assert_eq!(fs::read_to_string(curated.join("sub/big.txt")).unwrap(), text);
    assert_eq!(fs::read_to_string(curated.join("strip.txt")).unwrap(), "kept\n");
    assert_eq!(fs::read_to_string(rig.path("originals/strip.txt")).unwrap(), "STRIP\nkept\n");
    assert!(files(&rig.path("inbox")).is_empty());
}

/// A folder on another file system, if this machine has one.
fn other_file_system(rig: &Rig) -> Option<tempfile::TempDir> {
    let here = fs::metadata(rig.path("inbox")).unwrap().dev();
    let shared = Path::new("/dev/shm");
    let other = fs::metadata(shared).ok().filter(|folder| folder.dev() != here);
    other.and_then(|_| tempfile::tempdir_in(shared).ok())
}

#[test]
fn forced_copies_serve_every_verdict() {
    let rig = Rig::new();
    rig.drop_in("good.txt", "good");
    rig.drop_in("junk.txt", "JUNK");
    rig.drop_in("worst.txt", "WORST");
    rig.drop_in("strip.txt", "STRIP\nkept\n");
    rig.once(&Setup { copy: true, ..Setup::default() });
    rig.assert_each_once(["good", "JUNK", "WORST", "STRIP\nkept\n"]);
}

#[test]
fn a_file_with_another_name_elsewhere_is_published_as_a_copy() {
    let rig = Rig::new();
    fs::write(rig.path("mine.txt"), "judged").unwrap();
    fs::hard_link(rig.path("mine.txt"), rig.path("inbox/mine.txt")).unwrap();
    rig.once(&Setup::default());
    fs::write(rig.path("mine.txt"), "changed afterwards").unwrap();
    assert_eq!(fs::read_to_string(rig.path("curated/mine.txt")).unwrap(), "judged");
}

#[test]
fn a_file_written_to_while_it_is_judged_is_judged_anew() {
    let rig = Rig::new();
    fs::write(rig.path("mine.txt"), "GATE first").unwrap();
    fs::hard_link(rig.path("mine.txt"), rig.path("inbox/mine.txt")).unwrap();
    let daemon = rig.start(&Setup::default());
    until("the judge has it", || rig.path("gate.reached").is_file());
    let mine = rig.path("mine.txt");
    // Opening for writing waits for the lease of the reader, if there is one.
    let writer = thread::spawn(move || {
        let mut file = File::options().append(true).open(mine).unwrap();
        file.write_all(b", then second").unwrap();
    });
    until("the writer waits or has written", || {
        fs::read_to_string("/proc/locks").unwrap().contains("BREAKING")
            || fs::read_to_string(rig.path("mine.txt")).unwrap().contains("second")
    });
    fs::write(rig.path("gate"), "").unwrap();
    writer.join().unwrap();
    rig.until_published("curated/mine.txt");
    assert_eq!(fs::read_to_string(rig.path("curated/mine.txt")).unwrap(), "GATE first, then second");
    daemon.stop();
}

#[test]
fn a_file_that_is_too_large_goes_aside_unread() {
    let rig = Rig::new();
    let large = vec![b'x'; 4096];
    rig.drop_in("large.txt", &large);
    rig.once(&Setup { bytes_at_most: 4095, ..Setup::default() });
    rig.assert_each_once([&large]);
    assert!(rig.path("quarantine/large.txt.siftd.json").is_file());
    let entry = &rig.history()[0];
    assert_eq!(entry.hash, None);
    assert!(entry.rules[0].contains("TooLarge"));
}

#[test]
fn two_daemons_share_an_inbox() {
    let (one, other) = (Rig::new(), Rig::new());
    let setup = Setup { inbox: Some(one.path("inbox")), sweep_ms: 100, ..Setup::default() };
    let first = one.start(&setup);
    let second = other.start(&setup);
    // More than one daemon has in hand at a time: while the gates are closed neither can take all.
    let text = |number: usize| format!("GATE {number}");
    (0..400).for_each(|number| one.drop_in(format!("{number}.txt"), text(number)));
    until("both have taken some", || [&one, &other].iter().all(|rig| rig.path("gate.reached").is_file()));
    [&one, &other].iter().for_each(|rig| fs::write(rig.path("gate"), "").unwrap());
    until("both are done", || {
        files(&one.path("inbox")).iter().all(|path| path.ends_with("lock") || path.ends_with("judging"))
    });
    first.stop();
    second.stop();
    for number in 0..400 {
        let places = [&one, &other].map(|rig| rig.path(format!("curated/{number}.txt")));
        assert_eq!(places.iter().filter(|path| path.is_file()).count(), 1, "{number}");
    }
}

#[test]
fn a_second_daemon_on_one_state_folder_is_refused() {
    let rig = Rig::new();
    let daemon = rig.start(&Setup::default());
    let mut second = rig.spawn(&Setup::default());
    assert!(!second.child.wait().unwrap().success());
    daemon.stop();
}

#[test]
fn sigterm_in_the_middle_keeps_what_is_not_begun() {
    let rig = Rig::new();
    let mut daemon = rig.start(&Setup::default());
    let text = |number: usize| format!("GATE {number}");
    (0..20).for_each(|number| rig.drop_in(format!("{number}.txt"), text(number)));
    until("both judges are at work and the others claimed", || {
        rig.status().is_some_and(|status| status.in_hand == 20) && rig.path("gate.reached").is_file()
    });
    daemon.signal(Signal::TERM);
    until("it is stopping", || rig.status().is_some_and(|status| status.stopping));
    fs::write(rig.path("gate"), "").unwrap();
    assert!(daemon.child.wait().unwrap().success());
    let done = files(&rig.path("curated")).len();
    assert!((1..20).contains(&done), "what was begun is finished, and nothing else: {done}");
    rig.assert_each_once((0..20).map(text));
    rig.once(&Setup::default());
    rig.assert_each_once((0..20).map(text));
    assert!(files(&rig.path("inbox")).is_empty());
    for entry in rig.history() {
        assert_eq!((entry.tries, entry.stage), (1, Stage::Done), "{entry:?}");
    }
}

#[test]
fn killed_again_and_again_it_loses_nothing() {
    let rig = Rig::new();
    let text = |number: usize| format!("file {number}\n{}\n", ["plain", "JUNK", "WORST", "STRIP"][number % 4]);
    for round in 0..8 {
        let mut daemon = rig.start(&Setup { copy: round % 2 == 1, ..Setup::default() });
        let published =
            || ["curated", "quarantine", "rejected"].map(|place| files(&rig.path(place)).len()).iter().sum::<usize>();
        let before = published();
        (round * 60..(round + 1) * 60).for_each(|number| rig.drop_in(format!("{number}.txt"), text(number)));
        // Killed when some of this round's are through, others in hand.
        until("some are published", || published() > before + round * 7);
        daemon.child.kill().unwrap();
        daemon.child.wait().unwrap();
    }
    rig.once(&Setup::default());
    rig.assert_each_once((0..480).map(text));
    assert!(files(&rig.path("inbox")).is_empty());
    let entries = rig.history();
    assert!(entries.iter().all(|entry| entry.stage == Stage::Done), "every entry is completed");
    for number in 0..480 {
        let path = PathBuf::from(format!("{number}.txt"));
        assert!(entries.iter().any(|entry| entry.path == path), "{number} is in the journal");
    }
}

#[test]
fn a_file_that_kills_its_judge_goes_aside_and_takes_no_other_with_it() {
    let rig = Rig::new();
    rig.drop_in("poison.txt", "ABORT");
    (0..20).for_each(|number| rig.drop_in(format!("{number}.txt"), format!("good {number}")));
    let mut deaths = 0;
    while !rig.path("quarantine/poison.txt").is_file() {
        let mut daemon = rig.start(&Setup { once: true, ..Setup::default() });
        deaths += usize::from(!daemon.child.wait().unwrap().success());
        assert!(deaths <= 2, "never a loop of crashes");
    }
    assert_eq!(deaths, 2);
    rig.assert_each_once((0..20).map(|number| format!("good {number}")).chain(["ABORT".into()]));
    assert_eq!(files(&rig.path("quarantine")).len(), 2, "only the poisonous one and its report");
}

#[test]
fn a_judge_that_panics_is_asked_twice() {
    let rig = Rig::new();
    rig.drop_in("panic.txt", "PANIC");
    rig.once(&Setup::default());
    assert!(rig.path("quarantine/panic.txt").is_file());
    assert!(rig.history()[0].rules[0].contains("Crashed { tries: 2 }"));
}

#[test]
fn an_inbox_that_goes_and_comes_back_is_taken_up_again() {
    let rig = Rig::new();
    let daemon = rig.start(&Setup { sweep_ms: 50, ..Setup::default() });
    rustix::fs::rename(rig.path("inbox"), rig.path("moved")).unwrap();
    until("it is said", || rig.status().is_some_and(|status| status.paused.is_some()));
    fs::create_dir(rig.path("inbox")).unwrap();
    rig.drop_in("good.txt", "good");
    rig.until_published("curated/good.txt");
    until("it is taken up", || rig.status().is_some_and(|status| status.paused.is_none()));
    daemon.stop();
}

#[test]
fn a_broken_journal_stops_no_file() {
    let rig = Rig::new();
    fs::create_dir(rig.path("state")).unwrap();
    fs::write(rig.path("state/journal.db"), "this is no database, and long enough to be looked at".repeat(100))
        .unwrap();
    let daemon = rig.start(&Setup::default());
    rig.drop_in("one.txt", "one");
    rig.until_published("curated/one.txt");
    assert!(rig.path("state/journal.db.aside-1").is_file());
    // Deleted while it is in use.
    rig.until_idle(1);
    for name in ["journal.db", "journal.db-wal", "journal.db-shm"] {
        let _ = fs::remove_file(rig.path("state").join(name));
    }
    rig.drop_in("two.txt", "two");
    rig.until_idle(2);
    daemon.stop();
    assert_eq!(rig.history().len(), 1);
    assert_eq!(rig.history()[0].path, Path::new("two.txt"));
}

#[test]
fn rules_are_reloaded_and_bad_ones_are_not() {
    let rig = Rig::new();
    let daemon = rig.start(&Setup::default());
    let write = |text: &str| {
        fs::write(rig.path("rules.new"), text).unwrap();
        rustix::fs::rename(rig.path("rules.new"), rig.path("rules")).unwrap();
    };
    write("two");
    until("an edit is taken up by itself", || rig.status().is_some_and(|status| status.rules.fingerprint == "two"));
    write("bad");
    daemon.signal(Signal::HUP);
    until("the error is told", || {
        rig.status().is_some_and(|status| status.rules.error.is_some_and(|error| error.contains("not a rule")))
    });
    assert_eq!(rig.status().unwrap().rules.fingerprint, "two");
    rig.drop_in("one.txt", "one");
    rig.until_idle(1);
    write("three");
    daemon.signal(Signal::HUP);
    until("the good edit is in use", || {
        rig.status().is_some_and(|status| status.rules.fingerprint == "three" && status.rules.error.is_none())
    });
    rig.drop_in("two.txt", "two");
    rig.until_idle(2);
    daemon.stop();
    let rulesets: Vec<String> = rig.history().into_iter().map(|entry| entry.ruleset).collect();
    assert_eq!(rulesets, ["three", "two"]);
}

#[test]
fn a_file_in_hand_is_judged_by_the_rules_it_was_taken_with() {
    let rig = Rig::new();
    let daemon = rig.start(&Setup::default());
    rig.drop_in("before.txt", "GATE before");
    until("it is being judged", || rig.path("gate.reached").is_file());
    fs::write(rig.path("rules.new"), "two").unwrap();
    rustix::fs::rename(rig.path("rules.new"), rig.path("rules")).unwrap();
    until("the edit is in use", || rig.status().is_some_and(|status| status.rules.fingerprint == "two"));
    rig.drop_in("after.txt", "after");
    until("the next one is through", || rig.path("curated/after.txt").is_file());
    fs::write(rig.path("gate"), "").unwrap();
    rig.until_idle(2);
    daemon.stop();
    let judged: Vec<_> = rig.history().into_iter().map(|entry| (entry.path, entry.ruleset)).collect();
    let wanted = [("before.txt", "one"), ("after.txt", "two")].map(|(path, set)| (path.into(), set.to_owned()));
    assert!(judged.len() == 2 && wanted.iter().all(|row| judged.contains(row)), "{judged:?}");
}
