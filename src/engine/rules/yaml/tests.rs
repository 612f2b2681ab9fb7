//! Tests.

use proptest::prelude::*;

use super::{Meaning, Node, Style, Value, read, read_known, text};
use crate::engine::{
    diagnostic::{Diagnostic, Sources, codes},
    rules::Embedded,
};

fn node(yaml: &str) -> Node {
    read(yaml, 0).expect(yaml)
}

fn errors(yaml: &str) -> Vec<Diagnostic> {
    read(yaml, 0).expect_err(yaml)
}

fn code_and_text(yaml: &str) -> Vec<(&'static str, &str)> {
    errors(yaml)
        .iter()
        .map(|error| {
            let place = error.place().expect("a place");
            (error.code, &yaml[place.start as usize..place.end as usize])
        })
        .collect()
}

/// Every scalar and key with the text it was written as.
fn written(yaml: &str) -> Vec<(String, String)> {
    fn walk(node: &Node, yaml: &str, out: &mut Vec<(String, String)>) {
        let slice = |place: super::Place| yaml[place.start as usize..place.end as usize].to_owned();
        match &node.value {
            Value::Scalar(scalar) => out.push((scalar.text.clone(), slice(node.place))),
            Value::List(items) => items.iter().for_each(|item| walk(item, yaml, out)),
            Value::Map(entries) => {
                for (key, value) in entries {
                    out.push((key.text.clone(), slice(key.place)));
                    walk(value, yaml, out);
                }
            }
        }
    }
    let mut out = Vec::new();
    walk(&node(yaml), yaml, &mut out);
    out
}

#[test]
fn scalars_know_their_bytes() {
    let yaml = "a: plain text # comment\n二: 'it''s' \nc: [\"q\\u00e9\", 7]\nd: |\n  block\n  more\n\ne: x\n";
    let found = written(yaml);
    let expected = [
        ("a", "a"),
        ("plain text", "plain text"),
        ("二", "二"),
        ("it's", "'it''s'"),
        ("c", "c"),
        ("qé", "\"q\\u00e9\""),
        ("7", "7"),
        ("d", "d"),
        ("block\nmore\n", "block\n  more"),
        ("e", "e"),
        ("x", "x"),
    ];
    let found: Vec<(&str, &str)> = found.iter().map(|(text, slice)| (text.as_str(), slice.as_str())).collect();
    assert_eq!(found, expected);
}

#[test]
fn collections_end_with_their_last_value() {
    let yaml = "a:\n  b: 1\n  c: [1, 2 ]\n\nd: {e: f}\n";
    let Value::Map(entries) = node(yaml).value else { panic!("a map") };
    let slices: Vec<&str> =
        entries.iter().map(|(_, value)| &yaml[value.place.start as usize..value.place.end as usize]).collect();
    assert_eq!(slices, ["b: 1\n  c: [1, 2 ]", "{e: f}"]);
}

#[test]
fn meanings() {
    let Value::List(items) = node("[no, 'no', true, ~, 7, 0.5, 010, -3, text]").value else { panic!("a list") };
    let meanings: Vec<Meaning> = items
        .into_iter()
        .map(|item| match item.value {
            Value::Scalar(scalar) => scalar.meaning,
            _ => panic!("a scalar"),
        })
        .collect();
    use Meaning::{Bool, Float, Null, Text, Whole};
    assert_eq!(
        meanings,
        [Text, Text, Bool(true), Null, Whole(7_i64.into()), Float(0.5), Text, Whole((-3_i64).into()), Text]
    );
}

#[test]
fn a_place_inside_a_scalar() {
    let slice = |yaml: &str, range: std::ops::Range<usize>| {
        let Value::Map(entries) = node(yaml).value else { panic!("a map") };
        let place = entries[0].1.inside(yaml, range);
        yaml[place.start as usize..place.end as usize].to_owned()
    };
    assert_eq!(slice("a: ab(cd", 2..3), "(");
    assert_eq!(slice("a: 'it''s (x'", 5..6), "(");
    assert_eq!(slice("a: 'it''s (x'", 2..3), "''");
    assert_eq!(slice("a: \"\\\\s(\\u00e9\"", 2..3), "(");
    assert_eq!(slice("a: \"\\\\s(\\u00e9\"", 3..5), "\\u00e9");
    assert_eq!(slice("a: |\n  b(\n", 1..2), "b(");
}

