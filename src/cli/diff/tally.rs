//! The sum of what changes.

use std::{
    collections::{BTreeMap, BTreeSet},
    path::Path,
    sync::Arc,
};

use super::change::{Change, Line};
use crate::engine::judge::Verdict;

/// The sum of what changes.
#[derive(Debug, Default)]
pub(super) struct Tally {
    /// Documents judged.
    pub(super) files: usize,
    /// Documents that could not be read.
    pub(super) unreadable: usize,
    /// Those that change or contradict a person, in order.
    pub(super) changes: Vec<Change>,
}

/// What one rule has to do with it.
#[derive(Debug, Default)]
pub(super) struct OfRule<'t> {
    /// Lines that it newly leaves out.
    pub(super) stripped: Vec<(&'t Path, &'t Line)>,
    /// Lines that it left out and that stay now.
    pub(super) kept: Vec<(&'t Path, &'t Line)>,
    /// Documents with another verdict on which it acts now and did not.
    pub(super) now: Vec<&'t Path>,
    /// Documents with another verdict on which it acted and does not now.
    pub(super) no_longer: Vec<&'t Path>,
}

impl Tally {
    /// Takes a document in.
    pub(super) fn add(&mut self, change: Change) {
        self.files += 1;
        if change.is_different() || change.contradicts.is_some() {
            self.changes.push(change);
        }
    }

    /// Documents that are different from before.
    pub(super) fn different(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| change.is_different())
    }

    /// Documents whose verdict contradicts a person; those first where the base did not.
    pub(super) fn contradicting(&self) -> Vec<&Change> {
        let mut found: Vec<&Change> = self.changes.iter().filter(|change| change.contradicts.is_some()).collect();
        found.sort_by_key(|change| !change.overrules());
        found
    }

    /// Clean documents that change and that nobody wanted changed.
    pub(super) fn spoiled(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| change.spoils_clean())
    }

    /// Documents where the new rules, and not the base, contradict a person.
    pub(super) fn overruled(&self) -> impl Iterator<Item = &Change> {
        self.changes.iter().filter(|change| change.overrules())
    }

    /// Whether the gate is passed.
    pub(super) fn passes(&self) -> bool {
        self.spoiled().next().is_none() && self.overruled().next().is_none()
    }

    /// Documents by their verdict before and after.
    pub(super) fn by_verdict(&self) -> BTreeMap<(Verdict, Verdict), Vec<&Change>> {
        let mut found = BTreeMap::<_, Vec<&Change>>::new();
        for change in &self.changes {
            if change.has_other_verdict() {
                found.entry((change.base, change.new)).or_default().push(change);
            }
        }
        found
    }

    /// What each rule has to do with it, in order of id.
    pub(super) fn by_rule(&self) -> BTreeMap<&str, OfRule<'_>> {
        let mut found = BTreeMap::<&str, OfRule<'_>>::new();
        for change in &self.changes {
            let path = change.path.as_path();
            for line in &change.stripped {
                line.rules.iter().for_each(|rule| found.entry(rule).or_default().stripped.push((path, line)));
            }
            for line in &change.kept {
                line.rules.iter().for_each(|rule| found.entry(rule).or_default().kept.push((path, line)));
            }
            if change.has_other_verdict() {
                change.now.iter().for_each(|rule| found.entry(rule).or_default().now.push(path));
                change.no_longer.iter().for_each(|rule| found.entry(rule).or_default().no_longer.push(path));
            }
        }
        found
    }
}

/// How many different documents lines are of.
pub(super) fn files_of(lines: &[(&Path, &Line)]) -> usize {
    lines.iter().map(|(path, _)| *path).collect::<BTreeSet<_>>().len()
}

/// The rules of a change in a few words; `None` when the same ones act.
pub(super) fn rules_of(change: &Change) -> Option<String> {
    let joined = |rules: &BTreeSet<Arc<str>>| rules.iter().map(|rule| &**rule).collect::<Vec<_>>().join(", ");
    match (change.now.is_empty(), change.no_longer.is_empty()) {
        (true, true) => None,
        (false, true) => Some(joined(&change.now)),
        (true, false) => Some(format!("no longer {}", joined(&change.no_longer))),
        (false, false) => Some(format!("{}; no longer {}", joined(&change.now), joined(&change.no_longer))),
    }
}
