//! Listed words and phrases, on a line and in a document.
//!
//! Of items that overlap on a line, the one that begins first counts, of those the longest; an item counts once.

use std::{cell::OnceCell, collections::HashSet, ops::Range};

use super::{
    Run, Truth,
    line::{View, count_share},
    notes::Notes,
    shape::is_mark,
    work::FOUND_COST,
};
use crate::engine::{
    language::Guess,
    rules::{
        model::Bounds,
        set::{Item, Literal, LiteralId, WordsTest},
    },
    text::Script,
};

/// Different items that were found, and the letters and digits that they cover. Of the unsure ones it cannot be told
/// whether they count.
#[derive(Debug, Default)]
pub(super) struct Tally<'d> {
    /// Where they stand on the line that is looked at.
    spans: Vec<(Range<usize>, LiteralId)>,
    seen: HashSet<LiteralId>,
    found: Vec<&'d Item>,
    sure: usize,
    unsure: usize,
    sure_letters: usize,
    unsure_letters: usize,
    all_letters: usize,
}

impl Tally<'_> {
    /// Nothing yet, in memory that served before.
    fn again(self) -> Self {
        let Self { mut spans, mut seen, mut found, .. } = self;
        spans.clear();
        seen.clear();
        found.clear();
        Self { spans, seen, found, ..Self::default() }
    }
}

/// What items are foreign to.
struct Around<'f> {
    script: &'f dyn Fn() -> Option<Script>,
    language: &'f dyn Fn() -> Guess,
}

impl<'d> Run<'d> {
    /// Whether enough listed items stand on a line.
    pub(super) fn line_words(&self, test: &WordsTest, view: &View<'d>, mut notes: Option<&mut Notes>) -> Truth {
        let at_most = self.items_at_most(test, view.index, view.line.folded);
        if notes.is_none() {
            if at_most < test.at_least.max(1) as usize || !self.spoken_of_seldom(test) {
                return Truth::False;
            }
            if test.at_least <= 1 && !test.foreign && test.share_at_least.is_none() {
                return Truth::True;
            }
        }
        let script = OnceCell::new();
        let around = Around {
            script: &|| *script.get_or_init(|| self.facts.script_around(view.scripts())),
            language: &|| self.facts.language_around(view.index, &self.work),
        };
        let mut tally = self.tally.take().again();
        if at_most > 0 {
            self.tally(test, view.line.folded, &around, &mut tally);
        }
        let seldom = self.spoken_of_seldom(test);
        if let (Some(notes), Some(limit)) = (notes.as_deref_mut(), test.in_lines_at_most) {
            notes.set("in_lines_at_most", limit);
            notes.set("in_few_lines", seldom);
        }
        let truth = verdict(test, &tally, notes).and(seldom.into());
        self.tally.replace(tally);
        truth
    }

    /// Whether no more lines than the test allows have an item of its lists.
    fn spoken_of_seldom(&self, test: &WordsTest) -> bool {
        let Some(limit) = test.in_lines_at_most else { return true };
        let key = std::ptr::from_ref(test);
        let mut known = self.lines_with_words.borrow_mut();
        if let Some((_, seldom)) = known.iter().find(|(of, _)| std::ptr::eq(*of, key)) {
            return *seldom;
        }
        let with_item = |index: &&u32| {
            let index = **index as usize;
            self.items_at_most(test, index, self.document.line(index).folded) > 0
        };
        let seldom = self.scan.lines().iter().filter(with_item).nth(limit as usize).is_none();
        known.push((key, seldom));
        seldom
    }

    /// Whether enough listed items stand anywhere in the document.
    pub(super) fn document_words(&self, test: &WordsTest, notes: Option<&mut Notes>) -> Truth {
        let around = Around { script: &|| self.facts.script(), language: &|| self.facts.language() };
        let mut tally = Tally::default();
        for &index in self.scan.lines() {
            let index = index as usize;
            if self.scan.hits(index).is_empty() && test.share_at_least.is_none() {
                continue;
            }
            let folded = self.document.line(index).folded;
            if self.items_at_most(test, index, folded) > 0 {
                self.tally(test, folded, &around, &mut tally);
            } else if test.share_at_least.is_some() {
                self.work.charge(folded.len());
                tally.all_letters += alphanumerics(folded);
            }
        }
        verdict(test, &tally, notes)
    }

    /// Different listed items that stand on a line where they are wanted, those included that others overlap: as many
    /// as can count, and none only if none counts.
    fn items_at_most(&self, test: &WordsTest, index: usize, folded: &str) -> usize {
        let hits = self.scan.hits(index);
        self.work.charge(hits.len());
        let line = OnceCell::new();
        let stands = |literal: &Literal| {
            line.get_or_init(|| {
                self.work.charge(if test.whole_line || test.starts_line { folded.len() } else { 0 });
                Outline::of(test, folded)
            })
            .holds(&literal.text)
        };
        let counts = |literal: &Literal| listed(test, literal).next().is_some() && stands(literal);
        hits.iter().filter(|hit| hit.bounded && counts(self.rules.prefilter().literal(hit.literal))).count()
    }

