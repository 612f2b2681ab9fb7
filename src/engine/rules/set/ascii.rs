//! What is left of a pattern on lines of plain ASCII.
//!
//! Most lines are, and on them much of a pattern is idle: a `.` or `\w` stands for hundreds of ranges of bytes, a letter in
//! any case for letters of other alphabets too, and a word boundary makes the automaton look out for all that is not
//! ASCII. Without these a pattern compiles in a fraction of the time and memory.

use regex_syntax::hir::{
    Class, ClassBytes, ClassBytesRange, ClassUnicode, ClassUnicodeRange, Hir, HirKind, Look, Repetition,
};

/// A pattern that matches the same places of every text that is all ASCII; what it does elsewhere is of no use. `None`
/// where that is the pattern itself. Groups count for nothing, since nobody asks what they held.
pub(super) fn smaller(pattern: &Hir) -> Option<Hir> {
    let smaller = ascii(pattern);
    (smaller != of_parts(pattern, &Hir::clone)).then_some(smaller)
}

fn ascii(pattern: &Hir) -> Hir {
    of_parts(pattern, &|part| match part.kind() {
        HirKind::Literal(literal) if !literal.0.is_ascii() => Hir::fail(),
        HirKind::Class(class) => of_class(class),
        HirKind::Look(look) => Hir::look(of_look(*look)),
        _ => part.clone(),
    })
}

/// A pattern without groups, with something else for each part that has no parts.
fn of_parts(pattern: &Hir, part: &impl Fn(&Hir) -> Hir) -> Hir {
    let of = |pattern: &Hir| of_parts(pattern, part);
    match pattern.kind() {
        HirKind::Empty | HirKind::Literal(_) | HirKind::Class(_) | HirKind::Look(_) => part(pattern),
        HirKind::Capture(capture) => of(&capture.sub),
        HirKind::Repetition(repetition) => {
            Hir::repetition(Repetition { sub: Box::new(of(&repetition.sub)), ..repetition.clone() })
        }
        HirKind::Concat(parts) => Hir::concat(parts.iter().map(of).collect()),
        HirKind::Alternation(parts) => Hir::alternation(parts.iter().map(of).collect()),
    }
}

fn of_class(class: &Class) -> Hir {
    Hir::class(match class {
        Class::Unicode(class) => {
            let mut class = class.clone();
            class.intersect(&ClassUnicode::new([ClassUnicodeRange::new('\0', '\x7f')]));
            Class::Unicode(class)
        }
        Class::Bytes(class) => {
            let mut class = class.clone();
            class.intersect(&ClassBytes::new([ClassBytesRange::new(0, 0x7f)]));
            Class::Bytes(class)
        }
    })
}

/// Of ASCII the same letters are parts of words, whether by Unicode or by ASCII.
fn of_look(look: Look) -> Look {
    match look {
        Look::WordUnicode => Look::WordAscii,
        Look::WordUnicodeNegate => Look::WordAsciiNegate,
        Look::WordStartUnicode => Look::WordStartAscii,
        Look::WordEndUnicode => Look::WordEndAscii,
        Look::WordStartHalfUnicode => Look::WordStartHalfAscii,
        Look::WordEndHalfUnicode => Look::WordEndHalfAscii,
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use regex_automata::{Input, meta::Regex};

    use super::{
        super::{
            pattern::{compile, compile_small, find, is_match},
            tests::pattern,
        },
        *,
    };
    use crate::engine::rules::read::COMPILED_SIZE_AT_MOST;

    #[test]
    fn little_is_left() {
        let parsed = |pattern: &str| regex_syntax::parse(pattern).unwrap();
        for (pattern, left) in [
            (r"(?i)\bks.{0,40}é?", r"(?-u:\b)[Kk][Ss][\x00-\x09\x0B-\x7F]{0,40}(?:[a&&b])?"),
            (r"(home)\b{start-half}|\w", r"home(?-u:\b{start-half})|[0-9A-Z_a-z]"),
            ("[a-z]+", "[a-z]+"),
        ] {
            assert_eq!(ascii(&parsed(pattern)), parsed(left), "{pattern}");
        }
        assert_eq!(ascii(&parsed("home页")), Hir::fail());
    }

    #[test]
    fn what_is_ascii_already_is_not_smaller() {
        let is_smaller = |pattern: &str| smaller(&regex_syntax::parse(pattern).unwrap()).is_some();
        for same in ["^(home|news)$", "([a-z]{200})", "((a)b(?:c|(d))+)?", r"(?-u:\b)x", "$"] {
            assert!(!is_smaller(same), "{same}");
        }
        for other in ["(?i)(ks)", ".", r"(\w)", r"\bx", "é", "[^a]"] {
            assert!(is_smaller(other), "{other}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

        #[test]
        fn it_matches_the_same_places_of_ascii(
            pattern in pattern(),
            texts in prop::collection::vec(
                prop_oneof!["[aAbBsSkKfFiI _1>/.-]{0,12}", r"[ab1 \r\n]{0,12}", r"[\x00-\x7f]{0,12}"], 20,
            ),
            cut in 0..6_usize,
            tried_everywhere in any::<bool>(),
        ) {
            let Ok(hir) = regex_syntax::parse(&pattern) else { return Ok(()) };
            // As they are where documents are judged.
            let Some(general) = compile(&hir, COMPILED_SIZE_AT_MOST) else { return Ok(()) };
            let Some(smaller) = compile_small(&ascii(&hir), tried_everywhere) else { return Ok(()) };
            let (mut general_cache, mut smaller_cache) = (general.create_cache(), smaller.create_cache());
            for text in texts {
                for span in [0..text.len(), cut.min(text.len())..text.len(), 0..text.len().saturating_sub(cut)] {
                    prop_assert_eq!(
                        is_match(&smaller, &mut smaller_cache, &text, span.clone()),
                        is_match(&general, &mut general_cache, &text, span.clone()),
                        "{} in {:?}", pattern, text
                    );
                    prop_assert_eq!(
                        find(&smaller, &mut smaller_cache, &text, span.clone()),
                        find(&general, &mut general_cache, &text, span.clone()),
                        "{} in {:?}", pattern, text
                    );
                    let input = Input::new(&text).span(span);
                    let found = |regex: &Regex| regex.find_iter(input.clone()).map(|found| found.range()).collect::<Vec<_>>();
                    prop_assert_eq!(found(&smaller), found(&general), "{} in {:?}", pattern, text);
                }
            }
        }
    }
}
