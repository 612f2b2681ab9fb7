//! What rules look for: tests of lines, blocks and documents.

use std::{iter, sync::Arc};

use super::{At, Logic};
use crate::engine::{
    diagnostic::Place,
    language::{Code, Tag},
    metrics::Metric,
    text::Script,
};

/// Inclusive limits.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Bounds {
    /// Lower limit.
    pub at_least: Option<f64>,
    /// Upper limit.
    pub at_most: Option<f64>,
}

/// A test of one line.
#[derive(Debug, Clone)]
pub enum LineTest {
    /// One of the patterns matches the line's text.
    Regex(Vec<At<String>>),
    /// Listed words occur.
    Words(WordsTest),
    /// The line's script.
    Script(LineScriptTest),
    /// The line's language, for lines with enough letters.
    Language(LineLanguageTest),
    /// Countable properties.
    Shape(ShapeTest),
    /// The same line (folded) occurs this many times in the document.
    Repeated {
        /// Occurrences, this one included.
        times_at_least: u32,
    },
}

impl LineTest {
    /// The patterns, where it is one of patterns.
    pub(crate) fn patterns(&self) -> &[At<String>] {
        match self {
            Self::Regex(patterns) => patterns,
            _ => &[],
        }
    }

    /// The lists, where it is one of words.
    pub(crate) fn lists(&self) -> &[Arc<List>] {
        match self {
            Self::Words(words) => &words.lists,
            _ => &[],
        }
    }
}

/// Listed words or phrases, of lists that are at hand or that are named.
#[derive(Debug, Clone)]
pub struct WordsTest<L = Arc<List>> {
    /// The lists, resolved.
    pub lists: Vec<L>,
    /// Different items that must occur (default 1).
    pub at_least: u32,
    /// Count only items whose language is known and is not the document's.
    pub foreign: bool,
    /// The line, less outer punctuation and white space, is an item.
    pub whole_line: bool,
    /// The line, less outer punctuation and white space, begins with an item.
    pub starts_line: bool,
    /// Share of the line's letters and digits that the hits must cover, 0 to 1.
    pub share_at_least: Option<f64>,
    /// At most this many non-blank lines of the document, this one included, have an item of the lists (as
    /// `whole_line` and `starts_line` want it): the document does not speak of the matter.
    pub in_lines_at_most: Option<u32>,
}

impl<L> WordsTest<L> {
    /// The same test of these lists.
    pub(crate) fn of<M>(&self, lists: Vec<M>) -> WordsTest<M> {
        WordsTest {
            lists,
            at_least: self.at_least,
            foreign: self.foreign,
            whole_line: self.whole_line,
            starts_line: self.starts_line,
            share_at_least: self.share_at_least,
            in_lines_at_most: self.in_lines_at_most,
        }
    }
}

/// A list of words or phrases.
#[derive(Debug, Clone)]
pub struct List {
    /// `pack/name`.
    pub name: Arc<str>,
    /// The items, as written, each with its language where the list is by language.
    pub items: Vec<Item>,
}

/// One item of a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Item {
    /// As written.
    pub text: Arc<str>,
    /// Its language, where the list says so.
    pub language: Option<Code>,
    /// Where it was written.
    pub place: Place,
}

/// The script of a line: the parts that are given must all hold. Unknown below the letter floor.
#[derive(Debug, Clone)]
pub struct LineScriptTest {
    /// The line's dominant script is one of these.
    pub is: Vec<Script>,
    /// The line's dominant script is not the document's (and is none that its writing system includes).
    pub differs_from_document: bool,
    /// Letters the line needs (default 1).
    pub letters_at_least: u32,
    /// Share of the line's letters in its dominant script.
    pub share_at_least: Option<f64>,
    /// The line's dominant script holds at most this share of the letters of all OTHER lines of the document
    /// (0 to 1; kana and Han together when it is Japanese). Holds when there are no other letters. It tells an
    /// advert in a script that the page has nowhere else from a page that goes on in both.
    pub elsewhere_share_at_most: Option<f64>,
}

/// The language of a line. Both floors are mandatory.
#[derive(Debug, Clone)]
pub struct LineLanguageTest {
    /// One of these.
    pub is: Vec<Tag>,
    /// None of these.
    pub not: Vec<Tag>,
    /// Not the document's.
    pub differs_from_document: bool,
    /// 0 to 1.
    pub confidence_at_least: f64,
    /// Letters the line needs.
    pub letters_at_least: u32,
}

/// Countable properties of a line; all that are given must hold.
#[derive(Debug, Clone, Default)]
pub struct ShapeTest {
    /// Measures with their limits.
    pub bounds: Vec<(Measure, Bounds)>,
    /// Ends like a sentence (`. ! ? …` and their full-width forms, closing quotes and brackets after them allowed).
    pub sentence_end: Option<bool>,
}

/// What can be counted on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Measure {
    /// Letters.
    Letters,
    /// Words (see `text::words`).
    Words,
    /// Characters, white space at the ends not counted.
    Chars,
    /// Share of the letters with case that are upper case.
    UpperShare,
    /// Share of the characters (white space apart) that are digits.
    DigitShare,
    /// Share of the characters (white space apart) that are neither letters, marks nor digits.
    SymbolShare,
    /// Share of the words that begin with an upper-case letter.
    TitleShare,
    /// Runs without white space.
    WhitespaceTokens,
    /// Characters of the longest run without white space.
    LongestToken,
}

