//! Which patterns can match where a literal stands. Every line with a literal asks, so the answers lie in one row, and the
//! first look at each tells most of them off.

use super::{LiteralId, PatternId};

/// A pattern that can match where a literal stands.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Call {
    /// Which one.
    pub(crate) pattern: PatternId,
    /// A literal without which it cannot, where there is a single such beside the one that calls.
    pub(crate) only_with: Option<LiteralId>,
}

/// The calls of all literals.
#[derive(Debug, Default)]
pub(super) struct Calls {
    /// Where those of each literal end; they begin where those of the one before end.
    ends: Box<[u32]>,
    calls: Box<[Call]>,
}

impl Calls {
    /// Of so many literals, in any order.
    pub(super) fn of(literals: usize, mut calls: Vec<(LiteralId, Call)>) -> Self {
        calls.sort_by_key(|(literal, _)| *literal);
        let mut ends = vec![0; literals];
        for (end, &(literal, _)) in (1..).zip(&calls) {
            ends[literal.0 as usize] = end;
        }
        let mut last = 0;
        for end in &mut ends {
            last = last.max(*end);
            *end = last;
        }
        Self { ends: ends.into(), calls: calls.into_iter().map(|(_, call)| call).collect() }
    }

    /// Those of one literal, in the order in which they came.
    #[inline]
    pub(super) fn by(&self, literal: LiteralId) -> &[Call] {
        let index = literal.0 as usize;
        let begin = index.checked_sub(1).map_or(0, |before| self.ends[before]);
        &self.calls[begin as usize..self.ends[index] as usize]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn each_literal_has_its_own(by in prop::collection::vec(0..9_u32, 0..30)) {
            let calls: Vec<_> =
                (0..).zip(&by).map(|(id, &by)| (LiteralId(by), Call { pattern: PatternId(id), only_with: None })).collect();
            let laid_out = Calls::of(10, calls);
            for literal in 0..10 {
                let own: Vec<u32> = laid_out.by(LiteralId(literal)).iter().map(|call| call.pattern.0).collect();
                let expected: Vec<u32> = (0..).zip(&by).filter(|(_, by)| **by == literal).map(|(id, _)| id).collect();
                prop_assert_eq!(own, expected);
            }
        }
    }
}
