//! The keys of one map.

use super::{
    Item, Problems, or_list, scalar,
    slips::{Meant, meant, question},
};
use crate::engine::{
    diagnostic::{Diagnostic, Place, codes},
    rules::yaml::{Key, Meaning, Node, Value},
};

/// The keys of one map, each to be asked for once. Whoever opens it calls [`Fields::finish`] after the last.
#[derive(Debug)]
pub(crate) struct Fields<'n> {
    place: Place,
    what: String,
    entries: &'n [(Key, Node)],
    taken: Vec<bool>,
    known: Vec<&'static str>,
    missing: Vec<&'static str>,
    problems: &'n Problems,
}

impl<'n> Fields<'n> {
    /// The keys of `node`, which messages call `what` ("a rule"). `None` when it is not a map (reported).
    pub(crate) fn open(node: &'n Node, what: &str, problems: &'n Problems) -> Option<Self> {
        Self::open_as(node, what, problems, || "write its keys, each with its value: `key: value`".to_owned())
    }

    /// The same, with the way out where it is not a map.
    pub(crate) fn open_as(
        node: &'n Node,
        what: &str,
        problems: &'n Problems,
        help: impl FnOnce() -> String,
    ) -> Option<Self> {
        let Value::Map(entries) = &node.value else {
            let message = format!("{what} must be a map of keys and values, found {}", node.kind());
            problems.push(Diagnostic::error(codes::WRONG_TYPE, node.place, message).help(help()));
            return None;
        };
        Some(Self {
            place: entries.first().map_or(node.place, |(key, _)| key.place),
            what: what.to_owned(),
            entries,
            taken: vec![false; entries.len()],
            known: Vec::new(),
            missing: Vec::new(),
            problems,
        })
    }

    /// The value of a key that may be absent. `key:` with nothing after it counts as a mistake.
    pub(crate) fn optional(&mut self, key: &'static str) -> Option<Item<'n>> {
        self.known.push(key);
        let index = self.entries.iter().position(|(found, _)| found.text == key)?;
        self.taken[index] = true;
        let (found, node) = &self.entries[index];
        let item = Item::new(node, format!("`{key}`"), self.problems);
        if item.is_nothing() {
            self.problems.push(
                Diagnostic::error(codes::WRONG_TYPE, found.place, format!("`{key}` has no value"))
                    .help("give it one, or remove the key; a value that begins with `#` needs quotes"),
            );
            return None;
        }
        Some(item)
    }

    /// The value of a key that must be there.
    pub(crate) fn required(&mut self, key: &'static str) -> Option<Item<'n>> {
        if !self.has(key) {
            self.missing.push(key);
        }
        self.optional(key)
    }

    /// Whether a key is there.
    pub(crate) fn has(&self, key: &str) -> bool {
        self.entries.iter().any(|(found, _)| found.text == key)
    }

    /// Where a key was written; the map's own place when it is absent.
    pub(crate) fn key_place(&self, key: &str) -> Place {
        self.entries.iter().find(|(found, _)| found.text == key).map_or(self.place, |(found, _)| found.place)
    }

    /// Where the map begins: its first key.
    pub(crate) fn place(&self) -> Place {
        self.place
    }

    /// Where to report what has to do with several keys.
    pub(crate) fn problems(&self) -> &'n Problems {
        self.problems
    }

    /// Every key with its value, for maps whose keys are names that people choose.
    pub(crate) fn all(&mut self) -> impl Iterator<Item = (&'n Key, Item<'n>)> + use<'n> {
        self.taken.fill(true);
        let problems = self.problems;
        self.entries.iter().map(move |(key, node)| (key, Item::new(node, format!("`{}`", key.text), problems)))
    }

    /// Whether none of `keys` is there, not even misspelt. To be asked last, when all keys are known.
    pub(crate) fn lacks(&self, keys: &[&str]) -> bool {
        !keys.iter().any(|key| self.has(key))
            && !self.unknown().any(|(_, key)| self.meant(key).iter().any(|meant| keys.contains(&meant.word)))
    }

    /// Reports every required key that is missing and every key that nobody asked for.
    pub(crate) fn finish(self) {
        #[cfg(test)]
        self.problems.asked.borrow_mut().insert(self.place, self.known.clone());
        for key in &self.missing {
            if self.lacks(&[key]) {
                let error = Diagnostic::error(codes::MISSING_KEY, self.place, format!("{} has no `{key}`", self.what));
                self.problems.push(error.help(format!("add `{key}:`")));
            }
        }
        for (index, key) in self.unknown() {
            let error =
                Diagnostic::error(codes::UNKNOWN_KEY, key.place, format!("{} has no key `{}`", self.what, key.text));
            let meant = self.meant(key);
            let help = match self.cut_off(index) {
                Some(help) => help,
                None if meant.is_empty() => format!("it takes {}", or_list(self.known.iter().copied())),
                None => question(&meant),
            };
            self.problems.push(error.help(help));
        }
    }

    /// The same of a test that asks for nothing without one of `keys`: `None` then (reported, with `help`).
    pub(crate) fn finish_with_one_of(self, keys: &[&str], help: &str) -> Option<()> {
        let (place, problems) = (self.place, self.problems);
        let (given, lacks) = (keys.iter().any(|key| self.has(key)), self.lacks(keys));
        let error = lacks.then(|| Diagnostic::error(codes::NOTHING, place, format!("{} asks for nothing", self.what)));
        self.finish();
        error.into_iter().for_each(|error| problems.push(error.help(help)));
        given.then_some(())
    }

    fn unknown(&self) -> impl Iterator<Item = (usize, &'n Key)> {
        let entries = self.entries.iter().zip(&self.taken).enumerate();
        entries.filter(|(_, (_, taken))| !**taken).map(|(index, ((key, _), _))| (index, key))
    }

    fn meant(&self, key: &Key) -> Vec<Meant<'static>> {
        meant(&key.text, &self.known)
    }

    /// The way out where a key is the rest of a value that a comma has cut in two.
    fn cut_off(&self, index: usize) -> Option<String> {
        let (key, node) = &self.entries[index];
        let (_, before) = &self.entries[index.checked_sub(1)?];
        let (Value::Scalar(before), Value::Scalar(rest)) = (&before.value, &node.value) else { return None };
        // Where nothing stands behind a colon the place of the value is empty; without a colon it is that of the next sign.
        if rest.meaning != Meaning::Null || !rest.text.is_empty() || node.place.start == node.place.end {
            return None;
        }
        Some(match scalar::ungrouped(&format!("{},{}", before.text, key.text)) {
            Some(number) => format!("between brackets a comma ends a value; write {number}"),
            None => "between brackets a comma ends a value; put text that holds one between single quotes".to_owned(),
        })
    }
}
