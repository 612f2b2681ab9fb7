//! Draws diagnostics on their source, like a compiler. The only file that knows `annotate_snippets`.

use std::{borrow::Cow, ops::Range};

use annotate_snippets::{Annotation, AnnotationKind, Group, Level, Origin, Renderer, Snippet, renderer::DecorStyle};

use super::{Diagnostic, Place, Severity, Sources, line_of, line_starts};

/// Columns a drawing may take; longer source lines are cut around what is shown.
const WIDTH: usize = 120;

/// Draws diagnostics on their source, like a compiler, for a terminal (`color`) or for plain text. Control characters of the
/// files are never passed through. One drawing ends with a line end; an empty line stands between two.
pub fn render(diagnostics: &[Diagnostic], sources: &Sources, color: bool) -> String {
    let renderer = if color { Renderer::styled() } else { Renderer::plain() };
    let renderer = renderer.decor_style(DecorStyle::Ascii).term_width(WIDTH);
    let mut drawn = String::new();
    for diagnostic in diagnostics {
        if !drawn.is_empty() {
            drawn.push('\n');
        }
        drawn.push_str(&renderer.render(&[group(diagnostic, sources)]));
        drawn.push('\n');
    }
    drawn
}

fn group<'a>(diagnostic: &'a Diagnostic, sources: &'a Sources) -> Group<'a> {
    let level = match diagnostic.severity {
        Severity::Note => Level::NOTE,
        Severity::Error => Level::ERROR,
        Severity::Warning => Level::WARNING,
    };
    let title = level.primary_title(harmless(&diagnostic.message)).id(diagnostic.code);
    let mut group = Group::with_title(title);
    let mut files: Vec<u32> = Vec::new();
    for (place, _) in &diagnostic.labels {
        if !files.contains(&place.source) {
            files.push(place.source);
        }
    }
    for file in files {
        let Some((name, text)) = sources.get(file) else { continue };
        if text.is_empty() {
            group = group.element(Origin::path(harmless(name)));
            continue;
        }
        let (window, spots) = window(text, file, diagnostic);
        if text[window.clone()].split(LINE_ENDS).any(|line| line.len() > LINE_AT_MOST) {
            let place = diagnostic.labels.iter().map(|(place, _)| *place).find(|place| place.source == file);
            let at = place.and_then(|place| sources.line_and_column(place)).unwrap_or((1, 1));
            group = group.element(Origin::path(harmless(name)).line(at.0).char_column(at.1));
            continue;
        }
        if spots.len() > 1 && text[window.clone()].split(LINE_ENDS).any(|line| line.len() > WIDTH) {
            // Drawn together, places far apart on one line would show all that stands between them.
            group = spots.into_iter().fold(group, |group, spot| group.element(alone(text, name, spot)));
            continue;
        }
        let annotations = spots.into_iter().map(|(kind, span, label)| {
            let label = (!label.is_empty()).then(|| harmless(label));
            kind.span(span.start - window.start..span.end - window.start).label(label)
        });
        let snippet: Snippet<'_, Annotation<'_>> = Snippet::source(same_length(&text[window.clone()]))
            .line_start(line_of(text, window.start).0)
            .path(harmless(name));
        group = group.element(snippet.annotations(annotations));
    }
    match &diagnostic.help {
        Some(help) => group.element(Level::HELP.message(harmless(help))),
        None => group,
    }
}

/// One place on its lines.
fn alone<'a>(text: &'a str, name: &'a str, (kind, span, label): Spot<'a>) -> Snippet<'a, Annotation<'a>> {
    let window = line_start(text, span.start)..line_end(text, span.end);
    let label = (!label.is_empty()).then(|| harmless(label));
    Snippet::source(same_length(&text[window.clone()]))
        .line_start(line_of(text, window.start).0)
        .path(harmless(name))
        .annotation(kind.span(span.start - window.start..span.end - window.start).label(label))
}

type Spot<'a> = (AnnotationKind, Range<usize>, &'a str);

/// The lines of `file` that hold the places of a diagnostic, so that a large file costs no more than a small one.
fn window<'a>(text: &str, file: u32, diagnostic: &'a Diagnostic) -> (Range<usize>, Vec<Spot<'a>>) {
    let spots: Vec<Spot<'a>> = diagnostic
        .labels
        .iter()
        .enumerate()
        .filter(|(_, (place, _))| place.source == file)
        .map(|(index, (place, label))| {
            let kind = if index == 0 { AnnotationKind::Primary } else { AnnotationKind::Context };
            (kind, span(text, *place), label.as_str())
        })
        .collect();
    let start = spots.iter().map(|spot| spot.1.start).min().unwrap_or(0);
    let end = spots.iter().map(|spot| spot.1.end).max().unwrap_or(0);
    (line_start(text, start)..line_end(text, end), spots)
}

/// A place as a span of the text: on character boundaries, and no longer than its first line where it is a whole block.
fn span(text: &str, place: Place) -> Range<usize> {
    let boundary = |at: u32| {
        let mut at = (at as usize).min(text.len());
        while !text.is_char_boundary(at) {
            at -= 1;
        }
        at
    };
    let start = boundary(place.start);
    let end = boundary(place.end).max(start);
    let lines = line_starts(&text[start..end]).count();
    if lines > LINES_AT_MOST { start..line_end(text, start) } else { start..end }
}

/// Source lines with more bytes are not drawn: laying them out costs more than it shows.
const LINE_AT_MOST: usize = 4096;

const LINE_ENDS: [char; 2] = ['\n', '\r'];

/// Longer blocks are shown by their first line.
const LINES_AT_MOST: usize = 6;

fn line_start(text: &str, at: usize) -> usize {
    line_of(text, at).1
}

fn line_end(text: &str, at: usize) -> usize {
    text[at..].find(LINE_ENDS).map_or(text.len(), |length| at + length)
}

/// Nothing that a terminal would act on: no control characters, and nothing that turns the direction of text round.
fn harmless(text: &str) -> Cow<'_, str> {
    let bad = |found: char| {
        found.is_control()
            || matches!(found, '\u{200E}' | '\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2066}'..='\u{2069}')
    };
    if text.chars().any(bad) {
        text.chars().map(|found| if bad(found) { '\u{FFFD}' } else { found }).collect::<String>().into()
    } else {
        text.into()
    }
}

/// The same with places kept: C1 controls give way to as many bytes (the renderer takes care of the others), and lone
/// carriage returns to line feeds, which the renderer knows.
fn same_length(text: &str) -> Cow<'_, str> {
    let bad = |found: char| matches!(found, '\u{80}'..='\u{9F}' | '\r');
    if !text.chars().any(bad) {
        return text.into();
    }
    let mut kept = String::with_capacity(text.len());
    let mut characters = text.chars().peekable();
    while let Some(found) = characters.next() {
        kept.push(match found {
            '\u{80}'..='\u{9F}' => '\u{B7}',
            '\r' if characters.peek() != Some(&'\n') => '\n',
            other => other,
        });
    }
    kept.into()
}
