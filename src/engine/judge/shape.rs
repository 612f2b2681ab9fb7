//! Countable properties of a line.

use crate::engine::{rules::model::Measure, text::words};

/// Counts over the characters of a line, all made in one pass.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Shape {
    letters: u32,
    upper: u32,
    cased: u32,
    digits: u32,
    symbols: u32,
    /// Characters other than white space.
    visible: u32,
    /// Characters, white space at the ends not counted.
    chars: u32,
}

impl Shape {
    /// Counts.
    pub(super) fn of(text: &str) -> Self {
        let mut shape = Self::default();
        for letter in text.trim().chars() {
            shape.chars += 1;
            if letter.is_whitespace() {
                continue;
            }
            shape.visible += 1;
            let (upper, lower) = (letter.is_uppercase(), letter.is_lowercase());
            shape.upper += u32::from(upper);
            shape.cased += u32::from(upper || lower);
            if upper || lower || letter.is_alphabetic() {
                shape.letters += 1;
            } else if letter.is_numeric() {
                shape.digits += 1;
            } else if !is_mark(letter) {
                shape.symbols += 1;
            }
        }
        shape
    }

    /// The value of a measure; a share of nothing is 0. (`text` is the same line.)
    pub(super) fn value(&self, measure: Measure, text: &str) -> f64 {
        let share = |part: u32, whole: u32| if whole == 0 { 0.0 } else { f64::from(part) / f64::from(whole) };
        match measure {
            Measure::Letters => self.letters.into(),
            Measure::Chars => self.chars.into(),
            Measure::UpperShare => share(self.upper, self.cased),
            Measure::DigitShare => share(self.digits, self.visible),
            Measure::SymbolShare => share(self.symbols, self.visible),
            Measure::Words => words(text).map(|_| 1.0).sum(),
            Measure::TitleShare => {
                let (mut all, mut title) = (0, 0);
                for word in words(text) {
                    all += 1;
                    title += u32::from(word.chars().next().is_some_and(char::is_uppercase));
                }
                share(title, all)
            }
        }
    }
}

/// Whether it is written over or under the letter before it.
pub(super) fn is_mark(letter: char) -> bool {
    !letter.is_ascii() && unicode_normalization::char::is_combining_mark(letter)
}

/// The name of a measure in the evidence, as rules begin its keys.
pub(super) fn name(measure: Measure) -> &'static str {
    match measure {
        Measure::Letters => "letters",
        Measure::Words => "words_count",
        Measure::Chars => "chars",
        Measure::UpperShare => "upper_share",
        Measure::DigitShare => "digit_share",
        Measure::SymbolShare => "symbol_share",
        Measure::TitleShare => "title_share",
    }
}

/// Whether the line ends as a sentence does: a mark that ends one, then perhaps closing quotes and brackets.
pub(super) fn ends_sentence(text: &str) -> bool {
    let closing = |letter: char| {
        letter.is_whitespace()
            || matches!(
                letter,
                '"' | '\''
                    | ')'
                    | ']'
                    | '}'
                    | '”'
                    | '’'
                    | '»'
                    | '«'
                    | '›'
                    | '‹'
                    | '」'
                    | '』'
                    | '）'
                    | '］'
                    | '｝'
                    | '】'
                    | '》'
                    | '〉'
                    | '＂'
                    | '＇'
            )
    };
    text.trim_end_matches(closing).ends_with([
        '.', '!', '?', '…', '。', '．', '｡', '！', '？', '‼', '⁇', '⁈', '⁉', '؟', '۔', '।', '॥', '։', '።', '။', '។',
    ])
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn counts_letters_digits_and_symbols() {
        let shape = Shape::of("  Tel. 020 555-1234 ⭐  ");
        assert_eq!((shape.letters, shape.upper, shape.cased), (3, 1, 3));
        assert_eq!((shape.digits, shape.symbols, shape.visible, shape.chars), (10, 3, 16, 19));
    }

    #[test]
    fn a_share_of_nothing_is_nothing() {
        let shape = Shape::of("二零二四年");
        assert_eq!(shape.value(Measure::UpperShare, "二零二四年"), 0.0);
        assert_eq!(Shape::of("").value(Measure::SymbolShare, ""), 0.0);
    }

    #[test]
    fn sentences_end_behind_quotes_and_brackets_too() {
        for text in ["It rains.", "「雨です。」", "Really?!  ", "(See there.)", "他说：“下雨了。”", "and so on…"]
        {
            assert!(ends_sentence(text), "{text}");
        }
        for text in ["Home > News", "Related articles:", "", "»", "2.5 kg"] {
            assert!(!ends_sentence(text), "{text}");
        }
    }
}
