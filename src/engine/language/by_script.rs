//! Scripts that are written by one language, so that seeing the script is knowing the language.

use super::Code;
use crate::engine::text::Script;

/// Script, language, and the letters (inclusive ranges) by which other languages of the same script give
/// themselves away: text with one in fifty of those is not decided here.
struct Decided {
    script: &'static str,
    code: &'static str,
    others: &'static [(char, char)],
}

const fn only(script: &'static str, code: &'static str) -> Decided {
    Decided { script, code, others: &[] }
}

/// Scripts with one main language each. Tibetan (Tibetan, Dzongkha) and the Canadian
/// syllabics are not among them: the script does not tell those languages apart.
const DECIDED: &[Decided] = &[
    only("Greek", "el"),
    only("Hangul", "ko"),
    only("Thai", "th"),
    only("Lao", "lo"),
    only("Khmer", "km"),
    only("Georgian", "ka"),
    only("Armenian", "hy"),
    only("Tamil", "ta"),
    only("Telugu", "te"),
    only("Kannada", "kn"),
    only("Malayalam", "ml"),
    only("Gujarati", "gu"),
    only("Gurmukhi", "pa"),
    only("Oriya", "or"),
    only("Sinhala", "si"),
    only("Thaana", "dv"),
    only("Cherokee", "chr"),
    // Assamese has letters of its own for r and w.
    Decided { script: "Bengali", code: "bn", others: &[('ৰ', 'ৱ')] },
    // Mon, Karen and Shan letters.
    Decided {
        script: "Myanmar",
        code: "my",
        others: &[
            ('\u{1022}', '\u{1022}'),
            ('\u{1028}', '\u{1028}'),
            ('\u{1033}', '\u{1035}'),
            ('\u{105A}', '\u{109F}'),
        ],
    },
];

/// The language that `script` decides.
pub(super) fn language_of(script: Script, text: &str) -> Option<Code> {
    let decided = DECIDED.iter().find(|decided| decided.script == script.name())?;
    if !decided.others.is_empty() {
        let is_other = |c: &char| decided.others.iter().any(|&(first, last)| (first..=last).contains(c));
        let (mut letters, mut others) = (0, 0);
        for c in text.chars().filter(|&c| Script::of(c) == Some(script)) {
            letters += 1;
            others += usize::from(is_other(&c));
        }
        if others * 50 > letters {
            return None;
        }
    }
    Some(Code::known(decided.code))
}

/// The languages that are decided here, and those told by ideographs and kana.
pub(super) fn codes() -> impl Iterator<Item = &'static str> {
    DECIDED.iter().map(|decided| decided.code).chain(["zh", "ja"])
}
