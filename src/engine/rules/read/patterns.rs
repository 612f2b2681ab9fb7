//! What is known of patterns by how they are written. It hangs on nothing else, so it is found out ahead for all that the files
//! write, on as many hands as there are.

use std::{
    collections::{HashMap, HashSet},
    sync::Arc,
};

use regex_syntax::hir::Hir;

use super::{files::Files, never};
use crate::engine::rules::{
    hands::{Hands, each},
    set::{Studies, Study},
    yaml::{Node, Value},
};

/// Patterns that one pair of hands takes at once.
const AT_ONCE: usize = 16;

/// What a sound pattern is.
#[derive(Debug)]
pub(super) struct Checked {
    /// What judging must know of it.
    pub(super) study: Study,
    /// Why it never matches.
    pub(super) never: Option<never::Why>,
    /// Whether it may match a text without characters. Most are told not to by their shortest match.
    pub(super) may_match_empty: bool,
}

/// Why a pattern is none.
type Fault = Arc<regex_syntax::Error>;

/// What is known of each pattern, by how it is written.
#[derive(Debug, Default)]
pub(super) struct Patterns(HashMap<String, Result<Checked, Fault>>);

impl Patterns {
    /// Of all patterns in the files.
    pub(super) fn of(files: &Files, hands: &dyn Hands) -> Self {
        let written = written(files);
        let parts: Vec<&[&str]> = written.chunks(AT_ONCE).collect();
        let known = each(hands, &parts, |part| part.iter().map(|source| check(source)).collect::<Vec<_>>());
        Self(written.iter().map(|source| (*source).to_owned()).zip(known.into_iter().flatten()).collect())
    }

    /// Of one pattern.
    ///
    /// # Errors
    /// It is no regular expression.
    pub(super) fn get(&mut self, source: &str) -> Result<&Checked, Fault> {
        if !self.0.contains_key(source) {
            self.0.insert(source.to_owned(), check(source));
        }
        self.0[source].as_ref().map_err(Arc::clone)
    }

    /// What judging must know of them.
    pub(super) fn into_studies(self) -> Studies {
        self.0.into_iter().filter_map(|(source, checked)| Some((source, checked.ok()?.study))).collect()
    }
}

fn check(source: &str) -> Result<Checked, Fault> {
    let hir: Hir = regex_syntax::parse(source)?;
    let may_match_empty = hir.properties().minimum_len() == Some(0);
    Ok(Checked { study: Study::of(&hir), never: never::matches(&hir), may_match_empty })
}

/// The patterns in the files, each once.
fn written(files: &Files) -> Vec<&str> {
    let mut found = Vec::new();
    for file in files.packs.iter().chain(&files.overrides) {
        collect(&file.node, &mut found);
    }
    let mut seen = HashSet::new();
    found.retain(|source| seen.insert(*source));
    found
}

fn collect<'n>(node: &'n Node, found: &mut Vec<&'n str>) {
    match &node.value {
        Value::Scalar(_) => {}
        Value::List(items) => items.iter().for_each(|item| collect(item, found)),
        Value::Map(entries) => entries.iter().for_each(|(key, value)| match value.get("any") {
            Some((_, any)) if key.text == "regex" => found.extend(any.items().iter().filter_map(Node::word)),
            _ => collect(value, found),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{
        diagnostic::Sources,
        rules::{Alone, Snapshot, decode::Problems},
    };

    #[test]
    fn every_pattern_is_known_ahead() {
        let text = "schema: rules/1\npack: mine\nmacros:\n  m: {match: {all: [{regex: {any: ['a+', 'b(']}}, {not: {regex: {any: [a+]}}}]}}\n\
                    rules:\n- id: one\n  unit: section\n  match: {section: {starts: {regex: {any: [c]}}}}\n  unless: [{name: n, \
                    match: {regex: {any: [d]}}}]\n  where: {region: head, lines: 3, until: {regex: {any: [e]}}}\n  action: strip\n";
        let files =
            Files::open(&Snapshot::of_pack("mine.yaml", text), &Alone, &mut Sources::default(), &Problems::default());
        assert_eq!(written(&files), ["a+", "b(", "c", "d", "e"]);
        let mut known = Patterns::of(&files, &Alone);
        assert_eq!(
            (known.0.len(), known.get("b(").is_err(), known.get("f").is_ok(), known.0.len()),
            (5, true, true, 6)
        );
    }
}
