//! Lines of a document that are in another language than the document.
//!
//! Only what function words, letters and scripts tell for certain is said: the trigram detector is not asked, since it
//! would cost more than all the rest of judging, and names a language for any line.

use super::{Code, Guess, by_script, chinese, evidence, lexicon::LEXICON, weigh};
use crate::engine::text::{Document, Script, ScriptCounts};

/// Lines looked at; of a document with more, every n-th.
const LINES: usize = 64;

/// Bytes of a line that are looked at.
const BYTES: usize = 240;

/// Letters (an ideograph counts three) that a line needs: about six words.
const LETTERS: usize = 30;

/// How many lines are named for each language.
const NAMED: usize = 20;

/// What a document has of another language.
#[derive(Debug, Clone, PartialEq)]
pub struct Foreign {
    /// The language.
    pub code: Code,
    /// Share of its lines among the letters of all lines that were looked at, 0 to 1. Of a long line the first 240 bytes
    /// count.
    pub share: f64,
    /// The first of its lines that were looked at, from 1; at most twenty.
    pub lines: Vec<u32>,
}

/// The languages, other than `own`, in which a document whose language is `own` has whole lines: the largest share first.
pub fn foreign(document: &Document, own: Code) -> Vec<Foreign> {
    let home = document.scripts().dominant();
    let mut found: Vec<(Code, usize, Vec<u32>)> = Vec::new();
    let profiles = evidence::profiles_of(own);
    // Languages that their script tells have no function words.
    let speaks = |text| profiles != 0 && LEXICON.speaks(text, profiles);
    for (index, text) in lines_of(document) {
        // Of most lines this is all, and their letters need not be counted.
        let is_plain = text.is_ascii() && home == Some(Script::LATIN);
        // No character has more letters than bytes.
        if text.len() < LETTERS || (is_plain && speaks(text)) {
            continue;
        }
        let scripts = ScriptCounts::of(text);
        let letters = scripts.weighed_letters();
        let is_at_home = scripts.dominant() == home;
        if letters < LETTERS || (is_at_home && !is_plain && speaks(text)) {
            continue;
        }
        let rival = if is_at_home { profiles } else { 0 };
        let Some(code) = language_of(text, &scripts, own, rival).filter(|&code| code != own) else { continue };
        let line = u32::try_from(index + 1).unwrap_or(u32::MAX);
        match found.iter_mut().find(|(known, ..)| *known == code) {
            Some((_, sum, lines)) => {
                *sum += letters;
                lines.push(line);
            }
            None => found.push((code, letters, vec![line])),
        }
    }
    if found.is_empty() {
        return Vec::new();
    }
    let looked_at: usize = lines_of(document).map(|(_, text)| ScriptCounts::of(text).weighed_letters()).sum();
    found.sort_by(|a, b| b.1.cmp(&a.1).then(a.0.cmp(&b.0)));
    found
        .into_iter()
        .map(|(code, letters, mut lines)| {
            lines.truncate(NAMED);
            #[expect(clippy::cast_precision_loss, reason = "counts of letters are far below 2^52")]
            let share = letters as f64 / looked_at as f64;
            Foreign { code, share, lines }
        })
        .collect()
}

/// The lines that are looked at, with their indices, as far as they are.
fn lines_of(document: &Document) -> impl Iterator<Item = (usize, &str)> {
    // An odd step, so that lines of two languages in turn are both seen.
    let step = document.line_count().div_ceil(LINES) | 1;
    (0..document.line_count()).step_by(step).map(|index| {
        let whole = document.line_text(index);
        (index, &whole[..whole.floor_char_boundary(BYTES)])
    })
}

