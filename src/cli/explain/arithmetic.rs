//! How a verdict comes about: the points of each rule, the letters that each would strip, and what is strongest.

use std::{
    collections::{BTreeMap, BTreeSet},
    io::{self, Write},
};

use crate::engine::{
    judge::{Arithmetic, Finding, Judgement},
    rules::{Policy, model::Action},
    text::{Document, ScriptCounts},
};

/// Writes the score, the share that would be stripped, and the verdict, each with the rules behind it.
pub(super) fn write(
    out: &mut Vec<u8>,
    judgement: &Judgement,
    document: Option<&Document>,
    policy: &Policy,
) -> io::Result<()> {
    let figures = Arithmetic::of(document, policy, &judgement.findings);
    write_score(out, &figures)?;
    if let Some(document) = document {
        write_stripping(out, judgement, document, &figures)?;
    }
    write_verdict(out, judgement)
}

fn write_score(out: &mut Vec<u8>, figures: &Arithmetic) -> io::Result<()> {
    writeln!(out, "score      {} (quarantined from {})", figures.score, figures.quarantine_at)?;
    // A rule counts once, however often it fires.
    figures
        .points
        .iter()
        .try_for_each(|(rule, level, points)| writeln!(out, "  {points:>6}   {rule}, {}", level.as_str()))
}

fn write_stripping(
    out: &mut Vec<u8>,
    judgement: &Judgement,
    document: &Document,
    figures: &Arithmetic,
) -> io::Result<()> {
    let mut by_rule: BTreeMap<&str, BTreeSet<usize>> = BTreeMap::new();
    for finding in judgement.findings.iter().filter(|finding| finding.action == Action::Strip) {
        let Some((first, last)) = finding.lines else { continue };
        by_rule.entry(&finding.rule).or_default().extend(first as usize - 1..last as usize);
    }
    let letters = |lines: &BTreeSet<usize>| -> usize {
        lines.iter().map(|&line| ScriptCounts::of(document.line(line).text).letters()).sum()
    };
    let lines: BTreeSet<usize> = by_rule.values().flatten().copied().collect();
    let (stripped, all) = (letters(&lines), document.scripts().letters());
    let (share, limit) = (figures.strip_share.unwrap_or_default(), figures.strip_share_at_most);
    writeln!(out, "stripping  {stripped} of {all} letters, {share:.3} (quarantined above {limit})")?;
    for (rule, lines) in &by_rule {
        let count = lines.len();
        let noun = if count == 1 { "line" } else { "lines" };
        writeln!(out, "  {:>6}   {rule}, on {count} {noun}", letters(lines))?;
    }
    // What several rules flag is counted once.
    let counted: usize = by_rule.values().map(letters).sum();
    if counted > stripped {
        writeln!(out, "  {:>6}   counted once, though several rules flag them", format!("-{}", counted - stripped))?;
    }
    Ok(())
}

/// The verdict is that of the strongest finding.
fn write_verdict(out: &mut Vec<u8>, judgement: &Judgement) -> io::Result<()> {
    let named = |findings: &dyn Fn(&&Finding) -> bool| -> String {
        let rules: BTreeSet<&str> = judgement.findings.iter().filter(findings).map(|finding| &*finding.rule).collect();
        rules.into_iter().collect::<Vec<_>>().join(", ")
    };
    let strongest = judgement.findings.iter().map(|finding| finding.action).max().unwrap_or(Action::Annotate);
    let why = match strongest {
        Action::Annotate => "no rule that acts has fired".to_owned(),
        action => named(&|finding: &&Finding| finding.action == action),
    };
    writeln!(out, "verdict    {}: {why}", judgement.verdict.as_str())?;
    let on_trial = named(&|finding: &&Finding| finding.trial.is_some());
    if !on_trial.is_empty() {
        writeln!(out, "on trial   {on_trial} (what they find does not act)")?;
    }
    Ok(())
}
