//! Which folded strings must a text hold for a pattern to match it?
//!
//! The answer is sound: where the pattern matches a text, the folded text holds at least one string of each set. That rests on
//! folding being a map of single characters, so that a run of characters that the pattern insists on is still a run
//! when both are folded. Letter case needs no care here: a class such as `[Hh]` folds to the one string `h`.

use std::collections::BTreeSet;

use regex_syntax::hir::{Class, ClassUnicode, Hir, HirKind};

use super::{boundary::Boundary, needle::Needle};
use crate::engine::text::fold;

/// Sets of strings, folded; a match contains at least one of each. The first set tells lines apart best; there is none
/// that is of no use. An empty set says that nothing can match.
pub(super) fn required(pattern: &Hir) -> Vec<Vec<Needle>> {
    let mut sets = Parts::of(pattern).into_required();
    for (index, set) in sets.iter_mut().enumerate() {
        set.iter_mut().for_each(|needle| needle.cut(LITERAL_BYTES_AT_MOST));
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
    exact: Option<Vec<Needle>>,
    /// Every match, folded, contains one of each of these sets, of which the first is the best.
    required: Vec<Vec<Needle>>,
    /// Whether words end at it.
    boundary: Boundary,
}

impl Parts {
    fn of(pattern: &Hir) -> Self {
        match pattern.kind() {
            HirKind::Empty => Self::exactly(vec![Needle::EMPTY], Boundary::Perhaps),
            HirKind::Look(look) => match Boundary::of_look(*look) {
                Boundary::Always => Self::exactly(vec![Needle::BOUNDARY], Boundary::Always),
                boundary => Self::exactly(vec![Needle::EMPTY], boundary),
            },
            HirKind::Literal(literal) => match std::str::from_utf8(&literal.0) {
                Ok(text) => Self::exactly(vec![Needle::of(text)], Boundary::of_text(text)),
                Err(_) => Self::default(),
            },
            HirKind::Class(Class::Unicode(class)) => Self::of_class(class),
            HirKind::Class(Class::Bytes(class)) => {
                class.to_unicode_class().map_or_else(Self::default, |class| Self::of_class(&class))
            }
            HirKind::Capture(capture) => Self::of(&capture.sub),
            HirKind::Repetition(repetition) => Self::of(&repetition.sub).repeated(repetition.min, repetition.max),
            HirKind::Concat(parts) => Self::concat(&parts.iter().map(Self::of).collect::<Vec<_>>()),
            HirKind::Alternation(parts) => Self::alternation(parts.iter().map(Self::of)),
        }
    }

    fn exactly(needles: Vec<Needle>, boundary: Boundary) -> Self {
        Self { exact: Some(needles), required: Vec::new(), boundary }
    }

    fn of_class(class: &ClassUnicode) -> Self {
        let boundary = Boundary::of_class(class);
        let anything = Self { boundary, ..Self::default() };
        // The two cases of one letter, which most are, fold to the small one.
        if let [capital, small] = class.ranges()
            && capital.start().is_ascii_uppercase()
            && (capital.end(), small.end()) == (capital.start(), small.start())
            && small.start() == capital.start().to_ascii_lowercase()
        {
            return Self::exactly(vec![Needle::of_folded(small.start().encode_utf8(&mut [0; 4]))], boundary);
        }
        let members: u32 = class.iter().map(|range| range.end() as u32 - range.start() as u32 + 1).sum();
        if members > CLASS_AT_MOST {
            return anything;
        }
        let mut needles: Vec<Needle> = Vec::with_capacity(1);
        let mut folded = String::new();
        for letter in class.iter().flat_map(|range| range.start()..=range.end()) {
            folded.clear();
            fold(letter.encode_utf8(&mut [0; 4]), &mut folded);
            if !needles.iter().any(|known| known.text == folded) {
                needles.push(Needle::of_folded(&folded));
            }
        }
        if needles.len() > EXACT_AT_MOST { anything } else { Self::exactly(needles, boundary) }
    }

    fn repeated(self, min: u32, max: Option<u32>) -> Self {
        let boundary = self.boundary.repeated(min);
        let parts = match (min, max) {
            (_, Some(0)) => return Self::exactly(vec![Needle::EMPTY], Boundary::Perhaps),
            (0, Some(1)) => match self.exact {
                Some(mut needles) if needles.len() < EXACT_AT_MOST => {
                    if !needles.contains(&Needle::EMPTY) {
                        needles.push(Needle::EMPTY);
                    }
                    Self::exactly(needles, boundary)
                }
                _ => Self::default(),
            },
            (0, _) => Self::default(),
            (min, max) => {
                let copies = min.min(REPEATS_AT_MOST);
                let gap = (max != Some(copies)).then(Self::default);
                Self::concat(&(0..copies).map(|_| self.clone()).chain(gap).collect::<Vec<_>>())
            }
        };
        Self { boundary, ..parts }
    }

    fn concat(parts: &[Self]) -> Self {
        let boundary = Boundary::all(parts.iter().map(|part| part.boundary));
        let mut whole = true;
        let mut run = vec![Needle::EMPTY];
        let mut required = Vec::new();
        for (index, part) in parts.iter().enumerate() {
            if part.exact.as_ref().is_some_and(|exact| append(&mut run, exact)) {
                continue;
            }
            whole = false;
            if ends_words(parts[index..].iter(), Needle::begins_apart) {
                run.iter_mut().for_each(|needle| *needle = needle.then(&Needle::BOUNDARY));
            }
            required.extend(useful(run));
            // What is exact goes on in the next run, which knows more of what stands around it.
            if part.exact.is_none() {
                required.extend(part.required.iter().cloned());
            }
            let done = if part.exact.is_some() { index } else { index + 1 };
            let is_apart = ends_words(parts[..done].iter().rev(), Needle::ends_apart);
            let before = if is_apart { Needle::BOUNDARY } else { Needle::EMPTY };
            run = match &part.exact {
                Some(exact) => exact.iter().map(|needle| before.then(needle)).collect(),
                None => vec![before],
            };
        }
        if whole {
            return Self::exactly(run, boundary);
        }
        required.extend(useful(run));
        Self { exact: None, required: best(required), boundary }
    }

    fn alternation(parts: impl Iterator<Item = Self>) -> Self {
        let mut exact = Some(BTreeSet::new());
        // The best set of each part together, then the next best of each.
        let mut required: Option<Vec<Vec<Needle>>> = None;
        let mut boundary = Boundary::Always;
        for part in parts {
            boundary = boundary.min(part.boundary);
            match (&mut exact, &part.exact) {
                (Some(all), Some(needles)) if all.len() + needles.len() <= EXACT_AT_MOST => {
                    all.extend(needles.iter().cloned());
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
        Self { exact: exact.map(|needles| needles.into_iter().collect()), required: best(required), boundary }
    }

    fn into_required(self) -> Vec<Vec<Needle>> {
        let mut sets: Vec<_> = self.exact.and_then(useful).into_iter().collect();
        sets.extend(self.required);
        best(sets)
    }
}

/// Whether words end where such parts stand, the nearest first; `apart` says of an exact needle whether it lets no letter
/// stand on that side of it.
fn ends_words<'p>(mut parts: impl Iterator<Item = &'p Parts>, apart: fn(&Needle) -> bool) -> bool {
    let surest = parts.find(|part| part.boundary != Boundary::Perhaps);
    surest.is_some_and(|part| {
        part.boundary == Boundary::Always || part.exact.as_ref().is_some_and(|exact| exact.iter().all(apart))
    })
}

/// Puts every needle of `right` behind every one of `left`; false where that is too much.
fn append(left: &mut Vec<Needle>, right: &[Needle]) -> bool {
    // Letter by letter, as most patterns are written that count no case.
    if let ([start], [end]) = (&mut left[..], right) {
        let fits = start.text.len() + end.text.len() <= EXACT_BYTES_AT_MOST;
        if fits {
            start.append(end);
        }
        return fits;
    }
    let Some(longer) = product(left, right) else { return false };
    *left = longer;
    true
}

/// Every needle of `left` followed by every one of `right`; `None` where that is too much.
fn product(left: &[Needle], right: &[Needle]) -> Option<Vec<Needle>> {
    if left.len() * right.len() > EXACT_AT_MOST {
        return None;
    }
    let mut needles = Vec::with_capacity(left.len() * right.len());
    for start in left {
        for end in right {
            if start.text.len() + end.text.len() > EXACT_BYTES_AT_MOST {
                return None;
            }
            let needle = start.then(end);
            if !needles.contains(&needle) {
                needles.push(needle);
            }
        }
    }
    Some(needles)
}

/// The set without what another member makes needless; `None` where it does not help.
fn useful(mut needles: Vec<Needle>) -> Option<Vec<Needle>> {
    needles.sort_unstable_by(|a, b| a.text.len().cmp(&b.text.len()).then_with(|| a.cmp(b)));
    needles.dedup();
    let mut kept: Vec<Needle> = Vec::with_capacity(needles.len());
    for needle in needles {
        if !kept.iter().any(|shorter| needle.holds(shorter)) {
            kept.push(needle);
        }
    }
    selectivity(kept.iter().map(|needle| rarity(&needle.text))).map(|_| kept)
}

/// The sets that tell lines apart best, the best one first, without those that another one implies.
fn best(mut sets: Vec<Vec<Needle>>) -> Vec<Vec<Needle>> {
    sets.sort_by_cached_key(|set| {
        let apart = set.iter().map(|needle| u8::from(needle.begins_word()) + u8::from(needle.ends_word())).min();
        std::cmp::Reverse((selectivity(set.iter().map(|needle| rarity(&needle.text))), apart))
    });
    let mut kept: Vec<Vec<Needle>> = Vec::with_capacity(sets.len().min(SETS_AT_MOST));
    for set in sets {
        let is_new = !kept.iter().any(|other| implies(other, &set));
        if is_new && kept.len() < SETS_AT_MOST {
            kept.push(set);
        }
    }
    kept
}

/// Whether what contains one of `set` contains one of `other`.
fn implies(set: &[Needle], other: &[Needle]) -> bool {
    set.iter().all(|needle| other.iter().any(|part| needle.holds(part)))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn needles() -> impl Strategy<Value = Vec<Needle>> {
        let needle = prop_oneof![
            Just(Needle::EMPTY),
            Just(Needle::BOUNDARY),
            "[ab ]{0,40}".prop_map(|text| Needle::of(&text)),
            "[ab ]".prop_map(|text| Needle::BOUNDARY.then(&Needle::of(&text)).then(&Needle::BOUNDARY)),
        ];
        prop::collection::vec(needle, 1..3)
    }

    proptest! {
        #[test]
        fn one_needle_goes_behind_another_as_all_behind_all(left in needles(), right in needles()) {
            let mut longer = left.clone();
            let fits = append(&mut longer, &right);
            prop_assert_eq!(Some(longer).filter(|_| fits), product(&left, &right));
        }
    }

    #[test]
    fn a_letter_in_either_case_is_what_both_fold_to() {
        for letter in 'a'..='z' {
            let of = |pattern: String| Parts::of(&regex_syntax::parse(&pattern).unwrap()).exact;
            let folded = Some(vec![Needle::of(&letter.to_string())]);
            assert_eq!(of(format!("[{letter}{}]", letter.to_ascii_uppercase())), folded);
            assert_eq!(of(format!("(?i){letter}")), folded);
        }
        for other in ["[A-Ba]", "[Ab]", "[A-Ba-b]"] {
            assert_ne!(Parts::of(&regex_syntax::parse(other).unwrap()).exact, Some(vec![Needle::of("a")]), "{other}");
        }
    }
}
