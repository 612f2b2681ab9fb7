//! What each pattern costs: steps, which are the same everywhere, and the time that they take here.

use std::{
    fmt::Write,
    time::{Duration, Instant},
};

use regex::Regex;
use serde_json::json;

use crate::{
    engine::{
        diagnostic::Sources,
        judge::{Cost, halfway},
    },
    report::{escaped, human::fitted},
};

/// How long one pattern is timed.
const TIMED: Duration = Duration::from_millis(2);

/// A pattern's cost, and nanoseconds a byte on this machine.
pub(super) struct Priced {
    cost: Cost,
    nanoseconds: f64,
}

/// Times every pattern on its probe; dearest first.
pub(super) fn priced(costs: Vec<Cost>) -> Vec<Priced> {
    let timed = |cost: Cost| Some(Priced { nanoseconds: time(&cost)?, cost });
    let mut all: Vec<Priced> = costs.into_iter().filter_map(timed).collect();
    all.sort_by(|a, b| b.cost.steps.total_cmp(&a.cost.steps).then(a.cost.pattern.place.cmp(&b.cost.pattern.place)));
    all
}

#[expect(clippy::cast_precision_loss, reason = "for people")]
fn time(cost: &Cost) -> Option<f64> {
    let regex = Regex::new(&cost.pattern.value).ok()?;
    let (first, second) = cost.probe.split_at(halfway(&cost.probe));
    let (begun, mut least) = (Instant::now(), Duration::MAX);
    while begun.elapsed() < TIMED {
        // A copy remembers nothing of the round before: hostile text is always new.
        let regex = regex.clone();
        std::hint::black_box(regex.is_match(first));
        let start = Instant::now();
        std::hint::black_box(regex.is_match(std::hint::black_box(second)));
        // Whatever else the machine does makes it only longer.
        least = least.min(start.elapsed());
    }
    Some(least.as_nanos() as f64 / second.len().max(1) as f64)
}

/// A table, with a line a pattern; empty when there is none.
pub(super) fn table(all: &[Priced], sources: &Sources, columns: usize) -> String {
    if all.is_empty() {
        return String::new();
    }
    let mut out =
        "steps/byte  ns/byte  tried on        pattern, dearest first, each on the text that hurts it most\n".to_owned();
    for Priced { cost, nanoseconds } in all {
        let lines = if cost.needs_literal { "lines with text" } else { "every line" };
        let place = place(cost, sources);
        let row = format!("{:>10.1}  {nanoseconds:>7.1}  {lines:<15} {place}  ", cost.steps);
        let (pattern, _) = fitted(&cost.pattern.value, columns.saturating_sub(row.len()).max(24));
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{row}{}", escaped(&pattern));
    }
    out + "\n"
}

/// A JSON object a pattern.
pub(super) fn json_lines(all: &[Priced], sources: &Sources) -> String {
    let object = |Priced { cost, nanoseconds }: &Priced| {
        let at = sources.line_and_column(cost.pattern.place);
        json!({
            "cost": cost.pattern.value,
            "rule": &*cost.rule,
            "file": sources.get(cost.pattern.place.source).map(|(name, _)| name),
            "line": at.map(|at| at.0),
            "column": at.map(|at| at.1),
            "steps_per_byte": (cost.steps * 10.0).round() / 10.0,
            "nanoseconds_per_byte": (nanoseconds * 10.0).round() / 10.0,
            "every_line": !cost.needs_literal,
            "text": cost.probe,
        })
    };
    all.iter().map(|priced| format!("{}\n", object(priced))).collect()
}

/// `rules/mine.yaml:17:9`.
fn place(cost: &Cost, sources: &Sources) -> String {
    let name = sources.get(cost.pattern.place.source).map_or("?", |(name, _)| name);
    let (line, column) = sources.line_and_column(cost.pattern.place).unwrap_or((0, 0));
    format!("{name}:{line}:{column}")
}
