//! A rule made from one line of a document.

use crate::engine::{
    rules::yaml::{is_seen, quoted, word},
    text::is_blank,
};

/// Characters of the line that the pattern spells out; a longer line is matched by its beginning.
const PATTERN_AT_MOST: usize = 80;

/// Characters of the line in the rule's title.
const TITLE_AT_MOST: usize = 50;

/// Words of the line in the rule's id.
const ID_WORDS: usize = 4;

/// Lines on either side that become silent examples.
const NEIGHBOURS: usize = 2;

/// Stands in for neighbours where there are none.
const OTHER: &str = "Text that has nothing to do with it.";

/// A rule made from one line.
#[derive(Debug)]
pub(super) struct Draft {
    pub(super) id: String,
    line: String,
    pattern: String,
    neighbours: Vec<String>,
    from: String,
}

impl Draft {
    /// From the `number`th of `lines`, counted from 1, of the document called `name`.
    pub(super) fn new(lines: &[&str], number: usize, name: &str, id: Option<&str>) -> Self {
        let index = number - 1;
        let line = lines[index].trim();
        let pattern = pattern(line);
        let is_like = |other: &str| generalised(other) == generalised(line) || starts_like(other, line);
        let other = |text: &&&str| !is_blank(text) && !is_like(text.trim());
        let mut before: Vec<&&str> = lines[..index].iter().rev().filter(other).take(NEIGHBOURS).collect();
        before.reverse();
        let after = lines[index + 1..].iter().filter(other).take(NEIGHBOURS);
        let mut neighbours: Vec<String> = before.into_iter().chain(after).map(|text| text.trim().to_owned()).collect();
        if neighbours.is_empty() {
            neighbours.push(OTHER.to_owned());
        }
        let id = id.map_or_else(|| id_of(line, number), str::to_owned);
        Self { id, line: line.to_owned(), pattern, neighbours, from: format!("{name}, line {number}") }
    }

    /// Takes another id while the one it has is `taken`.
    pub(super) fn rename_unlike(&mut self, taken: impl Fn(&str) -> bool) {
        let first = self.id.clone();
        for number in 2.. {
            if !taken(&self.id) {
                return;
            }
            self.id = format!("{first}-{number}");
        }
    }

    /// As an item of a list of rules, its dash indented by `indent`.
    pub(super) fn text(&self, indent: &str) -> String {
        let Self { id, line, pattern, neighbours, from } = self;
        let title: String = line.chars().take(TITLE_AT_MOST).collect();
        let mut lines = vec![
            format!("- id: {}", word(id)),
            format!("  title: {}", quoted(&format!("Line like: {}", title.trim_end()))),
            format!(
                "  # Made from {from}. \\d+ and [\\d.,]+ stand for any number; .* takes anything, (?:this|that) one of several."
            ),
            format!("  match: {{regex: {{any: [{}]}}}}", quoted(pattern)),
            "  # strip leaves the line out; quarantine puts the whole file aside for a person.".to_owned(),
            "  action: strip".to_owned(),
            "  examples:".to_owned(),
            "    - name: the line it was made from".to_owned(),
            format!("      text: {}", quoted(line)),
            "      flags: [1]".to_owned(),
            "    - name: its neighbours stay".to_owned(),
        ];
        lines.extend(block("      text: ", neighbours));
        lines.push("      flags: []".to_owned());
        lines.iter().map(|line| format!("{indent}{line}\n")).collect()
    }
}

/// Lines after `key`, as a block where they can be shown so, otherwise on one line.
fn block(key: &str, lines: &[String]) -> Vec<String> {
    if !lines.iter().all(|line| line.chars().all(is_seen) && !line.starts_with(' ') && !line.is_empty()) {
        return vec![format!("{key}{}", quoted(&lines.join("\n")))];
    }
    let indent = " ".repeat(key.len() - key.trim_start().len() + 2);
    std::iter::once(format!("{key}|")).chain(lines.iter().map(|line| format!("{indent}{line}"))).collect()
}

/// The line, letter by letter, with any numbers and any spaces in the places of its own.
fn pattern(line: &str) -> String {
    let start = beginning(line);
    let end = if start.len() < line.len() { "" } else { r"\s*$" };
    format!(r"^\s*{}{end}", generalised(start))
}

