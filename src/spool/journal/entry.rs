//! One row: one file and what was done with it.

use std::path::PathBuf;

use jiff::Timestamp;

/// What brought the file into motion.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// It was dropped, and judged.
    Judged,
    /// A person released it from quarantine.
    Released,
    /// It was judged again on request.
    Retried,
    /// A person agreed with the verdict; nothing was moved.
    Confirmed,
    /// It was deleted by a retention policy, which `why` names.
    Expired,
}

impl Kind {
    /// As the journal spells it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Judged => "judged",
            Self::Released => "released",
            Self::Retried => "retried",
            Self::Confirmed => "confirmed",
            Self::Expired => "expired",
        }
    }

    pub(super) fn parse(text: &str) -> Self {
        match text {
            "released" => Self::Released,
            "retried" => Self::Retried,
            "confirmed" => Self::Confirmed,
            "expired" => Self::Expired,
            _ => Self::Judged,
        }
    }
}

/// How far it has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Judged, and being moved.
    Moving,
    /// Moved, file and folder durable.
    Done,
}

impl Stage {
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Moving => "moving",
            Self::Done => "done",
        }
    }
}

/// One file and what was done with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// The claim: an entry with the same id is the same file and is written over.
    pub id: String,
    /// What brought it into motion.
    pub kind: Kind,
    /// How far it has come.
    pub stage: Stage,
    /// When, on the wall clock.
    pub time: Timestamp,
    /// Path in the inbox (or in quarantine), byte for byte.
    pub path: PathBuf,
    /// Size as it arrived.
    pub size: u64,
    /// BLAKE3 of the bytes as they arrived, in hexadecimal; `None` when the file was not read.
    pub hash: Option<String>,
    /// BLAKE3 of the stripped copy, if one was made.
    pub copy_hash: Option<String>,
    /// `pass`, `strip`, `quarantine` or `reject`.
    pub verdict: String,
    /// Ids of the rules that fired.
    pub rules: Vec<String>,
    /// Fingerprint of the rule set.
    pub ruleset: String,
    /// Where it, or its stripped copy, lies in `curated/`.
    pub curated: Option<PathBuf>,
    /// Where it lies in `originals/`.
    pub original: Option<PathBuf>,
    /// Where it lies in `quarantine/` or `rejected/`.
    pub aside: Option<PathBuf>,
    /// The report, as JSON.
    pub report: String,
    /// `leased` or `settled`: how it was known to be complete.
    pub settled: String,
    /// How often judging it was begun.
    pub tries: u32,
    /// Who decided so or asked for it; `None` for the daemon.
    pub who: Option<String>,
    /// Why a person decided so.
    pub why: Option<String>,
}

/// Who takes a decision by hand, and why.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct By {
    /// The user's name.
    pub who: Option<String>,
    /// The user's reason.
    pub why: Option<String>,
}
