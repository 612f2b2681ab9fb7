//! The metrics by name, each with its definition, source and unit.

/// A metric's name. The text of each says: what it is, where it comes from with the limit used there, and when it has
/// no value.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Metric {
    /// Words. Unit: words.
    ///
    /// Gopher (Rae et al. 2021, <https://arxiv.org/abs/2112.11446>, appendix A1.1): 50 to 100,000. datatrove
    /// counts the tokens that are not punctuation only, and so a lone `•`, `→` or `©` too; ours have a letter or digit.
    ///
    /// Always has a value.
    WordCount,
    /// Mean length of a word. Unit: characters.
    ///
    /// Gopher: 3 to 10. datatrove takes the mean (not the median) over the tokens that are not punctuation only.
    ///
    /// No value without words.
    WordLengthMean,
    /// Hash signs (`#`) for each token.
    ///
    /// Gopher: at most 0.1. The paper says symbols to words; datatrove divides by all tokens, punctuation included.
    ///
    /// No value without tokens.
    HashRatio,
    /// Ellipses (`...` or `…`) for each token; six full stops are two.
    ///
    /// Gopher: at most 0.1. Divided by all tokens as in datatrove.
    ///
    /// No value without tokens.
    EllipsisRatio,
    /// Share of the lines, empty ones included, that begin with `•` or `-` after white space.
    ///
    /// Gopher: at most 0.9. The paper speaks of bullet points only; which characters, and that empty lines count,
    /// is from datatrove.
    ///
    /// No value without lines.
    BulletLineShare,
    /// Share of the lines, empty ones included, that end in an ellipsis before white space.
    ///
    /// Gopher: at most 0.3. That empty lines count is from datatrove.
    ///
    /// No value without lines.
    EllipsisLineShare,
    /// Share of the tokens that have a letter.
    ///
    /// Gopher: at least 0.8. Of all tokens, punctuation included, as in datatrove.
    ///
    /// No value without tokens.
    AlphabeticWordShare,
    /// How many different words of the language's stop-word list occur, in exactly that spelling (`The` is not `the`).
    ///
    /// Gopher: at least 2 of its eight English ones; other languages: the lists of FineWeb-2. As in datatrove, the
    /// paper's "at least two" means two different ones.
    ///
    /// No value where the language is not known or has no list.
    StopWordCount,
    /// Share of the lines (empty ones not counted) that repeat an earlier one.
    ///
    /// Gopher repetition (table A1): at most 0.30. datatrove does not count the first copy.
    ///
    /// No value without lines.
    DuplicateLineShare,
    /// Characters in lines that repeat an earlier one, as a share of all characters, line ends included.
    ///
    /// Gopher repetition: at most 0.20. First copy as in `duplicate_line_share`.
    ///
    /// No value without characters.
    DuplicateLineCharShare,
    /// Share of the paragraphs (separated by empty lines) that repeat an earlier one.
    ///
    /// Gopher repetition: at most 0.30. First copy as in `duplicate_line_share`. As in datatrove, a line of spaces
    /// does not separate.
    ///
    /// No value without lines.
    DuplicateParagraphShare,
    /// Characters in paragraphs that repeat an earlier one, as a share of all characters, line ends included.
    ///
    /// Gopher repetition: at most 0.20.
    ///
    /// No value without characters.
    DuplicateParagraphCharShare,
    /// Characters of the most frequent pair of tokens (with one space between), times its occurrences, as a share of
    /// all characters. Of equally frequent ones the first in the text is taken.
    ///
    /// Gopher repetition: at most 0.20. As in datatrove, a pair that occurs once counts too, so very short texts have
    /// high values.
    ///
    /// No value with fewer than two tokens.
    Top2GramCharShare,
    /// The same for three tokens.
    ///
    /// Gopher repetition: at most 0.18.
    ///
    /// No value with fewer than three tokens.
    Top3GramCharShare,
    /// The same for four tokens.
    ///
    /// Gopher repetition: at most 0.16.
    ///
    /// No value with fewer than four tokens.
    Top4GramCharShare,
    /// Characters in runs of five tokens that occurred before, as a share of all characters: read from the start, a run
    /// that was seen is counted and stepped over whole, another is remembered and the reading moves on by one token.
    ///
    /// Gopher repetition: at most 0.15. The paper counts every duplicate position once; the stepping is datatrove's.
    ///
    /// No value with fewer than five tokens.
    Duplicate5GramCharShare,
    /// The same for six tokens.
    ///
    /// Gopher repetition: at most 0.14.
    ///
    /// No value with fewer than six tokens.
    Duplicate6GramCharShare,
    /// The same for seven tokens.
    ///
    /// Gopher repetition: at most 0.13.
    ///
    /// No value with fewer than seven tokens.
    Duplicate7GramCharShare,
    /// The same for eight tokens.
    ///
    /// Gopher repetition: at most 0.12.
    ///
    /// No value with fewer than eight tokens.
    Duplicate8GramCharShare,
    /// The same for nine tokens.
    ///
    /// Gopher repetition: at most 0.11.
    ///
    /// No value with fewer than nine tokens.
    Duplicate9GramCharShare,
    /// The same for ten tokens.
    ///
    /// Gopher repetition: at most 0.10.
    ///
    /// No value with fewer than ten tokens.
    Duplicate10GramCharShare,
    /// Share of the lines that are not blank and end in a mark that can end a sentence (no white space after it).
    ///
    /// FineWeb (Penedo et al. 2024, <https://arxiv.org/abs/2406.17557>, section 3.6): at least 0.12. Closing quotes do
    /// not count, white space after the mark makes it not count: both as in datatrove.
    ///
    /// No value without lines.
    TerminalPunctuationLineShare,
    /// Share of the lines that are not blank and have 30 characters or fewer.
    ///
    /// FineWeb: at most 0.67. 30 itself is short, as in datatrove; the paper says shorter than 30.
    ///
    /// No value without lines.
    ShortLineShare,
    /// Characters in lines (blank ones not counted) that repeat an earlier one, as a share of all characters, line ends
    /// not counted.
    ///
    /// FineWeb: at most 0.01. First copy as in `duplicate_line_share`.
    ///
    /// No value without characters.
    FinewebDuplicateLineCharShare,
    /// Line ends for each token.
    ///
    /// FineWeb: at most 0.3. In datatrove's code only, named `list_ratio` there.
    ///
    /// No value without tokens.
    NewlineRatio,
    /// Lines of 200 characters or more. Unit: lines.
    ///
    /// mC4 (Xue et al. 2021, <https://arxiv.org/abs/2010.11934>): at least 3.
    ///
    /// Always has a value.
    LongLineCount,
    /// Share of the letters with case that are upper case.
    ///
    /// RefinedWeb (Penedo et al. 2023, <https://arxiv.org/abs/2306.01116>, appendix G.2) uses it by line.
    ///
    /// No value without letters that have case.
    UpperCaseShare,
    /// Share of the characters, white space apart, that are digits or numbers.
    ///
    /// RefinedWeb, as above.
    ///
    /// No value without characters.
    DigitShare,
    /// Share of the characters, white space apart, that are neither letters, combining marks nor numbers.
    ///
    /// Our own, for text that is mostly markup or rules.
    ///
    /// No value without characters.
    SymbolShare,
    /// Longest run without white space. Unit: characters.
    ///
    /// C4 in datatrove and TensorFlow Datasets (not in the paper): a line with one over 1,000 is dropped.
    ///
    /// Always has a value.
    TokenLengthMax,
    /// Opening curly brackets anywhere. Unit: brackets.
    ///
    /// C4 (Raffel et al. 2020, <https://arxiv.org/abs/1910.10683>, section 2.2): a page with one is dropped.
    ///
    /// Always has a value.
    CurlyBracketCount,
    /// Lines with `lorem ipsum` in any (ASCII) case. Unit: lines.
    ///
    /// C4: a page with one is dropped.
    ///
    /// Always has a value.
    LoremIpsumCount,
    /// Lines with `javascript` in any case. Unit: lines.
    ///
    /// C4: such lines are dropped.
    ///
    /// Always has a value.
    JavascriptLineCount,
    /// Lines with a phrase about terms of use, privacy or cookies. Unit: lines.
    ///
    /// C4 in datatrove and TensorFlow Datasets (not in the paper): such lines are dropped.
    ///
    /// Always has a value.
    PolicyLineCount,
    /// Sentences in the lines that C4's line rules keep. Unit: sentences.
    ///
    /// C4: at least 5. As in datatrove, sentences are counted after the lines are dropped. It takes them from spaCy's
    /// rule-based `sentencizer`: a `.`, `?` or `!` that is a token of its own ends one, whatever follows; ours follow its
    /// rules for which are.
    ///
    /// Always has a value.
    C4SentenceCount,
    /// Opening curly brackets in lines that end in terminal punctuation and have three words or more. Unit: brackets.
    ///
    /// C4 as datatrove has it: lines dropped before the test do not count; the paper means the whole page
    /// (`curly_bracket_count`).
    ///
    /// Always has a value.
    C4CurlyBracketCount,
    /// Lines with `lorem ipsum` that end in terminal punctuation and have three words or more. Unit: lines.
    ///
    /// C4 as datatrove has it, as above (`lorem_ipsum_count` for the whole page).
    ///
    /// Always has a value.
    C4LoremIpsumCount,
}

