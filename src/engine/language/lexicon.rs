//! The function words and letters of all languages, looked up a token at a time.
//!
//! A text is read once: the same eight bytes tell where a token ends and are the key that it is looked up by, so that
//! nothing is copied, lower-cased or hashed apart.

use std::sync::LazyLock;

use super::{Code, profiles::PROFILES};
use crate::engine::text::{
    Script,
    eight::{EIGHT, leading_letters, load, lower},
    is_letter,
};

/// Room for the profiles: one bit each in a set of languages.
pub(super) const MOST: usize = u128::BITS as usize;
const _: () = assert!(PROFILES.len() <= MOST, "a set of languages has a bit for each profile");

/// How much more often a language's commonest function word occurs in it than in text at large, in nats: a word of
/// 5 % against one of 0.07 %.
const TOP_WORD: f64 = 4.2;

/// A word in so many profiles still tells a language.
const TELLING: usize = 3;

/// A run of letters and their marks.
#[derive(Debug, Clone, Copy)]
pub(super) struct Token<'t> {
    /// As it stands in the text.
    pub(super) text: &'t str,
    /// Whether all its letters are of ASCII.
    is_ascii: bool,
    /// See [`key_of`].
    key: u64,
}

/// The tokens of a text. Of letters beyond ASCII only those in lower case and composed (NFC) are looked up as they are.
pub(super) fn tokens_of(text: &str) -> Tokens<'_> {
    Tokens { text, at: 0 }
}

/// See [`tokens_of`].
#[derive(Debug)]
pub(super) struct Tokens<'t> {
    text: &'t str,
    /// Everything before is done.
    at: usize,
}

impl<'t> Iterator for Tokens<'t> {
    type Item = Token<'t>;

    #[inline]
    fn next(&mut self) -> Option<Token<'t>> {
        let bytes = self.text.as_bytes();
        let start = loop {
            let byte = *bytes.get(self.at)?;
            if byte.is_ascii_alphabetic() {
                break self.at;
            }
            self.at += 1;
            if !byte.is_ascii() {
                match self.beyond_ascii(self.at - 1) {
                    (_, true) => break self.at - 1,
                    (end, false) => self.at = end,
                }
            }
        };
        let (mut end, mut key) = (start, 0);
        loop {
            let (length, letters) = leading_letters(load(bytes, end));
            key ^= letters;
            end += length;
            if length < EIGHT {
                break;
            }
        }
        let mut is_ascii = true;
        if bytes.get(end).is_some_and(|byte| !byte.is_ascii()) {
            let further = self.end_of(end);
            if further > end {
                (end, is_ascii) = (further, false);
                key = key_of(&bytes[start..end]);
            }
        }
        // Mostly a space follows, which needs no turn of its own.
        self.at = end + usize::from(bytes.get(end) == Some(&b' '));
        Some(Token { text: &self.text[start..end], is_ascii, key })
    }
}

impl Tokens<'_> {
    /// Where the character at `at` ends, which is beyond ASCII, and whether it is one of a token.
    fn beyond_ascii(&self, at: usize) -> (usize, bool) {
        self.text[at..].chars().next().map_or((self.text.len(), false), |c| (at + c.len_utf8(), is_of_word(c)))
    }

    /// Where a token ends that reaches at least to `at`.
    fn end_of(&self, at: usize) -> usize {
        let is_part = |c: char| if c.is_ascii() { c.is_ascii_alphabetic() } else { is_of_word(c) };
        let rest = &self.text[at..];
        at + rest.find(|c| !is_part(c)).unwrap_or(rest.len())
    }
}

/// The bytes of a token, those of ASCII in lower case, eight at a time as a number, and these one on the other. One key
/// belongs to one token of up to eight bytes.
fn key_of(token: &[u8]) -> u64 {
    (0..token.len()).step_by(EIGHT).fold(0, |key, at| key ^ lower(load(token, at)))
}

/// Whether a character beyond ASCII is a letter or the mark of one.
fn is_of_word(c: char) -> bool {
    // Marks that are not letters: accents, Arabic and Hebrew points, the virama.
    is_letter(c)
        || matches!(c, '\u{300}'..='\u{36F}' | '\u{591}'..='\u{5C7}' | '\u{64B}'..='\u{65F}' | '\u{670}' | '\u{93C}' | '\u{94D}' | '·')
}

