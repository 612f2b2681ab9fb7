//! `siftd retry`: judge what lies aside again, by the rules as they are now.

use std::io;

use super::{Context, Error, Exit, custody, output::Telling, who};
use crate::{
    report::human::count_of,
    service::RuleJudge,
    spool::{Aside, Bench, Class, Fault, Place, aside, find, journal::Reader, shown},
};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 all pass now; 1 some were put aside again; 2 something could not be judged or moved."
)]
pub struct Args {
    /// Quarantined or rejected files: path, name, or an unmistakable beginning; or --all
    #[arg(required_unless_present = "all", conflicts_with = "all", value_name = "NAME")]
    names: Vec<String>,
    /// All that lie aside, but what somebody confirmed
    #[arg(long)]
    all: bool,
    /// Why, for the journal
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
}

/// Judges files again and moves those that have another verdict now: findings when some stay aside.
///
/// # Errors
/// When the rules have errors, or a file cannot be found or moved; where all are asked for, the others are judged all the same.
pub fn run(args: &Args, context: &Context) -> Result<Exit, Error> {
    const PLACES: [Place; 2] = [Place::Quarantine, Place::Rejected];
    custody::check(context, "retry")?;
    let judge = RuleJudge::new(context.load_rules()?);
    let bench = context.bench()?;
    let (mut files, mut unseen, mut confirmed) = (Vec::new(), None, 0);
    for name in &args.names {
        files.push(find(&bench.destinations, &PLACES, name).map_err(|error| Error::from_chain(&error))?);
    }
    if args.all {
        let failed = |error| Error::because("read the journal for what is confirmed", &error);
        let reader = Reader::open(&context.config().layout.state).map_err(failed)?;
        for place in PLACES {
            let found = aside(&bench.destinations, place).map_err(|error| Error::from_chain(&error))?;
            for path in found.files {
                // What a person decided outlives rules.
                let file = Aside { place, path };
                let said = reader
                    .as_ref()
                    .map_or(Ok(None), |reader| reader.confirmation(place, &file.path))
                    .map_err(failed)?;
                // One that cannot be read is told of when it is judged.
                if said.is_some_and(|said| bench.is_as_confirmed(&file, &said).unwrap_or(false)) {
                    confirmed += 1;
                } else {
                    files.push(file);
                }
            }
            unseen = unseen.or(found.unseen);
        }
    }
    let (mut stay, mut failed, mut telling) = (false, None, Telling::default());
    for file in &files {
        let outcome = match bench.retry(file, &judge, who::by(args.why.as_ref())) {
            Ok(outcome) => outcome,
            Err(fault) if args.all && is_gone(&bench, file, &fault) => {
                telling.print(&format!("{}: gone by now; see `siftd history`\n", shown(&file.path)));
                continue;
            }
            Err(fault) => {
                let error = Error::new(format_args!("retry: {fault}"));
                // Without the journal nothing can be done with any of them.
                if !args.all || bench.journal.trouble().is_some() {
                    return Err(error);
                }
                error.tell();
                failed = Some(Error::told());
                continue;
            }
        };
        let stays = outcome.published.aside.is_some();
        stay |= stays;
        let (name, verdict) = (shown(&file.path), outcome.entry.verdict);
        telling.print(&match outcome.published.curated.or(outcome.published.aside) {
            Some(_) if stays && verdict == kept_by(file.place) => format!("{name}: {verdict}, as before\n"),
            Some(to) if stays => format!("{name}: {verdict}, was {}: {}\n", kept_by(file.place), shown(&to)),
            Some(to) => format!("{name}: {verdict} -> curated: {}\n", shown(&to)),
            None => format!("{name}: {verdict}\n"),
        });
    }
    if let Some(why) = unseen {
        return Err(Error::new(format_args!("retry everything: {why}")));
    }
    if confirmed > 0 {
        let files = count_of(confirmed, "file");
        telling.print(&format!("{files} left as somebody confirmed: named, a file is judged again all the same\n"));
    } else if files.is_empty() {
        telling.print("nothing lies aside\n");
    }
    failed.map_or_else(|| telling.end(Exit::with_findings(stay)), Err)
}

/// Whether it failed because somebody sent the file on, deleted it or took it away since it was listed.
fn is_gone(bench: &Bench, file: &Aside, fault: &Fault) -> bool {
    let at = bench.destinations.path(file.place).join(&file.path);
    fault.class() == Class::Gone && at.symlink_metadata().is_err_and(|error| error.kind() == io::ErrorKind::NotFound)
}

/// The verdict that put a file there.
fn kept_by(place: Place) -> &'static str {
    if place == Place::Rejected { "reject" } else { "quarantine" }
}
