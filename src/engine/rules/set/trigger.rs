//! On which lines can a rule fire at all? Where one of a set of literals stands, beyond ASCII, or anywhere.

use super::PatternId;
use super::{
    LineTest,
    pattern::Pattern,
    prefilter::{Builder, LiteralId},
};
use crate::engine::{rules::model::Logic, text::Script};

/// What calls a rule on a line: one of the patterns that can match there, one of the items, or any character beyond ASCII.
#[derive(Debug, Default)]
pub(super) struct Trigger {
    /// Patterns that need literals.
    pub(super) patterns: Vec<PatternId>,
    /// Items of lists.
    pub(super) items: Vec<LiteralId>,
    /// The items, and literals of which each pattern needs one.
    literals: Vec<LiteralId>,
    pub(super) beyond_ascii: bool,
}

/// What is known where triggers are looked for.
#[derive(Debug, Clone, Copy)]
pub(super) struct Known<'b> {
    pub(super) patterns: &'b [Pattern],
    pub(super) builder: &'b Builder,
    /// The rule fires where its condition cannot be told, too.
    pub(super) unknown_fires: bool,
}

impl Known<'_> {
    /// What stands on every line where a rule fires whose condition `logic` must be true for it (`holds`), or false (not
    /// `holds`); `None` where nothing useful does.
    ///
    /// Sound because a pattern and a words test are false, never unknown, where none of their literals stands, and a
    /// pattern that must go beyond ASCII where nothing does; there a line is in no script but Latin, or cannot be told.
    pub(super) fn trigger(self, logic: &Logic<LineTest>, holds: bool) -> Option<Trigger> {
        let of = |part: &Logic<LineTest>| self.trigger(part, holds);
        match (logic, holds) {
            (Logic::Any(parts), true) | (Logic::All(parts), false) => union(parts.iter().map(of)),
            (Logic::All(parts), true) | (Logic::Any(parts), false) => {
                parts.iter().filter_map(of).max_by_key(|set| rank(set, self.builder))
            }
            (Logic::Not(part), _) => self.trigger(part, !holds),
            (Logic::Use(_, part), _) => of(part),
            (Logic::Is(test), true) => self.leaf(&test.value),
            (Logic::Is(_), false) => None,
        }
        .filter(|set| is_useful(&set.literals, self.builder))
    }

    fn leaf(self, test: &LineTest) -> Option<Trigger> {
        let beyond_ascii = || Trigger { beyond_ascii: true, ..Trigger::default() };
        match test {
            LineTest::Regex(alternatives) => union(alternatives.iter().map(|&id| {
                let pattern = &self.patterns[id.0 as usize];
                match pattern.literals.clone().filter(|literals| is_useful(literals, self.builder)) {
                    Some(literals) => Some(Trigger { patterns: vec![id], literals, ..Trigger::default() }),
                    None => pattern.is_beyond_ascii().then(beyond_ascii),
                }
            })),
            LineTest::Words(words) => union(words.lists.iter().map(|&list| {
                let items = self.builder.items(list).to_vec();
                Some(Trigger { literals: items.clone(), items, ..Trigger::default() })
            })),
            LineTest::Script(test) => {
                let is_beyond = !test.is.is_empty() && !test.is.contains(&Script::LATIN);
                (is_beyond && !self.unknown_fires).then(beyond_ascii)
            }
            LineTest::Language(_) | LineTest::Shape(_) | LineTest::Repeated { .. } => None,
        }
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
        all.patterns.extend(set.patterns);
        all.items.extend(set.items);
        all.literals.extend(set.literals);
        all.beyond_ascii |= set.beyond_ascii;
    }
    // Each set is in order: stretches that are so are found and merged, which an unstable sort would not.
    all.patterns.sort();
    all.patterns.dedup();
    for literals in [&mut all.items, &mut all.literals] {
        literals.sort();
        literals.dedup();
    }
    Some(all)
}
