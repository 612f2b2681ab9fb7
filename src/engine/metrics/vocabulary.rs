//! The different tokens of a text.

use super::{
    ids::Ids,
    token::{Kind, Token, key, tokens},
};
use crate::engine::text::is_letter;

/// Bytes of a text for which room is made for one token.
const BYTES_A_TOKEN: usize = 4;

/// How many tokens a text has for one that it has not had before, about.
const TIMES_EACH: usize = 3;

/// The different tokens of a text, how often each occurs and, where that is wanted, in which order.
#[derive(Debug)]
pub(super) struct Vocabulary {
    ids: Ids,
    /// By id.
    entries: Vec<Entry>,
    order: Option<Vec<u32>>,
}

/// A token that occurs in a text.
#[derive(Debug, Clone, Copy)]
pub(super) struct Entry {
    /// Characters.
    pub(super) chars: u32,
    /// How often it occurs.
    pub(super) times: u32,
    /// How often of that as a word: where a script has no spaces, an invisible character can be either.
    pub(super) times_word: u32,
    /// Whether it has a letter.
    pub(super) alphabetic: bool,
}

impl Vocabulary {
    /// Of a text; with the order of its tokens or without.
    pub(super) fn of(text: &str, with_order: bool) -> Self {
        let tokens_expected = text.len() / BYTES_A_TOKEN;
        let mut ids = Ids::with_room(tokens_expected / TIMES_EACH);
        let mut entries: Vec<Entry> = Vec::with_capacity(tokens_expected / TIMES_EACH);
        let mut order = Vec::with_capacity(if with_order { tokens_expected } else { 0 });
        tokens(text, |token| {
            let id = ids.number(token.key);
            let word = u32::from(token.kind == Kind::Word);
            match entries.get_mut(id) {
                Some(entry) => {
                    entry.times += 1;
                    entry.times_word += word;
                }
                None => entries.push(Entry { times: 1, times_word: word, ..Entry::of(&token, text) }),
            }
            if with_order {
                order.push(id as u32);
            }
        });
        Self { ids, entries, order: with_order.then_some(order) }
    }

    /// The different tokens, in the order in which they first came.
    #[inline]
    pub(super) fn entries(&self) -> &[Entry] {
        &self.entries
    }

    /// All tokens by their places among [`Vocabulary::entries`]; `None` where the order was not wanted.
    pub(super) fn order(&self) -> Option<&[u32]> {
        self.order.as_deref()
    }

    /// Whether a token occurs.
    pub(super) fn has(&self, token: &str) -> bool {
        self.ids.find(key(token.as_bytes())).is_some()
    }
}

impl Entry {
    fn of(token: &Token, text: &str) -> Self {
        let (chars, alphabetic) = if token.is_ascii {
            let bytes = text.as_bytes().get(token.start..token.end).unwrap_or_default();
            (bytes.len(), bytes.iter().any(u8::is_ascii_alphabetic))
        } else {
            let token = text.get(token.start..token.end).unwrap_or_default();
            (token.chars().count(), token.chars().any(is_letter))
        };
        Self { chars: chars as u32, times: 0, times_word: 0, alphabetic }
    }
}
