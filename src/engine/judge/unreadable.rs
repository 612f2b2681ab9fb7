//! What is judged without being read: files that are no text, or too large.

use std::collections::BTreeMap;

use super::{Finding, Judgement, Verdict, decide::own, format::Format};
use crate::engine::{
    rules::{RuleSet, model::Action},
    text::Unreadable,
};

/// The judgement on a file that is larger than what is read: a person decides.
pub fn judge_too_large(rules: &RuleSet, bytes: u64, bytes_at_most: u64) -> Judgement {
    let message = format!("{bytes} bytes, files of up to {bytes_at_most} are read");
    let evidence = [("bytes", bytes.into()), ("bytes_at_most", bytes_at_most.into())];
    unread(rules, bytes, own("siftd/too-large", Action::Quarantine, message, evidence))
}

/// The judgement on a file whose judging was begun `tries` times and never came to an end: a person decides.
pub fn judge_crashed(rules: &RuleSet, bytes: u64, tries: u32) -> Judgement {
    let message = format!("judging it was begun {tries} times and never came to an end; this is a fault of siftd");
    let evidence = [("bytes", bytes.into()), ("tries", tries.into())];
    unread(rules, bytes, own("siftd/crash", Action::Quarantine, message, evidence))
}

/// The judgement on bytes that are no text, perhaps of a format that is known.
pub(super) fn judge_unreadable(rules: &RuleSet, bytes: u64, why: Unreadable, format: Option<Format>) -> Judgement {
    let (rule, action, message) = match why {
        Unreadable::Empty => ("siftd/empty", Action::Reject, "an empty file"),
        Unreadable::Blank => ("siftd/blank", Action::Reject, "nothing but white space"),
        Unreadable::Nuls => ("siftd/nuls", Action::Reject, "nothing but NUL bytes"),
        Unreadable::Binary => ("siftd/binary", Action::Reject, "not text: control bytes or a binary format"),
        Unreadable::Undecodable => ("siftd/undecodable", Action::Quarantine, "text in no known encoding"),
    };
    let message = match (why, format) {
        (Unreadable::Binary | Unreadable::Undecodable, Some(Format { name, way_out })) => {
            format!("not plain text but {name}: {way_out}")
        }
        _ => message.to_owned(),
    };
    unread(rules, bytes, own(rule, action, message, [("bytes", bytes.into())]))
}

fn unread(rules: &RuleSet, bytes: u64, finding: Finding) -> Judgement {
    Judgement {
        verdict: if finding.action == Action::Reject { Verdict::Reject } else { Verdict::Quarantine },
        language: None,
        chinese: None,
        foreign: Vec::new(),
        script: None,
        encoding: None,
        lines: None,
        bytes,
        score: 0,
        topics: rules.topics().iter().map(|topic| (topic.id.clone(), None)).collect::<BTreeMap<_, _>>(),
        ruleset: rules.fingerprint(),
        findings: vec![finding],
        unlisted: Vec::new(),
    }
}
