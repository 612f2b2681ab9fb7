//! Text as YAML spells it (YAML 1.2.2, chapters 5.1 and 7.3): what is read back is the same text, in any reader, and people see
//! all of it.

use std::fmt::Write;

/// What many tools take for something else than text, in any case.
const RESERVED: &[&str] = &["true", "false", "null", "yes", "no", "on", "off", "y", "n"];

/// Plain where that is text to every reader, quoted otherwise.
pub(crate) fn word(text: &str) -> String {
    let is_simple = |found: char| found.is_alphanumeric() || "/._-".contains(found);
    let begins = text.trim_start_matches(['-', '.']);
    let is_plain = text.chars().all(is_simple)
        && !text.starts_with('-')
        && !begins.is_empty()
        && !begins.starts_with(|first: char| first.is_ascii_digit())
        && !RESERVED.contains(&text.to_ascii_lowercase().as_str());
    if is_plain { text.to_owned() } else { quoted(text) }
}

/// On one line between quotes: single ones, or double ones where something must be escaped.
pub(crate) fn quoted(text: &str) -> String {
    if text.chars().all(is_seen) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut out = String::from("\"");
    for found in text.chars() {
        // Writing to a string cannot fail.
        let _ = match found {
            '"' | '\\' => write!(out, "\\{found}"),
            '\n' => write!(out, "\\n"),
            '\t' => write!(out, "\\t"),
            seen if is_seen(seen) => write!(out, "{seen}"),
            '\0'..='\u{ff}' => write!(out, "\\x{:02X}", u32::from(found)),
            '\u{100}'..='\u{ffff}' => write!(out, "\\u{:04X}", u32::from(found)),
            _ => write!(out, "\\U{:08X}", u32::from(found)),
        };
    }
    out.push('"');
    out
}

/// Whether it stands for itself and can be seen: no control, nothing invisible, nothing that turns the direction of what follows,
/// no private use.
pub(crate) fn is_seen(found: char) -> bool {
    !found.is_control()
        && !matches!(
            found,
            '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
                | '\u{e000}'..='\u{f8ff}' | '\u{feff}' | '\u{fff0}'..='\u{ffff}' | '\u{e0000}'..='\u{10ffff}'
        )
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::engine::rules::yaml::{Meaning, Value, read};

    /// What a spelling is read as, where that is text.
    fn meaning(spelled: &str) -> Option<String> {
        let node = read(&format!("key: {spelled}\n"), 0).ok()?;
        let Value::Map(entries) = node.value else { return None };
        match &entries.first()?.1.value {
            Value::Scalar(scalar) if scalar.meaning == Meaning::Text => Some(scalar.text.clone()),
            _ => None,
        }
    }

    #[test]
    fn words_stay_plain_unless_some_tool_takes_them_for_something_else() {
        for text in ["en", "rules.d/mine.yaml", "zh-Hant", "münchen"] {
            assert_eq!(word(text), text);
        }
        for text in ["", "no", "Yes", "012", "1e3", "-x", "..", "a b", "it's", "a:b", "#x"] {
            assert!(word(text).starts_with(['\'', '"']), "{text}");
        }
    }

    proptest! {
        #[test]
        fn what_is_spelled_is_read_as_the_same_text(text in prop_oneof!["\\PC{0,20}", any::<String>(), "[yno0-9e.~\\- ]{0,4}"]) {
            prop_assert_eq!(meaning(&quoted(&text)), Some(text.clone()));
            prop_assert_eq!(meaning(&word(&text)), Some(text.clone()), "{}", word(&text));
            prop_assert!(quoted(&text).chars().all(is_seen));
        }
    }
}
