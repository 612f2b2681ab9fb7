//! Files that come to a place again, and deletions that were begun and came to nothing.

use super::*;
use crate::spool::{Aside, journal::By, verify};

/// Puts everything aside.
struct Wary;

impl Judge for Wary {
    fn judge(&self, _: &Path, _: Vec<u8>, _: &dyn Fn() -> bool) -> Judged {
        let report = br#"{"verdict":"quarantine","path":"x.txt"}"#.to_vec();
        Judged { ruling: Ruling::Quarantine, report, rules: Vec::new(), ruleset: String::new() }
    }

    fn unjudged(&self, path: &Path, _: u64, _: Unjudged) -> Judged {
        self.judge(path, Vec::new(), &|| false)
    }

    fn ruleset(&self) -> String {
        String::new()
    }
}

/// Lets a copy without its first letter into `curated/`.
struct Stripping;

impl Judge for Stripping {
    fn judge(&self, _: &Path, bytes: Vec<u8>, _: &dyn Fn() -> bool) -> Judged {
        let ruling = Ruling::Strip(bytes[1..].to_vec());
        Judged { ruling, report: Vec::new(), rules: Vec::new(), ruleset: String::new() }
    }

    fn unjudged(&self, path: &Path, _: u64, _: Unjudged) -> Judged {
        Wary.judge(path, Vec::new(), &|| false)
    }

    fn ruleset(&self) -> String {
        String::new()
    }
}

/// A spool, and policies for all that lies in it.
struct Yard {
    root: tempfile::TempDir,
    layout: Layout,
    inbox: Inbox,
    bench: Bench,
}

impl Yard {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let (layout, bench) = Bench::below(root.path(), Moving::Rename);
        let inbox = Inbox::open(&layout.inbox, Ignore::new(&[]).unwrap()).unwrap();
        Self { root, layout, inbox, bench }
    }

    fn at(&self, path: &str) -> PathBuf {
        self.root.path().join(path)
    }

    fn drop_in(&self, bytes: &str, judge: &dyn Judge) {
        fs::write(self.layout.inbox.join("x.txt"), bytes).unwrap();
        assert!(file_away_by(&self.bench, &self.inbox, Path::new("x.txt"), judge));
    }

    /// What a pass of this many hours later does, when files are kept for one.
    fn expire(&self, hours: u64) -> Expired {
        let span = Some(Duration::from_secs(3600));
        let retention = Retention {
            originals: span,
            quarantine_confirmed: None,
            quarantine_undecided: span,
            rejected: span,
            journal: span,
        };
        let now = clock::now() + Duration::from_secs(3600 * hours);
        let mut pass = Pass { retention: &retention, now, dry: false, stop: &|| false, tell: &mut |_| () };
        self.bench.expire(&self.layout.state, &mut pass).unwrap()
    }

    /// How many are missing.
    fn missing(&self) -> u64 {
        verify(&self.layout, &mut |_| ()).unwrap().missing
    }
}

#[test]
fn what_comes_back_to_where_it_was_sent_on_from_is_as_young_as_that() {
    for again in [false, true] {
        let yard = Yard::new();
        yard.drop_in("unwanted", &Wary);
        let aside = Aside { place: Place::Quarantine, path: "x.txt".into() };
        match again {
            true => yard.bench.retry(&aside, &Stripping, By::default()).map(|_| "originals/x.txt"),
            false => yard.bench.release(&aside, None, By::default()).map(|_| "curated/x.txt"),
        }
        .map(|from| rustix::fs::rename(yard.at(from), yard.at("quarantine/x.txt")).unwrap())
        .unwrap();
        // The row of the other try may be old enough to go, not so while that of the first one stays.
        for hours in [2, 3] {
            assert_eq!(yard.expire(hours).files, 0, "{again}: the only one is deleted");
            assert_eq!(fs::read_to_string(yard.at("quarantine/x.txt")).unwrap(), "unwanted", "{again}");
        }
        // It gets an age when it is judged there; one that was released is none that nobody has decided on.
        yard.bench.retry(&aside, &Wary, By::default()).unwrap();
        assert_eq!(yard.expire(2).files, u64::from(again), "{again}");
    }
}

