//! The cheap metrics: everything that one pass over the lines gives.

use aho_corasick::AhoCorasick;
use std::sync::LazyLock;
use unicode_normalization::char::is_combining_mark;

use super::{
    Metric,
    hash::{hash, join},
    lists,
    token::{Kind, tokens},
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
    chars: Chars,
    ellipses: usize,
    token_length: usize,
    lines: usize,
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

/// Characters by class.
#[derive(Debug, Default)]
struct Chars {
    /// Without line ends.
    all: usize,
    spaces: usize,
    upper: usize,
    lower: usize,
    digits: usize,
    symbols: usize,
    hashes: usize,
    curly_brackets: usize,
}

/// Texts that repeat an earlier one.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
struct Repeats {
    texts: usize,
    repeats: usize,
    repeated_chars: usize,
}

/// A line or paragraph, as far as repetition is concerned.
struct Text {
    hash: u64,
    chars: usize,
    written: bool,
}

impl Counts {
    /// Counts over the lines between the first and the last that are not blank.
    pub(super) fn of<'t>(lines: impl Iterator<Item = &'t str>, stop_words: Option<&[&str]>) -> Self {
        let mut counts = Self::default();
        let mut stops = stop_words.map(|list| (list, 0_u64));
        let mut line_texts = Vec::new();
        let mut paragraph_texts = Vec::new();
        let mut paragraph: Option<Text> = None;
        for line in lines {
            let chars = counts.line(line, &mut stops);
            if line.is_empty() {
                paragraph_texts.extend(paragraph.take());
                continue;
            }
            let text = Text { hash: hash(line.as_bytes()), chars, written: !line.trim().is_empty() };
            paragraph = Some(match paragraph {
                None => Text { hash: text.hash, chars, written: true },
                Some(above) => {
                    Text { hash: join(above.hash, text.hash), chars: above.chars + 1 + chars, written: true }
                }
            });
            line_texts.push(text);
        }
        paragraph_texts.extend(paragraph);
        counts.stop_words = stops.map(|(_, found)| found.count_ones() as usize);
        counts.paragraph_repeats = Repeats::of(&mut paragraph_texts);
        counts.line_repeats = Repeats::of(&mut line_texts);
        line_texts.retain(|text| text.written);
        counts.written_repeats = Repeats::of(&mut line_texts);
        counts
    }

    /// The value of a cheap metric; `None` for those that are measured elsewhere.
    pub(super) fn get(&self, metric: Metric) -> Option<f64> {
        let line_ends = self.lines.saturating_sub(1);
        let chars = self.chars.all + line_ends;
        let visible = self.chars.all - self.chars.spaces;
        match metric {
            Metric::WordCount => Some(self.words as f64),
            Metric::WordLengthMean => ratio(self.word_chars, self.words),
            Metric::HashRatio => ratio(self.chars.hashes, self.tokens),
            Metric::EllipsisRatio => ratio(self.ellipses, self.tokens),
            Metric::BulletLineShare => ratio(self.bullets, self.lines),
            Metric::EllipsisLineShare => ratio(self.ellipsis_ends, self.lines),
            Metric::AlphabeticWordShare => ratio(self.alphabetic, self.tokens),
            Metric::StopWordCount => self.stop_words.map(|found| found as f64),
            Metric::DuplicateLineShare => ratio(self.line_repeats.repeats, self.line_repeats.texts),
            Metric::DuplicateLineCharShare => ratio(self.line_repeats.repeated_chars, chars),
            Metric::DuplicateParagraphShare => ratio(self.paragraph_repeats.repeats, self.paragraph_repeats.texts),
            Metric::DuplicateParagraphCharShare => ratio(self.paragraph_repeats.repeated_chars, chars),
            Metric::TerminalPunctuationLineShare => ratio(self.sentence_ends, self.written_lines),
            Metric::ShortLineShare => ratio(self.short, self.written_lines),
            Metric::FinewebDuplicateLineCharShare => ratio(self.written_repeats.repeated_chars, self.chars.all),
            Metric::NewlineRatio => ratio(line_ends, self.tokens),
            Metric::LongLineCount => Some(self.long as f64),
            Metric::UpperCaseShare => ratio(self.chars.upper, self.chars.upper + self.chars.lower),
            Metric::DigitShare => ratio(self.chars.digits, visible),
            Metric::SymbolShare => ratio(self.chars.symbols, visible),
            Metric::TokenLengthMax => Some(self.token_length as f64),
            Metric::CurlyBracketCount => Some(self.chars.curly_brackets as f64),
            Metric::LoremIpsumCount => Some(self.lorem_ipsum as f64),
            Metric::JavascriptLineCount => Some(self.javascript as f64),
            Metric::PolicyLineCount => Some(self.policy as f64),
            _ => None,
        }
    }

    /// Counts one line and says how many characters it has.
    fn line(&mut self, line: &str, stops: &mut Option<(&[&str], u64)>) -> usize {
        self.lines += 1;
        if line.is_empty() {
            return 0;
        }
        let before = self.chars.all;
        self.characters(line);
        let chars = self.chars.all - before;
        let ascii = chars == line.len();
        tokens(line, |token, kind| {
            self.tokens += 1;
            if kind == Kind::Mark {
                return;
            }
            self.words += 1;
            self.word_chars += if ascii { token.len() } else { token.chars().count() };
            self.alphabetic += usize::from(token.chars().any(char::is_alphabetic));
            if let Some((list, found)) = stops
                && let Some(place) = list.iter().position(|stop| *stop == token)
            {
                *found |= 1 << place;
            }
        });
        self.long += usize::from(chars >= LONG_LINE);
        let (head, tail) = (line.trim_start(), line.trim_end());
        if !head.is_empty() {
            self.written_lines += 1;
            self.bullets += usize::from(head.starts_with(lists::BULLETS));
            self.ellipsis_ends += usize::from(lists::ELLIPSES.iter().any(|ellipsis| tail.ends_with(ellipsis)));
            self.sentence_ends += usize::from(line.ends_with(lists::ends_sentence));
            self.short += usize::from(chars <= SHORT_LINE);
            self.phrases(line);
        }
        chars
    }

    /// Counts characters by class, ellipses and the longest run without white space.
    fn characters(&mut self, line: &str) {
        let (mut dots, mut run) = (0, 0);
        let mut stops = 0;
        let chars = &mut self.chars;
        for character in line.chars() {
            chars.all += 1;
            run += 1;
            match class(character) {
                Class::Lower => chars.lower += 1,
                Class::Upper => chars.upper += 1,
                Class::Digit => chars.digits += 1,
                Class::Letter => {}
                Class::Space => {
                    chars.spaces += 1;
                    self.token_length = self.token_length.max(run - 1);
                    run = 0;
                }
                Class::Symbol => {
                    chars.symbols += 1;
                    match character {
                        '#' => chars.hashes += 1,
                        '{' => chars.curly_brackets += 1,
                        '…' => self.ellipses += 1,
                        '.' => stops += 1,
                        _ => {}
                    }
                }
            }
            if character != '.' && stops > 0 {
                dots += stops / 3;
                stops = 0;
            }
        }
        self.ellipses += dots + stops / 3;
        self.token_length = self.token_length.max(run);
    }

    /// Counts the phrases that C4 drops lines for.
    fn phrases(&mut self, line: &str) {
        let Some(phrases) = PHRASES.as_ref() else { return };
        let mut found = 0_u32;
        for hit in phrases.find_overlapping_iter(line) {
            found |= 1 << hit.pattern().as_u32();
        }
        self.lorem_ipsum += usize::from(found & 1 != 0);
        self.javascript += usize::from(found & 2 != 0);
        self.policy += usize::from(found >> 2 != 0);
    }
}

