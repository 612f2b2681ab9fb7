//! What is known of a document as a whole, each fact found when it is first asked for.

use std::{
    cell::{Cell, OnceCell},
    collections::HashMap,
};

use super::{
    Truth,
    line::count_share,
    meter::{Probe, Stage},
    work::Work,
};
use crate::engine::{
    language::{self, Candidates, ChineseVariant, Foreign, Guess},
    metrics::{Metric, Metrics},
    rules::{RuleSet, model::Given},
    text::{Document, Script, ScriptCounts},
    topics::{Nearness, Profile},
};

/// What guessing a language costs for each byte, in pattern tests.
pub(super) const GUESS_COST: usize = 64;

/// Lines before a line that are looked at to tell the language of the document around it.
const LINES_AROUND: usize = 10;

/// Bytes that are looked at for that.
const BYTES_AROUND: usize = 4 << 10;

/// Facts of one document; what is given counts instead of what is measured.
#[derive(Debug)]
pub(super) struct Facts<'d> {
    document: &'d Document,
    given: &'d Given,
    candidates: &'d Candidates,
    topics: &'d [Profile],
    with_ngrams: bool,
    pub(super) probe: Probe<'d>,
    language: OnceCell<Guess>,
    chinese: OnceCell<Option<ChineseVariant>>,
    foreign: OnceCell<Vec<Foreign>>,
    script_of_most_lines: OnceCell<Option<Script>>,
    /// Of the line that asked last.
    language_around: Cell<Option<(usize, Guess)>>,
    metrics: OnceCell<Metrics<'d>>,
    nearness: OnceCell<Vec<Option<Nearness>>>,
    occurrences: OnceCell<HashMap<&'d str, u32>>,
}

impl<'d> Facts<'d> {
    pub(super) fn of(document: &'d Document, given: &'d Given, rules: &'d RuleSet) -> Self {
        Self {
            document,
            given,
            candidates: rules.candidates(),
            topics: rules.topics(),
            with_ngrams: rules.asks_for_ngrams(),
            probe: Probe::default(),
            language: OnceCell::new(),
            chinese: OnceCell::new(),
            foreign: OnceCell::new(),
            script_of_most_lines: OnceCell::new(),
            language_around: Cell::new(None),
            metrics: OnceCell::new(),
            nearness: OnceCell::new(),
            occurrences: OnceCell::new(),
        }
    }

    /// The document's language.
    pub(super) fn language(&self) -> Guess {
        *self.language.get_or_init(|| match (self.given.language, self.given.confidence) {
            (Some(code), confidence) => Guess::Known { code, confidence: confidence.unwrap_or(1.0) },
            (None, given) => match (self.guess_document(), given) {
                (Guess::Known { code, .. }, Some(confidence)) => Guess::Known { code, confidence },
                (guess, _) => guess,
            },
        })
    }

    /// How the document's Chinese is written, where it is known to be Chinese.
    pub(super) fn chinese(&self) -> Option<ChineseVariant> {
        *self.chinese.get_or_init(|| match self.language() {
            Guess::Known { code, .. } if code.as_str() == "zh" => {
                self.probe.stage(Stage::Language, || language::chinese_variant_of(self.document))
            }
            _ => None,
        })
    }

    /// The other languages that whole lines are in; none where the document's own is given or not known.
    pub(super) fn foreign(&self) -> &[Foreign] {
        self.foreign.get_or_init(|| match self.language() {
            Guess::Known { code, .. } if self.given.language.is_none() => {
                self.probe.stage(Stage::Language, || language::foreign(self.document, code))
            }
            _ => Vec::new(),
        })
    }

    fn guess_document(&self) -> Guess {
        // Counted apart, since more than the language asks for them.
        self.scripts();
        self.probe.stage(Stage::Language, || language::guess(self.document, self.candidates))
    }