/// A function word of one language or more.
#[derive(Debug)]
pub(super) struct Word {
    text: &'static str,
    key: u64,
    /// The profiles that have it.
    profiles: u128,
    /// Counts the words from 0.
    id: u16,
    /// Where its entries end; they begin where those of the word before end.
    entries_to: u16,
    /// Whether few profiles have it.
    tells: bool,
}

impl Word {
    /// Whether a token is this word.
    fn is(&self, token: &Token<'_>) -> bool {
        self.key == token.key
            && self.text.len() == token.text.len()
            && (token.text.len() <= size_of::<u64>() || self.text.eq_ignore_ascii_case(token.text))
    }

    /// Counts the words from 0.
    pub(super) fn id(&self) -> usize {
        self.id.into()
    }

    /// Whether it is one byte long.
    pub(super) fn is_single_letter(&self) -> bool {
        self.text.len() == 1
    }
}

/// How much a word speaks for one language.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// The place of its profile.
    pub(super) profile: usize,
    /// Nats.
    pub(super) nats: f64,
}

/// All profiles, for looking up.
#[derive(Debug)]
pub(super) struct Lexicon {
    /// The words, each at the first free place from where its key belongs.
    slots: Box<[Slot; SLOTS]>,
    words: Vec<Word>,
    entries: Vec<Entry>,
    /// For each character up to the last that matters: the place of its users, from 1; 0 where it tells nothing.
    letters: Vec<u16>,
    /// The languages that use a letter beyond or in their script's base, where not all do.
    users: Vec<u128>,
    /// The code of each profile, for comparing.
    codes: Vec<u64>,
}

/// A place in the table. Most tokens are no words and end here, without a look at the words, which fill more memory than
/// is near.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    /// The number of the word, from 1; 0 where the place is free.
    number: u16,
    /// Bits of its key's hash that do not say the place.
    tag: u16,
}

/// More than twice as many as there are words.
const SLOTS: usize = 1 << 13;

/// The lexicon, made on first use.
pub(super) static LEXICON: LazyLock<Lexicon> = LazyLock::new(Lexicon::build);

impl Lexicon {
    fn build() -> Self {
        let mut lexicon = Self {
            slots: Box::new([Slot::default(); SLOTS]),
            words: Vec::new(),
            entries: Vec::new(),
            letters: Vec::new(),
            users: Vec::new(),
            codes: PROFILES.iter().map(|profile| code_key(profile.code)).collect(),
        };
        lexicon.take_words();
        lexicon.take_letters();
        lexicon
    }

    fn take_words(&mut self) {
        let mut entries: Vec<(usize, Entry)> = Vec::new();
        for (profile, words) in PROFILES.iter().map(|profile| profile.words).enumerate() {
            for (text, rank) in words.split(' ').zip(0_u16..) {
                let token = Token { text, is_ascii: text.is_ascii(), key: key_of(text.as_bytes()) };
                let id = self.place_of(&token).unwrap_or_else(|free| {
                    let id = self.words.len();
                    let word = Word { text, key: token.key, profiles: 0, id: small(id), entries_to: 0, tells: false };
                    self.words.push(word);
                    self.slots[free] = Slot { number: small(id + 1), tag: hash(token.key).1 };
                    id
                });
                entries.push((id, Entry { profile, nats: TOP_WORD - (1.0 + f64::from(rank) / 3.0).ln() }));
            }
        }
        // Stable: of a word that a profile has twice, the first counts.
        entries.sort_by_key(|&(id, entry)| (id, entry.profile));
        entries.dedup_by_key(|&mut (id, entry)| (id, entry.profile));
        for of_word in entries.chunk_by(|a, b| a.0 == b.0) {
            self.entries.extend(of_word.iter().map(|&(_, entry)| entry));
            let word = &mut self.words[of_word[0].0];
            word.entries_to = small(self.entries.len());
            word.profiles = of_word.iter().fold(0, |set, (_, entry)| set | 1 << entry.profile);
            word.tells = of_word.len() <= TELLING;
        }
    }

