//! Lays values over places. The two readers must have seen the same file.

use super::{Meaning, Node, Style, Value, values::Plain};
use crate::engine::diagnostic::{Diagnostic, Place, codes};

/// Fills in what each scalar means.
///
/// # Errors
/// The readers disagree: each place where they do.
pub(super) fn zip(mut node: Node, plain: &Plain) -> Result<Node, Vec<Diagnostic>> {
    let mut problems = Vec::new();
    lay(&mut node, plain, &mut problems);
    if problems.is_empty() { Ok(node) } else { Err(problems) }
}

fn lay(node: &mut Node, plain: &Plain, problems: &mut Vec<Diagnostic>) {
    let place = node.place;
    match (&mut node.value, plain) {
        (Value::List(items), Plain::List(others)) if items.len() == others.len() => {
            for (item, other) in items.iter_mut().zip(others) {
                lay(item, other, problems);
            }
        }
        (Value::Map(entries), Plain::Map(others)) if entries.len() == others.len() => {
            for ((key, value), (other_key, other)) in entries.iter_mut().zip(others) {
                if same(&key.text, other_key) {
                    lay(value, other, problems);
                } else {
                    problems.push(disagreement(key.place));
                }
            }
        }
        (Value::Scalar(scalar), Plain::Scalar(Meaning::Text, Some(text))) if scalar.text == *text => {}
        (Value::Scalar(scalar), Plain::Scalar(meaning, None))
            if scalar.style == Style::Plain && same(&scalar.text, plain) =>
        {
            scalar.meaning = *meaning;
        }
        _ => problems.push(disagreement(place)),
    }
}

/// Whether a scalar written like this may mean that.
fn same(text: &str, plain: &Plain) -> bool {
    match plain {
        Plain::Scalar(Meaning::Text, Some(other)) => text == other,
        Plain::Scalar(Meaning::Null, _) => matches!(text, "" | "~" | "null" | "Null" | "NULL"),
        Plain::Scalar(Meaning::Bool(value), _) => text.eq_ignore_ascii_case(if *value { "true" } else { "false" }),
        #[expect(clippy::cast_precision_loss, reason = "both sides lose the same")]
        Plain::Scalar(Meaning::Whole(value), _) => number(text, i128::from(*value) as f64),
        Plain::Scalar(Meaning::Float(value), _) => number(text, *value),
        _ => false,
    }
}

fn number(text: &str, value: f64) -> bool {
    let digits = text.trim_start_matches(['+', '-']);
    if digits.starts_with("0x") || digits.starts_with("0o") || digits.starts_with("0b") || digits.starts_with('.') {
        return true;
    }
    text.parse::<f64>().is_ok_and(|parsed| parsed == value || (parsed - value).abs() <= value.abs() * f64::EPSILON)
}

fn disagreement(place: Place) -> Diagnostic {
    Diagnostic::error(codes::DISAGREEMENT, place, "this can be read in two ways")
        .help("put the text between single quotes, on one line")
}
