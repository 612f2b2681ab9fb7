//! Topics.

use serde_json::Value;

use super::build::{choice, file, list, name, object, one_of_keys, share, text};

/// The schema of topics.
pub(super) fn schema() -> Value {
    let terms = |about: &str| list(about, text(""));
    let mut root = object(
        "",
        &["schema", "id"],
        vec![
            ("schema", choice("what the file is", &["topic/1"])),
            ("id", name("its name")),
            ("title", text("one line for people")),
            ("at_least", share("score from which a document is on topic")),
            ("strong_terms", terms("terms that speak strongly for it")),
            ("weak_terms", terms("terms that speak weakly for it")),
            ("against_terms", terms("terms that speak against it")),
            ("examples", terms("documents that are on topic, by patterns such as gardening/*.txt")),
            ("counter_examples", terms("documents that are not")),
        ],
    );
    root["anyOf"] = one_of_keys(&["strong_terms", "weak_terms", "examples"]);
    file("A topic of siftd", root, Vec::new())
}
