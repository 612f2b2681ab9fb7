//! `siftd schema KIND`: the JSON Schema by which editors check and complete rule files and the configuration.

use clap::ValueEnum;

use super::{Error, Exit, output};
use crate::{engine::rules::schema, service::config};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Of which kind of file
    kind: Kind,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Kind {
    /// Packs of rules
    Rules,
    /// Topics
    Topic,
    /// Overrides
    Overrides,
    /// siftd.yaml
    Config,
}

/// Prints the schema.
///
/// # Errors
/// When standard output cannot be written.
pub fn run(args: &Args) -> Result<Exit, Error> {
    let schema = match args.kind {
        Kind::Rules => schema::rules(),
        Kind::Topic => schema::topic(),
        Kind::Overrides => schema::overrides(),
        Kind::Config => config::schema(),
    };
    output::print(&format!("{schema:#}\n"))?;
    Ok(Exit::Fine)
}
