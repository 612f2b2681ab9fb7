//! What a test saw: values and limits for the report, and what it was missing.

use std::borrow::Cow;

use serde_json::Value;

use super::Evidence;
use crate::engine::rules::model::Bounds;

/// Longest quotation from a document, in characters.
const QUOTE_AT_MOST: usize = 120;

/// Most items of a list in the evidence.
const ITEMS_AT_MOST: usize = 20;

/// Notes of one test or of several.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Notes {
    /// Flat values and limits.
    pub(super) evidence: Evidence,
    /// The first measured value.
    pub(super) value: Option<String>,
    /// Its limit.
    pub(super) limit: Option<String>,
    /// What a pattern matched.
    pub(super) matched: Option<String>,
    /// Listed items that were found, as written.
    pub(super) words: Vec<String>,
    /// Why something cannot be told.
    pub(super) unknown: Vec<String>,
}

impl Notes {
    /// A value under a name.
    pub(super) fn set(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) {
        self.evidence.note(name, value);
    }

    /// A measured value with its limits; the first one also fills `{value}` and `{limit}`.
    pub(super) fn measure(&mut self, name: &'static str, value: f64, bounds: Bounds) {
        self.set(name, number(value));
        for (side, limit) in [("at_least", bounds.at_least), ("at_most", bounds.at_most)] {
            if let Some(limit) = limit {
                self.set(format!("{name}_{side}"), number(limit));
            }
        }
        if self.value.is_none() {
            self.value = Some(shown(value));
            self.limit = Some(limits(bounds));
        }
    }

    /// A list of names.
    pub(super) fn list(&mut self, name: &'static str, items: impl IntoIterator<Item = String>) {
        let items: Vec<Value> = items.into_iter().take(ITEMS_AT_MOST).map(Value::from).collect();
        self.set(name, items);
    }

    /// Why the test cannot tell.
    pub(super) fn doubt(&mut self, why: String) {
        if !self.unknown.contains(&why) {
            self.unknown.push(why);
        }
    }

    /// What a pattern matched.
    pub(super) fn quote(&mut self, matched: &str) {
        let quoted = shortened(matched);
        if self.matched.is_none() {
            self.set("matched", quoted.clone());
            self.matched = Some(quoted);
        }
    }

    /// An item that was found.
    pub(super) fn word(&mut self, written: &str) {
        if self.words.len() < ITEMS_AT_MOST && !self.words.iter().any(|word| word == written) {
            self.words.push(written.to_owned());
        }
    }

    /// Takes over what other notes have and these have not.
    pub(super) fn merge(&mut self, other: Self) {
        self.evidence.merge(other.evidence);
        if self.value.is_none() {
            (self.value, self.limit) = (other.value, other.limit);
        }
        self.matched = self.matched.take().or(other.matched);
        other.words.iter().for_each(|word| self.word(word));
        other.unknown.into_iter().for_each(|why| self.doubt(why));
    }

    /// The evidence, with the lists that grew meanwhile.
    pub(super) fn into_evidence(mut self) -> Evidence {
        if !self.words.is_empty() {
            let words = std::mem::take(&mut self.words);
            self.list("words", words);
        }
        if !self.unknown.is_empty() {
            let unknown = std::mem::take(&mut self.unknown);
            self.list("unknown", unknown);
        }
        self.evidence
    }
}

/// Whether a value lies within limits.
pub(super) fn within(value: f64, bounds: Bounds) -> bool {
    bounds.at_least.is_none_or(|limit| value >= limit) && bounds.at_most.is_none_or(|limit| value <= limit)
}

/// Limits for people: `at least 3`, `at most 10`, `3 to 10`.
pub(super) fn limits(bounds: Bounds) -> String {
    match (bounds.at_least, bounds.at_most) {
        (Some(least), Some(most)) => format!("{} to {}", shown(least), shown(most)),
        (Some(least), None) => format!("at least {}", shown(least)),
        (None, Some(most)) => format!("at most {}", shown(most)),
        (None, None) => "none".to_owned(),
    }
}

/// A number for people, with at most four places.
pub(super) fn shown(value: f64) -> String {
    number(value).to_string()
}

/// A number for programs: whole ones without a point, others with at most four places.
pub(super) fn number(value: f64) -> Value {
    let rounded = (value * 10_000.0).round() / 10_000.0;
    if rounded.fract() == 0.0 && rounded.abs() < 9e15 {
        #[expect(clippy::cast_possible_truncation, reason = "whole and in range")]
        let whole = rounded as i64;
        return whole.into();
    }
    rounded.into()
}

/// The beginning of a quotation.
pub(super) fn shortened(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(QUOTE_AT_MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}
