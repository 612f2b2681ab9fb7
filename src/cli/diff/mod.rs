//! `siftd diff`: what other rules would do to documents that are there.

mod base;
mod change;
mod corpus;
mod decision;
mod tally;
mod write;

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
use crate::{engine::rules::RuleSet, service::library};
use base::Base;
use change::{Both, Change};
use decision::Decisions;
use tally::Tally;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(after_help = "\
The configured rules (or those of --rules) are compared with those of --base, by judging each document both ways; nothing \
is moved. Topics, languages and limits are the configured ones on both sides.

--gate fails if there is
  a document that a person released or confirmed, and that the new rules judge otherwise while the base does not;
  a document that passes the base untouched and not the new rules, unless a person confirmed that verdict.

Exit codes: 0 fine; 1 the gate failed; 2 something could not be judged.")]
pub struct Args {
    /// Rules to compare with: a folder, or a git revision of the rules folders [default: the packs siftd brings along, alone]
    #[arg(long, value_name = "DIR|REV")]
    base: Option<String>,
    /// Documents to judge [default: everything in the spool, as it was dropped]
    #[arg(long, value_name = "PATH", num_args = 1..)]
    corpus: Vec<PathBuf>,
    /// Leave out the packs that siftd brings along, on both sides
    #[arg(long)]
    no_shipped: bool,
    /// Exit with 1 if clean documents change or a person is contradicted; see below
    #[arg(long)]
    gate: bool,
    /// Lines and documents to show of each rule and verdict
    #[arg(long, value_name = "N", default_value_t = 3)]
    samples: usize,
    #[command(flatten)]
    printing: Printing,
}

/// What becomes of one document; used again for the next.
#[derive(Debug, Default)]
struct Scratch(Option<Result<Change, String>>);

/// Compares two sets of rules on documents: findings only as a gate that fails.
///
/// # Errors
/// When rules have errors, or something cannot be read; everything else was compared and printed.
pub fn run(args: &Args, context: &Context) -> Result<Exit, Error> {
    let mut config = context.config().clone();
    config.rules.shipped &= !args.no_shipped;
    let base = Base::of(args.base.as_deref(), &config)?;
    let load = |config| -> Result<RuleSet, Error> {
        context.without_errors(library::load(config).map_err(|error| Error::from_chain(&error))?)
    };
    let (base_rules, new_rules) = (load(&base.config)?, load(&config)?);
    let decisions = Decisions::of(context)?;
    let files = corpus::files(&args.corpus, context)?;
    let both = Both {
        base: &base_rules,
        new: &new_rules,
        decisions: &decisions,
        bytes_at_most: context.config().intake.bytes_at_most,
        memory: Memory::default(),
    };
    let mut tally = Tally::default();
    let workers = context.config().workers.max(1);
    let compared: Result<(), Error> = pool::in_order(
        files.into_iter(),
        workers,
        workers * pool::IN_FLIGHT,
        |path, scratch: &mut Scratch| scratch.0 = Some(both.compare(&path)),
        |scratch| {
            match scratch.0.take() {
                Some(Ok(change)) => tally.add(change),
                Some(Err(failure)) => {
                    tally.unreadable += 1;
                    // When standard error is closed, there is nobody to tell.
                    let _ = writeln!(io::stderr(), "siftd: failed to {failure}");
                }
                None => {}
            }
            Ok(())
        },
    );
    compared?;
    if tally.files == 0 && tally.unreadable == 0 {
        return Err(Error::new("compare anything: there is no document; name some with --corpus"));
    }
    let page = write::Page { tally: &tally, base: (&base.name, &base_rules), new: &new_rules, args };
    output::print(&match args.printing.format() {
        Format::Human => page.text(),
        Format::Json => format!("{}\n", page.json()),
    })?;
    if tally.unreadable > 0 {
        return Err(Error::told());
    }
    Ok(Exit::with_findings(args.gate && !tally.passes()))
}
