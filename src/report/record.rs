//! The JSON object that stands for one judged document: a line of `siftd scan --format jsonl`, the report
//! beside a quarantined file, a row of the journal. Fields are only ever added; what is unknown is null.

use std::{borrow::Cow, collections::BTreeMap, os::unix::ffi::OsStrExt, path::Path, sync::Arc};

use serde::{Serialize, Serializer};

use super::{
    facts::Facts,
    json::{self, Object},
};
use crate::engine::{
    judge::{Evidence, Finding, Judgement},
    language::{ChineseVariant, Doubt, Guess},
    rules::{
        Policy,
        model::{Action, Level},
    },
    text::Document,
};

/// One judged document.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Record<'j> {
    /// The path as it was given; characters that are not UTF-8 replaced.
    pub path: Cow<'j, str>,
    /// The path's bytes in hexadecimal, only where `path` is not the whole truth.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub path_bytes: Option<String>,
    /// `pass`, `strip`, `quarantine` or `reject`.
    pub verdict: &'static str,
    /// Always an object, so that readers need no special case.
    pub language: LanguageRecord,
    /// Dominant script by its Unicode name.
    pub script: Option<&'static str>,
    /// WHATWG name in lower case.
    pub encoding: Option<&'static str>,
    /// Whether the encoding was guessed: there was no byte order mark and the bytes are no UTF-8.
    pub encoding_guessed: Option<bool>,
    /// Lines, blank ones included.
    pub lines: Option<usize>,
    /// Size as it arrived.
    pub bytes: u64,
    /// Sum of points.
    pub score: u32,
    /// Score of each configured topic.
    pub topics: BTreeMap<&'j str, Option<f64>>,
    /// Fingerprint of the rule set that judged.
    pub ruleset: String,
    /// In order of line, then rule; those on the whole document last.
    pub findings: Vec<FindingRecord<'j>>,
    /// Findings that are only counted, where there are any.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub unlisted: Vec<UnlistedRecord<'j>>,
    /// Every figure of the document, where they were asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub facts: Option<Facts>,
}

/// A document's language.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LanguageRecord {
    /// BCP 47; the best guess where it is not reliable, null without any.
    pub code: Option<&'static str>,
    /// 0 to 1.
    pub confidence: Option<f64>,
    /// Whether rules may act on it.
    pub reliable: bool,
    /// Why it is not reliable: `no-letters`, `too-short`, `ambiguous`, `unknown-script`, `not-prose`.
    pub doubt: Option<&'static str>,
    /// How Chinese is written: `Hans` (simplified) or `Hant` (traditional), the script subtags of BCP 47; null for other
    /// languages, for both at once, and where the text does not tell.
    pub script_variant: Option<&'static str>,
    /// Other languages that whole lines are certainly in, the largest share first.
    pub others: Vec<OtherRecord>,
}

/// A language of some lines of a document in another.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct OtherRecord {
    /// BCP 47.
    pub code: &'static str,
    /// Share of the letters, 0 to 1; of a long document, among the lines that were looked at.
    pub share: f64,
    /// Its first lines, from 1; at most twenty.
    pub lines: Vec<u32>,
}

/// One rule's hit.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FindingRecord<'j> {
    /// `pack/id`.
    pub rule: &'j str,
    /// The rule's version.
    pub version: u32,
    /// `annotate`, `strip`, `quarantine` or `reject`.
    pub action: &'static str,
    /// For a rule on trial, what it would have done: an action, or `score`.
    pub trial: Option<&'static str>,
    /// Level of evidence: `hint`, `weak`, `strong` or `decisive`.
    pub level: Option<&'static str>,
    /// The rule's tags.
    #[serde(serialize_with = "strings")]
    pub tags: &'j [Arc<str>],
    /// First line, from 1; null for the whole document.
    pub first_line: Option<u32>,
    /// Last line, included.
    pub last_line: Option<u32>,
    /// Offset of the first original byte.
    pub first_byte: Option<usize>,
    /// One past the last original byte, the last line's terminator excluded.
    pub last_byte: Option<usize>,
    /// One sentence for people.
    pub message: &'j str,
    /// Values and limits.
    pub evidence: &'j Evidence,
}

/// Findings of one rule that are not listed: it neither acts nor scores, and made very many.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct UnlistedRecord<'j> {
    /// `pack/id`.
    pub rule: &'j str,
    /// How many beyond the listed ones.
    pub findings: u32,
}

impl<'j> Record<'j> {
    /// The record of a document that lies at `path`.
    pub fn of(path: &'j Path, judgement: &'j Judgement) -> Self {
        let (path, path_bytes) = path_fields(path);
        Self {
            path,
            path_bytes,
            verdict: judgement.verdict.as_str(),
            language: LanguageRecord::of(judgement),
            script: judgement.script.map(|script| script.name()),
            encoding: judgement.encoding.map(|encoding| encoding.name),
            encoding_guessed: judgement.encoding.map(|encoding| encoding.guessed),
            lines: judgement.lines,
            bytes: judgement.bytes,
            score: judgement.score,
            topics: judgement
                .topics
                .iter()
                .map(|(id, score)| (&**id, score.map(|score| rounded(score, 1e6))))
                .collect(),
            ruleset: judgement.ruleset.to_string(),
            findings: judgement.findings.iter().map(FindingRecord::of).collect(),
            unlisted: judgement
                .unlisted
                .iter()
                .map(|(rule, findings)| UnlistedRecord { rule, findings: *findings })
                .collect(),
            facts: None,
        }
    }

    /// The same with every figure of the document, which is `None` for bytes that are no text.
    #[must_use]
    pub fn with_facts(self, judgement: &Judgement, document: Option<&Document>, policy: &Policy) -> Self {
        Self { facts: Some(Facts::of(judgement, document, policy)), ..self }
    }

