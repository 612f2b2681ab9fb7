//! `siftd verify`, against changes that somebody really made.

use std::{collections::BTreeMap, fs, os::unix::fs::symlink};

use serde_json::Value;

use super::{ADVERT, CLEAN, Desk, NAVIGATION};

/// A spool with clean and stripped files, some in a folder.
fn published() -> Desk {
    let files: Vec<(String, String)> = ["one", "two", "three", "sub/four", "sub/five"]
        .iter()
        .flat_map(|name| {
            let clean = (format!("spool/inbox/{name}.txt"), format!("{CLEAN}{name}\n"));
            [clean, (format!("spool/inbox/{name}-links.txt"), format!("{NAVIGATION}{name}\n"))]
        })
        .chain([("spool/inbox/advert.txt".to_owned(), ADVERT.to_owned())])
        .collect();
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let desk = Desk::with_rules(&files);
    desk.siftd(&["once"]).assert().code(1);
    desk
}

/// What is told of each path, and the sums.
fn told(desk: &Desk, code: i32) -> (BTreeMap<String, Value>, Value) {
    let output = desk.siftd(&["verify", "--format", "json"]).assert().code(code).get_output().stdout.clone();
    let mut lines: Vec<Value> =
        String::from_utf8(output).unwrap().lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let sums = lines.pop().unwrap();
    let key = |line: &Value| format!("{}/{}", line["place"].as_str().unwrap(), line["path"].as_str().unwrap());
    (lines.into_iter().map(|line| (key(&line), line)).collect(), sums)
}

#[test]
fn what_was_published_is_intact_and_each_change_is_told() {
    let desk = published();
    desk.siftd(&["release", "advert.txt"]).assert().code(0);
    let (told_of, sums) = told(&desk, 0);
    assert_eq!((told_of.len(), &sums["intact"]), (0, &16.into()));

    let at = |path: &str| desk.path("spool").join(path);
    // Another size, the same size, the stripped copy, the original of another one; gone, moved, new, no file any more.
    fs::write(at("curated/one.txt"), "other").unwrap();
    fs::write(at("curated/two.txt"), format!("{CLEAN}owt\n")).unwrap();
    fs::write(at("curated/sub/five-links.txt"), "").unwrap();
    fs::write(at("originals/sub/four-links.txt"), CLEAN).unwrap();
    fs::remove_file(at("originals/one-links.txt")).unwrap();
    fs::rename(at("curated/three.txt"), at("curated/sub/moved.txt")).unwrap();
    fs::create_dir(at("curated/new")).unwrap();
    fs::write(at("curated/new/note.txt"), "a note").unwrap();
    fs::remove_file(at("curated/sub/four.txt")).unwrap();
    symlink("/etc/hostname", at("curated/sub/four.txt")).unwrap();

    let (told_of, sums) = told(&desk, 1);
    let states: Vec<(&str, &str)> =
        told_of.iter().map(|(path, line)| (path.as_str(), line["state"].as_str().unwrap())).collect();
    assert_eq!(
        states,
        [
            ("curated/new/note.txt", "unknown"),
            ("curated/one.txt", "changed"),
            ("curated/sub/five-links.txt", "changed"),
            ("curated/sub/four.txt", "changed"),
            ("curated/sub/moved.txt", "unknown"),
            ("curated/three.txt", "missing"),
            ("curated/two.txt", "changed"),
            ("originals/one-links.txt", "missing"),
            ("originals/sub/four-links.txt", "changed"),
        ]
    );
    assert_eq!(told_of["curated/sub/moved.txt"]["bytes_of"], "three.txt");
    assert_eq!(told_of["curated/new/note.txt"]["bytes_of"], Value::Null);
    let two = &told_of["curated/two.txt"];
    assert_eq!(two["expected_blake3"], blake3(&format!("{CLEAN}two\n")));
    assert_eq!(two["blake3"], blake3(&format!("{CLEAN}owt\n")));
    assert!(two["published"].is_string() && two["modified"].is_string());
    let count = |state: &str| sums[state].as_u64().unwrap();
    assert_eq!(["intact", "changed", "missing", "unknown"].map(count), [9, 5, 2, 2]);

    let human = desk.siftd(&["verify"]).assert().code(1).get_output().stdout.clone();
    let human = String::from_utf8(human).unwrap();
    assert!(human.contains("unknown     curated/sub/moved.txt  ("), "{human}");
    assert!(human.ends_with(
        "9 files as the journal says, 5 changed since, 2 missing, 2 that no entry knows; siftd itself changes nothing \
         that it has published, and cannot know who did\n"
    ));
}

#[test]
fn without_a_journal_nothing_is_known_and_a_broken_one_is_no_answer() {
    let desk = published();
    fs::rename(desk.path("spool/.siftd/journal.db"), desk.path("journal.db")).unwrap();
    let (told_of, sums) = told(&desk, 1);
    assert_eq!((told_of.len(), &sums["unknown"]), (15, &15.into()));
    // What SQLite would mend it from.
    for log in ["journal.db-wal", "journal.db-shm"] {
        let _ = fs::remove_file(desk.path("spool/.siftd").join(log));
    }
    fs::write(desk.path("spool/.siftd/journal.db"), "not a database".repeat(100)).unwrap();
    desk.siftd(&["verify"]).assert().code(2);
}

fn blake3(text: &str) -> String {
    blake3::hash(text.as_bytes()).to_hex().to_string()
}

#[test]
fn nothing_but_the_database_stays_of_the_journal() {
    let desk = published();
    let state = || -> Vec<_> {
        let names = fs::read_dir(desk.path("spool/.siftd")).unwrap().map(|entry| entry.unwrap().file_name());
        // Empty, and there for good.
        names.filter(|name| name != "journal.lock").collect()
    };
    assert_eq!(state(), ["journal.db"]);
    for arguments in [
        &["history"][..],
        &["status"],
        &["verify"],
        &["doctor"],
        &["confirm", "advert.txt"],
        &["retry", "advert.txt"],
        &["release", "advert.txt"],
        &["expire"],
        &["once"],
    ] {
        desk.siftd(arguments).output().unwrap();
        assert_eq!(state(), ["journal.db"], "after siftd {arguments:?}");
    }
}
