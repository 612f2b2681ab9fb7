//! Most letters of Chinese and Japanese, told by their bytes.

/// Bytes of each of these letters.
pub(super) const BYTES: usize = 3;

/// A letter of Chinese or Japanese.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::engine) enum Letter {
    /// U+4E00 to U+9FFF.
    Ideograph,
    /// ぁ to ゖ.
    Hiragana,
    /// ァ to ヺ and ー.
    Katakana,
}

impl Letter {
    /// The one that begins at `at`, in UTF-8.
    #[inline]
    pub(in crate::engine) fn at(bytes: &[u8], at: usize) -> Option<Self> {
        match *bytes.get(at)? {
            0xE5..=0xE9 => Some(Self::Ideograph),
            0xE4 if *bytes.get(at + 1)? >= 0xB8 => Some(Self::Ideograph),
            0xE3 => {
                let code = usize::from(*bytes.get(at + 1)? & 0x3F) << 6 | usize::from(*bytes.get(at + 2)? & 0x3F);
                *KANA.get(code.wrapping_sub(FIRST_KANA))?
            }
            _ => None,
        }
    }

    /// The same of a character.
    pub(super) fn of(c: char) -> Option<Self> {
        match c {
            '\u{4E00}'..='\u{9FFF}' => Some(Self::Ideograph),
            'ぁ'..='ゖ' => Some(Self::Hiragana),
            'ァ'..='ヺ' | 'ー' => Some(Self::Katakana),
            _ => None,
        }
    }
}

/// Of a character of kana and those beside it the last twelve bits, which all that begin with the same byte differ in.
const FIRST_KANA: usize = 0x40;

static KANA: [Option<Letter>; 0xC0] = {
    let mut kana = [None; 0xC0];
    let mut at = 0;
    while at < kana.len() {
        kana[at] = match FIRST_KANA + at {
            0x41..=0x96 => Some(Letter::Hiragana),
            0xA1..=0xFA | 0xFC => Some(Letter::Katakana),
            _ => None,
        };
        at += 1;
    }
    kana
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_tell_what_characters_do() {
        for c in '\0'..=char::MAX {
            let mut bytes = [0; 4];
            let bytes = c.encode_utf8(&mut bytes).as_bytes();
            assert_eq!(Letter::at(bytes, 0), Letter::of(c), "{c:?}");
            assert!(Letter::of(c).is_none() || bytes.len() == BYTES, "{c:?}");
            assert!((1..=bytes.len()).all(|at| Letter::at(bytes, at).is_none()), "{c:?}");
        }
    }
}
