//! What was found, in order.

use std::fmt;

/// How bad it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Default)]
pub(super) enum Level {
    /// As it should be.
    #[default]
    Ok,
    /// siftd works, but not as well as it could, or not for long.
    Warning,
    /// siftd cannot do its work.
    Problem,
}

/// One thing that was looked at.
#[derive(Debug)]
pub(super) struct Finding {
    /// What was looked at, in one or two words.
    pub(super) subject: &'static str,
    /// How bad it is.
    pub(super) level: Level,
    /// What was found.
    pub(super) text: String,
    /// What to do.
    pub(super) advice: Option<String>,
}

/// Everything that was looked at.
#[derive(Debug, Default)]
pub(super) struct Findings(Vec<Finding>);

impl Level {
    /// As it is printed.
    pub(super) fn as_str(self) -> &'static str {
        match self {
            Self::Ok => "ok",
            Self::Warning => "warning",
            Self::Problem => "problem",
        }
    }
}

impl Findings {
    pub(super) fn ok(&mut self, subject: &'static str, text: impl fmt::Display) {
        self.0.push(Finding { subject, level: Level::Ok, text: text.to_string(), advice: None });
    }

    pub(super) fn warning(&mut self, subject: &'static str, text: impl fmt::Display, advice: impl fmt::Display) {
        self.add(subject, Level::Warning, text, advice);
    }

    pub(super) fn problem(&mut self, subject: &'static str, text: impl fmt::Display, advice: impl fmt::Display) {
        self.add(subject, Level::Problem, text, advice);
    }

    fn add(&mut self, subject: &'static str, level: Level, text: impl fmt::Display, advice: impl fmt::Display) {
        self.0.push(Finding { subject, level, text: text.to_string(), advice: Some(advice.to_string()) });
    }

    /// All of them, in order.
    pub(super) fn all(&self) -> &[Finding] {
        &self.0
    }

    /// Whether there is anything but good to say of this subject.
    pub(super) fn is_well(&self, subject: &str) -> bool {
        self.0.iter().all(|finding| finding.subject != subject || finding.level == Level::Ok)
    }

    /// The worst level of all.
    pub(super) fn worst(&self) -> Level {
        self.0.iter().map(|finding| finding.level).max().unwrap_or_default()
    }
}

impl fmt::Display for Findings {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for Finding { subject, level, text, advice } in &self.0 {
            let text = text.trim_end().replace('\n', "\n                         ");
            writeln!(f, "{:<8} {subject:<15} {text}", level.as_str())?;
            if let Some(advice) = advice {
                writeln!(f, "{:<24} do: {advice}", "")?;
            }
        }
        Ok(())
    }
}
