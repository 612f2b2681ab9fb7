//! The journal as a file: versions, counting.

use std::{
    path::Path,
    thread,
    time::{Duration, Instant},
};

use jiff::Timestamp;
use proptest::prelude::*;
use rusqlite::Connection;

use super::*;
use crate::spool::layout::Place;

fn row(id: &str, kind: Kind, stage: Stage, verdict: &str) -> Entry {
    Entry {
        id: id.to_owned(),
        kind,
        stage,
        time: Timestamp::UNIX_EPOCH,
        path: format!("{id}.txt").into(),
        size: 1,
        hash: Some(format!("hash of {id}")),
        copy_hash: None,
        verdict: verdict.to_owned(),
        rules: vec!["pack/rule".to_owned()],
        ruleset: "set".to_owned(),
        curated: None,
        original: None,
        aside: None,
        report: String::new(),
        settled: "leased".to_owned(),
        tries: 1,
        who: None,
        why: None,
    }
}

fn until(what: &str, condition: impl Fn() -> bool) {
    let start = Instant::now();
    while !condition() {
        assert!(start.elapsed() < Duration::from_secs(60), "not in a minute: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

/// A journal as the first version wrote it, in its earlier and its later form.
fn first_version(state: &Path, with_who: bool) {
    let columns = if with_who { ", who TEXT, why TEXT" } else { "" };
    let connection = Connection::open(state.join(FILE)).unwrap();
    connection
        .execute_batch(&format!(
            "CREATE TABLE outcomes (seq INTEGER PRIMARY KEY AUTOINCREMENT, id TEXT NOT NULL UNIQUE, kind TEXT NOT NULL,
                 stage TEXT NOT NULL, time_ms INTEGER NOT NULL, path BLOB NOT NULL, size INTEGER NOT NULL, hash TEXT,
                 verdict TEXT NOT NULL, rules TEXT NOT NULL, ruleset TEXT NOT NULL, curated BLOB, original BLOB,
                 aside BLOB, report TEXT NOT NULL, settled TEXT NOT NULL, tries INTEGER NOT NULL{columns}) STRICT;
             CREATE INDEX outcomes_by_path ON outcomes (path, seq);
             CREATE INDEX outcomes_by_aside ON outcomes (aside, seq) WHERE aside IS NOT NULL;
             CREATE INDEX outcomes_by_hash ON outcomes (hash, seq) WHERE hash IS NOT NULL;
             CREATE TABLE counters (name TEXT PRIMARY KEY, value INTEGER NOT NULL) STRICT;
             INSERT INTO counters VALUES ('vanished', 3);
             PRAGMA user_version = 1;"
        ))
        .unwrap();
    for (id, kind, verdict) in
        [("a", "judged", "pass"), ("b", "judged", "pass"), ("c", "judged", "reject"), ("d", "confirmed", "pass")]
    {
        // A strict table takes paths as bytes only.
        connection
            .execute(
                "INSERT INTO outcomes (id, kind, stage, time_ms, path, size, hash, verdict, rules, ruleset, report,
                     settled, tries)
                 VALUES (?1, ?2, 'done', 1, CAST(?1 AS BLOB), 1, ?1, ?3, '[]', 'set', '', 'leased', 1)",
                [id, kind, verdict],
            )
            .unwrap();
    }
}

#[test]
fn a_journal_of_the_first_version_is_brought_up_and_nothing_of_it_is_lost() {
    for with_who in [false, true] {
        let state = tempfile::tempdir().unwrap();
        first_version(state.path(), with_who);
        let earlier = Reader::open(state.path());
        assert!(matches!(earlier, Err(JournalError::Earlier { version: 1 })), "{earlier:?}");
        let journal = Journal::open(state.path());
        let mut new = row("e", Kind::Released, Stage::Done, "pass");
        new.who = Some("ada".to_owned());
        journal.record(new.clone()).unwrap();
        journal.record(row("f", Kind::Judged, Stage::Done, "pass")).unwrap();
        assert_eq!(journal.trouble(), None);
        drop(journal);
        let reader = Reader::open(state.path()).unwrap().unwrap();
        let ids: Vec<String> = reader.history(10, None).unwrap().into_iter().map(|entry| entry.id).collect();
        assert_eq!(ids, ["f", "e", "d", "c", "b", "a"]);
        let decided: Vec<String> = reader.decisions().unwrap().into_iter().map(|entry| entry.id).collect();
        assert_eq!(decided, ["d", "e"]);
        assert_eq!(reader.last_of("hash of e").unwrap().unwrap(), new);
        let totals = reader.totals().unwrap();
        assert_eq!(totals.verdicts, [("pass".to_owned(), 3), ("reject".to_owned(), 1)].into());
        assert_eq!(totals.counters["vanished"], 3);
        assert!(!state.path().join(format!("{FILE}.aside-1")).is_file(), "it is the same journal");
    }
}

#[test]
fn a_journal_of_a_later_version_is_set_aside_unharmed() {
    let state = tempfile::tempdir().unwrap();
    drop(Journal::open(state.path()));
    let connection = Connection::open(state.path().join(FILE)).unwrap();
    connection.pragma_update(None, "user_version", 99).unwrap();
    drop(connection);
    assert!(matches!(Reader::open(state.path()), Err(JournalError::Later { version: 99 })));
    Journal::open(state.path()).record(row("a", Kind::Judged, Stage::Done, "pass")).unwrap();
    let aside = Connection::open(state.path().join(format!("{FILE}.aside-1"))).unwrap();
    assert_eq!(schema::version(&aside).unwrap(), 99);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(12))]

    /// The running tally is what counting all rows would say.
    #[test]
    fn totals_are_those_of_the_rows(steps in proptest::collection::vec((0..6u8, 0..3u8, 0..3u8, any::<bool>()), 1..30)) {
        let state = tempfile::tempdir().unwrap();
        let journal = Journal::open(state.path());
        for (id, kind, verdict, done) in steps {
            let id = id.to_string();
            let kind = [Kind::Judged, Kind::Released, Kind::Judged][usize::from(kind)];
            match verdict {
                2 => journal.forget(&format!("{id}-judged")).unwrap(),
                _ => {
                    let stage = if done { Stage::Done } else { Stage::Moving };
                    // The kind of an entry never changes.
                    let id = format!("{id}-{}", kind.as_str());
                    journal.record(row(&id, kind, stage, ["pass", "quarantine"][usize::from(verdict)])).unwrap();
                }
            }
        }
        drop(journal);
        let totals = Reader::open(state.path()).unwrap().unwrap().totals().unwrap();
        let connection = Connection::open(state.path().join(FILE)).unwrap();
        let mut statement = connection
            .prepare("SELECT verdict, count(*) FROM outcomes WHERE kind = 'judged' GROUP BY verdict").unwrap();
        let counted = statement
            .query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.unsigned_abs()))).unwrap()
            .collect::<Result<_, _>>().unwrap();
        prop_assert_eq!(totals.verdicts, counted);
    }
}

