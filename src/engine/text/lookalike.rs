//! Letters of other scripts that look like an ASCII letter, and characters that do not show at all.
//!
//! Source: Unicode's confusables (UTS 39), as the `unicode-security` crate carries them. A letter counts when
//! the prototype of its lower-case form is one ASCII letter: Cyrillic а е о р с у х і ј ѕ, Greek α ν ο ρ, Armenian օ ս
//! and so on. Capitals that look like an ASCII capital while their lower-case form does not (Cyrillic В Н К М Т, Greek
//! Η) stay letters of their script: folding must not depend on case, and folding м to m would make English words
//! of ordinary Russian ones.

use unicode_script::{Script, UnicodeScript};
use unicode_security::skeleton;

/// The lower-case ASCII letter that a lower-case letter looks like.
pub(super) fn ascii_lookalike(c: char) -> Option<char> {
    if c.is_ascii() {
        return None;
    }
    if let Some(letter) = dressed_letter(c) {
        return Some(letter);
    }
    match c.script() {
        // The letters of Western and Central European alphabets are nobody's disguise (þ is no p).
        Script::Latin if c <= '\u{017F}' => None,
        Script::Latin | Script::Cyrillic | Script::Greek | Script::Coptic | Script::Armenian => prototype(c),
        Script::Common if c.is_alphabetic() => prototype(c),
        // These look like capitals and have no lower case, or one that looks like small capitals.
        Script::Lisu => prototype(c),
        Script::Cherokee | Script::Deseret => prototype(c).or_else(|| prototype(c.to_uppercase().next()?)),
        _ => None,
    }
}

/// Whether Unicode calls a character default-ignorable: nothing is shown where it stands.
pub(super) fn is_ignorable(c: char) -> bool {
    // The crate knows them, too, and takes microseconds to say so; the tests hold this list to it.
    matches!(
        c,
        '\u{AD}'
            | '\u{34F}'
            | '\u{61C}'
            | '\u{115F}'..='\u{1160}'
            | '\u{17B4}'..='\u{17B5}'
            | '\u{180B}'..='\u{180F}'
            | '\u{200B}'..='\u{200F}'
            | '\u{202A}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}'
            | '\u{3164}'
            | '\u{FE00}'..='\u{FE0F}'
            | '\u{FEFF}'
            | '\u{FFA0}'
            | '\u{FFF0}'..='\u{FFF8}'
            | '\u{1BCA0}'..='\u{1BCA3}'
            | '\u{1D173}'..='\u{1D17A}'
            | '\u{E0000}'..='\u{E0FFF}'
    )
}

/// The character's prototype, when it is one ASCII letter.
fn prototype(c: char) -> Option<char> {
    let mut buffer = [0; 4];
    let mut skeleton = skeleton(c.encode_utf8(&mut buffer));
    let first = skeleton.next().filter(char::is_ascii_alphabetic)?;
    skeleton.next().is_none().then_some(first.to_ascii_lowercase())
}

/// Letters in a disguise that neither compatibility forms nor confusables undo: small capitals, and white
/// letters on black discs and squares and flags.
fn dressed_letter(c: char) -> Option<char> {
    const SMALL_CAPITALS: &[(char, char)] = &[
        ('ᴀ', 'a'),
        ('ʙ', 'b'),
        ('ᴄ', 'c'),
        ('ᴅ', 'd'),
        ('ᴇ', 'e'),
        ('ꜰ', 'f'),
        ('ɢ', 'g'),
        ('ʜ', 'h'),
        ('ɪ', 'i'),
        ('ᴊ', 'j'),
        ('ᴋ', 'k'),
        ('ʟ', 'l'),
        ('ᴍ', 'm'),
        ('ɴ', 'n'),
        ('ᴏ', 'o'),
        ('ᴘ', 'p'),
        ('ʀ', 'r'),
        ('ꜱ', 's'),
        ('ᴛ', 't'),
        ('ᴜ', 'u'),
        ('ᴠ', 'v'),
        ('ᴡ', 'w'),
        ('ʏ', 'y'),
        ('ᴢ', 'z'),
    ];
    let letter = |first: u32| char::from_u32(u32::from('a') + u32::from(c) - first);
    match c {
        '\u{1F150}'..='\u{1F169}' => letter(0x1F150),
        '\u{1F170}'..='\u{1F189}' => letter(0x1F170),
        '\u{1F1E6}'..='\u{1F1FF}' => letter(0x1F1E6),
        _ => SMALL_CAPITALS.iter().find(|(small, _)| *small == c).map(|&(_, letter)| letter),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ignorable_is_what_has_no_skeleton() {
        for c in '\u{80}'..=char::MAX {
            let has_skeleton = skeleton(c.encode_utf8(&mut [0; 4])).next().is_some();
            assert_eq!(is_ignorable(c), !has_skeleton, "U+{:04X}", c as u32);
        }
    }
}
