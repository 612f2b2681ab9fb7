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
    "std::io::stdin",
    "tokio",
    "tracing",
    "rustix",
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
    let is_test = |path: &str| path.ends_with("tests.rs") || path.contains("/tests/");
    let wrong: Vec<_> = sources()
        .iter()
        .filter(|source| source.path.starts_with("src/engine/") && !is_test(&source.path))
        .flat_map(|source| impure(&source.code).into_iter().map(|path| format!("{}: {path}", source.path)))
        .collect();
    assert!(wrong.is_empty(), "the engine reaches outside:\n{}", wrong.join("\n"));
}

/// What `code`, its tests left out, reaches that is not pure.
fn impure(code: &str) -> Vec<String> {
    let mut code = without_tests(code);
    let imports: Vec<String> = imported(&code).into_iter().map(|path| format!("{path};")).collect();
    code.push_str(&imports.join("\n"));
    let starts = |at: usize| !code[..at].ends_with(|c: char| c.is_alphanumeric() || c == '_' || c == ':');
    let ends = |at: usize| !code[at..].starts_with(|c: char| c.is_alphanumeric() || c == '_');
    let is_path = |at: usize, name: &str| {
        let rest = &code[at + name.len()..];
        name.ends_with('!') || name.contains("::") || rest.starts_with("::")
    };
    let found =
        |name: &str| code.match_indices(name).any(|(at, _)| starts(at) && ends(at + name.len()) && is_path(at, name));
    IMPURE.iter().filter(|name| found(name)).map(|name| (*name).to_owned()).collect()
}

/// Less what is compiled for tests alone: each item behind `#[cfg(test)]`.
fn without_tests(code: &str) -> String {
    const MARK: &str = "#[cfg(test)]";
    let mut kept = String::new();
    let mut rest = code;
    while let Some(at) = rest.find(MARK) {
        kept.push_str(&rest[..at]);
        rest = &rest[at + MARK.len()..];
        let mut depth = 0;
        let end = rest.find(|c| {
            depth += i32::from(c == '{') - i32::from(c == '}');
            depth == 0 && matches!(c, ';' | '}')
        });
        rest = end.map_or("", |end| &rest[end + 1..]);
    }
    kept + rest
}

/// The full paths that `use` brings in, whatever groups they are written in.
fn imported(code: &str) -> Vec<String> {
    let mut paths = Vec::new();
    for (at, _) in code.match_indices("use ") {
        // Elsewhere it is a word in a text.
        let before = code[..at].rsplit('\n').next().unwrap_or_default().trim();
        if !before.is_empty() && !before.starts_with("pub") {
            continue;
        }
        let tree = &code[at + "use ".len()..];
        let tree = &tree[..tree.find(';').unwrap_or(tree.len())];
        let tree: String = tree.split_whitespace().collect::<Vec<_>>().join(" ");
        expand("", &tree, &mut paths);
    }
    paths
}

/// Adds the paths of one tree of imports behind `prefix`.
fn expand(prefix: &str, tree: &str, paths: &mut Vec<String>) {
    let tree = tree.trim();
    let Some(open) = tree.find('{') else {
        let name = tree.split(" as ").next().unwrap_or(tree);
        let path = if name == "self" { prefix.trim_end_matches("::").to_owned() } else { format!("{prefix}{name}") };
        paths.extend((!name.is_empty()).then_some(path));
        return;
    };
    let prefix = format!("{prefix}{}", &tree[..open]);
    let group = tree.get(open + 1..tree.rfind('}').unwrap_or(tree.len())).unwrap_or_default();
    let (mut depth, mut start) = (0, 0);
    for (at, c) in group.char_indices() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        if c == ',' && depth == 0 {
            expand(&prefix, &group[start..at], paths);
            start = at + 1;
        }
    }
    expand(&prefix, &group[start..], paths);
}

#[test]
fn what_is_not_pure_is_seen_in_every_form() {
    for code in [
        "use std::fs;",
        "use std::{fmt, fs};",
        "use std::{\n    fmt,\n    fs::{self, File},\n};",
        "use std::{self, io::{Write, stdin}};",
        "use std::time as clock;",
        "fn f() { std::thread::yield_now(); }",
        "fn f() { rustix::fs::sync(); }",
        "use tracing::{info, warn};",
        "#[cfg(test)]\nmod tests;\nfn f() { println!(\"x\"); }",
        "#[cfg(test)]\nmod tests {\n    fn f() { g(); }\n}\nuse std::env;",
    ] {
        assert_eq!(impure(code).len(), 1, "{code}");
    }
    for code in [
        "use std::{fmt, sync::Arc};\nuse crate::time::{Span, fs};",
        "fn f() { tracing = 1; my_tokio::x(); Self::rustix(); }",
        "#[cfg(test)]\nuse std::fs;\nfn f() {}",
        "fn f() {}\n#[cfg(test)]\nmod tests {\n    use std::{env, fs};\n    fn f() { println!(\"x\"); }\n}\n",
    ] {
        assert_eq!(impure(code), [] as [&str; 0], "{code}");
    }
}

#[test]
fn the_reader_of_imports_sees_all_forms() {
    let code = "use crate::{\n    cli::Exit,\n    engine::{text, rules::{a, b}},\n    spool,\n};\nfn f() { crate::report::x(); othercrate::service::y(); }";
    assert_eq!(reached(code), ["cli", "engine", "spool", "report"]);
}
