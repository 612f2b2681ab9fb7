//! `siftd topic`: profiles of what a collection is about.

mod figures;
mod learn;
mod patterns;
mod profile;
mod texts;
mod trial;

use super::{Context, Error, Exit};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    #[command(subcommand)]
    what: What,
}

#[derive(Debug, clap::Subcommand)]
enum What {
    /// Make a profile from a folder of example documents, and measure it on texts that it has not seen
    Learn(learn::Args),
    /// Score documents by a profile, and show which terms carry the score and where the threshold falls
    Try(trial::Args),
}

/// Learns or tries.
///
/// # Errors
/// When what was named cannot be read or used.
pub fn run(args: &Args, context: &Context) -> Result<Exit, Error> {
    match &args.what {
        What::Learn(args) => learn::run(args, context),
        What::Try(args) => trial::run(args, context),
    }
}
