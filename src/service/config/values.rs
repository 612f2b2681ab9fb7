//! Spans, sizes and large numbers of the configuration, each with its complaint.

use std::time::Duration;

use super::units;
use crate::engine::{diagnostic::codes, rules::decode::Item};

pub(super) fn span(item: &Item<'_>) -> Option<Duration> {
    spelled(item, "write a number with its unit: 200ms, 0.5s, 10m, 2h or 1d")
}

fn spelled(item: &Item<'_>, help: &str) -> Option<Duration> {
    let text = item.word()?.value;
    let span = units::span(text);
    if span.is_none() {
        item.fail(
            codes::WRONG_TYPE,
            format!("{} is `{text}`, which is not a span of time", item.what()),
            help.to_owned(),
        );
    }
    span
}

/// What is logged: a level, or levels of parts such as `warn,siftd=debug`. A misspelt level would be taken for the name of a
/// part, and silence everything else.
pub(super) fn filter(item: &Item<'_>) -> Option<String> {
    let text = item.filled()?.value;
    let Some(wrong) = no_level(&text) else { return Some(text) };
    item.fail(codes::WRONG_TYPE, format!("`{wrong}` in {} is not a level", item.what()), format!("write {}", levels()));
    None
}

/// The part of a log filter that is no level, and has none.
pub fn no_level(filter: &str) -> Option<&str> {
    let is_level = |word: &str| LEVELS.contains(&word.to_ascii_lowercase().as_str());
    filter.split(',').map(str::trim).find(|part| match part.rsplit_once('=') {
        Some((target, level)) => target.is_empty() || !is_level(level),
        None => !is_level(part),
    })
}

/// How a log filter is written.
pub fn levels() -> String {
    format!("{}, or levels of parts: warn,siftd=debug", LEVELS.join(", "))
}

/// Levels of the log, the quietest first.
const LEVELS: [&str; 6] = ["off", "error", "warn", "info", "debug", "trace"];

/// A span of time that is not nothing.
pub(super) fn above_zero(item: &Item<'_>) -> Option<Duration> {
    span(item).filter(|span| {
        if span.is_zero() {
            item.fail(codes::RANGE, format!("{} is nothing", item.what()), Some("it must be at least 1ms".to_owned()));
        }
        !span.is_zero()
    })
}

/// A span after which something is deleted, or `never`.
pub(super) fn kept(item: &Item<'_>) -> Option<Option<Duration>> {
    if item.word()?.value == "never" {
        return Some(None);
    }
    let span = spelled(item, "write `never`, or a number with its unit: 12h, 90d")?;
    if span < Duration::from_secs(1) {
        item.fail(codes::RANGE, format!("{} is almost nothing", item.what()), "it must be at least 1s".to_owned());
        return None;
    }
    Some(Some(span))
}

pub(super) fn size(item: &Item<'_>) -> Option<u64> {
    let text = item.word()?.value;
    let size = units::size(text);
    if size.is_none() {
        let help = "write a number with its unit: 512KiB, 64MiB, 1GiB or 100B";
        item.fail(codes::WRONG_TYPE, format!("{} is `{text}`, which is not a size", item.what()), help.to_owned());
    }
    size.filter(|&size| {
        if size == 0 {
            item.fail(codes::RANGE, format!("{} is nothing", item.what()), "it must be at least 1B".to_owned());
        }
        size > 0
    })
}

/// A whole number from 1, larger than rule files ever need.
pub(super) fn large(item: &Item<'_>) -> Option<u64> {
    let text = item.word()?.value;
    let number = text.parse().ok().filter(|&number| number > 0);
    if number.is_none() {
        let help = "write a whole number from 1";
        item.fail(
            codes::WRONG_TYPE,
            format!("{} is `{text}`, which is not a whole number", item.what()),
            help.to_owned(),
        );
    }
    number
}
