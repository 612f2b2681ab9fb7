//! `siftd status`: the daemon, the inbox and the folders at a glance.

use std::{
    collections::{BTreeMap, HashSet},
    fmt::Write as _,
};

use serde_json::{Value, json};

use super::{Context, Error, Exit, output};
use crate::{
    report::human::count_of,
    service::{NAMES_MAX, Name, Rules, Status},
    spool::{
        Destinations, Ignore, Place, aside,
        clock::Moment,
        journal::{Reader, Totals},
        list, shown,
    },
};

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 all is well; 1 a person is needed (see the lines `attention`); 2 it could not be told."
)]
pub struct Args {
    /// Print one JSON object
    #[arg(long)]
    json: bool,
}

/// What is known.
struct Report {
    daemon: Option<Status>,
    names: Vec<Name>,
    more: usize,
    totals: Totals,
    aside: BTreeMap<&'static str, usize>,
    troubles: Vec<String>,
}

/// Prints how things are: findings when something needs a person (no daemon runs, files are held or stalled, the
/// last rule edit has errors).
///
/// # Errors
/// When standard output cannot be written.
pub fn run(args: &Args, context: &Context) -> Result<Exit, Error> {
    let report = gather(context);
    let text = if args.json { format!("{}\n", json(&report)) } else { text(&report) };
    output::print(&text)?;
    Ok(Exit::with_findings(!report.troubles.is_empty()))
}

/// Looks at everything; what cannot be read becomes a trouble.
fn gather(context: &Context) -> Report {
    let layout = &context.config.layout;
    let mut troubles = Vec::new();
    let daemon = Status::read(&layout.state).unwrap_or_else(|fault| {
        troubles.push(format!("failed to {fault}"));
        None
    });
    match &daemon {
        None => troubles.push("no daemon runs on this spool".into()),
        Some(status) => {
            troubles.extend(status.paused.clone());
            troubles.extend(status.unfinished.clone());
            troubles.extend(status.watch.unlisted.clone());
            troubles.extend(status.journal_trouble.clone());
            troubles.extend(status.rules.failing.as_ref().map(|reason| {
                format!("the rules are in use since the start though {reason}; `siftd test` shows it line by line")
            }));
            troubles.extend(status.rules.refused.as_ref().map(|reason| {
                format!("rules not taken, those before stay in use: {reason}; `siftd reload` says more")
            }));
            for state in ["held", "stalled"] {
                let count = status.states.get(state).copied().unwrap_or_default();
                if count > 0 {
                    troubles.push(format!("{count} files in the inbox are {state}"));
                }
            }
        }
    }
    let (names, more) = names(context, daemon.as_ref(), &mut troubles);
    let destinations = Destinations::new(layout.clone());
    let mut counts = BTreeMap::new();
    for place in [Place::Quarantine, Place::Rejected] {
        match aside(&destinations, place) {
            Ok(files) => {
                counts.insert(place.as_str(), files.len());
            }
            Err(fault) => troubles.push(format!("failed to {fault}")),
        }
    }
    let totals = Reader::open(&layout.state).and_then(|reader| reader.map(|reader| reader.totals()).transpose());
    let totals = totals.unwrap_or_else(|error| {
        troubles.push(format!("failed to read the journal: {error}"));
        None
    });
    Report { daemon, names, more, totals: totals.unwrap_or_default(), aside: counts, troubles }
}

