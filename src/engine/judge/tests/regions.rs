//! Which lines a rule looks at.

use std::sync::Arc;

use super::build::*;
use crate::engine::rules::model::*;

fn in_region(region: Region) -> Rule {
    Rule { region, ..line_rule(regex(&["junk"])) }
}

fn region(part: Part, lines: Option<u32>, share: Option<f64>) -> Region {
    Region { part, lines, share, ..Region::default() }
}

/// `junk` on every line.
fn junk(lines: usize) -> String {
    "junk\n".repeat(lines)
}

#[test]
fn a_head_and_a_tail_have_so_many_lines() {
    assert_eq!(flags(in_region(region(Part::Head, Some(3), None)), &junk(10)), [1, 2, 3]);
    assert_eq!(flags(in_region(region(Part::Tail, Some(3), None)), &junk(10)), [8, 9, 10]);
    assert_eq!(flags(in_region(region(Part::All, None, None)), &junk(4)), [1, 2, 3, 4]);
}

#[test]
fn blank_lines_do_not_count() {
    assert_eq!(flags(in_region(region(Part::Head, Some(2), None)), "\n\njunk\n\n\njunk\njunk\n"), [3, 6]);
    assert_eq!(flags(in_region(region(Part::Tail, Some(2), None)), "junk\njunk\n\n\njunk\n\n"), [2, 5]);
}

#[test]
fn a_share_is_rounded_down_but_never_to_nothing() {
    assert_eq!(flags(in_region(region(Part::Head, Some(15), Some(0.5))), &junk(5)), [1, 2]);
    assert_eq!(flags(in_region(region(Part::Tail, Some(15), Some(0.3))), &junk(10)), [8, 9, 10]);
    assert_eq!(flags(in_region(region(Part::Head, None, Some(0.1))), &junk(3)), [1]);
    assert_eq!(flags(in_region(region(Part::Head, None, Some(0.5))), "junk"), [1]);
}

#[test]
fn a_head_ends_before_the_line_that_it_lasts_until() {
    let until = Some(Logic::Use("text".into(), Arc::new(regex(&[r"\.$"]))));
    let head = Region { part: Part::Head, lines: Some(5), until, ..Region::default() };
    let text = "junk\njunk\nA sentence.\njunk\njunk\nAnother sentence.\njunk\njunk";
    assert_eq!(flags(in_region(head.clone()), text), [1, 2]);
    assert_eq!(flags(in_region(Region { part: Part::Tail, ..head.clone() }), text), [7, 8]);
    assert_eq!(flags(in_region(Region { part: Part::All, ..head.clone() }), text), [1, 2]);
    assert_eq!(flags(in_region(head.clone()), &junk(8)), [1, 2, 3, 4, 5]);
    assert_eq!(flags(in_region(head), "The first.\njunk"), [] as [u32; 0]);
}

#[test]
fn where_a_line_ends_it_a_region_may_take_a_larger_share() {
    let until = Some(Logic::Use("text".into(), Arc::new(regex(&[r"\.$"]))));
    let tail = Region { part: Part::Tail, share: Some(0.3), until, until_share: Some(0.8), ..Region::default() };
    let text = |before: usize, after: usize| format!("{}A sentence.\n{}", junk(before), junk(after));
    assert_eq!(flags(in_region(tail.clone()), &text(3, 6)), [5, 6, 7, 8, 9, 10], "ended by the sentence");
    assert_eq!(flags(in_region(tail.clone()), &text(1, 8)), [3, 4, 5, 6, 7, 8, 9, 10], "as large as it may be");
    assert_eq!(flags(in_region(tail.clone()), &text(0, 9)), [8, 9, 10], "the sentence is beyond the larger share");
    assert_eq!(flags(in_region(tail.clone()), &junk(10)), [8, 9, 10], "nothing ends it");
    assert_eq!(flags(in_region(tail.clone()), &text(8, 1)), [10]);
    assert_eq!(flags(in_region(Region { lines: Some(4), ..tail.clone() }), &text(3, 6)), [8, 9, 10]);
    let head = Region { part: Part::Head, ..tail };
    assert_eq!(flags(in_region(head.clone()), &text(6, 3)), [1, 2, 3, 4, 5, 6]);
    assert_eq!(flags(in_region(head), &junk(10)), [1, 2, 3]);
}

#[test]
fn a_region_without_a_share_is_only_where_a_line_ends_it() {
    let until = Some(Logic::Use("text".into(), Arc::new(regex(&[r"\.$"]))));
    let tail = Region { part: Part::Tail, share: Some(0.0), until, until_share: Some(0.5), ..Region::default() };
    assert_eq!(flags(in_region(tail.clone()), "A sentence.\nAnother.\njunk\njunk"), [3, 4]);
    assert_eq!(flags(in_region(tail.clone()), "junk\njunk\njunk\njunk"), [] as [u32; 0]);
    assert_eq!(flags(in_region(tail.clone()), "A sentence.\njunk\njunk\njunk"), [] as [u32; 0], "too far up");
    let head = Region { part: Part::Head, ..tail };
    assert_eq!(flags(in_region(head.clone()), "junk\njunk\nA sentence.\nAnother."), [1, 2]);
    assert_eq!(flags(in_region(head), "junk"), [] as [u32; 0]);
}

