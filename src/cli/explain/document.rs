//! A document's facts, and how its verdict came about.

use std::{
    io::{self, Write},
    path::Path,
};

use super::arithmetic;
use crate::{
    engine::{
        judge::Judgement,
        language::Guess,
        metrics::{Metric, Metrics},
        rules::Settings,
        text::Document,
    },
    report::{
        LanguageRecord,
        human::{Look, write_document},
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
    if let Some(encoding) = judgement.encoding {
        let mark = if encoding.bom { ", with a byte order mark" } else { "" };
        let guessed = if encoding.guessed { ", guessed: no byte order mark, and no UTF-8" } else { "" };
        writeln!(out, "encoding   {}{mark}{guessed}", encoding.name)?;
    }
    if let Some(document) = document {
        let filled = (0..document.line_count()).filter(|&index| !document.line(index).text.trim().is_empty()).count();
        writeln!(out, "lines      {}, of which {filled} are not blank", document.line_count())?;
        let scripts: Vec<String> =
            document.scripts().iter().map(|(script, letters)| format!("{script} {letters}")).collect();
        writeln!(out, "letters    {}", if scripts.is_empty() { "none".to_owned() } else { scripts.join(", ") })?;
    }
    for (topic, score) in &judgement.topics {
        let score = score.map_or_else(|| "cannot be told".to_owned(), |score| format!("{score:.3}"));
        writeln!(out, "topic      {topic} {score}")?;
    }
    arithmetic::write(out, judgement, document, &settings.policy)?;
    if let Some(document) = document {
        write_metrics(out, document, judgement.language)?;
    }
    Ok(())
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
            None => {
                let needs = metric.needs().map_or_else(String::new, |needs| format!(": it needs {needs}"));
                writeln!(out, "  {:<36} not defined here{needs}", metric.as_str())?;
            }
        }
    }
    Ok(())
}
