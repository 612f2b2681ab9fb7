//! The ways into judging: what a rule set makes of a document, or of bytes.

#[cfg(fuzzing)]
use super::run::Selection;
use super::{Judgement, Meter, Run, Stage, Stop, format, meter::Probe, unreadable::judge_unreadable};
use crate::engine::{
    rules::{RuleSet, model::Given},
    text::Document,
};

impl RuleSet {
    /// Judges a document.
    pub fn judge(&self, document: &Document) -> Judgement {
        Run::until(self, document, &Given::default(), Stop::never(), Probe::default()).judge()
    }

    /// Judges a document of which some facts are given, as in a rule's examples.
    #[cfg(test)]
    pub(crate) fn judge_given(&self, document: &Document, given: &Given) -> Judgement {
        Run::until(self, document, given, Stop::never(), Probe::default()).judge()
    }

    /// Judges a document without any fast path: what judging as it is must agree with.
    #[cfg(fuzzing)]
    pub fn judge_plainly(&self, document: &Document) -> Judgement {
        Run::plainly(self, document, &Given::default(), Selection::Evaluated).judge()
    }

    /// Decodes and judges; what cannot be read is judged too (rejected, with the reason). The document comes back for stripping.
    pub fn judge_bytes(&self, raw: Vec<u8>) -> (Judgement, Option<Document>) {
        self.judge_bytes_until(raw, Stop::never())
    }

    /// The same, until it is told to stop: what is not judged to its end then is quarantined, with that reason.
    pub fn judge_bytes_until(&self, raw: Vec<u8>, stop: Stop<'_>) -> (Judgement, Option<Document>) {
        judge_bytes(self, raw, stop, Probe::default())
    }

    /// The same, telling `meter` what it is doing.
    pub fn judge_bytes_metered(
        &self,
        raw: Vec<u8>,
        stop: Stop<'_>,
        meter: &dyn Meter,
    ) -> (Judgement, Option<Document>) {
        judge_bytes(self, raw, stop, Probe(Some(meter)))
    }
}

fn judge_bytes(rules: &RuleSet, raw: Vec<u8>, stop: Stop<'_>, probe: Probe<'_>) -> (Judgement, Option<Document>) {
    let bytes = raw.len() as u64;
    let head = raw[..raw.len().min(format::HEAD)].to_vec();
    match probe.stage(Stage::Decode, || Document::decode(raw)) {
        Ok(document) => {
            let judge = || Run::until(rules, &document, &Given::default(), stop, probe).judge();
            (probe.stage(Stage::Rules, judge), Some(document))
        }
        Err(why) => (judge_unreadable(rules, bytes, why, format::of(&head)), None),
    }
}
