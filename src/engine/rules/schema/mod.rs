//! JSON Schemas of the files that people write, for editors: draft-07, which editors' YAML servers know best.
//!
//! A condition is one closed object whose keys are all those that can stand there, with exactly one of them: so a wrong key is
//! reported at that key, which a choice between alternatives (`oneOf`) could not. What hangs on a rule's unit is said by
//! `if`, `then` and `else` beside the keys. Tests hold the keys to those that the decoders ask for.

mod build;
#[cfg(test)]
pub(crate) mod check;
mod condition;
mod overrides;
mod rules;
#[cfg(test)]
mod tests;
mod topic;

use serde_json::Value;

pub(crate) use build::{boolean, choice, languages, list, object, share, text, whole};

/// Of packs: `schema: rules/1`.
pub fn rules() -> Value {
    rules::schema()
}

/// Of topics: `schema: topic/1`.
pub fn topic() -> Value {
    topic::schema()
}

/// Of overrides: `schema: overrides/1`.
pub fn overrides() -> Value {
    overrides::schema()
}
