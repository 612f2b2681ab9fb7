//! Terms: the units that a text and a topic are compared by.

use std::borrow::Cow;

use crate::engine::text::{Script, words};

/// Calls `each` with every term of `line` in order, in the form in which terms are compared.
///
/// Where a script has spaces, a term is a word: lower case, of a word with an apostrophe the longer part (`l'homme` is
/// `homme`, `don't` is `don`), no single letters, nothing that begins with a digit, English-style plural endings taken
/// off. Elsewhere, and in Korean, whose particles hang on their nouns, it is a pair of neighbouring characters: no
/// dictionary is needed, and a word of two characters is one term. Mail and web addresses are passed over: they say
/// where a text comes from, not what it is about.
pub(super) fn terms<'t>(line: &'t str, mut each: impl FnMut(Cow<'t, str>)) {
    for chunk in line.split_whitespace() {
        if is_address(chunk) {
            continue;
        }
        let mut before: Option<&str> = None;
        for word in words(chunk) {
            match word.chars().next().and_then(Script::of) {
                Some(script) if script.is_unspaced() => {
                    if let Some(pair) = before.and_then(|first| joined(chunk, first, word)) {
                        each(Cow::Borrowed(pair));
                    }
                    before = Some(word);
                }
                Some(script) if script.name() == "Hangul" => {
                    before = None;
                    let starts = word.char_indices().map(|(at, _)| at);
                    let ends = starts.clone().skip(2).chain([word.len()]);
                    for (start, end) in starts.zip(ends) {
                        each(Cow::Borrowed(word.get(start..end).unwrap_or_default()));
                    }
                }
                _ => {
                    before = None;
                    if let Some(term) = normal(word) {
                        each(term);
                    }
                }
            }
        }
    }
}

/// Whether a run without white space is a mail or web address.
fn is_address(chunk: &str) -> bool {
    let has = |part: &str| chunk.contains(part);
    has("@") || has("://") || has("www.") || [".com", ".org", ".net", ".edu", ".gov"].into_iter().any(has)
}

/// The text from the beginning of `first` to the end of `second`, when both are neighbours in `text`.
fn joined<'t>(text: &'t str, first: &str, second: &str) -> Option<&'t str> {
    let place = |part: &str| (part.as_ptr() as usize).wrapping_sub(text.as_ptr() as usize);
    let (start, middle) = (place(first), place(second));
    if start + first.len() == middle { text.get(start..middle + second.len()) } else { None }
}

/// The form in which words are compared; `None` for what is not compared.
fn normal(word: &str) -> Option<Cow<'_, str>> {
    let mut term = word;
    if word.contains(['\'', '’']) {
        // Of equally long parts the first, as Python's `max` in the script that builds the background.
        term = word.split(['\'', '’']).rev().max_by_key(|part| part.chars().count())?;
    }
    let mut letters = term.chars();
    if !letters.next()?.is_alphabetic() || letters.next().is_none() {
        return None;
    }
    let term = if term.bytes().all(|byte| byte.is_ascii_lowercase()) {
        Cow::Borrowed(term)
    } else {
        Cow::Owned(term.to_lowercase())
    };
    Some(singular(term))
}

/// Without an English plural ending. Other languages' plurals in `-s` profit; whatever is cut wrongly is cut so
/// everywhere.
fn singular(term: Cow<'_, str>) -> Cow<'_, str> {
    let cut = |by: usize| match &term {
        Cow::Borrowed(text) => Cow::Borrowed(text.get(..text.len() - by).unwrap_or(text)),
        Cow::Owned(text) => Cow::Owned(text.get(..text.len() - by).unwrap_or(text).to_owned()),
    };
    if term.chars().nth(4).is_none() {
        term
    } else if term.ends_with("ies") {
        Cow::Owned(format!("{}y", cut(3)))
    } else if term.ends_with("sses") {
        cut(2)
    } else if term.ends_with('s') && !["ss", "us", "is"].iter().any(|ending| term.ends_with(ending)) {
        cut(1)
    } else {
        term
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn all(line: &str) -> Vec<String> {
        let mut all = Vec::new();
        terms(line, |term| all.push(term.into_owned()));
        all
    }

    #[test]
    fn words_take_one_form() {
        assert_eq!(all("The Parties' committees don't meet."), ["the", "party", "committee", "don", "meet"]);
        assert_eq!(all("L'homme, classes; basis bus ÉCOLES"), ["homme", "class", "basis", "bus", "école"]);
        assert_eq!(all("a 3 x 1990s I'm"), [""; 0]);
    }

    #[test]
    fn addresses_are_no_terms() {
        assert_eq!(all("write to <figs@trees.example> or https://trees.example/x now"), ["write", "to", "or", "now"]);
    }

    #[test]
    fn scripts_without_spaces_give_pairs() {
        assert_eq!(all("修剪果树。"), ["修剪", "剪果", "果树"]);
        assert_eq!(all("树 木"), [""; 0]);
        assert_eq!(all("학교에서 책"), ["학교", "교에", "에서", "책"]);
    }
}
