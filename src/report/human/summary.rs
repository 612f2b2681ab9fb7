//! The last lines of a run: how many documents of each kind, and which rules did most.

use std::{
    collections::BTreeMap,
    fmt::Display,
    io::{self, Write},
    sync::Arc,
};

use super::{
    Look, Paint,
    paint::{FAINT, STRONG, of_verdict},
};
use crate::{
    engine::{
        judge::{Judgement, Verdict},
        rules::model::Action,
    },
    report::escaped,
};

/// Rules named at most.
const RULES_AT_MOST: usize = 10;

/// Counts over the documents of one run.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Summary {
    verdicts: BTreeMap<Verdict, u64>,
    lines_stripped: u64,
    rules: BTreeMap<Arc<str>, u64>,
    unreadable: u64,
}

impl Summary {
    /// Counts one judged document.
    pub fn add(&mut self, judgement: &Judgement) {
        *self.verdicts.entry(judgement.verdict).or_default() += 1;
        if judgement.verdict == Verdict::Strip {
            self.lines_stripped += judgement.stripped_lines().len() as u64;
        }
        for finding in judgement.findings.iter().filter(|finding| finding.action > Action::Annotate) {
            match self.rules.get_mut(&finding.rule) {
                Some(count) => *count += 1,
                None => _ = self.rules.insert(Arc::clone(&finding.rule), 1),
            }
        }
    }

    /// Counts one document that could not be read.
    pub fn add_unreadable(&mut self) {
        self.unreadable += 1;
    }

    /// Documents with this verdict.
    pub fn count(&self, verdict: Verdict) -> u64 {
        self.verdicts.get(&verdict).copied().unwrap_or(0)
    }

    /// Documents that could not be read.
    pub fn unreadable(&self) -> u64 {
        self.unreadable
    }

    /// Whether anything would be quarantined or rejected.
    pub fn has_findings(&self) -> bool {
        self.count(Verdict::Quarantine) + self.count(Verdict::Reject) > 0
    }

    /// Writes the summary.
    ///
    /// # Errors
    /// Those of `out`.
    pub fn write(&self, out: &mut impl Write, look: &Look) -> io::Result<()> {
        let total: u64 = self.verdicts.values().sum();
        write!(out, "{}:", Paint::new(count_of(total, "file"), STRONG, look.color))?;
        for (position, verdict) in
            [Verdict::Pass, Verdict::Strip, Verdict::Quarantine, Verdict::Reject].into_iter().enumerate()
        {
            let count = self.count(verdict);
            let style = if count == 0 { FAINT } else { of_verdict(verdict) };
            let comma = if position == 0 { "" } else { "," };
            write!(out, "{comma} {}", Paint::new(format_args!("{count} {}", verdict.as_str()), style, look.color))?;
            if verdict == Verdict::Strip && self.lines_stripped > 0 {
                write!(out, " ({})", count_of(self.lines_stripped, "line"))?;
            }
        }
        if self.unreadable > 0 {
            write!(out, "; {} could not be read", self.unreadable)?;
        }
        writeln!(out)?;
        self.write_rules(out)
    }

    fn write_rules(&self, out: &mut impl Write) -> io::Result<()> {
        let mut rules: Vec<_> = self.rules.iter().collect();
        rules.sort_by(|left, right| right.1.cmp(left.1).then_with(|| left.0.cmp(right.0)));
        let digits = rules.first().map_or(1, |(_, count)| count.to_string().len());
        for (rule, count) in rules.iter().take(RULES_AT_MOST) {
            writeln!(out, "  {count:digits$} {}", escaped(rule))?;
        }
        if let more @ 1.. = rules.len().saturating_sub(RULES_AT_MOST) {
            writeln!(out, "  {:digits$} and {} more", "", count_of(more, "rule"))?;
        }
        Ok(())
    }
}

/// `1 line`, `2 lines`.
pub fn count_of<N: Display + PartialEq + From<u8>>(count: N, noun: &str) -> String {
    let plural = if count == N::from(1) { "" } else { "s" };
    format!("{count} {noun}{plural}")
}
