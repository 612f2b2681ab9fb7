//! At which places of a text can one of many strings begin? One light pass, without an automaton: the next few bytes are
//! looked up in small tables, which say yes too often, and never no where one does begin.
//!
//! First one table is asked at every byte, which leaves few places; then, at these, tables that say more. The places of
//! a block are written down in between: a processor cannot guess where they are, and so must not be made to.

use std::ops::Range;

use super::{
    key::{KEYS, Lengths, hash, sight},
    triples::{BLOCK, Triples, is_of_word},
};

// Each has a table below.
const _: () = assert!(matches!(KEYS, [6, 4, 3, 2, 1]));

/// Bytes that are looked up at each step, where steps are taken.
const PART: usize = 4;

/// Texts that are shorter are not worth a block: some tests look at one line after another.
const SHORT: usize = 32;

/// Longest step that is taken.
const STEP_AT_MOST: usize = 6;

/// What the strings begin with.
#[derive(Debug)]
pub(super) struct Sieve {
    /// By three bytes in a row.
    triples: Triples,
    /// With steps, by any four bytes among the first ones.
    parts: Table<PART, { 1 << 15 }>,
    /// By the first six bytes.
    six: Table<6, { 1 << 15 }>,
    /// By the first four bytes of those that have four or five, and so on: each table as small as tells enough, so that
    /// they stay near the processor.
    four: Table<4, { 1 << 13 }>,
    three: Table<3, { 1 << 12 }>,
    two: Table<2, { 1 << 12 }>,
    one: Table<1, { 1 << 8 }>,
    /// Where all are long and looked for everywhere, only one place in so many needs a look.
    step: usize,
}

impl Sieve {
    /// Strings, none empty, each with whether it is looked for only where a word begins (at what is no letter or digit
    /// of ASCII, or at one that follows no other).
    pub(super) fn of<'s>(strings: impl Iterator<Item = (&'s str, bool)> + Clone) -> Self {
        let has_words = strings.clone().any(|(_, at_words)| at_words);
        let shortest = strings.clone().map(|(text, _)| text.len()).min().unwrap_or(PART);
        let step = if has_words { 1 } else { (shortest + 1).saturating_sub(PART).clamp(1, STEP_AT_MOST) };
        let mut sieve = Self {
            triples: Triples::default(),
            parts: Table::default(),
            six: Table::default(),
            four: Table::default(),
            three: Table::default(),
            two: Table::default(),
            one: Table::default(),
            step,
        };
        for (text, at_words) in strings {
            sieve.add(text.as_bytes(), at_words);
        }
        sieve
    }

    fn add(&mut self, text: &[u8], at_words: bool) {
        if self.step > 1 {
            text.windows(PART).take(self.step).for_each(|part| self.parts.add(sight(part), at_words));
        } else {
            self.triples.add(text, at_words);
        }
        let next = sight(text);
        match Lengths::of(text.len()) {
            6 => self.six.add(next, at_words),
            4 => self.four.add(next, at_words),
            3 => self.three.add(next, at_words),
            2 => self.two.add(next, at_words),
            _ => self.one.add(next, at_words),
        }
    }

    /// Offsets at which strings may begin, ascending, and which, until `at` says no.
    pub(super) fn pass(&self, text: &[u8], at: impl FnMut(usize, Lengths) -> bool) {
        match self.step {
            1 if text.len() < SHORT => _ = self.each(text, 0..text.len(), at),
            1 => self.every(text, at),
            step => self.steps(text, step, at),
        }
    }

    fn every(&self, text: &[u8], mut at: impl FnMut(usize, Lengths) -> bool) {
        let mut places = [0; BLOCK];
        let mut likely = [(0, Lengths::default()); BLOCK];
        for begin in (0..text.len()).step_by(BLOCK) {
            let count = self.triples.look(text, begin, &mut places);
            let mut kept = 0;
            for &place in &places[..count] {
                let lengths = self.begins(text, place);
                // Written down in any case, and counted where it is so.
                likely[kept % BLOCK] = (place, lengths);
                kept += usize::from(lengths.any());
            }
            if !likely[..kept].iter().all(|&(place, lengths)| at(place, lengths)) {
                return;
            }
        }
    }

    /// What may begin at `place`.
    #[inline]
    fn begins(&self, text: &[u8], place: usize) -> Lengths {
        let is_of_word = |at: usize| text.get(at).is_some_and(|&byte| is_of_word(byte));
        let wanted = wanted(is_of_word(place) & is_of_word(place.wrapping_sub(1)));
        let next = sight(&text[place..]);
        let is = |begun: u8| begun & wanted != 0;
        Lengths::that([
            is(self.six.get(next)),
            is(self.four.get(next)),
            is(self.three.get(next)),
            is(self.two.get(next)),
            is(self.one.get(next)),
        ])
    }

    /// Asks `at` about each place where strings may begin, until it says no; answers whether it never did.
    fn each(&self, text: &[u8], places: Range<usize>, mut at: impl FnMut(usize, Lengths) -> bool) -> bool {
        let likely = places.map(|place| (place, self.begins(text, place)));
        likely.filter(|(_, lengths)| lengths.any()).all(|(place, lengths)| at(place, lengths))
    }

    fn steps(&self, text: &[u8], step: usize, mut at: impl FnMut(usize, Lengths) -> bool) {
        for (index, part) in text.windows(PART).step_by(step).enumerate() {
            if self.parts.get(sight(part)) & EVERYWHERE != 0 {
                let last = index * step;
                if !self.each(text, (last + 1).saturating_sub(step)..last + 1, &mut at) {
                    return;
                }
            }
        }
    }
}