    fn take_letters(&mut self) {
        for (at, profile) in PROFILES.iter().enumerate() {
            for letter in profile.letters.chars() {
                *self.users_of(letter) |= 1 << at;
            }
        }
        let lacked = PROFILES.iter().flat_map(|profile| profile.lacks.chars().map(|letter| (profile.script, letter)));
        for (script, letter) in lacked {
            for (at, profile) in PROFILES.iter().enumerate() {
                if profile.script == script && !profile.lacks.contains(letter) {
                    *self.users_of(letter) |= 1 << at;
                }
            }
        }
    }

    fn users_of(&mut self, letter: char) -> &mut u128 {
        let code = letter as usize;
        if self.letters.len() <= code {
            self.letters.resize(code + 1, 0);
        }
        if self.letters[code] == 0 {
            self.users.push(0);
            self.letters[code] = small(self.users.len());
        }
        let at = usize::from(self.letters[code]) - 1;
        &mut self.users[at]
    }

    /// How many words there are.
    pub(super) fn len(&self) -> usize {
        self.words.len()
    }

    /// The function word that a token is.
    #[inline]
    pub(super) fn word(&self, token: &Token<'_>) -> Option<&Word> {
        self.place_of(token).ok().map(|id| &self.words[id])
    }

    /// The number of the word that a token is, or where in the table it would stand.
    #[inline]
    fn place_of(&self, token: &Token<'_>) -> Result<usize, usize> {
        let (mut place, tag) = hash(token.key);
        loop {
            let slot = self.slots[place];
            let Some(id) = usize::from(slot.number).checked_sub(1) else { return Err(place) };
            if slot.tag == tag && self.words[id].is(token) {
                return Ok(id);
            }
            place = (place + 1) % SLOTS;
        }
    }

    /// The languages that a word speaks for.
    pub(super) fn entries(&self, word: &Word) -> &[Entry] {
        let from = word.id().checked_sub(1).map_or(0, |before| self.words[before].entries_to);
        &self.entries[from.into()..word.entries_to.into()]
    }

    /// The languages that use all letters of a token in lower case; `None` when all of the script do.
    pub(super) fn users_of_letters(&self, token: &Token<'_>, script: Script) -> Option<u128> {
        if token.is_ascii {
            return None;
        }
        let mut users = None;
        for c in token.text.chars().filter(|c| !c.is_ascii()) {
            match self.letters.get(c as usize) {
                Some(&at) if at > 0 => users = Some(users.unwrap_or(u128::MAX) & self.users[usize::from(at) - 1]),
                _ if script == Script::LATIN && is_letter(c) => users = Some(0),
                _ => {}
            }
        }
        users
    }

    /// The places of a language's profiles, in order.
    pub(super) fn profiles(&self, code: Code) -> impl Iterator<Item = usize> {
        let key = code_key(code.as_str());
        self.codes.iter().enumerate().filter(move |&(_, &other)| other == key).map(|(at, _)| at)
    }

    /// Whether a line has two function words of the language with these `profiles` (a set) that few others have. A screen
    /// that costs a tenth of weighing.
    pub(super) fn speaks(&self, text: &str, profiles: u128) -> bool {
        let own = |token: &Token<'_>| self.word(token).is_some_and(|word| word.tells && word.profiles & profiles != 0);
        tokens_of(text).filter(own).nth(1).is_some()
    }

    /// The profiles, as a set, that have three of the tokens of a text at least (see [`tokens_of`]).
    pub(super) fn with_three_words(&self, text: &str) -> u128 {
        // Of each profile a bit of unary counting.
        let (mut one, mut two, mut three) = (0, 0, 0);
        for word in tokens_of(text).filter_map(|token| self.word(&token)) {
            three |= two & word.profiles;
            two |= one & word.profiles;
            one |= word.profiles;
        }
        three
    }
}

/// Where in the table a key belongs, and its tag.
#[inline]
fn hash(key: u64) -> (usize, u16) {
    // Fibonacci hashing: the upper bits are the ones that all of the key's have a say in.
    let hash = key.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    ((hash >> (u64::BITS - SLOTS.trailing_zeros())) as usize, (hash >> (u32::BITS)) as u16)
}

/// Counts of words and entries are a few thousand, which the tests hold them to.
fn small(count: usize) -> u16 {
    u16::try_from(count).unwrap_or(u16::MAX)
}

/// A language's code as a number.
fn code_key(code: &str) -> u64 {
    key_of(code.as_bytes())
}

#[cfg(test)]
#[path = "lexicon_tests.rs"]
mod tests;
