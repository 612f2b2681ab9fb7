//! Diagnostics of rule files for tools that show them beside the source: SARIF 2.1.0 and workflow commands.

use std::path::Path;

use serde_json::{Value, json};

use super::sarif;
use crate::engine::diagnostic::{Diagnostic, Place, Sources, codes};

/// One SARIF log with every diagnostic, its line feed included.
pub fn sarif(diagnostics: &[Diagnostic], sources: &Sources) -> String {
    let rules: Vec<Value> = codes::all()
        .iter()
        .filter(|page| diagnostics.iter().any(|told| told.code == page.code))
        .map(|page| {
            json!({
                "id": page.code,
                "shortDescription": {"text": page.title},
                "fullDescription": {"text": page.text},
            })
        })
        .collect();
    let results: Vec<Value> = diagnostics.iter().map(|told| result(told, sources)).collect();
    let log = json!({
        "$schema": sarif::SCHEMA,
        "version": "2.1.0",
        "runs": [{"columnKind": "unicodeCodePoints", "tool": {"driver": sarif::driver(rules)}, "results": results}],
    });
    format!("{log}\n")
}

fn result(told: &Diagnostic, sources: &Sources) -> Value {
    let help = told.help.as_ref().map_or_else(String::new, |help| format!("; {help}"));
    let mut locations = told.labels.iter().map(|(place, label)| location(*place, label, sources));
    json!({
        "ruleId": told.code,
        "level": told.severity.as_str(),
        "message": {"text": format!("{}{help}", told.message)},
        "locations": locations.next().into_iter().collect::<Vec<_>>(),
        "relatedLocations": locations.collect::<Vec<_>>(),
    })
}

fn location(place: Place, label: &str, sources: &Sources) -> Value {
    let name = sources.get(place.source).map_or("", |(name, _)| name);
    let mut physical = json!({"artifactLocation": {"uri": sarif::uri(Path::new(name))}});
    let end = sources.line_and_column(Place { start: place.end, ..place });
    if let (Some(start), Some(end)) = (sources.line_and_column(place), end) {
        physical["region"] =
            json!({"startLine": start.0, "startColumn": start.1, "endLine": end.0, "endColumn": end.1});
    }
    let mut location = json!({"physicalLocation": physical});
    if !label.is_empty() {
        location["message"] = json!({"text": label});
    }
    location
}

/// A workflow command of GitHub Actions, its line feed included:
/// <https://docs.github.com/actions/reference/workflow-commands-for-github-actions>.
pub fn annotation(told: &Diagnostic, sources: &Sources) -> String {
    let severity = match told.severity.as_str() {
        "note" => "notice",
        other => other,
    };
    let mut place = String::new();
    if let Some(at) = told.place()
        && let (Some((name, _)), Some((line, column))) = (sources.get(at.source), sources.line_and_column(at))
    {
        place = format!("file={},line={line},col={column},", property(name));
    }
    let help = told.help.as_ref().map_or_else(String::new, |help| format!("\n{help}"));
    format!("::{severity} {place}title={}::{}\n", told.code, data(&format!("{}{help}", told.message)))
}

fn data(text: &str) -> String {
    text.replace('%', "%25").replace('\r', "%0D").replace('\n', "%0A")
}

fn property(text: &str) -> String {
    data(text).replace(':', "%3A").replace(',', "%2C")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn problem() -> (Diagnostic, Sources) {
        let mut sources = Sources::default();
        let source = sources.add("rules/a,b.yaml", "one\ntwo: x\n");
        let first = Place { source, start: 0, end: 3 };
        let told = Diagnostic::error("R011", Place { source, start: 4, end: 7 }, "100% wrong").help("do\nthis");
        (told.also(first, "first here"), sources)
    }

    #[test]
    fn annotations_are_escaped() {
        let (told, sources) = problem();
        assert_eq!(
            annotation(&told, &sources),
            "::error file=rules/a%2Cb.yaml,line=2,col=1,title=R011::100%25 wrong%0Ado%0Athis\n"
        );
        let note = Diagnostic { severity: crate::engine::diagnostic::Severity::Note, ..told };
        assert!(annotation(&note, &sources).starts_with("::notice "));
    }

    #[test]
    fn a_log_has_places_and_the_codes_that_it_uses() {
        let (told, sources) = problem();
        let log: Value = serde_json::from_str(&sarif(&[told], &sources)).unwrap();
        let run = &log["runs"][0];
        assert_eq!(run["tool"]["driver"]["rules"].as_array().map(Vec::len), Some(1));
        assert_eq!(run["results"][0]["level"], "error");
        let place = &run["results"][0]["locations"][0]["physicalLocation"];
        assert_eq!(place["artifactLocation"]["uri"], "rules/a%2Cb.yaml");
        assert_eq!(place["region"], json!({"startLine": 2, "startColumn": 1, "endLine": 2, "endColumn": 4}));
        assert_eq!(run["results"][0]["relatedLocations"][0]["message"]["text"], "first here");
    }
}
