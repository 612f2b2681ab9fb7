//! `siftd status`: the daemon, the inbox and the folders at a glance.

use std::{
    collections::{BTreeMap, HashSet},
    fmt::Write as _,
    path::PathBuf,
};

use serde_json::{Value, json};

use super::{
    Context, Error, Exit,
    arguments::{Format, Printing},
    custody, output, passed,
};
use crate::{
    report::human::count_of,
    service::{NAMES_MAX, Rules, Status},
    spool::{
        Destinations, Fault, Ignore, Place, Sweep, aside,
        clock::Moment,
        journal::{JournalError, Reader, Totals},
        list, probe, shown, unshown, waiting,
    },
};

/// The way out for who may not look.
const ASK: &str = "ask as the user that siftd runs as, or as root";

/// Said of what whoever asks may not look at, which is not the same as nothing.
const NOT_KNOWN: &str = "not known";

/// Arguments.
#[derive(Debug, clap::Args)]
#[command(
    after_help = "Exit codes: 0 all is well; 1 a person is needed (see the lines `attention`); 2 it could not be told."
)]
pub struct Args {
    #[command(flatten)]
    printing: Printing,
}

/// What is known.
struct Report {
    /// `Err` when it may not be known.
    daemon: Result<Option<Status>, Fault>,
    names: Vec<Listed>,
    /// Names that are not listed; `None` when it cannot be known whether there are any.
    more: Option<usize>,
    /// `None` when the journal cannot be read.
    totals: Option<Totals>,
    /// `None` where the folder cannot be listed.
    aside: BTreeMap<&'static str, Option<usize>>,
    troubles: Vec<String>,
}

/// One name in the inbox, or taken from it.
struct Listed {
    path: PathBuf,
    state: String,
    reason: String,
    /// For how long it has been so; `None` when nobody has watched.
    seconds: Option<u64>,
}

/// Prints how things are: findings when something needs a person (no daemon runs, files are held or stalled, the
/// last rule edit has errors).
///
/// # Errors
/// When standard output cannot be written.
pub fn run(args: &Args, context: &Context) -> Result<Exit, Error> {
    let report = gather(context);
    let text = match args.printing.format() {
        Format::Human => text(&report),
        Format::Json => format!("{}\n", json(&report)),
    };
    output::print(&text)?;
    Ok(Exit::with_findings(!report.troubles.is_empty()))
}

/// Looks at everything; what cannot be read becomes a trouble.
fn gather(context: &Context) -> Report {
    let layout = &context.config().layout;
    let mut report = Report {
        daemon: Ok(None),
        names: Vec::new(),
        more: Some(0),
        totals: Some(Totals::default()),
        aside: BTreeMap::new(),
        troubles: Vec::new(),
    };
    if let Some(missing) = custody::missing(context) {
        report.troubles.push(missing);
        return report;
    }
    report.daemon = Status::read(&layout.state);
    report.troubles = match &report.daemon {
        Err(fault) => vec![format!("failed to {fault}; {ASK}")],
        Ok(None) => vec!["no daemon runs on this spool".into()],
        Ok(Some(status)) => troubles(status),
    };
    names(context, &mut report);
    let destinations = Destinations::new(layout.clone());
    for place in [Place::Quarantine, Place::Rejected] {
        match aside(&destinations, place) {
            Ok(lying) => {
                report.aside.insert(place.as_str(), Some(lying.files.len()));
                report.troubles.extend(lying.unseen);
            }
            Err(fault) => {
                report.aside.insert(place.as_str(), None);
                report.troubles.push(untold(&fault));
            }
        }
    }
    report.troubles.extend(waiting(&destinations).iter().map(ToString::to_string));
    match Reader::open(&layout.state).and_then(|reader| reader.map(|reader| reader.totals()).transpose()) {
        Ok(totals) => report.totals = Some(totals.unwrap_or_default()),
        Err(error) => {
            report.totals = None;
            // That nobody may look into the folder was said of the daemon.
            if !(matches!(error, JournalError::Unreadable { .. }) && report.daemon.is_err()) {
                report.troubles.push(format!("failed to read the journal: {error}"));
            }
        }
    }
    report
}

