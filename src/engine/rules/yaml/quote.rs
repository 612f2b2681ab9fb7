//! From a byte of a scalar's text back to the byte it was written as.

use std::ops::Range;

use super::{Node, Style, Value};
use crate::engine::diagnostic::Place;

/// The place of `range` of the scalar's text; `None` where the scalar is not written on one line.
pub(super) fn inside(node: &Node, text: &str, range: Range<usize>) -> Option<Place> {
    let Value::Scalar(scalar) = &node.value else { return None };
    let written = text.get(node.place.start as usize..node.place.end as usize)?;
    let map = match scalar.style {
        Style::Plain if written == scalar.text => None,
        Style::Single => Some(single(written.strip_prefix('\'')?.strip_suffix('\'')?, &scalar.text)?),
        Style::Double => Some(double(written.strip_prefix('"')?.strip_suffix('"')?, &scalar.text)?),
        Style::Plain | Style::Block => return None,
    };
    let at = |offset: usize| match &map {
        None => Some(offset),
        Some(map) => map.iter().rev().find(|(from, _)| *from <= offset).map(|(from, to)| 1 + to + (offset - from)),
    };
    let start = node.place.start + u32::try_from(at(range.start)?).ok()?;
    let end = node.place.start + u32::try_from(at(range.end)?).ok()?;
    (end <= node.place.end).then_some(Place { source: node.place.source, start, end: end.max(start) })
}

/// Pairs of offsets (text, written); between two of them both run alike.
type Map = Vec<(usize, usize)>;

fn single(written: &str, text: &str) -> Option<Map> {
    let mut map = vec![(0, 0)];
    let mut decoded = String::with_capacity(text.len());
    let mut rest = written;
    while let Some(quote) = rest.find("''") {
        decoded.push_str(&rest[..=quote]);
        rest = &rest[quote + 2..];
        map.push((decoded.len(), written.len() - rest.len()));
    }
    decoded.push_str(rest);
    (decoded == text).then_some(map)
}

fn double(written: &str, text: &str) -> Option<Map> {
    let mut map = vec![(0, 0)];
    let mut decoded = String::with_capacity(text.len());
    let mut rest = written;
    while let Some(slash) = rest.find('\\') {
        decoded.push_str(&rest[..slash]);
        let escape = rest[slash + 1..].chars().next()?;
        let digits = match escape {
            'x' => 2,
            'u' => 4,
            'U' => 8,
            _ => 0,
        };
        let length = 1 + escape.len_utf8() + digits;
        let escaped = rest.get(slash + 2..slash + length);
        let found = match escape {
            'x' | 'u' | 'U' => char::from_u32(u32::from_str_radix(escaped?, 16).ok()?)?,
            'n' => '\n',
            't' => '\t',
            'r' => '\r',
            '0' => '\0',
            'e' => '\x1B',
            '_' => '\u{A0}',
            '"' | '\\' | '/' | ' ' => escape,
            _ => return None,
        };
        map.push((decoded.len(), written.len() - rest.len() + slash));
        decoded.push(found);
        rest = &rest[slash + length..];
        map.push((decoded.len(), written.len() - rest.len()));
    }
    decoded.push_str(rest);
    (decoded == text).then_some(map)
}
