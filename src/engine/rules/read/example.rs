//! Examples inside of rules.

use super::{names, scope::Scope};
use crate::engine::{
    diagnostic::{Diagnostic, Place, codes},
    rules::{
        decode::{Fields, Item},
        model::{Example, Expect, Given, Unit},
        yaml::{Meaning, Scalar, Value},
    },
};

/// Reads `examples`; broken ones are reported and left out.
pub(super) fn decode(item: &Item<'_>, unit: Unit, scope: Scope<'_>) -> Option<Vec<Example>> {
    let items = item.list()?;
    let count = items.len();
    let sound: Vec<_> = items.iter().filter_map(|item| example(item, unit, scope)).collect();
    (sound.len() == count).then_some(sound)
}

fn example(item: &Item<'_>, unit: Unit, scope: Scope<'_>) -> Option<Example> {
    let shape = if unit == Unit::Document { "{text: *, fires: true}" } else { "{text: *, flags: [1]}" };
    let mut fields = item.fields_as("an example", shape, |_| true)?;
    let before = scope.problems.errors();
    let name = fields.optional("name").and_then(|item| item.filled()).map(|name| name.value);
    let given = fields.optional("given").and_then(|item| given(&item)).unwrap_or_else(anywhere);
    let text = fields.required("text").and_then(|item| item.filled()).map(|text| text.value);
    let known_gap = fields.optional("known_gap").and_then(|item| item.boolean()).unwrap_or(false);
    let expect = expect(&mut fields, unit, text.as_deref());
    let place = fields.place();
    fields.finish();
    let (text, (expect, expect_place)) = (text?, expect?);
    let example = Example { name, place, given, text, expect, expect_place, known_gap };
    (scope.problems.errors() == before).then_some(example)
}

/// An example holds wherever its pack is used, so what the site has configured is not asked.
fn anywhere() -> Given {
    Given { wanted: Some(Vec::new()), on_topic: Some(true), ..Given::default() }
}

fn given(item: &Item<'_>) -> Option<Given> {
    let mut fields = item.fields("`given`")?;
    let mut count = |key| fields.optional(key).and_then(|item| item.whole(0..=1_000_000));
    let (lines_before, lines_after, letters) = (count("lines_before"), count("lines_after"), count("letters"));
    let given = Given {
        lines_before: lines_before.unwrap_or_default(),
        lines_after: lines_after.unwrap_or_default(),
        letters,
        language: fields.optional("language").and_then(|item| names::language(&item)),
        confidence: fields.optional("confidence").and_then(|item| item.share()),
        script: fields.optional("script").and_then(|item| names::script(&item)),
        wanted: fields.optional("wanted").map_or(anywhere().wanted, |item| names::languages(&item)),
        on_topic: fields.optional("on_topic").map_or(anywhere().on_topic, |item| item.boolean()),
    };
    if fields.has("confidence") && !fields.has("language") {
        let place = fields.key_place("confidence");
        let error = Diagnostic::error(codes::EXAMPLE, place, "a confidence is given without a language");
        fields.problems().push(error.help("add `language:`"));
    }
    fields.finish();
    Some(given)
}

fn expect(fields: &mut Fields<'_>, unit: Unit, text: Option<&str>) -> Option<(Expect, Place)> {
    let (wanted, other, help) = match unit {
        Unit::Document => ("fires", "flags", "write `fires: true`, or `fires: false` where the rule must stay silent"),
        _ => ("flags", "fires", "write `flags: [1]`, or `flags: []` where no line must be flagged"),
    };
    let problems = fields.problems();
    if fields.optional(other).is_some() {
        let rule = if unit == Unit::Document { "looks at whole documents" } else { "flags lines" };
        let message = format!("the rule {rule}, so an example cannot say `{other}`");
        problems.push(Diagnostic::error(codes::EXAMPLE, fields.key_place(other), message).help(help));
        fields.optional(wanted);
        return None;
    }
    if !fields.has(wanted) {
        fields.optional(wanted);
        if !fields.lacks(&[wanted]) {
            return None;
        }
        let error = Diagnostic::error(codes::EXAMPLE, fields.place(), "the example does not say what the rule must do");
        problems.push(error.help(help));
        return None;
    }
    let item = fields.optional(wanted)?;
    if unit == Unit::Document {
        return item.boolean().map(|fires| (Expect::Fires(fires), item.place()));
    }
    if let Value::Scalar(Scalar { meaning: Meaning::Text | Meaning::Bool(_), .. }) = &item.node().value {
        item.wrong("a list", Some("write the lines, such as [1], or [] where none must be flagged".to_owned()));
        return None;
    }
    let mut lines = Vec::new();
    for entry in item.list()? {
        let line = entry.whole(1..=u32::MAX)?;
        let there = text.map_or(usize::MAX, line_count);
        if line as usize > there {
            let help = "lines count from 1, and blank lines count".to_owned();
            entry.fail(codes::FLAGGED_LINE, format!("line {line} is flagged, and the text has {there}"), help);
        } else if lines.contains(&line) {
            entry.fail(codes::FLAGGED_LINE, format!("line {line} is flagged twice"), "remove one of them".to_owned());
        } else {
            lines.push(line);
        }
    }
    lines.sort_unstable();
    Some((Expect::Flags(lines), item.place()))
}

/// Lines as documents have them: they end at `\n`, `\r\n`, `\r`, U+0085 and form feed.
fn line_count(text: &str) -> usize {
    let text = text.replace("\r\n", "\n");
    let ends = |found: char| matches!(found, '\n' | '\r' | '\u{85}' | '\u{C}');
    text.strip_suffix(ends).unwrap_or(&text).split(ends).count()
}
