//! Messages with placeholders.

use super::scope::{Scope, unit_name};
use crate::engine::{
    diagnostic::{Diagnostic, codes},
    rules::{
        decode::{Item, nearest, or_list},
        model::{Message, Piece, Slot, Unit},
    },
};

/// Each placeholder with the units whose findings have it.
const SLOTS: [(&str, Slot, &[Unit]); 9] = [
    ("line.script", Slot::LineScript, &[Unit::Line]),
    ("line.language", Slot::LineLanguage, &[Unit::Line]),
    ("doc.script", Slot::DocScript, &[Unit::Line, Unit::Section, Unit::Document]),
    ("doc.language", Slot::DocLanguage, &[Unit::Line, Unit::Section, Unit::Document]),
    ("words", Slot::Words, &[Unit::Line, Unit::Section, Unit::Document]),
    ("matched", Slot::Matched, &[Unit::Line, Unit::Section]),
    ("lines", Slot::Lines, &[Unit::Section]),
    ("value", Slot::Value, &[Unit::Document]),
    ("limit", Slot::Limit, &[Unit::Document]),
];

/// Reads `message`. `{{` and `}}` stand for single braces.
pub(super) fn decode(item: &Item<'_>, unit: Unit, scope: Scope<'_>) -> Option<Message> {
    let text = item.filled()?.value;
    let report = |range: std::ops::Range<usize>, message: String, help: String| {
        let source = scope.sources.get(item.place().source).map_or("", |(_, text)| text);
        let place = item.node().inside(source, range);
        scope.problems.push(Diagnostic::error(codes::PLACEHOLDER, place, message).help(help));
    };
    let mut pieces = Vec::new();
    let mut plain = String::new();
    let mut sound = true;
    let mut at = 0;
    while let Some(brace) = text[at..].find(['{', '}']).map(|found| at + found) {
        plain.push_str(&text[at..brace]);
        let rest = &text[brace..];
        if rest.starts_with("{{") || rest.starts_with("}}") {
            plain.push_str(&rest[..1]);
            at = brace + 2;
            continue;
        }
        let close = rest.find('}').filter(|_| rest.starts_with('{'));
        let Some(close) = close else {
            report(
                brace..brace + 1,
                "a brace stands alone".to_owned(),
                "write it twice if a brace is meant".to_owned(),
            );
            return None;
        };
        let name = &rest[1..close];
        let range = brace..brace + close + 1;
        at = range.end;
        match SLOTS.iter().find(|(known, _, _)| *known == name) {
            Some((_, slot, units)) if units.contains(&unit) => {
                if !plain.is_empty() {
                    pieces.push(Piece::Text(std::mem::take(&mut plain)));
                }
                pieces.push(Piece::Slot(*slot));
            }
            Some(_) => {
                sound = false;
                let message = format!("a finding on a {} has no `{{{name}}}`", unit_name(unit));
                report(range, message, format!("it has {}", or_list(available(unit))));
            }
            None => {
                sound = false;
                let help = match nearest(name, available(unit)) {
                    Some(near) => format!("did you mean `{{{near}}}`?"),
                    None => format!("it can be {}", or_list(available(unit))),
                };
                report(range, format!("unknown placeholder `{{{name}}}`"), help);
            }
        }
    }
    plain.push_str(&text[at..]);
    if !plain.is_empty() {
        pieces.push(Piece::Text(plain));
    }
    sound.then_some(Message { pieces })
}

fn available(unit: Unit) -> impl Iterator<Item = &'static str> {
    SLOTS.iter().filter(move |(_, _, units)| units.contains(&unit)).map(|(name, _, _)| *name)
}
