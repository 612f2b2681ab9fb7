//! The reader that gives the values. The only file that knows `serde_yaml`.

use serde_yaml::Value as Yaml;

use super::{Meaning, Whole, bytes::offset, syntax};
use crate::engine::diagnostic::{Diagnostic, Place, codes};

/// A value without places.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Plain {
    /// One value; its text where it is text.
    Scalar(Meaning, Option<String>),
    /// A list.
    List(Vec<Plain>),
    /// A map.
    Map(Vec<(Plain, Plain)>),
    /// Something with a tag.
    Tagged,
}

/// Why a text is no YAML.
#[derive(Debug)]
pub(super) struct Failure {
    message: String,
    at: Option<usize>,
}

/// Reads the values of a text. Only for texts whose depth is known to be bounded.
pub(super) fn read(text: &str) -> Result<Plain, Failure> {
    serde_yaml::from_str::<Yaml>(text)
        .map(plain)
        .map_err(|error| Failure { message: error.to_string(), at: error.location().map(|location| location.index()) })
}

impl Failure {
    /// With its place in the text.
    pub(super) fn diagnose(&self, text: &str, source: u32) -> Diagnostic {
        let at = self.at.unwrap_or(0).min(text.len());
        let place = Place { source, start: offset(at), end: offset(at) };
        let message = self.message.split(" at line ").next().unwrap_or(&self.message);
        if message.contains("128") {
            let error = Diagnostic::error(codes::RANGE, place, "this number is too large");
            return error.help("put it between single quotes if text is meant");
        }
        syntax::diagnose(text, place, message)
    }
}

fn plain(value: Yaml) -> Plain {
    match value {
        Yaml::Null => Plain::Scalar(Meaning::Null, None),
        Yaml::Bool(value) => Plain::Scalar(Meaning::Bool(value), None),
        Yaml::Number(number) => Plain::Scalar(
            number
                .as_i64()
                .map(Whole::from)
                .or_else(|| number.as_u64().map(Whole::from))
                .map_or_else(|| Meaning::Float(number.as_f64().unwrap_or(f64::NAN)), Meaning::Whole),
            None,
        ),
        Yaml::String(text) => Plain::Scalar(Meaning::Text, Some(text)),
        Yaml::Sequence(items) => Plain::List(items.into_iter().map(plain).collect()),
        Yaml::Mapping(entries) => {
            Plain::Map(entries.into_iter().map(|(key, value)| (plain(key), plain(value))).collect())
        }
        Yaml::Tagged(_) => Plain::Tagged,
    }
}
