//! Blocks of lines.

use super::build::*;
use crate::engine::rules::model::*;

fn section_rule(section: SectionTest) -> Rule {
    rule("t/rule", Matcher::Section(section))
}

fn related() -> SectionTest {
    section(words("t/headings", &["related articles"]))
}

fn at_most(limit: f64) -> Bounds {
    Bounds { at_least: None, at_most: Some(limit) }
}

const PAGE: &str =
    "The tree will thank you.\n\nRelated articles\n\nTen shears\nFive saws\n\nA sentence ends it.\nmore\n\n";

#[test]
fn a_block_goes_on_to_the_end_of_the_document() {
    assert_eq!(spans(section_rule(related()), PAGE), [(3, 9)]);
}

#[test]
fn a_block_ends_before_what_does_not_belong_to_it() {
    let ends = || SectionTest { ends_before: Some(regex(&[r"\.$"])), ..related() };
    assert_eq!(spans(section_rule(ends()), PAGE), [(3, 6)]);
    let goes_on = SectionTest { continues: Some(shape(Measure::Letters, None, Some(10.0))), ..related() };
    assert_eq!(spans(section_rule(goes_on), PAGE), [(3, 6)]);
    let to_end = SectionTest { to_end: true, ..ends() };
    assert!(spans(section_rule(to_end), PAGE).is_empty());
}

#[test]
fn what_cannot_be_told_ends_a_block() {
    let ends = SectionTest { ends_before: Some(foreign_script(60)), ..related() };
    assert_eq!(spans(section_rule(ends), PAGE), [(3, 3)]);
}

#[test]
fn a_block_of_another_size_is_none() {
    let sized = |lines| section_rule(SectionTest { lines, ends_before: Some(regex(&[r"\.$"])), ..related() });
    assert_eq!(spans(sized(at_most(3.0)), PAGE), [(3, 6)]);
    assert!(spans(sized(at_most(2.0)), PAGE).is_empty());
    assert_eq!(spans(sized(Bounds { at_least: Some(3.0), at_most: None }), PAGE), [(3, 6)]);
    assert!(spans(sized(Bounds { at_least: Some(4.0), at_most: None }), PAGE).is_empty());
}

#[test]
fn blocks_do_not_overlap_and_a_failed_one_does_not_hide_the_next() {
    let rule = || {
        section_rule(SectionTest {
            continues: Some(shape(Measure::Letters, None, Some(20.0))),
            lines: at_most(3.0),
            ..related()
        })
    };
    assert_eq!(spans(rule(), "related articles\nx\nrelated articles"), [(1, 3)]);
    // Five lines are too many; the block that begins with the third has three.
    assert_eq!(spans(rule(), "related articles\nx\nrelated articles\ny\nz\n"), [(3, 5)]);
}

#[test]
fn an_exception_on_any_line_holds_the_block_back() {
    let exception =
        Exception { name: "glossary".into(), why: None, matcher: ExceptionMatcher::Line(regex(&["^Five"])) };
    let rule = Rule { unless: vec![exception], ..section_rule(related()) };
    assert!(spans(rule, PAGE).is_empty());
}

#[test]
fn a_block_lies_in_its_region() {
    let head = |lines, until| Region { part: Part::Head, lines: Some(lines), until, ..Region::default() };
    let with = |region, section| Rule { region, ..section_rule(section) };
    let short = || SectionTest { ends_before: Some(regex(&[r"\.$"])), ..related() };
    let text = "Related articles\na\nb\nc\nd\nA sentence.";
    assert_eq!(spans(with(head(5, None), short()), text), [(1, 5)]);
    // It would go on past the region's size, so how long it is cannot be told.
    assert!(spans(with(head(4, None), short()), text).is_empty());
    // Where nothing else ends a block, its region does.
    assert_eq!(spans(with(head(4, None), related()), text), [(1, 4)]);
    let never = || SectionTest { ends_before: Some(regex(&["^never$"])), ..related() };
    assert_eq!(spans(with(head(6, Some(regex(&["^d$"]))), never()), text), [(1, 4)]);
    let tail = Region { part: Part::Tail, lines: Some(5), ..Region::default() };
    assert!(spans(with(tail, related()), text).is_empty());
}

#[test]
fn lines_that_are_only_given_keep_a_block_from_the_end() {
    let to_end = || section_rule(SectionTest { to_end: true, ..related() });
    assert_eq!(spans(to_end(), "Related articles\na"), [(1, 2)]);
    let given = Given { lines_after: 1, ..english() };
    assert!(spans_given(to_end(), "Related articles\na", &given).is_empty());
}

#[test]
fn a_start_that_cannot_be_told_follows_if_unknown() {
    let unknown = |if_unknown| Rule { if_unknown, ..section_rule(section(foreign_script(60))) };
    assert!(spans(unknown(IfUnknown::Skip), "a\nb").is_empty());
    assert_eq!(spans(unknown(IfUnknown::Fire), "a\nb"), [(1, 2)]);
}

#[test]
fn walking_on_from_what_is_known_gives_the_same_blocks() {
    // Every line begins a block, and no block reaches the end: each walk takes over what the one before found.
    let every = SectionTest { continues: Some(regex(&["a"])), to_end: true, ..section(regex(&["a"])) };
    let text = format!("{}b\n{}", "a\n".repeat(50), "a\n".repeat(3));
    assert_eq!(spans(section_rule(every), &text), [(52, 54)]);
}

#[test]
fn a_block_can_be_asked_to_begin_with_the_document() {
    let rule = || section_rule(SectionTest { from_start: true, ..related() });
    assert!(spans(rule(), PAGE).is_empty());
    assert_eq!(spans(rule(), "\nRelated articles\na"), [(2, 3)]);
    let given = Given { lines_before: 1, ..english() };
    assert!(spans_given(rule(), "Related articles\na", &given).is_empty());
}

#[test]
fn a_block_is_cut_back_to_its_last_line_of_a_kind() {
    let ends_with = || Some(regex(&["^(?:Ten|Five)"]));
    let rule = |section: SectionTest| section_rule(SectionTest { ends_with: ends_with(), ..section });
    assert_eq!(spans(rule(related()), PAGE), [(3, 6)]);
    assert_eq!(spans(rule(SectionTest { lines: at_most(3.0), ..related() }), PAGE), [(3, 6)]);
    assert!(spans(rule(SectionTest { to_end: true, ..related() }), PAGE).is_empty());
    assert!(spans(rule(SectionTest { ends_before: Some(regex(&["^Ten"])), ..related() }), PAGE).is_empty());
}

#[test]
fn a_block_can_be_asked_to_include_known_lines() {
    let rule = |at_least, share_at_least| {
        let includes = Some(Includes { line: regex(&["^(?:Ten|Five)"]), at_least, share_at_least });
        section_rule(SectionTest { includes, ..related() })
    };
    assert_eq!(spans(rule(2, None), PAGE), [(3, 9)]);
    assert!(spans(rule(3, None), PAGE).is_empty());
    assert_eq!(spans(rule(1, Some(0.4)), PAGE), [(3, 9)]);
    assert!(spans(rule(1, Some(0.5)), PAGE).is_empty());
    // The search goes on at the line after the first of a block that has too few.
    let starts = regex(&["^a"]);
    let includes = Some(Includes { line: regex(&["!"]), at_least: 1, share_at_least: Some(0.5) });
    let rule = section_rule(SectionTest { includes, ..section(starts) });
    assert_eq!(spans(rule, "a\na\na\na!\na!"), [(2, 5)]);
}
