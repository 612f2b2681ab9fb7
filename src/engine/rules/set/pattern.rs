//! Patterns, each distinct one once, compiled when first used.

use std::{collections::HashMap, ops::Range, sync::OnceLock};

use regex_automata::{
    Input,
    meta::{Cache, Config, Regex},
    nfa::thompson::WhichCaptures,
};
use regex_syntax::hir::Hir;

use super::{
    ascii,
    edges::Edges,
    needle::Needle,
    prefilter::LiteralId,
    size::Budget,
    study::{Studies, Study},
};
use crate::engine::{
    diagnostic::{Diagnostic, Place, codes},
    rules::read::COMPILED_SIZE_AT_MOST,
};

/// Memory that the lazy automaton of one pattern may use on one thread, in bytes.
const CACHE_BYTES_AT_MOST: usize = 256 << 10;

/// Bytes that all compiled patterns of a rule set may take; what they are for lines of plain ASCII is at most as
/// much again, and mostly a small part; it is not counted.
const ALL_BYTES_AT_MOST: usize = 256 << 20;

/// Which pattern of the rule set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct PatternId(pub(crate) u32);

/// One pattern.
#[derive(Debug)]
pub(crate) struct Pattern {
    /// As it was written.
    pub(crate) source: Box<str>,
    /// One of these stands in the folded line where the pattern matches; `None`: it must be tried everywhere.
    pub(super) literals: Option<Vec<LiteralId>>,
    beyond_ascii: bool,
    tied: bool,
    edges: Option<Box<Edges>>,
    weight: usize,
    /// `None` inside: it cannot be compiled after all.
    regex: OnceLock<Option<Regex>>,
    /// The same for lines of plain ASCII alone. `None` inside: it would be no smaller, and the general one does.
    ascii: OnceLock<Option<Regex>>,
}

/// Which lines a regular expression is good for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Reach {
    /// Those that are all ASCII.
    Ascii,
    /// All.
    Any,
}

impl Pattern {
    /// Whether one of its literals must stand on a line for it to match there.
    pub(crate) fn needs_literal(&self) -> bool {
        self.literals.is_some()
    }

    /// Whether it matches nothing that is all ASCII.
    pub(crate) fn is_beyond_ascii(&self) -> bool {
        self.beyond_ascii
    }

    /// Whether every match begins or ends with the line, so that there is one place to try and not one at each byte.
    pub(crate) fn is_tied(&self) -> bool {
        self.tied
    }

    /// Whether a line begins and ends as one must that it matches.
    #[inline]
    pub(crate) fn may_match(&self, line: &str) -> bool {
        self.edges.as_ref().is_none_or(|edges| edges.admit(line.as_bytes()))
    }

    /// How much more a byte costs than with an ordinary pattern, where the automaton cannot be built as it goes (many
    /// counted repeats) and all its states are stepped through one by one.
    pub(crate) fn weight(&self) -> usize {
        self.weight
    }

    /// Compiled, on first use: on lines of plain ASCII as the smaller one, where there is such. It comes with the lines
    /// that it is good for. `None` for a pattern that is too large after all: that it is not was made sure of when it was
    /// read, so whoever sees it has met a bug and must fail closed.
    pub(super) fn regex(&self, line: Reach) -> Option<(Reach, &Regex)> {
        let parsed = || regex_syntax::parse(&self.source).ok();
        let general = || compile(&parsed()?, COMPILED_SIZE_AT_MOST);
        let smaller = || compile_small(&ascii::smaller(&parsed()?)?, !self.needs_literal());
        if line == Reach::Ascii
            && let Some(regex) = self.ascii.get_or_init(smaller)
        {
            return Some((Reach::Ascii, regex));
        }
        self.regex.get_or_init(general).as_ref().map(|regex| (Reach::Any, regex))
    }
}

/// Whether a regular expression matches inside `span` of `text`; assertions see what is around the span.
pub(crate) fn is_match(regex: &Regex, cache: &mut Cache, text: &str, span: Range<usize>) -> bool {
    regex.search_half_with(cache, &Input::new(text).span(span).earliest(true)).is_some()
}

/// Where a regular expression first matches inside `span` of `text`.
pub(crate) fn find(regex: &Regex, cache: &mut Cache, text: &str, span: Range<usize>) -> Option<Range<usize>> {
    regex.search_with(cache, &Input::new(text).span(span)).map(|found| found.range())
}

/// Compiles a pattern if that takes no more than so many bytes.
pub(super) fn compile(pattern: &Hir, bytes_at_most: usize) -> Option<Regex> {
    Regex::builder().configure(config(bytes_at_most)).build_from_hir(pattern).ok()
}

/// Compiles what is left of a pattern on lines of plain ASCII. A searcher for how its matches begin would take more time to
/// make than all the rest, and is no use on lines that were found by what they must hold; where nothing must stand on a
/// line, it is `tried_everywhere`, and there a searcher passes over most of it.
pub(super) fn compile_small(pattern: &Hir, tried_everywhere: bool) -> Option<Regex> {
    let searches = tried_everywhere || pattern.properties().is_alternation_literal();
    Regex::builder().configure(config(COMPILED_SIZE_AT_MOST).auto_prefilter(searches)).build_from_hir(pattern).ok()
}

