use std::{ffi::OsStr, os::unix::ffi::OsStrExt, path::Path};

use snapbox::{IntoData, assert_data_eq, str};

use super::*;
use crate::report::{
    human::Summary,
    samples::{finding, judgement, scored},
};

fn draw(text: &str, verdict: Verdict, findings: Vec<Finding>, look: &Look) -> String {
    let document = Document::decode(text.as_bytes().to_vec()).unwrap();
    let judgement = Judgement { verdict, findings, ..judgement(&document) };
    let mut out = Vec::new();
    write_document(&mut out, Path::new("a/001.txt"), &judgement, Some(&document), look).unwrap();
    String::from_utf8(out).unwrap()
}

#[test]
fn flagged_lines_with_their_reasons() {
    let findings = vec![
        finding("spam/header", Action::Quarantine, Some((1, 1)), "advert in Han on a Latin page: 新葡京"),
        finding("navigation/breadcrumb", Action::Strip, Some((3, 3)), "breadcrumb"),
        finding("boilerplate/share", Action::Strip, Some((3, 3)), "share line"),
        finding("siftd/score", Action::Quarantine, None, "6 points, the limit is 5"),
    ];
    let text = "澳门新葡京娱乐城官方网站 注册送58元\n\nHome >> Gardens >> Trees\nHow to prune apple trees\n";
    assert_data_eq!(
        draw(text, Verdict::Quarantine, findings, &Look::default()),
        str![[r#"
a/001.txt: quarantine; a person decides (Latin, utf-8, 4 lines, 103 bytes)
  1 | 澳门新葡京娱乐城官方网站 注册送58元
    | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^ quarantine: advert in Han on a Latin page: 新葡京 [spam/header]
  3 | Home >> Gardens >> Trees
    | ^^^^^^^^^^^^^^^^^^^^^^^^ strip: breadcrumb [navigation/breadcrumb]
    | ^^^^^^^^^^^^^^^^^^^^^^^^ strip: share line [boilerplate/share]
    = quarantine: 6 points, the limit is 5 [siftd/score]


"#]]
    );
}

#[test]
fn a_block_is_drawn_with_its_middle_left_out() {
    let text = "Text.\n\nRelated articles\n\nOne\nTwo\nThree\nFour\nFive\nSix";
    let findings = vec![
        finding("boilerplate/related", Action::Strip, Some((3, 10)), "block of links (7 lines)"),
        finding("boilerplate/short", Action::Strip, Some((9, 10)), "two lines"),
    ];
    assert_data_eq!(
        draw(text, Verdict::Strip, findings, &Look::default()),
        str![[r#"
a/001.txt: strip 8 of 10 lines; the original is kept (Latin, utf-8, 10 lines, 52 bytes)
  3 | / Related articles
  4 | |
  5 | | One
... | |
 10 | | Six
    | |_^ strip: block of links (7 lines) [boilerplate/related]
  9 | / Five
 10 | | Six
    | |_^ strip: two lines [boilerplate/short]


"#]]
    );
}

#[test]
fn long_lines_are_cut_and_hostile_ones_escaped() {
    let text = format!("\u{1b}[31m{}\nan\u{202e}other\n", "word ".repeat(200));
    let findings = vec![
        finding("mine/long", Action::Strip, Some((1, 1)), "long \u{1b}]0;title\u{7}"),
        finding(
            "mine/other",
            Action::Strip,
            Some((2, 2)),
            "a reason that leaves no room for anything but one caret under the line",
        ),
    ];
    let look = Look { columns: 60, ..Look::default() };
    assert_data_eq!(
        draw(&text, Verdict::Strip, findings, &look),
        str![[r#"
a/001.txt: strip 2 of 2 lines; the original is kept (Latin, utf-8, 2 lines, 1017 bytes)
  1 | \u{1b}[31mword word word word word word word word wor…
    | ^^^^^^^^^^ strip: long \u{1b}]0;title\u{7} [mine/long]
  2 | an\u{202e}other
    | ^ strip: a reason that leaves no room for anything but one caret under the line [mine/other]


"#]]
        .raw()
    );
}

#[test]
fn what_changes_nothing_is_shown_on_request() {
    let findings = || {
        vec![
            Finding {
                trial: Some(Some(Action::Strip)),
                ..finding("mine/new", Action::Annotate, Some((1, 1)), "on trial")
            },
            scored("mine/points", crate::engine::rules::model::Level::Hint),
        ]
    };
    assert_eq!(draw("a text\n", Verdict::Pass, findings(), &Look::default()), "");
    let all = Look { all: true, ..Look::default() };
    assert_data_eq!(
        draw("a text\n", Verdict::Pass, findings(), &all),
        str![[r#"
a/001.txt: pass (Latin, utf-8, 1 line, 7 bytes)
  1 | a text
    | ^^^^^^ trial, would strip: on trial [mine/new]
    = annotate: speaks against it [mine/points]


"#]]
    );
}

#[test]
fn colours_are_closed_again() {
    let look = Look { color: true, ..Look::default() };
    let drawn = draw("a\n", Verdict::Strip, vec![finding("mine/a", Action::Strip, Some((1, 1)), "a")], &look);
    assert!(drawn.contains("\u{1b}[33m"), "{drawn:?}");
    for line in drawn.lines() {
        assert_eq!(line.matches("\u{1b}[0m").count() > 0, line.contains('\u{1b}'), "{line:?}");
        assert!(!line.contains('\u{1b}') || line.rfind("\u{1b}[0m") == line.rfind('\u{1b}'), "{line:?}");
    }
}

#[test]
fn the_summary_counts_documents_lines_and_rules() {
    let document = Document::decode(b"a\nb\nc\n".to_vec()).unwrap();
    let strip = |lines| finding("navigation/breadcrumb", Action::Strip, Some(lines), "breadcrumb");
    let mut summary = Summary::default();
    for (verdict, findings) in [
        (Verdict::Pass, vec![scored("mine/points", crate::engine::rules::model::Level::Hint)]),
        (Verdict::Strip, vec![strip((1, 2)), strip((2, 3))]),
        (Verdict::Quarantine, vec![strip((1, 1)), finding("spam/header", Action::Quarantine, Some((2, 2)), "advert")]),
    ] {
        summary.add(&Judgement { verdict, findings, ..judgement(&document) });
    }
    summary.add_unreadable();
    let mut out = Vec::new();
    summary.write(&mut out, &Look::default()).unwrap();
    assert_data_eq!(
        String::from_utf8(out).unwrap(),
        str![[r#"
3 files: 1 pass, 1 strip (3 lines), 1 quarantine, 0 reject; 1 could not be read
  3 navigation/breadcrumb
  1 spam/header

"#]]
    );
}

#[test]
fn names_are_escaped() {
    let document = Document::decode(b"a\n".to_vec()).unwrap();
    let judgement = Judgement { verdict: Verdict::Reject, ..judgement(&document) };
    let mut out = Vec::new();
    let path = Path::new(OsStr::from_bytes(b"\x1b[2J\xff\n.txt"));
    write_document(&mut out, path, &judgement, Some(&document), &Look::default()).unwrap();
    assert!(out.starts_with(b"\\u{1b}[2J\\xff\\n.txt: reject"), "{}", String::from_utf8_lossy(&out));
}
