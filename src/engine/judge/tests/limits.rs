//! What a document may cost.

use std::cell::Cell;

use super::build::*;
use crate::engine::{
    judge::{
        Explainer, Stop, Verdict, explain,
        line::View,
        run::{Run, Selection},
        scan::Scan,
        work::Work,
    },
    metrics::Metric,
    rules::{
        Limits, Settings,
        model::{
            self, Action, Bounds, DocumentTest, Exception, ExceptionMatcher, IfUnknown, Level, LineTest, Logic,
            Message, Piece, Polarity, Rule, Slot, Status,
        },
        set::Matcher,
    },
};

fn limited(limits: Limits) -> Settings {
    Settings { limits, ..Settings::default() }
}

#[test]
fn work_over_the_limit_quarantines_and_is_the_same_every_time() {
    let rules = |work| {
        let rule = line_rule(regex(&[r"^\w+ \w+$"]));
        set_with(vec![rule], &limited(Limits { work, ..Limits::default() }))
    };
    let text = "two words\n".repeat(100);
    let over = judged(&rules(500), &text);
    assert_eq!(over.verdict, Verdict::Quarantine);
    assert_eq!(&*over.findings.iter().find(|finding| finding.lines.is_none()).unwrap().rule, "siftd/work-limit");
    assert_eq!(over, judged(&rules(500), &text));
    assert!(over.findings.len() < 50);
    assert!(judged(&rules(5_000), &text).findings.iter().all(|finding| &*finding.rule != "siftd/work-limit"));
}

#[test]
fn what_was_being_decided_when_the_budget_ran_out_is_not_reported() {
    let both = || regex(&[r"^\w+ \w+$"]);
    let exception = Exception { name: "both".into(), why: None, matcher: ExceptionMatcher::Line(both()) };
    // Each fires when a test says no, and none of them on this text once the test was done.
    let rules = [
        line_rule(Logic::Not(Box::new(both()))),
        Rule { unless: vec![exception], ..line_rule(regex(&["two"])) },
        document_rule(Polarity::Require, DocumentTest::Words(words_test("t/list", &["two"]))),
    ];
    let text = "two words\n".repeat(5);
    for rule in rules {
        let mut spent = 0;
        for work in 0..4_000 {
            let judgement =
                judged(&set_with(vec![rule.clone()], &limited(Limits { work, ..Limits::default() })), &text);
            spent += usize::from(judgement.verdict == Verdict::Quarantine);
            assert!(judgement.findings.iter().all(|found| found.rule.starts_with("siftd/")), "{work}: {judgement:?}");
        }
        assert!((1..4_000).contains(&spent), "{spent}");
    }
}

#[test]
fn patterns_look_at_both_ends_of_a_long_line() {
    let limits = Limits { line_bytes: 40, ..Limits::default() };
    let found = |pattern: &str, line: &str| {
        let rules = set_with(vec![line_rule(regex(&[pattern]))], &limited(limits));
        !judged(&rules, line).findings.is_empty()
    };
    let line = format!("begin {}middle{} end", "é".repeat(100), "é".repeat(100));
    assert!(found("^begin", &line));
    assert!(found("end$", &line));
    assert!(!found("middle", &line));
    // The ends of the windows are not the ends of the line.
    assert!(!found("^é", &line));
    assert!(!found("é$", &line));
}

