//! What a finding says.

use std::sync::Arc;

use super::{Run, line::View, notes::Notes};
use crate::engine::{
    language::Guess,
    rules::{
        model::{self, Piece, Slot},
        set::RuleId,
    },
    text::Script,
};

/// Longest message, in characters: what fills a slot may come from the document.
const MESSAGE_AT_MOST: usize = 400;

/// What all findings of a rule say: its message where that has no slots; its title, or its id, where it has none.
pub(crate) fn fixed(rule: &model::Rule) -> Option<Arc<str>> {
    let Some(message) = &rule.message else {
        return Some(name(rule));
    };
    let words = message.pieces.iter().map(|piece| match piece {
        Piece::Text(words) => Some(&**words),
        Piece::Slot(_) => None,
    });
    words.collect::<Option<String>>().map(|text| limited(text).into())
}

/// The rule's title, or its id.
fn name(rule: &model::Rule) -> Arc<str> {
    rule.title.as_deref().map_or_else(|| Arc::clone(&rule.id.value), Arc::from)
}

fn limited(mut text: String) -> String {
    // No character takes less than a byte.
    if text.len() > MESSAGE_AT_MOST
        && let Some((end, _)) = text.char_indices().nth(MESSAGE_AT_MOST)
    {
        text.truncate(end);
        text.push('…');
    }
    text
}

impl<'d> Run<'d> {
    /// The rule's message with its slots filled in.
    pub(super) fn message(&self, id: RuleId, notes: &Notes, first: Option<&View<'d>>, lines: usize) -> Arc<str> {
        if let Some(says) = &self.rules.rule(id).says {
            return Arc::clone(says);
        }
        let mut text = String::new();
        for piece in self.rules.written(id).message.iter().flat_map(|message| &message.pieces) {
            match piece {
                Piece::Text(words) => text.push_str(words),
                Piece::Slot(slot) => text.push_str(&self.fill(*slot, notes, first, lines)),
            }
        }
        limited(text).into()
    }

    /// What can be said of a finding of which nothing was written down.
    pub(super) fn message_in_short(&self, id: RuleId) -> Arc<str> {
        self.rules.rule(id).says.as_ref().map_or_else(|| name(self.rules.written(id)), Arc::clone)
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
