//! Which lines a rule looks at.

use std::ops::Range;

use super::{Run, Stage, Truth, line::View, truth::evaluate};
use crate::engine::rules::{
    model::{Logic, Part},
    set::{LineTest, Region, RegionId},
};

/// A region on one document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Extent {
    /// Counted over the non-blank lines of the document, from 0.
    pub(super) ranks: Range<usize>,
    /// From the first line to past the last one, counted over all lines, from 0.
    pub(super) lines: Range<usize>,
    /// Its end is where `until` put it, or the document's: not a limit on its size.
    pub(super) ends_by_itself: bool,
    /// It is larger than `share` allows, since a line ended it and `until_share` was in force.
    pub(super) grown: bool,
}

/// How far the line was looked for, from one end of the document, that ends regions by one condition. Regions of several
/// sizes end by the same, and none of them asks a line again that another one has asked.
#[derive(Debug)]
pub(super) struct Search {
    until: *const Logic<LineTest>,
    from_end: bool,
    /// Non-blank lines, counted from that end.
    asked: usize,
    /// The last one of them ends regions.
    found: bool,
}

impl Run<'_> {
    /// The region on this document, found once.
    pub(super) fn extent(&self, id: RegionId) -> &Extent {
        let index = id.0 as usize;
        self.extents[index]
            .get_or_init(|| self.probe.stage(Stage::Regions, || self.find_extent(&self.rules.regions()[index])))
    }

    fn find_extent(&self, region: &Region) -> Extent {
        let lines = self.scan.lines();
        let before = self.given.lines_before as usize;
        let all = before + lines.len() + self.given.lines_after as usize;
        let sized = |share| {
            let size = size(region.lines, share, all);
            match region.part {
                Part::All => 0..lines.len(),
                Part::Head => 0..size.saturating_sub(before).min(lines.len()),
                Part::Tail => (all - size).saturating_sub(before).min(lines.len())..lines.len(),
            }
        };
        let mut ranks = sized(region.share);
        let allowed = ranks.len();
        let mut ends_by_itself = ranks.end == lines.len();
        if let Some(until) = &region.until {
            let mut searched = ranks.clone();
            if let Some((share, until_share)) = region.share.zip(region.until_share) {
                // The line that ends the region is not in it, so it may stand one line beyond.
                searched = sized(Some(share.max(until_share)));
                match region.part {
                    Part::All | Part::Head => searched.end = (searched.end + 1).min(lines.len()),
                    Part::Tail => searched.start = searched.start.saturating_sub(1),
                }
            }
            match (region.part, self.find_stop(until, region.part, searched.len())) {
                (_, None) => {}
                (Part::All | Part::Head, Some(rank)) => {
                    ranks.end = rank;
                    ends_by_itself = true;
                }
                (Part::Tail, Some(rank)) => ranks.start = rank + 1,
            }
        }
        let span = match ranks.clone().next_back() {
            Some(last) => lines[ranks.start] as usize..lines[last] as usize + 1,
            None => 0..0,
        };
        let beyond = match region.part {
            Part::All | Part::Head => self.given.lines_before,
            Part::Tail => self.given.lines_after,
        };
        if region.lines_at_least.is_some_and(|least| ranks.len() + (beyond as usize) < least as usize) {
            ranks.end = ranks.start;
        }
        let grown = ranks.len() > allowed;
        Extent { ranks, lines: span, ends_by_itself, grown }
    }

    /// The rank of the first of so many lines that satisfies `until`, counted from the end for the document's tail.
    fn find_stop(&self, until: &Logic<LineTest>, part: Part, count: usize) -> Option<usize> {
        let lines = self.scan.lines();
        let from_end = part == Part::Tail;
        let rank = |place: usize| if from_end { lines.len() - 1 - place } else { place };
        let mut searches = self.searches.borrow_mut();
        let known = searches.iter().position(|known| std::ptr::eq(known.until, until) && known.from_end == from_end);
        let known = known.unwrap_or_else(|| {
            searches.push(Search { until, from_end, asked: 0, found: false });
            searches.len() - 1
        });
        let search = &mut searches[known];
        while !search.found && search.asked < count {
            let view = View::of(self, lines[rank(search.asked)] as usize);
            search.asked += 1;
            search.found =
                self.work.is_spent() || evaluate(until, &mut |test| self.line_test(test, &view, None)) == Truth::True;
        }
        (search.found && search.asked <= count).then(|| rank(search.asked - 1))
    }
}

/// How many of `all` non-blank lines a region takes at most: never more than its share, but one, unless the share is 0.
fn size(lines: Option<u32>, share: Option<f64>, all: usize) -> usize {
    let lines = lines.map_or(usize::MAX, |lines| lines as usize);
    #[expect(
        clippy::cast_precision_loss,
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "a share of a count is between 0 and the count"
    )]
    // A share such as 0.3 is a little less or more than written: three of ten lines are three.
    let share =
        share.map_or(usize::MAX, |share| ((share * all as f64 + 1e-9).floor() as usize).max(usize::from(share > 0.0)));
    lines.min(share).min(all)
}
