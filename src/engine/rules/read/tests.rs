//! What the shipped files say is sound, what is left out has a default, and hostile files end in an error. What each mistake
//! is reported as is under `tests/rules`.

use super::read;
use crate::engine::{
    diagnostic::{Severity, codes, render},
    rules::{Embedded, File, Library, Overlay, Snapshot, model},
};

/// Shipped packs are read without an error, and the two YAML readers agree on them.
#[test]
fn shipped_files_are_sound() {
    let found = read(&Embedded);
    let errors: Vec<_> =
        found.diagnostics.iter().filter(|diagnostic| diagnostic.severity == Severity::Error).cloned().collect();
    assert!(errors.is_empty(), "{}", render(&errors, &found.sources, false));
    for id in Embedded::topic_ids() {
        let topics = Embedded::topic(id).into_iter().collect();
        let found = read(&Overlay { upper: Snapshot::default(), lower: Shipped { topics } });
        assert!(!found.has_errors(), "{}", render(&found.diagnostics, &found.sources, false));
    }
}

/// The shipped files with topics switched on.
struct Shipped {
    topics: Vec<File>,
}

impl Library for Shipped {
    fn packs(&self) -> Vec<File> {
        Vec::new()
    }

    fn named(&self, from: &str, path: &str) -> Result<File, String> {
        Embedded.named(from, path)
    }

    fn matching(&self, from: &str, pattern: &str) -> Result<Vec<File>, String> {
        Embedded.matching(from, pattern)
    }

    fn topics(&self) -> Vec<File> {
        self.topics.clone()
    }
}

#[test]
fn rules_come_in_order_of_id_with_all_defaults() {
    let found = read(&Snapshot::of_pack(
        "mine.yaml",
        "schema: rules/1\npack: mine\nrules:\n- {id: b, match: {repeated: {times_at_least: 2}}, action: strip}\n- {id: a, \
         unit: document, require: {language: {wanted: true}}, score: {level: weak}}\n",
    ));
    let ids: Vec<&str> = found.rules.iter().map(|rule| &*rule.id.value).collect();
    assert_eq!(ids, ["mine/a", "mine/b"]);
    let rule = &found.rules[1];
    assert_eq!((rule.version, rule.status, rule.if_unknown), (1, model::Status::Stable, model::IfUnknown::Skip));
    assert_eq!(rule.region.part, model::Part::All);
    assert!(matches!(rule.matcher, model::Matcher::Line(model::Polarity::Match, _)));
    assert!(matches!(found.rules[0].matcher, model::Matcher::Document(model::Polarity::Require, _)));
    assert_eq!((found.rules[0].action, found.rules[0].score), (None, Some(model::Level::Weak)));
}