#[test]
fn what_a_person_released_and_is_dropped_again_is_not_deleted_as_what_nobody_has_decided_on() {
    for confirmed in [false, true] {
        let yard = Yard::new();
        let aside = Aside { place: Place::Quarantine, path: "x.txt".into() };
        yard.drop_in("wanted", &Wary);
        if confirmed {
            yard.bench.confirm(&aside, &|_| None, By::default()).unwrap();
        }
        yard.bench.release(&aside, None, By::default()).unwrap();
        fs::remove_file(yard.at("curated/x.txt")).unwrap();
        yard.drop_in("wanted", &Wary);
        assert_eq!(yard.expire(2).files, 0, "{confirmed}");
        assert_eq!(fs::read_to_string(yard.at("quarantine/x.txt")).unwrap(), "wanted", "{confirmed}");
        // Another one has its place.
        fs::remove_file(yard.at("quarantine/x.txt")).unwrap();
        fs::remove_file(yard.at("quarantine/x.txt.siftd.json")).unwrap();
        yard.drop_in("another", &Wary);
        assert_eq!(yard.expire(2).files, 1, "{confirmed}");
    }
}

#[test]
fn what_a_person_confirmed_since_it_was_released_goes_when_confirmed_files_go() {
    let yard = Yard::new();
    let aside = Aside { place: Place::Quarantine, path: "x.txt".into() };
    yard.drop_in("unwanted", &Wary);
    yard.bench.release(&aside, None, By::default()).unwrap();
    yard.drop_in("unwanted", &Wary);
    yard.bench.confirm(&aside, &|_| None, By::default()).unwrap();
    let retention = Retention { quarantine_confirmed: Some(Duration::from_secs(3600)), ..Retention::default() };
    let now = clock::now() + Duration::from_secs(7200);
    let mut pass = Pass { retention: &retention, now, dry: false, stop: &|| false, tell: &mut |_| () };
    assert_eq!(yard.bench.expire(&yard.layout.state, &mut pass).unwrap().files, 1);
}

#[test]
fn what_comes_back_to_where_it_was_deleted_stays() {
    for (judge, path) in [(&Stripping as &dyn Judge, "originals/x.txt"), (&Harsh, "rejected/x.txt")] {
        let yard = Yard::new();
        yard.drop_in("unwanted", judge);
        assert_eq!(yard.expire(2).files, 1, "{path}");
        fs::write(yard.at(path), "unwanted").unwrap();
        for hours in [3, 4] {
            assert_eq!(yard.expire(hours).files, 0, "{path}: what was restored is deleted");
        }
        assert_eq!(fs::read_to_string(yard.at(path)).unwrap(), "unwanted", "{path}");
        fs::remove_file(yard.at(path)).unwrap();
        yard.drop_in("unwanted", judge);
        assert_eq!(yard.expire(5).files, 1, "{path}");
    }
}

#[test]
fn what_a_policy_deleted_is_not_missing_when_its_row_is_old() {
    let yard = Yard::new();
    yard.drop_in("unwanted", &Stripping);
    assert_eq!((yard.expire(2).files, yard.missing()), (1, 0));
    for hours in [3, 4] {
        yard.expire(hours);
        assert_eq!(yard.missing(), 0, "after {hours} hours");
    }
    // With the copy all goes.
    fs::remove_file(yard.at("curated/x.txt")).unwrap();
    yard.expire(5);
    yard.expire(6);
    assert_eq!(yard.missing(), 0);
}

#[test]
fn a_deletion_that_took_nothing_is_not_written_down() {
    let yard = Yard::new();
    yard.drop_in("unwanted", &Stripping);
    let row = yard.bench.journal.known(&journal_ids(&yard)[0]).unwrap().unwrap();
    let begun = Entry { id: "expire-originals-0".into(), kind: Kind::Expired, stage: Stage::Moving, ..row };
    yard.bench.journal.record(Entry { curated: None, ..begun }).unwrap();
    // It was killed before it took the file, and somebody removed that.
    fs::remove_file(yard.at("originals/x.txt")).unwrap();
    assert_eq!(yard.missing(), 1);
    assert!(yard.bench.complete_interrupted(&|| ()).unwrap());
    assert_eq!(yard.bench.journal.known("expire-originals-0").unwrap(), None, "nothing was deleted");
    assert_eq!(yard.missing(), 1, "the loss is hidden");
}

#[test]
fn a_deletion_is_done_when_no_power_cut_brings_its_report_back() {
    let yard = Yard::new();
    yard.drop_in("unwanted", &Wary);
    let row = yard.bench.journal.known(&journal_ids(&yard)[0]).unwrap().unwrap();
    let (id, report) = ("expire-quarantine-0", yard.at("quarantine/x.txt.siftd.json"));
    yard.bench.journal.record(Entry { id: id.into(), kind: Kind::Expired, stage: Stage::Moving, ..row }).unwrap();
    let stage = || yard.bench.journal.known(id).unwrap().unwrap().stage;
    // It was killed when the file was removed and its report was not.
    let root = Folder::open(&yard.layout.quarantine).unwrap();
    held::proof::say(&root, id).unwrap();
    fs::remove_file(yard.at("quarantine/x.txt")).unwrap();
    lacking::SYNCS.set(Some("quarantine"));
    assert!(!yard.bench.complete_interrupted(&|| ()).unwrap_or(false));
    lacking::SYNCS.set(None);
    assert_eq!(stage(), Stage::Moving, "nobody looks for its report any more");
    assert!(yard.bench.complete_interrupted(&|| ()).unwrap());
    assert!(stage() == Stage::Done && !report.is_file());
}

