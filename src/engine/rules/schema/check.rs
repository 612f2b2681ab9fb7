//! A checker of just the keywords that our schemas use; any other keyword is a fault of the schema.

use regex::Regex;
use serde_json::{Map, Value};

use crate::engine::rules::yaml::{self, Meaning, Node};

/// Everything in `instance` that `schema` refuses, each as `/path: keyword`.
pub(crate) fn faults(schema: &Value, instance: &Value) -> Vec<String> {
    let mut found = Vec::new();
    Checker { root: schema, found: &mut found }.check(schema, instance, "");
    found
}

/// `$ref` followed.
pub(crate) fn resolve<'s>(root: &'s Value, schema: &'s Value) -> &'s Value {
    match schema.get("$ref").and_then(Value::as_str) {
        Some(path) => root.pointer(path.trim_start_matches('#')).unwrap(),
        None => schema,
    }
}

/// What YAML says, as JSON.
pub(crate) fn json(node: &Node) -> Value {
    match &node.value {
        yaml::Value::Map(entries) => {
            Value::Object(entries.iter().map(|(key, value)| (key.text.clone(), json(value))).collect())
        }
        yaml::Value::List(items) => items.iter().map(json).collect(),
        yaml::Value::Scalar(scalar) => match scalar.meaning {
            Meaning::Null => Value::Null,
            Meaning::Bool(value) => value.into(),
            Meaning::Whole(value) => i64::try_from(i128::from(value)).unwrap().into(),
            Meaning::Float(value) => value.into(),
            Meaning::Text => scalar.text.clone().into(),
        },
    }
}

struct Checker<'c> {
    root: &'c Value,
    found: &'c mut Vec<String>,
}

impl Checker<'_> {
    fn check(&mut self, schema: &Value, instance: &Value, at: &str) {
        let schema = resolve(self.root, schema);
        if let Value::Bool(allowed) = schema {
            if !allowed {
                self.found.push(format!("{at}: refused"));
            }
            return;
        }
        for (keyword, wanted) in schema.as_object().unwrap() {
            if !self.holds(schema, keyword, wanted, instance, at) {
                self.found.push(format!("{at}: {keyword}"));
            }
        }
    }

    /// Checks one keyword; faults inside are told by themselves.
    fn holds(&mut self, schema: &Value, keyword: &str, wanted: &Value, instance: &Value, at: &str) -> bool {
        let map = instance.as_object();
        let size = || wanted.as_u64().unwrap();
        let count = |length: usize| length as u64;
        match keyword {
            "$schema" | "title" | "description" | "definitions" | "examples" | "then" | "else" => true,
            "type" => wanted
                .as_array()
                .map_or_else(|| is_type(instance, wanted), |all| all.iter().any(|wanted| is_type(instance, wanted))),
            "enum" => wanted.as_array().unwrap().contains(instance),
            "minimum" => instance.as_f64().is_none_or(|value| value >= wanted.as_f64().unwrap()),
            "maximum" => instance.as_f64().is_none_or(|value| value <= wanted.as_f64().unwrap()),
            "minLength" => instance.as_str().is_none_or(|text| count(text.chars().count()) >= size()),
            "maxLength" => instance.as_str().is_none_or(|text| count(text.chars().count()) <= size()),
            "pattern" => {
                instance.as_str().is_none_or(|text| Regex::new(wanted.as_str().unwrap()).unwrap().is_match(text))
            }
            "minItems" => instance.as_array().is_none_or(|items| count(items.len()) >= size()),
            "minProperties" => map.is_none_or(|map| count(map.len()) >= size()),
            "maxProperties" => map.is_none_or(|map| count(map.len()) <= size()),
            "required" => {
                let has = |key: &Value| map.is_none_or(|map| map.contains_key(key.as_str().unwrap()));
                wanted.as_array().unwrap().iter().all(has)
            }
            "properties" => {
                for (key, value) in map.into_iter().flatten() {
                    if let Some(schema) = wanted.get(key) {
                        self.check(schema, value, &format!("{at}/{key}"));
                    }
                }
                true
            }
            "propertyNames" => {
                map.into_iter().flatten().for_each(|(key, _)| self.check(wanted, &key.as_str().into(), at));
                true
            }
            "additionalProperties" => {
                let none = Map::new();
                let known = schema.get("properties").and_then(Value::as_object).unwrap_or(&none);
                for (key, value) in map.into_iter().flatten().filter(|(key, _)| !known.contains_key(*key)) {
                    self.check(wanted, value, &format!("{at}/{key}"));
                }
                true
            }
            "items" => {
                let items = instance.as_array().into_iter().flatten().enumerate();
                items.for_each(|(index, item)| self.check(wanted, item, &format!("{at}/{index}")));
                true
            }
            "allOf" => {
                wanted.as_array().unwrap().iter().for_each(|part| self.check(part, instance, at));
                true
            }
            "anyOf" => wanted.as_array().unwrap().iter().any(|part| self.accepts(part, instance)),
            "if" => {
                let branch = if self.accepts(wanted, instance) { "then" } else { "else" };
                if let Some(branch) = schema.get(branch) {
                    self.check(branch, instance, at);
                }
                true
            }
            other => panic!("the checker does not know `{other}`"),
        }
    }

    fn accepts(&self, schema: &Value, instance: &Value) -> bool {
        let mut found = Vec::new();
        Checker { root: self.root, found: &mut found }.check(schema, instance, "");
        found.is_empty()
    }
}

fn is_type(instance: &Value, wanted: &Value) -> bool {
    match wanted.as_str().unwrap() {
        "object" => instance.is_object(),
        "array" => instance.is_array(),
        "string" => instance.is_string(),
        "boolean" => instance.is_boolean(),
        "number" => instance.is_number(),
        "integer" => instance.is_i64() || instance.is_u64(),
        other => panic!("the checker does not know the type `{other}`"),
    }
}
