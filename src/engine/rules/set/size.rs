//! How much memory the program of a pattern takes at most, told without compiling it.
//!
//! Compiling costs a hundred times more than this sum. A rule set holds many patterns of which a run uses few, so they
//! are compiled when first used; that they can be is certain before.

use std::cell::OnceCell;

use regex_syntax::hir::{Class, Hir, HirKind};

use super::pattern::compile;
use crate::engine::rules::read::COMPILED_SIZE_AT_MOST;

/// Bytes that a state takes in the compiler, with what it refers to.
const STATE: usize = 64;

/// The same for each of up to four bytes that a range of characters is encoded in, forwards or backwards.
const BYTE: usize = 48;

/// What every program has besides: the loop that lets it begin anywhere, the whole match's group, the end.
const FRAME: usize = 1 << 10;

/// What the patterns of a pack or a rule set may take together, in bytes.
///
/// As long as the bounds of all patterns fit, none is compiled. From then on each is, and counts as what it really takes:
/// so no set of patterns is turned down that would fit, and none is taken that is more than twice too large.
#[derive(Debug)]
pub(crate) struct Budget {
    bytes_at_most: usize,
    /// Of patterns that were not compiled.
    bounds: usize,
    /// Of patterns that were.
    measured: usize,
}

impl Budget {
    /// Nothing taken yet.
    pub(crate) fn up_to(bytes_at_most: usize) -> Self {
        Self { bytes_at_most, bounds: 0, measured: 0 }
    }

    /// Takes what a pattern needs that is written so; false when the pattern alone is too large.
    pub(crate) fn take(&mut self, source: &str, size: &Size) -> bool {
        let bounds = self.bounds.saturating_add(size.at_most);
        if size.at_most <= COMPILED_SIZE_AT_MOST && bounds <= self.bytes_at_most {
            self.bounds = bounds;
            return true;
        }
        let measured = size.measured(source);
        // To find out that one is too large takes as long as to compile the largest.
        self.measured = self.measured.saturating_add(measured.unwrap_or(COMPILED_SIZE_AT_MOST));
        measured.is_some()
    }

    /// Whether more was taken than there was.
    pub(crate) fn is_spent(&self) -> bool {
        self.measured > self.bytes_at_most
    }
}

/// What a pattern takes compiled, in bytes.
#[derive(Debug)]
pub(crate) struct Size {
    at_most: usize,
    /// Once it had to be compiled to know; `None` inside: too much.
    measured: OnceCell<Option<usize>>,
}

impl Size {
    /// Of a pattern.
    pub(super) fn of(pattern: &Hir) -> Self {
        Self { at_most: at_most(pattern), measured: OnceCell::new() }
    }

    /// What it really takes, of a pattern that is written so.
    fn measured(&self, source: &str) -> Option<usize> {
        *self.measured.get_or_init(|| {
            let pattern = regex_syntax::parse(source).ok()?;
            compile(&pattern, COMPILED_SIZE_AT_MOST).map(|regex| regex.memory_usage())
        })
    }
}

/// Bytes that compiling the pattern takes at most. Saturates.
fn at_most(pattern: &Hir) -> usize {
    FRAME.saturating_add(of(pattern))
}

fn of(pattern: &Hir) -> usize {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => STATE,
        HirKind::Literal(literal) => STATE.saturating_mul(literal.0.len()),
        HirKind::Class(class) => of_class(class).saturating_add(STATE),
        HirKind::Capture(capture) => {
            let name = capture.name.as_ref().map_or(0, |name| name.len());
            of(&capture.sub).saturating_add(2 * STATE + name)
        }
        HirKind::Repetition(repetition) => {
            // The last one is repeated by a loop where there is no end to it.
            let copies = repetition.max.unwrap_or(repetition.min).max(1) as usize;
            of(&repetition.sub).saturating_add(3 * STATE).saturating_mul(copies)
        }
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().fold(2 * STATE, |sum, part| sum.saturating_add(of(part)).saturating_add(STATE))
        }
    }
}

fn of_class(class: &Class) -> usize {
    match class {
        Class::Bytes(class) => class.ranges().len().saturating_mul(BYTE),
        Class::Unicode(class) => {
            let sequences = class.ranges().iter().map(|range| encoded(range.start(), range.end()));
            sequences.fold(0_usize, usize::saturating_add).saturating_mul(BYTE)
        }
    }
}

/// Characters that take the same number of bytes, which follow without a gap: the first, the last, the bytes.
const ALIKE: [(u32, u32, usize); 5] =
    [(0, 0x7F, 1), (0x80, 0x7FF, 2), (0x800, 0xD7FF, 3), (0xE000, 0xFFFF, 3), (0x1_0000, 0x10_FFFF, 4)];

