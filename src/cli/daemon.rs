//! The daemon, as the verbs start it: until it is stopped, or until the inbox is empty.

use std::sync::Arc;

use super::{Context, Error, log};
use crate::{
    service::{self, Options, SiteRules, Summary},
    spool::{Kernel, Moving},
};

/// Runs the daemon as the configuration says until somebody stops it.
///
/// # Errors
/// When it cannot start: the folders cannot be used, the rules have errors, or another daemon runs on this spool.
pub(super) fn run(context: &Context) -> Result<(), Error> {
    log::start(context, false)?;
    finish(options(context, false)).map(drop)
}

/// Runs it until the inbox is empty. When `quiet`, it logs only what needs somebody.
///
/// # Errors
/// As [`run`].
pub(super) fn drain(context: &Context, quiet: bool) -> Result<Summary, Error> {
    log::start(context, quiet)?;
    finish(options(context, true))
}

fn finish(options: Options) -> Result<Summary, Error> {
    service::run(options).map_err(|error| match error {
        // Diagnostics of rules are shown as they are drawn.
        service::Error::Rules(drawn) => Error::drawn(drawn, "use the rules"),
        error => Error::from_chain(&error),
    })
}

fn options(context: &Context, once: bool) -> Options {
    let config = context.config();
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
