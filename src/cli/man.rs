//! `siftd man [COMMAND...]`: a manual page, in roff.

use clap::{Command, CommandFactory};
use clap_mangen::Man;

use super::{Error, Exit, arguments::Arguments, output};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// The command to describe, such as `status` or `topic learn`; siftd as a whole when absent
    command: Vec<String>,
    /// Print the names of all pages instead, one a line
    #[arg(long, conflicts_with = "command")]
    list: bool,
}

/// Prints the page.
///
/// # Errors
/// When there is no such command, or standard output cannot be written.
pub fn run(args: &Args) -> Result<Exit, Error> {
    let mut siftd = without_help(Arguments::command());
    siftd.build();
    if args.list {
        let mut names = String::new();
        list(&siftd, &mut names);
        output::print(&names)?;
        return Ok(Exit::Fine);
    }
    let mut command = &siftd;
    // A page is asked for by the words of the command or by its own name: `topic learn`, `siftd-topic-learn`.
    let words = args.command.iter().flat_map(|words| words.split([' ', '-']));
    for name in words.skip_while(|word| *word == siftd.get_name()) {
        command = command.find_subcommand(name).ok_or_else(|| {
            Error::new(format_args!(
                "describe `{}`: there is no such command; `siftd man --list` names all pages",
                args.command.join(" ").escape_debug()
            ))
        })?;
    }
    let page = page(command).map_err(|error| Error::because("write the manual page", &error))?;
    output::print(&page)?;
    Ok(Exit::Fine)
}

/// The same without `help` among what stands below it: what it prints is on the page of each command.
fn without_help(command: Command) -> Command {
    let below: Vec<String> = command.get_subcommands().map(|below| below.get_name().to_owned()).collect();
    let command = command.disable_help_subcommand(true);
    below.into_iter().fold(command, |command, name| command.mut_subcommand(name, without_help))
}

/// The names of a command's page and of those below it.
fn list(command: &Command, names: &mut String) {
    *names += command.get_display_name().unwrap_or_else(|| command.get_name());
    names.push('\n');
    for below in command.get_subcommands() {
        list(below, names);
    }
}

/// The page of one command. What stands below its help are the exit codes for most, and are looked for under that heading.
fn page(command: &Command) -> std::io::Result<String> {
    let mut page = Vec::new();
    Man::new(command.clone()).render(&mut page)?;
    let below = command.get_after_help().map(ToString::to_string).unwrap_or_default();
    let heading = if below.starts_with("Exit codes") { "\"EXIT STATUS\"" } else { "NOTES" };
    Ok(String::from_utf8_lossy(&page).replacen(".SH EXTRA", &format!(".SH {heading}"), 1))
}
