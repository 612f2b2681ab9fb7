//! The engine: bytes in, findings out. It reads no file, no clock and no environment, and starts no
//! thread, so that the same document and rules give the same findings anywhere.
//!
//! ```text
//! bytes ─text─> Document ─┐
//!                         ├─judge─> Judgement (facts, findings, verdict)
//! YAML ─rules─> RuleSet ──┘
//! ```
//!
//! Its parts, in the direction in which they may use one another: `judge → rules → metrics, topics → language → text`.
//! [`diagnostic`] is used by the first two.

pub mod diagnostic;
pub mod judge;
pub mod language;
pub mod metrics;
pub mod rules;
mod share;
pub mod text;
pub mod topics;

pub use share::{NORMAL_95, Share};