#[test]
fn what_was_not_searched_is_not_known() {
    let limits = Limits { line_bytes: 40, ..Limits::default() };
    let flags = |logic: Logic<LineTest>, polarity, if_unknown, line: &str| {
        let rule = Rule { if_unknown, ..rule("t/rule", model::Matcher::Line(polarity, logic)) };
        let rules = set_with(vec![rule], &limited(limits));
        let judgement = judged(&rules, line);
        let why = explain(&rules, &document(line), &english(), "t/rule", Some(1)).unwrap();
        assert_eq!(why.fires, !judgement.findings.is_empty());
        (why.fires, why.conclusion)
    };
    let not = |pattern| Logic::Not(Box::new(regex(&[pattern])));
    let long = format!("begin {}middle{} end", "é".repeat(100), "é".repeat(100));
    let unknown = (false, "not evaluated: the middle of this long line was not searched".to_owned());
    assert_eq!(flags(not("middle"), Polarity::Match, IfUnknown::Skip, &long), unknown);
    assert_eq!(flags(regex(&["middle"]), Polarity::Require, IfUnknown::Skip, &long), unknown);
    assert_eq!(flags(regex(&["mid+le", "m.ddle"]), Polarity::Match, IfUnknown::Skip, &long), unknown);
    assert!(flags(regex(&["m.ddle"]), Polarity::Match, IfUnknown::Fire, &long).0);
    // What is found at an end is known, and so is that a literal is nowhere on the line.
    assert!(flags(regex(&["m.ddle", "^begin"]), Polarity::Match, IfUnknown::Skip, &long).0);
    assert!(flags(not("m.ddle$"), Polarity::Match, IfUnknown::Skip, &long).0);
    assert!(flags(not("absent"), Polarity::Match, IfUnknown::Skip, &long).0);
    // What is tied to an end may reach far into the line, and further than it is followed.
    assert!(flags(regex(&["^.*m.ddle"]), Polarity::Match, IfUnknown::Skip, &long).0);
    assert!(!flags(regex(&["m.ddle.*$"]), Polarity::Require, IfUnknown::Skip, &long).0);
    let longer = long.replace("middle", &format!("{}middle{}", "é".repeat(1_000), "é".repeat(1_000)));
    assert_eq!(flags(not("^.*m.ddle"), Polarity::Match, IfUnknown::Skip, &longer), unknown);
    assert_eq!(
        flags(not(r"^\d.ddle"), Polarity::Match, IfUnknown::Skip, &longer),
        unknown,
        "though it begins with no digit"
    );
    assert!(flags(not("middle"), Polarity::Match, IfUnknown::Skip, "begin, end").0);
}

#[test]
fn what_matches_leaves_no_doubt() {
    let limits = Limits { line_bytes: 40, ..Limits::default() };
    let rules = set_with(vec![line_rule(regex(&["m.ddle", "end"]))], &limited(limits));
    let judgement = judged(&rules, &format!("begin {} end", "é".repeat(100)));
    assert_eq!(judgement.findings[0].evidence.get("matched"), Some(&"end".into()));
    assert_eq!(judgement.findings[0].evidence.get("unknown"), None);
}

/// Hundreds of patterns may insist on the same word: they are counted, not only the word.
#[test]
fn patterns_that_may_match_are_counted() {
    let patterns: Vec<String> = (0..200).map(|number| format!("free[^{number}]{{3}}")).collect();
    let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
    let rules = set(vec![line_rule(regex(&patterns))]);
    let document = document(&"free\n".repeat(1_000));
    let work = Work::up_to(100_000, Stop::never());
    let scan = Scan::of(&document, rules.prefilter(), &work, &mut rules.lease());
    assert!(work.is_spent());
    let listed: usize = (0..1_000).map(|line| scan.patterns(line).len()).sum();
    assert!((100..500).contains(&listed), "{listed}");
}

#[test]
fn too_many_findings_quarantine() {
    let judgement = judged(&set(vec![line_rule(regex(&["x"]))]), &"x\n".repeat(20_000));
    assert_eq!(judgement.verdict, Verdict::Quarantine);
    assert!(judgement.findings.iter().any(|finding| &*finding.rule == "siftd/work-limit"));
    assert!(judgement.findings.len() < 10_010);
}

#[test]
fn what_neither_acts_nor_scores_is_counted_and_never_ends_the_search() {
    let quiet = |id: &str, status, action| Rule { id: at(id.into()), status, action, ..line_rule(regex(&["x"])) };
    let rules = set(vec![
        quiet("t/note", Status::Stable, Some(Action::Annotate)),
        quiet("t/trial", Status::Trial, Some(Action::Reject)),
        Rule { score: Some(Level::Weak), ..quiet("t/points", Status::Trial, None) },
        line_rule(regex(&["home"])),
    ]);
    let judgement = judged(&rules, &("x\n".repeat(20_000) + "home\n"));
    assert_eq!(judgement.verdict, Verdict::Strip);
    assert_eq!(judgement.stripped_lines(), [20_000]);
    assert_eq!(judgement.findings.len(), 3_001);
    assert!(judgement.findings.iter().take(3_000).all(|finding| finding.evidence.get("matched").is_some()));
    let rest = |id: &str| (id.into(), 19_000);
    assert_eq!(judgement.unlisted, [rest("t/note"), rest("t/points"), rest("t/trial")]);
}

