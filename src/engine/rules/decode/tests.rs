//! Tests.

use super::{Fields, Problems, TOLD_AT_MOST, nearest, or_list, suggestion};
use crate::engine::{
    diagnostic::{Diagnostic, Place, Severity, codes},
    rules::yaml::{self, Node},
};

fn node(yaml: &str) -> Node {
    yaml::read(yaml, 0).expect(yaml)
}

/// Decodes one key and gives the codes and help of what was reported.
fn reported(yaml: &str, decode: impl Fn(&mut Fields<'_>)) -> Vec<(&'static str, String)> {
    let node = node(yaml);
    let problems = Problems::default();
    let mut fields = Fields::open(&node, "a thing", &problems).expect("a map");
    decode(&mut fields);
    fields.finish();
    problems.into_sorted().into_iter().map(|found| (found.code, found.help.unwrap_or_default())).collect()
}

fn one(yaml: &str, decode: impl Fn(&mut Fields<'_>)) -> (&'static str, String) {
    let mut found = reported(yaml, decode);
    assert_eq!(found.len(), 1, "{yaml}: {found:?}");
    found.remove(0)
}

#[test]
fn unknown_keys_are_reported_with_the_nearest() {
    let found = reported("acton: strip\ncolour: red\n", |fields| {
        fields.optional("action");
        fields.optional("title");
    });
    assert_eq!(
        found,
        [
            (codes::UNKNOWN_KEY, "did you mean `action`?".to_owned()),
            (codes::UNKNOWN_KEY, "it takes `action` or `title`".to_owned())
        ]
    );
}

#[test]
fn missing_and_valueless_keys_are_reported() {
    let found = reported("title:\n", |fields| {
        fields.required("id");
        fields.optional("title");
    });
    assert_eq!(found.iter().map(|found| found.0).collect::<Vec<_>>(), [codes::MISSING_KEY, codes::WRONG_TYPE]);
}

#[test]
fn text_that_other_tools_read_otherwise_is_refused() {
    for word in
        ["no", "Yes", "ON", "off", "y", "N", "true", "False", "null", "~", "012", "1_000", "1.10", "0x1F", "1e3"]
    {
        let found = one(&format!("a: {word}\n"), |fields| assert!(fields.optional("a").unwrap().text().is_none()));
        assert_eq!(found, (codes::AMBIGUOUS, format!("write '{word}' if the text is meant")));
        let quoted = reported(&format!("a: '{word}'\n"), |fields| {
            assert_eq!(fields.optional("a").unwrap().text().unwrap().value, word);
        });
        assert!(quoted.is_empty());
    }
    for word in ["nope", "2024", "1.2.3", "2027-03-31", "0", "nein"] {
        let found = reported(&format!("a: {word}\n"), |fields| assert!(fields.optional("a").unwrap().text().is_some()));
        assert!(found.is_empty(), "{word}");
    }
}

#[test]
fn words_of_a_closed_vocabulary_need_no_quotes() {
    let found = reported("status: off\nin: no\n", |fields| {
        assert_eq!(fields.optional("status").unwrap().choice(&[("off", 1), ("stable", 2)]), Some(1));
        assert_eq!(fields.optional("in").unwrap().word().unwrap().value, "no");
    });
    assert!(found.is_empty());
}

#[test]
fn choices_are_suggested() {
    let choose = |fields: &mut Fields<'_>| {
        fields.optional("a").unwrap().choice(&[("strip", 1), ("reject", 2)]);
    };
    assert_eq!(one("a: stirp\n", choose), (codes::CHOICE, "did you mean `strip`?".to_owned()));
    assert_eq!(one("a: delete-now\n", choose), (codes::CHOICE, "it takes `strip` or `reject`".to_owned()));
    assert_eq!(one("a: [strip]\n", choose).0, codes::WRONG_TYPE);
}

#[test]
fn numbers() {
    let share = |fields: &mut Fields<'_>| {
        fields.optional("a").unwrap().share();
    };
    assert_eq!(one("a: 50\n", share), (codes::RANGE, "shares go from 0 to 1; write 0.5 for 50 per cent".to_owned()));
    assert_eq!(one("a: 50%\n", share), (codes::WRONG_TYPE, "write 0.5 for 50 per cent".to_owned()));
    assert_eq!(one("a: '0.5'\n", share), (codes::WRONG_TYPE, "write 0.5, without quotes".to_owned()));
    assert_eq!(one("a: .nan\n", share).0, codes::WRONG_TYPE);
    assert!(reported("a: 0.5\n", share).is_empty());
    let whole = |fields: &mut Fields<'_>| {
        fields.optional("a").unwrap().whole(1..=u32::MAX);
    };
    assert_eq!(one("a: 0\n", whole), (codes::RANGE, "it must be at least 1".to_owned()));
    assert_eq!(one("a: 010\n", whole), (codes::WRONG_TYPE, "write 10".to_owned()));
    assert_eq!(one("a: 0x10\n", whole).0, codes::AMBIGUOUS);
    assert_eq!(one("a: 1.5\n", whole).0, codes::WRONG_TYPE);
    assert_eq!(one("a: 9999999999\n", whole).0, codes::RANGE);
    assert!(reported("a: 7\n", whole).is_empty());
}

