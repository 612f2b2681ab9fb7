//! Faults found by trying to break it, each with a test of its own.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use rustix::fs::{CWD, FileType, Mode, RenameFlags, mknodat, rename, renameat_with};
use siftd::spool::journal::Stage;

use crate::rig::{Rig, Setup, files, until};

#[test]
fn an_inbox_that_is_replaced_is_noticed_between_two_sweeps() {
    let rig = Rig::new();
    // Sweeps are ten minutes apart here.
    let daemon = rig.start(&Setup::default());
    rename(rig.path("inbox"), rig.path("moved")).unwrap();
    fs::create_dir(rig.path("inbox")).unwrap();
    rig.drop_in("good.txt", "good");
    rig.until_published("curated/good.txt");
    fs::write(rig.path("moved/other.txt"), "not ours any more").unwrap();
    rig.drop_in("better.txt", "better");
    rig.until_published("curated/better.txt");
    assert!(rig.path("moved/other.txt").is_file());
    daemon.stop();
}

#[test]
fn an_inbox_that_goes_and_comes_back_takes_no_claim_in_hand_for_a_dead_ones() {
    let rig = Rig::new();
    let daemon = rig.start(&Setup { sweep_ms: 50, ..Setup::default() });
    rig.drop_in("slow.txt", "GATE slow");
    until("the judge has it", || rig.path("gate.reached").is_file());
    let sweeps = || rig.status().map_or(0, |status| status.watch.sweeps);
    for _ in 0..3 {
        rename(rig.path("inbox"), rig.path("moved")).unwrap();
        until("it is said", || rig.status().is_some_and(|status| status.paused.is_some()));
        let before = sweeps();
        rename(rig.path("moved"), rig.path("inbox")).unwrap();
        until("it is swept again", || sweeps() > before + 1);
    }
    fs::write(rig.path("gate"), "").unwrap();
    rig.until_published("curated/slow.txt");
    rig.until_idle(1);
    daemon.stop();
    rig.assert_each_once(["GATE slow"]);
    let entries = rig.history();
    assert_eq!((entries.len(), entries[0].tries, entries[0].stage), (1, 1, Stage::Done), "{entries:?}");
}

#[test]
fn what_could_not_be_published_is_not_being_moved_for_ever() {
    let rig = Rig::new();
    let daemon = rig.start(&Setup::default());
    rig.block_curated();
    rig.drop_in("good.txt", "good");
    until("it was tried twice", || {
        rig.status().is_some_and(|status| status.counts.get("put-back").is_some_and(|count| *count >= 2))
    });
    rig.unblock_curated();
    rig.until_published("curated/good.txt");
    rig.until_idle(1);
    daemon.stop();
    let entries = rig.history();
    assert_eq!((entries.len(), entries[0].stage), (1, Stage::Done), "{entries:?}");
}

#[test]
fn what_a_probe_left_goes_with_the_next_start() {
    let rig = Rig::new();
    for place in ["curated", "rejected"] {
        fs::create_dir(rig.path(place)).unwrap();
        fs::write(rig.path(place).join(".siftd-probe"), "").unwrap();
        fs::write(rig.path(place).join(".siftd-probe~"), "").unwrap();
    }
    rig.once(&Setup::default());
    assert_eq!(files(&rig.path("curated")).len() + files(&rig.path("rejected")).len(), 0);
}

