//! What a finding says.

use super::{Run, line::View, notes::Notes};
use crate::engine::{
    language::Guess,
    rules::model::{self, Piece, Slot},
    text::Script,
};

/// Longest message, in characters: what fills a slot may come from the document.
const MESSAGE_AT_MOST: usize = 400;

impl<'d> Run<'d> {
    /// The rule's message with its slots filled in; its title, or its id, where it has none.
    pub(super) fn message(&self, rule: &model::Rule, notes: &Notes, first: Option<&View<'d>>, lines: usize) -> String {
        let Some(message) = &rule.message else {
            return rule.title.clone().unwrap_or_else(|| rule.id.value.to_string());
        };
        let mut text = String::new();
        for piece in &message.pieces {
            match piece {
                Piece::Text(words) => text.push_str(words),
                Piece::Slot(slot) => text.push_str(&self.fill(*slot, notes, first, lines)),
            }
        }
        if let Some((end, _)) = text.char_indices().nth(MESSAGE_AT_MOST) {
            text.truncate(end);
            text.push('…');
        }
        text
    }

    fn fill(&self, slot: Slot, notes: &Notes, first: Option<&View<'d>>, lines: usize) -> String {
        let script = |script: Option<Script>| script.map_or("no script", Script::name).to_owned();
        let known = |value: &Option<String>| value.clone().unwrap_or_else(|| "unknown".to_owned());
        match slot {
            Slot::LineScript => script(first.and_then(|view| view.scripts().dominant())),
            Slot::LineLanguage => first.map_or_else(|| "unknown".to_owned(), |view| language(view.guess(self))),
            Slot::DocScript => script(match first {
                Some(view) => self.facts.script_around(view.scripts()),
                None => self.facts.script(),
            }),
            Slot::DocLanguage => language(self.facts.language()),
            Slot::Words => notes.words.join(", "),
            Slot::Matched => known(&notes.matched),
            Slot::Lines => lines.to_string(),
            Slot::Value => known(&notes.value),
            Slot::Limit => known(&notes.limit),
        }
    }
}

fn language(guess: Guess) -> String {
    match guess {
        Guess::Known { code, .. } => code.to_string(),
        Guess::Unsure { .. } => "unknown".to_owned(),
    }
}
