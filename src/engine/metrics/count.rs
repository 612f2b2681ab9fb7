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
use crate::engine::text::{Class, ClassCounts};

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

    /// Counts single marks and ellipses. None of them goes beyond a line.
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
    }
}

/// `part / whole`, where there is a whole.
fn ratio(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
