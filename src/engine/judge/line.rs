//! Tests of one line.

use std::{
    cell::{Cell, OnceCell},
    ops::Range,
};

use super::{Run, Stage, Truth, facts::GUESS_COST, notes::Notes};
use crate::engine::{
    language::{Guess, chinese_variant},
    rules::{
        model::{Bounds, LineLanguageTest, LineScriptTest},
        set::{LineTest, PatternId, Reach, find, is_match},
    },
    text::{Line, ScriptCounts},
};

/// How many times the ordinary limit patterns see of a long line that are tied to one of its ends.
const TIED_TIMES: usize = 64;

/// One line with what has been found out about it.
#[derive(Debug)]
pub(super) struct View<'d> {
    /// Counts from 0.
    pub(super) index: usize,
    /// The line.
    pub(super) line: Line<'d>,
    is_ascii: OnceCell<bool>,
    /// The pattern that was last found not to match: what a rule fires for the lack of is asked for again by its notes.
    missed: Cell<Option<PatternId>>,
    scripts: OnceCell<ScriptCounts>,
    guess: OnceCell<Guess>,
}

impl<'d> View<'d> {
    pub(super) fn of(run: &Run<'d>, index: usize) -> Self {
        let line = run.document.line(index);
        Self {
            index,
            line,
            is_ascii: OnceCell::new(),
            missed: Cell::new(None),
            scripts: OnceCell::new(),
            guess: OnceCell::new(),
        }
    }

    /// Whether its text has no character beyond ASCII.
    pub(super) fn is_ascii(&self) -> bool {
        *self.is_ascii.get_or_init(|| self.line.text.is_ascii())
    }

    /// Its letters by script.
    pub(super) fn scripts(&self) -> &ScriptCounts {
        self.scripts.get_or_init(|| ScriptCounts::of(self.line.text))
    }

    /// Its language; for lines with enough letters only, since a guess costs as much as a hundred other tests.
    pub(super) fn guess(&self, run: &Run<'d>) -> Guess {
        *self.guess.get_or_init(|| {
            run.work.charge(self.line.text.len() * GUESS_COST);
            run.facts.language_of(self.line.text, self.scripts())
        })
    }
}

impl<'d> Run<'d> {
    /// Whether `test` holds on a line.
    pub(super) fn line_test(&self, test: &LineTest, view: &View<'d>, notes: Option<&mut Notes>) -> Truth {
        if self.work.is_spent() {
            // Nothing is decided any more.
            return Truth::False;
        }
        match test {
            LineTest::Regex(alternatives) => self.regex(alternatives, view, notes),
            LineTest::Words(words) => self.probe.stage(Stage::Words, || self.line_words(words, view, notes)),
            LineTest::Script(test) => self.probe.stage(Stage::Scripts, || self.line_script(test, view, notes)),
            LineTest::Language(test) => self.line_language(test, view, notes),
            LineTest::Shape(test) => self.probe.stage(Stage::Shapes, || self.line_shape(test, view, notes)),
            LineTest::Repeated { times_at_least } => {
                self.work.charge(view.line.folded.len());
                let times = self.facts.occurrences(view.line.folded);
                if let Some(notes) = notes {
                    notes.set("times", times);
                    notes.set("times_at_least", *times_at_least);
                }
                (times >= *times_at_least).into()
            }
        }
    }

    /// Whether a line holds what a pattern insists on that is too common to be looked for everywhere.
    fn holds_common(&self, id: PatternId, folded: &str) -> bool {
        self.rules.prefilter().needs(id).common.iter().all(|set| {
            self.work.charge(folded.len());
            set.iter().any(|text| text.find(folded.as_bytes()).is_some())
        })
    }

