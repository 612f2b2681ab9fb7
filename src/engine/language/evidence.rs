//! How well function words and letters speak for each language of a script.
//!
//! A naive Bayes score in nats: each token that is a function word of a language speaks for it, by how common the word
//! is there, and less each further time, since lists and menus repeat themselves; each token with a letter that the
//! language does not use speaks against it, and so do many words without a letter of its own.

use std::{collections::HashMap, ops::Range, sync::LazyLock};

use super::{
    Code,
    profiles::{PROFILES, Profile},
};
use crate::engine::text::Script;

/// What a text says about the languages of one script.
#[derive(Debug, Clone)]
pub(super) struct Evidence {
    /// Nats for each language of the script, most first.
    pub(super) scores: Vec<Score>,
    /// Words looked at.
    pub(super) tokens: usize,
}

/// One language's evidence.
#[derive(Debug, Clone, Copy)]
pub(super) struct Score {
    /// The language.
    pub(super) code: &'static str,
    /// Nats above a language of which nothing was found.
    pub(super) nats: f64,
    /// Tokens that are its function words.
    pub(super) hits: usize,
}

/// How much more often a language's commonest function word occurs in it than in text at large, in nats: a word of
/// 5 % against one of 0.07 %.
const TOP_WORD: f64 = 4.2;

/// Against a language, for a token with a letter that it does not use: less than a function word says, since names and
/// loans keep their letters.
const STRANGE_LETTER: f64 = 2.5;

/// A single letter is an article or a particle in some languages, and an initial, a unit or an option in all.
const SINGLE_LETTER: f64 = 0.5;

/// How much of what plain words say against a language of many accents is taken for true: some people leave accents out.
const PLAIN_WORD: f64 = 0.5;

/// A word in so many profiles still tells a language.
const TELLING: usize = 3;

impl Evidence {
    /// Weighs `text`, which is in lower case and composed (NFC), for the languages of `script`.
    pub(super) fn of(text: &str, script: Script) -> Self {
        let index = &*INDEX;
        let of_script = range_of(script);
        let mut nats = [0.0; MOST];
        let mut hits = [0; MOST];
        let (mut tokens, mut plain) = (0, 0);
        let mut seen: HashMap<&str, u32> = HashMap::new();
        for token in tokens_of(text) {
            tokens += 1;
            if let Some((&word, entries)) = index.words.get_key_value(token) {
                let times = seen.entry(word).or_default();
                *times += 1;
                let worth = if token.len() == 1 { SINGLE_LETTER } else { 1.0 } / f64::from(*times);
                for entry in entries {
                    nats[entry.profile] += worth * (TOP_WORD - (1.0 + f64::from(entry.rank) / 3.0).ln());
                    hits[entry.profile] += 1;
                }
            }
            match index.users_of_letters(token, script) {
                Some(users) => {
                    for (profile, nats) in nats.iter_mut().enumerate().take(of_script.end).skip(of_script.start) {
                        if users >> profile & 1 == 0 {
                            *nats -= STRANGE_LETTER;
                        }
                    }
                }
                None => plain += usize::from(token.len() > 1),
            }
        }
        let mut scores: Vec<Score> = of_script
            .map(|at| {
                let profile = &PROFILES[at];
                let plain = PLAIN_WORD * plain as f64 * index.against[at].plain_word;
                Score { code: profile.code, nats: nats[at] - index.against[at].handicap - plain, hits: hits[at] }
            })
            .collect();
        // Bokmål and Nynorsk share a code, and the better one speaks for it.
        scores.sort_by(|a, b| a.code.cmp(b.code).then(b.nats.total_cmp(&a.nats)));
        scores.dedup_by_key(|score| score.code);
        let mut evidence = Self { scores, tokens };
        evidence.sort();
        evidence
    }

    /// Adds what speaks for a language from elsewhere.
    pub(super) fn add(&mut self, code: Code, nats: f64) {
        if let Some(score) = self.scores.iter_mut().find(|score| score.code == code.as_str()) {
            score.nats += nats;
        }
    }

    /// What speaks for one language; nothing where it is not written in the script.
    pub(super) fn nats(&self, code: Code) -> f64 {
        self.scores.iter().find(|score| score.code == code.as_str()).map_or(f64::NEG_INFINITY, |score| score.nats)
    }

    /// Puts the languages in order again.
    pub(super) fn sort(&mut self) {
        self.scores.sort_by(|a, b| b.nats.total_cmp(&a.nats));
    }

    /// The best language, and the nats by which it leads the next one.
    pub(super) fn best(&self) -> Option<(Score, f64)> {
        let best = *self.scores.first()?;
        Some((best, self.scores.get(1).map_or(best.nats, |second| best.nats - second.nats)))
    }
}

/// Whether a line has two function words of a language that few others have. A screen that costs a tenth of weighing.
pub(super) fn speaks(text: &str, code: Code) -> bool {
    let mut lower = String::new();
    let own = |token: &&str| {
        let token = if token.bytes().any(|byte| byte.is_ascii_uppercase()) {
            lower.clear();
            lower.extend(token.chars().map(|c| c.to_ascii_lowercase()));
            lower.as_str()
        } else {
            token
        };
        INDEX.words.get(token).is_some_and(|entries| {
            entries.len() <= TELLING && entries.iter().any(|entry| PROFILES[entry.profile].code == code.as_str())
        })
    };
    tokens_of(text).filter(own).nth(1).is_some()
}

