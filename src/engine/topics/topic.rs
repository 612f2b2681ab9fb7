//! What a profile is made of.

use std::sync::Arc;

/// A topic as it is described: by terms, by the texts of documents, or by both.
#[derive(Debug, Clone, Default)]
pub struct Topic {
    /// Its id.
    pub id: Arc<str>,
    /// Score from which a document is on topic.
    pub at_least: Option<f64>,
    /// Terms that speak strongly for it.
    pub strong_terms: Vec<String>,
    /// Terms that speak weakly for it.
    pub weak_terms: Vec<String>,
    /// Terms that speak against it.
    pub against_terms: Vec<String>,
    /// Texts of documents that are on topic.
    pub examples: Vec<String>,
    /// Texts of documents that are not.
    pub counter_examples: Vec<String>,
}
