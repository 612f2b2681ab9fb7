//! Which parts of the rules their examples show: every pattern, condition and exception, with the number of examples
//! in which it holds at least once.
//!
//! A list counts once, whoever uses it: one of its items must be found. Items are data, and do not count each for
//! itself. `when` is shown by an example that it keeps out; one that it lets in is every other example.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
};

use super::{Run, Truth, explain::label, fire::cause, line::View, run::Selection, truth::evaluate};
use crate::engine::{
    diagnostic::Place,
    rules::{
        Hands, RuleSet,
        hands::each,
        model::{self, Example, Logic, Status},
        set::{
            DocumentTest, Exception, ExceptionMatcher, LineTest, Matcher, RuleId, SectionTest, WordsTest,
            looks_at_others,
        },
    },
    text::Document,
};

/// The label of `when`.
pub(super) const KEEPS_OUT: &str = "when, keeping a document out";

/// What the examples show of one rule, or of one macro or list by way of all rules that use it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Coverage {
    /// `pack/rule`, `pack/macro` or `pack/list`.
    pub owner: Arc<str>,
    /// Which of them.
    pub kind: Kind,
    /// Its parts, in order of place.
    pub parts: Vec<Part>,
}

/// What has parts that examples can show.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// A rule.
    Rule,
    /// A macro.
    Macro,
    /// A list of words.
    List,
}

impl Kind {
    /// As it is printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Rule => "rule",
            Self::Macro => "macro",
            Self::List => "list",
        }
    }
}

/// A part of a rule that an example can show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Part {
    /// Where it was written.
    pub place: Place,
    /// A pattern as it was written, the key of a condition, or what it is.
    pub label: String,
    /// In how many examples it holds at least once; of `when`: how many it keeps out.
    pub examples: u32,
}

impl Coverage {
    /// The parts that hold in no example.
    pub fn missing(&self) -> impl Iterator<Item = &Part> {
        self.parts.iter().filter(|part| part.examples == 0)
    }
}

/// Evaluates every part on every example of its rule, those included that a rule would not reach. Rules that are off, and
/// rules without examples, are left out, and so are those without a part whose place is `wanted`: of other places not all
/// examples may be known. In order of place.
pub fn coverage(rules: &RuleSet, hands: &dyn Hands, wanted: impl Fn(Place) -> bool + Sync) -> Vec<Coverage> {
    let shown = |id: &RuleId| {
        let written = rules.written(*id);
        let mut tally = Tally::default();
        if written.status == Status::Off || written.examples.is_empty() {
            return tally;
        }
        let owner = Owner { name: Arc::clone(&written.id.value), kind: Kind::Rule };
        tally.rule(rules, *id, &owner, None);
        // Examples take long, and most rules have all of their parts in one file.
        if !tally.parts.keys().any(|place| wanted(*place)) {
            return Tally::default();
        }
        for example in &written.examples {
            let Ok(document) = Document::decode(example.text.clone().into_bytes()) else { continue };
            tally.example += 1;
            tally.rule(rules, *id, &owner, Some((&document, example)));
        }
        tally
    };
    let ids: Vec<RuleId> = rules.ids().collect();
    let mut all = Tally::default();
    each(hands, &ids, shown).into_iter().for_each(|of_rule| all.add(of_rule));
    all.into_coverage()
}

/// Whose part it is.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
struct Owner {
    name: Arc<str>,
    kind: Kind,
}

impl Owner {
    /// A macro of the pack of this rule or macro.
    fn used(&self, name: &str) -> Self {
        let pack = self.name.split('/').next().unwrap_or_default();
        Self { name: Arc::from(format!("{pack}/{name}")), kind: Kind::Macro }
    }
}

/// Every part by its place: a macro's parts are met in many rules.
#[derive(Debug, Default)]
struct Tally {
    parts: HashMap<Place, (Owner, Part, u32)>,
    /// Which example is at hand, from 1.
    example: u32,
}

/// A line of an example, or none to take note of the parts alone.
type At<'a, 'd> = Option<(&'a Run<'d>, &'a View<'d>)>;

impl Tally {
    /// Adds what the examples of another rule show.
    fn add(&mut self, other: Self) {
        for (place, (owner, part, last)) in other.parts {
            match self.parts.entry(place) {
                Entry::Occupied(mut known) => known.get_mut().1.examples += part.examples,
                Entry::Vacant(new) => _ = new.insert((owner, part, last)),
            }
        }
    }

