//! `siftd check [RULES...]`: every mistake of every rule file, in one run.

mod cost;
mod levels;

use std::path::PathBuf;

use clap::ValueEnum;

use super::{Context, Error, Exit, output, rules};
use crate::{
    engine::{
        diagnostic::{Diagnostic, Place, Severity, json, render},
        judge::{self, lint, lint_costs},
        rules::Loaded,
    },
    report::{
        diagnostics::{annotation, sarif},
        human::count_of,
    },
    service::library,
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
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Let warnings fail the check, too
    #[arg(long)]
    strict: bool,
    /// List what each of your own patterns costs on text that was made to hurt it, dearest first
    #[arg(long)]
    cost: bool,
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
    let (folders, loaded) = rules::load(&args.rules, context)?;
    if let ([_, ..], true) = (args.rules.as_slice(), folders.is_empty()) {
        return Err(Error::new("check anything: what was named holds no rule file (NAME.yaml or NAME.yml)"));
    }
    let Loaded { rules, mut diagnostics, sources } = loaded;
    // Advice about shipped packs is no use to those who cannot change them.
    let asked_for: Vec<bool> = sources.files.iter().map(|(name, _)| folders.is_asked_for(name)).collect();
    let is_asked_for = |place: Place| asked_for.get(place.source as usize).is_none_or(|asked_for| *asked_for);
    let mut costs = Vec::new();
    if let Some(rules) = &rules {
        let hands = library::hands();
        costs = judge::costs(rules, &hands, is_asked_for);
        diagnostics.extend(lint(rules, &hands, is_asked_for));
        diagnostics.extend(lint_costs(&costs));
    }
    diagnostics.retain(|told| told.severity == Severity::Error || told.place().is_none_or(is_asked_for));
    diagnostics.sort_by_key(Diagnostic::place);
    args.levels.apply(&mut diagnostics)?;
    let count = |severity| diagnostics.iter().filter(|diagnostic| diagnostic.severity == severity).count();
    let counts = [Severity::Error, Severity::Warning, Severity::Note].map(count);
    let priced = if args.cost { cost::priced(costs) } else { Vec::new() };
    output::print(&match if args.json { Format::Json } else { args.format } {
        Format::Human => {
            let mut drawn = render(&diagnostics, &sources, context.color);
            if !diagnostics.is_empty() {
                drawn.truncate(drawn.trim_end().len());
                drawn.push_str("\n\n");
            }
            drawn += &cost::table(&priced, &sources, context.look(true).columns);
            let is_alone = !args.rules.is_empty() && asked_for.iter().all(|asked_for| *asked_for);
            drawn + &summary(sources.files.len(), rules.map(|rules| rules.len()), counts, is_alone)
        }
        Format::Json => {
            let told: String = diagnostics.iter().map(|told| format!("{}\n", json(told, &sources))).collect();
            told + &cost::json_lines(&priced, &sources)
        }
        Format::Sarif => sarif(&diagnostics, &sources),
        Format::Github => diagnostics.iter().map(|diagnostic| annotation(diagnostic, &sources)).collect(),
    })?;
    let [errors, warnings, _] = counts;
    Ok(Exit::with_findings(errors > 0 || args.strict && warnings > 0))
}

/// How much was found; and, where nothing was that keeps rules from being used, what else may keep them from it. `is_alone`: the
/// packs beside them were not looked at.
fn summary(files: usize, rules: Option<usize>, [errors, warnings, notes]: [usize; 3], is_alone: bool) -> String {
    let rules = rules.map_or_else(String::new, |rules| format!(", {}", count_of(rules, "rule")));
    let notes = if notes > 0 { format!(", {}", count_of(notes, "note")) } else { String::new() };
    let unseen = match (errors, is_alone) {
        (1.., _) => "",
        (0, false) => "; examples are run by `siftd test`",
        (0, true) => "; examples are run by `siftd test`, packs of the same name found by `siftd check` without a path",
    };
    format!(
        "{}{rules}: {}, {}{notes}{unseen}\n",
        count_of(files, "file"),
        count_of(errors, "error"),
        count_of(warnings, "warning")
    )
}
