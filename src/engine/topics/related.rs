//! Words that are related in meaning to those of a topic, so that a text on it in other words is not at nothing.
//!
//! `related.bin` has a vector for every English term of `background.txt`, in that order: 384 signs, a bit each; and behind
//! them the directions that the vectors have most in common.
//! `scripts/build-related.py` made it, and `related.LICENSE.md` says from what. Terms that are much nearer to the middle of
//! a topic's examples than most are count for it even where no example has them.

use std::sync::LazyLock;

use super::background::english;

static DATA: &[u8] = include_bytes!("related.bin");

/// Numbers in a vector.
pub(super) const NUMBERS: usize = 384;

/// Bytes of a vector.
const BYTES: usize = NUMBERS / 8;

/// Common directions: the first five principal ones, without which texts were told apart best on descriptions of Debian's
/// packages; with three or eight the area under the curve is less by 0.001.
const COMMON: usize = 5;

/// Bytes of the common directions: numbers of four bytes, the lowest first.
const COMMON_BYTES: usize = COMMON * NUMBERS * 4;

static COMMON_DIRECTIONS: LazyLock<Vec<Vec<f64>>> = LazyLock::new(|| {
    let (numbers, _) = split().1.as_chunks::<4>();
    let numbers: Vec<f64> = numbers.iter().map(|bytes| f64::from(f32::from_le_bytes(*bytes))).collect();
    numbers.chunks_exact(NUMBERS).map(<[f64]>::to_vec).collect()
});

/// Standard deviations above the mean nearness of all words from which on a word is related.
///
/// This and the next were chosen on descriptions of Debian's packages in fourteen sections: with five examples a section
/// the area under the curve went from 0.845 to 0.863, and the texts off the topic that are caught at one false alarm in a
/// hundred from 19 to 23 in a hundred; with twenty from 0.896 to 0.900 and from 28 to 31. Within 0.002 for 2 to 3.
const RELATED: f64 = 2.5;

/// What a standard deviation more says (nats) for a word so rare that one word in `e` to the tenth is it.
const SAYS: f64 = 1.0;

/// The terms of English that are related to `terms` (each with how much it counts), with what they say for the topic in
/// nats; none where no term has a vector.
pub(super) fn related<'t>(terms: impl Iterator<Item = (&'t str, f64)>) -> Vec<(&'static str, f64)> {
    let english = english();
    let mut middle = [0.0; NUMBERS];
    let mut any = false;
    for (term, counts) in terms {
        let Some(signs) = english.place(term).and_then(signs_of) else { continue };
        any = true;
        for (number, sum) in middle.iter_mut().enumerate() {
            *sum += if signs[number / 8] >> (number % 8) & 1 == 1 { counts } else { -counts };
        }
    }
    if !any {
        return Vec::new();
    }
    let tables = tables(&middle);
    let nearness =
        |signs: &[u8]| -> f64 { signs.iter().zip(&tables).map(|(byte, sums)| sums[usize::from(*byte)]).sum() };
    let near: Vec<f64> = split().0.chunks_exact(BYTES).map(nearness).collect();
    let number = near.len() as f64;
    let mean = near.iter().sum::<f64>() / number;
    let spread = (near.iter().map(|near| (near - mean).powi(2)).sum::<f64>() / number).sqrt();
    let says = |(near, (term, share)): (&f64, (&'static str, f64))| {
        let beyond = (near - mean) / spread - RELATED;
        (beyond > 0.0).then(|| (term, SAYS * beyond * -share.ln() / 10.0))
    };
    near.iter().zip(english.shares()).filter_map(says).collect()
}

/// The directions that all words' vectors have most in common, each of length 1 and across the others.
pub(super) fn common() -> &'static [Vec<f64>] {
    &COMMON_DIRECTIONS
}

/// Signs, and common directions.
fn split() -> (&'static [u8], &'static [u8]) {
    DATA.split_at(DATA.len().saturating_sub(COMMON_BYTES))
}

/// The signs of the vector of the English term at this place.
pub(super) fn signs_of(place: usize) -> Option<&'static [u8]> {
    split().0.get(place * BYTES..(place + 1) * BYTES)
}

/// For each byte of a vector, what each of its values adds to the product with the middle: eight times faster than bit by
/// bit.
fn tables(middle: &[f64; NUMBERS]) -> Vec<[f64; 256]> {
    let table = |eight: &[f64]| {
        let mut sums = [0.0; 256];
        for (value, sum) in sums.iter_mut().enumerate() {
            *sum = eight
                .iter()
                .enumerate()
                .map(|(bit, number)| if value >> bit & 1 == 1 { *number } else { -number })
                .sum();
        }
        sums
    };
    middle.chunks_exact(8).map(table).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn related_to(terms: &[&str]) -> Vec<(&'static str, f64)> {
        related(terms.iter().map(|term| (*term, 1.0)))
    }

    #[test]
    fn there_is_a_vector_for_every_english_term() {
        assert_eq!(split().0.len(), english().shares().count() * BYTES);
        assert_eq!(common().len(), COMMON);
    }

    #[test]
    fn words_of_like_meaning_are_related_and_others_are_not() {
        let says =
            |of: &[&str], term: &str| related_to(of).iter().find(|(found, _)| *found == term).map(|(_, says)| *says);
        let music = ["guitar", "violin", "orchestra"];
        assert!(says(&music, "drum").is_some_and(|says| says > 0.1));
        assert!(says(&["ferry", "harbour", "cargo"], "ship").is_some());
        for common in ["the", "and", "ship", "mortgage"] {
            assert_eq!(says(&music, common), None, "{common}");
        }
    }

    #[test]
    fn few_words_are_related_and_none_to_what_has_no_vector() {
        let number = related_to(&["guitar", "violin", "orchestra"]).len();
        assert!((20..1500).contains(&number), "{number}");
        assert_eq!(related_to(&["qqqq", "修剪"]), []);
    }
}
