use proptest::prelude::*;

use super::*;
use crate::engine::text::Document;

fn document(text: &str) -> Document {
    Document::decode(text.as_bytes().to_vec()).unwrap()
}

fn value(metric: Metric, text: &str) -> Option<f64> {
    Metrics::with_stop_words(&document(text), lists::stop_words("en")).get(metric)
}

#[track_caller]
fn assert_value(metric: Metric, text: &str, wanted: f64) {
    let got = value(metric, text).unwrap();
    assert!((got - wanted).abs() < 1e-12, "{}: {got}, not {wanted}", metric.as_str());
}

const FIVE_LINES: &str = "Apples keep well.\n\nPears do not...\n- pick them early\nApples keep well.\n";

#[test]
fn words_and_tokens() {
    // Apples keep well . Pears do not ... - pick them early Apples keep well .
    assert_value(Metric::WordCount, FIVE_LINES, 12.0);
    assert_value(Metric::AlphabeticWordShare, FIVE_LINES, 12.0 / 16.0);
    assert_value(Metric::EllipsisRatio, FIVE_LINES, 1.0 / 16.0);
    assert_value(Metric::HashRatio, "# one # two", 2.0 / 4.0);
    assert_value(Metric::WordLengthMean, "an ape ate", 8.0 / 3.0);
    assert_value(Metric::WordLengthMean, "中文字", 1.0);
    assert_value(Metric::AlphabeticWordShare, "42 apples, 7 pears", 2.0 / 5.0);
    assert_value(Metric::EllipsisRatio, "so...... it… goes", 3.0 / 5.0);
}

#[test]
fn lines() {
    assert_value(Metric::BulletLineShare, FIVE_LINES, 1.0 / 5.0);
    assert_value(Metric::EllipsisLineShare, FIVE_LINES, 1.0 / 5.0);
    assert_value(Metric::TerminalPunctuationLineShare, FIVE_LINES, 3.0 / 4.0);
    assert_value(Metric::TerminalPunctuationLineShare, "他来了。\nquoted.\"\nspace. \nwhy؟", 2.0 / 4.0);
    assert_value(Metric::ShortLineShare, FIVE_LINES, 1.0);
    assert_value(Metric::ShortLineShare, &format!("{}\n{}", "x".repeat(30), "x".repeat(31)), 0.5);
    assert_value(Metric::NewlineRatio, FIVE_LINES, 4.0 / 16.0);
    assert_value(Metric::LongLineCount, &format!("{}\n{}", "é".repeat(200), "é".repeat(199)), 1.0);
    assert_value(Metric::TokenLengthMax, "one three\nsevens five", 6.0);
}

#[test]
fn repetition_does_not_count_the_first_copy() {
    assert_value(Metric::DuplicateLineShare, FIVE_LINES, 1.0 / 4.0);
    // 17 of 17 + 15 + 17 + 17 characters and four line ends.
    assert_value(Metric::DuplicateLineCharShare, FIVE_LINES, 17.0 / 70.0);
    assert_value(Metric::FinewebDuplicateLineCharShare, FIVE_LINES, 17.0 / 66.0);
    assert_value(Metric::DuplicateParagraphShare, "a b\nc\n\nd\n\na b\nc\n\n\nd", 2.0 / 4.0);
    // Of `a b`, `c` and `d`, twice, and nine line ends, the second paragraphs: 5 and 1.
    assert_value(Metric::DuplicateParagraphCharShare, "a b\nc\n\nd\n\na b\nc\n\n\nd", 6.0 / 19.0);
    assert_value(Metric::DuplicateParagraphShare, "a\n \na", 0.0);
}

#[test]
fn layout_changes_nothing() {
    let bare = "Apples keep well.\nPears do not.\nApples keep well.";
    let laid = format!("\n \n{}\r\n\r\n", bare.replace('\n', "\r\n"));
    for metric in Metric::all() {
        assert_eq!(value(*metric, bare), value(*metric, &laid), "{}", metric.as_str());
    }
}

#[test]
fn stop_words_are_different_ones_in_exact_spelling() {
    assert_value(Metric::StopWordCount, "The cat and the dog have the fish and That", 3.0);
    assert_eq!(Metrics::of(&document("to be"), None).get(Metric::StopWordCount), None);
    let german = document("der Hund und die Katze");
    let metrics = Metrics::with_stop_words(&german, lists::stop_words("de"));
    assert_eq!(metrics.get(Metric::StopWordCount), Some(3.0));
}

#[test]
fn characters() {
    assert_value(Metric::UpperCaseShare, "Ab Éé 中", 0.5);
    assert_value(Metric::DigitShare, "a1 ٣ -", 2.0 / 4.0);
    assert_value(Metric::SymbolShare, "a1 ٣ -e\u{301}", 1.0 / 6.0);
    assert_value(Metric::CurlyBracketCount, "a {b {c}", 2.0);
}

