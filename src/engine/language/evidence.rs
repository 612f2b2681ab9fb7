//! How well function words and letters speak for each language of a script.
//!
//! A naive Bayes score in nats: each token that is a function word of a language speaks for it, by how common the word
//! is there, and less each further time, since lists and menus repeat themselves; each token with a letter that the
//! language does not use speaks against it, and so do many words without a letter of its own.

use std::{ops::Range, sync::LazyLock};

use super::{
    Code,
    lexicon::{LEXICON, MOST, tokens_of},
    profiles::{PROFILES, Profile},
};
use crate::engine::text::Script;

/// What a text says about the languages of one script.
#[derive(Debug, Clone)]
pub(super) struct Evidence {
    /// Nats for each profile, above a language of which nothing was found.
    nats: [f64; MOST],
    /// Tokens that are function words of each profile.
    hits: [u32; MOST],
    /// The profiles of the script.
    of_script: Range<usize>,
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
    pub(super) hits: u32,
}

/// Against a language, for a token with a letter that it does not use: less than a function word says, since names and
/// loans keep their letters.
const STRANGE_LETTER: f64 = 2.5;

/// A single letter is an article or a particle in some languages, and an initial, a unit or an option in all.
const SINGLE_LETTER: f64 = 0.5;

/// Room for so many words of a sample that speak for a language.
const DIFFERENT_WORDS: usize = 128;

/// How much of what plain words say against a language of many accents is taken for true: some people leave accents out.
const PLAIN_WORD: f64 = 0.5;

impl Evidence {
    /// Weighs `text`, whose letters beyond ASCII are in lower case and composed (NFC), for the languages of `script`.
    pub(super) fn of(text: &str, script: Script) -> Self {
        let (lexicon, standing) = (&*LEXICON, &*STANDING);
        let of_script = range_of(script);
        let mut nats = [0.0; MOST];
        let mut hits = [0; MOST];
        let (mut tokens, mut plain) = (0, 0);
        let mut times = vec![0_u32; lexicon.len()];
        let mut seen = Vec::with_capacity(DIFFERENT_WORDS);
        for token in tokens_of(text) {
            tokens += 1;
            if let Some(word) = lexicon.word(&token) {
                let times = &mut times[word.id()];
                *times += 1;
                if *times == 1 {
                    seen.push(word);
                }
            }
            match lexicon.users_of_letters(&token, script) {
                Some(users) => {
                    for (profile, nats) in nats.iter_mut().enumerate().take(of_script.end).skip(of_script.start) {
                        if users >> profile & 1 == 0 {
                            *nats -= STRANGE_LETTER;
                        }
                    }
                }
                None => plain += usize::from(token.text.len() > 1),
            }
        }
        // A common word speaks for many languages, so that it pays to do it once for all times.
        for word in seen {
            let times = times[word.id()];
            let worth = harmonic(times) * if word.is_single_letter() { SINGLE_LETTER } else { 1.0 };
            for entry in lexicon.entries(word) {
                nats[entry.profile] += worth * entry.nats;
                hits[entry.profile] += times;
            }
        }
        for (nats, against) in nats.iter_mut().zip(&standing.against) {
            *nats -= against.handicap;
            *nats -= PLAIN_WORD * plain as f64 * against.plain_word;
        }
        // Bokmål and Nynorsk share a code, and the better one speaks for it.
        for &(first, second) in &standing.twins {
            let worse = if nats[second] > nats[first] { first } else { second };
            nats[worse] = f64::NEG_INFINITY;
        }
        Self { nats, hits, of_script, tokens }
    }

    /// Adds what speaks for a language from elsewhere.
    pub(super) fn add(&mut self, code: Code, nats: f64) {
        if let Some(profile) = self.profile(code) {
            self.nats[profile] += nats;
        }
    }

    /// The most that speaks for a profile of a set; nothing where none of them is of the script.
    pub(super) fn nats_of(&self, profiles: u128) -> f64 {
        let in_set = self.of_script.clone().filter(|&profile| profiles >> profile & 1 == 1);
        in_set.map(|profile| self.nats[profile]).fold(f64::NEG_INFINITY, f64::max)
    }