/// Room for the profiles: one bit each in a set of languages.
const MOST: usize = u128::BITS as usize;
const _: () = assert!(PROFILES.len() <= MOST, "a set of languages has a bit for each profile");

/// Where the profiles of a script stand, which are next to one another.
fn range_of(script: Script) -> Range<usize> {
    let of_script = |profile: &Profile| profile.script == script;
    let start = PROFILES.iter().position(of_script).unwrap_or(0);
    let end = PROFILES.iter().rposition(of_script).map_or(0, |last| last + 1);
    start..end
}

struct Index {
    words: HashMap<&'static str, Vec<Entry>>,
    /// The languages that use a letter beyond or in their script's base, where not all do.
    letters: HashMap<char, u128>,
    /// By profile.
    against: Vec<Against>,
}

/// What speaks against a language from the start, worked out once.
struct Against {
    /// Nats.
    handicap: f64,
    /// Nats for each word without a letter of its own.
    plain_word: f64,
}

struct Entry {
    profile: usize,
    rank: u16,
}

static INDEX: LazyLock<Index> = LazyLock::new(Index::build);

impl Index {
    fn build() -> Self {
        let mut words: HashMap<&'static str, Vec<Entry>> = HashMap::new();
        let mut letters: HashMap<char, u128> = HashMap::new();
        for (at, profile) in PROFILES.iter().enumerate() {
            for (word, rank) in profile.words.split(' ').zip(0..) {
                let entries = words.entry(word).or_default();
                if entries.last().is_none_or(|last| last.profile != at) {
                    entries.push(Entry { profile: at, rank });
                }
            }
            for letter in profile.letters.chars() {
                *letters.entry(letter).or_default() |= 1 << at;
            }
        }
        let lacked = PROFILES.iter().flat_map(|profile| profile.lacks.chars().map(|letter| (profile.script, letter)));
        for (script, letter) in lacked {
            let users = |profile: &Profile| profile.script == script && !profile.lacks.contains(letter);
            let set = PROFILES.iter().enumerate().filter(|(_, profile)| users(profile));
            *letters.entry(letter).or_default() |= set.fold(0, |set, (at, _)| set | 1 << at);
        }
        let against =
            |profile: &Profile| Against { handicap: profile.handicap(), plain_word: -(1.0 - profile.accented()).ln() };
        Self { words, letters, against: PROFILES.iter().map(against).collect() }
    }

    /// The languages that use all of a token's letters; `None` when all of the script do.
    fn users_of_letters(&self, token: &str, script: Script) -> Option<u128> {
        if token.is_ascii() {
            return None;
        }
        let mut users = None;
        for c in token.chars().filter(|c| !c.is_ascii()) {
            if let Some(set) = self.letters.get(&c) {
                users = Some(users.unwrap_or(u128::MAX) & set);
            } else if script == Script::LATIN && c.is_alphabetic() {
                users = Some(0);
            }
        }
        users
    }
}

/// Runs of letters and their marks.
pub(super) fn tokens_of(text: &str) -> impl Iterator<Item = &str> {
    text.split(|c: char| !is_of_word(c)).filter(|token| !token.is_empty())
}

fn is_of_word(c: char) -> bool {
    if c.is_ascii() {
        return c.is_ascii_alphabetic();
    }
    // Marks that are not letters: accents, Arabic and Hebrew points, the virama.
    c.is_alphabetic()
        || matches!(c, '\u{300}'..='\u{36F}' | '\u{591}'..='\u{5C7}' | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{93C}' | '\u{94D}' | '·')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn profiles_of_a_script_stand_together() {
        for profile in PROFILES {
            assert!(PROFILES[range_of(profile.script)].iter().all(|other| other.script == profile.script));
        }
    }

    #[test]
    fn profiles_are_in_lower_case_and_without_their_base() {
        for profile in PROFILES {
            assert_eq!(profile.words.to_lowercase(), profile.words, "{}", profile.code);
            assert!(!profile.words.contains("  "), "{}", profile.code);
            assert!(!profile.letters.chars().any(|c| c.is_ascii()), "{}", profile.code);
            assert!(!profile.letters.chars().any(|c| profile.lacks.contains(c)), "{}", profile.code);
        }
    }

    #[test]
    fn a_letter_speaks_against_those_who_lack_it() {
        let nats = |text: &str, script, code: &str| {
            Evidence::of(text, script).scores.iter().find(|score| score.code == code).unwrap().nats
        };
        assert!(nats("größe", Script::LATIN, "de") > nats("größe", Script::LATIN, "en"));
        assert!(nats("была", Script::CYRILLIC, "ru") > nats("была", Script::CYRILLIC, "uk"));
        assert!(nats("مدرسة", Script::ARABIC, "ar") > nats("مدرسة", Script::ARABIC, "fa"));
    }

    #[test]
    fn repeating_a_word_adds_less_each_time() {
        let nats = |text: &str| Evidence::of(text, Script::LATIN).best().unwrap().0.nats;
        assert!(nats("the the the the") < 2.5 * nats("the"));
    }
}