#[test]
fn phrases_in_any_case() {
    let text = "Please enable JavaScript\nLorem Ipsum dolor\nour PRIVACY policy and cookie policy\nwe use cookies\n";
    assert_value(Metric::JavascriptLineCount, text, 1.0);
    assert_value(Metric::LoremIpsumCount, text, 1.0);
    assert_value(Metric::PolicyLineCount, text, 2.0);
}

#[test]
fn most_frequent_runs() {
    // "to be" twice, 5 characters each, of 18; `to be or` and all others once.
    assert_value(Metric::Top2GramCharShare, "to be or not to be", 10.0 / 18.0);
    assert_value(Metric::Top3GramCharShare, "to be or not to be", 8.0 / 18.0);
    assert_eq!(value(Metric::Top4GramCharShare, "to be or"), None);
}

#[test]
fn runs_seen_before_are_stepped_over() {
    // The second and third copy of the five words count, nothing between.
    let five = "one two three four five";
    let text = format!("{five} {five} {five}");
    assert_value(Metric::Duplicate5GramCharShare, &text, 38.0 / 71.0);
    // Of the runs of ten, the one that begins with the second copy was seen.
    assert_value(Metric::Duplicate10GramCharShare, &text, 38.0 / 71.0);
    assert_value(Metric::Duplicate6GramCharShare, &format!("{five} and {five}"), 0.0);
    assert_eq!(value(Metric::Duplicate6GramCharShare, five), None);
}

#[test]
fn sentences_of_c4() {
    assert_value(Metric::C4SentenceCount, "One two three. Four five.\nno end here\nToo short.\n", 2.0);
    assert_value(Metric::C4CurlyBracketCount, "a {b} c.\nx {y\n", 1.0);
}

#[test]
fn names_are_unique_and_found() {
    for metric in Metric::all() {
        assert_eq!(Metric::named(metric.as_str()), Some(*metric));
        assert!(!metric.about().is_empty());
    }
    assert_eq!(Metric::named("word_length"), None);
}

#[test]
fn text_without_words_or_lines_gives_no_ratio() {
    let marks = document("!!!");
    let metrics = Metrics::of(&marks, None);
    assert_eq!(metrics.get(Metric::WordLengthMean), None);
    assert_eq!(metrics.get(Metric::UpperCaseShare), None);
    assert_eq!(metrics.get(Metric::AlphabeticWordShare), Some(0.0));
    for metric in Metric::all() {
        assert!(metrics.get(*metric).is_none_or(f64::is_finite), "{}", metric.as_str());
    }
}

/// Lines made of few parts, so that repetition, empty lines and odd ends are common.
fn text() -> impl Strategy<Value = String> {
    let part = prop::sample::select(vec![
        "the",
        "and ",
        "Apples ",
        " - ",
        "• ",
        "...",
        "….",
        "。",
        "中文",
        "don't ",
        "3.5 ",
        "#",
        "{",
        "é\u{301}",
        "\t",
        "JavaScript ",
        "use cookies ",
        "lorem ipsum",
        "한국 ",
        "--",
        " ",
        "Ünder ",
        "!\" ",
    ]);
    let line = prop::collection::vec(part, 0..8).prop_map(|parts| parts.concat());
    prop_oneof![
        prop::collection::vec(line, 1..12).prop_map(|lines| lines.join("\n")),
        "[a-c \n]{0,80}",
        "[^\\r\u{85}\u{c}\u{0}]{0,60}",
    ]
}

proptest! {
    #[test]
    fn what_is_told_early_is_so(text in "([A-Z][a-z]{0,9} ?[a-z]{1,9}( [a-z]{1,4}){0,3}[.!?]?[ \n]){1,12}", value in 0..12_usize) {
        let document = document(&text);
        let metrics = Metrics::with_stop_words(&document, None);
        for &metric in Metric::all().iter().filter(|metric| metric.is_told_early()) {
            prop_assert_eq!(metrics.reaches(metric, value), metrics.get(metric).unwrap() >= value as f64, "{}", metric.as_str());
        }
    }
}

proptest! {
    #[test]
    fn fast_figures_are_the_straightforward_ones(text in text()) {
        let Ok(document) = Document::decode(text.clone().into_bytes()) else { return Ok(()) };
        let metrics = Metrics::with_stop_words(&document, lists::stop_words("en"));
        // As decoded: a byte order mark in front is not part of the text.
        let lines: Vec<&str> = document.text().split('\n').collect();
        let blank = |line: &&str| line.trim().is_empty();
        let start = lines.iter().take_while(|line| blank(line)).count();
        let end = lines.len() - lines.iter().rev().take_while(|line| blank(line)).count();
        let body = lines.get(start..end).unwrap_or_default().join("\n");
        for metric in Metric::all().iter().filter(|metric| !metric.as_str().starts_with("c4")) {
            let slow = slow::value(metric.as_str(), &body, lists::stop_words("en"));
            let fast = metrics.get(*metric);
            let same = match (fast, slow) {
                (Some(fast), Some(slow)) => (fast - slow).abs() < 1e-9,
                (fast, slow) => fast == slow,
            };
            prop_assert!(same, "{}: {fast:?}, straightforward {slow:?}", metric.as_str());
        }
    }
}
