//! How well a topic that is learned from examples tells texts on it from others, measured on texts that it has not seen.

use super::{Profile, Topic};
use crate::engine::{NORMAL_95, Share};

/// Parts that many examples are divided into; up to twice as many are left out one at a time.
const FOLDS: usize = 10;

/// Fewest examples that a spread can be told from.
const ENOUGH: usize = 5;

/// What the lowest score is multiplied by where there are fewer: in package descriptions of fourteen kinds, five examples
/// a kind, one in forty of the others then fell below.
const BELOW_LOWEST: f64 = 0.5;

/// Scores of texts that the profile which gave them had not seen, lowest first.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Validation {
    /// How many profiles were learned; none where there is only one example.
    pub folds: usize,
    /// Of the examples.
    pub on: Vec<f64>,
    /// Of the texts that are not on the topic.
    pub off: Vec<f64>,
}

/// A value with the bounds between which the true one lies 95 times in 100.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Estimate {
    /// As measured.
    pub value: f64,
    /// Lower bound.
    pub low: f64,
    /// Upper bound.
    pub high: f64,
}

/// Where a threshold comes from.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Basis {
    /// The rank among the scores of the examples: there are enough of them.
    Rank,
    /// The normal distribution with the mean and spread of their scores, no more than the lowest and no less than half of it:
    /// there are fewer than the rate has in it.
    Spread,
    /// Half of the lowest: too few for a spread.
    Lowest,
}

impl Validation {
    /// Learns the topic again and again, each time without some of its examples and counter-examples, and scores those;
    /// texts of `background`, which is never learned from, are scored by one of these profiles each. Texts with too few
    /// words to tell are left out.
    pub fn of(topic: &Topic, background: &[String]) -> Self {
        let number = topic.examples.len();
        if number < 2 {
            return Self::default();
        }
        let folds = if number <= 2 * FOLDS { number } else { FOLDS };
        let (mut on, mut off) = (Vec::new(), Vec::new());
        for fold in 0..folds {
            let (examples, held) = divide(&topic.examples, fold, folds);
            let (counter_examples, held_off) = divide(&topic.counter_examples, fold, folds);
            let (_, seen_by_nobody) = divide(background, fold, folds);
            let profile = Profile::build(&Topic { examples, counter_examples, ..topic.clone() });
            let scores = |texts: Vec<String>| -> Vec<f64> {
                texts.iter().filter_map(|text| profile.score_lines(text.lines())).map(|near| near.score).collect()
            };
            on.extend(scores(held));
            off.extend(scores(held_off));
            off.extend(scores(seen_by_nobody));
        }
        on.sort_by(f64::total_cmp);
        off.sort_by(f64::total_cmp);
        Self { folds, on, off }
    }

    /// How often a text on the topic scores above one that is not: the area under the curve, with the interval of Hanley
    /// and McNeil (Radiology 143, 1982). `None` without texts of both kinds.
    pub fn area(&self) -> Option<Estimate> {
        let (on, off) = (self.on.len() as f64, self.off.len() as f64);
        if self.on.is_empty() || self.off.is_empty() {
            return None;
        }
        let wins: f64 = self
            .on
            .iter()
            .map(|score| {
                let below = self.off.partition_point(|other| other < score);
                let not_above = self.off.partition_point(|other| other <= score);
                (below + not_above) as f64 / 2.0
            })
            .sum();
        let area = wins / (on * off);
        let (both_on, both_off) = (area / (2.0 - area), 2.0 * area * area / (1.0 + area));
        let variance =
            area * (1.0 - area) + (on - 1.0) * (both_on - area * area) + (off - 1.0) * (both_off - area * area);
        let reach = NORMAL_95 * (variance.max(0.0) / (on * off)).sqrt();
        // A clean separation has no variance, and proves no more than its numbers do.
        let least = share(on.min(off) as usize, on.min(off) as usize).low;
        let low = if area == 1.0 { least } else { (area - reach).max(0.0) };
        Some(Estimate { value: area, low, high: (area + reach).min(1.0) })
    }

    /// The score below which about `false_alarms` (a share, 0 to 1) of the texts on the topic fall. `None` without scores.
    pub fn threshold(&self, false_alarms: f64) -> Option<(f64, Basis)> {
        let lowest = *self.on.first()?;
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a share of a small count")]
        let rank = (false_alarms * (self.on.len() + 1) as f64 + 1e-9) as usize;
        if let Some(score) = rank.checked_sub(1).and_then(|place| self.on.get(place)) {
            return Some((*score, Basis::Rank));
        }
        if self.on.len() < ENOUGH {
            return Some((lowest * BELOW_LOWEST, Basis::Lowest));
        }
        let number = self.on.len() as f64;
        let mean = self.on.iter().sum::<f64>() / number;
        let variance = self.on.iter().map(|score| (score - mean).powi(2)).sum::<f64>() / (number - 1.0);
        let score = mean - normal_upper(false_alarms) * (variance * (1.0 + 1.0 / number)).sqrt();
        Some((score.clamp(lowest * BELOW_LOWEST, lowest), Basis::Spread))
    }

