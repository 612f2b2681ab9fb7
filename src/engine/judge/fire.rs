//! Whether one rule fires on a line, a block or a document, and the finding that it makes.

use std::sync::Arc;

use super::{
    Finding, Run, Stage, Truth,
    gather::gather,
    line::View,
    notes::Notes,
    section::{Walk, note_included},
    truth::evaluate,
};
use crate::engine::rules::{
    model::{self, Action, IfUnknown, Logic, Polarity, Status},
    set::{DocumentTest, ExceptionMatcher, LineTest, Rule, RuleId, SectionTest},
};

/// Findings of one rule that carry their evidence; further ones say only where they are, or, where the rule neither
/// acts nor scores, are only counted.
const DETAILED_AT_MOST: u32 = 1_000;

/// Findings of one rule that are listed although they neither act nor score, however many those of other rules are:
/// enough for `evaluate` to say something of a rule on trial.
const OWN_AT_MOST: u32 = 100;

/// Findings beyond each rule's own that neither act nor score and are listed, of all rules together; further ones are
/// only counted.
const IDLE_AT_MOST: usize = 10_000;

/// Why a rule fires.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Cause {
    /// Its condition says so.
    Condition,
    /// Its condition cannot be determined, and the rule says that this counts as well.
    AsIf,
    /// Its condition cannot be determined, and the rule leaves that to a person.
    Undetermined,
}

/// Where a finding lies.
#[derive(Debug)]
pub(super) enum Span<'v, 'd> {
    /// From a line to a line; the number of its non-blank lines.
    Lines(&'v View<'d>, usize, usize),
    /// The whole document.
    Document,
}

/// Whether a rule fires, given what came of its condition.
pub(super) fn cause(polarity: Polarity, truth: Truth, if_unknown: IfUnknown) -> Option<Cause> {
    match (polarity, truth, if_unknown) {
        (Polarity::Match, Truth::True, _) | (Polarity::Require, Truth::False, _) => Some(Cause::Condition),
        (_, Truth::Unknown, IfUnknown::Fire) => Some(Cause::AsIf),
        (_, Truth::Unknown, IfUnknown::Quarantine) => Some(Cause::Undetermined),
        _ => None,
    }
}

/// The answer on which no rule of this polarity fires.
fn silent(polarity: Polarity) -> Truth {
    match polarity {
        Polarity::Match => Truth::False,
        Polarity::Require => Truth::True,
    }
}

impl<'d> Run<'d> {
    /// A line rule on a line of its region.
    pub(super) fn line_rule(
        &self,
        id: RuleId,
        polarity: Polarity,
        logic: &Logic<LineTest>,
        view: &View<'d>,
        findings: &mut Vec<Finding>,
    ) {
        let truth = evaluate(logic, &mut |test| self.line_test(test, view, None));
        let Some(cause) = self.cause(id, polarity, truth) else { return };
        if self.excepted(self.rules.rule(id), std::iter::once(view.index)) {
            return;
        }
        let notes = || gather(logic, &mut |test, notes| self.line_test(test, view, Some(notes))).1;
        self.probe.stage(Stage::Findings, || {
            findings.extend(self.finding(id, cause, &Span::Lines(view, view.index, 1), notes));
        });
    }

    /// A section rule on a line that may begin a block.
    pub(super) fn section_rule(
        &self,
        id: RuleId,
        section: &SectionTest,
        view: &View<'d>,
        rank: usize,
        walk: &mut Walk,
        findings: &mut Vec<Finding>,
    ) {
        if rank < walk.from {
            return;
        }
        let truth = evaluate(&section.starts, &mut |test| self.line_test(test, view, None));
        let Some(cause) = self.cause(id, Polarity::Match, truth) else { return };
        let extent = self.extent(self.rules.rule(id).region);
        let block = self.block(section, extent, rank, walk);
        let lines = &self.scan.lines()[block.ranks.clone()];
        let indices = lines.iter().map(|&index| index as usize);
        if block.flaw.is_some() || self.excepted(self.rules.rule(id), indices.clone()) {
            return;
        }
        walk.from = block.ranks.end;
        let last = lines.last().map_or(view.index, |&index| index as usize);
        let notes = || {
            let mut notes = gather(&section.starts, &mut |test, notes| self.line_test(test, view, Some(notes))).1;
            notes.set("lines", lines.len());
            if let (Some(count), Some(includes)) = (block.included, &section.includes) {
                note_included(&mut notes, count, includes);
            }
            notes
        };
        self.probe.stage(Stage::Findings, || {
            findings.extend(self.finding(id, cause, &Span::Lines(view, last, lines.len()), notes));
        });
    }

