//! Lists of words or phrases: in the pack, by language, or in a file of their own.

use std::{
    cell::RefCell,
    collections::{BTreeMap, HashMap, HashSet},
    sync::Arc,
};

use super::names;
use crate::engine::{
    diagnostic::{Diagnostic, Place, Sources, codes},
    language::Code,
    rules::{
        Library,
        decode::{Fields, Item, Problems, nearest},
        model, yaml,
    },
};

/// The lists of all packs, by `pack/name`.
#[derive(Debug, Default)]
pub(super) struct Lists {
    all: BTreeMap<String, Entry>,
    used: RefCell<HashSet<String>>,
    changes: HashMap<Arc<str>, Vec<model::Change>>,
}

#[derive(Debug)]
struct Entry {
    place: Place,
    /// `None` when the list is broken (reported).
    list: Option<Arc<model::List>>,
}

/// Where a list file is looked for, and what has to be told while reading it.
pub(super) struct Reader<'a, 's> {
    /// The name of the file that holds the pack.
    pub(super) file: &'a str,
    /// Gives list files.
    pub(super) library: &'a dyn Library,
    /// Takes list files in.
    pub(super) sources: &'s mut Sources,
    /// Where mistakes go.
    pub(super) problems: &'a Problems,
}

impl Lists {
    /// Reads the lists of one pack.
    pub(super) fn add(&mut self, pack: &str, item: &Item<'_>, mut reader: Reader<'_, '_>) {
        let Some(mut fields) = item.fields("`lists`") else { return };
        for (key, item) in fields.all() {
            names::check_key(key, "a list", item.problems());
            let name = format!("{pack}/{}", key.text);
            let list = decode(&item, &mut reader).map(|items| {
                warn_of_repeats(&items, reader.problems);
                Arc::new(model::List { name: Arc::from(name.as_str()), items })
            });
            self.all.entry(name).or_insert(Entry { place: key.place, list });
        }
    }

    /// The list that `item` names, of the pack `pack` unless it says `other/name`.
    pub(super) fn resolve(&self, pack: &str, item: &Item<'_>) -> Option<Arc<model::List>> {
        let word = item.word()?;
        let name = if word.value.contains('/') { word.value.to_owned() } else { format!("{pack}/{}", word.value) };
        if let Some(entry) = self.all.get(&name) {
            self.used.borrow_mut().insert(name);
            return entry.list.clone();
        }
        let own = format!("{pack}/");
        let known = self.all.keys().map(|name| name.strip_prefix(&own).unwrap_or(name));
        let elsewhere = self.all.keys().find(|known| known.split_once('/').is_some_and(|(_, name)| name == word.value));
        let help = match (elsewhere, nearest(word.value, known)) {
            (Some(other), _) => format!("write `{other}` for the list of that pack"),
            (None, Some(near)) => format!("did you mean `{near}`?"),
            (None, None) => {
                let pack = word.value.split_once('/').map_or(pack, |(pack, _)| pack);
                format!("define it under `lists:` of the pack `{pack}`")
            }
        };
        item.fail(codes::UNKNOWN_LIST, format!("unknown list `{}`", word.value), help);
        None
    }

    /// Whether `name` is a list of the pack `pack`, or of another one that it names.
    pub(super) fn has(&self, pack: &str, name: &str) -> bool {
        self.all.contains_key(name) || self.all.contains_key(&format!("{pack}/{name}"))
    }

    /// The names of all lists, `pack/name`.
    pub(super) fn names(&self) -> impl Iterator<Item = &str> {
        self.all.keys().map(String::as_str)
    }

    /// A list by its name: `None` when there is none, `Some(None)` when it is broken (reported).
    pub(super) fn get(&self, name: &str) -> Option<Option<&Arc<model::List>>> {
        self.all.get(name).map(|entry| entry.list.as_ref())
    }

    /// Puts a changed list in the place of the one of its name.
    pub(super) fn replace(&mut self, list: model::List, changes: Vec<model::Change>) {
        if let Some(entry) = self.all.get_mut(&*list.name) {
            self.changes.entry(Arc::clone(&list.name)).or_default().extend(changes);
            entry.list = Some(Arc::new(list));
        }
    }

    /// What overrides changed in a list.
    pub(super) fn changes(&self, name: &str) -> &[model::Change] {
        self.changes.get(name).map_or(&[], Vec::as_slice)
    }

