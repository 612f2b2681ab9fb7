//! `siftd reload`: make the daemon take its rule files again.

use std::{
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

use super::{Context, Error, Exit, custody, output::Telling};
use crate::{
    report::human::count_of,
    service::{Rules, Status},
};

/// How long to wait for the daemon's answer.
const PATIENCE: Duration = Duration::from_secs(60);

/// Time between two looks at what the daemon says.
const LOOK: Duration = Duration::from_millis(50);

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {
    /// Take the rules even if a third of them is gone, or more
    #[arg(long)]
    accept_shrink: bool,
}

/// Asks, waits, and says what came of it: findings when the rules were not taken, and those before stay in use.
///
/// # Errors
/// When no daemon runs, or it does not answer.
pub fn run(args: &Args, context: &Context) -> Result<Exit, Error> {
    let state = &context.config().layout.state;
    custody::find(context, "ask the daemon")?;
    let read = || Status::read(state).map_err(|error| Error::from_chain(&error));
    let gone = || Error::new("ask the daemon: none runs on this spool");
    let before = read()?.ok_or_else(gone)?;
    let pid = i32::try_from(before.pid).ok().and_then(Pid::from_raw).ok_or_else(gone)?;
    let signal = if args.accept_shrink { Signal::USR1 } else { Signal::HUP };
    kill_process(pid, signal)
        .map_err(|error| Error::because(format_args!("ask the daemon (process {})", before.pid), &error))?;
    let (asked, mut wanted) = (Instant::now(), None);
    while asked.elapsed() < PATIENCE {
        let now = read()?.ok_or_else(|| Error::new("hear from the daemon: it has stopped"))?;
        if now.pid != before.pid {
            return Err(Error::new("hear from the daemon: it was started anew meanwhile"));
        }
        if wanted.is_none() && now.rules.asked > before.rules.asked {
            wanted = Some(now.rules.asked);
        }
        // A load that began before this request came may have missed the edit that it is about.
        if wanted.is_some_and(|wanted| now.rules.answers >= wanted) {
            return told(&before, &now);
        }
        thread::sleep(LOOK);
    }
    Err(Error::new(format_args!("hear from the daemon: no answer within {} s", PATIENCE.as_secs())))
}

/// What came of it.
fn told(before: &Status, now: &Status) -> Result<Exit, Error> {
    let mut telling = Telling::default();
    let Rules { fingerprint, count, own, warnings, error, .. } = &now.rules;
    if let Some(error) = error {
        telling.print(&format!("{}\n\nnot taken; the rules before stay in use ({fingerprint})\n", error.trim_end()));
        return telling.end(Exit::Findings);
    }
    for warning in warnings {
        telling.print(&format!("warning: {warning}\n"));
    }
    let news = if *fingerprint == before.rules.fingerprint { "nothing has changed" } else { "in use now" };
    telling.print(&format!("{}, {own} of your own: {news} ({fingerprint})\n", count_of(*count, "rule")));
    let outdated = now.outdated();
    if let Some(outdated) = &outdated {
        telling.print(&format!("attention: {outdated}\n"));
    }
    telling.end(Exit::with_findings(outdated.is_some()))
}
