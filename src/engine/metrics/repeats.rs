//! Lines and paragraphs that repeat an earlier one.

use super::{hash::join, ids::Ids};

/// Texts that repeat an earlier one.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(super) struct Repeats {
    pub(super) texts: usize,
    /// How many of them repeat one.
    pub(super) repeats: usize,
    /// Characters in those.
    pub(super) chars: usize,
}

impl Repeats {
    /// Counts one text.
    pub(super) fn count(&mut self, repeats: bool, chars: usize) {
        self.texts += 1;
        if repeats {
            self.repeats += 1;
            self.chars += chars;
        }
    }
}

/// Texts that were seen.
#[derive(Debug)]
pub(super) struct Seen(Ids);

impl Seen {
    /// None, with room for about so many.
    pub(super) fn with_room(number: usize) -> Self {
        Self(Ids::with_room(number))
    }

    /// Whether a text with this hash was seen before; from now on it was.
    pub(super) fn again(&mut self, hash: u64) -> bool {
        let before = self.0.len();
        self.0.number(hash);
        self.0.len() == before
    }
}

/// The lines since the last empty one.
#[derive(Debug, Clone, Copy)]
pub(super) struct Paragraph {
    hash: u64,
    chars: usize,
}

impl Paragraph {
    /// With one line more.
    pub(super) fn and(above: Option<Self>, hash: u64, chars: usize) -> Self {
        match above {
            None => Self { hash, chars },
            Some(above) => Self { hash: join(above.hash, hash), chars: above.chars + 1 + chars },
        }
    }

    /// Counts it among others.
    pub(super) fn count(self, repeats: &mut Repeats, seen: &mut Seen) {
        repeats.count(seen.again(self.hash), self.chars);
    }
}
