//! Rules in the form in which they are evaluated.

use std::sync::Arc;

use super::{ListId, PatternId};
use crate::engine::rules::model::{self, LineLanguageTest, LineScriptTest, Logic, Polarity, ShapeTest};

/// Which rule of the set: its place in order of id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct RuleId(pub(crate) u32);

/// Which region of the set; rules that look at the same part share one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(crate) struct RegionId(pub(crate) u32);

/// What is evaluated of a rule; the rest stays in its [`model::Rule`].
#[derive(Debug)]
pub(crate) struct Rule {
    /// What it looks for.
    pub(crate) matcher: Matcher,
    /// Named exceptions.
    pub(crate) unless: Vec<Exception>,
    /// Where it looks.
    pub(crate) region: RegionId,
    /// What its findings say, where that is always the same.
    pub(crate) says: Option<Arc<str>>,
    /// What limits the lines on which it can fire, besides its region.
    pub(crate) called: Called,
}

/// What calls a rule on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Called {
    /// Its literals alone.
    ByLiterals,
    /// Its literals, and every line that is not all ASCII.
    BeyondAscii,
    /// Every line.
    Everywhere,
}

/// What a rule looks for, by unit.
#[derive(Debug)]
pub(crate) enum Matcher {
    /// One finding a line.
    Line(Polarity, Logic<LineTest>),
    /// One finding a block of lines.
    Section(Box<SectionTest>),
    /// One finding a document.
    Document(Polarity, Logic<DocumentTest>),
}

impl Matcher {
    /// Whether it looks at single lines, or at blocks of them.
    pub(crate) fn is_of_lines(&self) -> bool {
        !matches!(self, Self::Document(..))
    }
}

/// A named exception.
#[derive(Debug)]
pub(crate) struct Exception {
    /// Overrides refer to it.
    pub(crate) name: Arc<str>,
    /// When it applies.
    pub(crate) matcher: ExceptionMatcher,
}

/// An exception's condition.
#[derive(Debug)]
pub(crate) enum ExceptionMatcher {
    /// For line and section rules.
    Line(Logic<LineTest>),
    /// For document rules.
    Document(Logic<DocumentTest>),
}

/// A test of one line.
#[derive(Debug)]
pub(crate) enum LineTest {
    /// One of the patterns matches.
    Regex(Box<[PatternId]>),
    /// Listed words occur.
    Words(WordsTest),
    /// The line's script.
    Script(LineScriptTest),
    /// The line's language.
    Language(LineLanguageTest),
    /// Countable properties.
    Shape(ShapeTest),
    /// The same line occurs this many times.
    Repeated {
        /// Occurrences, this one included.
        times_at_least: u32,
    },
}

/// Listed words or phrases, by the numbers of their lists.
pub(crate) type WordsTest = model::WordsTest<ListId>;

/// A block of consecutive lines.
pub(crate) type SectionTest = model::SectionTest<LineTest>;

/// Known lines that a block must contain.
pub(crate) type Includes = model::Includes<LineTest>;

/// A test of the whole document.
#[derive(Debug)]
pub(crate) enum DocumentTest {
    /// Listed words occur anywhere.
    Words(WordsTest),
    /// Everything else needs no compiling.
    Fact(model::DocumentTest),
}

/// A part of a document that rules look at.
#[derive(Debug)]
pub(crate) struct Region {
    /// Which end.
    pub(crate) part: model::Part,
    /// At most this many non-blank lines.
    pub(crate) lines: Option<u32>,
    /// Never more than this share of them.
    pub(crate) share: Option<f64>,
    /// Ends at the first line that satisfies this.
    pub(crate) until: Option<Arc<Logic<LineTest>>>,
    /// The share where such a line is found.
    pub(crate) until_share: Option<f64>,
    /// With fewer non-blank lines it is none.
    pub(crate) lines_at_least: Option<u32>,
}
