use std::{
    collections::BTreeMap,
    ffi::OsStr,
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
};

use super::super::{
    folder::{Folder, lacking},
    place::{Put, Source, move_file},
    pulse::Pulse,
    read::read,
    sync::{fail_once, has_failed},
};
use crate::spool::{
    Bench, Case, Claim, Fault, Fingerprint, Ignore, Inbox, Judge, Judged, Layout, Moving, Place, REPORT_SUFFIX, Ruling,
    Unjudged,
    journal::{Reader, Stage},
};

/// Rules by the first byte.
struct Simple;

impl Judge for Simple {
    fn judge(&self, _: &Path, bytes: Vec<u8>, _: &dyn Fn() -> bool) -> Judged {
        let ruling = match bytes.first() {
            Some(b's') => Ruling::Strip(bytes[1..].to_vec()),
            Some(b'q') => Ruling::Quarantine,
            Some(b'r') => Ruling::Reject,
            _ => Ruling::Pass,
        };
        let report = format!("{{\"verdict\": \"of {}\"}}", String::from_utf8_lossy(&bytes)).into_bytes();
        Judged { ruling, report, rules: Vec::new(), ruleset: String::new() }
    }

    fn unjudged(&self, _: &Path, _: u64, _: Unjudged) -> Judged {
        unreachable!("nothing is too large")
    }

    fn ruleset(&self) -> String {
        String::new()
    }
}

struct Rig {
    root: tempfile::TempDir,
    layout: Layout,
    inbox: Inbox,
    bench: Bench,
}

fn identity(path: &Path) -> Option<(u64, u64)> {
    fs::metadata(path).ok().map(|metadata| (metadata.dev(), metadata.ino()))
}

impl Rig {
    fn new(moving: Moving) -> Self {
        let root = tempfile::tempdir().unwrap();
        let (layout, bench) = Bench::below(root.path(), moving);
        let inbox = Inbox::open(&layout.inbox, Ignore::new(&[]).unwrap()).unwrap();
        Self { root, layout, inbox, bench }
    }

    fn drop(&self, path: &str, bytes: &str) {
        let at = self.layout.inbox.join(path);
        fs::create_dir_all(at.parent().unwrap()).unwrap();
        fs::write(&at, bytes).unwrap();
    }

    /// Drops these, one after the other, and publishes them as one group.
    fn publish(&self, dropped: &[(&str, &str)]) {
        let cases = dropped.iter().map(|(path, bytes)| {
            self.drop(path, bytes);
            self.case(path)
        });
        self.publish_cases(cases.collect());
    }

    fn publish_cases(&self, cases: Vec<Case>) {
        let count = cases.len();
        let (before, begun) = self.bench.begin(Vec::new(), cases);
        let (ended, refused) = self.bench.publish_all(begun, &|| ());
        assert!(before.is_empty() && refused.is_empty(), "{refused:?}");
        assert_eq!(self.bench.end(ended).len(), count);
    }

    /// What was dropped as `path`, claimed and judged.
    fn case(&self, path: &str) -> Case {
        self.bench.judge(self.claim(path).unwrap(), &Simple).unwrap()
    }

    fn claim(&self, path: &str) -> Result<Claim, Fault> {
        let seen = Fingerprint::of(&rustix::fs::stat(self.layout.inbox.join(path)).unwrap());
        self.inbox.claim(Path::new(path), &seen)
    }

    /// What is found in claims, judged and published.
    fn publish_left(&self) {
        let (left, fault) = self.inbox.left(|_| false);
        assert!(fault.is_none(), "{fault:?}");
        let (claims, completed) = self.bench.recover(left, &|| ());
        assert!(completed.is_ok());
        self.publish_cases(claims.into_iter().map(|claim| self.bench.judge(claim, &Simple).unwrap()).collect());
    }

