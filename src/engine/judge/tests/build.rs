//! Rules made by hand.

use std::sync::Arc;

use crate::engine::{
    diagnostic::{Place, Sources},
    judge::Judgement,
    language::Code,
    rules::{RuleSet, Settings, model::*, set::Studies},
    text::Document,
};

pub(super) const NOWHERE: Place = Place { source: 0, start: 0, end: 0 };

pub(super) fn at<T>(value: T) -> At<T> {
    At { value, place: NOWHERE }
}

pub(super) fn is<T>(test: T) -> Logic<T> {
    Logic::Is(at(test))
}

pub(super) fn regex(patterns: &[&str]) -> Logic<LineTest> {
    is(LineTest::Regex(patterns.iter().map(|pattern| at((*pattern).to_owned())).collect()))
}

pub(super) fn list(name: &str, items: &[(Option<&str>, &str)]) -> Arc<List> {
    let item = |&(language, text): &(Option<&str>, &str)| Item {
        text: text.into(),
        language: language.map(|code| Code::named(code).unwrap()),
        place: NOWHERE,
    };
    Arc::new(List { name: name.into(), items: items.iter().map(item).collect() })
}

pub(super) fn words_test(name: &str, items: &[&str]) -> WordsTest {
    let items: Vec<_> = items.iter().map(|item| (None, *item)).collect();
    WordsTest {
        lists: vec![list(name, &items)],
        at_least: 1,
        foreign: false,
        whole_line: false,
        in_lines_at_most: None,
        starts_line: false,
        share_at_least: None,
    }
}

pub(super) fn words(name: &str, items: &[&str]) -> Logic<LineTest> {
    is(LineTest::Words(words_test(name, items)))
}

pub(super) fn shape(measure: Measure, at_least: Option<f64>, at_most: Option<f64>) -> Logic<LineTest> {
    is(LineTest::Shape(ShapeTest { bounds: vec![(measure, Bounds { at_least, at_most })], sentence_end: None }))
}

pub(super) fn foreign_script(letters_at_least: u32) -> Logic<LineTest> {
    is(LineTest::Script(LineScriptTest {
        is: Vec::new(),
        differs_from_document: true,
        letters_at_least,
        share_at_least: None,
        elsewhere_share_at_most: None,
    }))
}

pub(super) fn rule(id: &str, matcher: Matcher) -> Rule {
    Rule {
        id: at(id.into()),
        version: 1,
        title: None,
        why: None,
        tags: std::sync::Arc::default(),
        refs: Vec::new(),
        status: Status::Stable,
        region: Region::default(),
        when: When::default(),
        matcher,
        unless: Vec::new(),
        if_unknown: IfUnknown::Skip,
        action: Some(Action::Strip),
        score: None,
        message: None,
        examples: Vec::new(),
        origin: Origin::default(),
    }
}

pub(super) fn line_rule(logic: Logic<LineTest>) -> Rule {
    rule("t/rule", Matcher::Line(Polarity::Match, logic))
}

pub(super) fn document_rule(polarity: Polarity, test: DocumentTest) -> Rule {
    Rule { action: Some(Action::Quarantine), ..rule("t/rule", Matcher::Document(polarity, is(test))) }
}

pub(super) fn section(starts: Logic<LineTest>) -> SectionTest {
    SectionTest {
        starts,
        continues: None,
        ends_before: None,
        lines: Bounds::default(),
        to_end: false,
        from_start: false,
        ends_with: None,
        includes: None,
    }
}

pub(super) fn set(rules: Vec<Rule>) -> RuleSet {
    set_with(rules, &Settings::default())
}

pub(super) fn set_with(rules: Vec<Rule>, settings: &Settings) -> RuleSet {
    RuleSet::compile(rules, Studies::default(), &[], settings, &Sources::default()).unwrap()
}

pub(super) fn document(text: &str) -> Document {
    Document::decode(text.as_bytes().to_vec()).unwrap()
}

/// English, so that no test depends on the detector.
pub(super) fn english() -> Given {
    Given { language: Code::named("en"), ..Given::default() }
}

pub(super) fn judged(rules: &RuleSet, text: &str) -> Judgement {
    rules.judge_given(&document(text), &english())
}

/// First and last line of each finding of `t/rule` on lines.
pub(super) fn spans(rule: Rule, text: &str) -> Vec<(u32, u32)> {
    spans_given(rule, text, &english())
}

pub(super) fn spans_given(rule: Rule, text: &str, given: &Given) -> Vec<(u32, u32)> {
    let judgement = set(vec![rule]).judge_given(&document(text), given);
    judgement.findings.iter().filter(|finding| &*finding.rule == "t/rule").filter_map(|finding| finding.lines).collect()
}

/// The lines that `t/rule` flags.
pub(super) fn flags(rule: Rule, text: &str) -> Vec<u32> {
    spans(rule, text).into_iter().flat_map(|(first, last)| first..=last).collect()
}
