//! Reading siftd.yaml: with the same reader, the same checks and the same diagnostics as rule files.

use std::{
    fmt, fs, io,
    path::{Path, PathBuf},
};

use super::{
    Effective, Log, Origin, ReadFile, TopicSource, cores,
    keys::KEYS,
    values::{above_zero, filter, kept, large, size, span},
};
use crate::{
    engine::{
        diagnostic::{self, Diagnostic, Sources, codes},
        language::Code,
        rules::{
            Embedded, Points,
            decode::{Fields, Item, Problems},
            yaml,
        },
    },
    report::escaped_path,
    spool::{Ignore, LayoutError},
};

/// Why a configuration file cannot be used.
#[derive(Debug)]
pub enum Error {
    /// It cannot be read.
    Unreadable {
        /// The file.
        file: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// What it says is wrong.
    Wrong {
        /// Everything that is wrong.
        diagnostics: Vec<Diagnostic>,
        /// The file, for drawing.
        sources: Sources,
    },
}

/// Reads `file` over the defaults.
///
/// # Errors
/// When it cannot be read, or with everything that is wrong with what it says.
pub fn load(file: &Path) -> Result<Effective, Error> {
    let bytes = fs::read(file).map_err(|error| Error::Unreadable { file: file.to_owned(), error })?;
    let mut sources = Sources::default();
    match read(file, &bytes, &mut sources) {
        Ok(effective) => Ok(Effective { read: ReadFile::new(file, &bytes), ..effective }),
        Err(diagnostics) => Err(Error::Wrong { diagnostics, sources }),
    }
}

/// Reads what `file` says.
pub(super) fn read(file: &Path, bytes: &[u8], sources: &mut Sources) -> Result<Effective, Vec<Diagnostic>> {
    let name = escaped_path(file).into_owned();
    let source = yaml::text(&name, bytes, sources).map_err(|problem| vec![problem])?;
    let text = sources.get(source).map_or("", |(_, text)| text);
    let folder = file.parent().unwrap_or(Path::new(""));
    let mut effective = Effective { file: Some(file.to_owned()), ..Effective::in_folder(folder) };
    // A file of comments alone is the example file before its first change.
    if text.lines().all(|line| line.trim().is_empty() || line.trim_start().starts_with('#')) {
        return Ok(effective);
    }
    let node = yaml::read(text, source)?;
    let problems = Problems::default();
    if let Some(fields) = Fields::open(&node, "the configuration", &problems) {
        Reader { effective: &mut effective, folder, name, sources }.read(fields);
    }
    let diagnostics = problems.into_sorted();
    if diagnostics.is_empty() { Ok(effective) } else { Err(diagnostics) }
}

/// Fills in one configuration.
struct Reader<'r> {
    effective: &'r mut Effective,
    folder: &'r Path,
    name: String,
    sources: &'r Sources,
}

