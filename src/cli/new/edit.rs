//! A pack file with one more rule in it. Everything else stays as it was written.

use crate::{
    engine::rules::{File, Library},
    service::library::Folders,
};

/// A pack of one rule.
pub(super) fn new_pack(name: &str, rule: &str) -> String {
    format!("schema: rules/1\npack: {name}\nrules:\n{rule}")
}

/// What a pack calls itself.
pub(super) fn pack_name(text: &str) -> Option<&str> {
    let value = text.lines().find_map(|line| line.strip_prefix("pack:"))?;
    let value = value.split(" #").next().unwrap_or(value).trim().trim_matches(['\'', '"']);
    (!value.is_empty()).then_some(value)
}

/// The pack with a rule after its last one; `None` when its rules are no list in lines. `rule` makes its text, given the
/// indentation of the other dashes.
pub(super) fn with_rule(text: &str, rule: impl Fn(&str) -> String) -> Option<String> {
    let lines: Vec<&str> = text.split_inclusive('\n').collect();
    let key = lines.iter().position(|line| line.trim_end() == "rules:" || line.starts_with("rules: #"))?;
    let is_inside = |line: &&str| line.trim().is_empty() || line.starts_with([' ', '-', '#']);
    let end = lines[key + 1..].iter().position(|line| !is_inside(line)).map_or(lines.len(), |at| key + 1 + at);
    // Comments and blank lines before the next key belong to that.
    let last = (key + 1..end).rev().find(|at| !lines[*at].trim().is_empty() && !lines[*at].starts_with('#'));
    let at = last.map_or(key, |last| last) + 1;
    let dash = lines[key + 1..at].iter().find(|line| line.trim_start().starts_with('-'));
    let indent = dash.map_or("  ", |line| &line[..line.len() - line.trim_start().len()]);
    let mut out: String = lines[..at].concat();
    if !out.ends_with('\n') {
        out.push('\n');
    }
    let ending = if out.ends_with("\r\n") { "\r\n" } else { "\n" };
    out += &rule(indent).replace('\n', ending);
    out += &lines[at..].concat();
    Some(out)
}

/// Rules with one pack as it would be.
#[derive(Debug)]
pub(super) struct Edited<'e> {
    folders: &'e Folders,
    name: &'e str,
    text: &'e str,
}

impl<'e> Edited<'e> {
    /// `folders` with `text` in the pack called `name`.
    pub(super) fn new(folders: &'e Folders, name: &'e str, text: &'e str) -> Self {
        Self { folders, name, text }
    }
}

impl Library for Edited<'_> {
    fn packs(&self) -> Vec<File> {
        let mut packs = self.folders.packs();
        for pack in packs.iter_mut().filter(|pack| pack.name == self.name) {
            pack.bytes = self.text.as_bytes().to_vec();
        }
        packs
    }

    fn named(&self, from: &str, path: &str) -> Result<File, String> {
        self.folders.named(from, path)
    }

    fn matching(&self, from: &str, pattern: &str) -> Result<Vec<File>, String> {
        self.folders.matching(from, pattern)
    }

    fn topics(&self) -> Vec<File> {
        self.folders.topics()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rule_goes_after_the_last_one() {
        let rule = |indent: &str| format!("{indent}- new\n");
        for (before, after) in [
            ("rules:\n  - a\n    b\n", "rules:\n  - a\n    b\n  - new\n"),
            ("rules:\n- a", "rules:\n- a\n- new\n"),
            ("rules:\n    - a\n\n# about\nlists:\n  x: y\n", "rules:\n    - a\n    - new\n\n# about\nlists:\n  x: y\n"),
            ("rules:\r\n  - a\r\n", "rules:\r\n  - a\r\n  - new\r\n"),
            ("rules:\n", "rules:\n  - new\n"),
        ] {
            assert_eq!(with_rule(before, rule).as_deref(), Some(after));
        }
        assert_eq!(with_rule("rules: []\n", rule), None);
        assert_eq!(with_rule("lists: {}\n", rule), None);
    }

    #[test]
    fn the_name_of_a_pack_is_found() {
        assert_eq!(pack_name("schema: rules/1\npack: mine  # ours\n"), Some("mine"));
        assert_eq!(pack_name("pack: 'mine'\n"), Some("mine"));
        assert_eq!(pack_name("schema: rules/1\n"), None);
    }
}