    /// Letters by script in the whole document.
    pub(super) fn scripts(&self) -> &'d ScriptCounts {
        self.probe.stage(Stage::Scripts, || self.document.scripts())
    }

    /// The document's language as one of its lines finds it: where the whole cannot be told for certain, the line has no
    /// say, since an advert in another language of the same script keeps a short page from being known. The lines
    /// around it can only confirm the guess at the whole; else a line would be foreign to an advert beside it.
    pub(super) fn language_around(&self, index: usize, work: &Work) -> Guess {
        let whole = self.language();
        if matches!(whole, Guess::Known { .. }) || self.given.script.is_some() {
            return whole;
        }
        if let Some((known, guess)) = self.language_around.get()
            && known == index
        {
            return guess;
        }
        let mut rest = String::new();
        let others = (index.saturating_sub(LINES_AROUND)..self.document.line_count()).filter(|&other| other != index);
        for line in others.map(|other| self.document.line(other)) {
            if rest.len() + line.text.len() > BYTES_AROUND {
                break;
            }
            rest.push_str(line.text);
            rest.push('\n');
        }
        work.charge(rest.len() * GUESS_COST);
        let guess = match (whole, self.language_of(&rest, &ScriptCounts::of(&rest))) {
            (Guess::Unsure { best: Some((best, _)), .. }, known @ Guess::Known { code, .. }) if code == best => known,
            _ => whole,
        };
        self.language_around.set(Some((index, guess)));
        guess
    }

    /// The guess at the language of one of its lines.
    pub(super) fn language_of(&self, text: &str, scripts: &ScriptCounts) -> Guess {
        self.probe.stage(Stage::Language, || language::guess_text(text, scripts, self.candidates))
    }

    /// Letters of the whole document.
    pub(super) fn letters(&self) -> usize {
        self.given.letters.map_or_else(|| self.scripts().letters(), |letters| letters as usize)
    }

    /// The same, each with the weight of its script: how much there is to tell a language by.
    pub(super) fn weighed_letters(&self) -> usize {
        self.given.letters.map_or_else(|| self.scripts().weighed_letters(), |letters| letters as usize)
    }

    /// The script that most of the document is written in.
    pub(super) fn script(&self) -> Option<Script> {
        self.given.script.or_else(|| self.scripts().dominant())
    }

    /// The script of the document apart from one of its lines.
    pub(super) fn script_around(&self, line: &ScriptCounts) -> Option<Script> {
        self.given.script.or_else(|| dominant_without(self.scripts(), line))
    }

    /// Whether a line in `script` is foreign to the rest of the document, whose own script is `around`.
    ///
    /// It is not where the rest ordinarily has such letters. Where it is the line itself that makes its script the
    /// document's, or where most lines are in its script and a few heavy ones are not, it cannot be told which is foreign to which.
    pub(super) fn differs(&self, script: Script, around: Option<Script>) -> Truth {
        let Some(around) = around else { return Truth::Unknown };
        let is_at_home = |system: Option<Script>| system.is_some_and(|system| system.includes(script));
        if around.includes(script) {
            Truth::False
        } else if is_at_home(self.script()) || is_at_home(self.script_of_most_lines()) {
            Truth::Unknown
        } else {
            Truth::True
        }
    }

    /// The script that more lines are written in than in any other, however long they are.
    pub(super) fn script_of_most_lines(&self) -> Option<Script> {
        self.given.script.or_else(|| {
            *self.script_of_most_lines.get_or_init(|| {
                let mut counts: Vec<(Script, usize)> = Vec::new();
                for script in self.document.lines().filter_map(|line| ScriptCounts::of(line.text).dominant()) {
                    match counts.iter_mut().find(|(same, _)| *same == script) {
                        Some((_, lines)) => *lines += 1,
                        None => counts.push((script, 1)),
                    }
                }
                let most = counts.iter().map(|&(_, lines)| lines).max()?;
                let mut first = counts.iter().filter(|&&(_, lines)| lines == most);
                first.next().filter(|_| first.next().is_none()).map(|&(script, _)| script)
            })
        })
    }

    /// Share of a script in the letters of all other lines; of no letters, none. Japanese has Han among its own.
    pub(super) fn share_elsewhere(&self, script: Script, line: &ScriptCounts) -> f64 {
        let rest = self.scripts().without(line);
        let han = if script == Script::JAPANESE { rest.count(Script::HAN) } else { 0 };
        count_share(rest.count(script) + han, rest.letters())
    }

    /// Whether only the language was given: the text's own script then says nothing about the document.
    pub(super) fn stands_for_another(&self) -> bool {
        self.given.language.is_some() && self.given.script.is_none()
    }

    /// Lines, blank ones included, and the imaginary ones.
    pub(super) fn lines(&self) -> usize {
        self.document.line_count() + self.given.lines_before as usize + self.given.lines_after as usize
    }

    /// A metric; `None` where it has no value.
    pub(super) fn metric(&self, metric: Metric) -> Option<f64> {
        let metrics = self.metrics();
        let stage = if metric.is_of_ngrams() { Stage::Ngrams } else { Stage::Metrics };
        if stage == Stage::Ngrams && self.with_ngrams {
            self.probe.stage(Stage::Metrics, || metrics.read());
        }
        self.probe.stage(stage, || metrics.get(metric))
    }

    /// Whether a metric that is told early has this value at least.
    pub(super) fn reaches(&self, metric: Metric, value: usize) -> bool {
        let metrics = self.metrics();
        self.probe.stage(Stage::Metrics, || metrics.reaches(metric, value))
    }

    /// How many passes over the text were made for metrics so far.
    pub(super) fn passes(&self) -> usize {
        self.metrics.get().map_or(0, Metrics::passes)
    }

    fn metrics(&self) -> &Metrics<'d> {
        self.metrics.get_or_init(|| {
            let code = match self.language() {
                Guess::Known { code, .. } => Some(code),
                Guess::Unsure { .. } => None,
            };
            let metrics = Metrics::of(self.document, code);
            if self.with_ngrams { metrics.with_ngrams() } else { metrics }
        })
    }

    /// The configured topics with the document's nearness to each.
    pub(super) fn topics(&self) -> impl Iterator<Item = (&'d Profile, Option<&Nearness>)> {
        let nearness = self.nearness.get_or_init(|| {
            self.probe.stage(Stage::Topics, || self.topics.iter().map(|topic| topic.score(self.document)).collect())
        });
        self.topics.iter().zip(nearness.iter().map(Option::as_ref))
    }

    /// How often a folded line occurs.
    pub(super) fn occurrences(&self, folded: &str) -> u32 {
        let counts = self.occurrences.get_or_init(|| {
            let mut counts = HashMap::new();
            for line in self.document.lines() {
                *counts.entry(line.folded.trim()).or_insert(0) += 1;
            }
            counts
        });
        counts.get(folded.trim()).copied().unwrap_or(0)
    }
}

/// The script that most of a text is written in, less a part of it.
fn dominant_without(all: &ScriptCounts, part: &ScriptCounts) -> Option<Script> {
    let mut scripts = all.iter();
    match (scripts.next(), scripts.next()) {
        // Nearly always: one script, which is left if a letter is.
        (Some((only, letters)), None) if letters == all.letters() => (letters > part.count(only)).then_some(only),
        _ => all.without(part).dominant(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn the_short_way_finds_the_script_around(
            part in r"[a 中]{0,3}|\PC{0,6}|[かカ中]{0,9}",
            rest in r"[a 中]{0,3}|\PC{0,9}|[かカ中]{0,9}|a{0,3}",
        ) {
            let (all, part) = (ScriptCounts::of(&format!("{part}{rest}")), ScriptCounts::of(&part));
            prop_assert_eq!(dominant_without(&all, &part), all.without(&part).dominant());
        }
    }
}
