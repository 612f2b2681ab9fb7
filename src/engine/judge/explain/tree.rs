//! The tree of a condition, with what came of each part.

use super::{Reached, Step};
use crate::engine::{
    diagnostic::Place,
    judge::{Evidence, Truth, notes::Notes},
    rules::model::Logic,
};

/// The tree of a condition, evaluated from left to right, no further than needed.
pub(super) fn tree<T>(
    logic: &Logic<T>,
    test: &mut impl FnMut(&T, &mut Notes) -> (Truth, Vec<Step>),
    label: &impl Fn(&T) -> &'static str,
) -> (Truth, Step) {
    let node = |label: String, truth, steps| {
        (truth, Step { label, place: None, reached: Reached::Yes(truth), evidence: Evidence::new(), steps })
    };
    let mut several = |parts: &[Logic<T>], name: &str, decisive: Truth| {
        let mut steps = Vec::new();
        let mut result = !decisive;
        for part in parts {
            if result == decisive {
                steps.push(unreached(part, label));
                continue;
            }
            let (truth, step) = tree(part, test, label);
            result = if decisive == Truth::True { result.max(truth) } else { result.min(truth) };
            steps.push(step);
        }
        node(name.to_owned(), result, steps)
    };
    match logic {
        Logic::Any(parts) => several(parts, "any", Truth::True),
        Logic::All(parts) => several(parts, "all", Truth::False),
        Logic::Not(part) => {
            let (truth, step) = tree(part, test, label);
            node("not".to_owned(), !truth, vec![step])
        }
        Logic::Use(name, part) => {
            let (truth, step) = tree(part, test, label);
            node(format!("use {name}"), truth, vec![step])
        }
        Logic::Is(at) => {
            let mut notes = Notes::default();
            let (truth, steps) = test(&at.value, &mut notes);
            let step = leaf(label(&at.value).to_owned(), truth, notes);
            (truth, Step { place: Some(at.place), steps, ..step })
        }
    }
}

fn unreached<T>(logic: &Logic<T>, label: &impl Fn(&T) -> &'static str) -> Step {
    match logic {
        Logic::Any(_) => not_reached("any".to_owned(), None),
        Logic::All(_) => not_reached("all".to_owned(), None),
        Logic::Not(_) => not_reached("not".to_owned(), None),
        Logic::Use(name, _) => not_reached(format!("use {name}"), None),
        Logic::Is(at) => not_reached(label(&at.value).to_owned(), Some(at.place)),
    }
}

/// A step without parts.
pub(super) fn leaf(label: String, truth: Truth, notes: Notes) -> Step {
    Step { label, place: None, reached: Reached::Yes(truth), evidence: notes.into_evidence(), steps: Vec::new() }
}

/// A step that was settled before.
pub(super) fn not_reached(label: String, place: Option<Place>) -> Step {
    Step { label, place, reached: Reached::No, evidence: Evidence::new(), steps: Vec::new() }
}
