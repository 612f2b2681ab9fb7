//! Which of many strings begin at a place of a text: all of them in order, and a table of how they begin.

use super::{
    key::{Lengths, hash, key, more, sight},
    prefilter::LiteralId,
};

/// Strings in order, each knowing the longest other one that it begins with.
///
/// They stand in groups, by as many of their first bytes as the sieve looks at. Whatever of a group a text begins with,
/// the last string of it that is not greater than the text begins with it too (or is it): so one search finds the last,
/// and the rest, also of groups that go by fewer bytes, is a climb from string to shorter string. It takes no longer
/// where many strings begin alike.
#[derive(Debug, Default)]
pub(super) struct Dictionary {
    /// All strings, one after another.
    text: Box<[u8]>,
    /// Group by group, in order in each.
    entries: Box<[Entry]>,
    /// Where the groups stand, by a hash of how they begin; a third of them
    /// is empty, and their number is a power of two.
    slots: Box<[Slot]>,
}

/// A string: not more than a search must know, for many do not fit near the processor.
#[derive(Debug, Clone, Copy)]
struct Entry {
    /// The bytes after those of the key: most strings are told apart by them, and many have no more.
    more: u64,
    start: u32,
    end: u32,
    literal: LiteralId,
    /// The longest string that this one begins with.
    shorter: u32,
}

/// Strings that are looked up by the same bytes.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    /// Those bytes, and above them how many they are; 0: the slot is empty.
    key: u64,
    from: u32,
    to: u32,
}

/// Places that are looked up together.
const TOGETHER: usize = 16;

/// No shorter string.
const NONE: u32 = u32::MAX;

impl Dictionary {
    /// The strings in the order of their numbers: all different, none empty.
    pub(super) fn of<'s>(strings: impl Iterator<Item = &'s str>) -> Self {
        let mut sorted: Vec<(&str, LiteralId)> = strings.zip(0..).map(|(text, id)| (text, LiteralId(id))).collect();
        // Most are told apart by their first bytes, which are one number; none has a zero among them.
        sorted.sort_by_cached_key(|&(text, _)| (begin(text), text));
        debug_assert!(sorted.iter().all(|(text, _)| !text.is_empty() && !text.contains('\0')), "see `sight`");
        // The longest string that each begins with, as a place in that order.
        let mut shorter: Vec<Option<usize>> = Vec::with_capacity(sorted.len());
        for (index, (string, _)) in sorted.iter().enumerate() {
            let mut next = index.checked_sub(1);
            while let Some(at) = next
                && !string.starts_with(sorted[at].0)
            {
                next = shorter[at];
            }
            shorter.push(next);
        }
        // By groups, and so that the ones that begin alike stand together.
        let mut order: Vec<usize> = (0..sorted.len()).collect();
        order.sort_by_key(|&at| std::cmp::Reverse(Lengths::of(sorted[at].0.len())));
        let mut places = vec![NONE; sorted.len()];
        order.iter().zip(0..).for_each(|(&at, place)| places[at] = place);
        let mut text = Vec::with_capacity(sorted.iter().map(|(text, _)| text.len()).sum());
        let mut entries: Vec<Entry> = Vec::with_capacity(sorted.len());
        let mut groups: Vec<Slot> = Vec::with_capacity(sorted.len());
        for &at in &order {
            let (string, literal) = sorted[at];
            let bytes = string.as_bytes();
            let length = Lengths::of(bytes.len());
            let start = small(text.len());
            text.extend_from_slice(bytes);
            let shorter = shorter[at].map_or(NONE, |shorter| places[shorter]);
            let (from, to) = (small(entries.len()), small(entries.len() + 1));
            entries.push(Entry { more: more(bytes, length), start, end: small(text.len()), literal, shorter });
            let key = key(sight(bytes), length);
            match groups.last_mut() {
                Some(group) if group.key == key => group.to = to,
                _ => groups.push(Slot { key, from, to }),
            }
        }
        let mut slots = vec![Slot::default(); (groups.len() + groups.len() / 2 + 2).next_power_of_two()];
        for group in groups {
            let at = place(&slots, group.key);
            slots[at] = group;
        }
        Self { text: text.into(), entries: entries.into(), slots: slots.into() }
    }

    /// The strings of `text` that begin at these places and how long they are, place by place and from the longest to the
    /// shortest, until `found` says no; each place knows by how many bytes any of them can be looked up. Answers whether
    /// it never did.
    pub(super) fn at(
        &self,
        text: &[u8],
        places: &[(usize, Lengths)],
        mut found: impl FnMut(usize, LiteralId, usize) -> bool,
    ) -> bool {
        places.chunks(TOGETHER).all(|places| {
            // What lies far from the processor is asked for many places at once, and not for one after the other.
            let mut slots = [Slot::default(); TOGETHER];
            for (slot, &(place, lengths)) in slots.iter_mut().zip(places) {
                *slot =
                    lengths.iter().next().map_or(Slot::default(), |length| self.slot(sight(&text[place..]), length));
            }
            slots.iter().zip(places).all(|(slot, &(place, lengths))| {
                let mut here = self.strings(&text[place..], slot, lengths);
                here.all(|(literal, length)| found(place, literal, length))
            })
        })
    }

    /// Those that `text` begins with; `slot` is where they are looked up by the first of `lengths`.
    #[inline]
    fn strings<'t>(
        &'t self,
        text: &'t [u8],
        slot: &Slot,
        lengths: Lengths,
    ) -> impl Iterator<Item = (LiteralId, usize)> + 't {
        let (mut next, key_length) = self.nearest(text, slot, lengths);
        let goes_on = more(text, key_length);
        std::iter::from_fn(move || {
            loop {
                let entry = self.entries.get(next as usize)?;
                next = entry.shorter;
                let length = (entry.end - entry.start) as usize;
                // What is no longer than the key stands in it: it is what a string of the group begins with.
                let alike = key_length + (goes_on ^ entry.more).leading_zeros() as usize / 8;
                if length <= key_length
                    || alike >= length
                    || alike >= key_length + size_of::<u64>() && text.starts_with(self.string(entry))
                {
                    return Some((entry.literal, length));
                }
            }
        })
    }

    /// The last string that is not greater than `text`, or the first one, of the first group that has its key; and the
    /// length of that.
    #[inline]
    fn nearest(&self, text: &[u8], first: &Slot, lengths: Lengths) -> (u32, usize) {
        let mut slot = *first;
        for (tried, length) in lengths.iter().enumerate() {
            if tried > 0 {
                slot = self.slot(sight(text), length);
            }
            if slot.key == 0 {
                continue;
            }
            if slot.to == slot.from + 1 {
                return (slot.from, length);
            }
            let goes_on = more(text, length);
            let alike = &self.entries[slot.from as usize..slot.to as usize];
            let before = alike
                .partition_point(|entry| entry.more < goes_on || entry.more == goes_on && self.string(entry) <= text);
            // Where all are greater, there may be shorter ones still that they begin with.
            return (slot.from + small(before.saturating_sub(1)), length);
        }
        (NONE, 0)
    }

    /// Where the strings are whose key is the first `length` of the bytes in sight.
    #[inline]
    fn slot(&self, sight: u64, length: usize) -> Slot {
        self.slots.get(place(&self.slots, key(sight, length))).copied().unwrap_or_default()
    }

    fn string(&self, entry: &Entry) -> &[u8] {
        &self.text[entry.start as usize..entry.end as usize]
    }
}

