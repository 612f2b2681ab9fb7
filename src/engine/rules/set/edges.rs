//! With which bytes does a line begin or end that a pattern tied to its ends can match? Most lines of text begin with a letter
//! and end with a full stop, and one look at a byte spares a search for a number or a question mark there.

use std::ops::RangeInclusive;

use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// The bytes that lines must begin and end with; `None` where nothing is known.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct Edges {
    first: Option<Bytes>,
    last: Option<Bytes>,
}

impl Edges {
    /// Of the lines that a pattern can match; `None` where it can match any, as far as can be told.
    pub(super) fn of(pattern: &Hir) -> Option<Box<Self>> {
        let properties = pattern.properties();
        let edge = |is_tied: bool, end: End| {
            let edge = if is_tied { Edge::of(pattern, end) } else { Edge::NONE };
            (is_tied && !edge.or_none && !edge.bytes.are_all()).then_some(edge.bytes)
        };
        let first = edge(properties.look_set_prefix().contains(Look::Start), End::First);
        let last = edge(properties.look_set_suffix().contains(Look::End), End::Last);
        (first.is_some() || last.is_some()).then(|| Box::new(Self { first, last }))
    }

    /// Whether a line begins and ends with such bytes.
    #[inline]
    pub(super) fn admit(&self, line: &[u8]) -> bool {
        let has = |edge: &Option<Bytes>, byte: Option<&u8>| {
            edge.as_ref().is_none_or(|bytes| byte.is_some_and(|&byte| bytes.have(byte)))
        };
        has(&self.first, line.first()) && has(&self.last, line.last())
    }
}

/// One end of what is matched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum End {
    First,
    Last,
}

/// What can stand at one end of what is matched.
#[derive(Debug, Clone, Copy)]
struct Edge {
    bytes: Bytes,
    /// Or nothing may be matched.
    or_none: bool,
}

impl Edge {
    const NONE: Self = Self { bytes: Bytes([0; 4]), or_none: true };

    fn of(pattern: &Hir, end: End) -> Self {
        match pattern.kind() {
            HirKind::Empty | HirKind::Look(_) => Self::NONE,
            HirKind::Literal(literal) => {
                let byte = if end == End::First { literal.0.first() } else { literal.0.last() };
                byte.map_or(Self::NONE, |&byte| Self { bytes: Bytes::of(byte..=byte), or_none: false })
            }
            HirKind::Class(class) => Self { bytes: of_class(class, end), or_none: false },
            HirKind::Capture(capture) => Self::of(&capture.sub, end),
            HirKind::Repetition(repetition) => {
                let edge = Self::of(&repetition.sub, end);
                Self { or_none: edge.or_none || repetition.min == 0, ..edge }
            }
            HirKind::Concat(parts) if end == End::First => Self::of_row(parts.iter(), end),
            HirKind::Concat(parts) => Self::of_row(parts.iter().rev(), end),
            HirKind::Alternation(parts) => {
                let edges = parts.iter().map(|part| Self::of(part, end));
                edges
                    .reduce(|a, b| Self { bytes: a.bytes.and(b.bytes), or_none: a.or_none || b.or_none })
                    .unwrap_or(Self::NONE)
            }
        }
    }

    /// Of parts that follow one another, the one at the end first.
    fn of_row<'h>(parts: impl Iterator<Item = &'h Hir>, end: End) -> Self {
        let mut all = Self::NONE;
        for part in parts {
            let edge = Self::of(part, end);
            all.bytes = all.bytes.and(edge.bytes);
            if !edge.or_none {
                all.or_none = false;
                break;
            }
        }
        all
    }
}

/// The bytes that the characters of a class begin or end with, or a few more.
fn of_class(class: &Class, end: End) -> Bytes {
    match class {
        Class::Bytes(class) => {
            let ranges = class.iter().map(|range| Bytes::of(range.start()..=range.end()));
            ranges.fold(Edge::NONE.bytes, Bytes::and)
        }
        Class::Unicode(class) => {
            let ranges = class.iter().map(|range| match (range.end().is_ascii(), end) {
                (true, _) | (_, End::First) => Bytes::of(lead(range.start())..=lead(range.end())),
                (false, End::Last) => {
                    let ascii = if range.start().is_ascii() { lead(range.start())..=0x7f } else { CONTINUED };
                    Bytes::of(ascii).and(Bytes::of(CONTINUED))
                }
            });
            ranges.fold(Edge::NONE.bytes, Bytes::and)
        }
    }
}

