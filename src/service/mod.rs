//! The running daemon: configuration, workers, reload, shutdown, systemd.
//!
//! ```text
//! watcher ─hint─> intake ─job─> judges ─case─> publishers
//!                   ^ <──────────── done ──────────┘
//! signals ─> control ─> stop, reload, status, watchdog
//! ```
//!
//! The intake loop owns what is known of the inbox; judges and publishers own one file each; nothing is shared
//! but what [`Status`] says and the rules in use.

pub mod config;
mod confine;
mod daemon;
mod health;
mod intake;
mod judge;
mod keeping;
pub mod library;
mod rules;
mod shared;
mod site;
mod status;
mod systemd;
mod watching;
mod workers;

pub use daemon::{Error, Options, Summary, run};
pub use judge::RuleJudge;
pub use rules::{Count, Found, Refusal, RuleSource};
pub use site::SiteRules;
pub use status::{NAMES_MAX, Name, Rules, Status, Watching};
