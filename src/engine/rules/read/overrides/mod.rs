//! Overrides: `schema: overrides/1`. They change rules and lists of packs that stay as they are.
//!
//! A rule is changed as a tree of nodes, before it is decoded a second time: so an override says everything in the words of
//! the rule, is checked by the same code, and every place still leads to the file that says it. Nothing depends on the order
//! of files: two overrides of one thing are an error.

mod entry;
mod lists;
mod record;
mod rules;
mod target;

#[cfg(test)]
mod tests;

use super::{files::Files, lists::Lists};
use crate::engine::{
    diagnostic::{Diagnostic, codes},
    rules::{
        Date,
        decode::{Fields, Problems},
    },
};

use entry::Entry;
use record::Record;

/// The overrides of all files.
#[derive(Debug)]
pub(super) struct Overrides<'n> {
    entries: Vec<Entry<'n>>,
    record: Record,
    problems: &'n Problems,
}

impl<'n> Overrides<'n> {
    /// Reads every overrides file. What is wrong with a new value is found when its rule is read again.
    pub(super) fn open(files: &'n Files, today: Option<Date>, problems: &'n Problems) -> Self {
        let mut entries = Vec::new();
        for file in &files.overrides {
            let Some(mut fields) = Fields::open(&file.node, "an overrides file", problems) else { continue };
            fields.optional("schema");
            fields.optional("about").map(|about| about.text());
            let items = fields.required("overrides").and_then(|item| item.filled_list()).unwrap_or_default();
            fields.finish();
            entries.extend(items.iter().filter_map(|item| entry::decode(item, today)));
        }
        Self { entries, record: Record::default(), problems }
    }

    /// Reports what came to nothing, once all lists and rules have been changed. Targets are missed only where
    /// `all_read` says that no pack is missing.
    pub(super) fn finish(&self, lists: &Lists, all_read: bool) {
        for entry in self.entries.iter().filter(|_| all_read) {
            if !self.record.is_met(entry.place) {
                self.problems.push(entry.target.missed(&self.record, lists));
            }
        }
        self.record.tell_idle(self.problems);
    }

    /// Notes that `entry` is about `part` of `owner`, and reports another one that is, too.
    fn claim(&self, entry: &Entry<'_>, owner: &str, part: &str, place: crate::engine::diagnostic::Place) {
        if let Some(first) = self.record.claim(entry.place, owner, part, place) {
            let message = format!("two overrides are about {part} of `{owner}`");
            self.problems.push(
                Diagnostic::error(codes::OVERRIDE_CONFLICT, place, message)
                    .also(first, "first here")
                    .help("remove one of them, or put both into one"),
            );
        }
    }
}
