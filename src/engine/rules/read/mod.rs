//! From files to the model: every mistake of every file in one run.
//!
//! First every file is read and told apart by its schema, then all lists are read (a rule may name another pack's list), then
//! rules pack by pack, each as written and then as overrides change it. A file that is no YAML hides only itself; a broken rule hides no other.

mod condition;
mod document;
mod example;
mod exception;
mod files;
mod line;
mod lints;
mod lists;
mod macros;
mod message;
mod names;
mod never;
mod overrides;
mod pack;
mod pattern;
mod patterns;
mod region;
mod rule;
mod scope;
mod section;
mod tags;
mod topic;
mod words;

#[cfg(test)]
mod reference_tests;
#[cfg(test)]
mod tests;

use super::{Date, Hands, Library, decode::Problems, model, set::Studies};
use crate::engine::{
    diagnostic::{Diagnostic, Severity, Sources},
    topics::Topic,
};

pub(crate) use condition::COMBINING;
pub(crate) use document::KEYS as DOCUMENT_KEYS;
pub(crate) use line::KEYS as LINE_KEYS;
pub(crate) use names::SCRIPTS;
pub(crate) use pattern::COMPILED_SIZE_AT_MOST;

/// Everything that a library's files say.
#[derive(Debug)]
pub(crate) struct Read {
    /// The rules that are sound, in order of id. All of them only when there is no error.
    pub(crate) rules: Vec<model::Rule>,
    /// What is known of their patterns.
    pub(crate) studies: Studies,
    /// The configured topics that are sound, in the order configured.
    pub(crate) topics: Vec<Topic>,
    /// Errors and warnings, in order of file and place.
    pub(crate) diagnostics: Vec<Diagnostic>,
    /// The files, for drawing.
    pub(crate) sources: Sources,
}

impl Read {
    /// Whether there is an error, so that the rules must not be used.
    pub(crate) fn has_errors(&self) -> bool {
        self.diagnostics.iter().any(|diagnostic| diagnostic.severity == Severity::Error)
    }
}

/// Reads and checks every file of `library`, without a date.
#[cfg(test)]
pub(crate) fn read(library: &dyn Library) -> Read {
    read_on(library, None, &super::Alone)
}

/// Reads and checks every file of `library`. `today` is held against the dates of overrides; `hands` share the work.
pub(crate) fn read_on(library: &dyn Library, today: Option<Date>, hands: &dyn Hands) -> Read {
    let problems = Problems::default();
    let mut sources = Sources::default();
    let (rules, studies, topics) = read_into(library, today, hands, &mut sources, &problems);
    Read { rules, studies, topics, diagnostics: problems.into_sorted(), sources }
}

/// Reads rules, with what is known of their patterns, and topics; takes the files into `sources`, and what is wrong into `problems`.
pub(crate) fn read_into(
    library: &dyn Library,
    today: Option<Date>,
    hands: &dyn Hands,
    sources: &mut Sources,
    problems: &Problems,
) -> (Vec<model::Rule>, Studies, Vec<Topic>) {
    let files = files::Files::open(library, hands, sources, problems);
    let overrides = overrides::Overrides::open(&files, today, problems);
    let (mut rules, studies) = pack::read(&files, library, &overrides, hands, sources, problems);
    let topics = topic::read(&files, library, problems);
    topic::check_named(&rules, &topics, library.is_site(), problems);
    tags::check_counted(&rules, problems);
    rules.sort_by(|a, b| a.id.value.cmp(&b.id.value));
    (rules, studies, topics)
}
