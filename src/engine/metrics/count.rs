//! The cheap metrics: everything that one pass over the lines gives.

use memchr::{memchr_iter, memmem};

use super::{
    Metric,
    hash::hash,
    lists,
    phrases::{Found, Phrases},
    repeats::{Paragraph, Repeats, Seen},
    vocabulary::Vocabulary,
};
use crate::engine::text::{
    Class, ClassCounts,
    eight::{EIGHT, has_space},
    run_of,
};

/// A line of FineWeb's with so many characters or fewer is short. Source: datatrove `fineweb_quality_filter.py`.
const SHORT_LINE: usize = 30;
/// A line of mC4's with so many characters counts as a paragraph. Source: datatrove `c4_filters.py`.
const LONG_LINE: usize = 200;

/// What one pass counts.
#[derive(Debug, Default)]
pub(super) struct Counts {
    words: usize,
    word_chars: usize,
    tokens: usize,
    alphabetic: usize,
    stop_words: Option<usize>,
    /// Of the whole text. White space stands for line ends too, whatever they are.
    classes: ClassCounts,
    hashes: usize,
    curly_brackets: usize,
    ellipses: usize,
    token_length: usize,
    lines: usize,
    /// Characters in lines.
    chars: usize,
    written_lines: usize,
    bullets: usize,
    ellipsis_ends: usize,
    sentence_ends: usize,
    short: usize,
    long: usize,
    lorem_ipsum: usize,
    javascript: usize,
    policy: usize,
    line_repeats: Repeats,
    written_repeats: Repeats,
    paragraph_repeats: Repeats,
}

impl Counts {
    /// Counts over a text and its lines between the first and the last that are not blank.
    pub(super) fn of<'t>(
        text: &str,
        lines: impl ExactSizeIterator<Item = (usize, &'t str)>,
        vocabulary: &Vocabulary,
        stop_words: Option<&[&str]>,
        phrases: &Phrases,
    ) -> Self {
        let mut counts = Self { classes: ClassCounts::of(text), ..Self::default() };
        counts.take_words(vocabulary);
        counts.stop_words = stop_words.map(|words| words.iter().filter(|word| vocabulary.has(word)).count());
        counts.marks(text);
        let mut seen_lines = Seen::with_room(lines.len());
        let mut seen_paragraphs = Seen::with_room(0);
        let mut paragraph: Option<Paragraph> = None;
        for (index, line) in lines {
            counts.lines += 1;
            if line.is_empty() {
                if let Some(paragraph) = paragraph.take() {
                    paragraph.count(&mut counts.paragraph_repeats, &mut seen_paragraphs);
                }
                continue;
            }
            let chars = line.chars().count();
            let written = counts.line(line, chars, |line| phrases.on(index, line));
            let hash = hash(line.as_bytes());
            let again = seen_lines.again(hash);
            counts.line_repeats.count(again, chars);
            if written {
                counts.written_repeats.count(again, chars);
            }
            paragraph = Some(Paragraph::and(paragraph, hash, chars));
        }
        if let Some(paragraph) = paragraph {
            paragraph.count(&mut counts.paragraph_repeats, &mut seen_paragraphs);
        }
        counts
    }

    /// Characters of the text, each line end as one.
    pub(super) fn chars(&self) -> usize {
        self.chars + self.lines.saturating_sub(1)
    }

