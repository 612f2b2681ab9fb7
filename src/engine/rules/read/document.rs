//! Tests of the whole document.

use std::sync::Arc;

use super::{
    names,
    region::{bounds, needed},
    scope::Scope,
    words,
};
use crate::engine::{
    diagnostic::{Diagnostic, codes},
    metrics::Metric,
    rules::{
        decode::Item,
        model::{DocumentTest, LanguageTest, TopicTest, Unit},
        yaml::Meaning,
    },
};

/// Keys of tests of the whole document.
pub(crate) const KEYS: &[&str] = &["metric", "language", "script", "topic", "flagged_share", "words"];

/// Reads the value of one of the keys.
pub(super) fn decode(key: &str, item: &Item<'_>, scope: Scope<'_>) -> Option<DocumentTest> {
    match key {
        "metric" => metric(item),
        "language" => language(item).map(DocumentTest::Language),
        "script" => script(item),
        "topic" => topic(item).map(DocumentTest::Topic),
        "flagged_share" => flagged_share(item),
        _ => words::decode(item, Unit::Document, scope).map(DocumentTest::Words),
    }
}

fn metric(item: &Item<'_>) -> Option<DocumentTest> {
    let mut fields = item.fields_as("`metric`", "{name: *, at_least: …}", |name| name.meaning == Meaning::Text)?;
    let name = fields.required("name").and_then(|item| names::metric(&item));
    let bounds = bounds(&mut fields, "at_least", "at_most", name.map_or(f64::INFINITY, Metric::limit_at_most));
    let bounds = needed(bounds, fields, item);
    Some(DocumentTest::Metric { name: name?, bounds: bounds? })
}

/// Reads `language` of a document, in conditions and in `when`.
pub(super) fn language(item: &Item<'_>) -> Option<LanguageTest> {
    let mut fields = item.fields_as("`language`", "{in: [*]}", |_| true)?;
    let is = fields.optional("in").map_or(Some(Vec::new()), |item| names::tags(&item));
    let not = fields.optional("not_in").map_or(Some(Vec::new()), |item| names::tags(&item));
    let wanted = fields.optional("wanted").map_or(Some(false), |item| item.choice(&[("true", true)]));
    let confidence_at_least = fields.optional("confidence_at_least").map_or(Some(None), |item| item.share().map(Some));
    let letters_at_least =
        fields.optional("letters_at_least").map_or(Some(None), |item| item.whole(1..=u32::MAX).map(Some));
    let help = "write `in: [en]`, `not_in: [en]` or `wanted: true`";
    fields.finish_with_one_of(&["in", "not_in", "wanted"], help)?;
    Some(LanguageTest {
        is: is?,
        not: not?,
        wanted: wanted?,
        confidence_at_least: confidence_at_least?,
        letters_at_least: letters_at_least?,
    })
}

fn script(item: &Item<'_>) -> Option<DocumentTest> {
    let mut fields = item.fields_as("`script`", "{is: [*]}", |_| true)?;
    let is = fields.required("is").and_then(|item| names::scripts(&item));
    let share_at_least = fields.optional("share_at_least").map_or(Some(None), |item| item.share().map(Some));
    fields.finish();
    Some(DocumentTest::Script { is: is?, share_at_least: share_at_least? })
}

fn topic(item: &Item<'_>) -> Option<TopicTest> {
    let mut fields = item.fields("`topic`")?;
    if let Some(wanted) = fields.optional("wanted") {
        let wanted = wanted.choice(&[("true", ())]);
        for key in ["profile", "at_least", "at_most"] {
            if fields.optional(key).is_some() {
                let message = format!("`{key}` has no meaning beside `wanted`, which goes by the configured topics");
                let error = Diagnostic::error(codes::CONDITION, fields.key_place(key), message);
                fields.problems().push(error.help("write either `wanted: true`, or `profile` with its limits"));
            }
        }
        fields.finish();
        return wanted.map(|()| TopicTest::Wanted);
    }
    let id = fields.required("profile").and_then(|item| item.name().map(|name| Arc::from(name.value)));
    let bounds = bounds(&mut fields, "at_least", "at_most", 1.0);
    let bounds = needed(bounds, fields, item);
    Some(TopicTest::Profile { id: id?, bounds: bounds? })
}

fn flagged_share(item: &Item<'_>) -> Option<DocumentTest> {
    let mut fields = item.fields("`flagged_share`")?;
    let bounds = bounds(&mut fields, "at_least", "at_most", 1.0);
    let tags = fields.optional("tags").map_or(Some(Vec::new()), |item| {
        let items = item.filled_list()?;
        Some(items.iter().filter_map(|item| item.name().map(|name| Arc::from(name.value))).collect())
    });
    let bounds = needed(bounds, fields, item);
    Some(DocumentTest::FlaggedShare { tags: tags?, bounds: bounds? })
}
