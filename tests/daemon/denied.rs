//! Files and folders that siftd may not read, move or write to: what is theirs is held, told once, and taken when it may.

use std::{
    fs::{self, Permissions},
    os::unix::fs::PermissionsExt,
};

use crate::rig::{Rig, Setup, denied, files, until};

#[test]
fn a_folder_that_cannot_be_published_to_holds_its_files_only() {
    let rig = Rig::new();
    let daemon = rig.start(&Setup::default());
    rig.block_curated();
    rig.drop_in("good.txt", "good");
    rig.drop_in("junk.txt", "JUNK");
    rig.until_published("quarantine/junk.txt");
    rig.until_state("good.txt", "held");
    assert_eq!(fs::read_to_string(rig.path("inbox/good.txt")).unwrap(), "good");
    rig.unblock_curated();
    rig.until_published("curated/good.txt");
    daemon.stop();
}

#[test]
fn so_does_one_that_may_not_be_written() {
    let rig = Rig::new();
    let curated = rig.path("curated");
    fs::create_dir(&curated).unwrap();
    fs::set_permissions(&curated, Permissions::from_mode(0o500)).unwrap();
    let daemon = rig.start(&Setup { plain: true, logs: true, ..Setup::default() });
    let texts = [("good.txt", "good"), ("junk.txt", "JUNK"), ("worst.txt", "WORST"), ("strip.txt", "STRIP\nkept\n")];
    texts.iter().for_each(|(name, text)| rig.drop_in(name, text));
    rig.until_published("quarantine/junk.txt");
    rig.until_published("rejected/worst.txt");
    for name in ["good.txt", "strip.txt"] {
        rig.until_state(name, "held");
        let reason = rig.state_of(name).unwrap().1;
        assert!(reason.ends_with("Permission denied (os error 13)"), "{reason}");
    }
    until("both were tried again", || {
        rig.status().is_some_and(|status| status.counts.get("put-back").is_some_and(|count| *count >= 4))
    });
    assert!(files(&rig.path("originals")).is_empty(), "no original without its copy");
    fs::set_permissions(&curated, Permissions::from_mode(0o700)).unwrap();
    rig.until_published("curated/good.txt");
    rig.until_published("originals/strip.txt");
    rig.until_idle(4);
    daemon.stop();
    assert_eq!(rig.logged(&["WARN", "held"]), 2);
    rig.assert_each_once(texts.map(|(_, text)| text));
}

#[test]
fn a_file_that_may_not_be_read_is_held_told_once_and_taken_when_it_may() {
    let rig = Rig::new();
    let daemon = rig.start(&Setup { sweep_ms: 50, plain: true, logs: true, ..Setup::default() });
    let (aside, mine) = (rig.path("mine.txt"), rig.path("inbox/mine.txt"));
    fs::write(&aside, "mine").unwrap();
    fs::set_permissions(&aside, Permissions::from_mode(0o000)).unwrap();
    rustix::fs::rename(&aside, &mine).unwrap();
    rig.until_state("mine.txt", "held");
    let reason = rig.state_of("mine.txt").unwrap().1;
    assert_eq!(reason, denied("open mine.txt", "file", &mine, "read", "r", "r"));
    // It keeps nobody from the others, and further looks at it are no news.
    rig.drop_in("good.txt", "good");
    rig.until_published("curated/good.txt");
    let sweeps = || rig.status().map_or(0, |status| status.watch.sweeps);
    let before = sweeps();
    until("it was tried again", || sweeps() > before + 30);
    assert_eq!(rig.state_of("mine.txt").unwrap(), ("held".to_owned(), reason));
    fs::set_permissions(&mine, Permissions::from_mode(0o600)).unwrap();
    rig.until_published("curated/mine.txt");
    rig.until_idle(2);
    daemon.stop();
    assert_eq!(rig.logged(&["WARN", "mine.txt", "held: failed to open"]), 1);
    assert_eq!(rig.logged(&["WARN"]) + rig.logged(&["ERROR"]), 1);
    rig.assert_each_once(["mine", "good"]);
}

#[test]
fn so_is_one_that_may_not_be_moved() {
    let rig = Rig::new();
    let (sub, mine) = (rig.path("inbox/sub"), "sub/mine.txt");
    rig.drop_in(mine, "mine");
    fs::set_permissions(&sub, Permissions::from_mode(0o500)).unwrap();
    let daemon = rig.start(&Setup { sweep_ms: 50, plain: true, logs: true, ..Setup::default() });
    rig.until_state(mine, "held");
    assert_eq!(rig.state_of(mine).unwrap().1, denied("claim sub/mine.txt", "folder", &sub, "write to", "w", "rwx"));
    let sweeps = || rig.status().map_or(0, |status| status.watch.sweeps);
    let before = sweeps();
    until("it was tried again", || sweeps() > before + 30);
    fs::set_permissions(&sub, Permissions::from_mode(0o700)).unwrap();
    rig.until_published("curated/sub/mine.txt");
    daemon.stop();
    assert_eq!(rig.logged(&["WARN", mine, "held: failed to claim"]), 1);
    assert_eq!(rig.logged(&["WARN"]) + rig.logged(&["ERROR"]), 1);
    rig.assert_each_once(["mine"]);
}

#[test]
fn claims_that_others_may_write_to_are_not_used_until_they_may_not() {
    let rig = Rig::new();
    let claims = rig.path("inbox/.siftd");
    fs::create_dir(&claims).unwrap();
    fs::set_permissions(&claims, Permissions::from_mode(0o777)).unwrap();
    let daemon = rig.spawn(&Setup { sweep_ms: 50, ..Setup::default() });
    rig.drop_in("good.txt", "good");
    until("it is said", || {
        rig.status().is_some_and(|status| status.paused.is_some_and(|reason| reason.contains("others may write")))
    });
    fs::set_permissions(&claims, Permissions::from_mode(0o700)).unwrap();
    rig.until_published("curated/good.txt");
    daemon.stop();
}
