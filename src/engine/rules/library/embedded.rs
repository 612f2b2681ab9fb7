//! The files that are compiled into the binary.

use super::{File, Library, path};

/// Path below `rules/` and bytes of every file there, as the build script found them.
const FILES: &[(&str, &[u8])] = include!(concat!(env!("OUT_DIR"), "/embedded.rs"));

/// Names of these files begin so, that they are not taken for files on disk.
const PREFIX: &str = "shipped:";

/// The packs that are compiled into the binary.
#[derive(Debug, Clone, Copy, Default)]
pub struct Embedded;

impl Embedded {
    /// The shipped topic called `id`, if there is one. Topics are off unless configured, so [`Library::topics`] gives none.
    pub fn topic(id: &str) -> Option<File> {
        let name = format!("topics/{id}.yaml");
        FILES.iter().find(|(known, _)| *known == name).map(|(name, bytes)| file(name, bytes))
    }

    /// The ids of the shipped topics, in order.
    pub fn topic_ids() -> impl Iterator<Item = &'static str> {
        FILES.iter().filter_map(|(name, _)| name.strip_prefix("topics/")?.strip_suffix(".yaml"))
    }

    /// Every shipped file by its path below `rules/`, in order.
    #[cfg(test)]
    pub(crate) fn files() -> impl Iterator<Item = (&'static str, &'static [u8])> {
        FILES.iter().copied()
    }
}

fn file(name: &str, bytes: &[u8]) -> File {
    File { is_shipped: true, ..File::new(format!("{PREFIX}{name}"), bytes) }
}

fn inner(from: &str) -> Result<&str, String> {
    from.strip_prefix(PREFIX).ok_or_else(|| "it is named by a file that is not a shipped one".to_owned())
}

impl Library for Embedded {
    fn packs(&self) -> Vec<File> {
        let packs = FILES.iter().filter(|(name, _)| name.ends_with(".yaml") && !name.contains('/'));
        packs.map(|(name, bytes)| file(name, bytes)).collect()
    }

    fn named(&self, from: &str, path: &str) -> Result<File, String> {
        let name = path::join(inner(from)?, path)?;
        let found = FILES.iter().find(|(known, _)| *known == name);
        found.map(|(name, bytes)| file(name, bytes)).ok_or_else(|| "there is no such file".to_owned())
    }

    fn matching(&self, from: &str, pattern: &str) -> Result<Vec<File>, String> {
        let names = path::matching(FILES.iter().map(|(name, _)| *name), inner(from)?, pattern)?;
        let found = names.iter().filter_map(|name| FILES.iter().find(|(known, _)| known == name));
        Ok(found.map(|(name, bytes)| file(name, bytes)).collect())
    }

    fn topics(&self) -> Vec<File> {
        Vec::new()
    }

    fn holds(&self, name: &str) -> bool {
        name.strip_prefix(PREFIX).is_some_and(|name| FILES.iter().any(|(known, _)| *known == name))
    }
}
