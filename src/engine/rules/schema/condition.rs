//! Conditions.

use serde_json::{Map, Value, json};

use super::build::{
    boolean, choice, filled, name, number, object, only_true, path, refer, share, some_tags, text, whole,
};
use crate::engine::{
    metrics::Metric,
    rules::read::{COMBINING, DOCUMENT_KEYS, LINE_KEYS, SCRIPTS},
};

/// What conditions look at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// One line.
    Line,
    /// The whole document.
    Document,
    /// The one or the other, as an override's target wants it.
    Either,
}

impl Kind {
    /// The name of such conditions under `definitions`.
    pub(super) fn definition(self) -> &'static str {
        match self {
            Self::Line => "line-condition",
            Self::Document => "document-condition",
            Self::Either => "either-condition",
        }
    }

    fn keys(self) -> Vec<&'static str> {
        let (line, document) = (LINE_KEYS.to_vec(), DOCUMENT_KEYS.to_vec());
        match self {
            Self::Line => line,
            Self::Document => document,
            Self::Either => {
                let others = document.into_iter().filter(|key| !LINE_KEYS.contains(key));
                LINE_KEYS.iter().copied().chain(others).collect()
            }
        }
    }
}

/// A condition with everything that can stand in it.
pub(super) fn condition(kind: Kind) -> Value {
    let again = refer(kind.definition());
    let mut keys: Vec<(&str, Value)> = COMBINING
        .iter()
        .map(|key| {
            let value = match *key {
                "all" => filled("every one of these holds", again.clone()),
                "any" => filled("one of these holds", again.clone()),
                "not" => again.clone(),
                _ => path("the macro of this name holds: of this pack, or `other/name` of another one"),
            };
            (*key, value)
        })
        .collect();
    keys.extend(kind.keys().into_iter().map(|key| (key, test(kind, key))));
    let mut made = object("a condition: exactly one key", &[], keys);
    made["minProperties"] = json!(1);
    made["maxProperties"] = json!(1);
    made
}

fn test(kind: Kind, key: &str) -> Value {
    match kind {
        Kind::Line => line(key),
        Kind::Document => document(key),
        Kind::Either => match (LINE_KEYS.contains(&key), DOCUMENT_KEYS.contains(&key)) {
            (true, true) => either(line(key), document(key)),
            (true, false) => line(key),
            _ => document(key),
        },
    }
}

/// The keys of both; needed is only what both need.
fn either(mut one: Value, other: Value) -> Value {
    let properties = |value: &Value| value["properties"].as_object().cloned().unwrap_or_default();
    let mut keys: Map<String, Value> = properties(&other);
    keys.extend(properties(&one));
    one["properties"] = Value::Object(keys);
    let needed = |value: &Value| value["required"].as_array().cloned().unwrap_or_default();
    let both: Vec<Value> = needed(&one).into_iter().filter(|key| needed(&other).contains(key)).collect();
    if let Some(made) = one.as_object_mut() {
        made.remove("required");
        made.remove("anyOf");
        if !both.is_empty() {
            made.insert("required".to_owned(), json!(both));
        }
    }
    one
}

fn line(key: &str) -> Value {
    match key {
        "regex" => object(
            "one of the patterns is found in the line",
            &["any"],
            vec![("any", filled("patterns, best between single quotes", text("")))],
        ),
        "words" => words(true),
        "script" => object(
            "the script of the line",
            &[],
            vec![
                ("is", scripts()),
                ("differs_from", choice("it is not the document's", &["document"])),
                ("letters_at_least", whole("letters that the line needs", 1)),
                ("share_at_least", share("share of the line's letters in it")),
                ("elsewhere_share_at_most", share("share of the letters of all other lines in it")),
            ],
        ),
        "language" => object(
            "the language of the line",
            &["confidence_at_least", "letters_at_least"],
            vec![
                ("in", some_tags("one of these")),
                ("not_in", some_tags("none of these")),
                ("differs_from", choice("it is not the document's", &["document"])),
                ("confidence_at_least", share("unknown below this confidence")),
                ("letters_at_least", whole("unknown below this many letters", 1)),
            ],
        ),
        "shape" => shape(),
        _ => object(
            "the same line stands in the document so often",
            &["times_at_least"],
            vec![("times_at_least", whole("times, this one included", 2))],
        ),
    }
}

