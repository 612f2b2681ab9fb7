//! YAML with places: a tree of nodes, each knowing the bytes it was written in.
//!
//! Two readers look at a file. One gives the structure and the places ([`places`]), the other the values ([`values`]); they
//! are laid side by side ([`zip`]) and must agree. What people have no use for and what makes files dangerous or
//! ambiguous is refused before: anchors, aliases, tags, merge keys, several documents, deep nests, large files.
//!
//! That both agree on the files that are compiled in is known before ([`read_known`]).

mod bytes;
mod meanings;
mod places;
mod quote;
mod spelling;
mod syntax;
mod values;
mod write;
mod zip;

#[cfg(test)]
mod tests;

use crate::engine::diagnostic::{Diagnostic, Place};

pub(crate) use bytes::text;
pub(crate) use spelling::{is_seen, quoted, word};
pub(crate) use write::write;

/// A value and where it was written.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Node {
    /// From its first to its last byte, quotes and brackets included.
    pub(crate) place: Place,
    /// What it is.
    pub(crate) value: Value,
}

/// What a node is.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Value {
    /// One value.
    Scalar(Scalar),
    /// `- a` or `[a]`.
    List(Vec<Node>),
    /// `key: value` or `{key: value}`, in the order of the file; no key twice.
    Map(Vec<(Key, Node)>),
}

/// A key of a map.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    /// Where it was written.
    pub(crate) place: Place,
    /// As written, quotes and escapes resolved.
    pub(crate) text: String,
}

/// One value.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Scalar {
    /// Its text, quotes and escapes resolved.
    pub(crate) text: String,
    /// How it was written.
    pub(crate) style: Style,
    /// What YAML takes it for.
    pub(crate) meaning: Meaning,
}

/// How a scalar was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Style {
    /// Without quotes.
    Plain,
    /// In single quotes.
    Single,
    /// In double quotes.
    Double,
    /// After `|` or `>`.
    Block,
}

/// What YAML takes a scalar for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) enum Meaning {
    /// Nothing, `~` or `null`.
    Null,
    /// `true` or `false`.
    Bool(bool),
    /// A whole number.
    Whole(Whole),
    /// Another number.
    Float(f64),
    /// Text.
    Text,
}

/// A whole number from that of the least `i64` to that of the greatest `u64`: in half the memory that an `i128` makes of every
/// node.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Whole {
    is_negative: bool,
    size: u64,
}

impl From<i64> for Whole {
    fn from(value: i64) -> Self {
        Self { is_negative: value < 0, size: value.unsigned_abs() }
    }
}

impl From<u64> for Whole {
    fn from(size: u64) -> Self {
        Self { is_negative: false, size }
    }
}

impl From<Whole> for i128 {
    fn from(whole: Whole) -> Self {
        if whole.is_negative { -Self::from(whole.size) } else { Self::from(whole.size) }
    }
}

/// Reads one file that [`text`] has taken in as `source`.
///
/// # Errors
/// Everything that keeps it from being read, at least one diagnostic.
pub(crate) fn read(text: &str, source: u32) -> Result<Node, Vec<Diagnostic>> {
    let tree = places::read(text, source)?;
    let value = values::read(text).map_err(|error| vec![error.diagnose(text, source)])?;
    zip::zip(tree, &value)
}

/// Reads one that both readers are known to take alike: the second one is asked what single words mean, and no more. That
/// takes a third of the time.
///
/// # Errors
/// As [`read`] has them.
pub(crate) fn read_known(text: &str, source: u32) -> Result<Node, Vec<Diagnostic>> {
    let mut tree = places::read(text, source)?;
    if meanings::fill_in(&mut tree) { Ok(tree) } else { read(text, source) }
}

impl Node {
    /// Whether both say the same, wherever and however it is written; the order of keys does not matter.
    pub(crate) fn says_the_same(&self, other: &Self) -> bool {
        match (&self.value, &other.value) {
            (Value::Scalar(one), Value::Scalar(two)) => one.text == two.text,
            (Value::List(one), Value::List(two)) => {
                one.len() == two.len() && one.iter().zip(two).all(|(one, two)| one.says_the_same(two))
            }
            (Value::Map(one), Value::Map(_)) => {
                one.len() == other.keys().count()
                    && one
                        .iter()
                        .all(|(key, value)| other.get(&key.text).is_some_and(|(_, two)| value.says_the_same(two)))
            }
            _ => false,
        }
    }

    /// An entry of a map; `None` for what is none.
    pub(crate) fn get(&self, key: &str) -> Option<&(Key, Node)> {
        match &self.value {
            Value::Map(entries) => entries.iter().find(|(found, _)| found.text == key),
            _ => None,
        }
    }

    /// The keys of a map; none for what is none.
    pub(crate) fn keys(&self) -> impl Iterator<Item = &Key> {
        let entries = if let Value::Map(entries) = &self.value { entries.as_slice() } else { &[] };
        entries.iter().map(|(key, _)| key)
    }

    /// The items of a list; none for what is none.
    pub(crate) fn items(&self) -> &[Node] {
        if let Value::List(items) = &self.value { items } else { &[] }
    }

    /// The text of a scalar; `None` for what is none.
    pub(crate) fn word(&self) -> Option<&str> {
        if let Value::Scalar(scalar) = &self.value { Some(&scalar.text) } else { None }
    }

    /// What it is, for messages.
    pub(crate) fn kind(&self) -> &'static str {
        match &self.value {
            Value::List(_) => "a list",
            Value::Map(_) => "a map",
            Value::Scalar(scalar) => match scalar.meaning {
                Meaning::Null => "nothing",
                Meaning::Bool(_) => "true or false",
                Meaning::Whole(_) => "a whole number",
                Meaning::Float(_) => "a number",
                Meaning::Text => "text",
            },
        }
    }

    /// The place of `range` (bytes of the scalar's text) in the file `text`; the whole node where that cannot be told.
    pub(crate) fn inside(&self, text: &str, range: std::ops::Range<usize>) -> Place {
        quote::inside(self, text, range).unwrap_or(self.place)
    }
}
