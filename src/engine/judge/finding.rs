//! What judging finds.

use std::{collections::BTreeMap, ops::Range, sync::Arc};

use super::Evidence;
use crate::engine::{
    language::{ChineseVariant, Foreign, Guess},
    rules::{
        Fingerprint,
        model::{Action, Level},
    },
    text::{Encoding, Script},
};

/// One rule's hit.
#[derive(Debug, Clone, PartialEq)]
pub struct Finding {
    /// `pack/id`; `siftd/…` for what the engine itself found (empty, binary, strip share, limits).
    pub rule: Arc<str>,
    /// The rule's version.
    pub version: u32,
    /// What the finding does: `annotate` for trial rules and for rules that only score.
    pub action: Action,
    /// Set on a trial rule: what it would have done (`None`: only scored).
    pub trial: Option<Option<Action>>,
    /// Level of evidence it adds (never of a trial rule).
    pub level: Option<Level>,
    /// The rule's tags.
    pub tags: Arc<[Arc<str>]>,
    /// First and last line, from 1, both included; `None` for the whole document.
    pub lines: Option<(u32, u32)>,
    /// Original bytes from the first byte of the first line to the end of the last one, its terminator excluded.
    pub bytes: Option<Range<usize>>,
    /// One sentence for people.
    pub message: Arc<str>,
    /// Values and limits.
    pub evidence: Evidence,
}

impl Finding {
    /// Whether it has a part in the verdict.
    pub fn counts(&self) -> bool {
        self.action > Action::Annotate || self.level.is_some()
    }
}

/// What to do with a document, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Verdict {
    /// To `curated/`, byte for byte.
    Pass,
    /// To `curated/` without the flagged lines; the original to `originals/`.
    Strip,
    /// Aside, for a person to decide.
    Quarantine,
    /// Aside for good.
    Reject,
}

impl Verdict {
    /// As the report spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Pass => "pass",
            Self::Strip => "strip",
            Self::Quarantine => "quarantine",
            Self::Reject => "reject",
        }
    }
}

/// Everything that is known of a document after judging it.
#[derive(Debug, Clone, PartialEq)]
pub struct Judgement {
    /// What to do.
    pub verdict: Verdict,
    /// `None` when the bytes are no text.
    pub language: Option<Guess>,
    /// How Chinese is written, where the language is known to be Chinese and the way is known.
    pub chinese: Option<ChineseVariant>,
    /// Other languages that whole lines are in, where the document's own is known; the largest share first.
    pub foreign: Vec<Foreign>,
    /// Dominant script.
    pub script: Option<Script>,
    /// `None` when the bytes are no text.
    pub encoding: Option<Encoding>,
    /// Lines, blank ones included; `None` when the bytes are no text.
    pub lines: Option<usize>,
    /// Size as it arrived.
    pub bytes: u64,
    /// Sum of points.
    pub score: u32,
    /// Score of each configured topic; `None` where it cannot be told.
    pub topics: BTreeMap<Arc<str>, Option<f64>>,
    /// The rule set that judged.
    pub ruleset: Fingerprint,
    /// In order of line, then rule; whole-document findings last. Of a rule that neither acts nor scores, the first ones.
    pub findings: Vec<Finding>,
    /// By rule: how many findings beyond the listed ones it made.
    pub unlisted: Vec<(Arc<str>, u32)>,
}

impl Judgement {
    /// The finding that there was more to do than may be done, where that is so: what was not found was not looked for.
    pub fn cut_short(&self) -> Option<&Finding> {
        self.findings.iter().find(|finding| matches!(&*finding.rule, "siftd/work-limit" | "siftd/time-limit"))
    }

    /// Lines that a strip takes (indices from 0, ascending): the lines of findings whose action is strip or more, where lines are given.
    pub fn stripped_lines(&self) -> Vec<usize> {
        flagged_lines(self.findings.iter().filter(|finding| finding.action >= Action::Strip)).collect()
    }
}

/// The lines (indices from 0, ascending) of findings, each once however many findings are on it.
pub(super) fn flagged_lines<'f>(findings: impl Iterator<Item = &'f Finding>) -> impl Iterator<Item = usize> {
    let mut spans: Vec<Range<usize>> =
        findings.filter_map(|finding| finding.lines).map(|(first, last)| first as usize - 1..last as usize).collect();
    spans.sort_unstable_by_key(|span| span.start);
    let mut reached = 0;
    spans.into_iter().flat_map(move |span| {
        let fresh = span.start.max(reached)..span.end;
        reached = reached.max(span.end);
        fresh
    })
}
