//! The figures behind a verdict: points of evidence, and how much stripping would take.

use std::sync::Arc;

use super::{Finding, decide};
use crate::engine::{
    rules::{Policy, model::Level},
    text::Document,
};

/// How a verdict came about, apart from what single rules demand.
#[derive(Debug, Clone, PartialEq)]
pub struct Arithmetic {
    /// What each rule that scores adds, by rule; a rule counts once, however often it fired.
    pub points: Vec<(Arc<str>, Level, u32)>,
    /// Their sum.
    pub score: u32,
    /// The score from which a document is quarantined.
    pub quarantine_at: u32,
    /// Letters of the document; `None` when it is no text.
    pub letters: Option<usize>,
    /// Share of the letters on lines that are to be stripped (of the lines, where there are no letters); `None` when it
    /// is no text.
    pub strip_share: Option<f64>,
    /// The share above which a document is quarantined instead.
    pub strip_share_at_most: f64,
}

impl Arithmetic {
    /// Of the findings on a document, by the policy that judged it. `document` is `None` for bytes that are no text.
    pub fn of(document: Option<&Document>, policy: &Policy, findings: &[Finding]) -> Self {
        let points = decide::points(findings, policy.points);
        Self {
            score: points.iter().map(|&(_, _, worth)| worth).fold(0, u32::saturating_add),
            points,
            quarantine_at: policy.quarantine_at,
            letters: document.map(|document| document.scripts().letters()),
            strip_share: document.map(|document| decide::strip_share(document, findings)),
            strip_share_at_most: policy.strip_share_at_most,
        }
    }
}
