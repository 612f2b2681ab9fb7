//! Diagnostics for programs.

use serde_json::{Value, json as object};

use super::{Diagnostic, Place, Sources};

/// One diagnostic as a flat object: `code severity file line column end_line end_column message help`, and `related` with
/// the other places. Lines and columns count from 1; what is unknown is null.
pub fn json(diagnostic: &Diagnostic, sources: &Sources) -> Value {
    let mut value = place(diagnostic.place(), sources);
    value["code"] = diagnostic.code.into();
    value["severity"] = diagnostic.severity.as_str().into();
    value["message"] = diagnostic.message.as_str().into();
    value["label"] =
        diagnostic.labels.first().map(|(_, label)| label.as_str()).filter(|label| !label.is_empty()).into();
    value["help"] = diagnostic.help.as_deref().into();
    value["related"] = diagnostic
        .labels
        .iter()
        .skip(1)
        .map(|(at, label)| {
            let mut other = place(Some(*at), sources);
            other["message"] = label.as_str().into();
            other
        })
        .collect::<Vec<_>>()
        .into();
    value
}

fn place(place: Option<Place>, sources: &Sources) -> Value {
    let file = place.and_then(|place| sources.get(place.source)).map(|(name, _)| name);
    let start = place.and_then(|place| sources.line_and_column(place));
    let end = place.and_then(|place| sources.line_and_column(Place { start: place.end, ..place }));
    object!({
        "file": file,
        "line": start.map(|at| at.0),
        "column": start.map(|at| at.1),
        "end_line": end.map(|at| at.0),
        "end_column": end.map(|at| at.1),
    })
}
