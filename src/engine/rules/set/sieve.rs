//! At which places of a text can one of many strings begin? One light pass, without an automaton: the next few bytes are
//! looked up in small tables, which say yes too often, and never no where one does begin.

/// One of the strings that are looked for everywhere begins so.
const EVERYWHERE: u8 = 1;

/// One of the strings that are looked for where words begin does.
const AT_WORDS: u8 = 1 << SHARES;

/// Strings share an entry of a table up to so many ways, each with bits of its own.
const SHARES: u32 = 4;

/// Bytes by which a string is looked up: by the most that it has.
const LONG: usize = 6;
const MEDIUM: usize = 4;
const SHORT: usize = 3;

/// Bytes that are looked up at each step, where steps are taken.
const PART: usize = 4;

/// Bytes that are in sight at a time.
const WINDOW: usize = size_of::<u64>();

/// Entries of a table that is reached by hashes: small enough for the processor's first caches.
const HASHES: usize = 1 << 15;
const PAIRS: usize = 1 << 16;

/// Longest step that is taken.
const STEP_AT_MOST: usize = 6;

/// What the strings begin with.
#[derive(Debug)]
pub(super) struct Sieve {
    /// By the first six bytes. With steps: by any four bytes among the first ones.
    long: Box<[u8; HASHES]>,
    /// By the first four bytes of those that have four or five.
    medium: Box<[u8; HASHES]>,
    /// By the bytes of those that have three.
    short: Box<[u8; HASHES]>,
    /// By the first two bytes of those that have two or one.
    pairs: Box<[u8; PAIRS]>,
    /// Whether any are looked for only where words begin.
    has_words: bool,
    /// Where all are long and looked for everywhere, only one place in so many needs a look.
    step: usize,
}

impl Sieve {
    /// Strings, none empty, each with whether it is looked for only where a word begins (at what is no letter or digit
    /// of ASCII, or at one that follows no other).
    pub(super) fn of<'s>(strings: impl Iterator<Item = (&'s str, bool)> + Clone) -> Self {
        let has_words = strings.clone().any(|(_, at_words)| at_words);
        let shortest = strings.clone().map(|(text, _)| text.len()).min().unwrap_or(LONG);
        let step = if has_words { 1 } else { (shortest + 1).saturating_sub(PART).clamp(1, STEP_AT_MOST) };
        let mut sieve = Self { long: filled(), medium: filled(), short: filled(), pairs: filled(), has_words, step };
        for (text, at_words) in strings {
            sieve.add(text.as_bytes(), if at_words { AT_WORDS } else { EVERYWHERE });
        }
        sieve
    }

    fn add(&mut self, text: &[u8], bit: u8) {
        match *text {
            _ if self.step > 1 => {
                text.windows(PART).take(self.step).for_each(|part| self.add_long(sight(part), PART, bit));
            }
            [one] => (0..=u8::MAX).for_each(|next| self.pairs[pair(sight(&[one, next]))] |= bit),
            [_, _] => self.pairs[pair(sight(text))] |= bit,
            [_, _, _] => self.short[hashed(sight(text), SHORT)] |= bit,
            _ if text.len() < LONG => self.medium[hashed(sight(text), MEDIUM)] |= bit,
            _ => self.add_long(sight(text), LONG, bit),
        }
    }

    fn add_long(&mut self, sight: u64, bytes: usize, bit: u8) {
        self.long[hashed(sight, bytes)] |= bit << share(sight, bytes);
    }

    #[inline]
    fn begins_long(&self, sight: u64, bytes: usize) -> u8 {
        self.long[hashed(sight, bytes)] >> share(sight, bytes)
    }

    /// Offsets at which strings may begin, ascending, until `at` says no.
    pub(super) fn pass(&self, text: &[u8], at: impl FnMut(usize) -> bool) {
        match (self.step, self.has_words) {
            (1, true) => self.every::<true>(text, at),
            (1, false) => self.every::<false>(text, at),
            (step, _) => self.steps(text, step, at),
        }
    }

    fn every<const WORDS: bool>(&self, text: &[u8], mut at: impl FnMut(usize) -> bool) {
        let mut before = 0;
        let mut may_begin = |next: u64| {
            let word = WORD[(next & 0xFF) as usize];
            let wanted = if WORDS { EVERYWHERE | AT_WORDS & !(before & word) } else { EVERYWHERE };
            before = word;
            let begun = self.begins_long(next, LONG)
                | self.medium[hashed(next, MEDIUM)]
                | self.short[hashed(next, SHORT)]
                | self.pairs[pair(next)];
            begun & wanted != 0
        };
        // One byte fewer than are in sight; the next one comes in at the top.
        let (seen, rest) = text.split_at(text.len().min(WINDOW - 1));
        let mut next = sight(seen) << 8;
        for (offset, &byte) in rest.iter().enumerate() {
            next = next >> 8 | u64::from(byte) << (8 * (WINDOW - 1));
            if may_begin(next) && !at(offset) {
                return;
            }
        }
        for offset in rest.len()..text.len() {
            next >>= 8;
            if may_begin(next) && !at(offset) {
                return;
            }
        }
    }

    fn steps(&self, text: &[u8], step: usize, mut at: impl FnMut(usize) -> bool) {
        for (index, part) in text.windows(PART).step_by(step).enumerate() {
            if self.begins_long(sight(part), PART) & EVERYWHERE != 0 {
                let last = index * step;
                let first = (last + 1).saturating_sub(step);
                if !(first..=last).all(&mut at) {
                    return;
                }
            }
        }
    }
}

