//! Countable properties of a line.

use super::notes::within;
use crate::engine::{
    rules::model::{Bounds, Measure},
    text::{Class, ClassCounts, count_words, words},
};

/// Counts over the characters of a line, all made in one pass; white space at the ends is not counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Shape {
    classes: ClassCounts,
}

impl Shape {
    /// Counts.
    pub(super) fn of(text: &str) -> Self {
        Self { classes: ClassCounts::of(text.trim()) }
    }

    /// The value of a measure; a share of nothing is 0. (`text` is the same line.)
    pub(super) fn value(&self, measure: Measure, text: &str) -> f64 {
        let share = |part: u32, whole: u32| if whole == 0 { 0.0 } else { f64::from(part) / f64::from(whole) };
        match measure {
            Measure::Letters => self.letters().into(),
            Measure::Chars => self.classes.all().into(),
            Measure::UpperShare => share(self.classes.get(Class::Upper), self.cased()),
            Measure::DigitShare => share(self.classes.get(Class::Digit), self.visible()),
            Measure::SymbolShare => share(self.classes.get(Class::Symbol), self.visible()),
            #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
            Measure::Words => count_words(text, usize::MAX) as f64,
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

    fn cased(&self) -> u32 {
        self.classes.get(Class::Upper) + self.classes.get(Class::Lower)
    }

    fn letters(&self) -> u32 {
        self.cased() + self.classes.get(Class::Letter)
    }

    /// Characters other than white space.
    fn visible(&self) -> u32 {
        self.classes.all() - self.classes.get(Class::Space)
    }
}

/// Whether a line has so many words as `bounds` ask for; counts no further than it takes to tell.
pub(super) fn words_within(text: &str, bounds: Bounds) -> bool {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "not below 0, and casts saturate")]
    let beyond =
        |limit: Option<f64>| limit.map_or(0, |limit| if limit >= 0.0 { (limit as usize).saturating_add(1) } else { 0 });
    let enough = beyond(bounds.at_least).max(beyond(bounds.at_most));
    #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
    let count = count_words(text, enough) as f64;
    within(count, bounds)
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
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn counts_letters_digits_and_symbols() {
        let shape = Shape::of("  Tel. 020 555-1234 ⭐  ");
        let count = |class| shape.classes.get(class);
        assert_eq!((shape.letters(), count(Class::Upper), shape.cased()), (3, 1, 3));
        assert_eq!((count(Class::Digit), count(Class::Symbol), shape.visible(), shape.classes.all()), (10, 3, 16, 19));
    }

    #[test]
    fn a_share_of_nothing_is_nothing() {
        let shape = Shape::of("二零二四年");
        assert_eq!(shape.value(Measure::UpperShare, "二零二四年"), 0.0);
        assert_eq!(Shape::of("").value(Measure::SymbolShare, ""), 0.0);
    }

    proptest! {
        #[test]
        fn words_are_counted_as_far_as_it_takes(
            text in "[a-z é中.]{0,40}",
            at_least in prop::option::of(-1.0..9.0_f64),
            at_most in prop::option::of(prop_oneof![-1.0..9.0_f64, Just(3.0), Just(1e300)]),
        ) {
            let bounds = Bounds { at_least, at_most };
            let all = Shape::of(&text).value(Measure::Words, &text);
            prop_assert_eq!(words_within(&text, bounds), within(all, bounds));
        }
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
