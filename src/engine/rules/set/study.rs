//! What a pattern is, told by its syntax alone: found out once, when it is read, for all who ask later.

use std::collections::HashMap;

use regex_syntax::hir::{Class, Hir, HirKind, Look};

use super::{edges::Edges, literals, needle::Needle, size::Size};

/// Characters and classes that counted repeats may stand for before a pattern costs more than others; each so many
/// count as one pattern more.
const ORDINARY_REPEATS: usize = 64;

/// What is known of a pattern without compiling it.
#[derive(Debug)]
pub(crate) struct Study {
    /// What it takes compiled.
    pub(crate) size: Size,
    /// See [`literals::required`].
    pub(super) required: Vec<Vec<Needle>>,
    /// Every match has a character beyond ASCII.
    pub(super) beyond_ascii: bool,
    /// Every match begins or ends with the line.
    pub(super) tied: bool,
    /// With which bytes lines begin and end that it can match.
    pub(super) edges: Option<Box<Edges>>,
    /// See [`super::Pattern::weight`].
    pub(super) weight: usize,
}

impl Study {
    /// Of a pattern.
    pub(crate) fn of(pattern: &Hir) -> Self {
        Self {
            size: Size::of(pattern),
            required: literals::required(pattern),
            beyond_ascii: is_beyond_ascii(pattern),
            tied: is_tied(pattern),
            edges: Edges::of(pattern),
            weight: weight(pattern),
        }
    }
}

/// What is known of each pattern that was read, by how it is written.
#[derive(Debug, Default)]
pub(crate) struct Studies(HashMap<String, Study>);

impl FromIterator<(String, Study)> for Studies {
    fn from_iter<T: IntoIterator<Item = (String, Study)>>(studies: T) -> Self {
        Self(studies.into_iter().collect())
    }
}

impl Studies {
    /// Gives away what is known of a pattern.
    pub(super) fn take(&mut self, source: &str) -> Option<Study> {
        self.0.remove(source)
    }
}

/// See [`Study::beyond_ascii`].
fn is_beyond_ascii(pattern: &Hir) -> bool {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => false,
        HirKind::Literal(literal) => !literal.0.is_ascii(),
        HirKind::Class(Class::Unicode(class)) => class.iter().all(|range| !range.start().is_ascii()),
        HirKind::Class(Class::Bytes(class)) => class.iter().all(|range| !range.start().is_ascii()),
        HirKind::Capture(capture) => is_beyond_ascii(&capture.sub),
        HirKind::Repetition(repetition) => repetition.min > 0 && is_beyond_ascii(&repetition.sub),
        HirKind::Concat(parts) => parts.iter().any(is_beyond_ascii),
        HirKind::Alternation(parts) => parts.iter().all(is_beyond_ascii),
    }
}

/// See [`Study::tied`].
fn is_tied(pattern: &Hir) -> bool {
    let properties = pattern.properties();
    properties.look_set_prefix().contains(Look::Start) || properties.look_set_suffix().contains(Look::End)
}

/// See [`Study::weight`].
fn weight(pattern: &Hir) -> usize {
    1 + (length(pattern, true) - length(pattern, false)) / ORDINARY_REPEATS
}

/// Characters and classes, as written or with counted repeats written out.
fn length(pattern: &Hir, written_out: bool) -> usize {
    let of = |part: &Hir| length(part, written_out);
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => 0,
        HirKind::Literal(literal) => literal.0.len(),
        HirKind::Class(_) => 1,
        HirKind::Capture(capture) => of(&capture.sub),
        HirKind::Repetition(repetition) => {
            let times = if written_out { repetition.max.unwrap_or(repetition.min).max(1) as usize } else { 1 };
            of(&repetition.sub).saturating_mul(times)
        }
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().map(of).fold(0, usize::saturating_add),
    }
}

#[cfg(test)]
mod tests {
    use regex_automata::meta::Regex;

    use super::*;

    #[test]
    fn what_must_go_beyond_ascii_is_known() {
        let is_beyond = |pattern: &str| is_beyond_ascii(&regex_syntax::parse(pattern).unwrap());
        for beyond in ["中", r"\p{Han}", "a(?:é|x+中)", "[é-ü]{2,}b", r"^[\x{100}-\x{200}]?ø$", "(中|文)*国"] {
            assert!(is_beyond(beyond), "{beyond}");
            let regex = Regex::new(beyond).unwrap();
            let ascii: String = (0..128_u8).cycle().take(999).map(char::from).collect();
            assert!(!regex.is_match(&ascii), "{beyond}");
        }
        // `(?i)k` is met by the Kelvin sign too, and by an ordinary k.
        for plain in ["", "^", "a", "中?", "中|a", "[a中]", r"\w", ".", "(?i)k", r"\P{Han}"] {
            assert!(!is_beyond(plain), "{plain}");
        }
    }

    #[test]
    fn what_begins_or_ends_the_line_is_known() {
        let is_tied = |pattern: &str| is_tied(&regex_syntax::parse(pattern).unwrap());
        for tied in ["^a", "a$", r"(?:^a|^b)c", r"[.!?]\s*$", "^$", "(?i)(?:x|y$)z*$"] {
            assert!(is_tied(tied), "{tied}");
        }
        for loose in ["a", "^a|b", "a$|b", r"\ba\b", "(?:^)?a", "(?m)^a"] {
            assert!(!is_tied(loose), "{loose}");
        }
    }

    #[test]
    fn only_counted_repeats_make_a_pattern_heavy() {
        let weight = |pattern: &str| weight(&regex_syntax::parse(pattern).unwrap());
        for light in ["home", r"\d{1,4}", "(?:one|two|three)+", &"x|y".repeat(500), "[a-z]*"] {
            assert_eq!(weight(light), 1, "{light}");
        }
        assert_eq!(weight("[ab]{6400}"), 100);
        assert_eq!(weight(r"(?:\w{20}){10}x"), 4);
        assert_eq!(weight("(?:a{1000}){1000}"), weight("a{1000000}"));
    }
}
