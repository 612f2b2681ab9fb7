//! What single words without quotes mean, where no more is to be asked of the values' reader.

use std::collections::BTreeMap;

use super::{
    Meaning, Node, Style, Value,
    values::{self, Plain},
};

/// Fills in what each scalar means; false when that cannot be told.
pub(super) fn fill_in(tree: &mut Node) -> bool {
    let mut words = BTreeMap::new();
    each_word(tree, &mut |text, _| {
        if !words.contains_key(text) {
            words.insert(text.to_owned(), Meaning::Text);
        }
    });
    let listed: String = words.keys().map(|word| format!("- {word}\n")).collect();
    let Ok(Plain::List(meant)) = values::read(&listed) else { return words.is_empty() };
    if meant.len() != words.len() {
        return false;
    }
    for (meaning, meant) in words.values_mut().zip(meant) {
        let Plain::Scalar(meant, _) = meant else { return false };
        *meaning = meant;
    }
    each_word(tree, &mut |text, meaning| *meaning = words.get(text).copied().unwrap_or(Meaning::Text));
    true
}

/// Calls `of` for each scalar that may mean something else than text.
fn each_word(node: &mut Node, of: &mut impl FnMut(&str, &mut Meaning)) {
    match &mut node.value {
        Value::Scalar(scalar) if scalar.style == Style::Plain && may_be_no_text(&scalar.text) => {
            of(&scalar.text, &mut scalar.meaning);
        }
        Value::Scalar(_) => {}
        Value::List(items) => items.iter_mut().for_each(|item| each_word(item, of)),
        Value::Map(entries) => entries.iter_mut().for_each(|(_, value)| each_word(value, of)),
    }
}

/// Whether it may be nothing, a number, or one of the words for true, false and nothing: of other plain text all YAML readers
/// say that it is text (YAML 1.2.2, chapter 10.3).
fn may_be_no_text(plain: &str) -> bool {
    match plain.as_bytes() {
        [] | b"~" => true,
        [b'0'..=b'9' | b'+' | b'-' | b'.', ..] => !plain.contains(char::is_whitespace),
        word => [&b"null"[..], b"true", b"false"].iter().any(|known| word.eq_ignore_ascii_case(known)),
    }
}
