//! Required literals: what they are, and that they are sound.

use proptest::{prelude::*, sample::select};

use super::{PatternId, RuleSet, literals::required, load_on, needle::Needle, pattern::compile, prefilter::Builder};
use crate::engine::{
    rules::{Alone, Embedded, Hands, Settings, hands::tests::Many, read::COMPILED_SIZE_AT_MOST},
    text::Document,
};

fn of(pattern: &str) -> Option<Vec<String>> {
    all_of(pattern).into_iter().next()
}

/// The texts of each set, with `|` where words surely begin or end.
fn all_of(pattern: &str) -> Vec<Vec<String>> {
    let written = |needle: &Needle| {
        let mark = |is_sure: bool| if is_sure { "|" } else { "" };
        format!("{}{}{}", mark(needle.begins_word()), needle.text, mark(needle.ends_word()))
    };
    let mut sets: Vec<Vec<String>> =
        required(&regex_syntax::parse(pattern).unwrap()).iter().map(|set| set.iter().map(written).collect()).collect();
    sets.iter_mut().for_each(|set| set.sort_unstable());
    sets
}

fn some(literals: &[&str]) -> Option<Vec<String>> {
    Some(literals.iter().map(|&literal| literal.to_owned()).collect())
}

#[test]
fn a_run_of_letters_is_required_whatever_their_case() {
    assert_eq!(of("^Home page$"), some(&["|home page|"]));
    assert_eq!(of("(?i)home"), some(&["home"]));
    assert_eq!(of("[Hh]ome"), some(&["home"]));
    assert_eq!(of("Ｈｏｍｅ"), some(&["home"]));
    assert_eq!(of(r"\bcookie policy\b"), some(&["|cookie policy|"]));
}

#[test]
fn an_alternation_gives_one_literal_for_each_branch() {
    assert_eq!(of("home|首页|start page"), some(&["home", "start page", "首页"]));
    assert_eq!(of("(?:home|news)s?"), some(&["home", "news"]));
    assert_eq!(of(r"home|\d+"), None);
    assert_eq!(of("home|"), None);
}

#[test]
fn the_best_part_is_taken() {
    assert_eq!(of(r"\d+ [a-z]+ subscribe"), some(&[" subscribe"]));
    assert_eq!(of(r"^(?:Home|首页)(\s*[>»›/]\s*\S+){2,}$"), some(&["|home", "首页"]));
    assert_eq!(of(r"\w+\s*»\s*\w+"), some(&["»"]));
    assert_eq!(of("colou?rful"), some(&["colorful", "colourful"]));
    assert_eq!(of("(?:ab){2,}"), some(&["abab"]));
}

#[test]
fn all_that_is_needed_is_known() {
    let sets = |sets: &[&[&str]]| -> Vec<Vec<String>> { sets.iter().map(|set| some(set).unwrap()).collect() };
    assert_eq!(all_of(r"(?i)\bsign up\b.{0,40}\bnewsletter\b"), sets(&[&["|newsletter|"], &["|sign up|"]]));
    assert_eq!(
        all_of(r"scan.*(?:code|card)\d+(?:free|now!).*scan"),
        sets(&[&["scan"], &["card", "code"], &["free", "now!"]]),
    );
    // Of each branch everything, as far as all branches have as much.
    assert_eq!(all_of("subscribe.*letter|register.*news"), sets(&[&["register", "subscribe"], &["letter", "news"]]));
    assert_eq!(all_of("subscribe.*letter|register"), sets(&[&["register", "subscribe"]]));
    assert_eq!(all_of(r"home\d+homepage"), sets(&[&["homepage"]]), "who has the long one has the short one");
}

#[test]
fn where_words_end_around_it_is_known() {
    for (pattern, literals) in [
        (r"\bhome", &["|home"][..]),
        (r"home\b", &["home|"]),
        (r"\b(?:home|news)\b", &["|home|", "|news|"]),
        (r"(?:\bhome|news\b)", &["news|", "|home"]),
        (r"^home\d", &["|home"]),
        (r"^\W*home\W*$", &["|home|"]),
        (r"\W*home\W*", &["home"]),
        (r"\W+home[^\w]", &["|home|"]),
        (r"(?:^|\W)home(?:$|\W+)", &["|home|"]),
        (r"(?:^|\d)home", &["home"]),
        (r"[^a-z]home", &["home"]),
        (r"\s*-?home\d+ page", &["home"]),
        (r"\b-?home", &["|home"]),
        (r"\bhomepage|home\b", &["home|", "|homepage"]),
        (r"(?:\b)?home", &["home"]),
        (r"(?-u:\b)home", &["home"]),
        (r"\Bhome", &["home"]),
        // Before what is no letter there stands one.
        (r"\b--home", &["--home"]),
    ] {
        assert_eq!(of(pattern), some(literals), "{pattern}");
    }
    // A blank keeps apart what follows it, also where there is too much of that to spell both out.
    let many: Vec<String> = (b'a'..=b'z').map(|letter| format!("{0}x{0}", char::from(letter))).collect();
    let begins = |pattern: &str| of(pattern).unwrap().iter().all(|literal| literal.starts_with('|'));
    assert!(begins(&format!("[.!?] (?:{})", many.join("|"))));
    assert!(!begins(&format!("[.!?b] ?(?:{})", many.join("|"))));
}

#[test]
fn what_stands_on_every_line_is_no_literal() {
    for pattern in ["a", r"\s", "[^x]", ".", "^$", r"\d{4}", "(?:abc)*", "(?:abc)?", "[a-z]+", ", "] {
        assert_eq!(of(pattern), None, "{pattern}");
    }
}

