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
    /// The first measured value, with its limits.
    pub(super) measured: Option<(f64, Bounds)>,
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

    /// A value with its limits, on the side of them where it is.
    pub(super) fn beside(&mut self, name: &'static str, value: f64, bounds: Bounds) {
        self.set(name, exact(told_apart(value, bounds)));
        for (side, limit) in [bounds.at_least, bounds.at_most].into_iter().enumerate() {
            if let Some(limit) = limit {
                self.set(limit_name(name, side), exact(limit));
            }
        }
    }

    /// The same of a measured value; the first one is also what fills `{value}` and `{limit}`.
    pub(super) fn measure(&mut self, name: &'static str, value: f64, bounds: Bounds) {
        self.beside(name, value, bounds);
        self.measured.get_or_insert((value, bounds));
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
        self.measured = self.measured.or(other.measured);
        self.matched = self.matched.take().or(other.matched);
        if self.words.is_empty() {
            self.words = other.words;
        } else {
            other.words.iter().for_each(|word| self.word(word));
        }
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

/// What the limit of a value is called, on the side below (0) or above (1). Rules measure lines by the same few values
/// again and again, whose names need not be put together each time.
fn limit_name(name: &'static str, side: usize) -> Cow<'static, str> {
    macro_rules! names {
        ($($name:literal)*) => { [$(($name, [concat!($name, "_at_least"), concat!($name, "_at_most")])),*] };
    }
    const OF_LINES: [(&str, [&str; 2]); 12] = names!(
        "letters" "words_count" "chars" "whitespace_tokens" "longest_token" "upper_share" "digit_share" "symbol_share" "title_share" "words_share"
        "script_share" "confidence"
    );
    match OF_LINES.iter().find(|(known, _)| *known == name) {
        Some((_, names)) => names[side].into(),
        None => format!("{name}_{}", ["at_least", "at_most"][side]).into(),
    }
}

/// Whether a value lies within limits.
pub(super) fn within(value: f64, bounds: Bounds) -> bool {
    bounds.at_least.is_none_or(|limit| value >= limit) && bounds.at_most.is_none_or(|limit| value <= limit)
}

/// The same of a count of which is known how high it is at least: looked for no further than it takes to tell.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "casts saturate, and no count is below 0")]
pub(super) fn reached_within(reaches: impl Fn(usize) -> bool, bounds: Bounds) -> bool {
    bounds.at_least.is_none_or(|limit| reaches(limit.ceil() as usize))
        && bounds.at_most.is_none_or(|limit| limit >= 0.0 && !reaches((limit as usize).saturating_add(1)))
}

/// Limits for people: `at least 3`, `at most 10`, `3 to 10`.
pub(super) fn limits(bounds: Bounds) -> String {
    match (bounds.at_least, bounds.at_most) {
        (Some(least), Some(most)) => format!("{} to {}", exact(least), exact(most)),
        (Some(least), None) => format!("at least {}", exact(least)),
        (None, Some(most)) => format!("at most {}", exact(most)),
        (None, None) => "none".to_owned(),
    }
}

/// A number for programs: whole ones without a point, others with at most four places.
pub(super) fn number(value: f64) -> Value {
    exact(rounded(value, PLACES))
}

/// A number for programs as it is: whole ones without a point.
pub(super) fn exact(value: f64) -> Value {
    if value.fract() == 0.0 && value.abs() < 9e15 {
        #[expect(clippy::cast_possible_truncation, reason = "whole and in range")]
        let whole = value as i64;
        return whole.into();
    }
    value.into()
}

/// Places that tell most values apart.
pub(super) const PLACES: i32 = 4;

/// Places up to which a decimal number keeps its value.
const PLACES_AT_MOST: i32 = 15;

/// A value rounded to four places, or to as many as keep it on its side of its limits.
pub(super) fn told_apart(value: f64, bounds: Bounds) -> f64 {
    rounded_until(value, PLACES, |rounded| {
        let sides = [bounds.at_least, bounds.at_most];
        sides.into_iter().flatten().all(|limit| rounded.partial_cmp(&limit) == value.partial_cmp(&limit))
    })
}

/// A value rounded to so many places, or to as many more as it takes.
pub(super) fn rounded_until(value: f64, places: i32, enough: impl Fn(f64) -> bool) -> f64 {
    (places..=PLACES_AT_MOST).map(|places| rounded(value, places)).find(|&value| enough(value)).unwrap_or(value)
}

fn rounded(value: f64, places: i32) -> f64 {
    let steps = 10_f64.powi(places);
    (value * steps).round() / steps
}

/// The beginning of a quotation.
pub(super) fn shortened(text: &str) -> String {
    let text = text.trim();
    match text.char_indices().nth(QUOTE_AT_MOST) {
        Some((end, _)) => format!("{}…", &text[..end]),
        None => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_value_beside_its_limit_has_as_many_places_as_it_takes() {
        let floor = |at_least| Bounds { at_least: Some(at_least), at_most: None };
        for (value, limit, shown) in [
            (0.123_456, 0.3, "0.1235"),
            (0.299_999, 0.3, "0.299999"),
            (0.300_04, 0.3, "0.30004"),
            (0.3, 0.3, "0.3"),
            (2.0, 3.0, "2"),
            (1.0 / 3.0, 0.333_33, "0.333333"),
        ] {
            assert_eq!(exact(told_apart(value, floor(limit))).to_string(), shown);
        }
        assert_eq!(number(2.000_04).to_string(), "2");
        assert_eq!(limits(floor(0.000_05)), "at least 0.00005");
    }

    #[test]
    fn limits_are_called_by_their_value() {
        let mut notes = Notes::default();
        let bounds = Bounds { at_least: Some(0.1), at_most: Some(0.9) };
        for name in ["title_share", "hash_ratio"] {
            notes.beside(name, 0.5, bounds);
        }
        let names: Vec<&str> = notes.evidence.iter().map(|(name, _)| name).collect();
        let of = |name: &str| [name.to_owned(), format!("{name}_at_least"), format!("{name}_at_most")];
        assert_eq!(names, [of("hash_ratio"), of("title_share")].concat());
    }

    proptest! {
        #[test]
        fn what_is_shown_is_on_the_same_side(
            least in -2.0..2.0_f64,
            most in -2.0..2.0_f64,
            near in -1e-5..1e-5_f64,
            far in -2.0..2.0_f64,
        ) {
            for value in [least, least + near, most - near, far] {
                let bounds = Bounds { at_least: Some(least), at_most: Some(most) };
                let shown = told_apart(value, bounds);
                prop_assert_eq!(within(shown, bounds), within(value, bounds));
                prop_assert!((shown - value).abs() <= 0.5e-4 + 1e-12);
                prop_assert_eq!(shown == least, value == least);
            }
        }
    }
}
