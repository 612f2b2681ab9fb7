//! From a document and a rule set to findings and a verdict.
//!
//! ```text
//! Document ─scan─> hits on lines ─rules of lines and sections─> findings ─rules of documents─> findings ─decide─> verdict
//! ```

mod arithmetic;
mod cost;
mod coverage;
mod decide;
mod evidence;
mod examples;
mod explain;
mod facts;
mod finding;
mod fire;
mod format;
mod gather;
mod judging;
mod language;
mod line;
mod lint;
mod memory;
mod message;
mod meter;
mod notes;
mod region;
mod roster;
mod run;
mod scan;
mod section;
mod shape;
mod strip;
#[cfg(test)]
mod tests;
mod truth;
mod unreadable;
mod whole;
mod words;
mod work;

pub use arithmetic::Arithmetic;
pub use cost::{Cost, costs, halfway};
pub use coverage::{Coverage, Kind, Part, coverage};
pub use evidence::Evidence;
pub use examples::{ExampleResult, Got, Outcome, run_examples};
pub use explain::{Explainer, Explanation, Reached, Step, explain};
pub use finding::{Finding, Judgement, Verdict};
pub use lint::{lint, lint_costs};
pub use memory::{MEMORY_AT_MOST, memory_for};
pub use meter::{Meter, Stage};
pub use strip::strip;
pub use truth::Truth;
pub use unreadable::{judge_crashed, judge_too_large};
pub use work::Stop;

use run::Run;
