//! What identifies a rule set.

use super::Fingerprint;
use crate::engine::{diagnostic::Sources, rules::Settings, topics::Topic};

/// Hashes the files in order, the settings and the engine's version, each with its length in front, so that no two different
/// inputs run together. What the files are called is for people: the same rules in another folder are the same rules.
///
/// The documents that a topic names as its examples are hashed with the topic.
pub(super) fn of(sources: &Sources, topics: &[Topic], settings: &Settings) -> Fingerprint {
    let mut hasher = blake3::Hasher::new();
    let mut part = |bytes: &[u8]| {
        hasher.update(&(bytes.len() as u64).to_le_bytes());
        hasher.update(bytes);
    };
    part(env!("CARGO_PKG_VERSION").as_bytes());
    for (_, text) in &sources.files {
        part(text.as_bytes());
    }
    for topic in topics {
        part(topic.id.as_bytes());
        for texts in [&topic.examples, &topic.counter_examples] {
            part(&(texts.len() as u64).to_le_bytes());
            texts.iter().for_each(|text| part(text.as_bytes()));
        }
    }
    part(format!("{settings:?}").as_bytes());
    let mut short = [0; 16];
    short.copy_from_slice(&hasher.finalize().as_bytes()[..16]);
    Fingerprint(short)
}
