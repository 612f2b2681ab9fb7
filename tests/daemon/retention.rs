//! What is deleted, and what is not.

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    thread,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use siftd::spool::{
    Aside, Bench, Destinations, Due, Expired, Layout, Moving, Pass, Place, Retention,
    journal::{By, Entry, Journal, Kind, Reader, Stage},
    verify,
};

use crate::rig::{Rig, Setup, files, until};

const HOUR: Duration = Duration::from_secs(3600);

fn layout(rig: &Rig) -> Layout {
    let [inbox, curated, quarantine, rejected, originals, state] =
        ["inbox", "curated", "quarantine", "rejected", "originals", "state"].map(|name| rig.path(name));
    Layout { inbox, curated, quarantine, rejected, originals, state }
}

fn bench(rig: &Rig) -> Bench {
    let journal = Journal::open(&rig.path("state"));
    let destinations = Destinations::new(layout(rig));
    Bench { destinations, journal, bytes_at_most: 1 << 20, time_at_most: HOUR, moving: Moving::Rename }
}

fn all(span: Duration) -> Retention {
    Retention {
        originals: Some(span),
        quarantine_confirmed: Some(span),
        quarantine_undecided: Some(span),
        rejected: Some(span),
        journal: Some(span),
    }
}

/// Applies policies as they would be in this many hours.
fn expire(rig: &Rig, bench: &Bench, retention: &Retention, hours: i64, dry: bool) -> (Expired, Vec<Due>) {
    let now = Timestamp::now() + jiff::SignedDuration::from_hours(hours);
    let mut told = Vec::new();
    let mut tell = |due: &Due| told.push(due.clone());
    let mut pass = Pass { retention, now, dry, stop: &|| false, tell: &mut tell };
    let expired = bench.expire(&rig.path("state"), &mut pass).unwrap();
    told.sort_by(|one, other| one.path.cmp(&other.path));
    (expired, told)
}

fn confirm(bench: &Bench, name: &str) {
    let file = Aside { place: Place::Quarantine, path: name.into() };
    bench.confirm(&file, &|_| None, By::default()).unwrap();
}

#[test]
fn nothing_is_deleted_without_a_policy_and_nothing_before_its_time() {
    let rig = Rig::new();
    ["STRIP\nkept\n", "JUNK", "WORST"].iter().enumerate().for_each(|(at, text)| rig.drop_in(format!("{at}.txt"), text));
    rig.once(&Setup::default());
    let bench = bench(&rig);
    assert_eq!(expire(&rig, &bench, &Retention::default(), 1_000_000, false), Default::default());
    assert_eq!(expire(&rig, &bench, &all(3 * HOUR), 2, false), Default::default());
    // A clock that was set back makes nothing old.
    assert_eq!(expire(&rig, &bench, &all(3 * HOUR), -1_000_000, false), Default::default());
    rig.assert_each_once(["STRIP\nkept\n", "JUNK", "WORST"]);
}

#[test]
fn each_policy_deletes_its_own_and_the_journal_says_so() {
    let rig = Rig::new();
    rig.drop_in("sub/strip.txt", "STRIP\nkept\n");
    rig.drop_in("good.txt", "good");
    rig.drop_in("junk.txt", "JUNK");
    rig.drop_in("open.txt", "JUNK that nobody has looked at");
    rig.drop_in("worst.txt", "WORST");
    rig.once(&Setup::default());
    let bench = bench(&rig);
    confirm(&bench, "junk.txt");
    let retention = Retention { quarantine_undecided: None, journal: None, ..all(HOUR) };
    let (would, _) = expire(&rig, &bench, &retention, 2, true);
    assert_eq!((would.files, files(&rig.path("quarantine")).len()), (3, 4), "a dry run deletes nothing");
    let (expired, told) = expire(&rig, &bench, &retention, 2, false);
    assert_eq!(expired, Expired { files: 3, kept: 0, rows: 0 });
    let told: Vec<_> = told.iter().map(|due| (due.path.to_str().unwrap(), due.policy)).collect();
    assert_eq!(
        told,
        [
            ("junk.txt", "retention.quarantine_confirmed"),
            ("sub/strip.txt", "retention.originals"),
            ("worst.txt", "retention.rejected")
        ]
    );
    rig.assert_each_once(["good", "JUNK that nobody has looked at", "kept\n"]);
    assert_eq!(files(&rig.path("quarantine")).len(), 2, "its report went with it, and the other's stays");
    let rows: Vec<_> = rig.history().into_iter().filter(|row| row.kind == Kind::Expired).collect();
    assert_eq!(rows.len(), 3);
    for row in rows {
        assert!(row.stage == Stage::Done && row.hash.is_some() && row.why.unwrap().starts_with("retention."));
    }
    let verified = verify(&layout(&rig), &mut |_| {}).unwrap();
    assert!(!verified.has_findings(), "what a policy deleted is not missing: {verified:?}");
    // Again: there is nothing more to do.
    assert_eq!(expire(&rig, &bench, &retention, 2, false), Default::default());
    let undecided = Retention { quarantine_undecided: Some(HOUR), ..Retention::default() };
    assert_eq!(expire(&rig, &bench, &undecided, 2, false).0.files, 1);
}

