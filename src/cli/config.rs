//! `siftd config`: the effective configuration, each value with where it came from.

use super::{Context, Error, Exit, output};
use crate::service::config;

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Print the commented example file with every default instead
    #[arg(long)]
    example: bool,
}

/// Prints the configuration as YAML.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(args: &Args, context: &Context) -> Result<Exit, Error> {
    output::print(&if args.example { config::example() } else { config::effective(&context.effective) })?;
    Ok(Exit::Fine)
}
