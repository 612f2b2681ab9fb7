//! `siftd evaluate PATH...`: what the rules find and what they harm, measured on text that people have labelled.

mod labels;
mod page;
mod score;
mod source;
mod tally;

use std::{
    io::{self, Write},
    path::PathBuf,
};

use super::{
    Context, Error, Exit,
    arguments::{Format, Printing},
    memory::Memory,
    output, pool,
};
use crate::spool::Ignore;
use score::{Score, score};
use source::Source;
use tally::Tally;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
Labelled text is one of these, mixed as you like:

  FILE.jsonl           a document a line:
                         {\"id\": \"a\", \"lines\": [{\"text\": \"...\", \"label\": \"junk\"}, ...]}   junk, content or skip; 1, 0 or -1
                         {\"id\": \"b\", \"text\": \"...\", \"junk_lines\": [1, 2], \"skip_lines\": [4]}   all other lines are content
                         {\"id\": \"c\", \"text\": \"...\", \"label\": \"content\"}   content: all of it is; junk: to be put aside
                       a document with labelled lines should stay, unless it has \"label\": \"junk\" beside them
  clean/..., junk/...  files below a folder of that name: all content, or to be put aside
  NAME                 a file with its labels beside it in NAME.labels.json: {\"junk_lines\": [1, 2], \"skip_lines\": [4]}

Lines count from 1, blank ones included. Nothing is moved.")]
pub struct Args {
    /// Labelled documents: folders, files, JSON lines
    #[arg(required = true, value_name = "PATH")]
    paths: Vec<PathBuf>,
    /// Lines to show of each rule that hits content
    #[arg(long, value_name = "N", default_value_t = 2)]
    samples: usize,
    #[command(flatten)]
    printing: Printing,
}

/// What becomes of one document; used again for the next.
#[derive(Debug, Default)]
struct Scratch(Option<Result<Score, String>>);

/// Judges labelled documents and prints what the rules found and harmed.
///
/// # Errors
/// When the rules have errors, or a document cannot be read or has no labels; everything else was measured and printed.
pub fn run(args: &Args, context: &Context) -> Result<Exit, Error> {
    let rules = context.load_rules()?;
    let ignore = Ignore::new(&context.config().intake.ignore).map_err(|error| Error::because("evaluate", &error))?;
    let bytes_at_most = context.config().intake.bytes_at_most;
    let mut tally = Tally::new(args.samples);
    let (mut failures, memory) = (0_usize, Memory::default());
    let workers = context.config().workers.max(1);
    let measured: Result<(), Error> = pool::in_order(
        Source::new(&args.paths, &ignore),
        workers,
        workers * pool::IN_FLIGHT,
        |job, scratch: &mut Scratch| {
            scratch.0 = Some(job.and_then(|job| {
                let _taken = job.wait_for(&memory, bytes_at_most);
                score(&rules, job.read(bytes_at_most)?)
            }));
        },
        |scratch| {
            match scratch.0.take() {
                Some(Ok(score)) => tally.add(score),
                Some(Err(failure)) => {
                    failures += 1;
                    // When standard error is closed, there is nobody to tell.
                    let _ = writeln!(io::stderr(), "siftd: failed to {failure}");
                }
                None => {}
            }
            Ok(())
        },
    );
    measured?;
    match (tally.documents(), failures) {
        (0, 0) => return Err(Error::new("measure anything: what was named holds no document")),
        // Nothing was measured, and why was told of each.
        (0, _) => return Err(Error::told()),
        _ => {}
    }
    output::print(&match args.printing.format() {
        Format::Human => page::text(&tally),
        Format::Json => format!("{}\n", page::json(&tally, &rules.fingerprint().to_string())),
    })?;
    if failures > 0 { Err(Error::told()) } else { Ok(Exit::Fine) }
}
