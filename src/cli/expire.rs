//! `siftd expire`: apply the retention policies now.

use super::{
    Context, Error, Exit, custody,
    output::{self, Telling},
};
use crate::{
    report::human::count_of,
    spool::{Due, Pass, clock, shown},
};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Only say what would be deleted
    #[arg(long)]
    dry_run: bool,
}

/// Deletes what the policies under `retention:` no longer keep, and nothing where there is none: findings when something that is
/// due was kept.
///
/// # Errors
/// When a folder cannot be listed, or the journal cannot be read or written; what was deleted by then is written down.
pub fn run(args: &Args, context: &Context) -> Result<Exit, Error> {
    let retention = &context.config().retention;
    if retention.policies().is_empty() {
        output::print("no policy is on: nothing is ever deleted; see `retention` in siftd.yaml\n")?;
        return Ok(Exit::Fine);
    }
    match args.dry_run {
        true => custody::find(context, "say what is due")?,
        false => custody::check(context, "expire")?,
    }
    let bench = context.bench()?;
    let word = if args.dry_run { "would be deleted" } else { "deleted" };
    let mut telling = Telling::default();
    let mut tell = |due: &Due| {
        let (place, path, policy) = (due.place.as_str(), shown(&due.path), due.policy);
        let what = match &due.kept {
            None => format!("{place}/{path}: {word} ({policy})\n"),
            Some(reason) => format!("{place}/{path}: kept, though {policy} says otherwise: {reason}\n"),
        };
        telling.print(&what);
    };
    let mut pass = Pass { retention, now: clock::now(), dry: args.dry_run, stop: &|| false, tell: &mut tell };
    let expired = bench
        .expire(&context.config().layout.state, &mut pass)
        .map_err(|error| Error::new(format_args!("delete what is expired: {error}")))?;
    let (files, rows) = (count_of(expired.files, "file"), count_of(expired.rows, "row"));
    let kept = match expired.kept {
        0 => String::new(),
        kept => format!("; {} kept though due, see above", count_of(kept, "file")),
    };
    telling.print(&format!("{files} and {rows} of the journal {word}{kept}\n"));
    telling.end(Exit::with_findings(expired.kept > 0))
}
