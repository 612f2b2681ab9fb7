//! On which lines can a rule fire at all? Where one of a set of literals stands, beyond ASCII, or anywhere.

use super::{
    LineTest,
    pattern::Pattern,
    prefilter::{Builder, LiteralId},
};
use crate::engine::rules::model::Logic;

/// What calls a rule on a line: one of the literals, or any character beyond ASCII.
#[derive(Debug, Default)]
pub(super) struct Trigger {
    pub(super) literals: Vec<LiteralId>,
    pub(super) beyond_ascii: bool,
}

/// What stands on every line where `logic` is other than false (`holds`), or other than true (not `holds`); `None` where
/// nothing useful does.
///
/// Sound because a pattern and a words test are false, never unknown, where none of their literals stands, and a
/// pattern that must go beyond ASCII where nothing does.
pub(super) fn trigger(
    logic: &Logic<LineTest>,
    holds: bool,
    patterns: &[Pattern],
    builder: &Builder,
) -> Option<Trigger> {
    let of = |part: &Logic<LineTest>| trigger(part, holds, patterns, builder);
    match (logic, holds) {
        (Logic::Any(parts), true) | (Logic::All(parts), false) => union(parts.iter().map(of)),
        (Logic::All(parts), true) | (Logic::Any(parts), false) => {
            parts.iter().filter_map(of).max_by_key(|set| rank(set, builder))
        }
        (Logic::Not(part), _) => trigger(part, !holds, patterns, builder),
        (Logic::Use(_, part), _) => of(part),
        (Logic::Is(test), true) => leaf(&test.value, patterns, builder),
        (Logic::Is(_), false) => None,
    }
    .filter(|set| is_useful(&set.literals, builder))
}

fn leaf(test: &LineTest, patterns: &[Pattern], builder: &Builder) -> Option<Trigger> {
    let by_literals = |literals| Trigger { literals, beyond_ascii: false };
    match test {
        LineTest::Regex(alternatives) => union(alternatives.iter().map(|id| {
            let pattern = &patterns[id.0 as usize];
            let literals = pattern.literals.clone().filter(|literals| is_useful(literals, builder));
            let otherwise =
                || pattern.is_beyond_ascii().then_some(Trigger { literals: Vec::new(), beyond_ascii: true });
            literals.map(by_literals).or_else(otherwise)
        })),
        LineTest::Words(words) => {
            union(words.lists.iter().map(|&list| Some(by_literals(builder.items(list).to_vec()))))
        }
        LineTest::Script(_) | LineTest::Language(_) | LineTest::Shape(_) | LineTest::Repeated { .. } => None,
    }
}

/// Whether literals tell lines apart at all; none call nobody, which is the best.
fn is_useful(literals: &[LiteralId], builder: &Builder) -> bool {
    literals.is_empty() || builder.selectivity(literals).is_some()
}

/// The higher, the fewer lines; what goes by more than literals comes last.
fn rank(set: &Trigger, builder: &Builder) -> (bool, Option<u32>) {
    (!set.beyond_ascii, builder.selectivity(&set.literals))
}

fn union(sets: impl Iterator<Item = Option<Trigger>>) -> Option<Trigger> {
    let mut all = Trigger::default();
    for set in sets {
        let set = set?;
        all.literals.extend(set.literals);
        all.beyond_ascii |= set.beyond_ascii;
    }
    all.literals.sort_unstable();
    all.literals.dedup();
    Some(all)
}
