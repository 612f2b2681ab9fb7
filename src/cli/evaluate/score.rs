//! One document: what was found on it, held against its labels.

use std::{ops::Range, sync::Arc};

use super::{
    labels::{Label, Labels},
    source::Labelled,
};
use crate::{
    engine::{
        judge::{Finding, Verdict},
        rules::{RuleSet, model::Action},
        text::Document,
    },
    report::{escaped, human::count_of},
};

/// Characters of a line that are kept to be shown.
const SHOWN: usize = 100;

/// What was found on one document.
#[derive(Debug)]
pub(super) struct Score {
    pub(super) name: String,
    /// Whether it is to be put aside.
    pub(super) is_junk: bool,
    /// Whether its lines are labelled one by one.
    pub(super) has_lines: bool,
    /// Whether it is put aside.
    pub(super) held: bool,
    /// Labelled lines.
    pub(super) junk: usize,
    pub(super) content: usize,
    /// Of these, the flagged ones.
    pub(super) marks: Vec<Mark>,
    /// Rules that put the document aside.
    pub(super) holders: Vec<Who>,
}

/// A labelled line that rules have flagged.
#[derive(Debug)]
pub(super) struct Mark {
    pub(super) is_junk: bool,
    pub(super) number: usize,
    pub(super) text: String,
    pub(super) by: Vec<Who>,
}

/// A rule, and whether it is on trial.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Who {
    pub(super) rule: Arc<str>,
    pub(super) trial: bool,
}

impl Mark {
    /// Whether a rule flagged it that is not on trial.
    pub(super) fn acts(&self) -> bool {
        self.by.iter().any(|who| !who.trial)
    }
}

/// What a finding does, or would do if its rule were not on trial.
fn force(finding: &Finding) -> Option<(Action, Who)> {
    let who = |trial| Who { rule: Arc::clone(&finding.rule), trial };
    match finding.trial {
        None => Some((finding.action, who(false))),
        Some(Some(action)) => Some((action, who(true))),
        Some(None) => None,
    }
}

/// Judges a labelled document.
///
/// # Errors
/// When a line is labelled that it does not have: then the numbers of the others are doubtful as well. A fragment that fits
/// after "failed to".
pub(super) fn score(rules: &RuleSet, labelled: Labelled) -> Result<Score, String> {
    let Labelled { name, bytes, labels } = labelled;
    let (judgement, document) = rules.judge_bytes(bytes);
    let lines = document.as_ref().map_or(0, Document::line_count);
    if let Labels::Lines { junk, skip, .. } = &labels
        && let Some(beyond) = junk.union(skip).find(|number| **number > lines)
    {
        let name = escaped(&name);
        return Err(format!("measure {name}: line {beyond} is labelled, and it has {}", count_of(lines, "line")));
    }
    let parts = document.as_ref().map(|document| parts(document, &labels)).unwrap_or_default();
    let count = |label| parts.iter().filter(|(_, has)| *has == label).count();
    let mut on_lines = Vec::new();
    let mut holders = Vec::new();
    for finding in &judgement.findings {
        let Some((action, who)) = force(finding) else { continue };
        if action >= Action::Quarantine && !holders.contains(&who) {
            holders.push(who.clone());
        }
        if let Some(bytes) = finding.bytes.clone().filter(|_| action >= Action::Strip) {
            on_lines.push((bytes, who));
        }
    }
    let marks = document.as_ref().map(|document| marks(document, &parts, &on_lines)).unwrap_or_default();
    Ok(Score {
        name,
        is_junk: labels.is_junk(),
        has_lines: matches!(labels, Labels::Lines { .. } | Labels::Parts(..)),
        held: judgement.verdict >= Verdict::Quarantine,
        junk: count(Label::Junk),
        content: count(Label::Content),
        marks,
        holders,
    })
}

/// The labelled parts of a document in bytes; blank lines are none.
fn parts(document: &Document, labels: &Labels) -> Vec<(Range<usize>, Label)> {
    let label = |number: usize| match labels {
        Labels::Clean => Label::Content,
        Labels::Lines { junk, .. } if junk.contains(&number) => Label::Junk,
        Labels::Lines { skip, .. } if !skip.contains(&number) => Label::Content,
        _ => Label::Skip,
    };
    match labels {
        Labels::Parts(parts, _) => parts.clone(),
        Labels::Junk => Vec::new(),
        Labels::Clean | Labels::Lines { .. } => document
            .lines()
            .filter(|line| !line.text.trim().is_empty())
            .map(|line| (line.bytes, label(line.number)))
            .collect(),
    }
}

fn marks(document: &Document, parts: &[(Range<usize>, Label)], on_lines: &[(Range<usize>, Who)]) -> Vec<Mark> {
    let mut marks = Vec::new();
    for (part, label) in parts {
        if *label == Label::Skip {
            continue;
        }
        let touches = |bytes: &Range<usize>| bytes.start < part.end && part.start < bytes.end;
        let mut by: Vec<Who> =
            on_lines.iter().filter(|(bytes, _)| touches(bytes)).map(|(_, who)| who.clone()).collect();
        if by.is_empty() {
            continue;
        }
        by.sort_unstable();
        by.dedup();
        let number = document.lines().find(|line| line.bytes.end > part.start).map_or(0, |line| line.number);
        let text = document.raw().get(part.clone()).unwrap_or_default();
        let text = String::from_utf8_lossy(text).chars().take(SHOWN).collect();
        marks.push(Mark { is_junk: *label == Label::Junk, number, text, by });
    }
    marks
}