fn config(bytes_at_most: usize) -> Config {
    Config::new()
        .nfa_size_limit(Some(bytes_at_most))
        .hybrid_cache_capacity(CACHE_BYTES_AT_MOST)
        // Good for groups only, which are not asked for.
        .onepass(false)
        .which_captures(WhichCaptures::Implicit)
}

/// Why a pattern cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum PatternError {
    /// It is not a regular expression.
    Syntax(String),
    /// Its program would be too large.
    TooLarge,
    /// All programs together would be.
    AllTooLarge,
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
            Self::AllTooLarge => {
                let message = format!("all patterns together take more than {ALL_BYTES_AT_MOST} bytes compiled");
                Diagnostic::error(codes::COSTLY, place, message).help("use smaller counts, or fewer patterns")
            }
        }
    }
}

/// Patterns as they are collected from the rules.
#[derive(Debug)]
pub(super) struct Patterns {
    all: Vec<(Pattern, Vec<Vec<Needle>>)>,
    known: HashMap<String, PatternId>,
    budget: Budget,
    /// Of patterns that were read.
    studies: Studies,
}

impl Default for Patterns {
    fn default() -> Self {
        Self::up_to(ALL_BYTES_AT_MOST)
    }
}

impl Patterns {
    /// None yet, of some of which all is known.
    pub(super) fn of(studies: Studies) -> Self {
        Self { studies, ..Self::default() }
    }

    /// None yet; all together may take so many bytes.
    fn up_to(bytes_at_most: usize) -> Self {
        let budget = Budget::up_to(bytes_at_most);
        Self { all: Vec::new(), known: HashMap::new(), budget, studies: Studies::default() }
    }

    /// The pattern written so.
    pub(super) fn intern(&mut self, source: &str) -> Result<PatternId, PatternError> {
        if let Some(&id) = self.known.get(source) {
            return Ok(id);
        }
        if self.budget.is_spent() {
            return Err(PatternError::AllTooLarge);
        }
        let study = match self.studies.take(source) {
            Some(study) => study,
            None => {
                let hir = regex_syntax::parse(source).map_err(|error| PatternError::Syntax(error.to_string()))?;
                Study::of(&hir)
            }
        };
        if !self.budget.take(source, &study.size) {
            return Err(PatternError::TooLarge);
        }
        let id = PatternId(u32::try_from(self.all.len()).unwrap_or(u32::MAX));
        let pattern = Pattern {
            source: source.into(),
            literals: None,
            beyond_ascii: study.beyond_ascii,
            tied: study.tied,
            edges: study.edges,
            weight: study.weight,
            regex: OnceLock::new(),
            ascii: OnceLock::new(),
        };
        self.all.push((pattern, study.required));
        self.known.insert(source.to_owned(), id);
        Ok(id)
    }

    /// The patterns, with the sets of their literals given numbers by `intern`, which answers with those of the first.
    pub(super) fn finish(
        self,
        mut intern: impl FnMut(PatternId, &[Vec<Needle>]) -> Option<Vec<LiteralId>>,
    ) -> Vec<Pattern> {
        let number = |(index, (mut pattern, sets)): (usize, (Pattern, Vec<Vec<Needle>>))| {
            pattern.literals = intern(PatternId(u32::try_from(index).unwrap_or(u32::MAX)), &sets);
            pattern
        };
        self.all.into_iter().enumerate().map(number).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_patterns_together_are_bounded() {
        let mut patterns = Patterns::up_to(1 << 20);
        let compiled = (1..100).map_while(|count| patterns.intern(&format!(r"\w{{{count}}}")).ok()).count();
        assert!((2..99).contains(&compiled), "{compiled}");
        assert_eq!(patterns.intern("another"), Err(PatternError::AllTooLarge));
        assert_eq!(patterns.intern(r"\w{1}"), Ok(PatternId(0)), "what is there already costs nothing");
    }

    #[test]
    fn what_is_known_of_a_pattern_is_not_found_out_again() {
        // Told by the other one, since this is none.
        let known = [("(".to_owned(), Study::of(&regex_syntax::parse("^中").unwrap()))];
        let mut patterns = Patterns::of(known.into_iter().collect());
        assert_eq!(patterns.intern("("), Ok(PatternId(0)));
        let all = patterns.finish(|_, sets| {
            matches!(sets, [set] if matches!(&set[..], [needle] if needle.text == "中")).then(Vec::new)
        });
        let [pattern] = &all[..] else { panic!("{all:?}") };
        assert!(pattern.is_tied() && pattern.is_beyond_ascii() && pattern.needs_literal());
    }

    #[test]
    fn one_pattern_is_bounded_whatever_it_is_made_of() {
        let mut patterns = Patterns::default();
        for pattern in [
            r"\w{1,2000}",
            r"(?:\w{20}){20}x",
            r"((a{100}){100}){100}",
            r"(?i)(?:[^x]{30}\b){200}",
            r"[ab]*a[ab]{500000}",
        ] {
            assert_eq!(patterns.intern(pattern), Err(PatternError::TooLarge), "{pattern}");
        }
        assert!(matches!(patterns.intern(&"(".repeat(1_000)), Err(PatternError::Syntax(_))));
        assert!(matches!(
            patterns.intern(&format!("{}x{}", "(".repeat(1_000), ")".repeat(1_000))),
            Err(PatternError::Syntax(_))
        ));
    }
}
