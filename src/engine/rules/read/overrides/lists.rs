//! Overrides of lists: items come and go.

use std::sync::Arc;

use super::{Entry, Overrides, target::Kind};
use crate::engine::{
    diagnostic::{Diagnostic, codes},
    rules::{
        decode::nearest,
        model::{Change, Changed, Item, List},
        read::lists::Lists,
    },
};

impl Overrides<'_> {
    /// Changes the lists, before rules refer to them.
    pub(in crate::engine::rules::read) fn change_lists(&self, lists: &mut Lists) {
        for entry in self.entries.iter().filter(|entry| entry.target.kind == Kind::List) {
            let Some(list) = lists.get(entry.target.name.value) else { continue };
            self.record.meet(entry.place);
            if let Some(list) = list.cloned() {
                let (list, changes) = self.change_list(entry, &list);
                lists.replace(list, changes);
            }
        }
    }

    fn change_list(&self, entry: &Entry<'_>, list: &List) -> (List, Vec<Change>) {
        let mut items = list.items.clone();
        let mut changes = Vec::new();
        let same = |item: &Item, text: &str| item.text.to_lowercase() == text.trim().to_lowercase();
        let mut note = |place, changed| changes.push(Change { changed, place, why: Arc::clone(&entry.why) });
        for removed in &entry.changes.remove {
            let text = removed.value.trim();
            self.claim(entry, &list.name, &part(text), removed.place);
            let before = items.len();
            items.retain(|item| !same(item, text));
            if items.len() < before {
                self.record.do_effect(removed.place);
                note(removed.place, Changed::ItemRemoved(Arc::clone(&list.name), Arc::from(text)));
                continue;
            }
            let near = nearest(text, list.items.iter().map(|item| &*item.text));
            let help = near.map_or_else(|| "take this out".to_owned(), |near| format!("did you mean `{near}`?"));
            let message = format!("`{text}` is not in the list `{}`", list.name);
            self.record.no_effect(Diagnostic::error(codes::OVERRIDE_IDLE, removed.place, message).help(help));
        }
        for (added, language) in &entry.changes.add {
            let text = added.value.trim();
            self.claim(entry, &list.name, &part(text), added.place);
            if let Some(there) = items.iter().find(|item| same(item, text) && item.language == *language) {
                let message = format!("`{text}` is in the list `{}` already", list.name);
                let error = Diagnostic::error(codes::OVERRIDE_IDLE, added.place, message);
                self.record.no_effect(error.also(there.place, "here").help("take this out"));
                continue;
            }
            self.record.do_effect(added.place);
            items.push(Item { text: Arc::from(text), language: *language, place: added.place });
            note(added.place, Changed::ItemAdded(Arc::clone(&list.name), Arc::from(text)));
        }
        if items.is_empty() {
            let error = Diagnostic::error(codes::NOTHING, entry.place, "this leaves the list without items");
            self.problems.push(error.help("set the rules that use it to `status: off`"));
        }
        (List { name: Arc::clone(&list.name), items }, changes)
    }
}

fn part(text: &str) -> String {
    format!("the item `{}`", text.to_lowercase())
}
