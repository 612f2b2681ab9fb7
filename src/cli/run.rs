//! `siftd run`: the daemon.

use std::sync::Arc;

use super::{Context, Error, Exit, log};
use crate::{
    service::{self, Options, SiteRules},
    spool::{Kernel, Moving},
};

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
    log::start(context, false)?;
    service::run(options(context, false)).map_err(failed)?;
    Ok(Exit::Fine)
}

/// What the configuration says of the daemon.
pub(super) fn options(context: &Context, once: bool) -> Options {
    let config = &context.config;
    Options {
        layout: config.layout.clone(),
        intake: config.intake.clone(),
        workers: config.workers,
        once,
        events: Arc::new(Kernel),
        moving: Moving::Rename,
        retention: config.retention.clone(),
        confine: config.confine,
        configuration: context.effective.read.clone(),
        rules: Arc::new(SiteRules::new(config.clone(), context.color_diagnostics)),
    }
}

/// Diagnostics of rules are shown as they are drawn.
pub(super) fn failed(error: service::Error) -> Error {
    match error {
        service::Error::Rules(drawn) => Error::drawn(drawn, "use the rules"),
        error => Error::from_chain(&error),
    }
}
