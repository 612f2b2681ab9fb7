//! The judge of the running daemon: one rule set, and its reports as they are written down.

use std::path::Path;

use crate::{
    engine::{
        judge::{Judgement, Stop, Verdict, judge_crashed, judge_too_large, strip},
        rules::RuleSet,
        text::Document,
    },
    report::Record,
    spool::{Judge, Judged, Ruling, Unjudged},
};

/// Judges by one rule set.
#[derive(Debug)]
pub struct RuleJudge {
    rules: RuleSet,
}

impl RuleJudge {
    /// Judges by `rules`.
    pub fn new(rules: RuleSet) -> Self {
        Self { rules }
    }

    fn judged(&self, path: &Path, judgement: &Judgement, document: Option<&Document>) -> Judged {
        let ruling = match (judgement.verdict, document) {
            (Verdict::Pass, _) => Ruling::Pass,
            (Verdict::Strip, Some(document)) => Ruling::Strip(strip(document, judgement)),
            // Only lines can be stripped, and what is no text has none.
            (Verdict::Strip | Verdict::Quarantine, _) => Ruling::Quarantine,
            (Verdict::Reject, _) => Ruling::Reject,
        };
        let mut report = Vec::new();
        Record::of(path, judgement).write_line(&mut report);
        let mut rules: Vec<String> = judgement
            .findings
            .iter()
            .filter(|finding| finding.counts())
            .map(|finding| finding.rule.to_string())
            .collect();
        rules.sort_unstable();
        rules.dedup();
        Judged { ruling, report, rules, ruleset: self.ruleset() }
    }
}

impl Judge for RuleJudge {
    fn judge(&self, path: &Path, bytes: Vec<u8>, out_of_time: &dyn Fn() -> bool) -> Judged {
        let (judgement, document) = self.rules.judge_bytes_until(bytes, Stop::when(out_of_time));
        self.judged(path, &judgement, document.as_ref())
    }

    fn unjudged(&self, path: &Path, size: u64, why: Unjudged) -> Judged {
        let judgement = match why {
            Unjudged::TooLarge { limit } => judge_too_large(&self.rules, size, limit),
            Unjudged::Crashed { tries } => judge_crashed(&self.rules, size, tries),
        };
        self.judged(path, &judgement, None)
    }

    fn ruleset(&self) -> String {
        self.rules.fingerprint().to_string()
    }
}
