//! Golden cases: `tests/rules/NAME.yaml` is read, and what is reported must be `tests/rules/NAME.txt`; of rules that are
//! sound, also what they are advised.
//!
//! A line `#### name` in a case begins another file of the same library; `#### name 1048577 bytes` one that is filled to that size. `SIFTD_BLESS=1` writes the outputs anew.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use crate::engine::{
    diagnostic::{Diagnostic, codes, json, render},
    judge::{costs, lint, lint_costs},
    rules::{Alone, Date, File, Hands, Settings, Snapshot, hands::tests::Many, load_on, read::read_on},
};

/// The day of the cases.
const TODAY: Date = Date::constant(2026, 6, 1);

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules")
}

/// The library that a case describes.
fn library(name: &str, bytes: &[u8]) -> Snapshot {
    let mut files = vec![File::new(format!("rules/{name}"), "")];
    match str::from_utf8(bytes) {
        Err(_) => files[0].bytes = bytes.to_vec(),
        Ok(text) => {
            for line in text.split_inclusive('\n') {
                if let Some(name) = line.strip_prefix("#### ") {
                    let (name, size) = name.trim().split_once(' ').unwrap_or((name.trim(), "0 bytes"));
                    let size = size.strip_suffix(" bytes").unwrap().parse().unwrap();
                    files.push(File::new(format!("rules/{name}"), vec![b'#'; size]));
                } else if let Some(last) = files.last_mut() {
                    last.bytes.extend_from_slice(line.as_bytes());
                }
            }
        }
    }
    let mut library = Snapshot::default();
    for file in files {
        if file.name.ends_with(".txt") {
            library.files.push(file);
        } else if file.bytes.starts_with(b"schema: topic/1") || file.name.contains("/topics/") {
            library.topics.push(file);
        } else {
            library.packs.push(file);
        }
    }
    library
}

#[test]
fn cases_report_what_they_are_known_to_report() {
    let bless = std::env::var_os("SIFTD_BLESS").is_some();
    let mut seen = BTreeSet::new();
    let mut wrong = Vec::new();
    let mut cases: Vec<PathBuf> = std::fs::read_dir(folder()).unwrap().map(|entry| entry.unwrap().path()).collect();
    cases.retain(|path| path.extension().is_some_and(|extension| extension == "yaml"));
    cases.sort();
    for path in cases {
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        let library = library(&name, &std::fs::read(&path).unwrap());
        let mut found = read_on(&library, Some(TODAY), &Alone);
        let by_many = read_on(&library, Some(TODAY), &Many);
        assert_eq!(found.diagnostics, by_many.diagnostics, "{name}: what is told hangs on how many hands read it");
        assert_eq!(format!("{:?}", found.rules), format!("{:?}", by_many.rules), "{name}");
        if let Some(rules) = load_on(&library, &Settings::default(), Some(TODAY), &Alone).rules {
            let advice = |hands: &dyn Hands| (lint(&rules, hands, |_| true), costs(&rules, hands, |_| true));
            let (advice, by_many) = (advice(&Alone), advice(&Many));
            assert_eq!(advice, by_many, "{name}: advice hangs on how many hands look for it");
            found.diagnostics.extend(advice.0);
            found.diagnostics.extend(lint_costs(&advice.1));
            found.diagnostics.sort_by_key(Diagnostic::place);
        }
        let mut got = render(&found.diagnostics, &found.sources, false);
        if got.is_empty() {
            got = format!("{} rules, {} topics\n", found.rules.len(), found.topics.len());
        }
        seen.extend(found.diagnostics.iter().map(|diagnostic| diagnostic.code));
        for diagnostic in &found.diagnostics {
            assert!(json(diagnostic, &found.sources)["line"].as_u64() > Some(0), "{name}: {diagnostic:?}");
        }
        let golden = path.with_extension("txt");
        if bless {
            std::fs::write(&golden, &got).unwrap();
        } else if std::fs::read_to_string(&golden).unwrap_or_default() != got {
            wrong.push(format!("{name}:\n{got}"));
        }
    }
    assert!(wrong.is_empty(), "SIFTD_BLESS=1 writes these:\n{}", wrong.join("\n"));
    for explanation in codes::all() {
        let code = explanation.code;
        assert!(seen.contains(code), "{code} needs one case in tests/rules");
    }
}
