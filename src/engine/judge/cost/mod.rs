//! What patterns cost on text that was made to hurt them, counted in steps.

mod probes;
mod steps;
#[cfg(test)]
mod tests;

use std::{collections::HashSet, sync::Arc};

use regex_automata::nfa::thompson::{Config, NFA, WhichCaptures};

use crate::engine::{
    diagnostic::Place,
    rules::{
        Hands, RuleSet,
        hands::each,
        model::{At, LineTest, Logic, Status},
    },
};

/// Steps a byte from which a pattern is called costly: what has to be followed in so many ways at once is ten times and
/// more slower than what can be remembered.
pub(super) const COSTLY_FROM: f64 = 25.0;

/// Times that a probe which the pattern matches is tried again without the character at which it did.
const TRIES: usize = 4;

/// What one pattern costs.
#[derive(Debug, Clone, PartialEq)]
pub struct Cost {
    /// A rule that has it.
    pub rule: Arc<str>,
    /// The pattern, and where it was written.
    pub pattern: At<String>,
    /// Steps for each byte of the probe's second half; 1 is as little as can be.
    pub steps: f64,
    /// The text on which it costs that.
    pub probe: String,
    /// Whether it is tried only on lines with a text that it insists on.
    pub needs_literal: bool,
}

/// The cost of every pattern whose place is `wanted`, in order of place. Patterns of rules that are off are left out.
pub fn costs(rules: &RuleSet, hands: &dyn Hands, wanted: impl Fn(Place) -> bool) -> Vec<Cost> {
    let mut seen = HashSet::new();
    let mut patterns = Vec::new();
    for rule in rules.rules().iter().filter(|rule| rule.status != Status::Off) {
        for pattern in rule.line_conditions().flat_map(Logic::tests).flat_map(LineTest::patterns) {
            if wanted(pattern.place) && seen.insert(pattern.place) {
                patterns.push((&rule.id.value, pattern));
            }
        }
    }
    let costs = each(hands, &patterns, |(rule, pattern)| cost(rules, rule, pattern));
    let mut all: Vec<Cost> = costs.into_iter().flatten().collect();
    all.sort_by_key(|cost| cost.pattern.place);
    all
}

fn cost(rules: &RuleSet, rule: &Arc<str>, pattern: &At<String>) -> Option<Cost> {
    let (steps, probe) = worst(&pattern.value)?;
    let needs_literal = rules.needs_literal(&pattern.value);
    Some(Cost { rule: Arc::clone(rule), pattern: pattern.clone(), steps, probe, needs_literal })
}

/// Where the second half of a probe begins, which is what counts: the first one is for getting used to it.
pub fn halfway(probe: &str) -> usize {
    probe.floor_char_boundary(probe.len() / 2)
}

/// Most steps a byte over all probes, and the probe; `None` for a pattern that cannot be compiled.
fn worst(pattern: &str) -> Option<(f64, String)> {
    let hir = regex_syntax::parse(pattern).ok()?;
    let config = Config::new().which_captures(WhichCaptures::None);
    let program = NFA::compiler().configure(config).build_from_hir(&hir).ok()?;
    let mut worst: Option<(f64, String)> = None;
    for mut probe in probes::of(&hir) {
        for _ in 0..TRIES {
            let from = halfway(&probe);
            let (steps, matched) = steps::count(&program, probe.as_bytes(), from);
            #[expect(clippy::cast_precision_loss, reason = "thousands")]
            let steps = steps as f64 / (probe.len() - from).max(1) as f64;
            if worst.as_ref().is_none_or(|(most, _)| steps > *most) {
                worst = Some((steps, probe.clone()));
            }
            let last = matched.and_then(|end| probe.get(..end)?.chars().next_back());
            let Some(last) = last else { break };
            probe = probes::without(&probe, last);
        }
    }
    worst
}