/// The first bytes of a string, in whose order the strings are; what is missing is 0.
fn begin(text: &str) -> u64 {
    let mut bytes = [0; size_of::<u64>()];
    bytes.iter_mut().zip(text.bytes()).for_each(|(into, byte)| *into = byte);
    u64::from_be_bytes(bytes)
}

/// Where a key stands, or would.
#[inline]
fn place(slots: &[Slot], key: u64) -> usize {
    let last = slots.len().wrapping_sub(1);
    // The upper bits are the ones that depend on the whole key.
    let mut at = (hash(key, size_of::<u64>()) >> last.leading_zeros()) as usize & last;
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
        fn says_what_stands_where_in_a_text(
            strings in prop::collection::hash_set(
                prop::collection::vec(select(&["a", "b", "ab", " ", "é", "文", "文字", "字", "한"][..]), 1..6),
                0..40,
            ),
            text in prop::collection::vec(select(&["a", "b", "ab", " ", "é", "文", "文字", "字", "한"][..]), 0..30),
            at_most in prop_oneof![0..5_usize, Just(usize::MAX - 1)],
        ) {
            let strings: std::collections::BTreeSet<String> = strings.iter().map(|parts| parts.concat()).collect();
            let strings: Vec<String> = strings.into_iter().rev().collect();
            let text = text.concat();
            let dictionary = Dictionary::of(strings.iter().map(String::as_str));
            let places: Vec<_> = (0..=text.len()).map(|place| (place, Lengths::ALL)).collect();
            let mut found = Vec::new();
            dictionary.at(text.as_bytes(), &places, |place, id, length| {
                found.push((place, &*strings[id.0 as usize], length));
                found.len() <= at_most
            });
            let mut wanted = Vec::new();
            for place in 0..=text.len() {
                let mut here: Vec<&str> = strings.iter().map(String::as_str).collect();
                here.retain(|string| text.as_bytes()[place..].starts_with(string.as_bytes()));
                here.sort_by_key(|string| std::cmp::Reverse(string.len()));
                wanted.extend(here.into_iter().map(|string| (place, string, string.len())));
            }
            wanted.truncate(at_most + 1);
            prop_assert_eq!(found, wanted);
        }
    }
}
