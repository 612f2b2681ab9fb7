//! `words`: listed words or phrases.

use super::scope::Scope;
use crate::engine::{
    diagnostic::{Diagnostic, codes},
    rules::{
        decode::Item,
        model::{Changed, Unit, WordsTest},
        yaml::{Node, Value},
    },
};

/// Reads the value of `words` in a condition of `unit`.
pub(super) fn decode(item: &Item<'_>, unit: Unit, scope: Scope<'_>) -> Option<WordsTest> {
    let mut fields = item.fields_as("`words`", shape_of(item, scope), |_| true)?;
    let lists = fields.required("lists").and_then(|item| {
        let items = item.filled_list()?;
        let count = items.len();
        let lists: Vec<_> = items.iter().filter_map(|item| scope.lists.resolve(scope.pack, item)).collect();
        (lists.len() == count).then_some(lists)
    });
    let at_least_item = fields.optional("at_least");
    let at_least = at_least_item.as_ref().map_or(Some(1), |item| item.whole(1..=u32::MAX));
    let foreign_item = fields.optional("foreign");
    let foreign = foreign_item.as_ref().map_or(Some(false), Item::boolean);
    let share_at_least = fields.optional("share_at_least").map(|item| item.share());
    for key in ["whole_line", "starts_line", "in_lines_at_most"] {
        if unit == Unit::Document && fields.has(key) {
            let place = fields.key_place(key);
            let message = format!("`{key}` looks at one line, and here conditions look at the whole document");
            scope
                .problems
                .push(Diagnostic::error(codes::UNIT, place, message).help("write a rule with `unit: line` for it"));
        }
    }
    let mut flag = |key| fields.optional(key).map_or(Some(false), |item| item.boolean());
    let (whole_line, starts_line) = (flag("whole_line"), flag("starts_line"));
    let in_lines_at_most = fields.optional("in_lines_at_most").map(|item| item.whole(1..=u32::MAX));
    fields.finish();
    let test = WordsTest {
        lists: lists?,
        at_least: at_least?,
        foreign: foreign?,
        whole_line: whole_line?,
        starts_line: starts_line?,
        share_at_least: share_at_least.map_or(Some(None), |share| share.map(Some))?,
        in_lines_at_most: in_lines_at_most.map_or(Some(None), |lines| lines.map(Some))?,
    };
    check(&test, at_least_item.as_ref(), foreign_item.as_ref(), scope)?;
    Some(test)
}

/// What is meant where there is no map: the names of lists, or words that no list holds yet.
fn shape_of(item: &Item<'_>, scope: Scope<'_>) -> &'static str {
    let is_list = |node: &Node| matches!(&node.value, Value::Scalar(name) if scope.lists.has(scope.pack, &name.text));
    let are_lists = match &item.node().value {
        Value::List(items) => items.iter().any(is_list),
        _ => is_list(item.node()),
    };
    if are_lists { "{lists: [*]}" } else { "{lists: [mine]}, and in the pack lists: {mine: {items: [*]}}" }
}

/// Reports what can never hold.
fn check(test: &WordsTest, at_least: Option<&Item<'_>>, foreign: Option<&Item<'_>>, scope: Scope<'_>) -> Option<()> {
    let items = || test.lists.iter().flat_map(|list| &list.items);
    if let Some(at_least) = at_least
        && test.at_least as usize > items().count()
    {
        let message = format!("{} different items are wanted, and the lists hold {}", test.at_least, items().count());
        let mut error = Diagnostic::error(codes::NEVER, at_least.place(), message);
        for change in test.lists.iter().flat_map(|list| scope.lists.changes(&list.name)) {
            if matches!(change.changed, Changed::ItemRemoved(..)) {
                error = error.also(change.place, "an item is removed here");
            }
        }
        scope.problems.push(error.help("lower `at_least`, or name more lists"));
        return None;
    }
    if let Some(foreign) = foreign
        && test.foreign
        && items().all(|item| item.language.is_none())
    {
        let help = "write the items by language: `by_language: {en: […]}`".to_owned();
        foreign.fail(codes::NEVER, "`foreign` counts items whose language is known, and these lists give none", help);
        return None;
    }
    Some(())
}