    /// Of the file dropped as `path`, the next sync fails.
    fn fail_sync(&self, path: &str) -> (u64, u64) {
        let file = identity(&self.layout.inbox.join(path)).unwrap();
        fail_once(file);
        file
    }

    /// Every file of a place.
    fn files(&self, place: Place) -> BTreeMap<PathBuf, String> {
        let root = self.layout.place(place);
        let mut found = BTreeMap::new();
        let mut open = vec![root.to_owned()];
        while let Some(folder) = open.pop() {
            for entry in fs::read_dir(folder).unwrap() {
                let path = entry.unwrap().path();
                match path.is_dir() {
                    true => open.push(path),
                    false => {
                        let text = fs::read_to_string(&path).unwrap();
                        found.insert(path.strip_prefix(root).unwrap().to_owned(), text);
                    }
                }
            }
        }
        found
    }

    /// Each dropped file lies where it belongs and once, with what belongs to it beside it, and the journal knows.
    fn assert_filed(&self, dropped: &[(&str, &str)]) {
        let [curated, quarantine, rejected, originals] = Place::ALL.map(|place| self.files(place));
        let (mut copies, mut asides) = (0, 0);
        for (_, bytes) in dropped {
            let lies = |tree: &BTreeMap<PathBuf, String>| tree.values().filter(|text| text == bytes).count();
            let counts = [&curated, &quarantine, &rejected, &originals].map(lies);
            let wanted = match bytes.as_bytes()[0] {
                b's' => [0, 0, 0, 1],
                b'q' => [0, 1, 0, 0],
                b'r' => [0, 0, 1, 0],
                _ => [1, 0, 0, 0],
            };
            assert_eq!(counts, wanted, "{bytes}");
        }
        for (path, text) in &originals {
            assert_eq!(curated.get(path).map(String::as_str), Some(&text[1..]), "{}", path.display());
            copies += 1;
        }
        for (path, text) in quarantine.iter().chain(&rejected) {
            if !path.to_string_lossy().ends_with(REPORT_SUFFIX) {
                let tree = if quarantine.contains_key(path) { &quarantine } else { &rejected };
                let report = tree.get(&PathBuf::from(format!("{}{REPORT_SUFFIX}", path.display())));
                assert_eq!(report, Some(&format!("{{\"verdict\": \"of {text}\"}}")), "{}", path.display());
                asides += 1;
            }
        }
        let passed = dropped.len() - copies - asides;
        assert_eq!(curated.len(), passed + copies, "{curated:?}");
        assert_eq!(quarantine.len() + rejected.len(), 2 * asides);
        let entries = Reader::open(&self.layout.state).unwrap().unwrap().history(1_000, None).unwrap();
        assert_eq!(entries.len(), dropped.len());
        assert!(entries.iter().all(|entry| entry.stage == Stage::Done && entry.tries == 1));
        for entry in &entries {
            let places = [&entry.curated, &entry.original, &entry.aside].into_iter().flatten();
            assert!(places.count() == if entry.verdict == "strip" { 2 } else { 1 }, "{entry:?}");
        }
    }
}

#[test]
fn a_group_ends_as_its_files_would_one_by_one() {
    let plain = [
        ("a.txt", "a good one"),
        ("b.txt", "s to be stripped"),
        ("sub/c.txt", "q aside"),
        ("sub/deeper/d.txt", "r rejected"),
        ("sub/e.txt", "another good one"),
        ("sub/f.txt", "s stripped in a folder"),
    ];
    // The same names again, for other files of each kind.
    let taken = [
        ("a.txt", "s takes the name of one that passed"),
        ("a.txt", "one more of that name"),
        ("b.txt", "the name of a copy"),
        ("b.txt", "s and another copy"),
        ("sub/c.txt", "q the name of one aside"),
        ("sub/c.txt", "q and again"),
        ("sub/deeper/d.txt", "r the name of one rejected"),
        ("sub/c.txt", "a good one of that name"),
    ];
    let all: Vec<_> = plain.into_iter().chain(taken).collect();
    for moving in [Moving::Rename, Moving::Copy] {
        // All in one group; names taken by an earlier group; each alone.
        for size in [all.len(), plain.len(), 1] {
            let rig = Rig::new(moving);
            for group in all.chunks(size) {
                rig.publish(group);
            }
            rig.assert_filed(&all);
        }
    }
}

