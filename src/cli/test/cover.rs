//! Which parts of the rules no example shows.

use std::io::{self, Write};

use serde_json::json;

use super::{Args, is_wanted, page::shown_place};
use crate::{
    cli::arguments::Format,
    engine::{
        diagnostic::Sources,
        judge::{Coverage, Kind, coverage},
        rules::RuleSet,
    },
    report::escaped,
    service::library,
};

/// Writes the parts that hold in no example, by rule and macro, then the count.
pub(super) fn write(out: &mut Vec<u8>, rules: &RuleSet, sources: &Sources, args: &Args) -> io::Result<()> {
    let mut all = coverage(rules, &library::hands(), |_| true);
    all.retain(|owner| is_wanted(&owner.owner, &args.rule));
    match args.printing.format() {
        Format::Human => write_human(out, &all, sources),
        Format::Json => all.iter().try_for_each(|owner| writeln!(out, "{}", object(owner, sources))),
    }
}

fn write_human(out: &mut Vec<u8>, all: &[Coverage], sources: &Sources) -> io::Result<()> {
    for owner in all {
        let missing = owner.missing().count();
        if missing == 0 {
            continue;
        }
        let kind = match owner.kind {
            Kind::Rule => String::new(),
            kind => format!(" ({})", kind.as_str()),
        };
        let parts = owner.parts.len();
        writeln!(out, "\n{}{kind}: {} of {parts} parts are shown by an example; not so", owner.owner, parts - missing)?;
        for part in owner.missing() {
            writeln!(out, "  {}  {}", shown_place(sources, part.place), escaped(&part.label))?;
        }
    }
    let parts: usize = all.iter().map(|owner| owner.parts.len()).sum();
    let missing: usize = all.iter().map(|owner| owner.missing().count()).sum();
    writeln!(
        out,
        "\ncoverage: {} of {parts} parts (patterns, conditions, exceptions, lists) are shown by an example",
        parts - missing
    )
}

fn object(owner: &Coverage, sources: &Sources) -> serde_json::Value {
    let part = |part: &crate::engine::judge::Part| {
        let at = sources.line_and_column(part.place);
        json!({
            "label": part.label,
            "examples": part.examples,
            "file": sources.get(part.place.source).map(|(name, _)| name),
            "line": at.map(|at| at.0),
            "column": at.map(|at| at.1),
        })
    };
    json!({
        "coverage": &*owner.owner,
        "kind": owner.kind.as_str(),
        "macro": owner.kind == Kind::Macro,
        "parts": owner.parts.iter().map(part).collect::<Vec<_>>(),
    })
}