#[test]
fn bytes_that_are_moved_by_a_claim_of_long_ago_come_again_too() {
    let state = tempfile::tempdir().unwrap();
    let journal = Journal::open(state.path());
    let early = Entry { hash: Some("same".to_owned()), ..row("early", Kind::Judged, Stage::Moving, "quarantine") };
    let aside = Some(std::path::PathBuf::from("x.txt"));
    let known = Entry { id: "known".to_owned(), stage: Stage::Done, aside, ..early.clone() };
    journal.record_all(vec![early.clone(), known.clone()]).unwrap();
    let reader = Reader::open(state.path()).unwrap().unwrap();
    let came_again = || reader.came_again(&known, Place::Quarantine, Path::new("x.txt")).unwrap();
    assert!(came_again());
    journal.record(Entry { stage: Stage::Done, aside: known.aside.clone(), ..early }).unwrap();
    assert!(!came_again(), "it was there before");
}

#[test]
fn what_could_not_be_written_is_tried_again_though_nobody_asks() {
    let dir = tempfile::tempdir().unwrap();
    let journal = Journal::open(dir.path());
    journal.record(row("a", Kind::Judged, Stage::Done, "pass")).unwrap();
    let other = Connection::open(dir.path().join(FILE)).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    assert_eq!(journal.record(row("b", Kind::Judged, Stage::Done, "pass")), Err(Unwritten));
    assert!(journal.trouble().is_some_and(|text| text.contains("locked")));
    assert_eq!(journal.known("b"), Err(Unwritten), "it waits to be written");
    drop(other);
    until("it is written", || journal.trouble().is_none());
    let entries = Reader::open(dir.path()).unwrap().unwrap().history(10, None).unwrap();
    assert_eq!(entries.len(), 2);
}

