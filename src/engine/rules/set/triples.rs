//! The first, coarse look for places where strings begin: one small table, asked once at every byte.
//!
//! Each byte counts as one of 32 symbols, so that letters differ, and three in a row are a place in the table. An entry says
//! of groups of strings whether some begin so, and whether some go on so after their first two bytes. Where both are
//! said of the same group, one of its strings may begin.

use std::ops::Range;

/// Places that are looked at in one go.
pub(super) const BLOCK: usize = 256;

/// Bits of a symbol.
const BITS: usize = 5;

/// How many entries these make for three bytes.
const TRIPLES: usize = 1 << (3 * BITS);

/// Bytes of a string that are looked at: three from the first, and three from the third.
const LOOKED_AT: usize = 5;

/// Bytes around a block that are looked at: one before it, and what strings go on with behind it.
const AROUND: usize = 1 + (LOOKED_AT - 1);

/// Places where the triples of a block begin: that of a string's third byte may lie behind it.
const BEGINS: usize = BLOCK + (LOOKED_AT - 3);

/// Flags that are turned into bits at once.
const GROUP: usize = 64;

const _: () = assert!(BLOCK.is_multiple_of(GROUP), "the last places of a block would be lost");

/// Strings up to this many bytes have groups of their own: of others more is known.
const BRIEF: usize = 3;

/// Groups of strings, each a bit: the brief ones of those that are looked for only where words begin, and the others by
/// their first bytes; then the same of those that are looked for everywhere.
const BRIEF_WORDS: u8 = 1;
const WORDS: Range<u32> = 1..5;
const BRIEF_PARTS: u8 = 1 << 5;
const PARTS: Range<u32> = 6..8;

/// All groups that are looked for inside of words.
const WITHIN: u8 = BRIEF_PARTS | u8::MAX >> (u8::BITS - PARTS.end) & u8::MAX << PARTS.start;

/// A stretch of a text as it is looked at, to be used again and again.
#[derive(Debug)]
pub(super) struct Block {
    begin: usize,
    /// Where strings may begin: the first so many are filled in.
    places: [usize; BLOCK],
    count: usize,
    /// Of each byte, from the one before the block to some behind it, whether it is of a word.
    of_words: [u8; BLOCK + size_of::<u64>()],
}

impl Default for Block {
    fn default() -> Self {
        Self { begin: 0, places: [0; BLOCK], count: 0, of_words: [0; _] }
    }
}

impl Block {
    /// Where strings may begin, ascending, each with what words do there.
    #[inline]
    pub(super) fn places(&self) -> impl Iterator<Item = (usize, Joins)> + '_ {
        self.places[..self.count].iter().map(|&place| {
            let of_words = self.of_words.get(place - self.begin..).and_then(<[u8]>::first_chunk);
            (place, of_words.map_or(Joins::NONE, |of_words| Joins::of(*of_words)))
        })
    }
}

/// Whether words go on at a place, and at the next few behind it: whether letters stand on both sides.
#[derive(Debug, Clone, Copy)]
pub(super) struct Joins(u64);

impl Joins {
    /// Words go on nowhere.
    pub(super) const NONE: Self = Self(0);

    /// By whether each byte is of a word, from the one before the place.
    #[inline]
    pub(super) fn of(of_words: [u8; size_of::<u64>()]) -> Self {
        let of_words = u64::from_le_bytes(of_words);
        Self(of_words & of_words >> u8::BITS)
    }

    /// Whether one goes on so many bytes behind the place, up to five: 1, or 0.
    #[inline]
    pub(super) fn behind(self, bytes: usize) -> u8 {
        self.0.to_le_bytes()[bytes]
    }
}

/// What three bytes in a row can be of strings.
#[derive(Debug)]
pub(super) struct Triples {
    /// By triple: the groups of which strings begin so (lower half), and of which some go on so (upper half).
    entries: Box<[u16; TRIPLES]>,
}

impl Default for Triples {
    fn default() -> Self {
        Self { entries: Box::new([0; TRIPLES]) }
    }
}

