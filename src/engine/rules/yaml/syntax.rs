//! What is probably meant where a text is no YAML.

use super::bytes::offset;
use crate::engine::diagnostic::{Diagnostic, Place, codes};

/// A syntax error at `place`, with the usual cause where the line shows one.
pub(super) fn diagnose(text: &str, place: Place, message: &str) -> Diagnostic {
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
        ("tabs disallowed", "a tab stands where spaces are wanted"),
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
    if lines.iter().any(|line| line.trim_start_matches(' ').starts_with('\t')) {
        return Some("YAML is indented with spaces; replace the tab at the start of the line");
    }
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
    if lines.iter().any(|line| opens_with(line, &['[', '{'])) {
        return Some("a bracket opens a list or map; close it, or put the text between single quotes");
    }
    if lines.iter().any(|line| opens_with(line, &['\'', '"'])) {
        return Some("after a closing quote the line must end; inside single quotes write '' for a quote");
    }
    message.contains("indentation").then_some("keys of one map and items of one list begin in the same column")
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
