//! Everything that reaches standard output, in order.

use std::io::{self, Write};

use super::{Format, complain, judge::Scratch};
use crate::{
    engine::rules::model::Rule,
    report::{
        human::{Look, Summary, count_of},
        sarif,
    },
};

/// Writes documents one after the other, and the frame around them.
pub(super) struct Writer<W> {
    out: W,
    /// `None`: nothing is to be printed.
    format: Option<Format>,
    look: Look,
    summary: Summary,
    failures: Vec<String>,
    /// Whether a SARIF result was written, after which results are parted by commas.
    started: bool,
}

impl<W: Write> Writer<W> {
    pub(super) fn new(out: W, format: Option<Format>, look: Look) -> Self {
        Self { out, format, look, summary: Summary::default(), failures: Vec::new(), started: false }
    }

    /// Writes what comes before the first document.
    pub(super) fn begin(&mut self, rules: &[Rule]) -> io::Result<()> {
        if self.format == Some(Format::Sarif) { sarif::write_head(&mut self.out, rules) } else { Ok(()) }
    }

    /// Writes one document, or says on standard error why there is none.
    pub(super) fn document(&mut self, scratch: &mut Scratch) -> io::Result<()> {
        if let Some(failure) = scratch.failure.take() {
            self.summary.add_unreadable();
            complain(&failure);
            if self.format == Some(Format::Sarif) {
                self.failures.push(format!("failed to {failure}"));
            }
        }
        if let Some(judgement) = &scratch.judgement {
            self.summary.add(judgement);
        }
        let mut text = scratch.text.as_slice();
        if self.format == Some(Format::Sarif) && !self.started {
            text = text.strip_prefix(b",").unwrap_or(text);
            self.started = !text.is_empty();
        }
        self.out.write_all(text)
    }

    /// Writes what comes after the last document; so many names below folders were passed over.
    pub(super) fn end(mut self, passed_over: u64) -> io::Result<Summary> {
        match self.format {
            Some(Format::Human) => {
                self.summary.write(&mut self.out, &self.look)?;
                if passed_over > 0 {
                    let names = count_of(passed_over, "name");
                    writeln!(
                        self.out,
                        "{names} passed over: hidden, ignored, the report or labels of a document, or neither file nor folder (a link)"
                    )?;
                }
            }
            Some(Format::Sarif) => sarif::write_tail(&mut self.out, &self.failures)?,
            Some(Format::Jsonl) | None => {}
        }
        self.out.flush()?;
        Ok(self.summary)
    }
}
