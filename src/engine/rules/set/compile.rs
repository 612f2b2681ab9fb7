//! From checked rules to the form in which they are evaluated.

use std::sync::Arc;

use super::{
    Called, DocumentTest, Exception, ExceptionMatcher, LineTest, Matcher, Order, Prefilter, Region, RegionId, Rule,
    RuleId, WordsTest,
    pattern::{Pattern, PatternError, Patterns},
    prefilter::Builder,
    study::Studies,
    trigger::Known,
};
use crate::engine::{
    diagnostic::Diagnostic,
    rules::model::{self, Logic, Mapped, Polarity},
};

/// Rules, patterns, literals and regions, all referring to one another by number.
#[derive(Debug, Default)]
pub(super) struct Program {
    pub(super) rules: Vec<Rule>,
    pub(super) patterns: Vec<Pattern>,
    pub(super) prefilter: Prefilter,
    pub(super) regions: Vec<Region>,
    pub(super) order: Order,
    /// Whether a rule that is evaluated asks for n-grams.
    pub(super) asks_for_ngrams: bool,
}

/// Compiles rules, in their order. What is not known of their patterns is found out.
///
/// # Errors
/// Every pattern that cannot be compiled.
pub(super) fn compile(written: &[model::Rule], studies: Studies) -> Result<Program, Vec<Diagnostic>> {
    let tests = Tests { patterns: Patterns::of(studies), ..Tests::default() };
    let mut compiler = Compiler { tests, ..Compiler::default() };
    let mut rules: Vec<Rule> = written.iter().map(|rule| compiler.rule(rule)).collect();
    let Compiler { tests: Tests { patterns, mut prefilter, diagnostics }, regions, .. } = compiler;
    if !diagnostics.is_empty() {
        return Err(diagnostics);
    }
    let patterns = patterns.finish(|pattern, sets| prefilter.pattern(pattern, sets));
    for (index, (rule, written)) in rules.iter_mut().zip(written).enumerate() {
        let unknown_fires = written.if_unknown != model::IfUnknown::Skip;
        let known = Known { patterns: &patterns, builder: &prefilter, unknown_fires };
        let set = match &rule.matcher {
            Matcher::Line(polarity, logic) => known.trigger(logic, *polarity == Polarity::Match),
            Matcher::Section(section) => known.trigger(&section.starts, true),
            Matcher::Document(..) => continue,
        };
        match set {
            Some(set) => {
                prefilter.trigger(RuleId(u32::try_from(index).unwrap_or(u32::MAX)), &set);
                rule.called = if set.beyond_ascii { Called::BeyondAscii } else { Called::ByLiterals };
            }
            None => rule.called = Called::Everywhere,
        }
    }
    let prefilter = prefilter.finish();
    let asks_for_ngrams = written.iter().any(|rule| rule.status != model::Status::Off && asks_for_ngrams(rule));
    Ok(Program { order: Order::of(&rules), rules, patterns, prefilter, regions, asks_for_ngrams })
}

fn asks_for_ngrams(rule: &model::Rule) -> bool {
    let asks =
        |test: &model::DocumentTest| matches!(test, model::DocumentTest::Metric { name, .. } if name.is_of_ngrams());
    rule.document_conditions().flat_map(Logic::tests).any(asks)
}

#[derive(Default)]
struct Compiler {
    tests: Tests,
    line_macros: Mapped<model::LineTest, LineTest>,
    document_macros: Mapped<model::DocumentTest, DocumentTest>,
    regions: Vec<Region>,
}

impl Compiler {
    fn rule(&mut self, rule: &model::Rule) -> Rule {
        let matcher = match &rule.matcher {
            model::Matcher::Line(polarity, logic) => Matcher::Line(*polarity, self.line(logic)),
            model::Matcher::Section(section) => {
                Matcher::Section(Box::new(section.map(|condition| self.line(condition))))
            }
            model::Matcher::Document(polarity, logic) => Matcher::Document(*polarity, self.document(logic)),
        };
        let exception = |exception: &model::Exception| Exception {
            name: Arc::clone(&exception.name),
            matcher: match &exception.matcher {
                model::ExceptionMatcher::Line(logic) => ExceptionMatcher::Line(self.line(logic)),
                model::ExceptionMatcher::Document(logic) => ExceptionMatcher::Document(self.document(logic)),
            },
        };
        let unless = rule.unless.iter().map(exception).collect();
        Rule { matcher, unless, region: self.region(&rule.region), says: rule.says(), called: Called::ByLiterals }
    }

    fn line(&mut self, logic: &Logic<model::LineTest>) -> Logic<LineTest> {
        logic.map(&mut self.line_macros, &mut |test| self.tests.of_line(test))
    }

    fn document(&mut self, logic: &Logic<model::DocumentTest>) -> Logic<DocumentTest> {
        logic.map(&mut self.document_macros, &mut |test| self.tests.of_document(test))
    }

    fn region(&mut self, region: &model::Region) -> RegionId {
        let until = region.until.as_ref().map(|logic| match self.line(logic) {
            Logic::Use(_, shared) => shared,
            own => Arc::new(own),
        });
        let same = |known: &Region| {
            known.part == region.part
                && known.lines == region.lines
                && known.share == region.share
                && known.until_share == region.until_share
                && known.lines_at_least == region.lines_at_least
                && match (&known.until, &until) {
                    (None, None) => true,
                    (Some(a), Some(b)) => Arc::ptr_eq(a, b),
                    _ => false,
                }
        };
        let index = self.regions.iter().position(same).unwrap_or_else(|| {
            let &model::Region { part, lines, share, until_share, lines_at_least, .. } = region;
            self.regions.push(Region { part, lines, share, until, until_share, lines_at_least });
            self.regions.len() - 1
        });
        RegionId(u32::try_from(index).unwrap_or(u32::MAX))
    }
}

/// What tests share: patterns, lists, and what is wrong with them.
#[derive(Default)]
struct Tests {
    patterns: Patterns,
    prefilter: Builder,
    diagnostics: Vec<Diagnostic>,
}

impl Tests {
    fn of_line(&mut self, test: &model::LineTest) -> LineTest {
        match test {
            model::LineTest::Regex(alternatives) => {
                let mut ids = Vec::with_capacity(alternatives.len());
                for pattern in alternatives {
                    match self.patterns.intern(&pattern.value) {
                        Ok(id) => ids.push(id),
                        // That it is too much is said once, of the first pattern.
                        Err(PatternError::AllTooLarge) if !self.diagnostics.is_empty() => {}
                        Err(error) => self.diagnostics.push(error.at(pattern.place)),
                    }
                }
                LineTest::Regex(ids.into())
            }
            model::LineTest::Words(words) => LineTest::Words(self.words(words)),
            model::LineTest::Script(test) => LineTest::Script(test.clone()),
            model::LineTest::Language(test) => LineTest::Language(test.clone()),
            model::LineTest::Shape(test) => LineTest::Shape(test.clone()),
            model::LineTest::Repeated { times_at_least } => LineTest::Repeated { times_at_least: *times_at_least },
        }
    }

    fn words(&mut self, words: &model::WordsTest) -> WordsTest {
        words.of(words.lists.iter().map(|list| self.prefilter.list(list)).collect())
    }

    fn of_document(&mut self, test: &model::DocumentTest) -> DocumentTest {
        match test {
            model::DocumentTest::Words(words) => DocumentTest::Words(self.words(words)),
            fact => DocumentTest::Fact(fact.clone()),
        }
    }
}
