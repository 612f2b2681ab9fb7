//! Names that are never claimed: hidden files and what editors and downloads leave while they work.

use std::{ffi::OsStr, os::unix::ffi::OsStrExt};

use globset::{GlobBuilder, GlobSet, GlobSetBuilder};

use super::layout::LayoutError;

/// The patterns, compiled.
#[derive(Debug, Clone)]
pub struct Ignore {
    set: GlobSet,
    patterns: Vec<String>,
}

impl Ignore {
    /// Compiles patterns over file names (not paths).
    ///
    /// # Errors
    /// [`LayoutError::Pattern`] for the first that cannot be read.
    pub fn new(patterns: &[String]) -> Result<Self, LayoutError> {
        let mut set = GlobSetBuilder::new();
        let error = |pattern: &str, error: globset::Error| LayoutError::Pattern {
            pattern: pattern.to_owned(),
            problem: error.kind().to_string(),
        };
        for pattern in patterns {
            set.add(GlobBuilder::new(pattern).literal_separator(true).build().map_err(|found| error(pattern, found))?);
        }
        let set = set.build().map_err(|found| error(&patterns.join(" "), found))?;
        Ok(Self { set, patterns: patterns.to_vec() })
    }

    /// Why the name is ignored, if it is.
    pub fn reason(&self, name: &OsStr) -> Option<String> {
        if name.as_bytes().starts_with(b".") {
            return Some("its name is hidden".into());
        }
        let first = self.set.matches(name).into_iter().next()?;
        Some(format!("its name matches the pattern {}", self.patterns[first]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_bytes() {
        let ignore = Ignore::new(&["*.part".to_owned(), "*~".to_owned(), "*.tmp".to_owned()]).unwrap();
        assert!(ignore.reason(OsStr::from_bytes(b"\xff.part")).is_some());
        assert!(ignore.reason(OsStr::from_bytes(b"\xff.txt")).is_none());
        assert!(ignore.reason(OsStr::new(".x")).is_some());
        assert!(ignore.reason(OsStr::new("line\nbreak.tmp")).is_some());
        assert!(ignore.reason(OsStr::new("page~01234567.txt")).is_none());
    }
}
