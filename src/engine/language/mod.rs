//! Which language is this? A guess is known, with a confidence, or unsure, with the reason.
//!
//! The dominant script comes first: where it is written by one language, that is the answer (`by_script`); ideographs and
//! kana tell Chinese from Japanese (`chinese`), however much English is in between. Where languages share a script, their
//! function words and letters are weighed, and a trigram detector (`whatlang`) is asked where those leave a doubt
//! (`weigh`).

mod by_script;
mod chinese;
mod code;
mod evidence;
mod foreign;
mod lexicon;
mod profiles;
mod sample;
mod tag;
mod weigh;

pub use chinese::{ChineseVariant, chinese_variant};
pub use code::Code;
pub use foreign::{Foreign, foreign};
pub use tag::Tag;

use super::text::{Document, Script, ScriptCounts};

/// What is known about a text's language.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Guess {
    /// Reliable: may be acted on.
    Known {
        /// The language.
        code: Code,
        /// 0 to 1.
        confidence: f64,
    },
    /// Not to be acted on.
    Unsure {
        /// The best guess, for people to look at.
        best: Option<(Code, f64)>,
        /// Why it is not to be trusted.
        why: Doubt,
    },
}

/// Why a language cannot be told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Doubt {
    /// No letters at all.
    NoLetters,
    /// Fewer letters than a guess needs.
    TooShort {
        /// Letters there are.
        letters: usize,
        /// Letters it would take.
        needed: usize,
    },
    /// Two or more candidates are too close.
    Ambiguous,
    /// The script is not one the detector knows.
    UnknownScript,
    /// Reads like code, identifiers or other non-language.
    NotProse,
}

/// Which languages are expected, such as the configured ones. They are preferred in doubt; a text that is clearly in
/// another language is still said to be in that one.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Candidates {
    /// Empty: no language is preferred.
    pub codes: Vec<Code>,
}

/// Letters below which a script that decides a language is not trusted to: a Greek letter or two is mathematics.
const DECIDING_LETTERS: usize = 4;

/// Guesses the language of a document from a bounded sample: its longer lines in the dominant script.
pub fn guess(document: &Document, candidates: &Candidates) -> Guess {
    let scripts = document.scripts();
    match scripts.dominant() {
        None => guess_text("", scripts, candidates),
        Some(script) => {
            let sample = sample::sample(document, script);
            guess_in(script, &sample, scripts, candidates)
        }
    }
}

/// How a document in Chinese is written, from the same sample that its language is guessed from.
pub fn chinese_variant_of(document: &Document) -> Option<ChineseVariant> {
    chinese_variant(&sample::sample(document, Script::HAN))
}

/// Guesses the language of a piece of text, such as one line, whose letters are counted in `scripts`.
pub fn guess_text(text: &str, scripts: &ScriptCounts, candidates: &Candidates) -> Guess {
    match scripts.dominant() {
        Some(script) => guess_in(script, text, scripts, candidates),
        None if scripts.letters() == 0 => Guess::Unsure { best: None, why: Doubt::NoLetters },
        None => Guess::Unsure { best: None, why: Doubt::UnknownScript },
    }
}

fn guess_in(script: Script, text: &str, scripts: &ScriptCounts, candidates: &Candidates) -> Guess {
    if script == Script::HAN || script == Script::JAPANESE {
        return chinese::guess(text, scripts);
    }
    let letters = scripts.count(script);
    if let Some(code) = by_script::language_of(script, text) {
        return if letters * script.weight() >= DECIDING_LETTERS {
            Guess::Known { code, confidence: 0.99 }
        } else {
            let why = Doubt::TooShort { letters, needed: DECIDING_LETTERS.div_ceil(script.weight()) };
            Guess::Unsure { best: Some((code, 0.5)), why }
        };
    }
    weigh::guess(text, script, letters, candidates).unwrap_or(Guess::Unsure { best: None, why: Doubt::UnknownScript })
}

#[cfg(test)]
mod tests;
