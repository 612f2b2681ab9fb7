//! Fast paths against slow ones, over random rules and documents.

use std::{collections::BTreeSet, path::Path};

use proptest::{
    prelude::*,
    sample::{Index, select},
};

use super::build::*;
use crate::engine::{
    judge::{
        Verdict, explain,
        run::{Run, Selection},
        strip,
    },
    rules::{Embedded, RuleSet, Settings, load, model::*},
    text::{Document, Script},
};

/// Pieces that rules look for and lines are made of, so that they meet.
const PIECES: &[&str] = &[
    "home",
    "Home",
    "HOME",
    ">",
    "»",
    "/",
    "|",
    " ",
    "  ",
    "news",
    "新闻",
    "首页",
    "ＨＯＭＥ",
    "hоme",
    "ho\u{200B}me",
    "casino",
    "Casino",
    "casinos",
    "老虎机",
    "ſhare",
    "share",
    "K",
    "k",
    "\u{212A}",
    "é",
    "e\u{301}",
    "1",
    "22",
    ".",
    "。",
    "!",
    "ß",
    "SS",
    "\u{3000}",
    "\t",
    "ﬁ",
    "fi",
    "東京",
    "カジノ",
    "-",
    "–",
    "\u{AD}",
    "",
    "",
    "",
];

const PATTERNS: &[&str] = &[
    "^home",
    "(?i)home",
    "(?i)^home\\s*[>»/|]",
    "[^x]home",
    "news$",
    "(?i)casinos?",
    "(?:home|首页)(?:\\s*[>»]\\s*\\S+){1,}",
    "\\d+",
    "^\\s*$",
    "^",
    "[Kk]",
    "(?i)k",
    "(?i)ſhare",
    "[a-z]{3,}",
    "\\bnews\\b",
    "(?:casino){1,2}",
    "e\u{301}|é",
    "(?i)straße|ss",
    "ﬁ",
    "fi",
    "a?b?home",
    "(?:home)?news",
    "首.",
    "\\p{Han}{2}",
    ".{0,4}news",
    "(?-i:Home)",
    "(?x) ho me # c",
    "h\u{200B}?ome",
    "\u{AD}",
    "[\u{200B}h]ome",
    "$",
    "(?i:S)hare",
    "新闻|news|",
    "(?:新闻|news)+",
    // What calls these is not all that they need.
    "home.*casino",
    "(?i)share.{0,4}casino",
    "casino.*(?:home|news).*share",
    "(?:home|首页).*news",
    "(?:home|首页).*(?:news|新闻)",
    // One byte tells that these match nothing.
    r"^\d",
    r"^[^\p{L}]",
    r"[新.e]$",
];

const SCRIPTS: &[&[Script]] =
    &[&[], &[Script::HAN], &[Script::LATIN], &[Script::HAN, Script::LATIN], &[Script::HAN, Script::CYRILLIC]];

fn text() -> impl Strategy<Value = String> {
    let line = prop::collection::vec(select(PIECES), 0..8).prop_map(|pieces| pieces.concat());
    let end = select(&["\n", "\n", "\n", "\r\n", "\r", "\u{85}", "\u{C}"][..]);
    prop::collection::vec((line, end), 1..12)
        .prop_map(|lines| lines.into_iter().flat_map(|(line, end)| [line, end.to_owned()]).collect::<String>())
        .prop_filter("must be a text", |text| Document::decode(text.clone().into_bytes()).is_ok())
}

