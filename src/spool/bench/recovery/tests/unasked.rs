//! While the journal cannot be asked.

use super::*;

#[test]
fn rows_of_a_journal_that_cannot_be_asked_are_asked_for_again() {
    let mut rig = Rig::new();
    rig.moving(Kind::Released, "quarantine-0");
    rig.published();
    let (file, away) = (rig.layout.state.join("journal.db"), rig.root.path().join("away"));
    rig.bench.journal.close();
    rustix::fs::rename(&file, &away).unwrap();
    fs::create_dir(&file).unwrap();
    rig.bench.journal = Journal::open(&rig.layout.state);
    assert!(!rig.bench.complete_interrupted(&|| ()).unwrap());
    fs::remove_dir(&file).unwrap();
    rustix::fs::rename(&away, &file).unwrap();
    let start = Instant::now();
    while !rig.bench.complete_interrupted(&|| ()).unwrap() {
        assert!(start.elapsed() < Duration::from_secs(60), "it cannot be asked again");
    }
    assert_eq!(rig.known("quarantine-0").map(|(stage, _)| stage), Some(Stage::Done));
}

/// The journal cannot be asked until what this gives is dropped: something waits to be written, and another program holds the lock.
fn unasked(rig: &Rig) -> Another {
    let other = Another::writing(&rig.layout.state);
    rig.bench.journal.forget("waits").unwrap_err();
    other
}

fn until_asked(rig: &Rig) {
    let start = Instant::now();
    while rig.bench.journal.known("waits").is_err() {
        assert!(start.elapsed() < Duration::from_secs(60), "it cannot be asked again");
    }
}

#[test]
fn what_is_held_waits_for_a_journal_that_cannot_be_asked() {
    let rig = Rig::new();
    let held = "quarantine/.siftd/expire-1/sub/x.txt";
    rig.write(held);
    let other = unasked(&rig);
    assert!(matches!(rig.bench.put_back_held(Pulse::UNHEARD), Err(Incomplete::Unasked)));
    assert!(rig.root.path().join(held).is_file());
    drop(other);
    until_asked(&rig);
    rig.bench.put_back_held(Pulse::UNHEARD).unwrap();
    assert!(rig.root.path().join("quarantine/sub/x.txt").is_file());
}

#[test]
fn a_file_in_the_folder_of_an_ended_claim_waits_for_it_too() {
    let rig = Rig::new();
    rig.moving(Kind::Judged, "dead-0");
    rig.published();
    let mut ended = rig.bench.journal.known("dead-0").unwrap().unwrap();
    ended.stage = Stage::Done;
    rig.bench.journal.record(ended).unwrap();
    let claim = rig.layout.inbox.join(".siftd/dead/dead-0.0/sub");
    fs::create_dir_all(&claim).unwrap();
    fs::write(claim.join("x.txt"), "another").unwrap();
    fs::set_permissions(rig.layout.inbox.join(".siftd"), fs::Permissions::from_mode(0o700)).unwrap();
    let inbox = Inbox::open(&rig.layout.inbox, Ignore::new(&[]).unwrap()).unwrap();
    let recover = || rig.bench.recover(inbox.left(|_| false).0, &|| ());
    let other = unasked(&rig);
    let (claims, completed) = recover();
    assert!(claims.is_empty() && matches!(completed, Err(Incomplete::Unwritten)));
    drop(other);
    until_asked(&rig);
    let (claims, completed) = recover();
    completed.unwrap();
    assert_eq!(claims.iter().map(Claim::id).collect::<Vec<_>>(), ["dead-0-1"]);
}
