//! One value, with its name for messages.

use std::ops::RangeInclusive;

use super::{Fields, Problems, nearest, or_list, scalar, suggestion};
use crate::engine::{
    diagnostic::{Diagnostic, Place, codes},
    rules::{
        model::At,
        yaml::{Meaning, Node, Scalar, Style, Value, quoted, word},
    },
};

/// What is wanted where anything may be written.
const TEXT: &str = "text";

/// One value, with its name for messages. Each method reports what is wrong and then gives `None`.
#[derive(Debug, Clone)]
pub(crate) struct Item<'n> {
    node: &'n Node,
    what: String,
    problems: &'n Problems,
}

impl<'n> Item<'n> {
    /// `node`, which messages call `what`.
    pub(crate) fn new(node: &'n Node, what: impl Into<String>, problems: &'n Problems) -> Self {
        Self { node, what: what.into(), problems }
    }

    /// Where it was written.
    pub(crate) fn place(&self) -> Place {
        self.node.place
    }

    /// The node itself.
    pub(crate) fn node(&self) -> &'n Node {
        self.node
    }

    /// Its name in messages.
    pub(crate) fn what(&self) -> &str {
        &self.what
    }

    /// Where mistakes go.
    pub(crate) fn problems(&self) -> &'n Problems {
        self.problems
    }

    /// Reports an error at this value.
    pub(crate) fn fail(&self, code: &'static str, message: impl Into<String>, help: impl Into<Option<String>>) {
        let mut error = Diagnostic::error(code, self.place(), message);
        error.help = help.into();
        self.problems.push(error);
    }

    /// Whether it is a text without quotes.
    pub(crate) fn is_plain(&self) -> bool {
        matches!(&self.node.value, Value::Scalar(Scalar { style: Style::Plain, .. }))
    }

    /// Whether nothing is written.
    pub(super) fn is_nothing(&self) -> bool {
        matches!(&self.node.value, Value::Scalar(Scalar { meaning: Meaning::Null, text, .. }) if text.is_empty())
    }

    /// Free text. Unquoted words and numbers that tools read in different ways are refused.
    pub(crate) fn text(&self) -> Option<At<String>> {
        let scalar = self.scalar(TEXT)?;
        if let Some(problem) = scalar::ambiguous(scalar) {
            self.fail(
                codes::AMBIGUOUS,
                format!("unquoted `{}` is {problem}, and {} wants text", scalar.text, self.what),
                format!("write '{}' if the text is meant", scalar.text),
            );
            return None;
        }
        Some(At { value: scalar.text.clone(), place: self.place() })
    }

    /// Free text with something in it.
    pub(crate) fn filled(&self) -> Option<At<String>> {
        let text = self.text()?;
        if text.value.trim().is_empty() {
            self.fail(codes::NOTHING, format!("{} is empty", self.what), None);
            return None;
        }
        Some(text)
    }

    /// A word out of a closed vocabulary, as written: `no` is Norwegian where languages are named.
    pub(crate) fn word(&self) -> Option<At<&'n str>> {
        let scalar = self.scalar("a word")?;
        Some(At { value: scalar.text.as_str(), place: self.place() })
    }

    /// A name: lower-case letters, digits and single hyphens.
    pub(crate) fn name(&self) -> Option<At<&'n str>> {
        let word = self.word()?;
        match scalar::name_fault(word.value) {
            None => Some(word),
            Some(better) => {
                self.fail(
                    codes::NAME,
                    format!("{} is `{}`, which is not a name", self.what, word.value),
                    match better {
                        better if better.is_empty() => {
                            "names are made of the letters a to z, digits and hyphens".to_owned()
                        }
                        better => format!("write `{better}`"),
                    },
                );
                None
            }
        }
    }

    /// One of a few words.
    pub(crate) fn choice<T: Copy>(&self, choices: &[(&'static str, T)]) -> Option<T> {
        let word = self.word()?;
        if let Some((_, value)) = choices.iter().find(|(name, _)| *name == word.value) {
            return Some(*value);
        }
        let names: Vec<&str> = choices.iter().map(|(name, _)| *name).collect();
        let help = suggestion(word.value, &names).unwrap_or_else(|| format!("it takes {}", or_list(names)));
        self.fail(codes::CHOICE, format!("{} cannot be `{}`", self.what, word.value), help);
        None
    }

    /// Reports a word that is not among `known`, with the nearest one or else with `all`.
    pub(crate) fn unknown<'k>(
        &self,
        code: &'static str,
        message: &str,
        word: &str,
        known: impl IntoIterator<Item = &'k str>,
        all: &str,
    ) {
        let help = match nearest(word, known) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it takes {all}"),
        };
        self.fail(code, format!("{message} `{word}`"), help);
    }

    /// `true` or `false`.
    pub(crate) fn boolean(&self) -> Option<bool> {
        let scalar = self.scalar("`true` or `false`")?;
        if let Meaning::Bool(value) = scalar.meaning {
            return Some(value);
        }
        let help = match scalar.text.to_lowercase().as_str() {
            "yes" | "on" | "y" | "true" => Some("write `true`, without quotes".to_owned()),
            "no" | "off" | "n" | "false" => Some("write `false`, without quotes".to_owned()),
            _ => None,
        };
        self.wrong("`true` or `false`", help);
        None
    }

    /// A whole number within limits.
    pub(crate) fn whole(&self, range: RangeInclusive<u32>) -> Option<u32> {
        let wanted = "a whole number";
        let scalar = self.scalar(wanted)?;
        let Meaning::Whole(value) = scalar.meaning else {
            let is_broken = matches!(scalar.meaning, Meaning::Float(_));
            let help =
                if is_broken { Some("write it without a fraction".to_owned()) } else { scalar::number_advice(scalar) };
            self.wrong(wanted, help);
            return None;
        };
        if !self.decimal(scalar) {
            return None;
        }
        let value = i128::from(value);
        match u32::try_from(value) {
            Ok(value) if range.contains(&value) => Some(value),
            _ => {
                let limits = if *range.end() == u32::MAX {
                    format!("it must be at least {}", range.start())
                } else {
                    format!("it must be from {} to {}", range.start(), range.end())
                };
                self.fail(codes::RANGE, format!("{} is {value}", self.what), limits);
                None
            }
        }
    }

    /// A number within limits.
    pub(crate) fn number(&self, range: RangeInclusive<f64>) -> Option<f64> {
        let wanted = "a number";
        let scalar = self.scalar(wanted)?;
        #[expect(clippy::cast_precision_loss, reason = "limits are small")]
        let value = match scalar.meaning {
            Meaning::Whole(value) => i128::from(value) as f64,
            Meaning::Float(value) if value.is_finite() => value,
            _ => {
                self.wrong(wanted, scalar::number_advice(scalar));
                return None;
            }
        };
        if !self.decimal(scalar) {
            return None;
        }
        if range.contains(&value) {
            return Some(value);
        }
        let limits = if range.end().is_infinite() {
            format!("it must be at least {}", range.start())
        } else if range.end() == &1.0 && value > 1.0 && value <= 100.0 {
            format!("shares go from 0 to 1; write {} for {value} per cent", value / 100.0)
        } else {
            format!("it must be from {} to {}", range.start(), range.end())
        };
        self.fail(codes::RANGE, format!("{} is {}", self.what, scalar.text), limits);
        None
    }

    /// A share: 0 to 1.
    pub(crate) fn share(&self) -> Option<f64> {
        self.number(0.0..=1.0)
    }

    /// The items of a list, where people write a map: `help` says from its keys what they mean.
    pub(crate) fn list_as(&self, help: impl FnOnce(&[&str]) -> String) -> Option<Vec<Item<'n>>> {
        if let Value::Map(_) = &self.node.value {
            let keys: Vec<&str> = self.node.keys().map(|key| key.text.as_str()).collect();
            self.wrong("a list", Some(help(&keys)));
            return None;
        }
        self.list()
    }

    /// The items of a list.
    pub(crate) fn list(&self) -> Option<Vec<Item<'n>>> {
        let Value::List(items) = &self.node.value else {
            let help = match &self.node.value {
                Value::Scalar(scalar) if scalar.style == Style::Plain => Some(format!("write [{}]", scalar.text)),
                Value::Scalar(_) => Some("put it in square brackets".to_owned()),
                _ => Some("begin each item with `- `, or put all of them in square brackets".to_owned()),
            };
            self.wrong("a list", help);
            return None;
        };
        let what = format!("an item of {}", self.what.trim_start_matches("an item of "));
        Some(items.iter().map(|node| Item::new(node, what.clone(), self.problems)).collect())
    }

    /// The items of a list that must not be empty.
    pub(crate) fn filled_list(&self) -> Option<Vec<Item<'n>>> {
        let items = self.list()?;
        if items.is_empty() {
            self.fail(codes::NOTHING, format!("{} is empty", self.what), None);
            return None;
        }
        Some(items)
    }

    /// A list of free texts; those that are none are reported and left out.
    pub(crate) fn texts(&self) -> Option<Vec<At<String>>> {
        Some(self.list()?.iter().filter_map(Item::filled).collect())
    }

    /// The keys of a map, which messages call `what`.
    pub(crate) fn fields(&self, what: &str) -> Option<Fields<'n>> {
        Fields::open(self.node, what, self.problems)
    }

    /// The same where people write the value alone: `shape` is what they mean, with `*` for what they wrote, if that `fits`.
    pub(crate) fn fields_as(&self, what: &str, shape: &str, fits: fn(&Scalar) -> bool) -> Option<Fields<'n>> {
        Fields::open_as(self.node, what, self.problems, || {
            let written = match &self.node.value {
                Value::Scalar(scalar) if fits(scalar) => Some(written(scalar)),
                Value::List(items) if shape.contains("[*]") => items
                    .iter()
                    .map(|item| if let Value::Scalar(scalar) = &item.value { Some(written(scalar)) } else { None })
                    .collect::<Option<Vec<String>>>()
                    .map(|items| items.join(", ")),
                _ => None,
            };
            format!("write {}", shape.replace('*', &written.unwrap_or_else(|| "…".to_owned())))
        })
    }

    /// The scalar, or a report that `wanted` was wanted.
    pub(crate) fn scalar(&self, wanted: &str) -> Option<&'n Scalar> {
        if let Value::Scalar(scalar) = &self.node.value {
            return Some(scalar);
        }
        let help = match &self.node.value {
            Value::List(items) if items.len() == 1 => {
                Some("write it without brackets, and without `- ` before it".to_owned())
            }
            Value::List(_) => Some(if wanted == TEXT { "write one text" } else { "write one of them" }.to_owned()),
            Value::Map(_) if wanted == TEXT => {
                Some("put text that holds `: `, or that begins with `{`, between single quotes".to_owned())
            }
            _ => None,
        };
        self.wrong(wanted, help);
        None
    }

    /// Reports a value of the wrong type.
    pub(crate) fn wrong(&self, wanted: &str, help: Option<String>) {
        self.fail(codes::WRONG_TYPE, format!("{} must be {wanted}, found {}", self.what, self.node.kind()), help);
    }

    /// Whether a number is written so that every tool reads the same.
    fn decimal(&self, scalar: &Scalar) -> bool {
        let plain = scalar::is_decimal(&scalar.text);
        if !plain {
            self.fail(
                codes::AMBIGUOUS,
                format!("{} is `{}`, which tools read in different ways", self.what, scalar.text),
                "write it in decimal, without leading zeros".to_owned(),
            );
        }
        plain
    }
}

/// A scalar as it may stand in a list or map between brackets.
fn written(scalar: &Scalar) -> String {
    match (scalar.style, scalar.meaning) {
        (Style::Plain, Meaning::Whole(_) | Meaning::Float(_) | Meaning::Bool(_)) => scalar.text.clone(),
        (Style::Plain, _) => word(&scalar.text),
        _ => quoted(&scalar.text),
    }
}