    /// Warns of lists that no rule uses.
    pub(super) fn warn_of_unused(&self, problems: &Problems) {
        let used = self.used.borrow();
        for (name, entry) in self.all.iter().filter(|(name, _)| !used.contains(*name)) {
            let message = format!("no rule uses the list `{name}`");
            problems.push(Diagnostic::warning(codes::UNUSED_LIST, entry.place, message).help("remove it, or use it"));
        }
    }
}

fn decode(item: &Item<'_>, reader: &mut Reader<'_, '_>) -> Option<Vec<model::Item>> {
    let mut fields = item.fields_as("a list", "{items: [*]}", |_| true)?;
    fields.optional("about").map(|about| about.text());
    let (items, by_language, file) =
        (fields.optional("items"), fields.optional("by_language"), fields.optional("file"));
    let place = fields.place();
    let given = [&items, &by_language, &file].iter().filter(|given| given.is_some()).count();
    let absent = fields.lacks(&["items", "by_language", "file"]);
    fields.finish();
    let found = match (items, by_language, file) {
        (Some(items), None, None) => Some(texts(&items.filled_list()?, None)),
        (None, Some(languages), None) => by_languages(&languages),
        (None, None, Some(file)) => from_file(&file, reader),
        _ => {
            if absent || given > 1 {
                let message = if given == 0 { "a list has no items" } else { "a list takes its items from one place" };
                reader
                    .problems
                    .push(Diagnostic::error(codes::LIST, place, message).help(
                        "write exactly one of `items: […]`, `by_language: {en: […]}` and `file: lists/name.txt`",
                    ));
            }
            None
        }
    }?;
    Some(found)
}

fn texts(items: &[Item<'_>], language: Option<Code>) -> Vec<model::Item> {
    let filled = items.iter().filter_map(Item::filled);
    filled.map(|text| model::Item { text: Arc::from(text.value.trim()), language, place: text.place }).collect()
}

fn by_languages(item: &Item<'_>) -> Option<Vec<model::Item>> {
    let mut fields: Fields<'_> = item.fields_as("`by_language`", "{en: [*]}", |_| true)?;
    let mut all = Vec::new();
    for (key, item) in fields.all() {
        let language = names::language_of_key(key, item.problems());
        if let Some(items) = item.filled_list() {
            all.extend(texts(&items, language));
        }
    }
    if all.is_empty() {
        item.fail(codes::NOTHING, "`by_language` holds no items", None);
        return None;
    }
    Some(all)
}

fn from_file(item: &Item<'_>, reader: &mut Reader<'_, '_>) -> Option<Vec<model::Item>> {
    let path = item.filled()?;
    let file = match reader.library.named(reader.file, &path.value) {
        Ok(file) => file,
        Err(why) => {
            let help = "the path is relative to the folder of this file".to_owned();
            item.fail(codes::LIST_FILE, format!("cannot read the list file `{}`: {why}", path.value), help);
            return None;
        }
    };
    let source = match yaml::text(&file.name, &file.bytes, reader.sources) {
        Ok(source) => source,
        Err(problem) => {
            reader.problems.push(problem.also(item.place(), "named here"));
            return None;
        }
    };
    let (_, text) = reader.sources.get(source)?;
    let items = lines(text, source);
    if items.is_empty() {
        item.fail(codes::NOTHING, format!("the list file `{}` holds no items", path.value), None);
        return None;
    }
    Some(items)
}

/// One item a line; blank lines and lines that begin with `#` are passed over.
fn lines(text: &str, source: u32) -> Vec<model::Item> {
    let mut items = Vec::new();
    let mut start = 0;
    for line in text.split_inclusive(['\n', '\r']) {
        let trimmed = line.trim();
        if !trimmed.is_empty() && !trimmed.starts_with('#') {
            let at = start + line.len() - line.trim_start().len();
            let place = Place { source, start: offset(at), end: offset(at + trimmed.len()) };
            items.push(model::Item { text: Arc::from(trimmed), language: None, place });
        }
        start += line.len();
    }
    items
}

fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}

/// Warns of items that stand twice in one list under the same language.
fn warn_of_repeats(items: &[model::Item], problems: &Problems) {
    let mut seen: HashMap<(String, Option<Code>), Place> = HashMap::with_capacity(items.len());
    for item in items {
        if let Some(first) = seen.insert((item.text.to_lowercase(), item.language), item.place) {
            problems.push(
                Diagnostic::warning(
                    codes::REPEATED_ITEM,
                    item.place,
                    format!("`{}` stands twice in this list", item.text),
                )
                .also(first, "first here")
                .help("remove one of them"),
            );
        }
    }
}
