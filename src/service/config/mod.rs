//! What siftd.yaml says, with every default filled in, and where each value came from.
//!
//! Paths in the file are relative to the file, the default spool included; without a file they are relative to the
//! working directory. Every key stands in `keys`, which the printed configuration and the example file are made from.

mod find;
mod keys;
mod origin;
mod read;
mod schema;
mod units;
mod values;
mod write;

use std::{
    fs, io,
    num::NonZero,
    path::{Path, PathBuf},
    time::Duration,
};

use serde::{Deserialize, Serialize};

use crate::{
    engine::rules::Settings,
    spool::{Intake, Layout, Retention},
};

pub use find::{FILE_NAME, find};
pub use origin::{Origin, Origins};
pub use read::{Error, load};
pub use schema::schema;
pub(super) use units::show_span;
pub use values::{levels, no_level};
pub use write::{effective, example};

/// The effective configuration.
#[derive(Debug, Clone, PartialEq)]
pub struct Config {
    /// Where the folders are.
    pub layout: Layout,
    /// How files are taken in.
    pub intake: Intake,
    /// Where rules come from.
    pub rules: RuleSources,
    /// Topic profiles to score: a shipped id, or the path of a topic file.
    pub topics: Vec<TopicSource>,
    /// What is kept how long.
    pub retention: Retention,
    /// Languages, policy, limits.
    pub settings: Settings,
    /// Threads that judge (default: one a core).
    pub workers: usize,
    /// Whether the daemon keeps itself from everything but its folders and the rule files.
    pub confine: bool,
    /// How to log.
    pub log: Log,
}

/// Where rules come from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RuleSources {
    /// Whether the packs compiled into the binary are used.
    pub shipped: bool,
    /// Folders with the site's own packs.
    pub folders: Vec<PathBuf>,
}

/// Where a topic comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TopicSource {
    /// Compiled into the binary, by id.
    Shipped(String),
    /// A file.
    File(PathBuf),
}

/// How to log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Log {
    /// One JSON object a line instead of text.
    pub json: bool,
    /// An `EnvFilter` directive such as `info`.
    pub filter: String,
}

/// Name patterns of files that are still being written or are nobody's documents: the temporaries of editors, browsers,
/// download and copying tools. (Hidden names are never taken, whatever the patterns.)
const IGNORE: &[&str] = &[
    "*~",
    "~$*",
    "#*#",
    "*.bak",
    "*.swp",
    "*.swx",
    "*.tmp",
    "*.temp",
    "*.part",
    "*.partial",
    "*.filepart",
    "*.crdownload",
    "*.download",
    "*.opdownload",
    "*.aria2",
];

impl Config {
    /// The defaults, for a configuration file (or a working directory) in `folder`.
    pub fn in_folder(folder: &Path) -> Self {
        Self {
            layout: folders_of(&folder.join("spool")),
            intake: Intake {
                settle: Duration::from_millis(500),
                stalled_after: Duration::from_secs(10 * 60),
                sweep_every: Duration::from_secs(30),
                ignore: IGNORE.iter().map(|&pattern| pattern.to_owned()).collect(),
                bytes_at_most: 64 << 20,
                time_at_most: Duration::from_secs(60),
            },
            rules: RuleSources { shipped: true, folders: Vec::new() },
            topics: Vec::new(),
            retention: Retention::default(),
            settings: Settings::default(),
            workers: cores(),
            confine: true,
            log: Log { json: false, filter: "info".to_owned() },
        }
    }
}

impl Default for Config {
    /// The defaults, for the working directory.
    fn default() -> Self {
        Self::in_folder(Path::new(""))
    }
}

/// The folders of a spool that is all in one place.
pub fn folders_of(spool: &Path) -> Layout {
    Layout {
        inbox: spool.join("inbox"),
        curated: spool.join("curated"),
        quarantine: spool.join("quarantine"),
        rejected: spool.join("rejected"),
        originals: spool.join("originals"),
        state: spool.join(".siftd"),
    }
}

/// Processors this process may use; 1 where that cannot be told.
fn cores() -> usize {
    std::thread::available_parallelism().map_or(1, NonZero::get)
}

/// The configuration with where each value came from.
#[derive(Debug, Clone, PartialEq)]
pub struct Effective {
    /// The values.
    pub config: Config,
    /// The folder that the spool's folders are in unless set apart.
    pub spool: PathBuf,
    /// Where each value came from.
    pub origins: Origins,
    /// The file that was read.
    pub file: Option<PathBuf>,
    /// What was read of it, for those who want to know whether it was changed since.
    pub read: Option<ReadFile>,
}

/// A file as it was when it was read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default)]
pub struct ReadFile {
    /// Its path from the root.
    pub path: String,
    /// BLAKE3 of its bytes, in hexadecimal.
    pub blake3: String,
}

impl ReadFile {
    /// The file at `path`, whose bytes are these; `None` where its name is no text.
    fn new(path: &Path, bytes: &[u8]) -> Option<Self> {
        let path = std::path::absolute(path).ok()?.to_str()?.to_owned();
        Some(Self { path, blake3: blake3::hash(bytes).to_hex().to_string() })
    }

    /// Whether it has other bytes by now, or has gone; not when that cannot be told.
    pub fn is_changed(&self) -> bool {
        match fs::read(&self.path) {
            Ok(bytes) => blake3::hash(&bytes).to_hex().as_str() != self.blake3,
            Err(error) => error.kind() == io::ErrorKind::NotFound,
        }
    }
}

impl Effective {
    /// The defaults, for a configuration file (or a working directory) in `folder`.
    pub fn in_folder(folder: &Path) -> Self {
        Self {
            config: Config::in_folder(folder),
            spool: folder.join("spool"),
            origins: Origins::default(),
            file: None,
            read: None,
        }
    }

    /// Puts the spool elsewhere: every folder that was not set apart moves with it.
    pub fn set_spool(&mut self, spool: &Path, origin: &Origin) {
        let from = folders_of(spool);
        let layout = &mut self.config.layout;
        for (key, here, there) in [
            ("folders.inbox", &mut layout.inbox, from.inbox),
            ("folders.curated", &mut layout.curated, from.curated),
            ("folders.quarantine", &mut layout.quarantine, from.quarantine),
            ("folders.rejected", &mut layout.rejected, from.rejected),
            ("folders.originals", &mut layout.originals, from.originals),
            ("folders.state", &mut layout.state, from.state),
        ] {
            if self.origins.of(key) == &Origin::Default {
                *here = there;
            }
        }
        spool.clone_into(&mut self.spool);
        self.origins.set("spool", origin.clone());
    }
}

#[cfg(test)]
#[expect(clippy::disallowed_methods, reason = "snapbox's macro asks whether a file exists")]
mod tests;
