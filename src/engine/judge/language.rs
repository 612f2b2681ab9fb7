//! Tests of the document's language, and how a guess reads.

use super::{
    Run, Truth,
    line::{note_letters, too_few},
    notes::{Notes, exact, number, told_apart},
};
use crate::engine::{
    language::{ChineseVariant, Code, Doubt, Guess, Tag},
    rules::model::{Bounds, LanguageTest},
};

impl Run<'_> {
    /// Whether the document's language is one that is asked for.
    pub(super) fn document_language(&self, test: &LanguageTest, mut notes: Option<&mut Notes>) -> Truth {
        let wanted = self.given.wanted.as_ref().unwrap_or(&self.rules.settings().languages.wanted);
        let asks_wanted = test.wanted && !wanted.is_empty();
        if !asks_wanted && test.is.is_empty() && test.not.is_empty() {
            return Truth::True;
        }
        let guess = self.facts.language();
        if let Some(notes) = notes.as_deref_mut() {
            note(notes, guess, test.confidence_at_least);
            if asks_wanted {
                notes.list("languages_wanted", wanted.iter().map(|code| code.as_str().to_owned()));
            }
            if !test.is.is_empty() {
                notes.list("languages_in", test.is.iter().map(ToString::to_string));
            }
            if !test.not.is_empty() {
                notes.list("languages_not_in", test.not.iter().map(ToString::to_string));
            }
            let others = self.facts.foreign();
            if !others.is_empty() {
                let shares = others.iter().map(|other| format!("{} {}", other.code, number(other.share)));
                notes.list("languages_of_lines", shares);
            }
        }
        if let Some(needed) = test.letters_at_least {
            let letters = self.facts.weighed_letters();
            if let Some(notes) = notes.as_deref_mut() {
                note_letters(notes, self.facts.letters(), letters, needed as usize);
            }
            if letters < needed as usize {
                return Truth::Unknown;
            }
        }
        let Guess::Known { code, confidence } = guess else { return Truth::Unknown };
        if test.confidence_at_least.is_some_and(|limit| confidence < limit) {
            return Truth::Unknown;
        }
        let asks_variant = test.is.iter().chain(&test.not).any(|tag| tag.asks_variant());
        let chinese = if asks_variant { self.facts.chinese() } else { None };
        if let Some(notes) = notes {
            note_variant(notes, asks_variant, code, chinese);
        }
        listed(&test.is, &test.not, code, chinese).and((!asks_wanted || wanted.contains(&code)).into())
    }
}

/// Whether a language is one of `is`, unless that is empty, and none of `not`; unknown where that hangs on how Chinese is
/// written.
pub(super) fn listed(is: &[Tag], not: &[Tag], code: Code, chinese: Option<ChineseVariant>) -> Truth {
    let any = |tags: &[Tag]| {
        let each = tags.iter().map(|tag| tag.covers(code, chinese).map_or(Truth::Unknown, Truth::from));
        each.max().unwrap_or(Truth::False)
    };
    let among = if is.is_empty() { Truth::True } else { any(is) };
    among.and(!any(not))
}

/// Writes down how Chinese is written, where a test asks.
pub(super) fn note_variant(notes: &mut Notes, asked: bool, code: Code, chinese: Option<ChineseVariant>) {
    match chinese {
        Some(variant) => notes.set("script_variant", variant.as_str()),
        None if asked && code.as_str() == "zh" => {
            notes.doubt("it has characters of both ways to write Chinese, or too few that differ".to_owned());
        }
        None => {}
    }
}

/// Writes down a guess and, where it cannot be used, why.
pub(super) fn note(notes: &mut Notes, guess: Guess, confidence_at_least: Option<f64>) {
    match guess {
        Guess::Known { code, confidence } => {
            notes.set("language", code.as_str());
            let bounds = Bounds { at_least: confidence_at_least, at_most: None };
            notes.beside("confidence", confidence, bounds);
            if let Some(limit) = confidence_at_least.filter(|&limit| confidence < limit) {
                let confidence = exact(told_apart(confidence, bounds));
                notes.doubt(format!("confidence {confidence} in {code}, needs {}", exact(limit)));
            }
        }
        Guess::Unsure { best, why } => {
            if let Some((code, confidence)) = best {
                notes.set("language_guess", code.as_str());
                notes.set("confidence", number(confidence));
            }
            notes.doubt(doubt(why));
        }
    }
}

/// Why a language cannot be told, in words.
pub(super) fn doubt(why: Doubt) -> String {
    match why {
        Doubt::NoLetters => "no letters".to_owned(),
        Doubt::TooShort { letters, needed } => too_few(letters, needed),
        Doubt::Ambiguous => "two or more languages are equally likely".to_owned(),
        Doubt::UnknownScript => "the detector does not know the script".to_owned(),
        Doubt::NotProse => "reads like code or identifiers, not like language".to_owned(),
    }
}