/// What could not be looked at, with the way out for who may not.
fn untold(fault: &Fault) -> String {
    match fault.is_denied() {
        true => format!("failed to {fault}; {ASK}"),
        false => format!("failed to {fault}"),
    }
}

/// What the daemon complains of.
fn troubles(status: &Status) -> Vec<String> {
    let mut troubles = Vec::new();
    troubles.extend(status.paused.clone());
    troubles.extend(status.unfinished.clone());
    troubles.extend(status.watch.unlisted.clone());
    troubles.extend(status.doubted.clone());
    troubles.extend(status.journal_trouble.clone());
    troubles.extend(status.rules.failing.as_ref().map(|reason| {
        format!("the rules are in use since the start though {reason}; `siftd test` shows it line by line")
    }));
    troubles.extend(status.outdated());
    troubles.extend(
        status
            .rules
            .refused
            .as_ref()
            .map(|reason| format!("rules not taken, those before stay in use: {reason}; `siftd reload` says more")),
    );
    for state in ["held", "stalled"] {
        let count = status.states.get(state).copied().unwrap_or_default();
        if count > 0 {
            troubles.push(format!("{} {state} in the inbox", count_of(count, "file")));
        }
    }
    troubles
}

/// Every name in the inbox: as the daemon knows it, and what it does not know yet; and every file that was taken from there by a
/// daemon that ended before it was done.
fn names(context: &Context, report: &mut Report) {
    let layout = &context.config().layout;
    let now = Moment::now();
    if let Ok(Some(status)) = &report.daemon {
        report.names.extend(status.names.iter().map(|name| Listed {
            path: unshown(&name.path).into(),
            state: name.state.clone(),
            reason: name.reason.clone(),
            seconds: Some(name.age(now)),
        }));
        report.more = Some(status.states.values().sum::<usize>().saturating_sub(status.names.len()));
    }
    // Where that may not be looked at, so it is with the daemon.
    let dead = probe::claimed(&layout.inbox).unwrap_or_default().into_iter().filter(|claimed| !claimed.alive);
    let mut dead: Vec<PathBuf> = dead.flat_map(|claimed| claimed.files).collect();
    dead.sort_unstable();
    if !dead.is_empty() {
        let count = count_of(dead.len(), "file");
        let who = match &report.daemon {
            Ok(Some(_)) => "the one that runs takes over within a minute",
            _ => "the next `siftd run` or `siftd once` finishes what it began",
        };
        report.troubles.push(format!("{count} in hand of a daemon that was stopped; {who}"));
    }
    let mut found: Vec<(PathBuf, &str, String)> =
        dead.into_iter().map(|path| (path, "claimed", "in hand of a daemon that was stopped".to_owned())).collect();
    let listed = Ignore::new(&context.config().intake.ignore)
        .map_err(|error| error.to_string())
        .and_then(|ignore| Ok((list(&layout.inbox, &ignore).map_err(|fault| untold(&fault))?, ignore)));
    match listed {
        Err(error) => {
            report.troubles.push(error);
            report.more = None;
        }
        Ok((mut sweep, ignore)) => {
            let passed = passed::over(&sweep.ignored, &ignore);
            report.troubles.extend(passed.map(|text| format!("{text}; {}", passed::ADVICE)));
            if report.more != Some(0) {
                sweep = Sweep::default();
            }
            sweep.files.sort_unstable();
            sweep.ignored.sort_unstable();
            let why = "no daemon has seen it yet";
            found.extend(sweep.files.into_iter().map(|path| (path, "waiting", why.to_owned())));
            found.extend(sweep.ignored.into_iter().map(|(path, reason)| (path, "ignored", reason)));
        }
    }
    let known: HashSet<PathBuf> = report.names.iter().map(|name| name.path.clone()).collect();
    for (path, state, reason) in found.into_iter().filter(|(path, ..)| !known.contains(path)) {
        if report.names.len() < NAMES_MAX {
            report.names.push(Listed { path, state: state.into(), reason, seconds: None });
        } else if let Some(more) = &mut report.more {
            *more += 1;
        }
    }
}

