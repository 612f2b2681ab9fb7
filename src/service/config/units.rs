//! Spans of time and sizes, as the configuration writes them.

use std::time::Duration;

const SPANS: [(&str, u64); 5] = [("d", 86_400_000), ("h", 3_600_000), ("m", 60_000), ("s", 1000), ("ms", 1)];
const SIZES: [(&str, u64); 7] = [
    ("GiB", 1 << 30),
    ("MiB", 1 << 20),
    ("KiB", 1 << 10),
    ("GB", 1_000_000_000),
    ("MB", 1_000_000),
    ("KB", 1000),
    ("B", 1),
];

/// A span of time such as `0.5s`, `10m` or `200ms`, to the millisecond.
pub(super) fn span(text: &str) -> Option<Duration> {
    quantity(text, &SPANS).map(Duration::from_millis)
}

/// A size such as `64MiB` or `10 MB`, in bytes.
pub(super) fn size(text: &str) -> Option<u64> {
    quantity(text, &SIZES)
}

/// A span in the unit that keeps it short.
pub(in crate::service) fn show_span(span: Duration) -> String {
    let millis = u64::try_from(span.as_millis()).unwrap_or(u64::MAX);
    match SPANS.iter().find(|(_, unit)| millis >= *unit && millis.is_multiple_of(*unit)) {
        Some(("ms", _)) if millis % 100 == 0 && millis < 1000 => format!("0.{}s", millis / 100),
        Some((unit, factor)) => format!("{}{unit}", millis / factor),
        None => "0s".to_owned(),
    }
}

/// A size in the largest binary unit that is exact.
pub(super) fn show_size(bytes: u64) -> String {
    match SIZES[..3].iter().find(|(_, unit)| bytes > 0 && bytes.is_multiple_of(*unit)) {
        Some((unit, factor)) => format!("{}{unit}", bytes / factor),
        None => format!("{bytes}B"),
    }
}

/// A number, whole or decimal, with a unit behind it.
fn quantity(text: &str, units: &[(&str, u64)]) -> Option<u64> {
    let text = text.trim();
    let digits = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
    let (number, unit) = text.split_at(digits);
    let (_, factor) = units.iter().find(|(name, _)| *name == unit.trim())?;
    let (whole, decimals) = number.split_once('.').unwrap_or((number, "0"));
    if decimals.is_empty() || decimals.len() > 9 {
        return None;
    }
    let scale = 10_u128.pow(u32::try_from(decimals.len()).ok()?);
    let value = u128::from(whole.parse::<u64>().ok()?) * scale + u128::from(decimals.parse::<u64>().ok()?);
    let exact = value.checked_mul(u128::from(*factor))?;
    u64::try_from(exact / scale).ok().filter(|_| exact % scale == 0)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn spans() {
        assert_eq!(span("0.5s"), Some(Duration::from_millis(500)));
        assert_eq!(span("10m"), Some(Duration::from_secs(600)));
        assert_eq!(span("1.5 h"), Some(Duration::from_secs(5400)));
        for wrong in ["", "s", "5", "-1s", "1.s", "1..2s", "0.0005s", "5 minutes", "99999999999999999d", "1e3s"] {
            assert_eq!(span(wrong), None, "{wrong}");
        }
    }

    #[test]
    fn sizes() {
        assert_eq!(size("64MiB"), Some(64 << 20));
        assert_eq!(size("1.5 MB"), Some(1_500_000));
        for wrong in ["", "64", "64mb", "64M", "0.1B"] {
            assert_eq!(size(wrong), None, "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_as_the_same(value in any::<u32>(), shift in 0u32..30) {
            let millis = Duration::from_millis(u64::from(value));
            prop_assert_eq!(span(&show_span(millis)), Some(millis));
            let bytes = u64::from(value) << shift;
            prop_assert_eq!(size(&show_size(bytes)), Some(bytes));
        }
    }
}
