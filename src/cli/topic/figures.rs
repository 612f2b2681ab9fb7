//! What a learned topic is worth, in lines for people.

use crate::engine::topics::{Basis, Estimate, Validation};

/// Rates of false alarm that are always shown, besides the one that was asked for.
const RATES: [f64; 3] = [0.01, 0.05, 0.1];

/// The threshold at the rate that was asked for, rounded down as it is written into the profile. One of 0 is none: every text
/// reaches it.
pub(super) fn suggested(validation: &Validation, false_alarms: f64) -> Option<(f64, Basis)> {
    let (score, basis) = validation.threshold(false_alarms)?;
    Some(((score * 1e4).floor() / 1e4, basis)).filter(|(score, _)| *score > 0.0)
}

/// The figures; `others` says what the texts off the topic are, where there are any.
pub(super) fn lines(validation: &Validation, false_alarms: f64, others: Option<&str>) -> Vec<String> {
    let (on, off) = (validation.on.len(), validation.off.len());
    let mut lines = Vec::new();
    let Some((_, basis)) = suggested(validation, false_alarms) else {
        if on > 0 {
            lines.push("An example scores 0 against all others: no threshold tells them from other texts.".to_owned());
            lines.push("Take out what is not on the topic, or make a topic of its own of it.".to_owned());
            return lines;
        }
        lines.push(
            "One example cannot be held against itself: nothing was measured, and no threshold is suggested."
                .to_owned(),
        );
        lines.push("Add examples; from 20 on the figures begin to mean something.".to_owned());
        return lines;
    };
    if on <= 5 {
        lines.push(format!(
            "Only {on} examples: take every figure here for a guess; 20 or more begin to mean something."
        ));
    }
    lines.push(format!(
        "Measured on texts that the profile had not seen, by {} profiles each learned without some of them.",
        validation.folds
    ));
    if let Some(area) = validation.area() {
        lines.push(format!(
            "AUC {:.3} (95 %: {:.3} to {:.3}) over {on} texts on the topic and {off} {}",
            area.value,
            area.low,
            area.high,
            others.unwrap_or("others")
        ));
    } else {
        lines.push(format!(
            "Nothing off the topic was given, so how much of that is caught is not known; {on} texts on the topic"
        ));
    }
    let mut rates = RATES.to_vec();
    rates.push(false_alarms);
    rates.sort_by(f64::total_cmp);
    rates.dedup();
    for rate in rates {
        let Some((at_least, _)) = suggested(validation, rate) else { continue };
        let (lost, of_on) = validation.lost(at_least);
        let mut line = format!("{}: at_least {at_least:.4} loses {lost} of {on} ({})", percent(rate), range(of_on));
        if off > 0 {
            let (caught, of_off) = validation.caught(at_least);
            line += &format!(" and catches {caught} of {off} off the topic ({})", range(of_off));
        }
        if rate == false_alarms {
            line += "  <- suggested";
        }
        lines.push(line);
    }
    match basis {
        Basis::Rank => {}
        Basis::Spread => lines.push(format!(
            "{on} examples cannot show a rate of {}: its threshold is taken from the spread of their scores",
            percent(false_alarms)
        )),
        Basis::Lowest => lines.push(format!(
            "{on} examples cannot show a rate of {}: its threshold is half of their lowest score",
            percent(false_alarms)
        )),
    }
    lines
}

fn range(estimate: Estimate) -> String {
    format!("{:.0} to {:.0} %", estimate.low * 100.0, estimate.high * 100.0)
}

/// A share as people write it: without zeros at the end.
fn percent(share: f64) -> String {
    let text = format!("{:.3}", share * 100.0);
    format!("{} %", text.trim_end_matches('0').trim_end_matches('.'))
}
