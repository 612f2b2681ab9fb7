//! Blocks of consecutive lines.

use std::ops::Range;

use super::{
    Run, Truth,
    line::{View, count_share},
    notes::{Notes, exact, within},
    region::Extent,
    truth::evaluate,
};
use crate::engine::rules::{
    model::Logic,
    set::{Includes, LineTest, RuleId, SectionTest},
};

/// What is known of the lines of one section rule, so that blocks that begin inside one another are not walked through
/// again: their lines go on to the same end.
#[derive(Debug, Clone, Default)]
pub(super) struct Walk {
    /// From the line that began the walk, lines go on up to the end (excluded).
    known: Range<usize>,
    /// The line at the end of what is known does not go on.
    stopped: bool,
    /// Past the last line before `known.end` that may end a block, and that end.
    cut: Option<(usize, Option<usize>)>,
    /// How many known lines stand between `known.start` and each line.
    included: Vec<u32>,
    /// Rank of the first line that may begin a block: past the last one that was found.
    pub(super) from: usize,
}

/// What is known for each section rule that was asked.
#[derive(Debug, Default)]
pub(super) struct Walks(Vec<(RuleId, Walk)>);

impl Walks {
    /// Of one rule. Few are asked on a document, so that looking through them takes least.
    pub(super) fn of(&mut self, id: RuleId) -> &mut Walk {
        let place = self.0.iter().position(|(known, _)| *known == id).unwrap_or_else(|| {
            self.0.push((id, Walk::default()));
            self.0.len() - 1
        });
        &mut self.0[place].1
    }
}

/// A block that begins with a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Block {
    /// Its non-blank lines, as ranks.
    pub(super) ranks: Range<usize>,
    /// How many of them are known, where the rule asks for that.
    pub(super) included: Option<usize>,
    /// What keeps it from being a section.
    pub(super) flaw: Option<Flaw>,
}

/// Why a block is not a section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Flaw {
    /// It does not begin with the document.
    BeginsLate,
    /// None of its lines may end it.
    NoEnd,
    /// More or fewer lines than the rule allows.
    Size,
    /// It goes on past the region that the rule looks at.
    LeavesRegion,
    /// It does not reach the document's end.
    EndsEarly,
    /// Too few known lines.
    Unknown,
}

impl Flaw {
    /// In words, of a block.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::BeginsLate => "it does not begin with the document",
            Self::NoEnd => "it has no line to end with",
            Self::Size => "it has more or fewer lines than the rule allows",
            Self::LeavesRegion => "it goes on past the region",
            Self::EndsEarly => "it does not reach the end of the document",
            Self::Unknown => "it includes too few known lines",
        }
    }
}

