//! How many names there may be at a time.

use std::{path::PathBuf, time::Duration};

use super::*;
use crate::spool::folder::Folder;

fn table() -> Settle {
    let (settle, stalled_after) = (Duration::from_millis(500), Duration::from_secs(600));
    let sweep_every = Duration::from_secs(30);
    Settle::new(&Intake {
        settle,
        stalled_after,
        sweep_every,
        ignore: Vec::new(),
        bytes_at_most: 1,
        time_at_most: settle,
    })
}

#[test]
fn more_names_than_fit_are_counted_and_found_when_there_is_room() {
    let (dir, now) = (tempfile::tempdir().unwrap(), Moment::now());
    let inbox = Folder::open(dir.path()).unwrap();
    let mut settle = table();
    let names: Vec<PathBuf> = (0..SETTLING_MAX * 5 / 2).map(|number| format!("{number}.txt").into()).collect();
    let mut seen = 0;
    let mut left = &names[..];
    for sweeps in 1.. {
        settle.begin_sweep();
        left.iter().for_each(|path| settle.found(path, now));
        settle.end_sweep();
        // What is claimed or held takes no place from the others.
        settle.ignore(&names[0], "for a reason".into(), now);
        assert!(settle.names().count() <= SETTLING_MAX + 1);
        assert_eq!(settle.is_waiting(), !left.is_empty());
        if left.is_empty() {
            assert_eq!(sweeps, 4);
            break;
        }
        assert_eq!(settle.beyond(), left.len().saturating_sub(SETTLING_MAX));
        assert!(!settle.wants_sweep());
        // They are not there: each look makes room.
        while settle.look(&inbox, now).is_some() {}
        assert_eq!(settle.wants_sweep(), left.len() > SETTLING_MAX);
        let fitted = left.len().min(SETTLING_MAX);
        seen += fitted;
        left = &left[fitted..];
    }
    assert_eq!(seen, names.len());
}

#[test]
fn names_that_are_left_alone_take_no_more_memory_than_so_many_of_them() {
    let (dir, now) = (tempfile::tempdir().unwrap(), Moment::now());
    let inbox = Folder::open(dir.path()).unwrap();
    let mut settle = table();
    let names: Vec<PathBuf> = (0..IGNORED_MAX + 1000).map(|number| format!(".{number}").into()).collect();
    for _ in 0..3 {
        settle.begin_sweep();
        names.iter().for_each(|path| settle.ignore(path, "its name is hidden".into(), now));
        settle.found(Path::new("file.txt"), now);
        settle.end_sweep();
        assert_eq!((settle.names().count(), settle.ignored_beyond()), (IGNORED_MAX + 1, 1000));
    }
    // One that became a file makes room, and so do all that went.
    settle.hint(&names[0], Seen::Moved, now);
    while settle.look(&inbox, now).is_some() {}
    settle.ignore(&names[IGNORED_MAX], "its name is hidden".into(), now);
    assert!(settle.names().any(|(path, _)| path == names[IGNORED_MAX]));
    settle.begin_sweep();
    settle.end_sweep();
    settle.ignore(&names[1], "its name is hidden".into(), now);
    assert_eq!((settle.names().count(), settle.ignored_beyond()), (1, 0));
}

#[test]
fn nor_do_those_that_an_event_tells_of_and_a_look_finds_to_be_no_files() {
    let (dir, now) = (tempfile::tempdir().unwrap(), Moment::now());
    let inbox = Folder::open(dir.path()).unwrap();
    let mut settle = table();
    let link = |name: &str| std::os::unix::fs::symlink("nowhere", dir.path().join(name)).unwrap();
    (1..IGNORED_MAX)
        .for_each(|number| settle.ignore(Path::new(&format!(".{number}")), "its name is hidden".into(), now));
    for (name, names, beyond) in [("one", IGNORED_MAX, 0), ("two", IGNORED_MAX, 1), ("one", IGNORED_MAX, 1)] {
        if beyond == 0 || name == "two" {
            link(name);
        }
        settle.hint(Path::new(name), Seen::Moved, now);
        while settle.look(&inbox, now).is_some() {}
        assert_eq!((settle.names().count(), settle.ignored_beyond()), (names, beyond), "{name}");
    }
    assert!(!settle.is_waiting());
}