    /// The best language (of equals, the first by code), and the nats by which it leads the next one.
    pub(super) fn best(&self) -> Option<(Score, f64)> {
        let (mut best, mut second) = (None, f64::NEG_INFINITY);
        for &profile in &STANDING.by_code[self.of_script.clone()] {
            let nats = self.nats[profile];
            if best.is_none_or(|best: usize| nats > self.nats[best]) {
                second = best.map_or(second, |best| self.nats[best]);
                best = Some(profile);
            } else if nats > second {
                second = nats;
            }
        }
        let best = best?;
        let (code, nats, hits) = (PROFILES[best].code, self.nats[best], self.hits[best]);
        Some((Score { code, nats, hits }, if second.is_finite() { nats - second } else { nats }))
    }

    /// The profile that speaks for a language.
    fn profile(&self, code: Code) -> Option<usize> {
        LEXICON.profiles(code).find(|profile| self.of_script.contains(profile) && self.nats[*profile].is_finite())
    }
}

/// What a word is worth that occurs so many times: 1 + 1/2 + 1/3 and so on.
fn harmonic(times: u32) -> f64 {
    // Divisions one after the other take long, and most words occur a few times.
    const FIRST: [f64; 64] = {
        let mut sums = [0.0; 64];
        let mut time = 1;
        while time < sums.len() {
            sums[time] = sums[time - 1] + 1.0 / time as f64;
            time += 1;
        }
        sums
    };
    let more = || (1..=times).map(|time| 1.0 / f64::from(time)).sum();
    FIRST.get(times as usize).copied().unwrap_or_else(more)
}

/// The profiles of a language, as a set.
pub(super) fn profiles_of(code: Code) -> u128 {
    LEXICON.profiles(code).fold(0, |set, profile| set | 1 << profile)
}

/// The profiles of a script, as a set.
pub(super) fn profiles_in(script: Script) -> u128 {
    range_of(script).fold(0, |set, profile| set | 1 << profile)
}

/// Where the profiles of a script stand, which are next to one another.
fn range_of(script: Script) -> Range<usize> {
    let of_script = |profile: &Profile| profile.script == script;
    let start = PROFILES.iter().position(of_script).unwrap_or(0);
    let end = PROFILES.iter().rposition(of_script).map_or(0, |last| last + 1);
    start..end
}

/// What is so of the profiles whatever the text, worked out once.
struct Standing {
    /// By profile.
    against: Vec<Against>,
    /// The profiles of each script, which are next to one another, in order of code.
    by_code: Vec<usize>,
    /// Profiles of one script that share a code.
    twins: Vec<(usize, usize)>,
}

/// What speaks against a language from the start.
struct Against {
    /// Nats.
    handicap: f64,
    /// Nats for each word without a letter of its own.
    plain_word: f64,
}

static STANDING: LazyLock<Standing> = LazyLock::new(|| {
    let against =
        |profile: &Profile| Against { handicap: profile.handicap(), plain_word: -(1.0 - profile.accented()).ln() };
    let mut by_code: Vec<usize> = (0..PROFILES.len()).collect();
    by_code.sort_by_key(|&at| (range_of(PROFILES[at].script).start, PROFILES[at].code));
    let of_one_code = |&(first, second): &(usize, usize)| {
        PROFILES[first].code == PROFILES[second].code && PROFILES[first].script == PROFILES[second].script
    };
    let twins = by_code.windows(2).map(|pair| (pair[0], pair[1])).filter(of_one_code).collect();
    Standing { against: PROFILES.iter().map(against).collect(), by_code, twins }
});

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
        let nats =
            |text: &str, script, code: &'static str| Evidence::of(text, script).nats_of(profiles_of(Code::known(code)));
        assert!(nats("größe", Script::LATIN, "de") > nats("größe", Script::LATIN, "en"));
        assert!(nats("была", Script::CYRILLIC, "ru") > nats("была", Script::CYRILLIC, "uk"));
        assert!(nats("مدرسة", Script::ARABIC, "ar") > nats("مدرسة", Script::ARABIC, "fa"));
    }

    #[test]
    fn a_word_is_worth_the_sum_of_its_times() {
        for times in [0, 1, 2, 40, 63, 64, 65, 1_000] {
            let sum: f64 = (1..=times).map(|time| 1.0 / f64::from(time)).sum();
            assert_eq!(harmonic(times), sum, "{times}");
        }
    }

    #[test]
    fn repeating_a_word_adds_less_each_time() {
        let nats = |text: &str| Evidence::of(text, Script::LATIN).best().unwrap().0.nats;
        assert!(nats("the the the the") < 2.5 * nats("the"));
    }
}
