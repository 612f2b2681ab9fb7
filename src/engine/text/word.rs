//! Words: Unicode word boundaries for alphabets, single characters for Chinese, Japanese, Thai and other
//! scripts that are written without spaces.

use unicode_segmentation::{Graphemes, UnicodeSegmentation, UnicodeWords};

use super::{
    ascii::ascii_run,
    eight::alphanumeric_run,
    letter::{self, Letter},
    part::{Part, first_word},
    script::Script,
};

/// The words of `text` in order: maximal runs of letters and digits (UAX 29) where the script separates words,
/// single characters (with their marks) where it does not.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    Words::of(text)
}

/// Cuts where UAX 29 breaks whatever the rest: before spaces, so that the ASCII words of a text in another language
/// take the short way, and most others a way without boundary tables, and around ideographs and kana, so that Chinese and
/// Japanese text needs none. Every byte is looked at a bounded number of times.
pub(super) struct Words<'t> {
    text: &'t str,
    /// Everything before is done.
    at: usize,
    /// Up to here there is nothing but ASCII, and a break.
    ascii_to: usize,
    /// Up to here every character has a [`Part`], and there is a break.
    simple_to: usize,
    /// A stretch with other characters, before `at`, that is not yet done.
    slow: Option<ByTables<'t>>,
}

impl<'t> Iterator for Words<'t> {
    type Item = &'t str;

    #[inline]
    fn next(&mut self) -> Option<&'t str> {
        loop {
            if self.at < self.ascii_to {
                if let Some((start, end)) = ascii_word(self.text.as_bytes(), self.at, self.ascii_to) {
                    self.at = end;
                    return self.text.get(start..end);
                }
                self.at = self.ascii_to;
            }
            if self.at < self.simple_to {
                let rest = &self.text[self.at..self.simple_to];
                if let Some((start, end)) = first_word(rest) {
                    self.at += end;
                    return rest.get(start..end);
                }
                self.at = self.simple_to;
            }
            if self.at == self.text.len() && self.slow.is_none() {
                return None;
            }
            if let Some(word) = self.beyond_ascii() {
                return Some(word);
            }
        }
    }
}

impl<'t> Words<'t> {
    pub(super) fn of(text: &'t str) -> Self {
        Self { text, at: 0, ascii_to: 0, simple_to: 0, slow: None }
    }

    /// What comes next up to a break, where it is nothing but ASCII; its words are not given again.
    pub(super) fn take_ascii(&mut self) -> Option<&'t [u8]> {
        let ascii = self.text.as_bytes().get(self.at..self.ascii_to).filter(|ascii| !ascii.is_empty())?;
        self.at = self.ascii_to;
        Some(ascii)
    }

    /// The next word of the stretch that is being cut by the tables; where there is none, takes the next stretch of
    /// text, of which an ideograph or a kana is returned at once.
    fn beyond_ascii(&mut self) -> Option<&'t str> {
        if let Some(slow) = &mut self.slow {
            let word = slow.next();
            if word.is_none() {
                self.slow = None;
            }
            return word;
        }
        let rest = &self.text[self.at..];
        if is_lone(rest, 0) {
            self.at += letter::BYTES;
            return rest.get(..letter::BYTES);
        }
        let run = ascii_run(rest.as_bytes());
        if run == rest.len() {
            self.ascii_to = self.text.len();
            return None;
        }
        let ascii = rest[..run].trim_end_matches(|c| c != ' ').trim_end_matches(' ');
        if !ascii.is_empty() {
            self.ascii_to = self.at + ascii.len();
            return None;
        }
        let mut end = rest.len();
        let (mut before, mut simple) = (' ', true);
        for (at, c) in rest.char_indices() {
            let breaks = match Letter::of(c) {
                Some(Letter::Ideograph | Letter::Hiragana) => true,
                // Held together with `_` and with what hangs on other katakana.
                Some(Letter::Katakana) => Part::of(before).is_some_and(|part| part != Part::Underscore),
                None => c == ' ' && before != ' ',
            };
            if breaks && (c == ' ' || is_lone(rest, at)) {
                end = at;
                break;
            }
            before = c;
            simple &= Part::of(c).is_some();
        }
        if simple {
            self.simple_to = self.at + end;
            return None;
        }
        self.slow = Some(ByTables::of(&rest[..end]));
        self.at += end;
        None
    }
}