#[test]
fn what_is_not_what_the_journal_knows_is_never_touched() {
    let rig = Rig::new();
    for name in ["changed.txt", "longer.txt", "link.txt", "folder.txt"] {
        rig.drop_in(name, format!("STRIP\n{name}\n"));
    }
    rig.drop_in("large.txt", "x".repeat(2000));
    rig.once(&Setup { bytes_at_most: 1000, ..Setup::default() });
    let originals = rig.path("originals");
    fs::write(originals.join("changed.txt"), "OTHER\nchanged.txt\n").unwrap();
    fs::write(originals.join("longer.txt"), "STRIP\nlonger.txt\nand more\n").unwrap();
    fs::remove_file(originals.join("link.txt")).unwrap();
    fs::write(rig.path("outside.txt"), "STRIP\nlink.txt\n").unwrap();
    symlink(rig.path("outside.txt"), originals.join("link.txt")).unwrap();
    fs::remove_file(originals.join("folder.txt")).unwrap();
    fs::create_dir(originals.join("folder.txt")).unwrap();
    fs::write(originals.join("mine.txt"), "somebody keeps this here").unwrap();
    symlink(rig.path("curated"), originals.join("elsewhere")).unwrap();
    let before = (files(&originals), files(&rig.path("curated")));
    let bench = bench(&rig);
    let (expired, told) = expire(&rig, &bench, &Retention { journal: None, ..all(HOUR) }, 2, false);
    assert_eq!(expired, Expired { files: 0, kept: 3, rows: 0 });
    let names: Vec<_> = told.iter().map(|due| due.path.to_str().unwrap()).collect();
    assert_eq!(names, ["changed.txt", "large.txt", "longer.txt"], "{told:?}");
    assert_eq!((files(&originals), files(&rig.path("curated"))), before);
    assert_eq!(fs::read_to_string(rig.path("outside.txt")).unwrap(), "STRIP\nlink.txt\n");
    assert!(rig.history().iter().all(|row| row.kind == Kind::Judged));
}

/// An original as it lies in the middle of its deletion.
fn hold(rig: &Rig, path: &str, id: &str) {
    let held = rig.path("originals/.siftd").join(id).join(path);
    fs::create_dir_all(held.parent().unwrap()).unwrap();
    rustix::fs::rename(rig.path("originals").join(path), held).unwrap();
}

const ID: &str = "expire-originals-0123456789abcdef";

/// A spool with an original, and the row of its deletion.
fn begun(stage: Stage) -> Rig {
    let rig = Rig::new();
    rig.drop_in("sub/strip.txt", "STRIP\nkept\n");
    rig.once(&Setup::default());
    let row = rig.history().remove(0);
    let why = Some("retention.originals: 1h".to_owned());
    let entry = Entry { id: ID.to_owned(), kind: Kind::Expired, stage, why, curated: None, ..row };
    Journal::open(&rig.path("state")).record(entry).unwrap();
    rig
}

/// A row and a tree as a crash leaves them; what the next start makes of them.
fn crashed(held: bool, lies: bool) -> (Rig, Vec<Entry>) {
    let rig = begun(Stage::Moving);
    let original = rig.path("originals/sub/strip.txt");
    if held {
        hold(&rig, "sub/strip.txt", ID);
    } else if !lies {
        fs::remove_file(&original).unwrap();
    }
    rig.once(&Setup::default());
    let rows = rig.history();
    (rig, rows)
}

