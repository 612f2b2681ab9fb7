//! Every state in which a crash can leave a file, made by hand.

use std::{fs, os::unix::net::UnixDatagram, path::Path, time::Duration};

use siftd::spool::journal::{Entry, Journal, Kind, Reader, Stage};

use crate::rig::{Rig, Setup, files, until};

/// A dead daemon's claim of `path`.
fn claim(rig: &Rig, id: &str, path: &str, bytes: &str) {
    let claim = rig.path(format!("inbox/.siftd/dead/dead-{id}")).join(path);
    fs::create_dir_all(claim.parent().unwrap()).unwrap();
    fs::write(claim, bytes).unwrap();
    private(rig);
}

fn private(rig: &Rig) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(rig.path("inbox/.siftd"), fs::Permissions::from_mode(0o700)).unwrap();
}

fn place(rig: &Rig, path: &str, bytes: &str) {
    let path = rig.path(path);
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    fs::write(path, bytes).unwrap();
}

/// The report that the judge of these tests writes.
fn report(path: &str) -> String {
    format!("{{\"path\":\"{path}\",\"verdict\":\"quarantine\"}}\n")
}

#[test]
fn claimed_and_not_begun() {
    let rig = Rig::new();
    claim(&rig, "0.0", "a/b/good.txt", "good");
    rig.once(&Setup::default());
    rig.assert_each_once(["good"]);
    assert!(rig.path("curated/a/b/good.txt").is_file());
    assert!(files(&rig.path("inbox")).is_empty());
    assert!(!rig.path("inbox/.siftd/dead").is_dir());
}

#[test]
fn a_file_that_has_the_name_of_one_that_was_left_claimed_is_taken_too() {
    let rig = Rig::new();
    claim(&rig, "0.0", "page.txt", "good");
    claim(&rig, "1.0", "page.txt", "better");
    rig.drop_in("page.txt", "JUNK of the same name");
    rig.once(&Setup::default());
    rig.assert_each_once(["good", "better", "JUNK of the same name"]);
    assert!(files(&rig.path("inbox")).is_empty(), "it is left behind");
}

#[test]
fn a_claim_made_and_nothing_in_it() {
    let rig = Rig::new();
    fs::create_dir_all(rig.path("inbox/.siftd/dead/dead-0.0/a/b")).unwrap();
    private(&rig);
    rig.once(&Setup::default());
    assert!(!rig.path("inbox/.siftd/dead").is_dir());
}

#[test]
fn the_report_linked_and_the_file_not_moved() {
    let rig = Rig::new();
    claim(&rig, "0.1", "junk.txt", "JUNK");
    place(&rig, "quarantine/junk.txt.siftd.json", &report("junk.txt"));
    rig.once(&Setup::default());
    rig.assert_each_once(["JUNK"]);
    assert_eq!(files(&rig.path("quarantine")).len(), 2);
}

#[test]
fn the_copy_linked_and_the_source_not_removed() {
    for copy in [false, true] {
        let rig = Rig::new();
        claim(&rig, "0.1", "good.txt", "good");
        place(&rig, "curated/good.txt", "good");
        claim(&rig, "1.1", "junk.txt", "JUNK");
        place(&rig, "quarantine/junk.txt", "JUNK");
        place(&rig, "quarantine/junk.txt.siftd.json", &report("junk.txt"));
        rig.once(&Setup { copy, ..Setup::default() });
        rig.assert_each_once(["good", "JUNK"]);
    }
}

#[test]
fn the_stripped_copy_linked_and_the_original_not_moved() {
    let rig = Rig::new();
    claim(&rig, "0.1", "strip.txt", "STRIP\nkept\n");
    place(&rig, "curated/strip.txt", "kept\n");
    rig.once(&Setup::default());
    rig.assert_each_once(["STRIP\nkept\n"]);
    assert_eq!(files(&rig.path("curated")).len(), 1);
}

#[test]
fn published_and_the_journal_not_told() {
    let rig = Rig::new();
    // A real entry, as it stands before the move: the judge says the same again, and the file is gone by then.
    rig.drop_in("junk.txt", "JUNK");
    rig.once(&Setup::default());
    let reader = || Reader::open(&rig.path("state")).unwrap().unwrap();
    let entry = reader().history(1, None).unwrap().remove(0);
    let journal = Journal::open(&rig.path("state"));
    journal.record(Entry { stage: Stage::Moving, aside: None, ..entry.clone() }).unwrap();
    drop(journal);
    fs::create_dir_all(rig.path(format!("inbox/.siftd/dead/{}.1", entry.id))).unwrap();
    private(&rig);
    rig.once(&Setup::default());
    let entries = reader().history(10, None).unwrap();
    assert_eq!(entries.len(), 1);
    assert_eq!((entries[0].stage, entries[0].aside.as_deref()), (Stage::Done, entry.aside.as_deref()));
}

#[test]
fn what_came_of_a_release_is_told_when_the_journal_can_be_asked_while_it_runs() {
    let rig = Rig::new();
    rig.drop_in("junk.txt", "JUNK");
    rig.once(&Setup::default());
    let id = "quarantine-0123";
    let judged = Reader::open(&rig.path("state")).unwrap().unwrap().history(1, None).unwrap().remove(0);
    let journal = Journal::open(&rig.path("state"));
    let (kind, verdict) = (Kind::Released, "pass".to_owned());
    journal.record(Entry { id: id.into(), kind, stage: Stage::Moving, aside: None, verdict, ..judged }).unwrap();
    drop(journal);
    let held = rig.path("quarantine/.siftd").join(format!("move-{id}"));
    fs::create_dir_all(&held).unwrap();
    rustix::fs::rename(rig.path("quarantine/junk.txt"), held.join("junk.txt")).unwrap();
    // Something bars the way to it.
    let (file, away) = (rig.path("state/journal.db"), rig.path("journal.away"));
    rustix::fs::rename(&file, &away).unwrap();
    fs::create_dir(&file).unwrap();
    let daemon = rig.start(&Setup::default());
    rig.drop_in("good.txt", "good");
    rig.until_published("curated/good.txt");
    assert!(held.join("junk.txt").is_file());
    fs::remove_dir(&file).unwrap();
    rustix::fs::rename(&away, &file).unwrap();
    rig.until_published("quarantine/junk.txt");
    until("its row is gone", || {
        let rows = Reader::open(&rig.path("state")).unwrap().unwrap().history(10, None).unwrap();
        rows.iter().all(|row| row.id != id)
    });
    daemon.stop();
    rig.assert_each_once(["good", "JUNK"]);
}

