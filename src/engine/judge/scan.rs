//! What the prefilter finds in a document, line by line.

use std::ops::Range;

use super::work::{CALL_COST, FOUND_COST, Work};
use crate::engine::{
    rules::set::{Call, LiteralId, Pattern, PatternId, Prefilter, Scratch},
    text::Document,
};

/// Room for so many hits and patterns is made at once: a page has about as many.
const HITS_EXPECTED: usize = 512;
const PATTERNS_EXPECTED: usize = 128;

/// A literal that stands on a line, however often; one of lists alone only where it is a word of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Hit {
    /// Which one.
    pub(super) literal: LiteralId,
    /// Whether it stands there as a word of its own, at least once.
    pub(super) bounded: bool,
}

/// The hits of a document and its non-blank lines.
#[derive(Debug)]
pub(super) struct Scan {
    hits: Vec<Hit>,
    /// The patterns that can match on a line as far as literals tell, in order for each line; not those that need none.
    patterns: Vec<PatternId>,
    /// Where the hits and the patterns of each line end; they begin where those of the line before end.
    ends: Vec<[u32; 2]>,
    /// The indices of the lines that are not blank.
    lines: Vec<u32>,
    /// Whether the hits are complete: where they are not, every pattern may match anywhere.
    plain: bool,
}

impl Scan {
    /// One pass over the folded text. Places of literals are counted, since lists of words that overlap can have
    /// many more of them than the text has letters.
    pub(super) fn of(document: &Document, prefilter: &Prefilter, work: &Work<'_>, scratch: &mut Scratch) -> Self {
        let count = document.line_count();
        let mut scan = Self {
            hits: Vec::with_capacity(HITS_EXPECTED),
            patterns: Vec::with_capacity(PATTERNS_EXPECTED),
            ends: Vec::with_capacity(count),
            lines: Vec::with_capacity(count),
            plain: false,
        };
        let seen = Seen(scratch.by_literal(prefilter.len()));
        let folded = document.folded();
        let mut lines = document.lines().enumerate();
        let mut present = lines.next();
        let (mut begin, mut end) = (0, present.as_ref().map_or(0, |(_, line)| line.folded.len()));
        let joins_words = document.folding_joins_words();
        prefilter.find(folded, joins_words, |found| {
            while found.start >= end
                && let Some((index, line)) = &present
            {
                scan.call(begin, &seen, prefilter, work);
                scan.end_line(*index, line.folded);
                present = lines.next();
                begin = scan.hits.len();
                end += 1 + present.as_ref().map_or(0, |(_, line)| line.folded.len());
            }
            work.charge(FOUND_COST);
            let traits = prefilter.traits(found.literal);
            match seen.on_line(found.literal, begin, &scan.hits) {
                Some(at) => {
                    let hit = &mut scan.hits[at];
                    hit.bounded = hit.bounded || traits.is_bounded(folded, found);
                }
                None => {
                    let bounded = traits.is_bounded(folded, found);
                    if bounded || traits.is_part(folded, found, joins_words) {
                        seen.0[found.literal.0 as usize] = small(scan.hits.len());
                        scan.hits.push(Hit { literal: found.literal, bounded });
                    }
                }
            }
            !work.is_spent()
        });
        scan.call(begin, &seen, prefilter, work);
        for (index, line) in present.into_iter().chain(lines) {
            scan.end_line(index, line.folded);
        }
        scan
    }

    /// The same line by line and literal by literal; it also lets every pattern be tried everywhere.
    #[cfg(any(test, fuzzing))]
    pub(super) fn plainly(document: &Document, prefilter: &Prefilter) -> Self {
        let mut scan =
            Self { hits: Vec::new(), patterns: Vec::new(), ends: Vec::new(), lines: Vec::new(), plain: true };
        for (index, line) in document.lines().enumerate() {
            let begin = scan.hits.len();
            for found in prefilter.find_plainly(line.folded) {
                let traits = prefilter.traits(found.literal);
                let bounded = traits.is_bounded(line.folded, found);
                if !bounded && !traits.is_part(line.folded, found, document.folding_joins_words()) {
                    continue;
                }
                match scan.hits[begin..].iter_mut().find(|hit| hit.literal == found.literal) {
                    Some(hit) => hit.bounded |= bounded,
                    None => scan.hits.push(Hit { literal: found.literal, bounded }),
                }
            }
            scan.end_line(index, line.folded);
        }
        scan
    }