/// The bytes that characters beyond ASCII end with.
const CONTINUED: RangeInclusive<u8> = 0x80..=0xbf;

/// The byte that a character begins with; a greater one for a greater character.
fn lead(character: char) -> u8 {
    let mut bytes = [0; 4];
    character.encode_utf8(&mut bytes);
    bytes[0]
}

/// A set of bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Bytes([u64; 4]);

impl Bytes {
    fn of(range: RangeInclusive<u8>) -> Self {
        let mut bytes = [0; 4];
        range.for_each(|byte| bytes[usize::from(byte) / 64] |= 1 << (byte % 64));
        Self(bytes)
    }

    fn and(self, others: Self) -> Self {
        Self(std::array::from_fn(|at| self.0[at] | others.0[at]))
    }

    #[inline]
    fn have(self, byte: u8) -> bool {
        self.0[usize::from(byte) / 64] >> (byte % 64) & 1 != 0
    }

    /// Whether characters of UTF-8 can begin and end with no others.
    fn are_all(self) -> bool {
        self.0[0] == u64::MAX && self.0[1] == u64::MAX
    }
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::select};
    use regex_automata::meta::Regex;

    use super::*;

    fn edges(pattern: &str) -> Option<Box<Edges>> {
        Edges::of(&regex_syntax::parse(pattern).unwrap())
    }

    #[test]
    fn lines_that_cannot_match_are_told_by_a_byte() {
        let admits = |pattern: &str, line: &str| edges(pattern).is_none_or(|edges| edges.admit(line.as_bytes()));
        for (pattern, admitted, refused) in [
            (r"^\s*\d+$", ["12", " 1", "2"], ["a1", "1a", ""]),
            (r"^[\s\p{N}\p{P}]*\p{N}[\s\p{N}\p{P}]*$", ["1 / 2", "§7.", "１２"], ["Page 1", "1 page", ""]),
            (r"[?？]\s*$", ["so?", "是？", "is it? "], ["so.", "no", ""]),
            (r"(?i)^(?:home|news)\b", ["Home", "news", "Nest"], ["the home", "»", ""]),
            (r"^(?:a|[^\x00-\x7F])", ["a", "é", "中"], ["b", " a", "1"]),
            (r"^a?b*c$", ["ac", "bc", "c"], ["d", "ab", "dc"]),
        ] {
            assert_eq!(admitted.map(|line| admits(pattern, line)), [true; 3], "{pattern}");
            assert_eq!(refused.map(|line| admits(pattern, line)), [false; 3], "{pattern}");
        }
    }

    #[test]
    fn nothing_is_known_of_patterns_that_are_not_tied_or_match_anything() {
        for pattern in ["a", "^", "$", "^a*", "b?$", r"^\s*\S+", "(?m)^a", "^a|b", r"^(?s:.)\d"] {
            assert_eq!(edges(pattern), None, "{pattern}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

        #[test]
        fn no_line_that_matches_is_refused(
            parts in prop::collection::vec(
                select(&["a", "é", "中+", "[a-c]?", r"\d*", r"\p{N}", r"\p{P}?", r"[^a]", "(?:x|é|)", "(?i:k)", r"\s*", "[à-一]", "."][..]),
                1..5,
            ),
            tied in 1..4_u8,
            line in "[abkKxé1.？中Ⅷ  ]{0,5}",
        ) {
            let (start, end) = (if tied & 1 > 0 { "^" } else { "" }, if tied & 2 > 0 { "$" } else { "" });
            let pattern = format!("{start}{}{end}", parts.concat());
            if Regex::new(&pattern).unwrap().is_match(&line) {
                prop_assert!(edges(&pattern).is_none_or(|edges| edges.admit(line.as_bytes())), "{pattern} {line:?}");
            }
        }
    }
}
