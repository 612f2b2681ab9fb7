//! One condition of lines at a time.

use super::build::*;
use crate::engine::{judge::Finding, language::Code, rules::model::*, text::Script};

#[test]
fn a_pattern_sees_the_line_as_it_was_written() {
    let rule = || line_rule(regex(&["^Home > ", "(?i)^you are here"]));
    assert_eq!(flags(rule(), "Home > News\nhome > News\nYOU ARE HERE: Home\nHome"), [1, 3]);
}

#[test]
fn a_pattern_without_a_literal_is_tried_too() {
    assert_eq!(flags(line_rule(regex(&[r"^\s*\d+\s*$"])), "1\ntwo\n  33 \nfour 4"), [1, 3]);
}

#[test]
fn blank_lines_are_never_flagged() {
    assert_eq!(flags(line_rule(regex(&["^", "$"])), "a\n\n \u{200B}\t\nb"), [1, 4]);
    assert_eq!(flags(line_rule(shape(Measure::Letters, None, Some(0.0))), "...\n\n  \n...a"), [1]);
}

#[test]
fn words_have_boundaries_beside_letters_only() {
    let rule = || line_rule(words("t/list", &["casino", "老虎机", "e.g.", "café"]));
    let text =
        "A Casino!\nCasinos\nin澳门老虎机网站\nsee e.g.this\ncafe\nthe cafe\u{301}\nCASINO澳门\nсasino\nca\u{200B}sino";
    assert_eq!(flags(rule(), text), [1, 3, 4, 6, 7, 8, 9]);
}

#[test]
fn a_letter_with_a_mark_is_another_letter() {
    assert_eq!(flags(line_rule(words("t/list", &["cafe"])), "cafe\ncafé\ncafe\u{301}\n«cafe»"), [1, 4]);
    assert_eq!(flags(line_rule(words("t/list", &["etat"])), "état\nun etat\nétetat"), [2]);
}

#[test]
fn words_count_different_items() {
    let test = WordsTest { at_least: 2, ..words_test("t/list", &["slot", "togel", "judi"]) };
    assert_eq!(flags(line_rule(is(LineTest::Words(test))), "slot slot slot\nslot togel\njudi, SLOT"), [2, 3]);
}

#[test]
fn words_inside_longer_ones_do_not_count() {
    let items = ["casino", "online casino", "casino bonus", "bonus"];
    let test = WordsTest { at_least: 2, ..words_test("t/list", &items) };
    let text = "online casino\nonline casino bonus\ncasino casino\ncasino, online casino";
    assert_eq!(flags(line_rule(is(LineTest::Words(test))), text), [2, 4]);
}

#[test]
fn words_can_be_asked_to_stand_on_few_lines() {
    let test = WordsTest { in_lines_at_most: Some(2), ..words_test("t/list", &["slot", "togel"]) };
    let rule = || line_rule(is(LineTest::Words(test.clone())));
    assert_eq!(flags(rule(), "a slot\nb\n\ntogel slot"), [1, 4]);
    assert_eq!(flags(rule(), "a slot\nb\n\ntogel slot\nslot"), [] as [u32; 0]);
}

#[test]
fn words_can_be_the_whole_line_or_its_beginning() {
    let items = ["related articles", "share »"];
    let whole = || WordsTest { whole_line: true, ..words_test("t/list", &items) };
    let text = "Related articles\n» Related Articles:\nOur related articles\nRelated articles and books\nShare »\nrelated article";
    assert_eq!(flags(line_rule(is(LineTest::Words(whole()))), text), [1, 2, 5]);
    let starts = WordsTest { starts_line: true, ..words_test("t/list", &items) };
    assert_eq!(flags(line_rule(is(LineTest::Words(starts))), text), [1, 2, 4, 5]);
}

#[test]
fn the_beginning_of_a_line_must_be_bounded_itself() {
    let starts = || WordsTest { starts_line: true, ..words_test("t/list", &["tag", "标签"]) };
    assert_eq!(flags(line_rule(is(LineTest::Words(starts()))), "Tags of a tag\ntag: x\n标签云\n\"Tag\""), [2, 3, 4]);
}

#[test]
fn a_line_begins_with_an_item_as_it_is_written() {
    let starts = || WordsTest { starts_line: true, ..words_test("t/list", &[".net", "—", "#tag"]) };
    let text = "Net income rose, thanks to .net\n.NET is back\n« .net »\n» — and so on\na — b\n(#tag)\ntag, and #tag";
    assert_eq!(flags(line_rule(is(LineTest::Words(starts()))), text), [2, 3, 4, 6]);
}

#[test]
fn words_can_be_asked_to_cover_the_line() {
    let test =
        WordsTest { share_at_least: Some(0.5), ..words_test("t/list", &["online casino", "casino bonus", "slots"]) };
    let text = "online casino bonus slots today\nthe history of the first online casino in town";
    assert_eq!(flags(line_rule(is(LineTest::Words(test))), text), [1]);
}

