//! The rules that a configuration names, as the daemon takes them: read, compiled, their examples run.

use std::{
    collections::hash_map::DefaultHasher,
    error::Error as _,
    fs,
    hash::{Hash, Hasher},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
};

use jiff::{Timestamp, tz::TimeZone};

use super::{
    config::{Config, TopicSource},
    judge::RuleJudge,
    library::{self, Folders},
    rules::{Count, Found, Refusal, RuleSource},
};
use crate::{
    engine::{
        diagnostic::{Diagnostic, Severity, Sources, codes, render},
        judge::{Got, Outcome, run_examples},
        rules::{
            Date, Loaded, RuleSet,
            model::{Expect, Rule},
        },
    },
    report::{escaped, human::count_of},
};

/// Entries of the rule folders that are looked at for changes.
const STAMPED_MAX: usize = 10_000;

/// What a folder is swapped through whose files are links into it.
const SWAPPED: &str = "..data";

/// Failing examples that are named.
const FAILING_SHOWN: usize = 10;

/// The rules that a configuration names.
#[derive(Debug)]
pub struct SiteRules {
    config: Config,
    color: bool,
    /// Read at once: one who has shut himself in cannot read it again, and a day begins at midnight here.
    zone: TimeZone,
    /// The files that were read last, for those that no rule folder holds: topics and their examples.
    read: Mutex<Vec<PathBuf>>,
    /// Whether the files that were read last say until when something is to hold, so that the day counts.
    has_dates: AtomicBool,
}

impl SiteRules {
    /// The rules of `config`; diagnostics are coloured if so wanted.
    pub fn new(config: Config, color: bool) -> Self {
        let zone = TimeZone::system();
        Self { config, color, zone, read: Mutex::default(), has_dates: AtomicBool::new(false) }
    }

    fn today(&self) -> Date {
        Timestamp::now().to_zoned(self.zone.clone()).date()
    }

    /// Topic files, and those that were found to belong to them, with their folders. A topic file's own folder is left out:
    /// anything may lie there.
    fn topics(&self) -> Vec<PathBuf> {
        let own = |topic: &TopicSource| match topic {
            TopicSource::File(path) => Some(path.clone()),
            TopicSource::Shipped(_) => None,
        };
        let mut paths: Vec<PathBuf> = self.config.topics.iter().filter_map(own).collect();
        let beside: Vec<PathBuf> = paths.iter().filter_map(|path| Some(path.parent()?.to_owned())).collect();
        for path in &*self.read.lock().unwrap_or_else(PoisonError::into_inner) {
            if !self.config.rules.folders.iter().any(|folder| path.starts_with(folder)) {
                paths.extend(path.parent().map(Path::to_owned).filter(|folder| !beside.contains(folder)));
                paths.push(path.clone());
            }
        }
        paths.sort_unstable();
        paths.dedup();
        paths
    }
}

impl RuleSource for SiteRules {
    fn load(&self) -> Result<Found, Refusal> {
        let folders = library::snapshot(&self.config).map_err(|error| {
            Refusal::new(match error.source() {
                Some(source) => format!("failed to {error}: {source}"),
                None => format!("failed to {error}"),
            })
        })?;
        let Loaded { rules, mut diagnostics, sources } =
            library::compile_on(&folders, &self.config.settings, self.today());
        self.has_dates.store(folders.has_overrides(), Ordering::Relaxed);
        *self.read.lock().unwrap_or_else(PoisonError::into_inner) = folders.paths();
        let Some(rules) = rules else {
            diagnostics.retain(|diagnostic| diagnostic.severity == Severity::Error);
            let first = diagnostics.first().map_or_else(String::new, |first| {
                let place = first.place().and_then(|place| {
                    let (line, _) = sources.line_and_column(place)?;
                    Some(format!("{}:{line}: ", sources.get(place.source)?.0))
                });
                format!("{}{}", place.unwrap_or_default(), first.message)
            });
            let reason = match diagnostics.len() {
                0 | 1 => first,
                count => format!("{first} (and {})", count_of(count - 1, "more error")),
            };
            return Err(Refusal { reason, detail: render(&diagnostics, &sources, self.color) });
        };
        let is_own = |rule: &Rule| sources.get(rule.id.place.source).is_some_and(|(name, _)| folders.is_own(name));
        let count = Count { own: rules.rules().iter().filter(|rule| is_own(rule)).count(), all: rules.rules().len() };
        let failing = failing(&rules, &sources, &folders);
        let warnings = overdue(&diagnostics, &sources);
        Ok(Found { judge: Arc::new(RuleJudge::new(rules)), count, failing, warnings })
    }

