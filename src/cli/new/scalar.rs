//! Text as YAML spells it (YAML 1.2.2, chapters 5.1 and 7.3).

use std::fmt::Write;

/// As a quoted scalar on one line: in single quotes, or in double ones where something must be escaped.
pub(in crate::cli) fn quoted(text: &str) -> String {
    if text.chars().all(is_plain) {
        return format!("'{}'", text.replace('\'', "''"));
    }
    let mut out = String::from("\"");
    for character in text.chars() {
        match character {
            '"' | '\\' => out.extend(['\\', character]),
            plain if is_plain(plain) => out.push(plain),
            // Writing to a string cannot fail.
            other => _ = write!(out, "\\U{:08X}", u32::from(other)),
        }
    }
    out.push('"');
    out
}

/// Lines after `key`, as a block where they can be shown so, otherwise on one line.
pub(super) fn block(key: &str, lines: &[String]) -> Vec<String> {
    if !lines.iter().all(|line| line.chars().all(is_plain) && !line.starts_with(' ') && !line.is_empty()) {
        let joined: Vec<String> = lines.iter().map(|line| quoted(line)).collect();
        // Each is a quoted scalar; in double quotes a line end is written \n.
        let inner: Vec<String> = joined.iter().map(|scalar| doubled(scalar)).collect();
        return vec![format!("{key}\"{}\"", inner.join("\\n"))];
    }
    let indent = " ".repeat(key.len() - key.trim_start().len() + 2);
    std::iter::once(format!("{key}|")).chain(lines.iter().map(|line| format!("{indent}{line}"))).collect()
}

/// What stands inside of a quoted scalar, as it stands in double quotes.
fn doubled(scalar: &str) -> String {
    let inner = &scalar[1..scalar.len() - 1];
    if scalar.starts_with('"') {
        return inner.to_owned();
    }
    inner.replace("''", "'").replace('\\', "\\\\").replace('"', "\\\"")
}

/// Characters that stand for themselves and can be seen.
fn is_plain(character: char) -> bool {
    match character {
        ' '..='~' | '\u{a0}'..='\u{ffff}' => !matches!(
            character,
            '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{e000}'..='\u{f8ff}'
                | '\u{feff}' | '\u{fff9}'..='\u{ffff}'
        ),
        '\u{1f300}'..='\u{1faff}' | '\u{20000}'..='\u{3ffff}' => true,
        _ => false,
    }
}