fn test() -> impl Strategy<Value = LineTest> {
    let patterns = prop::collection::vec(select(PATTERNS), 1..4)
        .prop_map(|patterns| LineTest::Regex(patterns.into_iter().map(|pattern| at(pattern.to_owned())).collect()));
    let items = prop::collection::vec(select(PIECES).prop_filter("", |piece| !piece.trim().is_empty()), 1..4);
    let flag = || prop::bool::weighted(0.3);
    let share = prop::option::weighted(0.3, 0.1..0.9_f64);
    let words = (items, 1..3_u32, flag(), flag(), flag(), share).prop_map(
        |(items, at_least, whole_line, starts_line, foreign, share_at_least)| {
            let name = format!("t/{}", items.join("+"));
            let items: Vec<_> =
                items.into_iter().zip([Some("zh"), Some("en"), None]).map(|(item, code)| (code, item)).collect();
            LineTest::Words(WordsTest {
                lists: vec![list(&name, &items)],
                at_least,
                foreign,
                whole_line,
                in_lines_at_most: (at_least > 1).then_some(2),
                starts_line,
                share_at_least,
            })
        },
    );
    prop_oneof![
        4 => patterns,
        3 => words,
        2 => (select(SCRIPTS), any::<bool>(), 0..9_u32).prop_map(|(is, differs_from_document, letters_at_least)| {
            LineTest::Script(LineScriptTest {
                is: is.to_vec(), differs_from_document, letters_at_least, share_at_least: None, elsewhere_share_at_most: None,
            })
        }),
        1 => (select(&[Measure::Letters, Measure::Words, Measure::WhitespaceTokens][..]), 0.0..9.0_f64)
            .prop_map(|(measure, limit)| LineTest::Shape(ShapeTest {
                bounds: vec![(measure, Bounds { at_least: None, at_most: Some(limit) })],
                sentence_end: None,
            })),
        1 => Just(LineTest::Repeated { times_at_least: 2 }),
    ]
}

fn logic() -> impl Strategy<Value = Logic<LineTest>> {
    test().prop_map(is).prop_recursive(3, 10, 3, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 1..3).prop_map(Logic::Any),
            prop::collection::vec(inner.clone(), 1..3).prop_map(Logic::All),
            inner.prop_map(|part| Logic::Not(Box::new(part))),
        ]
    })
}

fn region() -> impl Strategy<Value = Region> {
    let part = select(&[Part::All, Part::Head, Part::Tail][..]);
    let share = || prop::option::of(0.0..1.0_f64);
    (
        part,
        prop::option::of(0..8_u32),
        share(),
        prop::option::weighted(0.3, logic()),
        share(),
        prop::option::of(1..4_u32),
    )
        .prop_map(|(part, lines, share, until, until_share, lines_at_least)| Region {
            part,
            lines,
            share,
            until,
            until_share,
            lines_at_least,
        })
}

fn matcher() -> impl Strategy<Value = Matcher> {
    let polarity = select(&[Polarity::Match, Polarity::Match, Polarity::Require][..]);
    let maybe = || prop::option::of(logic());
    let lines = prop::option::of(1..5_u32).prop_map(|limit| Bounds { at_least: None, at_most: limit.map(f64::from) });
    let rarely = || prop::bool::weighted(0.2);
    let includes = prop::option::weighted(0.3, (logic(), 0..3_u32, prop::option::of(0.0..1.0_f64)))
        .prop_map(|known| known.map(|(line, at_least, share_at_least)| Includes { line, at_least, share_at_least }));
    let section =
        (logic(), maybe(), maybe(), lines, rarely(), rarely(), prop::option::weighted(0.3, logic()), includes)
            .prop_map(|(starts, continues, ends_before, lines, to_end, from_start, ends_with, includes)| {
                Matcher::Section(SectionTest {
                    starts,
                    continues,
                    ends_before,
                    lines,
                    to_end,
                    from_start,
                    ends_with,
                    includes,
                })
            });
    prop_oneof![3 => (polarity, logic()).prop_map(|(polarity, logic)| Matcher::Line(polarity, logic)), 1 => section]
}

