//! Examples and explanations.

use super::build::*;
use crate::engine::{
    judge::{Got, Outcome, Reached, Step, Truth, explain, run_examples},
    rules::{Alone, File, Settings, Snapshot, load, model::*},
};

fn example(text: &str, expect: Expect) -> Example {
    Example {
        name: None,
        place: NOWHERE,
        given: english(),
        text: text.to_owned(),
        expect,
        expect_place: NOWHERE,
        known_gap: false,
    }
}

#[test]
fn examples_of_lines_are_compared_line_by_line() {
    let flags = |lines: &[u32]| Expect::Flags(lines.to_vec());
    let text = "Home > News\n\nText.\nHome > Art\n";
    let gap = |expect| Example { known_gap: true, ..example(text, expect) };
    let examples = vec![
        example(text, flags(&[4, 1])),
        example(text, flags(&[1, 3])),
        example(text, flags(&[1, 2, 4])),
        gap(flags(&[3])),
        gap(flags(&[1, 4])),
        example(text, flags(&[1, 4, 9])),
        example("\n", flags(&[])),
    ];
    let rule = Rule { examples, status: Status::Off, ..line_rule(regex(&["^Home >"])) };
    let other = Rule { id: at("t/other".into()), ..line_rule(regex(&["Text"])) };
    let results = run_examples(&set(vec![other, rule]), &Alone, |_| true);
    let outcomes: Vec<Outcome> = results.iter().map(|result| result.outcome).collect();
    use Outcome::{Failed, GapClosed, KnownGap, Passed};
    assert_eq!(outcomes, [Passed, Failed, Passed, KnownGap, GapClosed, Failed, Failed]);
    assert_eq!(results[1].got, Got::Flags(vec![1, 4]));
    let lines: Vec<_> = results[1].why.iter().map(|why| (why.line, why.fires)).collect();
    assert_eq!(lines, [(Some(3), false), (Some(4), true)]);
    assert_eq!(results[6].got, Got::NoText);
}

#[test]
fn examples_of_documents_fire_or_stay_silent_also_after_the_others() {
    let bounds = Bounds { at_least: Some(0.5), at_most: None };
    let share = document_rule(Polarity::Match, DocumentTest::FlaggedShare { tags: Vec::new(), bounds });
    let examples = vec![example("junk\nok", Expect::Fires(true)), example("junk\nfine text", Expect::Fires(false))];
    let rules = set(vec![Rule { examples, ..share }, Rule { id: at("t/junk".into()), ..line_rule(regex(&["junk"])) }]);
    assert!(run_examples(&rules, &Alone, |_| true).iter().all(|result| result.outcome == Outcome::Passed));
}

#[test]
fn examples_of_the_pack_do_not_bind_a_changed_rule_and_those_of_the_override_do() {
    let pack = "schema: rules/1\npack: mine\nrules:\n  - id: menu\n    match: {regex: {any: ['^Home >']}}\n    action: strip\n    \
                examples: [{text: Home > Trees, flags: [1]}, {text: Homes, flags: []}]\n";
    let outcomes = |overrides: Option<String>| -> Vec<Outcome> {
        let mut library = Snapshot::of_pack("rules/pack.yaml", pack);
        library.packs.extend(overrides.map(|text| File::new("rules/site.yaml", text)));
        let rules = load(&library, &Settings::default()).rules.unwrap();
        run_examples(&rules, &Alone, |_| true).iter().map(|result| result.outcome).collect()
    };
    let add = |flags: &str| {
        Some(format!(
            "schema: overrides/1\noverrides:\n- rule: mine/menu\n  why: ours\n  add_unless: [{{name: trees, match: {{regex: \
             {{any: [Trees]}}}}}}]\n  add_examples: [{{text: Home > Trees, flags: {flags}}}]\n"
        ))
    };
    assert_eq!(outcomes(None), [Outcome::Passed, Outcome::Passed]);
    assert_eq!(outcomes(add("[]")), [Outcome::KnownGap, Outcome::Passed, Outcome::Passed]);
    assert_eq!(outcomes(add("[1]")), [Outcome::KnownGap, Outcome::Passed, Outcome::Failed]);
}

fn shown(steps: &[Step], depth: usize) -> String {
    let line = |step: &Step| {
        let mark = match step.reached {
            Reached::No => "-",
            Reached::Yes(Truth::True) => "yes",
            Reached::Yes(Truth::False) => "no",
            Reached::Yes(Truth::Unknown) => "?",
        };
        let indent = "  ".repeat(depth);
        format!("{indent}{} {mark}\n{}", step.label, shown(&step.steps, depth + 1))
    };
    steps.iter().map(line).collect()
}

#[test]
fn an_explanation_shows_every_part_of_the_rule() {
    let logic = Logic::Any(vec![
        Logic::All(vec![shape(Measure::Letters, None, Some(3.0)), regex(&["x"])]),
        regex(&["^Home", "^Start", "^Main"]),
        words("t/list", &["news"]),
    ]);
    let exception = Exception { name: "recipe".into(), why: None, matcher: ExceptionMatcher::Line(regex(&["soup"])) };
    let region = Region { part: Part::Head, lines: Some(2), ..Region::default() };
    let rules = set(vec![Rule { region, unless: vec![exception], ..line_rule(logic) }]);
    let document = document("Start > News\nStart > soup\nStart > Art");
    let explained = |line| explain(&rules, &document, &english(), "t/rule", Some(line)).unwrap();
    let first = explained(1);
    assert!(first.fires);
    let tree = "region head yes\nmatch yes\n  any yes\n    all no\n      shape no\n      regex -\n    regex yes\n      \
                ^Home no\n      ^Start yes\n      ^Main -\n    words -\nunless recipe no\n  regex no\n    soup no\n";
    assert_eq!(shown(&first.steps, 0), tree);
    let second = explained(2);
    assert_eq!((second.fires, &*second.conclusion), (false, "does not fire: its exception recipe applies"));
    let third = explained(3);
    assert_eq!((third.fires, &*third.conclusion), (false, "does not fire: the line is outside the region head"));
    assert!(explain(&rules, &document, &english(), "t/rule", Some(4)).is_none());
    assert!(explain(&rules, &document, &english(), "t/none", Some(1)).is_none());
}

