//! What becomes of one document under both sets of rules.

use std::{
    collections::BTreeSet,
    path::{Path, PathBuf},
    sync::Arc,
};

use super::decision::{self, Decisions};
use crate::{
    cli::{
        memory::Memory,
        read::{self, Content},
    },
    engine::{
        judge::{Judgement, Verdict, judge_too_large},
        rules::{RuleSet, model::Action},
        text::Document,
    },
    report::{escaped, escaped_path},
};

/// Characters of a line that are shown.
const SHOWN_AT_MOST: usize = 160;

/// Both sets of rules.
#[derive(Debug)]
pub(super) struct Both<'r> {
    pub(super) base: &'r RuleSet,
    pub(super) new: &'r RuleSet,
    pub(super) decisions: &'r Decisions,
    pub(super) bytes_at_most: u64,
    pub(super) memory: Memory,
}

/// What changes for one document, or what its new verdict contradicts.
#[derive(Debug)]
pub(super) struct Change {
    pub(super) path: PathBuf,
    /// The verdict before.
    pub(super) base: Verdict,
    /// The verdict now.
    pub(super) new: Verdict,
    /// Rules that act on it now and did not before.
    pub(super) now: BTreeSet<Arc<str>>,
    /// Rules that acted on it before and do not now.
    pub(super) no_longer: BTreeSet<Arc<str>>,
    /// Lines newly left out. Of documents that are kept under both sets only.
    pub(super) stripped: Vec<Line>,
    /// Lines no longer left out.
    pub(super) kept: Vec<Line>,
    /// The person's decision that the new verdict contradicts.
    pub(super) contradicts: Option<Contradiction>,
    /// Whether a person decided as the new verdict does.
    pub(super) is_decided: bool,
}

/// A decision that is contradicted.
#[derive(Debug)]
pub(super) struct Contradiction {
    /// The decision in a few words.
    pub(super) decision: String,
    /// Whether the base contradicts it just as much.
    pub(super) as_before: bool,
}

/// One line and why it is left out.
#[derive(Debug)]
pub(super) struct Line {
    /// From 1.
    pub(super) number: usize,
    pub(super) rules: Vec<Arc<str>>,
    /// Its text, safe to print.
    pub(super) text: String,
}

impl Both<'_> {
    /// Judges a file both ways.
    ///
    /// # Errors
    /// It cannot be read; a fragment.
    pub(super) fn compare(&self, path: &Path) -> Result<Change, String> {
        let _taken = self.memory.wait_for_file(path, self.bytes_at_most);
        let content = read::file(path, self.bytes_at_most);
        let (base, new, document, decision) = match content {
            Err(error) => return Err(format!("read {}: {error}", escaped_path(path))),
            Ok(Content::TooLarge(size)) => {
                let judge = |rules| judge_too_large(rules, size, self.bytes_at_most);
                (judge(self.base), judge(self.new), None, None)
            }
            Ok(Content::Whole(bytes)) => {
                let decision = self.decisions.on(&bytes);
                let (base, _) = self.base.judge_bytes(bytes.clone());
                let (new, document) = self.new.judge_bytes(bytes);
                (base, new, document, decision)
            }
        };
        let mut change = Change {
            path: path.to_owned(),
            base: base.verdict,
            new: new.verdict,
            now: BTreeSet::new(),
            no_longer: BTreeSet::new(),
            stripped: Vec::new(),
            kept: Vec::new(),
            contradicts: None,
            is_decided: decision.is_some_and(|decision| decision::agrees(decision, &new)),
        };
        if let Some(decision) = decision.filter(|_| !change.is_decided) {
            change.contradicts = Some(Contradiction {
                decision: decision::told(decision),
                as_before: !decision::agrees(decision, &base),
            });
        }
        if change.has_other_verdict() || change.contradicts.is_some() {
            let (before, after) = (acting(&base), acting(&new));
            change.now = after.difference(&before).cloned().collect();
            change.no_longer = before.difference(&after).cloned().collect();
        }
        if let Some(document) = &document
            && base.verdict.max(new.verdict) < Verdict::Quarantine
        {
            let (before, after) = (base.stripped_lines(), new.stripped_lines());
            let only = |these: &[usize], others: &[usize], judgement: &Judgement| {
                let lines = these.iter().filter(|line| others.binary_search(line).is_err());
                lines.map(|line| Line::of(*line, judgement, document)).collect()
            };
            change.stripped = only(&after, &before, &new);
            change.kept = only(&before, &after, &base);
        }
        Ok(change)
    }
}

impl Change {
    /// Whether the verdict is another one.
    pub(super) fn has_other_verdict(&self) -> bool {
        self.base != self.new
    }

    /// Whether anything is different from before.
    pub(super) fn is_different(&self) -> bool {
        self.has_other_verdict() || !self.stripped.is_empty() || !self.kept.is_empty()
    }

    /// Whether the base leaves the document as it is, the new rules do not, and no person wanted it so.
    pub(super) fn spoils_clean(&self) -> bool {
        self.has_other_verdict() && self.base == Verdict::Pass && !self.is_decided
    }

    /// Whether the new rules contradict a person, and the base did not.
    pub(super) fn overrules(&self) -> bool {
        self.contradicts.as_ref().is_some_and(|contradiction| !contradiction.as_before)
    }
}

impl Line {
    fn of(index: usize, judgement: &Judgement, document: &Document) -> Self {
        let number = index + 1;
        let covers = |lines: Option<(u32, u32)>| {
            lines.is_some_and(|(first, last)| (first as usize..=last as usize).contains(&number))
        };
        let findings = judgement.findings.iter();
        let acting = findings.filter(|finding| finding.action >= Action::Strip && covers(finding.lines));
        let rules: BTreeSet<Arc<str>> = acting.map(|finding| Arc::clone(&finding.rule)).collect();
        let text: String = document.line(index).text.trim().chars().take(SHOWN_AT_MOST).collect();
        Self { number, rules: rules.into_iter().collect(), text: escaped(&text).into_owned() }
    }
}

/// The rules that have a hand in the verdict.
fn acting(judgement: &Judgement) -> BTreeSet<Arc<str>> {
    let acting = judgement.findings.iter().filter(|finding| finding.counts());
    acting.map(|finding| Arc::clone(&finding.rule)).collect()
}