    /// A document rule.
    pub(super) fn document_rule(&self, id: RuleId, polarity: Polarity, logic: &Logic<DocumentTest>) -> Option<Finding> {
        let truth = evaluate(logic, &mut |test| self.document_test(test, None));
        let cause = self.cause(id, polarity, truth)?;
        if self.excepted(self.rules.rule(id), std::iter::empty()) {
            return None;
        }
        let notes = || gather(logic, &mut |test, notes| self.document_test(test, Some(notes))).1;
        self.probe.stage(Stage::Findings, || self.finding(id, cause, &Span::Document, notes))
    }

    fn cause(&self, id: RuleId, polarity: Polarity, truth: Truth) -> Option<Cause> {
        // Nearly always, and then what the rule was written like is not looked at.
        if truth == silent(polarity) {
            return None;
        }
        cause(polarity, truth, self.rules.written(id).if_unknown)
    }

    /// Whether an exception applies, to the document or to any of the lines.
    fn excepted(&self, rule: &Rule, lines: impl Iterator<Item = usize> + Clone) -> bool {
        rule.unless.iter().any(|exception| match &exception.matcher {
            ExceptionMatcher::Line(logic) => lines.clone().any(|index| {
                let view = View::of(self, index);
                evaluate(logic, &mut |test| self.line_test(test, &view, None)) == Truth::True
            }),
            ExceptionMatcher::Document(logic) => {
                evaluate(logic, &mut |test| self.document_test(test, None)) == Truth::True
            }
        })
    }

    /// The finding that a rule makes; `None` where it is only counted.
    fn finding(&self, id: RuleId, cause: Cause, span: &Span<'_, 'd>, notes: impl FnOnce() -> Notes) -> Option<Finding> {
        let rule = self.rules.written(id);
        let is_trial = rule.status == Status::Trial;
        let (action, level) = effect(rule, cause);
        let fired = &self.fired[id.0 as usize];
        fired.set(fired.get().saturating_add(1));
        let is_detailed = fired.get() <= DETAILED_AT_MOST;
        if let Span::Lines(..) = span {
            let acts = !is_trial && (action > Some(Action::Annotate) || level.is_some());
            let is_own = fired.get() <= OWN_AT_MOST;
            let is_listed = is_own || (is_detailed && self.idle.get() < IDLE_AT_MOST);
            if !acts && !self.is_looked_at(id) && !is_listed {
                let unlisted = &self.unlisted[id.0 as usize];
                unlisted.set(unlisted.get().saturating_add(1));
                return None;
            }
            if acts {
                self.acting.set(self.acting.get() + 1);
            } else if !is_own {
                self.idle.set(self.idle.get() + 1);
            }
        }
        let notes = if is_detailed { notes() } else { Notes::default() };
        let (first, count) = match span {
            Span::Lines(view, _, count) => (Some(*view), *count),
            Span::Document => (None, 0),
        };
        let message = if is_detailed { self.message(id, &notes, first, count) } else { self.message_in_short(id) };
        Some(Finding {
            rule: Arc::clone(&rule.id.value),
            version: rule.version,
            action: if is_trial { Action::Annotate } else { action.unwrap_or(Action::Annotate) },
            trial: is_trial.then_some(action),
            level: level.filter(|_| !is_trial),
            tags: Arc::clone(&rule.tags),
            lines: match span {
                Span::Lines(view, last, _) => Some((line_number(view.index), line_number(*last))),
                Span::Document => None,
            },
            bytes: match span {
                Span::Lines(view, last, _) => Some(view.line.bytes.start..self.document.line(*last).bytes.end),
                Span::Document => None,
            },
            message,
            evidence: notes.into_evidence(),
        })
    }
}

/// What a rule does when it fires, were it not on trial.
pub(super) fn effect(rule: &model::Rule, cause: Cause) -> (Option<Action>, Option<model::Level>) {
    match cause {
        Cause::Condition | Cause::AsIf => (rule.action, rule.score),
        Cause::Undetermined => (Some(Action::Quarantine), None),
    }
}

fn line_number(index: usize) -> u32 {
    u32::try_from(index + 1).unwrap_or(u32::MAX)
}
