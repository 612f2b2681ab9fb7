//! Regular expressions: checked, with the mistake's place inside the pattern.

use regex_automata::meta::Regex;

use super::scope::Scope;
use crate::engine::{
    diagnostic::{Diagnostic, codes},
    rules::{decode::Item, model::At},
};

/// Bytes that one compiled pattern may take. `\w{1,100}` takes about a megabyte, since `\w` has many letters.
pub(crate) const COMPILED_SIZE_AT_MOST: usize = 2 << 20;

/// Bytes that all patterns of one pack may take: a hundred ordinary ones take about a megabyte.
pub(super) const PACK_SIZE_AT_MOST: usize = 64 << 20;

/// Reads the value of `regex`.
pub(super) fn decode(item: &Item<'_>, scope: Scope<'_>) -> Option<Vec<At<String>>> {
    let mut fields = item.fields_as("`regex`", "{any: [*]}", |_| true)?;
    let any = fields.required("any").and_then(|item| item.filled_list());
    fields.finish();
    let items = any?;
    scope.count(items.len() as u64);
    let count = items.len();
    let sound: Vec<_> = items.iter().filter_map(|item| pattern(item, scope)).collect();
    (sound.len() == count).then_some(sound)
}

fn pattern(item: &Item<'_>, scope: Scope<'_>) -> Option<At<String>> {
    let text = item.text()?;
    if text.value.is_empty() {
        item.fail(codes::NOTHING, "an empty pattern matches every line", None);
        return None;
    }
    let mut patterns = scope.patterns.borrow_mut();
    let checked = match patterns.get(&text.value) {
        Ok(checked) => checked,
        Err(error) => return syntax(item, &error, scope),
    };
    let mut compiled = scope.compiled.borrow_mut();
    if compiled.is_spent() {
        // The pattern before has said so; compiling more would only take time.
        return None;
    }
    let fits = compiled.take(&text.value, &checked.study.size);
    if !fits {
        let help = "use smaller counts, or [a-z] and [^\\s] in place of classes with many letters such as \\w";
        let message = format!("this pattern takes more than {COMPILED_SIZE_AT_MOST} bytes compiled");
        item.fail(codes::COSTLY, message, help.to_owned());
    }
    if compiled.is_spent() {
        let message = format!("the patterns of this pack take more than {PACK_SIZE_AT_MOST} bytes compiled");
        let help = "use smaller counts, or fewer patterns; those after this one were not looked at";
        item.fail(codes::COSTLY, message, help.to_owned());
    }
    if !fits || compiled.is_spent() {
        return None;
    }
    if let Some((what, help)) = foreign_marks(&text.value, item.is_plain()).or_else(|| unseen(&text.value)) {
        let message = format!("this pattern {what}");
        let warning = Diagnostic::warning(codes::FOREIGN_MARKS, item.place(), message);
        scope.problems.push(warning.label("looked for in the line as it stands").help(help));
    } else if let Some(why) = checked.never {
        let warning = Diagnostic::warning(codes::NEVER_MATCHES, item.place(), "this pattern can never match");
        scope.problems.push(warning.label(why.as_str()).help(why.help()));
    }
    if checked.may_match_empty && matches_empty(&text.value) {
        let warning = Diagnostic::warning(codes::MATCHES_EMPTY, item.place(), "this pattern matches an empty text");
        scope.problems.push(warning.help("ask for at least one character, for example `+` in place of `*`"));
    }
    Some(text)
}

