//! What a document may cost.

use super::build::*;
use crate::engine::{
    judge::Verdict,
    rules::{Limits, Settings},
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
fn too_many_findings_quarantine() {
    let judgement = judged(&set(vec![line_rule(regex(&["x"]))]), &"x\n".repeat(20_000));
    assert_eq!(judgement.verdict, Verdict::Quarantine);
    assert!(judgement.findings.iter().any(|finding| &*finding.rule == "siftd/work-limit"));
    assert!(judgement.findings.len() < 10_010);
}
