//! What the daemon says of itself: a small file in the state folder, replaced whole when something changed.

use std::{collections::BTreeMap, path::Path};

use serde::{Deserialize, Serialize};

use super::config::ReadFile;
use crate::spool::{Class, Fault, StateFolder, clock::Moment, shown};

/// The status file's name in the state folder.
pub(super) const FILE: &str = "status.json";

/// Names of one status at most; the counts are always whole.
pub const NAMES_MAX: usize = 1000;

/// What the daemon says of itself.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Status {
    /// Its process.
    pub pid: u32,
    /// When it started (RFC 3339, to the second).
    pub started: String,
    /// When this was written (RFC 3339).
    pub written: String,
    /// The same on the clock that never jumps, in milliseconds since the machine started.
    pub written_ms: u64,
    /// Whether it is stopping.
    pub stopping: bool,
    /// Whether it keeps itself from everything but its folders and the rule files: `landlock: ABI 7`, or why not.
    pub confined: String,
    /// The configuration file as it was read at the start; `None` when there was none.
    pub configuration: Option<ReadFile>,
    /// The rules in use.
    pub rules: Rules,
    /// How it learns of new files.
    pub watch: Watching,
    /// Why it takes no files at present.
    pub paused: Option<String>,
    /// What is wrong with the journal.
    pub journal_trouble: Option<String>,
    /// Why claims wait that nobody works on; they are tried again.
    pub unfinished: Option<String>,
    /// The retention policies that are on; none is the default.
    pub retention: Vec<String>,
    /// Why they are held off: the clock is not believed.
    pub doubted: Option<String>,
    /// Files being judged and published.
    pub in_hand: usize,
    /// What was done since it started: files by verdict, and `vanished`, `put-back`, `recovered`.
    pub counts: BTreeMap<String, u64>,
    /// Names in the inbox by state.
    pub states: BTreeMap<String, usize>,
    /// The names themselves, up to [`NAMES_MAX`]; those that need attention first.
    pub names: Vec<Name>,
}

/// The rules in use.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Rules {
    /// Their fingerprint.
    pub fingerprint: String,
    /// When they were loaded (RFC 3339, to the second).
    pub loaded: String,
    /// How often they were loaded or tried to.
    pub generation: u64,
    /// How many requests for loading them again have come.
    pub asked: u64,
    /// How many of those were answered, each by a load that began after it had come.
    pub answers: u64,
    /// How many rules there are.
    pub count: usize,
    /// How many of them come from the site's own folders.
    pub own: usize,
    /// In a few words, which examples of these rules do not hold: at the start there are none to stay with instead.
    pub failing: Option<String>,
    /// Overrides that were to end or whose rule has changed since, each in one line with its place.
    pub warnings: Vec<String>,
    /// In a few words, why the last attempt failed; the rules before it stay in use.
    pub refused: Option<String>,
    /// The same with everything that there is to say.
    pub error: Option<String>,
}

/// How it learns of new files.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Watching {
    /// Whether events come; sweeps are made in any case.
    pub events: bool,
    /// Why not.
    pub trouble: Option<String>,
    /// Why the last sweep did not see everything.
    pub partial: Option<String>,
    /// A folder that the last sweep could not list; files may wait in it.
    pub unlisted: Option<String>,
    /// Full sweeps since the start.
    pub sweeps: u64,
}

/// One name in the inbox.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct Name {
    /// Its path in the inbox, escaped.
    pub path: String,
    /// `ignored`, `settling`, `stalled`, `held` or `claimed`.
    pub state: String,
    /// Why.
    pub reason: String,
    /// Since when, in milliseconds since the machine started.
    pub since_ms: u64,
}

impl Name {
    /// For how many seconds it has been in its state.
    pub fn age(&self, now: Moment) -> u64 {
        now.since(Moment::from_millis(self.since_ms)).as_secs()
    }
}

impl Status {
    /// Whether only the time of writing differs.
    pub(super) fn says_the_same(&self, other: &Self) -> bool {
        let plain = |status: &Self| Self { written: String::new(), written_ms: 0, ..status.clone() };
        plain(self) == plain(other)
    }

    /// Writes it.
    pub(super) fn write(&self, state: &StateFolder) -> Result<(), Fault> {
        // Strings, numbers and maps with string keys always become JSON.
        let json = serde_json::to_vec(self).unwrap_or_default();
        state.replace(FILE, &json)
    }

    /// What the daemon that runs on this state folder last said; `None` when none runs, or there is no such folder yet.
    ///
    /// # Errors
    /// When the state folder cannot be read.
    pub fn read(state: &Path) -> Result<Option<Self>, Fault> {
        let folder = match StateFolder::open(state) {
            Err(fault) if fault.class() == Class::Gone => return Ok(None),
            folder => folder?,
        };
        if !folder.is_locked()? {
            return Ok(None);
        }
        let text = folder.get(FILE)?;
        Ok(text.and_then(|text| serde_json::from_str(&text).ok()))
    }

    /// That the configuration file was changed since the start, and what to do about it.
    pub fn outdated(&self) -> Option<String> {
        let file = self.configuration.as_ref().filter(|file| file.is_changed())?;
        Some(format!("{} was changed since the start; restart siftd, a reload takes only rules", shown(&file.path)))
    }

    /// One line for the service manager.
    pub(super) fn line(&self) -> String {
        let done: u64 =
            ["pass", "strip", "quarantine", "reject"].iter().filter_map(|name| self.counts.get(*name)).sum();
        let state = |name: &str| self.states.get(name).copied().unwrap_or_default();
        let aside = ["quarantine", "reject"].iter().filter_map(|name| self.counts.get(*name)).sum::<u64>();
        let mut line = match (&self.paused, self.stopping) {
            (_, true) => "stopping".to_owned(),
            (Some(reason), _) => format!("takes no files: {reason}"),
            _ if self.watch.events => "watching".to_owned(),
            _ => "polling".to_owned(),
        };
        line += &format!(
            "; {done} judged, {aside} put aside; inbox: {} settling, {} in hand",
            state("settling"),
            self.in_hand
        );
        for name in ["stalled", "held"] {
            if state(name) > 0 {
                line += &format!(", {} {name}", state(name));
            }
        }
        if let Some(failing) = &self.rules.failing {
            line += &format!("; rules in use though {failing}");
        }
        if let Some(refused) = &self.rules.refused {
            line += &format!("; rules not taken: {refused}");
        }
        line
    }
}
