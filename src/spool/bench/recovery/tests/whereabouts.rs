//! What came of a file is told by where it is found, and by nothing where that cannot be seen.

use super::*;

fn shut(folder: Option<&str>) {
    lacking::HANDLES.set(folder.map(PathBuf::from));
}

#[test]
fn a_published_file_that_cannot_be_looked_for_is_not_taken_for_gone() {
    let rig = Rig::new();
    let found = Some((Stage::Done, Some("sub/x.txt".into())));
    rig.moving(Kind::Judged, "dead-0");
    rig.published();
    let claim = rig.layout.inbox.join(".siftd/dead/dead-0.1");
    fs::create_dir_all(&claim).unwrap();
    fs::set_permissions(rig.layout.inbox.join(".siftd"), fs::Permissions::from_mode(0o700)).unwrap();
    let inbox = Inbox::open(&rig.layout.inbox, Ignore::new(&[]).unwrap()).unwrap();
    let recover = || {
        let (left, fault) = inbox.left(|_| false);
        assert!(left.len() == 1 && fault.is_none(), "{fault:?}");
        let (claims, completed) = rig.bench.recover(left, &|| ());
        assert!(claims.is_empty());
        completed
    };
    shut(Some("sub"));
    let error = recover().unwrap_err().to_string();
    assert!(error.starts_with("failed to look for the published sub/x.txt: "), "{error}");
    assert_eq!(rig.known("dead-0"), Some((Stage::Moving, None)));
    shut(None);
    recover().unwrap();
    assert_eq!(rig.known("dead-0"), found);
    assert!(inbox.left(|_| false).0.is_empty());
}

#[test]
fn a_release_that_cannot_be_looked_for_is_not_forgotten() {
    let rig = Rig::new();
    rig.moving(Kind::Released, "quarantine-0");
    rig.published();
    shut(Some("sub"));
    assert!(!matches!(rig.bench.complete_interrupted(&|| ()), Ok(true)), "it is to be asked again");
    assert_eq!(rig.known("quarantine-0"), Some((Stage::Moving, None)));
    shut(None);
    rig.complete();
    assert_eq!(rig.known("quarantine-0"), Some((Stage::Done, Some("sub/x.txt".into()))));
    // Nothing came of this one.
    rig.moving(Kind::Released, "quarantine-1");
    fs::remove_dir_all(rig.layout.curated.join(Path::new("sub"))).unwrap();
    rig.complete();
    assert_eq!(rig.known("quarantine-1"), None);
}

#[test]
fn what_is_not_ours_keeps_nobody_from_finding_what_is() {
    use std::os::unix::fs::symlink;
    let rig = Rig::new();
    rig.moving(Kind::Released, "quarantine-0");
    let hash = blake3::hash(BYTES.as_bytes()).to_hex();
    rig.write(&format!("curated/sub/x~{}.txt", &hash[..8]));
    symlink("elsewhere", rig.layout.curated.join("sub/x.txt")).unwrap();
    rig.complete();
    let found = PathBuf::from(format!("sub/x~{}.txt", &hash[..8]));
    assert_eq!(rig.known("quarantine-0"), Some((Stage::Done, Some(found))));
}

#[test]
fn a_release_or_another_try_that_was_cut_between_two_names_ends_with_one() {
    let report = "quarantine/sub/x.txt.siftd.json";
    for (kind, verdict, to) in [
        (Kind::Released, "pass", "curated"),
        (Kind::Retried, "reject", "rejected"),
        (Kind::Released, "strip", "originals"),
    ] {
        let rig = Rig::new();
        let at = |path: &str| rig.root.path().join(path);
        let lies = |path: &str| at(path).is_file();
        rig.write("quarantine/sub/x.txt");
        fs::write(at(report), "{\"path\": \"sub/x.txt\", \"verdict\": \"quarantine\"}").unwrap();
        rig.write(&format!("{to}/sub/x.txt"));
        rig.judged(kind, "quarantine-0", verdict);
        if verdict == "strip" {
            // The original lay there before; the copy was not made.
            rig.complete();
            assert!(lies("quarantine/sub/x.txt") && lies(report));
            rig.judged(kind, "quarantine-0", verdict);
            fs::create_dir_all(at("curated/sub")).unwrap();
            fs::write(at("curated/sub/x.txt"), COPY).unwrap();
        }
        rig.complete();
        assert_eq!(rig.known("quarantine-0").unwrap().0, Stage::Done);
        assert!(lies(&format!("{to}/sub/x.txt")) && !lies("quarantine/sub/x.txt") && !lies(report), "{verdict}");
    }
}