    /// The share of the texts on the topic that lie below a score, and how many they are.
    pub fn lost(&self, at_least: f64) -> (usize, Estimate) {
        let below = self.on.partition_point(|score| *score < at_least);
        (below, share(below, self.on.len()))
    }

    /// The share of the other texts that lie below a score, and how many they are.
    pub fn caught(&self, at_least: f64) -> (usize, Estimate) {
        let below = self.off.partition_point(|score| *score < at_least);
        (below, share(below, self.off.len()))
    }
}

/// Without and with the texts whose turn it is.
fn divide(texts: &[String], fold: usize, folds: usize) -> (Vec<String>, Vec<String>) {
    let mut kept = Vec::new();
    let mut held = Vec::new();
    for (place, text) in texts.iter().enumerate() {
        let side = if place % folds == fold { &mut held } else { &mut kept };
        side.push(text.clone());
    }
    (kept, held)
}

/// A share with its interval; of nothing, anything.
fn share(part: usize, whole: usize) -> Estimate {
    let share = Share { part, whole };
    let (low, high) = share.interval().unwrap_or((0.0, 1.0));
    Estimate { value: share.value().unwrap_or(0.0), low, high }
}

/// How many standard deviations below the mean a share of a normal distribution begins, for shares up to a half: Abramowitz
/// and Stegun 26.2.23, within 0.00045.
fn normal_upper(share: f64) -> f64 {
    let t = (-2.0 * share.clamp(1e-9, 0.5).ln()).sqrt();
    t - (2.515_517 + 0.802_853 * t + 0.010_328 * t * t)
        / (1.0 + 1.432_788 * t + 0.189_269 * t * t + 0.001_308 * t * t * t)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn of(on: &[f64], off: &[f64]) -> Validation {
        Validation { folds: 1, on: on.to_vec(), off: off.to_vec() }
    }

    fn near(left: f64, right: f64) -> bool {
        (left - right).abs() < 0.002
    }

    #[test]
    fn the_area_counts_pairs_in_order() {
        let area = |on: &[f64], off: &[f64]| of(on, off).area().map(|area| area.value);
        assert_eq!(area(&[0.2, 0.3], &[0.0, 0.1]), Some(1.0));
        assert_eq!(area(&[0.1, 0.3], &[0.0, 0.2]), Some(0.75));
        assert_eq!(area(&[0.1], &[0.1]), Some(0.5));
        assert_eq!(area(&[0.1], &[]), None);
    }

    #[test]
    fn intervals_are_those_of_the_books() {
        // 8 of 10: Wilson 0.490 to 0.943. None of 20: up to 0.161.
        let (eight, none) = (share(8, 10), share(0, 20));
        assert!(near(eight.low, 0.490) && near(eight.high, 0.943), "{eight:?}");
        assert!(none.low == 0.0 && near(none.high, 0.161), "{none:?}");
        assert!(near(normal_upper(0.01), 2.326) && near(normal_upper(0.05), 1.645) && near(normal_upper(0.5), 0.0));
        // Five against five told apart without a mistake are no proof of certainty.
        let area = of(&[0.5; 5], &[0.1; 5]).area().unwrap();
        assert!(area.value == 1.0 && near(area.low, 0.566), "{area:?}");
    }

    #[test]
    fn a_threshold_is_a_rank_where_there_are_enough_scores_and_lies_below_all_where_not() {
        let many: Vec<f64> = (1..100).map(f64::from).collect();
        assert_eq!(of(&many, &[]).threshold(0.05), Some((5.0, Basis::Rank)));
        assert_eq!(of(&many, &[]).lost(5.0).0, 4);
        let (threshold, basis) = of(&[0.2, 0.25, 0.3, 0.35, 0.4], &[]).threshold(0.01).unwrap();
        assert!(basis == Basis::Spread && threshold > 0.0 && threshold < 0.2, "{threshold}");
        assert_eq!(of(&[0.2, 0.4], &[]).threshold(0.01), Some((0.1, Basis::Lowest)));
        // A wide spread reaches below zero, and every text reaches zero.
        assert_eq!(of(&[0.02, 0.1, 0.5, 0.7, 0.9], &[]).threshold(0.01), Some((0.01, Basis::Spread)));
        assert_eq!(of(&[], &[]).threshold(0.01), None);
    }

    #[test]
    fn no_text_is_scored_by_a_profile_that_has_seen_it() {
        let gardens = ["prune graft scion", "prune compost mulch", "graft compost seedling", "scion mulch seedling"];
        let text = |words: &&str| format!("{} {words} zebrafish", words.repeat(2));
        let examples: Vec<String> = gardens.iter().map(text).collect();
        let topic = |examples: Vec<String>| Topic { examples, ..Topic::default() };
        let held = Validation::of(&topic(examples.clone()), &["bond yields hardly moved on that day".to_owned()]);
        assert_eq!((held.folds, held.on.len(), held.off.len()), (4, 4, 1));
        let without = Profile::build(&topic(examples[1..].to_vec())).score_lines(examples[0].lines()).unwrap();
        assert!(held.on.iter().any(|score| (score - without.score).abs() < 1e-12));
        assert_eq!(Validation::of(&topic(examples[..1].to_vec()), &[]), Validation::default());
    }
}