    /// Whether one pattern matches, with what it matched.
    pub(super) fn pattern(&self, id: PatternId, view: &View<'d>, notes: Option<&mut Notes>) -> Truth {
        let pattern = self.rules.pattern(id);
        if self.work.is_spent()
            || !self.scan.may_match(view.index, id, pattern)
            || !self.plain && (pattern.is_beyond_ascii() && view.is_ascii() || !self.holds_common(id, view.line.folded))
        {
            return Truth::False;
        }
        let text = view.line.text;
        let limit = self.rules.settings().limits.line_bytes;
        // Where a match can only be at one place the whole of a long line is affordable.
        let limit = if pattern.is_tied() { limit.saturating_mul(TIED_TIMES) } else { limit };
        let (head, tail) = windows(text, limit);
        let bytes = head.len() + tail.as_ref().map_or(0, Range::len);
        let is_known = tail.is_none();
        if is_known && !self.plain && !pattern.may_match(text) {
            return Truth::False;
        }
        self.work.charge(bytes.saturating_mul(pattern.weight()));
        if view.missed.get() == Some(id) {
            return Truth::False;
        }
        let mut spans = std::iter::once(head).chain(tail);
        let quoted = notes.is_some();
        let reach = if !self.plain && view.is_ascii() { Reach::Ascii } else { Reach::Any };
        let found = self.probe.stage(Stage::Patterns, || {
            self.scratch.borrow_mut().search(id, pattern, reach, |regex, cache| match quoted {
                false => spans.any(|span| is_match(regex, cache, text, span)).then_some(0..0),
                true => spans.find_map(|span| find(regex, cache, text, span)),
            })
        });
        let Some(found) = found else {
            // Fails closed: the document is quarantined for its work.
            self.work.exhaust();
            return Truth::Unknown;
        };
        match (found, notes) {
            (Some(found), notes) => {
                if let Some(notes) = notes {
                    notes.quote(&text[found]);
                }
                Truth::True
            }
            (None, _) if is_known => {
                view.missed.set(Some(id));
                Truth::False
            }
            (None, notes) => {
                if let Some(notes) = notes {
                    notes.doubt("the middle of this long line was not searched".to_owned());
                }
                Truth::Unknown
            }
        }
    }

    fn regex(&self, alternatives: &[PatternId], view: &View<'d>, notes: Option<&mut Notes>) -> Truth {
        let mut result = Truth::False;
        let Some(notes) = notes else {
            for &id in alternatives {
                result = result.max(self.pattern(id, view, None));
                if result == Truth::True {
                    break;
                }
            }
            return result;
        };
        // What one alternative could not tell is no doubt where another one matches.
        let mut doubts = Notes::default();
        for &id in alternatives {
            let mut own = Notes::default();
            let truth = self.pattern(id, view, Some(&mut own));
            result = result.max(truth);
            if truth == Truth::True {
                doubts = own;
                break;
            }
            doubts.merge(own);
        }
        notes.merge(doubts);
        result
    }

    fn line_script(&self, test: &LineScriptTest, view: &View<'d>, mut notes: Option<&mut Notes>) -> Truth {
        self.work.charge(view.line.text.len());
        let scripts = view.scripts();
        let letters = scripts.letters();
        let needed = test.letters_at_least.max(1) as usize;
        let Some(script) = scripts.dominant().filter(|_| letters >= needed) else {
            if let Some(notes) = notes {
                notes.set("letters", letters);
                notes.set("letters_at_least", needed);
                notes.doubt(too_few(letters, needed));
            }
            return Truth::Unknown;
        };
        let share = count_share(scripts.count(script), letters);
        let is = test.is.is_empty() || test.is.contains(&script);
        let enough = test.share_at_least.is_none_or(|limit| share >= limit);
        if notes.is_none() && !(is && enough) {
            return Truth::False;
        }
        let around = if test.differs_from_document { self.facts.script_around(scripts) } else { None };
        if let Some(notes) = notes.as_deref_mut() {
            notes.set("script", script.name());
            if let Some(around) = around {
                notes.set("document_script", around.name());
            }
            if !test.is.is_empty() {
                notes.list("scripts", test.is.iter().map(|script| script.name().to_owned()));
            }
            if let Some(limit) = test.share_at_least {
                notes.beside("script_share", share, Bounds { at_least: Some(limit), at_most: None });
            }
        }
        let elsewhere = test.elsewhere_share_at_most.is_none_or(|limit| {
            let share = self.facts.share_elsewhere(script, scripts);
            if let Some(notes) = notes.as_deref_mut() {
                notes.beside("script_elsewhere_share", share, Bounds { at_least: None, at_most: Some(limit) });
            }
            share <= limit
        });
        let differs = if test.differs_from_document { self.facts.differs(script, around) } else { Truth::True };
        if let (Truth::Unknown, Some(notes)) = (differs, notes) {
            notes.doubt(match around {
                None => "no letters in the rest of the document".to_owned(),
                Some(around) => format!("it cannot be told whether {script} or {around} is the document's script"),
            });
        }
        Truth::from(is && enough && elsewhere).and(differs)
    }