    /// The value of a cheap metric; `None` for those that are measured elsewhere.
    pub(super) fn get(&self, metric: Metric) -> Option<f64> {
        let line_ends = self.lines.saturating_sub(1);
        let of_class = |class| self.classes.get(class) as usize;
        let (upper, lower) = (of_class(Class::Upper), of_class(Class::Lower));
        let chars = self.chars();
        let visible = self.classes.all() as usize - of_class(Class::Space);
        match metric {
            Metric::WordCount => Some(self.words as f64),
            Metric::WordLengthMean => ratio(self.word_chars, self.words),
            Metric::HashRatio => ratio(self.hashes, self.tokens),
            Metric::EllipsisRatio => ratio(self.ellipses, self.tokens),
            Metric::BulletLineShare => ratio(self.bullets, self.lines),
            Metric::EllipsisLineShare => ratio(self.ellipsis_ends, self.lines),
            Metric::AlphabeticWordShare => ratio(self.alphabetic, self.tokens),
            Metric::StopWordCount => self.stop_words.map(|found| found as f64),
            Metric::DuplicateLineShare => ratio(self.line_repeats.repeats, self.line_repeats.texts),
            Metric::DuplicateLineCharShare => ratio(self.line_repeats.chars, chars),
            Metric::DuplicateParagraphShare => ratio(self.paragraph_repeats.repeats, self.paragraph_repeats.texts),
            Metric::DuplicateParagraphCharShare => ratio(self.paragraph_repeats.chars, chars),
            Metric::TerminalPunctuationLineShare => ratio(self.sentence_ends, self.written_lines),
            Metric::ShortLineShare => ratio(self.short, self.written_lines),
            Metric::FinewebDuplicateLineCharShare => ratio(self.written_repeats.chars, self.chars),
            Metric::NewlineRatio => ratio(line_ends, self.tokens),
            Metric::LongLineCount => Some(self.long as f64),
            Metric::UpperCaseShare => ratio(upper, upper + lower),
            Metric::DigitShare => ratio(of_class(Class::Digit), visible),
            Metric::SymbolShare => ratio(of_class(Class::Symbol), visible),
            Metric::TokenLengthMax => Some(self.token_length as f64),
            Metric::CurlyBracketCount => Some(self.curly_brackets as f64),
            Metric::LoremIpsumCount => Some(self.lorem_ipsum as f64),
            Metric::JavascriptLineCount => Some(self.javascript as f64),
            Metric::PolicyLineCount => Some(self.policy as f64),
            _ => None,
        }
    }

    fn take_words(&mut self, vocabulary: &Vocabulary) {
        for entry in vocabulary.entries() {
            let times = entry.times_word as usize;
            self.tokens += entry.times as usize;
            self.words += times;
            self.word_chars += times * entry.chars as usize;
            self.alphabetic += if entry.alphabetic { times } else { 0 };
        }
    }

    /// Counts one line that is not empty, and says whether it is not blank either.
    fn line(&mut self, line: &str, chars: usize, phrases: impl FnOnce(&str) -> Found) -> bool {
        self.chars += chars;
        self.long += usize::from(chars >= LONG_LINE);
        let head = line.trim_start();
        if head.is_empty() {
            return false;
        }
        let tail = head.trim_end();
        self.written_lines += 1;
        self.bullets += usize::from(head.starts_with(lists::BULLETS));
        self.ellipsis_ends += usize::from(lists::ELLIPSES.iter().any(|ellipsis| tail.ends_with(ellipsis)));
        self.sentence_ends += usize::from(line.ends_with(lists::ends_sentence));
        self.short += usize::from(chars <= SHORT_LINE);
        let found = phrases(line);
        self.lorem_ipsum += usize::from(found.lorem_ipsum);
        self.javascript += usize::from(found.javascript);
        self.policy += usize::from(found.policy);
        true
    }

    /// Counts single marks and ellipses, and finds the longest run without white space. None of them goes beyond a line.
    fn marks(&mut self, text: &str) {
        let bytes = text.as_bytes();
        self.hashes = memchr_iter(b'#', bytes).count();
        self.curly_brackets = memchr_iter(b'{', bytes).count();
        self.ellipses = memmem::find_iter(bytes, "…").count();
        let mut at = 0;
        while let Some(found) = bytes.get(at..).and_then(|rest| memmem::find(rest, b"...")) {
            let run = bytes.iter().skip(at + found).take_while(|&&byte| byte == b'.').count();
            self.ellipses += run / 3;
            at += found + run;
        }
        self.token_length = longest_run(text);
    }
}

