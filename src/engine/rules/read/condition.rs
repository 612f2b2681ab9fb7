//! Conditions: maps with exactly one key.

use std::{cell::RefCell, sync::Arc};

use super::{
    document, line,
    macros::{Macros, Memo},
    scope::Scope,
};
use crate::engine::{
    diagnostic::{Diagnostic, codes},
    rules::{
        decode::{Item, name_fault, or_list, suggestion},
        model::{At, DocumentTest, LineTest, Logic, Unit},
        yaml::{Key, Node, Style, Value, quoted},
    },
};

/// Keys that combine conditions.
pub(crate) const COMBINING: [&str; 4] = ["all", "any", "not", "use"];

/// A kind of test, by unit.
pub(super) trait Test: Sized {
    /// The unit.
    const UNIT: Unit;
    /// Its keys.
    const KEYS: &'static [&'static str];
    /// What messages call the thing that such a test looks at.
    const LOOKS_AT: &'static str;
    /// Reads the value of one of the keys.
    fn decode(key: &str, item: &Item<'_>, scope: Scope<'_>) -> Option<Self>;
    /// Where a macro of this unit remembers itself.
    fn memo(memo: &Memo) -> &RefCell<Option<Option<Arc<Logic<Self>>>>>;
}

/// Reads a condition; everything wrong in it is reported.
pub(super) fn logic<T: Test>(item: &Item<'_>, scope: Scope<'_>) -> Option<Logic<T>> {
    let Value::Map(entries) = &item.node().value else {
        let help = match &item.node().value {
            Value::List(_) => "put `any:` (one is enough) or `all:` (every one must hold) before the list".to_owned(),
            Value::Scalar(scalar) if scalar.style == Style::Plain && name_fault(&scalar.text).is_none() => {
                format!("for the macro of that name write {{use: {}}}", scalar.text)
            }
            Value::Scalar(scalar) if T::UNIT != Unit::Document => {
                format!("write {{regex: {{any: [{}]}}}}", quoted(&scalar.text))
            }
            _ => format!("it takes {}", or_list(known::<T>())),
        };
        item.wrong("a condition such as `regex: {any: ['…']}`", Some(help));
        return None;
    };
    match entries.as_slice() {
        [(key, node)] => one(key, node, scope),
        [] => {
            let error = Diagnostic::error(codes::CONDITION, item.place(), "a condition has one key, and this has none");
            scope.problems.push(error.help(format!("it takes {}", or_list(known::<T>()))));
            None
        }
        [_, (second, _), ..] => {
            let keys: Vec<&str> = entries.iter().map(|(key, _)| key.text.as_str()).collect();
            let message = format!("a condition has exactly one key, and this has {}", and_list(&keys));
            scope.problems.push(
                Diagnostic::error(codes::CONDITION, second.place, message)
                    .help("write `all:` (every one must hold) or `any:` (one is enough) with a list of conditions"),
            );
            for (key, node) in entries {
                drop(one::<T>(key, node, scope));
            }
            None
        }
    }
}

fn one<T: Test>(key: &Key, node: &Node, scope: Scope<'_>) -> Option<Logic<T>> {
    let inner = Item::new(node, format!("`{}`", key.text), scope.problems);
    match key.text.as_str() {
        "all" => several(&inner, scope).map(Logic::All),
        "any" => several(&inner, scope).map(Logic::Any),
        "not" => logic(&inner, scope).map(|logic| Logic::Not(Box::new(logic))),
        "use" => Macros::resolve(&inner, scope),
        word if T::KEYS.contains(&word) => {
            scope.count(1);
            T::decode(word, &inner, scope).map(|value| Logic::Is(At { value, place: key.place }))
        }
        word => {
            scope.problems.push(unknown::<T>(word, Diagnostic::error(codes::CONDITION, key.place, "")));
            None
        }
    }
}

fn several<T: Test>(item: &Item<'_>, scope: Scope<'_>) -> Option<Vec<Logic<T>>> {
    let items = item.filled_list()?;
    let count = items.len();
    let sound: Vec<_> = items.iter().filter_map(|item| logic(item, scope)).collect();
    (sound.len() == count).then_some(sound)
}

fn unknown<T: Test>(word: &str, error: Diagnostic) -> Diagnostic {
    let (code, message, help) = if word == "section" {
        let help = "add `unit: section` to the rule; `section` then stands alone under `match`".to_owned();
        (codes::UNIT, format!("`section` looks at a block of lines, and here conditions look at {}", T::LOOKS_AT), help)
    } else if let Some(other) = looks_elsewhere::<T>(word) {
        let help = format!("`{word}` looks at {other}, and here conditions look at {}", T::LOOKS_AT);
        let way_out = match T::UNIT {
            Unit::Document => "write a rule with `unit: line` for it",
            _ => "write a rule with `unit: document` for it, or gate this one with `when`",
        };
        (codes::UNIT, help, way_out.to_owned())
    } else {
        let known: Vec<&str> = known::<T>().collect();
        let help = suggestion(word, &known).unwrap_or_else(|| format!("it takes {}", or_list(known)));
        (codes::CONDITION, format!("unknown condition `{word}`"), help)
    };
    Diagnostic { code, message, ..error }.help(help)
}

fn looks_elsewhere<T: Test>(word: &str) -> Option<&'static str> {
    let other = match T::UNIT {
        Unit::Document => (<LineTest as Test>::KEYS, <LineTest as Test>::LOOKS_AT),
        _ => (<DocumentTest as Test>::KEYS, <DocumentTest as Test>::LOOKS_AT),
    };
    other.0.contains(&word).then_some(other.1)
}

fn known<T: Test>() -> impl Iterator<Item = &'static str> {
    COMBINING.into_iter().chain(T::KEYS.iter().copied())
}

fn and_list(words: &[&str]) -> String {
    let words: Vec<String> = words.iter().map(|word| format!("`{word}`")).collect();
    match words.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} and {last}", rest.join(", ")),
        _ => words.concat(),
    }
}

impl Test for LineTest {
    const UNIT: Unit = Unit::Line;
    const KEYS: &'static [&'static str] = line::KEYS;
    const LOOKS_AT: &'static str = "one line";

    fn decode(key: &str, item: &Item<'_>, scope: Scope<'_>) -> Option<Self> {
        line::decode(key, item, scope)
    }

    fn memo(memo: &Memo) -> &RefCell<Option<Option<Arc<Logic<Self>>>>> {
        &memo.line
    }
}

impl Test for DocumentTest {
    const UNIT: Unit = Unit::Document;
    const KEYS: &'static [&'static str] = document::KEYS;
    const LOOKS_AT: &'static str = "the whole document";

    fn decode(key: &str, item: &Item<'_>, scope: Scope<'_>) -> Option<Self> {
        document::decode(key, item, scope)
    }

    fn memo(memo: &Memo) -> &RefCell<Option<Option<Arc<Logic<Self>>>>> {
        &memo.document
    }
}
