//! What every verb works with: the effective configuration and how to print.

use std::{env, io, path::Path};

use super::{
    Error,
    arguments::{Globals, LogFormat},
    log, output,
};
use crate::{
    engine::{
        diagnostic::{Severity, render},
        rules::{Loaded, RuleSet},
    },
    report::{escaped_path, human::Look},
    service::{
        config::{self, Config, Effective, Origin},
        library,
    },
    spool::{
        Bench, Destinations, Moving,
        journal::{Journal, JournalError, Reader},
        shown,
    },
};

/// Names the configuration file.
const CONFIG_VARIABLE: &str = "SIFTD_CONFIG";
/// What is logged.
const LOG_VARIABLE: &str = "SIFTD_LOG";

/// What every verb works with.
#[derive(Debug)]
pub struct Context {
    /// The effective configuration, with where each value came from.
    pub effective: Effective,
    /// Whether results on standard output are coloured.
    pub color: bool,
    /// Whether diagnostics on standard error are coloured.
    pub color_diagnostics: bool,
}

impl Context {
    /// Reads the configuration and lays environment and options over it.
    pub(super) fn new(globals: &Globals) -> Result<Self, Error> {
        let color_diagnostics = output::colored(globals.color, &io::stderr());
        Ok(Self {
            effective: effective(globals, color_diagnostics)?,
            color: output::colored(globals.color, &io::stdout()),
            color_diagnostics,
        })
    }

    /// The effective configuration.
    pub fn config(&self) -> &Config {
        &self.effective.config
    }

    /// What the verbs that move files by hand work with. What the folders and the journal have to complain of, though the verb does
    /// its work, is logged.
    ///
    /// # Errors
    /// When a later siftd keeps the journal: to write to it, this one would have to set it aside, with all that people decided.
    pub(super) fn bench(&self) -> Result<Bench, Error> {
        log::start(self, true)?;
        let Config { layout, intake, .. } = self.config();
        if let Err(error @ JournalError::Later { .. }) = Reader::open(&layout.state) {
            return Err(Error::new(format_args!(
                "use the journal in {}: {error}; nothing was done (`siftd once` or `run` of this one would keep it under another \
                 name, and begin a new one)",
                shown(&layout.state)
            )));
        }
        Ok(Bench {
            journal: Journal::open(&layout.state),
            destinations: Destinations::new(layout.clone()),
            bytes_at_most: intake.bytes_at_most,
            time_at_most: intake.time_at_most,
            moving: Moving::Rename,
        })
    }

    /// Fails where the configuration file names a rule folder that is not there, which a reader of rules can only say of the folder.
    ///
    /// # Errors
    /// With the line that names it, and the way out.
    pub(super) fn check_rule_folders(&self) -> Result<(), Error> {
        let origin = self.effective.origins.of("rules.folders");
        let missing = self.config().rules.folders.iter().find(|folder| !folder.try_exists().unwrap_or(true));
        match (origin, missing) {
            (Origin::File(..), Some(folder)) => Err(Error::new(format_args!(
                "use the configuration: {origin} names the rule folder {}, which is not there; make it, or take it out of \
                 `rules.folders`",
                escaped_path(folder)
            ))),
            _ => Ok(()),
        }
    }

    /// The compiled rules of the configuration.
    ///
    /// # Errors
    /// When they cannot be read, or have errors: these are drawn in full.
    pub fn load_rules(&self) -> Result<RuleSet, Error> {
        self.check_rule_folders()?;
        let loaded = library::load(self.config()).map_err(|error| Error::from_chain(&error))?;
        self.without_errors(loaded)
    }

    /// The rules, unless there are errors in them: these are drawn in full; warnings are for `siftd check`.
    pub(super) fn without_errors(&self, loaded: Loaded) -> Result<RuleSet, Error> {
        let Loaded { rules, mut diagnostics, sources } = loaded;
        rules.ok_or_else(|| {
            diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
            Error::drawn(render(&diagnostics, &sources, self.color_diagnostics), "use the rules")
        })
    }

    /// How to draw results on standard output.
    pub(super) fn look(&self, all: bool) -> Look {
        Look { color: self.color, columns: output::columns(), all }
    }
}

fn effective(globals: &Globals, color: bool) -> Result<Effective, Error> {
    let file = config::find(globals.config.as_deref(), env::var_os(CONFIG_VARIABLE));
    let mut effective = match file {
        None => Effective::in_folder(Path::new("")),
        Some(file) => config::load(&file).map_err(|error| match error {
            config::Error::Wrong { diagnostics, sources } => {
                Error::drawn(render(&diagnostics, &sources, color), "use the configuration")
            }
            config::Error::Unreadable { error: ref denied, .. } if denied.kind() == io::ErrorKind::PermissionDenied => {
                let told = Error::from_chain(&error);
                Error::new(format_args!("{told}; let this user read it, or name another one with --config"))
            }
            unreadable @ config::Error::Unreadable { .. } => Error::from_chain(&unreadable),
        })?,
    };
    if let Some(filter) = env::var(LOG_VARIABLE).ok().filter(|filter| !filter.is_empty()) {
        if let Some(wrong) = config::no_level(&filter) {
            let wrong = wrong.escape_debug();
            return Err(Error::new(format_args!(
                "use ${LOG_VARIABLE}: `{wrong}` is not a level; set {}",
                config::levels()
            )));
        }
        effective.config.log.filter = filter;
        effective.origins.set("log.filter", Origin::Environment(LOG_VARIABLE));
    }
    if let Some(spool) = &globals.spool {
        effective.set_spool(spool, &Origin::Flag("--spool"));
    }
    if !globals.rule_folders.is_empty() {
        effective.config.rules.folders.clone_from(&globals.rule_folders);
        effective.origins.set("rules.folders", Origin::Flag("--rules"));
    }
    if let Some(format) = globals.log_format {
        effective.config.log.json = format == LogFormat::Json;
        effective.origins.set("log.format", Origin::Flag("--log-format"));
    }
    Ok(effective)
}
