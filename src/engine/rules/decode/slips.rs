//! What people write who know other tools, or the name of a thing and not its key.

use super::nearest;

/// Words for conditions, where a condition stands without the key that it belongs under.
const CONDITIONS: &[&str] = &[
    "all",
    "any",
    "not",
    "use",
    "regex",
    "words",
    "script",
    "language",
    "shape",
    "repeated",
    "metric",
    "topic",
    "flagged_share",
];

/// What is written, the word that is meant where it is known, and how that is shown: `*` stands for what is written.
const SLIPS: &[(&[&str], &str, &str)] = &[
    (CONDITIONS, "match", "match: {*: …}"),
    (&["section"], "match", "match: {section: …}"),
    (&["language", "script", "lines", "letters"], "when", "when: {*: …}"),
    (&["region", "lines", "share", "until"], "where", "where: {*: …}"),
    (&["head", "tail"], "region", "region: *"),
    (CONDITIONS, "section", "section: {starts: {*: …}}"),
    (&["status", "action", "score", "if_unknown", "where", "when", "message"], "set", "set: {*: …}"),
    (&["name"], "id", "id"),
    (&["name", "id"], "pack", "pack"),
    (&["description", "comment", "reason"], "why", "why"),
    (&["description", "comment"], "about", "about"),
    (&["enabled", "disabled", "active"], "status", "status"),
    (&["severity", "then"], "action", "action"),
    (&["pattern", "patterns"], "match", "match: {regex: {any: ['…']}}"),
    (&["except", "exceptions", "exclude"], "unless", "unless"),
    (&["tests"], "examples", "examples"),
    (&["references", "links", "source"], "refs", "refs"),
    (&["pattern", "patterns", "all", "regex", "or"], "any", "any"),
    (&["words", "terms", "phrases"], "items", "items"),
    (&["lines", "matches"], "flags", "flags"),
    (&["input"], "text", "text"),
    (&["end", "ends", "until"], "ends_before", "ends_before"),
    // Conditions.
    (&["and"], "all", "all"),
    (&["none", "unless"], "not", "not"),
    (&["macro"], "use", "use"),
    (&["contains", "text", "string", "pattern", "startswith", "endswith"], "regex", "regex"),
    (&["contains", "list", "lists", "keywords"], "words", "words"),
    (&["length", "letters", "chars"], "shape", "shape"),
    // Values.
    (&["delete", "remove", "drop", "cut"], "strip", "strip"),
    (&["delete", "remove", "drop", "discard"], "reject", "reject"),
    (&["warn", "report", "flag", "note", "info"], "annotate", "annotate"),
    (&["review", "hold"], "quarantine", "quarantine"),
    (&["disabled", "false", "inactive"], "off", "off"),
    (&["enabled", "true", "active", "on"], "stable", "stable"),
    (&["test", "experimental", "dry-run"], "trial", "trial"),
    (&["top", "start", "header", "beginning"], "head", "head"),
    (&["bottom", "end", "footer"], "tail", "tail"),
    (&["doc", "file", "page", "text"], "document", "document"),
    (&["block", "paragraph"], "section", "section"),
];

/// Letters from which the beginning of a word stands for it, whatever follows.
const LONG: usize = 4;

/// One of `known`, and how to show it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Meant<'k> {
    pub(super) word: &'k str,
    pub(super) shown: String,
}

/// Those of `known` that `written` may stand for, the likeliest first.
pub(super) fn meant<'k>(written: &str, known: &[&'k str]) -> Vec<Meant<'k>> {
    let slips = SLIPS.iter().filter(|(slips, ..)| slips.contains(&written));
    let known_slips = slips.filter_map(|(_, word, shown)| {
        let word = known.iter().find(|known| *known == word)?;
        Some(Meant { word, shown: shown.replace('*', written) })
    });
    let found: Vec<Meant<'k>> = known_slips.collect();
    if !found.is_empty() {
        return found;
    }
    let as_is = |word: &'k str| Meant { word, shown: word.to_owned() };
    if let Some(near) = nearest(written, known.iter().copied()) {
        return vec![as_is(near)];
    }
    let limit = limit(written);
    let begun = |word: &&&'k str| match &limit {
        Some(limit) => *word == limit,
        None => word.strip_prefix(written).is_some_and(|rest| rest.starts_with('_') || written.len() >= LONG),
    };
    known.iter().filter(begun).map(|word| as_is(word)).collect()
}

/// `letters_max` and `max_letters` are `letters_at_most`.
fn limit(written: &str) -> Option<String> {
    let words: Vec<&str> = written.split('_').collect();
    let is_limit = |word: &&&str| matches!(**word, "max" | "min" | "maximum" | "minimum");
    let limit = if words.iter().find(is_limit)?.starts_with("max") { "at_most" } else { "at_least" };
    let measured = words.iter().filter(|word| !is_limit(word)).copied();
    Some(measured.chain([limit]).collect::<Vec<_>>().join("_"))
}

/// "did you mean …?", where one of `known` may be meant.
pub(in crate::engine::rules) fn suggestion(written: &str, known: &[&str]) -> Option<String> {
    let meant = meant(written, known);
    (!meant.is_empty()).then(|| question(&meant))
}

/// "did you mean …?", for what is shown of each.
pub(super) fn question(meant: &[Meant<'_>]) -> String {
    format!("did you mean {}?", super::or_list(meant.iter().map(|meant| &*meant.shown)))
}