#[test]
fn a_deletion_that_was_interrupted_is_taken_back_or_completed() {
    for (held, lies) in [(true, false), (false, true)] {
        let (rig, rows) = crashed(held, lies);
        assert_eq!(fs::read_to_string(rig.path("originals/sub/strip.txt")).unwrap(), "STRIP\nkept\n");
        assert_eq!((rows.len(), files(&rig.path("originals")).len()), (1, 1), "{rows:?}");
    }
    let (_, rows) = crashed(false, false);
    assert_eq!((rows.len(), rows[0].kind), (1, Kind::Judged), "it was never taken: {rows:?}");
    // That it was is said beside, also where a file was put there again.
    for restored in [false, true] {
        let rig = begun(Stage::Moving);
        fs::create_dir_all(rig.path("originals/.siftd").join(format!("gone-{ID}"))).unwrap();
        if !restored {
            fs::remove_file(rig.path("originals/sub/strip.txt")).unwrap();
        }
        rig.once(&Setup::default());
        let rows = rig.history();
        assert_eq!((rows.len(), rows[0].kind, rows[0].stage), (2, Kind::Expired, Stage::Done), "{restored}");
        assert!(!rig.path("originals/.siftd").is_dir(), "{restored}");
        assert_eq!(expire(&rig, &bench(&rig), &all(HOUR), 2, false).0.files, 0, "{restored}");
    }
}

#[test]
fn a_held_file_of_which_the_journal_knows_nothing_comes_back_and_overwrites_nothing() {
    for taken in [false, true] {
        let rig = begun(Stage::Moving);
        hold(&rig, "sub/strip.txt", ID);
        // A deletion that came no further than its folder.
        fs::create_dir_all(rig.path("originals/.siftd/expire-originals-1/sub")).unwrap();
        fs::remove_file(rig.path("state/journal.db")).unwrap();
        if taken {
            fs::write(rig.path("originals/sub/strip.txt"), "another one").unwrap();
        }
        rig.once(&Setup::default());
        let found: Vec<_> =
            files(&rig.path("originals")).iter().map(|path| fs::read_to_string(path).unwrap()).collect();
        match taken {
            true => assert_eq!(found, ["another one", "STRIP\nkept\n"]),
            false => assert_eq!(fs::read_to_string(rig.path("originals/sub/strip.txt")).unwrap(), "STRIP\nkept\n"),
        }
        assert_eq!(found.len(), 1 + usize::from(taken));
        assert!(!rig.path("originals/.siftd").is_dir());
    }
}

#[test]
fn a_held_file_that_the_journal_calls_deleted_goes() {
    let rig = begun(Stage::Done);
    hold(&rig, "sub/strip.txt", ID);
    rig.once(&Setup::default());
    assert_eq!(files(&rig.path("originals")), Vec::<PathBuf>::new());
    assert!(!rig.path("originals/.siftd").is_dir());
    assert_eq!(rig.history().len(), 2);
}

#[test]
fn what_cannot_be_looked_at_is_not_taken_for_gone() {
    // A link where the held file's folder, or its own one, lay: neither says anything of the file.
    for in_the_way in ["originals/.siftd", "originals/sub", "originals"] {
        let rig = begun(Stage::Moving);
        let hidden = rig.path("hidden");
        if in_the_way == "originals/.siftd" {
            hold(&rig, "sub/strip.txt", ID);
        }
        rustix::fs::rename(rig.path(in_the_way), &hidden).unwrap();
        match in_the_way {
            "originals" => fs::write(rig.path(in_the_way), "in the way").unwrap(),
            _ => symlink(&hidden, rig.path(in_the_way)).unwrap(),
        }
        let bench = bench(&rig);
        assert!(!matches!(bench.complete_interrupted(&|| ()), Ok(true)), "{in_the_way}");
        assert_eq!(rig.history()[0].stage, Stage::Moving, "{in_the_way}");
        drop(bench);
        fs::remove_file(rig.path(in_the_way)).unwrap();
        rustix::fs::rename(&hidden, rig.path(in_the_way)).unwrap();
        rig.once(&Setup::default());
        assert_eq!(fs::read_to_string(rig.path("originals/sub/strip.txt")).unwrap(), "STRIP\nkept\n");
        assert_eq!(rig.history().len(), 1, "nothing came of it");
    }
}

