//! Repeated runs of tokens.
//!
//! A run of `n` tokens can occur twice only where both runs of `n - 1` in it do, and those two tell it from all others.
//! So each round looks only at the places that the last one left, and in text without repetition soon nothing is left.

use super::{ids::Ids, vocabulary::Vocabulary};

const SHORTEST_TOP: usize = 2;
const LONGEST_TOP: usize = 4;
const SHORTEST_DUPLICATE: usize = 5;
const LONGEST: usize = 10;

/// Places where pairs are counted, for each pair of a text: so many that few pairs share one, while they fit near memory.
const PLACES_A_PAIR: usize = 8;
const PLACES: usize = 1 << u16::BITS;

/// Shares of characters in repeated runs.
#[derive(Debug, Default)]
pub(super) struct NGrams {
    shares: [Option<f64>; LONGEST + 1],
}

impl NGrams {
    /// Of a text of so many characters, its tokens in their `order` by their places in the vocabulary.
    pub(super) fn of(vocabulary: &Vocabulary, order: &[u32], chars: usize) -> Self {
        let mut runs = Runs::of(vocabulary, order);
        let mut grams = Self::default();
        for length in SHORTEST_TOP..=LONGEST.min(order.len()) {
            if length > SHORTEST_TOP {
                runs.lengthen();
            }
            let repeated = if length <= LONGEST_TOP { runs.top() } else { runs.duplicate() };
            if let Some(share) = grams.shares.get_mut(length) {
                *share = Some(repeated as f64 / chars as f64);
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

/// A run of tokens that occurs twice or more.
#[derive(Debug, Clone, Copy, Default)]
struct Run {
    /// The number of its first token.
    place: u32,
    /// The same for equal runs.
    id: u32,
}

/// The runs of one length that occur twice or more.
#[derive(Debug)]
struct Runs<'t> {
    vocabulary: &'t Vocabulary,
    order: &'t [u32],
    length: usize,
    /// In order of place.
    runs: Vec<Run>,
    ids: Ids,
    /// How often each run occurs, by id.
    times: Vec<u32>,
    /// Whether one of them was counted as repeated, by id.
    seen: Vec<bool>,
}

impl<'t> Runs<'t> {
    /// Of two tokens.
    fn of(vocabulary: &'t Vocabulary, order: &'t [u32]) -> Self {
        let mut runs = perhaps_repeated_pairs(order);
        let ids = Ids::with_room(runs.len());
        let times = Vec::with_capacity(runs.len());
        let (length, seen) = (SHORTEST_TOP, Vec::new());
        let mut pairs = Self { vocabulary, order, length, runs: Vec::new(), ids, times, seen };
        for run in &mut runs {
            let place = run.place as usize;
            run.id = pairs.number(order[place], order[place + 1]);
        }
        pairs.runs = runs;
        pairs.keep_frequent();
        pairs
    }

    /// Makes every run one token longer, and leaves those that still occur twice or more.
    fn lengthen(&mut self) {
        self.length += 1;
        self.ids.restart(self.runs.len());
        self.times.clear();
        let mut kept = 0;
        for at in 1..self.runs.len() {
            let (first, second) = (self.runs[at - 1], self.runs[at]);
            if first.place + 1 == second.place {
                // Never further than what was read.
                self.runs[kept] = Run { place: first.place, id: self.number(first.id, second.id) };
                kept += 1;
            }
        }
        self.runs.truncate(kept);
        self.keep_frequent();
    }

    /// The id of a run whose two runs without its last and without its first token have these; counts it.
    #[inline]
    fn number(&mut self, first: u32, second: u32) -> u32 {
        let id = self.ids.number(u64::from(first) << 32 | u64::from(second));
        match self.times.get_mut(id) {
            Some(times) => *times += 1,
            None => self.times.push(1),
        }
        id as u32
    }

    fn keep_frequent(&mut self) {
        self.runs.retain(|run| self.times[run.id as usize] > 1);
    }

    /// Characters in the run of tokens that begins at `place`.
    fn chars(&self, place: u32) -> usize {
        let place = place as usize;
        let tokens = self.order.get(place..place + self.length).unwrap_or_default();
        tokens
            .iter()
            .filter_map(|&id| self.vocabulary.entries().get(id as usize))
            .map(|entry| entry.chars as usize)
            .sum()
    }

    /// Characters of the most frequent run (one space between its tokens) times its occurrences; the first one of
    /// equally frequent ones.
    fn top(&self) -> usize {
        let (mut most, mut first) = (1, 0);
        for run in &self.runs {
            let times = self.times[run.id as usize];
            if times > most {
                (most, first) = (times, run.place);
            }
        }
        most as usize * (self.chars(first) + self.length - 1)
    }

    /// Characters in runs seen before; a run that was seen is stepped over whole.
    fn duplicate(&mut self) -> usize {
        self.seen.clear();
        self.seen.resize(self.times.len(), false);
        let (mut next, mut chars) = (0, 0);
        for run in &self.runs {
            if run.place >= next && std::mem::replace(&mut self.seen[run.id as usize], true) {
                chars += self.chars(run.place);
                next = run.place + self.length as u32;
            }
        }
        chars
    }
}

/// The pairs of tokens that may occur twice, still without ids. Most pairs occur once, and to count them all where some
/// share a place costs a fraction of telling each from all others.
fn perhaps_repeated_pairs(order: &[u32]) -> Vec<Run> {
    let mut counts = vec![0_u8; (order.len() * PLACES_A_PAIR).next_power_of_two().min(PLACES)];
    let last = counts.len() - 1;
    // Apart from the counting, so that several places are worked out in one instruction.
    let places: Vec<u16> = order.array_windows().map(place_of).collect();
    for &place in &places {
        let count = &mut counts[usize::from(place) & last];
        *count = count.saturating_add(1);
    }
    // Every pair is written down, and the next one over it unless it may occur twice: a processor cannot guess which do.
    let mut runs = vec![Run::default(); order.len()];
    let mut kept = 0;
    for (place, &counted_at) in (0_u32..).zip(&places) {
        runs[kept] = Run { place, id: 0 };
        kept += usize::from(counts[usize::from(counted_at) & last] > 1);
    }
    runs.truncate(kept);
    runs
}

/// Where a pair is counted. (The factors are those of xxHash: odd, and without a pattern.)
#[inline]
fn place_of(&[first, second]: &[u32; 2]) -> u16 {
    ((first.wrapping_mul(0x9E37_79B1) ^ second).wrapping_mul(0x85EB_CA77) >> u16::BITS) as u16
}
