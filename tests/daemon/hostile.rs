//! Rules and documents made to take for ever, and to be judged all the same.

use std::{cell::RefCell, fs};

use siftd::spool::journal::Reader;

use crate::rig::{Rig, Setup, files, until};

/// A pattern whose automaton cannot be built as it goes: each letter is stepped through in thousands of states.
const PACK: &str = "schema: rules/1\npack: slow\nrules:\n  - id: slow\n    match: {regex: {any: ['[ab]*a[ab]{4000}[c-z]']}}\n    \
                    action: strip\n";

#[test]
fn a_document_that_takes_for_ever_goes_aside_with_the_reason() {
    let rig = Rig::new();
    fs::write(rig.path("pack.yaml"), PACK).unwrap();
    // Letters that come as if by chance, so that no two states are alike, on lines as long as patterns see.
    let mut state = 1_u32;
    let mut letter = || {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        if state >> 31 == 0 { 'a' } else { 'b' }
    };
    let line: String = (0..16_000).map(|_| letter()).chain(['\n']).collect();
    rig.drop_in("slow.txt", line.repeat(40));
    rig.drop_in("plain.txt", "The wood of the pear tree is hard, and it takes a polish well.\n");
    rig.once(&Setup { real: true, time_ms: 300, ..Setup::default() });
    assert!(rig.path("curated/plain.txt").is_file());
    assert!(rig.path("quarantine/slow.txt").is_file());
    let report = fs::read_to_string(rig.path("quarantine/slow.txt.siftd.json")).unwrap();
    assert!(report.contains("siftd/time-limit"), "{report}");
    let journal = Reader::open(&rig.path("state")).unwrap().unwrap();
    let entries = journal.history(10, Some("slow.txt".as_ref())).unwrap();
    assert_eq!((entries.len(), entries[0].tries), (1, 1), "it is tried once");
    assert_eq!(entries[0].verdict, "quarantine");
}

#[test]
fn a_fault_outside_of_judging_takes_neither_the_threads_nor_the_end_of_a_drain() {
    let rig = Rig::new();
    // More of them than there are threads.
    (0..5).for_each(|number| rig.drop_in(format!("panic-unread-{number}.txt"), vec![b'x'; 2000]));
    (0..20).for_each(|number| rig.drop_in(format!("{number}.txt"), format!("good {number}")));
    let daemon = RefCell::new(rig.start(&Setup { once: true, bytes_at_most: 1000, ..Setup::default() }));
    until("the drain ends", || daemon.borrow_mut().child.try_wait().unwrap().is_some());
    assert_eq!(files(&rig.path("curated")).len(), 20);
    let claimed = files(&rig.path("inbox")).iter().filter(|path| path.to_string_lossy().contains("/.siftd/")).count();
    assert!(claimed >= 5, "they stay claimed: {:?}", files(&rig.path("inbox")));
}
