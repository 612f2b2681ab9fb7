//! At which places of a text can one of many strings begin? One light pass, without an automaton: the next few bytes are
//! looked up in small tables, which say yes too often, and never no where one does begin.
//!
//! First one table is asked at every byte, which leaves few places; then, at these, tables that say more. The places of
//! a block are written down in between: a processor cannot guess where they are, and so must not be made to.

use std::ops::Range;

use super::{
    key::{KEYS, Lengths, hash, sight},
    triples::{BLOCK, Block, Joins, Triples, is_of_word},
};

// Each has a table below.
const _: () = assert!(matches!(KEYS, [6, 4, 3, 2, 1]));

/// Bytes that are looked up at each step, where steps are taken.
const PART: usize = 4;

/// Texts that are shorter are not worth a block: some tests look at one line after another.
const SHORT: usize = 32;

/// Longest step that is taken.
const STEP_AT_MOST: usize = 6;

/// Where a string is looked for. A word begins at what is no letter or digit of ASCII, or at one that follows no other, and
/// ends likewise; more is found than that, and left to others.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum At {
    /// Everywhere.
    Anywhere,
    /// Where a word begins.
    Starts,
    /// Where a word begins, and one ends behind it.
    WholeWords,
}

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
    /// Strings, none empty.
    pub(super) fn of<'s>(strings: impl Iterator<Item = (&'s str, At)> + Clone) -> Self {
        let has_words = strings.clone().any(|(_, at)| at != At::Anywhere);
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
        for (text, at) in strings {
            sieve.add(text.as_bytes(), at);
        }
        sieve
    }

    fn add(&mut self, text: &[u8], at: At) {
        let at_words = at != At::Anywhere;
        // Of those that are in sight as a whole, where they end is seen too.
        let is_whole = at == At::WholeWords;
        if self.step > 1 {
            text.windows(PART).take(self.step).for_each(|part| self.parts.add(sight(part), at_words));
        } else {
            self.triples.add(text, at_words);
        }
        let next = sight(text);
        match Lengths::of(text.len()) {
            6 => self.six.add(next, at_words),
            4 => self.four.add(next, at_words),
            3 => self.three.add(next, is_whole),
            2 => self.two.add(next, is_whole),
            _ => self.one.add(next, is_whole),
        }
    }

    /// Offsets at which strings may begin, and which, some at a time and ascending, until `at` says no; where it is `anywhere`,
    /// as if all were looked for everywhere.
    pub(super) fn pass(&self, text: &[u8], anywhere: bool, at: impl FnMut(&[(usize, Lengths)]) -> bool) {
        match self.step {
            1 if text.len() < SHORT => _ = self.each(text, anywhere, 0..text.len(), at),
            1 => self.every(text, anywhere, at),
            step => self.steps(text, step, at),
        }
    }

    fn every(&self, text: &[u8], anywhere: bool, mut at: impl FnMut(&[(usize, Lengths)]) -> bool) {
        let mut block = Block::default();
        let mut likely = [(0, Lengths::default()); BLOCK];
        for begin in (0..text.len()).step_by(BLOCK) {
            self.triples.look(text, anywhere, begin, &mut block);
            let mut kept = 0;
            for (place, joins) in block.places() {
                let lengths = self.begins(sight(&text[place..]), joins);
                // Written down in any case, and counted where it is so.
                likely[kept % BLOCK] = (place, lengths);
                kept += usize::from(lengths.any());
            }
            if !at(&likely[..kept]) {
                return;
            }
        }
    }

    /// What may begin with the bytes in sight.
    #[inline]
    fn begins(&self, next: u64, joins: Joins) -> Lengths {
        // Of the first four tables two bits each, those of one beside those of the other.
        let most =
            self.six.says(next) | self.four.says(next) << 1 | self.three.says(next) << 2 | self.two.says(next) << 3;
        let one = self.one.says(next);
        let everywhere = (most % AT_WORDS) | ((one % AT_WORDS) << 4);
        let at_words = (most / AT_WORDS) | ((one / AT_WORDS) << 4);
        // Of what is in sight as a whole, where it ends is seen too.
        let ends = (joins.behind(3) << 2) | (joins.behind(2) << 3) | (joins.behind(1) << 4);
        let within = if joins.behind(0) == 0 { ends } else { u8::MAX };
        Lengths::those(everywhere | at_words & !within)
    }

    /// Asks `at` about each place where strings may begin, until it says no; answers whether it never did.
    fn each(
        &self,
        text: &[u8],
        anywhere: bool,
        places: Range<usize>,
        mut at: impl FnMut(&[(usize, Lengths)]) -> bool,
    ) -> bool {
        let of_word = |at: usize| u8::from(text.get(at).is_some_and(|&byte| is_of_word(byte) & !anywhere));
        let joins = |place: usize| Joins::of(std::array::from_fn(|next| of_word((place + next).wrapping_sub(1))));
        let likely = places.map(|place| (place, self.begins(sight(&text[place..]), joins(place))));
        likely.filter(|(_, lengths)| lengths.any()).all(|likely| at(&[likely]))
    }

    fn steps(&self, text: &[u8], step: usize, mut at: impl FnMut(&[(usize, Lengths)]) -> bool) {
        for (index, part) in text.windows(PART).step_by(step).enumerate() {
            if self.parts.says(sight(part)) & EVERYWHERE != 0 {
                let last = index * step;
                if !self.each(text, true, (last + 1).saturating_sub(step)..last + 1, &mut at) {
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

impl<const BYTES: usize, const N: usize> Table<BYTES, N> {
    fn add(&mut self, sight: u64, at_words: bool) {
        let (at, share) = Self::place(sight);
        self.0[at] |= if at_words { AT_WORDS } else { EVERYWHERE } << share;
    }

    /// Whether the first of the bytes in sight are looked for [`EVERYWHERE`] or [`AT_WORDS`].
    #[inline]
    fn says(&self, sight: u64) -> u8 {
        let (at, share) = Self::place(sight);
        self.0[at] >> share & (EVERYWHERE | AT_WORDS)
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
            strings in vec((text(1..8), select(&[At::Anywhere, At::Starts, At::WholeWords][..])), 1..8),
            anywhere in any::<bool>(),
            only_long in any::<bool>(),
            filler in filler(),
            pieces in vec((any::<bool>(), any::<Index>(), select(LETTERS)), 0..40),
            end in prop::option::of(any::<Index>()),
        ) {
            let strings: Vec<(String, At)> = strings
                .into_iter()
                .map(|(string, at)| if only_long { (format!("{string}abcd"), At::Anywhere) } else { (string, at) })
                .collect();
            // Half of it is what is looked for, which random letters seldom are.
            let planted = |at: Index| &*at.get(&strings).0;
            let pieces = pieces.into_iter().map(|(is_planted, at, letter)| if is_planted { planted(at) } else { letter });
            let text: String = std::iter::once(&*filler).chain(pieces).chain(end.map(planted)).collect();
            let sieve = Sieve::of(strings.iter().map(|(string, at)| (&**string, *at)));
            let mut places = Vec::new();
            sieve.pass(text.as_bytes(), anywhere, |likely| {
                places.extend(likely.iter().map(|(at, lengths)| (*at, lengths.iter().collect::<Vec<_>>())));
                true
            });
            prop_assert!(places.is_sorted_by(|(a, _), (b, _)| a < b), "{places:?}");
            let of_word = |letter: char| letter.is_ascii_alphanumeric();
            for (string, looked_for) in &strings {
                for (at, _) in text.match_indices(&**string) {
                    let begins_within = text[..at].ends_with(of_word) && string.starts_with(of_word);
                    let ends_within = string.ends_with(of_word) && text[at + string.len()..].starts_with(of_word);
                    let matters = anywhere || match looked_for {
                        At::Anywhere => true,
                        At::Starts => !begins_within,
                        At::WholeWords => !begins_within && !ends_within,
                    };
                    let is_found = places.iter().any(|(place, lengths)| {
                        *place == at && lengths.contains(&Lengths::of(string.len()))
                    });
                    prop_assert!(is_found || !matters, "{string:?} at {at}: {places:?}");
                }
            }
        }
    }
}
