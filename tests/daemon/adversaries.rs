//! People who can write to the inbox, or to the folders that results go to, and race us: nothing outside is read,
//! moved or changed.

use std::{
    ffi::OsStr,
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt, symlink},
    path::{Path, PathBuf},
    sync::atomic::{AtomicBool, Ordering},
    thread,
};

use rustix::fs::{CWD, FileType, Mode, RenameFlags, mknodat, rename, renameat_with};
use siftd::spool::report_name;

use crate::rig::{Rig, Setup, files, until};

/// Something outside of the spool that must stay as it is.
struct Outside(PathBuf, (u64, u64, u32, u64));

impl Outside {
    fn new(rig: &Rig) -> Self {
        fs::create_dir_all(rig.path("outside")).unwrap();
        let path = rig.path("outside/secret.txt");
        fs::write(&path, "outside").unwrap();
        let mark = Self::mark(&path);
        Self(path, mark)
    }

    fn mark(path: &Path) -> (u64, u64, u32, u64) {
        let about = fs::symlink_metadata(path).unwrap();
        (about.ino(), about.size(), about.mode(), u64::from(about.mtime_nsec() as u32))
    }

    fn folder(&self) -> &Path {
        self.0.parent().unwrap()
    }

    fn check(&self) {
        assert_eq!(fs::read_to_string(&self.0).unwrap(), "outside");
        assert_eq!(Self::mark(&self.0), self.1);
        assert_eq!(fs::read_dir(self.folder()).unwrap().count(), 1, "nothing came, nothing went");
    }
}

fn fifo(path: &Path) {
    mknodat(CWD, path, FileType::Fifo, Mode::from_raw_mode(0o600), 0).unwrap();
}

/// Lets two names change places as fast as it can while `during` runs; an even number of times.
fn swapping(one: &Path, other: &Path, during: impl FnOnce(&dyn Fn() -> bool)) {
    let (stop, gone) = (AtomicBool::new(false), AtomicBool::new(false));
    thread::scope(|scope| {
        scope.spawn(|| {
            let mut swaps = 0_u32;
            while !stop.load(Ordering::Acquire) || swaps % 2 == 1 {
                // Either is gone once the file was taken.
                if renameat_with(CWD, one, CWD, other, RenameFlags::EXCHANGE).is_err() {
                    gone.store(true, Ordering::Release);
                    break;
                }
                swaps += 1;
            }
        });
        during(&|| gone.load(Ordering::Acquire));
        stop.store(true, Ordering::Release);
    });
}

#[test]
fn a_file_swapped_for_a_link_between_look_and_claim_leads_nowhere_else() {
    let rig = Rig::new();
    let outside = Outside::new(&rig);
    let daemon = rig.start(&Setup { sweep_ms: 20, ..Setup::default() });
    for round in 0..12 {
        // Under a hidden name, so that only the swapped one is ever looked at.
        let (link, file) = (rig.path("inbox/.link"), rig.path("inbox/page.txt"));
        let _ = fs::remove_file(&link);
        symlink(&outside.0, &link).unwrap();
        rig.drop_in("page.txt", format!("page {round}"));
        swapping(&file, &link, |gone| until("one of the two is taken, or put back under another name", gone));
        // What of the two is left in the inbox gets its turn.
        for left in [&link, &file] {
            if fs::symlink_metadata(left).is_ok_and(|about| about.is_file()) {
                rename(left, rig.path("inbox/page-left.txt")).unwrap();
            }
        }
        let published = || files(&rig.path("curated")).len() == round + 1;
        until("the file is through", || {
            if fs::symlink_metadata(&file).is_ok_and(|about| about.is_symlink()) {
                let _ = fs::remove_file(&file);
            }
            published()
        });
    }
    daemon.stop();
    outside.check();
    rig.assert_each_once((0..12).map(|round| format!("page {round}")));
}

#[test]
fn a_second_name_of_a_file_outside_is_copied_and_the_file_let_be() {
    let rig = Rig::new();
    let outside = Outside::new(&rig);
    let daemon = rig.start(&Setup { sweep_ms: 20, ..Setup::default() });
    let (hard, file) = (rig.path("inbox/.hard"), rig.path("inbox/page.txt"));
    fs::hard_link(&outside.0, &hard).unwrap();
    fs::write(&file, "page").unwrap();
    swapping(&file, &hard, |gone| until("one of the two is taken", gone));
    for left in [&hard, &file] {
        if left.is_file() {
            rename(left, rig.path("inbox/other.txt")).unwrap();
        }
    }
    rig.until_idle(2);
    daemon.stop();
    outside.check();
    let mut found: Vec<_> = files(&rig.path("curated")).iter().map(|path| fs::read_to_string(path).unwrap()).collect();
    found.sort();
    assert_eq!(found, ["outside", "page"]);
    // What was judged can no longer be changed through the name outside.
    for path in files(&rig.path("curated")) {
        assert_eq!(fs::metadata(path).unwrap().nlink(), 1);
    }
}

