//! One rule on one document, explained on any of its lines.

use std::sync::Arc;

use super::Explanation;
use crate::engine::{
    judge::{Finding, Judgement, Run, run::Selection},
    rules::{
        RuleSet,
        model::Given,
        set::{Matcher, RuleId, looks_at_others},
    },
    text::Document,
};

/// Explains a rule on a document, line by line.
#[derive(Debug)]
pub struct Explainer<'d> {
    run: Run<'d>,
    id: RuleId,
    cut: Option<Cut>,
}

/// Judging ended before its end: what was not found by then was not looked for.
#[derive(Debug)]
struct Cut {
    why: Arc<str>,
    /// Findings of the rule up to then: first and last line; `None` for the whole document.
    found: Vec<Option<(u32, u32)>>,
}

impl Cut {
    fn of<'f>(rule: &str, why: Arc<str>, findings: impl Iterator<Item = &'f Finding>) -> Self {
        Self { why, found: findings.filter(|finding| *finding.rule == *rule).map(|finding| finding.lines).collect() }
    }
}

impl<'d> Explainer<'d> {
    /// Looks for what the rule finds; `None` when there is no such rule.
    pub fn of(rules: &'d RuleSet, document: &'d Document, given: &'d Given, rule: &str) -> Option<Self> {
        let id = rules.find(rule)?;
        let selection = if looks_at_others(rules.rule(id)) { Selection::With(id) } else { Selection::Only(id) };
        let mut run = Run::of(rules, document, given, selection);
        run.find_on_lines();
        let cut = run.cut_short().map(|limit| Cut::of(rule, limit.message, run.findings().iter()));
        Some(Self { run, id, cut })
    }

    /// Takes into account how the document was judged by all rules: that may have ended before this rule was asked.
    #[must_use]
    pub fn judged(mut self, judgement: &Judgement) -> Self {
        if let Some(limit) = judgement.cut_short() {
            let rule = &self.run.rules.written(self.id).id.value;
            self.cut = Some(Cut::of(rule, Arc::clone(&limit.message), judgement.findings.iter()));
        }
        self
    }

    /// First and last lines (from 1) of what the rule finds.
    pub fn found(&self) -> Vec<(u32, u32)> {
        match &self.cut {
            Some(cut) => cut.found.iter().copied().flatten().collect(),
            None => {
                let number = |index: usize| u32::try_from(index + 1).unwrap_or(u32::MAX);
                self.run.findings_of(self.id).map(|(first, last)| (number(first), number(last))).collect()
            }
        }
    }

    /// Explains the rule on the line with this number (from 1), for a rule of lines or sections. `None` when there is no
    /// such line.
    pub fn on(&mut self, line: Option<usize>) -> Option<Explanation> {
        let matcher = &self.run.rules.rule(self.id).matcher;
        let index = match matcher {
            Matcher::Document(..) => None,
            _ => Some(line?.checked_sub(1).filter(|&index| index < self.run.document.line_count())?),
        };
        let number = index.map(|index| u32::try_from(index + 1).unwrap_or(u32::MAX));
        if let Some(cut) = &self.cut {
            let covers = |found: &Option<(u32, u32)>| match (found, number) {
                (Some((first, last)), Some(number)) => (first..=last).contains(&&number),
                (found, number) => found.is_none() && number.is_none(),
            };
            if !cut.found.iter().any(covers) {
                return Some(self.unanswered(number, &cut.why));
            }
        }
        // Each line may cost what a document may: explaining asks more than judging does.
        self.run.work.restart();
        let explanation = match (matcher, index) {
            (Matcher::Document(polarity, logic), _) => self.run.explain_document(self.id, *polarity, logic),
            (matcher, index) => self.run.explain_line(self.id, matcher, index?),
        };
        if !self.run.work.is_spent() {
            return Some(explanation);
        }
        // What was remembered of lines and regions meanwhile is not so.
        let why = self.run.cut_short()?.message;
        self.cut = Some(Cut { why: Arc::clone(&why), found: Vec::new() });
        Some(self.unanswered(number, &why))
    }

    /// Nothing is known: it says so, and gives no reasons.
    fn unanswered(&self, line: Option<u32>, why: &str) -> Explanation {
        let rule = self.run.rules.written(self.id);
        Explanation {
            rule: Arc::clone(&rule.id.value),
            version: rule.version,
            line,
            fires: false,
            conclusion: format!("not evaluated: {why}"),
            nearest: Vec::new(),
            steps: Vec::new(),
        }
    }
}
