//! Where lines end: at `\n`, `\r\n`, a lone `\r`, a form feed and, in Unicode text, NEL (U+0085).
//! Vertical tab, U+2028 and U+2029 stand inside lines.

use std::ops::Range;

use memchr::{memchr_iter, memchr2, memchr3_iter, memmem};

/// A line's offsets, its terminator excluded; the terminator reaches to the next line's start.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Span {
    /// First byte.
    pub(super) start: u32,
    /// One past the last byte of the line's text.
    pub(super) end: u32,
}

impl Span {
    /// From offsets below [`super::decode::LONGEST`] or what decoding makes of them.
    pub(super) fn new(start: usize, end: usize) -> Self {
        // Lengths are checked before decoding, so neither saturates.
        let narrow = |offset| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { start: narrow(start), end: narrow(end) }
    }

    /// As a range to slice with.
    pub(super) fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// NEL in UTF-8.
const NEL: [u8; 2] = [0xC2, 0x85];

/// Splits `bytes[from..]` in an encoding in which line ends are the ASCII bytes and no multi-byte
/// character holds one. `nel`: the bytes are UTF-8, so NEL ends lines too. A final terminator opens no further line.
pub(super) fn split(bytes: &[u8], from: usize, nel: bool) -> Vec<Span> {
    let mut start = from;
    let nel = nel && memmem::find(bytes, &NEL).is_some();
    if !nel && memchr2(b'\r', b'\x0c', bytes).is_none() {
        // Nearly all text.
        let mut spans = Vec::with_capacity(memchr_iter(b'\n', bytes).count() + 1);
        for end in memchr_iter(b'\n', bytes) {
            if end >= from {
                spans.push(Span::new(start, end));
                start = end + 1;
            }
        }
        if start < bytes.len() {
            spans.push(Span::new(start, bytes.len()));
        }
        return spans;
    }
    split_at_any(bytes, from, nel)
}

/// The same for any line ends. Either kind is looked for once from front to back, however many there are of the other.
fn split_at_any(bytes: &[u8], from: usize, nel: bool) -> Vec<Span> {
    let mut spans = Vec::new();
    let mut start = from;
    let mut ascii = memchr3_iter(b'\n', b'\r', b'\x0c', bytes).peekable();
    let mut nels = memmem::find_iter(if nel { bytes } else { &[] }, &NEL).peekable();
    while start < bytes.len() {
        // The second half of a `\r\n`.
        while ascii.next_if(|&at| at < start).is_some() {}
        let (end, next) = match (ascii.peek(), nels.peek()) {
            (Some(&at), nel) if nel.is_none_or(|&nel| at < nel) => {
                ascii.next();
                (at, at + if bytes[at..].starts_with(b"\r\n") { 2 } else { 1 })
            }
            (_, Some(&at)) => {
                nels.next();
                (at, at + NEL.len())
            }
            (_, None) => (bytes.len(), bytes.len()),
        };
        spans.push(Span::new(start, end));
        start = next;
    }
    spans
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn plain_line_ends_are_found_as_any_are(text in "([a-c\n]{0,20}[é\n]){0,9}[\r\x0c\u{85}]?[a\n]{0,5}", from in 0..2_usize) {
            let bytes = text.as_bytes();
            for nel in [false, true] {
                prop_assert_eq!(split(bytes, from.min(bytes.len()), nel), split_at_any(bytes, from.min(bytes.len()), nel));
            }
        }
    }
}
