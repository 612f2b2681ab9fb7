use proptest::prelude::*;

use super::*;

fn folded(text: &str) -> String {
    let mut out = String::new();
    fold(text, &mut out);
    out
}

/// Texts that are rich in what folding treats apart.
fn rich() -> impl Strategy<Value = String> {
    prop_oneof![
        "[a-zA-Z \t\r\n\0\u{7f}0-9]{0,30}",
        "[aA éÉßſıİΣσςВвНнＡａ\u{200b}\u{ad}\u{fe0f}\u{301}\u{3000}\u{a0}“”‘’–—ﬁ①㈱ﷺ漢字한글ｶﾞガ𝐀🅰´¨ﾠㅤ]{0,30}",
        any::<String>(),
    ]
}

proptest! {
    #[test]
    fn folding_is_a_map_by_characters(a in rich(), b in rich()) {
        prop_assert_eq!(folded(&format!("{a}{b}")), folded(&a) + &folded(&b));
    }

    #[test]
    fn the_short_ways_agree_with_the_table(text in rich()) {
        let mut slow = String::new();
        text.chars().for_each(|c| fold_char_slowly(c, &mut slow));
        prop_assert_eq!(folded(&text), slow);
    }

    #[test]
    fn folding_appends(prefix in rich(), text in rich()) {
        let mut out = prefix.clone();
        fold(&text, &mut out);
        prop_assert_eq!(out, prefix + &folded(&text));
    }
}

#[test]
fn ideographs_and_hangul_need_no_table() {
    for c in ('\u{4E00}'..='\u{9FFF}').chain('\u{AC00}'..='\u{D7A3}') {
        let mut slow = String::new();
        fold_char_slowly(c, &mut slow);
        assert_eq!(slow, c.to_string());
        assert_eq!(folded(&slow), slow);
    }
}

#[test]
fn every_character_folds_alike_in_both_cases_and_only_once() {
    for c in '\0'..=char::MAX {
        let mut once = String::new();
        once.push_str(FOLDED.get(c).text);
        assert_eq!(folded(&once), once, "{c:?} U+{:04X} folds twice", c as u32);
        assert!(!once.contains(['\n', '\r', '\0']), "{c:?}");
        // A dotted capital I is the one capital whose lower case (i and a dot) is two characters.
        if c != 'İ' {
            let lower: String = c.to_lowercase().collect();
            assert_eq!(folded(&lower), once, "{c:?} U+{:04X}", c as u32);
            let upper: String = c.to_uppercase().collect();
            assert_eq!(folded(&upper), once, "{c:?} U+{:04X}", c as u32);
        }
    }
}

#[test]
fn what_joins_words_is_known() {
    let joins = |text: &str| fold_but_case(text, &mut String::new());
    for joining in ["a\u{AD}b", "a\u{200B}b", "a™", "2²", "①", "a\u{7}b", "\u{7F}", "中\u{FEFF}文"] {
        assert!(joins(joining), "{joining:?}");
    }
    // White space becomes a blank; variation selectors and joiners are parts of words to patterns too.
    for parting in
        ["a b", "a\tb\u{3000}c", "it's — “so”", "ﬁné 中文 한글", "саsinо", "👍\u{FE0F}", "न\u{200D}", "3 × 4 ° C"]
    {
        assert!(!joins(parting), "{parting:?}");
    }
    let boundary = regex_automata::meta::Regex::new(r"x\b.").unwrap();
    for c in ('\0'..=char::MAX).filter(|&c| c != '\n') {
        let text = format!("x{c}x");
        let ends = |folded: &str| {
            !folded[1..].starts_with(|c: char| c.is_alphanumeric() || is_combining_mark(c)) && folded.len() > 2
        };
        assert!(!boundary.is_match(&text) || joins(&text) || ends(&folded(&text)), "{c:?} U+{:04X}", c as u32);
    }
}

#[test]
fn characters_that_stay_stay() {
    for c in ('\u{4E00}'..='\u{9FFF}').chain('\u{AC00}'..='\u{D7A3}') {
        let mut slow = String::new();
        fold_char_slowly(c, &mut slow);
        assert_eq!(slow, c.to_string());
    }
}

#[test]
fn cases() {
    for (text, expected) in [
        ("Straße STRASSE", "strasse strasse"),
        ("ΌΔΟΣ όδος", "o\u{301}δoo o\u{301}δoo"),
        ("İstanbul ISTANBUL ıstanbul", "istanbul istanbul istanbul"),
        ("Ｃａｓｉｎｏ　１２３", "casino 123"),
        ("саsіnо", "casino"),
        ("Вода ВОДА", "вoдa вoдa"),
        ("c\u{200b}a\u{ad}s\u{2060}i\u{feff}no", "casino"),
        ("𝒞𝐚𝗌𝕚𝓃𝔬 ᴄᴀꜱɪɴᴏ 🅒🅐🅢🅘🅝🅞", "casino casino casino"),
        ("“don’t” – ‹x›", "\"don't\" - ‹x›"),
        ("a\u{a0}\u{2003}b\tc", "a  b c"),
        ("don´t", "don't"),
        ("ｶﾞ ガ", "カ\u{3099} カ\u{3099}"),
        ("ﬁn… ™ ①", "fin... tm 1"),
        ("þorn øre łódź", "þorn øre ło\u{301}dz\u{301}"),
        ("中文，测试。", "中文,测试。"),
        ("\u{1b}[1mx\0y", "[1mxy"),
    ] {
        assert_eq!(folded(text), expected, "{text}");
    }
}

#[test]
fn ordinary_russian_words_fold_to_no_english_ones() {
    for (russian, english) in [("там", "tam"), ("сам", "cam"), ("тор", "top"), ("нет", "het")] {
        assert_ne!(folded(russian), english);
    }
}
