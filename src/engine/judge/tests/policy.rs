//! From findings to verdict and copy.

use super::build::*;
use crate::engine::{
    judge::{Judgement, Verdict, judge_too_large, strip},
    rules::{Policy, Settings, model::*},
    text::Document,
};

const TEXT: &str = "Home > News\nThe garden needs water in summer, and mulch.\nShare this\n";

fn acting(id: &str, pattern: &str, action: Option<Action>, score: Option<Level>) -> Rule {
    Rule { id: at(id.into()), action, score, ..line_rule(regex(&[pattern])) }
}

fn verdict(rules: Vec<Rule>) -> Verdict {
    judged(&set(rules), TEXT).verdict
}

fn ids(judgement: &Judgement) -> Vec<&str> {
    judgement.findings.iter().map(|finding| &*finding.rule).collect()
}

#[test]
fn the_strongest_action_wins() {
    let rule = |action| acting("t/a", "Home", Some(action), None);
    assert_eq!(verdict(vec![]), Verdict::Pass);
    assert_eq!(verdict(vec![rule(Action::Annotate)]), Verdict::Pass);
    assert_eq!(verdict(vec![rule(Action::Strip)]), Verdict::Strip);
    assert_eq!(verdict(vec![rule(Action::Quarantine)]), Verdict::Quarantine);
    assert_eq!(verdict(vec![rule(Action::Reject)]), Verdict::Reject);
    let all = [Action::Reject, Action::Strip, Action::Annotate, Action::Quarantine];
    assert_eq!(verdict(all.into_iter().map(rule).collect()), Verdict::Reject);
}

#[test]
fn points_add_up_to_quarantine_and_no_further() {
    let score = |id, pattern, level| acting(id, pattern, None, Some(level));
    assert_eq!(verdict(vec![score("t/a", "Home", Level::Strong)]), Verdict::Pass);
    let five = || vec![score("t/a", "Home", Level::Strong), score("t/b", "Share", Level::Weak)];
    let judgement = judged(&set(five()), TEXT);
    assert_eq!((judgement.verdict, judgement.score), (Verdict::Quarantine, 5));
    assert_eq!(ids(&judgement), ["t/a", "t/b", "siftd/score"]);
    assert!(judgement.findings[..2].iter().all(|finding| finding.action == Action::Annotate));
    // A score outweighs strip, and reject outweighs the score.
    let mut more = five();
    more.push(acting("t/c", "Home", Some(Action::Strip), None));
    assert_eq!(verdict(more.clone()), Verdict::Quarantine);
    more.push(acting("t/d", "Home", Some(Action::Reject), None));
    assert_eq!(verdict(more), Verdict::Reject);
}

#[test]
fn a_rule_scores_once_however_often_it_fires() {
    let judgement = judged(&set(vec![acting("t/a", "e", None, Some(Level::Weak))]), TEXT);
    assert_eq!((judgement.findings.len(), judgement.score), (3, 2));
}

#[test]
fn stripping_too_much_quarantines() {
    let strip = |pattern| acting("t/a", pattern, Some(Action::Strip), None);
    assert_eq!(verdict(vec![strip("^(?:Home|Share)")]), Verdict::Strip);
    let judgement = judged(&set(vec![strip("garden")]), TEXT);
    assert_eq!(judgement.verdict, Verdict::Quarantine);
    assert_eq!(ids(&judgement), ["t/a", "siftd/strip-share"]);
    assert_eq!(judgement.findings[1].evidence["strip_share_at_most"], 0.5);
    let policy = Policy { strip_share_at_most: 1.0, ..Policy::default() };
    let settings = Settings { policy, ..Settings::default() };
    assert_eq!(judged(&set_with(vec![strip("garden")], &settings), TEXT).verdict, Verdict::Strip);
}

#[test]
fn without_letters_lines_are_counted() {
    let rules = || set(vec![acting("t/a", "^1", Some(Action::Strip), None)]);
    assert_eq!(judged(&rules(), "1\n2\n\n3\n").verdict, Verdict::Strip);
    assert_eq!(judged(&rules(), "1\n12\n3\n").verdict, Verdict::Quarantine);
}

#[test]
fn a_trial_never_acts() {
    let rule = Rule {
        status: Status::Trial,
        score: Some(Level::Decisive),
        ..acting("t/a", "Home", Some(Action::Reject), None)
    };
    let judgement = judged(&set(vec![rule.clone()]), TEXT);
    assert_eq!((judgement.verdict, judgement.score), (Verdict::Pass, 0));
    let [finding] = &judgement.findings[..] else { panic!("{judgement:?}") };
    assert_eq!((finding.action, finding.trial, finding.level), (Action::Annotate, Some(Some(Action::Reject)), None));
    let off = set(vec![Rule { status: Status::Off, ..rule }]);
    assert!(judged(&off, TEXT).findings.is_empty());
    assert_eq!(off.len(), 0);
}

#[test]
fn findings_come_in_order_of_line_then_rule() {
    let rules = vec![
        Rule {
            id: at("t/doc".into()),
            ..document_rule(Polarity::Require, DocumentTest::Words(words_test("t/l", &["zebra"])))
        },
        acting("t/b", "e", Some(Action::Annotate), None),
        acting("t/a", "Share", Some(Action::Annotate), None),
    ];
    assert_eq!(ids(&judged(&set(rules), TEXT)), ["t/b", "t/b", "t/a", "t/b", "t/doc"]);
}

#[test]
fn the_copy_lacks_the_stripped_lines_and_nothing_else() {
    let raw = "\u{FEFF}Home > News\r\n\r\nThe garden needs water in summer, and mulch.\r\n\nShare this";
    let document = Document::decode(raw.as_bytes().to_vec()).unwrap();
    let rules = set(vec![
        acting("t/a", "^Home", Some(Action::Strip), None),
        acting("t/b", "^Share", Some(Action::Quarantine), None),
        acting("t/c", "garden", Some(Action::Annotate), None),
    ]);
    let judgement = rules.judge_given(&document, &english());
    let copy = strip(&document, &judgement);
    assert_eq!(copy, "\u{FEFF}\r\nThe garden needs water in summer, and mulch.\r\n\n".as_bytes());
}

#[test]
fn what_is_no_text_is_judged_by_the_engine() {
    let rules = set(vec![]);
    let judge = |raw: &[u8]| {
        let (judgement, document) = rules.judge_bytes(raw.to_vec());
        assert!(document.is_none());
        (judgement.findings[0].rule.to_string(), judgement.verdict)
    };
    assert_eq!(judge(b""), ("siftd/empty".to_owned(), Verdict::Reject));
    assert_eq!(judge(b" \n\t\n"), ("siftd/blank".to_owned(), Verdict::Reject));
    assert_eq!(judge(&[0; 20]), ("siftd/nuls".to_owned(), Verdict::Reject));
    assert_eq!(
        judge(b"\x7fELF\x02\x01\x01\x00\x00\x00\x00\x00\x00\x00\x00\x00\x03\x00\x3e"),
        ("siftd/binary".to_owned(), Verdict::Reject)
    );
    let large = judge_too_large(&rules, 9, 8);
    assert_eq!((ids(&large), large.verdict), (vec!["siftd/too-large"], Verdict::Quarantine));
}