#[test]
fn values_that_a_comma_cuts_in_two_are_shown_the_way_out() {
    let ask = |fields: &mut Fields<'_>| {
        fields.optional("a");
        fields.optional("b");
    };
    let comma = |help: &str| (codes::UNKNOWN_KEY, format!("between brackets a comma ends a value; {help}"));
    assert_eq!(one("{a: 1,000, b: 2}\n", ask), comma("write 1000"));
    assert_eq!(one("{b: 2, a: 0,5}\n", ask), comma("write 0.5"));
    assert_eq!(one("{a: Hello, friends, b: 2}\n", ask), comma("put text that holds one between single quotes"));
    for with_value in ["{a: 1, c: , b: 2}\n", "{a: 1, c: ''}\n", "a: 1\nc:\nb: 2\n", "{c, a: 1}\n"] {
        assert_eq!(one(with_value, ask), (codes::UNKNOWN_KEY, "it takes `a` or `b`".to_owned()), "{with_value}");
    }
}

#[test]
fn numbers_as_people_write_them_are_shown_as_yaml_has_them() {
    let number = |fields: &mut Fields<'_>| {
        fields.optional("a").unwrap().number(0.0..=f64::INFINITY);
    };
    for (written, meant) in [
        ("1_000", "1000"),
        ("1,000", "1000"),
        ("1 000", "1000"),
        ("12'000'000", "12000000"),
        ("0,5", "0.5"),
        ("2,25", "2.25"),
        ("0,125", "0.125"),
    ] {
        assert_eq!(one(&format!("a: {written}\n"), number), (codes::WRONG_TYPE, format!("write {meant}")), "{written}");
    }
    for written in ["1,00,000", "1:30", "1,", "1 0 0", "1,000.5"] {
        assert_eq!(one(&format!("a: {written}\n"), number), (codes::WRONG_TYPE, String::new()), "{written}");
    }
}

#[test]
fn what_tools_take_for_a_number_is_called_what_it_is() {
    let why = |word: &str| {
        let node = node(&format!("a: {word}\n"));
        let problems = Problems::default();
        Fields::open(&node, "a thing", &problems).unwrap().optional("a").unwrap().text();
        problems.into_sorted().remove(0).message
    };
    assert_eq!(why("1_000"), "unquoted `1_000` is a number for many YAML tools, and `a` wants text");
    assert_eq!(why("0_12"), "unquoted `0_12` is an octal number for many YAML tools, and `a` wants text");
}

