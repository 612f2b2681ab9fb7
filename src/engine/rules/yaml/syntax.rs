//! What is probably meant where a text is no YAML.

use std::ops::Range;

use super::bytes::offset;
use crate::engine::diagnostic::{Diagnostic, Place, codes};

/// Lines above a mistake among which a `|` is looked for that it belongs to.
const BLOCK_LINES: usize = 50;

/// A syntax error at `place`, with the usual cause where the line shows one.
pub(super) fn diagnose(text: &str, place: Place, message: &str) -> Diagnostic {
    if let Some(tab) = tab(text, place.start as usize, message) {
        let place = Place { start: offset(tab), end: offset(tab + 1), ..place };
        return Diagnostic::error(codes::SYNTAX, place, "this is not valid YAML: a tab stands where spaces are wanted")
            .help("YAML is indented with spaces; replace the tab at the start of the line");
    }
    if let Some(space) = foreign_space(text, place.start as usize) {
        let place = Place { start: offset(space.start), end: offset(space.end), ..place };
        return Diagnostic::error(
            codes::SYNTAX,
            place,
            "this is not valid YAML: a space of another kind stands in the indentation",
        )
        .help(
            "it only looks like a space (a no-break space, as pages and editors make them); write spaces in its place",
        );
    }
    if let Some(colon) = colon_without_space(text, place.start as usize) {
        let place = Place { start: offset(colon), end: offset(colon + 1), ..place };
        return Diagnostic::error(codes::SYNTAX, place, "this is not valid YAML: no space follows the colon of a key")
            .help("write a space between the colon and the value");
    }
    if let Some(first) = block_text(text, place.start as usize, message) {
        let place = Place { start: offset(first), end: offset(first), ..place };
        return Diagnostic::error(codes::SYNTAX, place, "this is not valid YAML: the text is not indented")
            .help("text below `|` or `>` stands deeper than the key it belongs to: put two spaces before each line");
    }
    if let Some((first, help)) = indent(text, place.start as usize, message) {
        let place = Place { start: offset(first), end: offset(first), ..place };
        return Diagnostic::error(codes::SYNTAX, place, "this is not valid YAML: the line is indented wrongly")
            .help(help);
    }
    let place = Place { start: shown(text, place.start), end: shown(text, place.start), ..place };
    let plain = plain(message);
    let error = Diagnostic::error(codes::SYNTAX, place, format!("this is not valid YAML: {plain}"));
    match advice(text, place.start as usize, message) {
        Some(help) => error.help(help),
        None => error,
    }
}

/// Reading stops where nothing more comes; what is wrong stands at the end of the last line before.
fn shown(text: &str, at: u32) -> u32 {
    let rest = text.get(at as usize..).unwrap_or_default();
    let line = rest.split('\n').next().unwrap_or_default();
    match text.get(..at as usize) {
        Some(before) if line.trim().is_empty() => offset(before.trim_end().len()),
        _ => at,
    }
}

/// The readers' own words where people know no better ones.
fn plain(message: &str) -> String {
    let known = [
        ("did not find expected node content", "a value is missing, or a bracket is not closed"),
        ("invalid indentation in flow construct", "a bracket is not closed before this line"),
        ("mapping values are not allowed", "a second `: ` in one line"),
        ("unknown escape character", "a backslash between double quotes is followed by something unknown"),
        ("invalid trailing content after", "text goes on after the closing quote"),
        ("simple key expect", "a key is not followed by `:`"),
        ("found unexpected end of stream", "the file ends inside of a quoted text"),
    ];
    match known.iter().find(|(words, _)| message.contains(words)) {
        Some((_, plain)) => (*plain).to_owned(),
        None => message.trim().replace("while parsing a ", "in a ").replace("while scanning a ", "in a "),
    }
}

fn advice(text: &str, at: usize, message: &str) -> Option<&'static str> {
    let lines = lines_around(text, at);
    if message.contains("escape") {
        return Some("write patterns between single quotes, where a backslash stands for itself");
    }
    if message.contains("quote") {
        return Some("inside single quotes a quote is written twice: 'the page''s menu'");
    }
    if message.contains("mapping values") || message.contains("':'") {
        return Some("put text that holds `: ` between single quotes");
    }
    let opens_with = |line: &&str, marks: &[char]| {
        let value = line.trim_start().trim_start_matches("- ");
        let value = value.split_once(": ").map_or(value, |(_, value)| value).trim_start();
        value.starts_with(marks)
    };
    if lines.iter().any(|line| opens_with(line, &['%', '@', '`'])) {
        return Some("put text that begins with %, @ or ` between single quotes");
    }
    if message.contains("flow mapping") && message.contains("','") {
        return Some("put text that holds `: ` or a comma between single quotes, and close each bracket");
    }
    if lines.iter().any(|line| opens_with(line, &['[', '{'])) {
        return Some("a bracket opens a list or map; close it, or put the text between single quotes");
    }
    if lines.iter().any(|line| opens_with(line, &['\'', '"'])) {
        return Some("after a closing quote the line must end; inside single quotes write '' for a quote");
    }
    message.contains("indentation").then_some("keys of one map and items of one list begin in the same column")
}

