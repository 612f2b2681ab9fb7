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
    mix(mix(state ^ short(rest)) ^ bytes.len() as u64)
}

/// Fewer than eight bytes as a number, another one for each text of the same length.
fn short(bytes: &[u8]) -> u64 {
    match (bytes.first_chunk::<4>(), bytes.last_chunk::<4>()) {
        (Some(first), Some(last)) => u64::from(u32::from_le_bytes(*first)) | u64::from(u32::from_le_bytes(*last)) << 32,
        _ => bytes.iter().fold(0, |number, &byte| number << 8 | u64::from(byte)),
    }
}

/// The hash of a sequence, one element longer. Order matters.
pub(super) fn join(sequence: u64, element: u64) -> u64 {
    mix(sequence ^ element.rotate_left(32))
}

/// Spreads every bit over all others: both halves of the product with an odd constant.
#[inline]
pub(super) fn mix(value: u64) -> u64 {
    let product = u128::from(value ^ SEED) * u128::from(FACTOR);
    product as u64 ^ (product >> 64) as u64
}
