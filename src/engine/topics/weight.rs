//! What each term says for or against a topic.

use std::collections::{BTreeMap, HashMap};

use super::{
    Topic,
    background::{Background, highest_frequency},
    related::related,
    term::terms,
};

/// Share of a text on the topic that is taken to come from the topic, the rest being the language at large.
///
/// This and the next three were chosen on 20 Newsgroups (five and twenty examples a topic, area under the curve 0.83 and
/// 0.90 over all groups), where the figures move by less than 0.01 within a factor of two of each.
const TOPIC_SHARE: f64 = 0.3;
/// A log ratio (nats) nearer to 0 than this says nothing: style, not subject.
const NEGLIGIBLE: f64 = 0.3;
/// Terms that each example is taken to have besides its own, so that short examples do not weigh more than long ones.
const MORE_TERMS: f64 = 20.0;
/// How much more a term says that many examples share: weight goes with this power of the share of examples with it.
const SHARED: f64 = 0.3;
/// Share of the terms of a text on the topic that are a given strong term: one in a hundred.
const STRONG_SHARE: f64 = 0.01;
/// The same for a weak term: one in a thousand.
const WEAK_SHARE: f64 = 0.001;
/// A phrase is taken to be rarer than its rarest word by this factor, but no rarer than [`RAREST_PHRASE`]: somebody who
/// gives a phrase gives one that its words often form.
const PHRASE_FACTOR: f64 = 0.1;
const RAREST_PHRASE: f64 = 1e-6;

/// How often each term occurs in a text.
#[derive(Debug, Default)]
pub(super) struct Counts {
    pub(super) terms: BTreeMap<String, u32>,
}

impl Counts {
    /// Over the lines of a text.
    pub(super) fn of(text: &str) -> Self {
        let mut counts = Self::default();
        for line in text.lines() {
            terms(line, |term| *counts.terms.entry(term.into_owned()).or_default() += 1);
        }
        counts
    }
}

/// What a count of occurrences is worth: each doubling adds the same.
pub(super) fn worth(count: u32) -> f64 {
    1.0 + f64::from(count.max(1)).ln()
}

/// A term or phrase and what it says.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Weight {
    /// Log ratio (nats): above 0 it speaks for the topic, below against it.
    pub(super) value: f64,
    /// Value of its own times the share of it in a text on the topic: what it contributes there on average.
    pub(super) expected: f64,
    /// The part of the value that comes from its being related to other terms.
    pub(super) related: f64,
}

/// The weighted terms of a topic.
#[derive(Debug, Default)]
pub(super) struct Weights {
    /// By term.
    pub(super) terms: HashMap<String, Weight>,
    /// Phrases by their first term: all their terms and the weight.
    pub(super) phrases: HashMap<String, Vec<(Vec<String>, Weight)>>,
}

/// What is known of a term from one side: for the topic or against it.
#[derive(Debug, Default, Clone, Copy)]
struct Side {
    /// Mean share among the terms of the texts of that side.
    share: f64,
    /// Texts that have it.
    texts: u32,
    /// Whether it was given as a term.
    given: bool,
}

#[derive(Debug, Default)]
struct Evidence {
    /// For and against.
    sides: [Side; 2],
    /// Share in the language at large.
    background: f64,
}

