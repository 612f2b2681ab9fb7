//! What overrides have met and done, to tell what came to nothing and what came twice.

use std::{
    cell::{Ref, RefCell},
    collections::{BTreeMap, BTreeSet, HashMap, HashSet},
};

use crate::engine::{
    diagnostic::{Diagnostic, Place},
    rules::decode::Problems,
};

/// Who is about what: the place of the override and of the part of it that says so.
type Claims = HashMap<(String, String), (Place, Place)>;

/// What overrides have met and done.
#[derive(Debug, Default)]
pub(super) struct Record {
    ids: RefCell<BTreeSet<String>>,
    tags: RefCell<BTreeSet<String>>,
    met: RefCell<HashSet<Place>>,
    claims: RefCell<Claims>,
    told: RefCell<HashSet<(Place, Place)>>,
    done: RefCell<HashSet<Place>>,
    idle: RefCell<BTreeMap<Place, Diagnostic>>,
}

impl Record {
    /// Notes a rule that exists, sound or not.
    pub(super) fn note_rule(&self, id: &str, tags: &[&str]) {
        self.ids.borrow_mut().insert(id.to_owned());
        self.tags.borrow_mut().extend(tags.iter().map(|tag| (*tag).to_owned()));
    }

    /// The ids of all rules.
    pub(super) fn ids(&self) -> Ref<'_, BTreeSet<String>> {
        self.ids.borrow()
    }

    /// The tags of all rules.
    pub(super) fn tags(&self) -> Ref<'_, BTreeSet<String>> {
        self.tags.borrow()
    }

    /// Notes that the target of the override at `entry` exists.
    pub(super) fn meet(&self, entry: Place) {
        self.met.borrow_mut().insert(entry);
    }

    /// Whether it does.
    pub(super) fn is_met(&self, entry: Place) -> bool {
        self.met.borrow().contains(&entry)
    }

    /// Notes that the override at `entry` is about `part` of `owner`. Gives the place of another one that is, too, once for
    /// each pair of places.
    pub(super) fn claim(&self, entry: Place, owner: &str, part: &str, place: Place) -> Option<Place> {
        let mut claims = self.claims.borrow_mut();
        let (other, first) = *claims.entry((owner.to_owned(), part.to_owned())).or_insert((entry, place));
        (other != entry && self.told.borrow_mut().insert((first, place))).then_some(first)
    }

    /// Notes that what stands at `place` had an effect.
    pub(super) fn do_effect(&self, place: Place) {
        self.done.borrow_mut().insert(place);
    }

    /// Notes that what stands at its place had no effect on one target.
    pub(super) fn no_effect(&self, diagnostic: Diagnostic) {
        if let Some(place) = diagnostic.place() {
            self.idle.borrow_mut().entry(place).or_insert(diagnostic);
        }
    }

    /// Reports what had no effect on any target.
    pub(super) fn tell_idle(&self, problems: &Problems) {
        let done = self.done.borrow();
        let idle = self.idle.borrow();
        problems.extend(idle.iter().filter(|(place, _)| !done.contains(place)).map(|(_, idle)| idle.clone()));
    }
}
