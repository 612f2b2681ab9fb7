//! The texts below a folder, and what is wrong with them as examples.

use std::{
    collections::HashMap,
    path::{Path, PathBuf},
};

use crate::{
    cli::{
        Context, Error,
        read::{self, Content},
        walk::{Input, Walk},
    },
    engine::{
        language::{self, Candidates, Guess},
        text::Document,
    },
    report::escaped_path,
    spool::Ignore,
};

/// One document.
#[derive(Debug)]
pub(super) struct Text {
    pub(super) path: PathBuf,
    pub(super) text: String,
    /// Its language, where that is known.
    pub(super) language: Option<&'static str>,
}

/// The texts of one kind, and whether something below the folder was left out.
#[derive(Debug, Default)]
pub(super) struct Texts {
    pub(super) texts: Vec<Text>,
    pub(super) left_out: bool,
}

/// Reads what lies below `folder`; what is no text, and what was there already, is left out and told to `tell`.
///
/// # Errors
/// When the folder cannot be listed, or there is nothing to learn from.
pub(super) fn read(folder: &Path, kind: &str, context: &Context, tell: &mut Vec<String>) -> Result<Texts, Error> {
    let shown = escaped_path(folder);
    let doing = || format!("learn from {shown}");
    let ignore = Ignore::new(&context.config().intake.ignore).map_err(|error| Error::because(doing(), &error))?;
    let mut found = Texts::default();
    let mut known: HashMap<String, PathBuf> = HashMap::new();
    for input in Walk::new(&[folder.to_owned()], &ignore) {
        let Input::File(path) = input.map_err(Error::new)? else {
            return Err(Error::new(format_args!("{}: name a folder of documents", doing())));
        };
        let name = escaped_path(&path).into_owned();
        let content = read::file(&path, context.config().intake.bytes_at_most)
            .map_err(|error| Error::because(format_args!("read {name}"), &error))?;
        let document = match content {
            Content::Whole(bytes) => Document::decode(bytes).map_err(|_| "it holds no text"),
            Content::TooLarge(_) => Err("it is larger than intake.bytes_at_most"),
        };
        let document = match document {
            Ok(document) => document,
            Err(why) => {
                tell.push(format!("{name} is left out: {why}"));
                found.left_out = true;
                continue;
            }
        };
        let text = document.text().to_owned();
        if let Some(first) = known.insert(sameness(&text), path.clone()) {
            tell.push(format!("{name} is left out: it has the same text as {}", escaped_path(&first)));
            found.left_out = true;
            continue;
        }
        let language = match language::guess(&document, &Candidates::default()) {
            Guess::Known { code, .. } => Some(code.as_str()),
            Guess::Unsure { .. } => None,
        };
        found.texts.push(Text { path, text, language });
    }
    if found.texts.is_empty() {
        return Err(Error::new(format_args!("{}: there is no text below it; put {kind} documents there", doing())));
    }
    Ok(found)
}

/// A text that is the same in both.
pub(super) fn shared<'t>(left: &'t [Text], right: &'t [Text]) -> Option<(&'t Path, &'t Path)> {
    let known: HashMap<String, &Path> = left.iter().map(|text| (sameness(&text.text), text.path.as_path())).collect();
    right.iter().find_map(|text| Some((*known.get(&sameness(&text.text))?, text.path.as_path())))
}

/// The language that most texts are known to be in.
pub(super) fn main_language(texts: &[Text]) -> Option<&'static str> {
    let mut counts: HashMap<&str, usize> = HashMap::new();
    for language in texts.iter().filter_map(|text| text.language) {
        *counts.entry(language).or_default() += 1;
    }
    // The first by name of equals, so that the same folder always tells the same.
    counts.into_iter().max_by(|a, b| a.1.cmp(&b.1).then(b.0.cmp(a.0))).map(|(language, _)| language)
}

/// Texts that differ in white space alone are the same.
fn sameness(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
