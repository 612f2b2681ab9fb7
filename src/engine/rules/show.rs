//! Rules as YAML, for people: as they were written, or as they run, each changed part with where it comes from and why.

use super::{
    model::{Change, Changed, Rule},
    yaml::{self, Node, write},
};
use crate::engine::diagnostic::{Place, Sources};

/// Defaults that are worth seeing beside what a rule says.
const DEFAULTS: [(&str, &str); 4] = [("version", "1"), ("unit", "line"), ("status", "stable"), ("if_unknown", "skip")];

/// No file: what was read apart from one has no place in it.
const NOWHERE: u32 = u32::MAX;

/// The rule as its pack has it.
pub fn written(rule: &Rule, sources: &Sources) -> String {
    let mut out = header(rule, sources);
    if let Some(node) = tree(rule, sources) {
        out.push_str(&write(&node, &|_| None));
    }
    out
}

/// The rule as its pack has it, read once more: few ask for it, and all rules would take much memory. Nothing in it has a
/// place.
fn tree(rule: &Rule, sources: &Sources) -> Option<Node> {
    let place = rule.origin.written?;
    let (_, text) = sources.get(place.source)?;
    let (before, rest) = text.split_at_checked(place.start as usize)?;
    let (own, behind) = rest.split_at_checked(place.end.checked_sub(place.start)? as usize)?;
    // In the column where it stands, and with the blank lines behind it, which may belong to a text at its end.
    let column = before.rsplit('\n').next().map_or(0, |line| line.chars().count());
    let blank = &behind[..behind.len() - behind.trim_start().len()];
    let lines = blank.rfind('\n').map_or("\n", |end| &blank[..=end]);
    yaml::read(&format!("{:column$}{own}{lines}", ""), NOWHERE).ok()
}

/// The rule as it runs: with its overrides and the defaults.
pub fn effective(rule: &Rule, sources: &Sources) -> String {
    let mut out = header(rule, sources);
    let changes = &rule.origin.changes;
    let Some(node) = rule.origin.running.as_deref().cloned().or_else(|| tree(rule, sources)) else { return out };
    let note = |place: Place| {
        let change = changes.iter().find(|change| change.place == place)?;
        Some(format!("{}: {}", at(place, sources), change.why))
    };
    out.push_str(&write(&node, &note));
    for (key, value) in DEFAULTS.iter().filter(|(key, _)| node.get(key).is_none()) {
        out.push_str(&format!("{key}: {value}  # default\n"));
    }
    for change in changes {
        if let Some(told) = elsewhere(change) {
            let told = format!("{told} ({}: {})", at(change.place, sources), change.why);
            out.extend(told.lines().map(|line| format!("# {line}\n")));
        }
    }
    out
}

fn header(rule: &Rule, sources: &Sources) -> String {
    format!("# {}, from {}\n", rule.id.value, at(rule.id.place, sources))
}

/// What cannot be seen in the rule itself.
fn elsewhere(change: &Change) -> Option<String> {
    match &change.changed {
        Changed::Key(_) | Changed::ExceptionAdded(_) | Changed::ExampleAdded => None,
        Changed::ExceptionRemoved(name) => Some(format!("without the exception `{name}`")),
        Changed::ItemAdded(list, item) => Some(format!("`{item}` is added to the list `{list}`")),
        Changed::ItemRemoved(list, item) => Some(format!("`{item}` is removed from the list `{list}`")),
    }
}

