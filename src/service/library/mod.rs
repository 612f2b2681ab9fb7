//! Rule folders and topic files on disk, and the packs inside the binary, as one snapshot for the engine.
//!
//! The packs of a folder are its `*.yaml` and `*.yml` files and those of its sub-folders; sub-folders called `lists`,
//! `topics` or `examples` hold what packs and topic files name, and are passed over, as are hidden names. What a file names
//! is relative to that file and inside the configured folder (for a topic file: inside the folder it lies in).

mod beneath;
mod folder;
mod folders;
mod threads;

use std::{
    fmt,
    path::{Path, PathBuf},
};

use crate::{
    engine::rules::{self, Date, Embedded, Hands, Loaded, Settings},
    report::escaped_path,
    service::config::Config,
};

pub use folder::Trouble;
pub use folders::Folders;

/// Takes a snapshot of everything that `config` names, and compiles it.
///
/// # Errors
/// When a folder or file cannot be read. What is wrong inside the files is told by [`Loaded`].
pub fn load(config: &Config) -> Result<Loaded, Error> {
    Ok(compile(&snapshot(config)?, &config.settings))
}

/// Takes a snapshot of everything that `config` names.
///
/// # Errors
/// When a folder or file cannot be read.
pub fn snapshot(config: &Config) -> Result<Folders, Error> {
    let mut folders = Folders::of_site(config.rules.shipped);
    for folder in &config.rules.folders {
        folders.add_packs(folder)?;
    }
    for topic in &config.topics {
        folders.add_topic(topic)?;
    }
    Ok(folders)
}

/// Compiles the rules of `folders`, with warnings of overrides that were to end before today.
pub fn compile(folders: &Folders, settings: &Settings) -> Loaded {
    compile_on(folders, settings, jiff::Zoned::now().date())
}

/// The same for who knows the day: the files that tell the local time cannot always be read.
pub fn compile_on(folders: &Folders, settings: &Settings, today: Date) -> Loaded {
    rules::load_on(folders, settings, Some(today), &hands())
}

/// Whoever loads and checks rules.
pub fn hands() -> impl Hands {
    threads::Threads::available()
}

/// Why rules or topics could not be read. A fragment that fits after "failed to".
#[derive(Debug)]
pub enum Error {
    /// A folder with rules, or a file in it, cannot be read.
    Rules {
        /// Which.
        path: PathBuf,
        /// Why.
        trouble: Trouble,
    },
    /// A topic file cannot be read.
    Topic {
        /// Which.
        path: PathBuf,
        /// Why.
        trouble: Trouble,
    },
    /// No topic of this id is shipped.
    NoSuchTopic {
        /// As configured.
        id: String,
    },
}

impl Error {
    fn rules(path: impl AsRef<Path>, trouble: Trouble) -> Self {
        Self::Rules { path: path.as_ref().to_owned(), trouble }
    }

    fn topic(path: impl AsRef<Path>, trouble: Trouble) -> Self {
        Self::Topic { path: path.as_ref().to_owned(), trouble }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Rules { path, .. } => write!(f, "read rules from {}", escaped_path(path)),
            Self::Topic { path, .. } => write!(f, "read the topic file {}", escaped_path(path)),
            Self::NoSuchTopic { id } => {
                let shipped: Vec<&str> = Embedded::topic_ids().collect();
                let shipped = if shipped.is_empty() { "none".to_owned() } else { shipped.join(", ") };
                write!(f, "find the topic `{}`: shipped are {shipped}", id.escape_debug())?;
                f.write_str("; a file of your own is named by its path, such as ./topic.yaml")
            }
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Self::Rules { trouble, .. } | Self::Topic { trouble, .. } => Some(trouble),
            Self::NoSuchTopic { .. } => None,
        }
    }
}

#[cfg(test)]
mod tests;