#[test]
fn words_of_other_tools_are_shown_ours() {
    let meant = |written, known: &[&str]| suggestion(written, known).unwrap_or_default();
    let limits = ["letters_at_least", "letters_at_most", "words_at_least"];
    assert_eq!(meant("letters", &limits), "did you mean `letters_at_least` or `letters_at_most`?");
    assert_eq!(meant("max_letters", &limits), "did you mean `letters_at_most`?");
    assert_eq!(meant("letters_min", &limits), "did you mean `letters_at_least`?");
    assert_eq!(meant("max", &["at_least", "at_most"]), "did you mean `at_most`?");
    assert_eq!(meant("and", &["all", "any", "not", "use"]), "did you mean `all`?");
    assert_eq!(meant("regex", &["id", "match"]), "did you mean `match: {regex: …}`?");
    assert_eq!(meant("status", &["rule", "set"]), "did you mean `set: {status: …}`?");
    assert_eq!(meant("lines", &["fires", "flags"]), "did you mean `flags`?");
    assert_eq!(meant("lang", &["language", "letters"]), "did you mean `language`?");
    assert_eq!(meant("a", &["acorn", "b"]), "");
    assert_eq!(meant("colour", &["id", "match"]), "");
}

#[test]
fn booleans() {
    let boolean = |fields: &mut Fields<'_>| {
        fields.optional("a").unwrap().boolean();
    };
    assert_eq!(one("a: yes\n", boolean), (codes::WRONG_TYPE, "write `true`, without quotes".to_owned()));
    assert_eq!(one("a: 'false'\n", boolean), (codes::WRONG_TYPE, "write `false`, without quotes".to_owned()));
    assert!(reported("a: true\n", boolean).is_empty());
}

#[test]
fn names() {
    let name = |fields: &mut Fields<'_>| {
        fields.optional("a").unwrap().name();
    };
    assert_eq!(one("a: Foreign_Header\n", name), (codes::NAME, "write `foreign-header`".to_owned()));
    assert_eq!(one("a: 头\n", name).0, codes::NAME);
    assert_eq!(one("a: a--b\n", name), (codes::NAME, "write `a-b`".to_owned()));
    assert!(reported("a: c4-line-2\n", name).is_empty());
}

#[test]
fn lists() {
    let texts = |fields: &mut Fields<'_>| {
        fields.optional("a").unwrap().texts();
    };
    assert_eq!(one("a: spam\n", texts), (codes::WRONG_TYPE, "write [spam]".to_owned()));
    assert_eq!(reported("a: [x, '', no, {b: 1}]\n", texts).len(), 3);
    assert!(reported("a: [x, y z]\n", texts).is_empty());
}

#[test]
fn nearness() {
    assert_eq!(nearest("lines_atleast", ["lines_at_least", "lines_at_most"]), Some("lines_at_least"));
    assert_eq!(nearest("Foreign", ["foreign"]), Some("foreign"));
    assert_eq!(nearest("zzzz", ["foreign", "lists"]), None);
    assert_eq!(nearest("", ["a"]), None);
    assert_eq!(or_list(["a", "b", "c"]), "`a`, `b` or `c`");
    assert_eq!(or_list(["a"]), "`a`");
}

#[test]
fn much_advice_hides_no_error_and_is_none() {
    let problems = Problems::default();
    let place = |start| Place { source: 0, start, end: start + 1 };
    for at in 0..TOLD_AT_MOST + 5 {
        problems.push(Diagnostic::warning(codes::NO_EXAMPLE, place(at), "a"));
    }
    problems.push(Diagnostic::error(codes::NAME, place(7), "b"));
    assert_eq!(problems.errors(), 1);
    let told = problems.into_sorted();
    let errors: Vec<_> = told.iter().filter(|each| each.severity == Severity::Error).map(|each| each.code).collect();
    assert_eq!(errors, [codes::NAME]);
    let more = told.iter().find(|each| each.code == codes::TOO_MANY).unwrap();
    assert_eq!(
        (more.severity, more.message.as_str()),
        (Severity::Warning, "this file has 5 more warnings that are not shown")
    );
}
