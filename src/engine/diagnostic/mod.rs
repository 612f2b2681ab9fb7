//! What is wrong with a file that a person wrote: a stable code, the place, and the way out.

pub mod codes;
mod json;
mod render;

#[cfg(test)]
mod tests;

pub use json::json;
pub use render::render;

/// A span of bytes in one of the files being read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Place {
    /// Which file: an index into the [`Sources`] of the same run.
    pub source: u32,
    /// First byte.
    pub start: u32,
    /// One past the last byte.
    pub end: u32,
}

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Severity {
    /// Advice that never fails a check unless it is asked to.
    Note,
    /// The files work, and probably not as meant.
    Warning,
    /// The files cannot be used.
    Error,
}

impl Severity {
    /// As it is printed.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Note => "note",
            Self::Warning => "warning",
            Self::Error => "error",
        }
    }
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Diagnostic {
    /// Stable code, such as `R003`; `siftd explain R003` tells more.
    pub code: &'static str,
    /// How bad it is.
    pub severity: Severity,
    /// One lower-case sentence without a full stop.
    pub message: String,
    /// Where, the main place first; each with a short label (may be empty).
    pub labels: Vec<(Place, String)>,
    /// What to do about it.
    pub help: Option<String>,
}

/// The files of one run, so that places can be drawn.
#[derive(Debug, Clone, Default)]
pub struct Sources {
    /// Name as shown and text, in the order of [`Place::source`].
    pub files: Vec<(String, String)>,
}

impl Place {
    /// The first bytes of a file: where something is missing that has no place of its own.
    pub fn top(source: u32) -> Self {
        Self { source, start: 0, end: 0 }
    }

    /// From the start of this place to the end of `other`, which lies in the same file.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { source: self.source, start: self.start, end: other.end.max(self.start) }
    }
}

impl Diagnostic {
    /// An error at `place`; `code` is one of [`codes`].
    pub fn error(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self {
            code,
            severity: Severity::Error,
            message: message.into(),
            labels: vec![(place, String::new())],
            help: None,
        }
    }

    /// A warning at `place`; `code` is one of [`codes`].
    pub fn warning(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self { severity: Severity::Warning, ..Self::error(code, place, message) }
    }

    /// Advice at `place`; `code` is one of [`codes`].
    pub fn note(code: &'static str, place: Place, message: impl Into<String>) -> Self {
        Self { severity: Severity::Note, ..Self::error(code, place, message) }
    }

    /// Says what is at the main place.
    #[must_use]
    pub fn label(mut self, label: impl Into<String>) -> Self {
        if let Some(main) = self.labels.first_mut() {
            main.1 = label.into();
        }
        self
    }

    /// Shows a second place.
    #[must_use]
    pub fn also(mut self, place: Place, label: impl Into<String>) -> Self {
        self.labels.push((place, label.into()));
        self
    }

    /// Says what to do about it.
    #[must_use]
    pub fn help(mut self, help: impl Into<String>) -> Self {
        self.help = Some(help.into());
        self
    }

    /// The main place.
    pub fn place(&self) -> Option<Place> {
        self.labels.first().map(|(place, _)| *place)
    }
}

impl Sources {
    /// Takes a file in; its number is the [`Place::source`] of everything found in it.
    pub fn add(&mut self, name: impl Into<String>, text: impl Into<String>) -> u32 {
        self.files.push((name.into(), text.into()));
        u32::try_from(self.files.len() - 1).unwrap_or(u32::MAX)
    }

    /// A file's name and text.
    pub fn get(&self, source: u32) -> Option<(&str, &str)> {
        self.files.get(source as usize).map(|(name, text)| (name.as_str(), text.as_str()))
    }

    /// Line and column of the start of a place; both count from 1, columns in characters.
    pub fn line_and_column(&self, place: Place) -> Option<(usize, usize)> {
        let (_, text) = self.get(place.source)?;
        let mut start = (place.start as usize).min(text.len());
        while !text.is_char_boundary(start) {
            start -= 1;
        }
        let (line, line_start) = line_of(text, start);
        Some((line, text[line_start..start].chars().count() + 1))
    }
}

/// Where the lines of a YAML file begin, but for the first: behind `\n`, `\r\n` and a lone `\r`.
fn line_starts(text: &str) -> impl Iterator<Item = usize> {
    let bytes = text.as_bytes();
    memchr::memchr2_iter(b'\n', b'\r', bytes)
        .filter(|&at| bytes[at] == b'\n' || bytes.get(at + 1) != Some(&b'\n'))
        .map(|at| at + 1)
}

/// The number of the line that holds an offset, from 1, and where it begins.
fn line_of(text: &str, at: usize) -> (usize, usize) {
    line_starts(text).take_while(|&start| start <= at).fold((1, 0), |(number, _), start| (number + 1, start))
}
