//! Where rule files come from. The engine does no I/O: callers hand it a snapshot of files.

mod embedded;
mod path;
mod snapshot;

#[cfg(test)]
mod tests;

pub use embedded::Embedded;
pub use snapshot::Snapshot;

/// One file of a snapshot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// Path as shown to people, with `/` between parts.
    pub name: String,
    /// Its bytes.
    pub bytes: Vec<u8>,
    is_shipped: bool,
}

impl File {
    /// A file that somebody wrote.
    pub fn new(name: impl Into<String>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { name: name.into(), bytes: bytes.into(), is_shipped: false }
    }

    /// Whether it is compiled into the binary, and was looked at before that.
    pub(crate) fn is_shipped(&self) -> bool {
        self.is_shipped
    }
}

/// A snapshot of files: packs, topics and the lists and examples they name.
pub trait Library {
    /// Every pack (`schema: rules/1`) and overrides file, in path order. Files that other files name (lists,
    /// examples) are not among them. A topic file among them is checked and not used.
    fn packs(&self) -> Vec<File>;

    /// The file that `from` names as `path` (relative to `from`'s folder).
    ///
    /// # Errors
    /// One lower-case fragment saying why it cannot be had.
    fn named(&self, from: &str, path: &str) -> Result<File, String>;

    /// The files that `from` names by a pattern (relative to `from`'s folder), in path order.
    ///
    /// # Errors
    /// One lower-case fragment saying why they cannot be had.
    fn matching(&self, from: &str, pattern: &str) -> Result<Vec<File>, String>;

    /// The topic files that are configured, in that order.
    fn topics(&self) -> Vec<File>;

    /// Whether its topics are all that a site has configured, so that one which is not among them is none.
    fn is_site(&self) -> bool {
        false
    }

    /// Whether a pack or topic called `name` came from here.
    fn holds(&self, name: &str) -> bool {
        self.packs().iter().chain(&self.topics()).any(|file| file.name == name)
    }
}

/// One library over another: both give packs; names are looked up in the one that gave the naming file.
#[derive(Debug)]
pub struct Overlay<A, B> {
    /// Asked first.
    pub upper: A,
    /// Asked second.
    pub lower: B,
}

impl<A: Library, B: Library> Library for Overlay<A, B> {
    fn packs(&self) -> Vec<File> {
        let mut files = self.upper.packs();
        files.extend(self.lower.packs());
        files
    }

    fn named(&self, from: &str, path: &str) -> Result<File, String> {
        if self.upper.holds(from) { self.upper.named(from, path) } else { self.lower.named(from, path) }
    }

    fn matching(&self, from: &str, pattern: &str) -> Result<Vec<File>, String> {
        if self.upper.holds(from) { self.upper.matching(from, pattern) } else { self.lower.matching(from, pattern) }
    }

    fn topics(&self) -> Vec<File> {
        let mut files = self.upper.topics();
        files.extend(self.lower.topics());
        files
    }

    fn holds(&self, name: &str) -> bool {
        self.upper.holds(name) || self.lower.holds(name)
    }
}

impl<L: Library + ?Sized> Library for Box<L> {
    fn packs(&self) -> Vec<File> {
        (**self).packs()
    }

    fn named(&self, from: &str, path: &str) -> Result<File, String> {
        (**self).named(from, path)
    }

    fn matching(&self, from: &str, pattern: &str) -> Result<Vec<File>, String> {
        (**self).matching(from, pattern)
    }

    fn topics(&self) -> Vec<File> {
        (**self).topics()
    }

    fn is_site(&self) -> bool {
        (**self).is_site()
    }

    fn holds(&self, name: &str) -> bool {
        (**self).holds(name)
    }
}
