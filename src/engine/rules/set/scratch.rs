//! Memory that judging needs, used again for the next document.

use std::{
    ops::{Deref, DerefMut},
    sync::{Mutex, PoisonError},
};

use regex_automata::meta::{Cache, Regex};

use super::{Pattern, PatternId, Reach};

/// Memory of lazy automata that one worker keeps from one document to the next, in bytes.
const CACHES_AT_MOST: usize = 2 << 20;

/// Documents after which an automaton that none has used is let go when memory is short.
const IDLE: u64 = 32;

/// What one worker needs for a document.
#[derive(Debug, Default)]
pub(crate) struct Scratch {
    /// The states of each pattern's automata: two by pattern, each with the document that used it last.
    caches: Vec<Option<(Box<Cache>, u64)>>,
    document: u64,
    by_literal: Vec<u32>,
}

impl Scratch {
    /// A number for each of so many literals; whatever was left there.
    pub(crate) fn by_literal(&mut self, literals: usize) -> &mut [u32] {
        self.by_literal.resize(literals, 0);
        &mut self.by_literal
    }

    /// Searches a line with a compiled pattern. `None`: see [`Pattern::regex`].
    pub(crate) fn search<T>(
        &mut self,
        id: PatternId,
        pattern: &Pattern,
        line: Reach,
        search: impl FnOnce(&Regex, &mut Cache) -> T,
    ) -> Option<T> {
        let (reach, regex) = pattern.regex(line)?;
        let index = id.0 as usize * 2 + usize::from(reach == Reach::Ascii);
        if self.caches.len() <= index {
            self.caches.resize_with(index + 1, || None);
        }
        // Out of its place meanwhile, so that what a panic leaves in disorder is not used again.
        let mut cache = self.caches[index].take().map_or_else(|| Box::new(regex.create_cache()), |(cache, _)| cache);
        let found = search(regex, &mut cache);
        self.caches[index] = Some((cache, self.document));
        Some(found)
    }

    /// Makes ready for the next document.
    fn turn(&mut self) {
        self.document += 1;
        if self.document.is_multiple_of(IDLE) && self.bytes() > CACHES_AT_MOST {
            let since = self.document - IDLE;
            for place in &mut self.caches {
                place.take_if(|(_, used)| *used < since);
            }
            if self.bytes() > CACHES_AT_MOST {
                self.caches.clear();
            }
        }
    }

    fn bytes(&self) -> usize {
        self.caches.iter().flatten().map(|(cache, _)| cache.memory_usage() + size_of::<Cache>()).sum()
    }
}

/// Scratch memory that no document uses at the moment: as many as documents were judged at once.
#[derive(Debug, Default)]
pub(super) struct Pool {
    free: Mutex<Vec<Scratch>>,
}

impl Pool {
    /// Takes one out, or makes one.
    pub(super) fn lease(&self) -> Lease<'_> {
        let free = self.free.lock().unwrap_or_else(PoisonError::into_inner).pop();
        let mut scratch = free.unwrap_or_default();
        scratch.turn();
        Lease { pool: self, scratch }
    }
}

/// Scratch memory in use; it goes back to its pool when dropped.
#[derive(Debug)]
pub(crate) struct Lease<'p> {
    pool: &'p Pool,
    scratch: Scratch,
}

impl Deref for Lease<'_> {
    type Target = Scratch;

    fn deref(&self) -> &Scratch {
        &self.scratch
    }
}

impl DerefMut for Lease<'_> {
    fn deref_mut(&mut self) -> &mut Scratch {
        &mut self.scratch
    }
}

impl Drop for Lease<'_> {
    fn drop(&mut self) {
        let scratch = std::mem::take(&mut self.scratch);
        self.pool.free.lock().unwrap_or_else(PoisonError::into_inner).push(scratch);
    }
}
