//! When rules are asked.

use super::{Called, DocumentTest, Exception, ExceptionMatcher, Matcher, Rule, RuleId};
use crate::engine::rules::model::{self, Logic};

/// Rules by what makes the judge ask them, each kind in order of id. Those that literals alone call are not among them.
#[derive(Debug, Default)]
pub(crate) struct Order {
    /// Rules of lines and sections that are asked on all lines of their region.
    pub(crate) standing: Vec<RuleId>,
    /// Rules of lines and sections that are asked on all lines of their region that are not all ASCII.
    pub(crate) beyond_ascii: Vec<RuleId>,
    /// Rules of documents.
    pub(crate) documents: Vec<RuleId>,
    /// Rules of documents that ask what other rules have flagged, and so come after them.
    pub(crate) last: Vec<RuleId>,
}

impl Order {
    /// Of compiled rules.
    pub(super) fn of(rules: &[Rule]) -> Self {
        let mut order = Self::default();
        for (rule, id) in rules.iter().zip((0..).map(RuleId)) {
            match rule.matcher {
                Matcher::Document(..) if looks_at_others(rule) => order.last.push(id),
                Matcher::Document(..) => order.documents.push(id),
                _ => match rule.called {
                    Called::ByLiterals => {}
                    Called::BeyondAscii => order.beyond_ascii.push(id),
                    Called::Everywhere => order.standing.push(id),
                },
            }
        }
        order
    }
}

/// Whether a rule asks what other rules have flagged.
pub(crate) fn looks_at_others(rule: &Rule) -> bool {
    let asks = |test: &DocumentTest| matches!(test, DocumentTest::Fact(model::DocumentTest::FlaggedShare { .. }));
    let any = |logic: &Logic<DocumentTest>| logic.tests().any(asks);
    let excepted = |exception: &Exception| match &exception.matcher {
        ExceptionMatcher::Document(logic) => any(logic),
        ExceptionMatcher::Line(_) => false,
    };
    matches!(&rule.matcher, Matcher::Document(_, logic) if any(logic)) || rule.unless.iter().any(excepted)
}
