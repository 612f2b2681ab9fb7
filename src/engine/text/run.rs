//! Runs of characters without white space.

use super::{
    Class,
    ascii::run_of,
    eight::{EIGHT, has_space},
};

/// Characters in the longest run without white space.
pub fn longest_run(text: &str) -> usize {
    // A run of fifteen bytes has eight of them that stand together where eights are counted from the beginning, and most
    // texts have such a run; so only that many bytes without a space are looked at one by one.
    let mut longest = 0;
    let (eights, _) = text.as_bytes().as_chunks::<EIGHT>();
    let mut done = 0;
    for (at, eight) in eights.iter().enumerate() {
        let at = at * EIGHT;
        if at >= done && !has_space(u64::from_le_bytes(*eight)) {
            let start = text.as_bytes()[..at].iter().rposition(is_space).map_or(0, |space| space + 1);
            let run = run_at(text, start);
            done = start + run.len();
            longest = longest.max(chars_of_run(run));
        }
    }
    if longest >= 2 * EIGHT - 2 { longest } else { longest_beyond(text, longest) }
}

/// Whether there is a run of so many characters without white space.
pub fn has_run(text: &str, chars: usize) -> bool {
    chars == 0 || longest_beyond(text, chars - 1) >= chars
}

/// How many runs without white space `text` has: where there are `enough` or more, `enough`.
pub fn count_runs(text: &str, enough: usize) -> usize {
    text.split_whitespace().take(enough).count()
}

/// Characters in the longest run, or so many as are `known`, where none is longer. Looks at a run from where its end would
/// have to be, so that most bytes are never looked at.
fn longest_beyond(text: &str, known: usize) -> usize {
    let (mut start, mut longest) = (0, known);
    while let Some(window) = text.as_bytes().get(start..).and_then(|rest| rest.get(..=longest)) {
        if let Some(last) = window.iter().rposition(is_space) {
            start += last + 1;
            continue;
        }
        // Perhaps longer than any before: measured to its end, and passed.
        let run = run_at(text, start);
        longest = longest.max(chars_of_run(run));
        start += run.len();
    }
    longest
}

fn is_space(byte: &u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// What there is from `start` to the next white space of ASCII.
fn run_at(text: &str, start: usize) -> &str {
    let rest = text.get(start..).unwrap_or_default();
    rest.get(..run_of(rest.as_bytes(), |byte| is_space(&byte))).unwrap_or_default()
}

/// Characters in a run without white space of ASCII, up to white space beyond it.
fn chars_of_run(run: &str) -> usize {
    if run.is_ascii() {
        return run.len();
    }
    if !has_wide_space(run) {
        return run.chars().count();
    }
    run.split(|c| Class::of(c) == Class::Space).map(|run| run.chars().count()).max().unwrap_or(0)
}

/// Whether there is white space beyond ASCII.
fn has_wide_space(text: &str) -> bool {
    // Without branches, so that many bytes are looked at in one go; that at the end, which may have two bytes only, apart.
    let mut any = text.ends_with(char::is_whitespace);
    for &[first, second, third] in text.as_bytes().array_windows() {
        any |= (first == 0xC2) & ((second == 0x85) | (second == 0xA0));
        any |= (first == 0xE1) & (second == 0x9A) & (third == 0x80);
        any |= (first == 0xE2)
            & (second == 0x80)
            & ((third <= 0x8A) | (third == 0xA8) | (third == 0xA9) | (third == 0xAF));
        any |= (first == 0xE2) & (second == 0x81) & (third == 0x9F);
        any |= (first == 0xE3) & (second == 0x80) & (third == 0x80);
    }
    any
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_longest_run_is_found(text in "([a-zé]{0,25}[ \n\u{a0}]){0,9}|[ a-e\u{2003}中\t]{0,40}|\\PC{0,60}") {
            let longest = text.split_whitespace().map(|run| run.chars().count()).max().unwrap_or(0);
            prop_assert_eq!(longest_run(&text), longest);
            let chars = [0, 1, longest / 2, longest, longest + 1, usize::MAX];
            prop_assert_eq!(chars.map(|chars| has_run(&text, chars)), chars.map(|chars| longest >= chars));
        }
    }

    #[test]
    fn white_space_beyond_ascii_is_that_of_unicode() {
        for c in '\u{80}'..='\u{FFFF}' {
            for text in [format!("中{c}"), format!("{c}é"), format!("é{c}中")] {
                assert_eq!(has_wide_space(&text), c.is_whitespace(), "{c:?}");
            }
        }
    }

    #[test]
    fn each_byte_is_looked_at_a_few_times() {
        // Quadratic, this would not end today.
        assert_eq!(longest_run(&"x".repeat(30_000_000)), 30_000_000);
        assert_eq!(longest_run(&"é\u{a0} ".repeat(3_000_000)), 1);
        assert_eq!(longest_run(&"é\u{a0}".repeat(9_000_000)), 1);
    }
}