#[test]
fn what_is_listed_is_bounded_over_all_rules() {
    let trial = |number: usize| Rule {
        id: at(format!("t/trial-{number:02}").into()),
        status: Status::Trial,
        ..line_rule(regex(&["x"]))
    };
    let judgement = judged(&set((0..20).map(trial).collect()), &"x\n".repeat(1_000));
    assert_eq!(judgement.verdict, Verdict::Pass);
    assert_eq!(judgement.findings.len(), 20 * 100 + 10_000);
    assert_eq!(judgement.unlisted.iter().map(|(_, count)| count).sum::<u32>(), 8_000);
}

#[test]
fn rules_that_find_much_leave_others_their_own() {
    let note = |number: usize| Rule {
        id: at(format!("t/note-{number:02}").into()),
        action: Some(Action::Annotate),
        ..line_rule(regex(&["x"]))
    };
    let trial = Rule { id: at("t/trial".into()), status: Status::Trial, ..line_rule(regex(&["y"])) };
    let rules = set((0..12).map(note).chain([trial]).collect());
    let judgement = judged(&rules, &("x\n".repeat(1_200) + &"y\n".repeat(150)));
    let of_trial = judgement.findings.iter().filter(|finding| &*finding.rule == "t/trial");
    assert_eq!(of_trial.map(|finding| finding.lines.unwrap().0).collect::<Vec<_>>(), Vec::from_iter(1_201..=1_300));
    assert!(judgement.unlisted.contains(&("t/trial".into(), 50)));
    assert_eq!(judgement.findings.len(), 13 * 100 + 10_000);
}

#[test]
fn a_finding_without_details_says_nothing_false() {
    let says = |title: Option<&str>, pieces| {
        let message = Some(Message { pieces });
        let rule = Rule { title: title.map(str::to_owned), message, ..line_rule(regex(&["x"])) };
        let judgement = judged(&set(vec![rule]), &"x\n".repeat(1_001));
        [0, 999, 1_000].map(|at| judgement.findings[at].message.to_string())
    };
    let slots = || vec![Piece::Text("it says ".to_owned()), Piece::Slot(Slot::Matched)];
    assert_eq!(says(Some("letters"), slots()), ["it says x", "it says x", "letters"]);
    assert_eq!(says(None, slots()), ["it says x", "it says x", "t/rule"]);
    assert_eq!(says(Some("letters"), vec![Piece::Text("an x".to_owned())]), ["an x"; 3]);
}

#[test]
fn what_was_not_looked_for_has_no_reasons() {
    let rule = |id: &str, pattern| Rule { id: at(id.into()), ..line_rule(regex(&[pattern])) };
    let rules = |rules, work| set_with(rules, &limited(Limits { work, ..Limits::default() }));
    let document = document(&"two words\n".repeat(100));
    let given = english();
    let why = "not evaluated: matching the rules would cost more work than one document may";
    // Spent by the one rule.
    let spent = rules(vec![rule("t/late", r"\w$")], 500);
    let mut explainer = Explainer::of(&spent, &document, &given, "t/late").unwrap();
    let last = explainer.on(Some(100)).unwrap();
    assert_eq!((last.fires, &*last.conclusion, last.steps.len(), last.nearest.len()), (false, why, 0, 0));
    assert!(explainer.on(Some(1)).unwrap().fires);
    // Spent by both together, which neither does alone.
    let rules = rules(vec![rule("t/first", r"^\w"), rule("t/late", r"\w$")], 7_500);
    let judgement = rules.judge_given(&document, &given);
    assert_eq!(judgement.cut_short().map(|limit| &*limit.rule), Some("siftd/work-limit"));
    let explainer = || Explainer::of(&rules, &document, &given, "t/late").unwrap();
    assert!(explainer().on(Some(100)).unwrap().fires);
    assert_eq!(explainer().judged(&judgement).on(Some(100)).unwrap().conclusion, why);
    assert!(explainer().judged(&judgement).on(Some(1)).unwrap().fires);
    let found = judgement.findings.iter().filter(|finding| &*finding.rule == "t/late").count();
    assert_eq!(explainer().judged(&judgement).found().len(), found);
    assert_eq!(explainer().found().len(), 100);
}

