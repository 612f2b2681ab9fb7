//! Reports, and what only has their name.

use std::{ffi::OsStr, sync::Mutex};

use super::*;
use crate::spool::folder::Folder;

/// Keeps everything in `quarantine/`.
pub(super) struct Harsh;

impl Judge for Harsh {
    fn judge(&self, _: &Path, _: Vec<u8>, _: &dyn Fn() -> bool) -> Judged {
        let report = b"{\"verdict\": \"again\"}".to_vec();
        Judged { ruling: Ruling::Quarantine, report, rules: Vec::new(), ruleset: String::new() }
    }

    fn unjudged(&self, path: &Path, _: u64, _: Unjudged) -> Judged {
        self.judge(path, Vec::new(), &|| false)
    }

    fn ruleset(&self) -> String {
        String::new()
    }
}

/// That of the file.
const REPORT: &str = "{\"path\": \"sub/x.txt\", \"verdict\": \"quarantine\", \"bytes\": 4}";

#[test]
fn a_report_that_another_one_writes_at_this_moment_is_let_be() {
    let dir = tempfile::tempdir().unwrap();
    let at = |name: &str| dir.path().join(name);
    fs::write(at("x.txt"), "x").unwrap();
    let folder = Folder::open(dir.path()).unwrap();
    let (name, path) = (OsStr::new("x.txt"), Path::new("x.txt"));
    let reading = read(&folder, name, path, 1 << 20).unwrap();
    let file = Opened { root: &folder, folder: &folder, name, path, reading, id: "1" };
    for other in [".siftd-report.new", ".siftd-report-2.new"] {
        fs::write(at(other), "half").unwrap();
    }
    replace_report(&file, b"whole").unwrap();
    assert_eq!(fs::read_to_string(at("x.txt.siftd.json")).unwrap(), "whole");
    for other in [".siftd-report.new", ".siftd-report-2.new"] {
        assert_eq!(fs::read_to_string(at(other)).unwrap(), "half");
    }
}

#[test]
fn a_document_that_has_the_name_of_a_report_is_neither_replaced_nor_removed() {
    for document in
        ["some text", "{\"path\": \"sub/y.txt\", \"verdict\": \"pass\"}", "{\"verdict\": \"pass\", \"bytes\": 4}"]
    {
        let dir = tempfile::tempdir().unwrap();
        let at = |path: &str| dir.path().join(path);
        let (bench, aside) = quarantined(dir.path(), Moving::Rename);
        let name = at("quarantine/sub/x.txt.siftd.json");
        fs::write(&name, document).unwrap();
        let stays = bench.retry(&aside, &Harsh, By::default()).unwrap();
        assert_eq!((stays.published.aside, stays.published.report), (Some("sub/x.txt".into()), None), "{document}");
        assert_eq!(fs::read_to_string(&name).unwrap(), document);
        assert_eq!(fs::read_dir(at("quarantine/sub")).unwrap().count(), 2, "{document}");
        bench.release(&aside, None, By::default()).unwrap();
        assert_eq!(fs::read_to_string(&name).unwrap(), document);
    }
    // It says just what a report of the file would say, and has one of its own.
    let dir = tempfile::tempdir().unwrap();
    let (bench, aside) = quarantined(dir.path(), Moving::Rename);
    let name = dir.path().join("quarantine/sub/x.txt.siftd.json");
    fs::write(&name, REPORT).unwrap();
    fs::write(dir.path().join("quarantine/sub/x.txt.siftd.json.siftd.json"), REPORT).unwrap();
    bench.retry(&aside, &Harsh, By::default()).unwrap();
    bench.release(&aside, None, By::default()).unwrap();
    assert_eq!(fs::read_to_string(&name).unwrap(), REPORT);
}

