//! Which encoding are these bytes in, and what do they say?
//!
//! Order of trust: byte order mark, UTF-16 by its NUL bytes and line ends, valid UTF-8, UTF-8 with a few
//! damaged characters, then a guess among the legacy encodings.

use chardetng::{EncodingDetector, Iso2022JpDetection, Utf8Detection};
use encoding_rs::{ISO_2022_JP, UTF_8};

use super::{
    ascii::count_bytes,
    encoding::{Encoding, Unreadable},
    fold,
    split::{Span, split},
    utf16::{self, ByteOrder},
};

/// Longest input in bytes (1 GiB): what it decodes to stays below the 4 GiB that line offsets reach.
pub(super) const LONGEST: usize = 1 << 30;

/// More control characters than one, and one in this many bytes, make a file binary; fewer are stray bytes in a
/// text (a NUL of a crashed writer, a Ctrl-Z at the end), which stays readable and keeps them.
const CONTROL_ONE_IN: usize = 50;

/// More undecodable characters than one, and one in this many, make a text undecodable.
pub(super) const DAMAGE_ONE_IN: usize = 500;

/// How much of a file the detector of legacy encodings reads, in bytes: it costs a quarter of a microsecond each.
const GUESS_FROM: usize = 4 << 10;

/// A decoded text with its lines.
#[derive(Debug)]
pub(super) struct Decoded {
    /// What it was decoded from.
    pub(super) encoding: Encoding,
    /// The text; for valid UTF-8 the original bytes themselves, byte order mark included.
    pub(super) text: String,
    /// The original bytes and the lines' offsets in them, where they are not the text itself.
    pub(super) original: Option<Original>,
    /// The lines' offsets in `text`.
    pub(super) lines: Vec<Span>,
}

/// Bytes that are not UTF-8.
#[derive(Debug)]
pub(super) struct Original {
    /// As they arrived.
    pub(super) raw: Vec<u8>,
    /// The lines' offsets in `raw`.
    pub(super) lines: Vec<Span>,
}

/// Decodes `raw` and splits it into lines.
pub(super) fn decode(raw: Vec<u8>) -> Result<Decoded, Unreadable> {
    if raw.is_empty() {
        return Err(Unreadable::Empty);
    }
    if raw.len() > LONGEST {
        return Err(Unreadable::Undecodable);
    }
    if raw.iter().all(|&byte| byte == 0) {
        return Err(Unreadable::Nuls);
    }
    if has_binary_signature(&raw) {
        return Err(Unreadable::Binary);
    }
    let decoded = decode_text(raw)?;
    let from = if decoded.encoding.bom && decoded.original.is_none() { BOM_UTF8.len() } else { 0 };
    if is_blank(&decoded.text[from..]) { Err(Unreadable::Blank) } else { Ok(decoded) }
}

const BOM_UTF8: &[u8] = b"\xEF\xBB\xBF";

fn decode_text(raw: Vec<u8>) -> Result<Decoded, Unreadable> {
    if raw.starts_with(b"\xFF\xFE\0\0") || raw.starts_with(b"\0\0\xFE\xFF") {
        return Err(Unreadable::Undecodable); // UTF-32, which the encoding standard leaves out.
    }
    for order in [ByteOrder::Little, ByteOrder::Big] {
        if raw.starts_with(order.mark()) {
            return marked_utf16(raw, order);
        }
    }
    let bom = raw.starts_with(BOM_UTF8);
    if !bom && let Some(units) = utf16::unmarked(&raw) {
        return Ok(units.into_decoded(raw, false));
    }
    match String::from_utf8(raw) {
        Ok(text) => utf8(text, bom),
        Err(error) => not_utf8(error.into_bytes(), bom),
    }
}

/// Text that is valid UTF-8 as it stands.
fn utf8(text: String, bom: bool) -> Result<Decoded, Unreadable> {
    if has_many_controls(text.as_bytes()) {
        return Err(Unreadable::Binary);
    }
    if is_iso_2022_jp(text.as_bytes()) {
        return by_lines(text.into_bytes(), 0, ISO_2022_JP, Encoding::guessed(ISO_2022_JP));
    }
    let lines = split(text.as_bytes(), if bom { BOM_UTF8.len() } else { 0 }, true);
    Ok(Decoded { encoding: Encoding::utf8(bom), text, original: None, lines })
}

/// Bytes above ASCII that are not valid UTF-8.
fn not_utf8(raw: Vec<u8>, bom: bool) -> Result<Decoded, Unreadable> {
    if has_many_controls(&raw) {
        return Err(Unreadable::Binary);
    }
    if bom {
        return by_lines(raw, BOM_UTF8.len(), UTF_8, Encoding::utf8(true));
    }
    if is_damaged_utf8(&raw) {
        return by_lines(raw, 0, UTF_8, Encoding::guessed(UTF_8));
    }
    let guess = guess_legacy(&raw);
    by_lines(raw, 0, guess, Encoding::guessed(guess))
}

/// Guesses from the lines that have anything but ASCII in them.
fn guess_legacy(raw: &[u8]) -> &'static encoding_rs::Encoding {
    let mut detector = EncodingDetector::new(Iso2022JpDetection::Deny);
    let mut budget = GUESS_FROM;
    for line in raw.split_inclusive(|&byte| byte == b'\n').filter(|line| !line.is_ascii()) {
        let taken = &line[..line.len().min(budget)];
        detector.feed(taken, false);
        budget -= taken.len();
        if budget == 0 {
            break;
        }
    }
    // Not told that this is the end, since a cut character at the end of the sample is no error.
    detector.guess(None, Utf8Detection::Deny)
}

