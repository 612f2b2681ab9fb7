//! Tests of the whole document.

use super::{
    Run, Stage, Truth,
    line::count_share,
    notes::{Notes, reached_within, within},
};
use crate::engine::{
    rules::{
        model::{self, Bounds, TopicTest, When},
        set::DocumentTest,
    },
    topics::{Nearness, Profile},
};

impl Run<'_> {
    /// Whether `test` holds.
    pub(super) fn document_test(&self, test: &DocumentTest, mut notes: Option<&mut Notes>) -> Truth {
        if self.work.is_spent() {
            return Truth::False;
        }
        let fact = match test {
            DocumentTest::Words(words) => {
                return self.probe.stage(Stage::Words, || self.document_words(words, notes));
            }
            DocumentTest::Fact(fact) => fact,
        };
        match fact {
            model::DocumentTest::Metric { name, bounds } if notes.is_none() && name.is_told_early() => {
                reached_within(|count| self.facts.reaches(*name, count), *bounds).into()
            }
            model::DocumentTest::Metric { name, bounds } => {
                let before = self.facts.passes();
                let value = self.facts.metric(*name);
                // Measuring, at the first test that asks, was not counted.
                if self.facts.passes() > before {
                    self.work.ask();
                }
                if let Some(notes) = notes {
                    match value {
                        Some(value) => notes.measure(name.as_str(), value, *bounds),
                        None => {
                            let needs = name.needs().map_or_else(String::new, |needs| format!(": it needs {needs}"));
                            notes.doubt(format!("{} is not defined for this document{needs}", name.as_str()));
                        }
                    }
                }
                value.map_or(Truth::Unknown, |value| within(value, *bounds).into())
            }
            model::DocumentTest::Language(test) => self.document_language(test, notes),
            model::DocumentTest::Script { is, share_at_least } => {
                let scripts = self.facts.scripts();
                let Some(script) = self.facts.script() else {
                    if let Some(notes) = notes {
                        notes.doubt("no letters".to_owned());
                    }
                    return Truth::Unknown;
                };
                let share = count_share(scripts.count(script), scripts.letters());
                if let Some(notes) = notes.as_deref_mut() {
                    notes.set("script", script.name());
                    notes.list("scripts", is.iter().map(|script| script.name().to_owned()));
                    if let Some(limit) = share_at_least {
                        notes.beside("script_share", share, Bounds { at_least: Some(*limit), at_most: None });
                    }
                }
                (is.contains(&script) && share_at_least.is_none_or(|limit| share >= limit)).into()
            }
            model::DocumentTest::Topic(TopicTest::Profile { id, bounds }) => {
                let found = self.facts.topics().find(|(profile, _)| profile.id == *id);
                self.topic(found, *bounds, id, notes)
            }
            model::DocumentTest::Topic(TopicTest::Wanted) => self.wanted_topic(notes),
            model::DocumentTest::FlaggedShare { tags, bounds } => {
                self.work.charge(self.document.text().len());
                let share = self.flagged_share(tags);
                if let Some(notes) = notes {
                    notes.measure("flagged_share", share, *bounds);
                }
                within(share, *bounds).into()
            }
            // Compiled into its own form.
            model::DocumentTest::Words(_) => Truth::Unknown,
        }
    }

    /// Whether the gate lets the document through; what is unknown does not.
    pub(super) fn gate(&self, when: &When, mut notes: Option<&mut Notes>) -> bool {
        let mut bound = |name, value: usize, bounds: Bounds| {
            #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
            let value = value as f64;
            if let Some(notes) = notes.as_deref_mut()
                && bounds != Bounds::default()
            {
                notes.measure(name, value, bounds);
            }
            within(value, bounds)
        };
        let lines = when.lines == Bounds::default() || bound("lines", self.facts.lines(), when.lines);
        let letters = when.letters == Bounds::default() || bound("letters", self.facts.letters(), when.letters);
        let script = when.script.as_ref().is_none_or(|is| {
            let script = self.facts.script();
            if let Some(notes) = notes.as_deref_mut() {
                notes.set("script", script.map_or("none", |script| script.name()));
                notes.list("scripts", is.iter().map(|script| script.name().to_owned()));
            }
            script.is_some_and(|script| is.contains(&script))
        });
        let language = |notes: Option<&mut Notes>| {
            when.language.as_ref().is_none_or(|test| self.document_language(test, notes) == Truth::True)
        };
        lines && letters && script && language(notes)
    }

    fn topic(
        &self,
        found: Option<(&Profile, Option<&Nearness>)>,
        bounds: Bounds,
        id: &str,
        notes: Option<&mut Notes>,
    ) -> Truth {
        let nearness = found.and_then(|(_, nearness)| nearness);
        if let Some(notes) = notes {
            notes.set("topic", id);
            match (found, nearness) {
                (_, Some(nearness)) => note_nearness(notes, nearness, bounds),
                (Some(_), None) => notes.doubt("too few words to tell the topic".to_owned()),
                (None, _) => notes.doubt(format!("the topic {id} is not configured")),
            }
        }
        nearness.map_or(Truth::Unknown, |nearness| within(nearness.score, bounds).into())
    }

    fn wanted_topic(&self, notes: Option<&mut Notes>) -> Truth {
        if let Some(given) = self.given.on_topic {
            return given.into();
        }
        let mut result = None;
        let mut best: Option<(&Profile, &Nearness)> = None;
        for (profile, nearness) in self.facts.topics() {
            let Some(limit) = profile.at_least else { continue };
            let reaches = nearness.map_or(Truth::Unknown, |nearness| (nearness.score >= limit).into());
            result = result.max(Some(reaches));
            if let Some(nearness) = nearness
                && best.is_none_or(|(_, before)| nearness.score > before.score)
            {
                best = Some((profile, nearness));
            }
        }
        let result = result.unwrap_or(Truth::True);
        if let Some(notes) = notes {
            match best {
                Some((profile, nearness)) => {
                    notes.set("topic", &*profile.id);
                    note_nearness(notes, nearness, Bounds { at_least: profile.at_least, at_most: None });
                }
                None if result == Truth::Unknown => notes.doubt("too few words to tell the topic".to_owned()),
                None => {}
            }
        }
        result
    }
}

fn note_nearness(notes: &mut Notes, nearness: &Nearness, bounds: Bounds) {
    notes.measure("topic_score", nearness.score, bounds);
    notes.list("topic_nearest", nearness.nearest.iter().cloned());
    notes.list("topic_missing", nearness.missing.iter().cloned());
}
