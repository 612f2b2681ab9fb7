//! Packs.

use serde_json::{Value, json};

use super::{
    build::{
        boolean, choice, excludes, file, filled, list, name, named, object, one_of_keys, refer, share, some_languages,
        text, whole,
    },
    condition::{Kind, condition, document_language, script, scripts},
};
use crate::engine::rules::model::{Action, Level, Status};

/// The schema of packs.
pub(super) fn schema() -> Value {
    let mut root = object(
        "",
        &["schema", "pack"],
        vec![
            ("schema", choice("what the file is", &["rules/1"])),
            ("pack", name("its name, the first part of its rules' ids")),
            ("about", text("a sentence for people")),
            ("lists", named("lists of words", refer("list"))),
            ("macros", named("conditions with a name", refer("macro"))),
            ("rules", list("the rules", refer("rule"))),
        ],
    );
    root["anyOf"] = one_of_keys(&["lists", "macros", "rules"]);
    let mut definitions = vec![("rule", rule()), ("list", words()), ("macro", macros()), ("section", section())];
    definitions.extend(common(&[Kind::Line, Kind::Document]));
    file("A pack of siftd rules", root, definitions)
}

/// Definitions that packs and overrides share, with conditions of these kinds.
pub(super) fn common(kinds: &[Kind]) -> Vec<(&'static str, Value)> {
    let mut all = vec![("example", example()), ("where", region(kinds)), ("when", when())];
    for kind in kinds {
        all.push((kind.definition(), condition(*kind)));
        all.push((exception_name(*kind), exception(*kind)));
    }
    all
}

/// The name of exceptions of this kind under `definitions`.
pub(super) fn exception_name(kind: Kind) -> &'static str {
    match kind {
        Kind::Line => "line-exception",
        Kind::Document => "document-exception",
        Kind::Either => "either-exception",
    }
}

/// Keys of a rule that overrides can set, too.
pub(super) fn settable() -> Vec<(&'static str, Value)> {
    let level = choice("how strong", &Level::ALL.map(Level::as_str));
    vec![
        (
            "status",
            choice("trial: evaluated and reported, never acts; off: not evaluated", &Status::ALL.map(Status::as_str)),
        ),
        (
            "action",
            choice(
                "annotate: only report; strip: leave the lines out; quarantine: a person decides; reject",
                &Action::ALL.map(Action::as_str),
            ),
        ),
        ("score", object("evidence that adds up over rules", &["level"], vec![("level", level)])),
        ("if_unknown", choice("what to do where something cannot be told", &["skip", "fire", "quarantine"])),
        ("where", refer("where")),
        ("when", refer("when")),
        ("message", text("what a finding says, with placeholders such as {words}")),
    ]
}

fn rule() -> Value {
    let mut keys = vec![
        ("id", name("its name in the pack")),
        ("version", whole("counts up when the rule changes what it catches", 1)),
        ("title", text("one line on what it finds")),
        ("why", text("why that is right")),
        ("tags", list("words to select rules by", name(""))),
        ("refs", list("where the idea comes from", text(""))),
        ("unit", choice("what one finding covers", &["line", "section", "document"])),
        ("match", json!({"description": "fires where this holds"})),
        ("require", json!({"description": "fires where this does not hold"})),
        ("unless", json!({"description": "exceptions with a name"})),
        ("examples", json!({"description": "texts with the lines that must be flagged"})),
    ];
    keys.extend(settable());
    let mut made = object("a rule", &["id"], keys);
    let is = |unit: &str| json!({"properties": {"unit": {"enum": [unit]}}, "required": ["unit"]});
    made["allOf"] = json!([
        {"if": is("document"), "then": of_document(), "else": {"if": is("section"), "then": of_section(), "else": of_line()}},
        excludes("match", &["require"]),
        {"anyOf": one_of_keys(&["match", "require"])},
        {"anyOf": one_of_keys(&["action", "score"])},
    ]);
    made
}

fn of_line() -> Value {
    let condition = refer(Kind::Line.definition());
    json!({"properties": {"match": condition, "require": condition, "unless": unless(Kind::Line), "examples": examples("flags", "fires")}})
}

fn of_section() -> Value {
    json!({"properties": {
        "match": object("a block of lines", &["section"], vec![("section", refer("section"))]),
        "require": false, "unless": unless(Kind::Line), "examples": examples("flags", "fires"),
    }})
}

fn of_document() -> Value {
    let condition = refer(Kind::Document.definition());
    json!({"properties": {
        "match": condition, "require": condition, "unless": unless(Kind::Document), "examples": examples("fires", "flags"),
        "where": false, "action": {"enum": ["annotate", "quarantine", "reject"]},
    }})
}

fn unless(kind: Kind) -> Value {
    list("exceptions with a name", refer(exception_name(kind)))
}

