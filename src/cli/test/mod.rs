//! `siftd test [RULES...]`: the examples inside the rules, run through the whole engine.

mod bless;
mod cover;
mod page;
mod watch;

use std::{io::Write, path::PathBuf};

use super::{
    Context, Error, Exit,
    arguments::{Format, Printing},
    output, rules,
};
use crate::{
    engine::{
        diagnostic::Sources,
        judge::{ExampleResult, Outcome, run_examples},
        rules::{RuleSet, model::Example},
    },
    service::library,
};
use page::Page;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Rule files and folders [default: the configured ones, and those that siftd brings along]
    rules: Vec<PathBuf>,
    /// Only the examples of this rule; may be given several times
    #[arg(long, value_name = "ID")]
    rule: Vec<String>,
    #[command(flatten)]
    printing: Printing,
    /// List the patterns, conditions, exceptions and lists that no example shows
    #[arg(long)]
    coverage: bool,
    /// Write what the rules do into the examples that fail: look at the difference before you keep it
    #[arg(long)]
    bless: bool,
    /// Run again whenever a rule file is saved, until interrupted
    #[arg(long, conflicts_with = "bless")]
    watch: bool,
}

/// Runs the examples and prints those that fail.
///
/// # Errors
/// When the rules have errors, a rule that was named does not exist, a file cannot be written, or standard output not.
pub fn run(args: &Args, context: &Context) -> Result<Exit, Error> {
    if args.watch {
        return watch::run(args, context);
    }
    if args.bless {
        bless::run(args, context)?;
    }
    once(args, context)
}

/// One run over all examples.
fn once(args: &Args, context: &Context) -> Result<Exit, Error> {
    let Tested { rules, sources, results } = Tested::of(args, context)?;
    let mut text = Vec::new();
    let page = Page { rules: &rules, sources: &sources, look: context.look(true) };
    match args.printing.format() {
        Format::Human => page.write(&mut text, &results),
        Format::Json => results.iter().try_for_each(|result| writeln!(text, "{}", page.json(result))),
    }
    .and_then(|()| if args.coverage { cover::write(&mut text, &rules, &sources, args) } else { Ok(()) })
    .map_err(|error| Error::output(&error))?;
    output::print(&String::from_utf8_lossy(&text))?;
    Ok(Exit::with_findings(results.iter().any(|result| result.outcome == Outcome::Failed)))
}

/// Rules, and what became of those of their examples that were asked for.
struct Tested {
    rules: RuleSet,
    sources: Sources,
    results: Vec<ExampleResult>,
}

impl Tested {
    fn of(args: &Args, context: &Context) -> Result<Self, Error> {
        let (_, loaded) = rules::load(&args.rules, context)?;
        let sources = loaded.sources.clone();
        let rules = context.without_errors(loaded)?;
        if let Some(id) = args.rule.iter().find(|id| examples_of(&rules, id).is_none()) {
            return Err(Error::new(format_args!("test `{}`: there is no such rule", id.escape_debug())));
        }
        let results = run_examples(&rules, &library::hands(), |rule| is_wanted(&rule.id.value, &args.rule));
        Ok(Self { rules, sources, results })
    }
}

fn is_wanted(rule: &str, named: &[String]) -> bool {
    named.is_empty() || named.iter().any(|id| id == rule)
}

fn examples_of<'r>(rules: &'r RuleSet, id: &str) -> Option<&'r [Example]> {
    rules.rules().iter().find(|rule| *rule.id.value == *id).map(|rule| rule.examples.as_slice())
}
