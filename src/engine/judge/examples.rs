//! The examples inside rules, run through the whole engine.

use std::sync::Arc;

use super::{Explanation, Run, explain, run::Selection, scan::is_blank};
use crate::engine::{
    diagnostic::Place,
    rules::{
        Hands, RuleSet,
        hands::each,
        model::{At, Example, Expect, Rule},
        set::{RuleId, looks_at_others},
    },
    text::Document,
};

/// Most lines of a failing example that are explained.
const EXPLAINED_AT_MOST: usize = 20;

/// What came of one example.
#[derive(Debug, Clone, PartialEq)]
pub struct ExampleResult {
    /// The rule.
    pub rule: Arc<str>,
    /// Which of its examples, from 0.
    pub index: usize,
    /// The example's name.
    pub name: Option<String>,
    /// Where it was written.
    pub place: Place,
    /// What the rule must do.
    pub wanted: Expect,
    /// What it did.
    pub got: Got,
    /// Whether that is right.
    pub outcome: Outcome,
    /// For a failing example: why, on each line that is wrong, or on the document.
    pub why: Vec<Explanation>,
}

/// What a rule did with an example.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Got {
    /// It flagged these non-blank lines, from 1.
    Flags(Vec<u32>),
    /// It fired, or not, on the whole document.
    Fires(bool),
    /// The example is not a text that could be judged.
    NoText,
}

/// Whether an example holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It does.
    Passed,
    /// It does not.
    Failed,
    /// It does not, as its author knows, or because an override changed the rule that it was written for.
    KnownGap,
    /// It does, though its author says that it does not: the mark can go.
    GapClosed,
}

/// Runs every example of the rules that are `wanted`, whatever their status, in order of rule and example.
pub fn run_examples(rules: &RuleSet, hands: &dyn Hands, wanted: impl Fn(&Rule) -> bool) -> Vec<ExampleResult> {
    let of_rule = |id: RuleId| rules.written(id).examples.iter().enumerate().map(move |example| (id, example));
    let all: Vec<_> = rules.ids().filter(|id| wanted(rules.written(*id))).flat_map(of_rule).collect();
    each(hands, &all, |&(id, (index, example))| run(rules, id, index, example))
}

fn run(rules: &RuleSet, id: RuleId, index: usize, example: &Example) -> ExampleResult {
    let Rule { id: At { value: rule, .. }, .. } = rules.written(id);
    // An example of the pack that no longer holds once the site has changed the rule is the site's own wish.
    let bent = !rules.written(id).vouches(example);
    let document = Document::decode(example.text.clone().into_bytes()).ok();
    let got = document.as_ref().map_or(Got::NoText, |document| judge(rules, id, document, example));
    let holds = match (&example.expect, &got, &document) {
        (Expect::Fires(wanted), Got::Fires(fires), _) => wanted == fires,
        (Expect::Flags(wanted), Got::Flags(flagged), Some(document)) => filled(document, wanted) == *flagged,
        _ => false,
    };
    let why = match &document {
        Some(document) if !holds => reasons(rules, id, document, example, &got),
        _ => Vec::new(),
    };
    ExampleResult {
        rule: Arc::clone(rule),
        index,
        name: example.name.clone(),
        place: example.place,
        wanted: example.expect.clone(),
        got,
        outcome: match (holds, example.known_gap) {
            (true, false) => Outcome::Passed,
            (false, false) if !bent => Outcome::Failed,
            (false, _) => Outcome::KnownGap,
            (true, true) => Outcome::GapClosed,
        },
        why,
    }
}

fn judge(rules: &RuleSet, id: RuleId, document: &Document, example: &Example) -> Got {
    let selection = if looks_at_others(rules.rule(id)) { Selection::With(id) } else { Selection::Only(id) };
    let judgement = Run::of(rules, document, &example.given, selection).judge();
    let own = || judgement.findings.iter().filter(|finding| finding.rule == rules.written(id).id.value);
    match example.expect {
        Expect::Fires(_) => Got::Fires(own().next().is_some()),
        Expect::Flags(_) => {
            let lines: Vec<u32> =
                own().filter_map(|finding| finding.lines).flat_map(|(first, last)| first..=last).collect();
            Got::Flags(filled(document, &lines))
        }
    }
}

/// The lines, in order, that exist and are not blank: whether a blank line inside a block is flagged is no matter.
/// A line that does not exist stays, since it can never be flagged.
fn filled(document: &Document, lines: &[u32]) -> Vec<u32> {
    let blank = |line: u32| {
        let index = (line as usize).wrapping_sub(1);
        index < document.line_count() && is_blank(document.line(index).folded)
    };
    let mut lines: Vec<u32> = lines.iter().copied().filter(|&line| !blank(line)).collect();
    lines.sort_unstable();
    lines.dedup();
    lines
}

fn reasons(rules: &RuleSet, id: RuleId, document: &Document, example: &Example, got: &Got) -> Vec<Explanation> {
    let rule = rules.written(id);
    let asked = rule.when.language.as_ref().and_then(|language| language.is.first());
    let explain = |line| {
        let mut explanation = explain(rules, document, &example.given, &rule.id.value, line)?;
        // Of what `when` asks only the language may not be known, and a short text is no fault of an example.
        let is_unsure =
            explanation.steps.iter().any(|step| step.label == "when" && step.evidence.get("unknown").is_some());
        if let (Some(tag), true) = (asked, is_unsure && !explanation.fires) {
            let tag = tag.to_string();
            let code = tag.split('-').next().unwrap_or(&tag);
            let given = format!("`given: {{language: {code}}}`");
            explanation.nearest.push(format!("the language can be told, or the example takes it for granted: {given}"));
        }
        Some(explanation)
    };
    let (Expect::Flags(wanted), Got::Flags(flagged)) = (&example.expect, got) else {
        return explain(None).into_iter().collect();
    };
    let wanted = filled(document, wanted);
    let differing = wanted.iter().filter(|line| !flagged.contains(line));
    let mut lines: Vec<u32> = differing.chain(flagged.iter().filter(|line| !wanted.contains(line))).copied().collect();
    lines.sort_unstable();
    lines.into_iter().take(EXPLAINED_AT_MOST).filter_map(|line| explain(Some(line as usize))).collect()
}
