//! Repeated runs of tokens.
//!
//! Every token is hashed once; the hash of each run of `n` tokens comes from that of `n - 1` by one step. A run can be
//! frequent only where the shorter run at the same place is, so each round looks only at the places the last one left:
//! in text without repetition, nothing is left after the first.

use std::collections::HashSet;

use super::{
    hash::{hash, join},
    token::tokens,
};

const SHORTEST_TOP: usize = 2;
const LONGEST_TOP: usize = 4;
const SHORTEST_DUPLICATE: usize = 5;
const LONGEST: usize = 10;

/// Shares of characters in repeated runs.
#[derive(Debug, Default)]
pub(super) struct NGrams {
    shares: [Option<f64>; LONGEST + 1],
}

impl NGrams {
    /// Over the lines between the first and the last that are not blank.
    pub(super) fn of<'t>(lines: impl Iterator<Item = &'t str>) -> Self {
        let mut runs = Runs::default();
        let mut chars = 0_usize;
        let mut hashes = Vec::new();
        for line in lines {
            chars += 1 + line.chars().count();
            tokens(line, |token, _| {
                hashes.push(hash(token.as_bytes()));
                runs.ends.push(runs.ends.last().unwrap_or(&0) + token.chars().count());
            });
        }
        let chars = chars.saturating_sub(1) as f64;
        runs.hashes.clone_from(&hashes);
        runs.length = 1;
        runs.places = (0..hashes.len()).collect();
        let mut grams = Self::default();
        for length in SHORTEST_TOP..=LONGEST.min(hashes.len()) {
            runs.lengthen(&hashes);
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

/// All runs of one length.
#[derive(Debug, Default)]
struct Runs {
    length: usize,
    /// Of the run that begins at each token.
    hashes: Vec<u64>,
    /// Characters of all tokens up to and with each one.
    ends: Vec<usize>,
    /// Where runs begin that may occur twice, ascending.
    places: Vec<usize>,
}

impl Runs {
    /// Makes every run one token longer.
    fn lengthen(&mut self, tokens: &[u64]) {
        self.hashes.pop();
        for (run, next) in self.hashes.iter_mut().zip(tokens.iter().skip(self.length)) {
            *run = join(*run, *next);
        }
        self.length += 1;
        let count = self.hashes.len();
        self.places.retain(|place| *place < count);
    }

    fn hash(&self, place: usize) -> u64 {
        self.hashes.get(place).copied().unwrap_or_default()
    }

    /// Characters of the tokens of the run at `place`.
    fn chars(&self, place: usize) -> usize {
        let before = place.checked_sub(1).and_then(|last| self.ends.get(last)).copied().unwrap_or(0);
        self.ends.get(place + self.length - 1).map_or(0, |end| end - before)
    }

    /// Characters of the most frequent run (one space between its tokens) times its occurrences; the first one of
    /// equally frequent ones.
    fn top(&mut self) -> usize {
        let mut sorted: Vec<(u64, usize)> = self.places.iter().map(|place| (self.hash(*place), *place)).collect();
        sorted.sort_unstable();
        let (mut most, mut first) = (1, 0);
        self.places.clear();
        for equal in sorted.chunk_by(|a, b| a.0 == b.0) {
            let [(_, place), others @ ..] = equal else { continue };
            if others.is_empty() {
                continue;
            }
            self.places.extend(equal.iter().map(|(_, place)| *place));
            if equal.len() > most || equal.len() == most && *place < first {
                (most, first) = (equal.len(), *place);
            }
        }
        self.places.sort_unstable();
        most * (self.chars(first) + self.length - 1)
    }

    /// Characters in runs seen before; a run that was seen is stepped over whole.
    fn duplicate(&mut self) -> usize {
        self.keep_frequent();
        let mut seen = HashSet::with_capacity(self.places.len());
        let (mut next, mut chars) = (0, 0);
        for place in &self.places {
            if *place < next {
                continue;
            }
            if !seen.insert(self.hash(*place)) {
                chars += self.chars(*place);
                next = place + self.length;
            }
        }
        chars
    }

    /// Leaves only the places of runs that occur twice or more.
    fn keep_frequent(&mut self) {
        let mut sorted: Vec<u64> = self.places.iter().map(|place| self.hash(*place)).collect();
        sorted.sort_unstable();
        let frequent: HashSet<u64> =
            sorted.iter().zip(sorted.iter().skip(1)).filter(|(a, b)| a == b).map(|(hash, _)| *hash).collect();
        let hashes = &self.hashes;
        self.places.retain(|place| hashes.get(*place).is_some_and(|hash| frequent.contains(hash)));
    }
}
