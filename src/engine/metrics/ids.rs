//! Numbers for hashes, so that what is counted by text is counted in lists.

use std::{
    hash::{BuildHasher, RandomState},
    sync::LazyLock,
};

use super::hash::mix;

/// Whoever knows where each hash goes could make a text whose hashes all go to one place.
static KEY: LazyLock<u64> = LazyLock::new(|| RandomState::new().hash_one(0));

/// Places for so many hashes are made at once; for more only as they come.
const ROOM: usize = 1 << 16;

/// Different hashes, numbered from 0 in the order in which they first came.
#[derive(Debug)]
pub(super) struct Ids {
    key: u64,
    /// Open addressing, at most three quarters full. Its length is a power of two.
    slots: Vec<Slot>,
    /// How many there are.
    len: usize,
}

/// A place for a hash with its number, so that one look tells both.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    hash: u64,
    /// One more than the number; 0 where the place is free. As long as the hash, so that places are cleared in one go.
    next: usize,
}

impl Ids {
    /// With room for about so many.
    pub(super) fn with_room(number: usize) -> Self {
        let mut ids = Self { key: *KEY, slots: Vec::new(), len: 0 };
        ids.restart(number);
        ids
    }

    /// Forgets all, and makes room for about so many.
    pub(super) fn restart(&mut self, number: usize) {
        self.len = 0;
        self.slots.clear();
        self.slots.resize((number.min(ROOM) * 2).next_power_of_two(), Slot::default());
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.len
    }

    /// The number of `hash`: for a new one, as many as there were before.
    #[inline]
    pub(super) fn number(&mut self, hash: u64) -> usize {
        match self.place(hash) {
            (at, 0) => self.add(at, hash),
            (_, next) => next - 1,
        }
    }

    /// The number of `hash`, if it has come.
    pub(super) fn find(&self, hash: u64) -> Option<usize> {
        self.place(hash).1.checked_sub(1)
    }

    /// Where a hash stands or would stand, and one more than its number, or 0.
    #[inline]
    fn place(&self, hash: u64) -> (usize, usize) {
        let mut at = mix(hash ^ self.key) as usize;
        loop {
            at &= self.slots.len() - 1;
            let slot = self.slots[at];
            if slot.hash == hash || slot.next == 0 {
                return (at, slot.next);
            }
            at += 1;
        }
    }

    #[inline]
    fn add(&mut self, at: usize, hash: u64) -> usize {
        let number = self.len;
        self.len += 1;
        self.slots[at] = Slot { hash, next: self.len };
        if self.len * 4 > self.slots.len() * 3 {
            self.grow();
        }
        number
    }

    #[cold]
    fn grow(&mut self) {
        let slots = vec![Slot::default(); self.slots.len() * 2];
        for slot in std::mem::replace(&mut self.slots, slots).into_iter().filter(|slot| slot.next > 0) {
            let (at, ..) = self.place(slot.hash);
            self.slots[at] = slot;
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn numbers_count_up_as_hashes_first_come(
            hashes in prop::collection::vec(prop_oneof![0..40_u64, any::<u64>()], 0..400), room in 0..9_usize
        ) {
            let (mut ids, mut known) = (Ids::with_room(99), HashMap::new());
            for _ in 0..2 {
                ids.restart(room);
                known.clear();
                for hash in &hashes {
                    let next = known.len();
                    prop_assert_eq!(ids.find(*hash), known.get(hash).copied());
                    prop_assert_eq!(ids.number(*hash), *known.entry(*hash).or_insert(next));
                    prop_assert_eq!(ids.len(), known.len());
                }
            }
        }
    }
}
