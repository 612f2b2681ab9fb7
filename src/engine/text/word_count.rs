//! How many words a text has, without cutting most of them out.

use super::word::{Words, ascii_word};

/// Bytes counted in one go: whole vector registers.
const STEP: usize = 64;

/// How many [`words`](super::words) `text` has: where there are `enough` or more, that there are so many at least.
pub fn count_words(text: &str, enough: usize) -> usize {
    let mut words = Words::of(text);
    let mut count = 0;
    while count < enough {
        count += match words.take_ascii() {
            Some(ascii) => count_ascii(ascii, enough - count),
            None if words.next().is_some() => 1,
            None => break,
        };
    }
    count
}

/// How many words the ASCII text `bytes` has, `enough` being enough: as many as there are letters or digits after
/// neither, less the marks that join two of them.
fn count_ascii(bytes: &[u8], enough: usize) -> usize {
    if memchr::memchr(b'_', bytes).is_some() {
        // Belongs to words, and is none by itself.
        let (mut at, mut count) = (0, 0);
        while let Some((_, end)) = ascii_word(bytes, at, bytes.len()) {
            (at, count) = (end, count + 1);
        }
        return count;
    }
    // A mark that joins follows a run that has begun: there are never more of them.
    let (mut begun, mut joined) = (0, 0);
    // A step with the bytes before and behind it; spaces stand where there is no text.
    let mut window = [b' '; STEP + 2];
    let mut rest = bytes;
    while !rest.is_empty() && begun - joined < enough {
        window[0] = window[STEP];
        let seen = rest.len().min(STEP + 1);
        window[1..=seen].copy_from_slice(&rest[..seen]);
        if seen <= STEP {
            window[seen + 1..].fill(b' ');
        }
        let (more, marks) = count_in(&window);
        (begun, joined) = (begun + more, joined + marks);
        rest = rest.get(STEP..).unwrap_or_default();
    }
    begun - joined
}

/// How many runs of letters and digits begin in a window, its first and its last byte not counted, and how many marks
/// join such a run to the next.
fn count_in(window: &[u8; STEP + 2]) -> (usize, usize) {
    let (mut begun, mut joined) = (0_u8, 0_u8);
    // Without branches, so that many bytes are counted at once.
    for at in 0..STEP {
        let [before, byte, after] = [window[at], window[at + 1], window[at + 2]];
        begun += u8::from(is_alphanumeric(byte) & !is_alphanumeric(before));
        joined += u8::from(joins(before, byte, after));
    }
    (begun.into(), joined.into())
}

/// Whether `mark` stands inside a word: [`ascii_joins`](super::ascii_joins), free of branches.
#[inline]
fn joins(before: u8, mark: u8, after: u8) -> bool {
    let of_both = (mark == b'\'') | (mark == b'.');
    let digits = is_digit(before) & is_digit(after) & (of_both | (mark == b',') | (mark == b';'));
    let letters = is_letter(before) & is_letter(after) & (of_both | (mark == b':'));
    digits | letters
}

#[inline]
fn is_alphanumeric(byte: u8) -> bool {
    is_letter(byte) | is_digit(byte)
}

#[inline]
fn is_letter(byte: u8) -> bool {
    (byte | 0x20).wrapping_sub(b'a') < 26
}

#[inline]
fn is_digit(byte: u8) -> bool {
    byte.wrapping_sub(b'0') < 10
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::text::words;

    proptest! {
        #[test]
        fn as_many_as_are_cut_out(
            text in "([a-cA-C01]{1,5}[ '._:,;-]{0,2}){0,40}|([a-c ]{0,40}[é’中か\u{301}]{0,2}[a-c01.,_' ]{0,9}){0,6}|\\PC{0,40}|[ -~]{0,200}",
            enough in 0..50_usize,
        ) {
            let all = words(&text).count();
            prop_assert_eq!(count_words(&text, usize::MAX), all);
            let count = count_words(&text, enough);
            prop_assert!((enough.min(all)..=all).contains(&count), "{count} of {all}");
        }
    }

    #[test]
    fn at_the_edge_of_a_step_too() {
        for shift in 0..2 * STEP {
            for text in ["a.b 1,2 a,b 1:2 c:d e' 'f g;h 3;4", "a_b __ _ c._d", "don't x.", "a"] {
                let text = format!("{}{text}", " ".repeat(shift));
                assert_eq!(count_words(&text, usize::MAX), words(&text).count(), "{text:?}");
            }
        }
    }
}
