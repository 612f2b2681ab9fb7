use proptest::prelude::*;

use super::*;

/// Tokens as they are defined.
fn slowly(text: &str) -> Vec<&str> {
    let is_of_word = |c: char| if c.is_ascii() { c.is_ascii_alphabetic() } else { is_of_word(c) };
    text.split(|c: char| !is_of_word(c)).filter(|token| !token.is_empty()).collect()
}

/// The profiles that have a word, with its rank in each.
fn ranks_of(token: &str) -> Vec<(usize, usize)> {
    let lower = token.to_ascii_lowercase();
    let rank = |words: &str| words.split(' ').position(|word| word == lower);
    PROFILES.iter().enumerate().filter_map(|(at, profile)| Some((at, rank(profile.words)?))).collect()
}

fn assert_is_looked_up(token: &Token<'_>) {
    let ranks = ranks_of(token.text);
    let word = LEXICON.word(token);
    let entries = word.map_or(&[][..], |word| LEXICON.entries(word));
    let expected: Vec<(usize, f64)> =
        ranks.iter().map(|&(at, rank)| (at, TOP_WORD - (1.0 + rank as f64 / 3.0).ln())).collect();
    assert_eq!(entries.iter().map(|entry| (entry.profile, entry.nats)).collect::<Vec<_>>(), expected, "{token:?}");
    let profiles = ranks.iter().fold(0, |set, (at, _)| set | 1 << at);
    assert_eq!(word.map_or(0, |word| word.profiles), profiles, "{token:?}");
    assert!(word.is_none_or(|word| word.tells == (ranks.len() <= TELLING)), "{token:?}");
}

#[test]
fn every_word_is_found_in_either_case() {
    assert!(LEXICON.len() * 2 < SLOTS && LEXICON.entries.len() < usize::from(u16::MAX));
    for words in PROFILES.iter().map(|profile| profile.words) {
        // A few have an apostrophe or a hyphen and are never met.
        let tokens = tokens_of(words).map(|token| token.text);
        assert!(tokens.eq(slowly(words)), "{words}");
        for token in tokens_of(words).chain(tokens_of(&words.to_ascii_uppercase())) {
            assert_is_looked_up(&token);
        }
    }
}

proptest! {
    #[test]
    fn tokens_are_runs_of_letters_and_looked_up_as_such(
        text in "([a-e·é\u{301}\u{94d}я漢—’ ]{0,6}[ .-]|the |Nemumwe|of |de |la |a ){0,12}|\\PC{0,40}"
    ) {
        let tokens: Vec<Token<'_>> = tokens_of(&text).collect();
        prop_assert_eq!(tokens.iter().map(|token| token.text).collect::<Vec<_>>(), slowly(&text));
        for token in &tokens {
            prop_assert_eq!(token.is_ascii, token.text.is_ascii());
            assert_is_looked_up(token);
        }
        let ranks: Vec<_> = tokens.iter().flat_map(|token| ranks_of(token.text)).collect();
        for (at, profile) in PROFILES.iter().enumerate() {
            let words = ranks.iter().filter(|&&(profile, _)| profile == at).count();
            prop_assert_eq!(LEXICON.with_three_words(&text) >> at & 1 == 1, words >= 3, "{}", profile.code);
        }
    }

    #[test]
    fn the_letters_of_a_word_have_the_users_that_the_profiles_say(word in "[a-dàñßøłőабвђҳъыپچةىळ漢]{1,3}") {
        for script in [Script::LATIN, Script::CYRILLIC, Script::ARABIC, Script::DEVANAGARI] {
            let uses = |letter: char, at: usize| {
                let profile = &PROFILES[at];
                let lacked = PROFILES.iter().any(|other| other.script == profile.script && other.lacks.contains(letter));
                profile.letters.contains(letter) || (lacked && !profile.lacks.contains(letter))
            };
            let mut expected = None;
            for letter in word.chars().filter(|c| !c.is_ascii()) {
                let users = (0..PROFILES.len()).filter(|&at| uses(letter, at)).fold(0, |set, at| set | 1_u128 << at);
                if users != 0 {
                    expected = Some(expected.unwrap_or(u128::MAX) & users);
                } else if script == Script::LATIN {
                    expected = Some(0);
                }
            }
            for token in tokens_of(&word) {
                prop_assert_eq!(LEXICON.users_of_letters(&token, script), expected);
            }
        }
    }
}
