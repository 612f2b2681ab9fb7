//! Repeated runs of tokens.
//!
//! Every token is hashed once; the hash of each run of `n` tokens comes from that of `n - 1` by one step. A run can be
//! frequent only where the shorter run at the same place is, so each round looks only at the places the last one left:
//! in text without repetition, nothing is left after the first.

use std::{
    hash::{BuildHasher, RandomState},
    sync::LazyLock,
};

use super::{
    hash::{hash, join, mix},
    token::tokens,
};

const SHORTEST_TOP: usize = 2;
const LONGEST_TOP: usize = 4;
const SHORTEST_DUPLICATE: usize = 5;
const LONGEST: usize = 10;

/// All tokens of a text.
#[derive(Debug, Default)]
pub(super) struct Tokens {
    hashes: Vec<u64>,
    /// Characters of all tokens up to and with each one.
    ends: Vec<u32>,
    /// Characters of the lines, each with one line end.
    chars: usize,
}

impl Tokens {
    /// Over the lines between the first and the last that are not blank.
    pub(super) fn of<'t>(lines: impl Iterator<Item = &'t str>) -> Self {
        let mut all = Self::default();
        for line in lines {
            tokens(line, |token, _| all.push(hash(token.as_bytes()), token.chars().count()));
            all.end_line(line.chars().count());
        }
        all
    }

    /// Takes down a token of so many characters.
    pub(super) fn push(&mut self, hash: u64, chars: usize) {
        let before = self.ends.last().copied().unwrap_or(0);
        self.hashes.push(hash);
        self.ends.push(before.saturating_add(u32::try_from(chars).unwrap_or(u32::MAX)));
    }

    /// Ends a line of so many characters.
    pub(super) fn end_line(&mut self, chars: usize) {
        self.chars += chars + 1;
    }

    /// Characters of the `length` tokens from `place` on.
    fn chars_of(&self, place: usize, length: usize) -> usize {
        let before = place.checked_sub(1).and_then(|last| self.ends.get(last)).copied().unwrap_or(0);
        self.ends.get(place + length - 1).map_or(0, |end| (end - before) as usize)
    }
}

/// Shares of characters in repeated runs.
#[derive(Debug, Default)]
pub(super) struct NGrams {
    shares: [Option<f64>; LONGEST + 1],
}

impl NGrams {
    /// Of the tokens of a text.
    pub(super) fn of(tokens: &Tokens) -> Self {
        let mut runs = Runs::of(tokens);
        let chars = tokens.chars.saturating_sub(1) as f64;
        let mut grams = Self::default();
        for length in SHORTEST_TOP..=LONGEST.min(tokens.hashes.len()) {
            runs.lengthen();
            let repeated = if length <= LONGEST_TOP { runs.top() } else { runs.duplicate() };
            if let Some(share) = grams.shares.get_mut(length) {
                *share = Some(repeated as f64 / chars);
            }
        }
        grams
    }

    /// Share of the most frequent run of `length` tokens (2 to 4).
    pub(super) fn top(&self, length: usize) -> Option<f64> {
        debug_assert!((SHORTEST_TOP..=LONGEST_TOP).contains(&length));
        self.shares.get(length).copied().flatten()
    }

    /// Share of the runs of `length` tokens (5 to 10) that were seen before.
    pub(super) fn duplicate(&self, length: usize) -> Option<f64> {
        debug_assert!((SHORTEST_DUPLICATE..=LONGEST).contains(&length));
        self.shares.get(length).copied().flatten()
    }
}

/// A run of tokens that may occur twice.
#[derive(Debug, Clone, Copy)]
struct Run {
    /// The number of its first token.
    place: u32,
    /// Its place in the table.
    slot: u32,
    hash: u64,
}

/// How often a run occurs.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    hash: u64,
    /// None: the slot is free.
    count: u32,
    seen: bool,
}

/// The runs of one length that may occur twice.
#[derive(Debug)]
struct Runs<'t> {
    tokens: &'t Tokens,
    length: usize,
    /// In order of place.
    runs: Vec<Run>,
    /// Open addressing, at most half full.
    table: Vec<Slot>,
}

impl<'t> Runs<'t> {
    fn of(tokens: &'t Tokens) -> Self {
        let runs = (0_u32..).zip(&tokens.hashes).map(|(place, &hash)| Run { place, slot: 0, hash }).collect();
        Self { tokens, length: 1, runs, table: Vec::new() }
    }

    /// Makes every run one token longer.
    fn lengthen(&mut self) {
        let (tokens, length) = (self.tokens, self.length);
        self.runs.retain_mut(|run| match tokens.hashes.get(run.place as usize + length) {
            Some(&next) => {
                run.hash = join(run.hash, next);
                true
            }
            None => false,
        });
        self.length += 1;
    }

    /// Counts equal runs.
    fn count(&mut self) {
        // Whoever knows where each hash goes could make a text whose hashes all go to one place.
        static KEY: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(0));
        let key = *KEY;
        let size = (self.runs.len() * 2).next_power_of_two();
        self.table.clear();
        self.table.resize(size, Slot::default());
        for run in &mut self.runs {
            let mut at = mix(run.hash ^ key) as usize & (size - 1);
            loop {
                let slot = &mut self.table[at];
                if slot.count == 0 || slot.hash == run.hash {
                    slot.hash = run.hash;
                    slot.count += 1;
                    run.slot = at as u32;
                    break;
                }
                at = (at + 1) & (size - 1);
            }
        }
    }

    /// Leaves only the runs that occur twice or more, counted.
    fn keep_frequent(&mut self) {
        self.count();
        let table = &self.table;
        self.runs.retain(|run| table[run.slot as usize].count > 1);
    }

    fn chars(&self, place: usize) -> usize {
        self.tokens.chars_of(place, self.length)
    }

    /// Characters of the most frequent run (one space between its tokens) times its occurrences; the first one of
    /// equally frequent ones.
    fn top(&mut self) -> usize {
        self.keep_frequent();
        let (mut most, mut first) = (1, 0);
        for run in &self.runs {
            let count = self.table[run.slot as usize].count;
            if count > most {
                (most, first) = (count, run.place);
            }
        }
        most as usize * (self.chars(first as usize) + self.length - 1)
    }

    /// Characters in runs seen before; a run that was seen is stepped over whole.
    fn duplicate(&mut self) -> usize {
        self.keep_frequent();
        let (mut next, mut chars) = (0, 0);
        for run in &self.runs {
            let place = run.place as usize;
            if place < next {
                continue;
            }
            let slot = &mut self.table[run.slot as usize];
            if std::mem::replace(&mut slot.seen, true) {
                chars += self.tokens.chars_of(place, self.length);
                next = place + self.length;
            }
        }
        chars
    }
}
