//! One override: what it aims at, why, and what it changes.

use std::sync::Arc;

use super::target::{Kind, Target};
use crate::engine::{
    diagnostic::{Diagnostic, Place, codes},
    language::Code,
    rules::{
        Date,
        decode::{Fields, Item},
        model::At,
        read::names,
        yaml::{Key, Node},
    },
};

/// Keys of a rule that `set` can give another value. The others make a rule what it is: with another of these it would be
/// another rule.
pub(in crate::engine::rules) const SETTABLE: [&str; 7] =
    ["status", "action", "score", "if_unknown", "where", "when", "message"];

/// One override.
#[derive(Debug)]
pub(super) struct Entry<'n> {
    /// Its first key; tells it from others.
    pub(super) place: Place,
    /// What it aims at.
    pub(super) target: Target<'n>,
    /// Why, in its own words.
    pub(super) why: Arc<str>,
    /// What it changes.
    pub(super) changes: Changes<'n>,
}

/// What an override changes.
#[derive(Debug, Default)]
pub(super) struct Changes<'n> {
    /// The version of the rule that its author saw.
    pub(super) written_for: Option<At<u32>>,
    /// Keys with their new values.
    pub(super) set: Vec<&'n (Key, Node)>,
    /// New exceptions under their key.
    pub(super) add_unless: Option<&'n (Key, Node)>,
    /// Names of exceptions that go.
    pub(super) remove_unless: Vec<At<&'n str>>,
    /// New examples under their key.
    pub(super) add_examples: Option<&'n (Key, Node)>,
    /// Items to add to a list.
    pub(super) add: Vec<(At<String>, Option<Code>)>,
    /// Items to remove from a list.
    pub(super) remove: Vec<At<String>>,
}

/// Reads one override; `None` when it cannot be applied (reported).
pub(super) fn decode<'n>(item: &Item<'n>, today: Option<Date>) -> Option<Entry<'n>> {
    let problems = item.problems();
    let before = problems.errors();
    let on_list = item.node().get("list").is_some() && item.node().get("rule").is_none();
    let mut fields = item.fields(if on_list { "an override of a list" } else { "an override" })?;
    let place = fields.place();
    let target = target(&mut fields);
    let why = fields.required("why").and_then(|item| item.filled());
    if let Some(until) = fields.optional("until").and_then(|item| date(&item))
        && today.is_some_and(|today| until.value < today)
    {
        let message = format!("this override was to end on {}", until.value);
        let help = "take it out, or give it a later date; until then it is in force";
        problems.push(Diagnostic::warning(codes::OVERRIDE_EXPIRED, until.place, message).help(help));
    }
    let mut changes = Changes::default();
    let keys: &[&str] = if on_list {
        changes.read_list(&mut fields);
        &["add", "add_by_language", "remove"]
    } else {
        changes.read_rule(item.node(), &mut fields);
        &["set", "add_unless", "remove_unless", "add_examples"]
    };
    let idle = fields.lacks(keys);
    fields.finish();
    if idle {
        let help = if on_list { "add `add:` or `remove:`" } else { "add `set: {status: off}`, say, or `add_unless:`" };
        problems
            .push(Diagnostic::error(codes::OVERRIDE_FORM, place, "the override says no change").help(help.to_owned()));
    }
    let entry =
        Entry { place, target: target?, why: why.map(|why| Arc::from(why.value.trim())).unwrap_or_default(), changes };
    (problems.errors() == before).then_some(entry)
}

impl<'n> Changes<'n> {
    fn read_rule(&mut self, node: &'n Node, fields: &mut Fields<'n>) {
        if node.get("rules_tagged").is_none() {
            let version =
                fields.optional("written_for").and_then(|item| Some((item.whole(1..=u32::MAX)?, item.place())));
            self.written_for = version.map(|(value, place)| At { value, place });
        }
        if let Some(item) = fields.optional("set")
            && let Some(mut set) = item.fields("`set`")
        {
            for key in SETTABLE {
                if set.optional(key).is_some() {
                    self.set.extend(item.node().get(key));
                }
            }
            if item.node().keys().next().is_none() {
                item.fail(codes::NOTHING, "`set` sets nothing", "add `status: off`, say".to_owned());
            }
            set.finish();
        }
        if fields.optional("add_unless").and_then(|item| item.filled_list()).is_some() {
            self.add_unless = node.get("add_unless");
        }
        let removed = fields.optional("remove_unless").and_then(|item| item.filled_list());
        self.remove_unless = removed.iter().flatten().filter_map(Item::name).collect();
        if fields.optional("add_examples").and_then(|item| item.filled_list()).is_some() {
            self.add_examples = node.get("add_examples");
        }
    }

    fn read_list(&mut self, fields: &mut Fields<'n>) {
        let mut texts = |key| {
            let items = fields.optional(key).and_then(|item| item.filled_list()).unwrap_or_default();
            items.iter().filter_map(Item::filled).collect::<Vec<_>>()
        };
        self.remove = texts("remove");
        self.add = texts("add").into_iter().map(|text| (text, None)).collect();
        let Some(mut languages) = fields.optional("add_by_language").and_then(|item| item.fields("`add_by_language`"))
        else {
            return;
        };
        for (key, item) in languages.all() {
            let language = names::language_of_key(key, item.problems());
            let items = item.filled_list().unwrap_or_default();
            self.add.extend(items.iter().filter_map(Item::filled).map(|text| (text, language)));
        }
    }
}

/// `rule`, `rules_tagged` or `list`: exactly one.
fn target<'n>(fields: &mut Fields<'n>) -> Option<Target<'n>> {
    let place = fields.place();
    let mut found = Vec::new();
    for (key, kind) in [("rule", Kind::Rule), ("rules_tagged", Kind::Tagged), ("list", Kind::List)] {
        if let Some(item) = fields.optional(key) {
            found.push((fields.key_place(key), item, kind));
        }
    }
    let problems = fields.problems();
    match found.as_slice() {
        [(_, item, kind)] => item.word().map(|name| Target { kind: *kind, name }),
        [] => {
            if fields.lacks(&["rule", "rules_tagged", "list"]) {
                let error = Diagnostic::error(codes::OVERRIDE_FORM, place, "the override does not say what it changes");
                problems.push(error.help("add `rule: pack/id`, `rules_tagged: tag` or `list: pack/name`"));
            }
            None
        }
        [(first, ..), (second, ..), ..] => {
            let message = "an override is about one rule, one tag or one list, and this names several";
            problems.push(
                Diagnostic::error(codes::OVERRIDE_FORM, *second, message)
                    .also(*first, "first here")
                    .help("write one override for each"),
            );
            None
        }
    }
}

/// `2027-03-31`.
fn date(item: &Item<'_>) -> Option<At<Date>> {
    let word = item.word()?;
    let shaped = word.value.len() == 10 && word.value.bytes().all(|byte| byte.is_ascii_digit() || byte == b'-');
    let date = if shaped { word.value.parse::<Date>().ok() } else { None };
    if date.is_none() {
        let help = "write year, month and day, such as 2027-03-31".to_owned();
        item.fail(codes::DATE, format!("{} is `{}`, which is not a date", item.what(), word.value), help);
    }
    date.map(|value| At { value, place: word.place })
}
