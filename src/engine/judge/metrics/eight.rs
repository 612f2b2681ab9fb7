//! Eight bytes at a time, as one number.

/// Bytes in a number.
pub(super) const EIGHT: usize = 8;

/// The eight bytes from `at` on, the first lowest; NULs beyond the end.
#[inline]
pub(super) fn load(bytes: &[u8], at: usize) -> u64 {
    let rest = bytes.get(at..).unwrap_or_default();
    match rest.first_chunk::<EIGHT>() {
        Some(eight) => u64::from_le_bytes(*eight),
        None => rest.iter().rev().fold(0, |number, &byte| number << 8 | u64::from(byte)),
    }
}

/// How many of the eight bytes are ASCII letters or digits, up to the first that is none.
#[inline]
pub(super) fn leading_alphanumeric(eight: u64) -> usize {
    (!alphanumeric(eight) & all(0x80)).trailing_zeros() as usize / 8
}

/// How many ASCII letters and digits follow each other from `at` on.
pub(super) fn alphanumeric_run(bytes: &[u8], at: usize) -> usize {
    let mut end = at;
    loop {
        let length = leading_alphanumeric(load(bytes, end));
        end += length;
        if length < EIGHT {
            return end - at;
        }
    }
}

/// The highest bit of each byte that is an ASCII letter or digit. No sum of two bytes goes beyond its byte, since the
/// highest bit is left out of both.
#[inline]
fn alphanumeric(eight: u64) -> u64 {
    let low = eight & all(0x7f);
    let small = low | all(0x20);
    let from_to = |bytes: u64, first: u8, last: u8| (bytes + all(0x80 - first)) & !(bytes + all(0x7f - last));
    (from_to(small, b'a', b'z') | from_to(low, b'0', b'9')) & !eight & all(0x80)
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
            }
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
