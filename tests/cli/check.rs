//! `siftd check`.

use serde_json::Value;
use snapbox::str;

use super::{Desk, RULES};

/// One error and one warning.
const BROKEN: &str =
    "schema: rules/1\npack: broken\nrules:\n  - id: a\n    match: {regex: {any: ['(Home|Start']}}\n    acton: strip\n";

#[test]
fn sound_rules_are_fine() {
    let desk = Desk::with_rules(&[]);
    desk.siftd(&["check"]).assert().code(0).stderr_eq(str![""]).stdout_eq(str![[r#"
note[W008]: test/shouting: tried on every line, since no text is sure to stand where it matches
  --> rules/test.yaml:24:27
   |
24 |     match: {regex: {any: ['^[A-Z !]+$']}}
   |                           ^^^^^^^^^^^^
   |
   = help: limit the rule with `where`, or ask for a word or sign, if its patterns are slow

1 file, 3 rules: 0 errors, 0 warnings, 1 note; examples are run by `siftd test`

"#]]);
}

#[test]
fn mistakes_are_drawn_and_counted() {
    let desk = Desk::with(&[("rules/broken.yaml", BROKEN), ("rules/test.yaml", RULES)]);
    desk.siftd(&["check", "rules"]).assert().code(1).stderr_eq(str![""]).stdout_eq(str![[r#"
error[R003]: invalid regular expression
 --> rules/broken.yaml:5:28
  |
5 |     match: {regex: {any: ['(Home|Start']}}
  |                            ^ unclosed group
  |
  = help: close it; a bracket that stands for itself is written with a backslash

error[R011]: a rule has no key `acton`
 --> rules/broken.yaml:6:5
  |
6 |     acton: strip
  |     ^^^^^
  |
  = help: did you mean `action`?

2 files: 2 errors, 0 warnings

"#]]);
}

#[test]
fn programs_get_mistakes_as_json_and_annotations() {
    let desk = Desk::with(&[("rules/broken.yaml", BROKEN)]);
    let output = desk.siftd(&["check", "--format", "json", "rules"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let codes: Vec<String> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap()["code"].as_str().unwrap().to_owned())
        .collect();
    assert!(codes.contains(&"R003".to_owned()) && codes.contains(&"R011".to_owned()), "{codes:?}");
    let output = desk.siftd(&["check", "--format", "github", "rules/broken.yaml"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("::error file=rules/broken.yaml,line=6,col=5,title=R011::"), "{text}");
}

#[test]
fn warnings_fail_only_when_asked_to() {
    let pack = "schema: rules/1\npack: bare\nrules:\n  - {id: a, match: {regex: {any: ['^Home']}}, action: strip}\n";
    let desk = Desk::with(&[("bare.yaml", pack)]);
    desk.siftd(&["check", "bare.yaml"]).assert().code(0);
    desk.siftd(&["check", "--strict", "bare.yaml"]).assert().code(1);
}

#[test]
fn rules_that_are_not_there_are_a_failure() {
    let desk = Desk::with(&[]);
    desk.siftd(&["check", "none"]).assert().code(2).stdout_eq(str![""]).stderr_eq(str![[r#"
siftd: failed to read rules from none: No such file or directory (os error 2)

"#]]);
}

#[test]
fn rules_with_errors_judge_nothing() {
    let desk = Desk::with_rules(&[("rules/broken.yaml", BROKEN), ("a.txt", "text\n")]);
    let output = desk.siftd(&["scan", "a.txt"]).output().unwrap();
    let told = String::from_utf8(output.stderr).unwrap();
    assert_eq!((output.status.code(), output.stdout.len()), (Some(2), 0));
    assert!(told.starts_with("error[R") && told.ends_with("\nsiftd: failed to use the rules\n"), "{told}");
    assert!(!told.contains("warning["), "{told}");
}

#[test]
fn warnings_can_be_switched_by_code() {
    let pack = "schema: rules/1\npack: bare\nrules:\n  - {id: a, match: {regex: {any: ['^Home']}}, action: strip}\n";
    let desk = Desk::with(&[("bare.yaml", pack)]);
    desk.siftd(&["check", "--strict", "--allow", "w001", "bare.yaml"]).assert().code(0).stdout_eq(str![[r#"
1 file, 1 rule: 0 errors, 0 warnings; examples are run by `siftd test`, packs of the same name found by `siftd check` without a path

"#]]);
    desk.siftd(&["check", "--deny", "W001,W003", "bare.yaml"]).assert().code(1).stdout_eq(str![[r#"
error[W001]: the rule has no example
 --> bare.yaml:4:10
  |
4 |   - {id: a, match: {regex: {any: ['^Home']}}, action: strip}
  |          ^
  |
  = help: add one that flags a line and one with `flags: []`

1 file, 1 rule: 1 error, 0 warnings

"#]]);
    desk.siftd(&["check", "--allow", "R003", "bare.yaml"]).assert().code(2).stderr_eq(str![[r#"
siftd: failed to take `--allow R003`: it is an error, and only warnings (W…) can be switched

"#]]);
    desk.siftd(&["check", "--deny", "W999", "bare.yaml"]).assert().code(2).stderr_eq(str![[r#"
siftd: failed to take `--deny W999`: there is no such code

"#]]);
    desk.siftd(&["check", "--deny", "W001", "--allow", "W001", "bare.yaml"]).assert().code(2).stderr_eq(str![[r#"
siftd: failed to take `--allow W001`: `--deny W001` is given, too

"#]]);
}

/// Sound, with advice of both kinds.
const ADVISED: &str = r"schema: rules/1
pack: advised
macros:
  sentence: {match: {regex: {any: ['[.!?]$', '。$']}}}
rules:
  - id: menu
    match:
      any:
        - regex: {any: ['^Menu$', '^Sitemap$']}
        - all: [{regex: {any: ['^\w+$']}}, {not: {use: sentence}}, {shape: {letters_at_most: 3}}]
    unless:
      - {name: table-of-contents, match: {regex: {any: ['\d$']}}}
    action: strip
    examples:
      - {text: 'Menu', flags: [1]}
      - {text: 'The menu is short.', flags: []}
";

#[test]
fn what_no_example_shows_is_a_warning_and_slow_patterns_are_a_note() {
    let desk = Desk::with(&[("advised.yaml", ADVISED)]);
    desk.siftd(&["check", "advised.yaml"]).assert().code(0).stderr_eq(str![""]).stdout_eq(str![[r#"
warning[W007]: the macro advised/sentence: no example shows 1 of its 2 parts
 --> advised.yaml:4:46
  |
4 |   sentence: {match: {regex: {any: ['[.!?]$', '。$']}}}
  |                                              ^^^^^ shown by no example
  |
  = help: add a line that it catches to an example; `siftd test --coverage` lists all of them

warning[W007]: advised/menu: no example shows 3 of its 5 parts
  --> advised.yaml:9:35
   |
 9 |         - regex: {any: ['^Menu$', '^Sitemap$']}
   |                                   ^^^^^^^^^^^ shown by no example
10 |         - all: [{regex: {any: ['^/w+$']}}, {not: {use: sentence}}, {shape: {letters_at_most: 3}}]
   |                                                                     ----- nor is this
11 |     unless:
12 |       - {name: table-of-contents, match: {regex: {any: ['/d$']}}}
   |                                                         ----- nor is this
   |
   = help: add a line that it catches to an example; `siftd test --coverage` lists all of them

note[W008]: advised/menu: tried on every line, since no text is sure to stand where it matches
  --> advised.yaml:10:32
   |
10 |         - all: [{regex: {any: ['^/w+$']}}, {not: {use: sentence}}, {shape: {letters_at_most: 3}}]
   |                                ^^^^^^^
   |
   = help: limit the rule with `where`, or ask for a word or sign, if its patterns are slow

1 file, 1 rule: 0 errors, 2 warnings, 1 note; examples are run by `siftd test`, packs of the same name found by `siftd check` without a path

"#]]);
    desk.siftd(&["check", "--strict", "advised.yaml"]).assert().code(1);
    desk.siftd(&["check", "--strict", "--allow", "W007", "advised.yaml"]).assert().code(0);
    desk.siftd(&["check", "--deny", "W008", "--allow", "W007", "advised.yaml"]).assert().code(1);
}

#[test]
fn programs_get_mistakes_as_sarif() {
    let desk = Desk::with(&[("rules/broken.yaml", BROKEN)]);
    let output = desk.siftd(&["check", "--format", "sarif", "rules"]).output().unwrap();
    assert_eq!(output.status.code(), Some(1));
    let log: Value = serde_json::from_slice(&output.stdout).unwrap();
    let results = log["runs"][0]["results"].as_array().unwrap();
    assert_eq!((&log["version"], results.len()), (&"2.1.0".into(), 2));
    assert_eq!(results[0]["locations"][0]["physicalLocation"]["region"]["startLine"], 5);
}

#[test]
fn overrides_are_checked_beside_the_packs_that_they_mean() {
    let overrides =
        "schema: overrides/1\noverrides:\n  - {rule: test/advert, why: watch it first, set: {status: trial}}\n";
    // Configured rules elsewhere, and an overrides file that is not among them.
    let desk = Desk::with_rules(&[("new/ours.yaml", overrides), ("new/notes.yaml", "a: [")]);
    desk.siftd(&["check", "--strict", "new/ours.yaml"]).assert().code(0);
    // A pack beside it, without a configuration; its own warnings are not asked for.
    let pack = RULES.replace("      - {text: 'Big news.', flags: []}\n", "");
    let desk =
        Desk::with(&[("siftd.yaml", "rules: {shipped: false}\n"), ("ours.yaml", overrides), ("pack.yaml", &pack)]);
    desk.siftd(&["check", "--strict", "ours.yaml"]).assert().code(0);
    let output = desk.siftd(&["check", "pack.yaml"]).output().unwrap();
    assert!(String::from_utf8(output.stdout).unwrap().contains("warning[W001]"));
}

#[test]
fn rules_are_checked_beside_the_packs_whose_lists_they_use() {
    let rule = |lists: &str| {
        format!(
            "schema: rules/1\npack: mine\nrules:\n  - id: gambling\n    match: {{words: {{lists: [{lists}]}}}}\n    action: strip\n    \
             examples:\n      - {{text: togel, flags: [1]}}\n      - {{text: 'A garden in spring.', flags: []}}\n"
        )
    };
    let mine = rule("house/games");
    let house = "schema: rules/1\npack: house\nlists:\n  games: {items: [togel]}\nrules: []\n";
    let desk = Desk::with(&[
        ("siftd.yaml", "rules: {shipped: false, folders: [rules]}\n"),
        ("rules/house.yaml", house),
        ("new/mine.yaml", &mine),
    ]);
    for verb in ["check", "test"] {
        desk.siftd(&[verb, "new"]).assert().code(0);
        desk.siftd(&[verb, "new/mine.yaml"]).assert().code(0);
    }
    // Those that siftd brings along, too.
    let desk = Desk::with(&[("mine.yaml", &rule("spam/gambling-zh, house/games"))]);
    let output = desk.siftd(&["check", "mine.yaml"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    assert!(text.contains("unknown list `house/games`") && !text.contains("`spam/gambling-zh`"), "{text}");
    assert!(text.contains("= help: define it under `lists:` of the pack `house`"), "{text}");
}

#[test]
fn the_cost_of_every_pattern_can_be_listed() {
    let desk = Desk::with_rules(&[]);
    let output = desk.siftd(&["check", "--cost"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let table: Vec<&str> = text.lines().skip_while(|line| !line.starts_with("steps/byte")).collect();
    assert!(table.len() >= 4 && table[1..4].iter().any(|row| row.contains("every line")), "{text}");
    let output = desk.siftd(&["check", "--cost", "--format", "json"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let costs: Vec<Value> = text
        .lines()
        .map(|line| serde_json::from_str::<Value>(line).unwrap())
        .filter(|object| object.get("cost").is_some())
        .collect();
    assert_eq!(costs.len(), 3);
    assert!(costs.iter().all(|cost| cost["steps_per_byte"].as_f64() >= Some(0.5)), "{costs:?}");
}

#[test]
fn topics_and_tags_that_a_site_does_not_have_are_told() {
    let rule = |id: &str, condition: &str| {
        format!(
            "  - id: {id}\n    unit: document\n    match: {{{condition}}}\n    action: annotate\n    examples: [{{text: \
             Apples., fires: false}}]\n"
        )
    };
    let mine = format!(
        "schema: rules/1\npack: mine\nrules:\n{}{}{}",
        rule("pears", "topic: {profile: pears, at_most: 0.1}"),
        rule("adverts", "flagged_share: {at_least: 0.5, tags: [advert]}"),
        rule("typo", "flagged_share: {at_least: 0.5, tags: [avdert]}")
    );
    let desk = Desk::with(&[("siftd.yaml", "rules: {folders: [rules]}\n"), ("rules/mine.yaml", &mine)]);
    let told = |paths: &[&str]| {
        let output = desk.siftd(&[&["check", "--allow", "W001,W007"], paths].concat()).output().unwrap();
        String::from_utf8(output.stdout).unwrap()
    };
    let site = told(&[]);
    assert!(site.contains("[W010]: mine/pears: no topic `pears` is configured"), "{site}");
    for told in [site, told(&["rules/mine.yaml"])] {
        assert!(told.contains("[W012]: mine/typo: no rule that strips lines (or more), and is neither on trial nor off, has the tag `avdert`"), "{told}");
        assert!(told.contains("did you mean `advert`?"), "{told}");
        assert!(!told.contains("mine/adverts"), "{told}");
    }
    // A pack of one's own in the place of a shipped one is not told that there are two of them.
    desk.write("spam.yaml", mine.replace("pack: mine", "pack: spam").as_bytes());
    let told = |path: &str| String::from_utf8(desk.siftd(&["check", path]).output().unwrap().stdout).unwrap();
    assert!(told("spam.yaml").contains("W012") && !told("spam.yaml").contains("R020"), "{}", told("spam.yaml"));
    // What their site has configured is not known.
    assert!(!told("rules/mine.yaml").contains("W010"));
}