#[test]
fn the_status_of_a_daemon_before_is_not_told_as_of_this_one() {
    let rig = Rig::new();
    fs::create_dir(rig.path("state")).unwrap();
    // Whoever asks for a reload sends a signal to the process that stands here.
    fs::write(rig.path("state/status.json"), r#"{"pid": 1}"#).unwrap();
    fs::remove_file(rig.path("rules")).unwrap();
    mknodat(CWD, rig.path("rules"), FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
    let daemon = rig.spawn(&Setup::default());
    // Opening waits until the daemon reads its rules: it has the lock by then.
    let rules = fs::File::options().write(true).open(rig.path("rules")).unwrap();
    assert!(rig.status().is_none(), "{:?}", rig.status());
    std::io::Write::write_all(&mut &rules, b"one").unwrap();
    drop(rules);
    until("it says who it is", || rig.status().is_some_and(|status| status.pid == daemon.child.id()));
    daemon.stop();
}

#[test]
fn of_two_daemons_the_one_that_lives_takes_over_from_the_one_that_is_killed() {
    let (one, other) = (Rig::new(), Rig::new());
    let setup = Setup { inbox: Some(one.path("inbox")), sweep_ms: 100, ..Setup::default() };
    let mut first = one.start(&setup);
    one.drop_in("slow.txt", "GATE slow");
    until("the first has it", || one.path("gate.reached").is_file());
    let second = other.start(&setup);
    fs::write(other.path("gate"), "").unwrap();
    one.drop_in("good.txt", "good");
    until("one of them has the other", || [&one, &other].iter().any(|rig| rig.path("curated/good.txt").is_file()));
    assert!(!other.path("curated/slow.txt").is_file(), "nothing is taken from the living");
    first.child.kill().unwrap();
    first.child.wait().unwrap();
    other.until_published("curated/slow.txt");
    second.stop();
    assert!(files(&one.path("inbox")).is_empty());
    assert_eq!(files(&one.path("curated")).len() + files(&other.path("curated")).len(), 2);
}

/// Swaps a folder for a link to somewhere else and back, as fast as it can.
fn swap(folder: &Path, link: &Path, stop: &AtomicBool) -> usize {
    let mut swaps = 0;
    while !stop.load(Ordering::Acquire) {
        renameat_with(CWD, folder, CWD, link, RenameFlags::EXCHANGE).unwrap();
        swaps += 1;
    }
    if swaps % 2 == 1 {
        renameat_with(CWD, folder, CWD, link, RenameFlags::EXCHANGE).unwrap();
    }
    swaps
}

#[test]
fn a_folder_swapped_for_a_link_again_and_again_leads_nowhere_else() {
    let rig = Rig::new();
    let text = |number: usize| format!("file {number}\n{}\n", ["plain", "JUNK", "WORST", "STRIP"][number % 4]);
    let outside: Vec<PathBuf> = (0..60).map(|number| rig.path(format!("outside/{number}.txt"))).collect();
    fs::create_dir_all(rig.path("outside")).unwrap();
    fs::create_dir_all(rig.path("inbox/sub")).unwrap();
    for (number, path) in outside.iter().enumerate() {
        fs::write(path, format!("outside {number}")).unwrap();
        fs::write(rig.path(format!("inbox/sub/{number}.txt")), text(number)).unwrap();
    }
    // Under a hidden name, so that only the swapped one is ever looked at.
    symlink(rig.path("outside"), rig.path("inbox/.link")).unwrap();
    let stop = AtomicBool::new(false);
    thread::scope(|scope| {
        let adversary = scope.spawn(|| swap(&rig.path("inbox/sub"), &rig.path("inbox/.link"), &stop));
        let daemon = rig.start(&Setup { sweep_ms: 20, ..Setup::default() });
        until("some of them are through", || {
            rig.status().is_some_and(|status| {
                ["pass", "strip", "quarantine", "reject"]
                    .iter()
                    .filter_map(|name| status.counts.get(*name))
                    .sum::<u64>()
                    >= 20
            })
        });
        stop.store(true, Ordering::Release);
        assert!(adversary.join().unwrap() > 20);
        rig.until_idle(60);
        daemon.stop();
    });
    rig.assert_each_once((0..60).map(text));
    for (number, path) in outside.iter().enumerate() {
        assert_eq!(fs::read_to_string(path).unwrap(), format!("outside {number}"));
    }
    assert_eq!(files(&rig.path("outside")).len(), 60);
}

#[test]
fn a_report_whose_file_was_sent_on_is_no_file() {
    use siftd::spool::{Destinations, Layout, Place, aside};
    let rig = Rig::new();
    rig.drop_in("junk.txt", "JUNK");
    // Dropped by somebody under such a name: a file, with a report of its own.
    rig.drop_in("odd.siftd.json", r#"{"verdict": "JUNK"}"#);
    rig.once(&Setup::default());
    // As if siftd had died between sending the file on and removing its report.
    fs::remove_file(rig.path("quarantine/junk.txt")).unwrap();
    let [inbox, curated, quarantine, rejected, originals, state] =
        ["inbox", "curated", "quarantine", "rejected", "originals", "state"].map(|name| rig.path(name));
    let layout = Layout { inbox, curated, quarantine, rejected, originals, state };
    let found = aside(&Destinations::new(layout), Place::Quarantine).unwrap().files;
    assert_eq!(found, [PathBuf::from("odd.siftd.json")]);
}

#[test]
fn a_release_that_was_interrupted_is_completed_in_the_journal() {
    use siftd::spool::journal::{Entry, Journal, Kind};
    let rig = Rig::new();
    rig.drop_in("done.txt", "JUNK one");
    rig.drop_in("not.txt", "JUNK two");
    rig.once(&Setup::default());
    let journal = Journal::open(&rig.path("state"));
    for entry in rig.history() {
        let id = format!("quarantine-{}", entry.path.display());
        let (kind, stage, verdict) = (Kind::Released, Stage::Moving, "pass".to_owned());
        journal.record(Entry { id, kind, stage, verdict, aside: None, ..entry }).unwrap();
    }
    drop(journal);
    rename(rig.path("quarantine/done.txt"), rig.path("curated/done.txt")).unwrap();
    rig.once(&Setup::default());
    let released: Vec<_> = rig.history().into_iter().filter(|entry| entry.kind == Kind::Released).collect();
    assert_eq!(released.len(), 1, "{released:?}");
    assert_eq!((released[0].stage, released[0].curated.as_deref()), (Stage::Done, Some(Path::new("done.txt"))));
}
