//! `unless`: exceptions with a name and a reason.

use std::{collections::HashMap, sync::Arc};

use super::{condition, scope::Scope};
use crate::engine::{
    diagnostic::{Diagnostic, Place, codes},
    rules::{
        decode::Item,
        model::{Exception, ExceptionMatcher, Unit},
    },
};

/// Reads `unless`; broken exceptions are reported and left out.
pub(super) fn decode(item: &Item<'_>, unit: Unit, scope: Scope<'_>) -> Option<Vec<Exception>> {
    let items = item.list_as(|keys| match keys.iter().any(|key| ["name", "match"].contains(key)) {
        true => "begin each exception with `- `".to_owned(),
        false => "write [{name: …, match: …}]: each exception has a name, and its condition under `match`".to_owned(),
    })?;
    let count = items.len();
    let mut seen: HashMap<Arc<str>, Place> = HashMap::new();
    let mut sound = Vec::new();
    for item in &items {
        let Some((exception, place)) = exception(item, unit, scope) else { continue };
        if let Some(first) = seen.insert(Arc::clone(&exception.name), place) {
            let message = format!("two exceptions are called `{}`", exception.name);
            scope.problems.push(
                Diagnostic::error(codes::DUPLICATE_ID, place, message)
                    .also(first, "first here")
                    .help("rename one of them"),
            );
        }
        sound.push(exception);
    }
    (sound.len() == count).then_some(sound)
}

fn exception(item: &Item<'_>, unit: Unit, scope: Scope<'_>) -> Option<(Exception, Place)> {
    let mut fields = item.fields("an exception")?;
    let name = fields.required("name").and_then(|item| item.name());
    let why = fields.optional("why").and_then(|item| item.text()).map(|why| why.value);
    let matcher = fields.required("match").and_then(|item| match unit {
        Unit::Document => condition::logic(&item, scope).map(ExceptionMatcher::Document),
        _ => condition::logic(&item, scope).map(ExceptionMatcher::Line),
    });
    fields.finish();
    let name = name?;
    Some((Exception { name: Arc::from(name.value), why, matcher: matcher? }, name.place))
}
