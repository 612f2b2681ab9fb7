//! What siftd found, drawn for a person: each flagged line with its number, the reason and the rule, then what
//! would happen to the document, and a summary at the end.

mod document;
mod explanation;
mod fit;
mod paint;
mod summary;

pub use document::write_document;
pub use explanation::{write_explanation, write_purpose, write_reasons};
pub use fit::fitted;
pub use paint::Paint;
pub use summary::{Summary, count_of};

/// How to draw.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Look {
    /// With ANSI colours.
    pub color: bool,
    /// Columns of the terminal.
    pub columns: usize,
    /// Also what only annotates, and documents without any finding.
    pub all: bool,
}

impl Default for Look {
    /// Without colours, for a page of 120 columns.
    fn default() -> Self {
        Self { color: false, columns: 120, all: false }
    }
}
