//! The files of a library, told apart by their schema.

use std::collections::HashSet;

use crate::engine::{
    diagnostic::{Diagnostic, Place, Sources, codes},
    rules::{
        Library,
        decode::{Problems, nearest, or_list},
        library::File,
        yaml::{self, Node, Value},
    },
};

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Schema {
    Rules,
    Topic,
    Overrides,
}

const SCHEMAS: [(&str, Schema); 3] =
    [("rules/1", Schema::Rules), ("topic/1", Schema::Topic), ("overrides/1", Schema::Overrides)];

/// A file that is YAML.
#[derive(Debug)]
pub(super) struct Opened {
    /// Its name, from which other files are named.
    pub(super) name: String,
    /// What it says.
    pub(super) node: Node,
}

/// All files of a library that are YAML and have a schema.
#[derive(Debug, Default)]
pub(super) struct Files {
    /// `schema: rules/1`
    pub(super) packs: Vec<Opened>,
    /// `schema: overrides/1`
    pub(super) overrides: Vec<Opened>,
    /// `schema: topic/1`, configured.
    pub(super) topics: Vec<Opened>,
    /// `schema: topic/1` among the packs: checked, not used.
    pub(super) idle_topics: Vec<Opened>,
    /// Every pack could be read: what is not in them is nowhere.
    pub(super) all_read: bool,
}

impl Files {
    /// Reads every file once.
    pub(super) fn open(library: &dyn Library, sources: &mut Sources, problems: &Problems) -> Self {
        let mut files = Self { all_read: true, ..Self::default() };
        let mut seen = HashSet::new();
        for file in library.topics() {
            seen.insert(file.name.clone());
            let Some((opened, schema)) = open(&file, sources, problems) else { continue };
            if schema == Schema::Topic {
                files.topics.push(opened);
            } else {
                problems.push(
                    Diagnostic::error(codes::SCHEMA, opened.node.place, "a topic was wanted here, and this is none")
                        .help("write `schema: topic/1`, or take the file out of the configured topics"),
                );
            }
        }
        for file in library.packs() {
            if !seen.insert(file.name.clone()) {
                continue;
            }
            let Some((opened, schema)) = open(&file, sources, problems) else {
                files.all_read = false;
                continue;
            };
            match schema {
                Schema::Rules => files.packs.push(opened),
                Schema::Topic => files.idle_topics.push(opened),
                Schema::Overrides => files.overrides.push(opened),
            }
        }
        files
    }
}

fn open(file: &File, sources: &mut Sources, problems: &Problems) -> Option<(Opened, Schema)> {
    let source = match yaml::text(&file.name, &file.bytes, sources) {
        Ok(source) => source,
        Err(problem) => {
            problems.push(problem);
            return None;
        }
    };
    let (_, text) = sources.get(source)?;
    let read = if file.is_shipped() { yaml::read_known } else { yaml::read };
    match read(text, source) {
        Ok(node) => {
            let schema = schema(&node, source, problems)?;
            Some((Opened { name: file.name.clone(), node }, schema))
        }
        Err(found) => {
            problems.extend(found);
            None
        }
    }
}

fn schema(node: &Node, source: u32, problems: &Problems) -> Option<Schema> {
    let names = || SCHEMAS.iter().map(|(name, _)| *name);
    let help = format!("begin it with `schema: rules/1`; it takes {}", or_list(names()));
    let Value::Map(entries) = &node.value else {
        let message = format!("a rule file is a map that begins with `schema:`, found {}", node.kind());
        problems.push(Diagnostic::error(codes::SCHEMA, Place::top(source), message).help(help));
        return None;
    };
    let Some(position) = entries.iter().position(|(key, _)| key.text == "schema") else {
        let mut error =
            Diagnostic::error(codes::SCHEMA, Place::top(source), "the file does not say what it is").help(help);
        if let Some((key, _)) = entries.iter().find(|(key, _)| nearest(&key.text, ["schema"]).is_some()) {
            error = Diagnostic::error(codes::SCHEMA, key.place, format!("unknown key `{}`", key.text))
                .help("did you mean `schema`?");
        }
        problems.push(error);
        return None;
    };
    let (key, value) = entries.get(position)?;
    if position > 0 {
        problems.push(
            Diagnostic::error(codes::SCHEMA, key.place, "`schema` is not the first key of the file")
                .help("move it to the top, so that people and tools see at once what the file is"),
        );
    }
    let word = match &value.value {
        Value::Scalar(scalar) => scalar.text.as_str(),
        _ => "",
    };
    let found = SCHEMAS.iter().find(|(name, _)| *name == word).map(|(_, schema)| *schema);
    if found.is_none() {
        let help = match nearest(word, names()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it takes {}", or_list(names())),
        };
        problems.push(Diagnostic::error(codes::SCHEMA, value.place, format!("unknown schema `{word}`")).help(help));
    }
    found
}
