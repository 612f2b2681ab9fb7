//! What a finding says.

use std::sync::Arc;

use super::{
    Run,
    line::View,
    notes::{Notes, exact, limits, told_apart},
};
use crate::engine::{
    language::Guess,
    rules::{model::Slot, set::RuleId},
    text::Script,
};

impl<'d> Run<'d> {
    /// The rule's message with its slots filled in.
    pub(super) fn message(&self, id: RuleId, notes: &Notes, first: Option<&View<'d>>, lines: usize) -> Arc<str> {
        if let Some(says) = &self.rules.rule(id).says {
            return Arc::clone(says);
        }
        let message = self.rules.written(id).message.as_ref();
        message.map(|message| message.text(|slot| self.fill(slot, notes, first, lines))).unwrap_or_default()
    }

    /// What can be said of a finding of which nothing was written down.
    pub(super) fn message_in_short(&self, id: RuleId) -> Arc<str> {
        self.rules.rule(id).says.as_ref().map_or_else(|| self.rules.written(id).name(), Arc::clone)
    }

    fn fill(&self, slot: Slot, notes: &Notes, first: Option<&View<'d>>, lines: usize) -> String {
        let script = |script: Option<Script>| script.map_or("no script", Script::name).to_owned();
        let known = |value: Option<String>| value.unwrap_or_else(|| "unknown".to_owned());
        match slot {
            Slot::LineScript => script(first.and_then(|view| view.scripts().dominant())),
            Slot::LineLanguage => first.map_or_else(|| "unknown".to_owned(), |view| language(view.guess(self))),
            Slot::DocScript => script(match first {
                Some(view) => self.facts.script_around(view.scripts()),
                None => self.facts.script(),
            }),
            Slot::DocLanguage => language(self.facts.language()),
            Slot::Words => notes.words.join(", "),
            Slot::Matched => known(notes.matched.clone()),
            Slot::Lines => lines.to_string(),
            Slot::Value => known(notes.measured.map(|(value, bounds)| exact(told_apart(value, bounds)).to_string())),
            Slot::Limit => known(notes.measured.map(|(_, bounds)| limits(bounds))),
        }
    }
}

fn language(guess: Guess) -> String {
    match guess {
        Guess::Known { code, .. } => code.to_string(),
        Guess::Unsure { .. } => "unknown".to_owned(),
    }
}
