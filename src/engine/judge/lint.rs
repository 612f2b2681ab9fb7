//! Advice about rules that are sound: what no example shows, what is tried on every line, and what is costly.

use super::{
    cost::{COSTLY_FROM, Cost},
    coverage::{Coverage, KEEPS_OUT, Kind, Part, coverage},
};
use crate::engine::{
    diagnostic::{Diagnostic, Place, codes},
    rules::{
        Hands, RuleSet,
        model::{self, LineTest, Matcher, Rule, Status},
        set::Called,
    },
};

/// Most places that one piece of advice shows.
const PLACES_AT_MOST: usize = 3;

/// Warnings and notes about every rule that is evaluated, one for each rule or macro, file and kind of advice: those
/// whose place is `wanted`.
pub fn lint(rules: &RuleSet, hands: &dyn Hands, wanted: impl Fn(Place) -> bool + Sync) -> Vec<Diagnostic> {
    let mut notes = Vec::new();
    for owner in coverage(rules, hands, &wanted) {
        let missing: Vec<&Part> = owner.missing().filter(|part| wanted(part.place)).collect();
        // What an override adds lies in another file than the rest, and another person answers for it.
        notes
            .extend(missing.chunk_by(|a, b| a.place.source == b.place.source).filter_map(|part| unshown(&owner, part)));
    }
    for id in rules.ids() {
        let rule = rules.written(id);
        let is_everywhere = rule.region.part == model::Part::All;
        if is_everywhere && rule.status != Status::Off && rules.rule(id).called != Called::ByLiterals {
            notes.extend(every_line(rules, rule).filter(|note| note.place().is_none_or(&wanted)));
        }
    }
    notes
}

/// Warnings about the patterns that are costly on text made to hurt them.
pub fn lint_costs(costs: &[Cost]) -> Vec<Diagnostic> {
    let costly = costs.iter().filter(|cost| cost.steps >= COSTLY_FROM);
    costly
        .map(|cost| {
            let lines = if cost.needs_literal { "" } else { ", and it is tried on every line that its rule looks at" };
            let message =
                format!("{}: this pattern takes {:.0} steps a byte on hostile text{lines}", cost.rule, cost.steps);
            let start: String = cost.probe.chars().take(PROBE_AT_MOST).collect();
            Diagnostic::warning(codes::COSTLY_ON_HOSTILE, cost.pattern.place, message)
                .label(format!("on “{start}…”"))
                .help(
                    "smaller counts and fewer gaps make it cheaper, and so does `(?-u:\\b)` in place of `\\b` where words \
                     are plain ASCII; `siftd check --cost` measures every pattern",
                )
        })
        .collect()
}

/// Characters of a probe that are shown.
const PROBE_AT_MOST: usize = 24;

/// Parts of one rule or macro, in one file, that no example shows.
fn unshown(owner: &Coverage, missing: &[&Part]) -> Option<Diagnostic> {
    let (first, others) = missing.split_first()?;
    let all = owner.parts.len();
    let message = match owner.kind {
        Kind::Rule => format!("{}: no example shows {} of its {all} parts", owner.owner, missing.len()),
        Kind::Macro => format!("the macro {}: no example shows {} of its {all} parts", owner.owner, missing.len()),
        Kind::List => format!("the list {}: no example shows any of its items", owner.owner),
    };
    let label = |part: &Part, is_first: bool| match (owner.kind, part.label == KEEPS_OUT, is_first) {
        (Kind::List, ..) => "none of its items is found in an example",
        (_, true, _) => "keeps no example out",
        (.., true) => "shown by no example",
        (.., false) => "nor is this",
    };
    let mut warning = Diagnostic::warning(codes::UNEXERCISED, first.place, message).label(label(first, true));
    for other in others.iter().take(PLACES_AT_MOST - 1) {
        warning = warning.also(other.place, label(other, first.label == KEEPS_OUT));
    }
    let help = match owner.kind {
        Kind::List => "add one of them to an example of a rule that uses the list",
        _ if missing.iter().all(|part| part.label == KEEPS_OUT) => {
            "add an example that the rule leaves alone because of its `when`, such as one in another language"
        }
        _ => "add a line that it catches to an example; `siftd test --coverage` lists all of them",
    };
    Some(warning.help(help))
}

/// A rule whose patterns are tried on every line of the whole document.
fn every_line(rules: &RuleSet, rule: &Rule) -> Option<Diagnostic> {
    let condition = match &rule.matcher {
        Matcher::Line(_, logic) => logic,
        Matcher::Section(section) => &section.starts,
        Matcher::Document(..) => return None,
    };
    // Exceptions are asked only where the rule would fire, and a macro's patterns are tried where its users need them.
    let patterns = condition.own_tests().flat_map(LineTest::patterns);
    let slow: Vec<Place> =
        patterns.filter(|pattern| !rules.needs_literal(&pattern.value)).map(|pattern| pattern.place).collect();
    let (first, others) = slow.split_first()?;
    let message = format!("{}: tried on every line, since no text is sure to stand where it matches", rule.id.value);
    let mut note = Diagnostic::note(codes::EVERY_LINE, *first, message);
    for other in others.iter().take(PLACES_AT_MOST - 1) {
        note = note.also(*other, "and this");
    }
    Some(note.help("limit the rule with `where`, or ask for a word or sign, if its patterns are slow"))
}
