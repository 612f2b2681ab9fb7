//! UTF-16: its two byte orders, and how to tell it where no byte order mark does.

use super::{
    Script, ScriptCounts,
    ascii::count_bytes,
    decode::{DAMAGE_ONE_IN, Decoded, Original, c1_controls, is_control},
    encoding::Encoding,
    split::Span,
};

/// The order of the two bytes of a unit.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum ByteOrder {
    Little,
    Big,
}

impl ByteOrder {
    /// The byte order mark.
    pub(super) fn mark(self) -> &'static [u8] {
        match self {
            Self::Little => b"\xFF\xFE",
            Self::Big => b"\xFE\xFF",
        }
    }

    fn unit(self, bytes: [u8; 2]) -> u16 {
        match self {
            Self::Little => u16::from_le_bytes(bytes),
            Self::Big => u16::from_be_bytes(bytes),
        }
    }
}

/// UTF-16 read unit by unit.
#[derive(Debug)]
pub(super) struct Units {
    order: ByteOrder,
    pub(super) text: String,
    lines: Vec<Span>,
    raw_lines: Vec<Span>,
    /// Lone surrogates, non-characters, and a last odd byte.
    pub(super) damaged: usize,
    /// Characters of private use: the signs of icon fonts, and half of what other bytes look like.
    private: usize,
}

impl Units {
    /// The text that these bytes are.
    pub(super) fn into_decoded(self, raw: Vec<u8>, bom: bool) -> Decoded {
        let name = match self.order {
            ByteOrder::Little => "utf-16le",
            ByteOrder::Big => "utf-16be",
        };
        Decoded {
            encoding: Encoding { name, bom, guessed: !bom },
            text: self.text,
            original: Some(Original { raw, lines: self.raw_lines }),
            lines: self.lines,
        }
    }

    /// What no text has.
    fn faults(&self) -> usize {
        self.damaged + self.text.bytes().filter(|&byte| is_control(byte)).count() + c1_controls(&self.text)
    }

    /// Nothing speaks against it.
    fn is_flawless(&self) -> bool {
        self.damaged + self.private == 0 && !self.text.bytes().any(is_control)
    }

    /// Whether most letters are ideographs.
    fn is_of_ideographs(&self) -> bool {
        let scripts = ScriptCounts::of(&self.text);
        scripts.count(Script::HAN) * 2 > scripts.letters()
    }

    /// Few faults, and letters of few scripts: any bytes are letters of many.
    fn is_plausible(&self) -> bool {
        let characters = self.text.chars().count();
        let scripts = ScriptCounts::of(&self.text);
        let most: usize = scripts.iter().take(SCRIPTS).map(|(_, letters)| letters).sum();
        self.faults() <= 1 + characters / DAMAGE_ONE_IN
            && self.private * PRIVATE_ONE_IN <= characters
            && most * 20 >= scripts.letters() * 19
    }
}

/// Scripts that nineteen in twenty letters of a text are of: two languages, one of them with two scripts (kana count as one).
const SCRIPTS: usize = 3;

/// A text has at most one character of private use in this many.
const PRIVATE_ONE_IN: usize = 10;

/// Line ends, the space, and the full stop and comma of Chinese: hardly a text is without. With their bytes exchanged they are
/// no characters, or such as hardly a text has (U+0A00, U+0D00, U+2000, U+0230, U+0CFF).
const LANDMARKS: [u16; 5] = [0x000A, 0x000D, 0x0020, 0x3002, 0xFF0C];

/// Reads UTF-16 without a byte order mark; `None` where the bytes are something else. Text without a NUL is not UTF-16
/// to us, though long lines of Chinese might be.
pub(super) fn unmarked(raw: &[u8]) -> Option<Units> {
    memchr::memchr(0, raw)?;
    let is_utf8 = std::str::from_utf8(raw).is_ok();
    let by_nuls = order_by_nuls(raw, is_utf8);
    let of_nuls = by_nuls.and_then(|order| read(raw, order, 0)).filter(Units::is_flawless);
    if let Some(units) = of_nuls.filter(|units| !is_other_text(raw, units)) {
        return Some(units);
    }
    let order = by_nuls.filter(|_| is_utf8).or_else(|| order_by_landmarks(raw))?;
    let units = read(raw, order, 0).filter(|units| units.is_plausible() && !is_other_text(raw, units))?;
    // Cyrillic is valid UTF-8 so. But ASCII with a NUL behind some letters reads well as ideographs.
    (!is_utf8 || !units.is_of_ideographs()).then_some(units)
}