fn json(report: &Report) -> Value {
    let names: Vec<Value> = report
        .names
        .iter()
        .map(|name| {
            let mut about = json!({"state": name.state, "reason": name.reason, "age_seconds": name.seconds});
            output::set_path(&mut about, "path", Some(&name.path));
            about
        })
        .collect();
    let daemon = report.daemon.as_ref().ok();
    json!({
        "running": daemon.map(Option::is_some),
        "daemon": daemon.and_then(Option::as_ref).map(|status| json!({
            "pid": status.pid,
            "started": status.started,
            "stopping": status.stopping,
            "confined": status.confined,
            "rules": status.rules,
            "watch": status.watch,
            "paused": status.paused,
            "in_hand": status.in_hand,
            "retention": status.retention,
            "doubted": status.doubted,
            "counts": status.counts,
        })),
        "inbox": names,
        "inbox_not_listed": report.more,
        "totals": report.totals.as_ref().map(|totals| &totals.verdicts),
        "counters": report.totals.as_ref().map(|totals| &totals.counters),
        "aside": report.aside,
        "troubles": report.troubles,
    })
}

fn text(report: &Report) -> String {
    let mut text = String::new();
    // Writing to a string cannot fail.
    let _ = match &report.daemon {
        Err(_) => writeln!(text, "daemon      {NOT_KNOWN}"),
        Ok(None) => writeln!(text, "daemon      not running"),
        Ok(Some(status)) => {
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
    let judged = match &report.totals {
        Some(totals) => counts(totals.verdicts.iter().map(|(name, count)| (&**name, Some(*count)))),
        None => NOT_KNOWN.to_owned(),
    };
    let _ = writeln!(text, "judged      {judged}");
    let aside = counts(report.aside.iter().map(|(name, count)| (*name, count.map(|count| count as u64))));
    let _ = writeln!(text, "lying aside {aside}");
    let names = match (report.more, report.names.len()) {
        (None, 0) => NOT_KNOWN.to_owned(),
        (None, names) => format!("{}, and perhaps others", count_of(names, "name")),
        (Some(more), names) => count_of(names + more, "name"),
    };
    let _ = writeln!(text, "inbox       {names}");
    for name in &report.names {
        let since = name.seconds.map_or_else(String::new, |seconds| format!(", for {seconds} s"));
        let _ = writeln!(text, "  {:<9} {}  ({}{since})", name.state, shown(&name.path), name.reason);
    }
    if let Some(more @ 1..) = report.more {
        let _ = writeln!(text, "  and {more} more, which are not listed: a status names {NAMES_MAX} at most");
    }
    for warning in report.daemon.iter().flatten().flat_map(|status| &status.rules.warnings) {
        let _ = writeln!(text, "warning     {warning}");
    }
    for trouble in &report.troubles {
        let _ = writeln!(text, "attention   {trouble}");
    }
    text
}

/// What is deleted when.
fn kept(policies: &[String]) -> String {
    if policies.is_empty() {
        "everything: no retention is configured".into()
    } else {
        format!("by policy: {}", policies.join(", "))
    }
}

fn counts<'c>(counts: impl Iterator<Item = (&'c str, Option<u64>)>) -> String {
    let part = |(name, count): (&str, Option<u64>)| match count {
        Some(count) => format!("{count} {name}"),
        None => format!("{name} {NOT_KNOWN}"),
    };
    let parts: Vec<String> = counts.map(part).collect();
    if parts.is_empty() { "nothing yet".into() } else { parts.join(", ") }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_that_is_not_believed_needs_a_person() {
        let well = Status { retention: vec!["retention.originals: 30d".into()], ..Status::default() };
        assert_eq!(troubles(&well), Vec::<String>::new());
        assert_eq!(troubles(&Status { doubted: Some("the clock was set".into()), ..well }), ["the clock was set"]);
    }
}
