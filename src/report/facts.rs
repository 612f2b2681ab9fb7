//! Every figure of a document, for programs: `siftd scan --format jsonl --metrics` and `siftd explain FILE --format json`
//! add them to the [`Record`](super::Record) as `facts`. Like there, fields are only ever added; what is unknown is null.

use std::collections::BTreeMap;

use serde::Serialize;

use super::record::rounded;
use crate::engine::{
    judge::{Arithmetic, Judgement},
    language::Guess,
    metrics::{Metric, Metrics},
    rules::Policy,
    text::Document,
};

/// Digits beyond these are noise of the arithmetic.
const STEPS: f64 = 1e9;

/// Every figure of one document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Facts {
    /// Letters; null when it is no text.
    pub letters: Option<usize>,
    /// Letters by the Unicode name of their script.
    pub scripts: BTreeMap<&'static str, usize>,
    /// Every metric by name; null where it is not defined for the document.
    pub metrics: BTreeMap<&'static str, Option<f64>>,
    /// How the verdict came about.
    pub arithmetic: ArithmeticRecord,
}

/// How a verdict came about, apart from what single rules demand.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ArithmeticRecord {
    /// What each rule that scores adds, in order of rule.
    pub points: Vec<PointsRecord>,
    /// Their sum.
    pub score: u32,
    /// The score from which a document is quarantined.
    pub quarantine_at: u32,
    /// Share of the letters on lines that are to be stripped; null when it is no text.
    pub strip_share: Option<f64>,
    /// The share above which a document is quarantined instead.
    pub strip_share_at_most: f64,
}

/// What one rule adds to the score.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PointsRecord {
    /// `pack/id`.
    pub rule: String,
    /// `hint`, `weak`, `strong` or `decisive`.
    pub level: &'static str,
    /// What the level is worth.
    pub points: u32,
}

impl Facts {
    /// Of a document as it was judged; `None` for bytes that are no text.
    pub fn of(judgement: &Judgement, document: Option<&Document>, policy: &Policy) -> Self {
        let arithmetic = Arithmetic::of(document, policy, &judgement.findings);
        let language = match judgement.language {
            Some(Guess::Known { code, .. }) => Some(code),
            _ => None,
        };
        let metrics = document.map(|document| Metrics::of(document, language));
        let value = |metric| metrics.as_ref().and_then(|metrics| metrics.get(metric));
        Self {
            letters: arithmetic.letters,
            scripts: document
                .map(|document| document.scripts().iter().map(|(script, letters)| (script.name(), letters)).collect())
                .unwrap_or_default(),
            metrics: Metric::all()
                .iter()
                .map(|&metric| (metric.as_str(), value(metric).map(|value| rounded(value, STEPS))))
                .collect(),
            arithmetic: ArithmeticRecord {
                points: arithmetic
                    .points
                    .iter()
                    .map(|&(ref rule, level, points)| PointsRecord {
                        rule: rule.to_string(),
                        level: level.as_str(),
                        points,
                    })
                    .collect(),
                score: arithmetic.score,
                quarantine_at: arithmetic.quarantine_at,
                strip_share: arithmetic.strip_share.map(|share| rounded(share, STEPS)),
                strip_share_at_most: arithmetic.strip_share_at_most,
            },
        }
    }
}
