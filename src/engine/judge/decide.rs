//! From findings to a verdict. In order of force: reject, quarantine, a score over the threshold, strip, annotate.

use std::sync::Arc;

use super::{
    Evidence, Finding, Verdict,
    finding::flagged_lines,
    line::count_share,
    notes::{exact, number, rounded_until, told_apart},
};
use crate::engine::{
    rules::{
        Points, Policy,
        model::{Action, Bounds, Level},
    },
    text::{Document, ScriptCounts},
};

/// What is to be done with a document, and why, where policy has a say.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Decision {
    pub(super) verdict: Verdict,
    pub(super) score: u32,
    /// What policy adds to the findings of the rules.
    pub(super) findings: Vec<Finding>,
}

/// Weighs findings by policy.
pub(super) fn decide(document: &Document, policy: &Policy, findings: &[Finding]) -> Decision {
    let score = points(findings, policy.points).iter().map(|&(_, _, worth)| worth).fold(0, u32::saturating_add);
    let mut added = Vec::new();
    if score >= policy.quarantine_at && score > 0 {
        let message = format!("{score} points of evidence, quarantined from {}", policy.quarantine_at);
        let evidence = [("score", score.into()), ("score_at_most", policy.quarantine_at.saturating_sub(1).into())];
        added.push(own("siftd/score", Action::Quarantine, message, evidence));
    }
    let share = strip_share(document, findings);
    if share > policy.strip_share_at_most {
        let limit = policy.strip_share_at_most;
        let percent = rounded_until(share * 100.0, 0, |percent| percent > limit * 100.0);
        let message =
            format!("stripping would take {percent} % of the letters, at most {} % may go", number(limit * 100.0));
        let shown = told_apart(share, Bounds { at_least: None, at_most: Some(limit) });
        let evidence = [("strip_share", exact(shown)), ("strip_share_at_most", exact(limit))];
        added.push(own("siftd/strip-share", Action::Quarantine, message, evidence));
    }
    let strongest = findings.iter().chain(&added).map(|finding| finding.action).max();
    let verdict = match strongest {
        None | Some(Action::Annotate) => Verdict::Pass,
        Some(Action::Strip) => Verdict::Strip,
        Some(Action::Quarantine) => Verdict::Quarantine,
        Some(Action::Reject) => Verdict::Reject,
    };
    Decision { verdict, score, findings: added }
}

/// What each rule that fired adds to the score; a rule counts once, however often it fired, so that a long document is
/// not bad for its length.
pub(super) fn points(findings: &[Finding], points: Points) -> Vec<(Arc<str>, Level, u32)> {
    let mut scoring: Vec<(&Arc<str>, Level)> =
        findings.iter().filter_map(|finding| Some((&finding.rule, finding.level?))).collect();
    scoring.sort_unstable();
    scoring.dedup();
    let worth = |level| match level {
        Level::Hint => points.hint,
        Level::Weak => points.weak,
        Level::Strong => points.strong,
        Level::Decisive => points.decisive,
    };
    scoring.into_iter().map(|(rule, level)| (Arc::clone(rule), level, worth(level))).collect()
}

/// Share of the letters on the lines that rules strip.
pub(super) fn strip_share(document: &Document, findings: &[Finding]) -> f64 {
    share_of_letters(document, findings.iter().filter(|finding| finding.action == Action::Strip))
}

/// Share of the document's letters that stand on the lines of findings; of its non-blank lines, where it has no letters.
pub(super) fn share_of_letters<'f>(document: &Document, findings: impl Iterator<Item = &'f Finding>) -> f64 {
    let mut lines = flagged_lines(findings).peekable();
    if lines.peek().is_none() {
        return 0.0;
    }
    let letters = document.scripts().letters();
    if letters > 0 {
        let flagged = lines.map(|index| ScriptCounts::of(document.line(index).text).letters()).sum();
        return count_share(flagged, letters);
    }
    let filled = |index: &usize| !super::scan::is_blank(document.line(*index).folded);
    count_share(lines.filter(filled).count(), (0..document.line_count()).filter(filled).count())
}

/// The finding that a document would cost more than it may.
pub(super) fn over_limit(what: &str, limit: u64) -> Finding {
    let message = match what {
        "work" => "matching the rules would cost more work than one document may".to_owned(),
        _ => format!("more than {limit} {what}, not looked at further"),
    };
    own("siftd/work-limit", Action::Quarantine, message, [("limit_on", what.into()), ("limit", limit.into())])
}

/// The finding that judging was told to stop. It says nothing that differs from one try to the next.
pub(super) fn out_of_time() -> Finding {
    let message = "judging took more computing time than one document may (limits.time)".to_owned();
    own("siftd/time-limit", Action::Quarantine, message, [])
}

/// A finding of the engine itself, on the whole document.
pub(super) fn own<const N: usize>(
    rule: &str,
    action: Action,
    message: String,
    evidence: [(&'static str, serde_json::Value); N],
) -> Finding {
    Finding {
        rule: rule.into(),
        version: 1,
        action,
        trial: None,
        level: None,
        tags: Arc::default(),
        lines: None,
        bytes: None,
        message: message.into(),
        evidence: Evidence::from_iter(evidence),
    }
}
