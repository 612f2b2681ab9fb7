//! Countable properties of a line.

use std::cell::Cell;

use super::{
    Run, Truth,
    line::View,
    notes::{Notes, reached_within, within},
};
use crate::engine::{
    rules::model::{Bounds, Measure, ShapeTest},
    text::{Class, ClassCounts, count_runs, count_words, has_run, longest_run, words},
};

/// Lines of which is kept what was counted on them.
const LINES_KEPT: usize = 64;

/// Counts over the characters of a line, all made in one pass; white space at the ends is not counted.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
struct Shape {
    classes: ClassCounts,
}

impl Shape {
    /// Counts.
    fn of(text: &str) -> Self {
        Self { classes: ClassCounts::of(text.trim()) }
    }

    /// The value of a measure; a share of nothing is 0. (`text` is the same line.)
    fn value(&self, measure: Measure, text: &str) -> f64 {
        let share = |part: u32, whole: u32| if whole == 0 { 0.0 } else { f64::from(part) / f64::from(whole) };
        match measure {
            Measure::Letters => self.letters().into(),
            Measure::Chars => self.classes.all().into(),
            Measure::UpperShare => share(self.classes.get(Class::Upper), self.cased()),
            Measure::DigitShare => share(self.classes.get(Class::Digit), self.visible()),
            Measure::SymbolShare => share(self.classes.get(Class::Symbol), self.visible()),
            Measure::Words => number(count_words(text, usize::MAX)),
            Measure::WhitespaceTokens => number(count_runs(text, usize::MAX)),
            Measure::LongestToken => number(longest_run(text)),
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

/// The words of a line, counted as far as it took.
#[derive(Debug, Clone, Copy)]
struct Words {
    count: usize,
    /// From so many on there may be more than were counted.
    enough: usize,
}

impl Words {
    fn of(text: &str, enough: usize) -> Self {
        Self { count: count_words(text, enough), enough }
    }

    /// Whether these are all, or `enough`.
    fn tell(self, enough: usize) -> bool {
        self.count < self.enough || self.count >= enough
    }
}

/// What was counted on the lines that were looked at last: many rules ask for the same.
#[derive(Debug)]
pub(super) struct Counted {
    /// Each line at its index modulo their number.
    lines: Vec<Cell<Line>>,
}

/// What was counted on one line.
#[derive(Debug, Clone, Copy, Default)]
struct Line {
    index: usize,
    shape: Option<Shape>,
    words: Option<Words>,
}

impl Counted {
    /// Nothing, for a document of so many lines.
    pub(super) fn nothing(lines: usize) -> Self {
        Self { lines: vec![Cell::default(); lines.clamp(1, LINES_KEPT)] }
    }

    fn shape(&self, index: usize, text: &str) -> Shape {
        self.keep(index, text, |line| &mut line.shape, |_| true, Shape::of)
    }

    /// How many words it has: all, or `enough`, or more than that.
    fn words(&self, index: usize, text: &str, enough: usize) -> usize {
        self.keep(index, text, |line| &mut line.words, |words| words.tell(enough), |text| Words::of(text, enough)).count
    }

    /// What is known of the line, where it tells what is wanted; else it is found out, and kept.
    fn keep<T: Copy>(
        &self,
        index: usize,
        text: &str,
        part: impl Fn(&mut Line) -> &mut Option<T>,
        tells: impl Fn(&T) -> bool,
        find: impl Fn(&str) -> T,
    ) -> T {
        let kept = self.lines.get(index % self.lines.len());
        let mut line = kept.map(Cell::get).filter(|line| line.index == index).unwrap_or_default();
        if let Some(known) = part(&mut line).filter(tells) {
            return known;
        }
        let found = find(text);
        *part(&mut line) = Some(found);
        if let Some(kept) = kept {
            kept.set(Line { index, ..line });
        }
        found
    }
}

impl<'d> Run<'d> {
    /// Whether a line has the shape that is asked for.
    pub(super) fn line_shape(&self, test: &ShapeTest, view: &View<'d>, notes: Option<&mut Notes>) -> Truth {
        self.work.charge(view.line.text.len());
        let Some(notes) = notes else { return self.has_shape(test, view).into() };
        let mut holds = true;
        for &(measure, bounds) in &test.bounds {
            let value = self.counted.shape(view.index, view.line.text).value(measure, view.line.text);
            holds &= within(value, bounds);
            notes.measure(name(measure), value, bounds);
        }
        if let Some(wanted) = test.sentence_end {
            let ends = ends_sentence(view.line.text);
            holds &= ends == wanted;
            notes.set("sentence_end", ends);
        }
        holds.into()
    }

    /// The same without notes: the cheap tests first, and no further than needed.
    fn has_shape(&self, test: &ShapeTest, view: &View<'d>) -> bool {
        let text = view.line.text;
        let counted = |measure, bounds| within(self.counted.shape(view.index, text).value(measure, text), bounds);
        test.sentence_end.is_none_or(|wanted| ends_sentence(text) == wanted)
            && test.bounds.iter().all(|&(measure, bounds)| match measure {
                Measure::Words => true,
                Measure::Chars => chars_within(text, bounds).unwrap_or_else(|| counted(measure, bounds)),
                Measure::WhitespaceTokens => within(number(count_runs(text, enough(bounds))), bounds),
                Measure::LongestToken => reached_within(|chars| has_run(text, chars), bounds),
                measure => counted(measure, bounds),
            })
            && test.bounds.iter().all(|&(measure, bounds)| {
                measure != Measure::Words
                    || within(number(self.counted.words(view.index, text, enough(bounds))), bounds)
            })
    }
}

/// Whether a line has so many characters as `bounds` ask for (white space at the ends not counted), where its bytes
/// tell: a character takes one in ASCII, and up to four elsewhere.
fn chars_within(text: &str, bounds: Bounds) -> Option<bool> {
    let text = text.trim();
    let (most, least) = (number(text.len()), number(text.len().div_ceil(4)));
    if within(least, bounds) && within(most, bounds) {
        return Some(true);
    }
    let is_outside =
        bounds.at_most.is_some_and(|limit| least > limit) || bounds.at_least.is_some_and(|limit| most < limit);
    if is_outside {
        return Some(false);
    }
    text.is_ascii().then(|| within(most, bounds))
}

/// From how many on it is the same for `bounds` how many there are.
fn enough(bounds: Bounds) -> usize {
    let beyond =
        |limit: Option<f64>| limit.filter(|limit| *limit >= 0.0).map_or(0, |limit| (limit as usize).saturating_add(1));
    beyond(bounds.at_least).max(beyond(bounds.at_most))
}

#[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
fn number(count: usize) -> f64 {
    count as f64
}

/// Whether it is written over or under the letter before it.
pub(super) fn is_mark(letter: char) -> bool {
    !letter.is_ascii() && unicode_normalization::char::is_combining_mark(letter)
}

/// The name of a measure in the evidence, as rules begin its keys.
fn name(measure: Measure) -> &'static str {
    match measure {
        Measure::Letters => "letters",
        Measure::Words => "words_count",
        Measure::Chars => "chars",
        Measure::UpperShare => "upper_share",
        Measure::DigitShare => "digit_share",
        Measure::SymbolShare => "symbol_share",
        Measure::TitleShare => "title_share",
        Measure::WhitespaceTokens => "whitespace_tokens",
        Measure::LongestToken => "longest_token",
    }
}

/// Whether the line ends as a sentence does: a mark that ends one, then perhaps closing quotes and brackets.
fn ends_sentence(text: &str) -> bool {
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

    /// Limits near small counts, and far from all.
    fn limits() -> impl Strategy<Value = Bounds> {
        let limit = || prop::option::of(prop_oneof![-1.0..15.0_f64, Just(4.0), Just(1e300)]);
        (limit(), limit()).prop_map(|(at_least, at_most)| Bounds { at_least, at_most })
    }

    proptest! {
        #[test]
        fn what_is_told_early_is_so(
            text in prop_oneof!["[a-z é中.]{0,40}", "[ a-z0]{0,12}", r"\PC{0,12}", "[ 中é\u{2003}\u{1F600}]{0,12}"],
            limits in prop::collection::vec(limits(), 1..6),
        ) {
            let known = Counted::nothing(9);
            let shape = Shape::of(&text);
            for bounds in limits {
                let is = |measure| within(shape.value(measure, &text), bounds);
                prop_assert_eq!(chars_within(&text, bounds).unwrap_or(is(Measure::Chars)), is(Measure::Chars));
                prop_assert_eq!(within(number(count_runs(&text, enough(bounds))), bounds), is(Measure::WhitespaceTokens));
                prop_assert_eq!(reached_within(|chars| has_run(&text, chars), bounds), is(Measure::LongestToken));
                prop_assert_eq!(within(number(known.words(7, &text, enough(bounds))), bounds), is(Measure::Words));
            }
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