/// A block of consecutive lines; blank lines are passed over and never begin or end one.
#[derive(Debug, Clone)]
pub struct SectionTest<T = LineTest> {
    /// The first line.
    pub starts: Logic<T>,
    /// Every further line; any line when absent.
    pub continues: Option<Logic<T>>,
    /// The block ends before the first line that satisfies this; at the document's end when absent.
    pub ends_before: Option<Logic<T>>,
    /// Non-blank lines, the first included; a shorter or longer block is not one.
    pub lines: Bounds,
    /// The block must reach the document's end.
    pub to_end: bool,
    /// The block must begin at the document's first non-blank line (never so after imaginary lines before).
    pub from_start: bool,
    /// After delimiting, the block is cut back to its last line that satisfies this; no such line, no block.
    /// Limits on lines count after the cut.
    pub ends_with: Option<Logic<T>>,
    /// Known lines that the block must contain; looked at last. A block without them is none, and the search goes
    /// on at the line after its first.
    pub includes: Option<Includes<T>>,
}

impl<T> SectionTest<T> {
    /// Its conditions on lines, that of the first line first.
    pub(crate) fn conditions(&self) -> impl Iterator<Item = &Logic<T>> {
        let others = [&self.continues, &self.ends_before, &self.ends_with].into_iter().flatten();
        iter::once(&self.starts).chain(others).chain(self.includes.as_ref().map(|includes| &includes.line))
    }

    /// The same block by other conditions, made in their order.
    pub(crate) fn map<U>(&self, mut condition: impl FnMut(&Logic<T>) -> Logic<U>) -> SectionTest<U> {
        SectionTest {
            starts: condition(&self.starts),
            continues: self.continues.as_ref().map(&mut condition),
            ends_before: self.ends_before.as_ref().map(&mut condition),
            lines: self.lines,
            to_end: self.to_end,
            from_start: self.from_start,
            ends_with: self.ends_with.as_ref().map(&mut condition),
            includes: self.includes.as_ref().map(|includes| Includes {
                line: condition(&includes.line),
                at_least: includes.at_least,
                share_at_least: includes.share_at_least,
            }),
        }
    }
}

/// Known lines that a block must contain. An unknown answer for a line counts as no.
#[derive(Debug, Clone)]
pub struct Includes<T = LineTest> {
    /// What makes a line a known one.
    pub line: Logic<T>,
    /// How many non-blank lines of the block must be known (default 1).
    pub at_least: u32,
    /// Share of the block's non-blank lines that must be known (0 to 1).
    pub share_at_least: Option<f64>,
}

/// A test of the whole document.
#[derive(Debug, Clone)]
pub enum DocumentTest {
    /// A metric within limits.
    Metric {
        /// Which.
        name: Metric,
        /// Limits.
        bounds: Bounds,
    },
    /// The document's language.
    Language(LanguageTest),
    /// The dominant script is one of these.
    Script {
        /// These.
        is: Vec<Script>,
        /// Share of all letters (0 to 1).
        share_at_least: Option<f64>,
    },
    /// How near the document is to a topic.
    Topic(TopicTest),
    /// Share of the letters in lines that rules with strip or more have flagged (this rule's tag filter applied).
    FlaggedShare {
        /// Only findings of rules with one of these tags; all when empty.
        tags: Vec<Arc<str>>,
        /// Limits.
        bounds: Bounds,
    },
    /// Listed words occur anywhere in the document.
    Words(WordsTest),
}

impl DocumentTest {
    /// The topic that it asks for by name.
    pub(crate) fn topic(&self) -> Option<&str> {
        match self {
            Self::Topic(TopicTest::Profile { id, .. }) => Some(id),
            _ => None,
        }
    }

    /// The tags that it goes by.
    pub(crate) fn tags(&self) -> &[Arc<str>] {
        match self {
            Self::FlaggedShare { tags, .. } => tags,
            _ => &[],
        }
    }

    /// The lists, where it is one of words.
    pub(crate) fn lists(&self) -> &[Arc<List>] {
        match self {
            Self::Words(words) => &words.lists,
            _ => &[],
        }
    }
}

/// The document's language: the parts that are given must all hold.
#[derive(Debug, Clone, Default)]
pub struct LanguageTest {
    /// One of these.
    pub is: Vec<Tag>,
    /// None of these.
    pub not: Vec<Tag>,
    /// One of the configured languages; holds when none are configured.
    pub wanted: bool,
    /// Unknown below this confidence, 0 to 1.
    pub confidence_at_least: Option<f64>,
    /// Unknown below this many letters.
    pub letters_at_least: Option<u32>,
}

/// Nearness to a topic.
#[derive(Debug, Clone)]
pub enum TopicTest {
    /// One profile within limits.
    Profile {
        /// Its id.
        id: Arc<str>,
        /// Limits.
        bounds: Bounds,
    },
    /// At least one configured topic reaches its own threshold; holds when no configured topic has one.
    Wanted,
}