#[test]
fn regions_of_several_sizes_end_by_one_condition_as_each_does_alone() {
    let until = Arc::new(regex(&[r"\.$"]));
    let region = |part, lines| {
        let until = Some(Logic::Use("text".into(), Arc::clone(&until)));
        Region { part, lines: Some(lines), until, ..Region::default() }
    };
    let texts = [junk(8), "junk\njunk\nOne.\njunk\nTwo.\njunk\njunk\njunk".into(), "One.\njunk\njunk\nTwo.".into()];
    for sizes in [[1, 2, 3, 4, 9], [9, 4, 3, 2, 1], [3, 9, 1, 4, 2]] {
        let regions: Vec<Region> =
            sizes.iter().flat_map(|&lines| [region(Part::Head, lines), region(Part::Tail, lines)]).collect();
        let named = |(number, region): (usize, &Region)| Rule {
            region: region.clone(),
            ..rule(&format!("test/r{number}"), Matcher::Line(Polarity::Match, regex(&["junk"])))
        };
        let all = set(regions.iter().enumerate().map(named).collect());
        for text in &texts {
            let found = judged(&all, text).findings;
            for (number, region) in regions.iter().enumerate() {
                let rule = format!("test/r{number}");
                let own = found.iter().filter(|finding| *finding.rule == *rule);
                let lines: Vec<u32> = own.filter_map(|finding| finding.lines).map(|(first, _)| first).collect();
                assert_eq!(lines, flags(in_region(region.clone()), text), "{region:?} of {text:?}");
            }
        }
    }
}

#[test]
fn a_region_of_too_few_lines_is_none() {
    let until = Some(Logic::Use("text".into(), Arc::new(regex(&[r"\.$"]))));
    let head = Region { part: Part::Head, lines: Some(5), until, lines_at_least: Some(2), ..Region::default() };
    assert_eq!(flags(in_region(head.clone()), "junk\nA sentence.\njunk"), [] as [u32; 0], "it may be the title");
    assert_eq!(flags(in_region(head.clone()), "junk\n\njunk\nA sentence.\njunk"), [1, 3]);
    assert_eq!(flags(in_region(head.clone()), "junk"), [] as [u32; 0]);
    let before = Given { lines_before: 1, ..english() };
    assert_eq!(spans_given(in_region(head.clone()), "junk\nA sentence.", &before).len(), 1);
    let tail = Region { part: Part::Tail, ..head };
    assert_eq!(flags(in_region(tail.clone()), "A sentence.\njunk"), [] as [u32; 0]);
    assert_eq!(flags(in_region(tail), "A sentence.\njunk\njunk"), [2, 3]);
}

#[test]
fn imaginary_lines_move_the_regions() {
    let given = |before, after| Given { lines_before: before, lines_after: after, ..english() };
    let spans = |region, before, after| spans_given(in_region(region), &junk(4), &given(before, after)).len();
    assert_eq!(spans(region(Part::Head, Some(15), Some(0.5)), 0, 40), 4);
    assert_eq!(spans(region(Part::Head, Some(15), None), 13, 0), 2);
    assert_eq!(spans(region(Part::Head, Some(15), None), 15, 0), 0);
    assert_eq!(spans(region(Part::Tail, Some(60), Some(0.5)), 40, 0), 4);
    assert_eq!(spans(region(Part::Tail, Some(5), None), 0, 3), 2);
    assert_eq!(spans(region(Part::Tail, Some(5), None), 0, 9), 0);
}

#[test]
fn a_gate_that_does_not_hold_or_is_unknown_shuts_the_rule_out() {
    let gated = |when| Rule { when, ..line_rule(regex(&["junk"])) };
    let at_least = |limit| Bounds { at_least: Some(limit), at_most: None };
    assert_eq!(flags(gated(When { lines: at_least(2.0), ..When::default() }), "junk\n\n"), [1]);
    assert!(flags(gated(When { lines: at_least(2.0), ..When::default() }), "junk").is_empty());
    assert!(flags(gated(When { letters: at_least(5.0), ..When::default() }), "junk").is_empty());
    let script = |name| crate::engine::text::Script::named(name);
    let written = |name| When { script: Some(vec![script(name).unwrap()]), ..When::default() };
    assert_eq!(flags(gated(written("Latin")), "junk"), [1]);
    assert!(flags(gated(written("Han")), "junk").is_empty());
    let language = |test| When { language: Some(test), ..When::default() };
    let code = |name| crate::engine::language::Code::named(name).unwrap();
    let is = |name| LanguageTest { is: vec![code(name).into()], ..LanguageTest::default() };
    assert_eq!(flags(gated(language(is("en"))), "junk"), [1]);
    assert!(flags(gated(language(is("de"))), "junk").is_empty());
    assert!(flags(gated(language(LanguageTest { letters_at_least: Some(80), ..is("en") })), "junk").is_empty());
}