    fn rule(&mut self, rules: &RuleSet, id: RuleId, owner: &Owner, on: Option<(&Document, &Example)>) {
        let when = rules.written(id).when.place;
        let Some((document, example)) = on else {
            if let Some(place) = when {
                self.note(owner, place, KEEPS_OUT, false);
            }
            return self.judged(rules, id, owner, None);
        };
        let selection = if looks_at_others(rules.rule(id)) { Selection::With(id) } else { Selection::Only(id) };
        let mut run = Run::of(rules, document, &example.given, selection);
        run.find_on_lines();
        if run.admits(id) {
            self.judged(rules, id, owner, Some(&run));
        } else if let Some(place) = when {
            self.note(owner, place, KEEPS_OUT, true);
        }
    }

    fn judged(&mut self, rules: &RuleSet, id: RuleId, owner: &Owner, run: Option<&Run<'_>>) {
        let (written, rule) = (rules.written(id), rules.rule(id));
        match (&written.matcher, &rule.matcher) {
            (model::Matcher::Line(_, from), Matcher::Line(polarity, logic)) => {
                self.lines(owner, from, logic, run, Some(id));
                self.line_exceptions(owner, &written.unless, &rule.unless, run, |run, view| {
                    let truth = evaluate(logic, &mut |test| run.line_test(test, view, None));
                    cause(*polarity, truth, written.if_unknown).is_some()
                });
            }
            (model::Matcher::Section(from), Matcher::Section(section)) => {
                self.section(owner, from, section, run, id);
                self.line_exceptions(owner, &written.unless, &rule.unless, run, |_, _| true);
            }
            (model::Matcher::Document(_, from), Matcher::Document(polarity, logic)) => {
                self.document(owner, from, logic, run);
                let fires = run.is_some_and(|run| {
                    let truth = evaluate(logic, &mut |test| run.document_test(test, None));
                    cause(*polarity, truth, written.if_unknown).is_some()
                });
                for (from, exception) in written.unless.iter().zip(&rule.unless) {
                    let (model::ExceptionMatcher::Document(from), ExceptionMatcher::Document(logic)) =
                        (&from.matcher, &exception.matcher)
                    else {
                        continue;
                    };
                    self.document(owner, from, logic, run.filter(|_| fires));
                }
            }
            _ => {}
        }
        if let (Some(from), Some(until)) = (&written.region.until, &rules.regions()[rule.region.0 as usize].until) {
            match from {
                // What is shared between rules is held without its name.
                Logic::Use(name, from) => self.lines(&owner.used(name), from, until, run, None),
                from => self.lines(owner, from, until, run, None),
            }
        }
    }

    fn section(
        &mut self,
        owner: &Owner,
        from: &model::SectionTest,
        section: &SectionTest,
        run: Option<&Run<'_>>,
        id: RuleId,
    ) {
        self.lines(owner, &from.starts, &section.starts, run, Some(id));
        let pairs = [
            (&from.continues, &section.continues),
            (&from.ends_before, &section.ends_before),
            (&from.ends_with, &section.ends_with),
        ];
        for (from, logic) in pairs {
            if let (Some(from), Some(logic)) = (from, logic) {
                self.lines(owner, from, logic, run, None);
            }
        }
        if let (Some(from), Some(includes)) = (&from.includes, &section.includes) {
            self.lines(owner, &from.line, &includes.line, run, None);
        }
    }

