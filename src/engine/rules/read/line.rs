//! Tests of one line.

use super::{names, pattern, region::bounds, scope::Scope, words};
use crate::engine::{
    diagnostic::codes,
    rules::{
        decode::{Fields, Item},
        model::{Bounds, LineLanguageTest, LineScriptTest, LineTest, Measure, ShapeTest, Unit},
        yaml::Meaning,
    },
};

/// Keys of tests of one line.
pub(crate) const KEYS: &[&str] = &["regex", "words", "script", "language", "shape", "repeated"];

/// Reads the value of one of the keys.
pub(super) fn decode(key: &str, item: &Item<'_>, scope: Scope<'_>) -> Option<LineTest> {
    match key {
        "regex" => pattern::decode(item, scope).map(LineTest::Regex),
        "words" => words::decode(item, Unit::Line, scope).map(LineTest::Words),
        "script" => script(item).map(LineTest::Script),
        "language" => language(item).map(LineTest::Language),
        "shape" => shape(item).map(LineTest::Shape),
        _ => repeated(item),
    }
}

/// `differs_from: document`; absent is fine, anything else is not.
fn differs(fields: &mut Fields<'_>) -> Option<bool> {
    match fields.optional("differs_from") {
        None => Some(false),
        Some(item) => item.choice(&[("document", true)]),
    }
}

fn script(item: &Item<'_>) -> Option<LineScriptTest> {
    let mut fields = item.fields("`script`")?;
    let is = fields.optional("is").map_or(Some(Vec::new()), |item| names::scripts(&item));
    let differs_from_document = differs(&mut fields);
    let letters_at_least = fields.optional("letters_at_least").map_or(Some(1), |item| item.whole(1..=u32::MAX));
    let share_at_least = fields.optional("share_at_least").map_or(Some(None), |item| item.share().map(Some));
    let elsewhere = fields.optional("elsewhere_share_at_most").map_or(Some(None), |item| item.share().map(Some));
    let asked = ["is", "differs_from", "share_at_least", "elsewhere_share_at_most"];
    fields.finish_with_one_of(&asked, "write `is: [Han]` or `differs_from: document`")?;
    Some(LineScriptTest {
        is: is?,
        differs_from_document: differs_from_document?,
        letters_at_least: letters_at_least?,
        share_at_least: share_at_least?,
        elsewhere_share_at_most: elsewhere?,
    })
}

fn language(item: &Item<'_>) -> Option<LineLanguageTest> {
    let mut fields = item.fields("`language`")?;
    let is = fields.optional("in").map_or(Some(Vec::new()), |item| names::tags(&item));
    let not = fields.optional("not_in").map_or(Some(Vec::new()), |item| names::tags(&item));
    let differs_from_document = differs(&mut fields);
    let confidence_at_least = fields.required("confidence_at_least").and_then(|item| item.share());
    let letters_at_least = fields.required("letters_at_least").and_then(|item| item.whole(1..=u32::MAX));
    let help = "write `in: [en]`, `not_in: [en]` or `differs_from: document`";
    fields.finish_with_one_of(&["in", "not_in", "differs_from"], help)?;
    Some(LineLanguageTest {
        is: is?,
        not: not?,
        differs_from_document: differs_from_document?,
        confidence_at_least: confidence_at_least?,
        letters_at_least: letters_at_least?,
    })
}

/// Each measure with its keys and whether it is a share.
const MEASURES: [(Measure, &str, &str, bool); 9] = [
    (Measure::Letters, "letters_at_least", "letters_at_most", false),
    (Measure::Words, "words_at_least", "words_at_most", false),
    (Measure::Chars, "chars_at_least", "chars_at_most", false),
    (Measure::WhitespaceTokens, "whitespace_tokens_at_least", "whitespace_tokens_at_most", false),
    (Measure::LongestToken, "longest_token_at_least", "longest_token_at_most", false),
    (Measure::UpperShare, "upper_share_at_least", "upper_share_at_most", true),
    (Measure::DigitShare, "digit_share_at_least", "digit_share_at_most", true),
    (Measure::SymbolShare, "symbol_share_at_least", "symbol_share_at_most", true),
    (Measure::TitleShare, "title_share_at_least", "title_share_at_most", true),
];

fn shape(item: &Item<'_>) -> Option<ShapeTest> {
    let mut fields = item.fields("`shape`")?;
    let mut test = ShapeTest::default();
    let before = fields.problems().errors();
    for (measure, low, high, share) in MEASURES {
        let limits = bounds(&mut fields, low, high, if share { 1.0 } else { f64::INFINITY });
        if let Some(limits) = limits
            && limits != Bounds::default()
        {
            test.bounds.push((measure, limits));
        }
    }
    if let Some(item) = fields.optional("sentence_end") {
        test.sentence_end = item.boolean();
    }
    let problems = fields.problems();
    fields.finish();
    if problems.errors() > before {
        return None;
    }
    if test.bounds.is_empty() && test.sentence_end.is_none() {
        let help = "write a limit, such as `letters_at_most: 30`, or `sentence_end: false`".to_owned();
        item.fail(codes::NOTHING, "`shape` asks for nothing", help);
        return None;
    }
    Some(test)
}

fn repeated(item: &Item<'_>) -> Option<LineTest> {
    let mut fields =
        item.fields_as("`repeated`", "{times_at_least: *}", |times| matches!(times.meaning, Meaning::Whole(_)))?;
    let times = fields.required("times_at_least").and_then(|item| item.whole(2..=u32::MAX));
    fields.finish();
    Some(LineTest::Repeated { times_at_least: times? })
}
