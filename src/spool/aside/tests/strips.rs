//! Copies whose file stays, and copies that get their name by a second one.

use super::*;

/// Lets a copy without its first letter into `curated/`.
struct Stripping;

impl Judge for Stripping {
    fn judge(&self, _: &Path, bytes: Vec<u8>, _: &dyn Fn() -> bool) -> Judged {
        let ruling = Ruling::Strip(bytes[1..].to_vec());
        Judged { ruling, report: Vec::new(), rules: Vec::new(), ruleset: String::new() }
    }

    fn unjudged(&self, _: &Path, _: u64, _: Unjudged) -> Judged {
        unreachable!("nothing is too large")
    }

    fn ruleset(&self) -> String {
        String::new()
    }
}

#[test]
fn a_stripped_copy_whose_original_stays_does_not() {
    for again in [false, true] {
        let dir = tempfile::tempdir().unwrap();
        let at = |path: &str| dir.path().join(path);
        let (bench, aside) = quarantined(dir.path(), Moving::Rename);
        let send = || match again {
            true => bench.retry(&aside, &Stripping, By::default()),
            false => bench.release(&aside, Some(&|bytes, _| Ok(bytes[1..].to_vec())), By::default()),
        };
        lacking::COMES.set(Some("originals"));
        send().unwrap_err();
        lacking::COMES.set(None);
        assert!(!at("curated/sub/x.txt").is_file(), "{again}: nobody knows of the copy");
        assert!(at("quarantine/sub/x.txt").is_file() && bench.journal.interrupted().unwrap().is_empty(), "{again}");
        // By the next time it is another one.
        fs::write(at("quarantine/sub/x.txt"), "other").unwrap();
        send().unwrap();
        assert_eq!(fs::read_to_string(at("curated/sub/x.txt")).unwrap(), "ther", "{again}");
        assert_eq!(fs::read_dir(at("curated/sub")).unwrap().count(), 1, "{again}");
    }
}

#[test]
fn but_one_that_lay_there_before_does() {
    let dir = tempfile::tempdir().unwrap();
    let at = |path: &str| dir.path().join(path);
    let (bench, aside) = quarantined(dir.path(), Moving::Rename);
    fs::create_dir(at("curated/sub")).unwrap();
    fs::write(at("curated/sub/x.txt"), "ood").unwrap();
    lacking::COMES.set(Some("originals"));
    bench.retry(&aside, &Stripping, By::default()).unwrap_err();
    lacking::COMES.set(None);
    assert_eq!(fs::read_to_string(at("curated/sub/x.txt")).unwrap(), "ood");
}

#[test]
fn a_copy_that_has_its_name_and_another_one_is_not_put_back_too() {
    let dir = tempfile::tempdir().unwrap();
    let at = |path: &str| dir.path().join(path);
    let (bench, aside) = quarantined(dir.path(), Moving::Copy);
    lacking::PROC.set(true);
    lacking::NOREPLACE.set(true);
    // It is taken, what a crash left of its copy is removed, the copy gets its name, and cannot lose the one that it had.
    before(4, || {
        lacking::STAYS.set(true);
        before(1, || lacking::STAYS.set(false));
    });
    let fault = bench.release(&aside, None, By::default()).unwrap_err().to_string();
    lacking::PROC.set(false);
    lacking::NOREPLACE.set(false);
    assert!(fault.starts_with("name the copy of sub/x.txt: ") && !lacking::STAYS.get(), "{fault}");
    assert_eq!(fs::read_to_string(at("curated/sub/x.txt")).unwrap(), "good");
    assert!(!at("quarantine/sub/x.txt").is_file(), "it lies in two places");
    assert_eq!(bench.journal.interrupted().unwrap().len(), 1, "its row is all that knows of it");
    assert!(bench.complete_interrupted(&|| ()).unwrap());
    assert!(at("curated/sub/x.txt").is_file() && !at("quarantine/sub/x.txt").is_file());
    assert!(bench.journal.interrupted().unwrap().is_empty() && !at("quarantine/.siftd").is_dir());
}

#[test]
fn nor_does_one_that_is_also_that_of_another_file() {
    // The other one is stripped, released so, or is no other than the copy.
    for (bytes, strip) in [("food", Some(false)), ("food", Some(true)), ("ood", None)] {
        let dir = tempfile::tempdir().unwrap();
        let at = |path: &str| dir.path().join(path);
        let (bench, aside) = quarantined(dir.path(), Moving::Rename);
        fs::create_dir(at("rejected/sub")).unwrap();
        fs::write(at("rejected/sub/x.txt"), bytes).unwrap();
        let other = Bench::below(dir.path(), Moving::Rename).1;
        let (original, away) = (at("originals/sub/x.txt"), at("originals/sub/away.txt"));
        // It was taken, its copy has its name, and it is about to follow.
        before(2, move || {
            lacking::COMES.set(None);
            let aside = Aside { place: Place::Rejected, path: "sub/x.txt".into() };
            match strip {
                Some(false) => other.retry(&aside, &Stripping, By::default()),
                Some(true) => other.release(&aside, Some(&|bytes, _| Ok(bytes[1..].to_vec())), By::default()),
                None => other.release(&aside, None, By::default()),
            }
            .unwrap();
            // What lies there would be looked at, since it could be the one that followed.
            assert_eq!(rustix::fs::rename(original, away).is_ok(), strip.is_some());
            lacking::COMES.set(Some("originals"));
        });
        let sent = bench.release(&aside, Some(&|bytes, _| Ok(bytes[1..].to_vec())), By::default());
        lacking::COMES.set(None);
        sent.unwrap_err();
        let copy = fs::read_to_string(at("curated/sub/x.txt"));
        assert_eq!(copy.ok().as_deref(), Some("ood"), "{bytes} {strip:?}: the other one has lost its copy");
        assert_eq!(fs::read_dir(at("curated/sub")).unwrap().count(), 1);
        assert!(at("quarantine/sub/x.txt").is_file() && bench.journal.interrupted().unwrap().is_empty());
        assert!(!at("curated/.siftd").is_dir(), "{bytes} {strip:?}");
    }
}