#[test]
fn what_can_never_match_asks_for_nothing() {
    assert_eq!(of(r"[^\s\S]abc"), some(&[]));
}

/// Letters that fold together, to more than one, or to nothing, and a few that do not.
const LETTERS: &[&str] = &[
    "a", "A", "ａ", "а", "b", "B", "s", "ſ", "ß", "k", "K", "\u{212A}", "ﬁ", "f", "i", "I", "İ", "ı", "é", "e",
    "\u{301}", "\u{200B}", "\u{AD}", " ", "\u{3000}", "\u{A0}", "1", "①", ">", "»", "/", "文", "㍻", "平", "成", "…",
    "x", "“", "—", "™", "²", "_", "-", "\u{7}", "\u{FE0F}",
];

pub(super) fn pattern() -> impl Strategy<Value = String> {
    let letter = select(LETTERS).prop_map(regex_syntax::escape);
    let class = prop::collection::vec(select(LETTERS), 1..4).prop_map(|members| {
        let members: String = members.iter().map(|letter| regex_syntax::escape(letter)).collect();
        format!("[{members}]")
    });
    let negated = select(LETTERS).prop_map(|letter| format!("[^{}]", regex_syntax::escape(letter)));
    let other =
        select(&[r"\s", r"\S", r"\w", r"\d", ".", "^", "$", r"\b", r"\B", "", r"\p{Han}", "[a-c]", r"\PL", r"\n"][..]);
    let look: &[&str] = &[
        r"\b{start}",
        r"\b{end}",
        r"\b{start-half}",
        r"\b{end-half}",
        r"(?-u:\b)",
        r"(?-u:\B)",
        r"(?-u:\w)",
        "(?m:^)",
        "(?m:$)",
        "(?mR:^)",
        "(?mR:$)",
        r"\A",
        r"\z",
        r"\W",
        r"\D",
        r"[^\W\d]",
    ];
    let other = prop_oneof![3 => other, 1 => select(look)];
    let leaf = prop_oneof![6 => letter, 2 => class, 1 => negated, 2 => other.prop_map(str::to_owned)];
    leaf.prop_recursive(4, 24, 4, |inner| {
        let repeat = select(&["*", "+", "?", "{2}", "{1,2}", "{0,1}", "{2,}", "{0}", "*?", "+?", "??", "{9}"][..]);
        let group = select(&["(?:", "(", "(?i:", "(?s:", "(?-i:", "(?x:", "(?U:"][..]);
        prop_oneof![
            4 => prop::collection::vec(inner.clone(), 1..5).prop_map(|parts| parts.concat()),
            2 => prop::collection::vec(inner.clone(), 1..4).prop_map(|parts| format!("(?:{})", parts.join("|"))),
            2 => (inner.clone(), repeat).prop_map(|(part, repeat)| format!("(?:{part}){repeat}")),
            2 => (inner, group).prop_map(|(part, group)| format!("{group}{part})")),
        ]
    })
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 2_000, ..ProptestConfig::default() })]

    #[test]
    fn a_match_holds_a_required_literal(
        pattern in pattern(),
        texts in prop::collection::vec(prop::collection::vec(select(LETTERS), 0..10), 20),
    ) {
        let Ok(hir) = regex_syntax::parse(&pattern) else { return Ok(()) };
        let sets = required(&hir);
        let Some(regex) = compile(&hir, COMPILED_SIZE_AT_MOST) else { return Ok(()) };
        let mut builder = Builder::default();
        builder.pattern(PatternId(0), &sets);
        let prefilter = builder.finish();
        for text in texts {
            let text = text.concat();
            if !regex.is_match(&text) {
                continue;
            }
            // With so much behind it that it counts as text, whatever it is.
            let document = Document::decode(format!("{text}\n{}", "z ".repeat(99)).into_bytes()).unwrap();
            prop_assert_eq!(document.line_text(0), &text);
            let (folded, joins_words) = (document.line(0).folded, document.folding_joins_words());
            let mut matter = Vec::new();
            prefilter.find(folded, joins_words, |found| {
                let traits = prefilter.traits(found.literal);
                if traits.is_bounded(folded, found) || traits.is_part(folded, found, joins_words) {
                    matter.push(&*prefilter.literal(found.literal).text);
                }
                true
            });
            for set in &sets {
                // One that is so common that it is no literal is looked for as it is.
                let is_literal = |needle: &Needle| prefilter.find_plainly(&needle.text).any(|found| found.end - found.start == needle.text.len());
                let holds = |needle: &Needle| {
                    if is_literal(needle) { matter.contains(&&*needle.text) } else { folded.contains(&needle.text) }
                };
                prop_assert!(set.iter().any(holds), "{pattern} matches {text:?} without any of {set:?}");
            }
        }
    }
}

#[test]
fn the_rule_set_is_the_same_whoever_loads_it() {
    let loaded = |hands: &dyn Hands| load_on(&Embedded, &Settings::default(), None, hands);
    let (alone, many) = (loaded(&Alone), loaded(&Many));
    assert_eq!(alone.diagnostics, many.diagnostics);
    let (alone, many) = (alone.rules.unwrap(), many.rules.unwrap());
    assert_eq!(alone.fingerprint(), many.fingerprint());
    let program = |rules: &RuleSet| format!("{:?}", rules.program);
    assert!(program(&alone) == program(&many), "what is judged by hangs on how many hands load it");
}
