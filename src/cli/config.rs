//! `siftd config`: the effective configuration, each value with where it came from.

use super::{Context, Error, Exit, output};
use crate::{service::config, spool::LayoutError};

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
/// When folders that it names cannot be used together, or a rule folder is not there; when standard output cannot be written.
pub fn run(args: &Args, context: &Context) -> Result<Exit, Error> {
    output::print(&if args.example { config::example() } else { config::effective(&context.effective) })?;
    if !args.example {
        context.check_rule_folders()?;
        // Whether they are there is another matter.
        if let Err(error @ (LayoutError::Same { .. } | LayoutError::Nested { .. })) =
            context.config().layout.check_apart()
        {
            return Err(Error::new(format_args!("use the configuration: {error}")));
        }
    }
    Ok(Exit::Fine)
}
