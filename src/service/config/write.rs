//! The configuration as YAML: the effective one with where each value came from, and the example with every default.

use std::{fmt::Write, path::Path};

use super::{
    Effective,
    keys::{KEYS, Key},
};
use crate::engine::rules::yaml::word;

/// Comments begin at this column where the value leaves room.
const COMMENT_COLUMN: usize = 40;
/// Columns of the example's comments.
const PROSE_COLUMNS: usize = 100;

/// The effective configuration, each value with where it came from.
pub fn effective(effective: &Effective) -> String {
    let mut out = match &effective.file {
        Some(file) => format!("# from {}\n", word(&file.to_string_lossy())),
        None => "# without a configuration file\n".to_owned(),
    };
    let mut sections = Sections::default();
    for key in KEYS {
        sections.open(key, |header| _ = writeln!(out, "{header}"));
        let line = sections.line(key, &(key.show)(effective));
        // Writing to a string cannot fail.
        let _ = writeln!(out, "{line:COMMENT_COLUMN$}  # {}", effective.origins.of(key.path));
    }
    out
}

/// The example file: every key with what it is for and its default.
pub fn example() -> String {
    let defaults = Effective::in_folder(Path::new(""));
    let mut out = "# siftd.yaml: every key, each with its default. What is left out has the value that stands here, so keep only\n\
                   # what you change. Relative paths start at this file's folder.\n"
        .to_owned();
    let mut sections = Sections::default();
    for key in KEYS {
        let depth = sections.0.len();
        let mut headers = String::new();
        sections.open(key, |header| _ = writeln!(headers, "{header}"));
        let nested = depth > 0 && sections.0.len() > depth;
        if (!headers.is_empty() && !nested) || sections.0.is_empty() {
            out.push('\n');
        }
        out.push_str(&headers);
        out.push_str(&prose(key.about, sections.0.len() * 2));
        // How many processors there are is no default but a fact of the machine.
        let value = if key.path == "workers" { "0".to_owned() } else { (key.show)(&defaults) };
        let _ = writeln!(out, "{}", sections.line(key, &value));
    }
    out
}

/// Keeps track of the sections that are open while keys are written in order.
#[derive(Default)]
struct Sections(Vec<&'static str>);

impl Sections {
    /// Gives the header lines of the sections that `key` opens.
    fn open(&mut self, key: &Key, mut header: impl FnMut(&str)) {
        let parts: Vec<&'static str> = key.path.split('.').collect();
        let sections = &parts[..parts.len() - 1];
        let common = self.0.iter().zip(sections).take_while(|(open, wanted)| open == wanted).count();
        for (depth, name) in sections.iter().enumerate().skip(common) {
            header(&format!("{:indent$}{name}:", "", indent = depth * 2));
        }
        self.0 = sections.to_vec();
    }

    fn line(&self, key: &Key, value: &str) -> String {
        let name = key.path.rsplit('.').next().unwrap_or(key.path);
        format!("{:indent$}{name}: {value}", "", indent = self.0.len() * 2)
    }
}

/// `about` as comment lines, indented.
fn prose(about: &str, indent: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in about.split(' ').filter(|word| !word.is_empty()) {
        match lines.last_mut() {
            Some(line) if line.len() + 1 + word.len() <= PROSE_COLUMNS => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(format!("{:indent$}# {word}", "")),
        }
    }
    lines.into_iter().map(|line| line + "\n").collect()
}
