//! `siftd topic learn FOLDER`: from example documents to a measured profile.

use std::{
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{
    figures, patterns,
    profile::{self, id_of},
    texts::{self, Text, Texts},
};
use crate::{
    cli::{Context, Error, Exit, output},
    engine::topics::{Profile, Topic, Validation},
    report::escaped_path,
};

/// How many of the strongest terms are shown.
const SHOWN: usize = 12;

/// Arguments.
#[derive(Debug, clap::Args)]
pub(super) struct Args {
    /// Folder of documents that are on the topic
    #[arg(value_name = "FOLDER", required_unless_present = "terms")]
    folder: Option<PathBuf>,
    /// Folder of documents that are not: the profile learns from them too
    #[arg(long, value_name = "FOLDER")]
    counter: Option<PathBuf>,
    /// Folder of other documents that are not, such as the rest of your collection: only to measure by
    #[arg(long, value_name = "FOLDER")]
    background: Option<PathBuf>,
    /// A word or phrase that speaks for the topic; may be given several times
    #[arg(long = "term", value_name = "TERM")]
    terms: Vec<String>,
    /// Share of the documents on the topic that may be taken for others: more, and more of the others are caught
    #[arg(long, value_name = "SHARE", default_value_t = 0.01, value_parser = share)]
    false_alarms: f64,
    /// File to write the profile to, beside or above its documents [default: print it]
    #[arg(long, value_name = "FILE")]
    out: Option<PathBuf>,
    /// What to call the topic [default: after the folder]
    #[arg(long, value_name = "ID")]
    id: Option<String>,
    /// One line for people
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
}

fn share(text: &str) -> Result<f64, String> {
    let value = text.parse().map_err(|_| "it is no number".to_owned())?;
    if value > 0.0 && value <= 0.5 {
        Ok(value)
    } else {
        Err("it must be above 0 and at most 0.5, such as 0.01".to_owned())
    }
}

/// Learns a topic, measures it, and writes its profile.
///
/// # Errors
/// When a folder holds no text, a text is both an example and a counter-example, or the profile cannot be written.
pub(super) fn run(args: &Args, context: &Context) -> Result<Exit, Error> {
    let Material { examples, counter, background } = &Material::read(args, context)?;
    let after = args
        .folder
        .as_deref()
        .and_then(Path::file_name)
        .map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    let id = args.id.clone().unwrap_or_else(|| id_of(&after));
    let texts = |found: &Texts| found.texts.iter().map(|text| text.text.clone()).collect::<Vec<_>>();
    let topic = Topic {
        id: id.as_str().into(),
        strong_terms: args.terms.clone(),
        examples: texts(examples),
        counter_examples: texts(counter),
        ..Topic::default()
    };
    let validation = Validation::of(&topic, &texts(background));
    let others = match (counter.texts.is_empty(), background.texts.is_empty()) {
        (true, true) => None,
        (false, true) => Some("counter-examples"),
        (true, false) => Some("background documents"),
        (false, false) => Some("counter-examples and background documents"),
    };
    let figures = if examples.texts.is_empty() {
        vec![
            "Made from terms alone: nothing was measured. Try it with `siftd topic try`, then set at_least.".to_owned(),
        ]
    } else {
        figures::lines(&validation, args.false_alarms, others)
    };
    let base = match (&args.out, &args.folder) {
        (Some(out), _) => out.parent().unwrap_or(Path::new("")).to_owned(),
        (None, Some(folder)) => folder.parent().unwrap_or(Path::new("")).to_owned(),
        (None, None) => PathBuf::new(),
    };
    let text = profile::Profile {
        id: &id,
        title: args.title.as_deref().unwrap_or(&id),
        figures: &figures,
        at_least: figures::suggested(&validation, args.false_alarms).map(|(score, _)| score),
        terms: &args.terms,
        examples: &patterns::of(examples, &base)?,
        counter_examples: &patterns::of(counter, &base)?,
    }
    .text();
    let Some(out) = &args.out else {
        output::print(&text)?;
        return Ok(Exit::Fine);
    };
    let shown = escaped_path(out);
    write_new(out, &text)?;
    let profile = Profile::build(&topic);
    let strongest: Vec<&str> = profile.strongest().iter().take(SHOWN).map(String::as_str).collect();
    output::print(&format!(
        "{}\nstrongest terms: {}\nwrote {shown}; name it under `topics:` in siftd.yaml, or see what it does: siftd topic try {shown} PATH...\n",
        figures.join("\n"),
        strongest.join(", ")
    ))?;
    Ok(Exit::Fine)
}

/// The documents to learn and to measure by.
struct Material {
    examples: Texts,
    counter: Texts,
    background: Texts,
}

impl Material {
    /// Reads them, and tells what is odd about them.
    fn read(args: &Args, context: &Context) -> Result<Self, Error> {
        let mut told = Vec::new();
        let mut read = |folder: &Option<PathBuf>, kind| match folder {
            Some(folder) => texts::read(folder, kind, context, &mut told),
            None => Ok(Texts::default()),
        };
        let examples = read(&args.folder, "example")?;
        let counter = read(&args.counter, "counter-example")?;
        let background = read(&args.background, "other")?;
        for (others, kind) in [(&counter, "a counter-example"), (&background, "background")] {
            if let Some((example, other)) = texts::shared(&examples.texts, &others.texts) {
                return Err(Error::new(format_args!(
                    "learn: {} is an example and, as {}, {kind} too; take it out of one of the folders",
                    escaped_path(example),
                    escaped_path(other)
                )));
            }
        }
        told.extend(strangers(&examples.texts, &counter.texts, &background.texts));
        told.extend(languages_without_examples(&examples.texts, context));
        told.extend(args.folder.as_deref().and_then(|folder| filled_by_siftd(folder, context)));
        for line in &told {
            // When standard error is closed, there is nobody to tell.
            let _ = writeln!(io::stderr(), "siftd: {line}");
        }
        Ok(Self { examples, counter, background })
    }
}

fn write_new(out: &Path, text: &str) -> Result<(), Error> {
    let doing = format!("write {}", escaped_path(out));
    let made = fs::File::create_new(out).and_then(|mut file| file.write_all(text.as_bytes()));
    made.map_err(|error| match error.kind() {
        io::ErrorKind::AlreadyExists => {
            Error::new(format_args!("{doing}: it is there already; remove it, or choose another with --out"))
        }
        _ => Error::because(doing, &error),
    })
}

/// A topic speaks the languages of its examples: what is to be said where documents in others are wanted, too.
fn languages_without_examples(examples: &[Text], context: &Context) -> Option<String> {
    texts::main_language(examples)?;
    let is_missing = |code: &&str| !examples.iter().any(|text| text.language == Some(*code));
    let wanted = context.config().settings.languages.wanted.iter().map(|code| code.as_str());
    let missing: Vec<&str> = wanted.filter(is_missing).collect();
    (!missing.is_empty()).then(|| {
        format!(
            "no example is in {}: documents in {} are far from this topic, whatever they say",
            missing.join(", "),
            if missing.len() == 1 { "it" } else { "them" }
        )
    })
}

/// What is to be said where siftd itself fills the folder of the examples.
fn filled_by_siftd(folder: &Path, context: &Context) -> Option<String> {
    let curated = fs::canonicalize(&context.config().layout.curated).ok()?;
    fs::canonicalize(folder).ok()?.starts_with(&curated).then(|| {
        format!(
            "{} is filled by siftd: each document let through by mistake becomes an example; copy the good ones elsewhere",
            escaped_path(folder)
        )
    })
}

/// What is to be said of texts in other languages than most of the examples.
fn strangers(examples: &[Text], counter: &[Text], background: &[Text]) -> Vec<String> {
    let Some(main) = texts::main_language(examples) else { return Vec::new() };
    let mut told = Vec::new();
    let strange: Vec<&Text> = examples.iter().filter(|text| text.language.is_some_and(|code| code != main)).collect();
    if let Some(first) = strange.first() {
        told.push(format!(
            "{} of {} examples are not in {main} like most, such as {} ({}); a topic in several languages needs examples in each",
            strange.len(),
            examples.len(),
            escaped_path(&first.path),
            first.language.unwrap_or_default()
        ));
    }
    for (texts, kind) in [(counter, "counter-examples"), (background, "background documents")] {
        if let Some(other) = texts::main_language(texts).filter(|other| *other != main) {
            told.push(format!(
                "the {kind} are in {other} and the examples in {main}: the figures tell languages apart, not topics"
            ));
        }
    }
    told
}
