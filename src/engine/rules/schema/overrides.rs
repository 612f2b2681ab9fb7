//! Overrides.

use serde_json::{Value, json};

use super::{
    build::{choice, excludes, file, filled, name, named, object, one_of_keys, path, refer, text, whole},
    condition::Kind,
    rules::{common, exception_name, settable},
};

/// The schema of overrides.
pub(super) fn schema() -> Value {
    let root = object(
        "",
        &["schema", "overrides"],
        vec![
            ("schema", choice("what the file is", &["overrides/1"])),
            ("about", text("a sentence for people")),
            ("overrides", filled("changes to rules and lists of packs", refer("override"))),
        ],
    );
    let mut definitions = vec![("override", entry())];
    definitions.extend(common(&[Kind::Either]));
    file("Overrides of siftd rules", root, definitions)
}

fn entry() -> Value {
    let mut set = object("other values for keys of the rule", &[], settable());
    set["minProperties"] = json!(1);
    let items = filled("words or phrases", text(""));
    let mut made = object(
        "one change",
        &["why"],
        vec![
            ("rule", path("the rule, as pack/id")),
            ("rules_tagged", name("every rule with this tag")),
            ("list", path("the list, as pack/name")),
            ("why", text("why")),
            (
                "until",
                json!({"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}$", "description": "a date; check warns once it has passed"}),
            ),
            ("written_for", whole("the rule's version; check warns when it is another", 1)),
            ("set", set),
            ("add_unless", filled("more exceptions", refer(exception_name(Kind::Either)))),
            ("remove_unless", filled("names of exceptions that go", name(""))),
            ("add_examples", filled("more examples, which must hold", refer("example"))),
            ("add", items.clone()),
            ("add_by_language", named("words or phrases by language code", items.clone())),
            ("remove", items),
        ],
    );
    let of_rules = ["rule", "rules_tagged", "written_for", "set", "add_unless", "remove_unless", "add_examples"];
    let of_lists = ["add", "add_by_language", "remove"];
    made["allOf"] = json!([
        {"anyOf": one_of_keys(&["rule", "rules_tagged", "list"])},
        {"anyOf": one_of_keys(&["set", "add_unless", "remove_unless", "add_examples", "add", "add_by_language", "remove"])},
        excludes("list", &of_rules),
        excludes("rules_tagged", &["rule", "written_for", "add", "add_by_language", "remove"]),
        excludes("rule", &of_lists),
    ]);
    made
}