    /// Notes which patterns can match on the line whose hits begin at `begin`: those of which everything stands there.
    /// Hundreds of patterns may insist on the same word, and each takes memory until the document is done.
    fn call(&mut self, begin: usize, seen: &Seen<'_>, prefilter: &Prefilter, work: &Work<'_>) {
        let first = self.patterns.len();
        let calls = |hit: &&Hit| prefilter.traits(hit.literal).has_patterns();
        for hit in self.hits[begin..].iter().filter(calls) {
            for &Call { pattern, only_with } in prefilter.calls(hit.literal) {
                work.charge(CALL_COST);
                if work.is_spent() {
                    break;
                }
                let stands = |&literal: &LiteralId| seen.on_line(literal, begin, &self.hits).is_some();
                if !only_with.as_ref().is_none_or(stands) {
                    continue;
                }
                if prefilter.needs(pattern).further.iter().all(|set| set.iter().any(stands)) {
                    self.patterns.push(pattern);
                }
            }
        }
        // Several literals of a set may stand on the line.
        let called = &mut self.patterns[first..];
        called.sort_unstable();
        let mut last = None;
        let mut end = first;
        for at in first..self.patterns.len() {
            let pattern = self.patterns[at];
            if last.replace(pattern) != Some(pattern) {
                self.patterns[end] = pattern;
                end += 1;
            }
        }
        self.patterns.truncate(end);
    }

    fn end_line(&mut self, index: usize, folded: &str) {
        self.ends.push([small(self.hits.len()), small(self.patterns.len())]);
        if !is_blank(folded) {
            self.lines.push(small(index));
        }
    }

    /// The indices of the lines that are not blank, ascending.
    pub(super) fn lines(&self) -> &[u32] {
        &self.lines
    }

    /// What stands on the line at `index`.
    pub(super) fn hits(&self, index: usize) -> &[Hit] {
        &self.hits[self.span(index, 0)]
    }

    /// The patterns that can match on the line at `index` as far as literals tell, in order; not those that need none.
    pub(super) fn patterns(&self, index: usize) -> &[PatternId] {
        &self.patterns[self.span(index, 1)]
    }

    /// Whether the pattern can match on the line at `index`.
    pub(super) fn may_match(&self, index: usize, id: PatternId, pattern: &Pattern) -> bool {
        self.plain || !pattern.needs_literal() || self.patterns(index).binary_search(&id).is_ok()
    }

    fn span(&self, index: usize, of: usize) -> Range<usize> {
        let begin = index.checked_sub(1).map_or(0, |before| self.ends[before][of] as usize);
        begin..self.ends[index][of] as usize
    }
}

/// For each literal, where its hit is, if it has one: left from lines and documents before, for to clear
/// it would take longer than to look again.
#[derive(Debug)]
struct Seen<'s>(&'s mut [u32]);

impl Seen<'_> {
    /// The place of the literal's hit, if it is among those from `begin` on.
    fn on_line(&self, literal: LiteralId, begin: usize, hits: &[Hit]) -> Option<usize> {
        let at = self.0[literal.0 as usize] as usize;
        (at >= begin && hits.get(at).is_some_and(|hit| hit.literal == literal)).then_some(at)
    }
}

/// Whether a line has nothing to see on it; folding has taken out what is invisible.
pub(super) fn is_blank(folded: &str) -> bool {
    folded.trim_start().is_empty()
}

/// Offsets of documents fit 32 bits, as the map of folding does.
fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}