#[test]
fn it_can_be_asked_while_another_program_keeps_it_from_being_written() {
    let dir = tempfile::tempdir().unwrap();
    let journal = Journal::open(dir.path());
    let row = row("a", Kind::Judged, Stage::Moving, "pass");
    journal.record(row.clone()).unwrap();
    let other = Connection::open(dir.path().join(FILE)).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    for _ in 0..3 {
        assert_eq!(journal.known("a"), Ok(Some(row.clone())));
        assert_eq!(journal.known("b"), Ok(None));
    }
    assert_eq!(journal.trouble(), None, "nothing was to be written");
    drop(other);
    // What was counted beside a question is written, too, though nobody asks for more.
    journal.count("vanished", 1);
    journal.known("a").unwrap();
    let reader = Reader::open(dir.path()).unwrap().unwrap();
    until("it is counted", || reader.totals().unwrap().counters.contains_key("vanished"));
}

#[test]
fn one_that_a_quick_look_takes_for_sound_is_set_aside_when_it_cannot_be_written() {
    let dir = tempfile::tempdir().unwrap();
    let before = row("a", Kind::Judged, Stage::Moving, "pass");
    let journal = Journal::open(dir.path());
    journal.record(before.clone()).unwrap();
    journal.close();
    drop(journal);
    // One bit of a key in an index, which a quick look does not hold against the rows.
    let file = dir.path().join(FILE);
    let (root, size) = {
        let connection = Connection::open(&file).unwrap();
        let number = |sql: &str| connection.query_row(sql, [], |row| row.get::<_, u32>(0)).unwrap() as usize;
        (number("SELECT rootpage FROM sqlite_schema WHERE name = 'outcomes_by_path'"), number("PRAGMA page_size"))
    };
    let mut bytes = std::fs::read(&file).unwrap();
    let page = &mut bytes[(root - 1) * size..root * size];
    let at = page.windows(5).position(|window| window == b"a.txt").unwrap();
    page[at] ^= 2;
    std::fs::write(&file, bytes).unwrap();

    let journal = Journal::open(dir.path());
    journal.forget("a").unwrap();
    let after = row("b", Kind::Judged, Stage::Done, "pass");
    journal.record(after.clone()).unwrap();
    assert_eq!(journal.trouble(), None);
    journal.close();
    let kept = std::fs::read_dir(dir.path())
        .unwrap()
        .filter(|entry| entry.as_ref().unwrap().file_name().to_string_lossy().contains("journal.db."));
    assert!(kept.count() > 0, "the broken one is not kept");
    let connection = Connection::open(&file).unwrap();
    let rows: u32 = connection.query_row("SELECT count(*) FROM outcomes", [], |row| row.get(0)).unwrap();
    assert_eq!(rows, 1);
}