/// Characters in the longest run without white space.
fn longest_run(text: &str) -> usize {
    // A run of fifteen bytes has eight of them that stand together where eights are counted from the beginning, and most
    // texts have such a run; so only that many bytes without a space are looked at one by one.
    let mut longest = 0;
    let (eights, _) = text.as_bytes().as_chunks::<EIGHT>();
    let mut done = 0;
    for (at, eight) in eights.iter().enumerate() {
        let at = at * EIGHT;
        if at >= done && !has_space(u64::from_le_bytes(*eight)) {
            let start = text.as_bytes()[..at].iter().rposition(is_space).map_or(0, |space| space + 1);
            let run = run_at(text, start);
            done = start + run.len();
            longest = longest.max(chars_of_run(run));
        }
    }
    if longest >= 2 * EIGHT - 2 { longest } else { longest_short_run(text, longest) }
}

/// The same for any text, of which a run of so many characters is known. Looks at a run from where its end would have to
/// be, so that most bytes are never looked at.
fn longest_short_run(text: &str, mut longest: usize) -> usize {
    let mut start = 0;
    while let Some(window) = text.as_bytes().get(start..=start + longest) {
        if let Some(last) = window.iter().rposition(is_space) {
            start += last + 1;
            continue;
        }
        // Perhaps longer than any before: measured to its end, and passed.
        let run = run_at(text, start);
        longest = longest.max(chars_of_run(run));
        start += run.len();
    }
    longest
}

fn is_space(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// What there is from `start` to the next white space of ASCII.
fn run_at(text: &str, start: usize) -> &str {
    let rest = text.get(start..).unwrap_or_default();
    rest.get(..run_of(rest.as_bytes(), |byte| is_space(&byte))).unwrap_or_default()
}

/// Characters in a run without white space of ASCII, up to white space beyond it.
fn chars_of_run(run: &str) -> usize {
    if run.is_ascii() {
        return run.len();
    }
    if !has_wide_space(run) {
        return run.chars().count();
    }
    run.split(|c| Class::of(c) == Class::Space).map(|run| run.chars().count()).max().unwrap_or(0)
}

/// Whether there is white space beyond ASCII.
fn has_wide_space(text: &str) -> bool {
    // Without branches, so that many bytes are looked at in one go; that at the end, which may have two bytes only, apart.
    let mut any = text.ends_with(char::is_whitespace);
    for &[first, second, third] in text.as_bytes().array_windows() {
        any |= (first == 0xC2) & ((second == 0x85) | (second == 0xA0));
        any |= (first == 0xE1) & (second == 0x9A) & (third == 0x80);
        any |= (first == 0xE2)
            & (second == 0x80)
            & ((third <= 0x8A) | (third == 0xA8) | (third == 0xA9) | (third == 0xAF));
        any |= (first == 0xE2) & (second == 0x81) & (third == 0x9F);
        any |= (first == 0xE3) & (second == 0x80) & (third == 0x80);
    }
    any
}

/// `part / whole`, where there is a whole.
fn ratio(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::{has_wide_space, longest_run};

    proptest! {
        #[test]
        fn the_longest_run_is_found(text in "([a-zé]{0,25}[ \n\u{a0}]){0,9}|[ a-e\u{2003}中\t]{0,40}|\\PC{0,60}") {
            let longest = text.split_whitespace().map(|run| run.chars().count()).max().unwrap_or(0);
            prop_assert_eq!(longest_run(&text), longest);
        }
    }

    #[test]
    fn white_space_beyond_ascii_is_that_of_unicode() {
        for c in '\u{80}'..='\u{FFFF}' {
            for text in [format!("中{c}"), format!("{c}é"), format!("é{c}中")] {
                assert_eq!(has_wide_space(&text), c.is_whitespace(), "{c:?}");
            }
        }
    }

    #[test]
    fn each_byte_is_looked_at_a_few_times() {
        // Quadratic, this would not end today.
        assert_eq!(longest_run(&"x".repeat(30_000_000)), 30_000_000);
        assert_eq!(longest_run(&"é\u{a0} ".repeat(3_000_000)), 1);
        assert_eq!(longest_run(&"é\u{a0}".repeat(9_000_000)), 1);
    }
}
