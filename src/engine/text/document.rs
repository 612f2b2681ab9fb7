//! A decoded text with numbered lines; every line knows its original bytes.

use std::{ops::Range, sync::OnceLock};

use super::{
    Encoding, ScriptCounts, Unreadable,
    decode::{Decoded, decode},
    fold::fold_but_case,
};

/// A decoded text. Cheap views only: lines borrow from it.
#[derive(Debug)]
pub struct Document {
    decoded: Decoded,
    folded: OnceLock<FoldedLines>,
    scripts: OnceLock<ScriptCounts>,
}

/// All folded lines, each ended by `\n`.
#[derive(Debug)]
struct FoldedLines {
    text: String,
    /// Where each line begins, and the end of the text.
    starts: Vec<usize>,
    joins_words: bool,
}

/// One line of a [`Document`], without its terminator.
#[derive(Debug, Clone)]
pub struct Line<'d> {
    /// Counts from 1 and includes blank lines.
    pub number: usize,
    /// The decoded text, without the line terminator.
    pub text: &'d str,
    /// The same, folded for matching (see [`super::fold`]).
    pub folded: &'d str,
    /// Offsets of the line in the original bytes, without its terminator.
    pub bytes: Range<usize>,
}

impl Document {
    /// Decodes `raw`. Order of trust: BOM, UTF-8, UTF-16 by NUL parity, then a guess.
    ///
    /// # Errors
    /// [`Unreadable`] says why there is no text to judge.
    pub fn decode(raw: Vec<u8>) -> Result<Self, Unreadable> {
        Ok(Self { decoded: decode(raw)?, folded: OnceLock::new(), scripts: OnceLock::new() })
    }

    /// The bytes as they arrived.
    pub fn raw(&self) -> &[u8] {
        match &self.decoded.original {
            Some(original) => &original.raw,
            None => self.decoded.text.as_bytes(),
        }
    }

    /// The whole decoded text, terminators included, byte order mark excluded.
    pub fn text(&self) -> &str {
        let start = self.decoded.lines.first().map_or(0, |line| line.start as usize);
        &self.decoded.text[start..]
    }

    /// What the bytes were decoded from.
    pub fn encoding(&self) -> Encoding {
        self.decoded.encoding
    }

    /// Number of lines; a final terminator opens no further line.
    pub fn line_count(&self) -> usize {
        self.decoded.lines.len()
    }

    /// The line at `index` (from 0, so `line(0).number == 1`).
    ///
    /// # Panics
    /// When `index >= line_count()`.
    pub fn line(&self, index: usize) -> Line<'_> {
        let folded = self.folded_lines();
        Line {
            number: index + 1,
            text: self.line_text(index),
            folded: &folded.text[folded.starts[index]..folded.starts[index + 1] - 1],
            bytes: self.raw_lines()[index].range(),
        }
    }

    /// The decoded text of the line at `index`, for callers that need no folding.
    ///
    /// # Panics
    /// When `index >= line_count()`.
    pub fn line_text(&self, index: usize) -> &str {
        &self.decoded.text[self.decoded.lines[index].range()]
    }

    /// All lines in order.
    pub fn lines(&self) -> impl Iterator<Item = Line<'_>> {
        (0..self.line_count()).map(|index| self.line(index))
    }

    /// All folded lines in one string, each ended by `\n`: what the prefilter scans in one pass. Made on first use.
    pub fn folded(&self) -> &str {
        &self.folded_lines().text
    }

    /// Whether folding may have joined words: whether words end in the text (at a soft hyphen, a control character, a
    /// sign such as ™) where none ends in the folded one. It does so in few texts.
    pub fn folding_joins_words(&self) -> bool {
        self.folded_lines().joins_words
    }

    /// The index of the line that holds byte `offset` of [`Document::folded`].
    pub fn line_at_folded(&self, offset: usize) -> usize {
        let starts = &self.folded_lines().starts;
        starts[..self.line_count()].partition_point(|&start| start <= offset).saturating_sub(1)
    }

    /// Letters by script over the whole text (computed once, on first use).
    pub fn scripts(&self) -> &ScriptCounts {
        self.scripts.get_or_init(|| ScriptCounts::of(self.text()))
    }

    /// The original bytes without the given lines (indices from 0, ascending). A removed line goes with its
    /// terminator; every kept byte stays as it was, a byte order mark included. So when the last line is removed
    /// and had no terminator, the copy ends with the terminator of the line before it.
    pub fn without_lines(&self, removed: &[usize]) -> Vec<u8> {
        let (raw, lines) = (self.raw(), self.raw_lines());
        let mut kept = Vec::with_capacity(raw.len());
        let mut from = 0;
        for &index in removed {
            let Some(span) = lines.get(index) else { continue };
            kept.extend_from_slice(raw.get(from..span.start as usize).unwrap_or_default());
            from = lines.get(index + 1).map_or(raw.len(), |next| next.start as usize);
        }
        kept.extend_from_slice(&raw[from..]);
        kept
    }

    fn raw_lines(&self) -> &[super::split::Span] {
        self.decoded.original.as_ref().map_or(&self.decoded.lines, |original| &original.lines)
    }

    fn folded_lines(&self) -> &FoldedLines {
        self.folded.get_or_init(|| {
            let mut text = String::with_capacity(self.decoded.text.len() + self.line_count());
            let mut starts = Vec::with_capacity(self.line_count() + 1);
            let mut joins_words = false;
            for span in &self.decoded.lines {
                starts.push(text.len());
                joins_words |= fold_but_case(&self.decoded.text[span.range()], &mut text);
                text.push('\n');
            }
            starts.push(text.len());
            text.make_ascii_lowercase();
            FoldedLines { text, starts, joins_words }
        })
    }
}
