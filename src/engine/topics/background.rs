//! How often terms are used in a language at large.
//!
//! The data ships with siftd in `background.txt`; `scripts/build-background.py` made it, and
//! `background.LICENSE.md` says from what and under which terms.

use std::{
    collections::HashMap,
    sync::{LazyLock, OnceLock},
};

static DATA: &str = include_str!("background.txt");

/// How many of the most frequent terms tell a language.
const TELLING: usize = 100;

/// The frequency of a term that no list has, where the language has no list either. About the frequency of the
/// thousandth word of a language.
const UNLISTED: f64 = 1e-4;

/// One language's list.
#[derive(Debug)]
pub(super) struct Vocabulary {
    /// Lines of frequency classes.
    lines: &'static str,
    /// Whether it is that of English.
    is_english: bool,
    /// Whether the terms are pairs of characters.
    pairs: bool,
    frequencies: OnceLock<Frequencies>,
    places: OnceLock<HashMap<&'static str, usize>>,
}

#[derive(Debug)]
struct Frequencies {
    classes: HashMap<&'static str, u16>,
    rarest: u16,
}

/// Every list, in order of language.
static VOCABULARIES: LazyLock<Vec<Vocabulary>> = LazyLock::new(|| {
    let sections = DATA.split("\n[").skip(1).filter_map(|section| section.split_once("]\n"));
    sections
        .map(|(language, lines)| Vocabulary {
            lines,
            is_english: language == "en",
            pairs: matches!(language, "ja" | "ko" | "zh"),
            frequencies: OnceLock::new(),
            places: OnceLock::new(),
        })
        .collect()
});

/// Telling terms, each with the places of the lists that it tells.
static TELLING_TERMS: LazyLock<HashMap<&'static str, Vec<usize>>> = LazyLock::new(|| {
    let mut telling: HashMap<&str, Vec<usize>> = HashMap::new();
    for (place, vocabulary) in VOCABULARIES.iter().enumerate() {
        for (term, _) in vocabulary.terms().take(TELLING) {
            telling.entry(term).or_default().push(place);
        }
    }
    telling
});

/// The lists that a text is measured against: one of words, one of pairs of characters.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Background {
    words: Option<&'static Vocabulary>,
    pairs: Option<&'static Vocabulary>,
}

impl Background {
    /// For a text with these terms (each with its count): the lists whose most frequent terms it uses most.
    pub(super) fn of<'t>(terms: impl Iterator<Item = (&'t str, f64)>) -> Self {
        let mut shares = vec![0.0; VOCABULARIES.len()];
        for (term, count) in terms {
            for place in TELLING_TERMS.get(term).into_iter().flatten() {
                if let Some(share) = shares.get_mut(*place) {
                    *share += count;
                }
            }
        }
        let best = |pairs: bool| {
            let lists = VOCABULARIES.iter().zip(&shares).filter(|(list, share)| list.pairs == pairs && **share > 0.0);
            lists.max_by(|(_, a), (_, b)| a.total_cmp(b)).map(|(list, _)| list)
        };
        Self { words: best(false), pairs: best(true) }
    }

    /// Whether the words are English.
    pub(super) fn is_english(self) -> bool {
        self.words.is_some_and(|list| list.is_english)
    }

    /// The share of a term among all terms of the language, above 0. A term that is not listed counts as the rarest
    /// listed one.
    pub(super) fn frequency(self, term: &str) -> f64 {
        let listed = if is_pair(term) { self.pairs } else { self.words };
        listed.map_or(UNLISTED, |list| list.frequency(term).unwrap_or_else(|| list.rarest()))
    }
}

/// The list of English words.
pub(super) fn english() -> &'static Vocabulary {
    static EMPTY: Vocabulary =
        Vocabulary { lines: "", is_english: true, pairs: false, frequencies: OnceLock::new(), places: OnceLock::new() };
    VOCABULARIES.iter().find(|list| list.is_english).unwrap_or(&EMPTY)
}

/// The highest share that any language's list gives a term; the rarest listed where none has it.
pub(super) fn highest_frequency(term: &str) -> f64 {
    let lists = || VOCABULARIES.iter().filter(|list| list.pairs == is_pair(term));
    let listed = lists().filter_map(|list| list.frequency(term)).reduce(f64::max);
    listed.or_else(|| lists().map(Vocabulary::rarest).reduce(f64::min)).unwrap_or(UNLISTED)
}

/// Whether a term is a pair of characters rather than a word.
fn is_pair(term: &str) -> bool {
    term.chars().next().is_some_and(
        |first| matches!(first, '\u{3041}'..='\u{30ff}' | '\u{3400}'..='\u{9fff}' | '\u{ac00}'..='\u{d7a3}'),
    )
}

impl Vocabulary {
    /// Terms with their class (hundredths of a decade below 1), most frequent first.
    fn terms(&self) -> impl Iterator<Item = (&'static str, u16)> {
        self.lines.lines().flat_map(|line| {
            let (class, terms) = line.split_once(' ').unwrap_or_default();
            let class = class.parse().unwrap_or(u16::MAX);
            terms.split(' ').map(move |term| (term, class))
        })
    }

    /// The place of a term among all of the list, from 0, most frequent class first.
    pub(super) fn place(&self, term: &str) -> Option<usize> {
        let places =
            self.places.get_or_init(|| self.terms().zip(0..).map(|((term, _), place)| (term, place)).collect());
        places.get(term).copied()
    }

    /// Terms with their shares, in order of place.
    pub(super) fn shares(&self) -> impl Iterator<Item = (&'static str, f64)> {
        self.terms().map(|(term, class)| (term, share(class)))
    }

    fn frequencies(&self) -> &Frequencies {
        self.frequencies.get_or_init(|| {
            let classes: HashMap<_, _> = self.terms().collect();
            let rarest = classes.values().copied().max().unwrap_or_default();
            Frequencies { classes, rarest }
        })
    }

    fn frequency(&self, term: &str) -> Option<f64> {
        self.frequencies().classes.get(term).map(|class| share(*class))
    }

    fn rarest(&self) -> f64 {
        share(self.frequencies().rarest)
    }
}

/// The share that a class stands for.
fn share(class: u16) -> f64 {
    10_f64.powf(-f64::from(class) / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::topics::term::terms;

    fn background(text: &str) -> Background {
        let mut found = Vec::new();
        terms(text, |term| found.push(term.into_owned()));
        Background::of(found.iter().map(|term| (term.as_str(), 1.0)))
    }

    #[test]
    fn every_listed_term_is_in_the_form_that_texts_are_brought_into() {
        for vocabulary in VOCABULARIES.iter() {
            for (term, class) in vocabulary.terms() {
                assert!(class < 900, "{term}: {class}");
                let mut found = Vec::new();
                terms(term, |own| found.push(own.into_owned()));
                assert_eq!(found, [term]);
            }
        }
    }

    #[test]
    fn the_right_list_is_taken() {
        let english = background("The committee of the town met in the hall and it was late");
        let german = background("Der Ausschuss der Stadt traf sich in der Halle und es war spät");
        assert!(german.frequency("die") > 10.0 * english.frequency("die"));
        assert!(english.frequency("the") > 10.0 * german.frequency("the"));
        assert!(english.frequency("committee") > 3.0 * english.frequency("serendipity"));
        let chinese = background("我们认为这个问题很重要");
        assert!(chinese.frequency("中国") > 10.0 * chinese.frequency("韭菜"));
        assert!((background("ʘʘʘ ǁǁǁ").frequency("ʘʘʘ") - UNLISTED).abs() < 1e-12);
    }
}
