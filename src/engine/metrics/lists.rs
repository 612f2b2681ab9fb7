//! The lists that published filters work with, each with its source.

/// What C4 asks a line to end in. Source: datatrove `c4_filters.py`; the paper names `.`, `!`, `?` and `"` only.
pub(super) const C4_LINE_ENDS: [char; 5] = ['.', '?', '!', '"', '\''];

/// Which C4 line end does not count after all. Source: datatrove `c4_filters.py`.
pub(super) const C4_ELLIPSIS: &str = "...";

/// Lines with one of these are dropped by C4. Source: datatrove `c4_filters.py`, from TensorFlow Datasets' `c4_utils.py`.
pub(super) const POLICY_PHRASES: [&str; 6] =
    ["terms of use", "privacy policy", "cookie policy", "uses cookies", "use of cookies", "use cookies"];

/// Marks of a reference in an encyclopedia that C4 takes out of a line before testing it; a number in brackets too.
/// Source: datatrove `c4_filters.py`.
pub(super) const CITATION_MARKS: [&str; 2] = ["[edit]", "[citation needed]"];

/// What a list item begins with. Source: datatrove `gopher_quality_filter.py`.
pub(super) const BULLETS: [char; 2] = ['•', '-'];

/// An ellipsis in either spelling. Source: datatrove `gopher_quality_filter.py`.
pub(super) const ELLIPSES: [&str; 2] = ["...", "…"];

/// The stop words of a language, by its code.
pub(super) fn stop_words(language: &str) -> Option<&'static [&'static str]> {
    STOP_WORDS.iter().find(|(code, _)| *code == language).map(|(_, words)| *words)
}

/// English: Gopher (<https://arxiv.org/abs/2112.11446>, appendix A1.1). The others: FineWeb-2
/// (<https://github.com/huggingface/fineweb-2>, `configs/*.yml`), less entries that are no word of ours, such as `l'`
/// or `·`. The Chinese and Japanese entries used are single characters, as our words are there. Korean is left out:
/// its list is of particles, which only a morphological tokeniser parts from their nouns.
const STOP_WORDS: &[(&str, &[&str])] = &[
    ("de", &["der", "und", "die", "in", "von", "im", "den", "des", "mit", "das", "er", "dem", "als", "wurde", "für"]),
    ("en", &["the", "be", "to", "of", "and", "that", "have", "with"]),
    ("es", &["de", "la", "en", "el", "y", "a", "que", "del", "los", "se", "por", "un", "con", "una", "las", "su"]),
    ("fr", &["de", "la", "le", "et", "à", "en", "des", "du", "les", "est", "un", "une", "il", "dans", "par", "au"]),
    ("id", &["dan", "yang", "di", "pada", "dari", "ini", "dengan", "adalah", "untuk", "dalam"]),
    (
        "it",
        &["di", "e", "il", "la", "in", "a", "del", "che", "è", "della", "un", "per", "nel", "con", "da", "i", "una"],
    ),
    ("ja", &["の", "に", "を", "は", "た", "て", "が", "と", "で", "年", "し", "月", "れ", "さ"]),
    ("pt", &["de", "a", "e", "o", "em", "do", "da", "que", "um", "no", "uma", "com", "para", "na", "é", "foi"]),
    (
        "ru",
        &[
            "в",
            "и",
            "на",
            "с",
            "года",
            "по",
            "году",
            "из",
            "был",
            "к",
            "не",
            "от",
            "что",
            "за",
            "для",
            "его",
            "как",
            "а",
            "он",
            "также",
            "до",
            "после",
        ],
    ),
    (
        "zh",
        &[
            "的", "年", "在", "月", "是", "和", "日", "了", "於", "為", "有", "被", "人", "中", "为", "他", "與", "後",
            "也", "而", "由",
        ],
    ),
];

/// Whether a character can end a sentence in its script. Source: datatrove `text.py` (`TERMINAL_PUNCTUATION`), which is
/// Unicode's property Sentence_Terminal less a few late additions and with three Khmer signs more.
pub(super) fn ends_sentence(character: char) -> bool {
    if character.is_ascii() {
        return matches!(character, '.' | '!' | '?');
    }
    let at = TERMINAL_PUNCTUATION.partition_point(|(_, last)| *last < character);
    TERMINAL_PUNCTUATION.get(at).is_some_and(|(first, _)| *first <= character)
}

