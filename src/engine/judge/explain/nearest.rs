//! The fewest tests that would have to come out otherwise for a condition to.

use serde_json::Value;

use crate::engine::{
    judge::{
        Evidence, Truth,
        notes::{Notes, PLACES, exact, rounded_until},
    },
    rules::model::Logic,
};

/// One test that would have to come out otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Flip {
    /// In words: `letters 38, needs 80: 42 more`.
    pub(super) text: String,
    /// Whether it is a matter of more or less.
    measured: bool,
}

/// The smallest set of tests that would have to come out otherwise for `logic` to come to `wanted`; of several equally
/// small ones, that with more measures in it, then the first. Empty where it comes to that already.
pub(super) fn flips<T>(
    logic: &Logic<T>,
    wanted: bool,
    test: &mut impl FnMut(&T, &mut Notes) -> Truth,
    label: &impl Fn(&T) -> &'static str,
) -> Vec<Flip> {
    match (logic, wanted) {
        (Logic::Any(parts), true) | (Logic::All(parts), false) => {
            let mut best: Option<Vec<Flip>> = None;
            let cost = |flips: &[Flip]| (flips.len(), flips.iter().filter(|flip| !flip.measured).count());
            for part in parts {
                let flips = flips(part, wanted, test, label);
                if best.as_ref().is_none_or(|best| cost(&flips) < cost(best)) {
                    best = Some(flips);
                }
            }
            best.unwrap_or_default()
        }
        (Logic::Any(parts), false) | (Logic::All(parts), true) => {
            let mut all: Vec<Flip> = Vec::new();
            for flip in parts.iter().flat_map(|part| flips(part, wanted, test, label)) {
                if !all.contains(&flip) {
                    all.push(flip);
                }
            }
            all
        }
        (Logic::Not(part), _) => flips(part, !wanted, test, label),
        (Logic::Use(_, part), _) => flips(part, wanted, test, label),
        (Logic::Is(at), _) => {
            let mut notes = Notes::default();
            if test(&at.value, &mut notes) == Truth::from(wanted) {
                return Vec::new();
            }
            vec![flip(label(&at.value), wanted, &notes.into_evidence())]
        }
    }
}

fn flip(label: &str, wanted: bool, evidence: &Evidence) -> Flip {
    let measures = measures(evidence);
    let missed: Vec<String> = measures.iter().filter(|measure| !measure.holds()).map(Measure::missed).collect();
    if wanted && !missed.is_empty() {
        return Flip { text: format!("`{label}`: {}", missed.join(", ")), measured: true };
    }
    if !wanted && let Some(measure) = measures.iter().find(|measure| measure.holds()) {
        return Flip { text: format!("`{label}`: {}", measure.held()), measured: true };
    }
    let matched = evidence.get("matched").and_then(Value::as_str).map(|text| format!(" (it matches “{text}”)"));
    let text = match (label, wanted) {
        ("regex", true) => "`regex`: one of its patterns matches".to_owned(),
        ("regex", false) => format!("`regex`: none of its patterns matches{}", matched.unwrap_or_default()),
        (label, true) => format!("`{label}` holds"),
        (label, false) => format!("`{label}` does not hold"),
    };
    Flip { text, measured: false }
}

/// A measured value and one of its limits.
struct Measure<'e> {
    name: &'e str,
    value: f64,
    limit: f64,
    is_floor: bool,
}

impl Measure<'_> {
    fn holds(&self) -> bool {
        if self.is_floor { self.value >= self.limit } else { self.value <= self.limit }
    }

    fn missed(&self) -> String {
        let difference = exact(rounded_until((self.value - self.limit).abs(), PLACES, |difference| difference > 0.0));
        let (needs, more) = if self.is_floor { ("needs", "more") } else { ("at most", "less") };
        format!("{} {}, {needs} {}: {difference} {more}", self.name, exact(self.value), exact(self.limit))
    }

    fn held(&self) -> String {
        let side = if self.is_floor { "below" } else { "above" };
        format!("{} {}, would have to be {side} {}", self.name, exact(self.value), exact(self.limit))
    }
}

fn measures(evidence: &Evidence) -> Vec<Measure<'_>> {
    let number = |name: &str| evidence.get(name).and_then(Value::as_f64);
    let mut found = Vec::new();
    for (key, limit) in evidence.iter() {
        let limits = key.strip_suffix("_at_least").map(|name| (name, true));
        let Some((name, is_floor)) = limits.or_else(|| key.strip_suffix("_at_most").map(|name| (name, false))) else {
            continue;
        };
        // The words that were found are listed under the plain name.
        let value = number(name).or_else(|| number(&format!("{name}_found")));
        if let (Some(value), Some(limit)) = (value, limit.as_f64()) {
            found.push(Measure { name, value, limit, is_floor });
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{
        diagnostic::Place,
        judge::truth::evaluate,
        rules::model::{At, Bounds},
    };

    /// A value and its floor.
    type Case = (f64, f64);

    fn is(value: f64, floor: f64) -> Logic<Case> {
        Logic::Is(At { value: (value, floor), place: Place::top(0) })
    }

    fn texts(logic: &Logic<Case>, wanted: bool) -> Vec<String> {
        let mut test = |&(value, floor): &Case, notes: &mut Notes| {
            notes.measure("letters", value, Bounds { at_least: Some(floor), at_most: None });
            Truth::from(value >= floor)
        };
        flips(logic, wanted, &mut test, &|_| "shape").into_iter().map(|flip| flip.text).collect()
    }

    #[test]
    fn what_is_missing_is_counted() {
        assert_eq!(texts(&is(38.0, 80.0), true), ["`shape`: letters 38, needs 80: 42 more"]);
        assert_eq!(texts(&is(80.0, 80.0), true), [""; 0]);
        assert_eq!(texts(&is(90.0, 80.0), false), ["`shape`: letters 90, would have to be below 80"]);
    }

    #[test]
    fn the_smallest_set_is_found_through_every_connective() {
        let both = Logic::All(vec![is(1.0, 2.0), is(1.0, 3.0)]);
        let either = Logic::Any(vec![both.clone(), is(1.0, 4.0)]);
        assert_eq!(texts(&both, true).len(), 2);
        assert_eq!(texts(&either, true), ["`shape`: letters 1, needs 4: 3 more"]);
        let turned = Logic::Not(Box::new(Logic::Any(vec![is(5.0, 1.0), is(5.0, 2.0)])));
        assert!(evaluate(&turned, &mut |case| Truth::from(case.0 >= case.1)) == Truth::False);
        assert_eq!(texts(&turned, true).len(), 2);
        assert_eq!(texts(&Logic::Not(Box::new(both)), false).len(), 2);
    }
}
