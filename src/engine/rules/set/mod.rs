//! The compiled rule set: immutable, shared, fingerprinted.

mod ascii;
mod boundary;
mod calls;
mod compile;
mod dictionary;
mod edges;
mod fingerprint;
mod key;
mod literals;
mod needle;
mod order;
mod pattern;
mod prefilter;
mod rule;
mod scratch;
mod sieve;
mod size;
mod study;
#[cfg(test)]
mod tests;
mod traits;
mod trigger;
mod triples;

use std::{collections::HashSet, fmt, sync::OnceLock};

use super::{
    Alone, Date, Hands, Library, Settings,
    decode::nearest,
    model,
    read::{self, Read},
};
use crate::engine::{
    diagnostic::{Diagnostic, Sources},
    language::Candidates,
    topics::{Profile, Topic},
};

pub(crate) use calls::Call;
pub(crate) use order::{Order, looks_at_others};
pub(crate) use pattern::{Pattern, PatternId, Reach, find, is_match};
pub(crate) use prefilter::{Item, ListId, Literal, LiteralId, Prefilter};
pub(crate) use rule::{
    Called, DocumentTest, Exception, ExceptionMatcher, Includes, LineTest, Matcher, Region, RegionId, Rule, RuleId,
    SectionTest, WordsTest,
};
pub(crate) use scratch::{Lease, Scratch};
pub(crate) use size::Budget;
pub(crate) use study::{Studies, Study};
pub(crate) use traits::goes_on;

/// Hash over everything that judging depends on: packs, lists, topics, settings and the engine's version.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Fingerprint(pub [u8; 16]);

impl fmt::Display for Fingerprint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// All packs and topics, compiled together.
#[derive(Debug)]
pub struct RuleSet {
    /// In order of id; [`RuleId`] counts them.
    written: Vec<model::Rule>,
    /// The same rules as they are evaluated.
    program: compile::Program,
    topics: Vec<Profile>,
    settings: Settings,
    candidates: Candidates,
    fingerprint: Fingerprint,
    scratch: scratch::Pool,
    /// The patterns that need a literal, once somebody asked.
    with_literals: OnceLock<HashSet<Box<str>>>,
}

/// What came of loading: the rule set when there was no error, and all diagnostics.
#[derive(Debug)]
pub struct Loaded {
    /// `None` when there was an error.
    pub rules: Option<RuleSet>,
    /// Errors and warnings, in order of place.
    pub diagnostics: Vec<Diagnostic>,
    /// The files, for drawing.
    pub sources: Sources,
}

/// Reads, checks and compiles every file of `library`. All errors of all files are found in one run.
pub fn load(library: &dyn Library, settings: &Settings) -> Loaded {
    load_on(library, settings, None, &Alone)
}

/// The same, with warnings of overrides that were to end before `today`; `hands` share the work, and what comes of it is the
/// same whoever they are.
pub fn load_on(library: &dyn Library, settings: &Settings, today: Option<Date>, hands: &dyn Hands) -> Loaded {
    let read = read::read_on(library, today, hands);
    let has_errors = read.has_errors();
    let Read { rules, studies, topics, mut diagnostics, sources } = read;
    let rules = match RuleSet::compile(rules, studies, &topics, settings, &sources) {
        Ok(rules) => Some(rules).filter(|_| !has_errors),
        Err(errors) => {
            diagnostics.extend(errors);
            diagnostics.sort_by_key(Diagnostic::place);
            None
        }
    };
    Loaded { rules, diagnostics, sources }
}

/// The rule whose id is most likely meant by `id`: one of the same name in another pack, or one that is written alike.
pub fn nearest_id<'r>(rules: &'r RuleSet, id: &str) -> Option<&'r str> {
    let name = |id: &str| id.rsplit('/').next().unwrap_or_default().to_owned();
    let ids = || rules.written.iter().map(|rule| &*rule.id.value);
    ids().find(|known| name(known) == name(id)).or_else(|| nearest(id, ids()))
}

