//! The figures in their straightforward form, to hold the fast ones against: lists of strings, nothing shared.

use std::collections::HashSet;

use super::{
    lists,
    token::{Kind, plain_tokens},
};

/// All tokens of a text with their kinds.
fn all_tokens(text: &str) -> Vec<(&str, Kind)> {
    let mut all = Vec::new();
    for line in text.split('\n') {
        plain_tokens(line, |token, kind| all.push((token, kind)));
    }
    all
}

fn chars(text: &str) -> usize {
    text.chars().count()
}

fn over(part: usize, whole: usize) -> Option<f64> {
    if whole == 0 { None } else { Some(part as f64 / whole as f64) }
}

/// How many texts repeat an earlier one, and their characters.
fn repeats(texts: &[&str]) -> (usize, usize) {
    let mut seen = HashSet::new();
    let repeated: Vec<_> = texts.iter().filter(|text| !seen.insert(**text)).collect();
    (repeated.len(), repeated.iter().map(|text| chars(text)).sum())
}

fn share_of_lines(text: &str, holds: impl Fn(&str) -> bool) -> Option<f64> {
    let lines: Vec<&str> = text.split('\n').collect();
    over(lines.iter().filter(|line| holds(line)).count(), if text.is_empty() { 0 } else { lines.len() })
}

/// A metric's value for a text without outer blank lines, whose lines end at `\n`.
pub(super) fn value(name: &str, text: &str, stop_words: Option<&[&str]>) -> Option<f64> {
    let all = all_tokens(text);
    let words: Vec<&str> = all.iter().filter(|(_, kind)| *kind == Kind::Word).map(|(word, _)| *word).collect();
    let written: Vec<&str> = text.split('\n').filter(|line| !line.trim().is_empty()).collect();
    let lines: Vec<&str> = text.split('\n').filter(|line| !line.is_empty()).collect();
    let paragraphs: Vec<String> = text
        .split('\n')
        .collect::<Vec<_>>()
        .split(|line| line.is_empty())
        .filter(|paragraph| !paragraph.is_empty())
        .map(|paragraph| paragraph.join("\n"))
        .collect();
    let paragraphs: Vec<&str> = paragraphs.iter().map(String::as_str).collect();
    let line_ends = text.matches('\n').count();
    let visible = text.chars().filter(|character| !character.is_whitespace()).count();
    let count_chars = |holds: fn(char) -> bool| text.chars().filter(|character| holds(*character)).count();
    let lower_has = |line: &str, phrase: &str| line.to_ascii_lowercase().contains(phrase);
    match name {
        "word_count" => Some(words.len() as f64),
        "word_length_mean" => over(words.iter().map(|word| chars(word)).sum(), words.len()),
        "hash_ratio" => over(text.matches('#').count(), all.len()),
        "ellipsis_ratio" => over(text.matches("...").count() + text.matches('…').count(), all.len()),
        "bullet_line_share" => share_of_lines(text, |line| line.trim_start().starts_with(['•', '-'])),
        "ellipsis_line_share" => {
            share_of_lines(text, |line| line.trim_end().ends_with("...") || line.trim_end().ends_with('…'))
        }
        "alphabetic_word_share" => {
            over(words.iter().filter(|word| word.chars().any(char::is_alphabetic)).count(), all.len())
        }
        "stop_word_count" => stop_words.map(|stops| stops.iter().filter(|stop| words.contains(stop)).count() as f64),
        "duplicate_line_share" => over(repeats(&lines).0, lines.len()),
        "duplicate_line_char_share" => over(repeats(&lines).1, chars(text)),
        "duplicate_paragraph_share" => over(repeats(&paragraphs).0, paragraphs.len()),
        "duplicate_paragraph_char_share" => over(repeats(&paragraphs).1, chars(text)),
        "terminal_punctuation_line_share" => {
            over(written.iter().filter(|line| line.ends_with(lists::ends_sentence)).count(), written.len())
        }
        "short_line_share" => over(written.iter().filter(|line| chars(line) <= 30).count(), written.len()),
        "fineweb_duplicate_line_char_share" => over(repeats(&written).1, chars(text) - line_ends),
        "newline_ratio" => over(line_ends, all.len()),
        "long_line_count" => Some(text.split('\n').filter(|line| chars(line) >= 200).count() as f64),
        "upper_case_share" => {
            over(count_chars(char::is_uppercase), count_chars(|c| c.is_uppercase() || c.is_lowercase()))
        }
        "digit_share" => over(count_chars(|c| c.is_numeric() && !c.is_alphabetic()), visible),
        "symbol_share" => over(
            count_chars(|c| {
                !(c.is_alphanumeric() || c.is_whitespace() || unicode_normalization::char::is_combining_mark(c))
            }),
            visible,
        ),
        "token_length_max" => Some(text.split_whitespace().map(chars).max().unwrap_or(0) as f64),
        "curly_bracket_count" => Some(text.matches('{').count() as f64),
        "lorem_ipsum_count" => Some(written.iter().filter(|line| lower_has(line, "lorem ipsum")).count() as f64),
        "javascript_line_count" => Some(written.iter().filter(|line| lower_has(line, "javascript")).count() as f64),
        "policy_line_count" => {
            let phrased = |line: &&&str| lists::POLICY_PHRASES.iter().any(|phrase| lower_has(line, phrase));
            Some(written.iter().filter(phrased).count() as f64)
        }
        _ => ngrams(name, text, &all.iter().map(|(token, _)| *token).collect::<Vec<_>>()),
    }
}

fn ngrams(name: &str, text: &str, tokens: &[&str]) -> Option<f64> {
    let length: usize = name.split('_').nth(1)?.parse().ok()?;
    if tokens.len() < length {
        return None;
    }
    let whole = chars(text);
    if name.starts_with("top") {
        let grams: Vec<String> = tokens.windows(length).map(|run| run.join(" ")).collect();
        let times = |gram: &String| grams.iter().filter(|other| *other == gram).count();
        let most = grams.iter().map(times).max()?;
        let first = grams.iter().find(|gram| times(gram) == most)?;
        return over(chars(first) * most, whole);
    }
    let (mut seen, mut place, mut repeated) = (HashSet::new(), 0, 0);
    while place + length <= tokens.len() {
        let run = &tokens[place..place + length];
        if seen.insert(run) {
            place += 1;
        } else {
            repeated += run.iter().map(|token| chars(token)).sum::<usize>();
            place += length;
        }
    }
    over(repeated, whole)
}