/// The first word in the ASCII text `bytes[from..to]`: letters, digits and `_`, with the marks that join two letters or
/// two digits (WB6, WB7, WB11, WB12), of which one at least is a letter or digit.
pub(super) fn ascii_word(bytes: &[u8], from: usize, to: usize) -> Option<(usize, usize)> {
    let bytes = bytes.get(..to)?;
    let mut start = from;
    loop {
        start += bytes.get(start..)?.iter().position(|&byte| is_core(byte))?;
        let (mut end, mut any) = (start, false);
        loop {
            let run = alphanumeric_run(bytes, end);
            any |= run > 0;
            end += run;
            match bytes.get(end) {
                Some(&byte) if byte == b'_' || ascii_joins(bytes, end, byte) => end += 1,
                _ => break,
            }
        }
        if any {
            return Some((start, end));
        }
        start = end;
    }
}

#[inline]
fn is_core(byte: u8) -> bool {
    const CORE: [bool; 256] = {
        let mut table = [false; 256];
        let mut byte = 0;
        while byte < 128_u8 {
            table[byte as usize] = byte.is_ascii_alphanumeric() || byte == b'_';
            byte += 1;
        }
        table
    };
    CORE[usize::from(byte)]
}

/// Whether the `mark` at `at`, not the first byte, stands inside a word where there are only ASCII characters.
#[inline]
pub fn ascii_joins(bytes: &[u8], at: usize, mark: u8) -> bool {
    if !matches!(mark, b'\'' | b'.' | b':' | b',' | b';') {
        return false;
    }
    let (Some(before), Some(after)) = (bytes.get(at - 1), bytes.get(at + 1)) else { return false };
    match mark {
        b'\'' | b'.' if before.is_ascii_digit() => after.is_ascii_digit(),
        b'\'' | b'.' | b':' => before.is_ascii_alphabetic() && after.is_ascii_alphabetic(),
        _ => before.is_ascii_digit() && after.is_ascii_digit(),
    }
}

/// The words of a stretch of text by the boundary tables alone.
struct ByTables<'t> {
    words: UnicodeWords<'t>,
    /// Of a word in an unspaced script: a run of katakana is one segment.
    characters: Option<Graphemes<'t>>,
}

impl<'t> ByTables<'t> {
    fn of(text: &'t str) -> Self {
        Self { words: text.unicode_words(), characters: None }
    }
}

impl<'t> Iterator for ByTables<'t> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        loop {
            if let Some(characters) = &mut self.characters {
                if let Some(character) = characters.next() {
                    return Some(character);
                }
                self.characters = None;
            }
            let word = self.words.next()?;
            let first = word.chars().next().and_then(Script::of);
            if first.is_some_and(Script::is_unspaced) {
                self.characters = Some(word.graphemes(true));
            } else {
                return Some(word);
            }
        }
    }
}

/// The letter of Chinese or Japanese or the mark beyond ASCII that begins at `at`, after a break, where it stands by itself:
/// its length in bytes, and whether it is a word.
#[inline]
pub(in crate::engine) fn lone_at(text: &str, at: usize) -> Option<(usize, bool)> {
    if is_lone(text, at) {
        return Some((letter::BYTES, true));
    }
    let (c, next) = char_at(text, at)?;
    let is_mark = Part::of(c).is_some_and(|part| !part.is_core()) && !c.is_whitespace();
    (is_mark && (next == text.len() || stands_apart(text, next))).then_some((next - at, false))
}

/// Whether there is a break before the character beyond ASCII at `at` whatever stands around it: an ideograph, a letter of
/// hiragana, or a mark that no word has.
pub(in crate::engine) fn breaks_before(text: &str, at: usize) -> bool {
    match Letter::at(text.as_bytes(), at) {
        Some(letter) => letter != Letter::Katakana,
        None => char_at(text, at).is_some_and(|(c, _)| Part::of(c) == Some(Part::Nothing)),
    }
}