impl Metric {
    /// Whether it is a count that can be told to be high enough long before its end; it always has a value.
    pub fn is_told_early(self) -> bool {
        matches!(self, Self::TokenLengthMax | Self::C4SentenceCount)
    }

    /// Whether it is about repeated runs of tokens, which take a pass of their own.
    pub fn is_of_ngrams(self) -> bool {
        matches!(
            self,
            Self::Top2GramCharShare
                | Self::Top3GramCharShare
                | Self::Top4GramCharShare
                | Self::Duplicate5GramCharShare
                | Self::Duplicate6GramCharShare
                | Self::Duplicate7GramCharShare
                | Self::Duplicate8GramCharShare
                | Self::Duplicate9GramCharShare
                | Self::Duplicate10GramCharShare
        )
    }

    /// As rules spell it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::WordCount => "word_count",
            Self::WordLengthMean => "word_length_mean",
            Self::HashRatio => "hash_ratio",
            Self::EllipsisRatio => "ellipsis_ratio",
            Self::BulletLineShare => "bullet_line_share",
            Self::EllipsisLineShare => "ellipsis_line_share",
            Self::AlphabeticWordShare => "alphabetic_word_share",
            Self::StopWordCount => "stop_word_count",
            Self::DuplicateLineShare => "duplicate_line_share",
            Self::DuplicateLineCharShare => "duplicate_line_char_share",
            Self::DuplicateParagraphShare => "duplicate_paragraph_share",
            Self::DuplicateParagraphCharShare => "duplicate_paragraph_char_share",
            Self::Top2GramCharShare => "top_2_gram_char_share",
            Self::Top3GramCharShare => "top_3_gram_char_share",
            Self::Top4GramCharShare => "top_4_gram_char_share",
            Self::Duplicate5GramCharShare => "duplicate_5_gram_char_share",
            Self::Duplicate6GramCharShare => "duplicate_6_gram_char_share",
            Self::Duplicate7GramCharShare => "duplicate_7_gram_char_share",
            Self::Duplicate8GramCharShare => "duplicate_8_gram_char_share",
            Self::Duplicate9GramCharShare => "duplicate_9_gram_char_share",
            Self::Duplicate10GramCharShare => "duplicate_10_gram_char_share",
            Self::TerminalPunctuationLineShare => "terminal_punctuation_line_share",
            Self::ShortLineShare => "short_line_share",
            Self::FinewebDuplicateLineCharShare => "fineweb_duplicate_line_char_share",
            Self::NewlineRatio => "newline_ratio",
            Self::LongLineCount => "long_line_count",
            Self::UpperCaseShare => "upper_case_share",
            Self::DigitShare => "digit_share",
            Self::SymbolShare => "symbol_share",
            Self::TokenLengthMax => "token_length_max",
            Self::CurlyBracketCount => "curly_bracket_count",
            Self::LoremIpsumCount => "lorem_ipsum_count",
            Self::JavascriptLineCount => "javascript_line_count",
            Self::PolicyLineCount => "policy_line_count",
            Self::C4SentenceCount => "c4_sentence_count",
            Self::C4CurlyBracketCount => "c4_curly_bracket_count",
            Self::C4LoremIpsumCount => "c4_lorem_ipsum_count",
        }
    }

    /// The greatest limit that says something: shares go from 0 to 1.
    pub fn limit_at_most(self) -> f64 {
        if self.as_str().ends_with("_share") { 1.0 } else { f64::INFINITY }
    }

    /// By its name in rules.
    pub fn named(name: &str) -> Option<Self> {
        Self::all().iter().copied().find(|metric| metric.as_str() == name)
    }

    /// All, in the order of the documentation.
    pub fn all() -> &'static [Metric] {
        &[
            Self::WordCount,
            Self::WordLengthMean,
            Self::HashRatio,
            Self::EllipsisRatio,
            Self::BulletLineShare,
            Self::EllipsisLineShare,
            Self::AlphabeticWordShare,
            Self::StopWordCount,
            Self::DuplicateLineShare,
            Self::DuplicateLineCharShare,
            Self::DuplicateParagraphShare,
            Self::DuplicateParagraphCharShare,
            Self::Top2GramCharShare,
            Self::Top3GramCharShare,
            Self::Top4GramCharShare,
            Self::Duplicate5GramCharShare,
            Self::Duplicate6GramCharShare,
            Self::Duplicate7GramCharShare,
            Self::Duplicate8GramCharShare,
            Self::Duplicate9GramCharShare,
            Self::Duplicate10GramCharShare,
            Self::TerminalPunctuationLineShare,
            Self::ShortLineShare,
            Self::FinewebDuplicateLineCharShare,
            Self::NewlineRatio,
            Self::LongLineCount,
            Self::UpperCaseShare,
            Self::DigitShare,
            Self::SymbolShare,
            Self::TokenLengthMax,
            Self::CurlyBracketCount,
            Self::LoremIpsumCount,
            Self::JavascriptLineCount,
            Self::PolicyLineCount,
            Self::C4SentenceCount,
            Self::C4CurlyBracketCount,
            Self::C4LoremIpsumCount,
        ]
    }
}