/// `lorem ipsum`, `javascript` and the policy phrases, in that order.
static PHRASES: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| {
    let phrases = ["lorem ipsum", "javascript"].into_iter().chain(lists::POLICY_PHRASES);
    AhoCorasick::builder().ascii_case_insensitive(true).build(phrases).ok()
});

impl Repeats {
    /// Sorts the texts by hash; of each run of equal ones all but one repeat an earlier one.
    fn of(texts: &mut [Text]) -> Self {
        texts.sort_unstable_by_key(|text| text.hash);
        let mut repeats = Self { texts: texts.len(), ..Self::default() };
        for (above, text) in texts.iter().zip(texts.iter().skip(1)) {
            if above.hash == text.hash {
                repeats.repeats += 1;
                repeats.repeated_chars += text.chars;
            }
        }
        repeats
    }
}

/// What a character counts as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Class {
    Lower,
    Upper,
    /// A letter without case, or a combining mark.
    Letter,
    Digit,
    Space,
    Symbol,
}

/// The class of a character.
fn class(character: char) -> Class {
    match character {
        'a'..='z' => Class::Lower,
        ' ' | '\t' => Class::Space,
        'A'..='Z' => Class::Upper,
        '0'..='9' => Class::Digit,
        _ if character.is_lowercase() => Class::Lower,
        _ if character.is_uppercase() => Class::Upper,
        _ if character.is_alphabetic() => Class::Letter,
        _ if character.is_numeric() => Class::Digit,
        _ if character.is_whitespace() => Class::Space,
        _ if !character.is_ascii() && is_combining_mark(character) => Class::Letter,
        _ => Class::Symbol,
    }
}

/// `part / whole`, where there is a whole.
fn ratio(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}
