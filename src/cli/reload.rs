//! `siftd reload`: make the daemon take its rule files again.

use std::{
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};

use super::{Context, Error, Exit, custody, output};
use crate::service::Status;

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
    let state = &context.config.layout.state;
    if let Some(missing) = custody::missing(context) {
        return Err(Error::new(format_args!("ask the daemon: {missing}")));
    }
    let read = || Status::read(state).map_err(|error| Error::from_chain(&error));
    let gone = || Error::new("ask the daemon: none runs on this spool");
    let before = read()?.ok_or_else(gone)?;
    let pid = i32::try_from(before.pid).ok().and_then(Pid::from_raw).ok_or_else(gone)?;
    let signal = if args.accept_shrink { Signal::USR1 } else { Signal::HUP };
    kill_process(pid, signal)
        .map_err(|error| Error::because(format_args!("ask the daemon (process {})", before.pid), &error))?;
    let asked = Instant::now();
    while asked.elapsed() < PATIENCE {
        let now = read()?.ok_or_else(|| Error::new("hear from the daemon: it has stopped"))?;
        if now.pid != before.pid {
            return Err(Error::new("hear from the daemon: it was started anew meanwhile"));
        }
        if now.rules.answers > before.rules.answers {
            return match &now.rules.error {
                None => {
                    let same = now.rules.fingerprint == before.rules.fingerprint;
                    let news = if same { "nothing has changed" } else { "in use now" };
                    let (all, own) = (now.rules.count, now.rules.own);
                    let warnings: String =
                        now.rules.warnings.iter().map(|warning| format!("warning: {warning}\n")).collect();
                    let (rules, outdated) = (&now.rules.fingerprint, now.outdated());
                    let told =
                        outdated.as_ref().map_or_else(String::new, |outdated| format!("attention: {outdated}\n"));
                    output::print(&format!("{warnings}{all} rules, {own} of your own: {news} ({rules})\n{told}"))?;
                    Ok(Exit::with_findings(outdated.is_some()))
                }
                Some(error) => {
                    let rules = &now.rules.fingerprint;
                    output::print(&format!(
                        "{}\n\nnot taken; the rules before stay in use ({rules})\n",
                        error.trim_end()
                    ))?;
                    Ok(Exit::Findings)
                }
            };
        }
        thread::sleep(LOOK);
    }
    Err(Error::new(format_args!("hear from the daemon: no answer within {} s", PATIENCE.as_secs())))
}
