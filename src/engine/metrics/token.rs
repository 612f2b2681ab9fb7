//! Tokens: the words of a text and the marks between them.
//!
//! Most bytes of most texts are ASCII, where eight at a time tell how far a word goes; ideographs, kana and the marks
//! between them mostly stand by themselves. What is left is cut by the general rules.

use super::hash::hash;
use crate::engine::text::{
    Letter, ascii_joins, breaks_before,
    eight::{EIGHT, alphanumeric_run, first, leading_alphanumeric, load},
    lone_at, stands_apart, words,
};

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters and digits.
    Word,
    /// A punctuation mark or symbol, or a run of full stops or hyphens.
    Mark,
}

/// A token of a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Token {
    /// Where it stands, in bytes.
    pub(super) start: usize,
    pub(super) end: usize,
    pub(super) kind: Kind,
    /// The same for equal tokens, and (as good as always) another for others.
    pub(super) key: u64,
    /// Whether all its characters are of ASCII.
    pub(super) is_ascii: bool,
}

/// Calls `each` with every token of `text`, in order.
#[inline]
pub(super) fn tokens(text: &str, mut each: impl FnMut(Token)) {
    let bytes = text.as_bytes();
    // Everything before is done.
    let mut at = 0;
    // Tokens before `at` that were cut by the general rules, the last first.
    let mut cut: Vec<Token> = Vec::new();
    loop {
        // One place that calls, so that what is called can be a part of the loop.
        each(match cut.pop() {
            Some(token) => token,
            None => {
                let Some(&byte) = bytes.get(at) else { return };
                let token = match Byte::of(byte) {
                    Byte::Space => {
                        at += 1;
                        continue;
                    }
                    Byte::Alphanumeric => word(text, at),
                    Byte::Mark => mark(text, at),
                    Byte::Other => single(text, at),
                    Byte::Underscore => None,
                };
                let Some(token) = token else {
                    at = cut_generally(text, at, &mut cut);
                    continue;
                };
                // Mostly a space follows, which needs no turn of its own.
                at = token.end + usize::from(bytes.get(token.end) == Some(&b' '));
                token
            }
        });
    }
}

/// Cuts by the general rules from `from` to the next place where there is a break whatever stands around it: before white
/// space or an ideograph. Begins with the white space before, to which a character here may belong. Answers where it ended.
#[cold]
fn cut_generally(text: &str, from: usize, cut: &mut Vec<Token>) -> usize {
    let bytes = text.as_bytes();
    let is_space = |byte: &u8| Byte::of(*byte) == Byte::Space;
    let start = bytes.iter().take(from).rposition(|byte| !is_space(byte)).map_or(0, |last| last + 1);
    let breaks = |at: &usize| bytes.get(*at).is_some_and(is_space) || Letter::at(bytes, *at) == Some(Letter::Ideograph);
    let end = (from + 1..bytes.len()).find(breaks).unwrap_or(bytes.len());
    plain_tokens(text.get(start..end).unwrap_or_default(), |token, kind| {
        // A token is a part of the text, so the distance of their addresses is its place.
        let start = (token.as_ptr() as usize).wrapping_sub(text.as_ptr() as usize);
        let end = start + token.len();
        let key = key_of(bytes, start, end, load(bytes, start));
        cut.push(Token { start, end, kind, key, is_ascii: token.is_ascii() });
    });
    cut.reverse();
    end
}

/// What a byte is where tokens are cut.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Byte {
    Space,
    Alphanumeric,
    /// A token of its own, save for full stops and hyphens.
    Mark,
    /// Part of a word or a mark, by what is beside it.
    Underscore,
    /// Part of a character beyond ASCII.
    Other,
}

impl Byte {
    #[inline]
    fn of(byte: u8) -> Self {
        const KINDS: [Byte; 256] = {
            let mut kinds = [Byte::Mark; 256];
            let mut byte = 0;
            while byte < 256 {
                kinds[byte] = match byte as u8 {
                    b' ' | b'\t'..=b'\r' => Byte::Space,
                    b'0'..=b'9' | b'a'..=b'z' | b'A'..=b'Z' => Byte::Alphanumeric,
                    b'_' => Byte::Underscore,
                    128.. => Byte::Other,
                    _ => Byte::Mark,
                };
                byte += 1;
            }
            kinds
        };
        KINDS[usize::from(byte)]
    }
}

/// Whether a word may go on with a byte that is no letter or digit.
#[inline]
fn may_go_on(byte: u8) -> bool {
    const MAY: [bool; 256] = {
        let mut may = [false; 256];
        let mut byte = 0;
        while byte < 256 {
            may[byte] = matches!(byte as u8, b'_' | b'\'' | b'.' | b':' | b',' | b';' | 128..);
            byte += 1;
        }
        may
    };
    MAY[usize::from(byte)]
}

