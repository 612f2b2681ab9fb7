//! Folding for matching: case, width and compatibility forms, look-alike letters, invisible characters.
//!
//! Folding is a map from each character to zero or more characters, so that
//! `fold(a + b) == fold(a) + fold(b)`: a literal that occurs in a text also occurs folded in the folded text.
//!
//! What one character becomes, in this order:
//!
//! * white space of any kind, line ends included: one space; runs are not collapsed;
//! * control characters and invisible ones (zero-width, soft hyphen, variation selectors: Unicode's
//!   default-ignorable): nothing;
//! * curly quotes, primes and dashes: their ASCII form;
//! * everything else: its compatibility decomposition (NFKD; a Hangul syllable stays whole), in lower case by way of upper
//!   case (so that ß is ss, ς is σ, ı and İ are i), and each letter that looks like an ASCII letter is that letter
//!   (see [`super::lookalike`]).
//!
//! Limits of a map by characters: accents become combining marks of their own and stay, so é matches é however it was
//! typed, and not e; two marks on one letter that were typed in another order than the canonical one do not match;
//! a decomposed dotted capital I keeps its dot.

use regex_syntax::is_word_character;
use unicode_normalization::char::{decompose_compatible, is_combining_mark};

use super::{
    ascii::run_of,
    letter::{self, Letter},
    lookalike::{ascii_lookalike, is_ignorable},
    paged::{PAGE, Paged},
};

/// Folds `text`, appending to `out`.
pub fn fold(text: &str, out: &mut String) {
    let start = out.len();
    fold_but_case(text, out);
    out[start..].make_ascii_lowercase();
}

/// Folds `text`, appending to `out`, but leaves the letters of ASCII in their case: for pieces of one text, which is put
/// into lower case in one go. What else folds to ASCII is in lower case.
///
/// Answers whether it may have joined words: whether something that is no letter (to regular expressions, `\W`) became
/// letters or nothing, so that words end in the text where none ends in the folded one.
pub(super) fn fold_but_case(text: &str, out: &mut String) -> bool {
    let mut joins = false;
    let mut rest = text;
    while let Some(&byte) = rest.as_bytes().first() {
        let (run, after) = if is_plain_ascii(byte) {
            let run = run_of(rest.as_bytes(), |byte| !is_plain_ascii(byte));
            out.push_str(&rest[..run]);
            (run, &rest[run..])
        } else if byte.is_ascii() {
            if byte.is_ascii_whitespace() || byte == 0x0B {
                out.push(' ');
            } else {
                joins = true;
            }
            (1, &rest[1..])
        } else {
            let run = fold_beyond_ascii(rest, out, &mut joins);
            (run, &rest[run..])
        };
        debug_assert!(run > 0);
        rest = after;
    }
    joins
}

/// Whether a character leaves nothing to see: it folds to nothing or to a space.
pub(super) fn is_invisible(c: char) -> bool {
    FOLDED.get(c).text.trim_start_matches(' ').is_empty()
}

/// Printable ASCII and the space.
#[inline]
fn is_plain_ascii(byte: u8) -> bool {
    byte.wrapping_sub(b' ') < 0x5F
}

/// Folds the leading characters above ASCII, of which there is at least one; returns their bytes.
fn fold_beyond_ascii(text: &str, out: &mut String, joins: &mut bool) -> usize {
    // Characters that stay as they are go over in one copy.
    let (mut same_from, mut at) = (0, 0);
    while let Some(byte) = text.as_bytes().get(at).filter(|byte| !byte.is_ascii()) {
        // Hangul begins with a byte that few other characters do.
        if Letter::at(text.as_bytes(), at) == Some(Letter::Ideograph) || matches!(byte, 0xEB | 0xEC) {
            at += letter::BYTES;
            continue;
        }
        let Some(c) = text[at..].chars().next() else { break };
        let folded = FOLDED.get(c);
        *joins |= folded.joins_words;
        if !folded.stays {
            out.push_str(&text[same_from..at]);
            out.push_str(folded.text);
            same_from = at + c.len_utf8();
        }
        at += c.len_utf8();
    }
    out.push_str(&text[same_from..at]);
    at
}

