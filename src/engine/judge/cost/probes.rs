//! Texts made to hurt a pattern: what almost matches it, again and again, and its own characters in disorder.

use regex_syntax::hir::{Class, Hir, HirKind};

/// Bytes of a probe, about.
const BYTES: usize = 1200;

/// Characters that are taken from a pattern.
const LETTERS_AT_MOST: usize = 12;

/// Times that a part without an upper limit is repeated.
const REPEATS: u32 = 3;

/// Times that a counted part is repeated.
const COUNTED_AT_MOST: u32 = 200;

/// A text outside ASCII, beside which Unicode word boundaries are dear.
const OUTSIDE: &str = "é ";

/// Probes for a pattern, without those that it matches as far as that can be seen without trying.
pub(super) fn of(pattern: &Hir) -> Vec<String> {
    let letters = letters(pattern);
    let mut near = String::new();
    write(pattern, &mut near);
    // What lacks its end does not match, mostly.
    near.pop();
    let mut again = Vec::new();
    collect_repeated(pattern, &mut again);
    let again = few(again);
    let mut probes = vec![repeated(&near), repeated(&format!("{near} ")), disorder(&letters), disorder(&again)];
    probes.extend(letters.iter().map(|letter| repeated(&letter.to_string())));
    probes.retain(|probe| !probe.is_empty());
    probes
}

/// The characters of a probe without one, in disorder; for another try where the pattern matched at this one.
pub(super) fn without(probe: &str, letter: char) -> String {
    let mut letters: Vec<char> = probe.chars().filter(|other| *other != letter).collect();
    letters.sort_unstable();
    letters.dedup();
    disorder(&letters)
}

fn repeated(part: &str) -> String {
    if part.is_empty() {
        return String::new();
    }
    let mut text = OUTSIDE.to_owned();
    while text.len() < BYTES {
        text.push_str(part);
    }
    text
}

fn disorder(letters: &[char]) -> String {
    if letters.is_empty() {
        return String::new();
    }
    let mut text = OUTSIDE.to_owned();
    // The numbers of Knuth's MMIX: any that are the same everywhere would do.
    let mut number: u64 = 1;
    while text.len() < BYTES {
        number = number.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        let index = usize::try_from(number >> 33).unwrap_or_default() % letters.len();
        text.push(letters[index]);
    }
    text
}

/// Some characters that the pattern speaks of.
fn letters(pattern: &Hir) -> Vec<char> {
    let mut found = Vec::new();
    collect(pattern, &mut found);
    few(found)
}

fn few(mut letters: Vec<char>) -> Vec<char> {
    letters.sort_unstable();
    letters.dedup();
    letters.truncate(LETTERS_AT_MOST);
    letters
}

/// The characters of the parts that may stand more than once.
fn collect_repeated(pattern: &Hir, found: &mut Vec<char>) {
    match pattern.kind() {
        HirKind::Repetition(repetition) if repetition.max != Some(1) => collect(&repetition.sub, found),
        HirKind::Repetition(repetition) => collect_repeated(&repetition.sub, found),
        HirKind::Capture(capture) => collect_repeated(&capture.sub, found),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => {
            parts.iter().for_each(|part| collect_repeated(part, found));
        }
        HirKind::Empty | HirKind::Look(_) | HirKind::Literal(_) | HirKind::Class(_) => {}
    }
}

fn collect(pattern: &Hir, found: &mut Vec<char>) {
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => {
            found.extend(str::from_utf8(&literal.0).unwrap_or_default().chars().take(LETTERS_AT_MOST));
        }
        HirKind::Class(class) => found.extend(members(class)),
        HirKind::Repetition(repetition) => collect(&repetition.sub, found),
        HirKind::Capture(capture) => collect(&capture.sub, found),
        HirKind::Concat(parts) | HirKind::Alternation(parts) => parts.iter().for_each(|part| collect(part, found)),
    }
}

/// A character or two of a class: one in ASCII, one outside, where it has them.
fn members(class: &Class) -> Vec<char> {
    let holds = |letter: char| match class {
        Class::Unicode(class) => class.iter().any(|range| (range.start()..=range.end()).contains(&letter)),
        Class::Bytes(class) => u8::try_from(letter)
            .is_ok_and(|byte| class.iter().any(|range| (range.start()..=range.end()).contains(&byte))),
    };
    let common = ['a', 'A', '0', ' ', '-', '.', '/', 'é', '文'];
    let mut found: Vec<char> = common.into_iter().filter(|letter| holds(*letter)).collect();
    if found.len() < 2 {
        let ends = match class {
            Class::Unicode(class) => class.iter().next().map(|range| [range.start(), range.end()]),
            Class::Bytes(class) => class.iter().next().map(|range| [range.start(), range.end()].map(char::from)),
        };
        found.extend(ends.into_iter().flatten());
    }
    found.dedup();
    let last = found.pop();
    found.truncate(1);
    found.extend(last);
    found
}

/// A text that the pattern matches, or nearly, with counted parts as long as they may be.
fn write(pattern: &Hir, text: &mut String) {
    if text.len() > BYTES {
        return;
    }
    match pattern.kind() {
        HirKind::Empty | HirKind::Look(_) => {}
        HirKind::Literal(literal) => text.push_str(str::from_utf8(&literal.0).unwrap_or_default()),
        HirKind::Class(class) => text.extend(members(class).first()),
        HirKind::Repetition(repetition) => {
            let times = repetition.max.unwrap_or(repetition.min + REPEATS).min(COUNTED_AT_MOST);
            (0..times).for_each(|_| write(&repetition.sub, text));
        }
        HirKind::Capture(capture) => write(&capture.sub, text),
        HirKind::Concat(parts) => parts.iter().for_each(|part| write(part, text)),
        HirKind::Alternation(parts) => parts.iter().take(1).for_each(|part| write(part, text)),
    }
}
