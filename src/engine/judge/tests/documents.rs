//! Rules on whole documents.

use super::build::*;
use crate::engine::{
    diagnostic::Sources,
    judge::Judgement,
    language::{Code, Tag},
    metrics::Metric,
    rules::{Languages, RuleSet, Settings, model::*, set::Studies},
};

fn fires(rule: Rule, text: &str, given: &Given) -> bool {
    !set(vec![rule]).judge_given(&document(text), given).findings.is_empty()
}

fn given(code: &str, confidence: f64, letters: u32) -> Given {
    Given { language: Code::named(code), confidence: Some(confidence), letters: Some(letters), ..Given::default() }
}

fn allowed(if_unknown: IfUnknown) -> Rule {
    let test = LanguageTest {
        is: ["en", "zh"].map(|code| Tag::named(code).unwrap()).to_vec(),
        confidence_at_least: Some(0.65),
        letters_at_least: Some(80),
        ..LanguageTest::default()
    };
    Rule { if_unknown, ..document_rule(Polarity::Require, DocumentTest::Language(test)) }
}

#[test]
fn a_language_is_known_above_its_floors_only() {
    assert!(fires(allowed(IfUnknown::Skip), "x", &given("id", 0.91, 900)));
    assert!(!fires(allowed(IfUnknown::Skip), "x", &given("zh", 0.91, 900)));
    assert!(!fires(allowed(IfUnknown::Skip), "x", &given("id", 0.5, 900)));
    assert!(!fires(allowed(IfUnknown::Skip), "x", &given("id", 0.91, 38)));
    let judgement = set(vec![allowed(IfUnknown::Quarantine)]).judge_given(&document("x"), &given("en", 0.9, 38));
    assert_eq!(judgement.findings[0].evidence["unknown"], serde_json::json!(["38 letters, needs 80"]));
}

#[test]
fn a_rule_may_ask_how_chinese_is_written() {
    let rule = |polarity, is: &[&str], not: &[&str]| {
        let tags = |tags: &[&str]| tags.iter().map(|tag| Tag::named(tag).unwrap()).collect();
        let test = LanguageTest { is: tags(is), not: tags(not), ..LanguageTest::default() };
        document_rule(polarity, DocumentTest::Language(test))
    };
    let simplified = "港务局每天记录进出海湾的船只，以及它们的货物。";
    let traditional = "港務局每天記錄進出海灣的船隻，以及它們的貨物。";
    let mixed = format!("{simplified}\n{traditional}");
    for (is, not, text, holds) in [
        (&["zh-Hant"][..], &[][..], traditional, true),
        (&["zh-Hant"], &[], simplified, false),
        (&["zh-Hant"], &[], &mixed, false),
        (&["zh"], &[], &mixed, true),
        (&["zh-Hant", "zh"], &[], &mixed, true),
        (&[], &["zh-Hans"], traditional, true),
        (&[], &["zh-Hans"], &mixed, false),
        (&[], &["zh-Hans"], "The harbour office keeps a daily log of the ships that enter the bay.", true),
    ] {
        assert_eq!(fires(rule(Polarity::Match, is, not), text, &Given::default()), holds, "{is:?} {not:?} {text}");
    }
    let require = Rule { if_unknown: IfUnknown::Quarantine, ..rule(Polarity::Require, &["zh-Hans"], &[]) };
    let judgement = set(vec![require]).judge(&document(&mixed));
    let why = judgement.findings[0].evidence["unknown"][0].as_str().unwrap();
    assert!(why.contains("both ways to write Chinese"), "{why}");
}

#[test]
fn lines_in_other_languages_stand_in_the_judgement_and_the_evidence() {
    let english = "The harbour office keeps a daily log of the ships that enter and leave the bay.\n";
    let german = "Das Hafenamt führt täglich Buch über die Schiffe, die in die Bucht ein- und auslaufen.\n";
    let test = LanguageTest { not: vec![Tag::named("en").unwrap()], ..LanguageTest::default() };
    let rule = document_rule(Polarity::Require, DocumentTest::Language(test));
    let judgement = set(vec![rule]).judge(&document(&format!("{}{german}", english.repeat(3))));
    let [other] = &judgement.foreign[..] else { panic!("{:?}", judgement.foreign) };
    assert_eq!((other.code.as_str(), &other.lines[..]), ("de", &[4][..]));
    let evidence = judgement.findings[0].evidence["languages_of_lines"][0].as_str().unwrap();
    assert!(evidence.starts_with("de 0.2"), "{evidence}");
}

#[test]
fn a_wanted_language_is_one_of_the_configured_and_any_where_none_is() {
    let rule = || {
        document_rule(
            Polarity::Require,
            DocumentTest::Language(LanguageTest { wanted: true, ..LanguageTest::default() }),
        )
    };
    let with = |wanted: &[&str]| {
        let wanted = wanted.iter().map(|code| Code::named(code).unwrap()).collect();
        let settings = Settings { languages: Languages { wanted, candidates: Vec::new() }, ..Settings::default() };
        !judged(&set_with(vec![rule()], &settings), "text").findings.is_empty()
    };
    assert!(with(&["de"]));
    assert!(!with(&["de", "en"]));
    assert!(!with(&[]));
}

#[test]
fn scripts_have_a_share() {
    let rule = |name, share_at_least| {
        let is = vec![crate::engine::text::Script::named(name).unwrap()];
        document_rule(Polarity::Match, DocumentTest::Script { is, share_at_least })
    };
    let text = "Latin letters 漢";
    assert!(fires(rule("Latin", None), text, &english()));
    assert!(fires(rule("Latin", Some(0.9)), text, &english()));
    assert!(!fires(rule("Latin", Some(0.95)), text, &english()));
    assert!(!fires(rule("Han", None), text, &english()));
    assert!(!fires(rule("Han", None), "123", &english()));
}

