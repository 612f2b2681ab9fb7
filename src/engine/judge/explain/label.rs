//! The keys that tests are written under.

use crate::engine::rules::{
    model,
    set::{DocumentTest, LineTest},
};

/// The key that a test of lines is written under.
pub(in crate::engine::judge) fn of_line(test: &LineTest) -> &'static str {
    match test {
        LineTest::Regex(_) => "regex",
        LineTest::Words(_) => "words",
        LineTest::Script(_) => "script",
        LineTest::Language(_) => "language",
        LineTest::Shape(_) => "shape",
        LineTest::Repeated { .. } => "repeated",
    }
}

/// The key that a test of documents is written under.
pub(in crate::engine::judge) fn of_document(test: &DocumentTest) -> &'static str {
    use model::DocumentTest as Fact;
    match test {
        DocumentTest::Words(_) | DocumentTest::Fact(Fact::Words(_)) => "words",
        DocumentTest::Fact(Fact::Metric { .. }) => "metric",
        DocumentTest::Fact(Fact::Language(_)) => "language",
        DocumentTest::Fact(Fact::Script { .. }) => "script",
        DocumentTest::Fact(Fact::Topic(_)) => "topic",
        DocumentTest::Fact(Fact::FlaggedShare { .. }) => "flagged_share",
    }
}
