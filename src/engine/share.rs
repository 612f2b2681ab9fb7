//! How sure a share is that was counted on a sample.

/// Two-sided 95 % of the normal distribution, in standard deviations.
pub const NORMAL_95: f64 = 1.959_963_984_540_054;

/// A part of a whole that was counted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Share {
    /// How many.
    pub part: usize,
    /// Of how many.
    pub whole: usize,
}

impl Share {
    /// The share, 0 to 1; `None` of nothing.
    pub fn value(self) -> Option<f64> {
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
        (self.whole > 0).then(|| self.part as f64 / self.whole as f64)
    }

    /// Between what the true share lies with 95 % confidence: the score interval of Wilson (1927), which stays between 0 and
    /// 1 and holds for small counts and shares near the ends too (Brown, Cai and DasGupta 2001,
    /// <https://doi.org/10.1214/ss/1009213286>). `None` of nothing.
    ///
    /// It takes the counted things for independent; lines of one document are not, so that the truth is somewhat less sure.
    pub fn interval(self) -> Option<(f64, f64)> {
        let share = self.value()?;
        #[expect(clippy::cast_precision_loss, reason = "counts are far below 2^52")]
        let whole = self.whole as f64;
        let spread = NORMAL_95 * NORMAL_95 / whole;
        let middle = (share + spread / 2.0) / (1.0 + spread);
        let half = NORMAL_95 / (1.0 + spread) * (share * (1.0 - share) / whole + spread / (4.0 * whole)).sqrt();
        // Where the bounds are known, rounding leaves them there.
        let low = if self.part == 0 { 0.0 } else { middle - half };
        let high = if self.part == self.whole { 1.0 } else { middle + half };
        Some((low.max(0.0), high.min(1.0)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn assert_interval(part: usize, whole: usize, low: f64, high: f64) {
        let (got_low, got_high) = Share { part, whole }.interval().unwrap();
        assert!((got_low - low).abs() < 1e-4 && (got_high - high).abs() < 1e-4, "{part}/{whole}: {got_low} {got_high}");
    }

    #[test]
    fn intervals_are_wilsons() {
        // Newcombe 1998, <https://doi.org/10.1002/(SICI)1097-0258(19980430)17:8<857::AID-SIM777>3.0.CO;2-E>, table I, method 3.
        assert_interval(81, 263, 0.2553, 0.3662);
        assert_interval(15, 148, 0.0624, 0.1605);
        assert_interval(0, 20, 0.0, 0.1611);
        assert_interval(1, 29, 0.0061, 0.1718);
    }

    #[test]
    fn of_nothing_there_is_no_share() {
        assert_eq!(Share::default().value(), None);
        assert_eq!(Share::default().interval(), None);
    }
}
