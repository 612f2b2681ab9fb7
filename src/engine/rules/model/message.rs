//! What a finding says.

use std::sync::Arc;

/// Longest text, in characters: what fills a slot may come from the document.
const TEXT_AT_MOST: usize = 400;

/// A message with placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Pieces in order.
    pub pieces: Vec<Piece>,
}

impl Message {
    /// The text, with what `fill` says in place of the slots; cut off where it is too long.
    pub(crate) fn text(&self, mut fill: impl FnMut(Slot) -> String) -> Arc<str> {
        let mut text = String::new();
        for piece in &self.pieces {
            match piece {
                Piece::Text(words) => text.push_str(words),
                Piece::Slot(slot) => text.push_str(&fill(*slot)),
            }
        }
        // No character takes less than a byte.
        if text.len() > TEXT_AT_MOST
            && let Some((end, _)) = text.char_indices().nth(TEXT_AT_MOST)
        {
            text.truncate(end);
            text.push('…');
        }
        text.into()
    }

    /// Whether there is anything to be filled in.
    pub(crate) fn has_slots(&self) -> bool {
        self.pieces.iter().any(|piece| matches!(piece, Piece::Slot(_)))
    }
}

/// A piece of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// As it stands.
    Text(String),
    /// To be filled in.
    Slot(Slot),
}

/// What a message can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Slot {
    /// `{line.script}`
    LineScript,
    /// `{line.language}`
    LineLanguage,
    /// `{doc.script}`
    DocScript,
    /// `{doc.language}`
    DocLanguage,
    /// `{words}`: listed items that were found.
    Words,
    /// `{matched}`: what the pattern matched.
    Matched,
    /// `{lines}`: number of non-blank lines of the finding.
    Lines,
    /// `{value}`: the measured value of the first metric, topic or share test.
    Value,
    /// `{limit}`: its limit.
    Limit,
}
