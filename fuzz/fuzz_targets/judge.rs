//! Any bytes as a document against the shipped packs: judging never panics, says the same twice and the same without
//! its fast paths, and what it strips is the input less the flagged lines.

#![no_main]

use std::{path::Path, sync::LazyLock};

use libfuzzer_sys::fuzz_target;
use siftd::{
    engine::{
        judge::{Verdict, strip},
        language::Code,
        rules::{Embedded, Languages, RuleSet, Settings, load},
        text::Document,
    },
    report::Record,
};

static RULES: LazyLock<[RuleSet; 2]> = LazyLock::new(|| {
    [vec![], Code::named("en").into_iter().collect()].map(|wanted| {
        let languages = Languages { wanted, ..Languages::default() };
        load(&Embedded, &Settings { languages, ..Settings::default() }).rules.expect("the shipped packs are sound")
    })
});

/// Bytes of a document on which every rule is also asked one by one, which takes a thousand times as long.
const PLAIN_BYTES_AT_MOST: usize = 200;

// Loading the rules is no part of the first input.
fuzz_target!(init: { LazyLock::force(&RULES); }, |raw: &[u8]| {
    for rules in &*RULES {
        let (judgement, document) = rules.judge_bytes(raw.to_vec());
        let mut report = Vec::new();
        Record::of(Path::new("x"), &judgement).write_line(&mut report);
        let report: serde_json::Value = serde_json::from_slice(&report).expect("a report is JSON");
        assert_eq!(report["verdict"], judgement.verdict.as_str());

        let Some(document) = document else {
            assert!(judgement.verdict >= Verdict::Quarantine && !judgement.findings.is_empty());
            assert_eq!(judgement, rules.judge_bytes(raw.to_vec()).0);
            continue;
        };
        check_strip(&document, raw, &judgement.stripped_lines(), &strip(&document, &judgement));
        assert_eq!(judgement, rules.judge(&document));
        if raw.len() <= PLAIN_BYTES_AT_MOST
            && let Ok(moved) = Document::decode([&*filler(raw), raw].concat())
        {
            assert_eq!(rules.judge(&moved), rules.judge_plainly(&moved));
        }
    }
});

/// What goes before a document where it is judged plainly: every other time a line, as long as its first byte says. Literals are
/// looked for in blocks, and so small a document would always lie in the first one.
fn filler(raw: &[u8]) -> Vec<u8> {
    match raw.first() {
        Some(&first) if first % 2 == 1 => ["z".repeat(2 * usize::from(first)).as_bytes(), b"\n"].concat(),
        _ => Vec::new(),
    }
}

fn check_strip(document: &Document, raw: &[u8], stripped: &[usize], copy: &[u8]) {
    let mut kept = raw[..document.line(0).bytes.start].to_vec();
    for index in (0..document.line_count()).filter(|index| !stripped.contains(index)) {
        let end = if index + 1 < document.line_count() { document.line(index + 1).bytes.start } else { raw.len() };
        kept.extend_from_slice(&raw[document.line(index).bytes.start..end]);
    }
    assert_eq!(copy, kept);
}