/// The marks that other notations put around a pattern, and the way out: curly quotes, which an editor made of straight ones
/// (a pattern that means them stands in quotes of its own, and is not `is_plain`), and slashes with flags or anchors beside them.
fn foreign_marks(pattern: &str, is_plain: bool) -> Option<(&'static str, String)> {
    let quoted = |text: &str| {
        let inner = text.strip_prefix(['“', '”', '„', '‘', '’', '‚', '«', '»'])?;
        inner.strip_suffix(['”', '“', '’', '‘', '»', '«']).map(str::to_owned)
    };
    if let Some(inner) = quoted(pattern).filter(|_| is_plain) {
        return Some((
            "begins and ends with quotes that are none in YAML",
            format!("write '{}'", inner.replace('\'', "''")),
        ));
    }
    let (inner, flags) = pattern.strip_prefix('/')?.rsplit_once('/')?;
    let is_flags = !flags.is_empty() && flags.bytes().all(|flag| b"gimsuxyU".contains(&flag));
    let is_anchored = flags.is_empty() && (inner.starts_with('^') || inner.ends_with('$') && !inner.ends_with("\\$"));
    let kept: String = flags.chars().filter(|flag| "imsx".contains(*flag)).collect();
    let set = if kept.is_empty() { String::new() } else { format!("(?{kept})") };
    (is_flags || is_anchored).then(|| {
        ("begins and ends with slashes", format!("write '{set}{}'", inner.replace("\\/", "/").replace('\'', "''")))
    })
}

/// A character that nobody sees in the file, and the way out: what double quotes make of `\b`, and what comes along with
/// copied text.
fn unseen(pattern: &str) -> Option<(&'static str, String)> {
    pattern.chars().find_map(|letter| match letter {
        '\u{8}' => {
            let help = "between double quotes `\\b` is a backspace; write the pattern between single quotes";
            Some(("holds a backspace", help.to_owned()))
        }
        '\u{AD}' | '\u{200B}' | '\u{2060}' | '\u{FEFF}' => {
            let code = u32::from(letter);
            Some((
                "holds an invisible character",
                format!("take out the U+{code:04X}, or write `\\x{{{code:04X}}}` if it is meant"),
            ))
        }
        _ => None,
    })
}

/// Reports a mistake in a pattern, where it is in it.
fn syntax(item: &Item<'_>, error: &regex_syntax::Error, scope: Scope<'_>) -> Option<At<String>> {
    let (span, kind) = match error {
        regex_syntax::Error::Parse(error) => (error.span(), error.kind().to_string()),
        regex_syntax::Error::Translate(error) => (error.span(), error.kind().to_string()),
        _ => return syntax_unknown(item, &error.to_string()),
    };
    let source = scope.sources.get(item.place().source).map_or("", |(_, text)| text);
    let place = item.node().inside(source, span.start.offset..span.end.offset);
    let mut problem = Diagnostic::error(codes::REGEX, place, "invalid regular expression").label(kind.clone());
    problem.help = help(&kind);
    scope.problems.push(problem);
    None
}

/// Whether it matches a text without characters.
fn matches_empty(pattern: &str) -> bool {
    let regex = regex_syntax::parse(pattern).ok().and_then(|hir| Regex::builder().build_from_hir(&hir).ok());
    regex.is_some_and(|regex| regex.is_match(""))
}

fn syntax_unknown(item: &Item<'_>, error: &str) -> Option<At<String>> {
    let last = error.lines().last().unwrap_or_default().trim_start_matches("error: ");
    item.fail(codes::REGEX, format!("invalid regular expression: {last}"), None);
    None
}

fn help(kind: &str) -> Option<String> {
    let help = if kind.contains("look-around") {
        "write what must not be there under `unless:` or `not:`, and what must be there too under `all:`"
    } else if kind.contains("backreference") {
        "write the alternatives out; a pattern cannot refer to what it has matched"
    } else if kind.contains("unclosed group") || kind.contains("unclosed character class") {
        "close it; a bracket that stands for itself is written with a backslash"
    } else if kind.contains("unopened group") || kind.contains("repetition operator missing") {
        "a character that stands for itself is written with a backslash"
    } else if kind.contains("property") {
        "write a script such as `\\p{Hangul}` or a category such as `\\p{Lu}`"
    } else if kind.contains("repetition count range") {
        "write the smaller count first"
    } else if kind.contains("unrecognized escape") {
        "only letters with a meaning and punctuation can follow a backslash"
    } else {
        return None;
    };
    Some(help.to_owned())
}
