//! Which folded strings must a text hold for a pattern to match it?
//!
//! The answer is sound: where the pattern matches a text, the folded text holds at least one of them. That rests on
//! folding being a map of single characters, so that a run of characters that the pattern insists on is still a run
//! when both are folded. Letter case needs no care here: a class such as `[Hh]` folds to the one string `h`.

use std::collections::BTreeSet;

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind};

use crate::engine::text::fold;

/// Strings of which a match must contain at least one, folded; `None` where there is no useful set.
/// An empty set says that nothing can match.
pub(super) fn required(pattern: &Hir) -> Option<Vec<String>> {
    Parts::of(pattern).into_required().map(|literals| literals.iter().map(|text| shortened(text)).collect())
}

/// How well a set of literals tells lines apart: higher is better, `None` where it is worse than no set at all.
pub(super) fn selectivity<'s>(literals: impl Iterator<Item = &'s str>) -> Option<u32> {
    let mut worst = u32::MAX;
    let mut count = 0_u32;
    for literal in literals {
        worst = worst.min(rarity(literal));
        count += 1;
    }
    let cost = u32::BITS - count.leading_zeros();
    (worst >= RARE_ENOUGH).then(|| worst.saturating_mul(8).saturating_sub(cost * 2))
}

/// A single letter, or a blank with a comma, stands on nearly every line.
const RARE_ENOUGH: u32 = 2;

/// Most strings that a part of a pattern may stand for before it counts as "anything".
const EXACT_AT_MOST: usize = 32;

/// Longest such string, in bytes.
const EXACT_BYTES_AT_MOST: usize = 64;

/// Most alternatives of a required set.
const REQUIRED_AT_MOST: usize = 512;

/// Largest class that is spelled out.
const CLASS_AT_MOST: u32 = 64;

/// Repetitions that are spelled out; the rest counts as a gap.
const REPEATS_AT_MOST: u32 = 8;

/// Bytes of a literal that are looked for: more would hardly tell more.
const LITERAL_BYTES_AT_MOST: usize = 32;

/// How seldom a string stands in running text, roughly: letters and digits count one, other marks two, what is
/// outside ASCII three.
fn rarity(literal: &str) -> u32 {
    literal
        .chars()
        .map(|letter| match letter {
            ' ' => 0,
            ',' | '.' | '-' | '\'' => 1,
            letter if letter.is_ascii_alphanumeric() => 1,
            letter if letter.is_ascii() => 2,
            _ => 3,
        })
        .fold(0, u32::saturating_add)
}

/// What is known of a part of a pattern.
#[derive(Debug, Clone, Default)]
struct Parts {
    /// Every match, folded, is one of these.
    exact: Option<Vec<String>>,
    /// Every match, folded, contains one of these.
    required: Option<Vec<String>>,
}

