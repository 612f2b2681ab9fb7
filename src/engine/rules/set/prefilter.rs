//! Every literal of every pattern and every listed item: a single pass over a folded document says which lines can
//! interest which rule.

use std::{
    collections::{HashMap, hash_map::Entry},
    sync::Arc,
};

use memchr::memmem::Finder;

use super::{
    PatternId, RuleId,
    calls::{Call, Calls},
    dictionary::Dictionary,
    literals::{rarity, selectivity},
    needle::Needle,
    sieve::Sieve,
    traits::Traits,
    trigger::Trigger,
};
use crate::engine::{
    language::Code,
    rules::model,
    text::{Script, ScriptCounts, fold},
};

/// Which literal of the prefilter.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct LiteralId(pub(crate) u32);

/// Which list of the rule set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub(crate) struct ListId(u32);

/// The literals, what they mean, and how they are found.
#[derive(Debug, Default)]
pub(crate) struct Prefilter {
    literals: Vec<Literal>,
    /// Of each: all that most of its places are asked about, together in little memory.
    traits: Box<[Traits]>,
    /// `None`: there are no literals.
    sieve: Option<Sieve>,
    dictionary: Dictionary,
    calls: Calls,
    /// By pattern; of those that need no literals, nothing.
    needs: Vec<Needs>,
}

/// What a pattern needs, and who needs the pattern.
#[derive(Debug, Default)]
pub(crate) struct Needs {
    /// Beside a literal that calls it: one of each of these sets, each in order.
    pub(crate) further: Vec<Box<[LiteralId]>>,
    /// And a string of each of these, which are so common that they are looked for only where it is tried.
    pub(crate) common: Vec<Box<[Finder<'static>]>>,
    /// Rules that can fire where it can match.
    pub(crate) rules: Vec<RuleId>,
}

/// A set that is not a pattern's first, and one of whose strings is less rare than this, is no literal: the places of such
/// strings are most of all places, and few lines come to be asked for them.
const LITERAL_RARITY: u32 = 4;

/// A folded string that is looked for.
#[derive(Debug)]
pub(crate) struct Literal {
    /// The string.
    pub(crate) text: Box<str>,
    /// Listed items that fold to it.
    pub(crate) items: Vec<Item>,
    /// Rules that can fire where it stands as a word of its own.
    pub(crate) rules: Vec<RuleId>,
    traits: Traits,
}

/// An item of a list.
#[derive(Debug)]
pub(crate) struct Item {
    /// Of which list.
    pub(crate) list: ListId,
    /// As it was written.
    pub(crate) written: Arc<str>,
    /// Its language, where the list says so.
    pub(crate) language: Option<Code>,
    /// What it is written in.
    pub(crate) script: Option<Script>,
}

/// A literal found in a text.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Found {
    /// Which one.
    pub(crate) literal: LiteralId,
    /// Offset of its first byte.
    pub(crate) start: usize,
    /// Offset past its last byte.
    pub(crate) end: usize,
}

impl Prefilter {
    /// Every place of every literal in `text` that can matter, overlapping ones included, in order of their starts, until
    /// `found` says no. Of literals that matter only as words of their own, what stands inside a word may be left out;
    /// those of patterns matter everywhere where folding joins words.
    pub(crate) fn find(&self, text: &str, folding_joins_words: bool, mut found: impl FnMut(Found) -> bool) {
        let Some(sieve) = &self.sieve else { return };
        let text = text.as_bytes();
        sieve.pass(text, folding_joins_words, |places| {
            self.dictionary
                .at(text, places, |start, literal, length| found(Found { literal, start, end: start + length }))
        });
    }

    /// Every place of every literal, in no order: slow, and plainly right.
    #[cfg(any(test, fuzzing))]
    pub(crate) fn find_plainly<'t>(&'t self, text: &'t str) -> impl Iterator<Item = Found> + 't {
        self.literals.iter().enumerate().flat_map(move |(index, literal)| {
            let step = literal.text.chars().next().map_or(1, char::len_utf8);
            let mut from = 0;
            std::iter::from_fn(move || {
                let start = from + text.get(from..)?.find(&*literal.text)?;
                from = start + step;
                let literal_id = LiteralId(u32::try_from(index).unwrap_or(u32::MAX));
                Some(Found { literal: literal_id, start, end: start + literal.text.len() })
            })
        })
    }

    /// What a literal means.
    pub(crate) fn literal(&self, id: LiteralId) -> &Literal {
        &self.literals[id.0 as usize]
    }

    /// What matters of it wherever it stands.
    #[inline]
    pub(crate) fn traits(&self, id: LiteralId) -> Traits {
        self.traits[id.0 as usize]
    }

    /// Patterns that can match where a literal stands, if the rest of what they need stands there too.
    #[inline]
    pub(crate) fn calls(&self, id: LiteralId) -> &[Call] {
        self.calls.by(id)
    }

    /// What a pattern needs.
    pub(crate) fn needs(&self, id: PatternId) -> &Needs {
        &self.needs[id.0 as usize]
    }

    /// How many literals there are.
    pub(crate) fn len(&self) -> usize {
        self.literals.len()
    }
}

