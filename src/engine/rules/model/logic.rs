//! How tests are combined.

use std::{collections::HashMap, slice, sync::Arc};

use super::At;

/// Three-valued logic over tests of one unit.
#[derive(Debug, Clone)]
pub enum Logic<T> {
    /// Holds when one holds.
    Any(Vec<Logic<T>>),
    /// Holds when all hold.
    All(Vec<Logic<T>>),
    /// Turns true and false round; unknown stays unknown.
    Not(Box<Logic<T>>),
    /// A macro, under its name.
    Use(Arc<str>, Arc<Logic<T>>),
    /// One test, with the place of its key.
    Is(At<T>),
}

/// Macros and what became of them, by the address of what they were; that must live on meanwhile.
pub(crate) type Mapped<T, U> = HashMap<*const Logic<T>, Arc<Logic<U>>>;

impl<T> Logic<T> {
    /// All tests in it, from left to right, those of macros among them.
    pub(crate) fn tests(&self) -> impl Iterator<Item = &T> {
        Tests { rest: vec![self], enters: |_| true }
    }

    /// The tests in it that stand in no macro, from left to right.
    pub(crate) fn own_tests(&self) -> impl Iterator<Item = &T> {
        Tests { rest: vec![self], enters: |logic| !matches!(logic, Self::Use(..)) }
    }

    /// The same logic over other tests. What a macro becomes, it becomes once.
    pub(crate) fn map<U>(&self, macros: &mut Mapped<T, U>, test: &mut impl FnMut(&T) -> U) -> Logic<U> {
        match self {
            Self::Any(parts) => Logic::Any(parts.iter().map(|part| part.map(macros, test)).collect()),
            Self::All(parts) => Logic::All(parts.iter().map(|part| part.map(macros, test)).collect()),
            Self::Not(part) => Logic::Not(Box::new(part.map(macros, test))),
            Self::Use(name, part) => {
                let key = Arc::as_ptr(part);
                let known = macros.get(&key).cloned();
                let mapped = known.unwrap_or_else(|| {
                    let mapped = Arc::new(part.map(macros, test));
                    macros.insert(key, Arc::clone(&mapped));
                    mapped
                });
                Logic::Use(Arc::clone(name), mapped)
            }
            Self::Is(at) => Logic::Is(At { value: test(&at.value), place: at.place }),
        }
    }

    /// What it is made of; nothing for a test.
    fn parts(&self) -> &[Self] {
        match self {
            Self::Any(parts) | Self::All(parts) => parts,
            Self::Not(part) => slice::from_ref(part),
            Self::Use(_, part) => slice::from_ref(part),
            Self::Is(_) => &[],
        }
    }
}

/// A walk over the tests of a tree.
struct Tests<'l, T> {
    /// What is still to be seen, the next one last.
    rest: Vec<&'l Logic<T>>,
    /// Whether the parts of such logic are seen.
    enters: fn(&Logic<T>) -> bool,
}

impl<'l, T> Iterator for Tests<'l, T> {
    type Item = &'l T;

    fn next(&mut self) -> Option<Self::Item> {
        while let Some(logic) = self.rest.pop() {
            if let Logic::Is(at) = logic {
                return Some(&at.value);
            }
            if (self.enters)(logic) {
                self.rest.extend(logic.parts().iter().rev());
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::engine::diagnostic::Place;

    fn is(value: u32) -> Logic<u32> {
        Logic::Is(At { value, place: Place::top(0) })
    }

    /// `1 and (2 or not 3) and use five (4 and 5) and 6 and use five`.
    fn tree() -> Logic<u32> {
        let five = Arc::new(Logic::All(vec![is(4), is(5)]));
        let either = Logic::Any(vec![is(2), Logic::Not(Box::new(is(3)))]);
        let uses = || Logic::Use("five".into(), Arc::clone(&five));
        Logic::All(vec![is(1), either, uses(), is(6), uses()])
    }

    #[test]
    fn tests_are_seen_from_left_to_right() {
        assert_eq!(tree().tests().copied().collect::<Vec<_>>(), [1, 2, 3, 4, 5, 6, 4, 5]);
        assert_eq!(tree().own_tests().copied().collect::<Vec<_>>(), [1, 2, 3, 6]);
        assert_eq!(Logic::<u32>::Any(Vec::new()).tests().count(), 0);
    }

    #[test]
    fn a_mapped_tree_has_the_same_shape_and_shares_its_macros() {
        let tree = tree();
        let mut asked = 0;
        let mapped = tree.map(&mut Mapped::new(), &mut |number| {
            asked += 1;
            number.to_string()
        });
        assert_eq!(asked, 6, "a macro is mapped once");
        assert_eq!(mapped.tests().map(|text| text.parse().unwrap()).collect::<Vec<u32>>(), [1, 2, 3, 4, 5, 6, 4, 5]);
        let Logic::All(parts) = &mapped else { panic!("{mapped:?}") };
        let [_, Logic::Any(either), Logic::Use(name, one), _, Logic::Use(_, other)] = &parts[..] else {
            panic!("{mapped:?}")
        };
        assert!(matches!(either[1], Logic::Not(_)) && **name == *"five" && Arc::ptr_eq(one, other));
    }
}