#[test]
fn an_entry_stays_small() {
    // A table that is full and has just grown holds twice as many slots, each of this size and a pointer.
    assert!(size_of::<Entry>() <= 176, "{}", size_of::<Entry>());
}

#[test]
fn what_is_held_is_tried_ever_more_rarely_and_told_once() {
    let dir = tempfile::tempdir().unwrap();
    std::fs::write(dir.path().join("x"), "x").unwrap();
    let (inbox, path) = (Folder::open(dir.path()).unwrap(), Path::new("x"));
    let (mut settle, mut now) = (table(), Moment::now());
    let fault = |errno: rustix::io::Errno| Fault::new("claim", path, errno);
    let denied = fault(rustix::io::Errno::PERM);
    settle.hint(path, Seen::Moved, now);
    let mut gaps = Vec::new();
    for tries in 0..12 {
        assert!(matches!(settle.look(&inbox, now), Some(Some(Look::Ready(..)))), "{tries}");
        assert_eq!(settle.hold(path, &denied, now), tries == 0);
        // A sweep finds it again and again, and hurries nothing.
        settle.begin_sweep();
        settle.found(path, now);
        settle.end_sweep();
        while settle.look(&inbox, now).is_some() {}
        let due = settle.next_due().unwrap();
        gaps.push(due.since(now).as_secs());
        now = due;
    }
    assert_eq!(gaps, [1, 2, 4, 8, 16, 32, 64, 128, 256, 300, 300, 300]);
    // Another reason is news, and so is the same one after the file was written to.
    let read_only = fault(rustix::io::Errno::ROFS);
    for text in ["x", "rewritten"] {
        std::fs::write(dir.path().join("x"), text).unwrap();
        assert!(matches!(settle.look(&inbox, now), Some(Some(Look::Ready(..)))));
        assert!(settle.hold(path, &read_only, now), "{text}");
        while settle.look(&inbox, now).is_some() {}
        now = settle.next_due().unwrap();
    }
    assert_eq!(settle.names().count(), 1);
}

/// Names that cannot be taken, one more than once.
fn held(settle: &mut Settle, names: &[PathBuf], now: Moment) -> usize {
    let mut hold = |path: &PathBuf| settle.hold(path, &Fault::new("claim", path, rustix::io::Errno::PERM), now);
    names.iter().filter(|path| hold(path)).count()
}

#[test]
fn names_that_are_held_take_no_more_memory_than_so_many_of_them() {
    let mut now = Moment::now();
    let mut settle = table();
    let names: Vec<PathBuf> = (0..HELD_MAX + 1000).map(|number| format!("{number}.txt").into()).collect();
    assert_eq!(held(&mut settle, &names, now), HELD_MAX, "of the others only the number is told");
    for round in 0..3 {
        settle.begin_sweep();
        names.iter().for_each(|path| settle.found(path, now));
        settle.end_sweep();
        // They take no place from what is new, and nobody waits for them.
        assert_eq!((settle.names().count(), settle.is_waiting()), (HELD_MAX, false), "{round}");
        assert_eq!(settle.apart(), [(State::Held, 1000), (State::Stalled, 0)]);
    }
    // Something happens to one; and the time of the others comes.
    let state = |settle: &Settle, path: &Path| settle.names().find(|(name, _)| *name == path).map(|(_, it)| it.state);
    settle.hint(&names[HELD_MAX], Seen::Permitted, now);
    assert_eq!(state(&settle, &names[HELD_MAX]), Some(State::Settling));
    now = now + Duration::from_secs(3600);
    settle.begin_sweep();
    names.iter().for_each(|path| settle.found(path, now));
    settle.end_sweep();
    assert_eq!((settle.names().count(), settle.apart()[0].1), (HELD_MAX + 1000, 0));
    assert_eq!(held(&mut settle, &names, now), 0, "which is no news");
    assert_eq!(settle.names().count(), HELD_MAX);
    // When others went there is room.
    settle.begin_sweep();
    settle.end_sweep();
    assert_eq!((settle.names().count(), settle.apart()[0].1), (0, 0));
    assert_eq!(held(&mut settle, &names[HELD_MAX..], now), 1000);
}

