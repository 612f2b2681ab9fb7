//! What a condition can refer to, and how much it has grown.

use std::cell::{Cell, RefCell};

use super::{lists::Lists, macros::Macros, patterns::Patterns};
use crate::engine::{
    diagnostic::{Diagnostic, Place, Sources, codes},
    rules::{decode::Problems, model::Unit, set::Budget},
};

/// Tests that one rule may hold, macros written out: a few macros that use one another twice make millions.
const TESTS_AT_MOST: u64 = 10_000;

/// What stands around a condition.
#[derive(Debug, Clone, Copy)]
pub(super) struct Scope<'a> {
    /// The pack's name.
    pub(super) pack: &'a str,
    /// Lists of all packs.
    pub(super) lists: &'a Lists,
    /// Macros of this pack.
    pub(super) macros: &'a Macros<'a>,
    /// Macros of all packs.
    pub(super) packs: &'a [Macros<'a>],
    /// The files, to find places inside of patterns.
    pub(super) sources: &'a Sources,
    /// Where mistakes go.
    pub(super) problems: &'a Problems,
    /// Tests counted so far.
    pub(super) tests: &'a Cell<u64>,
    /// What the pack's compiled patterns may take.
    pub(super) compiled: &'a RefCell<Budget>,
    /// What is known of patterns.
    pub(super) patterns: &'a RefCell<Patterns>,
}

impl Scope<'_> {
    /// Counts tests.
    pub(super) fn count(&self, tests: u64) {
        self.tests.set(self.tests.get().saturating_add(tests));
    }

    /// Runs `decode` with a count of its own, and gives that count.
    pub(super) fn counting<T>(&self, decode: impl FnOnce() -> T) -> (T, u64) {
        let outer = self.tests.replace(0);
        let result = decode();
        (result, self.tests.replace(outer))
    }

    /// Reports what has grown too large.
    pub(super) fn check_size(&self, tests: u64, place: Place, what: &str) -> Option<()> {
        if tests <= TESTS_AT_MOST {
            return Some(());
        }
        let message = format!("{what} holds more than {TESTS_AT_MOST} tests once its macros are written out");
        self.problems.push(Diagnostic::error(codes::MACROS, place, message).help("use fewer macros inside of macros"));
        None
    }
}

/// `line`, `section` or `document`, for messages.
pub(super) fn unit_name(unit: Unit) -> &'static str {
    match unit {
        Unit::Line => "line",
        Unit::Section => "section",
        Unit::Document => "document",
    }
}
