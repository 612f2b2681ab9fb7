//! The direction of the parts, held by reading the source: every path in `src/` must be an arrow of the tables, and each
//! dependency that is confined to one place must stay there.

#![expect(clippy::unwrap_used, reason = "a test that cannot read the source has failed")]

use std::{collections::BTreeSet, fs, path::Path};

/// Who may use whom. A part may always use itself.
const ARROWS: &[(&str, &[&str])] = &[
    ("engine", &[]),
    ("report", &["engine"]),
    ("spool", &["engine"]),
    ("service", &["spool", "report", "engine"]),
    ("cli", &["service", "spool", "report", "engine"]),
];

/// The same for the parts of the engine.
const ENGINE: &[(&str, &[&str])] = &[
    ("diagnostic", &[]),
    ("share", &[]),
    ("text", &[]),
    ("language", &["text"]),
    ("metrics", &["text", "language"]),
    ("topics", &["text", "share"]),
    ("rules", &["diagnostic", "text", "language", "metrics", "topics"]),
    ("judge", &["diagnostic", "share", "text", "language", "metrics", "topics", "rules"]),
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

impl Source {
    /// Its module, from the top of the package.
    fn module(&self) -> Vec<String> {
        let path = self.path.trim_start_matches("src/").trim_end_matches(".rs");
        path.split('/').filter(|name| !matches!(*name, "mod" | "lib" | "main")).map(str::to_owned).collect()
    }
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

/// The paths that a source names by `crate::…` and `super::…`, in whatever groups it imports them, each from the top of the
/// package: `["engine", "rules", "RuleSet"]`. A `super` is taken to stand in the file's own module, not in one inside it.
fn reached(source: &Source) -> Vec<Vec<String>> {
    let mut code = source.code.clone();
    for path in imported(&source.code) {
        code.push_str(&format!("\n{path};"));
    }
    let mut paths = Vec::new();
    for start in ["crate::", "super::"] {
        for (at, _) in code.match_indices(start) {
            let before = &code[..at];
            // `other_crate::` and `$crate::` are not ours, a second `super::` belongs to the first, and who may see a thing
            // says nothing of what it uses.
            let goes_on = before.ends_with(|c: char| c.is_alphanumeric() || matches!(c, '_' | '$' | ':'));
            if !goes_on && !before.ends_with("(in ") {
                paths.push(from_the_top(&source.module(), &code[at..]));
            }
        }
    }
    paths
}

/// The path at the begin of `code`, which stands in `module`.
fn from_the_top(module: &[String], code: &str) -> Vec<String> {
    let end = code.find(|c: char| !c.is_alphanumeric() && !matches!(c, '_' | ':')).unwrap_or(code.len());
    let names: Vec<&str> = code[..end].split("::").filter(|name| !name.is_empty()).collect();
    let above = names.iter().take_while(|name| **name == "super").count();
    let start = if above == 0 { &[] } else { &module[..module.len().saturating_sub(above)] };
    let own = names.iter().skip(above.max(1)).map(|name| (*name).to_owned());
    start.iter().cloned().chain(own).collect()
}

/// The arrows of `source` that are against the tables.
fn wrong_arrows(source: &Source) -> BTreeSet<String> {
    let module = source.module();
    let mut wrong = BTreeSet::new();
    for (depth, parts) in [(0, ARROWS), (1, ENGINE)] {
        // The second table is that of the parts of the engine.
        let Some(part) = module.get(depth).filter(|_| depth == 0 || module[0] == "engine") else { continue };
        let Some((_, allowed)) = parts.iter().find(|(name, _)| name == part) else {
            wrong.insert(format!("{}: {part} belongs to no part of the table", source.path));
            continue;
        };
        for path in reached(source) {
            let same_parent = path.len() >= depth && path[..depth] == module[..depth];
            let Some(other) = path.get(depth).filter(|_| same_parent) else { continue };
            let is_part = parts.iter().any(|(name, _)| name == other);
            if is_part && other != part && !allowed.contains(&other.as_str()) {
                wrong.insert(format!("{}: {part} must not use {other}", source.path));
            }
        }
    }
    wrong
}

#[test]
fn imports_follow_the_arrows() {
    let wrong: Vec<String> = sources().iter().flat_map(wrong_arrows).collect();
    assert!(wrong.is_empty(), "imports against the direction:\n{}", wrong.join("\n"));
}

#[test]
fn a_module_with_parts_is_a_folder_with_a_mod_rs() {
    let beside = |source: &Source| Path::new(env!("CARGO_MANIFEST_DIR")).join(&source.path).with_extension("").is_dir();
    let wrong: Vec<_> = sources().into_iter().filter(beside).map(|source| source.path).collect();
    assert!(wrong.is_empty(), "beside folders of their names, and should be `mod.rs` in these: {}", wrong.join(", "));
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
fn an_arrow_against_the_direction_is_seen_in_every_form() {
    let wrong = |path: &str, code: &str| wrong_arrows(&Source { path: path.to_owned(), code: code.to_owned() });
    let rules = "src/engine/rules/set/rule.rs";
    for (path, code) in [
        (rules, "use crate::service;"),
        (rules, "fn f() { crate::report::x(); }"),
        (rules, "use crate::{\n    engine::{text, rules::{a, b}},\n    spool::Inbox,\n};"),
        (rules, "use crate::engine::judge::Stop;"),
        (rules, "use crate::{\n    engine::{\n        judge::{self, Stop},\n        text,\n    },\n};"),
        (rules, "use super::super::super::judge::Stop;"),
        (rules, "use super::{super::super::judge::Stop, RuleId};"),
        (rules, "fn f() { crate::engine::judge::strip(); }"),
        ("src/engine/text/mod.rs", "use super::language::Code;"),
        ("src/engine/share.rs", "use super::text::Document;"),
        ("src/engine/another/mod.rs", ""),
        ("src/another.rs", ""),
    ] {
        assert_eq!(wrong(path, code).len(), 1, "{path}: {code}: {:?}", wrong(path, code));
    }
    for (path, code) in [
        (
            rules,
            "use crate::engine::{Share, rules::judge, text::Document};\nuse super::judge;\nuse super::super::judge;",
        ),
        (rules, "pub(in crate::engine::judge) fn f() { othercrate::service::y(); $crate::cli::z!(); }"),
        ("src/engine/judge/tests/cases.rs", "use super::super::rules;\nuse crate::engine::rules::RuleSet;"),
        ("src/cli/mod.rs", "use crate::{engine::judge::Stop, service::{judge, text}};"),
        ("src/main.rs", "fn main() { siftd::cli::main() }"),
        ("src/engine/mod.rs", "pub use share::Share;"),
    ] {
        assert_eq!(wrong(path, code), BTreeSet::new(), "{path}: {code}");
    }
}
