//! Judgements made by hand, for tests.

use std::collections::BTreeMap;

use crate::engine::{
    judge::{Evidence, Finding, Judgement, Verdict},
    language::{Doubt, Guess},
    rules::{
        Fingerprint,
        model::{Action, Level},
    },
    text::{Document, Script},
};

/// A judgement on `document` without any finding.
pub(super) fn judgement(document: &Document) -> Judgement {
    Judgement {
        verdict: Verdict::Pass,
        language: Some(Guess::Unsure { best: None, why: Doubt::TooShort { letters: 38, needed: 80 } }),
        chinese: None,
        foreign: Vec::new(),
        script: Script::named("Latin"),
        encoding: Some(document.encoding()),
        lines: Some(document.line_count()),
        bytes: document.raw().len() as u64,
        score: 0,
        topics: BTreeMap::new(),
        ruleset: Fingerprint([0xab; 16]),
        findings: Vec::new(),
        unlisted: Vec::new(),
    }
}

/// A finding of `rule` on some lines.
pub(super) fn finding(rule: &str, action: Action, lines: Option<(u32, u32)>, message: &str) -> Finding {
    Finding {
        rule: rule.into(),
        version: 2,
        action,
        trial: None,
        level: None,
        tags: ["spam".into(), "seo".into()].into(),
        lines,
        bytes: lines.map(|_| 0..12),
        message: message.into(),
        evidence: Evidence::new(),
    }
}

/// A finding that would have acted, of a rule that scores.
pub(super) fn scored(rule: &str, level: Level) -> Finding {
    Finding { level: Some(level), ..finding(rule, Action::Annotate, None, "speaks against it") }
}