/// The ids of all rows.
fn journal_ids(yard: &Yard) -> Vec<String> {
    let reader = Reader::open(&yard.layout.state).unwrap().unwrap();
    reader.history(99, None).unwrap().into_iter().map(|entry| entry.id).collect()
}

#[test]
fn what_is_confirmed_while_it_is_about_to_be_deleted_stays() {
    let yard = Yard::new();
    yard.drop_in("unwanted", &Wary);
    let other =
        Bench { journal: Journal::open(&yard.layout.state), ..Bench::below(yard.root.path(), Moving::Rename).1 };
    // It was found to be due, and is about to be taken.
    lacking::MEANWHILE.set(Some(Box::new(move || {
        let aside = Aside { place: Place::Quarantine, path: "x.txt".into() };
        other.confirm(&aside, &|_| None, By::default()).unwrap();
    })));
    let expired = yard.expire(2);
    assert_eq!((expired.files, expired.kept), (0, 1));
    assert_eq!(fs::read_to_string(yard.at("quarantine/x.txt")).unwrap(), "unwanted");
    assert!(yard.at("quarantine/x.txt.siftd.json").is_file() && !yard.at("quarantine/.siftd").is_dir());
    assert_eq!(yard.expire(3), Expired::default());
}

#[test]
fn what_is_deleted_or_put_there_while_it_is_verified_is_not_missing() {
    #[derive(Debug, PartialEq)]
    enum Meanwhile {
        Deleted,
        PutBack,
        CameAgain,
        Lost,
    }
    for meanwhile in [Meanwhile::Deleted, Meanwhile::PutBack, Meanwhile::CameAgain, Meanwhile::Lost] {
        let yard = Yard::new();
        yard.drop_in("unwanted", &Stripping);
        let row = yard.bench.journal.known(&journal_ids(&yard)[0]).unwrap().unwrap();
        let begun = Entry {
            id: "expire-originals-0".into(),
            kind: Kind::Expired,
            stage: Stage::Moving,
            curated: None,
            ..row.clone()
        };
        yard.bench.journal.record(begun.clone()).unwrap();
        let (original, other) = (yard.at("originals/x.txt"), Entry { id: "other".into(), ..row });
        fs::remove_file(&original).unwrap();
        fs::remove_file(yard.at("curated/x.txt")).unwrap();
        let mut told = Vec::new();
        // That is told when the journal was read for the last time.
        let tally = verify(&yard.layout, &mut |verified| {
            if verified.place == Place::Curated {
                match meanwhile {
                    Meanwhile::Deleted => {
                        yard.bench.journal.record(Entry { stage: Stage::Done, ..begun.clone() }).unwrap();
                    }
                    Meanwhile::PutBack => fs::write(&original, "unwanted").unwrap(),
                    Meanwhile::CameAgain => {
                        fs::write(&original, "unwanted").unwrap();
                        yard.bench.journal.record(other.clone()).unwrap();
                    }
                    Meanwhile::Lost => {}
                }
            }
            told.push(verified.place);
        });
        let lost: &[Place] = if meanwhile == Meanwhile::Lost { &[Place::Originals] } else { &[] };
        assert_eq!(told, [&[Place::Curated], lost].concat(), "{meanwhile:?}: {tally:?}");
    }
}

#[test]
fn another_file_that_came_to_a_place_while_it_is_verified_is_not_changed() {
    let yard = Yard::new();
    yard.drop_in("unwanted", &Stripping);
    let row = yard.bench.journal.known(&journal_ids(&yard)[0]).unwrap().unwrap();
    // Of one that was too large to be read it is told at once.
    fs::write(yard.at("curated/large.txt"), "unwanted").unwrap();
    let large =
        Entry { id: "large".into(), hash: None, curated: Some("large.txt".into()), original: None, ..row.clone() };
    yard.bench.journal.record(large).unwrap();
    let mut told = Vec::new();
    verify(&yard.layout, &mut |verified| {
        fs::write(yard.at("originals/x.txt"), "another!").unwrap();
        let hash = Some(blake3::hash(b"another!").to_hex().to_string());
        yard.bench.journal.record(Entry { id: "other".into(), hash, ..row.clone() }).unwrap();
        told.push(verified.path);
    })
    .unwrap();
    assert_eq!(told, [Path::new("large.txt")]);
}
