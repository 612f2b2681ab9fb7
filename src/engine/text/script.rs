//! Writing systems.

use std::fmt;

use unicode_normalization::UnicodeNormalization;
use unicode_script::{Script as Unicode, UnicodeScript};

use super::paged::{PAGE, Paged};

/// A writing system, under its Unicode long name; hiragana and katakana together are `Japanese`.
///
/// Japanese text has kana and Han: its dominant script is `Japanese`, which [includes](Script::includes) Han.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Script(Unicode);

impl Script {
    /// Latin.
    pub const LATIN: Self = Self(Unicode::Latin);
    /// Han: ideographs of Chinese, and of Japanese and Korean.
    pub const HAN: Self = Self(Unicode::Han);
    /// Kana, and text written in kana and Han.
    pub const JAPANESE: Self = Self(Unicode::Hiragana);
    /// Hangul.
    pub const HANGUL: Self = Self(Unicode::Hangul);
    /// Bopomofo, the phonetic letters beside Han.
    pub const BOPOMOFO: Self = Self(Unicode::Bopomofo);
    /// Cyrillic.
    pub const CYRILLIC: Self = Self(Unicode::Cyrillic);
    /// Arabic.
    pub const ARABIC: Self = Self(Unicode::Arabic);
    /// Hebrew.
    pub const HEBREW: Self = Self(Unicode::Hebrew);
    /// Ethiopic.
    pub const ETHIOPIC: Self = Self(Unicode::Ethiopic);
    /// Devanagari.
    pub const DEVANAGARI: Self = Self(Unicode::Devanagari);

    /// By its Unicode long name (`Latin`, `Han`, `Cyrillic`, …); `Japanese`, `Hiragana` and `Katakana` all name kana.
    pub fn named(name: &str) -> Option<Self> {
        match name {
            "Japanese" | "Hiragana" | "Katakana" => Some(Self::JAPANESE),
            "Common" | "Inherited" | "Unknown" | "Katakana_Or_Hiragana" => None,
            _ => Unicode::from_full_name(name).map(Self),
        }
    }

    /// The Unicode long name, or `Japanese`.
    pub fn name(self) -> &'static str {
        if self == Self::JAPANESE { "Japanese" } else { self.0.full_name() }
    }

    /// The script of a letter; `None` for what belongs to no script or to all (digits, punctuation, marks).
    pub fn of(letter: char) -> Option<Self> {
        if letter.is_ascii() { letter.is_ascii_alphabetic().then_some(Self::LATIN) } else { class(letter).script }
    }

    /// Whether text in this script ordinarily has letters of `other` in it, so that they are not foreign there.
    pub fn includes(self, other: Self) -> bool {
        self == other
            || (self == Self::JAPANESE && other == Self::HAN)
            || (self == Self::HANGUL && other == Self::HAN)
            || (self == Self::HAN && other == Self::BOPOMOFO)
    }

    /// How many letters of an alphabet one letter of this script weighs when scripts are compared: three for
    /// ideographs, kana and Hangul syllables (a word of Chinese has two characters, a word of English five letters).
    pub fn weight(self) -> usize {
        if matches!(self, Self::HAN | Self::JAPANESE | Self::HANGUL) { 3 } else { 1 }
    }

    /// Whether words are written without spaces between them, so that each character counts as one.
    pub fn is_unspaced(self) -> bool {
        self == Self::HAN
            || self == Self::JAPANESE
            || self == Self::BOPOMOFO
            || matches!(
                self.0,
                Unicode::Thai | Unicode::Lao | Unicode::Khmer | Unicode::Myanmar | Unicode::Yi | Unicode::New_Tai_Lue
            )
    }

    /// A small number that no other script has.
    pub(super) fn index(self) -> u8 {
        self.0 as u8
    }
}

impl fmt::Display for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// Whether a character is a letter (Unicode: alphabetic).
pub fn is_letter(c: char) -> bool {
    class(c).letter
}

/// What a character is to the counting of letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Class {
    /// Whether it is a letter (Unicode: alphabetic).
    pub(super) letter: bool,
    /// The script of a letter, where it has one.
    pub(super) script: Option<Script>,
}

/// The class of any character.
#[inline]
pub(super) fn class(c: char) -> Class {
    match c {
        '\u{4E00}'..='\u{9FFF}' => Class { letter: true, script: Some(Script::HAN) },
        'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー' => Class { letter: true, script: Some(Script::JAPANESE) },
        '\u{AC00}'..='\u{D7A3}' => Class { letter: true, script: Some(Script::HANGUL) },
        _ => CLASSES.get(c),
    }
}

static CLASSES: Paged<Class> = Paged::new(|first| {
    Box::new(std::array::from_fn::<_, PAGE, _>(|at| {
        char::from_u32(first + at as u32).map_or(Class { letter: false, script: None }, classify)
    }))
});

fn classify(c: char) -> Class {
    let letter = c.is_alphabetic();
    Class { letter, script: if letter { script_of_letter(c) } else { None } }
}

fn script_of_letter(c: char) -> Option<Script> {
    match c.script() {
        Unicode::Hiragana | Unicode::Katakana => Some(Script::JAPANESE),
        Unicode::Common | Unicode::Inherited => match c {
            'ー' | 'ｰ' => Some(Script::JAPANESE),
            // Mathematical and other styled letters are letters of the script they are styled from.
            _ => Some(Script(c.nfkd().next()?.script()))
                .filter(|script| !matches!(script.0, Unicode::Common | Unicode::Inherited | Unicode::Unknown)),
        },
        Unicode::Unknown => None,
        script => Some(Script(script)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_lead_back_to_their_script() {
        for c in ['a', 'я', '漢', 'か', 'カ', '한', 'ا', 'א', 'ก', 'ქ', 'α', 'ա', 'ক'] {
            let script = Script::of(c).unwrap();
            assert_eq!(Script::named(script.name()), Some(script), "{c}");
        }
        assert_eq!(Script::named("Katakana"), Some(Script::JAPANESE));
        assert_eq!(Script::named("latin"), None);
        assert_eq!(Script::named("Common"), None);
    }

    #[test]
    fn only_letters_have_a_script() {
        for c in ['1', ' ', '。', '-', '\u{301}', '€', '😀', '一'] {
            assert_eq!(Script::of(c).is_some(), c == '一', "{c}");
        }
        assert_eq!(Script::of('ー'), Some(Script::JAPANESE));
        assert_eq!(Script::of('𝐀'), Some(Script::LATIN));
        assert_eq!(Script::of('々'), Some(Script::HAN));
    }

    #[test]
    fn a_script_includes_what_its_texts_are_written_with() {
        assert!(Script::JAPANESE.includes(Script::HAN));
        assert!(!Script::HAN.includes(Script::JAPANESE));
        assert!(Script::HANGUL.includes(Script::HAN));
        assert!(Script::LATIN.includes(Script::LATIN));
        assert!(!Script::LATIN.includes(Script::CYRILLIC));
    }

    #[test]
    fn shortcuts_agree_with_the_table() {
        for c in ('\u{3000}'..='\u{3400}')
            .chain(('\u{4E00}'..='\u{9FFF}').step_by(97))
            .chain(('\u{AC00}'..='\u{D7A3}').step_by(89))
        {
            assert_eq!(class(c), classify(c), "{c}");
        }
        for c in '\0'..='\x7F' {
            assert_eq!(Script::of(c), classify(c).script, "{c:?}");
        }
    }
}