/// The word that begins at `start` with a letter or digit; none where other characters have a say in where it ends.
#[inline]
fn word(text: &str, start: usize) -> Option<Token> {
    let bytes = text.as_bytes();
    let eight = load(bytes, start);
    let length = leading_alphanumeric(eight);
    let mut end = start + length;
    if length == EIGHT {
        end += alphanumeric_run(bytes, end);
    }
    if bytes.get(end).is_some_and(|&next| may_go_on(next)) {
        end = go_on(text, end)?;
    }
    Some(Token { start, end, kind: Kind::Word, key: key_of(bytes, start, end, eight), is_ascii: true })
}

/// Where a word ends that reaches at least to `end`.
fn go_on(text: &str, mut end: usize) -> Option<usize> {
    let bytes = text.as_bytes();
    while let Some(&next) = bytes.get(end) {
        let after = bytes.get(end + 1).is_some_and(|byte| !byte.is_ascii());
        match next {
            128.. if breaks_before(text, end) => break,
            128.. => return None,
            b'_' => {}
            _ if may_go_on(next) && after && breaks_before(text, end + 1) => break,
            _ if may_go_on(next) && after => return None,
            _ if ascii_joins(bytes, end, next) => {}
            _ => break,
        }
        end += 1;
        end += alphanumeric_run(bytes, end);
    }
    Some(end)
}

/// The mark that begins at `start`; none where other characters have a say.
#[inline]
fn mark(text: &str, start: usize) -> Option<Token> {
    let bytes = text.as_bytes();
    let first = *bytes.get(start)?;
    let mut end = start + 1;
    if matches!(first, b'.' | b'-') {
        end += bytes.get(end..)?.iter().take_while(|&&byte| byte == first).count();
    }
    if bytes.get(end).is_some_and(|next| !next.is_ascii()) && !stands_apart(text, end) {
        return None;
    }
    let key = if end == start + 1 { u64::from(first) } else { key(bytes.get(start..end)?) };
    Some(Token { start, end, kind: Kind::Mark, key, is_ascii: true })
}

/// The ideograph, kana or mark beyond ASCII at `start`; none where other characters have a say.
#[inline]
fn single(text: &str, start: usize) -> Option<Token> {
    let (length, is_word) = lone_at(text, start)?;
    let kind = if is_word { Kind::Word } else { Kind::Mark };
    let key = first(load(text.as_bytes(), start), length);
    Some(Token { start, end: start + length, kind, key, is_ascii: false })
}

/// The [`key`] of the token from `start` to `end`, with the eight bytes from `start` on.
#[inline]
fn key_of(bytes: &[u8], start: usize, end: usize, eight: u64) -> u64 {
    match end - start {
        length @ ..=EIGHT => first(eight, length),
        _ => hash(bytes.get(start..end).unwrap_or_default()),
    }
}

/// The key of a token: up to eight bytes are a number as they are. None ends in a NUL and has others before it.
pub(super) fn key(token: &[u8]) -> u64 {
    key_of(token, 0, token.len(), load(token, 0))
}

/// Calls `each` with every token of `text`, by the general rules.
pub(super) fn plain_tokens<'t>(text: &'t str, mut each: impl FnMut(&'t str, Kind)) {
    let mut done = 0;
    for word in words(text) {
        let start = (word.as_ptr() as usize).wrapping_sub(text.as_ptr() as usize);
        marks(text.get(done..start).unwrap_or_default(), &mut each);
        each(word, Kind::Word);
        done = start + word.len();
    }
    marks(text.get(done..).unwrap_or_default(), &mut each);
}

/// Calls `each` with every mark in the text between two words.
fn marks<'t>(gap: &'t str, each: &mut impl FnMut(&'t str, Kind)) {
    if matches!(gap, "" | " ") {
        return;
    }
    let mut at = 0;
    while let Some(first) = gap.get(at..).and_then(|rest| rest.chars().next()) {
        let mut end = at + first.len_utf8();
        if matches!(first, '.' | '-') {
            let run = gap.as_bytes().iter().skip(end).take_while(|byte| **byte == first as u8).count();
            end += run;
        }
        if !first.is_whitespace() {
            each(gap.get(at..end).unwrap_or_default(), Kind::Mark);
        }
        at = end;
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_short_way_cuts_the_same_tokens(
            text in "[a-cA-C01 '._:,;\n\t\u{b}/#-]{0,60}é?[ -~]{0,20}",
            more in "[a-zA-Z0-9 '._:,;\r\n…’“éñ漢字中文かなカナーｶ。、ก-ฮ\u{e31}-\u{e3a}\u{301}\u{345}\u{200d}\u{fe00}ㄱһа-я\u{5d0}-\u{5ea}\"\u{a0}\u{2003}-]{0,60}|\\PC{0,40}",
        ) {
            for text in [&text, &more, &format!("{text}{more}{text}")] {
                let (mut fast, mut plain) = (Vec::new(), Vec::new());
                tokens(text, |token| {
                    let part = &text[token.start..token.end];
                    assert_eq!(token.is_ascii, part.is_ascii());
                    fast.push((part, token.kind, token.key));
                });
                plain_tokens(text, |token, kind| plain.push((token, kind, key(token.as_bytes()))));
                prop_assert_eq!(fast, plain);
            }
        }
    }
}
