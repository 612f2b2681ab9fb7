//! `siftd check [RULES...]`: every mistake of every rule file, in one run.

mod levels;

use std::path::PathBuf;

use clap::ValueEnum;

use super::{Context, Error, Exit, output};
use crate::{
    engine::{
        diagnostic::{Diagnostic, Severity, Sources, json, render},
        judge::lint,
        rules::{Embedded, Library, Loaded},
    },
    report::diagnostics::{annotation, sarif},
    service::library::{self, Folders},
};
use levels::Levels;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Rule files and folders [default: the configured ones, and those that siftd brings along]
    rules: Vec<PathBuf>,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// Let warnings fail the check, too
    #[arg(long)]
    strict: bool,
    #[command(flatten)]
    levels: Levels,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Drawn on the source
    Human,
    /// One JSON object a line
    Json,
    /// One SARIF 2.1.0 log
    Sarif,
    /// Annotations for GitHub Actions
    Github,
}

/// Prints what is wrong with the rules.
///
/// # Errors
/// When a file cannot be read, or standard output not be written.
pub fn run(args: &Args, context: &Context) -> Result<Exit, Error> {
    let Loaded { rules, mut diagnostics, sources } = load(&args.rules, context)?;
    if let Some(rules) = &rules {
        diagnostics.extend(lint(rules).into_iter().filter(|told| is_editable(told, &sources)));
        diagnostics.sort_by_key(Diagnostic::place);
    }
    args.levels.apply(&mut diagnostics)?;
    let count = |severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    let counts = [Severity::Error, Severity::Warning, Severity::Note].map(count);
    output::print(&match args.format {
        Format::Human => {
            let mut drawn = render(&diagnostics, &sources, context.color);
            if !diagnostics.is_empty() {
                drawn.truncate(drawn.trim_end().len());
                drawn.push_str("\n\n");
            }
            drawn + &summary(sources.files.len(), rules.map(|rules| rules.len()), counts)
        }
        Format::Json => diagnostics.iter().map(|diagnostic| format!("{}\n", json(diagnostic, &sources))).collect(),
        Format::Sarif => sarif(&diagnostics, &sources),
        Format::Github => diagnostics.iter().map(|diagnostic| annotation(diagnostic, &sources)).collect(),
    })?;
    let [errors, warnings, _] = counts;
    Ok(Exit::with_findings(errors > 0 || args.strict && warnings > 0))
}

/// Whether it is about a file on disk: advice about shipped packs is no use to those who cannot change them.
fn is_editable(told: &Diagnostic, sources: &Sources) -> bool {
    let name = told.place().and_then(|place| sources.get(place.source)).map(|(name, _)| name);
    name.is_none_or(|name| !Embedded.holds(name))
}

/// Loads the rules of `paths`, or the configured ones.
pub(super) fn load(paths: &[PathBuf], context: &Context) -> Result<Loaded, Error> {
    if paths.is_empty() {
        return library::load(&context.config).map_err(|error| Error::from_chain(&error));
    }
    let read = |shipped| -> Result<Folders, Error> {
        let mut folders = Folders::new(shipped);
        for path in paths {
            folders.add_packs(path).map_err(|error| Error::from_chain(&error))?;
        }
        Ok(folders)
    };
    let mut folders = read(false)?;
    // Overrides mean the packs beside which they will stand.
    if context.config.rules.shipped && folders.has_overrides() {
        folders = read(true)?;
    }
    Ok(library::compile(&folders, &context.config.settings))
}

fn summary(files: usize, rules: Option<usize>, [errors, warnings, notes]: [usize; 3]) -> String {
    let count = |count: usize, noun: &str| format!("{count} {noun}{}", if count == 1 { "" } else { "s" });
    let rules = rules.map_or_else(String::new, |rules| format!(", {}", count(rules, "rule")));
    let notes = if notes > 0 { format!(", {}", count(notes, "note")) } else { String::new() };
    format!("{}{rules}: {}, {}{notes}\n", count(files, "file"), count(errors, "error"), count(warnings, "warning"))
}