#[test]
fn what_is_planted_at_a_destination_name_is_neither_followed_nor_replaced() {
    for copy in [false, true] {
        let rig = Rig::new();
        let outside = Outside::new(&rig);
        let verdicts =
            [("good", "curated"), ("JUNK", "quarantine"), ("WORST", "rejected"), ("STRIP\nkept\n", "originals")];
        let mut planted = Vec::new();
        for (text, place) in verdicts {
            fs::create_dir(rig.path(place)).unwrap();
            for kind in ["link", "dangling", "folder", "fifo"] {
                // At the file's name, and at that of its report.
                for at in ["file", "report"] {
                    let name = format!("{place}-{kind}-{at}.txt");
                    rig.drop_in(&name, text);
                    let name = if at == "file" { name.clone().into() } else { report_name(OsStr::new(&name)) };
                    let path = rig.path(place).join(name);
                    match kind {
                        "link" => symlink(&outside.0, &path).unwrap(),
                        "dangling" => symlink(outside.folder().join("not-there"), &path).unwrap(),
                        "folder" => fs::create_dir(&path).unwrap(),
                        _ => fifo(&path),
                    }
                    planted.push((path.clone(), fs::symlink_metadata(&path).unwrap().ino()));
                }
            }
        }
        rig.once(&Setup { copy, ..Setup::default() });
        outside.check();
        for (path, inode) in planted {
            assert_eq!(fs::symlink_metadata(&path).unwrap().ino(), inode, "{path:?}");
        }
        assert!(files(&rig.path("inbox")).is_empty());
        let texts = |place: &str, text: &str| {
            files(&rig.path(place)).iter().filter(|path| fs::read_to_string(path).unwrap() == text).count()
        };
        for (text, place) in verdicts {
            assert_eq!(texts(place, text), 8, "{place}");
        }
        assert_eq!(texts("curated", "kept\n"), 8);
    }
}

#[test]
fn a_link_in_the_place_of_a_results_folder_holds_its_files() {
    let rig = Rig::new();
    let outside = Outside::new(&rig);
    fs::create_dir(rig.path("curated")).unwrap();
    symlink(outside.folder(), rig.path("curated/sub")).unwrap();
    let daemon = rig.start(&Setup::default());
    rig.drop_in("sub/good.txt", "good");
    rig.drop_in("other.txt", "other");
    rig.until_published("curated/other.txt");
    rig.until_state("sub/good.txt", "held");
    outside.check();
    fs::remove_file(rig.path("curated/sub")).unwrap();
    rig.until_published("curated/sub/good.txt");
    daemon.stop();
    outside.check();
}

#[test]
fn claims_that_somebody_planted_lead_nowhere() {
    let rig = Rig::new();
    let outside = Outside::new(&rig);
    let dead = rig.path("inbox/.siftd/dead");
    fs::create_dir_all(&dead).unwrap();
    fs::set_permissions(rig.path("inbox/.siftd"), fs::Permissions::from_mode(0o700)).unwrap();
    // A daemon's folder, a claim, a folder in a claim and a claimed file, each of them a link; and a pipe.
    symlink(outside.folder(), rig.path("inbox/.siftd/other")).unwrap();
    symlink(outside.folder(), dead.join("dead-0.0")).unwrap();
    fs::create_dir(dead.join("dead-1.0")).unwrap();
    symlink(outside.folder(), dead.join("dead-1.0/sub")).unwrap();
    fs::create_dir(dead.join("dead-2.0")).unwrap();
    symlink(&outside.0, dead.join("dead-2.0/link.txt")).unwrap();
    fs::create_dir(dead.join("dead-3.0")).unwrap();
    fifo(&dead.join("dead-3.0/fifo.txt"));
    fs::create_dir(dead.join("dead-4.0")).unwrap();
    fs::write(dead.join("dead-4.0/good.txt"), "good").unwrap();
    let daemon = rig.start(&Setup { sweep_ms: 50, ..Setup::default() });
    rig.until_published("curated/good.txt");
    rig.drop_in("later.txt", "later");
    rig.until_published("curated/later.txt");
    until("what is no file lies in the inbox again, ignored", || {
        ["link.txt", "fifo.txt"].iter().all(|name| rig.state_of(name).is_some_and(|(state, _)| state == "ignored"))
    });
    daemon.stop();
    outside.check();
    assert_eq!(files(&rig.path("curated")).len(), 2);
}

#[test]
fn a_link_in_the_place_of_the_claims_is_not_used() {
    let rig = Rig::new();
    let outside = Outside::new(&rig);
    symlink(outside.folder(), rig.path("inbox/.siftd")).unwrap();
    let daemon = rig.spawn(&Setup { sweep_ms: 50, ..Setup::default() });
    rig.drop_in("good.txt", "good");
    until("it is said", || rig.status().is_some_and(|status| status.paused.is_some()));
    outside.check();
    assert!(rig.path("inbox/good.txt").is_file());
    fs::remove_file(rig.path("inbox/.siftd")).unwrap();
    rig.until_published("curated/good.txt");
    daemon.stop();
    outside.check();
}
