//! Packs: `schema: rules/1`.

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
    sync::Arc,
};

use super::{
    files::{Files, Opened},
    lists::{Lists, Reader},
    macros::Macros,
    overrides::Overrides,
    pattern::PACK_SIZE_AT_MOST,
    patterns::Patterns,
    rule,
    scope::Scope,
};
use crate::engine::{
    diagnostic::{Diagnostic, Place, Sources, codes},
    rules::{
        Hands, Library,
        decode::{Fields, Item, Problems},
        model::Rule,
        set::{Budget, Studies},
    },
};

/// The frame of one pack.
struct Pack<'n> {
    file: &'n str,
    name: String,
    lists: Option<Item<'n>>,
    macros: Option<Item<'n>>,
    rules: Option<Item<'n>>,
}

/// Reads all packs: first all lists, then all rules, both with their overrides.
pub(super) fn read(
    files: &Files,
    library: &dyn Library,
    overrides: &Overrides<'_>,
    hands: &dyn Hands,
    sources: &mut Sources,
    problems: &Problems,
) -> (Vec<Rule>, Studies) {
    let packs: Vec<Pack<'_>> = files.packs.iter().filter_map(|file| open(file, problems)).collect();
    check_names(files, problems);
    let mut lists = Lists::default();
    for pack in &packs {
        if let Some(item) = &pack.lists {
            lists.add(&pack.name, item, Reader { file: pack.file, library, sources, problems });
        }
    }
    overrides.change_lists(&mut lists);
    let macros: Vec<Macros<'_>> =
        packs.iter().map(|pack| Macros::open(&pack.name, pack.macros.as_ref(), problems)).collect();
    let counts: Vec<_> = packs.iter().map(|_| (Cell::new(0), RefCell::new(Budget::up_to(PACK_SIZE_AT_MOST)))).collect();
    let patterns = RefCell::new(Patterns::of(files, hands));
    let scope = |index: usize| Scope {
        pack: &packs[index].name,
        lists: &lists,
        macros: &macros[index],
        packs: &macros,
        sources,
        problems,
        tests: &counts[index].0,
        compiled: &counts[index].1,
        patterns: &patterns,
    };
    let mut rules = Vec::new();
    for (index, pack) in packs.iter().enumerate() {
        let items = pack.rules.as_ref().and_then(listed).unwrap_or_default();
        let read = |item| overrides.change_rule(item, rule::decode(item, scope(index)), scope(index));
        rules.extend(items.iter().filter_map(read));
    }
    // A macro may be used by another pack only.
    macros.iter().enumerate().for_each(|(index, own)| own.finish(scope(index)));
    overrides.finish(&lists, files.all_read && packs.len() == files.packs.len());
    let rules = check_ids(rules, problems);
    // A rule that could not be read may be the one that uses a list.
    if problems.errors() == 0 {
        lists.warn_of_unused(problems);
    }
    (rules, patterns.into_inner().into_studies())
}

fn open<'n>(file: &'n Opened, problems: &'n Problems) -> Option<Pack<'n>> {
    let mut fields = Fields::open(&file.node, "a pack", problems)?;
    fields.optional("schema");
    fields.optional("about").map(|about| about.text());
    let name = fields.required("pack").and_then(|item| {
        let name = item.name()?;
        if name.value == "siftd" {
            item.fail(
                codes::NAME,
                "the pack name `siftd` belongs to siftd's own findings",
                "choose another".to_owned(),
            );
        }
        Some(name.value.to_owned())
    });
    let (lists, macros, rules) = (fields.optional("lists"), fields.optional("macros"), fields.optional("rules"));
    let empty = !["lists", "macros", "rules"].iter().any(|key| fields.has(key));
    let place = fields.place();
    fields.finish();
    if empty {
        problems.push(
            Diagnostic::error(codes::NOTHING, place, "the pack holds nothing").help("add `rules:`, or remove the file"),
        );
    }
    // A pack without a good name is read all the same, so that nothing else in it goes unreported.
    Some(Pack { file: &file.name, name: name.unwrap_or_else(|| "unnamed".to_owned()), lists, macros, rules })
}

/// The rules, which some write as a map of their names.
fn listed<'n>(item: &Item<'n>) -> Option<Vec<Item<'n>>> {
    item.list_as(|keys| match keys {
        [name, ..] if !keys.contains(&"id") => {
            format!("write `- id: {name}` in place of `{name}:`, and so with each rule")
        }
        _ => "begin each rule with `- `".to_owned(),
    })
}

/// Reports packs that share a name.
fn check_names(files: &Files, problems: &Problems) {
    let mut seen: HashMap<&str, Place> = HashMap::new();
    let quiet = Problems::default();
    for file in &files.packs {
        let Some(mut fields) = Fields::open(&file.node, "a pack", &quiet) else { continue };
        let Some(name) = fields.optional("pack").and_then(|item| item.name()) else { continue };
        if let Some(first) = seen.insert(name.value, name.place) {
            let message = format!("two packs are called `{}`", name.value);
            problems.push(
                Diagnostic::error(codes::DUPLICATE_ID, name.place, message)
                    .also(first, "first here")
                    .help("rename one of them: the pack's name is the first part of its rules' ids"),
            );
        }
    }
}

/// Reports rules that share an id, and leaves the second out.
fn check_ids(rules: Vec<Rule>, problems: &Problems) -> Vec<Rule> {
    let mut seen: HashMap<Arc<str>, Place> = HashMap::new();
    let mut kept = Vec::with_capacity(rules.len());
    for rule in rules {
        let first = *seen.entry(Arc::clone(&rule.id.value)).or_insert(rule.id.place);
        if first == rule.id.place {
            kept.push(rule);
            continue;
        }
        let message = format!("two rules are called `{}`", rule.id.value);
        problems.push(
            Diagnostic::error(codes::DUPLICATE_ID, rule.id.place, message)
                .also(first, "first here")
                .help("rename one of them"),
        );
    }
    kept
}
