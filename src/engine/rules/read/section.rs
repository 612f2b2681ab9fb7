//! Blocks of lines.

use super::{condition, region, scope::Scope};
use crate::engine::rules::{
    decode::Item,
    model::{Includes, SectionTest},
};

/// Reads the `match` of a rule on sections.
pub(super) fn decode(item: &Item<'_>, scope: Scope<'_>) -> Option<SectionTest> {
    let mut outer = item.fields("`match` of a section")?;
    let inner = outer.required("section");
    outer.finish();
    let mut fields = inner.as_ref()?.fields("`section`")?;
    let before = scope.problems.errors();
    let starts = fields.required("starts").and_then(|item| condition::logic(&item, scope));
    let continues = fields.optional("continues").and_then(|item| condition::logic(&item, scope));
    let ends_before = fields.optional("ends_before").and_then(|item| condition::logic(&item, scope));
    let ends_with = fields.optional("ends_with").and_then(|item| condition::logic(&item, scope));
    let includes = fields.optional("includes").and_then(|item| includes(&item, scope));
    let lines = region::bounds(&mut fields, "lines_at_least", "lines_at_most", f64::INFINITY);
    let to_end = fields.optional("to_end").and_then(|item| item.boolean()).unwrap_or(false);
    let from_start = fields.optional("from_start").and_then(|item| item.boolean()).unwrap_or(false);
    fields.finish();
    let (starts, lines) = (starts?, lines?);
    let test = SectionTest { starts, continues, ends_before, lines, to_end, from_start, ends_with, includes };
    (scope.problems.errors() == before).then_some(test)
}

fn includes(item: &Item<'_>, scope: Scope<'_>) -> Option<Includes> {
    let mut fields = item.fields("`includes`")?;
    let line = fields.required("line").and_then(|item| condition::logic(&item, scope));
    let at_least = fields.optional("at_least").map_or(Some(1), |item| item.whole(1..=u32::MAX));
    let share_at_least = fields.optional("share_at_least").map_or(Some(None), |item| item.share().map(Some));
    fields.finish();
    Some(Includes { line: line?, at_least: at_least?, share_at_least: share_at_least? })
}
