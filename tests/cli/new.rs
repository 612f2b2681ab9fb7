//! `siftd new rule`: from a line that should have been caught to a rule that holds.

use std::fs;

use snapbox::str;

use super::Desk;

const PAGE: &str = "\
Home > Garden

Pruning is best done in late winter, before the buds swell.
Page 3 of 12 -- it's \"more\"!
Remove dead wood first, then thin out crossing branches.
Page 4 of 12 -- it's \"more\"!
";

#[test]
fn a_rule_is_printed_as_a_pack_that_holds_at_once() {
    let desk = Desk::with(&[("page.txt", PAGE)]);
    let run = desk.siftd(&["new", "rule", "--from", "page.txt", "--line", "4"]).assert().code(0).stderr_eq(str![""]);
    let pack = run.get_output().stdout.clone();
    // Not by snapshot, which takes backslashes for separators.
    assert_eq!(
        String::from_utf8(pack.clone()).unwrap(),
        r#"schema: rules/1
pack: my-rules
rules:
  - id: page-3-of-12
    title: 'Line like: Page 3 of 12 -- it''s "more"!'
    # Made from page.txt, line 4. \d+ and [\d.,]+ stand for any number; .* takes anything, (?:this|that) one of several.
    match: {regex: {any: ['^\s*Page\s+\d+\s+of\s+\d+\s+--\s+it''s\s+"more"!\s*$']}}
    # strip leaves the line out; quarantine puts the whole file aside for a person.
    action: strip
    examples:
      - name: the line it was made from
        text: 'Page 3 of 12 -- it''s "more"!'
        flags: [1]
      - name: its neighbours stay
        text: |
          Home > Garden
          Pruning is best done in late winter, before the buds swell.
          Remove dead wood first, then thin out crossing branches.
        flags: []
"#
    );
    desk.write("rules/mine.yaml", &pack);
    desk.siftd(&["check", "--strict", "rules"]).assert().code(0);
    desk.siftd(&["test", "rules"]).assert().code(0);
}

