//! The intake loop against a source of events that does what a script says. Whatever is dropped, doubled, late, reordered,
//! invented or missing, the outcome must be that of perfect events: each file exactly once at its place.

mod source;
mod world;

use std::{path::PathBuf, time::Duration};

use proptest::prelude::*;

use self::world::{Way, World};
use super::super::watching::{ANSWER, ASK_EVERY, POLL, RETRY_MAX};
use crate::{
    engine::judge::{MEMORY_AT_MOST, memory_for},
    spool::{Hint, Seen, lacking},
};

/// What becomes of an event.
#[derive(Debug, Clone, Copy)]
enum Fate {
    Told,
    Lost,
    Doubled,
    /// Told this many steps later.
    Late(u8),
}

#[derive(Debug, Clone, Copy)]
enum Step {
    Arrive(Way, u8, bool),
    Close,
    Time(u16),
    Work(u8),
    /// Events of nothing: of names that are not there, that are ignored, that are folders.
    Invented(u8),
    /// Events were lost, and it is known.
    Overflow,
    /// From now on nothing is told, and nobody says so; or it is again.
    Silent(bool),
    /// Only so many folders can be watched.
    Watches(u8),
}

fn step() -> impl Strategy<Value = Step> {
    let ways = [Way::Written, Way::Renamed, Way::Linked, Way::Unnamed, Way::FolderMoved, Way::FolderMade, Way::Again];
    prop_oneof![
        8 => (proptest::sample::select(ways.to_vec()), 0..3u8, any::<bool>())
            .prop_map(|(way, folder, junk)| Step::Arrive(way, folder, junk)),
        3 => Just(Step::Close),
        5 => (0..3000u16).prop_map(Step::Time),
        3 => (0..4u8).prop_map(Step::Work),
        2 => (0..6u8).prop_map(Step::Invented),
        1 => Just(Step::Overflow),
        1 => any::<bool>().prop_map(Step::Silent),
        1 => (0..5u8).prop_map(Step::Watches),
    ]
}

fn fate() -> impl Strategy<Value = Fate> {
    prop_oneof![3 => Just(Fate::Told), 3 => Just(Fate::Lost), 1 => Just(Fate::Doubled), 3 => (1..9u8).prop_map(Fate::Late)]
}

fn invented(kind: u8) -> Hint {
    let name = |path: &str, seen| Hint::Name(PathBuf::from(path), seen);
    match kind {
        0 => name("nobody.txt", Seen::Closed),
        1 => name("a", Seen::Moved),
        2 => name("x.part", Seen::Closed),
        3 => name("0.txt", Seen::Moved),
        4 => Hint::Folder(PathBuf::from("gone")),
        _ => Hint::Folder(PathBuf::new()),
    }
}

fn play(steps: &[Step], fates: &[Fate]) {
    let mut world = World::new();
    let mut fates = fates.iter().cycle();
    let mut late: Vec<(usize, Hint)> = Vec::new();
    world.round();
    for (at, step) in steps.iter().enumerate() {
        let hints = match *step {
            Step::Arrive(way, folder, junk) => world.arrive(way, ["", "a", "a/b"][usize::from(folder)], junk),
            Step::Close => world.close(),
            Step::Time(millis) => {
                world.pass_time(Duration::from_millis(millis.into()));
                Vec::new()
            }
            Step::Work(jobs) => {
                world.work(jobs.into());
                Vec::new()
            }
            Step::Invented(kind) => vec![invented(kind)],
            Step::Overflow => {
                world.script.state().lost = true;
                Vec::new()
            }
            Step::Silent(silent) => {
                world.script.state().silent = silent;
                Vec::new()
            }
            Step::Watches(watches) => {
                world.script.state().watches = watches.into();
                Vec::new()
            }
        };
        for hint in hints {
            match fates.next() {
                Some(Fate::Lost) => {}
                Some(Fate::Late(steps)) => late.push((at + usize::from(*steps), hint)),
                Some(Fate::Doubled) => {
                    world.script.tell(hint.clone());
                    world.script.tell(hint);
                }
                Some(Fate::Told) | None => world.script.tell(hint),
            }
        }
        let (due, later) = late.into_iter().partition(|(when, _)| *when <= at);
        late = later;
        let due: Vec<(usize, Hint)> = due;
        due.into_iter().for_each(|(_, hint)| world.script.tell(hint));
        world.round();
    }
    world.come_to_rest();
    world.check();
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn whatever_becomes_of_events_each_file_comes_once_to_its_place(
        steps in proptest::collection::vec(step(), 1..40),
        fates in proptest::collection::vec(fate(), 1..20),
    ) {
        play(&steps, &fates);
    }

    #[test]
    fn so_it_does_with_no_events_at_all(steps in proptest::collection::vec(step(), 1..30)) {
        play(&steps, &[Fate::Lost]);
    }

    #[test]
    fn so_it_does_where_no_rename_keeps_from_overwriting(
        steps in proptest::collection::vec(step(), 1..30),
        fates in proptest::collection::vec(fate(), 1..20),
    ) {
        lacking::NOREPLACE.set(true);
        play(&steps, &fates);
    }
}

