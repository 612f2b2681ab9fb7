//! Rules and documents made to take for ever, and to be judged all the same.

use std::fs;

use siftd::spool::journal::Reader;

use crate::rig::{Rig, Setup};

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