#[test]
fn a_file_whose_bytes_come_again_at_this_moment_stays() {
    let rig = Rig::new();
    rig.drop_in("strip.txt", "STRIP\nkept\n");
    rig.once(&Setup::default());
    let bench = bench(&rig);
    let row = rig.history().remove(0);
    let again = Entry { id: "again".to_owned(), stage: Stage::Moving, curated: None, original: None, ..row.clone() };
    bench.journal.record(again.clone()).unwrap();
    let retention = Retention { journal: None, ..all(HOUR) };
    let (expired, told) = expire(&rig, &bench, &retention, 2, false);
    assert_eq!(expired, Expired { files: 0, kept: 1, rows: 0 });
    assert_eq!(told[0].kept.as_deref(), Some("the same bytes came again a moment ago"));
    rig.assert_each_once(["STRIP\nkept\n"]);
    assert!(!rig.path("originals/.siftd").is_dir());
    assert_eq!(rig.history().len(), 2, "no deletion is written down");
    // Found to lie there already: the row that says so is the one that counts from now on.
    bench.journal.record(Entry { stage: Stage::Done, curated: row.curated, original: row.original, ..again }).unwrap();
    assert_eq!(expire(&rig, &bench, &retention, 2, false).0.files, 1);
}

#[test]
fn what_a_clock_that_ran_behind_wrote_is_no_older_than_what_was_written_before() {
    let rig = Rig::new();
    for name in ["before", "strip"] {
        rig.drop_in(format!("{name}.txt"), format!("STRIP\n{name}\n"));
        rig.once(&Setup::default());
    }
    let bench = bench(&rig);
    let rewritten = |path: &str, time: Timestamp| {
        let row = rig.history().into_iter().find(|row| row.path == Path::new(path)).unwrap();
        bench.journal.record(Entry { time, ..row }).unwrap();
    };
    rewritten("strip.txt", Timestamp::UNIX_EPOCH);
    // Nothing is kept for the sake of the row before it, save what that says of the time.
    ["curated", "originals"].iter().for_each(|place| fs::remove_file(rig.path(place).join("before.txt")).unwrap());
    let retention = Retention { originals: Some(3 * HOUR), journal: Some(HOUR), ..Retention::default() };
    assert_eq!(expire(&rig, &bench, &retention, 2, false).0, Expired::default());
    assert_eq!(expire(&rig, &bench, &retention, 2, false).0, Expired::default(), "nor by what is left of the journal");
    assert_eq!(expire(&rig, &bench, &retention, 4, false).0.files, 1);
    // A row from the time to come says nothing.
    rig.drop_in("later.txt", "STRIP\nlater\n");
    drop(bench);
    rig.once(&Setup::default());
    let bench = self::bench(&rig);
    let ahead = Timestamp::now() + jiff::SignedDuration::from_hours(100_000);
    let row = rig.history().into_iter().find(|row| row.path == Path::new("strip.txt")).unwrap();
    bench.journal.record(Entry { time: ahead, ..row }).unwrap();
    assert_eq!(expire(&rig, &bench, &retention, 4, false).0.files, 1);
}

#[test]
fn old_rows_go_and_what_people_decided_stays() {
    let rig = Rig::new();
    (0..30).for_each(|number| rig.drop_in(format!("{number}.txt"), format!("good {number}")));
    ["junk.txt", "open.txt"].iter().for_each(|name| rig.drop_in(name, format!("JUNK {name}")));
    rig.once(&Setup::default());
    let bench = bench(&rig);
    confirm(&bench, "junk.txt");
    let retention = Retention { journal: Some(HOUR), ..Retention::default() };
    assert_eq!(expire(&rig, &bench, &retention, 2, false).0, Expired::default(), "all of them lie where they were put");
    (0..30).for_each(|number| fs::remove_file(rig.path(format!("curated/{number}.txt"))).unwrap());
    let would = expire(&rig, &bench, &retention, 2, true).0;
    assert_eq!(expire(&rig, &bench, &retention, 2, false).0, Expired { files: 0, kept: 0, rows: 30 });
    assert_eq!(would.rows, 30, "a dry run tells of rows, and leaves them");
    let left = || -> Vec<_> { rig.history().into_iter().map(|row| (row.path, row.kind)).collect() };
    let [junk, open] = ["junk.txt", "open.txt"].map(PathBuf::from);
    let mut rows = left();
    rows.sort_by(|one, other| one.0.cmp(&other.0));
    assert_eq!(rows.len(), 3, "the confirmation, and what is known of files that still lie there: {rows:?}");
    fs::remove_file(rig.path("quarantine/open.txt")).unwrap();
    fs::remove_file(rig.path("quarantine/junk.txt")).unwrap();
    assert_eq!(expire(&rig, &bench, &retention, 2, false).0.rows, 2);
    assert_eq!(left(), [(junk, Kind::Confirmed)]);
    let totals = Reader::open(&rig.path("state")).unwrap().unwrap().totals().unwrap();
    assert_eq!(totals.verdicts, [("pass".to_owned(), 30), ("quarantine".to_owned(), 2)].into(), "{open:?}");
}