#[test]
fn large_files_are_judged_alone_or_few_together_and_small_ones_many() {
    let mut world = World::new();
    for mebibytes in [30, 0, 30, 0, 30, 70, 0, 0, 30] {
        match mebibytes {
            0 => drop(world.arrive(Way::Renamed, "", false)),
            _ => world.arrive_large(mebibytes),
        }
    }
    let mut most = Vec::new();
    for _ in 0..30 {
        world.round();
        let sizes = world.in_hand();
        let memory: u64 = sizes.iter().copied().map(memory_for).sum();
        assert!(memory <= MEMORY_AT_MOST || sizes.len() == 1, "{sizes:?}");
        most.push(sizes.iter().sum::<u64>() >> 20);
        world.work(1);
        world.pass_time(Duration::from_millis(700));
    }
    assert!(most.contains(&60) && most.contains(&70), "two of thirty together, one of seventy alone: {most:?}");
    world.come_to_rest();
    world.check();
}

#[test]
fn a_file_for_which_alone_there_is_no_room_is_held_and_keeps_nobody_from_the_others() {
    let mut world = World::new();
    let huge = world.layout().inbox.join("huge.txt");
    std::fs::File::create(&huge).unwrap().set_len(10 << 40).unwrap();
    world.script.tell(Hint::Name("huge.txt".into(), Seen::Moved));
    world.arrive(Way::Renamed, "", false).into_iter().for_each(|hint| world.script.tell(hint));
    for _ in 0..6 {
        world.round();
        world.work(1);
        world.pass_time(Duration::from_millis(500));
    }
    world.round();
    let status = world.status();
    assert_eq!((status.paused, status.counts.get("pass")), (None, Some(&1)));
    assert_eq!(status.states.get("held"), Some(&1), "{:?}", status.states);
    std::fs::remove_file(huge).unwrap();
    world.come_to_rest();
    world.check();
}

#[test]
fn a_claim_that_cannot_be_opened_is_told_at_the_end_of_a_drain_and_keeps_nobody_from_the_others() {
    let mut world = World::new();
    world.left_in_a_claim("dead-0.0");
    world.left_in_a_claim("dead-1.0");
    lacking::HANDLES.set(Some("dead-0.0".into()));
    let told = world.drain().expect("one claim is left");
    assert!(told.contains("open a claim") && told.contains("dead-0.0"), "{told}");
    assert_eq!(world.status().counts.get("pass"), Some(&1), "the other is judged");
    lacking::HANDLES.set(None);
    world.come_to_rest();
    assert_eq!(world.status().unfinished, None);
    world.check();
}

#[test]
fn claims_stay_while_it_cannot_be_told_which_were_being_judged() {
    let mut world = World::new();
    world.left_in_a_claim("dead-0.0");
    let judging = world.layout().inbox.join(".siftd/dead/judging");
    // A folder can be opened, and not be read as a file.
    std::fs::create_dir(&judging).unwrap();
    let told = world.drain().expect("its claims are left");
    assert!(told.contains("which claims were being judged"), "{told}");
    assert!(world.layout().inbox.join(".siftd/dead/dead-0.0/left.txt").is_file(), "nothing was taken");
    std::fs::remove_dir(&judging).unwrap();
    std::fs::write(&judging, "dead-0").unwrap();
    world.round();
    world.pass_time(Duration::from_secs(40));
    world.round();
    world.round();
    assert_eq!(world.tries(), [1], "the try that ended its daemon is counted");
    world.come_to_rest();
    world.check();
}

#[test]
fn a_watch_that_goes_silent_is_noticed_and_a_new_one_is_trusted_when_it_gives_a_sign_of_life() {
    let mut world = World::new();
    world.round();
    world.round();
    assert!(world.status().watch.events);
    world.script.state().silent = true;
    world.pass_time(ASK_EVERY);
    world.round();
    assert!(world.status().watch.events, "it was asked a moment ago");
    world.pass_time(ANSWER);
    world.round();
    let watch = world.status().watch;
    assert!(!watch.events && watch.trouble.unwrap().contains("told nothing"));
    // Nothing is told of this one; polling finds it.
    world.arrive(Way::Renamed, "", false);
    for _ in 0..3 {
        world.pass_time(POLL);
        world.round();
    }
    world.work(1);
    world.check();
    world.script.state().silent = false;
    // One that was asked while nothing came has to fail first.
    for _ in 0..2 {
        world.pass_time(RETRY_MAX);
        world.round();
        world.round();
    }
    let watch = world.status().watch;
    assert!(watch.events && watch.trouble.is_none(), "{watch:?}");
}

#[test]
fn without_watches_left_it_polls_and_comes_back_when_there_are_some() {
    for watches in [0, 1] {
        let mut world = World::new();
        world.script.state().watches = watches;
        world.round();
        let watch = world.status().watch;
        assert!(!watch.events && watch.trouble.unwrap().contains("max_user_watches"));
        world.arrive(Way::Written, "a/b", false);
        world.come_to_rest();
        world.check();
        world.script.state().watches = usize::MAX;
        world.pass_time(RETRY_MAX);
        world.round();
        world.round();
        assert!(world.status().watch.events);
    }
}

#[test]
fn a_sign_of_life_is_asked_for_rarely_and_never_while_events_come() {
    let mut world = World::new();
    world.round();
    world.round();
    let before = world.script.state().asked;
    for _ in 0..3600 {
        world.pass_time(Duration::from_secs(1));
        world.round();
    }
    assert!((11..=12).contains(&(world.script.state().asked - before)));
    let before = world.script.state().asked;
    for _ in 0..3600 {
        world.script.tell(Hint::Name("nobody.txt".into(), Seen::Closed));
        world.pass_time(Duration::from_secs(1));
        world.round();
    }
    assert_eq!(world.script.state().asked, before);
}
