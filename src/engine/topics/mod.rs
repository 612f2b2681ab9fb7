//! How near a document is to a topic, against a background vocabulary.
//!
//! A topic is a small language model: how often each term is used in texts on the topic, learned from example texts,
//! from given terms, or from both. Each term's weight is the logarithm of how much more often it is used there than in
//! the language at large (or than in the counter-examples). A document's score is the mean weight of its terms,
//! `1 - exp(-mean)`; words related to the examples' in meaning count too (`related`), and so does whether the text as a
//! whole points their way (`meaning`). It is 0 where nothing speaks for the topic, and about 0.1 to 0.4 for most texts on
//! it, since most words of any text are common ones that say nothing.

mod background;
mod learn;
mod meaning;
mod related;
mod term;
mod topic;
mod weight;

#[cfg(test)]
mod tests;

pub use learn::{Basis, Estimate, Validation};
pub use topic::Topic;

use std::{collections::BTreeMap, sync::Arc};

use crate::engine::text::Document;
use meaning::Meaning;
use term::terms;
use weight::{Weights, worth};

/// A document with fewer terms cannot be told.
const TERMS_AT_LEAST: u32 = 5;

/// How many terms a [`Nearness`] names.
const NAMED: usize = 5;

/// A topic, ready to score documents.
#[derive(Debug)]
pub struct Profile {
    /// Its id.
    pub id: Arc<str>,
    /// Score from which a document is on topic.
    pub at_least: Option<f64>,
    weights: Weights,
    meaning: Option<Meaning>,
    /// Terms and phrases that speak for the topic, those first that contribute most to a text on it.
    strongest: Vec<String>,
}

/// A document's nearness to a topic.
#[derive(Debug, Clone, PartialEq)]
pub struct Nearness {
    /// 0 (nothing in common) to 1.
    pub score: f64,
    /// Terms of the document that speak most for the topic, strongest first, at most five.
    pub nearest: Vec<String>,
    /// Terms of the topic that the document lacks, strongest first, at most five.
    pub missing: Vec<String>,
}

/// How a document's score comes about.
#[derive(Debug, Clone, PartialEq)]
pub struct Account {
    /// 0 (nothing in common) to 1: `1 - exp(-sum of what the terms say)`, and 0 where that is below 0.
    pub score: f64,
    /// Terms of the document, those that speak most for the topic first, those against it last.
    pub terms: Vec<Part>,
    /// Terms of the topic that the document lacks, strongest first, at most five.
    pub missing: Vec<String>,
}

/// What a term has to do with a score.
#[derive(Debug, Clone, PartialEq)]
pub struct Part {
    /// The term or phrase.
    pub term: String,
    /// What it adds to the sum.
    pub says: f64,
    /// How much of that it adds for being related in meaning to terms of the examples, or to the examples as a whole.
    pub related: f64,
}

impl Account {
    /// Share (0 to 1) of the score that comes from related meaning rather than from the words themselves.
    pub fn related(&self) -> f64 {
        let [says, related] =
            [|part: &Part| part.says, |part: &Part| part.related].map(|of| self.terms.iter().map(of).sum::<f64>());
        if says > 0.0 { (related / says).clamp(0.0, 1.0) } else { 0.0 }
    }
}

impl Profile {
    /// Builds a profile from terms, examples, counter-examples or all.
    pub fn build(topic: &Topic) -> Self {
        let weights = Weights::of(topic);
        let terms = weights.terms.iter().map(|(term, weight)| (weight.expected, term.clone()));
        let phrases = weights.phrases.values().flatten();
        let phrases = phrases.map(|(terms, weight)| (weight.expected, display(terms)));
        let mut strongest: Vec<_> = terms.chain(phrases).filter(|(expected, _)| *expected > 0.0).collect();
        strongest.sort_by(|a, b| b.0.total_cmp(&a.0).then_with(|| a.1.cmp(&b.1)));
        Self {
            id: Arc::clone(&topic.id),
            at_least: topic.at_least,
            weights,
            meaning: Meaning::of(&topic.examples),
            strongest: strongest.into_iter().map(|(_, term)| term).collect(),
        }
    }

