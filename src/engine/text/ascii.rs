//! Long runs of ASCII bytes, many at a time.

/// Bytes looked at in one go: whole vector registers, and few enough that a `u8` counts them.
const STEP: usize = 64;

/// How many of the leading bytes are ASCII.
pub(super) fn ascii_run(bytes: &[u8]) -> usize {
    let whole = bytes.chunks(STEP).take_while(|chunk| chunk.is_ascii()).map(<[u8]>::len).sum();
    let rest = &bytes[whole..];
    whole + rest.iter().position(|byte| !byte.is_ascii()).unwrap_or(rest.len())
}

/// How many bytes satisfy `test`, which should be free of branches.
pub(super) fn count_bytes(bytes: &[u8], test: impl Fn(u8) -> bool) -> usize {
    bytes.chunks(STEP).map(|chunk| usize::from(chunk.iter().map(|&byte| u8::from(test(byte))).sum::<u8>())).sum()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn runs_and_counts_are_those_of_single_steps(text in "[ -~]{0,150}é?[ -~é]{0,150}") {
            let bytes = text.as_bytes();
            prop_assert_eq!(ascii_run(bytes), bytes.iter().take_while(|byte| byte.is_ascii()).count());
            prop_assert_eq!(count_bytes(bytes, |byte| byte < b'a'), bytes.iter().filter(|&&byte| byte < b'a').count());
        }
    }
}
