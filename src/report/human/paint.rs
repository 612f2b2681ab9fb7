//! Colours, or none.

use std::fmt;

use anstyle::{AnsiColor, Style};

use crate::engine::{judge::Verdict, rules::model::Action};

/// Text in a style that is only written where colours are wanted.
#[derive(Debug, Clone, Copy)]
pub struct Paint<T> {
    text: T,
    style: Style,
}

impl<T: fmt::Display> Paint<T> {
    /// `text` in `style` where `color` is set, plain otherwise.
    pub fn new(text: T, style: Style, color: bool) -> Self {
        Self { text, style: if color { style } else { Style::new() } }
    }
}

impl<T: fmt::Display> fmt::Display for Paint<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}{}{:#}", self.style, self.text, self.style)
    }
}

/// Line numbers and bars.
pub(super) const GUTTER: Style = AnsiColor::BrightBlue.on_default().bold();
/// Names.
pub(super) const STRONG: Style = Style::new().bold();
/// What is only said by the way.
pub(super) const FAINT: Style = Style::new().dimmed();

pub(super) fn of_action(action: Action) -> Style {
    match action {
        Action::Annotate => AnsiColor::Cyan.on_default(),
        Action::Strip => AnsiColor::Yellow.on_default().bold(),
        Action::Quarantine => AnsiColor::Magenta.on_default().bold(),
        Action::Reject => AnsiColor::Red.on_default().bold(),
    }
}

pub(super) fn of_verdict(verdict: Verdict) -> Style {
    match verdict {
        Verdict::Pass => AnsiColor::Green.on_default().bold(),
        Verdict::Strip => of_action(Action::Strip),
        Verdict::Quarantine => of_action(Action::Quarantine),
        Verdict::Reject => of_action(Action::Reject),
    }
}
