//! Countable properties of a whole document, as published quality filters define them.
//!
//! Where a paper and its best known implementation differ, the implementation is followed: datatrove's filters
//! (<https://github.com/huggingface/datatrove>, version 0.10.1), which produced FineWeb; `scripts/parity.py` compares the two
//! document by document. Every [`Metric`] says its definition, its unit, its source and when it has no value.
//!
//! Three things are meant the same way by all of them:
//!
//! * **Text**: from the first to the last line that is not blank. A final newline or an empty line at either end is
//!   layout and changes no figure (datatrove counts an empty piece for it). A line terminator counts as one character,
//!   whatever it is in the file. Lines are those of [`Document`]; Python's `splitlines` also ends a line at VT, FS, GS,
//!   RS, U+2028 and U+2029.
//! * **Words** are those of [`text::words`](crate::engine::text::words): runs of letters and digits, single characters
//!   in Chinese, Japanese and Thai, which put no spaces between words.
//! * **Tokens** are the words and, between them, the punctuation marks and symbols, each its own token; a run of full
//!   stops or of hyphens is one. datatrove takes its tokens from spaCy for most languages (jieba for Chinese, SudachiPy
//!   for Japanese). spaCy keeps abbreviations, addresses and emoticons whole and cuts English contractions
//!   (`do` + `n't`), where ours cut the first (`e.g` + `.`) and keep the second (`don't`), so that figures on running
//!   English text differ a little. For languages without spaces ours are shorter than theirs, so that limits on n-grams,
//!   on word length and on ratios to words do not carry over.

mod c4;
mod count;
mod hash;
mod ids;
mod lists;
mod name;
mod needs;
mod ngram;
mod phrases;
mod repeats;
mod sentence;
mod token;
mod vocabulary;

#[cfg(test)]
mod about;
#[cfg(test)]
mod slow;
#[cfg(test)]
mod tests;

use std::{cell::OnceCell, ops::Range};

pub use name::Metric;

use crate::engine::{
    language::Code,
    text::{Document, has_run, longest_run},
};
use c4::C4;
use count::Counts;
use ngram::NGrams;
use phrases::Phrases;
use vocabulary::Vocabulary;

/// The metrics of one document, each measured when first asked for: one pass over the text gives all the cheap
/// ones; the longest token, the n-grams and the sentences of C4 each take a pass of their own and only on demand.
#[derive(Debug)]
pub struct Metrics<'d> {
    document: &'d Document,
    stop_words: Option<&'static [&'static str]>,
    body: Range<usize>,
    phrases: OnceCell<Phrases>,
    /// Whether the pass for the cheap metrics takes down the order of the tokens for the n-grams too.
    with_order: bool,
    counts: OnceCell<(Counts, Vocabulary)>,
    token_length: OnceCell<usize>,
    sentences: OnceCell<usize>,
    ngrams: OnceCell<NGrams>,
    c4: OnceCell<C4>,
}

impl<'d> Metrics<'d> {
    /// For a document whose language is known or not. Only [`Metric::StopWordCount`] depends on the language.
    pub fn of(document: &'d Document, language: Option<Code>) -> Self {
        Self::with_stop_words(document, language.and_then(|code| lists::stop_words(code.as_str())))
    }

    /// The same, of which n-grams are likely to be asked as well: one pass then serves both.
    pub fn with_ngrams(self) -> Self {
        Self { with_order: true, ..self }
    }

