//! The phrases that C4 drops lines for.

use std::sync::LazyLock;

use aho_corasick::AhoCorasick;

use super::lists;

/// Which lines of a document have to be looked at for phrases.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Phrases {
    /// None: the document has no phrase.
    Nowhere,
    /// All.
    Anywhere,
}

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
    /// Whether a document has any. Folding changes no letter but its case, so that the folded text has all of them.
    pub(super) fn of(folded: &str) -> Self {
        match &*ANY {
            Some(any) if !any.is_match(folded) => Self::Nowhere,
            _ => Self::Anywhere,
        }
    }

    /// The phrases of one line, in any case.
    pub(super) fn on(self, line: &str) -> Found {
        let (Self::Anywhere, Some(phrases)) = (self, &*EACH) else { return Found::default() };
        let mut found = 0_u32;
        for hit in phrases.find_overlapping_iter(line) {
            found |= 1 << hit.pattern().as_u32();
        }
        Found { lorem_ipsum: found & 1 != 0, javascript: found & 2 != 0, policy: found >> 2 != 0 }
    }
}

/// `lorem ipsum`, `javascript` and the policy phrases, in that order.
fn all() -> impl Iterator<Item = &'static str> {
    ["lorem ipsum", "javascript"].into_iter().chain(lists::POLICY_PHRASES)
}

static EACH: LazyLock<Option<AhoCorasick>> =
    LazyLock::new(|| AhoCorasick::builder().ascii_case_insensitive(true).build(all()).ok());

/// In lower case only, which vector instructions can look for.
static ANY: LazyLock<Option<AhoCorasick>> = LazyLock::new(|| AhoCorasick::new(all()).ok());
