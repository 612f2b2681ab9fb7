//! Tests.

use super::{Diagnostic, Place, Sources, codes, json, render};

fn sources() -> (Sources, u32) {
    let mut sources = Sources::default();
    let source =
        sources.add("rules/导航.yaml", "id: 导航\ntitle: 全角ＡＢＣ here\n\tx: \u{1b}[31m\u{9b}31m \u{202e}evil\n");
    (sources, source)
}

fn place(text: &str, part: &str, source: u32) -> Place {
    let start = text.find(part).expect(part);
    Place { source, start: u32::try_from(start).unwrap(), end: u32::try_from(start + part.len()).unwrap() }
}

#[test]
fn columns_count_characters() {
    let (sources, source) = sources();
    let at = place(&sources.files[0].1, "here", source);
    assert_eq!(sources.line_and_column(at), Some((2, 14)));
    assert_eq!(sources.line_and_column(Place { source, start: u32::MAX, end: u32::MAX }), Some((4, 1)));
    assert_eq!(sources.line_and_column(Place { source: 7, start: 0, end: 0 }), None);
}

#[test]
fn all_line_ends_of_yaml_count() {
    let text = "a: 1\rb: 2\r\nc: 3\nd: 导\r\re: here\r";
    let mut sources = Sources::default();
    let source = sources.add("rules/old.yaml", text);
    let at = place(text, "here", source);
    assert_eq!(sources.line_and_column(at), Some((6, 4)));
    assert_eq!(sources.line_and_column(place(text, "导", source)), Some((4, 4)));
    // Between the two halves of a line end.
    assert_eq!(sources.line_and_column(place(text, "\nc", source)), Some((2, 6)));
    let drawn = render(&[Diagnostic::error(codes::NAME, at, "wrong").label("this")], &sources, false);
    let lines: Vec<&str> = drawn.lines().collect();
    assert_eq!(lines[1].trim(), "--> rules/old.yaml:6:4");
    assert_eq!(lines[3..5], ["6 | e: here", "  |    ^^^^ this"]);
    let both = [place(text, "b:", source), at];
    let drawn = render(&[Diagnostic::error(codes::NAME, both[0], "two").also(both[1], "so")], &sources, false);
    assert!(drawn.contains("2 | b: 2") && drawn.contains("6 | e: here"), "{drawn}");
}

#[test]
fn carets_stand_below_wide_characters() {
    let (sources, source) = sources();
    let error = Diagnostic::error(codes::NAME, place(&sources.files[0].1, "ＡＢＣ", source), "wide").label("here");
    let drawn = render(&[error], &sources, false);
    let lines: Vec<&str> = drawn.lines().collect();
    assert_eq!(lines[3], "2 | title: 全角ＡＢＣ here");
    assert_eq!(lines[4], "  |            ^^^^^^ here");
}

#[test]
fn control_characters_of_files_are_never_printed() {
    let (sources, source) = sources();
    let text = &sources.files[0].1;
    let error = Diagnostic::error(codes::NAME, place(text, "evil", source), "a \u{1b}[2J title\r\n")
        .label("\u{7}bell")
        .also(place(text, "x", source), "\u{9b}")
        .help("\u{202e}\u{1b}");
    let drawn = render(&[error], &sources, false);
    let raw = |found: char| (found.is_control() && found != '\n') || ('\u{202a}'..='\u{202e}').contains(&found);
    assert!(!drawn.contains(raw), "{drawn:?}");
}

#[test]
fn places_beyond_the_text_or_inside_a_character_are_drawn_all_the_same() {
    let (sources, source) = sources();
    for (start, end) in [(5, 6), (0, 999), (999, 999), (6, 2)] {
        let error = Diagnostic::error(codes::NAME, Place { source, start, end }, "odd");
        assert!(render(std::slice::from_ref(&error), &sources, true).contains("odd"));
        assert!(json(&error, &sources)["line"].is_u64());
    }
    let nowhere = Diagnostic { labels: Vec::new(), ..Diagnostic::error(codes::NAME, Place::top(source), "no place") };
    assert!(render(std::slice::from_ref(&nowhere), &sources, false).contains("no place"));
    assert!(json(&nowhere, &sources)["file"].is_null());
}

#[test]
fn json_has_every_key() {
    let (sources, source) = sources();
    let text = &sources.files[0].1;
    let error = Diagnostic::error(codes::NAME, place(text, "导航", source), "bad")
        .also(place(text, "here", source), "and here");
    let value = json(&error.help("do it"), &sources);
    assert_eq!(value["code"], "R017");
    assert_eq!(
        (value["line"].as_u64(), value["column"].as_u64(), value["end_column"].as_u64()),
        (Some(1), Some(5), Some(7))
    );
    assert_eq!(value["related"][0]["message"], "and here");
    assert_eq!(value["help"], "do it");
}

#[test]
fn codes_are_unique_and_in_order() {
    let all: Vec<&str> = codes::all().iter().map(|code| code.code).collect();
    assert!(all.is_sorted_by(|a, b| a < b), "{all:?}");
    assert_eq!(codes::explanation("r003").map(|found| found.code), Some(codes::REGEX));
    assert!(codes::explanation("R999").is_none());
    for code in codes::all() {
        assert!(!code.title.ends_with('.') && code.text.ends_with('.') && !code.text.contains("  "), "{}", code.code);
        assert_ne!(code.wrong, code.right, "{}", code.code);
    }
}
