//! Tests of the document's language, and how a guess reads.

use super::{
    Run, Truth,
    line::too_few,
    notes::{Notes, number, shown},
};
use crate::engine::{
    language::{Doubt, Guess},
    rules::model::LanguageTest,
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
                notes.list("languages_in", test.is.iter().map(|code| code.as_str().to_owned()));
            }
            if !test.not.is_empty() {
                notes.list("languages_not_in", test.not.iter().map(|code| code.as_str().to_owned()));
            }
        }
        if let Some(needed) = test.letters_at_least {
            let letters = self.facts.letters();
            if let Some(notes) = notes.as_deref_mut() {
                notes.set("letters", letters);
                notes.set("letters_at_least", needed);
            }
            if letters < needed as usize {
                if let Some(notes) = notes {
                    notes.doubt(too_few(letters, needed as usize));
                }
                return Truth::Unknown;
            }
        }
        let Guess::Known { code, confidence } = guess else { return Truth::Unknown };
        if test.confidence_at_least.is_some_and(|limit| confidence < limit) {
            return Truth::Unknown;
        }
        let listed = (test.is.is_empty() || test.is.contains(&code)) && !test.not.contains(&code);
        (listed && (!asks_wanted || wanted.contains(&code))).into()
    }
}

/// Writes down a guess and, where it cannot be used, why.
pub(super) fn note(notes: &mut Notes, guess: Guess, confidence_at_least: Option<f64>) {
    match guess {
        Guess::Known { code, confidence } => {
            notes.set("language", code.as_str());
            notes.set("confidence", number(confidence));
            if let Some(limit) = confidence_at_least {
                notes.set("confidence_at_least", number(limit));
                if confidence < limit {
                    notes.doubt(format!("confidence {} in {code}, needs {}", shown(confidence), shown(limit)));
                }
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
