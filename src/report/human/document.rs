//! One document with its flagged lines.

use std::{
    io::{self, Write},
    path::Path,
};

use unicode_width::UnicodeWidthStr;

use super::{
    Look, Paint, fitted,
    paint::{FAINT, GUTTER, STRONG, of_action, of_verdict},
    summary::count_of,
};
use crate::{
    engine::{
        judge::{Finding, Judgement, Verdict},
        language::Guess,
        rules::model::Action,
        text::Document,
    },
    report::{escaped, escaped_path},
};

/// A page of spam can have a finding on every line; nobody reads more than these.
const FINDINGS_AT_MOST: usize = 60;
/// Lines shown of a block before its middle is left out.
const BLOCK_LINES_AT_MOST: u32 = 5;

/// Writes one document: the head, the flagged lines with their reasons, and what would happen to it. Writes
/// nothing for a document without findings to show, unless `look.all`.
///
/// # Errors
/// Those of `out`.
pub fn write_document(
    out: &mut impl Write,
    path: &Path,
    judgement: &Judgement,
    document: Option<&Document>,
    look: &Look,
) -> io::Result<()> {
    let shown: Vec<&Finding> =
        judgement.findings.iter().filter(|finding| look.all || finding.action > Action::Annotate).collect();
    if shown.is_empty() && judgement.verdict == Verdict::Pass && !look.all {
        return Ok(());
    }
    write_head(out, path, judgement, look)?;
    let last = shown.iter().filter_map(|finding| finding.lines).map(|(_, last)| last).max().unwrap_or(0);
    let page = Page { document, look, digits: last.to_string().len().max(2) };
    let mut previous = None;
    for finding in shown.iter().take(FINDINGS_AT_MOST) {
        match finding.lines {
            Some((first, last)) if first == last => {
                if previous != finding.lines {
                    page.write_line(out, first, "")?;
                }
                page.write_reason(out, first, finding)?;
            }
            Some((first, last)) => {
                page.write_block(out, first, last)?;
                page.write_block_reason(out, finding)?;
            }
            None => page.write_note(out, finding)?,
        }
        previous = finding.lines;
    }
    let unlisted = if look.all { judgement.unlisted.iter().map(|(_, count)| u64::from(*count)).sum() } else { 0 };
    if let more @ 1.. = shown.len().saturating_sub(FINDINGS_AT_MOST) as u64 + unlisted {
        page.write_gutter(out, "=")?;
        writeln!(out, " and {}", count_of(more, "more finding"))?;
    }
    writeln!(out)
}

fn write_head(out: &mut impl Write, path: &Path, judgement: &Judgement, look: &Look) -> io::Result<()> {
    let verdict = judgement.verdict;
    write!(
        out,
        "{}: {}",
        Paint::new(escaped_path(path), STRONG, look.color),
        Paint::new(verdict.as_str(), of_verdict(verdict), look.color)
    )?;
    match verdict {
        Verdict::Pass => {}
        Verdict::Strip => {
            write!(out, " {} of {}", judgement.stripped_lines().len(), judgement.lines.unwrap_or(0))?;
            write!(out, " lines; the original is kept")?;
        }
        Verdict::Quarantine => write!(out, "; a person decides")?,
        Verdict::Reject => write!(out, "; put aside")?,
    }
    let facts = [
        judgement.language.and_then(|guess| match guess {
            // Rounded down: 1.00 is for certainty.
            Guess::Known { code, confidence } => {
                let variant = judgement.chinese.map_or_else(String::new, |variant| format!("-{}", variant.as_str()));
                Some(format!("{code}{variant} {:.2}", (confidence * 100.0).floor() / 100.0))
            }
            Guess::Unsure { best, .. } => best.map(|(code, _)| format!("perhaps {code}")),
        }),
        judgement.script.map(|script| script.name().to_owned()),
        judgement.encoding.map(|encoding| {
            if encoding.guessed { format!("perhaps {}", encoding.name) } else { encoding.name.to_owned() }
        }),
        judgement.lines.map(|lines| count_of(lines, "line")),
        Some(count_of(judgement.bytes, "byte")),
        (judgement.score > 0).then(|| count_of(judgement.score, "point")),
    ];
    let facts: Vec<String> = facts.into_iter().flatten().collect();
    writeln!(out, " {}", Paint::new(format_args!("({})", facts.join(", ")), FAINT, look.color))
}