#[test]
fn a_release_and_a_policy_that_race_leave_each_file_in_one_place_or_written_down() {
    let rig = Rig::new();
    let text = |number: usize| format!("JUNK {number}");
    (0..60).for_each(|number| rig.drop_in(format!("{number}.txt"), text(number)));
    rig.once(&Setup::default());
    let bench = bench(&rig);
    thread::scope(|scope| {
        scope.spawn(|| {
            for number in 0..60 {
                let path = format!("{number}.txt").into();
                // It may be gone.
                let _ = bench.release(&Aside { place: Place::Quarantine, path }, None, By::default());
            }
        });
        for _ in 0..5 {
            expire(&rig, &bench, &Retention { journal: None, ..all(HOUR) }, 2, false);
        }
    });
    drop(bench);
    rig.once(&Setup::default());
    let rows = rig.history();
    for number in 0..60 {
        let path = PathBuf::from(format!("{number}.txt"));
        let released = fs::read_to_string(rig.path("curated").join(&path)).is_ok_and(|found| found == text(number));
        let is = |kind| rows.iter().any(|row| row.path == path && row.kind == kind && row.stage == Stage::Done);
        assert_eq!((released, !released), (is(Kind::Released), is(Kind::Expired)), "{number}");
    }
    assert!(rows.iter().all(|row| row.stage == Stage::Done));
    assert_eq!(files(&rig.path("quarantine")), Vec::<PathBuf>::new());
}

#[test]
fn the_daemon_applies_the_policies_by_itself_and_says_which() {
    let rig = Rig::new();
    let daemon = rig.start(&Setup { retain_ms: 1500, ..Setup::default() });
    rig.drop_in("strip.txt", "STRIP\nkept\n");
    rig.drop_in("junk.txt", "JUNK");
    rig.until_published("originals/strip.txt");
    until("it is deleted", || files(&rig.path("originals")).is_empty());
    until("it is counted", || rig.status().is_some_and(|status| status.counts.get("expired") == Some(&1)));
    assert!(rig.status().unwrap().retention.contains(&"retention.originals: 1500ms".to_owned()));
    daemon.stop();
    assert!(rig.path("quarantine/junk.txt").is_file() && Path::new(&rig.path("curated/strip.txt")).is_file());
}

#[test]
fn a_clock_that_was_set_while_siftd_was_stopped_deletes_nothing() {
    let rig = Rig::new();
    let setup = Setup { retain_ms: 1500, ..Setup::default() };
    rig.start(&setup).stop();
    let (file, known) = (rig.path("state/clock.json"), |text: &str| serde_json::from_str::<serde_json::Value>(text));
    let mut clock = known(&fs::read_to_string(&file).unwrap()).unwrap();
    clock["good"]["wall_ms"] = (clock["good"]["wall_ms"].as_i64().unwrap() - 90 * 86_400_000).into();
    fs::write(&file, clock.to_string()).unwrap();
    let daemon = rig.start(&setup);
    until("it is told", || rig.status().is_some_and(|status| status.doubted.is_some()));
    rig.drop_in("strip.txt", "STRIP\nkept\n");
    rig.until_published("originals/strip.txt");
    let published = Instant::now();
    until("passes went by", || published.elapsed() > Duration::from_secs(3));
    daemon.stop();
    assert!(rig.path("originals/strip.txt").is_file());
    // The machine was started anew: nothing is known of its clock.
    clock["boot"] = "another".into();
    fs::write(&file, clock.to_string()).unwrap();
    let daemon = rig.start(&setup);
    until("it is deleted", || files(&rig.path("originals")).is_empty());
    assert_eq!(rig.status().unwrap().doubted, None);
    daemon.stop();
}
