//! `siftd new`: things to start from.

mod draft;
mod edit;
mod rule;

use super::{Context, Error, Exit};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Write a rule that flags a line like the one that is named
    Rule(rule::Args),
}

/// Makes what was asked for.
///
/// # Errors
/// When it cannot be made.
pub fn run(args: &Args, context: &Context) -> Result<Exit, Error> {
    match &args.what {
        What::Rule(args) => rule::run(args, context),
    }
}
