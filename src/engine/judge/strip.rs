//! The curated copy of a document.

use super::Judgement;
use crate::engine::text::Document;

/// The document's original bytes without the lines that its findings strip. Each goes with its terminator, and nothing
/// else is changed: blank lines that come together stay, since what is kept must be found in the original byte for byte.
pub fn strip(document: &Document, judgement: &Judgement) -> Vec<u8> {
    document.without_lines(&judgement.stripped_lines())
}
