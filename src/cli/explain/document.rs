//! A document's facts, and how its verdict came about.

use std::{
    io::{self, Write},
    path::Path,
};

use crate::{
    engine::{
        judge::{
            Arithmetic, Judgement,
            metrics::{Metric, Metrics},
        },
        language::Guess,
        rules::Settings,
        text::Document,
    },
    report::{
        LanguageRecord,
        human::{Look, write_document},
        level_name,
    },
};

/// Writes the flagged lines, then the facts, then the arithmetic.
pub(super) fn write(
    out: &mut Vec<u8>,
    path: &Path,
    judgement: &Judgement,
    document: Option<&Document>,
    settings: &Settings,
    look: &Look,
) -> io::Result<()> {
    write_document(out, path, judgement, document, look)?;
    let language = LanguageRecord::of(judgement);
    let confidence = language.confidence.map_or_else(String::new, |confidence| format!(", confidence {confidence}"));
    let doubt = language.doubt.map_or_else(String::new, |doubt| format!(", not reliable: {doubt}"));
    let variant = language.script_variant.map_or_else(String::new, |variant| format!(", written {variant}"));
    writeln!(out, "language   {}{variant}{confidence}{doubt}", language.code.unwrap_or("unknown"))?;
    for other in &language.others {
        let lines: Vec<String> = other.lines.iter().map(u32::to_string).collect();
        let word = if lines.len() == 1 { "line" } else { "lines" };
        writeln!(out, "           {} {:.2}: {word} {}", other.code, other.share, lines.join(", "))?;
    }
    if let Some(document) = document {
        let scripts: Vec<String> =
            document.scripts().iter().map(|(script, letters)| format!("{script} {letters}")).collect();
        writeln!(out, "letters    {}", scripts.join(", "))?;
    }
    for (topic, score) in &judgement.topics {
        let score = score.map_or_else(|| "cannot be told".to_owned(), |score| format!("{score:.3}"));
        writeln!(out, "topic      {topic} {score}")?;
    }
    write_arithmetic(out, judgement, document, settings)?;
    if let Some(document) = document {
        write_metrics(out, document, judgement.language)?;
    }
    Ok(())
}

fn write_arithmetic(
    out: &mut Vec<u8>,
    judgement: &Judgement,
    document: Option<&Document>,
    settings: &Settings,
) -> io::Result<()> {
    let arithmetic = Arithmetic::of(document, &settings.policy, &judgement.findings);
    writeln!(out, "score      {} (quarantined from {})", arithmetic.score, arithmetic.quarantine_at)?;
    for (rule, level, points) in &arithmetic.points {
        writeln!(out, "  {points} for {rule} ({})", level_name(*level))?;
    }
    if let (Some(letters), Some(share)) = (arithmetic.letters, arithmetic.strip_share) {
        let limit = arithmetic.strip_share_at_most;
        writeln!(out, "stripping  {share:.3} of {letters} letters (quarantined above {limit})")?;
    }
    writeln!(out, "verdict    {}", judgement.verdict.as_str())
}

fn write_metrics(out: &mut Vec<u8>, document: &Document, language: Option<Guess>) -> io::Result<()> {
    let known = match language {
        Some(Guess::Known { code, .. }) => Some(code),
        _ => None,
    };
    let metrics = Metrics::of(document, known);
    writeln!(out, "metrics")?;
    for &metric in Metric::all() {
        match metrics.get(metric) {
            Some(value) => writeln!(out, "  {:<36} {}", metric.as_str(), (value * 1e4).round() / 1e4)?,
            None => writeln!(out, "  {:<36} not defined here", metric.as_str())?,
        }
    }
    Ok(())
}