fn document(key: &str) -> Value {
    let metrics: Vec<&str> = Metric::all().iter().map(|metric| metric.as_str()).collect();
    match key {
        "metric" => limits("a metric within limits", &["name"], vec![("name", choice("which", &metrics))], number),
        "language" => document_language(),
        "script" => object(
            "most of the document is written in one of these",
            &["is"],
            vec![("is", scripts()), ("share_at_least", share("share of all letters"))],
        ),
        "topic" => {
            let keys = vec![
                ("profile", name("the topic's id")),
                ("wanted", only_true("one of the configured topics reaches its own limit")),
            ];
            let mut made = limits("how near the document is to a topic", &[], keys, share);
            made["allOf"] = json!([super::build::excludes("wanted", &["profile", "at_least", "at_most"])]);
            made["anyOf"] = json!([{"required": ["wanted"]}, {"required": ["profile"]}]);
            made
        }
        "flagged_share" => limits(
            "share of the letters in lines that rules strip, or more",
            &[],
            vec![("tags", filled("only by rules with one of these tags", name("")))],
            share,
        ),
        _ => words(false),
    }
}

/// `language` of a document, in conditions and in `when`.
pub(super) fn document_language() -> Value {
    object(
        "the document's language",
        &[],
        vec![
            ("in", some_tags("one of these")),
            ("not_in", some_tags("none of these")),
            ("wanted", only_true("one of the configured languages; holds when none are configured")),
            ("confidence_at_least", share("unknown below this confidence")),
            ("letters_at_least", whole("unknown below this many letters", 1)),
        ],
    )
}

/// Keys with `at_least` and `at_most`.
fn limits(about: &str, required: &[&str], mut keys: Vec<(&str, Value)>, limit: fn(&str) -> Value) -> Value {
    keys.push(("at_least", limit("lower limit")));
    keys.push(("at_most", limit("upper limit")));
    let mut made = object(about, required, keys);
    made["anyOf"] = json!([{"required": ["at_least"]}, {"required": ["at_most"]}]);
    made
}

/// Names of scripts: those that are common are proposed, others are taken.
pub(super) fn scripts() -> Value {
    filled("scripts by their Unicode names", script())
}

/// One script.
pub(super) fn script() -> Value {
    json!({"type": "string", "examples": SCRIPTS})
}

fn words(on_lines: bool) -> Value {
    let of_line = |about: &str| if on_lines { boolean(about) } else { Value::Bool(false) };
    object(
        "words of lists occur",
        &["lists"],
        vec![
            ("lists", filled("lists of this pack, or of another one as pack/list", path(""))),
            ("at_least", whole("how many different items", 1)),
            ("foreign", boolean("only items whose language is known and is not the document's")),
            ("whole_line", of_line("the line, without punctuation around it, is an item")),
            ("starts_line", of_line("the line begins with an item")),
            ("share_at_least", share("share of the letters and digits that the items cover")),
            (
                "in_lines_at_most",
                if on_lines {
                    whole("no more lines of the document than this have an item", 1)
                } else {
                    Value::Bool(false)
                },
            ),
        ],
    )
}

fn shape() -> Value {
    let counted = ["letters", "words", "chars", "whitespace_tokens", "longest_token"].map(|measure| (measure, false));
    let shares = ["upper_share", "digit_share", "symbol_share", "title_share"].map(|measure| (measure, true));
    let mut keys = Map::new();
    for (measure, is_share) in counted.into_iter().chain(shares) {
        for (end, about) in [("at_least", "lower limit"), ("at_most", "upper limit")] {
            let value = if is_share { share(about) } else { number(about) };
            keys.insert(format!("{measure}_{end}"), value);
        }
    }
    keys.insert("sentence_end".to_owned(), boolean("whether the line ends like a sentence"));
    let mut made = object("what can be counted on a line; all that is given holds", &[], Vec::new());
    made["properties"] = Value::Object(keys);
    made["minProperties"] = json!(1);
    made
}