/// Every name in the inbox: as the daemon knows it, and what it does not know yet.
fn names(context: &Context, daemon: Option<&Status>, troubles: &mut Vec<String>) -> (Vec<Name>, usize) {
    let mut names = daemon.map(|status| status.names.clone()).unwrap_or_default();
    let known: usize = daemon.map(|status| status.states.values().sum()).unwrap_or_default();
    let more = known.saturating_sub(names.len());
    let found = Ignore::new(&context.config.intake.ignore)
        .map_err(|error| error.to_string())
        .and_then(|ignore| list(&context.config.layout.inbox, &ignore).map_err(|fault| format!("failed to {fault}")));
    match found {
        Err(error) => troubles.push(error),
        Ok(sweep) if more == 0 => {
            let since_ms = Moment::now().millis();
            let known: HashSet<String> = names.iter().map(|name| name.path.clone()).collect();
            let found = sweep.files.len() + sweep.ignored.len();
            let files = sweep.files.iter().map(|path| (path, "waiting", "no daemon has seen it yet"));
            let ignored = sweep.ignored.iter().map(|(path, reason)| (path, "ignored", reason.as_str()));
            for (path, state, reason) in files.chain(ignored) {
                let path = shown(path);
                if names.len() >= NAMES_MAX {
                    return (names, found.saturating_sub(NAMES_MAX));
                }
                if !known.contains(&path) {
                    names.push(Name { path, state: state.into(), reason: reason.into(), since_ms });
                }
            }
        }
        Ok(_) => {}
    }
    (names, more)
}

fn json(report: &Report) -> Value {
    let now = Moment::now();
    let names: Vec<Value> = report
        .names
        .iter()
        .map(
            |name| json!({"path": name.path, "state": name.state, "reason": name.reason, "age_seconds": name.age(now)}),
        )
        .collect();
    json!({
        "running": report.daemon.is_some(),
        "daemon": report.daemon.as_ref().map(|status| json!({
            "pid": status.pid,
            "started": status.started,
            "stopping": status.stopping,
            "confined": status.confined,
            "rules": status.rules,
            "watch": status.watch,
            "paused": status.paused,
            "in_hand": status.in_hand,
            "retention": status.retention,
            "counts": status.counts,
        })),
        "inbox": names,
        "inbox_not_listed": report.more,
        "totals": report.totals.verdicts,
        "counters": report.totals.counters,
        "aside": report.aside,
        "troubles": report.troubles,
    })
}

fn text(report: &Report) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = match &report.daemon {
        None => writeln!(text, "daemon      not running"),
        Some(status) => {
            let events = if status.watch.events { "events and sweeps" } else { "sweeps only" };
            let why = status.watch.trouble.as_ref().map(|why| format!(" ({why})")).unwrap_or_default();
            writeln!(text, "daemon      process {}, since {}", status.pid, status.started)
                .and_then(|()| {
                    let Rules { count, own, loaded, fingerprint, .. } = &status.rules;
                    writeln!(text, "rules       {count}, {own} of your own, loaded {loaded} ({fingerprint})")
                })
                .and_then(|()| writeln!(text, "watching    by {events}{why}"))
                .and_then(|()| writeln!(text, "confined    {}", status.confined))
                .and_then(|()| writeln!(text, "in hand     {}", status.in_hand))
                .and_then(|()| writeln!(text, "kept        {}", kept(&status.retention)))
        }
    };
    let _ =
        writeln!(text, "judged      {}", counts(report.totals.verdicts.iter().map(|(name, count)| (&**name, *count))));
    let _ = writeln!(text, "lying aside {}", counts(report.aside.iter().map(|(name, count)| (*name, *count as u64))));
    let names = (report.names.len() + report.more) as u64;
    let _ = writeln!(text, "inbox       {}", count_of(names, "name"));
    let now = Moment::now();
    for name in &report.names {
        let _ = writeln!(text, "  {:<9} {}  ({}, for {} s)", name.state, name.path, name.reason, name.age(now));
    }
    if report.more > 0 {
        let _ = writeln!(text, "  and {} more, which are not listed: a status names {NAMES_MAX} at most", report.more);
    }
    for warning in report.daemon.iter().flat_map(|status| &status.rules.warnings) {
        let _ = writeln!(text, "warning     {warning}");
    }
    for trouble in &report.troubles {
        let _ = writeln!(text, "attention   {trouble}");
    }
    text
}

/// What is deleted when.
fn kept(policies: &[String]) -> String {
    if policies.is_empty() { "for ever".into() } else { format!("by policy: {}", policies.join(", ")) }
}

fn counts<'c>(counts: impl Iterator<Item = (&'c str, u64)>) -> String {
    let parts: Vec<String> = counts.map(|(name, count)| format!("{count} {name}")).collect();
    if parts.is_empty() { "nothing yet".into() } else { parts.join(", ") }
}