/// What every byte of a character but the first one can be.
const FOLLOWING: u32 = 64;

/// Bytes, and ranges of bytes, that a range of characters is encoded in: as many as [`regex_syntax::utf8::Utf8Sequences`] gives, which
/// writes them out.
fn encoded(first: char, last: char) -> usize {
    // Most ranges are short.
    if u32::from(first) / FOLLOWING == u32::from(last) / FOLLOWING {
        return first.len_utf8();
    }
    let of = |&(from, to, bytes): &(u32, u32, usize)| {
        let (first, last) = (from.max(first.into()), to.min(last.into()));
        if first > last { 0 } else { bytes * sequences(first, last, bytes) }
    };
    ALIKE.iter().map(of).sum()
}

/// How many sequences of ranges of bytes stand for the numbers from `first` to `last` that take so many bytes.
fn sequences(first: u32, last: u32, bytes: usize) -> usize {
    let (mut before, mut after) = (first / FOLLOWING, last / FOLLOWING);
    if bytes == 1 || before == after {
        return 1;
    }
    // What does not go through all last bytes stands apart, at either end.
    let (begins_apart, ends_apart) = (!first.is_multiple_of(FOLLOWING), !(last + 1).is_multiple_of(FOLLOWING));
    before += u32::from(begins_apart);
    after -= u32::from(ends_apart);
    let whole = if before > after { 0 } else { sequences(before, after, bytes - 1) };
    usize::from(begins_apart) + usize::from(ends_apart) + whole
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex_syntax::utf8::Utf8Sequences;

    use super::{super::tests::pattern, *};

    fn assert_holds(source: &str) {
        if let Ok(hir) = regex_syntax::parse(source) {
            let limit = at_most(&hir);
            assert!(compile(&hir, limit).is_some(), "{source} takes more than {limit} bytes");
        }
    }

    #[test]
    fn patterns_that_are_too_large_use_up_the_budget_too() {
        let mut budget = Budget::up_to(3 * COMPILED_SIZE_AT_MOST);
        let taken = (0..9).take_while(|number| {
            let source = format!(r"\w{{1000}}{number}");
            let fits = budget.take(&source, &Size::of(&regex_syntax::parse(&source).unwrap()));
            assert!(!fits, "{source}");
            !budget.is_spent()
        });
        assert_eq!(taken.count(), 3);
    }

    #[test]
    fn patterns_of_all_kinds_fit() {
        for source in [
            "",
            "a",
            r"\w",
            r"\W",
            r"[^x]",
            ".",
            r"(?s).",
            r"\p{Han}{2,5}",
            r"\b\w{3}\b",
            "(?i:straße|[k-s])+",
            r"(a|bc|d(e|f))*?",
            "foo|foobar|barfoo|首页|首頁",
            "((((a?)?)?)?)?",
            r"(?:\d{1,3}\.){3}\d{1,3}",
            "[a-zA-Z0-9é]{0,40}",
            "(?:){1,100}",
            "[\u{7f}-\u{10ffff}]",
            "(?:a?){0,90}",
            "(?:(?:ab?)*){2,}",
            "(?:x*y*){30,}?",
            r"\W{40}",
            "(?i)[k-s]{1,99}",
        ] {
            assert_holds(source);
        }
    }

    /// Any, and often one where something begins or ends.
    fn a_char() -> impl Strategy<Value = char> {
        let edge = (
            proptest::sample::select(&[
                0_u32, 0x40, 0x80, 0x7C0, 0x800, 0x1000, 0xD800, 0xE000, 0x1_0000, 0x4_0000, 0x10_FFFF,
            ]),
            -1..2_i64,
        );
        let edge =
            edge.prop_filter_map("a character", |(edge, by)| char::from_u32(u32::try_from(i64::from(edge) + by).ok()?));
        prop_oneof![any::<char>(), edge]
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

        #[test]
        fn ranges_are_encoded_in_so_many_bytes(first in a_char(), other in a_char(), more in prop_oneof![Just(0), 0..200_u32]) {
            let near = char::from_u32(first as u32 + more);
            let (first, last) = near.filter(|_| more > 0).map_or((first.min(other), first.max(other)), |near| (first, near));
            let sequences = Utf8Sequences::new(first, last);
            let lengths: usize = sequences.map(|sequence| sequence.as_slice().len()).sum();
            prop_assert_eq!(encoded(first, last), lengths);
        }

        #[test]
        fn no_pattern_takes_more(source in pattern()) {
            assert_holds(&source);
        }
    }
}
