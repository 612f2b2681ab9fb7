//! Files as they arrive: whole, in pieces, in folders, many at once.

use std::{
    collections::BTreeMap,
    fs::{self, File},
    io::Write,
    thread,
};

use crate::rig::{Rig, Setup, until};

#[test]
fn each_verdict_has_its_place() {
    let rig = Rig::new();
    let daemon = rig.start(&Setup::default());
    rig.drop_in("good.txt", "good\n");
    rig.drop_in("strip.txt", "one\nSTRIP this\ntwo\n");
    rig.drop_in("junk.txt", "JUNK\n");
    rig.drop_in("worst.txt", "WORST\n");
    rig.until_idle(4);
    assert_eq!(fs::read_to_string(rig.path("curated/good.txt")).unwrap(), "good\n");
    assert_eq!(fs::read_to_string(rig.path("curated/strip.txt")).unwrap(), "one\ntwo\n");
    assert_eq!(fs::read_to_string(rig.path("originals/strip.txt")).unwrap(), "one\nSTRIP this\ntwo\n");
    assert!(rig.path("quarantine/junk.txt").is_file());
    assert!(fs::read_to_string(rig.path("quarantine/junk.txt.siftd.json")).unwrap().contains("quarantine"));
    assert!(rig.path("rejected/worst.txt").is_file());
    assert!(rig.path("rejected/worst.txt.siftd.json").is_file());
    daemon.stop();
    assert!(!rig.path("inbox/.siftd").read_dir().unwrap().any(|_| true), "a stopped daemon leaves no folder");
}

#[test]
fn a_burst_of_a_thousand_with_slow_writers() {
    let rig = Rig::new();
    let daemon = rig.start(&Setup::default());
    let text = |number: usize| {
        let kind = ["plain", "JUNK", "WORST", "STRIP"][number % 4];
        format!("file {number}\n{kind} line\nthe end of {number}\n")
    };
    thread::scope(|scope| {
        // Renamed in.
        scope.spawn(|| (0..500).for_each(|number| rig.drop_in(format!("{number}.txt"), text(number))));
        // Written at once.
        scope.spawn(|| {
            (500..900).for_each(|number| fs::write(rig.path(format!("inbox/{number}.txt")), text(number)).unwrap())
        });
        // Written in pieces, all of them open until the last is begun.
        scope.spawn(|| {
            let mut open: Vec<(File, String)> = (900..1000)
                .map(|number| (File::create(rig.path(format!("inbox/{number}.txt"))).unwrap(), text(number)))
                .collect();
            for piece in 0..4 {
                for (file, text) in &mut open {
                    let quarter = text.len().div_ceil(4);
                    let end = (quarter * (piece + 1)).min(text.len());
                    file.write_all(&text.as_bytes()[quarter * piece..end]).unwrap();
                }
            }
        });
    });
    rig.until_idle(1000);
    rig.assert_each_once((0..1000).map(text));
    let verdicts: BTreeMap<_, _> = rig.status().unwrap().counts;
    for verdict in ["pass", "strip", "quarantine", "reject"] {
        assert_eq!(verdicts.get(verdict), Some(&250), "{verdicts:?}");
    }
    daemon.stop();
}

#[test]
fn a_file_that_is_being_written_waits() {
    let rig = Rig::new();
    let daemon = rig.start(&Setup::default());
    let mut slow = File::create(rig.path("inbox/slow.txt")).unwrap();
    slow.write_all(b"first half, ").unwrap();
    rig.until_open("slow.txt");
    rig.drop_in("other.txt", "other");
    rig.until_published("curated/other.txt");
    slow.write_all(b"second half").unwrap();
    drop(slow);
    rig.until_published("curated/slow.txt");
    assert_eq!(fs::read_to_string(rig.path("curated/slow.txt")).unwrap(), "first half, second half");
    daemon.stop();
}

#[test]
fn a_stalled_file_is_said_to_be_stalled() {
    let rig = Rig::new();
    let daemon = rig.start(&Setup { stalled_ms: 100, ..Setup::default() });
    let open = File::create(rig.path("inbox/stalled.txt")).unwrap();
    rig.until_state("stalled.txt", "stalled");
    drop(open);
    rig.until_idle(1);
    daemon.stop();
}

#[test]
fn what_lay_there_before_is_found_without_events() {
    let rig = Rig::new();
    rig.drop_in("a/b/deep.txt", "deep");
    fs::write(rig.path("inbox/top.txt"), "JUNK").unwrap();
    rig.once(&Setup::default());
    rig.assert_each_once(["deep", "JUNK"]);
    assert!(rig.path("curated/a/b/deep.txt").is_file());
}

#[test]
fn a_folder_dropped_whole_is_mirrored() {
    let rig = Rig::new();
    let daemon = rig.start(&Setup::default());
    fs::create_dir_all(rig.path("aside/one/two")).unwrap();
    fs::write(rig.path("aside/one/x.txt"), "x").unwrap();
    fs::write(rig.path("aside/one/two/junk.txt"), "JUNK").unwrap();
    // A plain rename of the whole folder.
    rustix::fs::rename(rig.path("aside"), rig.path("inbox/dropped")).unwrap();
    rig.until_published("curated/dropped/one/x.txt");
    rig.until_published("quarantine/dropped/one/two/junk.txt");
    // A file that comes later into a folder that is new.
    fs::write(rig.path("inbox/dropped/one/two/later.txt"), "later").unwrap();
    rig.until_published("curated/dropped/one/two/later.txt");
    daemon.stop();
}

#[test]
fn a_name_used_again_at_once_is_a_new_file() {
    let rig = Rig::new();
    let daemon = rig.start(&Setup::default());
    for number in 0..50 {
        rig.drop_in("same.txt", format!("version {number}"));
        until("the name is free", || !rig.path("inbox/same.txt").is_file());
    }
    rig.until_idle(50);
    rig.assert_each_once((0..50).map(|number| format!("version {number}")));
    daemon.stop();
}

#[test]
fn file_times_far_ahead_or_back_change_nothing() {
    let rig = Rig::new();
    let daemon = rig.start(&Setup::default());
    let times = [i64::from(i32::MAX), 0, -1_000_000_000];
    for (number, seconds) in times.into_iter().enumerate() {
        let path = rig.path(format!("{number}.txt"));
        fs::write(&path, format!("good {number}")).unwrap();
        let time = rustix::fs::Timespec { tv_sec: seconds, tv_nsec: 0 };
        let times = rustix::fs::Timestamps { last_access: time, last_modification: time };
        rustix::fs::futimens(fs::File::open(&path).unwrap(), &times).unwrap();
        rustix::fs::rename(&path, rig.path(format!("inbox/{number}.txt"))).unwrap();
        rig.until_published(format!("curated/{number}.txt"));
    }
    daemon.stop();
    rig.assert_each_once((0..3).map(|number| format!("good {number}")));
}