impl Reader<'_> {
    fn read(&mut self, mut fields: Fields<'_>) {
        // First, because the folders that are not set apart follow it.
        if let Some((path, origin)) = self.take(&mut fields, "spool", |item| path(&item)) {
            self.effective.set_spool(&self.folder.join(path), &origin);
        }
        self.section(&mut fields, "folders", Self::folders);
        self.section(&mut fields, "intake", Self::intake);
        self.section(&mut fields, "rules", Self::rules);
        self.section(&mut fields, "languages", Self::languages);
        let topics = self.value(&mut fields, "topics", |item| list(&item, topic));
        if let Some(topics) = topics {
            self.effective.config.topics = topics.into_iter().map(|topic| self.topic(topic)).collect();
        }
        self.section(&mut fields, "policy", Self::policy);
        self.section(&mut fields, "limits", Self::limits);
        self.section(&mut fields, "retention", Self::retention);
        let workers = self.value(&mut fields, "workers", |item| item.whole(0..=1024));
        if let Some(workers) = workers {
            self.effective.config.workers = if workers == 0 { cores() } else { workers as usize };
        }
        let confine = self.value(&mut fields, "confine", |item| item.boolean());
        set(&mut self.effective.config.confine, confine);
        self.section(&mut fields, "log", Self::log);
        fields.finish();
    }

    fn folders(&mut self, fields: &mut Fields<'_>) {
        for (name, key) in [
            ("inbox", "folders.inbox"),
            ("curated", "folders.curated"),
            ("quarantine", "folders.quarantine"),
            ("rejected", "folders.rejected"),
            ("originals", "folders.originals"),
            ("state", "folders.state"),
        ] {
            let Some(path) = self.named(fields, name, key, |item| path(&item)) else { continue };
            let path = self.folder.join(path);
            let layout = &mut self.effective.config.layout;
            match name {
                "inbox" => layout.inbox = path,
                "curated" => layout.curated = path,
                "quarantine" => layout.quarantine = path,
                "rejected" => layout.rejected = path,
                "originals" => layout.originals = path,
                _ => layout.state = path,
            }
        }
    }

    fn intake(&mut self, fields: &mut Fields<'_>) {
        let settle = self.named(fields, "settle", "intake.settle", |item| span(&item));
        let stalled_after = self.named(fields, "stalled_after", "intake.stalled_after", |item| span(&item));
        let sweep_every = self.named(fields, "sweep_every", "intake.sweep_every", |item| above_zero(&item));
        let ignore = self.named(fields, "ignore", "intake.ignore", |item| list(&item, glob));
        let bytes_at_most = self.named(fields, "bytes_at_most", "intake.bytes_at_most", |item| size(&item));
        let intake = &mut self.effective.config.intake;
        set(&mut intake.settle, settle);
        set(&mut intake.stalled_after, stalled_after);
        set(&mut intake.sweep_every, sweep_every);
        set(&mut intake.ignore, ignore);
        set(&mut intake.bytes_at_most, bytes_at_most);
    }

    fn rules(&mut self, fields: &mut Fields<'_>) {
        let shipped = self.named(fields, "shipped", "rules.shipped", |item| item.boolean());
        let folders = self.named(fields, "folders", "rules.folders", |item| list(&item, path));
        set(&mut self.effective.config.rules.shipped, shipped);
        if let Some(folders) = folders {
            self.effective.config.rules.folders = folders.iter().map(|folder| self.folder.join(folder)).collect();
        }
    }

    fn languages(&mut self, fields: &mut Fields<'_>) {
        let wanted = self.named(fields, "wanted", "languages.wanted", |item| list(&item, language));
        let candidates = self.named(fields, "candidates", "languages.candidates", |item| list(&item, language));
        let languages = &mut self.effective.config.settings.languages;
        set(&mut languages.wanted, wanted);
        set(&mut languages.candidates, candidates);
    }

    fn topic(&self, topic: TopicSource) -> TopicSource {
        match topic {
            TopicSource::File(path) => TopicSource::File(self.folder.join(path)),
            shipped @ TopicSource::Shipped(_) => shipped,
        }
    }

    fn policy(&mut self, fields: &mut Fields<'_>) {
        let share = self.named(fields, "strip_share_at_most", "policy.strip_share_at_most", |item| item.share());
        let limit = self.named(fields, "quarantine_at", "policy.quarantine_at", |item| item.whole(1..=u32::MAX));
        let policy = &mut self.effective.config.settings.policy;
        set(&mut policy.strip_share_at_most, share);
        set(&mut policy.quarantine_at, limit);
        self.section(fields, "points", |reader, fields| {
            let mut point = |name, key| reader.named(fields, name, key, |item| item.whole(0..=1_000_000));
            let hint = point("hint", "policy.points.hint");
            let weak = point("weak", "policy.points.weak");
            let strong = point("strong", "policy.points.strong");
            let decisive = point("decisive", "policy.points.decisive");
            let points: &mut Points = &mut reader.effective.config.settings.policy.points;
            set(&mut points.hint, hint);
            set(&mut points.weak, weak);
            set(&mut points.strong, strong);
            set(&mut points.decisive, decisive);
        });
    }

    fn limits(&mut self, fields: &mut Fields<'_>) {
        let line_bytes = self.named(fields, "line_bytes", "limits.line_bytes", |item| size(&item));
        let work = self.named(fields, "work", "limits.work", |item| large(&item));
        let time = self.named(fields, "time", "limits.time", |item| above_zero(&item));
        set(&mut self.effective.config.intake.time_at_most, time);
        let limits = &mut self.effective.config.settings.limits;
        set(&mut limits.line_bytes, line_bytes.and_then(|bytes| usize::try_from(bytes).ok()));
        set(&mut limits.work, work);
    }

    fn retention(&mut self, fields: &mut Fields<'_>) {
        let mut kept = |name, key| self.named(fields, name, key, |item| kept(&item));
        let originals = kept("originals", "retention.originals");
        let confirmed = kept("quarantine_confirmed", "retention.quarantine_confirmed");
        let undecided = kept("quarantine_undecided", "retention.quarantine_undecided");
        let rejected = kept("rejected", "retention.rejected");
        let journal = kept("journal", "retention.journal");
        let retention = &mut self.effective.config.retention;
        set(&mut retention.originals, originals);
        set(&mut retention.quarantine_confirmed, confirmed);
        set(&mut retention.quarantine_undecided, undecided);
        set(&mut retention.rejected, rejected);
        set(&mut retention.journal, journal);
    }

    fn log(&mut self, fields: &mut Fields<'_>) {
        let json = self.named(fields, "format", "log.format", |item| item.choice(&[("text", false), ("json", true)]));
        let levels = self.named(fields, "filter", "log.filter", |item| filter(&item));
        let Log { json: here, filter: there } = &mut self.effective.config.log;
        set(here, json);
        set(there, levels);
    }

    /// The keys of a section, where it is there.
    fn section(&mut self, fields: &mut Fields<'_>, name: &'static str, read: impl FnOnce(&mut Self, &mut Fields<'_>)) {
        // What is meant where somebody writes the value of the likeliest key alone.
        let shape = match name {
            "languages" => "{wanted: [*]}",
            "rules" => "{folders: [*]}",
            "log" => "{filter: *}",
            _ => "its keys, each with its value: `key: value`",
        };
        let item = fields.optional(name);
        if let Some(mut inner) = item.and_then(|item| item.fields_as(&format!("`{name}`"), shape, |_| true)) {
            read(self, &mut inner);
            inner.finish();
        }
    }

    /// The value of a key at the top, its origin noted.
    fn value<T>(
        &mut self,
        fields: &mut Fields<'_>,
        key: &'static str,
        read: impl FnOnce(Item<'_>) -> Option<T>,
    ) -> Option<T> {
        self.named(fields, key, key, read)
    }

    /// The value of the key `name`, whose full name is `key`; its origin noted.
    fn named<T>(
        &mut self,
        fields: &mut Fields<'_>,
        name: &'static str,
        key: &'static str,
        read: impl FnOnce(Item<'_>) -> Option<T>,
    ) -> Option<T> {
        let (value, origin) = self.take(fields, name, read)?;
        debug_assert!(KEYS.iter().any(|known| known.path == key), "{key} is not in the table of keys");
        self.effective.origins.set(key, origin);
        Some(value)
    }

    fn take<T>(
        &self,
        fields: &mut Fields<'_>,
        name: &'static str,
        read: impl FnOnce(Item<'_>) -> Option<T>,
    ) -> Option<(T, Origin)> {
        let item = fields.optional(name)?;
        let line = self.sources.line_and_column(item.place()).map_or(0, |(line, _)| line);
        Some((read(item)?, Origin::File(self.name.clone(), line)))
    }
}

fn set<T>(here: &mut T, value: Option<T>) {
    if let Some(value) = value {
        *here = value;
    }
}

/// Every item of a list; `None` when one is wrong, all of them reported.
fn list<T>(item: &Item<'_>, read: impl Fn(&Item<'_>) -> Option<T>) -> Option<Vec<T>> {
    let read: Vec<Option<T>> = item.list()?.iter().map(read).collect();
    read.into_iter().collect()
}

fn path(item: &Item<'_>) -> Option<PathBuf> {
    Some(item.filled()?.value.into())
}

fn topic(item: &Item<'_>) -> Option<TopicSource> {
    let text = item.filled()?.value;
    let file = text.contains('/') || text.ends_with(".yaml") || text.ends_with(".yml");
    if !file && Embedded::topic_ids().all(|id| id != text) {
        let whole = "the id of a shipped topic, or the path of a topic file such as `./mine.yaml`";
        item.unknown(codes::CHOICE, "there is no shipped topic", &text, Embedded::topic_ids(), whole);
        return None;
    }
    Some(if file { TopicSource::File(text.into()) } else { TopicSource::Shipped(text) })
}

fn glob(item: &Item<'_>) -> Option<String> {
    let pattern = item.filled()?.value;
    match Ignore::new(std::slice::from_ref(&pattern)) {
        Ok(_) => Some(pattern),
        Err(LayoutError::Pattern { problem, .. }) => {
            item.fail(codes::CHOICE, format!("`{pattern}` is not a name pattern: {problem}"), None);
            None
        }
        Err(other) => {
            item.fail(codes::CHOICE, other.to_string(), None);
            None
        }
    }
}

fn language(item: &Item<'_>) -> Option<Code> {
    // As a word, since `no` is Norwegian.
    let word = item.word()?;
    let code = Code::named(word.value);
    if code.is_none() {
        item.unknown(
            codes::CHOICE,
            "there is no language",
            word.value,
            Code::all().iter().map(|code| code.as_str()),
            "a BCP 47 code such as `en`, `zh` or `pt`",
        );
    }
    code
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Unreadable { file, .. } => write!(f, "read the configuration {}", escaped_path(file)),
            Self::Wrong { diagnostics, sources } => f.write_str(&diagnostic::render(diagnostics, sources, false)),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Unreadable { error, .. } => Some(error),
            Self::Wrong { .. } => None,
        }
    }
}
