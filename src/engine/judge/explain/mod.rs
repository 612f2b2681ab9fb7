//! Why a rule fires on a line or a document, and why not.

mod explainer;
pub(super) mod label;
mod nearest;
mod tree;

use std::sync::Arc;

use super::{
    Evidence, Run, Truth,
    fire::cause,
    line::View,
    notes::{Notes, limits},
    section::{Walk, note_included},
};
use crate::engine::{
    diagnostic::Place,
    rules::{
        RuleSet,
        model::{Bounds, Given, IfUnknown, Logic, Part, Polarity, Status, When},
        set::{DocumentTest, ExceptionMatcher, LineTest, Matcher, RuleId, SectionTest},
    },
    text::Document,
};
pub use explainer::Explainer;
use label::{of_document as document_label, of_line as line_label};
use nearest::flips;
use tree::{leaf, not_reached, tree};

/// One rule on one line, or on the whole document.
#[derive(Debug, Clone, PartialEq)]
pub struct Explanation {
    /// The rule.
    pub rule: Arc<str>,
    /// Its version.
    pub version: u32,
    /// The line, from 1; `None` for a rule on documents.
    pub line: Option<u32>,
    /// Whether it fires there. (A rule that is off or on trial is explained as if it were not.)
    pub fires: bool,
    /// One sentence: what decided it.
    pub conclusion: String,
    /// What would have to be otherwise, all of it, for the rule to fire there; or to stay silent, where it fires.
    pub nearest: Vec<String>,
    /// Gate, region, condition and exceptions, in this order; those that the rule does not have are left out.
    pub steps: Vec<Step>,
}

/// A part of a rule, with what came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// What it is: `any`, `regex`, `use sentence-like`, a pattern, `unless glossary-entry`.
    pub label: String,
    /// Where it was written.
    pub place: Option<Place>,
    /// What came of it.
    pub reached: Reached,
    /// Values and limits, and under `unknown` what was missing.
    pub evidence: Evidence,
    /// Its own parts.
    pub steps: Vec<Step>,
}

/// What keeps a rule silent whatever its condition says.
#[derive(Debug)]
struct Barrier {
    why: String,
    /// What it would be without it.
    lifted: Option<String>,
}

/// Whether a part was evaluated.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Reached {
    /// It was settled before.
    No,
    /// It was, with this result.
    Yes(Truth),
}

/// Explains `rule` on `document`: on the line with this number (from 1), for a rule of lines or sections. `None` when
/// there is no such rule, or no such line.
pub fn explain(
    rules: &RuleSet,
    document: &Document,
    given: &Given,
    rule: &str,
    line: Option<usize>,
) -> Option<Explanation> {
    Explainer::of(rules, document, given, rule)?.on(line)
}

impl<'d> Run<'d> {
    fn explain_document(&self, id: RuleId, polarity: Polarity, logic: &Logic<DocumentTest>) -> Explanation {
        let rule = self.rules.written(id);
        let mut steps = Vec::new();
        let mut barrier = self.explain_gate(&rule.when, &mut steps);
        let (truth, step) =
            tree(logic, &mut |test, notes| (self.document_test(test, Some(notes)), Vec::new()), &document_label);
        steps.push(under(polarity, step));
        let fires = self.explain_end(id, polarity, truth, &mut barrier, &mut steps, &[]);
        let wanted = (polarity == Polarity::Match) != (fires && barrier.is_none());
        let nearest = flips(logic, wanted, &mut |test, notes| self.document_test(test, Some(notes)), &document_label);
        let nearest = nearest.into_iter().map(|flip| flip.text).collect();
        self.explanation(id, None, fires && barrier.is_none(), barrier, truth, (nearest, steps))
    }

