//! siftd judges text files by rules and files them away: clean ones into a curated folder, the rest
//! aside, each with its reason.
//!
//! The parts, in the direction in which they may use one another (never the other way):
//!
//! ```text
//! cli → service → spool → engine
//!   └──────→ report ──────↗
//! ```
//!
//! * [`engine`] is pure: text in, findings out. No files, no clock, no threads.

pub mod engine;