#[test]
fn two_versions_of_one_name_in_claims() {
    let rig = Rig::new();
    claim(&rig, "0.0", "same.txt", "first");
    claim(&rig, "1.0", "same.txt", "second");
    rig.drop_in("same.txt", "third");
    rig.once(&Setup::default());
    rig.assert_each_once(["first", "second", "third"]);
}

#[test]
fn tried_twice_is_not_tried_again() {
    let rig = Rig::new();
    claim(&rig, "0.2", "poison.txt", "ABORT");
    rig.once(&Setup::default());
    assert!(rig.path("quarantine/poison.txt").is_file());
}

#[test]
fn a_start_that_takes_long_is_given_more_time_until_it_is_over() {
    let rig = Rig::new();
    rig.drop_in("a.txt", "good");
    let manager = UnixDatagram::bind(rig.path("manager")).unwrap();
    manager.set_read_timeout(Some(Duration::from_secs(60))).unwrap();
    let daemon = rig.spawn(&Setup { manager: Some(rig.path("manager")), ..Setup::default() });
    let mut heard = vec![String::new()];
    let mut message = [0; 4096];
    while !heard[heard.len() - 1].contains("READY=1") {
        let length = manager.recv(&mut message).expect("it is ready");
        heard.push(String::from_utf8_lossy(&message[..length]).into_owned());
    }
    assert!(heard.iter().any(|text| text.contains("EXTEND_TIMEOUT_USEC=60000000")), "{heard:?}");
    daemon.stop();
}

#[test]
fn what_is_interrupted_beside_a_daemon_is_gone_on_with_while_it_runs() {
    let rig = Rig::new();
    ["junk.txt", "again.txt"].iter().for_each(|name| rig.drop_in(name, format!("JUNK {name}")));
    rig.once(&Setup::default());
    let daemon = rig.start(&Setup { sweep_ms: 100, ..Setup::default() });
    rig.drop_in("good.txt", "good");
    rig.until_published("curated/good.txt");
    // The one was being released, the other one deleted.
    for (name, id, folder) in
        [("junk.txt", "quarantine-0123", "move-quarantine-0123"), ("again.txt", "expire-0", "expire-0")]
    {
        let reader = Reader::open(&rig.path("state")).unwrap().unwrap();
        let judged = reader.history(1, Some(Path::new(name))).unwrap().remove(0);
        let journal = Journal::open(&rig.path("state"));
        let entry = match name {
            "junk.txt" => Entry { kind: Kind::Released, aside: None, verdict: "pass".to_owned(), ..judged },
            _ => Entry { kind: Kind::Expired, ..judged },
        };
        let ready = rig.path("ready").join(folder);
        fs::create_dir_all(&ready).unwrap();
        fs::create_dir_all(rig.path("quarantine/.siftd")).unwrap();
        rustix::fs::rename(rig.path("quarantine").join(name), ready.join(name)).unwrap();
        let living = fs::File::open(&ready).unwrap();
        living.lock().unwrap();
        rustix::fs::rename(&ready, rig.path("quarantine/.siftd").join(folder)).unwrap();
        journal.record(Entry { id: id.into(), stage: Stage::Moving, ..entry }).unwrap();
        drop(living);
        rig.until_published(format!("quarantine/{name}"));
        until("its row is gone", || reader.history(10, None).unwrap().iter().all(|row| row.id != id));
    }
    until("nothing is held", || !rig.path("quarantine/.siftd").is_dir());
    daemon.stop();
    rig.assert_each_once(["good", "JUNK junk.txt", "JUNK again.txt"]);
}

#[test]
fn so_is_what_is_interrupted_when_nothing_is_held_any_more() {
    let rig = Rig::new();
    rig.drop_in("junk.txt", "JUNK");
    rig.once(&Setup::default());
    let daemon = rig.start(&Setup { sweep_ms: 100, ..Setup::default() });
    rig.drop_in("good.txt", "good");
    rig.until_published("curated/good.txt");
    let reader = Reader::open(&rig.path("state")).unwrap().unwrap();
    let judged = reader.history(1, Some(Path::new("junk.txt"))).unwrap().remove(0);
    rustix::fs::rename(rig.path("quarantine/junk.txt"), rig.path("curated/junk.txt")).unwrap();
    let entry = Entry { id: "quarantine-0".into(), kind: Kind::Released, stage: Stage::Moving, aside: None, ..judged };
    Journal::open(&rig.path("state")).record(Entry { verdict: "pass".into(), ..entry }).unwrap();
    let ended = |row: &Entry| row.stage == Stage::Done && row.curated.as_deref() == Some(Path::new("junk.txt"));
    until("its row is done", || {
        reader.history(10, None).unwrap().iter().any(|row| row.id == "quarantine-0" && ended(row))
    });
    assert!(!rig.path("quarantine/junk.txt.siftd.json").is_file(), "its report stays");
    daemon.stop();
    rig.assert_each_once(["good", "JUNK"]);
}
