//! What the daemon keeps itself from, tried from the inside: by the judge, in one of its threads.

use std::{
    fs,
    net::{TcpListener, TcpStream},
    path::Path,
    process::Command,
};

use siftd::spool::journal::{Reader, Stage};

use crate::rig::{Rig, Setup, until};

/// What a judge that a document has taken over might try with a folder outside the spool: `what: came of it`.
pub(crate) fn tries(outside: &Path) -> Vec<String> {
    let told = |what: &str, done: std::io::Result<()>| match done {
        Ok(()) => format!("{what}: done"),
        Err(error) => format!("{what}: {:?}", error.kind()),
    };
    vec![
        told("read", fs::read(outside.join("secret")).map(drop)),
        told("list", fs::read_dir(outside).map(drop)),
        told("write", fs::write(outside.join("new"), "x")),
        told("remove", fs::remove_file(outside.join("secret"))),
        told("run", Command::new("/bin/true").status().map(drop)),
        told("listen", TcpListener::bind(("127.0.0.1", 0)).map(drop)),
        told("connect", TcpStream::connect(("127.0.0.1", 9)).map(drop)),
    ]
}

#[test]
fn what_a_document_takes_over_cannot_leave_the_spool() {
    let outside = tempfile::tempdir().unwrap();
    fs::write(outside.path().join("secret"), "secret").unwrap();
    let rig = Rig::new();
    let daemon = rig.start(&Setup::default());
    let confined = rig.status().unwrap().confined;
    rig.drop_in("taken-over.txt", format!("ESCAPE {}", outside.path().display()));
    rig.until_published("curated/taken-over.txt");
    daemon.stop();
    let tried = Reader::open(&rig.path("state")).unwrap().unwrap().history(1, None).unwrap().remove(0).rules;
    let Some(abi) = confined.strip_prefix("landlock: ABI ").map(|abi| abi.parse::<u32>().unwrap()) else {
        assert_eq!(confined, "landlock: not available");
        assert!(tried.contains(&"read: done".to_owned()), "without Landlock the tries succeed: {tried:?}");
        return;
    };
    let network = if abi >= 4 { "PermissionDenied" } else { "done" };
    for what in ["read", "list", "write", "remove", "run"] {
        assert!(tried.contains(&format!("{what}: PermissionDenied")), "{tried:?}");
    }
    assert!(tried.contains(&format!("listen: {network}")), "{tried:?}");
    assert_eq!(tried.contains(&"connect: PermissionDenied".to_owned()), abi >= 4, "{tried:?}");
    assert_eq!(fs::read_to_string(outside.path().join("secret")).unwrap(), "secret");
    assert!(!outside.path().join("new").is_file());
}

#[test]
fn entries_that_are_too_many_for_memory_are_written_by_a_daemon_that_shut_itself_in() {
    let rig = Rig::new();
    (0..300).for_each(|number| rig.drop_in(format!("{number}.txt"), format!("LONG {number}")));
    let daemon = rig.start(&Setup::default());
    rig.until_idle(300);
    // What cannot be written waits in memory, and is lost with it.
    assert_eq!(rig.status().unwrap().journal_trouble, None);
    daemon.stop();
    let rows = Reader::open(&rig.path("state")).unwrap().unwrap().history(1000, None).unwrap();
    assert!(rows.len() == 300 && rows.iter().all(|row| row.stage == Stage::Done), "{}", rows.len());
}

#[test]
fn a_spool_that_was_replaced_as_a_whole_is_not_taken_for_a_matter_of_permissions() {
    let (rig, elsewhere) = (Rig::new(), tempfile::tempdir().unwrap());
    let outer = elsewhere.path().join("spool");
    fs::create_dir_all(outer.join("inbox")).unwrap();
    let setup = Setup { inbox: Some(outer.join("inbox")), curated: Some(outer.join("curated")), ..Setup::default() };
    let daemon = rig.start(&setup);
    if !rig.status().unwrap().confined.starts_with("landlock: ABI") {
        return;
    }
    rustix::fs::rename(&outer, elsewhere.path().join("before")).unwrap();
    fs::create_dir_all(outer.join("inbox")).unwrap();
    until("it says why", || rig.status().unwrap().paused.is_some());
    let paused = rig.status().unwrap().paused.unwrap();
    assert!(paused.contains("Permission denied") && paused.contains("shut itself in"), "{paused}");
    assert!(paused.contains("restart siftd") && !paused.contains("chmod"), "{paused}");
    daemon.stop();
    // One that starts there may use it.
    let daemon = rig.start(&setup);
    fs::write(outer.join("inbox/a.txt"), "good").unwrap();
    until("it is taken", || outer.join("curated/a.txt").is_file());
    daemon.stop();
}
