//! Which folded strings must a text hold for a pattern to match it?
//!
//! The answer is sound: where the pattern matches a text, the folded text holds at least one string of each set. That rests on
//! folding being a map of single characters, so that a run of characters that the pattern insists on is still a run
//! when both are folded. Letter case needs no care here: a class such as `[Hh]` folds to the one string `h`.

use std::collections::BTreeSet;

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind};

use crate::engine::text::fold;

/// Sets of strings, folded; a match contains at least one of each. The first set tells lines apart best; there is none
/// that is of no use. An empty set says that nothing can match.
pub(super) fn required(pattern: &Hir) -> Vec<Vec<String>> {
    let mut sets = Parts::of(pattern).into_required();
    for (index, set) in sets.iter_mut().enumerate() {
        for text in set.iter_mut() {
            text.truncate(text.floor_char_boundary(LITERAL_BYTES_AT_MOST));
        }
        if index > 0 && set.len() > FURTHER_AT_MOST {
            set.clear();
        }
    }
    let mut index = 0;
    sets.retain(|set| {
        index += 1;
        index == 1 || !set.is_empty()
    });
    sets
}

/// How well a set of literals of such [`rarity`] tells lines apart: higher is better, `None` where it is worse than no set
/// at all.
pub(super) fn selectivity(rarities: impl Iterator<Item = u32>) -> Option<u32> {
    let mut worst = u32::MAX;
    let mut count = 0_u32;
    for rarity in rarities {
        worst = worst.min(rarity);
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

/// Most sets that are kept.
const SETS_AT_MOST: usize = 4;

/// Most alternatives of a set that is not the first: each is looked for in every text.
const FURTHER_AT_MOST: usize = 64;

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
pub(super) fn rarity(literal: &str) -> u32 {
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
    /// Every match, folded, contains one string of each of these sets, of which the first is the best.
    required: Vec<Vec<String>>,
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
        Self { exact: Some(strings), required: Vec::new() }
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
        let mut required = Vec::new();
        for part in parts {
            if let Some(longer) = part.exact.as_ref().and_then(|exact| product(&run, exact)) {
                run = longer;
                continue;
            }
            whole = false;
            required.extend(useful(run));
            required.extend(part.required);
            run = part.exact.unwrap_or_else(|| vec![String::new()]);
        }
        if whole {
            return Self::exactly(run);
        }
        required.extend(useful(run));
        Self { exact: None, required: best(required) }
    }

    fn alternation(parts: impl Iterator<Item = Self>) -> Self {
        let mut exact = Some(BTreeSet::new());
        // The best set of each part together, then the next best of each.
        let mut required: Option<Vec<Vec<String>>> = None;
        for part in parts {
            match (&mut exact, &part.exact) {
                (Some(all), Some(strings)) if all.len() + strings.len() <= EXACT_AT_MOST => {
                    all.extend(strings.iter().cloned());
                }
                _ => exact = None,
            }
            let sets = part.into_required();
            match &mut required {
                None => required = Some(sets),
                Some(all) => {
                    all.truncate(sets.len());
                    all.iter_mut().zip(sets).for_each(|(set, more)| set.extend(more));
                    all.retain(|set| set.len() <= REQUIRED_AT_MOST);
                }
            }
        }
        let required = required.unwrap_or_default().into_iter().filter_map(useful).collect();
        Self { exact: exact.map(|strings| strings.into_iter().collect()), required: best(required) }
    }

    fn into_required(self) -> Vec<Vec<String>> {
        let mut sets: Vec<_> = self.exact.and_then(useful).into_iter().collect();
        sets.extend(self.required);
        best(sets)
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
    selectivity(kept.iter().map(|literal| rarity(literal))).map(|_| kept)
}

/// The sets that tell lines apart best, the best one first, without those that another one implies.
fn best(mut sets: Vec<Vec<String>>) -> Vec<Vec<String>> {
    sets.sort_by_cached_key(|set| std::cmp::Reverse(selectivity(set.iter().map(|literal| rarity(literal)))));
    let mut kept: Vec<Vec<String>> = Vec::with_capacity(sets.len().min(SETS_AT_MOST));
    for set in sets {
        let is_new = !kept.iter().any(|other| implies(other, &set));
        if is_new && kept.len() < SETS_AT_MOST {
            kept.push(set);
        }
    }
    kept
}

/// Whether what contains one of `set` contains one of `other`.
fn implies(set: &[String], other: &[String]) -> bool {
    set.iter().all(|text| other.iter().any(|part| text.contains(part.as_str())))
}
