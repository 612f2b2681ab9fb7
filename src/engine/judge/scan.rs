//! What the prefilter finds in a document, line by line.

use std::ops::Range;

use super::work::{FOUND_COST, Work};
use crate::engine::{
    rules::set::{LiteralId, Pattern, PatternId, Prefilter},
    text::Document,
};

/// A literal that stands on a line, however often.
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
    /// Where the hits of each line end; they begin where those of the line before end.
    ends: Vec<u32>,
    /// The indices of the lines that are not blank.
    lines: Vec<u32>,
    /// Whether the hits are complete: where they are not, every pattern may match anywhere.
    plain: bool,
}

impl Scan {
    /// One pass over the folded text. Places of literals are counted, since lists of words that overlap can have
    /// many more of them than the text has letters.
    pub(super) fn of(document: &Document, prefilter: &Prefilter, work: &Work<'_>) -> Self {
        let mut found = prefilter.find(document.folded()).peekable();
        let count = document.line_count();
        let mut scan = Self {
            hits: Vec::with_capacity(64),
            ends: Vec::with_capacity(count),
            lines: Vec::with_capacity(count),
            plain: false,
        };
        // For each literal, where on the present line its hit is.
        let mut seen = vec![u32::MAX; prefilter.len()];
        let mut end = 0;
        let folded = document.folded();
        for (index, line) in document.lines().enumerate() {
            let begin = scan.hits.len();
            let from = end;
            end = from + line.folded.len();
            while let Some(found) = found.next_if(|found| found.end <= end && !work.is_spent()) {
                work.charge(FOUND_COST);
                if found.start < from {
                    continue;
                }
                let at = &mut seen[found.literal.0 as usize];
                let known = (*at as usize).checked_sub(begin).is_some() && (*at as usize) < scan.hits.len();
                if !known {
                    *at = small(scan.hits.len());
                    scan.hits.push(Hit { literal: found.literal, bounded: false });
                }
                let hit = &mut scan.hits[*at as usize];
                hit.bounded = hit.bounded || prefilter.literal(found.literal).is_bounded(folded, found);
            }
            scan.end_line(index, line.folded);
            end += 1;
        }
        scan
    }

    /// The same line by line and literal by literal; it also lets every pattern be tried everywhere.
    #[cfg(any(test, fuzzing))]
    pub(super) fn plainly(document: &Document, prefilter: &Prefilter) -> Self {
        let mut scan = Self { hits: Vec::new(), ends: Vec::new(), lines: Vec::new(), plain: true };
        for (index, line) in document.lines().enumerate() {
            let begin = scan.hits.len();
            for found in prefilter.find_plainly(line.folded) {
                let bounded = prefilter.literal(found.literal).is_bounded(line.folded, found);
                match scan.hits[begin..].iter_mut().find(|hit| hit.literal == found.literal) {
                    Some(hit) => hit.bounded |= bounded,
                    None => scan.hits.push(Hit { literal: found.literal, bounded }),
                }
            }
            scan.end_line(index, line.folded);
        }
        scan
    }

    fn end_line(&mut self, index: usize, folded: &str) {
        self.ends.push(small(self.hits.len()));
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
        &self.hits[self.span(index)]
    }

    /// Whether the pattern can match on the line at `index`.
    pub(super) fn may_match(&self, index: usize, id: PatternId, pattern: &Pattern, prefilter: &Prefilter) -> bool {
        self.plain
            || !pattern.needs_literal()
            || self.hits(index).iter().any(|hit| prefilter.literal(hit.literal).patterns.contains(&id))
    }

    fn span(&self, index: usize) -> Range<usize> {
        let begin = index.checked_sub(1).map_or(0, |before| self.ends[before] as usize);
        begin..self.ends[index] as usize
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