    fn line_language(&self, test: &LineLanguageTest, view: &View<'d>, mut notes: Option<&mut Notes>) -> Truth {
        self.work.charge(view.line.text.len());
        let letters = view.scripts().weighed_letters();
        let needed = test.letters_at_least as usize;
        if letters < needed {
            if let Some(notes) = notes {
                note_letters(notes, view.scripts().letters(), letters, needed);
            }
            return Truth::Unknown;
        }
        let guess = view.guess(self);
        if let Some(notes) = notes.as_deref_mut() {
            super::language::note(notes, guess, Some(test.confidence_at_least));
        }
        let Guess::Known { code, confidence } = guess else { return Truth::Unknown };
        if confidence < test.confidence_at_least {
            return Truth::Unknown;
        }
        let differs = match (test.differs_from_document, self.facts.language_around(view.index, &self.work)) {
            (false, _) => Truth::True,
            (true, Guess::Known { code: document, .. }) => {
                if let Some(notes) = notes.as_deref_mut() {
                    notes.set("document_language", document.as_str());
                }
                (code != document).into()
            }
            (true, Guess::Unsure { .. }) => {
                if let Some(notes) = notes.as_deref_mut() {
                    notes.doubt("the document's language is not known".to_owned());
                }
                Truth::Unknown
            }
        };
        let asks_variant = test.is.iter().chain(&test.not).any(|tag| tag.asks_variant());
        let chinese = if asks_variant { chinese_variant(view.line.text) } else { None };
        if let Some(notes) = notes {
            super::language::note_variant(notes, asks_variant, code, chinese);
        }
        super::language::listed(&test.is, &test.not, code, chinese).and(differs)
    }
}

/// Writes down how many letters there are, what they weigh where that is more, and what they must.
pub(super) fn note_letters(notes: &mut Notes, letters: usize, weighed: usize, needed: usize) {
    notes.set("letters", letters);
    let is_weighed = weighed != letters;
    if is_weighed {
        notes.set("weighed_letters", weighed);
    }
    notes.set(if is_weighed { "weighed_letters_at_least" } else { "letters_at_least" }, needed);
    if weighed < needed {
        notes.doubt(match is_weighed {
            true => format!("{}, which weigh as much as {weighed}, needs {needed}", counted(letters)),
            false => too_few(letters, needed),
        });
    }
}

/// `38 letters, needs 80`
pub(super) fn too_few(letters: usize, needed: usize) -> String {
    format!("{}, needs {needed}", counted(letters))
}

fn counted(letters: usize) -> String {
    format!("{letters} {}", if letters == 1 { "letter" } else { "letters" })
}

/// A share of a whole; of nothing, nothing.
#[expect(clippy::cast_precision_loss, reason = "counts of letters are far below 2^52")]
pub(super) fn count_share(part: usize, whole: usize) -> f64 {
    if whole == 0 { 0.0 } else { part as f64 / whole as f64 }
}

/// What patterns see of a line: all of it, or the first and last half of the limit.
fn windows(text: &str, limit: usize) -> (Range<usize>, Option<Range<usize>>) {
    if text.len() <= limit {
        return (0..text.len(), None);
    }
    let half = limit / 2;
    let head = text.floor_char_boundary(half);
    let tail = text.ceil_char_boundary(text.len() - half);
    (0..head, Some(tail..text.len()))
}
