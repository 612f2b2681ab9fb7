//! Pieces of schemas.

use serde_json::{Map, Value, json};

use crate::engine::language::{Code, Tag};

/// A closed map of keys with their schemas.
pub(crate) fn object(about: &str, required: &[&str], keys: Vec<(&str, Value)>) -> Value {
    let keys: Map<String, Value> = keys.into_iter().map(|(key, value)| (key.to_owned(), value)).collect();
    let mut made = json!({"type": "object", "additionalProperties": false, "properties": keys});
    describe(&mut made, about);
    if !required.is_empty() {
        made["required"] = json!(required);
    }
    made
}

/// A map whose keys are names that people choose.
pub(super) fn named(about: &str, value: Value) -> Value {
    json!({"type": "object", "description": about, "propertyNames": {"pattern": NAME}, "additionalProperties": value})
}

/// Free text. Whole numbers without quotes are taken as what is written.
pub(crate) fn text(about: &str) -> Value {
    let mut made = json!({"type": ["string", "integer"], "minLength": 1});
    describe(&mut made, about);
    made
}

const NAME: &str = "^[a-z0-9]+(-[a-z0-9]+)*$";

/// A name: the letters a to z, digits and single hyphens.
pub(super) fn name(about: &str) -> Value {
    json!({"type": ["string", "integer"], "pattern": NAME, "maxLength": 64, "description": about})
}

/// A name, perhaps with the name of a pack before it.
pub(super) fn path(about: &str) -> Value {
    json!({"type": ["string", "integer"], "pattern": "^[a-z0-9-]+(/[a-z0-9-]+)?$", "description": about})
}

/// One of a few words.
pub(crate) fn choice(about: &str, words: &[&str]) -> Value {
    let mut made = json!({"enum": words});
    describe(&mut made, about);
    made
}

/// `true` or `false`.
pub(crate) fn boolean(about: &str) -> Value {
    json!({"type": "boolean", "description": about})
}

/// Only `true`.
pub(super) fn only_true(about: &str) -> Value {
    json!({"enum": [true], "description": about})
}

/// A whole number.
pub(crate) fn whole(about: &str, least: u32) -> Value {
    let mut made = json!({"type": "integer", "minimum": least});
    describe(&mut made, about);
    made
}

/// A number from 0.
pub(super) fn number(about: &str) -> Value {
    json!({"type": "number", "minimum": 0, "description": about})
}

/// A share: 0 to 1.
pub(crate) fn share(about: &str) -> Value {
    json!({"type": "number", "minimum": 0, "maximum": 1, "description": about})
}

/// A list.
pub(crate) fn list(about: &str, items: Value) -> Value {
    let mut made = json!({"type": "array", "items": items});
    describe(&mut made, about);
    made
}

/// A list with something in it.
pub(super) fn filled(about: &str, items: Value) -> Value {
    let mut made = list(about, items);
    made["minItems"] = json!(1);
    made
}

/// A part under `definitions`.
pub(super) fn refer(name: &str) -> Value {
    json!({"$ref": format!("#/definitions/{name}")})
}

/// Language codes.
pub(crate) fn languages(about: &str) -> Value {
    let codes: Vec<&str> = Code::all().iter().map(|code| code.as_str()).collect();
    list(about, json!({"enum": codes}))
}

/// Language codes, one at least.
pub(super) fn some_languages(about: &str) -> Value {
    let mut made = languages(about);
    made["minItems"] = json!(1);
    made
}

/// Language tags, one at least.
pub(super) fn some_tags(about: &str) -> Value {
    let tags: Vec<String> = Tag::all().map(|tag| tag.to_string()).collect();
    let mut made = list(about, json!({"enum": tags}));
    made["minItems"] = json!(1);
    made
}

/// One of these keys at least.
pub(super) fn one_of_keys(keys: &[&str]) -> Value {
    json!(keys.iter().map(|key| json!({"required": [key]})).collect::<Vec<_>>())
}

/// Where `key` stands, none of `others` does.
pub(super) fn excludes(key: &str, others: &[&str]) -> Value {
    let refused: Map<String, Value> = others.iter().map(|other| ((*other).to_owned(), Value::Bool(false))).collect();
    json!({"if": {"required": [key]}, "then": {"properties": refused}})
}

/// A whole file.
pub(super) fn file(title: &str, root: Value, definitions: Vec<(&str, Value)>) -> Value {
    let mut made = json!({"$schema": "http://json-schema.org/draft-07/schema#", "title": title});
    if let (Value::Object(made), Value::Object(root)) = (&mut made, root) {
        made.extend(root);
        if !definitions.is_empty() {
            let all: Map<String, Value> =
                definitions.into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
            made.insert("definitions".to_owned(), Value::Object(all));
        }
    }
    made
}

fn describe(made: &mut Value, about: &str) {
    if !about.is_empty() {
        made["description"] = json!(about);
    }
}