#[test]
fn a_pack_that_is_not_in_use_is_made_and_said_to_be_so() {
    let desk = Desk::with(&[("page.txt", PAGE), ("siftd.yaml", "rules: {shipped: false}\n")]);
    let new = ["new", "rule", "--from", "page.txt", "--line", "4", "--pack", "own/rules/mine.yaml"];
    desk.siftd(&new).assert().code(0).stdout_eq(str![[r#"
added mine/[..] to own/rules/mine.yaml
Its pattern takes that line and little else: make it wider there, then run `siftd test own/rules/mine.yaml`.
It is not in use yet: add own/rules to `rules.folders` in siftd.yaml.

"#]]);
    desk.write("siftd.yaml", b"rules: {shipped: false, folders: [own/rules]}\n");
    let told = desk.siftd(&new).assert().code(0).get_output().stdout.clone();
    let told = String::from_utf8(told).unwrap();
    assert!(told.contains("\nThat line is flagged already, by mine/") && !told.contains("not in use"), "{told}");
    desk.siftd(&["check", "own/rules"]).assert().code(0);
}

#[test]
fn a_pack_takes_more_rules_and_keeps_what_stands_there() {
    let desk = Desk::with(&[("page.txt", PAGE), ("siftd.yaml", "rules: {shipped: false, folders: [rules]}\n")]);
    fs::create_dir(desk.path("rules")).unwrap();
    let new = ["new", "rule", "--from", "page.txt", "--pack", "rules/mine.yaml", "--line"];
    desk.siftd(&[&new[..], &["4", "--id", "pages"]].concat()).assert().code(0).stdout_eq(str![[r#"
added mine/pages to rules/mine.yaml
Its pattern takes that line and little else: make it wider there, then run `siftd test rules/mine.yaml`.

"#]]);
    let first = fs::read_to_string(desk.path("rules/mine.yaml")).unwrap();
    let commented = format!("# ours\n{first}\n# the end\nlists:\n  l: {{about: words, items: [one]}}\n");
    desk.write("rules/mine.yaml", commented.as_bytes());
    for id in ["home-garden", "home-garden-2"] {
        desk.siftd(&[&new[..], &["1"]].concat())
            .assert()
            .code(0)
            .stdout_eq(format!("added mine/{id} to rules/mine.yaml\n..."));
    }
    let now = fs::read_to_string(desk.path("rules/mine.yaml")).unwrap();
    assert!(now.starts_with(&format!("# ours\n{first}")), "{now}");
    assert!(now.ends_with("\n\n# the end\nlists:\n  l: {about: words, items: [one]}\n"), "{now}");
    desk.siftd(&["check"]).assert().code(0);
    desk.siftd(&["test"]).assert().code(0);
    let scan = desk.siftd(&["scan", "--format", "jsonl", "page.txt"]).output().unwrap();
    let scan: serde_json::Value = serde_json::from_slice(&scan.stdout).unwrap();
    let lines: Vec<_> = scan["findings"].as_array().unwrap().iter().map(|found| found["first_line"].clone()).collect();
    assert_eq!(lines, [1, 1, 4, 6]);
    assert_eq!(fs::read_dir(desk.path("rules")).unwrap().count(), 1);
}

#[test]
fn a_pack_that_needs_another_one_is_checked_beside_it() {
    let desk = Desk::with(&[
        ("page.txt", PAGE),
        ("siftd.yaml", "rules: {shipped: false, folders: [rules]}\n"),
        ("rules/lists.yaml", "schema: rules/1\npack: common\nlists: {l: {about: words, items: [one]}}\nrules: []\n"),
        (
            "rules/mine.yaml",
            "schema: rules/1\npack: mine\nrules:\n  - {id: a, match: {words: {lists: [common/l]}}, action: strip}\n",
        ),
    ]);
    let new = ["new", "rule", "--from", "page.txt", "--line", "1", "--pack", "./rules/mine.yaml"];
    desk.siftd(&new).assert().code(0);
    desk.siftd(&["check"]).assert().code(0);
}

#[test]
fn what_cannot_be_done_changes_nothing() {
    let flow = "schema: rules/1\npack: mine\nrules: [{id: a, match: {regex: {any: [b]}}, action: strip}]\n";
    let desk = Desk::with(&[
        ("page.txt", PAGE),
        ("flow.yaml", flow),
        ("broken.yaml", "schema: rules/1\npack: mine\nrules:\n  - id: a\n"),
        ("mine.yaml", "schema: rules/1\npack: mine\nrules:\n  - {id: a, match: {regex: {any: [b]}}, action: strip}\n"),
        ("none.txt", "a\0\0\0\0b"),
    ]);
    let failed = |from: &str, line: &str, rest: &[&str]| {
        let run = desk.siftd(&[&["new", "rule", "--from", from, "--line", line], rest].concat()).assert().code(2);
        String::from_utf8(run.stdout_eq("").get_output().stderr.clone()).unwrap()
    };
    assert_eq!(
        failed("page.txt", "2", &[]),
        "siftd: failed to make a rule from line 2 of page.txt: the line is blank\n"
    );
    assert_eq!(
        failed("page.txt", "0", &[]),
        "siftd: failed to make a rule from line 0 of page.txt: lines count from 1\n"
    );
    assert_eq!(failed("page.txt", "9", &[]), "siftd: failed to make a rule from line 9 of page.txt: it has 6 lines\n");
    desk.write("line.txt", b"Subscribe to our newsletter\n");
    assert_eq!(failed("line.txt", "2", &[]), "siftd: failed to make a rule from line 2 of line.txt: it has 1 line\n");
    assert_eq!(failed("none.txt", "1", &[]), "siftd: failed to make a rule from none.txt: it is no text\n");
    assert!(failed("gone.txt", "1", &[]).starts_with("siftd: failed to read gone.txt: No such file"));
    assert_eq!(
        failed("page.txt", "1", &["--pack", "flow.yaml"]),
        "siftd: failed to add a rule to flow.yaml: its rules are not written as a list with one `- ` a rule; without --pack \
         the rule is printed\n"
    );
    assert!(failed("page.txt", "1", &["--pack", "broken.yaml"]).ends_with("siftd: failed to use the rules\n"));
    let twice = failed("page.txt", "1", &["--pack", "mine.yaml", "--id", "a"]);
    assert!(twice.ends_with("siftd: failed to write the rule mine/a; nothing was changed\n"), "{twice}");
    assert!(failed("page.txt", "1", &["--id", "Not An Id"]).contains("nothing was changed"));
    assert_eq!(fs::read_to_string(desk.path("flow.yaml")).unwrap(), flow);
}
