//! The seam to whoever judges: bytes go out, a ruling comes back.

use std::path::Path;

use crate::engine::judge::Verdict;

/// What is to be done with a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Ruling {
    /// To `curated/`, byte for byte.
    Pass,
    /// These bytes to `curated/`, the file itself to `originals/`.
    Strip(Vec<u8>),
    /// Aside, for a person to decide.
    Quarantine,
    /// Aside for good.
    Reject,
}

impl Ruling {
    /// Without the bytes.
    pub fn verdict(&self) -> Verdict {
        match self {
            Self::Pass => Verdict::Pass,
            Self::Strip(_) => Verdict::Strip,
            Self::Quarantine => Verdict::Quarantine,
            Self::Reject => Verdict::Reject,
        }
    }
}

/// A ruling and its reasons.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// What to do.
    pub ruling: Ruling,
    /// The report as it is put beside the file and into the journal: one JSON object. It must not depend on
    /// anything but path, bytes and rules, so that publishing after a crash finds its own report again.
    pub report: Vec<u8>,
    /// Ids of the rules that fired, for the log.
    pub rules: Vec<String>,
    /// Fingerprint of the rule set.
    pub ruleset: String,
}

/// Why a file goes aside without having been judged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Unjudged {
    /// Larger than `limit` bytes.
    TooLarge {
        /// The limit.
        limit: u64,
    },
    /// Judging it was begun this often and never finished.
    Crashed {
        /// How often.
        tries: u32,
    },
}

/// Whoever judges. One value stands for one rule set: a file is judged by one of them, whole.
pub trait Judge: Send + Sync {
    /// Judges the file that was dropped as `path`. Once `out_of_time` says so, it is given up: `Quarantine`, with a
    /// report that says why.
    fn judge(&self, path: &Path, bytes: Vec<u8>, out_of_time: &dyn Fn() -> bool) -> Judged;

    /// The ruling on a file of `size` bytes that cannot be judged: `Quarantine`, with a report that says why.
    fn unjudged(&self, path: &Path, size: u64, why: Unjudged) -> Judged;

    /// Fingerprint of the rule set.
    fn ruleset(&self) -> String;
}
