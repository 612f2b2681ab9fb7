//! A rule and what it is made of.

use std::sync::Arc;

use super::{At, Bounds, DocumentTest, Example, LanguageTest, LineTest, Logic, Message, SectionTest};
use crate::engine::{diagnostic::Place, rules::yaml::Node, text::Script};

/// One rule.
#[derive(Debug, Clone)]
pub struct Rule {
    /// `pack/id`.
    pub id: At<Arc<str>>,
    /// Counts up when the rule changes what it catches.
    pub version: u32,
    /// One line for people.
    pub title: Option<String>,
    /// Why the rule is right.
    pub why: Option<String>,
    /// Free words to select rules by.
    pub tags: Arc<[Arc<str>]>,
    /// Sources.
    pub refs: Vec<String>,
    /// Whether the rule acts.
    pub status: Status,
    /// Which part of the document it looks at.
    pub region: Region,
    /// Gate on the document.
    pub when: When,
    /// What it looks for.
    pub matcher: Matcher,
    /// Named exceptions, of the rule's own unit (for sections: of the lines of the block).
    pub unless: Vec<Exception>,
    /// What to do where a fact cannot be determined.
    pub if_unknown: IfUnknown,
    /// What the rule does alone; `None` for a rule that only scores.
    pub action: Option<Action>,
    /// Level of evidence added to the document's score.
    pub score: Option<Level>,
    /// What the finding says; the title otherwise.
    pub message: Option<Message>,
    /// Cases that must hold.
    pub examples: Vec<Example>,
    /// How it was written, and what overrides made of it.
    pub origin: Origin,
}

impl Rule {
    /// What people know it by: the title, or the id.
    pub(crate) fn name(&self) -> Arc<str> {
        self.title.as_deref().map_or_else(|| Arc::clone(&self.id.value), Arc::from)
    }

    /// What its findings say, where that is the same for all: the message where it has no slots; the name where there
    /// is none.
    pub(crate) fn says(&self) -> Option<Arc<str>> {
        match &self.message {
            None => Some(self.name()),
            Some(message) => (!message.has_slots()).then(|| message.text(|_| String::new())),
        }
    }

    /// Every condition on lines, exceptions and the end of the region among them.
    pub(crate) fn line_conditions(&self) -> impl Iterator<Item = &Logic<LineTest>> {
        let (line, section) = match &self.matcher {
            Matcher::Line(_, logic) => (Some(logic), None),
            Matcher::Section(section) => (None, Some(section.conditions())),
            Matcher::Document(..) => (None, None),
        };
        let exceptions = self.unless.iter().filter_map(|exception| match &exception.matcher {
            ExceptionMatcher::Line(logic) => Some(logic),
            ExceptionMatcher::Document(_) => None,
        });
        self.region.until.iter().chain(line).chain(section.into_iter().flatten()).chain(exceptions)
    }

    /// Every condition on the document, exceptions among them.
    pub(crate) fn document_conditions(&self) -> impl Iterator<Item = &Logic<DocumentTest>> {
        let document = match &self.matcher {
            Matcher::Document(_, logic) => Some(logic),
            Matcher::Line(..) | Matcher::Section(_) => None,
        };
        let exceptions = self.unless.iter().filter_map(|exception| match &exception.matcher {
            ExceptionMatcher::Document(logic) => Some(logic),
            ExceptionMatcher::Line(_) => None,
        });
        document.into_iter().chain(exceptions)
    }
}

/// How a rule was written, and what overrides made of it.
#[derive(Debug, Clone, Default)]
pub struct Origin {
    /// What overrides changed, in order of their place.
    pub changes: Vec<Change>,
    /// Where the rule stands in its pack.
    pub(crate) written: Option<Place>,
    /// The rule with its overrides; `None` when it runs as written.
    pub(crate) running: Option<Arc<Node>>,
}

/// One thing that an override changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Change {
    /// What: a key of the rule, or a list that the rule uses.
    pub changed: Changed,
    /// Where the override says so.
    pub place: Place,
    /// Why, in the words of the override.
    pub why: Arc<str>,
}

/// What of a rule an override changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Changed {
    /// A key was given another value.
    Key(Arc<str>),
    /// An exception was added.
    ExceptionAdded(Arc<str>),
    /// An exception was removed.
    ExceptionRemoved(Arc<str>),
    /// An example was added.
    ExampleAdded,
    /// An item was added to a list (`pack/name`) that the rule uses.
    ItemAdded(Arc<str>, Arc<str>),
    /// An item was removed from a list (`pack/name`) that the rule uses.
    ItemRemoved(Arc<str>, Arc<str>),
}

impl Rule {
    /// Whether an example was written for the rule as it runs: those of the pack speak of the rule before its overrides.
    pub fn vouches(&self, example: &Example) -> bool {
        self.origin.changes.is_empty() || example.place.source != self.id.place.source
    }
}

