//! What is ambiguous about a scalar, and what a name looks like.

use crate::engine::rules::yaml::{Meaning, Scalar, Style};

/// Why an unquoted scalar cannot stand for text: what tools take it for. `None` for what every tool reads as this text.
pub(super) fn ambiguous(scalar: &Scalar) -> Option<&'static str> {
    if scalar.style != Style::Plain {
        return None;
    }
    match scalar.meaning {
        Meaning::Null => Some("nothing for YAML"),
        Meaning::Bool(true) => Some("\"true\" for YAML"),
        Meaning::Bool(false) => Some("\"false\" for YAML"),
        Meaning::Whole(value) if i128::from(value).to_string() == scalar.text => None,
        Meaning::Whole(_) | Meaning::Float(_) => Some("a number for YAML"),
        Meaning::Text => match scalar.text.to_ascii_lowercase().as_str() {
            "yes" | "on" | "y" => Some("\"true\" for many YAML tools"),
            "no" | "off" | "n" => Some("\"false\" for many YAML tools"),
            _ if is_octal(&scalar.text) => Some("an octal number for many YAML tools"),
            _ if is_grouped(&scalar.text) => Some("a number for many YAML tools"),
            _ => None,
        },
    }
}

/// Digits with a leading zero, perhaps grouped by `_`.
fn is_octal(text: &str) -> bool {
    text.len() > 1 && text.starts_with('0') && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_')
}

/// Digits grouped by `_`.
fn is_grouped(text: &str) -> bool {
    text.contains('_')
        && text.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_')
        && text.bytes().any(|byte| byte.is_ascii_digit())
}

/// A number as people write it, with its thousands apart or with a comma before the fraction, in the way that YAML has it.
pub(super) fn ungrouped(text: &str) -> Option<String> {
    let is_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if let Some((whole, fraction)) = text.split_once(',')
        && is_digits(whole)
        && is_digits(fraction)
        && (fraction.len() != 3 || whole == "0")
    {
        return Some(format!("{whole}.{fraction}"));
    }
    let separator = text.chars().find(|found| !found.is_ascii_digit())?;
    let mut groups = text.split(separator);
    let first = groups.next()?;
    let is_number = matches!(separator, '_' | ',' | '\'' | ' ' | '\u{a0}' | '\u{202f}')
        && (1..=3).contains(&first.len())
        && is_digits(first)
        && groups.all(|group| group.len() == 3 && is_digits(group));
    is_number.then(|| text.replace(separator, ""))
}

/// Decimal digits, perhaps with a sign, a fraction and an exponent, and no leading zeros.
pub(super) fn is_decimal(text: &str) -> bool {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let leading_zero = digits.len() > 1 && digits.starts_with('0') && digits.as_bytes()[1].is_ascii_digit();
    !leading_zero
        && digits.starts_with(|first: char| first.is_ascii_digit() || first == '.')
        && digits.bytes().all(|byte| byte.is_ascii_digit() || matches!(byte, b'.' | b'e' | b'E' | b'-' | b'+'))
}

/// How to write a number that was written as text.
pub(super) fn number_advice(scalar: &Scalar) -> Option<String> {
    let text = scalar.text.trim();
    if let Some(percent) = text.strip_suffix('%').and_then(|number| number.trim().parse::<f64>().ok()) {
        return Some(format!("write {} for {percent} per cent", percent / 100.0));
    }
    if scalar.style != Style::Plain && is_decimal(text) {
        return Some(format!("write {text}, without quotes"));
    }
    if is_octal(text) || is_grouped(text) {
        return Some(format!("write {}", text.replace('_', "").trim_start_matches('0')));
    }
    if let Some(number) = ungrouped(text) {
        return Some(format!("write {number}"));
    }
    (!text.is_empty() && text.chars().all(char::is_alphabetic)).then(|| "write it in digits".to_owned())
}

/// `None` for a well-formed name; else a well-formed one that is near (empty when there is none).
pub(crate) fn name_fault(name: &str) -> Option<String> {
    let fine = |text: &str| {
        text.split('-')
            .all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit()))
    };
    if fine(name) && name.len() <= 64 {
        return None;
    }
    let parts: Vec<String> = name
        .split(|found: char| !found.is_ascii_alphanumeric())
        .filter(|part| !part.is_empty())
        .map(str::to_ascii_lowercase)
        .collect();
    let mut better = parts.join("-");
    better.truncate(64);
    Some(if name.is_ascii() && fine(&better) { better } else { String::new() })
}