/// Whether the character at `at` belongs to none before it that is no letter or digit, as accents and joiners do.
#[inline]
pub(in crate::engine) fn stands_apart(text: &str, at: usize) -> bool {
    let bytes = text.as_bytes();
    bytes.get(at).is_some_and(u8::is_ascii)
        || Letter::at(bytes, at).is_some()
        || char_at(text, at).is_some_and(|(c, _)| matches!(c, '、'..='】' | '！'..='～') || Part::of(c).is_some())
}

/// Whether a letter of Chinese or Japanese begins at `at`, after a break, that is a word by itself: when no mark that
/// belongs to it follows, and nothing that katakana are held together with.
#[inline]
fn is_lone(text: &str, at: usize) -> bool {
    let Some(letter) = Letter::at(text.as_bytes(), at) else { return false };
    match &text.as_bytes()[at + letter::BYTES..] {
        [] => true,
        [b'_', ..] | [0xEF, 0xBC, 0xBF, ..] if letter == Letter::Katakana => false,
        _ => stands_apart(text, at + letter::BYTES),
    }
}

/// The character at `at` and where it ends.
fn char_at(text: &str, at: usize) -> Option<(char, usize)> {
    let c = text.get(at..)?.chars().next()?;
    Some((c, at + c.len_utf8()))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(text: &str) -> Vec<&str> {
        words(text).collect()
    }

    #[test]
    fn alphabets_have_words() {
        assert_eq!(
            all("Don't stop: 3.14 ways, e.g. snake_case!"),
            ["Don't", "stop", "3.14", "ways", "e.g", "snake_case"]
        );
        assert_eq!(all("Où est-il ? Кто там."), ["Où", "est", "il", "Кто", "там"]);
        assert_eq!(all("대한민국 만세"), ["대한민국", "만세"]);
        assert_eq!(all(" … — !"), [""; 0]);
    }

    #[test]
    fn unspaced_scripts_have_characters() {
        assert_eq!(all("中文，字"), ["中", "文", "字"]);
        assert_eq!(all("カタカナとkana"), ["カ", "タ", "カ", "ナ", "と", "kana"]);
        assert_eq!(all("ที่นี่"), ["ที่", "นี่"]);
        assert_eq!(all("GBK编码2023年"), ["GBK", "编", "码", "2023", "年"]);
    }

    #[test]
    fn kana_and_ideographs_beside_every_character() {
        for c in '\0'..='\u{ffff}' {
            let text = format!("カ{c}ー{c}漢{c}か{c}");
            assert_eq!(all(&text), ByTables::of(&text).collect::<Vec<_>>(), "{c:?}");
        }
    }

    #[test]
    fn a_letter_at_the_end_of_a_long_line_makes_no_word_dear() {
        // Looked for anew at each word, it would be met four hundred billion bytes later.
        let text = "ab ".repeat(600_000) + "é";
        assert_eq!(words(&text).count(), 600_001);
        let text = "ab é ".repeat(300_000);
        assert_eq!(words(&text).count(), 600_000);
    }

    proptest! {
        #[test]
        fn pieces_change_no_word(
            text in "[a-zA-Z0-9 '._:,;éñ漢字中文かなカナーｶ。、ก-ฮ\u{e31}-\u{e3a}\u{301}\u{200d}\u{fe00}ㄱ한а-я\u{5d0}-\u{5ea}\"]{0,40}|\\PC{0,40}"
        ) {
            prop_assert_eq!(all(&text), ByTables::of(&text).collect::<Vec<_>>());
        }

        #[test]
        fn kana_need_no_tables(
            text in "[a1_ :.漢字かきゖカヲヺー・ヽゝｶﾞ。、，＿_～\u{301}\u{3099}\u{200d}\u{ff9e}]{0,20}|[ -~、-ヿ一-三！-ﾟ]{0,20}"
        ) {
            prop_assert_eq!(all(&text), ByTables::of(&text).collect::<Vec<_>>());
        }

        #[test]
        fn ascii_takes_the_short_way_to_the_same_words(text in "[a-cA-C01 '._:,;\t\u{b}/-]{0,60}é?[ -~]{0,20}") {
            prop_assert_eq!(all(&text), ByTables::of(&text).collect::<Vec<_>>());
        }
    }
}
