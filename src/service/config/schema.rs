//! The JSON Schema of siftd.yaml, made from the table of keys.

use serde_json::{Map, Value, json};

use super::keys::KEYS;
use crate::engine::rules::schema::{boolean, choice, languages, list, object, share, text, whole};

/// A span of time, as [`super::units`] reads it.
const SPAN: &str = r"^[0-9]+(\.[0-9]{1,9})?\s*(ms|s|m|h|d)$";
/// A span for which something is kept.
const KEPT: &str = r"^(never|[0-9]+(\.[0-9]{1,9})?\s*(ms|s|m|h|d))$";
/// A size, as [`super::units`] reads it.
const SIZE: &str = r"^[0-9]+(\.[0-9]{1,9})?\s*([KMG]i?B|B)$";

/// The schema, for editors.
pub fn schema() -> Value {
    let mut root = object("", &[], Vec::new());
    root["$schema"] = json!("http://json-schema.org/draft-07/schema#");
    root["title"] = json!("The configuration of siftd");
    for key in KEYS {
        let mut here = &mut root;
        let parts: Vec<&str> = key.path.split('.').collect();
        let (last, sections) = parts.split_last().unwrap_or((&"", &[]));
        for section in sections {
            here = &mut here["properties"][section];
            if here.is_null() {
                *here = object("", &[], Vec::new());
            }
        }
        here["properties"][last] = value(key.path, key.about);
    }
    root
}

/// What a key takes.
fn value(path: &str, about: &str) -> Value {
    match path {
        "intake.settle" | "intake.stalled_after" | "intake.sweep_every" | "limits.time" => pattern(about, SPAN),
        path if path.starts_with("retention.") => pattern(about, KEPT),
        "intake.bytes_at_most" | "limits.line_bytes" => pattern(about, SIZE),
        "intake.ignore" | "rules.folders" | "topics" => list(about, text("")),
        "rules.shipped" | "confine" => boolean(about),
        "languages.wanted" | "languages.candidates" => languages(about),
        "policy.strip_share_at_most" => share(about),
        "policy.quarantine_at" | "limits.work" => whole(about, 1),
        "workers" => whole(about, 0),
        "log.format" => choice(about, &["text", "json"]),
        path if path.starts_with("policy.points.") => whole(about, 0),
        _ => text(about),
    }
}

fn pattern(about: &str, pattern: &str) -> Value {
    let mut made = Map::new();
    made.insert("type".to_owned(), json!("string"));
    made.insert("pattern".to_owned(), json!(pattern));
    if !about.is_empty() {
        made.insert("description".to_owned(), json!(about));
    }
    Value::Object(made)
}