/// The language of a line, where it is certain that it is not `own`, which has `profiles` (a set) in the line's script.
fn language_of(text: &str, scripts: &ScriptCounts, own: Code, profiles: u128) -> Option<Code> {
    let script = scripts.dominant()?;
    if script == Script::HAN || script == Script::JAPANESE {
        return match chinese::guess(text, scripts) {
            // Ideographs alone may be Japanese, too: in a Japanese text they are, unless one is Chinese only.
            Guess::Known { code, .. } => Some(code).filter(|_| own != Code::known("ja") || chinese::tells(text)),
            Guess::Unsure { .. } => None,
        };
    }
    by_script::language_of(script, text).or_else(|| weigh::certainly_not(text, script, profiles))
}

#[cfg(test)]
mod tests {
    use super::*;

    const ENGLISH: &str = "The harbour office keeps a daily log of the ships that enter and leave the bay.\n";
    const GERMAN: &str = "Das Hafenamt führt täglich Buch über die Schiffe, die in die Bucht ein- und auslaufen.\n";

    fn foreign_in(text: &str, own: &str) -> Vec<(String, f64, Vec<u32>)> {
        let document = Document::decode(text.as_bytes().to_vec()).unwrap();
        let found = foreign(&document, Code::named(own).unwrap());
        found.into_iter().map(|other| (other.code.to_string(), other.share, other.lines)).collect()
    }

    #[test]
    fn lines_in_other_languages_are_found_with_their_share() {
        let text =
            format!("{0}{GERMAN}{0}港务局每天记录进出海湾的船只，以及它们的货物。\n{0}{GERMAN}", ENGLISH.repeat(3));
        let found = foreign_in(&text, "en");
        let [(german, share, lines), (chinese, _, line)] = &found[..] else { panic!("{found:?}") };
        assert_eq!((german.as_str(), lines.as_slice()), ("de", &[4, 12][..]));
        assert_eq!((chinese.as_str(), line.as_slice()), ("zh", &[8][..]));
        assert!((0.1..0.3).contains(share), "{share}");
    }

    #[test]
    fn names_quotes_and_short_lines_are_not_foreign() {
        let text = format!(
            "{ENGLISH}Kapitän Müller, Gerhard Schröder und Jürgen Groß\nÀ propos\nThe word \"Hafenamt\" means the office of \
             the harbour.\nJosé Ortega y Gasset, Miguel de Unamuno, María Zambrano\nfn parse(input: &str) -> Option<u8> {{ \
             input.bytes().next() }}\n{ENGLISH}"
        );
        assert_eq!(foreign_in(&text, "en"), []);
    }

    #[test]
    fn lines_in_turn_are_both_seen_however_many_there_are() {
        for pairs in [20, 33, 50, 64, 65, 100] {
            let found = foreign_in(&format!("{ENGLISH}{GERMAN}").repeat(pairs), "en");
            assert!(matches!(&found[..], [(code, ..)] if code == "de"), "{pairs}: {found:?}");
        }
    }

    #[test]
    fn a_name_in_ideographs_makes_no_japanese_text_chinese() {
        let japanese = "港の役所は毎日、湾に出入りする船を記録しています。\n";
        let name = "東京大学大学院理学系研究科附属植物園\n";
        assert_eq!(foreign_in(&format!("{japanese}{name}{japanese}{japanese}"), "ja"), []);
        let chinese = "港务局每天记录进出海湾的船只，以及它们的货物。\n";
        let found = foreign_in(&format!("{japanese}{chinese}{japanese}{japanese}"), "ja");
        assert!(matches!(&found[..], [(code, ..)] if code == "zh"), "{found:?}");
    }

    #[test]
    fn a_document_of_one_language_has_no_other() {
        assert_eq!(foreign_in(&ENGLISH.repeat(400), "en"), []);
        assert_eq!(foreign_in(&GERMAN.repeat(9), "de"), []);
    }

    #[test]
    fn the_work_is_bounded() {
        let text = format!("{ENGLISH}{GERMAN}").repeat(5000);
        let [(code, share, lines)] = &foreign_in(&text, "en")[..] else { panic!() };
        assert_eq!(code, "de");
        // Every 157th line is looked at, odd and even ones in turn.
        assert!((0.4..0.6).contains(share), "{share}");
        assert_eq!(lines.len(), NAMED);
    }
}
