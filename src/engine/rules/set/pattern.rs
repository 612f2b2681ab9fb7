//! Compiled patterns, each distinct one once.

use std::{collections::HashMap, ops::Range};

use regex_automata::{
    Input,
    meta::{Config, Regex},
    nfa::thompson::WhichCaptures,
};

use super::{literals, prefilter::LiteralId};
use crate::engine::{
    diagnostic::{Diagnostic, Place, codes},
    rules::read::COMPILED_SIZE_AT_MOST,
};

/// Memory that the lazy automaton of one pattern may use on one thread, in bytes.
const CACHE_BYTES_AT_MOST: usize = 256 << 10;

/// Which pattern of the rule set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct PatternId(pub(super) u32);

/// One compiled pattern.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// As it was written.
    pub(crate) source: Box<str>,
    /// One of these stands in the folded line where the pattern matches; `None`: it must be tried everywhere.
    pub(super) literals: Option<Vec<LiteralId>>,
    regex: Regex,
}

impl Pattern {
    /// Whether one of its literals must stand on a line for it to match there.
    pub(crate) fn needs_literal(&self) -> bool {
        self.literals.is_some()
    }

    /// Whether the pattern matches inside `span` of `text`; assertions see what is around the span.
    pub(crate) fn is_match(&self, text: &str, span: Range<usize>) -> bool {
        self.regex.is_match(Input::new(text).span(span))
    }

    /// Where the pattern first matches inside `span` of `text`.
    pub(crate) fn find(&self, text: &str, span: Range<usize>) -> Option<Range<usize>> {
        self.regex.find(Input::new(text).span(span)).map(|found| found.range())
    }
}

/// Why a pattern cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PatternError {
    /// It is not a regular expression.
    Syntax(String),
    /// Its program would be too large.
    TooLarge,
}

impl PatternError {
    /// As a diagnostic on the pattern. (The reader has checked patterns already; it says so with more detail.)
    pub(super) fn at(self, place: Place) -> Diagnostic {
        match self {
            Self::Syntax(why) => Diagnostic::error(codes::REGEX, place, format!("invalid regular expression: {why}")),
            Self::TooLarge => {
                let message = format!("this pattern takes more than {COMPILED_SIZE_AT_MOST} bytes compiled");
                Diagnostic::error(codes::COSTLY, place, message)
            }
        }
    }
}

/// Patterns as they are collected from the rules.
#[derive(Debug, Default)]
pub(super) struct Patterns {
    all: Vec<(Pattern, Option<Vec<String>>)>,
    known: HashMap<String, PatternId>,
}

impl Patterns {
    /// The pattern written so, compiled if it is new.
    pub(super) fn intern(&mut self, source: &str) -> Result<PatternId, PatternError> {
        if let Some(&id) = self.known.get(source) {
            return Ok(id);
        }
        let hir = regex_syntax::parse(source).map_err(|error| PatternError::Syntax(error.to_string()))?;
        let config = Config::new()
            .nfa_size_limit(Some(COMPILED_SIZE_AT_MOST))
            .hybrid_cache_capacity(CACHE_BYTES_AT_MOST)
            .which_captures(WhichCaptures::Implicit);
        let regex = Regex::builder().configure(config).build_from_hir(&hir).map_err(|_| PatternError::TooLarge)?;
        let id = PatternId(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        self.all.push((Pattern { source: source.into(), literals: None, regex }, literals::required(&hir)));
        self.known.insert(source.to_owned(), id);
        Ok(id)
    }

    /// The patterns, with their literals given numbers by `intern`.
    pub(super) fn finish(self, mut intern: impl FnMut(PatternId, &str) -> LiteralId) -> Vec<Pattern> {
        let number = |(index, (mut pattern, literals)): (usize, (Pattern, Option<Vec<String>>))| {
            let id = PatternId(u32::try_from(index).unwrap_or(u32::MAX));
            pattern.literals = literals.map(|texts| texts.iter().map(|text| intern(id, text)).collect());
            pattern
        };
        self.all.into_iter().enumerate().map(number).collect()
    }
}