/// Decodes line by line, so that every line knows its original bytes. The encodings that come here are
/// ASCII-compatible, and a trail byte of a multi-byte character is never a line end.
fn by_lines(
    raw: Vec<u8>,
    from: usize,
    from_encoding: &'static encoding_rs::Encoding,
    encoding: Encoding,
) -> Result<Decoded, Unreadable> {
    let raw_lines = split(&raw, from, from_encoding == UTF_8);
    let mut text = String::with_capacity(raw.len() + raw.len() / 2);
    let mut lines = Vec::with_capacity(raw_lines.len());
    let mut damaged = 0;
    for (index, span) in raw_lines.iter().enumerate() {
        let start = text.len();
        let (line, malformed) = from_encoding.decode_without_bom_handling(&raw[span.range()]);
        if malformed {
            damaged += line.matches(char::REPLACEMENT_CHARACTER).count();
        }
        damaged += c1_controls(&line);
        text.push_str(&line);
        lines.push(Span::new(start, text.len()));
        let next = raw_lines.get(index + 1).map_or(raw.len(), |next| next.start as usize);
        // A terminator is ASCII, or NEL in bytes that are UTF-8 there.
        text.push_str(std::str::from_utf8(&raw[span.end as usize..next]).unwrap_or("\n"));
    }
    if damaged > 1 + text.len() / DAMAGE_ONE_IN {
        return Err(Unreadable::Undecodable);
    }
    Ok(Decoded { encoding, text, original: Some(Original { raw, lines: raw_lines }), lines })
}

/// C1 control characters: what single-byte decoding makes of bytes that no text has.
pub(super) fn c1_controls(line: &str) -> usize {
    line.as_bytes().windows(2).filter(|pair| pair[0] == 0xC2 && pair[1] < 0xA0 && pair[1] != 0x85).count()
}

/// At least nine in ten of the characters above ASCII are whole UTF-8: a cut file, or a stray byte. In a
/// legacy encoding almost none would be.
fn is_damaged_utf8(raw: &[u8]) -> bool {
    let (mut whole, mut broken) = (0_usize, 0_usize);
    for chunk in raw.utf8_chunks() {
        whole += chunk.valid().bytes().filter(|&byte| byte >= 0xC0).count();
        broken += usize::from(!chunk.invalid().is_empty());
    }
    whole >= 9 * broken
}

/// Seven-bit Japanese mail encoding: ASCII with escape sequences that switch to JIS.
fn is_iso_2022_jp(bytes: &[u8]) -> bool {
    memchr::memchr(0x1B, bytes).is_some()
        && (memchr::memmem::find(bytes, b"\x1B$B").is_some() || memchr::memmem::find(bytes, b"\x1B$@").is_some())
        && bytes.is_ascii()
        && ISO_2022_JP.decode_without_bom_handling_and_without_replacement(bytes).is_some()
}

/// UTF-16 behind its byte order mark.
fn marked_utf16(raw: Vec<u8>, order: ByteOrder) -> Result<Decoded, Unreadable> {
    let units = utf16::read(&raw, order, order.mark().len()).ok_or(Unreadable::Undecodable)?;
    if units.damaged > 1 + units.text.len() / DAMAGE_ONE_IN {
        return Err(Unreadable::Undecodable);
    }
    if has_many_controls(units.text.as_bytes()) {
        return Err(Unreadable::Binary);
    }
    Ok(units.into_decoded(raw, true))
}

/// A control byte that plain text does not have. Terminal escapes, the backspace of overstruck manual
/// pages, tabs and line ends are text.
#[inline]
pub(super) fn is_control(byte: u8) -> bool {
    let is_text = (byte.wrapping_sub(0x08) <= 0x0D - 0x08) | (byte == 0x1B);
    ((byte < 0x20) & !is_text) | (byte == 0x7F)
}

fn has_many_controls(bytes: &[u8]) -> bool {
    count_bytes(bytes, is_control) > 1 + bytes.len() / CONTROL_ONE_IN
}

/// Formats whose first bytes name them, where those bytes could not begin a text.
fn has_binary_signature(raw: &[u8]) -> bool {
    const SIGNATURES: &[&[u8]] = &[
        b"%PDF-1.",
        b"%PDF-2.",
        b"PK\x03\x04",
        b"PK\x05\x06",
        b"\x89PNG",
        b"GIF87a",
        b"GIF89a",
        b"\xFF\xD8\xFF",
        b"\x1F\x8B",
        b"\x7FELF",
        b"BZh91AY&SY",
        b"\xFD7zXZ",
        b"7z\xBC\xAF\x27\x1C",
        b"Rar!\x1A\x07",
        b"\x28\xB5\x2F\xFD",
        b"OggS\0",
        b"fLaC\0",
        b"SQLite format 3\0",
        b"\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1",
        b"\0asm",
        b"\xCA\xFE\xBA\xBE",
        b"wOFF\0",
        b"wOF2\0",
    ];
    SIGNATURES.iter().any(|signature| raw.starts_with(signature))
        || (raw.starts_with(b"RIFF") && matches!(raw.get(8..12), Some(b"WEBP" | b"WAVE" | b"AVI ")))
        || raw.get(4..8) == Some(b"ftyp") && raw.starts_with(b"\0\0\0")
}

/// Nothing that could be seen.
fn is_blank(text: &str) -> bool {
    text.chars().all(|c| if c.is_ascii() { c <= ' ' || c == '\x7F' } else { fold::is_invisible(c) })
}