impl Triples {
    /// Takes up a string.
    pub(super) fn add(&mut self, text: &[u8], at_words: bool) {
        let of = |groups: Range<u32>| {
            let first: u32 = text.iter().take(3).map(|&byte| u32::from(byte)).sum();
            1 << (groups.start + first % (groups.end - groups.start))
        };
        let group: u8 = match (at_words, text.len() <= BRIEF) {
            (true, true) => BRIEF_WORDS,
            (true, false) => of(WORDS),
            (false, true) => BRIEF_PARTS,
            (false, false) => of(PARTS),
        };
        let end = text.len().min(LOOKED_AT);
        self.set(&text[..end.min(3)], group.into());
        self.set(&text[end.min(2)..end], u16::from(group) << u8::BITS);
    }

    /// Says something of all triples that begin with these bytes, three at most.
    fn set(&mut self, bytes: &[u8], says: u16) {
        let free = BITS * (3 - bytes.len());
        let first = bytes.iter().fold(0, |triple, &byte| triple << BITS | usize::from(symbol(byte))) << free;
        self.entries[first..first + (1 << free)].iter_mut().for_each(|entry| *entry |= says);
    }

    /// Writes down where strings may begin in the block of `text` from `begin` on. Inside of words only strings that are
    /// looked for there may, unless it is `anywhere`.
    ///
    /// In steps over the whole block, of which each but the one into the table does several bytes in one instruction.
    pub(super) fn look(&self, text: &[u8], anywhere: bool, begin: usize, block: &mut Block) {
        // One byte before the block, and some behind it.
        let mut bytes = [0; BLOCK + AROUND];
        let (seen, at) = match begin.checked_sub(1) {
            Some(before) => (&text[before..], 0),
            None => (text, 1),
        };
        let count = seen.len().min(bytes.len() - at);
        bytes[at..at + count].copy_from_slice(&seen[..count]);
        for (of_word, &byte) in block.of_words.iter_mut().zip(&bytes) {
            *of_word = u8::from(is_of_word(byte) & !anywhere);
        }
        let mut symbols = [0; BLOCK + AROUND];
        symbols.iter_mut().zip(&bytes).for_each(|(into, &byte)| *into = symbol(byte));
        let mut triples = [0; BEGINS];
        for (at, triple) in triples.iter_mut().enumerate() {
            let symbol = |next: usize| u16::from(symbols[at + next]);
            *triple = symbol(1) << (2 * BITS) | symbol(2) << BITS | symbol(3);
        }
        let mut entries = [0; BEGINS];
        for (entry, &triple) in entries.iter_mut().zip(&triples) {
            *entry = self.entries[usize::from(triple) % TRIPLES];
        }
        let mut may_begin = [0; BLOCK];
        for (at, may_begin) in may_begin.iter_mut().enumerate() {
            let is_within = block.of_words[at] & block.of_words[at + 1] != 0;
            let wanted = if is_within { WITHIN } else { u8::MAX };
            let ([begins, _], [_, goes_on]) = (entries[at].to_le_bytes(), entries[at + 2].to_le_bytes());
            *may_begin = u8::from(begins & goes_on & wanted != 0);
        }
        let mut count = 0;
        for (first, flags) in (begin..text.len()).step_by(GROUP).zip(may_begin.as_chunks::<GROUP>().0) {
            let mut rest = bits(flags);
            while rest != 0 {
                block.places[count % BLOCK] = first + rest.trailing_zeros() as usize;
                count += 1;
                rest &= rest - 1;
            }
        }
        // What follows the text is no place.
        count -= block.places[..count].iter().rev().take_while(|&&place| place >= text.len()).count();
        (block.begin, block.count) = (begin, count);
    }
}

/// Bytes that are 0 or 1 as bits, the first one lowest.
#[inline]
fn bits(flags: &[u8; GROUP]) -> u64 {
    let mut bits = 0;
    for (flags, at) in flags.as_chunks().0.iter().zip((0..).step_by(8)) {
        // Each flag falls on the bit of its number in the highest byte.
        bits |= u64::from_le_bytes(*flags).wrapping_mul(0x0102_0408_1020_4080) >> 56 << at;
    }
    bits
}

/// Whether a byte is a letter or digit of ASCII.
#[inline]
pub(super) fn is_of_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric()
}

/// What a byte counts as. Folded text has no capital letters; what is rarer shares a symbol. (Arithmetic, for a table
/// cannot be asked for several bytes at once.)
#[inline]
fn symbol(byte: u8) -> u8 {
    match byte {
        b' ' => 0,
        b'a'.. => byte % (1 << BITS),
        _ => 28 | (byte % 4).max(1),
    }
}
