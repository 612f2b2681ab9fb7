//! What README.md shows is what is printed and what comes of it.

use std::{collections::BTreeSet, fs, path::Path};

use super::Desk;

const README: &str = include_str!("../../README.md");
const ORCHARD: &str = include_str!("../../docs/example/orchard.txt");

/// The blocks that are marked so, in order.
fn blocks(language: &str) -> Vec<&'static str> {
    let mark = format!("```{language}\n");
    README.split(&*mark).skip(1).map(|rest| rest.split_once("```").unwrap().0).collect()
}

#[test]
fn the_example_is_taken_apart_as_it_is_shown() {
    let [sample, cleaned, findings] = blocks("text")[..] else { panic!("the text, what is left of it, and what goes") };
    assert_eq!(sample, ORCHARD);
    let desk = Desk::with(&[("docs/example/orchard.txt", ORCHARD), ("spool/inbox/orchard.txt", ORCHARD)]);
    let scan = desk.siftd(&["scan", "docs/example/orchard.txt"]).assert().code(0);
    let printed = String::from_utf8(scan.get_output().stdout.clone()).unwrap();
    let (printed, shown) = (printed.split_once("\n\n").unwrap().0, findings.trim_end());
    if std::env::var_os("SIFTD_BLESS").is_some() {
        let page = Path::new(env!("CARGO_MANIFEST_DIR")).join("README.md");
        fs::write(page, README.replace(shown, printed)).unwrap();
    } else {
        assert_eq!(printed, shown, "README.md shows what `siftd scan` printed once: SIFTD_BLESS=1 writes it anew");
    }
    desk.siftd(&["once"]).assert().code(0);
    assert_eq!(fs::read_to_string(desk.path("spool/curated/orchard.txt")).unwrap().trim(), cleaned.trim());
    assert_eq!(fs::read_to_string(desk.path("spool/originals/orchard.txt")).unwrap(), ORCHARD);
}

#[test]
fn its_rule_and_its_configuration_are_taken() {
    let [rule, configuration] = blocks("yaml")[..] else { panic!("a rule and a configuration") };
    let desk = Desk::with(&[("rules/mine.yaml", rule), ("siftd.yaml", configuration)]);
    desk.siftd(&["check", "--strict", "rules"]).assert().code(0);
    desk.siftd(&["test", "rules"]).assert().code(0);
    desk.siftd(&["config"]).assert().code(0);
}

#[test]
fn the_shipped_rules_that_it_names_are_there() {
    let rules = String::from_utf8(Desk::with(&[]).siftd(&["show"]).output().unwrap().stdout).unwrap();
    let ids: Vec<&str> = rules.lines().filter_map(|line| line.split(' ').next()).collect();
    let packs: BTreeSet<&str> = ids.iter().filter_map(|id| Some(id.split_once('/')?.0)).collect();
    let of_id = |letter: char| letter.is_ascii_alphanumeric() || "-/.".contains(letter);
    let words = README.split(|letter| !of_id(letter));
    let named: Vec<&str> =
        words.filter(|word| word.split_once('/').is_some_and(|(pack, _)| packs.contains(pack))).collect();
    assert!(named.contains(&"navigation/breadcrumb-at-top"), "{named:?}");
    named.iter().for_each(|name| assert!(ids.contains(name), "there is no rule {name}"));
}
