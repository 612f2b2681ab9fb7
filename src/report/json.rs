//! JSON objects, appended to a buffer. What serde_json writes byte by byte, a document's many findings above all, is
//! copied here in whole strings; everything else is left to serde_json, and so is every string that needs escapes.

use serde::Serialize;
use serde_json::Value;

/// An object that is being written.
#[derive(Debug)]
pub(super) struct Object<'o> {
    out: &'o mut Vec<u8>,
    begun: bool,
}

impl<'o> Object<'o> {
    /// Begins an object at the end of `out`.
    pub(super) fn begin(out: &'o mut Vec<u8>) -> Self {
        out.push(b'{');
        Self { out, begun: false }
    }

    /// A name, which must need no escapes; its value is to be appended to what comes back.
    #[inline]
    pub(super) fn name(&mut self, name: &str) -> &mut Vec<u8> {
        raw(self.out, [if self.begun { ",\"" } else { "\"" }, name, "\":"]);
        self.begun = true;
        self.out
    }

    /// A string.
    #[inline]
    pub(super) fn string(&mut self, name: &str, text: &str) {
        string(self.name(name), text);
    }

    /// A whole number.
    pub(super) fn number(&mut self, name: &str, number: u64) {
        digits(self.name(name), number);
    }

    /// A string, or null.
    pub(super) fn string_or_null(&mut self, name: &str, text: Option<&str>) {
        match text {
            Some(text) => self.string(name, text),
            None => raw(self.name(name), ["null"]),
        }
    }

    /// Anything.
    pub(super) fn any(&mut self, name: &str, value: &impl Serialize) {
        any(self.name(name), value);
    }

    /// Ends the object.
    pub(super) fn end(self) {
        self.out.push(b'}');
    }
}

/// Appends an array.
pub(super) fn array<T>(out: &mut Vec<u8>, items: impl IntoIterator<Item = T>, mut item: impl FnMut(&mut Vec<u8>, T)) {
    out.push(b'[');
    for (place, value) in items.into_iter().enumerate() {
        if place > 0 {
            out.push(b',');
        }
        item(out, value);
    }
    out.push(b']');
}

/// Appends a string.
pub(super) fn string(out: &mut Vec<u8>, text: &str) {
    // Without a way out of the loop, which lets it be done many bytes at a time.
    let needs_escapes = text.bytes().fold(false, |so_far, byte| so_far | matches!(byte, 0..=0x1f | b'"' | b'\\'));
    if needs_escapes {
        any(out, text);
    } else {
        raw(out, ["\"", text, "\""]);
    }
}

/// Appends pieces of which none needs escapes, quotation marks included where there must be any.
#[inline]
pub(super) fn raw<const N: usize>(out: &mut Vec<u8>, pieces: [&str; N]) {
    out.reserve(pieces.iter().map(|piece| piece.len()).sum());
    pieces.iter().for_each(|piece| out.extend_from_slice(piece.as_bytes()));
}

/// Appends a whole number, or null.
pub(super) fn number_or_null(out: &mut Vec<u8>, number: Option<u64>) {
    match number {
        Some(number) => digits(out, number),
        None => raw(out, ["null"]),
    }
}

/// Appends a value.
pub(super) fn value(out: &mut Vec<u8>, found: &Value) {
    match found {
        Value::String(text) => string(out, text),
        Value::Array(items) => array(out, items, value),
        Value::Number(number) => match number.as_u64() {
            Some(number) => digits(out, number),
            None => any(out, number),
        },
        other => any(out, other),
    }
}

fn any(out: &mut Vec<u8>, value: &(impl Serialize + ?Sized)) {
    // Writing to memory and serializing strings, numbers and maps with string keys cannot fail.
    let _ = serde_json::to_writer(out, value);
}

fn digits(out: &mut Vec<u8>, number: u64) {
    let mut places = [0; 20];
    let mut first = places.len();
    let mut rest = number;
    loop {
        first -= 1;
        places[first] = b'0' + u8::try_from(rest % 10).unwrap_or_default();
        rest /= 10;
        if rest == 0 {
            break;
        }
    }
    out.extend_from_slice(&places[first..]);
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;

    proptest! {
        #[test]
        fn values_are_written_as_serde_json_does(
            text in prop_oneof![r"\PC{0,40}", "(?s).{0,40}", "[\"\\\\\0-\x1f\x7fa]{0,9}"],
            number in 0..=u64::MAX,
            small in 0..200_u64,
            part in prop::num::f64::NORMAL | prop::num::f64::ZERO,
            sign in i64::MIN..=i64::MAX,
        ) {
            let values = json!([text, number, small, part, sign, null, true, [], [text, [small]], {"a": text}]);
            let mut out = Vec::new();
            value(&mut out, &values);
            prop_assert_eq!(String::from_utf8(out).unwrap(), values.to_string());
        }
    }

    #[test]
    fn objects_part_their_members() {
        let mut out = Vec::new();
        let mut object = Object::begin(&mut out);
        object.string("a", "b");
        object.number("c", 0);
        number_or_null(object.name("d"), None);
        object.string_or_null("e", None);
        object.any("f", &[1, 2]);
        object.end();
        assert_eq!(out, br#"{"a":"b","c":0,"d":null,"e":null,"f":[1,2]}"#);
        let mut empty = Vec::new();
        Object::begin(&mut empty).end();
        assert_eq!(empty, b"{}");
    }
}
