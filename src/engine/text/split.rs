//! Where lines end: at `\n`, `\r\n`, a lone `\r`, a form feed and, in Unicode text, NEL (U+0085).
//! Vertical tab, U+2028 and U+2029 stand inside lines.

use std::ops::Range;

use memchr::{memchr3, memmem};

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
    let nel = nel && memmem::find(bytes, &NEL).is_some();
    let mut spans = Vec::new();
    let mut start = from;
    while start < bytes.len() {
        let (end, next) = line_end(bytes, start, nel);
        spans.push(Span::new(start, end));
        start = next;
    }
    spans
}

/// The end of the line that begins at `start`, and where the next one begins.
fn line_end(bytes: &[u8], start: usize, nel: bool) -> (usize, usize) {
    let rest = &bytes[start..];
    let found = memchr3(b'\n', b'\r', b'\x0c', rest);
    let before = &rest[..found.unwrap_or(rest.len())];
    if nel && let Some(at) = memmem::find(before, &NEL) {
        return (start + at, start + at + NEL.len());
    }
    match found {
        None => (bytes.len(), bytes.len()),
        Some(at) if rest[at..].starts_with(b"\r\n") => (start + at, start + at + 2),
        Some(at) => (start + at, start + at + 1),
    }
}
