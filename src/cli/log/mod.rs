//! The log of the verbs that move files: to standard error, as the configuration says; to the service manager's journal with
//! every field of its own, where standard error leads there.

mod journal;

use std::io::{self, IsTerminal};

use tracing_subscriber::{EnvFilter, fmt, layer::SubscriberExt};

use super::{Context, Error};
use crate::service::config::Origin;

/// What is logged where nobody wants to read.
const QUIET: &str = "warn";

/// Begins to log. A verb that is to be quiet logs what needs somebody, unless the configuration says what to log.
pub(super) fn start(context: &Context, quiet: bool) -> Result<(), Error> {
    let log = &context.config().log;
    let is_default = matches!(context.effective.origins.of("log.filter"), Origin::Default);
    let filter = if quiet && is_default { QUIET } else { &log.filter };
    let filter = EnvFilter::try_new(filter)
        .map_err(|error| Error::because(format_args!("use the log filter `{}`", filter.escape_debug()), &error))?;
    let builder = || fmt().with_writer(io::stderr).with_target(false);
    let started = match (log.json, journal::of_standard_error()) {
        (true, _) => {
            let json = builder().json().flatten_event(true).with_current_span(false).with_span_list(false);
            json.with_env_filter(filter).finish().into()
        }
        (false, Some(journal)) => tracing::Dispatch::new(tracing_subscriber::registry().with(filter).with(journal)),
        (false, None) => {
            let ansi = io::stderr().is_terminal() && context.color_diagnostics;
            tracing::Dispatch::new(builder().with_ansi(ansi).with_env_filter(filter).finish())
        }
    };
    tracing::dispatcher::set_global_default(started).map_err(|error| Error::because("begin to log", &error))
}
