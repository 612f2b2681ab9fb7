//! How strings are looked up: by so many of their first bytes.
//!
//! The sieve says by how many bytes a string may begin at a place, and the dictionary, which one that is.

/// The numbers of bytes, each string by the most that it has.
pub(super) const KEYS: [usize; 5] = [6, 4, 3, 2, 1];

/// Bytes that are in sight at a time.
const WINDOW: usize = size_of::<u64>();

// What is longer is not in sight, and in a key its own length stands above it.
const _: () = assert!(KEYS[0] < WINDOW && KEYS[KEYS.len() - 1] == 1, "every string has a key, and every key fits");

/// By which of [`KEYS`] strings may begin at a place.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Lengths(u8);

impl Lengths {
    /// By any number.
    #[cfg(test)]
    pub(super) const ALL: Self = Self((1 << KEYS.len()) - 1);

    /// The length of the key of a string that has so many bytes.
    pub(super) fn of(bytes: usize) -> usize {
        KEYS.into_iter().find(|&key| key <= bytes).unwrap_or(1)
    }

    /// Those whose bits are set, that of the first of [`KEYS`] lowest.
    #[inline]
    pub(super) fn those(bits: u8) -> Self {
        Self(bits)
    }

    /// Whether there are any.
    #[inline]
    pub(super) fn any(self) -> bool {
        self.0 != 0
    }

    /// The numbers of bytes, falling.
    #[inline]
    pub(super) fn iter(self) -> impl Iterator<Item = usize> {
        let mut rest = self.0;
        std::iter::from_fn(move || {
            let length = *KEYS.get(rest.trailing_zeros() as usize)?;
            rest &= rest - 1;
            Some(length)
        })
    }
}

/// The first bytes of a text as a number, the first one lowest; the missing ones are 0, which no string has: folding takes it out.
#[inline]
pub(super) fn sight(text: &[u8]) -> u64 {
    match (text.first_chunk(), text) {
        (Some(window), _) => u64::from_le_bytes(*window),
        (None, &[a, b, c, d]) => u32::from_le_bytes([a, b, c, d]).into(),
        (None, _) => text.iter().rev().fold(0, |bytes, &byte| bytes << 8 | u64::from(byte)),
    }
}

/// Spreads the first so many of the bytes in sight over the upper bits.
#[inline]
pub(super) fn hash(sight: u64, bytes: usize) -> u64 {
    // The fraction of the golden ratio (Knuth, The Art of Computer Programming, volume 3, 6.4).
    (sight << (8 * (WINDOW - bytes))).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

/// The first so many of the bytes in sight, and their number.
#[inline]
pub(super) fn key(sight: u64, length: usize) -> u64 {
    let unseen = u64::BITS as usize - 8 * length;
    sight << unseen >> unseen | (length as u64) << (u64::BITS - 8)
}

/// The bytes after the first so many as a number that sorts as they do; 0 for those that are missing.
#[inline]
pub(super) fn more(text: &[u8], length: usize) -> u64 {
    sight(text.get(length..).unwrap_or_default()).swap_bytes()
}