/// The line, or as many whole words of its beginning as a pattern should have.
fn beginning(line: &str) -> &str {
    let Some((cut, _)) = line.char_indices().nth(PATTERN_AT_MOST) else { return line };
    let start = &line[..cut];
    let word = start.rfind(char::is_whitespace).unwrap_or(cut);
    let start = start[..word].trim_end();
    // A number cut in two would match other lines than its own.
    let start = start.trim_end_matches(|character: char| character.is_numeric()).trim_end();
    if start.is_empty() { line } else { start }
}

fn starts_like(other: &str, line: &str) -> bool {
    let start = beginning(line);
    start.len() < line.len() && generalised(other).starts_with(&generalised(start))
}

fn generalised(text: &str) -> String {
    let mut pattern = String::with_capacity(text.len() + 16);
    let mut rest = text;
    while let Some(character) = rest.chars().next() {
        let part = if character.is_whitespace() {
            pattern.push_str(r"\s+");
            rest.len() - rest.trim_start().len()
        } else if character.is_ascii_digit() {
            let number = number(rest);
            pattern.push_str(if number.contains(['.', ',']) { r"[\d.,]+" } else { r"\d+" });
            number.len()
        } else {
            if r"\.+*?()|[]{}^$".contains(character) {
                pattern.push('\\');
            }
            pattern.push(character);
            character.len_utf8()
        };
        rest = &rest[part..];
    }
    pattern
}

/// The number that `text` begins with, such as 12, 4.7 or 1,203.
fn number(text: &str) -> &str {
    let end = text.find(|character: char| !matches!(character, '0'..='9' | '.' | ',')).unwrap_or(text.len());
    text[..end].trim_end_matches(['.', ','])
}

/// An id from the line's first words.
fn id_of(line: &str, number: usize) -> String {
    let words = line.split(|character: char| !character.is_ascii_alphanumeric()).filter(|word| !word.is_empty());
    let words: Vec<String> = words.take(ID_WORDS).map(str::to_ascii_lowercase).collect();
    let id: String = words.join("-").chars().take(40).collect();
    let id = id.trim_matches('-');
    if id.starts_with(|first: char| first.is_ascii_alphabetic()) { id.to_owned() } else { format!("line-{number}") }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::{
        diagnostic::Severity,
        judge::{Outcome, run_examples},
        rules::{self, Alone, Settings, Snapshot},
    };

    fn sound(text: &str) -> Result<(), String> {
        let loaded = rules::load(&Snapshot::of_pack("mine.yaml", text), &Settings::default());
        let errors: Vec<_> = loaded.diagnostics.iter().filter(|problem| problem.severity == Severity::Error).collect();
        let Some(rules) = loaded.rules else { return Err(format!("{errors:?}\n{text}")) };
        match run_examples(&rules, &Alone, |_| true).into_iter().find(|result| result.outcome != Outcome::Passed) {
            None => Ok(()),
            Some(failing) => Err(format!("{failing:?}\n{text}")),
        }
    }

    #[test]
    fn patterns_are_the_line_with_numbers_made_general() {
        assert_eq!(pattern("Page 3 of 12 (next)"), r"^\s*Page\s+\d+\s+of\s+\d+\s+\(next\)\s*$");
        assert_eq!(pattern("Rated 4.7 by 1,203."), r"^\s*Rated\s+[\d.,]+\s+by\s+[\d.,]+\.\s*$");
        assert_eq!(pattern(&"word ".repeat(40)).matches("word").count(), 16);
        assert_eq!(id_of("Page 3 of 12 (next)", 7), "page-3-of-12");
        assert_eq!(id_of("推荐阅读", 7), "line-7");
        assert_eq!(id_of("3 ways", 7), "line-7");
    }

    #[test]
    fn neighbours_that_are_like_it_are_no_silent_examples() {
        let draft = Draft::new(&["Page 1", "", "Text.", "Page 2", "Page  3"], 4, "a", None);
        assert_eq!(draft.neighbours, ["Text."]);
        let draft = Draft::new(&["Page 2"], 1, "a", None);
        assert_eq!(draft.neighbours, [OTHER]);
    }

    proptest! {
        /// Whatever the lines hold, the rule is sound and does what its examples say.
        #[test]
        fn every_line_makes_a_rule_that_holds(
            lines in prop::collection::vec("(?:\\PC|\\t){0,120}", 1..6), number in 0_usize..6
        ) {
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            let index = number % lines.len();
            prop_assume!(!is_blank(lines[index]));
            let draft = Draft::new(&lines, index + 1, "a", None);
            let text = super::super::edit::new_pack("mine", &draft.text("  "));
            if let Err(fault) = sound(&text) {
                prop_assert!(false, "{}", fault);
            }
        }
    }
}