    /// Exceptions count on the lines on which the rule would fire without them.
    fn line_exceptions<'d>(
        &mut self,
        owner: &Owner,
        written: &[model::Exception],
        compiled: &[Exception],
        run: Option<&Run<'d>>,
        fires: impl Fn(&Run<'d>, &View<'d>) -> bool,
    ) {
        for (from, exception) in written.iter().zip(compiled) {
            let (model::ExceptionMatcher::Line(from), ExceptionMatcher::Line(logic)) =
                (&from.matcher, &exception.matcher)
            else {
                continue;
            };
            let Some(run) = run else {
                self.line(owner, from, logic, None);
                continue;
            };
            for &index in run.scan.lines() {
                let view = View::of(run, index as usize);
                if fires(run, &view) {
                    self.line(owner, from, logic, Some((run, &view)));
                }
            }
        }
    }

    /// A condition on every line, or on those that `region_of` looks at.
    fn lines(
        &mut self,
        owner: &Owner,
        from: &Logic<model::LineTest>,
        logic: &Logic<LineTest>,
        run: Option<&Run<'_>>,
        region_of: Option<RuleId>,
    ) {
        let Some(run) = run else { return self.line(owner, from, logic, None) };
        let ranks = match region_of {
            Some(id) => run.extent(run.rules.rule(id).region).ranks.clone(),
            None => 0..run.scan.lines().len(),
        };
        for &index in run.scan.lines().get(ranks).unwrap_or_default() {
            let view = View::of(run, index as usize);
            self.line(owner, from, logic, Some((run, &view)));
        }
    }

    fn line(&mut self, owner: &Owner, from: &Logic<model::LineTest>, logic: &Logic<LineTest>, at: At<'_, '_>) {
        tests(owner, from, logic, &mut |owner, place, from, test| {
            if let (model::LineTest::Regex(patterns), LineTest::Regex(ids)) = (from, test) {
                for (pattern, &id) in patterns.iter().zip(ids) {
                    let holds = at.is_some_and(|(run, view)| run.pattern(id, view, None) == Truth::True);
                    self.note(owner, pattern.place, &pattern.value, holds);
                }
                return;
            }
            let holds = at.filter(|(run, view)| run.line_test(test, view, None) == Truth::True);
            if let (model::LineTest::Words(words), LineTest::Words(test)) = (from, test) {
                self.lists(words, test, |one| {
                    holds.is_some_and(|(run, view)| run.line_words(one, view, None) == Truth::True)
                });
            }
            self.note(owner, place, label::of_line(test), holds.is_some());
        });
    }

    fn document(
        &mut self,
        owner: &Owner,
        from: &Logic<model::DocumentTest>,
        logic: &Logic<DocumentTest>,
        run: Option<&Run<'_>>,
    ) {
        tests(owner, from, logic, &mut |owner, place, from, test| {
            let holds = run.filter(|run| run.document_test(test, None) == Truth::True);
            if let (model::DocumentTest::Words(words), DocumentTest::Words(test)) = (from, test) {
                self.lists(words, test, |one| holds.is_some_and(|run| run.document_words(one, None) == Truth::True));
            }
            self.note(owner, place, label::of_document(test), holds.is_some());
        });
    }

    /// The lists of a condition, each by itself: `holds` says whether one of its items is found.
    fn lists(&mut self, from: &model::WordsTest, test: &WordsTest, holds: impl Fn(&WordsTest) -> bool) {
        for (list, &id) in from.lists.iter().zip(&test.lists) {
            let Some(first) = list.items.first() else { continue };
            let only = WordsTest { at_least: 1, share_at_least: None, in_lines_at_most: None, ..test.of(vec![id]) };
            let owner = Owner { name: Arc::clone(&list.name), kind: Kind::List };
            self.note(&owner, first.place, "any of its items", holds(&only));
        }
    }

    fn note(&mut self, owner: &Owner, place: Place, label: &str, holds: bool) {
        let (_, part, last) = self
            .parts
            .entry(place)
            .or_insert_with(|| (owner.clone(), Part { place, label: label.to_owned(), examples: 0 }, 0));
        if holds && *last != self.example {
            *last = self.example;
            part.examples += 1;
        }
    }

    fn into_coverage(self) -> Vec<Coverage> {
        let mut by_owner: HashMap<Owner, Vec<Part>> = HashMap::new();
        for (owner, part, _) in self.parts.into_values() {
            by_owner.entry(owner).or_default().push(part);
        }
        let mut all: Vec<Coverage> = by_owner
            .into_iter()
            .map(|(owner, mut parts)| {
                parts.sort_by_key(|part| part.place);
                Coverage { owner: owner.name, kind: owner.kind, parts }
            })
            .collect();
        all.sort_by_key(|owner| owner.parts.first().map(|part| part.place));
        all
    }
}

/// Shows each test of a condition, as it was written and as it is evaluated, with its place and whose it is: the owner's
/// of the condition, or of a macro in it.
fn tests<T, U>(owner: &Owner, from: &Logic<T>, logic: &Logic<U>, see: &mut impl FnMut(&Owner, Place, &T, &U)) {
    match (from, logic) {
        (Logic::Any(from), Logic::Any(parts)) | (Logic::All(from), Logic::All(parts)) => {
            from.iter().zip(parts).for_each(|(from, part)| tests(owner, from, part, see));
        }
        (Logic::Not(from), Logic::Not(part)) => tests(owner, from, part, see),
        (Logic::Use(name, from), Logic::Use(_, part)) => tests(&owner.used(name), from, part, see),
        (Logic::Is(from), Logic::Is(test)) => see(owner, from.place, &from.value, &test.value),
        _ => {}
    }
}