#[test]
fn an_explanation_says_what_was_missing() {
    let rules = set(vec![line_rule(foreign_script(40))]);
    let explained = explain(&rules, &document("too short\nhere"), &english(), "t/rule", Some(1)).unwrap();
    assert_eq!(explained.conclusion, "not evaluated: 8 letters, needs 40");
}

#[test]
fn letters_that_are_weighed_are_told_from_letters() {
    let test = LineLanguageTest {
        is: vec![crate::engine::language::Tag::named("en").unwrap()],
        not: Vec::new(),
        differs_from_document: false,
        confidence_at_least: 0.5,
        letters_at_least: 40,
    };
    let rules = set(vec![line_rule(is(LineTest::Language(test)))]);
    let explained = |text| explain(&rules, &document(text), &english(), "t/rule", Some(1)).unwrap();
    let chinese = explained("修剪梨树");
    assert_eq!(chinese.conclusion, "not evaluated: 4 letters, which weigh as much as 12, needs 40");
    assert_eq!(chinese.nearest, ["`language`: weighed_letters 12, needs 40: 28 more"]);
    assert_eq!(explained("too short").conclusion, "not evaluated: 8 letters, needs 40");
}

#[test]
fn a_region_that_grew_says_by_what() {
    let until = Some(Logic::Use("text".into(), std::sync::Arc::new(regex(&[r"\.$"]))));
    let region = Region { part: Part::Tail, share: Some(0.5), until, until_share: Some(0.9), ..Region::default() };
    let rules = set(vec![Rule { region, ..line_rule(regex(&["junk"])) }]);
    let grown = |text: &str| {
        let explained = explain(&rules, &document(text), &english(), "t/rule", Some(4)).unwrap();
        explained.steps[0].evidence.get("until_share").and_then(serde_json::Value::as_f64)
    };
    assert_eq!(grown("A sentence.\njunk\njunk\njunk\njunk"), Some(0.9));
    assert_eq!(grown("junk\njunk\nA sentence.\njunk"), None, "smaller than its share");
    assert_eq!(grown("junk\njunk\njunk\njunk"), None, "nothing ended it");
}

#[test]
fn a_line_inside_a_block_is_explained_by_the_line_that_begins_it() {
    let section = SectionTest { ends_before: Some(regex(&[r"\.$"])), ..section(regex(&["^Related"])) };
    let rules = set(vec![rule("t/rule", Matcher::Section(section))]);
    let document = document("Text.\nRelated\nTen shears\nText.\n");
    let explained = |line| explain(&rules, &document, &english(), "t/rule", Some(line)).unwrap();
    assert!(explained(3).fires && explained(2).fires);
    assert!(!explained(1).fires && !explained(4).fires);
    assert_eq!(shown(&explained(3).steps, 0), "starts yes\n  regex yes\n    ^Related yes\nblock yes\n");
}

#[test]
fn a_blank_line_belongs_to_the_block_around_it() {
    let section = SectionTest { ends_before: Some(regex(&[r"\.$"])), ..section(regex(&["^Related"])) };
    let rules = set(vec![rule("t/rule", Matcher::Section(section))]);
    let document = document("Text.\n\nRelated\n\nTen shears\n\nText.\n");
    let explained = |line| explain(&rules, &document, &english(), "t/rule", Some(line)).unwrap();
    assert_eq!([2, 3, 4, 5, 6].map(|line| explained(line).fires), [false, true, true, true, false]);
    assert_eq!(explained(4).conclusion, "fires");
    assert_eq!(explained(6).conclusion, "does not fire: the line is blank, and rules look at no blank lines");
}

#[test]
fn an_example_too_short_for_a_language_is_told_how_to_take_one_for_granted() {
    let pack = |given: &str, more: &str| {
        format!(
            "schema: rules/1\npack: mine\nrules:\n  - id: menu\n    when: {{language: {{in: [de, en]}}{more}}}\n    match: {{regex: \
             {{any: [Home]}}}}\n    action: strip\n    examples:\n      - {{text: Home{given}, flags: [1]}}\n"
        )
    };
    let nearest = |given, more| {
        let library = Snapshot::of_pack("mine.yaml", &pack(given, more));
        let rules = load(&library, &Settings::default()).rules.unwrap();
        run_examples(&rules, &Alone, |_| true)[0].why.iter().flat_map(|why| why.nearest.clone()).collect::<Vec<_>>()
    };
    let way_out = "the language can be told, or the example takes it for granted: `given: {language: de}`";
    assert_eq!(nearest("", "").last().unwrap(), way_out);
    assert!(nearest(", given: {language: de}", "").is_empty(), "it holds");
    let other = nearest(", given: {language: de}", ", lines: {at_least: 9}");
    assert!(!other.is_empty() && !other.iter().any(|change| change == way_out), "{other:?}");
}
