//! Where a value of the configuration came from.

use std::{collections::BTreeMap, fmt};

/// Where a value came from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Origin {
    /// Built in.
    Default,
    /// The configuration file, by its name as shown and the line.
    File(String, usize),
    /// An option of the command line, such as `--spool`.
    Flag(&'static str),
    /// A variable of the environment.
    Environment(&'static str),
}

/// Where each value came from, by dotted key such as `intake.settle`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Origins(BTreeMap<&'static str, Origin>);

impl Origins {
    /// Where the value of `key` came from.
    pub fn of(&self, key: &str) -> &Origin {
        self.0.get(key).unwrap_or(&Origin::Default)
    }

    /// Notes where the value of `key` came from.
    pub fn set(&mut self, key: &'static str, origin: Origin) {
        self.0.insert(key, origin);
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Default => f.write_str("default"),
            Self::File(name, line) => write!(f, "{name}:{line}"),
            Self::Flag(flag) => f.write_str(flag),
            Self::Environment(variable) => write!(f, "${variable}"),
        }
    }
}
