//! Overrides of rules: keys get other values, exceptions come and go, examples come.

use std::{cell::Cell, sync::Arc};

use super::{Entry, Overrides};
use crate::engine::{
    diagnostic::{Diagnostic, Place, codes},
    rules::{
        decode::{Item, nearest},
        model::{Change, Changed, DocumentTest, LineTest, List, Logic, Origin, Rule},
        read::{rule, scope::Scope},
        yaml::{Key, Node, Value},
    },
};

impl Overrides<'_> {
    /// The rule that `item` writes and that was read as `written` (`None` when it is broken), as it will run.
    pub(in crate::engine::rules::read) fn change_rule(
        &self,
        item: &Item<'_>,
        written: Option<Rule>,
        scope: Scope<'_>,
    ) -> Option<Rule> {
        let name = item.node().get("id").and_then(|(_, id)| id.word()).unwrap_or_default();
        let id = format!("{}/{name}", scope.pack);
        let tags = item.node().get("tags").map_or(&[][..], |(_, tags)| tags.items());
        let tags: Vec<&str> = tags.iter().filter_map(Node::word).collect();
        self.record.note_rule(&id, &tags);
        let aimed: Vec<&Entry<'_>> = self.entries.iter().filter(|entry| entry.target.is_rule(&id, &tags)).collect();
        aimed.iter().for_each(|entry| self.record.meet(entry.place));
        let rule = written?;
        let mut running = rule;
        let mut changes = Vec::new();
        // A tree is copied only where it may change: most rules run as they are written.
        if !aimed.is_empty() {
            let mut changing = Changing { overrides: self, id: &id, node: item.node().clone(), changes };
            for entry in aimed {
                self.look_at_version(entry, &running);
                changing.apply(entry);
            }
            let Changing { node, changes: changed, .. } = changing;
            if !changed.is_empty() {
                let written = running.origin.written.take();
                let again = Item::new(&node, item.what(), scope.problems);
                running = rule::decode(&again, Scope { tests: &Cell::new(0), ..scope })?;
                running.origin = Origin { changes: Vec::new(), written, running: Some(Arc::new(node)) };
            }
            changes = changed;
        }
        for change in lists(&running).flat_map(|list| scope.lists.changes(&list.name)) {
            if !changes.contains(change) {
                changes.push(change.clone());
            }
        }
        changes.sort_by_key(|change| change.place);
        running.origin.changes = changes;
        Some(running)
    }

    fn look_at_version(&self, entry: &Entry<'_>, rule: &Rule) {
        let Some(seen) = entry.changes.written_for.as_ref().filter(|seen| seen.value != rule.version) else { return };
        let message =
            format!("this override was written for version {}, and the rule is at {}", seen.value, rule.version);
        let help = format!("look whether it is still right, then write `written_for: {}`", rule.version);
        self.problems.push(
            Diagnostic::warning(codes::OVERRIDE_DRIFTED, seen.place, message)
                .also(rule.id.place, "the rule")
                .help(help),
        );
    }
}

/// A rule that is being changed.
struct Changing<'o, 'n> {
    overrides: &'o Overrides<'n>,
    id: &'o str,
    node: Node,
    changes: Vec<Change>,
}

impl Changing<'_, '_> {
    fn apply(&mut self, entry: &Entry<'_>) {
        for entry_of_set in &entry.changes.set {
            self.set(entry, entry_of_set);
        }
        for name in &entry.changes.remove_unless {
            self.remove_unless(entry, name.value, name.place);
        }
        if let Some((key, exceptions)) = entry.changes.add_unless {
            for exception in exceptions.items() {
                let name = exception.get("name").and_then(|(_, name)| name.word()).unwrap_or_default();
                self.overrides.claim(entry, self.id, &exception_part(name), exception.place);
                self.push("unless", key, exception);
                self.done(entry, exception.place, Changed::ExceptionAdded(Arc::from(name)));
            }
        }
        if let Some((key, examples)) = entry.changes.add_examples {
            for example in examples.items() {
                self.push("examples", key, example);
                self.done(entry, example.place, Changed::ExampleAdded);
            }
        }
    }

