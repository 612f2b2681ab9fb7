//! Why a metric may not be defined for a document.

use super::Metric;

impl Metric {
    /// What a document must have for it to be defined: a ratio needs something that it is one of. `None` where it always is.
    pub(crate) fn needs(self) -> Option<&'static str> {
        Some(match self {
            Self::WordLengthMean => "words",
            Self::HashRatio | Self::EllipsisRatio | Self::AlphabeticWordShare | Self::NewlineRatio => "a token",
            Self::BulletLineShare
            | Self::EllipsisLineShare
            | Self::DuplicateLineShare
            | Self::TerminalPunctuationLineShare
            | Self::ShortLineShare => "a line",
            Self::DuplicateParagraphShare => "a paragraph",
            Self::DuplicateLineCharShare | Self::DuplicateParagraphCharShare | Self::FinewebDuplicateLineCharShare => {
                "a character"
            }
            Self::UpperCaseShare => "letters that have upper and lower case",
            Self::DigitShare | Self::SymbolShare => "a character that is no white space",
            Self::StopWordCount => "a language that is known, and that has a list of stop words here",
            Self::Top2GramCharShare => "2 tokens",
            Self::Top3GramCharShare => "3 tokens",
            Self::Top4GramCharShare => "4 tokens",
            Self::Duplicate5GramCharShare => "5 tokens",
            Self::Duplicate6GramCharShare => "6 tokens",
            Self::Duplicate7GramCharShare => "7 tokens",
            Self::Duplicate8GramCharShare => "8 tokens",
            Self::Duplicate9GramCharShare => "9 tokens",
            Self::Duplicate10GramCharShare => "10 tokens",
            Self::WordCount
            | Self::LongLineCount
            | Self::TokenLengthMax
            | Self::CurlyBracketCount
            | Self::LoremIpsumCount
            | Self::JavascriptLineCount
            | Self::PolicyLineCount
            | Self::C4SentenceCount
            | Self::C4CurlyBracketCount
            | Self::C4LoremIpsumCount => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use crate::engine::{
        language::Code,
        metrics::{Metric, Metrics},
        text::Document,
    };

    #[test]
    fn metrics_that_are_not_defined_say_what_they_need() {
        let english = Code::named("en");
        let long = "One two three four five six seven eight nine ten.\n\nAnd more, 11.\n";
        for (text, language, undefined) in [
            (long, english, [].as_slice()),
            (long, None, &[Metric::StopWordCount]),
            ("\u{4fee}\u{526a} \u{679c}\u{6811}", None, &[Metric::UpperCaseShare, Metric::Duplicate5GramCharShare]),
            ("!!!", english, &[Metric::WordLengthMean, Metric::Duplicate10GramCharShare]),
        ] {
            let document = Document::decode(text.as_bytes().to_vec()).unwrap();
            let metrics = Metrics::of(&document, language);
            let without: Vec<Metric> =
                Metric::all().iter().copied().filter(|&one| metrics.get(one).is_none()).collect();
            assert!(without.iter().all(|metric| metric.needs().is_some()), "{text}: {without:?}");
            assert!(undefined.iter().all(|metric| without.contains(metric)), "{text}: {without:?}");
            assert!(!undefined.is_empty() || without.is_empty(), "{text}: {without:?}");
        }
    }
}