/// The tab that stands before anything else in the line of `at` or, where reading stopped for a tab, in one beside it.
fn tab(text: &str, at: usize, message: &str) -> Option<usize> {
    let this = line_start(text, at)?;
    let before = line_start(text, this.saturating_sub(1))?;
    let (mut start, count) = match message.contains("tab") {
        true => (before, if before == this { 2 } else { 3 }),
        false => (this, 1),
    };
    for line in text[start..].split_inclusive('\n').take(count) {
        let spaces = line.len() - line.trim_start_matches(' ').len();
        if line[spaces..].starts_with('\t') && !line.trim().is_empty() {
            return Some(start + spaces);
        }
        start += line.len();
    }
    None
}

/// A space of another kind in the indentation of the line of `at`, or of one of the two above it: reading goes on behind it.
fn foreign_space(text: &str, at: usize) -> Option<Range<usize>> {
    lines_up_from(text, at).take(3).find_map(|(start, line)| {
        let indentation = line.len() - line.trim_start_matches(|c: char| c.is_whitespace() && c != '\t').len();
        let (at, space) = line[..indentation].char_indices().find(|(_, c)| *c != ' ')?;
        Some(start + at..start + at + space.len_utf8())
    })
}

/// The colon of a key in the line of `at`, or the one above it, that its value follows at once: to YAML both are one word.
fn colon_without_space(text: &str, at: usize) -> Option<usize> {
    lines_up_from(text, at).take(2).find_map(|(start, line)| {
        let column = key_column(line);
        let length = line[column..].find(|c: char| !c.is_ascii_lowercase() && c != '_').filter(|length| *length > 0)?;
        let value = line[column + length..].strip_prefix(':')?;
        let is_glued = !value.is_empty() && !value.starts_with(char::is_whitespace) && !value.starts_with("//");
        is_glued.then_some(start + column + length)
    })
}

/// The line of `at` and those above it that are not empty, nearest first, with where they begin.
fn lines_up_from(text: &str, at: usize) -> impl Iterator<Item = (usize, &str)> {
    let end = text.get(at..).and_then(|rest| rest.find('\n')).map_or(text.len(), |length| at + length);
    let mut end = Some(end);
    std::iter::from_fn(move || {
        let before = text.get(..end?)?;
        let start = before.rfind('\n').map_or(0, |line_end| line_end + 1);
        end = start.checked_sub(1);
        Some((start, &before[start..]))
    })
    .filter(|(_, line)| !is_empty(line))
}

/// Where the line of `at` begins.
fn line_start(text: &str, at: usize) -> Option<usize> {
    Some(text.get(..at)?.rfind('\n').map_or(0, |end| end + 1))
}

/// Where the first key or hyphen of the line of `at` is what cannot be read, and the line above begins elsewhere: the place of the
/// first thing in the line, and the columns.
fn indent(text: &str, at: usize, message: &str) -> Option<(usize, String)> {
    const BLOCKS: [&str; 4] = ["block collection", "block mapping", "block sequence", "mapping values"];
    if !BLOCKS.iter().any(|words| message.contains(words)) {
        return None;
    }
    let this = line_start(text, at)?;
    let before = &text[this..at];
    // Of a key that is too deep the colon is reported.
    let is_key = text[at..].starts_with(':') && !before.contains(": ");
    let above = text[..this].lines().rev().find(|line| !is_empty(line))?;
    let line = &text[this..];
    let here = line.len() - line.trim_start_matches(' ').len();
    let there = key_column(above);
    ((before.trim().is_empty() || is_key) && here != there).then(|| {
        let help = format!(
            "keys of one map and items of one list begin in the same column; this line begins in column {}, the one above in \
             column {}",
            here + 1,
            there + 1
        );
        (this + here, help)
    })
}

/// Where a text below `|` or `>` begins that is no deeper than its key, so that its first line is taken for a key without a colon.
fn block_text(text: &str, at: usize, message: &str) -> Option<usize> {
    if !message.contains("expected ':'") && !message.contains("simple key") {
        return None;
    }
    let mut below = None;
    for (start, line) in lines_up_from(text, at).take(BLOCK_LINES) {
        let value = line.trim_end().trim_end_matches(['-', '+']);
        let is_block = value.strip_suffix(['|', '>']).is_some_and(|key| key.ends_with(": "));
        if let (true, Some(first)) = (is_block, below) {
            return (first - text[..first].rfind('\n').map_or(0, |end| end + 1) <= key_column(line)).then_some(first);
        }
        below = Some(start + line.len() - line.trim_start().len());
    }
    None
}

/// Whether there is nothing in a line, or a remark.
fn is_empty(line: &str) -> bool {
    line.trim().is_empty() || line.trim_start().starts_with('#')
}

/// Where the key of a line begins, behind the hyphens of list items; from 0.
fn key_column(line: &str) -> usize {
    let mut rest = line.trim_start_matches(' ');
    while let Some(inner) = rest.strip_prefix("- ") {
        rest = inner.trim_start_matches(' ');
    }
    line.len() - rest.len()
}

/// The line of `at` and the one before it.
fn lines_around(text: &str, at: usize) -> Vec<&str> {
    let mut start = at.min(text.len());
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    let end = text[start..].find('\n').map_or(text.len(), |length| start + length);
    let mut lines = text[..end].rsplit('\n');
    lines.by_ref().take(2).collect()
}
