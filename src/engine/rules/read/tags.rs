//! Tags that conditions go by.

use std::{collections::BTreeSet, sync::Arc};

use crate::engine::{
    diagnostic::{Diagnostic, codes},
    rules::{
        decode::{Problems, nearest},
        model::{Action, DocumentTest, IfUnknown, Logic, Rule, Status, Unit},
    },
};

/// Warns of `flagged_share` by tags that no rule has whose lines count: it is 0 whatever the document holds.
pub(super) fn check_counted(rules: &[Rule], problems: &Problems) {
    if problems.errors() > 0 {
        return; // A rule that could not be read may be the one that has the tag.
    }
    let acts = |rule: &Rule| {
        rule.action.is_some_and(|action| action >= Action::Strip) || rule.if_unknown == IfUnknown::Quarantine
    };
    let counts = |rule: &&Rule| rule.status == Status::Stable && rule.matcher.unit() != Unit::Document && acts(rule);
    let in_use: BTreeSet<&str> =
        rules.iter().filter(counts).flat_map(|rule| rule.tags.iter().map(Arc::as_ref)).collect();
    for rule in rules {
        let tests = rule.document_conditions().flat_map(Logic::tests);
        let asked: BTreeSet<&str> = tests.flat_map(DocumentTest::tags).map(Arc::as_ref).collect();
        for tag in asked.difference(&in_use) {
            let help = match nearest(tag, in_use.iter().copied()) {
                Some(near) => format!("did you mean `{near}`?"),
                None => "give it to the rules that are meant, or take it out".to_owned(),
            };
            let message = format!(
                "{}: no rule that strips lines (or more), and is neither on trial nor off, has the tag `{tag}`",
                rule.id.value
            );
            problems.push(Diagnostic::warning(codes::UNKNOWN_TAG, rule.id.place, message).help(help));
        }
    }
}
