//! Where lines end: at `\n`, `\r\n`, a lone `\r`, a form feed and, in Unicode text, NEL (U+0085).
//! Vertical tab, U+2028 and U+2029 stand inside lines.

use std::ops::Range;

use memchr::{memchr3_iter, memmem};

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
///
/// Either kind of line end is looked for once from front to back, however many there are of the other.
pub(super) fn split(bytes: &[u8], from: usize, nel: bool) -> Vec<Span> {
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
