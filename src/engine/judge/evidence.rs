//! Values and limits behind a finding.

use std::{borrow::Cow, ops::Index};

use serde::{Serialize, Serializer};
use serde_json::Value;

/// Values under names: flat, JSON-ready, small. Few, and made for every finding, so a sorted list.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Evidence(Vec<(Cow<'static, str>, Value)>);

impl Evidence {
    /// None.
    pub const fn new() -> Self {
        Self(Vec::new())
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The value under a name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.place(name).ok().map(|place| &self.0[place].1)
    }

    /// Names and values, in order of name.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        self.0.iter().map(|(name, value)| (&**name, value))
    }

    /// Adds a value, unless there is one under that name.
    pub(super) fn note(&mut self, name: impl Into<Cow<'static, str>>, value: impl Into<Value>) {
        let name = name.into();
        if let Err(place) = self.place(&name) {
            self.0.insert(place, (name, value.into()));
        }
    }

    /// Adds what other evidence has under other names.
    pub(super) fn merge(&mut self, other: Self) {
        if self.is_empty() {
            *self = other;
        } else {
            other.0.into_iter().for_each(|(name, value)| self.note(name, value));
        }
    }

    fn place(&self, name: &str) -> Result<usize, usize> {
        self.0.binary_search_by(|(known, _)| (**known).cmp(name))
    }
}

impl Index<&str> for Evidence {
    type Output = Value;

    /// The value under a name; null where there is none.
    fn index(&self, name: &str) -> &Value {
        self.get(name).unwrap_or(&Value::Null)
    }
}

impl<V: Into<Value>> FromIterator<(&'static str, V)> for Evidence {
    fn from_iter<I: IntoIterator<Item = (&'static str, V)>>(values: I) -> Self {
        let mut evidence = Self::new();
        values.into_iter().for_each(|(name, value)| evidence.note(name, value));
        evidence
    }
}

impl Serialize for Evidence {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;
    use serde_json::Map;

    use super::*;

    proptest! {
        #[test]
        fn is_a_map_in_which_the_first_value_counts(
            mine in prop::collection::vec(("[a-c]{0,2}", 0..9), 0..9),
            theirs in prop::collection::vec(("[a-c]{0,2}", 0..9), 0..9),
        ) {
            let mut map = Map::new();
            for (name, value) in mine.iter().chain(&theirs) {
                map.entry(name).or_insert(Value::from(*value));
            }
            let of = |values: Vec<(String, i32)>| {
                let mut evidence = Evidence::new();
                values.into_iter().for_each(|(name, value)| evidence.note(name, value));
                evidence
            };
            let mut evidence = of(mine);
            evidence.merge(of(theirs));
            prop_assert_eq!(serde_json::to_string(&evidence).unwrap(), serde_json::to_string(&map).unwrap());
            for (name, value) in &map {
                prop_assert_eq!(&evidence[name], value);
            }
        }
    }
}