/// What one finding of a rule covers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unit {
    /// One line.
    Line,
    /// A block of lines.
    Section,
    /// The document.
    Document,
}

/// Whether a rule acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Status {
    /// Acts.
    Stable,
    /// Is evaluated, counted and reported, and never acts.
    Trial,
    /// Is not evaluated.
    Off,
}

impl Status {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Stable, Self::Trial, Self::Off];

    /// As rules and reports spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Stable => "stable",
            Self::Trial => "trial",
            Self::Off => "off",
        }
    }
}

/// What a finding does to its lines or document, weakest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    /// Only reported.
    Annotate,
    /// The lines are left out of the curated copy.
    Strip,
    /// A person decides.
    Quarantine,
    /// Put aside for good.
    Reject,
}

impl Action {
    /// All of them, weakest first.
    pub const ALL: [Self; 4] = [Self::Annotate, Self::Strip, Self::Quarantine, Self::Reject];

    /// As rules and reports spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Annotate => "annotate",
            Self::Strip => "strip",
            Self::Quarantine => "quarantine",
            Self::Reject => "reject",
        }
    }
}

/// A level of evidence; the site's policy maps it to points.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// 1 point by default.
    Hint,
    /// 2 points by default.
    Weak,
    /// 3 points by default.
    Strong,
    /// 5 points by default.
    Decisive,
}

impl Level {
    /// All of them, weakest first.
    pub const ALL: [Self; 4] = [Self::Hint, Self::Weak, Self::Strong, Self::Decisive];

    /// As rules and reports spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Hint => "hint",
            Self::Weak => "weak",
            Self::Strong => "strong",
            Self::Decisive => "decisive",
        }
    }
}

/// What to do where a fact cannot be determined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum IfUnknown {
    /// The rule does not fire.
    #[default]
    Skip,
    /// The rule fires as if the condition held.
    Fire,
    /// The document is quarantined, whatever the rule's own action.
    Quarantine,
}

/// Which lines a rule looks at. Lines are counted without blank ones.
#[derive(Debug, Clone, Default)]
pub struct Region {
    /// Which end.
    pub part: Part,
    /// At most this many non-blank lines from that end.
    pub lines: Option<u32>,
    /// Never more than this share of the non-blank lines (rounded down, but at least one line).
    pub share: Option<f64>,
    /// The region ends at the first line (from its end of the document) that satisfies this: a head ends before the first
    /// such line, a tail begins after the last one.
    pub until: Option<Logic<LineTest>>,
    /// The share where `until` ends the region, instead of `share`: the text itself then says where it ends.
    pub until_share: Option<f64>,
    /// A region that comes out with fewer non-blank lines is none.
    pub lines_at_least: Option<u32>,
}

/// Part of a document.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Part {
    /// All lines.
    #[default]
    All,
    /// From the first line.
    Head,
    /// From the last line backwards.
    Tail,
}

/// Gate on the document: all parts that are given must hold. An unknown part does not hold.
#[derive(Debug, Clone, Default)]
pub struct When {
    /// Where it was written; `None` for a rule that has none.
    pub place: Option<Place>,
    /// Document language.
    pub language: Option<LanguageTest>,
    /// Dominant script is one of these.
    pub script: Option<Vec<Script>>,
    /// Lines, blank ones included.
    pub lines: Bounds,
    /// Letters.
    pub letters: Bounds,
}

/// What a rule looks for, by unit.
#[derive(Debug, Clone)]
#[expect(clippy::large_enum_variant, reason = "there are hundreds of rules, not millions")]
pub enum Matcher {
    /// One finding a line.
    Line(Polarity, Logic<LineTest>),
    /// One finding a block of lines.
    Section(SectionTest),
    /// One finding a document.
    Document(Polarity, Logic<DocumentTest>),
}

impl Matcher {
    /// What one finding covers.
    pub fn unit(&self) -> Unit {
        match self {
            Self::Line(..) => Unit::Line,
            Self::Section(_) => Unit::Section,
            Self::Document(..) => Unit::Document,
        }
    }
}

/// Whether a rule fires when its condition holds or when it does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Polarity {
    /// `match`: fires when the bad is there.
    Match,
    /// `require`: fires when the good is missing.
    Require,
}

/// A named exception.
#[derive(Debug, Clone)]
pub struct Exception {
    /// Overrides refer to it.
    pub name: Arc<str>,
    /// Why it is one.
    pub why: Option<String>,
    /// When it applies; for a section: to any line of the block.
    pub matcher: ExceptionMatcher,
}

/// An exception's condition, of the rule's unit.
#[derive(Debug, Clone)]
pub enum ExceptionMatcher {
    /// For line and section rules.
    Line(Logic<LineTest>),
    /// For document rules.
    Document(Logic<DocumentTest>),
}
