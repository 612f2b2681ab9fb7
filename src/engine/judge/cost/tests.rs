//! Which patterns are dear, and on what.

use proptest::prelude::*;
use regex_automata::nfa::thompson::NFA;

use super::{COSTLY_FROM, steps, worst};

fn steps_of(pattern: &str) -> f64 {
    worst(pattern).unwrap().0
}

#[test]
fn ordinary_patterns_are_cheap() {
    for pattern in
        [r"^Subscribe to our newsletter", r"^\w+(?:, \w+)+$", r"(?i)^(?:Home|Start)(?:\s*[>»/]\s*\S+){2,}$", r"©"]
    {
        assert!(steps_of(pattern) < COSTLY_FROM, "{pattern}: {}", steps_of(pattern));
    }
}

#[test]
fn patterns_that_must_be_followed_in_many_ways_are_dear() {
    for pattern in [r"(?:a|b)*a(?:a|b){60}c", r"[a-z].{0,100}[A-Z].{0,100}[0-9]"] {
        assert!(steps_of(pattern) > COSTLY_FROM, "{pattern}: {}", steps_of(pattern));
    }
}

#[test]
fn the_count_is_the_same_every_time() {
    assert_eq!(worst(r"\b.{0,40}\bcasino\b"), worst(r"\b.{0,40}\bcasino\b"));
}

proptest! {
    /// The walk finds a match where, and only where, there is one.
    #[test]
    fn the_walk_matches_what_the_pattern_matches(
        pattern in r"([abé^$]|\\b|\(a\||\)|\?|\*|\.|\(\?:|a\{1,3\}|\+){1,8}", text in "[abé ]{0,12}"
    ) {
        if let (Ok(program), Ok(regex)) = (NFA::new(&pattern), regex::Regex::new(&pattern)) {
            prop_assert_eq!(steps::count(&program, text.as_bytes(), 0).1.is_some(), regex.is_match(&text), "{}", pattern);
        }
    }
}
