//! The files of a library, told apart by their schema.

use std::collections::HashSet;

use crate::engine::{
    diagnostic::{Diagnostic, Place, Sources, codes},
    rules::{
        Hands, Library,
        decode::{Problems, nearest, or_list},
        hands::each,
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
    pub(super) fn open(library: &dyn Library, hands: &dyn Hands, sources: &mut Sources, problems: &Problems) -> Self {
        let topics = library.topics();
        let mut seen: HashSet<String> = topics.iter().map(|file| file.name.clone()).collect();
        let configured = topics.len();
        let packs = library.packs().into_iter().filter(|file| seen.insert(file.name.clone()));
        let taken: Vec<Taken> = topics.into_iter().chain(packs).map(|file| Taken::of(file, sources)).collect();
        let read = each(hands, &taken, |file| file.read(sources));
        let mut files = Self { all_read: true, ..Self::default() };
        for (index, (file, read)) in taken.into_iter().zip(read).enumerate() {
            let opened = file.open(read, problems);
            match (opened, index < configured) {
                (Some((opened, Schema::Topic)), true) => files.topics.push(opened),
                (Some((opened, _)), true) => problems.push(
                    Diagnostic::error(codes::SCHEMA, opened.node.place, "a topic was wanted here, and this is none")
                        .help("write `schema: topic/1`, or take the file out of the configured topics"),
                ),
                (Some((opened, Schema::Rules)), false) => files.packs.push(opened),
                (Some((opened, Schema::Topic)), false) => files.idle_topics.push(opened),
                (Some((opened, Schema::Overrides)), false) => files.overrides.push(opened),
                (None, is_topic) => files.all_read &= is_topic,
            }
        }
        files
    }
}

/// A file that was taken into the sources.
struct Taken {
    name: String,
    is_shipped: bool,
    /// Its number there.
    source: Result<u32, Diagnostic>,
}

impl Taken {
    fn of(file: File, sources: &mut Sources) -> Self {
        let source = yaml::text(&file.name, &file.bytes, sources);
        Self { is_shipped: file.is_shipped(), name: file.name, source }
    }

    fn read(&self, sources: &Sources) -> Result<Node, Vec<Diagnostic>> {
        let source = *self.source.as_ref().map_err(|problem| vec![problem.clone()])?;
        let text = sources.get(source).map_or("", |(_, text)| text);
        if self.is_shipped { yaml::read_known(text, source) } else { yaml::read(text, source) }
    }

    /// Tells what it is, or what is wrong with it.
    fn open(self, read: Result<Node, Vec<Diagnostic>>, problems: &Problems) -> Option<(Opened, Schema)> {
        match read {
            Ok(node) => {
                let schema = schema(&node, problems)?;
                Some((Opened { name: self.name, node }, schema))
            }
            Err(found) => {
                problems.extend(found);
                None
            }
        }
    }
}

fn schema(node: &Node, problems: &Problems) -> Option<Schema> {
    let names = || SCHEMAS.iter().map(|(name, _)| *name);
    let help = format!("begin it with `schema: rules/1`; it takes {}", or_list(names()));
    let Value::Map(entries) = &node.value else {
        let message = format!("a rule file is a map that begins with `schema:`, found {}", node.kind());
        problems.push(Diagnostic::error(codes::SCHEMA, Place::top(node.place.source), message).help(help));
        return None;
    };
    let Some(position) = entries.iter().position(|(key, _)| key.text == "schema") else {
        let mut error =
            Diagnostic::error(codes::SCHEMA, Place::top(node.place.source), "the file does not say what it is")
                .help(help);
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