#[test]
fn an_ended_claim_leaves_a_folder_for_the_next_and_none_behind() {
    let rig = Rig::new(Moving::Rename);
    let private = rig.layout.inbox.join(".siftd");
    let folders = || {
        let home = fs::read_dir(&private).unwrap().next().unwrap().unwrap().path();
        fs::read_dir(home).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_dir()).count()
    };
    rig.publish(&[("a.txt", "a"), ("b.txt", "b"), ("sub/c.txt", "c")]);
    assert_eq!(folders(), 2, "only folders without others in them are kept");
    rig.publish(&[("d.txt", "d")]);
    assert_eq!(folders(), 2);
    let (left, fault) = rig.inbox.left(|_| false);
    assert!(left.is_empty() && fault.is_none());
    assert_eq!(folders(), 0, "a sweep removes them");
    rig.publish(&[("e.txt", "e")]);
    let Rig { root, inbox, .. } = rig;
    drop(inbox);
    assert_eq!(fs::read_dir(root.path().join("inbox/.siftd")).unwrap().count(), 0);
}

#[test]
fn a_file_that_could_not_be_synced_is_copied_and_never_renamed_on_the_word_of_a_second_sync() {
    for ruling in ["a good one", "s to be stripped", "q aside"] {
        let rig = Rig::new(Moving::Rename);
        let dropped = [("a.txt", ruling), ("b.txt", "another good one")];
        dropped.iter().for_each(|(path, bytes)| rig.drop(path, bytes));
        let file = rig.fail_sync("a.txt");
        rig.publish_cases(dropped.iter().map(|(path, _)| rig.case(path)).collect());
        assert!(has_failed(file), "it was synced");
        rig.assert_filed(&dropped);
        for path in Place::ALL.map(|place| rig.layout.place(place).join("a.txt")) {
            assert!(identity(&path) != Some(file), "{path:?} is the dropped one");
        }
    }
}

#[test]
fn nor_is_it_when_the_copy_failed_too_and_it_comes_again() {
    let rig = Rig::new(Moving::Rename);
    rig.drop("a.txt", "a good one");
    let file = rig.fail_sync("a.txt");
    let inbox = Folder::open(&rig.layout.inbox).unwrap();
    let to = |at: &Path| {
        let path = Path::new("a.txt");
        let reading = read(&inbox, OsStr::new("a.txt"), path, 1 << 20).unwrap();
        let (folder, name) = (&inbox, OsStr::new("a.txt"));
        let source =
            Source { folder, name, path, reading: &reading, id: "id", moving: Moving::Rename, pulse: Pulse::UNHEARD };
        fs::create_dir_all(at).unwrap();
        let to = Folder::open(at).unwrap();
        if at != rig.layout.curated {
            // Nothing can be put into a folder that was removed.
            fs::remove_dir(at).unwrap();
        }
        move_file(&source, &to, name)
    };
    to(&rig.root.path().join("removed")).unwrap_err();
    assert!(has_failed(file), "it was synced");
    assert_eq!(to(&rig.layout.curated).unwrap(), Put::Fresh);
    assert_ne!(identity(&rig.layout.curated.join("a.txt")).unwrap(), file);
}

