//! What can be typed: the verbs and the options that all of them share.

use std::path::PathBuf;

use clap::{Args, Parser, Subcommand, ValueEnum};

use super::{
    check, completions, config, confirm, diff, doctor, evaluate, expire, explain, history, init, man, new, once,
    release, reload, retry, run, scan, schema, show, status, test, topic, verify,
};

/// Watches an inbox folder of text files, judges each by YAML rules and language detection, and moves the clean ones to
/// a curated folder.
#[derive(Debug, Parser)]
#[command(name = "siftd", version, max_term_width = 100)]
#[command(after_help = "Exit codes: 0 fine; 1 findings (something would be quarantined or rejected, a check or test \
                        failed); 2 could not do it.")]
pub(super) struct Arguments {
    #[command(subcommand)]
    pub(super) verb: Verb,
    #[command(flatten)]
    pub(super) globals: Globals,
}

/// Options of every verb.
#[derive(Debug, Clone, Default, Args)]
#[command(next_help_heading = "Options of every command")]
pub(super) struct Globals {
    /// Configuration file [default: $SIFTD_CONFIG, ./siftd.yaml or /etc/siftd/siftd.yaml, whichever is there first]
    #[arg(long, global = true, value_name = "FILE")]
    pub(super) config: Option<PathBuf>,
    /// Folder that holds inbox, curated, quarantine, rejected and originals
    #[arg(long, global = true, value_name = "DIR")]
    pub(super) spool: Option<PathBuf>,
    /// Folder with rule files, instead of the configured ones; may be given several times
    #[arg(long = "rules", global = true, value_name = "DIR")]
    pub(super) rule_folders: Vec<PathBuf>,
    /// How to write the log
    #[arg(long, global = true, value_name = "FORMAT")]
    pub(super) log_format: Option<LogFormat>,
    /// When to use colours
    #[arg(long, global = true, value_name = "WHEN", default_value = "auto")]
    pub(super) color: Color,
}

/// How to write the log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum LogFormat {
    /// One line of text an event.
    Text,
    /// One JSON object an event.
    Json,
}

/// For whom to write results.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Format {
    /// For people
    Human,
    /// For programs: one object, or one a line
    Json,
}

/// For whom a verb writes its results: asked for in the same words of every verb.
#[derive(Debug, Clone, Copy, Args)]
pub(super) struct Printing {
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// The same as --format json
    #[arg(long, conflicts_with = "format")]
    json: bool,
}

impl Printing {
    pub(super) fn format(self) -> Format {
        if self.json { Format::Json } else { self.format }
    }
}

/// When to use colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, ValueEnum)]
pub(super) enum Color {
    /// On a terminal, unless NO_COLOR is set.
    #[default]
    Auto,
    /// Always.
    Always,
    /// Never.
    Never,
}

#[derive(Debug, Subcommand)]
pub(super) enum Verb {
    /// Watch the inbox and file away what is dropped there, until told to stop
    Run(run::Args),
    /// Judge and file away what lies in the inbox now, then exit
    Once(once::Args),
    /// Judge files and folders, and move nothing
    Scan(scan::Args),
    /// Say why a file was flagged or not, or what a diagnostic code means
    Explain(explain::Args),
    /// Print every mistake in the rule files
    Check(check::Args),
    /// Run the examples inside the rules
    Test(test::Args),
    /// Say what a change of rules would do to documents
    Diff(diff::Args),
    /// Measure on labelled text what the rules find and what they harm
    Evaluate(evaluate::Args),
    /// List the rules, or print one as it is written or as it runs
    Show(show::Args),
    /// Print the JSON Schema by which editors check and complete the files
    Schema(schema::Args),
    /// Show the folders, the inbox and the rules in use
    Status(status::Args),
    /// Look for what keeps siftd from its work here, and say what to do
    Doctor(doctor::Args),
    /// Show what was judged, and what came of it
    History(history::Args),
    /// Tell what of curated and originals is not as it was published
    Verify(verify::Args),
    /// Send quarantined files on to the curated folder
    Release(release::Args),
    /// Write down that a file lies where it belongs
    Confirm(confirm::Args),
    /// Judge quarantined and rejected files again
    Retry(retry::Args),
    /// Delete what the retention policies no longer keep
    Expire(expire::Args),
    /// Make the running daemon take its rule files again, and say what came of it
    Reload(reload::Args),
    /// Print the configuration in effect, and where each value came from
    Config(config::Args),
    /// Make a topic's profile from example documents, or score documents by one
    Topic(topic::Args),
    /// Write a rule to start from
    New(new::Args),
    /// Make a spool with a configuration and a first rule
    Init(init::Args),
    /// Print a completion script for a shell
    Completions(completions::Args),
    /// Print the manual page
    Man(man::Args),
}
