//! `siftd run`: the daemon.

use super::{Context, Error, Exit, daemon};

/// Arguments.
#[derive(Debug, clap::Args)]
pub struct Args {}

/// Watches the inbox until SIGTERM or SIGINT. SIGHUP takes the rule files again, and SIGUSR1 does so
/// even if a third of the rules is gone.
///
/// # Errors
/// When it cannot start: the folders cannot be used, the rules have errors, or another daemon runs on this spool.
pub fn run(_: &Args, context: &Context) -> Result<Exit, Error> {
    context.check_rule_folders()?;
    daemon::run(context)?;
    Ok(Exit::Fine)
}