#[test]
fn what_is_refused() {
    let cases = [
        ("a: &x 1\nb: *x\n", codes::UNSUPPORTED, "&x 1"),
        ("b: *x\n", codes::UNSUPPORTED, ""),
        ("a: !!str 1\n", codes::UNSUPPORTED, "!!str 1"),
        ("a: {<<: {b: 1}}\n", codes::UNSUPPORTED, "<<"),
        ("a: 1\n---\nb: 2\n", codes::UNSUPPORTED, "---"),
        ("? [a]\n: b\n", codes::UNSUPPORTED, "["),
        ("{? :no}\n", codes::UNSUPPORTED, ":no"),
        ("? a\n: b\n", codes::UNSUPPORTED, "a"),
        ("a: 1\nb: 2\na: 3\n", codes::DUPLICATE_KEY, "a"),
        ("", codes::EMPTY, ""),
        ("# only this\n", codes::EMPTY, ""),
        ("a: [1\nb: 2\n", codes::SYNTAX, ""),
        ("a:\n\t- b\n", codes::SYNTAX, "\t"),
        ("a:\n  b: c\n\td: e\n", codes::SYNTAX, "\t"),
        ("a: 'b\n", codes::SYNTAX, ""),
        ("a: b: c\n", codes::SYNTAX, ""),
    ];
    for (yaml, code, slice) in cases {
        assert_eq!(code_and_text(yaml), [(code, slice)], "{yaml:?}");
    }
}

#[test]
fn question_marks_in_text_are_text() {
    for yaml in ["a?: 1\n", "a: '?'\nb: 2\n", "{'?' : 1, b? c: 2}\n", "a: what?\nwhat? b: 1\n", "[a?, {b: c?}]\n"] {
        node(yaml);
    }
}

#[test]
fn duplicate_keys_are_all_reported() {
    assert_eq!(code_and_text("a: 1\na: 2\nb: {c: 1, 'c': 2}\n").len(), 2);
}

#[test]
fn deep_nests_end_early() {
    for nest in ["[".repeat(100_000), "- ".repeat(100_000), "{a: ".repeat(100_000)] {
        let error = &errors(&nest)[0];
        assert_eq!(error.code, codes::TOO_DEEP, "{}", &nest[..4]);
    }
}

#[test]
fn bytes_that_are_no_text() {
    let code = |bytes: &[u8]| text("f.yaml", bytes, &mut Sources::default()).map_err(|error| error.code);
    assert_eq!(code(b"a: 1"), Ok(0));
    assert_eq!(code(b"\xEF\xBB\xBFa: 1"), Ok(0));
    assert_eq!(code(b"\xFF\xFEa\0:\0"), Err(codes::ENCODING));
    assert_eq!(code(b"a\0:\0 \0b\0"), Err(codes::ENCODING));
    assert_eq!(code(b"a: \xB0\xC4\xC3\xC5"), Err(codes::ENCODING));
    assert_eq!(code("a: b\u{2028}c".as_bytes()), Err(codes::ENCODING));
    assert_eq!(code("a: b\u{85}c".as_bytes()), Err(codes::ENCODING));
    assert_eq!(code(b"a: \x1b[31m"), Err(codes::ENCODING));
    assert_eq!(code(&vec![b'#'; 10 << 20]), Err(codes::TOO_LARGE));
}

#[test]
fn a_byte_order_mark_shifts_no_place() {
    let mut sources = Sources::default();
    let source = text("f.yaml", b"\xEF\xBB\xBFa: 'b'", &mut sources).expect("readable");
    let (_, body) = sources.get(source).expect("there");
    assert_eq!(written(body)[1], ("b".to_owned(), "'b'".to_owned()));
}

#[test]
fn quoted_and_plain_are_told_apart() {
    let Value::List(items) = node("[a, 'a', \"a\"]").value else { panic!("a list") };
    let styles: Vec<Style> = items
        .iter()
        .filter_map(|item| if let Value::Scalar(scalar) = &item.value { Some(scalar.style) } else { None })
        .collect();
    assert_eq!(styles, [Style::Plain, Style::Single, Style::Double]);
}

