//! What a topic file says.

use std::sync::Arc;

use super::At;

/// A topic file (`schema: topic/1`), with its examples read.
#[derive(Debug, Clone)]
pub struct Topic {
    /// Its id.
    pub id: At<Arc<str>>,
    /// One line for people.
    pub title: Option<String>,
    /// Score from which a document is on topic, for [`super::TopicTest::Wanted`].
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
