//! What was measured, for people and for programs.

use std::fmt::Write;

use serde_json::{Value, json};

use super::{
    score::Who,
    tally::{OfRule, Tally},
};
use crate::{
    engine::Share,
    report::{escaped, human::count_of},
};

/// For people.
pub(super) fn text(tally: &Tally) -> String {
    let mut out = String::new();
    // Writing to a string cannot fail.
    let _ = write_text(&mut out, tally);
    out
}

fn write_text(out: &mut String, tally: &Tally) -> std::fmt::Result {
    writeln!(
        out,
        "{}: {} with labelled lines, {} clean, {} to be put aside\n",
        count_of(tally.documents(), "document"),
        tally.with_lines,
        tally.clean,
        tally.junk
    )?;
    for (name, share, steps, unit, of) in [
        ("junk found", tally.found, 100.0, "%", "junk lines flagged"),
        ("content hit", tally.hit, 1000.0, "\u{2030}", "content lines flagged"),
        ("documents hurt", tally.hurt, 100.0, "%", "documents with a content line flagged"),
        ("documents held", tally.held, 100.0, "%", "documents put aside that should stay"),
        ("junk caught", tally.caught, 100.0, "%", "documents put aside that should be"),
    ] {
        if share.whole > 0 {
            writeln!(out, "{name:<15} {:<28} {} of {} {of}", shown(share, steps, unit), share.part, share.whole)?;
        }
    }
    let rules = tally.rules();
    if rules.is_empty() {
        return writeln!(out, "\nno rule flagged anything that is labelled");
    }
    writeln!(out, "\nby rule, the costliest first (only: no other rule flags the line)\n")?;
    writeln!(
        out,
        "  {:<42} {:>5} {:>5} {:>8} {:>6} {:>7} {:>6} {:>7}  {:<24} recall",
        "", "held", "hurt", "content", "only", "junk", "only", "caught", "precision"
    )?;
    for (who, rule) in rules {
        write_rule(out, tally, who, rule)?;
    }
    Ok(())
}

fn write_rule(out: &mut String, tally: &Tally, who: &Who, rule: &OfRule) -> std::fmt::Result {
    let name = if who.trial { format!("{} (trial)", who.rule) } else { who.rule.to_string() };
    writeln!(
        out,
        "  {name:<42} {:>5} {:>5} {:>8} {:>6} {:>7} {:>6} {:>7}  {:<24} {}",
        rule.held,
        rule.hurt,
        rule.content,
        rule.content_alone,
        rule.junk,
        rule.junk_alone,
        rule.caught,
        shown(Tally::precision(rule), 100.0, "%"),
        shown(tally.recall(rule), 100.0, "%"),
    )?;
    for sample in &rule.samples {
        writeln!(out, "      {}:{}: {}", escaped(&sample.document), sample.line, escaped(&sample.text))?;
    }
    for document in &rule.held_samples {
        writeln!(out, "      holds {}", escaped(document))?;
    }
    Ok(())
}

/// A share with its interval.
fn shown(share: Share, steps: f64, unit: &str) -> String {
    match (share.value(), share.interval()) {
        (Some(value), Some((low, high))) => {
            format!("{:.2} {unit} ({:.2} to {:.2})", value * steps, low * steps, high * steps)
        }
        _ => "-".to_owned(),
    }
}

/// For programs; `ruleset` is the fingerprint of the rules.
pub(super) fn json(tally: &Tally, ruleset: &str) -> Value {
    let rules: Vec<Value> = tally.rules().into_iter().map(|(who, rule)| of_rule(tally, who, rule)).collect();
    json!({
        "ruleset": ruleset,
        "documents": tally.documents(),
        "documents_with_labelled_lines": tally.with_lines,
        "documents_clean": tally.clean,
        "documents_junk": tally.junk,
        "junk_found": of_share(tally.found),
        "content_hit": of_share(tally.hit),
        "documents_hurt": of_share(tally.hurt),
        "documents_held": of_share(tally.held),
        "junk_caught": of_share(tally.caught),
        "rules": rules,
    })
}

fn of_rule(tally: &Tally, who: &Who, rule: &OfRule) -> Value {
    let samples: Vec<Value> = rule
        .samples
        .iter()
        .map(|sample| json!({"document": &*sample.document, "line": sample.line, "text": sample.text}))
        .collect();
    let held: Vec<&str> = rule.held_samples.iter().map(|document| &**document).collect();
    json!({
        "rule": &*who.rule,
        "trial": who.trial,
        "documents_held": rule.held,
        "documents_hurt": rule.hurt,
        "content_lines": rule.content,
        "content_lines_alone": rule.content_alone,
        "junk_lines": rule.junk,
        "junk_lines_alone": rule.junk_alone,
        "junk_documents": rule.caught,
        "precision": of_share(Tally::precision(rule)),
        "recall": of_share(tally.recall(rule)),
        "content_samples": samples,
        "held_samples": held,
    })
}

/// Counts, the share from 0 to 1 and its 95 % interval; null of nothing.
fn of_share(share: Share) -> Value {
    let rounded = |value: f64| (value * 1e6).round() / 1e6;
    let interval = share.interval();
    json!({
        "count": share.part,
        "of": share.whole,
        "share": share.value().map(rounded),
        "low": interval.map(|(low, _)| rounded(low)),
        "high": interval.map(|(_, high)| rounded(high)),
    })
}
