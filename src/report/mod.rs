//! Judgements, written for people and for programs.
//!
//! * [`Record`] is the contract with programs: one JSON object a document.
//! * [`human`] draws flagged lines with the reason, for a terminal.
//! * [`sarif`] writes SARIF 2.1.0 for code-review tools.

pub mod diagnostics;
mod escape;
mod facts;
pub mod human;
mod json;
mod record;
#[cfg(test)]
mod samples;
pub mod sarif;

pub use escape::{escaped, escaped_path};
pub use facts::{ArithmeticRecord, Facts, PointsRecord};
pub use record::{FindingRecord, LanguageRecord, OtherRecord, Record, path_fields};