/// A set of keys of so many bytes that says yes too often, in so many entries.
#[derive(Debug)]
struct Table<const BYTES: usize, const N: usize>(Box<[u8; N]>);

impl<const BYTES: usize, const N: usize> Default for Table<BYTES, N> {
    fn default() -> Self {
        Self(Box::new([0; N]))
    }
}

/// Keys share an entry of a table up to so many ways, each with bits of its own.
const SHARES: u32 = 4;

/// One of the strings that are looked for everywhere begins so.
const EVERYWHERE: u8 = 1;

/// One of the strings that are looked for where words begin does.
const AT_WORDS: u8 = 1 << SHARES;

/// Which of the two are looked for inside of a word, or elsewhere.
#[inline]
fn wanted(is_within: bool) -> u8 {
    if is_within { EVERYWHERE } else { EVERYWHERE | AT_WORDS }
}

impl<const BYTES: usize, const N: usize> Table<BYTES, N> {
    fn add(&mut self, sight: u64, at_words: bool) {
        let (at, share) = Self::place(sight);
        self.0[at] |= if at_words { AT_WORDS } else { EVERYWHERE } << share;
    }

    /// Whether it has the first of the bytes in sight, and how they are looked for; higher bits mean nothing.
    #[inline]
    fn get(&self, sight: u64) -> u8 {
        let (at, share) = Self::place(sight);
        self.0[at] >> share
    }

    /// The entry, and in which way keys share it.
    #[inline]
    #[expect(clippy::cast_possible_truncation, reason = "a few bits")]
    fn place(sight: u64) -> (usize, u32) {
        let spread = hash(sight, BYTES) >> (u64::BITS - N.trailing_zeros() - SHARES.trailing_zeros());
        ((spread >> SHARES.trailing_zeros()) as usize % N, spread as u32 % SHARES)
    }
}

#[cfg(test)]
mod tests {
    use proptest::{
        collection::vec,
        prelude::*,
        sample::{Index, select},
    };

    use super::*;

    const LETTERS: &[&str] = &["a", "b", "1", " ", "-", "é", "\u{301}", "文", "字", "한", "😀", "abcdef"];

    fn text(size: std::ops::Range<usize>) -> impl Strategy<Value = String> {
        vec(select(LETTERS), size).prop_map(|letters| letters.concat())
    }

    /// So many bytes of one letter, or a few less: of none, or such that what follows lies over the edge of a block.
    fn filler() -> impl Strategy<Value = String> {
        let edge = |block: usize| block * BLOCK - 32..block * BLOCK + 6;
        (select(&[" ", "z", "é"][..]), prop_oneof![Just(0), edge(1), edge(2)])
            .prop_map(|(letter, bytes)| letter.repeat(bytes / letter.len()))
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

        #[test]
        fn misses_no_place(
            strings in vec((text(1..8), any::<bool>()), 1..8),
            only_long in any::<bool>(),
            filler in filler(),
            pieces in vec((any::<bool>(), any::<Index>(), select(LETTERS)), 0..40),
            end in prop::option::of(any::<Index>()),
        ) {
            let strings: Vec<(String, bool)> = strings
                .into_iter()
                .map(|(string, at_words)| if only_long { (format!("{string}abcd"), false) } else { (string, at_words) })
                .collect();
            // Half of it is what is looked for, which random letters seldom are.
            let planted = |at: Index| &*at.get(&strings).0;
            let pieces = pieces.into_iter().map(|(is_planted, at, letter)| if is_planted { planted(at) } else { letter });
            let text: String = std::iter::once(&*filler).chain(pieces).chain(end.map(planted)).collect();
            let sieve = Sieve::of(strings.iter().map(|(string, at_words)| (&**string, *at_words)));
            let mut places = Vec::new();
            sieve.pass(text.as_bytes(), |at, lengths| {
                places.push((at, lengths.iter().collect::<Vec<_>>()));
                true
            });
            prop_assert!(places.is_sorted_by(|(a, _), (b, _)| a < b), "{places:?}");
            for (string, at_words) in &strings {
                for (at, _) in text.match_indices(&**string) {
                    let within = text[..at].ends_with(|letter: char| letter.is_ascii_alphanumeric())
                        && string.starts_with(|letter: char| letter.is_ascii_alphanumeric());
                    let is_found = places.iter().any(|(place, lengths)| {
                        *place == at && lengths.contains(&Lengths::of(string.len()))
                    });
                    prop_assert!(is_found || *at_words && within, "{string:?} at {at}: {places:?}");
                }
            }
        }
    }
}