#[test]
fn words_count_over_all_lines() {
    let test = |at_least| WordsTest { at_least, ..words_test("t/list", &["slot", "togel", "judi"]) };
    let rule = |at_least| document_rule(Polarity::Match, DocumentTest::Words(test(at_least)));
    let text = "a slot\nslot\n\njudi!\nslots";
    assert!(fires(rule(2), text, &english()));
    assert!(!fires(rule(3), text, &english()));
    let covering = |share| WordsTest { share_at_least: Some(share), ..test(1) };
    let rule = |share| document_rule(Polarity::Match, DocumentTest::Words(covering(share)));
    assert!(fires(rule(0.6), text, &english()));
    assert!(!fires(rule(0.75), text, &english()));
}

#[test]
fn a_metric_out_of_its_limits_is_shown_with_them() {
    let bounds = Bounds { at_least: Some(3.0), at_most: Some(10.0) };
    let test = DocumentTest::Metric { name: Metric::named("word_length_mean").unwrap(), bounds };
    let pieces = vec![Piece::Slot(Slot::Value), Piece::Text(", not ".to_owned()), Piece::Slot(Slot::Limit)];
    let rule = Rule { message: Some(Message { pieces }), ..document_rule(Polarity::Require, test) };
    let judgement = judged(&set(vec![rule]), "a b c d e f");
    let [finding] = &judgement.findings[..] else { panic!("{judgement:?}") };
    assert_eq!(&*finding.message, "1, not 3 to 10");
    assert_eq!(finding.evidence["word_length_mean"], 1);
    assert_eq!(finding.evidence["word_length_mean_at_most"], 10);
    assert_eq!((finding.lines, &finding.bytes), (None, &None));
}

fn flagged_share(judgement: &Judgement) -> Option<f64> {
    let finding = judgement.findings.iter().find(|finding| &*finding.rule == "t/a-share")?;
    finding.evidence["flagged_share"].as_f64()
}

#[test]
fn the_flagged_share_counts_what_others_strip() {
    let share = |tags: &[&str]| {
        let tags = tags.iter().map(|tag| (*tag).into()).collect();
        let bounds = Bounds { at_least: Some(0.1), at_most: None };
        let rule = document_rule(Polarity::Match, DocumentTest::FlaggedShare { tags, bounds });
        Rule { id: at("t/a-share".into()), action: Some(Action::Annotate), ..rule }
    };
    let line = |id: &str, pattern: &str, tag: &str| Rule {
        id: at(id.into()),
        tags: [tag.into()].into(),
        ..line_rule(regex(&[pattern]))
    };
    let rules = |share: Rule| {
        set(vec![
            share,
            line("t/x", "^aa", "nav"),
            line("t/y", "^bb", "spam"),
            Rule { action: Some(Action::Annotate), ..line("t/z", "^cc", "nav") },
            Rule { status: Status::Trial, ..line("t/trial", "^cc", "nav") },
        ])
    };
    let text = "aa\nbbb\nccccc\n";
    assert_eq!(flagged_share(&judged(&rules(share(&[])), text)), Some(0.5));
    assert_eq!(flagged_share(&judged(&rules(share(&["nav"])), text)), Some(0.2));
    assert_eq!(flagged_share(&judged(&rules(share(&["none"])), text)), None);
}

#[test]
fn a_topic_that_is_not_configured_is_unknown() {
    let test = TopicTest::Profile { id: "gardening".into(), bounds: Bounds { at_least: Some(0.1), at_most: None } };
    let rule = |if_unknown| Rule { if_unknown, ..document_rule(Polarity::Require, DocumentTest::Topic(test.clone())) };
    assert!(!fires(rule(IfUnknown::Skip), "text", &english()));
    assert!(fires(rule(IfUnknown::Quarantine), "text", &english()));
    let wanted = document_rule(Polarity::Require, DocumentTest::Topic(TopicTest::Wanted));
    assert!(!fires(wanted, "text", &english()));
}

#[test]
fn the_fingerprint_tells_contents_and_settings_apart_and_not_where_the_rules_lie() {
    let of_file = |name: &str, text: &str, settings: &Settings| {
        let sources = Sources { files: vec![(name.to_owned(), text.to_owned())] };
        RuleSet::compile(Vec::new(), Studies::default(), &[], settings, &sources).unwrap().fingerprint()
    };
    let of = |text, settings: &Settings| of_file("a.yaml", text, settings);
    let settings = Settings::default();
    assert_eq!(of("a", &settings), of("a", &settings));
    assert_eq!(of("a", &settings), of_file("/etc/siftd/a.yaml", "a", &settings));
    assert_ne!(of("a", &settings), of("b", &settings));
    let mut other = settings.clone();
    other.policy.quarantine_at = 6;
    assert_ne!(of("a", &settings), of("a", &other));
}

#[test]
fn a_pattern_too_large_to_compile_is_an_error_with_its_place() {
    let rules = vec![line_rule(regex(&[r"(?:\w{1,200}){1,200}", "fine"]))];
    let errors =
        RuleSet::compile(rules, Studies::default(), &[], &Settings::default(), &Sources::default()).unwrap_err();
    assert_eq!((errors.len(), errors[0].labels.len()), (1, 1));
}