/// The prefilter as it grows.
#[derive(Debug, Default)]
pub(super) struct Builder {
    literals: Vec<Literal>,
    /// Of each, since many rules ask for it.
    rarities: Vec<u32>,
    known: HashMap<Box<str>, LiteralId>,
    lists: Vec<Vec<LiteralId>>,
    list_ids: HashMap<Arc<str>, ListId>,
    calls: Vec<(LiteralId, Call)>,
    needs: Vec<Needs>,
}

impl Builder {
    /// Notes what the next pattern needs: one string of each set. Answers with the literals of the first set, where there
    /// is one.
    pub(super) fn pattern(&mut self, pattern: PatternId, sets: &[Vec<Needle>]) -> Option<Vec<LiteralId>> {
        let mut literals = |set: &[Needle]| {
            let mut ids: Vec<LiteralId> = set.iter().map(|needle| self.needle(needle)).collect();
            ids.sort_unstable();
            ids.dedup();
            ids
        };
        let (first, rest) = sets.split_first().map_or((None, sets), |(first, rest)| (Some(literals(first)), rest));
        let is_common = |set: &&Vec<Needle>| set.iter().any(|needle| rarity(&needle.text) < LITERAL_RARITY);
        let (common, further): (Vec<_>, Vec<_>) = rest.iter().partition(is_common);
        let further: Vec<Box<[LiteralId]>> = further.into_iter().map(|set| literals(set).into()).collect();
        let texts = |set: &Vec<Needle>| set.iter().map(|needle| Finder::new(&needle.text).into_owned()).collect();
        let common = common.into_iter().map(texts).collect();
        let only_with = further.iter().find_map(|set| if let [one] = **set { Some(one) } else { None });
        self.needs.push(Needs { further, common, rules: Vec::new() });
        for &id in first.iter().flatten() {
            self.literals[id.0 as usize].traits.call_patterns();
            self.calls.push((id, Call { pattern, only_with }));
        }
        first
    }

    /// Takes up a list with its items, once.
    pub(super) fn list(&mut self, list: &model::List) -> ListId {
        if let Some(&id) = self.list_ids.get(&list.name) {
            return id;
        }
        let id = ListId(u32::try_from(self.lists.len()).unwrap_or(u32::MAX));
        let mut members = Vec::with_capacity(list.items.len());
        for item in &list.items {
            let mut folded = String::new();
            fold(item.text.trim(), &mut folded);
            let text = folded.trim();
            if text.is_empty() {
                continue;
            }
            let literal = self.intern(text);
            let items = &mut self.literals[literal.0 as usize].items;
            if items.is_empty() {
                // Most have one: room for more would take more memory than the strings.
                items.reserve_exact(1);
            }
            items.push(Item {
                list: id,
                written: Arc::clone(&item.text),
                language: item.language,
                script: ScriptCounts::of(&item.text).dominant(),
            });
            members.push(literal);
        }
        members.sort_unstable();
        members.dedup();
        self.lists.push(members);
        self.list_ids.insert(Arc::clone(&list.name), id);
        id
    }

    /// The literals of a list's items, in order.
    pub(super) fn items(&self, list: ListId) -> &[LiteralId] {
        &self.lists[list.0 as usize]
    }

    /// How well a set of literals tells lines apart; `None`: worse than no set.
    pub(super) fn selectivity(&self, set: &[LiteralId]) -> Option<u32> {
        selectivity(set.iter().map(|id| self.rarities[id.0 as usize]))
    }

    /// Notes what calls `rule`.
    pub(super) fn trigger(&mut self, rule: RuleId, by: &Trigger) {
        for id in &by.items {
            self.literals[id.0 as usize].rules.push(rule);
        }
        for id in &by.patterns {
            self.needs[id.0 as usize].rules.push(rule);
        }
    }

    /// Makes ready to look for the literals.
    pub(super) fn finish(self) -> Prefilter {
        let Self { mut literals, calls, needs, .. } = self;
        for literal in literals.iter_mut().filter(|literal| !literal.rules.is_empty()) {
            literal.traits.call_rules();
        }
        let strings = literals.iter().map(|literal| (&*literal.text, literal.traits.looked_for()));
        Prefilter {
            sieve: (!literals.is_empty()).then(|| Sieve::of(strings)),
            dictionary: Dictionary::of(literals.iter().map(|literal| &*literal.text)),
            traits: literals.iter().map(|literal| literal.traits).collect(),
            calls: Calls::of(literals.len(), calls),
            literals,
            needs,
        }
    }

    fn needle(&mut self, needle: &Needle) -> LiteralId {
        let id = self.intern(&needle.text);
        self.literals[id.0 as usize].traits.need(needle.begins_word(), needle.ends_word());
        id
    }

    fn intern(&mut self, text: &str) -> LiteralId {
        let id = LiteralId(u32::try_from(self.literals.len()).unwrap_or(u32::MAX));
        // Nearly all are new.
        match self.known.entry(text.into()) {
            Entry::Occupied(known) => return *known.get(),
            Entry::Vacant(place) => place.insert(id),
        };
        self.literals.push(Literal {
            text: text.into(),
            items: Vec::new(),
            rules: Vec::new(),
            traits: Traits::of(text),
        });
        self.rarities.push(rarity(text));
        id
    }
}