    /// Appends the record as one line of JSON, its line feed included.
    pub fn write_line(&self, out: &mut Vec<u8>) {
        let mut object = Object::begin(out);
        object.string("path", &self.path);
        if let Some(bytes) = &self.path_bytes {
            object.string("path_bytes", bytes);
        }
        object.string("verdict", self.verdict);
        object.any("language", &self.language);
        object.string_or_null("script", self.script);
        object.string_or_null("encoding", self.encoding);
        object.any("encoding_guessed", &self.encoding_guessed);
        object.any("lines", &self.lines);
        object.number("bytes", self.bytes);
        object.number("score", self.score.into());
        object.any("topics", &self.topics);
        object.string("ruleset", &self.ruleset);
        json::array(object.name("findings"), &self.findings, |out, finding| finding.write(out));
        if !self.unlisted.is_empty() {
            object.any("unlisted", &self.unlisted);
        }
        if let Some(facts) = &self.facts {
            object.any("facts", facts);
        }
        object.end();
        out.push(b'\n');
    }
}

impl LanguageRecord {
    /// The record of what is known about a document's language.
    pub fn of(judgement: &Judgement) -> Self {
        let (best, reliable, doubt) = match judgement.language {
            None => (None, false, None),
            Some(Guess::Known { code, confidence }) => (Some((code, confidence)), true, None),
            Some(Guess::Unsure { best, why }) => (best, false, Some(doubt_name(why))),
        };
        Self {
            code: best.map(|(code, _)| code.as_str()),
            confidence: best.map(|(_, confidence)| rounded(confidence, 1e4)),
            reliable,
            doubt,
            script_variant: judgement.chinese.map(ChineseVariant::as_str),
            others: judgement
                .foreign
                .iter()
                .map(|other| OtherRecord {
                    code: other.code.as_str(),
                    share: rounded(other.share, 1e4),
                    lines: other.lines.clone(),
                })
                .collect(),
        }
    }
}

impl<'j> FindingRecord<'j> {
    /// The record of one finding.
    pub fn of(finding: &'j Finding) -> Self {
        Self {
            rule: &finding.rule,
            version: finding.version,
            action: finding.action.as_str(),
            trial: finding.trial.map(|action| action.map_or("score", Action::as_str)),
            level: finding.level.map(Level::as_str),
            tags: &finding.tags,
            first_line: finding.lines.map(|(first, _)| first),
            last_line: finding.lines.map(|(_, last)| last),
            first_byte: finding.bytes.as_ref().map(|bytes| bytes.start),
            last_byte: finding.bytes.as_ref().map(|bytes| bytes.end),
            message: &finding.message,
            evidence: &finding.evidence,
        }
    }

    /// Appends the JSON object.
    fn write(&self, out: &mut Vec<u8>) {
        json::raw(out, ["{\"rule\":"]);
        json::string(out, self.rule);
        json::raw(out, [",\"version\":"]);
        json::number_or_null(out, Some(self.version.into()));
        json::raw(out, [",\"action\":\"", self.action, "\",\"trial\":"]);
        name_or_null(out, self.trial);
        json::raw(out, [",\"level\":"]);
        name_or_null(out, self.level);
        json::raw(out, [",\"tags\":"]);
        json::array(out, self.tags, |out, tag| json::string(out, tag));
        json::raw(out, [",\"first_line\":"]);
        json::number_or_null(out, self.first_line.map(u64::from));
        json::raw(out, [",\"last_line\":"]);
        json::number_or_null(out, self.last_line.map(u64::from));
        json::raw(out, [",\"first_byte\":"]);
        json::number_or_null(out, self.first_byte.map(|byte| byte as u64));
        json::raw(out, [",\"last_byte\":"]);
        json::number_or_null(out, self.last_byte.map(|byte| byte as u64));
        json::raw(out, [",\"message\":"]);
        json::string(out, self.message);
        json::raw(out, [",\"evidence\":"]);
        let mut evidence = Object::begin(out);
        for (name, found) in self.evidence.iter() {
            json::value(evidence.name(name), found);
        }
        evidence.end();
        json::raw(out, ["}"]);
    }
}

fn name_or_null(out: &mut Vec<u8>, name: Option<&str>) {
    match name {
        Some(name) => json::raw(out, ["\"", name, "\""]),
        None => json::raw(out, ["null"]),
    }
}

fn strings<S: Serializer>(texts: &[Arc<str>], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_seq(texts.iter().map(|text| &**text))
}

fn doubt_name(doubt: Doubt) -> &'static str {
    match doubt {
        Doubt::NoLetters => "no-letters",
        Doubt::TooShort { .. } => "too-short",
        Doubt::Ambiguous => "ambiguous",
        Doubt::UnknownScript => "unknown-script",
        Doubt::NotProse => "not-prose",
    }
}

/// Digits beyond these are noise of the arithmetic, and only make reports differ between machines.
pub(super) fn rounded(value: f64, steps: f64) -> f64 {
    (value * steps).round() / steps
}

/// A path as programs get it: what of it is UTF-8 and, where that is not the whole truth, its bytes in hexadecimal.
pub fn path_fields(path: &Path) -> (Cow<'_, str>, Option<String>) {
    let shown = path.to_string_lossy();
    let bytes = matches!(shown, Cow::Owned(_)).then(|| hex(path.as_os_str().as_bytes()));
    (shown, bytes)
}

fn hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    bytes.iter().flat_map(|byte| [byte >> 4, byte & 15]).map(|digit| char::from(DIGITS[usize::from(digit)])).collect()
}

#[cfg(test)]
#[path = "record_tests.rs"]
mod tests;
