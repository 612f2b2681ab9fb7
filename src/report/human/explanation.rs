//! Why a rule fires, and why not: its parts as a tree, each with what came of it and the values behind it.

use std::io::{self, Write};

use anstyle::{AnsiColor, Style};

use super::{
    Look, Paint,
    paint::{FAINT, STRONG},
};
use crate::{
    engine::{
        judge::{Evidence, Explanation, Reached, Step, Truth},
        rules::model::Rule,
    },
    report::escaped,
};

/// Writes one explanation: the conclusion, then the tree.
///
/// # Errors
/// Those of `out`.
pub fn write_explanation(out: &mut impl Write, explanation: &Explanation, look: &Look) -> io::Result<()> {
    let Explanation { rule, version, line, conclusion, steps, .. } = explanation;
    let place = line.map_or_else(String::new, |line| format!(", line {line}"));
    write!(out, "{} (version {version}){place}: ", Paint::new(rule, STRONG, look.color))?;
    writeln!(out, "{}", escaped(conclusion))?;
    steps.iter().try_for_each(|step| write_step(out, step, 0, look, usize::MAX))?;
    write_nearest(out, explanation)
}

/// Writes why there is such a rule and where it comes from, as far as it says so.
///
/// # Errors
/// Those of `out`.
pub fn write_purpose(out: &mut impl Write, rule: &Rule) -> io::Result<()> {
    let why = rule.why.iter().map(|why| ("why", why.split_whitespace().collect::<Vec<_>>().join(" ")));
    let refs = rule.refs.iter().map(|source| ("see", source.clone()));
    why.chain(refs).try_for_each(|(word, text)| writeln!(out, "{word:>14}: {}", escaped(&text)))
}

/// What would have to be otherwise.
fn write_nearest(out: &mut impl Write, explanation: &Explanation) -> io::Result<()> {
    let purpose = if explanation.fires { "to stay silent" } else { "to fire" };
    explanation.nearest.iter().enumerate().try_for_each(|(index, change)| {
        writeln!(out, "{:>14}: {}", if index == 0 { purpose } else { "and" }, escaped(change))
    })
}

/// Writes several explanations of one rule: those of the same kind, which differ in nothing but their values, once,
/// with the first one's values; at most `KINDS_AT_MOST` kinds, and of a long list of patterns only a few.
///
/// # Errors
/// Those of `out`.
pub fn write_reasons(out: &mut impl Write, explanations: &[Explanation], look: &Look) -> io::Result<()> {
    let mut kinds: Vec<(&Explanation, Vec<u32>)> = Vec::new();
    for explanation in explanations {
        match kinds.iter_mut().find(|(first, _)| is_same_kind(first, explanation)) {
            Some((_, lines)) => lines.extend(explanation.line),
            None => kinds.push((explanation, explanation.line.into_iter().collect())),
        }
    }
    for (first, lines) in kinds.iter().take(KINDS_AT_MOST) {
        let place = match lines.as_slice() {
            [] => String::new(),
            [line] => format!(", line {line}"),
            [before @ .., last] => {
                let before: Vec<String> = before.iter().map(u32::to_string).collect();
                format!(", lines {} and {last}", before.join(", "))
            }
        };
        write!(out, "{} (version {}){place}: ", Paint::new(&first.rule, STRONG, look.color), first.version)?;
        writeln!(out, "{}", escaped(&first.conclusion))?;
        first.steps.iter().try_for_each(|step| write_step(out, step, 0, look, PATTERNS_AT_MOST))?;
        write_nearest(out, first)?;
    }
    let more: usize = kinds.iter().skip(KINDS_AT_MOST).map(|(_, lines)| lines.len()).sum();
    if more > 0 {
        // There is no file to explain: the text is an example's.
        writeln!(out, "and {more} more {} that other reasons decide", if more == 1 { "line" } else { "lines" })?;
    }
    Ok(())
}

/// Most kinds of explanation that are written for one example.
const KINDS_AT_MOST: usize = 3;

/// Of a list of patterns none of which matches, as many are written.
const PATTERNS_AT_MOST: usize = 3;

fn is_same_kind(one: &Explanation, other: &Explanation) -> bool {
    fn same(one: &[Step], other: &[Step]) -> bool {
        one.len() == other.len()
            && one.iter().zip(other).all(|(one, other)| {
                one.label == other.label && one.reached == other.reached && same(&one.steps, &other.steps)
            })
    }
    one.fires == other.fires && one.conclusion == other.conclusion && same(&one.steps, &other.steps)
}

fn write_step(out: &mut impl Write, step: &Step, depth: usize, look: &Look, patterns: usize) -> io::Result<()> {
    let (result, style) = match step.reached {
        Reached::Yes(Truth::True) => ("true", AnsiColor::Green.on_default()),
        Reached::Yes(Truth::False) => ("false", AnsiColor::Red.on_default()),
        Reached::Yes(Truth::Unknown) => ("unknown", AnsiColor::Yellow.on_default()),
        Reached::No => ("not reached", FAINT),
    };
    let style: Style = style;
    let result = Paint::new(format!("{result:>12}"), style, look.color);
    write!(out, "{result}  {:indent$}{}", "", escaped(&step.label), indent = depth * 2)?;
    let values = values(&step.evidence);
    if !values.is_empty() {
        write!(out, "  {}", Paint::new(values, FAINT, look.color))?;
    }
    writeln!(out)?;
    // Only the alternatives of a list of patterns are leaves under a leaf's own key.
    let is_list = step.label == "regex" && step.steps.len() > patterns.saturating_add(1);
    let mut hidden = 0;
    for (index, part) in step.steps.iter().enumerate() {
        if is_list && index >= patterns && part.reached != Reached::Yes(Truth::True) {
            hidden += 1;
        } else {
            write_step(out, part, depth + 1, look, patterns)?;
        }
    }
    if hidden > 0 {
        writeln!(out, "{:>12}  {:indent$}and {hidden} more patterns", "", "", indent = (depth + 1) * 2)?;
    }
    Ok(())
}

/// `name=value` for each, in the order of their names.
fn values(evidence: &Evidence) -> String {
    let value = |value: &serde_json::Value| match value {
        serde_json::Value::String(text) => text.clone(),
        other => other.to_string(),
    };
    let all: Vec<String> = evidence.iter().map(|(name, found)| format!("{name}={}", value(found))).collect();
    escaped(&all.join(" ")).into_owned()
}