#[test]
fn a_claim_that_was_made_though_the_file_system_said_that_it_failed_is_found_and_its_folder_not_used_again() {
    for lacks in [false, true] {
        lacking::NOREPLACE.set(lacks);
        let rig = Rig::new(Moving::Rename);
        let dropped = [("a.txt", "one"), ("a.txt", "another of that name"), ("b.txt", "a third")];
        rig.drop("a.txt", "one");
        lacking::ANSWER.set(true);
        rig.claim("a.txt").unwrap_err();
        assert_eq!(identity(&rig.layout.inbox.join("a.txt")), None, "it was taken");
        rig.publish(&dropped[1..]);
        rig.publish_left();
        rig.assert_filed(&dropped);
        lacking::NOREPLACE.set(false);
    }
}

#[test]
fn another_file_in_the_folder_of_a_claim_that_has_ended_leaves_its_entry_alone() {
    let rig = Rig::new(Moving::Rename);
    let dropped = [("a.txt", "one"), ("a.txt", "two"), ("b.txt", "six")];
    rig.publish(&dropped[..1]);
    let reader = || Reader::open(&rig.layout.state).unwrap().unwrap().history(1_000, None).unwrap();
    let ended = format!("{}.0", reader()[0].id);
    let home = fs::read_dir(rig.layout.inbox.join(".siftd")).unwrap().next().unwrap().unwrap().path();
    for (path, bytes) in &dropped[1..] {
        fs::create_dir_all(home.join(&ended)).unwrap();
        fs::write(home.join(&ended).join(path), bytes).unwrap();
        rig.publish_left();
    }
    rig.assert_filed(&dropped);
    // The same file, as after a power cut.
    fs::create_dir_all(home.join(&ended)).unwrap();
    fs::write(home.join(&ended).join("a.txt"), "one").unwrap();
    rig.publish_left();
    rig.assert_filed(&dropped);
}

#[test]
fn copies_give_signs_of_life_from_whatever_thread_they_are_made_in() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    for files in [1, 3] {
        let (rig, beats) = (Rig::new(Moving::Copy), AtomicUsize::new(0));
        let text = "x".repeat(1 << 19);
        let names: Vec<String> = (0..files).map(|number| format!("{number}.txt")).collect();
        names.iter().for_each(|name| rig.drop(name, &text));
        let cases = names.iter().map(|name| rig.case(name)).collect();
        let alive = || {
            beats.fetch_add(1, Ordering::Relaxed);
        };
        let (_, begun) = rig.bench.begin(Vec::new(), cases);
        let (ended, refused) = rig.bench.publish_all(begun, &alive);
        assert_eq!((ended.len(), refused.len()), (files, 0));
        // A block is 64 KiB.
        assert!(beats.load(Ordering::Relaxed) >= 8 * files);
    }
}

#[test]
fn a_stripped_copy_whose_original_stays_does_not() {
    // By itself or in a group; the original cannot be moved, or the copy may not be durable.
    for alone in [true, false] {
        for durable in [true, false] {
            let rig = Rig::new(Moving::Rename);
            rig.drop("s.txt", "s one");
            rig.drop("t.txt", "s two");
            let cases = if alone { vec![rig.case("s.txt")] } else { vec![rig.case("s.txt"), rig.case("t.txt")] };
            let count = cases.len();
            let (_, begun) = rig.bench.begin(Vec::new(), cases);
            match durable {
                true => lacking::COMES.set(Some("originals")),
                false => lacking::SYNCS.set(Some("curated")),
            }
            if !alone && !durable {
                fail_once(identity(&rig.layout.curated).unwrap());
            }
            let (ended, refused) = rig.bench.publish_all(begun, &|| ());
            lacking::COMES.set(None);
            lacking::SYNCS.set(None);
            assert!(ended.len() + refused.len() == count && refused.iter().all(|refused| refused.0.holds_file()));
            // Another test may have doubted a file with that number: then it goes by itself.
            let ended: Vec<_> = ended.iter().map(|ended| ended.outcome().entry.path.clone()).collect();
            for place in [Place::Curated, Place::Originals] {
                let lying: Vec<_> = rig.files(place).into_keys().collect();
                assert_eq!(lying, ended, "{alone} {durable} {place:?}: {refused:?}");
            }
        }
    }
}