#[test]
fn foreign_words_are_of_another_language_than_the_document() {
    let items = [(Some("zh"), "百家乐"), (Some("en"), "casino bonus"), (Some("id"), "slot gacor"), (None, "poker")];
    let test = WordsTest { lists: vec![list("t/list", &items)], foreign: true, ..words_test("t/x", &[]) };
    let text = "百家乐\nA casino bonus\nslot gacor\npoker\nThe garden needs water in summer.";
    let given = |code: &str| Given { language: Code::named(code), ..Given::default() };
    let flags = |code| {
        let spans = spans_given(line_rule(is(LineTest::Words(test.clone()))), text, &given(code));
        spans.into_iter().map(|(line, _)| line).collect::<Vec<_>>()
    };
    assert_eq!(flags("en"), [1, 3]);
    assert_eq!(flags("id"), [1, 2]);
    assert_eq!(flags("zh"), [2, 3]);
}

#[test]
fn an_advert_does_not_hide_the_language_of_a_short_page() {
    let items = [(Some("vi"), "nhà cái"), (Some("en"), "young trees")];
    let test = WordsTest { lists: vec![list("t/list", &items)], foreign: true, ..words_test("t/x", &[]) };
    let text = "Nhà cái ABC88 mang đến trải nghiệm tuyệt vời cho bạn.\n\nHow to prune apple trees\n\
        Pruning is best done in late winter, before the buds swell.\n\
        Remove dead wood first, then thin out crossing branches.\nYoung trees need a strong frame.";
    assert_eq!(spans_given(line_rule(is(LineTest::Words(test))), text, &Given::default()), [(1, 1)]);
}

#[test]
fn an_item_of_two_languages_is_at_home_in_both() {
    let items = [(Some("zh"), "大小"), (Some("ja"), "大小")];
    let test = WordsTest { lists: vec![list("t/list", &items)], foreign: true, ..words_test("t/x", &[]) };
    let given = Given { language: Code::named("ja"), ..Given::default() };
    assert!(spans_given(line_rule(is(LineTest::Words(test))), "大小", &given).is_empty());
}

#[test]
fn a_line_in_another_script_differs() {
    let english = "How to prune apple trees\nPruning is best done in late winter.";
    let rule = || line_rule(foreign_script(4));
    assert_eq!(flags(rule(), &format!("澳门新葡京娱乐城官方网站\n{english}\n日本")), [1]);
    assert_eq!(flags(rule(), "修剪苹果树的方法\n冬末修剪最好。\nBuy pills online"), [3]);
    assert_eq!(flags(rule(), "リンゴの木を剪定する\n冬の終わりにする。\n東京都文京区"), [] as [u32; 0]);
}

#[test]
fn where_a_line_outweighs_a_short_document_it_cannot_be_told_which_is_foreign() {
    let advert = "澳门新葡京娱乐城官方网站注册送五十八元真人视讯电子游艺彩票投注";
    let text = format!("{advert}\nHow to prune trees\nCut in winter.");
    assert_eq!(document(&text).scripts().dominant(), Script::named("Han"));
    assert!(flags(line_rule(foreign_script(4)), &text).is_empty());
    let unknown = Rule { if_unknown: IfUnknown::Fire, ..line_rule(foreign_script(4)) };
    assert_eq!(flags(unknown, &text), [1, 2, 3]);
    // Words of a known language are foreign to the other lines all the same.
    let items = [(Some("zh"), "新葡京"), (Some("zh"), "娱乐城"), (Some("en"), "cut")];
    let test = WordsTest { lists: vec![list("t/list", &items)], foreign: true, ..words_test("t/x", &[]) };
    let found = spans_given(line_rule(is(LineTest::Words(test))), &text, &Given::default());
    assert_eq!(found, [(1, 1)]);
}

#[test]
fn a_script_may_stand_on_few_other_lines() {
    let test = LineScriptTest {
        is: Vec::new(),
        differs_from_document: true,
        letters_at_least: 1,
        share_at_least: None,
        elsewhere_share_at_most: Some(0.05),
    };
    let rule = || line_rule(is(LineTest::Script(test.clone())));
    let page = "How to prune apple trees in winter.\nCut out dead wood first of all.";
    assert_eq!(flags(rule(), &format!("{page}\n澳门新葡京")), [3]);
    assert_eq!(
        flags(rule(), &format!("{page}\n剪枝 means to prune\n修剪苹果树的方法冬末修剪最好\n澳门新葡京")),
        [] as [u32; 0]
    );
}

#[test]
fn the_only_line_of_a_document_does_not_differ() {
    assert!(flags(line_rule(foreign_script(1)), "澳门新葡京\n123").is_empty());
}

