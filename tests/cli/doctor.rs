//! `siftd doctor`: what it says of places where all is well, and of places where something is wrong.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf};

use serde_json::Value;

use super::{CLEAN, Desk};

/// The level of each subject that is not well, with its advice; and all subjects.
fn asked(desk: &Desk, code: i32) -> (Vec<(String, String, String)>, Vec<String>) {
    let output = desk.siftd(&["doctor", "--format", "json"]).assert().code(code).get_output().stdout.clone();
    let told: Value = serde_json::from_slice(&output).unwrap();
    let text = |value: &Value| value.as_str().unwrap_or_default().to_owned();
    let checks = told["checks"].as_array().unwrap();
    let unwell = checks.iter().filter(|check| check["level"] != "ok");
    (
        unwell.map(|check| (text(&check["subject"]), text(&check["level"]), text(&check["advice"]))).collect(),
        checks.iter().map(|check| text(&check["subject"])).collect(),
    )
}

#[test]
fn a_clock_that_runs_far_ahead_of_the_journal_is_told_where_policies_delete_by_it() {
    let desk = Desk::with_rules(&[("spool/inbox/a.txt", CLEAN)]);
    desk.siftd(&["once"]).assert().code(0);
    let journal = rusqlite::Connection::open(desk.path("spool/.siftd/journal.db")).unwrap();
    journal.execute("UPDATE outcomes SET time_ms = time_ms - 40 * 86400000", []).unwrap();
    drop(journal);
    assert!(!asked(&desk, 1).1.contains(&"clock".to_owned()), "where nothing is deleted it does not matter");
    let configuration = fs::read_to_string(desk.path("siftd.yaml")).unwrap_or_default();
    desk.write("siftd.yaml", format!("{configuration}retention:\n  originals: 90d\n").as_bytes());
    let (unwell, _) = asked(&desk, 1);
    let clock = unwell.iter().find(|(subject, ..)| subject == "clock").unwrap();
    assert!(clock.1 == "warning" && clock.2.contains("stop siftd before you set it right"), "{clock:?}");
}

/// Every path below, to see that nothing stays.
fn tree(desk: &Desk) -> Vec<PathBuf> {
    let (mut found, mut open) = (Vec::new(), vec![desk.path("")]);
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap().map(Result::unwrap) {
            if entry.file_type().unwrap().is_dir() {
                open.push(entry.path());
            }
            // The database's own log and its index come and go with whoever opens it.
            if !entry.path().to_string_lossy().contains("journal.db-") {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    found
}

#[test]
fn where_all_is_well_only_the_daemon_is_missed_and_nothing_stays() {
    let desk = Desk::with_rules(&[("spool/inbox/a.txt", CLEAN)]);
    desk.siftd(&["once"]).assert().code(0);
    let before = tree(&desk);
    let (unwell, subjects) = asked(&desk, 1);
    let missed = ("daemon".to_owned(), "warning".to_owned());
    assert_eq!(unwell.iter().map(|(subject, level, _)| (subject.clone(), level.clone())).collect::<Vec<_>>(), [missed]);
    for subject in [
        "configuration",
        "folders",
        "renames",
        "leases",
        "room",
        "file system",
        "watches",
        "rules",
        "journal",
        "claims",
        "unit",
    ] {
        assert!(subjects.iter().any(|known| known == subject), "{subject}: {subjects:?}");
    }
    assert_eq!(tree(&desk), before);
    let human = desk.siftd(&["doctor"]).assert().code(1).get_output().stdout.clone();
    let human = String::from_utf8(human).unwrap();
    assert!(
        human.starts_with("ok       configuration   siftd.yaml has no mistake\nok       folders         all six"),
        "{human}"
    );
}

#[test]
fn before_the_first_start_it_makes_nothing() {
    let desk = Desk::with_rules(&[]);
    let before = tree(&desk);
    let (unwell, _) = asked(&desk, 1);
    assert_eq!(
        unwell[0],
        ("folders".into(), "warning".into(), "`siftd run` or `siftd once` makes what is missing".into())
    );
    assert!(!unwell.iter().any(|(_, _, advice)| advice.contains("as root")), "{unwell:?}");
    assert_eq!(tree(&desk), before);
}

#[test]
fn what_is_wrong_is_told_with_what_to_do() {
    let desk = Desk::with_rules(&[("spool/inbox/a.txt", CLEAN)]);
    desk.siftd(&["once"]).assert().code(0);
    let told = |desk: &Desk, code: i32, subject: &str| {
        let (unwell, _) = asked(desk, code);
        unwell.into_iter().find(|(found, ..)| found == subject).map(|(_, level, advice)| (level, advice))
    };
    let set = |text: &str| desk.write("siftd.yaml", text.as_bytes());

    fs::set_permissions(desk.path("spool/curated"), fs::Permissions::from_mode(0o757)).unwrap();
    let (level, advice) = told(&desk, 1, "folders").unwrap();
    assert!(level == "warning" && advice == "chmod o-w spool/curated", "{level}: {advice}");

    // A claim whose daemon holds no lock.
    let dead = "spool/inbox/.siftd/0123456789abcdef/0123456789abcdef-0.0/b.txt";
    desk.write(dead, CLEAN.as_bytes());
    assert_eq!(told(&desk, 1, "claims").unwrap().1, "`siftd run` or `siftd once` finishes them");

    let journal = desk.path("spool/.siftd/journal.db");
    fs::write(journal, "not a database".repeat(400)).unwrap();
    let (level, advice) = told(&desk, 2, "journal").unwrap();
    assert!(level == "problem" && advice.contains("set"), "{level}: {advice}");

    desk.write("rules/broken.yaml", b"schema: rules/1\n");
    let (level, advice) = told(&desk, 2, "rules").unwrap();
    assert!(level == "problem" && advice.contains("siftd check"), "{level}: {advice}");

    set("folders: {curated: spool/inbox/curated}\n");
    fs::create_dir(desk.path("spool/inbox/curated")).unwrap();
    assert_eq!(told(&desk, 2, "folders").unwrap().0, "problem");

    set("spol: elsewhere\n");
    assert_eq!(told(&desk, 2, "configuration").unwrap().0, "problem");
}

#[test]
fn what_waits_for_what_is_not_mounted_is_told_by_status_doctor_and_the_log() {
    let desk = Desk::with_rules(&[("spool/inbox/a.txt", CLEAN)]);
    desk.siftd(&["once"]).assert().code(0);
    // Held there when siftd was killed.
    fs::create_dir_all(desk.path("spool/quarantine/.siftd/expire-1/.siftd/disk/x.txt/.siftd")).unwrap();
    let told = "quarantine/disk/x.txt waits since ";
    let doctor = desk.siftd(&["doctor"]).assert().code(1).get_output().stdout.clone();
    let doctor = String::from_utf8(doctor).unwrap();
    assert!(doctor.contains(told) && doctor.contains("do: mount it where it was"), "{doctor}");
    let status = desk.siftd(&["status"]).assert().code(1).get_output().stdout.clone();
    let status = String::from_utf8(status).unwrap();
    assert!(
        status.contains(&format!("attention   {told}")) && status.contains("while a policy deleted it"),
        "{status}"
    );
    // It keeps nobody from anything else.
    desk.write("spool/inbox/b.txt", CLEAN.as_bytes());
    let log = desk.siftd(&["once"]).assert().code(0).get_output().stderr.clone();
    let log = String::from_utf8(log).unwrap();
    assert_eq!(log.matches(told).count(), 1, "{log}");
}
