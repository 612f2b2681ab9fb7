//! `siftd scan`.

use std::{
    collections::BTreeSet,
    ffi::OsStr,
    io::Read,
    os::unix::{ffi::OsStrExt, fs::symlink},
    path::Path,
    process::{self, Stdio},
};

use serde_json::Value;
use snapbox::str;

use super::{ADVERT, CLEAN, Desk, NAVIGATION};

pub(super) fn records(stdout: &[u8]) -> Vec<Value> {
    stdout
        .split(|&byte| byte == b'\n')
        .filter(|line| !line.is_empty())
        .map(|line| serde_json::from_slice(line).unwrap())
        .collect()
}

fn paths(stdout: &[u8]) -> Vec<String> {
    records(stdout).iter().map(|record| record["path"].as_str().unwrap().to_owned()).collect()
}

#[test]
fn people_see_flagged_lines_and_a_summary() {
    let desk = Desk::with_rules(&[("a/1.txt", CLEAN), ("a/2.txt", NAVIGATION), ("a/3.txt", ADVERT)]);
    desk.siftd(&["scan", "a"]).assert().code(1).stderr_eq(str![""]).stdout_eq(str![[r#"
a/2.txt: strip 1 of 3 lines; the original is kept ([..]Latin, utf-8, 3 lines, 92 bytes)
  1 | Home > Harbour > Log
    | ^^^^^^^^^^^^^^^^^^^^ strip: Path of links above the text [test/breadcrumb]

a/3.txt: quarantine; a person decides ([..]Latin, utf-8, 3 lines, 93 bytes)
  1 | Buy cheap watches now
    | ^^^^^^^^^^^^^^^^^^^^^ quarantine: advert: Buy cheap watches [test/advert]

3 files: 1 pass, 1 strip (1 line), 1 quarantine, 0 reject
  1 test/advert
  1 test/breadcrumb

"#]]);
}

#[test]
fn programs_get_one_object_a_document() {
    let desk = Desk::with_rules(&[("a.txt", NAVIGATION)]);
    desk.siftd(&["scan", "--format", "jsonl", "a.txt"]).assert().code(0).stderr_eq(str![""]).stdout_eq(str![[r#"
{"path":"a.txt","verdict":"strip","language":{[..]},"script":"Latin","encoding":"utf-8","encoding_guessed":false,"lines":3,"bytes":92,"score":0,"topics":{},"ruleset":"[..]","findings":[{"rule":"test/breadcrumb","version":3,"action":"strip","trial":null,"level":null,"tags":["navigation"],"first_line":1,"last_line":1,"first_byte":0,"last_byte":20,"message":"Path of links above the text","evidence":{"matched":"Home > Harbour > Log"}}]}

"#]]);
}

/// The paths of all keys below `value`; maps whose keys are data count as one.
fn keys(path: &str, value: &Value, found: &mut BTreeSet<String>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| keys(&format!("{path}[]"), item, found)),
        Value::Object(map) if !["topics", "findings[].evidence", "facts.scripts", "facts.metrics"].contains(&path) => {
            for (key, value) in map {
                let path = if path.is_empty() { key.clone() } else { format!("{path}.{key}") };
                keys(&path, value, found);
                found.insert(path);
            }
        }
        _ => {}
    }
}

#[test]
fn the_documentation_names_every_field() {
    let page = include_str!("../../docs/reports.md");
    let documented: BTreeSet<String> = page
        .lines()
        .take_while(|line| !line.starts_with("## "))
        .filter_map(|line| line.strip_prefix("| `")?.split_once('`'))
        .map(|(key, _)| key.to_owned())
        .collect();
    let german = "Das Hafenamt führt täglich ein Buch über alle Schiffe, die in die Bucht einlaufen.\n".repeat(3);
    let desk = Desk::with_rules(&[("a.txt", &format!("{ADVERT}{german}{CLEAN}{CLEAN}{CLEAN}"))]);
    desk.write(
        "rules/points.yaml",
        b"schema: rules/1\npack: points\nrules:\n  - {id: log, match: {regex: {any: [harbour]}}, score: {level: hint}}\n",
    );
    let output = desk.siftd(&["scan", "--format", "jsonl", "--metrics", "a.txt"]).output().unwrap();
    let mut found = BTreeSet::new();
    keys("", &records(&output.stdout)[0], &mut found);
    let only_where_needed = ["path_bytes", "unlisted", "unlisted[].rule", "unlisted[].findings"];
    found.extend(only_where_needed.map(str::to_owned));
    assert_eq!(found, documented);
}

#[test]
fn metrics_are_for_json_lines() {
    let desk = Desk::with_rules(&[("a.txt", CLEAN)]);
    desk.siftd(&["scan", "--metrics", "a.txt"]).assert().code(2).stderr_eq(str![[r#"
siftd: failed to scan: --metrics is for --format jsonl; `siftd explain FILE` shows one document's figures

"#]]);
    let plain = desk.siftd(&["scan", "--format", "jsonl", "a.txt"]).output().unwrap();
    assert_eq!(records(&plain.stdout)[0].get("facts"), None);
}

#[test]
fn exit_codes() {
    let desk = Desk::with_rules(&[("clean.txt", CLEAN), ("strip.txt", NAVIGATION), ("advert.txt", ADVERT)]);
    let code = |arguments: &[&str]| desk.siftd(arguments).output().unwrap().status.code().unwrap();
    assert_eq!(code(&["scan", "clean.txt", "strip.txt"]), 0);
    assert_eq!(code(&["scan", "clean.txt", "advert.txt"]), 1);
    assert_eq!(code(&["scan", "-q", "advert.txt"]), 1);
    assert_eq!(code(&["scan", "advert.txt", "missing.txt"]), 2);
    assert_eq!(code(&["scan"]), 2);
    assert_eq!(code(&["--version"]), 0);
    assert_eq!(code(&["scan", "--help"]), 0);
    assert_eq!(code(&["no-such-verb"]), 2);
}

#[test]
fn quiet_prints_no_results_but_what_went_wrong() {
    let desk = Desk::with_rules(&[("advert.txt", ADVERT)]);
    let run = desk.siftd(&["scan", "-q", "advert.txt", "missing.txt"]).assert().code(2);
    run.stdout_eq(str![""]).stderr_eq(str![[r#"
siftd: failed to read missing.txt: No such file or directory (os error 2)

"#]]);
}

#[test]
fn what_cannot_be_read_does_not_hide_the_rest() {
    let desk = Desk::with_rules(&[("a.txt", CLEAN), ("z.txt", CLEAN)]);
    let output = desk.siftd(&["scan", "--format", "jsonl", "a.txt", "missing.txt", "z.txt"]).output().unwrap();
    assert_eq!(paths(&output.stdout), ["a.txt", "z.txt"]);
    assert_eq!(output.status.code(), Some(2));
}

#[test]
fn folders_are_walked_in_path_order_past_links_and_ignored_names() {
    let files = [
        "in/b/2.txt",
        "in/b/1.txt",
        "in/b.txt",
        "in/a/x/deep.txt",
        "in/.hidden",
        "in/.git/x",
        "in/a.txt~",
        "in/c.part",
        "in/b.txt.siftd.json",
        "in/b.txt.labels.json",
        "in/c.txt.siftd.json",
    ];
    let desk = Desk::with_rules(&files.map(|path| (path, CLEAN)));
    symlink("b.txt", desk.path("in/link.txt")).unwrap();
    symlink("..", desk.path("in/round")).unwrap();
    rustix::fs::mknodat(rustix::fs::CWD, desk.path("in/pipe"), rustix::fs::FileType::Fifo, 0o600.into(), 0).unwrap();
    let output = desk.siftd(&["scan", "--format", "jsonl", "in/b.txt", "in"]).output().unwrap();
    // What is about a document is passed over beside it.
    let expected = ["in/a/x/deep.txt", "in/b/1.txt", "in/b/2.txt", "in/b.txt", "in/c.txt.siftd.json", "in/b.txt"];
    assert_eq!(paths(&output.stdout), expected);
    // What is named itself is taken whatever its name.
    assert_eq!(
        paths(&desk.siftd(&["scan", "--format", "jsonl", "in/.hidden", "in/link.txt"]).output().unwrap().stdout).len(),
        2
    );
}

#[test]
fn standard_input_is_a_document() {
    let desk = Desk::with_rules(&[]);
    let output = desk.siftd(&["scan", "--format", "jsonl", "-"]).stdin(ADVERT).output().unwrap();
    let record = &records(&output.stdout)[0];
    assert_eq!((record["path"].as_str(), record["verdict"].as_str()), (Some("-"), Some("quarantine")));
}

#[test]
fn hostile_names_are_escaped_for_people_and_whole_for_programs() {
    let desk = Desk::with_rules(&[]);
    let name = OsStr::from_bytes(b"in/-\x1b[31m\xff\n.txt");
    desk.write(Path::new(name), ADVERT.as_bytes());
    let output = desk.siftd(&["scan", "in"]).output().unwrap();
    assert!(
        output.stdout.starts_with(b"in/-\\u{1b}[31m\\xff\\n.txt: quarantine"),
        "{}",
        String::from_utf8_lossy(&output.stdout)
    );
    let output = desk.siftd(&["scan", "--format", "jsonl", "in"]).output().unwrap();
    assert!(!output.stdout.contains(&0x1b));
    let record = &records(&output.stdout)[0];
    assert_eq!(record["path"], "in/-\u{1b}[31m\u{fffd}\n.txt");
    assert_eq!(record["path_bytes"], "696e2f2d1b5b33316dff0a2e747874");
}

#[test]
fn what_is_no_text_and_what_is_too_large_has_a_reason() {
    let desk = Desk::with_rules(&[("in/1-empty", ""), ("in/2-blank", " \n\t\n"), ("in/3-nuls", "\0\0\0\0")]);
    desk.write("in/4-large", &b"many words ".repeat(200));
    desk.write("siftd.yaml", b"rules: {shipped: false, folders: [rules]}\nintake: {bytes_at_most: 1KiB}\n");
    let output = desk.siftd(&["scan", "--format", "jsonl", "in"]).output().unwrap();
    let found: Vec<(Value, Value, Value)> = records(&output.stdout)
        .iter()
        .map(|record| (record["verdict"].clone(), record["findings"][0]["rule"].clone(), record["lines"].clone()))
        .collect();
    let row = |verdict: &str, rule: &str| (verdict.into(), rule.into(), Value::Null);
    let expected = [
        row("reject", "siftd/empty"),
        row("reject", "siftd/blank"),
        row("reject", "siftd/nuls"),
        row("quarantine", "siftd/too-large"),
    ];
    assert_eq!(found, expected);
}

#[test]
fn many_workers_print_the_same_bytes_as_one() {
    let desk = Desk::with_rules(&[]);
    for number in 0..300 {
        let text = format!("{}{}", [CLEAN, NAVIGATION, ADVERT][number % 3], CLEAN.repeat(number % 17));
        desk.write(format!("in/{}/{number}.txt", number % 7), text.as_bytes());
    }
    for format in ["human", "jsonl", "sarif"] {
        let scan = |workers: usize| {
            desk.write(
                "siftd.yaml",
                format!("rules: {{shipped: false, folders: [rules]}}\nworkers: {workers}\n").as_bytes(),
            );
            desk.siftd(&["scan", "--format", format, "in"]).output().unwrap().stdout
        };
        let serial = scan(1);
        assert!(serial.len() > 10_000);
        assert!(serial == scan(8), "{format}");
    }
}

#[test]
fn sarif_is_one_document_even_with_nothing_to_say() {
    let desk = Desk::with_rules(&[("a.txt", ADVERT), ("b.txt", CLEAN), ("c.txt", NAVIGATION)]);
    let log = |paths: &[&str]| -> Value {
        let output = desk.siftd(&[&["scan", "--format", "sarif"], paths].concat()).output().unwrap();
        serde_json::from_slice(&output.stdout).unwrap()
    };
    assert_eq!(log(&["a.txt", "b.txt", "c.txt"])["runs"][0]["results"].as_array().unwrap().len(), 2);
    assert_eq!(log(&["b.txt"])["runs"][0]["results"].as_array().unwrap().len(), 0);
    let missing = log(&["b.txt", "none"]);
    assert_eq!(missing["runs"][0]["invocations"][0]["executionSuccessful"], false);
}

#[test]
fn a_reader_that_goes_away_is_no_failure() {
    let desk = Desk::with_rules(&[]);
    for number in 0..400 {
        desk.write(format!("in/{number}.txt"), ADVERT.as_bytes());
    }
    let mut scan = process::Command::new(env!("CARGO_BIN_EXE_siftd"))
        .args(["scan", "--format", "jsonl", "in"])
        .current_dir(desk.path(""))
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut first = [0; 10];
    scan.stdout.take().unwrap().read_exact(&mut first).unwrap();
    let output = scan.wait_with_output().unwrap();
    assert_eq!((output.status.code(), String::from_utf8_lossy(&output.stderr)), (Some(0), "".into()));
}

#[test]
fn colours_are_for_terminals_and_for_those_who_ask() {
    let desk = Desk::with_rules(&[("a.txt", ADVERT)]);
    let colored = |arguments: &[&str]| desk.siftd(arguments).output().unwrap().stdout.contains(&0x1b);
    assert!(!colored(&["scan", "a.txt"]));
    assert!(colored(&["scan", "--color", "always", "a.txt"]));
    assert!(!colored(&["scan", "--color", "never", "a.txt"]));
    let forced = desk.siftd(&["scan", "a.txt"]).env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(forced.stdout.contains(&0x1b));
    let refused = desk.siftd(&["scan", "a.txt"]).env("CLICOLOR_FORCE", "1").env("NO_COLOR", "1").output().unwrap();
    assert!(!refused.stdout.contains(&0x1b));
}

#[test]
fn a_topic_beside_the_configuration_is_scored() {
    let harbour =
        "Ships enter the harbour with cargo, and the harbour office logs each ship, its port and its cargo.\n";
    let desk = Desk::with(&[
        ("conf/siftd.yaml", "rules: {shipped: false}\ntopics: [topic.yaml]\n"),
        ("conf/topic.yaml", "schema: topic/1\nid: probe\ntitle: probe\nexamples: [examples/*.txt]\n"),
        ("conf/examples/1.txt", &harbour.repeat(5)),
        ("conf/examples/2.txt", &CLEAN.repeat(5)),
        ("a.txt", &harbour.repeat(4)),
    ]);
    let output = desk.siftd(&["scan", "--format", "jsonl", "--config", "conf/siftd.yaml", "a.txt"]).output().unwrap();
    assert!(records(&output.stdout)[0]["topics"]["probe"].as_f64().unwrap() > 0.0);
}

#[test]
fn a_profile_says_where_the_time_went() {
    let desk = Desk::with_rules(&[("a.txt", NAVIGATION)]);
    let plain = desk.siftd(&["scan", "--format", "jsonl", "a.txt"]).output().unwrap();
    let timed = desk.siftd(&["scan", "--format", "jsonl", "--profile=json", "a.txt"]).output().unwrap();
    assert_eq!(plain.stdout, timed.stdout);
    let profile: Value = serde_json::from_slice(&timed.stderr).unwrap();
    assert_eq!(profile["documents"], 1);
    assert!(profile["rules"].as_array().unwrap().iter().any(|rule| rule["rule"] == "test/breadcrumb"));
    let table = desk.siftd(&["scan", "-q", "--profile", "a.txt"]).output().unwrap();
    assert!(String::from_utf8(table.stderr).unwrap().contains("test/breadcrumb"));
}
