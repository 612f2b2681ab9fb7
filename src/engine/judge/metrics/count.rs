//! The cheap metrics: everything that one pass over the lines gives.

use memchr::{memchr_iter, memmem};

use super::{
    Metric,
    hash::{hash, join},
    lists,
    ngram::Tokens,
    phrases::Phrases,
    token::{Kind, tokens},
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
    /// Without line ends.
    chars: ClassCounts,
    hashes: usize,
    curly_brackets: usize,
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
    /// Counts over the lines between the first and the last that are not blank, and takes down their tokens where
    /// they are wanted.
    pub(super) fn of<'t>(
        lines: impl Iterator<Item = &'t str>,
        stop_words: Option<&[&str]>,
        phrases: Phrases,
        mut kept: Option<&mut Tokens>,
    ) -> Self {
        let mut counts = Self::default();
        let mut stops = StopWords::of(stop_words);
        let mut line_texts = Vec::new();
        let mut paragraph_texts = Vec::new();
        let mut paragraph: Option<Text> = None;
        for line in lines {
            let chars = counts.line(line, phrases, &mut stops, kept.as_deref_mut());
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
        counts.stop_words = stop_words.map(|_| stops.found.count_ones() as usize);
        counts.paragraph_repeats = Repeats::of(&mut paragraph_texts);
        counts.line_repeats = Repeats::of(&mut line_texts);
        line_texts.retain(|text| text.written);
        counts.written_repeats = Repeats::of(&mut line_texts);
        counts
    }

    /// The value of a cheap metric; `None` for those that are measured elsewhere.
    pub(super) fn get(&self, metric: Metric) -> Option<f64> {
        let line_ends = self.lines.saturating_sub(1);
        let of_class = |class| self.chars.get(class) as usize;
        let all = self.chars.all() as usize;
        let (upper, lower) = (of_class(Class::Upper), of_class(Class::Lower));
        let chars = all + line_ends;
        let visible = all - of_class(Class::Space);
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
            Metric::DuplicateLineCharShare => ratio(self.line_repeats.repeated_chars, chars),
            Metric::DuplicateParagraphShare => ratio(self.paragraph_repeats.repeats, self.paragraph_repeats.texts),
            Metric::DuplicateParagraphCharShare => ratio(self.paragraph_repeats.repeated_chars, chars),
            Metric::TerminalPunctuationLineShare => ratio(self.sentence_ends, self.written_lines),
            Metric::ShortLineShare => ratio(self.short, self.written_lines),
            Metric::FinewebDuplicateLineCharShare => ratio(self.written_repeats.repeated_chars, all),
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

    /// Counts one line and says how many characters it has.
    fn line(&mut self, line: &str, phrases: Phrases, stops: &mut StopWords, mut kept: Option<&mut Tokens>) -> usize {
        self.lines += 1;
        if line.is_empty() {
            if let Some(kept) = kept {
                kept.end_line(0);
            }
            return 0;
        }
        let classes = ClassCounts::of(line);
        let chars = classes.all() as usize;
        self.chars.add(&classes);
        let ascii = chars == line.len();
        self.marks(line, ascii);
        tokens(line, |token, kind| {
            self.tokens += 1;
            let hash = hash(token.as_bytes());
            let length = if ascii { token.len() } else { token.chars().count() };
            if let Some(kept) = &mut kept {
                kept.push(hash, length);
            }
            if kind == Kind::Mark {
                return;
            }
            self.words += 1;
            self.word_chars += length;
            self.alphabetic += usize::from(token.chars().any(char::is_alphabetic));
            stops.see(hash, token.len());
        });
        if let Some(kept) = kept {
            kept.end_line(chars);
        }
        self.long += usize::from(chars >= LONG_LINE);
        let (head, tail) = (line.trim_start(), line.trim_end());
        if !head.is_empty() {
            self.written_lines += 1;
            self.bullets += usize::from(head.starts_with(lists::BULLETS));
            self.ellipsis_ends += usize::from(lists::ELLIPSES.iter().any(|ellipsis| tail.ends_with(ellipsis)));
            self.sentence_ends += usize::from(line.ends_with(lists::ends_sentence));
            self.short += usize::from(chars <= SHORT_LINE);
            let found = phrases.on(line);
            self.lorem_ipsum += usize::from(found.lorem_ipsum);
            self.javascript += usize::from(found.javascript);
            self.policy += usize::from(found.policy);
        }
        chars
    }

    /// Counts single marks and ellipses, and finds the longest run without white space.
    fn marks(&mut self, line: &str, ascii: bool) {
        let bytes = line.as_bytes();
        self.hashes += memchr_iter(b'#', bytes).count();
        self.curly_brackets += memchr_iter(b'{', bytes).count();
        let mut at = 0;
        while let Some(found) = bytes.get(at..).and_then(|rest| memmem::find(rest, b"...")) {
            let run = bytes.iter().skip(at + found).take_while(|&&byte| byte == b'.').count();
            self.ellipses += run / 3;
            at += found + run;
        }
        if ascii {
            self.token_length = longest_run(bytes, self.token_length);
            return;
        }
        self.ellipses += memmem::find_iter(bytes, "…").count();
        let longest = line
            .split(|c| Class::of(c) == Class::Space)
            .map(|run| if run.len() <= self.token_length { 0 } else { run.chars().count() });
        self.token_length = longest.max().unwrap_or(0).max(self.token_length);
    }
}

/// The length of the longest run without white space in a text of ASCII, or `known` if none is longer. Looks at a run
/// from where its end would have to be, so that most bytes are never looked at.
fn longest_run(bytes: &[u8], known: usize) -> usize {
    let is_space = |byte: &u8| matches!(byte, b' ' | b'\t'..=b'\r');
    let mut longest = known;
    let mut start = 0;
    while let Some(run) = bytes.get(start..=start + longest) {
        match run.iter().rposition(is_space) {
            Some(last) => start += last + 1,
            None => {
                // Longer than any before: measured to its end, and passed.
                let end = start + longest + 1;
                let rest = bytes.get(end..).unwrap_or_default();
                let more = rest.iter().position(is_space).unwrap_or(rest.len());
                longest += 1 + more;
                start = end + more;
            }
        }
    }
    longest
}

/// Which stop words of a language were seen. They are told by their hashes.
struct StopWords {
    hashes: Vec<u64>,
    /// A bit for each length that one of them has.
    lengths: u64,
    /// A bit for each one that was seen.
    found: u64,
}

impl StopWords {
    fn of(words: Option<&[&str]>) -> Self {
        let words = words.unwrap_or_default();
        Self {
            hashes: words.iter().map(|word| hash(word.as_bytes())).collect(),
            lengths: words.iter().fold(0, |lengths, word| lengths | 1 << word.len().min(63)),
            found: 0,
        }
    }

    fn see(&mut self, word: u64, length: usize) {
        if self.lengths >> length.min(63) & 1 == 1
            && let Some(place) = self.hashes.iter().position(|&hash| hash == word)
        {
            self.found |= 1 << place;
        }
    }
}

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

/// `part / whole`, where there is a whole.
fn ratio(part: usize, whole: usize) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

#[cfg(test)]
mod tests {
    use super::longest_run;

    #[test]
    fn the_longest_run_is_found_and_each_byte_looked_at_a_few_times() {
        let plainly = |text: &str| text.split_ascii_whitespace().map(str::len).max().unwrap_or(0);
        for text in ["", " ", "a", "a bb", "bb a", " ccc", "ccc ", "a bb ccc dd", "abcdef gh abcdefg", "\tab\tabc "] {
            assert_eq!(longest_run(text.as_bytes(), 0), plainly(text), "{text:?}");
            assert_eq!(longest_run(text.as_bytes(), 2), plainly(text).max(2), "{text:?}");
        }
        // Quadratic, this would not end today.
        assert_eq!(longest_run("x".repeat(30_000_000).as_bytes(), 0), 30_000_000);
    }
}
