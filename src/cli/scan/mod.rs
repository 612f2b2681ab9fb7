//! `siftd scan PATH...`: judge files and folders, and move nothing.

mod judge;
mod profile;
mod progress;
mod write;

use std::{
    io::{self, Write},
    mem::ManuallyDrop,
    path::PathBuf,
    sync::atomic::Ordering::Relaxed,
};

use clap::ValueEnum;

use super::{Context, Error, Exit, arguments, memory::Memory, pool, walk::Walk};
use crate::spool::Ignore;
use judge::{Judge, Scratch};
use profile::Profile;
use progress::Progress;
use write::Writer;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 everything would pass or be stripped; 1 something would be quarantined or rejected; 2 something could not be read."
)]
pub struct Args {
    /// Files, folders (with everything below them that the daemon would take), or - for standard input
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// How to print
    #[arg(long, value_name = "FORMAT", default_value = "human")]
    format: Format,
    /// The same as --format jsonl
    #[arg(long, conflicts_with = "format")]
    json: bool,
    /// Add every figure of each document (letters by script, metrics, the verdict's arithmetic) to the JSON lines
    #[arg(long)]
    metrics: bool,
    /// Show documents and findings that change nothing, too
    #[arg(long, short)]
    all: bool,
    /// Print no results, only set the exit code
    #[arg(long, short)]
    quiet: bool,
    /// Say on standard error where the time went, by stage and by rule
    #[arg(long, value_name = "SHAPE", num_args = 0..=1, require_equals = true, default_missing_value = "human")]
    profile: Option<arguments::Format>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// Flagged lines with the reason
    Human,
    /// One JSON object a document, in path order
    Jsonl,
    /// SARIF 2.1.0
    Sarif,
}

/// Judges what the paths name and prints it in path order.
///
/// # Errors
/// When the rules have errors, or something cannot be read or written; everything else was judged and printed.
pub fn run(args: &Args, context: &Context) -> Result<Exit, Error> {
    let format = if args.json { Format::Jsonl } else { args.format };
    if args.metrics && format != Format::Jsonl {
        return Err(Error::new(
            "scan: --metrics is for --format jsonl; `siftd explain FILE` shows one document's figures",
        ));
    }
    // Not taken apart at the end, when the other processors have nothing to do any more: the process ends with them.
    let rules = ManuallyDrop::new(context.load_rules()?);
    let ignore = Ignore::new(&context.config().intake.ignore).map_err(|error| Error::because("scan", &error))?;
    let judge = Judge {
        rules: &rules,
        policy: args.metrics.then_some(&context.config().settings.policy),
        bytes_at_most: context.config().intake.bytes_at_most,
        format: (!args.quiet).then_some(format),
        look: context.look(args.all),
        profile: args.profile.map(|_| Profile::new()),
        memory: Memory::default(),
    };
    let out = io::BufWriter::with_capacity(1 << 16, io::stdout().lock());
    let mut writer = Writer::new(out, judge.format, judge.look);
    let mut progress = Progress::new(args.quiet, &args.paths, &ignore);
    writer.begin(rules.rules()).map_err(|error| Error::output(&error))?;
    let workers = context.config().workers.max(1);
    let walk = Walk::new(&args.paths, &ignore);
    let passed_over = walk.passed_over();
    pool::in_order(
        walk,
        workers,
        workers * pool::IN_FLIGHT,
        |job, scratch: &mut Scratch| judge.run(job, scratch),
        |scratch| progress.around(|| writer.document(scratch)),
    )
    .map_err(|error| Error::output(&error))?;
    progress.finish();
    if let (Some(profile), Some(shape)) = (&judge.profile, args.profile) {
        // When standard error is closed, there is nobody to tell.
        let _ = profile.write(&mut io::stderr().lock(), shape, rules.rules(), workers);
    }
    let summary = writer.end(passed_over.load(Relaxed)).map_err(|error| Error::output(&error))?;
    if summary.unreadable() > 0 {
        return Err(Error::told());
    }
    Ok(Exit::with_findings(summary.has_findings()))
}

/// One line on standard error.
fn complain(text: &str) {
    // When standard error is closed, there is nobody to tell.
    let _ = writeln!(io::stderr(), "siftd: failed to {text}");
}
