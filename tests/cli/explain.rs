//! `siftd explain`.

use serde_json::{Value, json};
use snapbox::str;

use super::{ADVERT, Desk, NAVIGATION};

#[test]
fn a_code_has_a_page() {
    let desk = Desk::with(&[]);
    let output = desk.siftd(&["explain", "r003"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.starts_with("R003: A regular expression is invalid\n\n"), "{text}");
    assert!(text.contains("\nWrong:\n\n    ") && text.contains("\nRight:\n\n    "), "{text}");
}

#[test]
fn a_rule_on_a_line_says_why_and_why_not() {
    let desk = Desk::with_rules(&[("a.txt", ADVERT)]);
    desk.siftd(&["explain", "a.txt", "--rule", "test/advert", "--line", "1"]).assert().code(0).stdout_eq(str![[r#"
test/advert (version 1), line 1: fires
        true  match
        true    regex
        true      (?i)buy cheap (/w+)  matched=Buy cheap watches
to stay silent: `regex`: none of its patterns matches (it matches “Buy cheap watches”)

"#]]);
    desk.siftd(&["explain", "a.txt", "--rule", "test/breadcrumb"]).assert().code(0).stdout_eq(str![[r#"
test/breadcrumb, line 1: does not fire: its condition says no
test/breadcrumb, line 3: does not fire: its condition says no

"#]]);
    desk.siftd(&["explain", "a.txt", "--line", "1"]).assert().code(0).stdout_eq(str![[r#"
test/advert (version 1), line 1: fires
        true  match
        true    regex
        true      (?i)buy cheap (/w+)  matched=Buy cheap watches
to stay silent: `regex`: none of its patterns matches (it matches “Buy cheap watches”)
test/breadcrumb: does not fire: its condition says no
test/shouting: does not fire: its condition says no

"#]]);
}

#[test]
fn of_many_lines_the_flagged_ones_are_told() {
    let mut text = "A line of plain prose.\n".repeat(1_500);
    text.push_str("Home > Gardens > Trees\n\nThe end.\n");
    let desk = Desk::with_rules(&[("a.txt", &text)]);
    let output = desk.siftd(&["explain", "a.txt", "--rule", "test/breadcrumb"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("\ntest/breadcrumb (version 3), line 1501: fires\n"), "{text}");
    assert!(text.contains("test/breadcrumb, line 999: does not fire"));
    assert!(!text.contains("line 1000:"));
    assert!(text.ends_with("\nand 502 more lines; --line N explains one\n"), "{text}");
}

#[test]
fn a_document_has_facts_and_arithmetic() {
    let desk = Desk::with_rules(&[("a.txt", NAVIGATION)]);
    let output = desk.siftd(&["explain", "a.txt"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    for expected in [
        "a.txt: strip 1 of 3 lines",
        "\nencoding   utf-8\n",
        "\nlines      3, of which 2 are not blank\n",
        "\nletters    Latin 69\n",
        "\nscore      0 (quarantined from 5)\n",
        "\nstripping  14 of 69 letters, 0.203 (quarantined above 0.5)\n      14   test/breadcrumb, on 1 line\n",
        "\nverdict    strip: test/breadcrumb\n",
        "\n  word_length_mean ",
    ] {
        assert!(text.contains(expected), "{expected:?} is not in {text}");
    }
}

#[test]
fn programs_get_every_figure() {
    let desk = Desk::with_rules(&[("a.txt", NAVIGATION)]);
    let output = desk.siftd(&["explain", "a.txt", "--format", "json"]).output().unwrap();
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(
        (&told["path"], &told["verdict"], &told["encoding"]),
        (&json!("a.txt"), &json!("strip"), &json!("utf-8"))
    );
    assert_eq!(told["findings"][0]["rule"], "test/breadcrumb");
    let facts = &told["facts"];
    assert_eq!((&facts["letters"], &facts["scripts"]), (&json!(69), &json!({"Latin": 69})));
    assert_eq!(facts["metrics"]["long_line_count"], 0.0);
    assert_eq!(facts["metrics"]["duplicate_line_share"], 0.0);
    assert_eq!(
        facts["arithmetic"],
        json!({"points": [], "score": 0, "quarantine_at": 5, "strip_share": 0.202_898_551, "strip_share_at_most": 0.5})
    );
    // The same object as a line of a scan.
    let scanned = desk.siftd(&["scan", "--format", "jsonl", "--metrics", "a.txt"]).output().unwrap();
    assert_eq!(scanned.stdout, output.stdout);
}

#[test]
fn figures_of_what_is_no_text_are_null() {
    let desk = Desk::with_rules(&[("a.txt", "\u{0}\u{0}\u{1}\u{0}")]);
    let output = desk.siftd(&["explain", "a.txt", "--format", "json"]).output().unwrap();
    let told: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&told["verdict"], &told["facts"]["letters"]), (&json!("reject"), &Value::Null));
    assert!(told["facts"]["metrics"].as_object().unwrap().values().all(Value::is_null));
    assert_eq!(told["facts"]["arithmetic"]["strip_share"], Value::Null);
}

#[test]
fn the_arithmetic_names_every_rule_and_counts_a_line_once() {
    let pack = r"schema: rules/1
pack: more
rules:
  - {id: home, match: {regex: {any: ['^Home > ']}}, action: strip, score: {level: strong}}
  - {id: log, match: {regex: {any: ['Log$']}}, score: {level: decisive}}
  - {id: office, match: {regex: {any: ['office']}}, action: annotate}
";
    let desk = Desk::with_rules(&[("a.txt", NAVIGATION), ("rules/more.yaml", pack)]);
    let output = desk.siftd(&["explain", "a.txt"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let arithmetic = text.split_once("\nscore").unwrap().1.split_once("\nmetrics").unwrap().0;
    assert_eq!(
        arithmetic,
        "      8 (quarantined from 5)
       3   more/home, strong
       5   more/log, decisive
stripping  14 of 69 letters, 0.203 (quarantined above 0.5)
      14   more/home, on 1 line
      14   test/breadcrumb, on 1 line
     -14   counted once, though several rules flag them
verdict    quarantine: siftd/score"
    );
}

#[test]
fn what_is_not_there_is_named() {
    let desk = Desk::with_rules(&[("a.txt", NAVIGATION)]);
    let told = |arguments: &[&str]| {
        let output = desk.siftd(arguments).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{arguments:?}");
        String::from_utf8(output.stderr).unwrap()
    };
    assert_eq!(told(&["explain", "b.txt"]), "siftd: failed to explain b.txt: No such file or directory (os error 2)\n");
    assert_eq!(
        told(&["explain", "a.txt", "--rule", "test/none"]),
        "siftd: failed to explain a.txt: there is no rule `test/none`\n"
    );
    assert_eq!(
        told(&["explain", "a.txt", "--line", "9"]),
        "siftd: failed to explain a.txt, line 9: it has the lines 1 to 3\n"
    );
}

#[test]
fn a_rule_tells_why_there_is_such_a_rule_and_why_an_exception_spares_a_line() {
    let pack = "schema: rules/1\npack: forum\nrules:\n  - id: path\n    why: |\n      Forums print it above\n      each post.\n    \
                refs: ['https://example.org/paths']\n    match: {regex: {any: ['^Home > ']}}\n    unless:\n      - {name: \
                recipe, why: \"a dish, \\e[1mnot\\e[0m a path\", match: {regex: {any: [Soup]}}}\n    action: strip\n";
    let desk = Desk::with(&[
        ("siftd.yaml", "rules: {shipped: false, folders: [rules]}\n"),
        ("rules/forum.yaml", pack),
        ("a.txt", "Home > Garden\nHome > Soup\n"),
    ]);
    let line = desk.siftd(&["explain", "a.txt", "--line", "1"]).output().unwrap();
    let told = String::from_utf8(line.stdout).unwrap();
    let purpose = "\n           why: Forums print it above each post.\n           see: https://example.org/paths\n";
    assert!(told.ends_with(purpose), "{told}");
    let rule = desk.siftd(&["explain", "a.txt", "--rule", "forum/path"]).output().unwrap();
    let told = String::from_utf8(rule.stdout).unwrap();
    assert_eq!(told.matches("why: Forums").count(), 1, "{told}");
    let spared =
        "\nforum/path, line 2: does not fire: its exception recipe applies (a dish, \\u{1b}[1mnot\\u{1b}[0m a path)\n";
    assert!(told.contains(spared), "{told}");
}