/// Pieces that make up most of YAML's grammar, so that random joins of them often are YAML.
fn yaml_like() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "a",
        "b: ",
        "- ",
        "\n",
        "\n  ",
        "\n    ",
        "[",
        "]",
        "{",
        "}",
        ", ",
        "'",
        "\"",
        "''",
        ": ",
        "? ",
        "|\n  ",
        ">-\n  ",
        "# c",
        "no",
        "~",
        "1",
        "0x1",
        "1e3",
        ".5",
        "0o7",
        "\\n",
        "\\u00e9",
        "é",
        "漢",
        "\u{1F600}",
        "\t",
        "---\n",
        "...\n",
        "%",
        "@",
        "key: v\n",
        "\r\n",
        "\r",
        "&",
        "*",
        "!",
        "<<",
        "-",
        ":",
        ",",
        "x y",
        " ",
        "true",
        ".inf",
        ".nan",
        "12_3",
        "1.0",
        "+1",
        "-0",
        "0b1",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|pieces| pieces.concat())
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2000, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn never_panics_and_readers_agree(yaml in yaml_like()) {
        let mut sources = Sources::default();
        if let Ok(source) = text("f", yaml.as_bytes(), &mut sources)
            && let Err(errors) = read(&sources.files[0].1, source)
        {
            prop_assert!(!errors.is_empty());
            for error in &errors {
                prop_assert!(error.code != codes::DISAGREEMENT, "{:?}: {:?}", yaml, error);
            }
        }
    }

    #[test]
    fn any_bytes_are_taken_calmly(bytes in prop::collection::vec(any::<u8>(), 0..200)) {
        let mut sources = Sources::default();
        if let Ok(source) = text("f", &bytes, &mut sources) {
            let (_, body) = sources.get(source).expect("there");
            let body = body.to_owned();
            let _ = read(&body, source);
        }
    }
}

#[test]
fn whole_numbers_keep_their_value() {
    for value in [0, 1, -1, i128::from(i64::MIN), i128::from(i64::MAX), i128::from(i64::MAX) + 1, i128::from(u64::MAX)]
    {
        let Value::Scalar(scalar) = node(&value.to_string()).value else { panic!("{value}") };
        assert!(matches!(scalar.meaning, Meaning::Whole(whole) if i128::from(whole) == value), "{value}");
    }
}

#[test]
fn shipped_files_are_read_by_one_reader_as_by_both() {
    let mut files = 0;
    for (name, bytes) in Embedded::files().filter(|(name, _)| name.ends_with(".yaml")) {
        let text = str::from_utf8(bytes).expect(name);
        assert!(read(text, 7) == read_known(text, 7), "{name}");
        files += 1;
    }
    assert!(files > 5, "{files}");
}

proptest! {
    #[test]
    fn a_word_means_the_same_alone_and_in_its_file(
        words in prop::collection::vec(
            prop_oneof![
                "[-+]?[0-9]{0,3}[._]?[0-9]{0,3}([eE][-+]?[0-9]{1,2})?", "0[xob][0-9a-f]{1,4}", "[-+]?\\.(inf|nan|Inf|NaN|5)",
                "null|Null|NULL|~|", "true|True|TRUE|false|False|yes|no|on|off|tRue", "[a-z0-9.~-]{0,6}", "\\PC{0,6}",
            ],
            0..9,
        ),
    ) {
        let text: String = words.iter().map(|word| format!("- {word}\n- {{key: {word}}}\n")).collect();
        if let Ok(node) = read(&text, 0) {
            // What is no number equals nothing, not even itself.
            prop_assert_eq!(format!("{:?}", read_known(&text, 0)), format!("{:?}", Ok::<_, ()>(node)), "{}", text);
        }
    }

    #[test]
    fn keys_that_stand_twice_are_told_however_many_there_are(
        keys in prop::collection::vec(prop_oneof![3 => "[a-z]{2}", 1 => "[ab]"], 1..50),
    ) {
        let text: String = keys.iter().map(|key| format!("{key}x: 1\n")).collect();
        let mut last = std::collections::HashMap::new();
        let mut wanted = Vec::new();
        let mut at = 0;
        for key in &keys {
            wanted.extend(last.insert(key, at).map(|first| (at, first)));
            at += u32::try_from(key.len()).unwrap() + 5;
        }
        let told = read(&text, 0).err().unwrap_or_default();
        let told: Vec<_> = told.iter().map(|told| (told.place().unwrap().start, told.labels[1].0.start)).collect();
        prop_assert_eq!(told, wanted);
    }
}
