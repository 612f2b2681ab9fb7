//! Cases that a rule must hold to.

use crate::engine::{diagnostic::Place, language::Code, text::Script};

/// A case that must hold.
#[derive(Debug, Clone)]
pub struct Example {
    /// One line for people.
    pub name: Option<String>,
    /// Where it was written.
    pub place: Place,
    /// Facts that are given, not measured.
    pub given: Given,
    /// The document.
    pub text: String,
    /// What the rule must do with it.
    pub expect: Expect,
    /// Where the value that says so was written.
    pub expect_place: Place,
    /// May fail: a known gap.
    pub known_gap: bool,
}

/// What a rule must do with an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expect {
    /// Flag these lines (from 1) and no others.
    Flags(Vec<u32>),
    /// Fire, or stay silent, on the whole document.
    Fires(bool),
}

/// Facts about a document that are given, not measured, so that examples stay short.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Given {
    /// Imaginary non-blank lines before the text.
    pub lines_before: u32,
    /// Imaginary non-blank lines after the text.
    pub lines_after: u32,
    /// The document's language.
    pub language: Option<Code>,
    /// The confidence in it (1 when only the language is given).
    pub confidence: Option<f64>,
    /// The document's letters.
    pub letters: Option<u32>,
    /// The document's dominant script.
    pub script: Option<Script>,
    /// The wanted languages, in place of the configured ones. In an example always: none, unless it names some.
    pub wanted: Option<Vec<Code>>,
    /// Whether the document is about a wanted topic. In an example always: it is, unless it says otherwise.
    pub on_topic: Option<bool>,
}
