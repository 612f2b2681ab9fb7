//! C4's way through a page: line by line, each test only for lines that passed the ones before.
//!
//! The order of the tests is datatrove's (`c4_filters.py`).

use std::borrow::Cow;

use super::{
    lists,
    phrases::{Found, Phrases},
    sentence::sentences,
};

/// A line with a longer run without white space is dropped. Unit: characters. Source: datatrove `c4_filters.py`.
const LONGEST_TOKEN: usize = 1000;
/// A line with fewer words (runs without white space) is dropped. Source: datatrove `c4_filters.py`; C4's paper, section 2.2.
const FEWEST_WORDS: usize = 3;

/// What drops a page whole, found on the lines that passed the tests before.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct C4 {
    pub(super) lorem_ipsum: usize,
    pub(super) curly_brackets: usize,
}

impl C4 {
    /// Over the lines of a page.
    pub(super) fn of<'t>(lines: impl Iterator<Item = (usize, &'t str)>, phrases: &Phrases) -> Self {
        let mut page = Self::default();
        for (index, line) in lines {
            page.keep(line.trim(), |line| phrases.on(index, line));
        }
        page
    }

    /// Sentences in what is left of a page after the line tests, or so many that they are `enough`: most pages have them in
    /// their first lines.
    pub(super) fn sentences<'t>(
        lines: impl Iterator<Item = (usize, &'t str)>,
        phrases: &Phrases,
        enough: usize,
    ) -> usize {
        let (mut page, mut count) = (Self::default(), 0);
        for (index, line) in lines {
            if count >= enough {
                break;
            }
            count += page.keep(line.trim(), |line| phrases.on(index, line)).map_or(0, |line| sentences(&line));
        }
        count
    }

    /// The line without citations, where it passes all tests.
    fn keep<'l>(&mut self, line: &'l str, phrases: impl FnOnce(&str) -> Found) -> Option<Cow<'l, str>> {
        let too_long = |word: &str| word.len() > LONGEST_TOKEN && word.chars().count() > LONGEST_TOKEN;
        let whole = line;
        // What is left without citations ends as the line does, unless it ends in one.
        if !whole.ends_with(lists::C4_LINE_ENDS) && !whole.ends_with(']') {
            return None;
        }
        let line = without_citations(whole);
        if !line.ends_with(lists::C4_LINE_ENDS)
            || line.ends_with(lists::C4_ELLIPSIS)
            || whole.split_whitespace().nth(FEWEST_WORDS - 1).is_none()
            || whole.len() > LONGEST_TOKEN && whole.split_whitespace().any(too_long)
        {
            return None;
        }
        let found = match &line {
            Cow::Borrowed(line) => phrases(line),
            // What stood around a citation may make a phrase.
            Cow::Owned(line) => Found::of(line),
        };
        if found.lorem_ipsum {
            self.lorem_ipsum += 1;
            return None;
        }
        if found.javascript {
            return None;
        }
        let brackets = memchr::memchr_iter(b'{', line.as_bytes()).count();
        if brackets > 0 {
            self.curly_brackets += brackets;
            return None;
        }
        (!found.policy).then_some(line)
    }
}

/// The line without reference marks: numbers in brackets, empty brackets and [`lists::CITATION_MARKS`].
fn without_citations(line: &str) -> Cow<'_, str> {
    if !line.contains('[') {
        return Cow::Borrowed(line);
    }
    let mut kept = String::with_capacity(line.len());
    let mut rest = line;
    while let Some(open) = rest.find('[') {
        let (before, from) = rest.split_at(open);
        kept.push_str(before);
        let numbered = from.get(1..).map(|inside| inside.trim_start_matches(char::is_numeric)).unwrap_or_default();
        if let Some(after) = numbered.strip_prefix(']') {
            rest = after;
        } else if let Some(after) = lists::CITATION_MARKS.iter().find_map(|mark| from.strip_prefix(mark)) {
            rest = after;
        } else {
            kept.push('[');
            rest = from.get(1..).unwrap_or_default();
        }
    }
    kept.push_str(rest);
    Cow::Owned(kept)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::text::Document;

    #[test]
    fn citations_are_taken_out() {
        for (text, kept) in [
            ("as shown.[12]", "as shown."),
            ("as shown.[] More[edit] of it[citation needed].", "as shown. More of it."),
            ("an [aside] and [[3]] and [", "an [aside] and [] and ["),
            ("[x[1]", "[x"),
        ] {
            assert_eq!(without_citations(text), kept, "{text}");
        }
    }

    #[test]
    fn each_line_test_sees_only_what_the_ones_before_left() {
        let text = [
            "Short.",
            "No full stop at the end { of this",
            "This one trails off...",
            "Please enable JavaScript to read this page.",
            "Please enable Java[1]Script to read this page.",
            "We use cookies to make this page better.",
            "A plain sentence of several words. And another one!",
            "function call() { return one; }.",
            "Lorem ipsum dolor sit amet.",
        ];
        let document = Document::decode(text.join("\n").into_bytes()).unwrap();
        let phrases = Phrases::of(&document);
        assert_eq!(C4::of((0..).zip(text), &phrases), C4 { lorem_ipsum: 1, curly_brackets: 1 });
        let counted = [0, 1, usize::MAX].map(|enough| C4::sentences((0..).zip(text), &phrases, enough));
        assert_eq!(counted, [0, 2, 2], "line by line");
    }
}
