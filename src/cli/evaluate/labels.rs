//! What people said of a document, and how it is written down.

use std::{collections::BTreeSet, ops::Range};

use serde_json::{Map, Value};

/// What a line is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Label {
    /// Text that must stay.
    Content,
    /// A line that should be found.
    Junk,
    /// Not counted: titles, bylines, what people would argue about.
    Skip,
}

/// What is known of a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Labels {
    /// Every line is content.
    Clean,
    /// The document is to be put aside; nothing is said of its lines.
    Junk,
    /// These lines, by number from 1, are junk and not counted; all others are content.
    Lines { junk: BTreeSet<usize>, skip: BTreeSet<usize>, whole: Whole },
    /// Parts of the text in bytes, each with its label.
    Parts(Vec<(Range<usize>, Label)>, Whole),
}

/// What is to become of a document whose lines are labelled one by one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Whole {
    /// It should stay.
    Stays,
    /// It is to be put aside, whatever its lines are.
    Aside,
}

impl Labels {
    /// Whether the document is to be put aside.
    pub(super) fn is_junk(&self) -> bool {
        matches!(self, Self::Junk | Self::Lines { whole: Whole::Aside, .. } | Self::Parts(_, Whole::Aside))
    }
}

/// Between two labelled lines: each is a paragraph of its own.
const GAP: &str = "\n\n";

/// A document and its labels from a JSON object, or what is wrong with it.
pub(super) fn from_row(row: &Map<String, Value>) -> Result<(String, Labels), String> {
    if let Some(lines) = row.get("lines") {
        return parts(lines.as_array().ok_or("`lines` is not a list")?, whole(row)?);
    }
    let Some(Value::String(text)) = row.get("text") else {
        return Err("it has neither `lines` nor a `text`".to_owned());
    };
    let labels = match row.get("label") {
        Some(label) if !row.contains_key("junk_lines") => match label_of(label)? {
            Label::Content => Labels::Clean,
            Label::Junk => Labels::Junk,
            Label::Skip => Labels::Parts(Vec::new(), Whole::Stays),
        },
        _ => numbered(row)?,
    };
    Ok((text.clone(), labels))
}

/// What the label of a document says whose lines have their own.
fn whole(row: &Map<String, Value>) -> Result<Whole, String> {
    match row.get("label").map(label_of).transpose()? {
        None | Some(Label::Content) => Ok(Whole::Stays),
        Some(Label::Junk) => Ok(Whole::Aside),
        Some(Label::Skip) => {
            Err("its lines are labelled, so its own label is \"junk\" (to be put aside) or \"content\"".to_owned())
        }
    }
}

/// The labels of `junk_lines`, `skip_lines` and, beside them, `label`.
pub(super) fn numbered(row: &Map<String, Value>) -> Result<Labels, String> {
    let numbers = |key: &str| -> Result<BTreeSet<usize>, String> {
        let Some(value) = row.get(key) else { return Ok(BTreeSet::new()) };
        let wrong = || format!("`{key}` is not a list of line numbers from 1");
        let list = value.as_array().ok_or_else(wrong)?;
        list.iter()
            .map(|number| number.as_u64().and_then(|number| usize::try_from(number).ok()).filter(|number| *number > 0))
            .collect::<Option<_>>()
            .ok_or_else(wrong)
    };
    if !row.contains_key("junk_lines") {
        return Err("it has no labels: give `label`, `junk_lines` (perhaps empty) or `lines`".to_owned());
    }
    Ok(Labels::Lines { junk: numbers("junk_lines")?, skip: numbers("skip_lines")?, whole: whole(row)? })
}

fn parts(lines: &[Value], whole: Whole) -> Result<(String, Labels), String> {
    let (mut text, mut parts) = (String::new(), Vec::with_capacity(lines.len()));
    for (index, line) in lines.iter().enumerate() {
        let of_line = |wrong: String| format!("item {} of `lines`: {wrong}", index + 1);
        let Some(words) = line.get("text").and_then(Value::as_str) else {
            return Err(of_line("it has no `text`".to_owned()));
        };
        let label = line.get("label").ok_or_else(|| of_line("it has no `label`".to_owned()))?;
        if index > 0 {
            text.push_str(GAP);
        }
        let start = text.len();
        text.push_str(words);
        parts.push((start..text.len(), label_of(label).map_err(of_line)?));
    }
    text.push('\n');
    Ok((text, Labels::Parts(parts, whole)))
}

fn label_of(value: &Value) -> Result<Label, String> {
    match (value.as_str(), value.as_i64()) {
        (Some("content"), _) | (_, Some(0)) => Ok(Label::Content),
        (Some("junk"), _) | (_, Some(1)) => Ok(Label::Junk),
        (Some("skip"), _) | (_, Some(-1)) => Ok(Label::Skip),
        _ => Err(format!("the label {value} is none of \"content\", \"junk\" and \"skip\" (or 0, 1 and -1)")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(text: &str) -> Result<(String, Labels), String> {
        from_row(serde_json::from_str::<Value>(text).unwrap().as_object().unwrap())
    }

    #[test]
    fn labelled_lines_become_paragraphs() {
        let (text, labels) =
            row(r#"{"lines": [{"text": "Home > Log", "label": 1}, {"text": "The log.", "label": "content"}]}"#)
                .unwrap();
        assert_eq!(text, "Home > Log\n\nThe log.\n");
        assert_eq!(labels, Labels::Parts(vec![(0..10, Label::Junk), (12..20, Label::Content)], Whole::Stays));
    }

    #[test]
    fn texts_have_a_label_or_the_numbers_of_their_junk() {
        assert_eq!(row(r#"{"text": "a", "label": 0}"#).unwrap().1, Labels::Clean);
        assert_eq!(row(r#"{"text": "a", "label": "junk"}"#).unwrap().1, Labels::Junk);
        assert_eq!(
            row(r#"{"text": "a\nb", "junk_lines": [2]}"#).unwrap().1,
            Labels::Lines { junk: [2].into(), skip: BTreeSet::new(), whole: Whole::Stays }
        );
    }

    #[test]
    fn a_document_with_labelled_lines_may_be_one_to_put_aside() {
        for (text, is_junk) in [
            (r#"{"text": "a", "junk_lines": [1], "label": "junk"}"#, true),
            (r#"{"text": "a", "junk_lines": [1], "label": 0}"#, false),
            (r#"{"lines": [{"text": "a", "label": 1}], "label": 1}"#, true),
            (r#"{"lines": [{"text": "a", "label": 1}]}"#, false),
        ] {
            assert_eq!(row(text).unwrap().1.is_junk(), is_junk, "{text}");
        }
    }

    #[test]
    fn what_is_wrong_is_said() {
        for (text, wrong) in [
            (r#"{"id": "x"}"#, "it has neither `lines` nor a `text`"),
            (r#"{"text": "a"}"#, "it has no labels: give `label`, `junk_lines` (perhaps empty) or `lines`"),
            (r#"{"text": "a", "junk_lines": [0]}"#, "`junk_lines` is not a list of line numbers from 1"),
            (
                r#"{"text": "a", "label": "skip", "junk_lines": []}"#,
                "its lines are labelled, so its own label is \"junk\" (to be put aside) or \"content\"",
            ),
            (
                r#"{"lines": [{"text": "a", "label": 7}]}"#,
                "item 1 of `lines`: the label 7 is none of \"content\", \"junk\" and \"skip\" (or 0, 1 and -1)",
            ),
        ] {
            assert_eq!(row(text).unwrap_err(), wrong);
        }
    }
}
