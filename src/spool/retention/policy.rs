//! What a person wrote about how long things are kept.

use std::time::Duration;

use crate::spool::layout::Place;

/// How long things are kept; `None` is for ever.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Retention {
    /// Originals of stripped files.
    pub originals: Option<Duration>,
    /// Quarantined files of which a person confirmed that they belong there.
    pub quarantine_confirmed: Option<Duration>,
    /// Quarantined files that nobody has decided on.
    pub quarantine_undecided: Option<Duration>,
    /// Rejected files.
    pub rejected: Option<Duration>,
    /// Rows of the journal, what people decided left out.
    pub journal: Option<Duration>,
}

/// One policy: its name as in the configuration, and its span.
pub type Policy = (&'static str, Duration);

impl Retention {
    /// The policies that are on.
    pub fn policies(&self) -> Vec<Policy> {
        [
            ("retention.originals", self.originals),
            ("retention.quarantine_confirmed", self.quarantine_confirmed),
            ("retention.quarantine_undecided", self.quarantine_undecided),
            ("retention.rejected", self.rejected),
            ("retention.journal", self.journal),
        ]
        .into_iter()
        .filter_map(|(name, span)| Some((name, span?)))
        .collect()
    }

    pub(super) fn policy(&self, place: Place, confirmed: bool) -> Option<Policy> {
        let (name, span) = match (place, confirmed) {
            (Place::Curated, _) => return None,
            (Place::Originals, _) => ("retention.originals", self.originals),
            (Place::Rejected, _) => ("retention.rejected", self.rejected),
            (Place::Quarantine, true) => ("retention.quarantine_confirmed", self.quarantine_confirmed),
            (Place::Quarantine, false) => ("retention.quarantine_undecided", self.quarantine_undecided),
        };
        Some((name, span?))
    }
}
