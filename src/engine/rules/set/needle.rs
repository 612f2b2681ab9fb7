//! A string that a match must hold, folded, and whether words end where it does.
//!
//! Patterns say so by what stands around it: `\bwe\b`, `^we `, `\W+we`. Short strings are inside of words everywhere, so
//! that most looks are saved where it is known that they do not matter there.
//!
//! Where a word ends in a text, it does in the folded one, except where folding joins words (see
//! [`crate::engine::text::Document::folding_joins_words`]): there nobody asks for the ends of words.

use super::traits::separates_words;
use crate::engine::text::fold;

/// What a match holds, as far as it is known by its letters.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Needle {
    /// Folded.
    pub(super) text: String,
    begins_apart: bool,
    ends_apart: bool,
}

impl Needle {
    /// Nothing, beside anything.
    pub(super) const EMPTY: Self = Self { text: String::new(), begins_apart: false, ends_apart: false };

    /// Nothing, where a word begins or ends.
    pub(super) const BOUNDARY: Self = Self { text: String::new(), begins_apart: true, ends_apart: true };

    /// What a pattern spells out.
    pub(super) fn of(written: &str) -> Self {
        let mut text = String::new();
        fold(written, &mut text);
        Self { text, ..Self::EMPTY }
    }

    /// What is folded.
    pub(super) fn of_folded(text: &str) -> Self {
        Self { text: text.to_owned(), ..Self::EMPTY }
    }

    /// This one, with the other right behind it.
    pub(super) fn then(&self, next: &Self) -> Self {
        let mut text = String::with_capacity(self.text.len() + next.text.len());
        text.push_str(&self.text);
        let mut both = Self { text, ..*self };
        both.append(next);
        both
    }

    /// The same in its place.
    pub(super) fn append(&mut self, next: &Self) {
        self.begins_apart |= self.text.is_empty() && next.begins_apart;
        self.ends_apart = next.ends_apart || next.text.is_empty() && self.ends_apart;
        self.text.push_str(&next.text);
    }

    /// At most so many bytes of it, from the first.
    pub(super) fn cut(&mut self, bytes: usize) {
        if bytes < self.text.len() {
            self.text.truncate(self.text.floor_char_boundary(bytes));
            self.ends_apart = false;
        }
    }

    /// Whether a boundary stands before it, whatever it is itself.
    pub(super) fn begins_apart(&self) -> bool {
        self.begins_apart
    }

    /// Whether a boundary stands behind it, whatever it is itself.
    pub(super) fn ends_apart(&self) -> bool {
        self.ends_apart
    }

    /// Whether it stands nowhere but where a word begins: a boundary before what is no letter says the opposite.
    pub(super) fn begins_word(&self) -> bool {
        self.begins_apart && self.text.chars().next().is_some_and(separates_words)
    }

    /// Whether it stands nowhere but where a word ends.
    pub(super) fn ends_word(&self) -> bool {
        self.ends_apart && self.text.chars().next_back().is_some_and(separates_words)
    }

    /// Whether what holds this one holds the other one too.
    pub(super) fn holds(&self, other: &Self) -> bool {
        // Most hold nothing of each other, which is told far faster than where it stands; making ready to search takes longer than to
        // look.
        let (text, part) = (self.text.as_bytes(), other.text.as_bytes());
        if let Some(first) = part.first()
            && !(0..(text.len() + 1).saturating_sub(part.len()))
                .any(|at| text[at] == *first && text[at..].starts_with(part))
        {
            return false;
        }
        let (begins, ends) = (other.begins_word(), other.ends_word());
        self.text.match_indices(&*other.text).any(|(at, _)| {
            let (before, behind) = (&self.text[..at], &self.text[at + other.text.len()..]);
            (!begins || if before.is_empty() { self.begins_apart } else { before.ends_with(is_mark_of_ascii) })
                && (!ends || if behind.is_empty() { self.ends_apart } else { behind.starts_with(is_mark_of_ascii) })
        })
    }
}

/// Whether it is surely no part of a word.
fn is_mark_of_ascii(letter: char) -> bool {
    letter.is_ascii() && !letter.is_ascii_alphanumeric()
}
