//! Text in lower case and composed, as words are looked up.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, char::canonical_combining_class, is_nfc_quick};

use super::{
    ascii::ascii_run,
    paged::{PAGE, Paged},
};

/// `text` with its letters beyond ASCII in lower case and composed (NFC). Those of ASCII may keep their case: who looks
/// words up need not mind it, and most text is then taken as it stands.
pub fn lowered(text: &str) -> Cow<'_, str> {
    let mut lower = String::new();
    // From here on nothing has changed.
    let mut same_from = 0;
    let mut at = ascii_run(text.as_bytes());
    while let Some(c) = text[at..].chars().next() {
        let end = at + c.len_utf8();
        match LOWER.get(c) {
            Some(same) if same == c => {}
            Some(other) => {
                lower.reserve(text.len());
                lower.push_str(&text[same_from..at]);
                lower.push(other);
                same_from = end;
            }
            None => return Cow::Owned(text.to_lowercase().nfc().collect()),
        }
        at = end + ascii_run(&text.as_bytes()[end..]);
    }
    if same_from == 0 {
        return Cow::Borrowed(text);
    }
    lower.push_str(&text[same_from..]);
    Cow::Owned(lower)
}

/// The lower case of a character; `None` where that is more than one character, hangs on the neighbours (the final
/// sigma), or may be composed with them or change places.
static LOWER: Paged<Option<char>> = Paged::new(|first| {
    Box::new(std::array::from_fn::<_, PAGE, _>(|at| char::from_u32(first + at as u32).and_then(lower_case)))
});

fn lower_case(c: char) -> Option<char> {
    let mut all = c.to_lowercase();
    let lower = all.next().filter(|_| all.next().is_none() && c != 'Σ')?;
    let stays = is_nfc_quick([lower].into_iter()) == IsNormalized::Yes && canonical_combining_class(lower) == 0;
    stays.then_some(lower)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn assert_is_lowered(text: &str) {
        let slowly: String = text.to_lowercase().nfc().collect();
        assert_eq!(lowered(text).to_ascii_lowercase(), slowly, "{text:?}");
    }

    #[test]
    fn every_character_between_others() {
        for c in '\0'..=char::MAX {
            assert_is_lowered(&format!("Eé{c}Ä\u{323}{c}"));
        }
    }

    #[test]
    fn text_without_capitals_is_not_copied() {
        for text in ["", "Plain text, “quoted”", "déjà vu – 中文"] {
            assert!(matches!(lowered(text), Cow::Borrowed(same) if same == text));
        }
    }

    proptest! {
        #[test]
        fn lower_case_and_composition_are_the_slow_ones(
            text in "[ -~]{0,40}[A-ZÀ-ÿΑ-ωА-я가각각\u{300}-\u{330}\u{1e9e}İK中 ]{0,20}[ -~]{0,40}|\\PC{0,60}"
        ) {
            assert_is_lowered(&text);
        }
    }
}
