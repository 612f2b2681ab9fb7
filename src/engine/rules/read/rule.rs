//! One rule.

use std::{cell::Cell, sync::Arc};

use super::{condition, example, exception, lints, message, region, scope::Scope, section};
use crate::engine::{
    diagnostic::{Diagnostic, codes},
    rules::{
        decode::{Fields, Item},
        model::{Action, At, IfUnknown, Level, Matcher, Origin, Polarity, Rule, Status, Unit},
        yaml::{Meaning, Value},
    },
};

/// Reads one rule. Every mistake in it is reported; `None` when there is one.
pub(super) fn decode(item: &Item<'_>, scope: Scope<'_>) -> Option<Rule> {
    let tests = Cell::new(0);
    let scope = Scope { tests: &tests, ..scope };
    let before = scope.problems.errors();
    let mut fields = item.fields("a rule")?;
    let id = fields.required("id").and_then(|item| item.name());
    let version = fields.optional("version").and_then(|item| item.whole(1..=u32::MAX)).unwrap_or(1);
    let title = fields.optional("title").and_then(|item| item.filled()).map(|title| title.value);
    let why = fields.optional("why").and_then(|item| item.filled()).map(|why| why.value);
    let tags = fields.optional("tags").and_then(|item| tags(&item)).unwrap_or_default();
    let refs = fields.optional("refs").and_then(|item| item.texts()).unwrap_or_default();
    let statuses = Status::ALL.map(|status| (status.as_str(), status));
    let status = fields.optional("status").and_then(|item| item.choice(&statuses)).unwrap_or(Status::Stable);
    // With a unit that is misspelt conditions could not be judged fairly, so they are passed over.
    let unit = match fields.optional("unit") {
        None => Some(Unit::Line),
        Some(item) => item.choice(&[("line", Unit::Line), ("section", Unit::Section), ("document", Unit::Document)]),
    };
    let if_unknown = [("skip", IfUnknown::Skip), ("fire", IfUnknown::Fire), ("quarantine", IfUnknown::Quarantine)];
    let if_unknown = fields.optional("if_unknown").and_then(|item| item.choice(&if_unknown)).unwrap_or_default();
    let (action, score) = effect(&mut fields, unit);
    let parts = Parts::ask(&mut fields);
    let place = fields.place();
    let matcher_keys = (fields.has("match"), fields.has("require"));
    let second = fields.key_place("require");
    if fields.lacks(&["action", "score"]) {
        let error = Diagnostic::error(codes::EFFECT, place, "the rule does nothing");
        scope
            .problems
            .push(error.help("add `action: strip` (or annotate, quarantine, reject), or `score: {level: weak}`"));
    }
    let unmatched = fields.lacks(&["match", "require"]);
    fields.finish();
    match matcher_keys {
        (true, true) => scope.problems.push(
            Diagnostic::error(codes::MATCHER, second, "a rule has either `match` or `require`, and this has both")
                .help("put both under `match: {all: […]}`, one of them inside `not:`, or write two rules"),
        ),
        (false, false) if unmatched => scope.problems.push(
            Diagnostic::error(codes::MATCHER, place, "a rule needs `match` or `require`, and this has neither")
                .help("`match` fires where its condition holds, `require` where it does not"),
        ),
        _ => {}
    }
    let part = unit.unwrap_or(Unit::Line);
    let region = parts.region.as_ref().and_then(|item| region::region(item, part, scope)).unwrap_or_default();
    let when = parts.when.as_ref().and_then(|item| region::when(item, scope)).unwrap_or_default();
    let unit = unit?;
    let matcher = matcher(&parts, unit, scope);
    let unless = parts.unless.as_ref().and_then(|item| exception::decode(item, unit, scope)).unwrap_or_default();
    let message = parts.message.as_ref().and_then(|item| message::decode(item, unit, scope));
    let examples = parts.examples.as_ref().and_then(|item| example::decode(item, unit, scope)).unwrap_or_default();
    scope.check_size(tests.get(), place, "the rule");
    let id = id?;
    let rule = Rule {
        id: At { value: Arc::from(format!("{}/{}", scope.pack, id.value)), place: id.place },
        version,
        title,
        why,
        tags,
        refs: refs.into_iter().map(|text| text.value).collect(),
        status,
        region,
        when,
        matcher: matcher?,
        unless,
        if_unknown,
        action,
        score,
        message,
        examples,
        origin: Origin { written: Some(item.place()), ..Origin::default() },
    };
    if scope.problems.errors() > before {
        return None;
    }
    lints::rule(&rule, scope.problems);
    Some(rule)
}

/// The keys whose meaning hangs on the unit.
struct Parts<'n> {
    region: Option<Item<'n>>,
    when: Option<Item<'n>>,
    holds: Option<Item<'n>>,
    required: Option<Item<'n>>,
    unless: Option<Item<'n>>,
    message: Option<Item<'n>>,
    examples: Option<Item<'n>>,
}

impl<'n> Parts<'n> {
    fn ask(fields: &mut Fields<'n>) -> Self {
        Self {
            region: fields.optional("where"),
            when: fields.optional("when"),
            holds: fields.optional("match"),
            required: fields.optional("require"),
            unless: fields.optional("unless"),
            message: fields.optional("message"),
            examples: fields.optional("examples"),
        }
    }
}

fn tags(item: &Item<'_>) -> Option<Arc<[Arc<str>]>> {
    let items = item.list()?;
    Some(items.iter().filter_map(|item| item.name().map(|tag| Arc::from(tag.value))).collect())
}

/// `action` and `score`: one of them at least, and none that the unit cannot have.
fn effect(fields: &mut Fields<'_>, unit: Option<Unit>) -> (Option<Action>, Option<Level>) {
    let action = fields.optional("action");
    let level = fields.optional("score").and_then(|item| {
        let shape = match &item.node().value {
            Value::Scalar(level) if level.meaning == Meaning::Text => "{level: *}",
            _ => "{level: weak}; a level is hint, weak, strong or decisive, and the configuration says what each is worth",
        };
        let mut fields = item.fields_as("`score`", shape, |_| true)?;
        let levels = Level::ALL.map(|level| (level.as_str(), level));
        let level = fields.required("level").and_then(|item| item.choice(&levels));
        fields.finish();
        level
    });
    let actions = Action::ALL.map(|action| (action.as_str(), action));
    let chosen = action.as_ref().and_then(|item| item.choice(&actions));
    if let (Some(Action::Strip), Some(Unit::Document), Some(item)) = (chosen, unit, &action) {
        let help = "write `action: quarantine` or `reject`, or a rule with `unit: line`".to_owned();
        item.fail(codes::EFFECT, "a rule on the whole document has no lines to strip", help);
    }
    (chosen, level)
}

fn matcher(parts: &Parts<'_>, unit: Unit, scope: Scope<'_>) -> Option<Matcher> {
    let (item, polarity) = match (&parts.holds, &parts.required) {
        (Some(item), None) => (item, Polarity::Match),
        (None, Some(item)) => (item, Polarity::Require),
        (Some(_), Some(_)) | (None, None) => return None,
    };
    match unit {
        Unit::Line => condition::logic(item, scope).map(|logic| Matcher::Line(polarity, logic)),
        Unit::Document => condition::logic(item, scope).map(|logic| Matcher::Document(polarity, logic)),
        Unit::Section if polarity == Polarity::Require => {
            let help = "write `match: {section: {…}}`".to_owned();
            item.fail(codes::MATCHER, "a section cannot be required", help);
            None
        }
        Unit::Section => section::decode(item, scope).map(Matcher::Section),
    }
}
