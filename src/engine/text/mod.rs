//! From bytes to a document of numbered lines that remembers every original byte.

mod ascii;
mod class;
mod decode;
mod document;
pub(in crate::engine) mod eight;
mod encoding;
mod fold;
mod letter;
mod lookalike;
mod lower;
mod paged;
mod part;
mod run;
mod script;
mod script_counts;
mod split;
mod utf16;
mod word;
mod word_count;

pub use class::{Class, ClassCounts};
pub use document::{Document, Line};
pub use encoding::{Encoding, Unreadable};
pub use fold::{fold, is_blank};
pub(in crate::engine) use letter::Letter;
pub use lower::lowered;
pub use run::{count_runs, has_run, longest_run};
pub use script::{Script, is_letter};
pub use script_counts::ScriptCounts;
pub use word::{ascii_joins, words};
pub(in crate::engine) use word::{breaks_before, lone_at, stands_apart};
pub use word_count::count_words;

#[cfg(test)]
mod document_tests;
