//! Long runs of ASCII bytes, many at a time.

/// Bytes looked at in one go: whole vector registers.
const STEP: usize = 32;

/// Bytes counted in one go: whole vector registers, and few enough for a `u8`.
const COUNTED: usize = 192;

/// How many of the leading bytes are ASCII.
pub(super) fn ascii_run(bytes: &[u8]) -> usize {
    run_of(bytes, |byte| !byte.is_ascii())
}

/// How many bytes there are before the first that satisfies `ends`, which should be free of branches.
#[inline]
pub(super) fn run_of(bytes: &[u8], ends: impl Fn(u8) -> bool) -> usize {
    let (steps, _) = bytes.as_chunks::<STEP>();
    let mut run = 0;
    for step in steps {
        let mut any = false;
        for &byte in step {
            any |= ends(byte);
        }
        if any {
            break;
        }
        run += STEP;
    }
    while let Some(&byte) = bytes.get(run)
        && !ends(byte)
    {
        run += 1;
    }
    run
}

/// How many bytes satisfy `test`, which should be free of branches.
#[inline]
pub(super) fn count_bytes(bytes: &[u8], test: impl Fn(u8) -> bool) -> usize {
    let mut count = 0;
    for part in bytes.chunks(COUNTED) {
        let mut in_part = 0_u8;
        for &byte in part {
            in_part += u8::from(test(byte));
        }
        count += usize::from(in_part);
    }
    count
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
