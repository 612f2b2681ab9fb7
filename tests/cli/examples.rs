//! `siftd test`.

use std::{
    io::{BufRead, BufReader},
    process::{Command, Stdio},
};

use serde_json::Value;
use snapbox::str;

use super::{Desk, RULES};

/// Two examples that do not hold.
const FAILING: &str = r"schema: rules/1
pack: failing
rules:
  - id: sign-up
    match: {regex: {any: ['^Sign up']}}
    action: strip
    examples:
      - name: two of three
        text: |
          Sign up now

          Sign up later
          The tree stands.
        flags: [1, 4]
      - {text: 'Signs', flags: []}
  - id: words
    unit: document
    require: {metric: {name: word_length_mean, at_least: 3.0, at_most: 10.0}}
    action: quarantine
    examples:
      - {text: 'a b c d', fires: false}
";

#[test]
fn examples_that_hold_are_counted() {
    let desk = Desk::with_rules(&[]);
    desk.siftd(&["test"]).assert().code(0).stderr_eq(str![""]).stdout_eq(str![[r#"
6 examples: 6 hold, 0 fail

"#]]);
    desk.siftd(&["test", "--rule", "test/advert", "rules/test.yaml"]).assert().code(0).stdout_eq(str![[r#"
2 examples: 2 hold, 0 fail

"#]]);
}

#[test]
fn examples_that_fail_are_shown_line_by_line() {
    let desk = Desk::with(&[("failing.yaml", FAILING)]);
    desk.siftd(&["test", "failing.yaml"]).assert().code(1).stderr_eq(str![""]).stdout_eq(str![[r#"
failing/sign-up, example 1 (two of three): fails
  --> failing.yaml:8:9
   wanted  got
     flag  flag    1 | Sign up now
     -     -       2 |
     -     flag    3 | Sign up later
     flag  -       4 | The tree stands.
failing/sign-up (version 1), line 3: fires
        true  match
        true    regex
        true      ^Sign up  matched=Sign up
to stay silent: `regex`: none of its patterns matches (it matches “Sign up”)
failing/sign-up (version 1), line 4: does not fire: its condition says no
       false  match
       false    regex
       false      ^Sign up
       to fire: `regex`: one of its patterns matches

failing/words, example 1: fails
  --> failing.yaml:21:10
   wanted that it stays silent, got that it fires
failing/words (version 1): fires
       false  require
       false    metric  word_length_mean=1 word_length_mean_at_least=3 word_length_mean_at_most=10
to stay silent: `metric`: word_length_mean 1, needs 3: 2 more

3 examples: 1 hold, 2 fail

"#]]);
}

#[test]
fn programs_get_examples_as_json() {
    let desk = Desk::with(&[("failing.yaml", FAILING)]);
    let output = desk.siftd(&["test", "--format", "json", "failing.yaml"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let first: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!(text.lines().count(), 3);
    assert_eq!((&first["outcome"], &first["line"]), (&"failed".into(), &8.into()));
}

#[test]
fn a_rule_that_is_not_there_is_a_failure() {
    let desk = Desk::with_rules(&[]);
    desk.siftd(&["test", "--rule", "test/none"]).assert().code(2).stderr_eq(str![[r#"
siftd: failed to test `test/none`: there is no such rule

"#]]);
}

#[test]
fn lines_that_fail_for_one_reason_are_explained_once() {
    let pack = r#"schema: rules/1
pack: same
rules:
  - id: menu
    match: {regex: {any: ['^One$', '^Two$', '^Three$', '^Four$', '^Five$', '^Six$']}}
    action: strip
    examples:
      - {text: "a\nb\nc\nSix", flags: [1, 2, 3]}
"#;
    let desk = Desk::with(&[("same.yaml", pack)]);
    desk.siftd(&["test", "same.yaml"]).assert().code(1).stdout_eq(str![[r#"
same/menu, example 1: fails
  --> same.yaml:8:10
   wanted  got
     flag  -       1 | a
     flag  -       2 | b
     flag  -       3 | c
     -     flag    4 | Six
same/menu (version 1), lines 1, 2 and 3: does not fire: its condition says no
       false  match
       false    regex
       false      ^One$
       false      ^Two$
       false      ^Three$
                  and 3 more patterns
       to fire: `regex`: one of its patterns matches
same/menu (version 1), line 4: fires
        true  match
        true    regex
       false      ^One$
       false      ^Two$
       false      ^Three$
        true      ^Six$  matched=Six
                  and 2 more patterns
to stay silent: `regex`: none of its patterns matches (it matches “Six”)

1 example: 0 hold, 1 fail

"#]]);
}

#[test]
fn coverage_lists_what_no_example_shows() {
    let pack = r"schema: rules/1
pack: half
macros:
  sentence: {match: {regex: {any: ['[.!?]$', '。$']}}}
rules:
  - id: menu
    match: {all: [{regex: {any: ['^Menu', '^Sitemap']}}, {not: {use: sentence}}]}
    unless:
      - {name: contents, match: {regex: {any: ['\d$']}}}
    action: strip
    examples:
      - {text: 'Menu', flags: [1]}
      - {text: 'Menus are short.', flags: []}
  - id: prose
    match: {use: sentence}
    action: annotate
    examples:
      - {text: '雨。', flags: [1]}
      - {text: '雨', flags: []}
";
    let desk = Desk::with(&[("half.yaml", pack)]);
    desk.siftd(&["test", "--coverage", "half.yaml"]).assert().code(0).stderr_eq(str![""]).stdout_eq(str![[r#"
4 examples: 4 hold, 0 fail

half/menu: 1 of 3 parts are shown by an example; not so
  half.yaml:7:43  ^Sitemap
  half.yaml:9:48  /d$

coverage: 3 of 5 parts (patterns, conditions, exceptions, lists) are shown by an example

"#]]);
    let output = desk.siftd(&["test", "--coverage", "--format", "json", "half.yaml"]).output().unwrap();
    let text = String::from_utf8(output.stdout).unwrap();
    let last: Value = serde_json::from_str(text.lines().last().unwrap()).unwrap();
    assert_eq!((&last["coverage"], &last["parts"][0]["examples"]), (&"half/menu".into(), &2.into()));
}

/// Every way to write what must happen, each wrong.
const LAYOUTS: &str = "schema: rules/1\r
pack: own # mine
rules:
  - id: menu
    match: {regex: {any: ['^Menu']}}   # a pattern
    action: strip
    examples:
      - text: Menu
        flags: [ ]   # none
      - {text: \"Menu\\nMenu\", flags: [2]}
      - text: |
          Menu

          Menu
        flags:
          - 3
        # after
      - text: Menu
        flags: [ # which
          ]
      - {text: Sitemap, flags: [1], known_gap: true}
  - id: short
    unit: document
    match: {metric: {name: word_count, at_most: 2}}
    action: quarantine
    examples:
      - {fires: false, text: One word}";

#[test]
fn examples_are_blessed_and_nothing_else_is_touched() {
    let desk = Desk::with(&[("own.yaml", LAYOUTS)]);
    desk.siftd(&["test", "--bless", "own.yaml"]).assert().code(1).stderr_eq(str![""]).stdout_eq(str![[r#"
own.yaml:8:9: own/menu, example 1: [ ] -> [1]
own.yaml:10:10: own/menu, example 2: [2] -> [1, 2]
own.yaml:11:9: own/menu, example 3: - 3 -> [1, 3]
own.yaml:18:9: own/menu, example 4: left as it is: there is a comment inside of its list of lines
own.yaml:27:10: own/short, example 1: false -> true

own/menu, example 4: fails
  --> own.yaml:17:9
   wanted  got
     -     flag    1 | Menu
own/menu (version 1), line 1: fires
        true  match
        true    regex
        true      ^Menu  matched=Menu
to stay silent: `regex`: none of its patterns matches (it matches “Menu”)

6 examples: 4 hold, 1 fail, 1 known not to hold

"#]]);
    let wanted = LAYOUTS
        .replace("flags: [ ]   # none", "flags: [1]   # none")
        .replace("flags: [2]", "flags: [1, 2]")
        .replace("flags:\n          - 3\n        # after", "flags: [1, 3]\n        # after")
        .replace("fires: false", "fires: true");
    assert_eq!(std::fs::read_to_string(desk.path("own.yaml")).unwrap(), wanted);
}

#[test]
fn examples_are_run_again_on_every_save() {
    let desk = Desk::with_rules(&[]);
    let mut child = Command::new(env!("CARGO_BIN_EXE_siftd"))
        .args(["test", "--watch"])
        .current_dir(desk.path(""))
        .env_clear()
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn()
        .unwrap();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let first = lines.next().unwrap().unwrap();
    desk.write("rules/broken.yaml", b"schema: rules/1\npack: [");
    desk.write("rules/broken.yaml", b"");
    std::fs::remove_file(desk.path("rules/broken.yaml")).unwrap();
    desk.write("rules/test.yaml", RULES.replace("'Big news.', flags: []", "'Big news.', flags: [1]").as_bytes());
    let second = lines.next().unwrap().unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert_eq!((&*first, &*second), ("6 examples: 6 hold, 0 fail", "test/shouting, example 2: fails"));
}

#[test]
fn white_space_at_the_end_of_a_line_is_seen() {
    let pack = "schema: rules/1\npack: forum\nrules:\n  - id: posts\n    match: {regex: {any: ['^Posts: \\d+$']}}\n    action: \
                strip\n    examples:\n      - {text: \"Posts: 12 \\t\\nHello.\", flags: [1]}\n";
    let desk = Desk::with(&[("forum.yaml", pack)]);
    let output = desk.siftd(&["test", "forum.yaml"]).output().unwrap();
    let told = String::from_utf8(output.stdout).unwrap();
    assert!(told.contains("     flag  -       1 | Posts: 12␣␣\n     -     -       2 | Hello.\n"), "{told}");
}