/// `rules/mine.yaml:3`.
fn at(place: Place, sources: &Sources) -> String {
    let name = sources.get(place.source).map_or("?", |(name, _)| name);
    sources.line_and_column(place).map_or_else(|| name.to_owned(), |(line, _)| format!("{name}:{line}"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::{
        diagnostic::render,
        rules::{Embedded, File, Settings, Snapshot, load, read::read, yaml},
    };

    /// What is shown reads as what was written.
    fn assert_read_again(rule: &Rule, whole: &Node, sources: &Sources) {
        let shown = written(rule, sources);
        let again = yaml::read(&shown, 0).unwrap_or_else(|problems| panic!("{shown}\n{problems:?}"));
        let in_its_pack =
            whole.get("rules").unwrap().1.items().iter().find(|item| Some(item.place) == rule.origin.written);
        assert!(again.says_the_same(in_its_pack.unwrap()), "{shown}");
    }

    /// The trees of all files.
    fn whole(sources: &Sources) -> Vec<Option<Node>> {
        (0..).zip(&sources.files).map(|(source, (_, text))| yaml::read(text, source).ok()).collect()
    }

    fn assert_all_read_again(rules: &[Rule], sources: &Sources) {
        let whole = whole(sources);
        for rule in rules {
            let place = rule.origin.written.unwrap();
            assert_read_again(rule, whole[place.source as usize].as_ref().unwrap(), sources);
        }
    }

    #[test]
    fn every_shipped_rule_is_shown_faithfully() {
        let found = read(&Embedded);
        assert!(found.rules.len() > 50);
        assert_all_read_again(&found.rules, &found.sources);
        for rule in &found.rules {
            let shown = effective(rule, &found.sources);
            assert!(yaml::read(&shown, 0).is_ok(), "{shown}");
        }
    }

    #[test]
    fn odd_text_is_shown_faithfully() {
        let mut text = String::from("schema: rules/1\npack: odd\nrules:\n");
        let odd = [
            "' leading'",
            "\"a\\nb\\n\"",
            "\"  x\\ny\"",
            "\"a\\n\\n\"",
            "'it''s'",
            "\"\\u0085\\u2028 \\e\"",
            "\"tab\\there\"",
            "'[a, b]'",
            "a, b",
            "'# no comment'",
            "'k: v'",
            "|\n      a\n       b\n",
            ">\n      folded\n      text\n",
            "\"a\\r\\nb\"",
            "'true'",
            "\"back\\\\slash\"",
            "|+\n      kept\n\n\n",
            ">-\n      cut\n\n",
            "two\n      lines\n    # a remark\n",
        ];
        for (number, text_of) in odd.iter().enumerate() {
            text.push_str(&format!(
                "  - id: r{number}\n    match: {{repeated: {{times_at_least: 2}}}}\n    action: strip\n    title: {text_of}\n"
            ));
        }
        let found = read(&Snapshot::of_pack("odd.yaml", &text));
        assert_eq!(found.rules.len(), odd.len());
        assert_all_read_again(&found.rules, &found.sources);
    }

    #[test]
    fn what_overrides_changed_says_where_and_why() {
        let mut library = Snapshot::of_pack(
            "pack.yaml",
            "schema: rules/1\npack: mine\nlists:\n  promises: {items: [best price, half price]}\nrules:\n  - id: promise\n    match: {words: {lists: \
             [promises]}}\n    unless: [{name: market, match: {regex: {any: [market]}}}]\n    action: strip\n    examples:\n      - \
             {text: Best price, flags: [1]}\n      - {text: Price, flags: []}\n",
        );
        let overrides = "schema: overrides/1\noverrides:\n- rule: mine/promise\n  why: watch it\n  set: {status: trial}\n  \
                         remove_unless: [market]\n  add_unless: [{name: fair, match: {regex: {any: [fair]}}}]\n- {list: \
                         mine/promises, why: the brewery, remove: [best price]}\n";
        library.packs.push(File::new("ours.yaml", overrides));
        let loaded = load(&library, &Settings::default());
        let rules = loaded.rules.unwrap_or_else(|| panic!("{}", render(&loaded.diagnostics, &loaded.sources, false)));
        assert_eq!(
            effective(&rules.rules()[0], &loaded.sources),
            "# mine/promise, from pack.yaml:6
id: promise
match: {words: {lists: [promises]}}
action: strip
examples: [{text: Best price, flags: [1]}, {text: Price, flags: []}]
# ours.yaml:5: watch it
status: trial
unless:
  # ours.yaml:7: watch it
  - {name: fair, match: {regex: {any: [fair]}}}
version: 1  # default
unit: line  # default
if_unknown: skip  # default
# without the exception `market` (ours.yaml:6: watch it)
# `best price` is removed from the list `mine/promises` (ours.yaml:8: the brewery)
"
        );
        assert!(written(&rules.rules()[0], &loaded.sources).contains("name: market"));
    }
}