impl Parts {
    fn of(pattern: &Hir) -> Self {
        match pattern.kind() {
            HirKind::Empty | HirKind::Look(_) => Self::exactly(vec![String::new()]),
            HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
                Ok(text) => Self::exactly(vec![folded(text)]),
                Err(_) => Self::default(),
            },
            HirKind::Class(Class::Unicode(class)) => Self::of_class(class),
            HirKind::Class(Class::Bytes(class)) => {
                class.to_unicode_class().map_or_else(Self::default, |class| Self::of_class(&class))
            }
            HirKind::Capture(capture) => Self::of(&capture.sub),
            HirKind::Repetition(repetition) => Self::of(&repetition.sub).repeated(repetition.min, repetition.max),
            HirKind::Concat(parts) => Self::concat(parts.iter().map(Self::of)),
            HirKind::Alternation(parts) => Self::alternation(parts.iter().map(Self::of)),
        }
    }

    fn exactly(strings: Vec<String>) -> Self {
        Self { exact: Some(strings), required: None }
    }

    fn of_class(class: &ClassUnicode) -> Self {
        let members: u32 = class.iter().map(|range| range.end() as u32 - range.start() as u32 + 1).sum();
        if members > CLASS_AT_MOST {
            return Self::default();
        }
        let letters = class.iter().flat_map(|range| range.start()..=range.end());
        let strings: BTreeSet<String> = letters.map(|letter| folded(letter.encode_utf8(&mut [0; 4]))).collect();
        if strings.len() > EXACT_AT_MOST { Self::default() } else { Self::exactly(strings.into_iter().collect()) }
    }

    fn repeated(self, min: u32, max: Option<u32>) -> Self {
        match (min, max) {
            (_, Some(0)) => Self::exactly(vec![String::new()]),
            (0, Some(1)) => match self.exact {
                Some(mut strings) if strings.len() < EXACT_AT_MOST => {
                    if !strings.iter().any(String::is_empty) {
                        strings.push(String::new());
                    }
                    Self::exactly(strings)
                }
                _ => Self::default(),
            },
            (0, _) => Self::default(),
            (min, max) => {
                let copies = min.min(REPEATS_AT_MOST);
                let gap = (max != Some(copies)).then(Self::default);
                Self::concat((0..copies).map(|_| self.clone()).chain(gap))
            }
        }
    }

    fn concat(parts: impl Iterator<Item = Self>) -> Self {
        let mut whole = true;
        let mut run = vec![String::new()];
        let mut best = None;
        for part in parts {
            if let Some(longer) = part.exact.as_ref().and_then(|exact| product(&run, exact)) {
                run = longer;
                continue;
            }
            whole = false;
            best = better(best, useful(run));
            best = better(best, part.required);
            run = part.exact.unwrap_or_else(|| vec![String::new()]);
        }
        if whole { Self::exactly(run) } else { Self { exact: None, required: better(best, useful(run)) } }
    }

    fn alternation(parts: impl Iterator<Item = Self>) -> Self {
        let mut exact = Some(BTreeSet::new());
        let mut required = Some(Vec::new());
        for part in parts {
            match (&mut exact, &part.exact) {
                (Some(all), Some(strings)) if all.len() + strings.len() <= EXACT_AT_MOST => {
                    all.extend(strings.iter().cloned());
                }
                _ => exact = None,
            }
            match (&mut required, part.into_required()) {
                (Some(all), Some(literals)) if all.len() + literals.len() <= REQUIRED_AT_MOST => all.extend(literals),
                _ => required = None,
            }
        }
        Self { exact: exact.map(|strings| strings.into_iter().collect()), required: required.and_then(useful) }
    }

    fn into_required(self) -> Option<Vec<String>> {
        better(self.exact.and_then(useful), self.required)
    }
}

fn folded(text: &str) -> String {
    let mut out = String::new();
    fold(text, &mut out);
    out
}

/// Every string of `left` followed by every one of `right`; `None` where that is too much.
fn product(left: &[String], right: &[String]) -> Option<Vec<String>> {
    if left.len() * right.len() > EXACT_AT_MOST {
        return None;
    }
    let mut strings = Vec::with_capacity(left.len() * right.len());
    for start in left {
        for end in right {
            if start.len() + end.len() > EXACT_BYTES_AT_MOST {
                return None;
            }
            let string = format!("{start}{end}");
            if !strings.contains(&string) {
                strings.push(string);
            }
        }
    }
    Some(strings)
}

/// The set without what another member makes needless; `None` where it does not help.
fn useful(mut literals: Vec<String>) -> Option<Vec<String>> {
    literals.sort_unstable_by(|a, b| a.len().cmp(&b.len()).then_with(|| a.cmp(b)));
    literals.dedup();
    let mut kept: Vec<String> = Vec::with_capacity(literals.len());
    for literal in literals {
        if !kept.iter().any(|shorter| literal.contains(shorter.as_str())) {
            kept.push(literal);
        }
    }
    selectivity(kept.iter().map(String::as_str)).map(|_| kept)
}

/// The set that tells lines apart better.
fn better(left: Option<Vec<String>>, right: Option<Vec<String>>) -> Option<Vec<String>> {
    let worth = |set: &Option<Vec<String>>| set.as_ref().and_then(|set| selectivity(set.iter().map(String::as_str)));
    match (worth(&left), worth(&right)) {
        (Some(a), Some(b)) => {
            if a >= b {
                left
            } else {
                right
            }
        }
        (Some(_), None) => left,
        (None, Some(_)) => right,
        (None, None) => None,
    }
}

/// A prefix is as sound as the whole.
fn shortened(text: &str) -> String {
    text[..text.floor_char_boundary(LITERAL_BYTES_AT_MOST)].to_owned()
}