/// What the lines of one document are drawn with.
struct Page<'p> {
    document: Option<&'p Document>,
    look: &'p Look,
    /// Columns of the widest line number.
    digits: usize,
}

impl Page<'_> {
    /// Line `number`, after `bar` where it belongs to a block.
    fn write_line(&self, out: &mut impl Write, number: u32, bar: &str) -> io::Result<()> {
        let (text, _) = self.text(number, bar.len());
        let gutter = format!("{number:>digits$} |", digits = self.digits + 1);
        let line = format!(" {bar}{text}");
        writeln!(out, "{}{}", Paint::new(gutter, GUTTER, self.look.color), line.trim_end())
    }

    /// The reason under a line, with carets as long as the line where there is room.
    fn write_reason(&self, out: &mut impl Write, number: u32, finding: &Finding) -> io::Result<()> {
        let reason = Reason::of(finding);
        let (_, columns) = self.text(number, 0);
        let room = self.columns().saturating_sub(reason.columns() + 1);
        let carets = "^".repeat(columns.min(room).max(1));
        self.write_gutter(out, "|")?;
        write!(out, " {} ", Paint::new(carets, of_action(finding.action), self.look.color))?;
        reason.write(out, self.look)
    }

    fn write_block(&self, out: &mut impl Write, first: u32, last: u32) -> io::Result<()> {
        for number in first..=last {
            let position = number - first;
            if last - first >= BLOCK_LINES_AT_MOST && (BLOCK_LINES_AT_MOST - 2..last - first).contains(&position) {
                if position == BLOCK_LINES_AT_MOST - 2 {
                    let dots = format!("{:>digits$} | |", "...", digits = self.digits + 1);
                    writeln!(out, "{}", Paint::new(dots, GUTTER, self.look.color))?;
                }
                continue;
            }
            self.write_line(out, number, if position == 0 { "/ " } else { "| " })?;
        }
        Ok(())
    }

    fn write_block_reason(&self, out: &mut impl Write, finding: &Finding) -> io::Result<()> {
        self.write_gutter(out, "|")?;
        write!(out, " {} ", Paint::new("|_^", of_action(finding.action), self.look.color))?;
        Reason::of(finding).write(out, self.look)
    }

    /// A finding on the whole document.
    fn write_note(&self, out: &mut impl Write, finding: &Finding) -> io::Result<()> {
        self.write_gutter(out, "=")?;
        write!(out, " ")?;
        Reason::of(finding).write(out, self.look)
    }

    fn write_gutter(&self, out: &mut impl Write, sign: &str) -> io::Result<()> {
        let gutter = format!("{:digits$} {sign}", "", digits = self.digits + 1);
        write!(out, "{}", Paint::new(gutter, GUTTER, self.look.color))
    }

    /// Columns right of the gutter.
    fn columns(&self) -> usize {
        self.look.columns.saturating_sub(self.digits + 4).max(16)
    }

    fn text(&self, number: u32, bar: usize) -> (String, usize) {
        let index = (number as usize).saturating_sub(1);
        match self.document {
            Some(document) if index < document.line_count() => {
                fitted(document.line(index).text, self.columns().saturating_sub(bar))
            }
            _ => (String::new(), 0),
        }
    }
}

/// `strip: breadcrumb [navigation/breadcrumb]`.
struct Reason<'f> {
    finding: &'f Finding,
    action: String,
    message: String,
}

impl<'f> Reason<'f> {
    fn of(finding: &'f Finding) -> Self {
        let action = match finding.trial {
            Some(Some(action)) => format!("trial, would {}", action.as_str()),
            Some(None) => "trial, would score".to_owned(),
            None => finding.action.as_str().to_owned(),
        };
        Self { finding, action, message: escaped(&finding.message).into_owned() }
    }

    fn columns(&self) -> usize {
        self.action.len() + 2 + self.message.width() + 2 + self.finding.rule.width() + 1
    }

    fn write(&self, out: &mut impl Write, look: &Look) -> io::Result<()> {
        writeln!(
            out,
            "{}: {} {}",
            Paint::new(&self.action, of_action(self.finding.action), look.color),
            self.message,
            Paint::new(format_args!("[{}]", escaped(&self.finding.rule)), FAINT, look.color)
        )
    }
}

#[cfg(test)]
#[path = "document_tests.rs"]
#[expect(clippy::disallowed_methods, reason = "snapbox's macro asks whether a file exists")]
mod tests;
