//! SARIF 2.1.0 (OASIS standard, 2020), so that code-review tools can show findings beside the lines.
//!
//! The log is written piece by piece: however many documents there are, only one result is in memory.

use std::{
    fmt::Write as _,
    io::{self, Write},
    os::unix::ffi::OsStrExt,
    path::Path,
};

use serde_json::{Value, json};

use super::record::LanguageRecord;
use crate::engine::{
    judge::{Finding, Judgement},
    rules::model::{Action, Rule},
};

/// What a log of this version looks like.
pub(super) const SCHEMA: &str = "https://json.schemastore.org/sarif-2.1.0.json";

/// Writes the head of the log, up to and into its list of results.
///
/// # Errors
/// Those of `out`.
pub fn write_head(out: &mut impl Write, rules: &[Rule]) -> io::Result<()> {
    let driver = driver(rules.iter().map(rule_descriptor).collect());
    write!(
        out,
        "{{\"$schema\":\"{SCHEMA}\",\"version\":\"2.1.0\",\"runs\":[{{\"columnKind\":\
         \"unicodeCodePoints\",\"tool\":{{\"driver\":{driver}}},\"results\":["
    )
}

/// Appends one document's findings as results, each led by a comma and a line feed: a writer that knows which result
/// is the log's first leaves out that one's comma.
pub fn write_results(out: &mut Vec<u8>, path: &Path, judgement: &Judgement) {
    let uri = uri(path);
    for finding in &judgement.findings {
        out.extend_from_slice(b",\n");
        // Writing to memory cannot fail, and the value holds nothing that cannot be written.
        let _ = serde_json::to_writer(&mut *out, &result(&uri, judgement, finding));
    }
}

/// Closes the log; `failures` are sentences about documents that could not be read.
///
/// # Errors
/// Those of `out`.
pub fn write_tail(out: &mut impl Write, failures: &[String]) -> io::Result<()> {
    let notes: Vec<Value> = failures.iter().map(|text| json!({"level": "error", "message": {"text": text}})).collect();
    let invocation = json!({"executionSuccessful": failures.is_empty(), "toolExecutionNotifications": notes});
    writeln!(out, "],\"invocations\":[{invocation}]}}]}}")
}

/// What found the results: this program, with descriptions of what it looks for.
pub(super) fn driver(rules: Vec<Value>) -> Value {
    let version = env!("CARGO_PKG_VERSION");
    json!({"name": "siftd", "version": version, "semanticVersion": version, "rules": rules})
}

fn rule_descriptor(rule: &Rule) -> Value {
    let mut descriptor = json!({
        "id": &*rule.id.value,
        "defaultConfiguration": {"level": rule.action.map_or("note", level)},
        "properties": {"tags": rule.tags.iter().map(|tag| &**tag).collect::<Vec<_>>(), "version": rule.version},
    });
    if let Some(title) = &rule.title {
        descriptor["shortDescription"] = json!({"text": title});
    }
    if let Some(why) = &rule.why {
        descriptor["fullDescription"] = json!({"text": why});
    }
    descriptor
}

fn result(uri: &str, judgement: &Judgement, finding: &Finding) -> Value {
    let mut location = json!({"artifactLocation": {"uri": uri}});
    if let Some((first, last)) = finding.lines {
        let mut region = json!({"startLine": first, "endLine": last});
        if let Some(bytes) = &finding.bytes {
            region["byteOffset"] = json!(bytes.start);
            region["byteLength"] = json!(bytes.len());
        }
        location["region"] = region;
    }
    json!({
        "ruleId": &*finding.rule,
        "level": level(finding.action),
        "message": {"text": &*finding.message},
        "locations": [{"physicalLocation": location}],
        "properties": {
            "action": finding.action.as_str(),
            "verdict": judgement.verdict.as_str(),
            "language": LanguageRecord::of(judgement).code,
            "tags": finding.tags.iter().map(|tag| &**tag).collect::<Vec<_>>(),
            "evidence": finding.evidence,
        },
    })
}

fn level(action: Action) -> &'static str {
    match action {
        Action::Annotate => "note",
        Action::Strip => "warning",
        Action::Quarantine | Action::Reject => "error",
    }
}

/// A path as a URI reference (RFC 3986): every byte outside the unreserved set and `/` percent-encoded.
pub(super) fn uri(path: &Path) -> String {
    let bytes = path.as_os_str().as_bytes();
    let plain = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~/".contains(&byte);
    let mut out = if path.is_absolute() { "file://".to_owned() } else { String::new() };
    for &byte in bytes {
        if plain(byte) {
            out.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            let _ = write!(out, "%{byte:02X}");
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::{
        engine::text::Document,
        report::samples::{finding, judgement},
    };

    #[test]
    fn the_pieces_make_one_log() {
        let document = Document::decode(b"a\n".to_vec()).unwrap();
        let mut judgement = judgement(&document);
        judgement.findings = vec![
            finding("spam/header", Action::Quarantine, Some((1, 1)), "an \"advert\""),
            finding("mine/whole", Action::Annotate, None, "whole"),
        ];
        let mut log = Vec::new();
        write_head(&mut log, &[]).unwrap();
        let mut results = Vec::new();
        write_results(&mut results, Path::new("a b/ü.txt"), &judgement);
        log.extend_from_slice(results.strip_prefix(b",").unwrap());
        write_results(&mut log, Path::new("/x"), &judgement);
        write_tail(&mut log, &["failed to read y".to_owned()]).unwrap();
        let log: Value = serde_json::from_slice(&log).unwrap();
        let run = &log["runs"][0];
        assert_eq!(run["results"].as_array().unwrap().len(), 4);
        let place = &run["results"][0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "a%20b/%C3%BC.txt");
        assert_eq!(place["region"], json!({"startLine": 1, "endLine": 1, "byteOffset": 0, "byteLength": 12}));
        assert_eq!(run["results"][0]["level"], "error");
        assert_eq!(
            run["results"][3]["locations"][0]["physicalLocation"],
            json!({"artifactLocation": {"uri": "file:///x"}})
        );
        assert_eq!(run["invocations"][0]["executionSuccessful"], false);
        assert_eq!(run["tool"]["driver"]["name"], "siftd");
    }
}
