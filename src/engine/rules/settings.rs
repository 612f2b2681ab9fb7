//! What the site decides and packs do not: languages, points, thresholds, limits.

use crate::engine::language::Code;

/// Everything outside the packs that judging depends on; part of the rule set's fingerprint.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Settings {
    /// Which languages are wanted and which may be answered.
    pub languages: Languages,
    /// From findings to a verdict.
    pub policy: Policy,
    /// Bounds on the work one document may cost.
    pub limits: Limits,
}

/// Configured languages.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Languages {
    /// Languages that the collection wants. Empty: any.
    pub wanted: Vec<Code>,
    /// Languages the detector may answer. Empty: all it knows.
    pub candidates: Vec<Code>,
}

/// How findings become a verdict.
#[derive(Debug, Clone, PartialEq)]
pub struct Policy {
    /// If stripping would take more than this share of the letters, quarantine instead (0 to 1).
    pub strip_share_at_most: f64,
    /// Sum of points from which a document is quarantined.
    pub quarantine_at: u32,
    /// What each level of evidence is worth.
    pub points: Points,
}

/// Points for each level of evidence.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Points {
    /// For `hint`.
    pub hint: u32,
    /// For `weak`.
    pub weak: u32,
    /// For `strong`.
    pub strong: u32,
    /// For `decisive`.
    pub decisive: u32,
}

/// Bounds on the work for one document. What exceeds them is quarantined with the reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Patterns look at no more than this many bytes of one line (its first and last half of it).
    pub line_bytes: usize,
    /// Work for one document, in bytes times patterns tried.
    pub work: u64,
}

impl Default for Policy {
    fn default() -> Self {
        Self { strip_share_at_most: 0.5, quarantine_at: 5, points: Points::default() }
    }
}

impl Default for Points {
    fn default() -> Self {
        Self { hint: 1, weak: 2, strong: 3, decisive: 5 }
    }
}

impl Default for Limits {
    fn default() -> Self {
        Self { line_bytes: 16 * 1024, work: 1 << 32 }
    }
}
