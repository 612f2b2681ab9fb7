//! Where does a literal matter? Some patterns need it inside of words; lists and the other patterns, where it is a word of its own.

use unicode_normalization::char::is_combining_mark;

use super::{prefilter::Found, sieve::At};
use crate::engine::text::Script;

/// What matters of a literal wherever it stands.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Traits(u8);

impl Traits {
    /// A pattern needs it.
    const PART: u8 = 1;
    /// A letter right before it makes it part of another word.
    const WORD_START: u8 = 2;
    /// A letter right behind it does.
    const WORD_END: u8 = 4;
    /// Patterns can match where it stands.
    const PATTERNS: u8 = 8;
    /// Rules can fire where it stands as a word of its own.
    const RULES: u8 = 16;
    /// A pattern needs it, be there a letter right before it.
    const OPEN_START: u8 = 32;
    /// A pattern needs it, be there a letter right behind it.
    const OPEN_END: u8 = 64;

    /// Of a string that nobody asked for yet.
    pub(super) fn of(text: &str) -> Self {
        let is = |letter: Option<char>, says| if letter.is_some_and(separates_words) { says } else { 0 };
        Self(is(text.chars().next(), Self::WORD_START) | is(text.chars().next_back(), Self::WORD_END))
    }

    /// From now on a pattern needs it, perhaps only where words begin or end with it.
    pub(super) fn need(&mut self, at_starts: bool, at_ends: bool) {
        let start = if at_starts { 0 } else { Self::OPEN_START };
        let end = if at_ends { 0 } else { Self::OPEN_END };
        self.0 |= Self::PART | start | end;
    }

    /// From now on patterns can match where it stands.
    pub(super) fn call_patterns(&mut self) {
        self.0 |= Self::PATTERNS;
    }

    /// From now on rules can fire where it stands as a word of its own.
    pub(super) fn call_rules(&mut self) {
        self.0 |= Self::RULES;
    }

    fn has(self, what: u8) -> bool {
        self.0 & what != 0
    }

    /// Where it matters: lists and some patterns ask for whole words.
    pub(super) fn looked_for(self) -> At {
        match (self.has(Self::OPEN_START), self.has(Self::OPEN_END)) {
            (true, _) => At::Anywhere,
            (false, true) => At::Starts,
            (false, false) => At::WholeWords,
        }
    }

    /// Whether there are [`super::Prefilter::calls`].
    pub(crate) fn has_patterns(self) -> bool {
        self.has(Self::PATTERNS)
    }

    /// Whether there are [`super::Literal::rules`].
    pub(crate) fn has_rules(self) -> bool {
        self.has(Self::RULES)
    }

    /// Whether the literal, standing at `found` in `text`, is a word of its own. Only letters of scripts that put
    /// spaces between words can tie it to its neighbours.
    ///
    /// A mark that follows belongs to the last letter and makes it another one: `cafe` is not in `café`.
    #[inline]
    pub(crate) fn is_bounded(self, text: &str, found: Found) -> bool {
        self.ends(text, found) && self.starts(text, found)
    }

    /// Whether it matters to a pattern where it stands, though it is no word of its own there. Where `folding_joins_words`,
    /// patterns see ends of words that the folded text does not have.
    #[inline]
    pub(crate) fn is_part(self, text: &str, found: Found, folding_joins_words: bool) -> bool {
        self.has(Self::PART)
            && (folding_joins_words
                || (self.has(Self::OPEN_START) || self.starts(text, found))
                    && (self.has(Self::OPEN_END) || self.ends(text, found)))
    }

    #[inline]
    fn ends(self, text: &str, found: Found) -> bool {
        match text.as_bytes().get(found.end) {
            None => true,
            Some(next) if next.is_ascii() => !self.has(Self::WORD_END) || !next.is_ascii_alphanumeric(),
            Some(_) => !ties(self.has(Self::WORD_END), &text[found.end..]),
        }
    }

    #[inline]
    fn starts(self, text: &str, found: Found) -> bool {
        if !self.has(Self::WORD_START) {
            return true;
        }
        match found.start.checked_sub(1).map(|before| text.as_bytes()[before]) {
            None => true,
            Some(before) if before.is_ascii() => !before.is_ascii_alphanumeric(),
            Some(_) => {
                let before = text[..found.start].chars().rev().find(|&letter| !is_mark(letter));
                !before.is_some_and(separates_words)
            }
        }
    }
}

/// Whether what follows an item makes it part of another word; `word` says whether its last letter is one that does.
fn ties(word: bool, rest: &str) -> bool {
    rest.chars().next().is_some_and(|next| is_mark(next) || word && separates_words(next))
}

/// Whether what follows an item makes it part of another word.
pub(crate) fn goes_on(item: &str, rest: &str) -> bool {
    ties(item.chars().next_back().is_some_and(separates_words), rest)
}

/// Whether it is written over or under the letter before it.
fn is_mark(letter: char) -> bool {
    !letter.is_ascii() && is_combining_mark(letter)
}

/// Whether `letter` is a letter or digit of a script that puts spaces between its words. Korean does as well, but ties
/// its particles to the words.
pub(super) fn separates_words(letter: char) -> bool {
    if letter.is_ascii() {
        return letter.is_ascii_alphanumeric();
    }
    letter.is_alphanumeric()
        && Script::of(letter).is_none_or(|script| !script.is_unspaced() && script != Script::HANGUL)
}
