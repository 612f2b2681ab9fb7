//! `siftd show [RULE]`: the rules in use, or one of them as it is written or as it runs.

use std::fmt::Write;

use super::{Context, Error, Exit, output};
use crate::{
    engine::rules::{
        RuleSet,
        model::{Action, Level, Rule},
        nearest_id, show,
    },
    report::human::fitted,
    service::library,
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The rule, as `pack/id` [default: a table of all rules]
    rule: Option<String>,
    /// As it runs: with overrides and defaults, and where each change comes from
    #[arg(long, requires = "rule")]
    effective: bool,
}

/// Prints the table, or one rule.
///
/// # Errors
/// When the rules have errors, the rule does not exist, or standard output cannot be written.
pub fn run(args: &Args, context: &Context) -> Result<Exit, Error> {
    let loaded = library::load(context.config()).map_err(|error| Error::from_chain(&error))?;
    let sources = loaded.sources.clone();
    let rules = context.without_errors(loaded)?;
    let Some(id) = &args.rule else {
        output::print(&table(&rules, context.look(true).columns))?;
        return Ok(Exit::Fine);
    };
    let Some(rule) = rules.rules().iter().find(|rule| *rule.id.value == **id) else {
        let near = nearest_id(&rules, id)
            .map_or_else(|| "`siftd show` lists the rules in use".to_owned(), |near| format!("did you mean `{near}`?"));
        return Err(Error::new(format_args!("show `{}`: there is no such rule; {near}", id.escape_debug())));
    };
    let mut text = if args.effective { show::effective(rule, &sources) } else { show::written(rule, &sources) };
    if !args.effective && !rule.origin.changes.is_empty() {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "# changed by overrides: siftd show {id} --effective");
    }
    output::print(&text)?;
    Ok(Exit::Fine)
}

/// One line a rule.
fn table(rules: &RuleSet, columns: usize) -> String {
    let rows: Vec<[String; 4]> = rules.rules().iter().map(row).collect();
    let heads = ["rule", "version", "status", "action"];
    let width =
        |column: usize| rows.iter().map(|row| row[column].len()).chain([heads[column].len()]).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2), width(3)];
    let mut out = String::new();
    let mut line = |cells: [&str; 4], title: &str| {
        let mut line = String::new();
        for (cell, width) in cells.iter().zip(widths) {
            let _ = write!(line, "{cell:width$}  ");
        }
        let (title, _) = fitted(title, columns.saturating_sub(line.len()));
        line.push_str(&title);
        out.push_str(line.trim_end());
        out.push('\n');
    };
    line(heads, "title");
    for (rule, row) in rules.rules().iter().zip(&rows) {
        line([&row[0], &row[1], &row[2], &row[3]], rule.title.as_deref().unwrap_or_default());
    }
    let changed = rules.rules().iter().filter(|rule| !rule.origin.changes.is_empty()).count();
    if changed > 0 {
        let _ = writeln!(out, "\n* changed by overrides: siftd show RULE --effective");
    }
    out
}

fn row(rule: &Rule) -> [String; 4] {
    let effects: Vec<&str> = rule.action.map(Action::as_str).into_iter().chain(rule.score.map(Level::as_str)).collect();
    let mark = if rule.origin.changes.is_empty() { "" } else { " *" };
    [format!("{}{mark}", rule.id.value), rule.version.to_string(), rule.status.as_str().to_owned(), effects.join(", ")]
}
