//! Spans, sizes and large numbers of the configuration, each with its complaint.

use std::time::Duration;

use super::units;
use crate::engine::{diagnostic::codes, rules::decode::Item};

pub(super) fn span(item: &Item<'_>) -> Option<Duration> {
    let text = item.word()?.value;
    let span = units::span(text);
    if span.is_none() {
        let help = "write a number with its unit: 200ms, 0.5s, 10m, 2h or 1d";
        item.fail(
            codes::WRONG_TYPE,
            format!("{} is `{text}`, which is not a span of time", item.what()),
            help.to_owned(),
        );
    }
    span
}

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
    let span = span(item)?;
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
