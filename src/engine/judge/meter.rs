//! Told what the judge does, as it does it: whoever has a clock can say where the time went. The engine has none.

use std::fmt;

/// A kind of work. What is asked for in the middle of other work is told as work inside it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Stage {
    /// From bytes to numbered lines.
    Decode,
    /// Folding for the prefilter and the lists.
    Fold,
    /// The one pass that finds all literals.
    Literals,
    /// Which lines the rules look at.
    Regions,
    /// Regular expressions on lines.
    Patterns,
    /// Listed words on lines and in documents.
    Words,
    /// Letters by script.
    Scripts,
    /// Counts over the characters and words of a line.
    Shapes,
    /// Guesses at languages.
    Language,
    /// The metrics of the whole document that one pass gives.
    Metrics,
    /// Repeated runs of tokens.
    Ngrams,
    /// Nearness to the configured topics.
    Topics,
    /// Messages and evidence of what was found.
    Findings,
    /// Everything between: gates, conditions, blocks of lines, the verdict.
    Rules,
}

impl Stage {
    /// All, in the order of a document's way.
    pub const ALL: [Self; 14] = [
        Self::Decode,
        Self::Fold,
        Self::Literals,
        Self::Regions,
        Self::Patterns,
        Self::Words,
        Self::Scripts,
        Self::Shapes,
        Self::Language,
        Self::Metrics,
        Self::Ngrams,
        Self::Topics,
        Self::Findings,
        Self::Rules,
    ];

    /// One word.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Decode => "decode",
            Self::Fold => "fold",
            Self::Literals => "literals",
            Self::Regions => "regions",
            Self::Patterns => "patterns",
            Self::Words => "words",
            Self::Scripts => "scripts",
            Self::Shapes => "shapes",
            Self::Language => "language",
            Self::Metrics => "metrics",
            Self::Ngrams => "n-grams",
            Self::Topics => "topics",
            Self::Findings => "findings",
            Self::Rules => "rules",
        }
    }

    /// Whether it finds out something that all rules share, so that no single rule is to blame for it.
    pub fn is_shared(self) -> bool {
        matches!(
            self,
            Self::Decode
                | Self::Fold
                | Self::Literals
                | Self::Regions
                | Self::Scripts
                | Self::Language
                | Self::Metrics
                | Self::Ngrams
                | Self::Topics
        )
    }
}

/// Is told of work as it begins and ends.
pub trait Meter {
    /// Work begins, inside whatever has begun and not ended.
    fn begin(&self, stage: Stage);

    /// The work that began last ends.
    fn end(&self);

    /// From now on a rule is asked (its place among the rules of the set), or none is.
    fn rule(&self, rule: Option<usize>);
}

/// Nobody or somebody to tell.
#[derive(Clone, Copy, Default)]
pub(super) struct Probe<'m>(pub(super) Option<&'m dyn Meter>);

impl Probe<'_> {
    /// Does some work of a stage.
    #[inline]
    pub(super) fn stage<T>(self, stage: Stage, work: impl FnOnce() -> T) -> T {
        let Some(meter) = self.0 else { return work() };
        meter.begin(stage);
        let result = work();
        meter.end();
        result
    }

    /// Asks a rule.
    #[inline]
    pub(super) fn rule<T>(self, rule: u32, ask: impl FnOnce() -> T) -> T {
        let Some(meter) = self.0 else { return ask() };
        meter.rule(Some(rule as usize));
        let result = ask();
        meter.rule(None);
        result
    }
}

impl fmt::Debug for Probe<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(if self.0.is_some() { "Probe(on)" } else { "Probe(off)" })
    }
}
