//! The direction of the parts, held by reading the source: every `crate::…` path in `src/` must be an arrow of
//! the table, and each dependency that is confined to one place must stay there.

#![expect(clippy::unwrap_used, reason = "a test that cannot read the source has failed")]

use std::{fs, path::Path};

/// Who may use whom. A part may always use itself.
const ARROWS: &[(&str, &[&str])] = &[
    ("engine", &[]),
    ("report", &["engine"]),
    ("spool", &["engine"]),
    ("service", &["spool", "report", "engine"]),
    ("cli", &["service", "spool", "report", "engine"]),
];

/// What is used in one place only (or nowhere below a folder), so that it can be replaced there.
const CONFINED: &[(&str, &[&str])] = &[
    ("serde_yaml::", &["src/engine/rules/yaml"]),
    ("saphyr_parser::", &["src/engine/rules/yaml"]),
    ("annotate_snippets::", &["src/engine/diagnostic"]),
    ("whatlang::", &["src/engine/language"]),
    ("notify::", &["src/spool/watch"]),
    ("rusqlite::", &["src/spool/journal"]),
    ("sd_notify::", &["src/service"]),
    ("landlock::", &["src/service/confine"]),
    ("tokio::", &["src/service", "src/spool/watch"]),
    ("clap::", &["src/cli"]),
];

/// What the engine must not touch: it is pure.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::env",
    "std::net",
    "std::process",
    "std::thread",
    "std::time",
    "tokio::",
    "tracing::",
    "rustix::",
    "std::io::stdin",
    "println!",
    "eprintln!",
];

/// A source file without its comments, and its path from the top of the package.
struct Source {
    path: String,
    code: String,
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut found = Vec::new();
    let mut folders = vec![root.join("src")];
    while let Some(folder) = folders.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let text = fs::read_to_string(&path).unwrap();
                let code = text.lines().map(without_comment).collect::<Vec<_>>().join("\n");
                found.push(Source { path: path.strip_prefix(root).unwrap().to_string_lossy().into_owned(), code });
            }
        }
    }
    assert!(found.len() > 20, "the walk over src/ found almost nothing");
    found
}

fn without_comment(line: &str) -> &str {
    let trimmed = line.trim_start();
    if trimmed.starts_with("//") { "" } else { line.split(" // ").next().unwrap_or(line) }
}

/// The top-level modules that `code` reaches by `crate::name` or `crate::{name, …}`.
fn reached(code: &str) -> Vec<String> {
    let mut names = Vec::new();
    for (at, _) in code.match_indices("crate::") {
        // `other_crate::` and `$crate::` are not ours.
        if code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == '$') {
            continue;
        }
        let rest = &code[at + "crate::".len()..];
        if let Some(group) = rest.strip_prefix('{') {
            names.extend(group_heads(group));
        } else {
            names.push(identifier(rest));
        }
    }
    names
}

fn identifier(text: &str) -> String {
    text.chars().take_while(|c| c.is_alphanumeric() || *c == '_').collect()
}

/// The first identifier of each entry of a braced import, up to its closing brace.
fn group_heads(group: &str) -> Vec<String> {
    let (mut depth, mut start, mut heads) = (0, 0, Vec::new());
    for (at, c) in group.char_indices() {
        match c {
            '{' => depth += 1,
            '}' if depth == 0 => {
                heads.push(identifier(group[start..at].trim_start()));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                heads.push(identifier(group[start..at].trim_start()));
                start = at + 1;
            }
            _ => {}
        }
    }
    heads.retain(|head| !head.is_empty() && head != "self");
    heads
}

#[test]
fn imports_follow_the_arrows() {
    let mut wrong = Vec::new();
    for source in sources() {
        let part = source.path.trim_start_matches("src/").split(['/', '.']).next().unwrap_or_default().to_owned();
        let Some((_, allowed)) = ARROWS.iter().find(|(name, _)| *name == part) else {
            assert!(matches!(part.as_str(), "lib" | "main"), "{} belongs to no part of the table", source.path);
            continue;
        };
        for name in reached(&source.code) {
            if ARROWS.iter().any(|(known, _)| *known == name) && name != part && !allowed.contains(&name.as_str()) {
                wrong.push(format!("{}: {part} must not use {name}", source.path));
            }
        }
    }
    assert!(wrong.is_empty(), "imports against the direction:\n{}", wrong.join("\n"));
}

#[test]
fn dependencies_stay_where_they_belong() {
    let mut wrong = Vec::new();
    for source in sources() {
        for (name, places) in CONFINED {
            let used = source
                .code
                .match_indices(name)
                .any(|(at, _)| !source.code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':'));
            if used && !places.iter().any(|place| source.path.starts_with(place)) {
                wrong.push(format!("{}: {name} is confined to {}", source.path, places.join(", ")));
            }
        }
    }
    assert!(wrong.is_empty(), "confined dependencies got out:\n{}", wrong.join("\n"));
}

#[test]
fn the_engine_is_pure() {
    let wrong: Vec<_> = sources()
        .iter()
        .filter(|source| source.path.starts_with("src/engine/") && !source.path.ends_with("tests.rs"))
        .flat_map(|source| {
            let code = source.code.split("#[cfg(test)]").next().unwrap_or_default();
            IMPURE
                .iter()
                .filter(|name| code.contains(**name))
                .map(|name| format!("{}: {name}", source.path))
                .collect::<Vec<_>>()
        })
        .collect();
    assert!(wrong.is_empty(), "the engine reaches outside:\n{}", wrong.join("\n"));
}

#[test]
fn the_reader_of_imports_sees_all_forms() {
    let code = "use crate::{\n    cli::Exit,\n    engine::{text, rules::{a, b}},\n    spool,\n};\nfn f() { crate::report::x(); othercrate::service::y(); }";
    assert_eq!(reached(code), ["cli", "engine", "spool", "report"]);
}
