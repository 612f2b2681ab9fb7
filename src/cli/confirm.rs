//! `siftd confirm`: a person agrees with a verdict.

use super::{Context, Error, Exit, custody, output::Telling, who};
use crate::spool::{Place, find, journal::Reader, shown};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Files in quarantine, rejected, originals or curated: path, name, or an unmistakable beginning
    #[arg(required = true, value_name = "NAME")]
    names: Vec<String>,
    /// Why, for the journal
    #[arg(long, value_name = "TEXT")]
    why: Option<String>,
}

/// Writes down that the files lie where they belong. Nothing is moved; `siftd diff` holds rules to it.
///
/// # Errors
/// When one cannot be found or read, or the journal cannot be written; those named after it are not confirmed.
pub fn run(args: &Args, context: &Context) -> Result<Exit, Error> {
    custody::check(context, "confirm")?;
    let bench = context.bench()?;
    let reader =
        Reader::open(&context.config().layout.state).map_err(|error| Error::because("read the journal", &error))?;
    let known = |hash: &str| reader.as_ref()?.last_of(hash).ok().flatten();
    let mut telling = Telling::default();
    for name in &args.names {
        let file = find(&bench.destinations, &Place::ALL, name).map_err(|error| Error::from_chain(&error))?;
        let entry = bench
            .confirm(&file, &known, who::by(args.why.as_ref()))
            .map_err(|error| Error::new(format_args!("confirm: {error}")))?;
        if let Some(trouble) = bench.journal.trouble() {
            return Err(Error::new(format_args!("confirm {}: {trouble}", shown(&file.path))));
        }
        telling.print(&format!("{} in {}: {} confirmed\n", shown(&file.path), file.place.as_str(), entry.verdict));
    }
    telling.end(Exit::Fine)
}