impl RuleSet {
    /// Identifies content and settings.
    pub fn fingerprint(&self) -> Fingerprint {
        self.fingerprint
    }

    /// Number of rules that are evaluated (stable and trial).
    pub fn len(&self) -> usize {
        self.written.iter().filter(|rule| rule.status != model::Status::Off).count()
    }

    /// Whether no rule is evaluated.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Whether this pattern is tried only on lines that hold a text it insists on; `false` for one that no rule has.
    pub fn needs_literal(&self, pattern: &str) -> bool {
        let known = || {
            let known = self.program.patterns.iter().filter(|pattern| pattern.needs_literal());
            known.map(|pattern| pattern.source.clone()).collect()
        };
        self.with_literals.get_or_init(known).contains(pattern)
    }

    /// The rules as written, in order of id.
    pub fn rules(&self) -> &[model::Rule] {
        &self.written
    }

    /// Compiles checked rules and topics; what is known of their patterns need not be found out again.
    ///
    /// # Errors
    /// Every pattern that cannot be compiled.
    pub(crate) fn compile(
        mut written: Vec<model::Rule>,
        studies: Studies,
        topics: &[Topic],
        settings: &Settings,
        sources: &Sources,
    ) -> Result<Self, Vec<Diagnostic>> {
        written.sort_by(|a, b| a.id.value.cmp(&b.id.value));
        Ok(Self {
            program: compile::compile(&written, studies)?,
            topics: topics.iter().map(Profile::build).collect(),
            candidates: Candidates { codes: settings.languages.candidates.clone() },
            fingerprint: fingerprint::of(sources, topics, settings),
            settings: settings.clone(),
            scratch: scratch::Pool::default(),
            with_literals: OnceLock::new(),
            written,
        })
    }

    /// The number of the rule with this id.
    pub(crate) fn find(&self, id: &str) -> Option<RuleId> {
        let index = self.written.binary_search_by(|rule| (*rule.id.value).cmp(id)).ok()?;
        u32::try_from(index).ok().map(RuleId)
    }

    /// Every rule's number, in order of id.
    pub(crate) fn ids(&self) -> impl Iterator<Item = RuleId> + use<> {
        (0..u32::try_from(self.written.len()).unwrap_or(u32::MAX)).map(RuleId)
    }

    /// A rule as it was written.
    pub(crate) fn written(&self, id: RuleId) -> &model::Rule {
        &self.written[id.0 as usize]
    }

    /// A rule as it is evaluated.
    pub(crate) fn rule(&self, id: RuleId) -> &Rule {
        &self.program.rules[id.0 as usize]
    }

    /// When rules are asked.
    pub(crate) fn order(&self) -> &Order {
        &self.program.order
    }

    /// A pattern.
    pub(crate) fn pattern(&self, id: PatternId) -> &Pattern {
        &self.program.patterns[id.0 as usize]
    }

    /// Memory for judging one document; it comes back by itself.
    pub(crate) fn lease(&self) -> Lease<'_> {
        self.scratch.lease()
    }

    /// All literals.
    pub(crate) fn prefilter(&self) -> &Prefilter {
        &self.program.prefilter
    }

    /// The parts of documents that rules look at; [`RegionId`] counts them.
    pub(crate) fn regions(&self) -> &[Region] {
        &self.program.regions
    }

    /// Whether a rule asks for n-grams.
    pub(crate) fn asks_for_ngrams(&self) -> bool {
        self.program.asks_for_ngrams
    }

    /// The configured topics.
    pub(crate) fn topics(&self) -> &[Profile] {
        &self.topics
    }

    /// Languages, policy, limits.
    pub(crate) fn settings(&self) -> &Settings {
        &self.settings
    }

    /// The languages that may be answered.
    pub(crate) fn candidates(&self) -> &Candidates {
        &self.candidates
    }
}
