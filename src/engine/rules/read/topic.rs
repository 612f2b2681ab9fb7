//! Topics: `schema: topic/1`.

use std::{
    collections::{BTreeSet, HashMap},
    sync::Arc,
};

use super::files::{Files, Opened};
use crate::engine::{
    diagnostic::{Diagnostic, Place, codes},
    rules::{
        Library,
        decode::{Fields, Item, Problems, nearest},
        model::{DocumentTest, Logic, Rule},
    },
    text::Document,
    topics::Topic,
};

/// Reads the configured topics, and checks those that only lie among the packs.
pub(super) fn read(files: &Files, library: &dyn Library, problems: &Problems) -> Vec<Topic> {
    for file in &files.idle_topics {
        decode(file, library, problems);
    }
    let mut seen: HashMap<Arc<str>, Place> = HashMap::new();
    let mut topics = Vec::new();
    for (place, topic) in files.topics.iter().filter_map(|file| decode(file, library, problems)) {
        if let Some(first) = seen.insert(Arc::clone(&topic.id), place) {
            let message = format!("two topics are called `{}`", topic.id);
            problems.push(
                Diagnostic::error(codes::DUPLICATE_ID, place, message)
                    .also(first, "first here")
                    .help("rename one of them"),
            );
        }
        topics.push(topic);
    }
    topics
}

/// Warns of rules that ask for a topic which is not configured: they can never tell. Where none is configured, and the rules are
/// not those of a site, they are looked at apart from it, and what is configured there is not known.
pub(super) fn check_named(rules: &[Rule], topics: &[Topic], is_site: bool, problems: &Problems) {
    // A topic that could not be read may be the one that is meant.
    if topics.is_empty() && (!is_site || problems.errors() > 0) {
        return;
    }
    let is_known = |id: &str| topics.iter().any(|topic| &*topic.id == id);
    for rule in rules {
        let named = rule.document_conditions().flat_map(Logic::tests).filter_map(DocumentTest::topic);
        let unknown: BTreeSet<&str> = named.filter(|id| !is_known(id)).collect();
        for id in unknown {
            let help = match nearest(id, topics.iter().map(|topic| &*topic.id)) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "name its file under `topics:` in siftd.yaml".to_owned(),
            };
            let message = format!("{}: no topic `{id}` is configured, so it can never tell", rule.id.value);
            problems.push(Diagnostic::warning(codes::UNKNOWN_TOPIC, rule.id.place, message).help(help));
        }
    }
}

/// A topic that is sound, and where its id stands.
fn decode(file: &Opened, library: &dyn Library, problems: &Problems) -> Option<(Place, Topic)> {
    let before = problems.errors();
    let mut fields = Fields::open(&file.node, "a topic", problems)?;
    fields.optional("schema");
    let id = fields.required("id").and_then(|item| item.name());
    // It is for people who read the file.
    fields.optional("title").and_then(|item| item.filled());
    let at_least = fields.optional("at_least").and_then(|item| {
        let score = item.share()?;
        if score <= 0.0 {
            let help = "leave it out, or write the score that `siftd topic learn` suggests".to_owned();
            item.fail(codes::RANGE, "every document reaches 0, so that none is off the topic", help);
            return None;
        }
        Some(score)
    });
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
    let topic = Topic {
        id: Arc::from(id.value),
        at_least,
        strong_terms,
        weak_terms,
        against_terms,
        examples,
        counter_examples,
    };
    (problems.errors() == before).then_some((id.place, topic))
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
