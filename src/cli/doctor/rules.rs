//! The rules: whether the daemon would take them, and whether it has.

use super::Findings;
use crate::{
    cli::Context,
    report::human::count_of,
    service::{RuleSource, SiteRules, Status},
};

/// Loads them as the daemon does.
pub(super) fn look(context: &Context, status: Option<&Status>, findings: &mut Findings) {
    let found = match SiteRules::new(context.config().clone(), false).load() {
        Err(refusal) => {
            let advice = match status {
                Some(_) => {
                    "mend it (`siftd check`); the daemon goes on by the rules before, and would not start with these"
                }
                None => "mend it (`siftd check`); siftd does not start with these",
            };
            return findings.problem("rules", refusal.detail, advice);
        }
        Ok(found) => found,
    };
    let all = count_of(found.count.all, "rule");
    if let Some(failing) = found.failing {
        findings.warning(
            "rules",
            failing.detail,
            "mend the rule or its example; until then no reload takes these rules",
        );
    } else if found.count.all == 0 {
        findings.warning("rules", "there are none", "set rules.shipped or rules.folders in siftd.yaml");
    } else if let Some(status) = status.filter(|status| status.rules.fingerprint != found.judge.ruleset()) {
        // What a changed configuration says of rules counts from the next start on.
        let (text, advice) = match (&status.rules.refused, status.outdated()) {
            (Some(reason), _) => (
                format!("the daemon uses older ones: it did not take these ({reason})"),
                "`siftd reload` takes them and says what came of it",
            ),
            (None, Some(_)) => ("the daemon uses others".to_owned(), "restart siftd; see `daemon` below"),
            (None, None) => {
                ("the daemon uses older ones".to_owned(), "`siftd reload` takes them and says what came of it")
            }
        };
        findings.warning("rules", text, advice);
    } else {
        findings
            .ok("rules", format_args!("{all}, {} of your own, without a mistake; your examples hold", found.count.own));
    }
}
