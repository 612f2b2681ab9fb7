//! `siftd man [COMMAND]`: a manual page, in roff.

use clap::CommandFactory;

use super::{Error, Exit, arguments::Arguments, output};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The command to describe; siftd as a whole when absent
    command: Option<String>,
}

/// Prints the page.
///
/// # Errors
/// When there is no such command, or standard output cannot be written.
pub fn run(args: &Args) -> Result<Exit, Error> {
    let mut siftd = Arguments::command();
    siftd.build();
    let command = match &args.command {
        None => siftd,
        Some(name) => siftd
            .find_subcommand(name)
            .cloned()
            .ok_or_else(|| Error::new(format_args!("describe `{}`: there is no such command", name.escape_debug())))?,
    };
    let mut page = Vec::new();
    clap_mangen::Man::new(command)
        .render(&mut page)
        .map_err(|error| Error::because("write the manual page", &error))?;
    output::print(&String::from_utf8_lossy(&page))?;
    Ok(Exit::Fine)
}