impl Weights {
    /// Learns from a topic's terms, examples and counter-examples.
    pub(super) fn of(topic: &Topic) -> Self {
        let mut evidence: BTreeMap<Vec<String>, Evidence> = BTreeMap::new();
        let mut any_english = false;
        let lists = [
            (&topic.strong_terms, STRONG_SHARE, 0),
            (&topic.weak_terms, WEAK_SHARE, 0),
            (&topic.against_terms, STRONG_SHARE, 1),
        ];
        for (list, share, side) in lists {
            for term in list {
                give(&mut evidence, term, share, side);
            }
        }
        for (texts, side) in [(&topic.examples, 0), (&topic.counter_examples, 1)] {
            for text in texts {
                let english = read(&mut evidence, &Counts::of(text), texts.len(), side);
                any_english |= english && side == 0;
            }
        }
        let mut weights = Self::default();
        let texts = [topic.examples.len(), topic.counter_examples.len()];
        for (mut terms, evidence) in evidence {
            let Some(weight) = evidence.weight(texts) else { continue };
            if terms.len() > 1 {
                let first = terms.first().cloned().unwrap_or_default();
                weights.phrases.entry(first).or_default().push((terms, weight));
            } else if let Some(term) = terms.pop() {
                weights.terms.insert(term, weight);
            }
        }
        if any_english {
            weights.add_related();
        }
        weights
    }
}

impl Weights {
    /// Adds what is said by words that are related to those of the examples.
    fn add_related(&mut self) {
        let mut terms: Vec<(&str, f64)> =
            self.terms.iter().map(|(term, weight)| (term.as_str(), weight.expected)).collect();
        terms.retain(|(_, expected)| *expected > 0.0);
        // A map has no order of its own, and sums hang on it.
        terms.sort_unstable_by_key(|(term, _)| *term);
        for (term, says) in related(terms.into_iter()) {
            let known = self.terms.entry(term.to_owned()).or_insert(Weight { value: 0.0, expected: 0.0, related: 0.0 });
            // What counter-examples speak against stays against.
            if known.value >= 0.0 {
                known.value += says;
                known.related = says;
            }
        }
    }
}

/// Takes in a term that was given.
fn give(evidence: &mut BTreeMap<Vec<String>, Evidence>, written: &str, share: f64, side: usize) {
    let mut key = Vec::new();
    terms(written, |term| key.push(term.into_owned()));
    let rarest = key.iter().map(|term| highest_frequency(term)).reduce(f64::min);
    let Some(mut background) = rarest else { return };
    if key.len() > 1 {
        background = (background * PHRASE_FACTOR).max(RAREST_PHRASE);
    }
    let known = evidence.entry(key).or_default();
    known.background = known.background.max(background);
    if let Some(side) = known.sides.get_mut(side) {
        side.share += share;
        side.given = true;
    }
}

/// Takes in one of `texts` examples; whether its words are English.
fn read(evidence: &mut BTreeMap<Vec<String>, Evidence>, counts: &Counts, texts: usize, side: usize) -> bool {
    let background = Background::of(counts.terms.iter().map(|(term, count)| (term.as_str(), f64::from(*count))));
    let whole: f64 = counts.terms.values().map(|count| worth(*count)).sum::<f64>() + MORE_TERMS;
    for (term, count) in &counts.terms {
        let known = evidence.entry(vec![term.clone()]).or_default();
        known.background = known.background.max(background.frequency(term));
        if let Some(side) = known.sides.get_mut(side) {
            side.share += worth(*count) / whole / texts as f64;
            side.texts += 1;
        }
    }
    background.is_english()
}

impl Evidence {
    /// The weight, where it is not negligible.
    fn weight(&self, texts: [usize; 2]) -> Option<Weight> {
        let odds = TOPIC_SHARE / (1.0 - TOPIC_SHARE);
        let [with, against] = self.sides.map(|side| self.background + odds * side.share);
        let ratio = (with / against).ln();
        let beyond = ratio.abs() - NEGLIGIBLE;
        if beyond <= 0.0 {
            return None;
        }
        let place = usize::from(ratio < 0.0);
        let side = self.sides.get(place).copied().unwrap_or_default();
        let of = texts.get(place).copied().unwrap_or_default();
        let shared = if side.given || of == 0 { 1.0 } else { (f64::from(side.texts) / of as f64).powf(SHARED) };
        let value = beyond.copysign(ratio) * shared;
        Some(Weight { value, expected: value * side.share, related: 0.0 })
    }
}