/// Ranges of characters, both ends included, in order.
#[rustfmt::skip]
const TERMINAL_PUNCTUATION: &[(char, char)] = &[
    ('\u{21}', '\u{21}'), ('\u{2e}', '\u{2e}'), ('\u{3f}', '\u{3f}'), ('\u{589}', '\u{589}'),
    ('\u{61d}', '\u{61f}'), ('\u{6d4}', '\u{6d4}'), ('\u{700}', '\u{702}'), ('\u{7f9}', '\u{7f9}'),
    ('\u{837}', '\u{837}'), ('\u{839}', '\u{839}'), ('\u{83d}', '\u{83e}'), ('\u{964}', '\u{965}'),
    ('\u{104a}', '\u{104b}'), ('\u{1362}', '\u{1362}'), ('\u{1367}', '\u{1368}'), ('\u{166e}', '\u{166e}'),
    ('\u{1735}', '\u{1736}'), ('\u{17d4}', '\u{17d6}'), ('\u{17d9}', '\u{17da}'), ('\u{1803}', '\u{1803}'),
    ('\u{1809}', '\u{1809}'), ('\u{1944}', '\u{1945}'), ('\u{1aa8}', '\u{1aab}'), ('\u{1b5a}', '\u{1b5b}'),
    ('\u{1b5e}', '\u{1b5f}'), ('\u{1b7d}', '\u{1b7e}'), ('\u{1c3b}', '\u{1c3c}'), ('\u{1c7e}', '\u{1c7f}'),
    ('\u{203c}', '\u{203d}'), ('\u{2047}', '\u{2049}'), ('\u{2e2e}', '\u{2e2e}'), ('\u{2e3c}', '\u{2e3c}'),
    ('\u{2e53}', '\u{2e54}'), ('\u{3002}', '\u{3002}'), ('\u{a4ff}', '\u{a4ff}'), ('\u{a60e}', '\u{a60f}'),
    ('\u{a6f3}', '\u{a6f3}'), ('\u{a6f7}', '\u{a6f7}'), ('\u{a876}', '\u{a877}'), ('\u{a8ce}', '\u{a8cf}'),
    ('\u{a92f}', '\u{a92f}'), ('\u{a9c8}', '\u{a9c9}'), ('\u{aa5d}', '\u{aa5f}'), ('\u{aaf0}', '\u{aaf1}'),
    ('\u{abeb}', '\u{abeb}'), ('\u{fe52}', '\u{fe52}'), ('\u{fe56}', '\u{fe57}'), ('\u{ff01}', '\u{ff01}'),
    ('\u{ff0e}', '\u{ff0e}'), ('\u{ff1f}', '\u{ff1f}'), ('\u{ff61}', '\u{ff61}'), ('\u{10a56}', '\u{10a57}'),
    ('\u{10f55}', '\u{10f59}'), ('\u{10f86}', '\u{10f89}'), ('\u{11047}', '\u{11048}'), ('\u{110be}', '\u{110c1}'),
    ('\u{11141}', '\u{11143}'), ('\u{111c5}', '\u{111c6}'), ('\u{111cd}', '\u{111cd}'), ('\u{111de}', '\u{111df}'),
    ('\u{11238}', '\u{11239}'), ('\u{1123b}', '\u{1123c}'), ('\u{112a9}', '\u{112a9}'), ('\u{1144b}', '\u{1144c}'),
    ('\u{115c2}', '\u{115c3}'), ('\u{115c9}', '\u{115d7}'), ('\u{11641}', '\u{11642}'), ('\u{1173c}', '\u{1173e}'),
    ('\u{11944}', '\u{11944}'), ('\u{11946}', '\u{11946}'), ('\u{11a42}', '\u{11a43}'), ('\u{11a9b}', '\u{11a9c}'),
    ('\u{11c41}', '\u{11c42}'), ('\u{11ef7}', '\u{11ef8}'), ('\u{11f43}', '\u{11f44}'), ('\u{16a6e}', '\u{16a6f}'),
    ('\u{16af5}', '\u{16af5}'), ('\u{16b37}', '\u{16b38}'), ('\u{16b44}', '\u{16b44}'), ('\u{16e98}', '\u{16e98}'),
    ('\u{1bc9f}', '\u{1bc9f}'), ('\u{1da88}', '\u{1da88}'),
];
