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
//! * [`engine`] is pure: bytes in, findings out. No files, no clock, no threads.
//! * [`report`] writes what the engine found, for people and for programs.
//! * [`spool`] is the folders: it finds, claims, reads, publishes and records files.
//! * [`service`] is the running daemon: configuration, workers, reload, shutdown, systemd.
//! * [`cli`] is the command line, one file a verb.

pub mod cli;
pub mod engine;
pub mod report;
pub mod service;
pub mod spool;