    /// Counts the items on a line.
    fn tally(&self, test: &WordsTest, folded: &str, around: &Around<'_>, tally: &mut Tally<'d>) {
        self.work.charge(folded.len());
        let prefilter = self.rules.prefilter();
        let line = Outline::of(test, folded);
        prefilter.find(folded, false, |found| {
            let literal = prefilter.literal(found.literal);
            if listed(test, literal).next().is_some()
                && line.holds(&literal.text)
                && prefilter.traits(found.literal).is_bounded(folded, found)
            {
                self.work.charge(FOUND_COST);
                tally.spans.push((found.start..found.end, found.literal));
            }
            !self.work.is_spent()
        });
        tally.spans.sort_unstable_by_key(|(span, _)| (span.start, std::cmp::Reverse(span.end)));
        let mut reached = 0;
        for (span, id) in tally.spans.drain(..) {
            if span.start < reached {
                continue;
            }
            reached = span.end;
            let literal = prefilter.literal(id);
            let counts = if test.foreign { self.is_foreign(test, literal, around) } else { Truth::True };
            if counts == Truth::False {
                continue;
            }
            if test.share_at_least.is_some() {
                let letters = alphanumerics(&folded[span]);
                *(if counts == Truth::True { &mut tally.sure_letters } else { &mut tally.unsure_letters }) += letters;
            }
            if tally.seen.insert(id) {
                *(if counts == Truth::True { &mut tally.sure } else { &mut tally.unsure }) += 1;
                tally.found.extend(listed(test, literal).next());
            }
        }
        if test.share_at_least.is_some() {
            tally.all_letters += alphanumerics(folded);
        }
    }

    /// Whether an item is of another language than the document. One without a language is not; one of several
    /// languages is at home if one of them is the document's.
    fn is_foreign(&self, test: &WordsTest, literal: &Literal, around: &Around<'_>) -> Truth {
        let mut result = None;
        for foreign in listed(test, literal).filter_map(|item| self.is_foreign_item(item, around)) {
            result = Some(match (result, foreign) {
                (Some(Truth::False), _) | (_, Truth::False) => Truth::False,
                (before, foreign) => before.map_or(foreign, |before: Truth| before.max(foreign)),
            });
        }
        result.unwrap_or(Truth::False)
    }

    /// Another script is another language, also where the document is too short to tell which language it is in, or
    /// where a line full of listed words outweighs all others.
    fn is_foreign_item(&self, item: &Item, around: &Around<'_>) -> Option<Truth> {
        let language = item.language?;
        if !self.facts.stands_for_another()
            && let (Some(script), Some(around)) = (item.script, (around.script)())
            && !around.includes(script)
        {
            // One heavy line can make a document's script, and with it its language, other than that of most lines.
            let most = self.facts.script_of_most_lines();
            let is_at_home = most.is_some_and(|most| most.includes(script));
            return Some(if is_at_home { Truth::Unknown } else { Truth::True });
        }
        Some(match (around.language)() {
            Guess::Known { code, .. } => (code != language).into(),
            Guess::Unsure { .. } => Truth::Unknown,
        })
    }
}

fn verdict(test: &WordsTest, tally: &Tally<'_>, notes: Option<&mut Notes>) -> Truth {
    let at_least = test.at_least.max(1) as usize;
    let enough = between(tally.sure >= at_least, tally.sure + tally.unsure >= at_least);
    let covers = test.share_at_least.map_or(Truth::True, |limit| {
        let reaches = |letters| tally.all_letters > 0 && count_share(letters, tally.all_letters) >= limit;
        between(reaches(tally.sure_letters), reaches(tally.sure_letters + tally.unsure_letters))
    });
    let truth = enough.and(covers);
    if let Some(notes) = notes {
        for item in &tally.found {
            notes.word(&item.written);
        }
        notes.set("words_found", tally.sure);
        notes.set("words_at_least", at_least);
        if let Some(limit) = test.share_at_least {
            let share = count_share(tally.sure_letters, tally.all_letters);
            notes.beside("words_share", share, Bounds { at_least: Some(limit), at_most: None });
        }
        if truth == Truth::Unknown {
            notes.doubt("the document's language is not known, so neither is which words are foreign".to_owned());
        }
    }
    truth
}

/// True where it is certain, false where it is not even possible.
fn between(certain: bool, possible: bool) -> Truth {
    match (certain, possible) {
        (true, _) => Truth::True,
        (false, true) => Truth::Unknown,
        (false, false) => Truth::False,
    }
}

/// The items of the test's lists that fold to a literal.
fn listed<'l>(test: &WordsTest, literal: &'l Literal) -> impl Iterator<Item = &'l Item> {
    literal.items.iter().filter(|item| test.lists.contains(&item.list))
}

/// What is asked of an item's place on a line; found once for all items of the line.
struct Outline<'f> {
    /// The line less outer punctuation, where an item must be all of it.
    whole: Option<&'f str>,
    /// The line's leading punctuation and what follows it, where an item must begin it.
    start: Option<(&'f str, &'f str)>,
}

impl<'f> Outline<'f> {
    fn of(test: &WordsTest, folded: &'f str) -> Self {
        Self { whole: test.whole_line.then(|| trimmed(folded)), start: test.starts_line.then(|| parted(folded)) }
    }

    /// Whether the item is the whole line or begins it, where the test asks for that.
    fn holds(&self, item: &str) -> bool {
        let begins = |(before, line): (&str, &str)| match parted(item) {
            (_, "") => before.contains(item),
            (mark, word) => {
                let rest = line.strip_prefix(word).filter(|_| before.ends_with(mark));
                rest.is_some_and(|rest| !crate::engine::rules::set::goes_on(item, rest))
            }
        };
        self.whole.is_none_or(|line| line == trimmed(item)) && self.start.is_none_or(begins)
    }
}

/// Leading punctuation and white space, and the rest.
fn parted(text: &str) -> (&str, &str) {
    text.split_at(text.len() - text.trim_start_matches(is_outer).len())
}

/// Less outer punctuation and white space.
fn trimmed(text: &str) -> &str {
    text.trim_matches(is_outer)
}

fn is_outer(letter: char) -> bool {
    !letter.is_alphanumeric() && !is_mark(letter)
}

fn alphanumerics(text: &str) -> usize {
    text.chars().filter(|letter| letter.is_alphanumeric()).count()
}
