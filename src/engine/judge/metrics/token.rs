//! Tokens: the words of a line and the marks between them.

use crate::engine::text::words;

/// What a token is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// Letters and digits.
    Word,
    /// A punctuation mark or symbol, or a run of full stops or hyphens.
    Mark,
}

/// Calls `each` with every token of `line`, in order.
pub(super) fn tokens<'t>(line: &'t str, mut each: impl FnMut(&'t str, Kind)) {
    let mut done = 0;
    for word in words(line) {
        // A word is a part of the line, so the distance of their addresses is its place.
        let start = (word.as_ptr() as usize).wrapping_sub(line.as_ptr() as usize);
        marks(line.get(done..start).unwrap_or_default(), &mut each);
        each(word, Kind::Word);
        done = start + word.len();
    }
    marks(line.get(done..).unwrap_or_default(), &mut each);
}

/// Calls `each` with every mark in the text between two words.
fn marks<'t>(gap: &'t str, each: &mut impl FnMut(&'t str, Kind)) {
    if gap == " " {
        return;
    }
    let mut at = 0;
    while let Some(first) = gap.get(at..).and_then(|rest| rest.chars().next()) {
        let mut end = at + first.len_utf8();
        if matches!(first, '.' | '-') {
            let run = gap.as_bytes().iter().skip(end).take_while(|byte| **byte == first as u8).count();
            end += run;
        }
        if !first.is_whitespace() {
            each(gap.get(at..end).unwrap_or_default(), Kind::Mark);
        }
        at = end;
    }
}
