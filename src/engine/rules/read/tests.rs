//! Golden cases: `tests/rules/NAME.yaml` is read, and what is reported must be `tests/rules/NAME.txt`; of rules that are
//! sound, also what they are advised.
//!
//! A line `#### name` in a case begins another file of the same library; `#### name 1048577 bytes` one that is filled to that size. `SIFTD_BLESS=1` writes the outputs anew.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
};

use super::{read, read_on};
use crate::engine::{
    diagnostic::{Diagnostic, Severity, codes, json, render},
    judge::{lint, lint_costs},
    rules::{Date, Embedded, File, Library, Overlay, Settings, Snapshot, load_on, model},
};

/// The day of the cases.
const TODAY: Date = Date::constant(2026, 6, 1);

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/rules")
}

/// The library that a case describes.
fn library(name: &str, bytes: &[u8]) -> Snapshot {
    let mut files = vec![File { name: format!("rules/{name}"), bytes: Vec::new() }];
    match str::from_utf8(bytes) {
        Err(_) => files[0].bytes = bytes.to_vec(),
        Ok(text) => {
            for line in text.split_inclusive('\n') {
                if let Some(name) = line.strip_prefix("#### ") {
                    let (name, size) = name.trim().split_once(' ').unwrap_or((name.trim(), "0 bytes"));
                    let size = size.strip_suffix(" bytes").unwrap().parse().unwrap();
                    files.push(File { name: format!("rules/{name}"), bytes: vec![b'#'; size] });
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
        let mut found = read_on(&library, Some(TODAY));
        if let Some(rules) = load_on(&library, &Settings::default(), Some(TODAY)).rules {
            found.diagnostics.extend(lint(&rules));
            found.diagnostics.extend(lint_costs(&rules, |_| true));
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

/// Shipped packs are read without an error, and the two YAML readers agree on them.
#[test]
fn shipped_files_are_sound() {
    let found = read(&Embedded);
    let errors: Vec<_> =
        found.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).cloned().collect();
    assert!(errors.is_empty(), "{}", render(&errors, &found.sources, false));
    for id in Embedded::topic_ids() {
        let topics = Embedded::topic(id).into_iter().collect();
        let found = read(&Overlay { upper: Snapshot::default(), lower: Shipped { topics } });
        assert!(!found.has_errors(), "{}", render(&found.diagnostics, &found.sources, false));
    }
}

/// The shipped files with topics switched on.
struct Shipped {
    topics: Vec<File>,
}

impl Library for Shipped {
    fn packs(&self) -> Vec<File> {
        Vec::new()
    }

    fn named(&self, from: &str, path: &str) -> Result<File, String> {
        Embedded.named(from, path)
    }

    fn matching(&self, from: &str, pattern: &str) -> Result<Vec<File>, String> {
        Embedded.matching(from, pattern)
    }

    fn topics(&self) -> Vec<File> {
        self.topics.clone()
    }
}

/// Reads the files that `SIFTD_READ` names, and prints what is reported: for looking at a pack that is being written.
#[test]
fn packs_at_hand() {
    let names = std::env::var("SIFTD_READ").unwrap_or_default();
    let file = |path: &Path| File { name: path.display().to_string(), bytes: std::fs::read(path).unwrap() };
    let mut library = Snapshot::default();
    for name in names.split_whitespace() {
        let path = Path::new(name);
        let lists = path.parent().unwrap().join("lists");
        library.packs.push(file(path));
        for list in std::fs::read_dir(lists).into_iter().flatten() {
            library.files.push(file(&list.unwrap().path()));
        }
    }
    library.files.iter_mut().for_each(|file| file.name = file.name.trim_start_matches('/').to_owned());
    library.packs.iter_mut().for_each(|file| file.name = file.name.trim_start_matches('/').to_owned());
    let found = read(&library);
    if !names.is_empty() {
        println!("{}{} rules", render(&found.diagnostics, &found.sources, false), found.rules.len());
    }
}

#[test]
fn rules_come_in_order_of_id_with_all_defaults() {
    let found = read(&Snapshot::of_pack(
        "mine.yaml",
        "schema: rules/1\npack: mine\nrules:\n- {id: b, match: {repeated: {times_at_least: 2}}, action: strip}\n- {id: a, \
         unit: document, require: {language: {wanted: true}}, score: {level: weak}}\n",
    ));
    let ids: Vec<&str> = found.rules.iter().map(|rule| &*rule.id.value).collect();
    assert_eq!(ids, ["mine/a", "mine/b"]);
    let rule = &found.rules[1];
    assert_eq!((rule.version, rule.status, rule.if_unknown), (1, model::Status::Stable, model::IfUnknown::Skip));
    assert_eq!(rule.region.part, model::Part::All);
    assert!(matches!(rule.matcher, model::Matcher::Line(model::Polarity::Match, _)));
    assert!(matches!(found.rules[0].matcher, model::Matcher::Document(model::Polarity::Require, _)));
    assert_eq!((found.rules[0].action, found.rules[0].score), (None, Some(model::Level::Weak)));
}

/// Files made to cost much: each ends soon (the whole test takes a fraction of a second) and in an error.
#[test]
fn hostile_files_end_in_an_error() {
    let mega = 1 << 20;
    let head = "schema: rules/1\npack: mine\nrules:\n";
    let aliases: String =
        (0..60).map(|n| format!("  a{n}: &a{n} [*a{}, *a{}]\n", n.max(1) - 1, n.max(1) - 1)).collect();
    let files = [
        "[".repeat(100_000),
        "- ".repeat(mega / 2),
        "? ".repeat(mega / 2),
        "{a: ".repeat(100_000),
        format!("{head}  - [{}", "a, ".repeat(mega / 3 - 100)),
        format!("{head}  - [{}]", "a: b, ".repeat(mega / 6 - 100)),
        format!("{head}  - {{{}}}", "a, ".repeat(mega / 3 - 100)),
        format!("{head}  - {}", "x ".repeat(mega / 2 - 100)),
        format!("{head}  - \"{}\"", "\\\"".repeat(mega / 2 - 100)),
        format!("{head}  - '{}", "''".repeat(mega / 2 - 100)),
        format!("{head}  - |\n{}", "    x\n".repeat(mega / 6 - 100)),
        format!("{head}{}", "  - a\n".repeat(mega / 6 - 100)),
        format!("{head}{}", (0..60_000).map(|n| format!("  k{n}: 1\n")).collect::<String>()),
        format!("{head}{}", "#\n".repeat(mega / 2 - 100)),
        format!("{head}{}", "\n".repeat(mega - 100)),
        format!("x:\n{aliases}"),
        "&a ".repeat(mega / 3),
        "!a ".repeat(mega / 3),
        "%TAG ! x\n".repeat(mega / 9),
        "\t".repeat(mega),
        "--- \n".repeat(mega / 5),
        "'".repeat(mega),
        "a".repeat(10 * mega),
        format!("{head}  - {{id: a, action: strip, match: {{regex: {{any: ['{}']}}}}}}", "(".repeat(mega / 2)),
        format!(
            "{head}  - {{id: a, action: strip, match: {{regex: {{any: ['{}']}}}}}}",
            "((a{50}){50}){50}".repeat(100)
        ),
        format!(
            "{head}  - {{id: a, action: strip, match: {{regex: {{any: ['a{{,']}}}}, message: '{}'}}",
            "{".repeat(mega / 2 + 1)
        ),
    ];
    for text in files {
        let found = read(&Snapshot::of_pack("hostile.yaml", &text));
        assert!(found.has_errors(), "{}", &text[..80]);
        let drawn = render(&found.diagnostics, &found.sources, false);
        assert!(!drawn.is_empty());
    }
}

#[test]
fn the_patterns_of_a_pack_are_bounded_together() {
    // Each is small enough by itself; all of them would take a gigabyte.
    let patterns: Vec<String> = (0..2_000).map(|number| format!("'x{number}\\w{{30}}'")).collect();
    let pack = |patterns: &[String]| {
        let any = patterns.join(", ");
        let text = format!(
            "schema: rules/1\npack: mine\nrules:\n  - {{id: a, action: strip, match: {{regex: {{any: [{any}]}}}}}}\n"
        );
        read(&Snapshot::of_pack("hostile.yaml", &text))
    };
    let some = pack(&patterns[..10]);
    assert!(!some.has_errors(), "{:?}", some.diagnostics);
    let found = pack(&patterns);
    let told: Vec<_> = found.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    assert_eq!(told, [codes::COSTLY], "it is said once");
    assert!(found.diagnostics[0].message.contains("this pack"), "{}", found.diagnostics[0].message);
}
