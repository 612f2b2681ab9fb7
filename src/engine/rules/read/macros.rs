//! Macros: conditions with a name, of one pack.

use std::{
    cell::{Cell, RefCell},
    sync::Arc,
};

use super::{
    condition::{self, Test},
    scope::{Scope, unit_name},
};
use crate::engine::{
    diagnostic::{Diagnostic, Place, codes},
    rules::{
        decode::{Fields, Item, Problems, nearest},
        model::{DocumentTest, LineTest, Logic, Unit},
        yaml::{Key, Value},
    },
};

/// Macros inside of macros; deeper chains are refused.
const DEPTH_AT_MOST: u32 = 16;

/// What a macro became once it was first needed: `Some(None)` when it is broken (reported).
#[derive(Debug, Default)]
pub(super) struct Memo {
    /// Of a macro over lines.
    pub(super) line: RefCell<Option<Option<Arc<Logic<LineTest>>>>>,
    /// Of a macro over documents.
    pub(super) document: RefCell<Option<Option<Arc<Logic<DocumentTest>>>>>,
}

#[derive(Debug)]
struct Macro<'n> {
    key: &'n Key,
    unit: Option<Unit>,
    matcher: Option<Item<'n>>,
    memo: Memo,
    tests: Cell<u64>,
    busy: Cell<bool>,
    used: Cell<bool>,
}

/// The macros of one pack.
#[derive(Debug, Default)]
pub(super) struct Macros<'n> {
    /// The pack's name.
    pack: &'n str,
    all: Vec<Macro<'n>>,
    depth: Cell<u32>,
}

impl<'n> Macros<'n> {
    /// Reads the macros' frames; their conditions are read when first used, or by [`Macros::finish`].
    pub(super) fn open(pack: &'n str, item: Option<&Item<'n>>, problems: &'n Problems) -> Self {
        let fields = item.and_then(|item| item.fields("`macros`"));
        let read = |mut fields: Fields<'n>| fields.all().map(|(key, item)| open(key, &item, problems)).collect();
        Self { pack, all: fields.map(read).unwrap_or_default(), depth: Cell::new(0) }
    }

    /// The condition that `item` names: a macro of the pack that is being read, unless it says `other/name`.
    pub(super) fn resolve<T: Test>(item: &Item<'_>, scope: Scope<'_>) -> Option<Logic<T>> {
        let word = item.word()?;
        let (pack, name) = word.value.split_once('/').unwrap_or((scope.pack, word.value));
        let own = if pack == scope.pack { Some(scope.macros) } else { scope.packs.iter().find(|own| own.pack == pack) };
        let Some((own, found)) = own.and_then(|own| Some((own, own.all.iter().find(|found| found.key.text == name)?)))
        else {
            item.fail(codes::UNKNOWN_MACRO, format!("unknown macro `{}`", word.value), unknown(pack, name, own, scope));
            return None;
        };
        // What it refers to is of its own pack.
        let scope = Scope { pack, macros: own, ..scope };
        found.used.set(true);
        let unit = found.unit?;
        if unit != T::UNIT {
            let message = format!(
                "the macro `{}` looks at {}s, and here conditions look at {}",
                word.value,
                unit_name(unit),
                T::LOOKS_AT
            );
            scope.problems.push(
                Diagnostic::error(codes::UNIT, word.place, message)
                    .also(found.key.place, "defined here")
                    .help(format!("write a macro with `unit: {}`", unit_name(T::UNIT))),
            );
            return None;
        }
        let logic = own.get::<T>(found, word.place, scope)?;
        scope.count(found.tests.get());
        Some(Logic::Use(Arc::from(word.value), logic))
    }

    fn get<T: Test>(&self, found: &Macro<'n>, place: Place, scope: Scope<'_>) -> Option<Arc<Logic<T>>> {
        if let Some(known) = T::memo(&found.memo).borrow().as_ref() {
            return known.clone();
        }
        let name = &found.key.text;
        if found.busy.get() {
            let error = Diagnostic::error(codes::MACROS, place, format!("the macro `{name}` uses itself"));
            scope.problems.push(error.also(found.key.place, "defined here").help("write out what is meant"));
            return None;
        }
        if self.depth.get() == DEPTH_AT_MOST {
            let error =
                Diagnostic::error(codes::MACROS, place, format!("more than {DEPTH_AT_MOST} macros inside of macros"));
            scope.problems.push(error.help("write out what is meant"));
            return None;
        }
        found.busy.set(true);
        self.depth.set(self.depth.get() + 1);
        let (logic, tests) =
            scope.counting(|| found.matcher.as_ref().and_then(|matcher| condition::logic::<T>(matcher, scope)));
        self.depth.set(self.depth.get() - 1);
        found.busy.set(false);
        found.tests.set(tests);
        let sound = scope.check_size(tests, found.key.place, &format!("the macro `{name}`")).and(logic).map(Arc::new);
        *T::memo(&found.memo).borrow_mut() = Some(sound.clone());
        sound
    }

    /// Reads the macros that nothing has used so far, so that their mistakes are found too, and warns of them.
    pub(super) fn finish(&self, scope: Scope<'_>) {
        for found in &self.all {
            match found.unit {
                Some(Unit::Line) => drop(self.get::<LineTest>(found, found.key.place, scope)),
                Some(Unit::Document) => drop(self.get::<DocumentTest>(found, found.key.place, scope)),
                _ => {}
            }
        }
        if scope.problems.errors() > 0 {
            return; // A rule that could not be read may be the one that uses a macro.
        }
        for found in self.all.iter().filter(|found| !found.used.get()) {
            let message = format!("the macro `{}` is not used", found.key.text);
            scope
                .problems
                .push(Diagnostic::warning(codes::UNUSED_MACRO, found.key.place, message).help("remove it, or use it"));
        }
    }
}

/// What to write instead of a macro that is not there.
fn unknown(pack: &str, name: &str, own: Option<&Macros<'_>>, scope: Scope<'_>) -> String {
    let names = own.into_iter().flat_map(|own| &own.all).map(|found| found.key.text.as_str());
    let has = |other: &&Macros<'_>| other.all.iter().any(|found| found.key.text == name);
    match (nearest(name, names), scope.packs.iter().find(has)) {
        (Some(near), _) if pack == scope.pack => format!("did you mean `{near}`?"),
        (Some(near), _) => format!("did you mean `{pack}/{near}`?"),
        (None, Some(other)) => format!("write `{}/{name}` for the macro of that pack", other.pack),
        (None, None) => format!("define it under `macros:` of the pack `{pack}`"),
    }
}

fn open<'n>(key: &'n Key, item: &Item<'n>, problems: &'n Problems) -> Macro<'n> {
    super::names::check_key(key, "a macro", problems);
    let mut found = Macro {
        key,
        unit: None,
        matcher: None,
        memo: Memo::default(),
        tests: Cell::new(0),
        busy: Cell::new(false),
        used: Cell::new(false),
    };
    let Some(mut fields) = Fields::open(item.node(), "a macro", problems) else { return found };
    fields.optional("about").map(|about| about.text());
    found.unit = match fields.optional("unit") {
        None => Some(Unit::Line),
        Some(unit) => unit.choice(&[("line", Unit::Line), ("document", Unit::Document)]),
    };
    found.matcher = fields.required("match");
    if let Some(Value::Map(entries)) = found.matcher.as_ref().map(|matcher| &matcher.node().value)
        && entries.is_empty()
    {
        found.matcher = None;
        problems.push(Diagnostic::error(codes::CONDITION, key.place, "the macro's `match` is empty"));
    }
    fields.finish();
    found
}
