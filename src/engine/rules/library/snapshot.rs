//! Files in memory: what a folder of rules held at one moment.

use super::{File, Library, path};

/// What a folder of rules held at one moment. Packs and topics name further files by paths, and find them among `files`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Snapshot {
    /// Packs and overrides files.
    pub packs: Vec<File>,
    /// Configured topic files, in that order.
    pub topics: Vec<File>,
    /// Lists and example documents.
    pub files: Vec<File>,
}

impl Snapshot {
    /// One pack alone, as tests and editors have it.
    pub fn of_pack(name: &str, text: &str) -> Self {
        Self { packs: vec![File::new(name, text)], ..Self::default() }
    }
}

impl Library for Snapshot {
    fn packs(&self) -> Vec<File> {
        let mut packs = self.packs.clone();
        packs.sort_by(|a, b| a.name.cmp(&b.name));
        packs
    }

    fn named(&self, from: &str, path: &str) -> Result<File, String> {
        let name = path::join(from, path)?;
        self.files.iter().find(|file| file.name == name).cloned().ok_or_else(|| "there is no such file".to_owned())
    }

    fn matching(&self, from: &str, pattern: &str) -> Result<Vec<File>, String> {
        let names = path::matching(self.files.iter().map(|file| file.name.as_str()), from, pattern)?;
        Ok(names.iter().filter_map(|name| self.files.iter().find(|file| file.name == *name).cloned()).collect())
    }

    fn topics(&self) -> Vec<File> {
        self.topics.clone()
    }
}
