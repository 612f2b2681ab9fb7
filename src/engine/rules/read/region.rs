//! `where` (which lines) and `when` (which documents), and limits.

use super::{condition, document, names, scope::Scope};
use crate::engine::{
    diagnostic::{Diagnostic, codes},
    rules::{
        decode::{Fields, Item},
        model::{Bounds, Part, Region, Unit, When},
        yaml::{Meaning, Scalar},
    },
};

/// Reads `where`.
pub(super) fn region(item: &Item<'_>, unit: Unit, scope: Scope<'_>) -> Option<Region> {
    let mut fields =
        item.fields_as("`where`", "{region: *, lines: 15}", |part| matches!(&*part.text, "head" | "tail"))?;
    let before = scope.problems.errors();
    let part = fields
        .required("region")
        .and_then(|item| item.choice(&[("head", Part::Head), ("tail", Part::Tail), ("all", Part::All)]));
    let lines = fields.optional("lines").and_then(|item| item.whole(1..=u32::MAX));
    let share = fields.optional("share").and_then(|item| item.share());
    let until = fields.optional("until").and_then(|item| condition::logic(&item, scope));
    let until_share = fields.optional("until_share").and_then(|item| item.share());
    if fields.has("until_share") && !(fields.has("share") && fields.has("until")) {
        let place = fields.key_place("until_share");
        let message =
            "`until_share` takes the place of `share` where a line satisfies `until`, and one of them is missing";
        scope.problems.push(Diagnostic::error(codes::WHERE, place, message).help("add both, or write `share` instead"));
    }
    if let (Some(share), Some(until_share)) = (share, until_share)
        && until_share < share
    {
        let place = fields.key_place("until_share");
        let message = format!("`until_share` is {until_share} and less than `share`, which is {share}");
        scope.problems.push(Diagnostic::error(codes::WHERE, place, message).help("write a larger one, or remove it"));
    }
    let lines_at_least = fields.optional("lines_at_least").and_then(|item| item.whole(1..=u32::MAX));
    if let (Some(lines), Some(least)) = (lines, lines_at_least)
        && least > lines
    {
        let place = fields.key_place("lines_at_least");
        let message = format!("the region has {lines} lines at most, and with fewer than {least} it is none");
        scope.problems.push(Diagnostic::error(codes::BOUNDS, place, message).help("write a smaller number"));
    }
    let floor = fields.has("lines_at_least").then_some("lines_at_least");
    let limit = ["lines", "share", "until"].into_iter().find(|key| fields.has(key));
    let place = fields.key_place(limit.unwrap_or("region"));
    fields.finish();
    if unit == Unit::Document {
        item.fail(
            codes::WHERE,
            "`where` selects lines, and this rule looks at the whole document",
            "remove it".to_owned(),
        );
        return None;
    }
    match (part, limit.or(floor.filter(|_| part == Some(Part::All)))) {
        (Some(Part::All), Some(key)) => {
            let message = format!("`{key}` has no meaning where the region is all lines");
            scope.problems.push(
                Diagnostic::error(codes::WHERE, place, message)
                    .help("write `region: head` or `region: tail`, or remove it"),
            );
        }
        (Some(Part::Head | Part::Tail), None) => {
            let error = Diagnostic::error(codes::WHERE, place, "a region without a limit is the whole document");
            scope.problems.push(error.help("add `lines: 15` and `share: 0.5`, say"));
        }
        _ => {}
    }
    if let (Some(0.0), None) = (share, until_share) {
        let error = Diagnostic::error(codes::RANGE, place, "`share` is 0, so the region is empty");
        scope.problems.push(error.help("add `until` and `until_share` for one that is only where a line ends it"));
    }
    (scope.problems.errors() == before).then_some(Region {
        part: part?,
        lines,
        share,
        until,
        until_share,
        lines_at_least,
    })
}

/// Reads `when`.
pub(super) fn when(item: &Item<'_>, scope: Scope<'_>) -> Option<When> {
    let mut fields = item.fields("`when`")?;
    let before = scope.problems.errors();
    let when = When {
        place: Some(item.place()),
        language: fields.optional("language").and_then(|item| document::language(&item)),
        script: fields.optional("script").and_then(|item| {
            let mut fields = item.fields_as("`script`", "{is: [*]}", |_| true)?;
            let is = fields.required("is").and_then(|item| names::scripts(&item));
            fields.finish();
            is
        }),
        lines: fields.optional("lines").and_then(|item| limits(&item)).unwrap_or_default(),
        letters: fields.optional("letters").and_then(|item| limits(&item)).unwrap_or_default(),
    };
    fields.finish();
    (scope.problems.errors() == before).then_some(when)
}

/// `{at_least: 1, at_most: 5}` of counts.
fn limits(item: &Item<'_>) -> Option<Bounds> {
    let is_number = |number: &Scalar| matches!(number.meaning, Meaning::Whole(_));
    let mut fields = item.fields_as(item.what(), "{at_least: *}", is_number)?;
    let bounds = bounds(&mut fields, "at_least", "at_most", f64::INFINITY);
    needed(bounds, fields, item)
}

/// Two keys of a map as limits; both may be absent. `None` when something is wrong with them (reported).
pub(super) fn bounds(fields: &mut Fields<'_>, low: &'static str, high: &'static str, most: f64) -> Option<Bounds> {
    let mut read = |key| match fields.optional(key) {
        None if fields.has(key) => None,
        None => Some(None),
        Some(item) => item.number(0.0..=most).map(|value| Some((value, item.place()))),
    };
    let (at_least, at_most) = (read(low), read(high));
    let (at_least, at_most) = (at_least?, at_most?);
    if let (Some((least, first)), Some((most, second))) = (at_least, at_most)
        && least > most
    {
        let message = format!("nothing is at least {least} and at most {most}");
        fields.problems().push(Diagnostic::error(codes::BOUNDS, second, message).also(first, "the lower limit"));
        return None;
    }
    Some(Bounds { at_least: at_least.map(|limit| limit.0), at_most: at_most.map(|limit| limit.0) })
}

/// The end of a map that holds limits: reports that none is given, unless one is misspelt.
pub(super) fn needed(bounds: Option<Bounds>, fields: Fields<'_>, item: &Item<'_>) -> Option<Bounds> {
    let absent = fields.lacks(&["at_least", "at_most"]);
    fields.finish();
    if absent {
        let message = format!("{} has no limit", item.what());
        item.fail(codes::BOUNDS, message, "add `at_least:` or `at_most:`".to_owned());
    }
    bounds.filter(|bounds| *bounds != Bounds::default())
}
