//! The results of examples, for people and for programs.

use std::io::{self, Write};

use serde_json::{Value, json};

use super::examples_of;
use crate::{
    engine::{
        diagnostic::{Place, Sources},
        judge::{ExampleResult, Got, Outcome},
        rules::{RuleSet, model::Expect},
    },
    report::human::{Look, fitted, write_reasons},
};

/// Lines of a failing example that are shown.
const LINES_AT_MOST: usize = 40;

/// Results, drawn.
pub(super) struct Page<'p> {
    pub(super) rules: &'p RuleSet,
    pub(super) sources: &'p Sources,
    pub(super) look: Look,
}

impl Page<'_> {
    /// The examples that fail, then the count.
    pub(super) fn write(&self, out: &mut Vec<u8>, results: &[ExampleResult]) -> io::Result<()> {
        for result in results {
            match result.outcome {
                Outcome::Passed | Outcome::KnownGap => {}
                Outcome::Failed => self.write_failure(out, result)?,
                Outcome::GapClosed => {
                    let mark = "holds now: its `known_gap` can go";
                    writeln!(out, "{}: {mark}\n  --> {}\n", title(result), shown_place(self.sources, result.place))?;
                }
            }
        }
        let count = |outcome| results.iter().filter(|result| result.outcome == outcome).count();
        let (failed, gaps) = (count(Outcome::Failed), count(Outcome::KnownGap));
        let gaps = if gaps > 0 { format!(", {gaps} known not to hold") } else { String::new() };
        let noun = if results.len() == 1 { "example" } else { "examples" };
        writeln!(
            out,
            "{} {noun}: {} hold, {failed} fail{gaps}",
            results.len(),
            count(Outcome::Passed) + count(Outcome::GapClosed)
        )
    }

    fn write_failure(&self, out: &mut Vec<u8>, result: &ExampleResult) -> io::Result<()> {
        writeln!(out, "{}: fails\n  --> {}", title(result), shown_place(self.sources, result.place))?;
        let text = examples_of(self.rules, &result.rule).and_then(|examples| examples.get(result.index));
        match (&result.wanted, &result.got) {
            (Expect::Flags(wanted), Got::Flags(got)) => {
                writeln!(out, "   wanted  got")?;
                let lines = text.map_or("", |example| &example.text).lines();
                for (number, line) in (1..).zip(lines).take(LINES_AT_MOST) {
                    let mark = |flagged: &[u32]| if flagged.contains(&number) { "flag" } else { "-" };
                    // Nobody sees the spaces for which a pattern does not match at the end.
                    let seen = line.trim_end();
                    let line = format!("{seen}{}", "␣".repeat(line[seen.len()..].chars().count()));
                    let (line, _) = fitted(&line, self.look.columns.saturating_sub(24));
                    let row = format!("     {:<6}{:<6}{number:>3} | {line}", mark(wanted), mark(got.as_slice()));
                    writeln!(out, "{}", row.trim_end())?;
                }
            }
            (wanted, Got::NoText) => writeln!(out, "   wanted {}, got nothing: it is no text", shown_wanted(wanted))?,
            (wanted, got) => writeln!(out, "   wanted {}, got {}", shown_wanted(wanted), shown_got(got))?,
        }
        write_reasons(out, &result.why, &self.look)?;
        writeln!(out)
    }

    /// One example as a JSON object.
    pub(super) fn json(&self, result: &ExampleResult) -> Value {
        let (line, column) = self.sources.line_and_column(result.place).unwrap_or((0, 0));
        json!({
            "rule": &*result.rule,
            "example": result.index + 1,
            "name": result.name,
            "file": self.sources.get(result.place.source).map(|(name, _)| name),
            "line": line,
            "column": column,
            "wanted": match &result.wanted {
                Expect::Flags(lines) => json!(lines),
                Expect::Fires(fires) => json!(fires),
            },
            "got": match &result.got {
                Got::Flags(lines) => json!(lines),
                Got::Fires(fires) => json!(fires),
                Got::NoText => Value::Null,
            },
            "outcome": match result.outcome {
                Outcome::Passed => "passed",
                Outcome::Failed => "failed",
                Outcome::KnownGap => "known-gap",
                Outcome::GapClosed => "gap-closed",
            },
            "why": result.why.iter().map(|why| json!({"line": why.line, "conclusion": why.conclusion})).collect::<Vec<_>>(),
        })
    }
}

/// `mine/rule, example 2 (its name)`.
pub(super) fn title(result: &ExampleResult) -> String {
    let name = result.name.as_ref().map_or_else(String::new, |name| format!(" ({name})"));
    format!("{}, example {}{name}", result.rule, result.index + 1)
}

fn shown_wanted(wanted: &Expect) -> String {
    match wanted {
        Expect::Flags(lines) => format!("the lines {lines:?}"),
        Expect::Fires(fires) => shown_fires(*fires).to_owned(),
    }
}

fn shown_got(got: &Got) -> String {
    match got {
        Got::Flags(lines) => format!("the lines {lines:?}"),
        Got::Fires(fires) => shown_fires(*fires).to_owned(),
        Got::NoText => "nothing".to_owned(),
    }
}

fn shown_fires(fires: bool) -> &'static str {
    if fires { "that it fires" } else { "that it stays silent" }
}

/// `rules/mine.yaml:17:9`.
pub(super) fn shown_place(sources: &Sources, place: Place) -> String {
    let name = sources.get(place.source).map_or("?", |(name, _)| name);
    let (line, column) = sources.line_and_column(place).unwrap_or((0, 0));
    format!("{name}:{line}:{column}")
}