/// Files made to cost much: each ends soon (the whole test takes a fraction of a second) and in an error.
#[test]
fn hostile_files_end_in_an_error() {
    let mega = 1 << 20;
    let head = "schema: rules/1\npack: mine\nrules:\n";
    let aliases: String =
        (0..60).map(|n| format!("  a{n}: &a{n} [*a{}, *a{}]\n", n.max(1) - 1, n.max(1) - 1)).collect();
    let files = [
        "[".repeat(100_000),
        "- ".repeat(mega / 2),
        "? ".repeat(mega / 2),
        "{a: ".repeat(100_000),
        format!("{head}  - [{}", "a, ".repeat(mega / 3 - 100)),
        format!("{head}  - [{}]", "a: b, ".repeat(mega / 6 - 100)),
        format!("{head}  - {{{}}}", "a, ".repeat(mega / 3 - 100)),
        format!("{head}  - {}", "x ".repeat(mega / 2 - 100)),
        format!("{head}  - \"{}\"", "\\\"".repeat(mega / 2 - 100)),
        format!("{head}  - '{}", "''".repeat(mega / 2 - 100)),
        format!("{head}  - |\n{}", "    x\n".repeat(mega / 6 - 100)),
        format!("{head}{}", "  - a\n".repeat(mega / 6 - 100)),
        format!("{head}{}", (0..60_000).map(|n| format!("  k{n}: 1\n")).collect::<String>()),
        format!("{head}{}", "#\n".repeat(mega / 2 - 100)),
        format!("{head}{}", "\n".repeat(mega - 100)),
        format!("x:\n{aliases}"),
        "&a ".repeat(mega / 3),
        "!a ".repeat(mega / 3),
        "%TAG ! x\n".repeat(mega / 9),
        "\t".repeat(mega),
        "--- \n".repeat(mega / 5),
        "'".repeat(mega),
        "a".repeat(10 * mega),
        format!("{head}  - {{id: a, action: strip, match: {{regex: {{any: ['{}']}}}}}}", "(".repeat(mega / 2)),
        format!(
            "{head}  - {{id: a, action: strip, match: {{regex: {{any: ['{}']}}}}}}",
            "((a{50}){50}){50}".repeat(100)
        ),
        format!(
            "{head}  - {{id: a, action: strip, match: {{regex: {{any: ['a{{,']}}}}, message: '{}'}}",
            "{".repeat(mega / 2 + 1)
        ),
    ];
    for text in files {
        let found = read(&Snapshot::of_pack("hostile.yaml", &text));
        assert!(found.has_errors(), "{}", &text[..80]);
        let drawn = render(&found.diagnostics, &found.sources, false);
        assert!(!drawn.is_empty());
    }
}

#[test]
fn the_patterns_of_a_pack_are_bounded_together() {
    // Each is small enough by itself; all of them would take a gigabyte.
    let patterns: Vec<String> = (0..2_000).map(|number| format!("'x{number}\\w{{30}}'")).collect();
    let pack = |patterns: &[String]| {
        let any = patterns.join(", ");
        let text = format!(
            "schema: rules/1\npack: mine\nrules:\n  - {{id: a, action: strip, match: {{regex: {{any: [{any}]}}}}}}\n"
        );
        read(&Snapshot::of_pack("hostile.yaml", &text))
    };
    let some = pack(&patterns[..10]);
    assert!(!some.has_errors(), "{:?}", some.diagnostics);
    let found = pack(&patterns);
    let told: Vec<_> = found.diagnostics.iter().map(|diagnostic| diagnostic.code).collect();
    assert_eq!(told, [codes::COSTLY], "it is said once");
    assert!(found.diagnostics[0].message.contains("this pack"), "{}", found.diagnostics[0].message);
}

/// A macro of another pack means the lists and macros of its own.
#[test]
fn a_macro_of_another_pack_refers_to_its_own() {
    let file = |name: &str, text: &str| File::new(name, text);
    let rule = "rules:\n  - {id: a, match: {use: other/title}, action: annotate}\n";
    let mine = "schema: rules/1\npack: mine\nlists: {titles: {items: [verse]}}\n";
    let unused = "macros: {long: {match: {shape: {letters_at_least: 9}}}}\n";
    let other = "schema: rules/1\npack: other\nlists: {titles: {items: [chapter]}}\nmacros:\n  long: {match: {words: \
                 {lists: [titles]}}}\n  title: {match: {use: long}}\n";
    let files = vec![file("mine.yaml", &format!("{mine}{unused}{rule}")), file("other.yaml", other)];
    let found = read(&Snapshot { packs: files, ..Snapshot::default() });
    assert!(!found.has_errors(), "{}", render(&found.diagnostics, &found.sources, false));
    let rules = format!("{:?}", found.rules);
    assert!(rules.contains("chapter") && !rules.contains("verse"), "{rules}");
    let told: Vec<&str> = found.diagnostics.iter().map(|told| &*told.message).collect();
    assert!(told.contains(&"the macro `long` is not used") && !told.contains(&"the macro `title` is not used"));
    assert!(told.contains(&"no rule uses the list `mine/titles`"), "{told:?}");
}
