//! `siftd once`: drain the inbox, then exit.

use std::{collections::BTreeMap, fmt::Write as _};

use super::{Context, Error, Exit, custody, daemon, output::Telling};
use crate::{
    report::human::count_of,
    service::{
        Status, Summary,
        config::{Effective, Origin},
    },
    spool::{Ignore, list, shown},
};

/// The state of names that are left alone.
const IGNORED: &str = "ignored";

/// Names that are told of each reason.
const NAMED_MAX: usize = 3;

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 everything was filed away clean; 1 files were quarantined or rejected; 2 something could not be taken or \
                        moved, or the run was interrupted."
)]
pub struct Args {
    /// Print no summary and log only what needs somebody; set the exit code
    #[arg(long, short)]
    quiet: bool,
}

/// Judges what lies in the inbox and files it away. Files that are still being written are waited for as long as
/// settling takes; those that go on being written stay, and are named.
///
/// # Errors
/// When it cannot start, or a file could not be taken or moved.
pub fn run(args: &Args, context: &Context) -> Result<Exit, Error> {
    context.check_rule_folders()?;
    let is_new = custody::missing(context).is_some();
    let summary = daemon::drain(context, args.quiet)?;
    let mut telling = Telling::default();
    if !args.quiet {
        if is_new {
            telling.print(&made(context));
        }
        telling.print(&text(&summary));
    }
    telling.end(outcome(&summary, context)?)
}

/// What came of it, whether it could be told or not.
fn outcome(summary: &Summary, context: &Context) -> Result<Exit, Error> {
    let status = &summary.status;
    if status.stopping {
        return Err(interrupted(context));
    }
    if let Some(reason) = &status.paused {
        return Err(Error::new(format_args!("drain the inbox: {reason}")));
    }
    if let Some(reason) = &status.unfinished {
        return Err(Error::new(format_args!("finish everything: {reason}")));
    }
    if let Some(reason) = status.watch.unlisted.as_ref().or(status.watch.partial.as_ref()) {
        return Err(Error::new(format_args!("drain the whole inbox: {reason}")));
    }
    let held = status.states.get("held").copied().unwrap_or_default();
    if held > 0 {
        let held = count_of(held, "file");
        return Err(Error::new(format_args!("take {held} in the inbox; the log says why")));
    }
    let count = |name: &str| summary.counts.get(name).copied().unwrap_or_default();
    Ok(Exit::with_findings(count("quarantine") + count("reject") > 0))
}

/// That somebody wanted it to end before its end, and what is left for the next time.
fn interrupted(context: &Context) -> Error {
    let left = Ignore::new(&context.config().intake.ignore)
        .ok()
        .and_then(|ignore| list(&context.config().layout.inbox, &ignore).ok())
        .map_or(0, |sweep| sweep.files.len());
    let left = count_of(left, "file");
    Error::new(format_args!(
        "drain the inbox: interrupted; {left} left in the inbox, `siftd once` goes on with what is left"
    ))
}

/// That the spool was made just now: who mistyped its name should see that.
fn made(context: &Context) -> String {
    let Effective { spool, origins, file, .. } = &context.effective;
    let why = match (origins.of("spool"), file) {
        (Origin::Default, None) => " (there is no siftd.yaml here)".to_owned(),
        (Origin::Default, Some(_)) => String::new(),
        (origin, _) => format!(" ({origin})"),
    };
    format!("made the spool {}{why}; drop files into {}\n", shown(spool), shown(&context.config().layout.inbox))
}

fn text(summary: &Summary) -> String {
    let count = |name: &str| summary.counts.get(name).copied().unwrap_or_default();
    let total: u64 = ["pass", "strip", "quarantine", "reject"].into_iter().map(count).sum();
    let mut text = format!("{}: ", count_of(total, "file"));
    let parts = [("pass", "passed"), ("strip", "stripped"), ("quarantine", "quarantined"), ("reject", "rejected")];
    let parts: Vec<String> = parts.iter().map(|(name, word)| format!("{} {word}", count(name))).collect();
    text += &parts.join(", ");
    text.push('\n');
    for name in summary.status.names.iter().filter(|name| name.state != IGNORED && name.state != "claimed") {
        // Writing to a string cannot fail.
        let _ = writeln!(text, "left in the inbox: {} ({}: {})", name.path, name.state, name.reason);
    }
    text + &passed_over(&summary.status)
}

/// The names that were left alone, by reason: who dropped a link waits for it in vain.
fn passed_over(status: &Status) -> String {
    let count = status.states.get(IGNORED).copied().unwrap_or_default();
    if count == 0 {
        return String::new();
    }
    let mut by_reason: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for name in status.names.iter().filter(|name| name.state == IGNORED) {
        by_reason.entry(&name.reason).or_default().push(&name.path);
    }
    let known: usize = by_reason.values().map(Vec::len).sum();
    let mut text = format!("{} passed over\n", count_of(count, "name"));
    for (reason, names) in by_reason {
        let told = names[..names.len().min(NAMED_MAX)].join(", ");
        let more = names.len().saturating_sub(NAMED_MAX);
        let more = if more > 0 { format!(" and {more} more") } else { String::new() };
        // Writing to a string cannot fail.
        let _ = writeln!(text, "  {reason}: {told}{more}");
    }
    if count > known {
        let _ = writeln!(text, "  and {} more", count - known);
    }
    text
}
