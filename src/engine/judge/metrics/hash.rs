//! A fast hash of short texts, for finding equal lines, paragraphs and runs of words without keeping copies.
//!
//! Equal texts have equal hashes; two different ones share a 64-bit hash so rarely that no figure depends on it.
//! Somebody who builds collisions on purpose only spoils the figures of their own document.

const SEED: u64 = 0x9e37_79b9_7f4a_7c15;
const FACTOR: u64 = 0xd6e8_feb8_6659_fd93;

/// The hash of `bytes`.
pub(super) fn hash(bytes: &[u8]) -> u64 {
    let (chunks, rest) = bytes.as_chunks::<8>();
    let mut state = SEED;
    for chunk in chunks {
        state = mix(state ^ u64::from_le_bytes(*chunk));
    }
    let mut last = [0; 8];
    for (to, from) in last.iter_mut().zip(rest) {
        *to = *from;
    }
    mix(mix(state ^ u64::from_le_bytes(last)) ^ bytes.len() as u64)
}

/// The hash of a sequence, one element longer. Order matters.
pub(super) fn join(sequence: u64, element: u64) -> u64 {
    mix(sequence ^ element.rotate_left(32))
}

/// Spreads every bit over all others: both halves of the product with an odd constant.
fn mix(value: u64) -> u64 {
    let product = u128::from(value ^ SEED) * u128::from(FACTOR);
    product as u64 ^ (product >> 64) as u64
}
