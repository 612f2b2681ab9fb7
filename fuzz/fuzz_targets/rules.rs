//! Any bytes as a rule file: reading never panics, the two readers of YAML agree, every mistake has a place in the
//! file, and what is read can judge.

#![no_main]

use libfuzzer_sys::fuzz_target;
use siftd::engine::{
    diagnostic::render,
    rules::{File, Settings, Snapshot, load},
};

/// The code of "this can be read in two ways".
const DISAGREEMENT: &str = "R008";

fuzz_target!(|bytes: &[u8]| {
    let file = File::new("x.yaml", bytes);
    let list = File::new("list.txt", bytes);
    let library = Snapshot { packs: vec![file.clone()], topics: vec![file], files: vec![list] };
    let loaded = load(&library, &Settings::default());
    // Inside of brackets the readers take a `?` differently, and below a `|` or `>` at the top a `#`; then it is that error, which is
    // what the error is for.
    let has = |byte: u8| bytes.contains(&byte);
    let ambiguous = has(b'?') || has(b'#') && (has(b'|') || has(b'>'));
    for diagnostic in &loaded.diagnostics {
        assert!(ambiguous || diagnostic.code != DISAGREEMENT, "{}", diagnostic.message);
        for label in &diagnostic.labels {
            let (place, _) = label;
            let (_, text) = loaded.sources.get(place.source).expect("a file that was read");
            assert!(text.get(place.start as usize..place.end as usize).is_some(), "{diagnostic:?}");
        }
    }
    render(&loaded.diagnostics, &loaded.sources, false);
    if let Some(rules) = &loaded.rules {
        rules.judge_bytes(b"Home > News\n\na plain line of text\nline line\n".to_vec());
    }
});