    fn set(&mut self, entry: &Entry<'_>, (key, value): &(Key, Node)) {
        self.overrides.claim(entry, self.id, &format!("`{}`", key.text), key.place);
        let current = self.node.get(&key.text);
        let so_anyway = match current {
            Some((_, current)) => value.says_the_same(current),
            None => is_default(&key.text, value),
        };
        if so_anyway {
            let message = format!("`{}` of `{}` is so already", key.text, self.id);
            let mut error = Diagnostic::error(codes::OVERRIDE_IDLE, key.place, message).help("take this out");
            if let Some((key, value)) = current {
                error = error.also(key.place.to(value.place), "here");
            }
            self.overrides.record.no_effect(error);
            return;
        }
        if let Value::Map(entries) = &mut self.node.value {
            match entries.iter_mut().find(|(found, _)| found.text == key.text) {
                Some(found) => *found = (key.clone(), value.clone()),
                None => entries.push((key.clone(), value.clone())),
            }
        }
        self.done(entry, key.place, Changed::Key(Arc::from(key.text.as_str())));
    }

    fn remove_unless(&mut self, entry: &Entry<'_>, name: &str, place: Place) {
        self.overrides.claim(entry, self.id, &exception_part(name), place);
        let called = |exception: &Node| exception.get("name").and_then(|(_, name)| name.word()).map(str::to_owned);
        let Value::Map(entries) = &mut self.node.value else { return };
        let index = entries.iter().position(|(key, _)| key.text == "unless");
        let exceptions = index.and_then(|index| match &mut entries[index].1.value {
            Value::List(exceptions) => Some(exceptions),
            _ => None,
        });
        let known: Vec<String> = exceptions.iter().flat_map(|all| all.iter()).filter_map(called).collect();
        if !known.iter().any(|known| known == name) {
            let near = nearest(name, known.iter().map(String::as_str));
            let help = near.map_or_else(|| "take this out".to_owned(), |near| format!("did you mean `{near}`?"));
            let message = format!("`{}` has no exception `{name}`", self.id);
            self.overrides.record.no_effect(Diagnostic::error(codes::OVERRIDE_IDLE, place, message).help(help));
            return;
        }
        if let (Some(exceptions), Some(index)) = (exceptions, index) {
            exceptions.retain(|exception| called(exception).as_deref() != Some(name));
            if exceptions.is_empty() {
                entries.remove(index);
            }
        }
        self.done(entry, place, Changed::ExceptionRemoved(Arc::from(name)));
    }

    /// Adds an item to the list under `name`; a list that is not there is made, under the place of `key`.
    fn push(&mut self, name: &str, key: &Key, item: &Node) {
        let Value::Map(entries) = &mut self.node.value else { return };
        if let Some((_, Node { value: Value::List(items), .. })) = entries.iter_mut().find(|(key, _)| key.text == name)
        {
            items.push(item.clone());
        } else {
            let list = Node { place: item.place, value: Value::List(vec![item.clone()]) };
            entries.push((Key { place: key.place, text: name.to_owned() }, list));
        }
    }

    fn done(&mut self, entry: &Entry<'_>, place: Place, changed: Changed) {
        self.overrides.record.do_effect(place);
        self.changes.push(Change { changed, place, why: Arc::clone(&entry.why) });
    }
}

fn exception_part(name: &str) -> String {
    format!("the exception `{name}`")
}

/// Whether a rule that does not say `key` is as if it said `value`.
fn is_default(key: &str, value: &Node) -> bool {
    match key {
        "status" => value.word() == Some("stable"),
        "if_unknown" => value.word() == Some("skip"),
        "where" => {
            value.keys().count() == 1 && value.get("region").is_some_and(|(_, region)| region.word() == Some("all"))
        }
        "when" => matches!(&value.value, Value::Map(entries) if entries.is_empty()),
        _ => false,
    }
}

/// Every list that a rule uses, as often as it does.
fn lists(rule: &Rule) -> impl Iterator<Item = &List> {
    let of_lines = rule.line_conditions().flat_map(Logic::tests).flat_map(LineTest::lists);
    let of_document = rule.document_conditions().flat_map(Logic::tests).flat_map(DocumentTest::lists);
    of_lines.chain(of_document).map(|list| &**list)
}
