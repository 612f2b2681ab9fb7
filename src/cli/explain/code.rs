//! The page of a diagnostic code.

use serde_json::{Value, json};

use crate::engine::diagnostic::codes::Explanation;

/// The page, for a terminal.
pub(super) fn show(page: &Explanation) -> String {
    let indented = |text: &str| text.lines().map(|line| format!("    {line}\n")).collect::<String>();
    format!(
        "{}: {}\n\n{}\n\nWrong:\n\n{}\nRight:\n\n{}",
        page.code,
        page.title,
        wrapped(page.text, 80),
        indented(page.wrong),
        indented(page.right)
    )
}

/// The same for programs.
pub(super) fn json(page: &Explanation) -> Value {
    let Explanation { code, title, text, wrong, right } = page;
    json!({"code": code, "title": title, "text": text, "wrong": wrong, "right": right})
}

fn wrapped(text: &str, columns: usize) -> String {
    let mut lines: Vec<String> = Vec::new();
    for word in text.split_whitespace() {
        match lines.last_mut() {
            Some(line) if line.len() + 1 + word.len() <= columns => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines.join("\n")
}