fn rules() -> impl Strategy<Value = Vec<Rule>> {
    let if_unknown = select(&[IfUnknown::Skip, IfUnknown::Fire, IfUnknown::Quarantine][..]);
    let action = select(&[Action::Annotate, Action::Strip, Action::Strip, Action::Quarantine][..]);
    let unless = prop::option::weighted(0.3, logic());
    let one =
        (matcher(), region(), if_unknown, action, unless).prop_map(|(matcher, region, if_unknown, action, unless)| {
            let exception = |logic| Exception { name: "e".into(), why: None, matcher: ExceptionMatcher::Line(logic) };
            Rule {
                region,
                if_unknown,
                action: Some(action),
                unless: unless.into_iter().map(exception).collect(),
                ..rule("", matcher)
            }
        });
    prop::collection::vec(one, 1..5).prop_map(|mut rules| {
        for (index, rule) in rules.iter_mut().enumerate() {
            rule.id = at(format!("t/{index}").into());
        }
        rules
    })
}

/// Letters of scripts with spaces and without, marks that tie to the letter before them, and what stands between words.
const LETTERS: &[&str] = &[
    "a", "b", "ab", "x", "1", "é", "e", "\u{301}", "\u{4E00}", "\u{6587}", "\u{D55C}", "\u{AE00}", "\u{30AB}",
    "\u{3099}", "я", "б", "'", "\u{2019}", " ", " ", "-", "©", "ß", "\u{AD}", "😀", "\u{E01}", "_",
];

/// What patterns of several parts need.
const NEEDED: &[&str] = &["home", "news", "casino", "share", "首页", "新闻"];

fn letters(count: std::ops::Range<usize>) -> impl Strategy<Value = String> {
    prop::collection::vec(select(LETTERS), count).prop_map(|letters| letters.concat())
}

fn run<'d>(rules: &'d RuleSet, document: &'d Document, given: &'d Given, plainly: bool) -> Run<'d> {
    let make = if plainly { Run::plainly } else { Run::of };
    make(rules, document, given, Selection::Evaluated)
}