/// The first bytes of a text as a number, the first one lowest; the missing ones are 0, which no string has.
#[inline]
pub(super) fn sight(text: &[u8]) -> u64 {
    match *text {
        [a, b, c, d] => u32::from_le_bytes([a, b, c, d]).into(),
        _ => text.iter().take(WINDOW).rev().fold(0, |bytes, &byte| bytes << 8 | u64::from(byte)),
    }
}

/// Where a table has the first so many of the bytes in sight.
#[inline]
#[expect(clippy::cast_possible_truncation, reason = "a few bits")]
fn hashed(sight: u64, bytes: usize) -> usize {
    (hash(sight, bytes) >> (u64::BITS - HASHES.trailing_zeros())) as usize
}

/// In which way the strings of an entry share it.
#[inline]
fn share(sight: u64, bytes: usize) -> u32 {
    (hash(sight, bytes) >> (u64::BITS - HASHES.trailing_zeros() - SHARES.trailing_zeros())) as u32 % SHARES
}

/// Spreads the first so many of the bytes in sight over the upper bits.
#[inline]
pub(super) fn hash(sight: u64, bytes: usize) -> u64 {
    // The fraction of the golden ratio (Knuth, The Art of Computer Programming, volume 3, 6.4).
    (sight << (8 * (WINDOW - bytes))).wrapping_mul(0x9E37_79B9_7F4A_7C15)
}

#[inline]
fn pair(sight: u64) -> usize {
    (sight & 0xFFFF) as usize
}

fn filled<const N: usize>() -> Box<[u8; N]> {
    Box::new([0; N])
}

/// All bits where a byte is a letter or digit of ASCII.
static WORD: [u8; 256] = {
    let mut word = [0; 256];
    let mut byte = 0;
    while byte < 128 {
        if (byte as u8).is_ascii_alphanumeric() {
            word[byte] = 0xFF;
        }
        byte += 1;
    }
    word
};

#[cfg(test)]
mod tests {
    use proptest::{collection::vec, prelude::*, sample::select};

    use super::*;

    const LETTERS: &[&str] = &["a", "b", "1", " ", "-", "é", "\u{301}", "文", "字", "한", "😀", "abcdef"];

    fn text(size: std::ops::Range<usize>) -> impl Strategy<Value = String> {
        vec(select(LETTERS), size).prop_map(|letters| letters.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

        #[test]
        fn misses_no_place(
            strings in vec((text(1..8), any::<bool>()), 1..8),
            only_long in any::<bool>(),
            text in text(0..40),
        ) {
            let strings: Vec<(String, bool)> = strings
                .into_iter()
                .map(|(string, at_words)| if only_long { (format!("{string}abcd"), false) } else { (string, at_words) })
                .collect();
            let sieve = Sieve::of(strings.iter().map(|(string, at_words)| (&**string, *at_words)));
            let mut places = Vec::new();
            sieve.pass(text.as_bytes(), |at| {
                places.push(at);
                true
            });
            prop_assert!(places.is_sorted(), "{places:?}");
            for (string, at_words) in &strings {
                for (at, _) in text.match_indices(&**string) {
                    let within = text[..at].ends_with(|letter: char| letter.is_ascii_alphanumeric())
                        && string.starts_with(|letter: char| letter.is_ascii_alphanumeric());
                    prop_assert!(places.contains(&at) || *at_words && within, "{string:?} at {at}: {places:?}");
                }
            }
        }
    }
}
