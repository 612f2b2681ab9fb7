//! What a finding says.

/// A message with placeholders.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Message {
    /// Pieces in order.
    pub pieces: Vec<Piece>,
}

/// A piece of a message.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Piece {
    /// As it stands.
    Text(String),
    /// To be filled in.
    Slot(Slot),
}

/// What a message can say.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Slot {
    /// `{line.script}`
    LineScript,
    /// `{line.language}`
    LineLanguage,
    /// `{doc.script}`
    DocScript,
    /// `{doc.language}`
    DocLanguage,
    /// `{words}`: listed items that were found.
    Words,
    /// `{matched}`: what the pattern matched.
    Matched,
    /// `{lines}`: number of non-blank lines of the finding.
    Lines,
    /// `{value}`: the measured value of the first metric, topic or share test.
    Value,
    /// `{limit}`: its limit.
    Limit,
}
