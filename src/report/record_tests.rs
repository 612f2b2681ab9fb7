use std::{ffi::OsStr, os::unix::ffi::OsStrExt, path::Path};

use serde_json::{Value, json};

use super::*;
use crate::{
    engine::{judge::Verdict, text::Document},
    report::samples::{finding, judgement, scored},
};

fn json_of(path: &Path, judgement: &Judgement) -> Value {
    let mut line = Vec::new();
    let record = Record::of(path, judgement);
    record.write_line(&mut line);
    assert_eq!(String::from_utf8(line.clone()).unwrap(), serde_json::to_string(&record).unwrap() + "\n");
    assert_eq!(line.last(), Some(&b'\n'));
    assert_eq!(line.iter().filter(|&&byte| byte == b'\n').count(), 1);
    serde_json::from_slice(&line).unwrap()
}

#[test]
fn every_field_of_the_contract_is_there() {
    let document = Document::decode(b"an advert\nand a text\n".to_vec()).unwrap();
    let mut judgement = judgement(&document);
    judgement.verdict = Verdict::Quarantine;
    judgement.score = 3;
    judgement.topics = [("gardens".into(), Some(0.123_456_789)), ("harbours".into(), None)].into();
    judgement.findings = vec![
        finding("spam/header", Action::Quarantine, Some((1, 1)), "an advert"),
        Finding {
            trial: Some(Some(Action::Strip)),
            ..finding("mine/trial", Action::Annotate, Some((2, 2)), "\"x\"\n\u{1b}")
        },
        Finding { trial: Some(None), ..finding("mine/points", Action::Annotate, None, "points on trial") },
        Finding {
            evidence: Evidence::from_iter([
                ("matched", json!("a\"b")),
                ("letters", json!(3)),
                ("words", json!(["x", 0.5])),
            ]),
            ..scored("mine/level", Level::Strong)
        },
    ];
    let finding = |rule: &str, action: &str, line: Value, message: &str| {
        json!({"rule": rule, "version": 2, "action": action, "trial": null, "level": null, "tags": ["spam", "seo"],
            "first_line": line, "last_line": line, "first_byte": if line.is_null() { Value::Null } else { json!(0) },
            "last_byte": if line.is_null() { Value::Null } else { json!(12) }, "message": message, "evidence": {}})
    };
    let mut trial = finding("mine/trial", "annotate", json!(2), "\"x\"\n\u{1b}");
    trial["trial"] = json!("strip");
    let mut points = finding("mine/points", "annotate", Value::Null, "points on trial");
    points["trial"] = json!("score");
    let mut level = finding("mine/level", "annotate", Value::Null, "speaks against it");
    level["level"] = json!("strong");
    level["evidence"] = json!({"letters": 3, "matched": "a\"b", "words": ["x", 0.5]});
    assert_eq!(
        json_of(Path::new("a/001.txt"), &judgement),
        json!({"path": "a/001.txt", "verdict": "quarantine",
            "language": {"code": null, "confidence": null, "reliable": false, "doubt": "too-short",
                "script_variant": null, "others": []},
            "script": "Latin", "encoding": "utf-8", "encoding_guessed": false, "lines": 2, "bytes": 21, "score": 3,
            "topics": {"gardens": 0.123_457, "harbours": null}, "ruleset": "ab".repeat(16),
            "findings": [finding("spam/header", "quarantine", json!(1), "an advert"), trial, points, level]})
    );
}

#[test]
fn what_is_no_text_has_nulls_and_still_a_language_object() {
    let document = Document::decode(b"x\n".to_vec()).unwrap();
    let judgement = Judgement { language: None, script: None, encoding: None, lines: None, ..judgement(&document) };
    let json = json_of(Path::new("x"), &judgement);
    assert_eq!(
        json["language"],
        json!({"code": null, "confidence": null, "reliable": false, "doubt": null,
            "script_variant": null, "others": []})
    );
    for field in ["script", "encoding", "encoding_guessed", "lines"] {
        assert_eq!(json.get(field), Some(&Value::Null), "{field}");
    }
}

#[test]
fn findings_that_are_only_counted_are_named_where_there_are_any() {
    let document = Document::decode(b"x\n".to_vec()).unwrap();
    let judgement = Judgement { unlisted: vec![("mine/trial".into(), 12_509)], ..judgement(&document) };
    let json = json_of(Path::new("x"), &judgement);
    assert_eq!(json["unlisted"], json!([{"rule": "mine/trial", "findings": 12_509}]));
    assert_eq!(json_of(Path::new("x"), &Judgement { unlisted: Vec::new(), ..judgement }).get("unlisted"), None);
}

#[test]
fn a_path_that_is_not_utf_8_comes_with_its_bytes() {
    let document = Document::decode(b"x\n".to_vec()).unwrap();
    let json = json_of(Path::new(OsStr::from_bytes(b"a/\xff.txt")), &judgement(&document));
    assert_eq!(json["path"], "a/\u{fffd}.txt");
    assert_eq!(json["path_bytes"], "612fff2e747874");
    assert_eq!(json_of(Path::new("a"), &judgement(&document)).get("path_bytes"), None);
}
