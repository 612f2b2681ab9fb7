//! `siftd show` and overrides.

use snapbox::str;

use super::Desk;

const OVERRIDES: &str = "schema: overrides/1\noverrides:\n  - rule: test/breadcrumb\n    written_for: 3\n    why: a person looks first\n    \
                         until: 2020-12-31\n    set: {status: trial}\n";

#[test]
fn rules_are_listed() {
    let desk = Desk::with_rules(&[]);
    desk.siftd(&["show"]).assert().code(0).stdout_eq(str![[r#"
rule             version  status  action      title
test/advert      1        stable  quarantine  Advert
test/breadcrumb  3        stable  strip       Path of links above the text
test/shouting    1        trial   strip       Shouting

"#]]);
}

#[test]
fn a_rule_is_shown_as_written_and_as_it_runs() {
    let desk = Desk::with_rules(&[("rules/ours.yaml", OVERRIDES)]);
    desk.siftd(&["show"]).assert().code(0).stdout_eq(str![[r#"
rule               version  status  action      title
test/advert        1        stable  quarantine  Advert
test/breadcrumb *  3        trial   strip       Path of links above the text
test/shouting      1        trial   strip       Shouting

* changed by overrides: siftd show RULE --effective

"#]]);
    desk.siftd(&["show", "test/breadcrumb"]).assert().code(0).stdout_eq(str![[r#"
# test/breadcrumb, from rules/test.yaml:4
id: breadcrumb
version: 3
title: Path of links above the text
tags: [navigation]
match: {regex: {any: ['^Home(?: > /w+)+$']}}
action: strip
examples: [{text: 'Home > Garden', flags: [1]}, {text: 'Home is where the garden is.', flags: []}]
# changed by overrides: siftd show test/breadcrumb --effective

"#]]);
    desk.siftd(&["show", "test/breadcrumb", "--effective"]).assert().code(0).stdout_eq(str![[r#"
# test/breadcrumb, from rules/test.yaml:4
id: breadcrumb
version: 3
title: Path of links above the text
tags: [navigation]
match: {regex: {any: ['^Home(?: > /w+)+$']}}
action: strip
examples: [{text: 'Home > Garden', flags: [1]}, {text: 'Home is where the garden is.', flags: []}]
# rules/ours.yaml:7: a person looks first
status: trial
unit: line  # default
if_unknown: skip  # default

"#]]);
}

#[test]
fn a_rule_that_is_not_there_is_guessed() {
    let desk = Desk::with_rules(&[]);
    desk.siftd(&["show", "breadcrumb"]).assert().code(2).stderr_eq(str![[r#"
siftd: failed to show `breadcrumb`: there is no such rule; did you mean `test/breadcrumb`?

"#]]);
}

#[test]
fn an_override_that_was_to_end_is_a_warning() {
    let desk = Desk::with_rules(&[("rules/ours.yaml", OVERRIDES)]);
    desk.siftd(&["check"]).assert().code(0).stdout_eq(str![[r#"
warning[W020]: this override was to end on 2020-12-31
 --> rules/ours.yaml:6:12
  |
6 |     until: 2020-12-31
  |            ^^^^^^^^^^
  |
  = help: take it out, or give it a later date; until then it is in force

note[W008]: test/shouting: tried on every line, since no text is sure to stand where it matches
  --> rules/test.yaml:24:27
   |
24 |     match: {regex: {any: ['^[A-Z !]+$']}}
   |                           ^^^^^^^^^^^^
   |
   = help: limit the rule with `where`, or ask for a word or sign, if its patterns are slow

2 files, 3 rules: 0 errors, 1 warning, 1 note; examples are run by `siftd test`

"#]]);
    desk.siftd(&["check", "--strict"]).assert().code(1);
}

#[test]
fn overrides_of_shipped_packs_can_be_checked_by_themselves() {
    let rules = Desk::with(&[]).siftd(&["show"]).output().unwrap();
    let table = String::from_utf8(rules.stdout).unwrap();
    let id = table.lines().nth(1).unwrap().split(' ').next().unwrap().to_owned();
    let text = format!("schema: overrides/1\noverrides:\n  - {{rule: {id}, why: not here, set: {{status: off}}}}\n");
    let desk = Desk::with(&[("ours/off.yaml", &text)]);
    desk.siftd(&["check", "ours"]).assert().code(0);
    let shown = desk.siftd(&["show", &id, "--effective", "--rules", "ours"]).output().unwrap();
    let shown = String::from_utf8(shown.stdout).unwrap();
    assert!(shown.contains("# ours/off.yaml:3: not here\nstatus: off\n"), "{shown}");
}