#[test]
fn a_report_is_replaced_and_goes_with_its_file_and_not_with_one_that_came_since() {
    let dir = tempfile::tempdir().unwrap();
    let at = |path: &str| dir.path().join(path);
    let (bench, aside) = quarantined(dir.path(), Moving::Rename);
    let name = at("quarantine/sub/x.txt.siftd.json");
    fs::write(&name, REPORT).unwrap();
    bench.retry(&aside, &Harsh, By::default()).unwrap();
    assert_eq!(fs::read_to_string(&name).unwrap(), "{\"verdict\": \"again\"}");
    fs::write(&name, REPORT).unwrap();
    // Corrected by hand, it has another size, and the same report.
    fs::write(at("quarantine/sub/x.txt"), "better than before").unwrap();
    bench.retry(&aside, &Harsh, By::default()).unwrap();
    assert_eq!(fs::read_to_string(&name).unwrap(), "{\"verdict\": \"again\"}");
    fs::write(at("quarantine/sub/x.txt"), "good").unwrap();
    fs::write(&name, REPORT).unwrap();
    // The same bytes come again, and find their report, when the first ones have gone on.
    let again = at("quarantine/sub/x.txt");
    lacking::MEANWHILE.set(Some(Box::new(|| {
        lacking::MEANWHILE.set(Some(Box::new(move || fs::write(again, "good").unwrap())));
    })));
    bench.release(&aside, None, By::default()).unwrap();
    assert!(at("quarantine/sub/x.txt").is_file() && at("curated/sub/x.txt").is_file());
    assert_eq!(fs::read_to_string(&name).unwrap(), REPORT);
    fs::remove_file(at("curated/sub/x.txt")).unwrap();
    bench.release(&aside, None, By::default()).unwrap();
    assert!(!name.is_file());
}

/// Keeps everything in `quarantine/`, when something else has been done.
struct Slow(Mutex<Option<Box<dyn FnOnce() + Send>>>);

impl Judge for Slow {
    fn judge(&self, path: &Path, bytes: Vec<u8>, time: &dyn Fn() -> bool) -> Judged {
        if let Some(act) = self.0.lock().unwrap().take() {
            act();
        }
        Judged { report: REPORT.into(), ..Harsh.judge(path, bytes, time) }
    }

    fn unjudged(&self, path: &Path, _: u64, _: Unjudged) -> Judged {
        self.judge(path, Vec::new(), &|| false)
    }

    fn ruleset(&self) -> String {
        String::new()
    }
}

#[test]
fn nothing_is_said_of_one_that_another_one_sends_on_while_it_is_judged_again_and_stays() {
    // While it is judged, or just before its new report gets its name; with a report beside it, or without.
    for (judging, report) in [(true, false), (true, true), (false, false)] {
        let dir = tempfile::tempdir().unwrap();
        let (bench, aside) = quarantined(dir.path(), Moving::Rename);
        if report {
            fs::write(dir.path().join("quarantine/sub/x.txt.siftd.json"), REPORT).unwrap();
        }
        let (root, other) = (dir.path().to_owned(), aside.clone());
        let release = move || {
            let (_, bench) = Bench::below(&root, Moving::Rename);
            bench.release(&other, None, By::default()).unwrap();
        };
        let judge = Slow(Mutex::default());
        match judging {
            true => *judge.0.lock().unwrap() = Some(Box::new(release)),
            false => lacking::MEANWHILE.set(Some(Box::new(release))),
        }
        let gone = bench.retry(&aside, &judge, By::default());
        let what = format!("{judging} {report}");
        assert_eq!(gone.unwrap_err().class(), Class::Gone, "{what}");
        assert_eq!(fs::read_to_string(dir.path().join("curated/sub/x.txt")).unwrap(), "good", "{what}");
        let left: Vec<_> = fs::read_dir(dir.path().join("quarantine/sub")).into_iter().flatten().collect();
        assert!(left.is_empty(), "{what}: {left:?}");
        let reader = journal::Reader::open(&dir.path().join("state")).unwrap().unwrap();
        let rows: Vec<Kind> = reader.history(9, None).unwrap().iter().map(|row| row.kind).collect();
        assert_eq!(rows, [Kind::Released], "{what}");
    }
}