/// UTF-16 has a NUL for each ASCII character, all on one side of its units, and few on the other (such as the
/// low byte of 一, U+4E00). Bytes that are valid UTF-8 too (ASCII with NULs between) must be NULs on that side nearly
/// everywhere.
fn order_by_nuls(raw: &[u8], is_utf8: bool) -> Option<ByteOrder> {
    let units = raw.len() / 2;
    let on = |side: usize| raw.chunks_exact(2).filter(|pair| pair[side] == 0).count();
    let (first, second) = (on(0), on(1));
    let (order, most, least) =
        if second > first { (ByteOrder::Little, second, first) } else { (ByteOrder::Big, first, second) };
    let enough = if is_utf8 { most * 10 >= units * 7 } else { most * 100 >= units };
    (enough && least * 4 <= most).then_some(order)
}

fn landmarks(raw: &[u8], order: ByteOrder) -> usize {
    raw.chunks_exact(2).filter(|pair| LANDMARKS.contains(&order.unit([pair[0], pair[1]]))).count()
}

fn order_by_landmarks(raw: &[u8]) -> Option<ByteOrder> {
    let units = raw.len() / 2;
    let (little, big) = (landmarks(raw, ByteOrder::Little), landmarks(raw, ByteOrder::Big));
    let (order, most, least) =
        if little > big { (ByteOrder::Little, little, big) } else { (ByteOrder::Big, big, little) };
    (most * 100 >= units && least * 4 <= most).then_some(order)
}

/// Whether the bytes are more likely text in bytes, or numbers, with NULs strewn in. Nearly all pairs of bytes are
/// characters of UTF-16, so what reads without fault may still be none. Where NULs are a third of all bytes, as in text
/// mostly of ASCII, there is no doubt.
fn is_other_text(raw: &[u8], units: &Units) -> bool {
    let nuls = count_bytes(raw, |byte| byte == 0);
    if nuls * 3 >= raw.len() {
        return false;
    }
    let scripts = ScriptCounts::of(&units.text);
    let most_are = |script: Script| scripts.count(script) * 2 > scripts.letters();
    // Of kana every other byte is an ASCII 0, and of hiragana most of the others are letters.
    let printable = count_bytes(raw, |byte| matches!(byte, b' '..=b'~' | b'\t' | b'\n' | b'\r'));
    if printable * 10 >= (raw.len() - nuls) * 9 && !most_are(Script::JAPANESE) {
        return true;
    }
    let landmarks = landmarks(raw, units.order);
    // Korean has spaces between words; GBK and EUC-KR are Hangul throughout to who reads them as UTF-16.
    let too_few = if most_are(Script::HANGUL) { landmarks * 20 < raw.len() / 2 } else { landmarks == 0 && nuls < 2 };
    too_few || lone_spaces(raw) > 1 + raw.len() / 20
}

/// Units with the byte of a space in them that are neither a space nor, as U+2014, punctuation. Of text in bytes it is
/// one in ten; of UTF-16 it is a rare letter.
fn lone_spaces(raw: &[u8]) -> usize {
    let is_lone = |pair: &&[u8]| match **pair {
        [b' ', other] | [other, b' '] => other >= b'A',
        _ => false,
    };
    raw.chunks_exact(2).filter(is_lone).count()
}

/// Reads bytes from an offset on.
pub(super) fn read(raw: &[u8], order: ByteOrder, from: usize) -> Option<Units> {
    let body = raw.get(from..)?;
    let mut read = Units {
        order,
        text: String::with_capacity(body.len()),
        lines: Vec::new(),
        raw_lines: Vec::new(),
        damaged: 0,
        private: 0,
    };
    let units = body.chunks_exact(2).map(|pair| order.unit([pair[0], pair[1]]));
    let mut characters = char::decode_utf16(units).peekable();
    let (mut at, mut start, mut raw_start) = (from, 0, from);
    while let Some(unit) = characters.next() {
        let is_lone = unit.is_err();
        let c = unit.unwrap_or(char::REPLACEMENT_CHARACTER);
        read.damaged += usize::from(is_lone || matches!(c, '\u{FFFE}' | '\u{FFFF}'));
        read.private += usize::from(matches!(c, '\u{E000}'..='\u{F8FF}'));
        let (end, raw_end) = (read.text.len(), at);
        read.text.push(c);
        at += 2 * c.len_utf16();
        if c == '\r' && characters.next_if_eq(&Ok('\n')).is_some() {
            read.text.push('\n');
            at += 2;
        }
        if matches!(c, '\n' | '\r' | '\x0c' | '\u{85}') {
            read.lines.push(Span::new(start, end));
            read.raw_lines.push(Span::new(raw_start, raw_end));
            (start, raw_start) = (read.text.len(), at);
        }
    }
    if at < raw.len() {
        read.damaged += 1;
        read.text.push(char::REPLACEMENT_CHARACTER);
    }
    if raw_start < raw.len() {
        read.lines.push(Span::new(start, read.text.len()));
        read.raw_lines.push(Span::new(raw_start, raw.len()));
    }
    Some(read)
}
