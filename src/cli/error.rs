//! Why a verb could not do its work.

use std::{
    fmt,
    io::{self, Write},
};

/// Why a verb could not do its work. Shown as `siftd: failed to …`.
#[derive(Debug)]
pub struct Error(Kind);

#[derive(Debug)]
enum Kind {
    /// A fragment that fits after "failed to".
    Failed(String),
    /// Diagnostics drawn on their source, and what they keep from being done.
    Drawn(String, String),
    /// Standard error has it already.
    Told,
    /// Standard output was closed by its reader.
    BrokenPipe,
}

impl Error {
    /// From a lower-case fragment that fits after "failed to": what was being done, on what, and what went wrong.
    pub fn new(fragment: impl fmt::Display) -> Self {
        Self(Kind::Failed(fragment.to_string()))
    }

    /// From what was being done and the error that came of it, with all its sources.
    pub fn because(doing: impl fmt::Display, error: &dyn std::error::Error) -> Self {
        let chain = Self::from_chain(error);
        Self::new(format_args!("{doing}: {chain}"))
    }

    /// From an error that says itself what was being done, with all its sources.
    pub fn from_chain(error: &dyn std::error::Error) -> Self {
        let mut text = error.to_string();
        let mut source = error.source();
        while let Some(error) = source {
            let next = error.to_string();
            // Some errors repeat their source in their own text.
            if !text.ends_with(&next) {
                text.push_str(": ");
                text.push_str(&next);
            }
            source = error.source();
        }
        Self(Kind::Failed(text))
    }

    /// From diagnostics drawn on their source, and a fragment that fits after "failed to": what they keep from being done.
    pub fn drawn(drawn: impl Into<String>, fragment: impl Into<String>) -> Self {
        Self(Kind::Drawn(drawn.into(), fragment.into()))
    }

    /// For a failure of which standard error has heard already.
    pub fn told() -> Self {
        Self(Kind::Told)
    }

    /// From a failed write to standard output.
    pub fn output(error: &io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self(Kind::BrokenPipe),
            _ => Self::because("write to standard output", error),
        }
    }

    /// Whether standard output was closed by its reader, which is no reason to complain.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self.0, Kind::BrokenPipe)
    }

    /// Prints it on standard error.
    pub(super) fn tell(&self) {
        // When standard error is closed, there is nobody to tell.
        let _ = match &self.0 {
            Kind::Failed(text) => writeln!(io::stderr(), "siftd: failed to {text}"),
            Kind::Drawn(drawn, text) => writeln!(io::stderr(), "{}\n\nsiftd: failed to {text}", drawn.trim_end()),
            Kind::Told | Kind::BrokenPipe => Ok(()),
        };
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            Kind::Failed(text) => f.write_str(text),
            Kind::Drawn(drawn, text) => write!(f, "{text}:\n{}", drawn.trim_end()),
            Kind::Told => f.write_str("finish; see above"),
            Kind::BrokenPipe => f.write_str("write to standard output: its reader has gone"),
        }
    }
}

impl std::error::Error for Error {}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct Layer(&'static str, Option<Box<Layer>>);

    impl fmt::Display for Layer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl std::error::Error for Layer {
        fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
            self.1.as_deref().map(|source| source as _)
        }
    }

    #[test]
    fn a_chain_is_told_in_one_line_and_nothing_twice() {
        let chain = Layer("open the journal", Some(Box::new(Layer("disk full", None))));
        assert_eq!(Error::because("start", &chain).to_string(), "start: open the journal: disk full");
        let repeating = Layer("open the journal: disk full", Some(Box::new(Layer("disk full", None))));
        assert_eq!(Error::because("start", &repeating).to_string(), "start: open the journal: disk full");
    }

    #[test]
    fn a_closed_pipe_is_not_an_ordinary_failure() {
        assert!(Error::output(&io::ErrorKind::BrokenPipe.into()).is_broken_pipe());
        assert!(!Error::output(&io::ErrorKind::StorageFull.into()).is_broken_pipe());
    }
}
