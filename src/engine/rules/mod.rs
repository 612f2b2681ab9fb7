//! The rule language: YAML files in, an immutable [`RuleSet`] out, or every mistake with its place.
//!
//! ```text
//! Library ─yaml─> nodes with places ─decode─> model ─check─> model, all names resolved ─compile─> RuleSet
//! ```

pub(crate) mod decode;
pub(crate) mod hands;
mod library;
pub mod model;
pub(crate) mod read;
pub mod schema;
pub(crate) mod set;
mod settings;
pub mod show;
pub(crate) mod yaml;

pub use hands::{Alone, Hands};
pub use jiff::civil::Date;
pub use library::{Embedded, File, Library, Overlay, Snapshot};
pub use set::{Fingerprint, Loaded, RuleSet, load, load_on, nearest_id};
pub use settings::{Languages, Limits, Points, Policy, Settings};