    fn reads(&self) -> Vec<PathBuf> {
        let topics = self.config.topics.iter().filter_map(|topic| match topic {
            TopicSource::File(path) => Some(path.clone()),
            TopicSource::Shipped(_) => None,
        });
        self.config.rules.folders.iter().cloned().chain(topics).collect()
    }

    fn stamp(&self) -> Option<u64> {
        let mut hasher = DefaultHasher::new();
        let mut open = self.config.rules.folders.clone();
        let mut left = STAMPED_MAX;
        while let Some(folder) = open.pop() {
            let Ok(entries) = fs::read_dir(&folder) else {
                // Not there, or a single file.
                stamp(&folder, &mut hasher);
                continue;
            };
            let is_watched = |path: &PathBuf| {
                let name = path.file_name().unwrap_or_default();
                name == SWAPPED || !name.as_encoded_bytes().starts_with(b".")
            };
            let paths = entries.filter_map(|entry| Some(entry.ok()?.path())).filter(is_watched);
            let mut paths: Vec<PathBuf> = paths.take(left).collect();
            left -= paths.len();
            paths.sort_unstable();
            for path in paths {
                if path.is_dir() {
                    // A swapped link is a change even when what it leads to looks the same.
                    fs::read_link(&path).ok().hash(&mut hasher);
                    open.push(path);
                } else {
                    stamp(&path, &mut hasher);
                }
            }
        }
        for path in self.topics() {
            stamp(&path, &mut hasher);
        }
        if self.has_dates.load(Ordering::Relaxed) {
            self.today().hash(&mut hasher);
        }
        Some(hasher.finish())
    }
}

/// Takes in which file this is and whether it was written since; links are looked through.
fn stamp(path: &Path, hasher: &mut DefaultHasher) {
    path.hash(hasher);
    match fs::metadata(path) {
        Ok(about) => {
            let times = (about.mtime(), about.mtime_nsec(), about.ctime(), about.ctime_nsec());
            (about.dev(), about.ino(), about.len(), times).hash(hasher);
        }
        Err(error) => error.raw_os_error().hash(hasher),
    }
}

/// What is said of overrides that were to end, or whose rule has changed since: the one thing that goes wrong by itself.
fn overdue(diagnostics: &[Diagnostic], sources: &Sources) -> Vec<String> {
    let ours = [codes::OVERRIDE_EXPIRED, codes::OVERRIDE_DRIFTED];
    let told = diagnostics.iter().filter(|told| ours.contains(&told.code));
    told.map(|told| {
        let place = told.place().and_then(|place| {
            let (line, _) = sources.line_and_column(place)?;
            Some(format!("{}:{line}: ", sources.get(place.source)?.0))
        });
        format!("{}{} [{}]", place.unwrap_or_default(), told.message, told.code)
    })
    .collect()
}

/// Why the site's own rules do not do what their examples say.
fn failing(rules: &RuleSet, sources: &Sources, folders: &Folders) -> Option<Refusal> {
    let is_own = |rule: &Rule| sources.get(rule.id.place.source).is_some_and(|(name, _)| folders.is_own(name));
    let mut failing = run_examples(rules, &library::hands(), is_own);
    failing.retain(|result| result.outcome == Outcome::Failed);
    let first = failing.first()?;
    let reason = match failing.len() {
        1 => format!("an example of {} fails", first.rule),
        count => format!("{count} examples fail, the first of {}", first.rule),
    };
    let mut detail = String::new();
    for result in failing.iter().take(FAILING_SHOWN) {
        let line = sources.line_and_column(result.place).map_or(0, |(line, _)| line);
        let file = sources.get(result.place.source).map_or("", |(name, _)| name);
        let name = result.name.as_ref().map_or_else(String::new, |name| format!(" ({})", escaped(name)));
        let wanted = match &result.wanted {
            Expect::Flags(lines) => format!("the lines {lines:?} to be flagged"),
            Expect::Fires(true) => "it to fire".to_owned(),
            Expect::Fires(false) => "it to stay silent".to_owned(),
        };
        let got = match &result.got {
            Got::Flags(lines) => format!("{lines:?}"),
            Got::Fires(true) => "it fires".to_owned(),
            Got::Fires(false) => "it stays silent".to_owned(),
            Got::NoText => "it is no text".to_owned(),
        };
        detail += &format!(
            "{file}:{line}: example {}{name} of {} wants {wanted}, got: {got}\n",
            result.index + 1,
            result.rule
        );
    }
    if failing.len() > FAILING_SHOWN {
        detail += &format!("and {} more\n", failing.len() - FAILING_SHOWN);
    }
    detail += "`siftd test` shows them line by line";
    Some(Refusal { reason, detail })
}