impl Run<'_> {
    /// The block that begins at the non-blank line of this rank.
    ///
    /// It ends before a line that does not go on: one for which `continues` is not true, or `ends_before` not false.
    /// Where a limit on the region's size cuts it short it is none, since its size is then not known; where the
    /// region ends by itself, or nothing else ends the block, it ends there.
    pub(super) fn block(&self, section: &SectionTest, extent: &Extent, start: usize, walk: &mut Walk) -> Block {
        let last = self.scan.lines().len();
        if section.from_start && (start > 0 || self.given.lines_before > 0) {
            return Block { ranks: start..start + 1, included: None, flaw: Some(Flaw::BeginsLate) };
        }
        self.delimit(section, extent, start, walk);
        let natural = walk.known.end;
        let mut flaw = None;
        let open = section.continues.is_none() && section.ends_before.is_none();
        if !walk.stopped && natural == extent.ranks.end && natural < last && !extent.ends_by_itself && !open {
            flaw = self.goes_on(section, natural).then_some(Flaw::LeavesRegion);
        }
        let end = match &section.ends_with {
            None => Some(natural),
            Some(logic) => self.cut(logic, walk).filter(|&end| end > start),
        };
        let Some(end) = end else {
            return Block { ranks: start..natural, included: None, flaw: flaw.or(Some(Flaw::NoEnd)) };
        };
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
        let lines = (end - start) as f64;
        if flaw.is_none() && !within(lines, section.lines) {
            flaw = Some(Flaw::Size);
        }
        if flaw.is_none() && section.to_end && (end < last || self.given.lines_after > 0) {
            flaw = Some(Flaw::EndsEarly);
        }
        let mut included = None;
        if let (None, Some(includes)) = (flaw, &section.includes) {
            let count = self.included(includes, start..end, walk);
            let enough = count >= includes.at_least as usize
                && includes.share_at_least.is_none_or(|limit| count_share(count, end - start) >= limit);
            flaw = (!enough).then_some(Flaw::Unknown);
            included = Some(count);
        }
        Block { ranks: start..end, included, flaw }
    }

    /// Walks on from what is known until a line does not go on, the region ends, or the block is longer than any may
    /// be.
    fn delimit(&self, section: &SectionTest, extent: &Extent, start: usize, walk: &mut Walk) {
        if !walk.known.contains(&start) {
            let mut included = std::mem::take(&mut walk.included);
            included.clear();
            *walk = Walk { known: start..start + 1, included, from: walk.from, ..Walk::default() };
        }
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
        let too_long = |end: usize| {
            section.ends_with.is_none() && section.lines.at_most.is_some_and(|limit| (end - start) as f64 > limit)
        };
        while !walk.stopped && walk.known.end < extent.ranks.end && !too_long(walk.known.end) && !self.work.is_spent() {
            if self.goes_on(section, walk.known.end) {
                walk.known.end += 1;
            } else {
                walk.stopped = true;
            }
        }
    }

    /// Past the last line of what is known that may end a block.
    fn cut(&self, logic: &Logic<LineTest>, walk: &mut Walk) -> Option<usize> {
        let end = walk.known.end;
        match walk.cut {
            Some((known, cut)) if known == end => cut,
            _ => {
                let last = walk.known.clone().rev().find(|&rank| self.holds_at(logic, rank));
                let cut = last.map(|rank| rank + 1);
                walk.cut = Some((end, cut));
                cut
            }
        }
    }

    /// How many of the lines are known.
    fn included(&self, includes: &Includes, ranks: Range<usize>, walk: &mut Walk) -> usize {
        let from = walk.known.start;
        if walk.included.is_empty() {
            walk.included.push(0);
        }
        while from + walk.included.len() <= ranks.end {
            let rank = from + walk.included.len() - 1;
            let before = walk.included.last().copied().unwrap_or(0);
            walk.included.push(before + u32::from(self.holds_at(&includes.line, rank)));
        }
        (walk.included[ranks.end - from] - walk.included[ranks.start - from]) as usize
    }

    fn goes_on(&self, section: &SectionTest, rank: usize) -> bool {
        let view = View::of(self, self.scan.lines()[rank] as usize);
        let test = |logic: &Logic<LineTest>| evaluate(logic, &mut |test| self.line_test(test, &view, None));
        section.ends_before.as_ref().is_none_or(|logic| test(logic) == Truth::False)
            && section.continues.as_ref().is_none_or(|logic| test(logic) == Truth::True)
    }

    fn holds_at(&self, logic: &Logic<LineTest>, rank: usize) -> bool {
        let view = View::of(self, self.scan.lines()[rank] as usize);
        evaluate(logic, &mut |test| self.line_test(test, &view, None)) == Truth::True
    }
}

/// Writes down how many known lines a block has, and how many it needs.
pub(super) fn note_included(notes: &mut Notes, count: usize, includes: &Includes) {
    notes.set("lines_included", count);
    notes.set("lines_included_at_least", includes.at_least);
    if let Some(limit) = includes.share_at_least {
        notes.set("lines_included_share_at_least", exact(limit));
    }
}
