//! Which rules are asked on which lines.

use std::{cell::Cell, ops::Range};

use super::{Run, line::View};
use crate::engine::rules::set::{Matcher, RuleId};

/// Ranks of lines (counted over the non-blank ones, from 0), the last excluded.
type Ranks = (u32, u32);

/// Where each rule is asked, and who is asked on the present line.
#[derive(Debug)]
pub(super) struct Roster {
    /// Rules that are asked on all lines.
    everywhere: Standing,
    /// Rules that are asked on all lines that are not all ASCII.
    beyond_ascii: Standing,
    /// Rules that are asked on the line looked at, unless they turn out not to look there.
    called: Bits,
    /// By rule: the lines it is asked on, once somebody wanted to know.
    ranks: Vec<Cell<Option<Ranks>>>,
}

impl Roster {
    /// Before the first line.
    pub(super) fn of(run: &Run<'_>) -> Self {
        let count = run.rules.rules().len();
        let mut roster = Self {
            everywhere: Standing::none(count),
            beyond_ascii: Standing::none(count),
            called: Bits::none(count),
            ranks: vec![Cell::new(None); count],
        };
        let order = run.rules.order();
        if run.plain {
            let on_lines = |id: &RuleId| run.rules.rule(*id).matcher.is_of_lines();
            roster.everywhere.rules = roster.standing(run, run.rules.ids().filter(on_lines));
        } else {
            roster.everywhere.rules = roster.standing(run, order.standing.iter().copied());
            roster.beyond_ascii.rules = roster.standing(run, order.beyond_ascii.iter().copied());
        }
        roster
    }

    fn standing(&self, run: &Run<'_>, rules: impl Iterator<Item = RuleId>) -> Vec<(RuleId, Ranks)> {
        rules.map(|id| (id, self.ranks(run, id))).filter(|(_, (from, to))| from < to).collect()
    }

    /// Finds the rules that may have to be asked on a line: those that are asked on all such lines, and those that its
    /// literals call. Lines come in their order. False: there are none.
    pub(super) fn call(&mut self, run: &Run<'_>, rank: usize, view: &View<'_>) -> bool {
        let rank = small(rank);
        self.called.copy(self.everywhere.at(rank));
        if !self.beyond_ascii.rules.is_empty() && !view.is_ascii() {
            self.called.add(self.beyond_ascii.at(rank));
        }
        if !run.plain {
            let prefilter = run.rules.prefilter();
            for hit in
                run.scan.hits(view.index).iter().filter(|hit| hit.bounded && prefilter.traits(hit.literal).has_rules())
            {
                prefilter.literal(hit.literal).rules.iter().for_each(|&id| self.called.insert(id));
            }
            for &pattern in run.scan.patterns(view.index) {
                prefilter.needs(pattern).rules.iter().for_each(|&id| self.called.insert(id));
            }
        }
        !self.called.is_empty()
    }

    /// The called rules, in order of id.
    pub(super) fn called(&self) -> impl Iterator<Item = RuleId> + '_ {
        self.called.iter()
    }

    /// Whether a called rule is asked on the line of this rank: whether it is asked at all, lets the document in and
    /// looks at that line.
    pub(super) fn asks(&self, run: &Run<'_>, id: RuleId, rank: usize) -> bool {
        let (from, to) = self.ranks(run, id);
        (from..to).contains(&small(rank))
    }

    fn ranks(&self, run: &Run<'_>, id: RuleId) -> Ranks {
        let known = &self.ranks[id.0 as usize];
        known.get().unwrap_or_else(|| {
            let ranks = find_ranks(run, id);
            known.set(Some(ranks));
            ranks
        })
    }
}

fn find_ranks(run: &Run<'_>, id: RuleId) -> Ranks {
    if !run.admits(id) {
        return (0, 0);
    }
    let rule = run.rules.rule(id);
    let Range { start, end } = run.extent(rule.region).ranks;
    let end = match &rule.matcher {
        // A section that begins with the document begins on its first line or nowhere.
        Matcher::Section(section) if section.from_start && !run.plain => {
            end.min(usize::from(run.given.lines_before == 0))
        }
        _ => end,
    };
    (small(start), small(end))
}

/// Rules that need no call.
#[derive(Debug)]
struct Standing {
    /// With the lines that they are asked on.
    rules: Vec<(RuleId, Ranks)>,
    /// Those that are asked on every line before `changes_at`.
    present: Bits,
    changes_at: u32,
}

impl Standing {
    fn none(rules: usize) -> Self {
        Self { rules: Vec::new(), present: Bits::none(rules), changes_at: 0 }
    }

    /// Those that are asked on the line of this rank, which is not before the one that was asked for last.
    fn at(&mut self, rank: u32) -> &Bits {
        if rank >= self.changes_at {
            self.present.clear();
            self.changes_at = u32::MAX;
            for &(id, (from, to)) in &self.rules {
                if (from..to).contains(&rank) {
                    self.present.insert(id);
                    self.changes_at = self.changes_at.min(to);
                } else if from > rank {
                    self.changes_at = self.changes_at.min(from);
                }
            }
        }
        &self.present
    }
}

/// A set of rules.
#[derive(Debug)]
struct Bits(Vec<u64>);

impl Bits {
    fn none(rules: usize) -> Self {
        Self(vec![0; rules.div_ceil(64)])
    }

    fn clear(&mut self) {
        self.0.fill(0);
    }

    fn copy(&mut self, other: &Self) {
        self.0.copy_from_slice(&other.0);
    }

    fn add(&mut self, other: &Self) {
        self.0.iter_mut().zip(&other.0).for_each(|(word, more)| *word |= more);
    }

    fn is_empty(&self) -> bool {
        self.0.iter().all(|&word| word == 0)
    }

    fn insert(&mut self, id: RuleId) {
        self.0[id.0 as usize / 64] |= 1 << (id.0 % 64);
    }

    fn iter(&self) -> impl Iterator<Item = RuleId> + '_ {
        self.0.iter().zip((0..).step_by(64)).flat_map(|(&word, first)| {
            let mut rest = word;
            std::iter::from_fn(move || {
                let bit = (rest != 0).then(|| rest.trailing_zeros())?;
                rest &= rest - 1;
                Some(RuleId(first + bit))
            })
        })
    }
}

/// Lines are counted in 32 bits, as in the findings.
fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn standing_rules_are_asked_where_they_look(
            rules in prop::collection::vec((0..20_u32, 0..20_u32), 0..9),
            steps in prop::collection::vec(0..4_u32, 1..20),
        ) {
            let mut standing = Standing::none(rules.len());
            standing.rules = (0..).map(RuleId).zip(rules.iter().copied()).filter(|(_, (from, to))| from < to).collect();
            let mut rank = 0;
            for step in steps {
                rank += step;
                let present: Vec<u32> = standing.at(rank).iter().map(|id| id.0).collect();
                let expected: Vec<u32> =
                    (0..).zip(&rules).filter(|(_, (from, to))| (from..to).contains(&&rank)).map(|(id, _)| id).collect();
                prop_assert_eq!(present, expected);
            }
        }

        #[test]
        fn bits_come_out_once_and_in_order(ids in prop::collection::vec(0..200_u32, 0..40)) {
            let mut bits = Bits::none(200);
            ids.iter().for_each(|&id| bits.insert(RuleId(id)));
            let sorted: BTreeSet<u32> = ids.into_iter().collect();
            prop_assert_eq!(bits.iter().map(|id| id.0).collect::<Vec<_>>(), sorted.into_iter().collect::<Vec<_>>());
        }
    }
}
