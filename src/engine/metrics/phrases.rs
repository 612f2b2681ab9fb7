//! The phrases that C4 drops lines for.

use std::sync::LazyLock;

use aho_corasick::{AhoCorasick, packed};

use super::lists;
use crate::engine::text::Document;

/// The lines of a document that may have a phrase, in order.
#[derive(Debug)]
pub(super) struct Phrases(Vec<u32>);

/// Which kinds of phrase a line has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) struct Found {
    /// `lorem ipsum`.
    pub(super) lorem_ipsum: bool,
    /// `javascript`.
    pub(super) javascript: bool,
    /// One of [`lists::POLICY_PHRASES`].
    pub(super) policy: bool,
}

impl Phrases {
    /// Of a document. Folding changes no letter of ASCII but its case, so that the folded text has all of them.
    pub(super) fn of(document: &Document) -> Self {
        let folded = document.folded();
        let mut lines: Vec<u32> = Vec::new();
        let mut take = |start| {
            let line = document.line_at_folded(start) as u32;
            if lines.last() != Some(&line) {
                lines.push(line);
            }
        };
        match (&*FOLDED, &*EACH) {
            (Some(fast), _) => fast.find_iter(folded).for_each(|hit| take(hit.start())),
            (None, Some(each)) => each.find_iter(folded).for_each(|hit| take(hit.start())),
            (None, None) => {}
        }
        Self(lines)
    }

    /// The phrases of the line at `index`, in any case.
    pub(super) fn on(&self, index: usize, line: &str) -> Found {
        match self.0.binary_search(&(index as u32)) {
            Ok(_) => Found::of(line),
            Err(_) => Found::default(),
        }
    }
}

impl Found {
    /// The phrases of a line, in any case.
    pub(super) fn of(line: &str) -> Self {
        let Some(phrases) = &*EACH else { return Self::default() };
        let mut found = 0_u32;
        for hit in phrases.find_overlapping_iter(line) {
            found |= 1 << hit.pattern().as_u32();
        }
        Self { lorem_ipsum: found & 1 != 0, javascript: found & 2 != 0, policy: found >> 2 != 0 }
    }
}

/// `lorem ipsum`, `javascript` and the policy phrases, in that order.
fn all() -> impl Iterator<Item = &'static str> {
    ["lorem ipsum", "javascript"].into_iter().chain(lists::POLICY_PHRASES)
}

static EACH: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(all()).ok());

/// In lower case only, which vector instructions can look for; none where the processor has no such instructions.
static FOLDED: LazyLock<Option<packed::Searcher>> = LazyLock::new(|| packed::Searcher::new(all()));