    fn explain_line(&self, id: RuleId, matcher: &Matcher, index: usize) -> Explanation {
        let rule = self.rules.written(id);
        let mut steps = Vec::new();
        let mut barrier = self.explain_gate(&rule.when, &mut steps);
        let extent = self.extent(self.rules.rule(id).region);
        let lines = self.scan.lines();
        // Blank lines inside a block belong to it.
        let block = self.findings_of(id).find(|&(first, last)| (first..=last).contains(&index));
        let first = block.map_or(index, |(first, _)| first);
        let rank = lines.binary_search(&u32::try_from(first).unwrap_or(u32::MAX)).ok();
        let inside = rank.is_some_and(|rank| extent.ranks.contains(&rank));
        let region = &rule.region;
        if region.part != Part::All || region.until.is_some() || region.lines_at_least.is_some() {
            let mut notes = Notes::default();
            if let (Some(first), Some(last)) = (extent.ranks.clone().next(), extent.ranks.clone().next_back()) {
                notes.set("first_line", lines[first] + 1);
                notes.set("last_line", lines[last] + 1);
            }
            if let Some(share) = region.until_share.filter(|_| extent.grown) {
                notes.set("until_share", share);
            }
            let label = if region.part == Part::Tail { "region tail" } else { "region head" };
            steps.push(leaf(label.to_owned(), inside.into(), notes));
            if !inside && barrier.is_none() {
                barrier = Some(Barrier {
                    why: format!("the line is outside the {label}"),
                    lifted: Some(format!("the line lies in the {label}")),
                });
            }
        }
        if rank.is_none() {
            let why = "the line is blank, and rules look at no blank lines".to_owned();
            barrier = Some(Barrier { why, lifted: None });
        }
        let view = View::of(self, index);
        let test = |view: &View<'d>, logic: &Logic<LineTest>| {
            tree(logic, &mut |test, notes| self.explain_test(test, view, notes), &line_label)
        };
        let mut flaw = None;
        let (polarity, truth, covered) = match matcher {
            Matcher::Line(polarity, logic) => {
                let (truth, step) = test(&view, logic);
                steps.push(under(*polarity, step));
                (*polarity, truth, vec![index])
            }
            Matcher::Section(section) => {
                let (mut truth, step) = test(&View::of(self, first), &section.starts);
                steps.push(Step { label: "starts".to_owned(), ..under(Polarity::Match, step) });
                let mut covered = Vec::new();
                if let (true, Some(rank)) = (inside, rank)
                    && truth != Truth::False
                {
                    let (whole, step) = self.explain_block(section, id, rank, &mut covered);
                    flaw = step.evidence.get("flaw").and_then(|flaw| flaw.as_str()).map(str::to_owned);
                    steps.push(step);
                    truth = truth.and(whole);
                }
                (Polarity::Match, truth, covered)
            }
            Matcher::Document(..) => (Polarity::Match, Truth::Unknown, Vec::new()),
        };
        let fires = self.explain_end(id, polarity, truth, &mut barrier, &mut steps, &covered);
        let number = u32::try_from(index + 1).unwrap_or(u32::MAX);
        let fires = fires && barrier.is_none();
        let nearest = if rank.is_some() { self.nearest_on_line(id, matcher, index, fires, flaw) } else { Vec::new() };
        self.explanation(id, Some(number), fires, barrier, truth, (nearest, steps))
    }

    fn nearest_on_line(
        &self,
        id: RuleId,
        matcher: &Matcher,
        index: usize,
        fires: bool,
        flaw: Option<String>,
    ) -> Vec<String> {
        let (polarity, logic, index) = match matcher {
            Matcher::Line(polarity, logic) => (*polarity, logic, index),
            Matcher::Section(section) => {
                let block = self.findings_of(id).find(|&(first, last)| (first..=last).contains(&index));
                (Polarity::Match, &section.starts, block.map_or(index, |(first, _)| first))
            }
            Matcher::Document(..) => return Vec::new(),
        };
        let view = View::of(self, index);
        let wanted = (polarity == Polarity::Match) != fires;
        let found = flips(logic, wanted, &mut |test, notes| self.line_test(test, &view, Some(notes)), &line_label);
        let mut nearest: Vec<String> = found.into_iter().map(|flip| flip.text).collect();
        nearest.extend(flaw.map(|flaw| format!("the block is a whole one (now {flaw})")));
        nearest
    }

    fn explain_test(&self, test: &LineTest, view: &View<'d>, notes: &mut Notes) -> (Truth, Vec<Step>) {
        let LineTest::Regex(alternatives) = test else {
            return (self.line_test(test, view, Some(notes)), Vec::new());
        };
        let mut result = Truth::False;
        let mut steps = Vec::new();
        for &id in alternatives {
            let label = self.rules.pattern(id).source.to_string();
            if result == Truth::True {
                steps.push(not_reached(label, None));
                continue;
            }
            let mut own = Notes::default();
            let found = self.pattern(id, view, Some(&mut own));
            result = result.max(found);
            steps.push(leaf(label, found, own));
        }
        (result, steps)
    }

    fn explain_block(&self, section: &SectionTest, id: RuleId, rank: usize, covered: &mut Vec<usize>) -> (Truth, Step) {
        let extent = self.extent(self.rules.rule(id).region);
        let block = self.block(section, extent, rank, &mut Walk::default());
        let lines = &self.scan.lines()[block.ranks.clone()];
        covered.extend(lines.iter().map(|&index| index as usize));
        let mut notes = Notes::default();
        if let (Some(first), Some(last)) = (lines.first(), lines.last()) {
            notes.set("first_line", first + 1);
            notes.set("last_line", last + 1);
        }
        notes.set("lines", lines.len());
        if section.lines != Bounds::default() {
            notes.set("lines_allowed", limits(section.lines));
        }
        if let (Some(count), Some(includes)) = (block.included, &section.includes) {
            note_included(&mut notes, count, includes);
        }
        if let Some(flaw) = block.flaw {
            notes.set("flaw", flaw.as_str());
        }
        let whole = block.flaw.is_none().into();
        (whole, leaf("block".to_owned(), whole, notes))
    }

    fn explain_gate(&self, when: &When, steps: &mut Vec<Step>) -> Option<Barrier> {
        let mut notes = Notes::default();
        let open = self.gate(when, Some(&mut notes));
        if notes == Notes::default() {
            return None;
        }
        steps.push(leaf("when".to_owned(), open.into(), notes));
        (!open).then(|| Barrier {
            why: "the document does not pass the rule's `when`".to_owned(),
            lifted: Some("the document passes the rule's `when`".to_owned()),
        })
    }

    /// Exceptions; whether the rule's condition makes it fire.
    fn explain_end(
        &self,
        id: RuleId,
        polarity: Polarity,
        truth: Truth,
        barrier: &mut Option<Barrier>,
        steps: &mut Vec<Step>,
        lines: &[usize],
    ) -> bool {
        let fires = cause(polarity, truth, self.rules.written(id).if_unknown).is_some();
        for (exception, written) in self.rules.rule(id).unless.iter().zip(&self.rules.written(id).unless) {
            let label = format!("unless {}", exception.name);
            if !fires {
                steps.push(not_reached(label, None));
                continue;
            }
            let (truth, step) = match &exception.matcher {
                ExceptionMatcher::Document(logic) => {
                    tree(logic, &mut |test, notes| (self.document_test(test, Some(notes)), Vec::new()), &document_label)
                }
                ExceptionMatcher::Line(logic) => {
                    let mut best: Option<(Truth, Step)> = None;
                    for &index in lines {
                        let view = View::of(self, index);
                        let found = tree(logic, &mut |test, notes| self.explain_test(test, &view, notes), &line_label);
                        if best.as_ref().is_none_or(|(truth, _)| found.0 > *truth) {
                            best = Some(found);
                        }
                    }
                    let Some(best) = best else { continue };
                    best
                }
            };
            if truth == Truth::True && barrier.is_none() {
                let reason = written.why.as_ref().map_or_else(String::new, |why| format!(" ({})", one_line(why)));
                *barrier = Some(Barrier {
                    why: format!("its exception {} applies{reason}", exception.name),
                    lifted: Some(format!("`unless {}` does not apply", exception.name)),
                });
            }
            steps.push(Step {
                label,
                place: None,
                reached: Reached::Yes(truth),
                evidence: Evidence::new(),
                steps: vec![step],
            });
        }
        fires
    }

    fn explanation(
        &self,
        id: RuleId,
        line: Option<u32>,
        fires: bool,
        barrier: Option<Barrier>,
        truth: Truth,
        (mut nearest, steps): (Vec<String>, Vec<Step>),
    ) -> Explanation {
        nearest.extend(barrier.as_ref().and_then(|barrier| barrier.lifted.clone()));
        let rule = self.rules.written(id);
        let status = match rule.status {
            Status::Stable => "",
            Status::Trial => " (on trial: it does not act)",
            Status::Off => " (off: it is not evaluated)",
        };
        let conclusion = match (fires, barrier, truth) {
            (true, _, Truth::Unknown) => format!("fires, since it cannot be told and the rule says to{status}"),
            (true, ..) => format!("fires{status}"),
            (false, Some(barrier), _) => format!("does not fire: {}", barrier.why),
            (false, None, Truth::Unknown) if rule.if_unknown == IfUnknown::Skip => {
                let missing = doubts(&steps);
                format!(
                    "not evaluated: {}",
                    if missing.is_empty() { "it cannot be told".to_owned() } else { missing.join("; ") }
                )
            }
            (false, None, _) => "does not fire: its condition says no".to_owned(),
        };
        Explanation { rule: Arc::clone(&rule.id.value), version: rule.version, line, fires, conclusion, nearest, steps }
    }
}

/// A sentence that may have been written on several lines.
fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Every reason that something is unknown.
fn doubts(steps: &[Step]) -> Vec<String> {
    let mut all: Vec<String> = Vec::new();
    for step in steps {
        let own = step.evidence.get("unknown").and_then(|why| why.as_array()).into_iter().flatten();
        let own = own.filter_map(|why| why.as_str().map(str::to_owned));
        for why in own.chain(doubts(&step.steps)) {
            if !all.contains(&why) {
                all.push(why);
            }
        }
    }
    all
}

fn under(polarity: Polarity, step: Step) -> Step {
    let (label, truth) = match polarity {
        Polarity::Match => ("match", step.reached),
        Polarity::Require => ("require", step.reached),
    };
    Step { label: label.to_owned(), place: None, reached: truth, evidence: Evidence::new(), steps: vec![step] }
}
