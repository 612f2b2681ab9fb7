//! Topics: `schema: topic/1`.

use std::{collections::HashMap, sync::Arc};

use super::files::{Files, Opened};
use crate::engine::{
    diagnostic::{Diagnostic, Place, Sources, codes},
    rules::{
        Library,
        decode::{Fields, Item, Problems},
        model::{At, Topic},
    },
    text::Document,
};

/// Reads the configured topics, and checks those that only lie among the packs.
pub(super) fn read(files: &Files, library: &dyn Library, _sources: &mut Sources, problems: &Problems) -> Vec<Topic> {
    for file in &files.idle_topics {
        decode(file, library, problems);
    }
    let topics: Vec<Topic> = files.topics.iter().filter_map(|file| decode(file, library, problems)).collect();
    let mut seen: HashMap<Arc<str>, Place> = HashMap::new();
    for topic in &topics {
        if let Some(first) = seen.insert(Arc::clone(&topic.id.value), topic.id.place) {
            let message = format!("two topics are called `{}`", topic.id.value);
            problems.push(
                Diagnostic::error(codes::DUPLICATE_ID, topic.id.place, message)
                    .also(first, "first here")
                    .help("rename one of them"),
            );
        }
    }
    topics
}

fn decode(file: &Opened, library: &dyn Library, problems: &Problems) -> Option<Topic> {
    let before = problems.errors();
    let mut fields = Fields::open(&file.node, "a topic", problems)?;
    fields.optional("schema");
    let id = fields.required("id").and_then(|item| item.name());
    let title = fields.optional("title").and_then(|item| item.filled()).map(|title| title.value);
    let at_least = fields.optional("at_least").and_then(|item| item.share());
    let mut terms = |key| {
        let found = fields.optional(key).and_then(|item| item.texts()).unwrap_or_default();
        found.into_iter().map(|term| term.value).collect::<Vec<_>>()
    };
    let (strong_terms, weak_terms, against_terms) =
        (terms("strong_terms"), terms("weak_terms"), terms("against_terms"));
    let mut texts = |key| fields.optional(key).map(|item| documents(&item, &file.name, library)).unwrap_or_default();
    let (examples, counter_examples) = (texts("examples"), texts("counter_examples"));
    let described = ["strong_terms", "weak_terms", "examples"].iter().any(|key| fields.has(key));
    let place = fields.place();
    fields.finish();
    if !described {
        let error = Diagnostic::error(codes::NOTHING, place, "nothing says what the topic is about");
        problems.push(error.help("add `strong_terms`, `weak_terms` or `examples`"));
    }
    let id = id?;
    (problems.errors() == before).then(|| Topic {
        id: At { value: Arc::from(id.value), place: id.place },
        title,
        at_least,
        strong_terms,
        weak_terms,
        against_terms,
        examples,
        counter_examples,
    })
}

/// The texts of the documents that patterns name.
fn documents(item: &Item<'_>, from: &str, library: &dyn Library) -> Vec<String> {
    let mut texts = Vec::new();
    for entry in item.list().unwrap_or_default() {
        let Some(pattern) = entry.filled() else { continue };
        let help = || "patterns are relative to the folder of this file, such as `gardening/*.txt`".to_owned();
        match library.matching(from, &pattern.value) {
            Err(why) => entry.fail(codes::TOPIC_FILES, format!("cannot read `{}`: {why}", pattern.value), help()),
            Ok(files) if files.is_empty() => {
                entry.fail(codes::TOPIC_FILES, format!("no file matches `{}`", pattern.value), help());
            }
            Ok(files) => {
                for file in files {
                    match Document::decode(file.bytes) {
                        Ok(document) => texts.push(document.text().to_owned()),
                        Err(why) => {
                            entry.fail(codes::TOPIC_FILES, format!("`{}` holds no text ({why:?})", file.name), None);
                        }
                    }
                }
            }
        }
    }
    texts
}
