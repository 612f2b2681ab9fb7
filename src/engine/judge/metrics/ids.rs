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
    /// Open addressing, at most half full: 0 or one more than a number. Its length is a power of two.
    slots: Vec<u32>,
    /// By number.
    hashes: Vec<u64>,
}

impl Ids {
    /// With room for about so many.
    pub(super) fn with_room(number: usize) -> Self {
        let mut ids = Self { key: *KEY, slots: Vec::new(), hashes: Vec::new() };
        ids.restart(number);
        ids
    }

    /// Forgets all, and makes room for about so many.
    pub(super) fn restart(&mut self, number: usize) {
        self.hashes.clear();
        self.slots.clear();
        let number = number.min(ROOM);
        self.slots.resize((number * 2).next_power_of_two(), 0);
        self.hashes.reserve(number);
    }

    /// How many there are.
    pub(super) fn len(&self) -> usize {
        self.hashes.len()
    }

    /// The number of `hash`: for a new one, as many as there were before.
    #[inline]
    pub(super) fn number(&mut self, hash: u64) -> usize {
        let mut at = mix(hash ^ self.key) as usize;
        loop {
            at &= self.slots.len() - 1;
            match self.slots[at] as usize {
                0 => return self.add(at, hash),
                next if self.hashes[next - 1] == hash => return next - 1,
                _ => at += 1,
            }
        }
    }

    /// The number of `hash`, if it has come.
    pub(super) fn find(&self, hash: u64) -> Option<usize> {
        let mut at = mix(hash ^ self.key) as usize;
        loop {
            at &= self.slots.len() - 1;
            match self.slots[at] as usize {
                0 => return None,
                next if self.hashes[next - 1] == hash => return Some(next - 1),
                _ => at += 1,
            }
        }
    }

    fn add(&mut self, at: usize, hash: u64) -> usize {
        self.hashes.push(hash);
        self.slots[at] = self.hashes.len() as u32;
        if self.hashes.len() * 2 > self.slots.len() {
            self.grow();
        }
        self.hashes.len() - 1
    }

    #[cold]
    fn grow(&mut self) {
        let size = self.slots.len() * 2;
        self.slots.clear();
        self.slots.resize(size, 0);
        for (number, hash) in (1_u32..).zip(&self.hashes) {
            let mut at = mix(hash ^ self.key) as usize & (size - 1);
            while self.slots[at] != 0 {
                at = (at + 1) & (size - 1);
            }
            self.slots[at] = number;
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