fn examples(wanted: &str, refused: &str) -> Value {
    let of_unit = json!({"required": [wanted], "properties": {refused: false}});
    list("texts with what the rule must do", json!({"allOf": [refer("example"), of_unit]}))
}

fn exception(kind: Kind) -> Value {
    object(
        "an exception",
        &["name", "match"],
        vec![
            ("name", name("overrides refer to it")),
            ("why", text("why it is one")),
            ("match", refer(kind.definition())),
        ],
    )
}

fn example() -> Value {
    let given = object(
        "what is taken for granted",
        &[],
        vec![
            ("lines_before", whole("imaginary lines before the text", 0)),
            ("lines_after", whole("imaginary lines after the text", 0)),
            ("letters", whole("letters of the document", 0)),
            ("language", some_languages("")["items"].clone()),
            ("confidence", share("in the language")),
            ("script", script()),
            ("wanted", some_languages("the wanted languages; none unless given")),
            ("on_topic", boolean("whether a configured topic is reached; it is unless given")),
        ],
    );
    object(
        "a text with what the rule must do",
        &["text"],
        vec![
            ("name", text("what it shows")),
            ("given", given),
            ("text", text("the document")),
            ("flags", list("the lines that must be flagged, and no others; from 1", whole("", 1))),
            ("fires", boolean("whether the rule must fire")),
            ("known_gap", boolean("it may fail, and is counted")),
        ],
    )
}

fn region(kinds: &[Kind]) -> Value {
    let kind = if kinds.contains(&Kind::Either) { Kind::Either } else { Kind::Line };
    let mut made = object(
        "which lines to look at",
        &["region"],
        vec![
            ("region", choice("which end", &["head", "tail", "all"])),
            ("lines", whole("at most this many lines that are not blank", 1)),
            ("share", share("never more than this share of them")),
            ("until", refer(kind.definition())),
            ("until_share", share("the share instead, where a line satisfies `until`")),
            ("lines_at_least", whole("a region of fewer lines that are not blank is none", 1)),
        ],
    );
    made["allOf"] = json!([{
        "if": {"properties": {"region": {"enum": ["all"]}}, "required": ["region"]},
        "then": {"properties": {"lines": false, "share": false, "until": false, "until_share": false, "lines_at_least": false}},
        "else": {"anyOf": one_of_keys(&["lines", "share", "until"])},
    }, {
        "if": {"required": ["until_share"]},
        "then": {"required": ["share", "until"]},
    }]);
    made
}

fn when() -> Value {
    let bounds = |about: &str| {
        let limit = |about: &str| json!({"type": "number", "minimum": 0, "description": about});
        let mut made = object(about, &[], vec![("at_least", limit("lower limit")), ("at_most", limit("upper limit"))]);
        made["minProperties"] = json!(1);
        made
    };
    object(
        "which documents to look at; all parts that are given hold",
        &[],
        vec![
            ("language", document_language()),
            ("script", object("the dominant script", &["is"], vec![("is", scripts())])),
            ("lines", bounds("lines of the document")),
            ("letters", bounds("letters of the document")),
        ],
    )
}

fn section() -> Value {
    let line = || refer(Kind::Line.definition());
    let includes = object(
        "lines that it must contain",
        &["line"],
        vec![
            ("line", line()),
            ("at_least", whole("how many", 1)),
            ("share_at_least", share("share of the block's lines")),
        ],
    );
    object(
        "a block of lines",
        &["starts"],
        vec![
            ("starts", line()),
            ("continues", line()),
            ("ends_before", line()),
            ("ends_with", line()),
            ("includes", includes),
            ("lines_at_least", super::build::number("a shorter block is none")),
            ("lines_at_most", super::build::number("a longer block is none")),
            ("to_end", boolean("it must reach the document's end")),
            ("from_start", boolean("it must begin at the document's first line")),
        ],
    )
}

fn words() -> Value {
    let items = filled("words or phrases", text(""));
    let mut made = object(
        "a list of words",
        &[],
        vec![
            ("about", text("what it is for")),
            ("items", items.clone()),
            ("by_language", named("words or phrases by language code", items)),
            ("file", text("a text file with one item a line, relative to this file's folder")),
        ],
    );
    made["anyOf"] = one_of_keys(&["items", "by_language", "file"]);
    made["allOf"] = json!([excludes("items", &["by_language", "file"]), excludes("by_language", &["file"])]);
    made
}

fn macros() -> Value {
    let keys = vec![
        ("about", text("what it is for")),
        ("unit", choice("what it looks at", &["line", "document"])),
        ("match", json!({"description": "the condition"})),
    ];
    let mut made = object("a condition with a name", &["match"], keys);
    let of = |kind: Kind| json!({"properties": {"match": refer(kind.definition())}});
    made["allOf"] = json!([{
        "if": {"properties": {"unit": {"enum": ["document"]}}, "required": ["unit"]},
        "then": of(Kind::Document), "else": of(Kind::Line),
    }]);
    made
}