#[test]
fn judging_ends_when_it_is_told_to() {
    let rules = set(vec![line_rule(regex(&[r"^\w+ \w+$"]))]);
    let text = "two words\n".repeat(20_000).into_bytes();
    let asked = Cell::new(0);
    let told = |at: u32| {
        asked.set(0);
        let stop = || {
            asked.set(asked.get() + 1);
            asked.get() >= at
        };
        rules.judge_bytes_until(text.clone(), Stop::when(&stop)).0
    };
    for at in [1, 3] {
        let judgement = told(at);
        assert_eq!(judgement.verdict, Verdict::Quarantine);
        assert_eq!(asked.get(), at, "it is asked again and again, and not any more once it has said so");
        assert!(judgement.findings.iter().any(|finding| &*finding.rule == "siftd/time-limit"), "{judgement:?}");
        assert!(judgement.findings.iter().all(|finding| &*finding.rule != "siftd/work-limit"));
    }
    assert_eq!(told(u32::MAX), rules.judge_bytes(text.clone()).0, "who never stops it changes nothing");
}

#[test]
fn what_is_measured_once_is_followed_by_one_question() {
    let above = |&name: &Metric| {
        let test = DocumentTest::Metric { name, bounds: Bounds { at_least: Some(1e9), at_most: None } };
        Rule { id: at(format!("t/{}", name.as_str()).into()), ..document_rule(Polarity::Match, test) }
    };
    let asked = Cell::new(0);
    let stop = || {
        asked.set(asked.get() + 1);
        false
    };
    let rules = set(Metric::all().iter().map(above).collect());
    assert_eq!(rules.judge_bytes_until(b"One line.\n".to_vec(), Stop::when(&stop)).0.verdict, Verdict::Pass);
    // When the text is decoded, and after each pass over it.
    assert!((2..=5).contains(&asked.get()), "{asked:?}");
}

#[test]
fn one_rule_cannot_go_on_past_the_limit() {
    // One line, one rule, and far more patterns than the budget has room for.
    let patterns: Vec<String> = ('一'..).take(200).map(|letter| format!("[^{letter}]\\W")).collect();
    let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
    let rules = set_with(vec![line_rule(regex(&patterns))], &limited(Limits { work: 10_000, ..Limits::default() }));
    let document = document(&"x".repeat(1_000));
    let given = english();
    let run = Run::of(&rules, &document, &given, Selection::Evaluated);
    let (Matcher::Line(polarity, logic), view) =
        (&rules.rule(rules.find("t/rule").unwrap()).matcher, View::of(&run, 0))
    else {
        panic!("a rule of lines")
    };
    let mut findings = Vec::new();
    run.line_rule(rules.find("t/rule").unwrap(), *polarity, logic, &view, &mut findings);
    assert_eq!(findings, []);
    assert!(run.work.is_spent());
    assert!(run.work.done() < 20_000, "{}", run.work.done());
}

#[test]
fn words_that_overlap_are_counted_one_by_one() {
    let items: Vec<String> = (1..=200).map(|length| "字".repeat(length)).collect();
    let items: Vec<&str> = items.iter().map(String::as_str).collect();
    let work = 1_000_000;
    let rules = set_with(vec![line_rule(words("t/list", &items))], &limited(Limits { work, ..Limits::default() }));
    // Two million places of words in ten thousand letters, each of them a word.
    let judgement = judged(&rules, &"字".repeat(10_000));
    assert!(judgement.findings.iter().any(|finding| &*finding.rule == "siftd/work-limit"), "{judgement:?}");
    assert!(judged(&rules, "字\n").findings.iter().all(|finding| &*finding.rule != "siftd/work-limit"));
}

#[test]
fn counted_repeats_cost_what_they_stand_for() {
    let spent = |pattern: &str| {
        let rules = set(vec![line_rule(regex(&[pattern]))]);
        let (document, given) = (document(&"ab".repeat(500)), english());
        let mut run = Run::of(&rules, &document, &given, Selection::Evaluated);
        let before = run.work.done();
        run.find_on_lines();
        run.work.done() - before
    };
    let one = spent(r"\W\W");
    assert!(one >= 1_000);
    assert_eq!(spent(r"\W{3}\d?"), one);
    // Only what is counted is dear: however many words are listed, they are looked for in one pass.
    assert_eq!(spent(r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|\W)\W"), one);
    assert!(spent(r"[ab]*a[ab]{1000}") > 10 * one);
}
