//! What people decided about documents, and whether a judgement agrees.

use std::collections::HashMap;

use serde_json::Value;

use crate::{
    cli::{Context, Error},
    engine::judge::{Judgement, Verdict},
    spool::{
        journal::{Entry, Kind, Reader},
        shown,
    },
};

/// The last decision on each document, by the hash of its bytes.
#[derive(Debug, Default)]
pub(super) struct Decisions(HashMap<String, Entry>);

impl Decisions {
    /// Those in the spool's journal, if there is one.
    ///
    /// # Errors
    /// When it cannot be read.
    pub(super) fn of(context: &Context) -> Result<Self, Error> {
        let failed = |error| Error::because("read the journal", &error);
        let Some(reader) = Reader::open(&context.config().layout.state).map_err(failed)? else {
            return Ok(Self::default());
        };
        let decisions = reader.decisions().map_err(failed)?;
        Ok(Self(decisions.into_iter().filter_map(|entry| Some((entry.hash.clone()?, entry))).collect()))
    }

    /// The decision on a document with these bytes.
    pub(super) fn on(&self, bytes: &[u8]) -> Option<&Entry> {
        if self.0.is_empty() {
            return None;
        }
        self.0.get(blake3::hash(bytes).to_hex().as_str())
    }
}

/// Whether a judgement is what the person decided: who released a file wants it kept; who confirmed a verdict wants it kept or
/// put aside as it was, and of a kept file the same lines left out.
pub(super) fn agrees(decision: &Entry, judgement: &Judgement) -> bool {
    let is_kept = judgement.verdict < Verdict::Quarantine;
    match (decision.kind, decision.verdict.as_str()) {
        (Kind::Released, _) => is_kept,
        (_, "pass") => judgement.verdict == Verdict::Pass,
        (_, "strip") => {
            judgement.verdict == Verdict::Strip
                && flagged(&decision.report).is_none_or(|lines| lines == judgement.stripped_lines())
        }
        _ => !is_kept,
    }
}

/// The decision in a few words.
pub(super) fn told(decision: &Entry) -> String {
    let what = match decision.kind {
        Kind::Released => "released".to_owned(),
        _ => format!("confirmed as {}", decision.verdict),
    };
    let who = decision.who.as_ref().map_or_else(String::new, |who| format!(" by {}", shown(who)));
    let why = decision.why.as_ref().map_or_else(String::new, |why| format!(" ({})", shown(why)));
    format!("{what}{who} on {}{why}", decision.time.strftime("%F"))
}

/// The lines, from 0, that a report says were left out; `None` without a report.
fn flagged(report: &str) -> Option<Vec<usize>> {
    let report: Value = serde_json::from_str(report).ok()?;
    let mut lines: Vec<usize> = Vec::new();
    for finding in report["findings"].as_array()? {
        let line = |key: &str| finding[key].as_u64().and_then(|line| usize::try_from(line).ok());
        if let (true, Some(first), Some(last)) =
            (finding["action"] != "annotate", line("first_line"), line("last_line"))
        {
            lines.extend(first.saturating_sub(1)..last);
        }
    }
    lines.sort_unstable();
    lines.dedup();
    Some(lines)
}
