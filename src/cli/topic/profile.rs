//! A learned topic as its file says it.

use crate::engine::rules::yaml::quoted;

/// What stands in the file.
#[derive(Debug)]
pub(super) struct Profile<'p> {
    pub(super) id: &'p str,
    pub(super) title: &'p str,
    /// Comments above the threshold.
    pub(super) figures: &'p [String],
    pub(super) at_least: Option<f64>,
    pub(super) terms: &'p [String],
    pub(super) examples: &'p [String],
    pub(super) counter_examples: &'p [String],
}

impl Profile<'_> {
    /// The file's text.
    pub(super) fn text(&self) -> String {
        let mut lines =
            vec!["schema: topic/1".to_owned(), format!("id: {}", self.id), format!("title: {}", quoted(self.title))];
        lines.extend(self.figures.iter().map(|line| format!("# {line}")));
        match self.at_least {
            Some(at_least) => lines.push(format!("at_least: {at_least}")),
            None => lines.push("# at_least: 0.1".to_owned()),
        }
        for (key, items) in
            [("strong_terms", self.terms), ("examples", self.examples), ("counter_examples", self.counter_examples)]
        {
            if !items.is_empty() {
                lines.push(format!("{key}:"));
                lines.extend(items.iter().map(|item| format!("  - {}", quoted(item))));
            }
        }
        lines.push(String::new());
        lines.join("\n")
    }
}

/// What a topic is called after a folder: lower case, `-` for all that is neither a letter nor a digit.
pub(super) fn id_of(name: &str) -> String {
    let lower = name.to_lowercase();
    let parts = lower.split(|c: char| !c.is_ascii_alphanumeric()).filter(|part| !part.is_empty());
    let id = parts.collect::<Vec<_>>().join("-");
    if id.starts_with(|c: char| c.is_ascii_lowercase()) {
        id
    } else {
        format!("topic-{id}").trim_end_matches('-').to_owned()
    }
}