#[test]
fn what_is_not_the_file_that_went_on_stays() {
    let rig = Rig::new();
    let aside = rig.layout.quarantine.join("sub/x.txt");
    rig.write("quarantine/sub/x.txt");
    // It was tried again, and lies where it belongs.
    rig.judged(Kind::Retried, "quarantine-0", "quarantine");
    rig.complete();
    assert_eq!(fs::read_to_string(&aside).unwrap(), BYTES);
    // Another file has its name by now.
    fs::write(&aside, "to be kept!").unwrap();
    rig.published();
    rig.moving(Kind::Released, "quarantine-1");
    rig.complete();
    assert_eq!(rig.known("quarantine-1").unwrap().0, Stage::Done);
    assert_eq!(fs::read_to_string(&aside).unwrap(), "to be kept!");
}

#[test]
fn whatever_is_read_of_what_a_crash_left_gives_a_sign_of_life() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    // Files that are read once each: the one that was published, and what is held or lies here.
    let cases: [(&str, Kind, &[&str], usize); 4] = [
        ("quarantine-0", Kind::Released, &["curated/sub/x.txt"], 1),
        ("quarantine-0", Kind::Released, &["curated/sub/x.txt", "quarantine/sub/x.txt"], 2),
        ("quarantine-0", Kind::Released, &["curated/sub/x.txt", "quarantine/.siftd/move-quarantine-0/sub/x.txt"], 2),
        ("expire-1", Kind::Expired, &["quarantine/.siftd/expire-1/sub/x.txt", "quarantine/sub/x.txt"], 2),
    ];
    for (id, kind, files, read) in cases {
        let (rig, beats) = (Rig::new(), AtomicUsize::new(0));
        rig.moving(kind, id);
        if kind == Kind::Expired {
            let entry = rig.bench.journal.known(id).unwrap().unwrap();
            rig.bench.journal.record(Entry { aside: Some("sub/x.txt".into()), ..entry }).unwrap();
        }
        files.iter().for_each(|file| rig.write(file));
        let alive = || {
            beats.fetch_add(1, Ordering::Relaxed);
        };
        assert!(rig.bench.complete_interrupted(&alive).unwrap());
        // One for a block, and one for the end.
        assert!(beats.into_inner() >= 2 * read, "{kind:?} {files:?}");
    }
}

#[test]
fn one_with_the_same_bytes_that_came_since_is_not_the_one_that_went_on() {
    let rig = Rig::new();
    rig.moving(Kind::Released, "quarantine-0");
    let known = rig.bench.journal.known("quarantine-0").unwrap().unwrap();
    rig.bench.journal.record(Entry { time: known.time - Duration::from_secs(1), ..known }).unwrap();
    rig.published();
    rig.write("quarantine/sub/x.txt");
    rig.complete();
    assert_eq!(rig.known("quarantine-0").unwrap().0, Stage::Done);
    assert_eq!(rig.lying("quarantine/sub"), [("x.txt".to_owned(), BYTES.to_owned())]);
}

#[test]
fn what_a_copy_left_that_never_got_its_name_goes_with_its_row() {
    let rig = Rig::new();
    rig.write("quarantine/sub/x.txt");
    let beside = rig.layout.curated.join("sub/.siftd");
    for (name, stays) in [("quarantine-0-0123456789abcdef", false), ("quarantine-01-0123456789abcdef", true)] {
        rig.moving(Kind::Released, "quarantine-0");
        rig.write(&format!("curated/sub/.siftd/{name}"));
        rig.complete();
        assert_eq!(beside.join(name).is_file(), stays, "{name}");
    }
    assert_eq!(rig.lying("quarantine/sub").len(), 1);
}

#[test]
fn half_a_report_goes_with_the_row_of_who_wrote_it() {
    for lies in [true, false] {
        let rig = Rig::new();
        let id = "quarantine-0123";
        rig.judged(Kind::Retried, id, "quarantine");
        for half in ["x.txt", ".siftd-report-quarantine-0123.new", ".siftd-report-quarantine-4567.new"] {
            rig.write(&format!("quarantine/sub/{half}"));
        }
        if !lies {
            fs::remove_file(rig.layout.quarantine.join("sub/x.txt")).unwrap();
        }
        rig.complete();
        let mut left = vec![".siftd-report-quarantine-4567.new"];
        left.extend(lies.then_some("x.txt"));
        let names: Vec<String> = rig.lying("quarantine/sub").into_iter().map(|(name, _)| name).collect();
        assert_eq!(names, left);
    }
}
