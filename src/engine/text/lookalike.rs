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
    // The fillers of Hangul are the only letters that are.
    !c.is_ascii()
        && (!c.is_alphanumeric() || matches!(c, '\u{115F}' | '\u{1160}' | '\u{3164}' | '\u{FFA0}'))
        && has_no_skeleton(c)
}

fn has_no_skeleton(c: char) -> bool {
    skeleton(c.encode_utf8(&mut [0; 4])).next().is_none()
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
    fn no_letter_is_ignorable_but_fillers() {
        for c in ('\u{80}'..=char::MAX).filter(|c| c.is_alphanumeric()) {
            assert_eq!(is_ignorable(c), has_no_skeleton(c), "U+{:04X}", c as u32);
        }
    }
}