    /// Scores a document; `None` when it has too few words to tell.
    pub fn score(&self, document: &Document) -> Option<Nearness> {
        self.score_lines(document.lines().map(|line| line.text))
    }

    /// How the score of a document comes about; `None` when it has too few words to tell.
    pub fn account(&self, document: &Document) -> Option<Account> {
        self.account_of_lines(document.lines().map(|line| line.text))
    }

    /// Terms and phrases that speak for the topic, those first that contribute most to a text on it.
    pub fn strongest(&self) -> &[String] {
        &self.strongest
    }

    fn score_lines<'t>(&self, lines: impl Iterator<Item = &'t str>) -> Option<Nearness> {
        let Account { score, terms, missing } = self.account_of_lines(lines)?;
        let nearest = terms.into_iter().filter(|part| part.says > 0.0).take(NAMED).map(|part| part.term).collect();
        Some(Nearness { score, nearest, missing })
    }

    fn account_of_lines<'t>(&self, lines: impl Iterator<Item = &'t str>) -> Option<Account> {
        let mut counts = BTreeMap::new();
        let mut phrases: BTreeMap<&[String], (u32, f64)> = BTreeMap::new();
        let mut number = 0_u32;
        let mut row = Vec::new();
        for line in lines {
            row.clear();
            terms(line, |term| row.push(term));
            number += row.len() as u32;
            for (place, term) in row.iter().enumerate() {
                for (phrase, weight) in self.weights.phrases.get(term.as_ref()).into_iter().flatten() {
                    if row.iter().skip(place).take(phrase.len()).eq(phrase) {
                        phrases.entry(phrase).or_insert((0, weight.value)).0 += 1;
                    }
                }
            }
            for term in row.drain(..) {
                *counts.entry(term).or_insert(0) += 1;
            }
        }
        if number < TERMS_AT_LEAST {
            return None;
        }
        let whole: f64 = counts.values().map(|count| worth(*count)).sum();
        let mut meaning = self.meaning.as_ref().map(|meaning| meaning.says(&counts)).unwrap_or_default();
        meaning.resize(counts.len(), 0.0);
        let mut parts: Vec<Part> = phrases
            .into_iter()
            .map(|(phrase, (count, value))| Part {
                term: display(phrase),
                says: worth(count) * value / whole,
                related: 0.0,
            })
            .chain(counts.into_iter().zip(meaning).filter_map(|((term, count), meaning)| {
                let weight = self.weights.terms.get(term.as_ref());
                if weight.is_none() && meaning == 0.0 {
                    return None;
                }
                let (value, related) = weight.map_or((0.0, 0.0), |weight| (weight.value, weight.related));
                let times = worth(count) / whole;
                Some(Part {
                    term: term.into_owned(),
                    says: times * value + meaning,
                    related: times * related + meaning,
                })
            }))
            .collect();
        parts.sort_by(|a, b| b.says.total_cmp(&a.says).then_with(|| a.term.cmp(&b.term)));
        let mean: f64 = parts.iter().map(|part| part.says).sum();
        let lacks = |term: &&String| !parts.iter().any(|part| part.term == **term);
        Some(Account {
            score: 1.0 - (-mean.max(0.0)).exp(),
            missing: self.strongest.iter().filter(lacks).take(NAMED).cloned().collect(),
            terms: parts,
        })
    }
}

/// A phrase as people read it: with spaces between words, without between characters, of which neighbouring pairs
/// share one.
fn display(terms: &[String]) -> String {
    let mut text = String::new();
    for term in terms {
        let shared = term.chars().next().filter(|first| !first.is_ascii() && text.ends_with(*first));
        match shared {
            Some(first) => text.push_str(term.get(first.len_utf8()..).unwrap_or_default()),
            None if text.is_empty() => text.push_str(term),
            None => {
                text.push(' ');
                text.push_str(term);
            }
        }
    }
    text
}
