//! Advice about rules that are sound: what no example shows, and what is tried on every line.

use super::coverage::{Part, coverage};
use crate::engine::{
    diagnostic::{Diagnostic, codes},
    rules::{
        RuleSet,
        model::{At, LineTest, Logic, Matcher, Rule, Status},
    },
};

/// Most places that one piece of advice shows.
const PLACES_AT_MOST: usize = 3;

/// Notes about every rule that is evaluated, one for each rule or macro and kind of advice.
pub fn lint(rules: &RuleSet) -> Vec<Diagnostic> {
    let mut notes = Vec::new();
    for owner in coverage(rules) {
        let missing: Vec<&Part> = owner.missing().collect();
        let Some((first, others)) = missing.split_first() else { continue };
        let all = owner.parts.len();
        let kind = if owner.is_macro { "the macro " } else { "" };
        let message = format!("{kind}{}: no example shows {} of its {all} parts", owner.owner, missing.len());
        let mut note = Diagnostic::note(codes::UNEXERCISED, first.place, message).label("holds in no example");
        for other in others.iter().take(PLACES_AT_MOST - 1) {
            note = note.also(other.place, "nor does this");
        }
        notes.push(note.help("add a line that it catches to an example; `siftd test --coverage` lists all of them"));
    }
    for id in rules.ids() {
        let rule = rules.written(id);
        if rule.status != Status::Off && rules.rule(id).untriggered {
            notes.extend(every_line(rules, rule));
        }
    }
    notes
}

/// A rule whose patterns are tried on every line of the whole document.
fn every_line(rules: &RuleSet, rule: &Rule) -> Option<Diagnostic> {
    let mut slow = Vec::new();
    // Exceptions are asked only where the rule would fire.
    let mut visit = |logic: &Logic<LineTest>| {
        patterns(logic, &mut |pattern| {
            if !rules.needs_literal(&pattern.value) {
                slow.push(pattern.place);
            }
        })
    };
    match &rule.matcher {
        Matcher::Line(_, logic) => visit(logic),
        Matcher::Section(section) => visit(&section.starts),
        Matcher::Document(..) => {}
    }
    let (first, others) = slow.split_first()?;
    let message = format!("{}: tried on every line, since no text is sure to stand where it matches", rule.id.value);
    let mut note = Diagnostic::note(codes::EVERY_LINE, *first, message);
    for other in others.iter().take(PLACES_AT_MOST - 1) {
        note = note.also(*other, "and this");
    }
    Some(note.help("limit the rule with `where`, or ask for a word or sign, if its patterns are slow"))
}

fn patterns<'l>(logic: &'l Logic<LineTest>, visit: &mut impl FnMut(&'l At<String>)) {
    match logic {
        Logic::Any(parts) | Logic::All(parts) => parts.iter().for_each(|part| patterns(part, visit)),
        Logic::Not(part) => patterns(part, visit),
        // A macro's patterns are tried where its users need them.
        Logic::Use(..) => {}
        Logic::Is(test) => {
            if let LineTest::Regex(all) = &test.value {
                all.iter().for_each(visit);
            }
        }
    }
}
