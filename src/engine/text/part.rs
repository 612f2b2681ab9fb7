//! What a character is in a word, for the characters whose part UAX 29 settles by themselves and their neighbours.
//!
//! Marks that stand over others, scripts without spaces, kana, digits beyond ASCII and whatever else is rare are not here:
//! where one is, the boundary tables decide.

/// What a character is in a word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part {
    /// A letter (`ALetter`).
    Letter,
    /// A digit (`Numeric`).
    Digit,
    /// `_`, which holds together what is beside it.
    Underscore,
    /// Stands between two letters in a word (`MidLetter`).
    BetweenLetters,
    /// Stands between two digits (`MidNum`).
    BetweenDigits,
    /// Stands between two of either (`MidNumLet` and the apostrophe).
    Between,
    /// In no word, and with a break on both sides.
    Nothing,
}

impl Part {
    /// Of a character; `None` where the tables have to say.
    #[inline]
    pub(super) fn of(c: char) -> Option<Self> {
        Some(match c {
            'a'..='z' | 'A'..='Z' => Self::Letter,
            '0'..='9' => Self::Digit,
            '_' => Self::Underscore,
            ':' => Self::BetweenLetters,
            ',' | ';' => Self::BetweenDigits,
            '.' | '\'' => Self::Between,
            // Which are kept together, and with what follows them.
            '"' | '\r' | '\n' => return None,
            '\0'..='\x7f' => Self::Nothing,
            // Latin, with what else is in its blocks; Greek and Cyrillic; Hangul.
            'À'..='Ö' | 'Ø'..='ö' | 'ø'..='ʯ' | 'Α'..='Ρ' | 'Σ'..='ώ' | 'Ѐ'..='ҁ' | 'Ҋ'..='ԯ' => {
                Self::Letter
            }
            'Ḁ'..='ỿ' | '가'..='힣' => Self::Letter,
            '·' => Self::BetweenLetters,
            '‘' | '’' => Self::Between,
            '\u{a0}'..='¨' | '«' | '¬' | '®'..='±' | '¶' | '»' | '¿' | '×' | '÷' => Self::Nothing,
            '‐'..='‗' | '‚'..='‣' | '‥' | '…' | '‰'..='‾' | '€' | '™' | '←'..='⇿' | '─'..='◿' => {
                Self::Nothing
            }
            '、'..='〄' | '〈'..='】' => Self::Nothing,
            // Wide marks of Chinese and Japanese.
            '：' => Self::BetweenLetters,
            '，' | '；' => Self::BetweenDigits,
            '．' | '＇' => Self::Between,
            '！'..='＆' | '（'..='＋' | '－' | '／' | '＜'..='＠' => Self::Nothing,
            _ => return None,
        })
    }

    /// Whether it is part of a word by itself.
    pub(super) fn is_core(self) -> bool {
        matches!(self, Self::Letter | Self::Digit | Self::Underscore)
    }

    /// Whether it stands inside a word between these two.
    fn joins(self, before: Self, after: Self) -> bool {
        match (before, after) {
            (Self::Letter, Self::Letter) => matches!(self, Self::BetweenLetters | Self::Between),
            (Self::Digit, Self::Digit) => matches!(self, Self::BetweenDigits | Self::Between),
            _ => false,
        }
    }
}

/// The place of the first word in `text`, all of whose characters have a part.
pub(super) fn first_word(text: &str) -> Option<(usize, usize)> {
    let mut parts = text.char_indices().map(|(at, c)| (at, Part::of(c).unwrap_or(Part::Nothing))).peekable();
    while let Some((start, first)) = parts.find(|(_, part)| part.is_core()) {
        let (mut before, mut any) = (first, first != Part::Underscore);
        let end = loop {
            let Some((at, part)) = parts.next() else { break text.len() };
            if !part.is_core() {
                match parts.peek() {
                    Some(&(_, after)) if part.joins(before, after) => {}
                    _ => break at,
                }
            }
            any |= part != Part::Underscore;
            before = part;
        };
        if any {
            return Some((start, end));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use unicode_segmentation::UnicodeSegmentation;

    use super::*;
    use crate::engine::text::Script;

    /// How many segments a text has.
    fn segments(text: &str) -> usize {
        text.split_word_bounds().count()
    }

    #[test]
    fn every_part_is_that_of_the_tables() {
        for c in '\0'..=char::MAX {
            let Some(part) = Part::of(c) else { continue };
            let between = |around: &str| {
                around.chars().zip(around.chars().skip(1)).all(|(a, b)| segments(&format!("{a}{c}{b}")) == 1)
            };
            let letters = between("aa") && between("éé") && between("aя");
            let (digits, mixed) = (between("11"), between("a1") || between("1a"));
            let told = match (segments(&format!("{c}{c}")) == 1, letters, digits, mixed) {
                (true, true, true, true) if c == '_' => Part::Underscore,
                (true, true, true, true) if c.is_ascii_digit() => Part::Digit,
                (true, true, true, true) => Part::Letter,
                (false, true, false, false) => Part::BetweenLetters,
                (false, false, true, false) => Part::BetweenDigits,
                (false, true, true, false) => Part::Between,
                // Spaces are kept together, which makes no word of them.
                (same, false, false, false) if !same || c == ' ' => Part::Nothing,
                other => panic!("{c:?} {other:?}"),
            };
            assert_eq!(part, told, "{c:?}");
            // A letter is one beside each mark that asks for one.
            let letter = part == Part::Letter;
            assert_eq!(letter, segments(&format!("a:{c}")) == 1 && c != '_', "{c:?}");
            assert_eq!(part == Part::Digit, segments(&format!("1,{c}")) == 1, "{c:?}");
            assert!(segments(&format!("{c}\"{c}")) > 1 && segments(&format!("~{c}")) == 2, "{c:?}");
            assert_eq!(letter && c.is_alphabetic() || part == Part::Digit, c.is_alphanumeric(), "{c:?}");
            assert!(!Script::of(c).is_some_and(Script::is_unspaced), "{c:?}");
        }
    }
}
