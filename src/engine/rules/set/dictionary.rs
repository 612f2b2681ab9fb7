//! Which of many strings begin at a place of a text: all of them in order, and a table of how they begin.

use super::{prefilter::LiteralId, sieve::hash};

/// Bytes by which strings are told apart first.
const KEY: usize = 4;

/// Strings in order, each knowing the longest other one that it begins with.
///
/// Whatever of them a text begins with, the last string that is not greater than the text begins with it too (or is it):
/// so one search finds the last, and the rest is a climb from string to shorter string. It takes no longer where many
/// strings begin alike.
#[derive(Debug, Default)]
pub(super) struct Dictionary {
    /// All strings, one after another.
    text: Box<[u8]>,
    entries: Box<[Entry]>,
    /// Where strings that begin alike stand, by a hash of how they begin; a third of them
    /// is empty, and their number is a power of two.
    slots: Box<[Slot]>,
}

#[derive(Debug, Clone, Copy)]
struct Entry {
    /// The first bytes: most strings are told apart by them, and many have no more.
    head: Head,
    start: u32,
    end: u32,
    literal: LiteralId,
    /// The longest string that this one begins with.
    shorter: u32,
}

/// Strings whose first [`KEY`] bytes are the same; or one that has no more.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    /// Those bytes; 0: the slot is empty, since folded text has no NUL.
    key: u32,
    from: u32,
    to: u32,
}

/// The first bytes of a text as a number that sorts as they do; 0 for those that are missing.
type Head = u128;

/// How many bytes that is.
const HEAD: usize = size_of::<Head>();

/// No shorter string.
const NONE: u32 = u32::MAX;

impl Dictionary {
    /// The strings in the order of their numbers: all different, none empty.
    pub(super) fn of<'s>(strings: impl Iterator<Item = &'s str>) -> Self {
        let mut sorted: Vec<(&str, LiteralId)> = strings.zip(0..).map(|(text, id)| (text, LiteralId(id))).collect();
        sorted.sort_unstable();
        let mut text = Vec::with_capacity(sorted.iter().map(|(text, _)| text.len()).sum());
        let mut entries: Vec<Entry> = Vec::with_capacity(sorted.len());
        for (index, &(string, literal)) in sorted.iter().enumerate() {
            let mut shorter = index.checked_sub(1).map_or(NONE, small);
            while let Some(entry) = entries.get(shorter as usize) {
                if string.as_bytes().starts_with(&text[entry.start as usize..entry.end as usize]) {
                    break;
                }
                shorter = entry.shorter;
            }
            let start = small(text.len());
            text.extend_from_slice(string.as_bytes());
            entries.push(Entry { head: head(string.as_bytes()), start, end: small(text.len()), literal, shorter });
        }
        let alike = |a: &Entry, b: &Entry| key(a.head, KEY) == key(b.head, KEY);
        let groups = entries.chunk_by(alike).count();
        let mut slots = vec![Slot::default(); (groups + groups / 2 + 2).next_power_of_two()];
        let mut from = 0;
        for group in entries.chunk_by(alike) {
            let key = key(group[0].head, KEY);
            let at = place(&slots, key);
            slots[at] = Slot { key, from, to: from + small(group.len()) };
            from += small(group.len());
        }
        Self { text: text.into(), entries: entries.into(), slots: slots.into() }
    }

    /// The strings that `text` begins with and how long they are, from the longest to the shortest.
    pub(super) fn at<'t>(&'t self, text: &'t [u8]) -> impl Iterator<Item = (LiteralId, usize)> + 't {
        let begins = head(text);
        let mut next = self.nearest(begins, text);
        std::iter::from_fn(move || {
            loop {
                let entry = self.entries.get(next as usize)?;
                next = entry.shorter;
                let length = (entry.end - entry.start) as usize;
                let unlike = (begins ^ entry.head).leading_zeros() as usize / 8;
                if unlike >= length || unlike >= HEAD && text.starts_with(self.string(entry)) {
                    return Some((entry.literal, length));
                }
            }
        })
    }

    /// The last string that is not greater than `text`, if there is one that `text` begins with.
    fn nearest(&self, begins: Head, text: &[u8]) -> u32 {
        for length in (1..=KEY).rev() {
            let slot = self.slot(key(begins, length));
            if slot.key == 0 {
                continue;
            }
            if slot.to == slot.from + 1 {
                return slot.from;
            }
            let alike = &self.entries[slot.from as usize..slot.to as usize];
            let before = alike
                .partition_point(|entry| entry.head < begins || entry.head == begins && self.string(entry) <= text);
            // Before all that begin alike there may be shorter ones still.
            return (slot.from + small(before)).wrapping_sub(1);
        }
        NONE
    }

    fn slot(&self, key: u32) -> Slot {
        self.slots.get(place(&self.slots, key)).copied().unwrap_or_default()
    }

    fn string(&self, entry: &Entry) -> &[u8] {
        &self.text[entry.start as usize..entry.end as usize]
    }
}

/// The first so many bytes, at most [`KEY`].
#[inline]
fn key(begins: Head, bytes: usize) -> u32 {
    let first = (begins >> (8 * (HEAD - KEY))) as u32;
    first & (u32::MAX << (8 * (KEY - bytes)))
}

#[inline]
fn head(text: &[u8]) -> Head {
    let mut bytes = [0; HEAD];
    match text.first_chunk() {
        Some(first) => bytes = *first,
        None => bytes[..text.len()].copy_from_slice(text),
    }
    Head::from_be_bytes(bytes)
}

/// Where a key stands, or would.
fn place(slots: &[Slot], key: u32) -> usize {
    let last = slots.len().wrapping_sub(1);
    // The upper bits are the ones that depend on the whole key.
    let mut at = (hash(key.into(), KEY) >> last.leading_zeros()) as usize & last;
    while slots.get(at).is_some_and(|slot| slot.key != 0 && slot.key != key) {
        at = (at + 1) & last;
    }
    at
}

fn small(count: usize) -> u32 {
    u32::try_from(count).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use proptest::{prelude::*, sample::select};

    use super::*;

    proptest! {
        #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

        #[test]
        fn says_what_a_text_begins_with(
            strings in prop::collection::hash_set(
                prop::collection::vec(select(&["a", "b", "ab", " ", "é", "文", "文字", "字", "한"][..]), 1..6),
                0..40,
            ),
            text in prop::collection::vec(select(&["a", "b", "ab", " ", "é", "文", "文字", "字", "한"][..]), 0..8),
        ) {
            let strings: std::collections::BTreeSet<String> = strings.iter().map(|parts| parts.concat()).collect();
            let strings: Vec<String> = strings.into_iter().rev().collect();
            let text = text.concat();
            let dictionary = Dictionary::of(strings.iter().map(String::as_str));
            let found: Vec<&str> = dictionary.at(text.as_bytes()).map(|(id, _)| &*strings[id.0 as usize]).collect();
            let mut wanted: Vec<&str> =
                strings.iter().map(String::as_str).filter(|string| text.starts_with(string)).collect();
            wanted.sort_by_key(|string| std::cmp::Reverse(string.len()));
            prop_assert_eq!(found, wanted);
        }
    }
}
