//! What a whole text means, as a direction: texts on one subject point the same way even where they share few words.
//!
//! A text's vector is the sum of its words' (`related`), the rarer the word the more it counts, without the directions
//! that all words have in common: the smooth inverse frequency of Arora, Liang and Ma, "A simple but tough-to-beat
//! baseline for sentence embeddings" (ICLR 2017). The cosine with the middle of the examples is a sum over the text's
//! words, so each word's part in it is known.

use std::{borrow::Cow, collections::BTreeMap, sync::LazyLock};

use super::{
    background::{Background, english},
    related::{NUMBERS, common, signs_of},
    term::terms,
    weight::worth,
};

/// A word of this share among all counts half, rarer ones more.
///
/// This and the next were chosen on descriptions of Debian's packages in fourteen sections. Between 1e-4 and 1e-6
/// the area under the curve moves by less than 0.003.
const HALF: f64 = 1e-5;

/// What a cosine of 1 says (nats) divided by the square root of the number of examples, and at most. The more examples,
/// the more their own words tell and the less is left to say.
const SAYS: f64 = 2.0;
const SAYS_AT_MOST: f64 = 0.9;

/// By place of a term: how much it counts.
static COUNTS_FOR: LazyLock<Vec<f64>> =
    LazyLock::new(|| english().shares().map(|(_, share)| HALF / (HALF + share)).collect());

/// The direction of a topic's examples.
#[derive(Debug)]
pub(super) struct Meaning {
    /// Of length 1.
    direction: Vec<f64>,
    /// What a cosine of 1 says (nats).
    says: f64,
}

impl Meaning {
    /// Of the examples in English; `None` where there is none.
    pub(super) fn of(examples: &[String]) -> Option<Self> {
        let mut direction = vec![0.0; NUMBERS];
        let mut texts = 0_u32;
        for text in examples {
            let mut counts = BTreeMap::new();
            for line in text.lines() {
                terms(line, |term| *counts.entry(term).or_insert(0) += 1);
            }
            let Some(vector) = vector(&counts) else { continue };
            let length = length(&vector);
            add(&mut direction, &vector, 1.0 / length);
            texts += 1;
        }
        let length = length(&direction);
        if length <= 0.0 {
            return None;
        }
        direction.iter_mut().for_each(|number| *number /= length);
        Some(Self { direction, says: (SAYS / f64::from(texts).sqrt()).min(SAYS_AT_MOST) })
    }

    /// What each term of a text says for the topic (nats), in the order of `counts`; nothing where the text is not
    /// English or points elsewhere.
    pub(super) fn says(&self, counts: &BTreeMap<Cow<'_, str>, u32>) -> Vec<f64> {
        let Some(vector) = vector(counts) else { return Vec::new() };
        let length = length(&vector);
        let cosine = product(&self.direction, &vector) / length;
        if cosine <= 0.0 {
            return Vec::new();
        }
        let scale = self.says / length;
        let says = |(term, count): (&Cow<'_, str>, &u32)| {
            weighted(term, *count).map_or(0.0, |(signs, weight)| {
                // The direction is free of what is common already, so the word need not be.
                let along: f64 = numbers(signs).zip(&self.direction).map(|(sign, number)| sign * number).sum();
                scale * weight * along
            })
        };
        counts.iter().map(says).collect()
    }
}

/// The vector of an English text of these terms, without the common directions; `None` where it has no direction.
fn vector(counts: &BTreeMap<Cow<'_, str>, u32>) -> Option<Vec<f64>> {
    if !Background::of(counts.iter().map(|(term, count)| (term.as_ref(), f64::from(*count)))).is_english() {
        return None;
    }
    let mut vector = vec![0.0; NUMBERS];
    for (term, count) in counts {
        let Some((signs, weight)) = weighted(term, *count) else { continue };
        for (sum, sign) in vector.iter_mut().zip(numbers(signs)) {
            *sum += weight * sign;
        }
    }
    for direction in common() {
        let along = product(&vector, direction);
        add(&mut vector, direction, -along);
    }
    (length(&vector) > 0.0).then_some(vector)
}

/// A term's signs and how much it counts.
fn weighted(term: &str, count: u32) -> Option<(&'static [u8], f64)> {
    let place = english().place(term)?;
    Some((signs_of(place)?, worth(count) * COUNTS_FOR.get(place)?))
}

/// Signs as numbers.
fn numbers(signs: &[u8]) -> impl Iterator<Item = f64> {
    signs.iter().flat_map(|byte| (0..8).map(move |bit| f64::from(byte >> bit & 1) * 2.0 - 1.0))
}

fn add(sum: &mut [f64], vector: &[f64], times: f64) {
    for (sum, number) in sum.iter_mut().zip(vector) {
        *sum += times * number;
    }
}

fn product(left: &[f64], right: &[f64]) -> f64 {
    left.iter().zip(right).map(|(left, right)| left * right).sum()
}

fn length(vector: &[f64]) -> f64 {
    product(vector, vector).sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    const BAND: &str = "The band played with two guitars and a violin, and the drummer sang of the sea.";
    const CONCERT: &str = "At the concert an orchestra performed a symphony; the pianist was given long applause.";
    const LOAN: &str = "The bank gave a loan to buy the house, and the mortgage is paid back at a fixed rate.";

    fn counts(text: &str) -> BTreeMap<Cow<'_, str>, u32> {
        let mut counts = BTreeMap::new();
        terms(text, |term| *counts.entry(term).or_insert(0) += 1);
        counts
    }

    fn says(examples: &[&str], text: &str) -> f64 {
        let examples: Vec<String> = examples.iter().map(|text| (*text).to_owned()).collect();
        Meaning::of(&examples).unwrap().says(&counts(text)).iter().sum()
    }

    #[test]
    fn texts_of_one_subject_point_the_same_way() {
        let (on, off) = (says(&[BAND], CONCERT), says(&[BAND], LOAN));
        assert!(on > 0.05 && off < on / 2.0, "{on} {off}");
    }

    #[test]
    fn the_parts_of_the_words_add_up_to_the_cosine() {
        assert!((says(&[BAND], BAND) - SAYS_AT_MOST).abs() < 1e-9);
        let sixteen = says(&[BAND; 16], BAND);
        assert!((sixteen - SAYS / 4.0).abs() < 1e-9, "{sixteen}");
    }

    #[test]
    fn what_is_common_to_all_words_is_gone() {
        let vector = vector(&counts(LOAN)).unwrap();
        for direction in common() {
            assert!((length(direction) - 1.0).abs() < 1e-5);
            assert!(product(&vector, direction).abs() < 1e-4 * length(&vector));
        }
    }

    #[test]
    fn other_languages_have_no_direction_and_say_nothing() {
        assert!(Meaning::of(&["Der Ausschuss der Stadt traf sich in der Halle und es war spät".to_owned()]).is_none());
        assert!(Meaning::of(&[]).is_none());
        assert_eq!(says(&[BAND], "Die Band spielte mit zwei Gitarren und der Geige in der Stadt am See"), 0.0);
    }
}
