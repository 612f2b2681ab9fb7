//! What the table of metrics in `docs/rules.md` says of each.

use super::Metric;

impl Metric {
    /// What is counted, in a few words and with the unit.
    pub(crate) fn about(self) -> &'static str {
        match self {
            Self::WordCount => "words",
            Self::WordLengthMean => "mean characters of a word",
            Self::HashRatio => "# for each token",
            Self::EllipsisRatio => "ellipses for each token",
            Self::BulletLineShare => "share of lines that begin with a bullet",
            Self::EllipsisLineShare => "share of lines that end in an ellipsis",
            Self::AlphabeticWordShare => "share of tokens with a letter",
            Self::StopWordCount => "different stop words",
            Self::DuplicateLineShare => "share of lines that repeat an earlier one",
            Self::DuplicateLineCharShare => "share of characters in lines that repeat an earlier one",
            Self::DuplicateParagraphShare => "share of paragraphs that repeat an earlier one",
            Self::DuplicateParagraphCharShare => "share of characters in paragraphs that repeat an earlier one",
            Self::Top2GramCharShare => "share of characters in the most frequent 2-gram",
            Self::Top3GramCharShare => "share of characters in the most frequent 3-gram",
            Self::Top4GramCharShare => "share of characters in the most frequent 4-gram",
            Self::Duplicate5GramCharShare => "share of characters in 5-grams seen before",
            Self::Duplicate6GramCharShare => "share of characters in 6-grams seen before",
            Self::Duplicate7GramCharShare => "share of characters in 7-grams seen before",
            Self::Duplicate8GramCharShare => "share of characters in 8-grams seen before",
            Self::Duplicate9GramCharShare => "share of characters in 9-grams seen before",
            Self::Duplicate10GramCharShare => "share of characters in 10-grams seen before",
            Self::TerminalPunctuationLineShare => "share of lines that end a sentence",
            Self::ShortLineShare => "share of lines of at most 30 characters",
            Self::FinewebDuplicateLineCharShare => {
                "share of characters in lines that repeat an earlier one (line ends not counted)"
            }
            Self::NewlineRatio => "line ends for each token",
            Self::LongLineCount => "lines of at least 200 characters",
            Self::UpperCaseShare => "share of cased letters that are upper case",
            Self::DigitShare => "share of characters that are digits",
            Self::SymbolShare => "share of characters that are symbols",
            Self::TokenLengthMax => "characters of the longest run without white space",
            Self::CurlyBracketCount => "opening curly brackets",
            Self::LoremIpsumCount => "lines with lorem ipsum",
            Self::JavascriptLineCount => "lines with javascript",
            Self::PolicyLineCount => "lines with a policy phrase",
            Self::C4SentenceCount => "sentences in lines that C4 keeps",
            Self::C4CurlyBracketCount => "opening curly brackets in lines that reach C4's test",
            Self::C4LoremIpsumCount => "lines with lorem ipsum that reach C4's test",
        }
    }
}
