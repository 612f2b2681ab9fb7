//! On which lines can a rule fire at all? Where one of a set of literals stands, or anywhere.

use super::{
    LineTest,
    pattern::Pattern,
    prefilter::{Builder, LiteralId},
};
use crate::engine::rules::model::Logic;

/// Literals of which one stands on every line where `logic` is other than false (`holds`), or other than true
/// (not `holds`); `None` where there is no useful set.
///
/// Sound because a pattern and a words test are false, never unknown, where none of their literals stands.
pub(super) fn trigger(
    logic: &Logic<LineTest>,
    holds: bool,
    patterns: &[Pattern],
    builder: &Builder,
) -> Option<Vec<LiteralId>> {
    let of = |part: &Logic<LineTest>| trigger(part, holds, patterns, builder);
    match (logic, holds) {
        (Logic::Any(parts), true) | (Logic::All(parts), false) => union(parts.iter().map(of)),
        (Logic::All(parts), true) | (Logic::Any(parts), false) => {
            parts.iter().filter_map(of).max_by_key(|set| builder.selectivity(set))
        }
        (Logic::Not(part), _) => trigger(part, !holds, patterns, builder),
        (Logic::Use(_, part), _) => of(part),
        (Logic::Is(test), true) => leaf(&test.value, patterns, builder),
        (Logic::Is(_), false) => None,
    }
    .filter(|set| set.is_empty() || builder.selectivity(set).is_some())
}

fn leaf(test: &LineTest, patterns: &[Pattern], builder: &Builder) -> Option<Vec<LiteralId>> {
    match test {
        LineTest::Regex(alternatives) => union(alternatives.iter().map(|id| patterns[id.0 as usize].literals.clone())),
        LineTest::Words(words) => union(words.lists.iter().map(|&list| Some(builder.items(list).to_vec()))),
        LineTest::Script(_) | LineTest::Language(_) | LineTest::Shape(_) | LineTest::Repeated { .. } => None,
    }
}

fn union(sets: impl Iterator<Item = Option<Vec<LiteralId>>>) -> Option<Vec<LiteralId>> {
    let mut all = Vec::new();
    for set in sets {
        all.extend(set?);
    }
    all.sort_unstable();
    all.dedup();
    Some(all)
}
