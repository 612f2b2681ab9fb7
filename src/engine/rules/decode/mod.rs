//! A small toolkit for decoding what people write: from [`Node`]s to values, with every mistake and its place.
//!
//! Nothing here stops at the first mistake: a method returns `None` when it has reported one, and the caller goes on with the
//! next key. Rules, topics, overrides and the configuration are read with it.
//!
//! ```ignore
//! let problems = Problems::default();
//! let mut fields = Fields::open(&node, "the spool", &problems)?;
//! let root = fields.required("root").and_then(|item| item.text());
//! let settle = fields.optional("settle").and_then(|item| item.number(0.0..=3600.0));
//! let keep = fields.optional("keep").and_then(|item| item.choice(&[("all", Keep::All), ("none", Keep::None)]));
//! if let Some(mut inner) = fields.optional("limits").and_then(|item| item.fields("`limits`")) {
//!     // …
//!     inner.finish();
//! }
//! fields.finish(); // reports every key that was not asked for, with the nearest one that was
//! ```

mod fields;
mod item;
mod nearest;
mod scalar;
mod slips;

#[cfg(test)]
mod tests;

use std::{
    cell::{Cell, RefCell},
    collections::HashMap,
};

use crate::engine::diagnostic::{Diagnostic, Place, Severity, codes};

pub(crate) use fields::Fields;
pub(crate) use item::Item;
pub(crate) use nearest::{nearest, or_list};
pub(crate) use scalar::name_fault;
pub(super) use slips::suggestion;

/// Mistakes of one file that are told; more are counted.
const TOLD_AT_MOST: u32 = 200;

/// Where mistakes are collected. Shared by everything that looks at one run's files.
#[derive(Debug, Default)]
pub(crate) struct Problems {
    found: RefCell<Vec<Diagnostic>>,
    errors: Cell<usize>,
    by_file: RefCell<HashMap<(u32, Severity), u32>>,
    /// Keys that were asked for in each map, by its place: the schemas are held to them.
    #[cfg(test)]
    pub(crate) asked: RefCell<HashMap<Place, Vec<&'static str>>>,
}

impl Problems {
    /// Adds one.
    pub(crate) fn push(&self, diagnostic: Diagnostic) {
        if diagnostic.severity == Severity::Error {
            self.errors.set(self.errors.get() + 1);
        }
        let mut by_file = self.by_file.borrow_mut();
        let source = diagnostic.place().map_or(u32::MAX, |place| place.source);
        let count = by_file.entry((source, diagnostic.severity)).or_default();
        *count += 1;
        if *count <= TOLD_AT_MOST {
            self.found.borrow_mut().push(diagnostic);
        }
    }

    /// Adds several.
    pub(crate) fn extend(&self, diagnostics: impl IntoIterator<Item = Diagnostic>) {
        diagnostics.into_iter().for_each(|diagnostic| self.push(diagnostic));
    }

    /// Number of errors so far: equal before and after a step, the step found none.
    pub(crate) fn errors(&self) -> usize {
        self.errors.get()
    }

    /// All of them, in order of file and place, none twice. A file with very many is said to have more; errors,
    /// warnings and notes are counted apart, so that no amount of advice makes a file unusable or hides an error.
    pub(crate) fn into_sorted(self) -> Vec<Diagnostic> {
        let mut all = self.found.into_inner();
        for ((source, severity), count) in self.by_file.into_inner() {
            let Some(more @ 1..) = count.checked_sub(TOLD_AT_MOST) else { continue };
            let end = Place { source, start: u32::MAX, end: u32::MAX };
            let what = match severity {
                Severity::Error => "mistakes",
                Severity::Warning => "warnings",
                Severity::Note => "notes",
            };
            let message = format!("this file has {more} more {what} that are not shown");
            let told =
                Diagnostic::error(codes::TOO_MANY, end, message).help("put the first ones right, then look again");
            all.push(Diagnostic { severity, ..told });
        }
        all.sort_by(|a, b| (a.place(), a.code, &a.message).cmp(&(b.place(), b.code, &b.message)));
        all.dedup();
        all
    }
}
