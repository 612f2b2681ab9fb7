//! Does a part of a pattern keep the words apart that stand on both sides of it?

use std::sync::LazyLock;

use regex_syntax::{
    hir::{Class, ClassUnicode, Hir, HirKind, Look},
    is_word_character,
};

/// Largest class whose members are looked at one by one.
const CLASS_AT_MOST: u32 = 64;

/// How surely it does. (A later one is surer.)
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Boundary {
    /// It may match letters.
    #[default]
    None,
    /// It matches nothing but what is no letter, and perhaps nothing at all.
    Perhaps,
    /// Wherever it matches, words end on both sides.
    Always,
}

impl Boundary {
    /// Of an assertion: of those of words, only Unicode's know all letters. Lines begin and end with themselves.
    pub(super) fn of_look(look: Look) -> Self {
        match look {
            Look::Start | Look::End | Look::StartLF | Look::EndLF | Look::StartCRLF | Look::EndCRLF => Self::Always,
            Look::WordUnicode | Look::WordStartUnicode | Look::WordEndUnicode => Self::Always,
            Look::WordStartHalfUnicode | Look::WordEndHalfUnicode => Self::Always,
            _ => Self::Perhaps,
        }
    }

    /// Of what stands there as it is.
    pub(super) fn of_text(text: &str) -> Self {
        Self::of_all(text.chars())
    }

    /// Of one of many letters.
    pub(super) fn of_class(class: &ClassUnicode) -> Self {
        static NO_LETTERS: LazyLock<Option<Hir>> = LazyLock::new(|| regex_syntax::parse(r"\W").ok());
        let members: u32 = class.iter().map(|range| range.end() as u32 - range.start() as u32 + 1).sum();
        if members <= CLASS_AT_MOST {
            return Self::of_all(class.iter().flat_map(|range| range.start()..=range.end()));
        }
        let all = NO_LETTERS.as_ref().map(Hir::kind);
        if matches!(all, Some(HirKind::Class(Class::Unicode(all))) if all == class) { Self::Always } else { Self::None }
    }

    fn of_all(mut letters: impl Iterator<Item = char>) -> Self {
        if letters.any(is_word_character) { Self::None } else { Self::Always }
    }

    /// Of as many of it as there may be, so many at least.
    pub(super) fn repeated(self, min: u32) -> Self {
        if min == 0 { self.min(Self::Perhaps) } else { self }
    }

    /// Of parts that follow one another.
    pub(super) fn all(parts: impl Iterator<Item = Self>) -> Self {
        let both = |left: Self, right: Self| if left.min(right) == Self::None { Self::None } else { left.max(right) };
        parts.fold(Self::Perhaps, both)
    }
}
