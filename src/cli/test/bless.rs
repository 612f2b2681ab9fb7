//! Writes what the rules do into the examples that fail, and nothing else: comments and layout stay as they are.

use std::{fmt::Write, ops::Range, path::Path};

use super::{
    Args, Tested, examples_of,
    page::{shown_place, title},
};
use crate::{
    cli::{Context, Error, arguments::Format, output, rewrite::rewrite},
    engine::{
        judge::{ExampleResult, Got, Outcome},
        rules::{Embedded, Library, RuleSet, model::Expect},
    },
    report::human::count_of,
};

/// A value to be written in place of the bytes of another.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Edit {
    span: Range<usize>,
    value: String,
}

/// Rewrites the failing examples of every file and says which.
pub(super) fn run(args: &Args, context: &Context) -> Result<(), Error> {
    let Tested { rules, sources, mut results } = Tested::of(args, context)?;
    results.retain(|result| result.outcome == Outcome::Failed);
    let mut told = String::new();
    for (source, (name, text)) in (0..).zip(&sources.files) {
        let here: Vec<&ExampleResult> = results.iter().filter(|result| result.place.source == source).collect();
        if here.is_empty() {
            continue;
        }
        if Embedded.holds(name) {
            let why = "it is part of siftd; copy the pack to change it";
            let _ = writeln!(told, "{name}: {} left as it is: {why}", count_of(here.len(), "failing example"));
            continue;
        }
        let mut edits = Vec::new();
        for result in here {
            let line = match edit(&rules, text, result) {
                Ok(edit) => {
                    let line = format!("{} -> {}", text[edit.span.clone()].trim(), edit.value.trim());
                    edits.push(edit);
                    line
                }
                Err(why) => format!("left as it is: {why}"),
            };
            // Writing to a string cannot fail.
            let _ = writeln!(told, "{}: {}: {line}", shown_place(&sources, result.place), title(result));
        }
        let doing = || format!("bless {name}");
        let edited = apply(text, edits).ok_or_else(|| Error::new(format_args!("{}: examples overlap", doing())))?;
        rewrite(Path::new(name), text, &edited).map_err(|error| Error::because(doing(), &error))?;
    }
    if !told.is_empty() {
        told.push('\n');
    }
    // Programs see what came of it in the results.
    if args.printing.format() == Format::Human { output::print(&told) } else { Ok(()) }
}

/// What has to be written where, so that the example says what the rule does.
fn edit(rules: &RuleSet, text: &str, result: &ExampleResult) -> Result<Edit, &'static str> {
    let example = examples_of(rules, &result.rule).and_then(|examples| examples.get(result.index));
    let place = example.ok_or("it is gone")?.expect_place;
    let span = place.start as usize..place.end as usize;
    let written = text.get(span.clone()).ok_or("its place is not known")?;
    match (&result.wanted, &result.got) {
        (Expect::Fires(_), Got::Fires(fires)) => Ok(Edit { span, value: fires.to_string() }),
        (Expect::Flags(_), Got::Flags(lines)) => {
            // The place of an empty list may reach into what follows; there are only numbers in it, and no other bracket.
            let end = if written.starts_with('[') {
                written.find(']').map_or(written.len(), |at| at + 1)
            } else {
                written.len()
            };
            if written[..end].contains('#') {
                return Err("there is a comment inside of its list of lines");
            }
            let list = format!("{lines:?}");
            if written.starts_with('[') {
                return Ok(Edit { span: span.start..span.start + end, value: list });
            }
            // A list with a line for each number becomes one in brackets, on the line of its key.
            let before = text[..span.start].trim_end();
            if !before.ends_with(':') {
                return Err("there is a comment before its list of lines");
            }
            let end = span.start + written.trim_end().len();
            Ok(Edit { span: before.len()..end, value: format!(" {list}") })
        }
        _ => Err("its text cannot be judged"),
    }
}

/// The text with all edits made; `None` where two overlap.
fn apply(text: &str, mut edits: Vec<Edit>) -> Option<String> {
    edits.sort_by_key(|edit| edit.span.start);
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for Edit { span, value } in edits {
        out.push_str(text.get(at..span.start)?);
        out.push_str(&value);
        at = span.end;
    }
    out.push_str(text.get(at..)?);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn edits_are_made_in_order_of_place() {
        let edit = |span, value: &str| Edit { span, value: value.to_owned() };
        assert_eq!(apply("a: [1], b: x", vec![edit(11..12, "yy"), edit(3..6, "[]")]).unwrap(), "a: [], b: yy");
        assert_eq!(apply("abc", vec![edit(0..2, "x"), edit(1..3, "y")]), None);
    }
}
