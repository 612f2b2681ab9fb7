//! What works and is probably not as meant.

use crate::engine::{
    diagnostic::{Diagnostic, codes},
    rules::{
        decode::Problems,
        model::{Expect, Rule, Status, Unit},
    },
};

/// Warns about a sound rule.
pub(super) fn rule(rule: &Rule, problems: &Problems) {
    if rule.status == Status::Off {
        return;
    }
    let loud = rule.examples.iter().any(|example| match &example.expect {
        Expect::Flags(lines) => !lines.is_empty(),
        Expect::Fires(fires) => *fires,
    });
    let quiet = rule.examples.iter().any(|example| match &example.expect {
        Expect::Flags(lines) => example.text.lines().filter(|line| !line.trim().is_empty()).count() > lines.len(),
        Expect::Fires(fires) => !fires,
    });
    let message = match (loud, quiet) {
        (false, false) => "the rule has no example",
        (true, false) => "no example shows what the rule leaves alone",
        (false, true) => "no example shows what the rule catches",
        (true, true) => return,
    };
    let help = match rule.matcher.unit() {
        Unit::Document => "add one with `fires: true` and one with `fires: false`",
        _ => "add one that flags a line and one with `flags: []`",
    };
    problems.push(Diagnostic::warning(codes::NO_EXAMPLE, rule.id.place, message).help(help));
}
