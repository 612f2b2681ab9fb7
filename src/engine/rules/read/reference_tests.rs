//! The rule reference is held to what siftd does: its packs are read, its tables are made from the code.

use std::path::{Path, PathBuf};

use super::read;
use crate::engine::{
    diagnostic::{codes, render},
    metrics::Metric,
    rules::{File, Snapshot},
};

fn path() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("docs/rules.md")
}

/// The fenced YAML files of the reference, with the line each begins on.
fn fenced(text: &str) -> Vec<(usize, String)> {
    let mut found = Vec::new();
    let mut lines = text.lines().enumerate();
    while let Some((number, line)) = lines.next() {
        if line == "```yaml" {
            let body: Vec<&str> = lines.by_ref().map(|(_, line)| line).take_while(|line| *line != "```").collect();
            found.push((number + 2, body.join("\n") + "\n"));
        }
    }
    found
}

#[test]
fn every_file_of_the_reference_is_sound() {
    let text = std::fs::read_to_string(path()).unwrap();
    let files = fenced(&text);
    assert!(files.len() > 10);
    let packs: Vec<File> = files
        .iter()
        .filter(|(_, text)| text.starts_with("schema: rules/1"))
        .map(|(line, text)| File::new(format!("docs/rules.md:{line}"), text.as_str()))
        .collect();
    for (line, text) in files {
        let file = File::new(format!("docs/rules.md:{line}"), text.as_str());
        let mut library = Snapshot::default();
        // Overrides in the reference change rules of the reference.
        if text.starts_with("schema: overrides/1") {
            library.packs.clone_from(&packs);
        }
        if text.starts_with("schema: topic/1") { &mut library.topics } else { &mut library.packs }.push(file);
        let found = read(&library);
        let half_shown = |code| code == codes::NO_EXAMPLE;
        let told: Vec<_> = found.diagnostics.iter().filter(|told| !half_shown(told.code)).cloned().collect();
        assert!(told.is_empty(), "{}", render(&told, &found.sources, false));
        assert!(found.rules.len() + found.topics.len() > 0, "line {line} holds nothing");
    }
}

#[test]
fn tables_of_the_reference_are_those_of_the_code() {
    let text = std::fs::read_to_string(path()).unwrap();
    let metrics: String =
        Metric::all().iter().map(|metric| format!("| `{}` | {} |\n", metric.as_str(), metric.about())).collect();
    let codes: String = codes::all().iter().map(|code| format!("| {} | {} |\n", code.code, code.title)).collect();
    let wanted = fill(&text, "metrics", &format!("| name | what is counted |\n|---|---|\n{metrics}"));
    let wanted = fill(&wanted, "codes", &format!("| code | meaning |\n|---|---|\n{codes}"));
    if std::env::var_os("SIFTD_BLESS").is_some() {
        std::fs::write(path(), wanted).unwrap();
    } else {
        assert!(text == wanted, "the tables of docs/rules.md are old: SIFTD_BLESS=1 writes them anew");
    }
}

fn fill(text: &str, name: &str, table: &str) -> String {
    let (before, rest) = text.split_once(&format!("<!-- {name}: written by the tests -->\n")).unwrap();
    let (_, after) = rest.split_once(&format!("<!-- end of {name} -->")).unwrap();
    format!("{before}<!-- {name}: written by the tests -->\n{table}<!-- end of {name} -->{after}")
}