#[test]
fn the_shipped_rules_find_the_same_without_fast_paths() {
    let rules = load(&Embedded, &Settings::default()).rules.unwrap();
    let given = Given::default();
    let mut count = 0;
    for folder in ["docs/example", "fuzz/seeds/documents"] {
        for entry in std::fs::read_dir(Path::new(env!("CARGO_MANIFEST_DIR")).join(folder)).unwrap() {
            let path = entry.unwrap().path();
            let Ok(document) = Document::decode(std::fs::read(&path).unwrap()) else { continue };
            let fast = run(&rules, &document, &given, false).judge();
            let plain = run(&rules, &document, &given, true).judge();
            assert_eq!(fast, plain, "{}", path.display());
            count += 1;
        }
    }
    assert!(count > 15, "{count}");
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 256, ..ProptestConfig::default() })]

    #[test]
    fn the_prefilter_changes_no_finding(rules in rules(), text in text(), other in text()) {
        let (rules, given) = (set(rules), english());
        // One after another: what is kept from document to document changes nothing either.
        for text in [&text, &other, &text] {
            let document = document(text);
            let fast = run(&rules, &document, &given, false).judge();
            let plain = run(&rules, &document, &given, true).judge();
            prop_assert_eq!(fast, plain);
        }
    }

    #[test]
    fn a_pattern_is_called_where_all_that_it_needs_stands(
        parts in prop::collection::vec(prop::collection::vec(select(NEEDED), 1..4), 1..4),
        lines in prop::collection::vec(prop::collection::vec(select(NEEDED), 0..6), 1..6),
    ) {
        let parts: Vec<String> = parts.iter().map(|words| format!("(?:{})", words.join("|"))).collect();
        let lines: Vec<String> = lines.iter().map(|words| words.join(" ")).collect();
        let rules = set(vec![line_rule(regex(&[&parts.join(".*")]))]);
        let (document, given) = (document(&format!("x\n{}", lines.join("\n"))), english());
        let fast = run(&rules, &document, &given, false).judge();
        let plain = run(&rules, &document, &given, true).judge();
        prop_assert_eq!(fast, plain);
    }

    #[test]
    fn a_scan_finds_what_a_plain_search_finds(
        items in prop::collection::vec(letters(1..9), 0..12),
        patterns in prop::collection::vec(letters(1..12), 0..6),
        lines in prop::collection::vec(prop::collection::vec((any::<bool>(), any::<Index>(), select(LETTERS)), 0..30), 1..6),
        (filler, times) in (select(&["z", " ", "é"][..]), 0..600_usize),
    ) {
        // Half of each line is what is looked for; before them, a line that moves them over the edges of blocks.
        let sought: Vec<&str> = items.iter().chain(&patterns).map(String::as_str).collect();
        let piece = |(is_sought, at, letter): (bool, Index, &'static str)| {
            if is_sought && !sought.is_empty() { (*at.get(&sought)).to_owned() } else { letter.to_owned() }
        };
        let lines: Vec<String> = lines.into_iter().map(|pieces| pieces.into_iter().map(piece).collect()).collect();
        let filler = filler.repeat(times);

        let items: Vec<&str> = items.iter().map(String::as_str).filter(|item| !item.trim().is_empty()).collect();
        let patterns: Vec<String> = patterns.iter().map(|pattern| regex_syntax::escape(pattern)).collect();
        let patterns: Vec<&str> = patterns.iter().map(String::as_str).collect();
        let mut written = vec![line_rule(regex(&patterns))];
        if !items.is_empty() {
            written.push(Rule { id: at("t/words".into()), ..line_rule(words("t/list", &items)) });
        }
        let rules = set(written);
        let (document, given) = (document(&format!("x{filler}\n{}", lines.join("\n"))), english());
        let (fast, plain) = (run(&rules, &document, &given, false), run(&rules, &document, &given, true));
        for line in 0..document.line_count() {
            let hits = |run: &Run<'_>| -> BTreeSet<_> {
                run.scan.hits(line).iter().map(|hit| (hit.literal, hit.bounded)).collect()
            };
            prop_assert_eq!(fast.scan.hits(line).len(), hits(&fast).len());
            prop_assert_eq!(hits(&fast), hits(&plain));
        }
    }

    #[test]
    fn what_is_explained_is_what_is_found(rules in rules(), text in text()) {
        let rules = set(rules);
        let (document, given) = (document(&text), english());
        let judgement = rules.judge_given(&document, &given);
        for rule in rules.rules() {
            for line in 1..=document.line_count() {
                let Some(explained) = explain(&rules, &document, &given, &rule.id.value, Some(line)) else { continue };
                let found = judgement.findings.iter().any(|finding| {
                    let (first, last) = finding.lines.unwrap_or((1, 0));
                    finding.rule == rule.id.value && (first as usize..=last as usize).contains(&line)
                });
                prop_assert_eq!(explained.fires, found, "{:#?}", explained);
            }
        }
    }

    #[test]
    fn the_copy_is_the_input_less_the_flagged_lines(rules in rules(), text in text()) {
        let rules = set(rules);
        let document = document(&text);
        let judgement = rules.judge_given(&document, &english());
        prop_assert_eq!(&judgement, &rules.judge_given(&document, &english()));
        let stripped = judgement.stripped_lines();
        prop_assert_eq!(stripped.is_empty(), judgement.findings.iter().all(|finding| finding.lines.is_none() || finding.action < Action::Strip));
        let copy = String::from_utf8(strip(&document, &judgement)).unwrap();
        let mut kept = String::new();
        for index in (0..document.line_count()).filter(|index| !stripped.contains(index)) {
            let end = if index + 1 < document.line_count() { document.line(index + 1).bytes.start } else { text.len() };
            kept.push_str(&text[document.line(index).bytes.start..end]);
        }
        prop_assert_eq!(copy, kept);
        if judgement.verdict == Verdict::Pass {
            prop_assert!(stripped.is_empty());
        }
    }

    #[test]
    fn no_bytes_make_judging_panic(rules in rules(), raw in prop::collection::vec(any::<u8>(), 0..300)) {
        let rules = set(rules);
        if let Ok(document) = Document::decode(raw) {
            rules.judge_given(&document, &english());
        }
    }
}
