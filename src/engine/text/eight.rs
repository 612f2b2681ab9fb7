//! Eight bytes at a time, as one number.

/// Bytes in a number.
pub(in crate::engine) const EIGHT: usize = 8;

/// The eight bytes from `at` on, the first lowest; NULs beyond the end.
#[inline]
pub(in crate::engine) fn load(bytes: &[u8], at: usize) -> u64 {
    let rest = bytes.get(at..).unwrap_or_default();
    match rest.first_chunk::<EIGHT>() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => load_end(rest),
    }
}

/// Fewer than eight bytes, once at the end of each text.
#[cold]
#[inline(never)]
fn load_end(rest: &[u8]) -> u64 {
    rest.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte))
}

/// How many of the eight bytes are ASCII letters or digits, up to the first that is none.
#[inline]
pub(in crate::engine) fn leading_alphanumeric(eight: u64) -> usize {
    (!alphanumeric(eight) & all(0x80)).trailing_zeros() as usize / 8
}

/// How many of the eight bytes are ASCII letters, up to the first that is none; and these in lower case, the others NULs.
#[inline]
pub(in crate::engine) fn leading_letters(eight: u64) -> (usize, u64) {
    let letters = letters(eight);
    let length = (!letters & all(0x80)).trailing_zeros() as usize / 8;
    (length, first(lower_these(eight, letters), length))
}

/// Whether one of the eight bytes is white space of ASCII.
#[inline]
pub(in crate::engine) fn has_space(eight: u64) -> bool {
    from_to(eight, b' ', b' ') | from_to(eight, b'\t', b'\r') != 0
}

/// The first `length` of the eight bytes, the others NULs.
#[inline]
pub(in crate::engine) fn first(eight: u64, length: usize) -> u64 {
    eight & u64::MAX.checked_shr(64 - 8 * length as u32).unwrap_or(0)
}

/// The eight bytes, ASCII letters among them in lower case.
#[inline]
pub(in crate::engine) fn lower(eight: u64) -> u64 {
    lower_these(eight, letters(eight))
}

/// The eight bytes, in lower case those of which `letters` has the highest bit.
#[inline]
fn lower_these(eight: u64, letters: u64) -> u64 {
    // The highest bit of a letter's byte, where it is the third.
    eight | letters >> 2
}

/// How many ASCII letters and digits follow each other from `at` on.
#[inline]
pub(in crate::engine) fn alphanumeric_run(bytes: &[u8], at: usize) -> usize {
    let mut end = at;
    loop {
        let length = leading_alphanumeric(load(bytes, end));
        end += length;
        if length < EIGHT {
            return end - at;
        }
    }
}

/// The highest bit of each byte that is an ASCII letter or digit.
#[inline]
fn alphanumeric(eight: u64) -> u64 {
    letters(eight) | from_to(eight, b'0', b'9')
}

/// The highest bit of each byte that is an ASCII letter.
#[inline]
fn letters(eight: u64) -> u64 {
    // Capitals become small letters, and no other character of ASCII a letter.
    from_to(eight | all(0x20), b'a', b'z')
}

/// The highest bit of each byte from `first` to `last`, which are of ASCII. No sum of two bytes goes beyond its byte,
/// since the highest bit is left out of both.
#[inline]
fn from_to(eight: u64, first: u8, last: u8) -> u64 {
    let low = eight & all(0x7f);
    (low + all(0x80 - first)) & !(low + all(0x7f - last)) & !eight & all(0x80)
}

/// A number of eight equal bytes.
#[inline]
const fn all(byte: u8) -> u64 {
    u64::from_ne_bytes([byte; EIGHT])
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn every_byte_is_told_in_every_place() {
        for byte in 0..=u8::MAX {
            for place in 0..EIGHT {
                let mut bytes = *b"aZ09bY18";
                bytes[place] = byte;
                let run = if byte.is_ascii_alphanumeric() { EIGHT } else { place };
                assert_eq!(leading_alphanumeric(u64::from_le_bytes(bytes)), run, "{byte} {place}");
                let eight = u64::from_le_bytes(bytes);
                assert_eq!(has_space(eight), matches!(byte, b' ' | b'\t'..=b'\r'), "{byte}");
                assert_eq!(lower(eight).to_le_bytes(), bytes.map(|byte| byte.to_ascii_lowercase()));
                let mut bytes = *b"aZpQbYxR";
                bytes[place] = byte;
                let run = if byte.is_ascii_alphabetic() { EIGHT } else { place };
                let (length, letters) = leading_letters(u64::from_le_bytes(bytes));
                assert_eq!(length, run, "{byte} {place}");
                assert_eq!(letters, first(u64::from_le_bytes(bytes.map(|byte| byte.to_ascii_lowercase())), run));
            }
        }
    }

    #[test]
    fn the_first_bytes_are_kept() {
        for length in 0..=EIGHT {
            let kept = first(u64::from_le_bytes(*b"abcdefgh"), length).to_le_bytes();
            assert!(kept.starts_with(&b"abcdefgh"[..length]) && kept[length..].iter().all(|&byte| byte == 0));
        }
    }

    proptest! {
        #[test]
        fn runs_are_those_of_single_bytes(bytes in prop::collection::vec(prop_oneof![8 => b'0'..b'z', 1 => any::<u8>()], 0..40), at in 0..40_usize) {
            let rest = bytes.get(at..).unwrap_or_default();
            prop_assert_eq!(alphanumeric_run(&bytes, at), rest.iter().take_while(|byte| byte.is_ascii_alphanumeric()).count());
        }
    }
}
