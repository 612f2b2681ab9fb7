//! Any bytes as a file's name: nothing of it acts where it is shown, what is shown leads back to it, and every name
//! that is made from it fits into a folder and stays there.

#![no_main]

use std::{
    ffi::OsString,
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::Path,
    sync::LazyLock,
};

use libfuzzer_sys::fuzz_target;
use siftd::{
    engine::{
        judge::Judgement,
        rules::{Embedded, Settings, load},
    },
    report::Record,
    spool::{Ignore, REPORT_SUFFIX, candidate, report_name, shown, unshown},
};

const NAME_MAX: usize = 255;

// Loading the rules is no part of the first input.
fuzz_target!(init: { LazyLock::force(&JUDGED); }, |bytes: &[u8]| {
    let text = String::from_utf8_lossy(bytes);
    // What somebody types for a name.
    unshown(&text);
    let name: Vec<u8> = bytes.iter().copied().filter(|byte| !matches!(byte, 0 | b'/')).take(NAME_MAX).collect();
    let name = OsString::from_vec(name);
    if name.is_empty() || name == "." || name == ".." {
        return;
    }
    let seen = shown(&name);
    assert!(!seen.chars().any(acts), "{seen:?}");
    assert_eq!(unshown(&seen), name);

    let hash = blake3::hash(bytes).to_hex();
    let names: Vec<OsString> = (0..).map_while(|attempt| candidate(&name, attempt, &hash)).collect();
    assert_eq!(names[0], name);
    for (index, made) in names.iter().chain([&report_name(&name)]).enumerate() {
        let made_bytes = made.as_bytes();
        assert!(!made_bytes.is_empty() && made_bytes.len() <= NAME_MAX);
        assert!(!made_bytes.contains(&b'/') && !made_bytes.contains(&0) && made != "." && made != "..");
        assert!(!names[..index.min(names.len())].contains(made), "each is another one");
        // What is no half character stays none.
        assert!(name.to_str().is_none() || made.to_str().is_some(), "{made:?}");
    }
    assert!(report_name(&name).as_bytes().ends_with(REPORT_SUFFIX.as_bytes()));

    let ignore = Ignore::new(&["*.part".to_owned(), "~$*".to_owned()]).expect("good patterns");
    if name.as_bytes()[0] == b'.' {
        assert!(ignore.reason(&name).is_some());
    }
    let mut report = Vec::new();
    Record::of(Path::new(&name), &JUDGED).write_line(&mut report);
    assert!(report.ends_with(b"\n") && report.iter().filter(|byte| **byte == b'\n').count() == 1);
    let report: serde_json::Value = serde_json::from_slice(&report).expect("a report is JSON");
    assert!(report["path"].is_string());
});

/// What came of a document of which only the name is of interest.
static JUDGED: LazyLock<Judgement> = LazyLock::new(|| {
    let rules = load(&Embedded, &Settings::default()).rules.expect("the shipped packs are sound");
    rules.judge_bytes(b"text\n".to_vec()).0
});

/// What moves the cursor, changes directions or cannot be seen. On purpose not the table that siftd has.
fn acts(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{2069}' | '\u{feff}')
}
