//! A pack as it was written, checked: every name resolved, every value in its type, every part with its place.

mod at;
mod condition;
mod example;
mod logic;
mod message;
mod rule;

pub use at::At;
pub use condition::{
    Bounds, DocumentTest, Includes, Item, LanguageTest, LineLanguageTest, LineScriptTest, LineTest, List, Measure,
    SectionTest, ShapeTest, TopicTest, WordsTest,
};
pub use example::{Example, Expect, Given};
pub use logic::Logic;
pub(crate) use logic::Mapped;
pub use message::{Message, Piece, Slot};
pub use rule::{
    Action, Change, Changed, Exception, ExceptionMatcher, IfUnknown, Level, Matcher, Origin, Part, Polarity, Region,
    Rule, Status, Unit, When,
};