static FOLDED: Paged<Folded> = Paged::new(make_page);

/// What a character becomes.
#[derive(Debug, Clone, Copy)]
struct Folded {
    text: &'static str,
    /// Whether that is the character itself.
    stays: bool,
    /// See [`fold_but_case`].
    joins_words: bool,
}

impl Folded {
    fn of(c: char, text: &'static str) -> Self {
        let is_of_word = |c: char| c.is_alphanumeric() || is_combining_mark(c);
        let joins_words = !is_word_character(c) && (text.is_empty() || text.contains(is_of_word));
        Self { text, stays: text.chars().eq([c]), joins_words }
    }
}

/// The foldings of the characters from `first` on. The text they are slices of lives as long as the program:
/// a page is made once, and all pages together have under a megabyte of it.
fn make_page(first: u32) -> Box<[Folded; PAGE]> {
    let mut text = String::new();
    let mut ends = [0; PAGE];
    for (end, code) in ends.iter_mut().zip(first..) {
        if let Some(c) = char::from_u32(code) {
            fold_char_slowly(c, &mut text);
        }
        *end = text.len();
    }
    let text: &'static str = Box::leak(text.into_boxed_str());
    Box::new(std::array::from_fn(|at| {
        let start = if at == 0 { 0 } else { ends[at - 1] };
        let c = char::from_u32(first + at as u32).unwrap_or_default();
        Folded::of(c, &text[start..ends[at]])
    }))
}

fn fold_char_slowly(c: char, out: &mut String) {
    if c.is_whitespace() || c == BRAILLE_BLANK {
        return out.push(' ');
    }
    if c.is_control() || is_ignorable(c) {
        return;
    }
    if let Some(ascii) = ascii_punctuation(c) {
        return out.push(ascii);
    }
    if c == 'İ' {
        return out.push('i');
    }
    let mut decomposed = Vec::new();
    if matches!(c, '\u{AC00}'..='\u{D7A3}') {
        decomposed.push(c);
    } else {
        decompose_compatible(c, |d| decomposed.push(d));
    }
    // A free-standing accent decomposes into a space and a mark, which would open a gap in the word.
    if decomposed.first() == Some(&' ') {
        decomposed = vec![c];
    }
    for d in decomposed {
        if d.is_whitespace() {
            out.push(' ');
        } else if let Some(ascii) = ascii_punctuation(d) {
            out.push(ascii);
        } else if !is_ignorable(d) {
            push_lower_case(d, out);
        }
    }
}

/// Shows as a space, though it counts as a symbol.
const BRAILLE_BLANK: char = '\u{2800}';

fn push_lower_case(c: char, out: &mut String) {
    // The capital ẞ has itself as upper case, hence lower case first.
    for lower in c.to_lowercase().flat_map(char::to_uppercase).flat_map(char::to_lowercase) {
        out.push(ascii_lookalike(lower).unwrap_or(lower));
    }
}

/// Quotes, primes and dashes that people and programs put for the ASCII ones.
fn ascii_punctuation(c: char) -> Option<char> {
    match c {
        '\u{2018}'..='\u{201B}'
        | '\u{2032}'
        | '\u{2035}'
        | '\u{02B9}'
        | '\u{02BC}'
        | '\u{02BB}'
        | '\u{00B4}'
        | '\u{FF07}' => Some('\''),
        '\u{201C}'..='\u{201F}' | '\u{2033}' | '\u{2036}' | '\u{02BA}' | '\u{FF02}' => Some('"'),
        '\u{2010}'..='\u{2015}' | '\u{2212}' | '\u{2E3A}' | '\u{2E3B}' | '\u{FE58}' | '\u{FE63}' | '\u{FF0D}' => {
            Some('-')
        }
        _ => None,
    }
}

/// Whether a text has nothing to see on it: white space and what is invisible.
pub fn is_blank(text: &str) -> bool {
    let mut folded = String::new();
    fold(text, &mut folded);
    folded.trim_start().is_empty()
}

#[cfg(test)]
#[path = "fold_tests.rs"]
mod tests;