#[test]
fn whoever_has_the_lock_keeps_the_writer_from_nothing() {
    let dir = tempfile::tempdir().unwrap();
    let journal = Journal::open(dir.path());
    let stranger = std::fs::File::open(dir.path().join(LOCK)).unwrap();
    rustix::fs::flock(&stranger, rustix::fs::FlockOperation::LockExclusive).unwrap();
    let another = Another::writing(dir.path());
    let (sender, answered) = std::sync::mpsc::channel();
    thread::spawn(move || {
        let _ = sender.send((journal.record(row("a", Kind::Judged, Stage::Moving, "pass")), journal));
    });
    let (written, journal) = answered.recv_timeout(Duration::from_secs(60)).expect("it waits for ever");
    assert_eq!(written, Err(Unwritten));
    assert!(!is_complete(dir.path()).unwrap(), "nobody deletes while it is kept");
    drop(stranger);
    // It is asked for again, whether anybody asks the journal or not.
    thread::sleep(Duration::from_secs(3));
    assert!(!is_complete(dir.path()).unwrap(), "what it is owed is not told of");
    drop(another);
    assert_eq!(journal.record(row("b", Kind::Judged, Stage::Moving, "pass")), Ok(()));
    assert!(is_complete(dir.path()).unwrap());
}

#[test]
fn what_is_written_of_an_id_after_it_was_forgotten_stays() {
    let dir = tempfile::tempdir().unwrap();
    let journal = Journal::open(dir.path());
    journal.record(row("a", Kind::Judged, Stage::Moving, "pass")).unwrap();
    let another = Another::writing(dir.path());
    assert_eq!(journal.forget("a"), Err(Unwritten));
    let after = row("a", Kind::Judged, Stage::Moving, "reject");
    assert_eq!(journal.record(after.clone()), Err(Unwritten));
    drop(another);
    until("it is written", || journal.known("a").is_ok());
    assert_eq!(journal.known("a").unwrap(), Some(after));
}

#[test]
fn a_confirmation_ends_with_a_release_of_what_was_confirmed() {
    let state = tempfile::tempdir().unwrap();
    let journal = Journal::open(state.path());
    let here = Some(std::path::PathBuf::from("x.txt"));
    let of = |id: &str, kind, verdict: &str| Entry {
        path: "x.txt".into(),
        hash: Some("same".to_owned()),
        ..row(id, kind, Stage::Done, verdict)
    };
    let lies = |id: &str, kind| Entry { aside: here.clone(), ..of(id, kind, "quarantine") };
    let reader = || Reader::open(state.path()).unwrap().unwrap();
    let confirmed = || {
        let lying = reader().lying(Place::Quarantine, Path::new("x.txt")).unwrap().unwrap();
        let said = reader().confirmation(Place::Quarantine, Path::new("x.txt")).unwrap();
        assert_eq!(lying.confirmed, said.is_some());
        assert!(!(lying.confirmed && lying.released));
        lying.confirmed
    };
    journal.record(lies("first", Kind::Judged)).unwrap();
    assert!(!confirmed());
    journal.record(lies("said", Kind::Confirmed)).unwrap();
    assert!(confirmed());
    journal.record(Entry { path: "other.txt".into(), ..of("quarantine-0", Kind::Released, "pass") }).unwrap();
    journal.record(of("rejected-0", Kind::Released, "pass")).unwrap();
    assert!(confirmed(), "the same bytes elsewhere are another file");
    let sent = Entry { curated: here.clone(), ..of("quarantine-1", Kind::Released, "pass") };
    journal.record(sent).unwrap();
    assert_eq!(reader().lying(Place::Quarantine, Path::new("x.txt")).unwrap(), None, "it left");
    journal.record(lies("again", Kind::Judged)).unwrap();
    assert!(!confirmed(), "a release is the last word on it");
    journal.record(lies("said again", Kind::Confirmed)).unwrap();
    assert!(confirmed());
}
