//! The log of the verbs that move files: to standard error, as the configuration says.

use std::io::{self, IsTerminal};

use tracing_subscriber::{EnvFilter, fmt};

use super::{Context, Error};

/// Begins to log.
pub(super) fn start(context: &Context) -> Result<(), Error> {
    let log = &context.config.log;
    let filter = EnvFilter::try_new(&log.filter)
        .map_err(|error| Error::because(format_args!("use the log filter `{}`", log.filter.escape_debug()), &error))?;
    let builder = fmt().with_env_filter(filter).with_writer(io::stderr).with_target(false);
    // The service manager's journal has times of its own.
    let journal = std::env::var_os("JOURNAL_STREAM").is_some() && !io::stderr().is_terminal();
    let started = match (log.json, journal) {
        (true, _) => builder.json().flatten_event(true).with_current_span(false).with_span_list(false).finish().into(),
        (false, true) => tracing::Dispatch::new(builder.with_ansi(false).without_time().finish()),
        (false, false) => {
            tracing::Dispatch::new(builder.with_ansi(io::stderr().is_terminal() && context.color_diagnostics).finish())
        }
    };
    tracing::dispatcher::set_global_default(started).map_err(|error| Error::because("begin to log", &error))
}
