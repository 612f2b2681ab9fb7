//! The sum over all documents, and by rule.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use super::score::{Score, Who};
use crate::engine::Share;

/// The sum over all documents.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Documents of each kind.
    pub(super) with_lines: usize,
    pub(super) clean: usize,
    pub(super) junk: usize,
    /// Junk lines found.
    pub(super) found: Share,
    /// Content lines hit.
    pub(super) hit: Share,
    /// Documents that are not junk and have a content line hit.
    pub(super) hurt: Share,
    /// Documents that are not junk and are put aside.
    pub(super) held: Share,
    /// Junk documents that are put aside.
    pub(super) caught: Share,
    rules: BTreeMap<Who, OfRule>,
    samples: usize,
}

/// What one rule does.
#[derive(Debug, Default)]
pub(super) struct OfRule {
    /// Junk lines found, and those that no other rule finds.
    pub(super) junk: usize,
    pub(super) junk_alone: usize,
    /// Content lines hit, and those that no other rule hits.
    pub(super) content: usize,
    pub(super) content_alone: usize,
    /// Documents that are not junk: with a content line hit, and put aside.
    pub(super) hurt: usize,
    pub(super) held: usize,
    /// Junk documents put aside.
    pub(super) caught: usize,
    /// Some of the content lines.
    pub(super) samples: Vec<Sample>,
    /// Some of the documents put aside that are not junk.
    pub(super) held_samples: Vec<Arc<str>>,
}

/// A content line that was hit.
#[derive(Debug)]
pub(super) struct Sample {
    pub(super) document: Arc<str>,
    pub(super) line: usize,
    pub(super) text: String,
}

impl Tally {
    /// That keeps so many samples of each rule.
    pub(super) fn new(samples: usize) -> Self {
        Self { samples, ..Self::default() }
    }

    /// Takes a document in.
    pub(super) fn add(&mut self, score: Score) {
        let kind = match (score.is_junk, score.has_lines) {
            (true, _) => &mut self.junk,
            (false, true) => &mut self.with_lines,
            (false, false) => &mut self.clean,
        };
        *kind += 1;
        let name: Arc<str> = score.name.into();
        let mut hurting = BTreeSet::new();
        self.found.whole += score.junk;
        self.hit.whole += score.content;
        let mut hurt = false;
        for mark in score.marks {
            let acts = mark.acts();
            let side = if mark.is_junk { &mut self.found } else { &mut self.hit };
            side.part += usize::from(acts);
            hurt |= acts && !mark.is_junk;
            let acting = mark.by.iter().filter(|who| !who.trial).count();
            for who in mark.by {
                // A rule on trial is measured as if it acted beside the others.
                let alone = acting == usize::from(!who.trial);
                let rule = self.rules.entry(who.clone()).or_default();
                if mark.is_junk {
                    rule.junk += 1;
                    rule.junk_alone += usize::from(alone);
                    continue;
                }
                rule.content += 1;
                rule.content_alone += usize::from(alone);
                if rule.samples.len() < self.samples {
                    let sample = Sample { document: Arc::clone(&name), line: mark.number, text: mark.text.clone() };
                    rule.samples.push(sample);
                }
                hurting.insert(who);
            }
        }
        for who in score.holders {
            let rule = self.rules.entry(who).or_default();
            if score.is_junk {
                rule.caught += 1;
                continue;
            }
            rule.held += 1;
            if rule.held_samples.len() < self.samples {
                rule.held_samples.push(Arc::clone(&name));
            }
        }
        if score.is_junk {
            self.caught.whole += 1;
            self.caught.part += usize::from(score.held);
            return;
        }
        for who in hurting {
            self.rules.entry(who).or_default().hurt += 1;
        }
        self.hurt.whole += 1;
        self.hurt.part += usize::from(hurt);
        self.held.whole += 1;
        self.held.part += usize::from(score.held);
    }

    /// Documents of all kinds.
    pub(super) fn documents(&self) -> usize {
        self.with_lines + self.clean + self.junk
    }

    /// The rules that did anything, the costliest first: by documents that are not junk and were put aside or hurt, then by
    /// content lines hit; those that cost nothing by what they found. Rules on trial come after the others.
    pub(super) fn rules(&self) -> Vec<(&Who, &OfRule)> {
        let mut rules: Vec<(&Who, &OfRule)> = self.rules.iter().collect();
        rules.sort_by_key(|(who, rule)| {
            let found = rule.junk + rule.caught;
            (who.trial, std::cmp::Reverse((rule.held + rule.hurt, rule.content, found)))
        });
        rules
    }

    /// Of the labelled lines that the rule flags, those that are junk.
    pub(super) fn precision(rule: &OfRule) -> Share {
        Share { part: rule.junk, whole: rule.junk + rule.content }
    }

    /// Of the junk lines, those that the rule flags.
    pub(super) fn recall(&self, rule: &OfRule) -> Share {
        Share { part: rule.junk, whole: self.found.whole }
    }
}