    fn with_stop_words(document: &'d Document, stop_words: Option<&'static [&'static str]>) -> Self {
        let blank = |index: &usize| document.line_text(*index).trim_start().is_empty();
        let count = document.line_count();
        let start = (0..count).find(|index| !blank(index)).unwrap_or(count);
        let end = (start..count).rev().find(|index| !blank(index)).map_or(start, |last| last + 1);
        Self {
            document,
            stop_words,
            body: start..end,
            phrases: OnceCell::new(),
            with_order: false,
            counts: OnceCell::new(),
            token_length: OnceCell::new(),
            sentences: OnceCell::new(),
            ngrams: OnceCell::new(),
            c4: OnceCell::new(),
        }
    }

    /// How many of the passes that give values were made so far.
    pub(crate) fn passes(&self) -> usize {
        let (counts, ngrams) = (self.counts.get().is_some(), self.ngrams.get().is_some());
        let (phrases, c4) = (self.phrases.get().is_some(), self.c4.get().is_some());
        let (sentences, token_length) = (self.sentences.get().is_some(), self.token_length.get().is_some());
        [phrases, counts, c4, sentences, token_length, ngrams].map(usize::from).iter().sum()
    }

    /// The value; `None` where it is not defined (a ratio over nothing, stop words of an unknown language).
    pub fn get(&self, metric: Metric) -> Option<f64> {
        match metric {
            Metric::Top2GramCharShare => self.ngrams().top(2),
            Metric::Top3GramCharShare => self.ngrams().top(3),
            Metric::Top4GramCharShare => self.ngrams().top(4),
            Metric::Duplicate5GramCharShare => self.ngrams().duplicate(5),
            Metric::Duplicate6GramCharShare => self.ngrams().duplicate(6),
            Metric::Duplicate7GramCharShare => self.ngrams().duplicate(7),
            Metric::Duplicate8GramCharShare => self.ngrams().duplicate(8),
            Metric::Duplicate9GramCharShare => self.ngrams().duplicate(9),
            Metric::Duplicate10GramCharShare => self.ngrams().duplicate(10),
            Metric::TokenLengthMax => Some(self.token_length() as f64),
            Metric::C4SentenceCount => Some(self.sentences() as f64),
            Metric::C4CurlyBracketCount => Some(self.c4().curly_brackets as f64),
            Metric::C4LoremIpsumCount => Some(self.c4().lorem_ipsum as f64),
            cheap => self.counts().get(cheap),
        }
    }

    /// Whether a metric that [`Metric::is_told_early`] has this value at least; looks no further than it takes to tell.
    pub fn reaches(&self, metric: Metric, value: usize) -> bool {
        match metric {
            Metric::TokenLengthMax => has_run(self.document.text(), value),
            Metric::C4SentenceCount => C4::sentences(self.lines(), self.phrases(), value) >= value,
            other => self.get(other).is_some_and(|found| found >= value as f64),
        }
    }

    /// Makes the pass over the text that most metrics come from, if it was not made yet.
    pub fn read(&self) {
        self.pass();
    }

    /// The lines with their places in the document.
    fn lines(&self) -> impl ExactSizeIterator<Item = (usize, &'d str)> {
        let document = self.document;
        self.body.clone().map(move |index| (index, document.line_text(index)))
    }

    fn counts(&self) -> &Counts {
        &self.pass().0
    }

    fn pass(&self) -> &(Counts, Vocabulary) {
        self.counts.get_or_init(|| {
            let text = self.document.text();
            let vocabulary = Vocabulary::of(text, self.with_order);
            (Counts::of(text, self.lines(), &vocabulary, self.stop_words, self.phrases()), vocabulary)
        })
    }

    fn sentences(&self) -> usize {
        *self.sentences.get_or_init(|| C4::sentences(self.lines(), self.phrases(), usize::MAX))
    }

    fn token_length(&self) -> usize {
        *self.token_length.get_or_init(|| longest_run(self.document.text()))
    }

    fn ngrams(&self) -> &NGrams {
        self.ngrams.get_or_init(|| {
            let (counts, vocabulary) = self.pass();
            let of =
                |vocabulary: &Vocabulary| vocabulary.order().map(|order| NGrams::of(vocabulary, order, counts.chars()));
            of(vocabulary).or_else(|| of(&Vocabulary::of(self.document.text(), true))).unwrap_or_default()
        })
    }

    fn c4(&self) -> &C4 {
        self.c4.get_or_init(|| C4::of(self.lines(), self.phrases()))
    }

    fn phrases(&self) -> &Phrases {
        self.phrases.get_or_init(|| Phrases::of(self.document))
    }
}