#[test]
fn nor_do_those_that_somebody_keeps_open() {
    let (dir, now) = (tempfile::tempdir().unwrap(), Moment::now());
    let writer = std::fs::File::create(dir.path().join("open.txt")).unwrap();
    let (inbox, open) = (Folder::open(dir.path()).unwrap(), Path::new("open.txt"));
    let mut settle = Settle { stalled_after: Duration::ZERO, ..table() };
    let names: Vec<PathBuf> = (0..HELD_MAX).map(|number| format!("{number}.txt").into()).collect();
    let look = |settle: &mut Settle| {
        settle.hint(open, Seen::Moved, now);
        while settle.look(&inbox, now).is_some() {}
        settle.names().find(|(path, _)| *path == open).map(|(_, entry)| entry.state)
    };
    assert_eq!(look(&mut settle), Some(State::Stalled));
    assert_eq!(held(&mut settle, &names, now), HELD_MAX - 1);
    settle.vanished(open);
    assert_eq!(held(&mut settle, &names[HELD_MAX - 1..], now), 1);
    assert_eq!(look(&mut settle), None);
    assert_eq!((settle.names().count(), settle.apart()[1]), (HELD_MAX, (State::Stalled, 1)));
    // That it is written to again is what is known of it, until its turn comes.
    let mut written = |at| {
        settle.hint(open, Seen::Written, at);
        (settle.is_waiting(), settle.apart()[1].1)
    };
    assert_eq!([now, now].map(&mut written), [(false, 1); 2]);
    let mut now = now + Duration::from_secs(3600);
    assert_eq!(written(now), (true, 0));
    // It is tried again no longer than it takes to see that somebody has it open still.
    settle.stalled_after = Duration::from_secs(86400);
    let begun = now;
    while settle.is_waiting() {
        while settle.look(&inbox, now).is_some() {}
        assert!(now.since(begun) <= Seen::Swept.steady_for(settle.settle));
        now = settle.next_due().map_or(now, |due| due.max(now));
    }
    // The others were never there.
    assert_eq!(settle.names().map(|(path, entry)| (path, entry.state)).collect::<Vec<_>>(), [(open, State::Stalled)]);
    // Other events let it be looked at at once, and when it is closed it is complete.
    drop(writer);
    settle.hint(open, Seen::Moved, now);
    let ready = std::iter::from_fn(|| settle.look(&inbox, now)).flatten().any(|look| matches!(look, Look::Ready(..)));
    assert!(ready);
}

#[test]
fn names_apart_are_counted_once_and_forgotten_when_they_are_gone() {
    let now = Moment::now();
    let mut settle = table();
    let names: Vec<PathBuf> = (0..HELD_MAX + 1000).map(|number| format!("{number}.txt").into()).collect();
    held(&mut settle, &names, now);
    // Held once more, because an event let it be tried again.
    held(&mut settle, &names[HELD_MAX..], now);
    let held_apart = |settle: &Settle| settle.apart()[0].1;
    assert_eq!(held_apart(&settle), 1000);
    // All places are taken by what is new: what waits apart is not among what found none.
    let sweep = |settle: &mut Settle, apart: &[PathBuf]| {
        settle.begin_sweep();
        names[..HELD_MAX].iter().for_each(|path| settle.found(path, now));
        (0..SETTLING_MAX + 5).for_each(|number| settle.found(Path::new(&format!("new-{number}")), now));
        apart.iter().for_each(|path| settle.found(path, now));
    };
    sweep(&mut settle, &names[HELD_MAX..]);
    assert_eq!((settle.beyond(), held_apart(&settle)), (5, 1000));
    // A folder of theirs is looked at again.
    names[HELD_MAX..].iter().for_each(|path| settle.found(path, now));
    assert_eq!((settle.beyond(), held_apart(&settle)), (5, 1000));
    settle.end_sweep();
    // Most of them go; who comes by such a name later is new.
    sweep(&mut settle, &names[HELD_MAX..][..10]);
    settle.end_sweep();
    assert_eq!(held_apart(&settle), 10);
    settle.begin_sweep();
    settle.end_sweep();
    settle.found(&names[HELD_MAX], now);
    assert_eq!((settle.names().count(), held_apart(&settle)), (1, 0));
}