#[test]
fn below_the_floor_a_script_is_unknown() {
    let text = "How to prune apple trees.\nPruning is best done in late winter.\n新葡京";
    assert!(flags(line_rule(foreign_script(4)), text).is_empty());
    let fire = Rule { if_unknown: IfUnknown::Fire, ..line_rule(foreign_script(4)) };
    let judgement = judged(&set(vec![fire]), text);
    let [finding] = &judgement.findings[..] else { panic!("{judgement:?}") };
    assert_eq!(finding.evidence["unknown"], serde_json::json!(["3 letters, needs 4"]));
    let held = Rule { if_unknown: IfUnknown::Quarantine, ..line_rule(foreign_script(4)) };
    let judgement = judged(&set(vec![held]), text);
    assert_eq!(judgement.findings[0].action, Action::Quarantine);
}

#[test]
fn not_of_unknown_is_unknown() {
    let rule = line_rule(Logic::Not(Box::new(foreign_script(40))));
    assert!(flags(rule, "short\nshorter").is_empty());
}

#[test]
fn shapes_hold_within_their_limits() {
    let rule = |measure, least, most| line_rule(shape(measure, least, most));
    let text = "HOME NEWS\nHome and News\n020 555 1234\n*** --- ***";
    assert_eq!(flags(rule(Measure::UpperShare, Some(0.9), None), text), [1]);
    assert_eq!(flags(rule(Measure::DigitShare, Some(0.9), None), text), [3]);
    assert_eq!(flags(rule(Measure::SymbolShare, Some(0.9), None), text), [4]);
    assert_eq!(flags(rule(Measure::Words, Some(3.0), Some(3.0)), text), [2, 3]);
    assert_eq!(flags(rule(Measure::Chars, Some(13.0), None), text), [2]);
    assert_eq!(flags(rule(Measure::WhitespaceTokens, None, Some(2.0)), text), [1]);
    assert_eq!(flags(rule(Measure::LongestToken, Some(4.0), None), text), [1, 2, 3]);
    assert_eq!(flags(rule(Measure::TitleShare, Some(0.5), Some(0.9)), text), [2]);
}

#[test]
fn repeated_lines_are_counted_folded() {
    let rule = line_rule(is(LineTest::Repeated { times_at_least: 3 }));
    assert_eq!(flags(rule, "Share\nshare\nother\n ＳＨＡＲＥ\nother"), [1, 2, 4]);
}

#[test]
fn exceptions_hold_a_rule_back() {
    let exception = Exception {
        name: "recipe".into(),
        why: None,
        matcher: ExceptionMatcher::Line(regex(&["^(?:Starter|Main) > "])),
    };
    let rule = Rule { unless: vec![exception], ..line_rule(regex(&[" > "])) };
    assert_eq!(flags(rule, "Home > News\nMain > Fish"), [1]);
}

#[test]
fn require_fires_where_the_good_is_missing() {
    let rule = rule("t/rule", Matcher::Line(Polarity::Require, regex(&["[.!?]$"])));
    assert_eq!(flags(rule, "A sentence.\nNo sentence\n\nAnother!"), [2]);
}

fn only_finding(rule: Rule, text: &str) -> Finding {
    let mut findings = judged(&set(vec![rule]), text).findings;
    findings.retain(|finding| &*finding.rule == "t/rule");
    assert_eq!(findings.len(), 1, "{findings:?}");
    findings.remove(0)
}

#[test]
fn a_finding_says_what_was_seen() {
    let pieces = vec![
        Piece::Text("advert in ".to_owned()),
        Piece::Slot(Slot::LineScript),
        Piece::Text(" on a ".to_owned()),
        Piece::Slot(Slot::DocScript),
        Piece::Text(" page: ".to_owned()),
        Piece::Slot(Slot::Words),
    ];
    let logic = Logic::All(vec![foreign_script(4), words("t/list", &["新葡京", "娱乐城", "百家乐"])]);
    let rule = Rule { message: Some(Message { pieces }), tags: ["spam".into()].into(), version: 7, ..line_rule(logic) };
    let finding = only_finding(rule, "Pruning trees is best done in late winter.\r\n澳门新葡京娱乐城\r\n");
    assert_eq!(&*finding.message, "advert in Han on a Latin page: 新葡京, 娱乐城");
    assert_eq!(finding.lines, Some((2, 2)));
    assert_eq!(finding.bytes, Some(44..68));
    assert_eq!((finding.version, finding.tags.len()), (7, 1));
    assert_eq!(finding.evidence["words"], serde_json::json!(["新葡京", "娱乐城"]));
    assert_eq!(finding.evidence["document_script"], "Latin");
}

#[test]
fn the_matched_text_is_quoted_and_measures_come_with_limits() {
    let logic = Logic::All(vec![regex(&["Home >.*"]), shape(Measure::Letters, None, Some(20.0))]);
    let finding = only_finding(line_rule(logic), "x Home > News");
    assert_eq!(finding.evidence["matched"], "Home > News");
    assert_eq!(finding.evidence["letters"], 9);
    assert_eq!(finding.evidence["letters_at_most"], 20);
    let long = format!("Home > {}", "a".repeat(500));
    let finding = only_finding(line_rule(regex(&["Home >.*"])), &long);
    assert_eq!(finding.evidence["matched"].as_str().unwrap().chars().count(), 121);
}
