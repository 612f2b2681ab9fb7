//! Patterns that match no line, whatever stands on it.
//!
//! Sound, not complete: what is reported never matches. Patterns see one line without its end.

use regex_syntax::hir::{Class, Hir, HirKind, Look};

/// Why a pattern never matches.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Why {
    /// It wants a line end.
    LineEnd,
    /// It wants something before the start.
    BeforeStart,
    /// It wants something after the end.
    AfterEnd,
    /// It holds a class without any character.
    EmptyClass,
}

impl Why {
    /// In a few words.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::LineEnd => "wants a line end, and patterns see one line at a time",
            Self::BeforeStart => "wants something before the start of the line",
            Self::AfterEnd => "wants something after the end of the line",
            Self::EmptyClass => "holds a class that no character is in",
        }
    }

    /// The way out.
    pub(super) fn help(self) -> &'static str {
        match self {
            Self::LineEnd => "write a rule with `unit: section` for several lines",
            Self::BeforeStart => "write `\\^` for the sign itself",
            Self::AfterEnd => "write `\\$` for the sign itself",
            Self::EmptyClass => "put into the class what it must match",
        }
    }
}

/// Why the pattern matches no line; `None` where it may match one.
pub(super) fn matches(pattern: &Hir) -> Option<Why> {
    Ends::of(pattern).err()
}

/// Whether every match of a part begins at the start of the line, and ends at its end.
#[derive(Debug, Clone, Copy, Default)]
struct Ends {
    at_start: bool,
    at_end: bool,
}

impl Ends {
    fn of(part: &Hir) -> Result<Self, Why> {
        match part.kind() {
            HirKind::Empty => Ok(Self::default()),
            HirKind::Literal(literal) => {
                if literal.0.iter().any(|byte| is_line_end(char::from(*byte))) {
                    return Err(Why::LineEnd);
                }
                Ok(Self::default())
            }
            HirKind::Class(class) => Self::of_class(class),
            HirKind::Look(look) => Ok(Self {
                at_start: matches!(look, Look::Start | Look::StartLF | Look::StartCRLF),
                at_end: matches!(look, Look::End | Look::EndLF | Look::EndCRLF),
            }),
            HirKind::Capture(capture) => Self::of(&capture.sub),
            // What may be left out wants nothing.
            HirKind::Repetition(repetition) if repetition.min == 0 => Ok(Self::default()),
            HirKind::Repetition(repetition) => Self::of(&repetition.sub),
            HirKind::Concat(parts) => Self::concat(parts),
            HirKind::Alternation(parts) => {
                let mut possible = parts.iter().map(Self::of).filter_map(Result::ok);
                let Some(first) = possible.next() else {
                    return parts.first().map_or(Ok(Self::default()), Self::of);
                };
                Ok(possible.fold(first, |all, one| Self {
                    at_start: all.at_start && one.at_start,
                    at_end: all.at_end && one.at_end,
                }))
            }
        }
    }

    fn of_class(class: &Class) -> Result<Self, Why> {
        // The characters that always end a line are no more than that many ranges.
        let ranges: Vec<(char, char)> = match class {
            Class::Unicode(class) => class.iter().take(5).map(|range| (range.start(), range.end())).collect(),
            Class::Bytes(class) => {
                class.iter().take(5).map(|range| (char::from(range.start()), char::from(range.end()))).collect()
            }
        };
        if ranges.is_empty() {
            return Err(Why::EmptyClass);
        }
        if ranges.iter().all(|&(start, end)| (start..=end).take(5).all(is_line_end)) {
            return Err(Why::LineEnd);
        }
        Ok(Self::default())
    }

    fn concat(parts: &[Hir]) -> Result<Self, Why> {
        let mut all = Self::default();
        let mut something_before = false;
        let mut ended = false;
        for part in parts {
            let ends = Self::of(part)?;
            let is_something = part.properties().minimum_len().is_some_and(|bytes| bytes > 0);
            if ends.at_start && something_before {
                return Err(Why::BeforeStart);
            }
            if ended && is_something {
                return Err(Why::AfterEnd);
            }
            all.at_start |= ends.at_start;
            all.at_end |= ends.at_end;
            something_before |= is_something;
            ended |= ends.at_end;
        }
        Ok(all)
    }
}

/// What ends a line in every encoding, so that it stands on none.
fn is_line_end(found: char) -> bool {
    matches!(found, '\n' | '\r' | '\u{C}')
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn why(pattern: &str) -> Option<Why> {
        matches(&regex_syntax::parse(pattern).unwrap())
    }

    #[test]
    fn impossible_patterns_are_told() {
        assert_eq!(why("a^b"), Some(Why::BeforeStart));
        assert_eq!(why("(?m)a(?:^|\\A)b"), Some(Why::BeforeStart));
        assert_eq!(why("costs $5"), Some(Why::AfterEnd));
        assert_eq!(why("(a$)+b?c"), Some(Why::AfterEnd));
        assert_eq!(why("Home\nMenu"), Some(Why::LineEnd));
        assert_eq!(why("Home[\\r\\n]+"), Some(Why::LineEnd));
        assert_eq!(why("a[^\\s\\S]"), Some(Why::EmptyClass));
        assert_eq!(why("a^b|c\n"), Some(Why::BeforeStart));
    }

    #[test]
    fn possible_patterns_are_not() {
        for pattern in
            ["^a$", "a*^b", "$b?", "a\\^b", "a(?:^b)?", "a^b|c", "[\\n ]", "\\s", "(?:^|x)a(?:$|y)", "a$\\b", "(?s)."]
        {
            assert_eq!(why(pattern), None, "{pattern}");
        }
    }

    proptest! {
        /// What is called impossible matches nothing.
        #[test]
        fn nothing_matches_what_never_matches(
            pattern in r"([ab^$]|\(a\||\)|\?|\*|\n|\(\?:\^|a\+){1,8}", line in "[ab]{0,6}"
        ) {
            if let (Ok(hir), Ok(regex)) = (regex_syntax::parse(&pattern), regex::Regex::new(&pattern))
                && matches(&hir).is_some()
            {
                prop_assert!(!regex.is_match(&line), "{pattern} matches {line:?}");
            }
        }
    }
}
