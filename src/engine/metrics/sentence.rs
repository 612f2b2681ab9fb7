//! Sentences as C4's implementation in datatrove counts them.
//!
//! datatrove takes them from spaCy's rule-based `sentencizer`: a full stop, question or exclamation mark that is a token of
//! its own ends a sentence, and the next token that is not punctuation begins one, whatever its case. Which full stops are
//! tokens of their own is a matter of spaCy's English tokenizer (`spacy/lang/punctuation.py`, version 3.8): not those of
//! initials, abbreviations and ellipses. Chunks between white space are taken apart here in the same order: an opening, the
//! marks at the end, and full stops inside that part a lower-case letter from an upper-case one.

use super::lists;
use crate::engine::text::eight::alphanumeric_run;

/// Abbreviations whose full stop belongs to them, without it, in order. Source: spaCy 3.8, `spacy/lang/en/tokenizer_exceptions.py`.
const ABBREVIATIONS: [&str; 84] = [
    "Adm", "Ak", "Ala", "Apr", "Ariz", "Ark", "Aug", "Bros", "Calif", "Co", "Colo", "Conn", "Corp", "D.C", "Dec",
    "Del", "Dr", "E.G", "E.g", "Feb", "Fla", "Ga", "Gen", "Gov", "I.E", "I.e", "Ia", "Id", "Ill", "Inc", "Ind", "Jan",
    "Jr", "Jul", "Jun", "Kan", "Kans", "Ky", "La", "Ltd", "Mar", "Mass", "Md", "Messrs", "Mich", "Minn", "Miss", "Mo",
    "Mont", "Mr", "Mrs", "Ms", "Mt", "Neb", "Nebr", "Nev", "Nov", "Oct", "Okla", "Ore", "Pa", "Ph.D", "Prof", "Rep",
    "Rev", "Sen", "Sep", "Sept", "St", "Tenn", "Va", "Wash", "Wis", "a.m", "co", "e.g", "i.e", "p.m", "v.s", "vs",
    "°C", "°F", "°c", "°f",
];

/// The byte that the first of [`lists::ends_sentence`]'s characters beyond ASCII begins with, U+0589.
const FIRST_BEYOND: u8 = 0xd6;

/// Bytes in the longest of them.
const LONGEST_ABBREVIATION: usize = 6;

/// Sentences in a line that is not empty.
pub(super) fn sentences(line: &str) -> usize {
    let mut reader = Reader { count: 1, ended: false };
    let ascii = line.is_ascii();
    let mut rest = line;
    loop {
        if !reader.ended {
            // Then only chunks with a mark say anything.
            let Some(mark) = next_mark(rest.as_bytes(), ascii) else { break };
            let (before, _) = rest.split_at(rest.floor_char_boundary(mark));
            let start = if ascii {
                before.bytes().rposition(is_ascii_space).map_or(0, |space| space + 1)
            } else {
                before.trim_end_matches(|c: char| !c.is_whitespace()).len()
            };
            rest = rest.get(start..).unwrap_or_default();
        }
        rest = rest.trim_start();
        if rest.is_empty() {
            break;
        }
        let end = if ascii { rest.bytes().position(is_ascii_space) } else { rest.find(char::is_whitespace) };
        let (chunk, after) = rest.split_at(end.unwrap_or(rest.len()));
        reader.chunk(chunk);
        rest = after;
    }
    reader.count
}

/// Those characters of ASCII that are white space to Unicode.
fn is_ascii_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t'..=b'\r')
}

/// The first byte of `text` that is a mark that ends sentences or may be part of one.
fn next_mark(text: &[u8], ascii: bool) -> Option<usize> {
    if ascii {
        return memchr::memchr3(b'.', b'?', b'!', text);
    }
    const MAY_END: [bool; 256] = {
        let mut may = [false; 256];
        let mut byte = 0;
        while byte < 256 {
            // What begins with a lesser byte are Latin, Greek and Cyrillic characters, which end none.
            may[byte] = matches!(byte as u8, b'.' | b'?' | b'!' | FIRST_BEYOND..);
            byte += 1;
        }
        may
    };
    text.iter().position(|&byte| MAY_END[usize::from(byte)])
}

struct Reader {
    count: usize,
    /// Whether the sentence has its end mark, and only punctuation came since.
    ended: bool,
}

impl Reader {
    fn chunk(&mut self, chunk: &str) {
        let bytes = chunk.as_bytes();
        let word = alphanumeric_run(bytes, 0);
        match bytes.get(word..) {
            // A word between others, as most are, and one at an end.
            Some([]) => self.count += usize::from(std::mem::take(&mut self.ended)),
            Some(&[mark @ (b'.' | b'?' | b'!')]) if word > 0 => {
                self.count += usize::from(self.ended);
                self.ended = mark != b'.' || chunk.get(..word).is_some_and(is_own_token);
            }
            _ => self.any_chunk(chunk),
        }
    }

    /// The same, whatever the chunk is.
    fn any_chunk(&mut self, chunk: &str) {
        let mut rest = chunk;
        while let Some(first) = rest.chars().next().filter(|first| detaches(*first) && rest != ".") {
            self.ended |= is_mark(first);
            rest = rest.get(first.len_utf8()..).unwrap_or_default();
        }
        let (core, ends) = without_marks(rest);
        if core.chars().any(|character| !is_punctuation(character)) {
            self.count += usize::from(self.ended) + inner_ends(core);
            self.ended = false;
        }
        self.ended |= ends;
    }
}

/// What is left of a chunk without the punctuation at its end, and whether a mark that ends a sentence was among it.
fn without_marks(chunk: &str) -> (&str, bool) {
    let (mut rest, mut ends) = (chunk, false);
    while let Some(last) = rest.chars().next_back() {
        let before = rest.get(..rest.len() - last.len_utf8()).unwrap_or_default();
        if last == '.' {
            let bare = rest.trim_end_matches('.');
            if rest.len() - bare.len() > 1 {
                rest = bare;
                continue;
            }
            if !before.is_empty() && !is_own_token(before) {
                break;
            }
            ends = true;
        } else if is_mark(last) {
            ends = true;
        } else if !detaches(last) {
            break;
        }
        rest = before;
    }
    (rest, ends)
}

/// Whether a full stop after `before` is a token of its own.
fn is_own_token(before: &str) -> bool {
    let mut letters = before.chars().rev();
    let (Some(last), earlier) = (letters.next(), letters.next()) else { return false };
    let abbreviates = || {
        let bare = before.trim_start_matches(|c: char| c.is_ascii_digit());
        (earlier.is_none() && last.is_lowercase())
            || is_abbreviation(before)
            || bare.len() < before.len() && is_abbreviation(bare)
    };
    let parted = last.is_lowercase()
        || last.is_ascii_digit()
        || matches!(last, '²' | '-' | '+')
        || is_punctuation(last) && last != '.'
        || last.is_uppercase() && earlier.is_some_and(char::is_uppercase);
    parted && !abbreviates()
}

fn is_abbreviation(word: &str) -> bool {
    // Most words end here: abbreviations mostly begin with a capital.
    const LENGTHS: [u8; 256] = {
        let mut lengths = [0; 256];
        let mut rest: &[&str] = &ABBREVIATIONS;
        while let Some((abbreviation, after)) = rest.split_first() {
            lengths[abbreviation.as_bytes()[0] as usize] |= 1 << abbreviation.len();
            rest = after;
        }
        lengths
    };
    let Some(&first) = word.as_bytes().first() else { return false };
    word.len() <= LONGEST_ABBREVIATION
        && LENGTHS[usize::from(first)] >> word.len() & 1 == 1
        && ABBREVIATIONS.binary_search(&word).is_ok()
}

/// Sentences that end inside of a chunk, where no space follows the full stop.
fn inner_ends(chunk: &str) -> usize {
    if chunk.contains("://") || chunk.starts_with("www.") {
        return 0;
    }
    let quote = |character: char| matches!(character, '"' | '\'' | '“' | '”' | '‘' | '’');
    let parts = |at: usize| {
        let before = chunk.get(..at).and_then(|before| before.chars().next_back());
        let after = chunk.get(at + 1..).and_then(|after| after.chars().next());
        before.is_some_and(|c| c.is_lowercase() || quote(c)) && after.is_some_and(|c| c.is_uppercase() || quote(c))
    };
    chunk.match_indices('.').filter(|(at, _)| parts(*at)).count()
}

/// Whether the character by itself ends a sentence.
fn is_mark(character: char) -> bool {
    character != '.' && lists::ends_sentence(character)
}

/// Whether the character is cut off from the word beside it.
fn detaches(character: char) -> bool {
    is_punctuation(character) && !matches!(character, '#' | '@' | '/' | '\\' | '_' | '-')
}

/// Punctuation; not the symbols of ASCII, which are words to spaCy.
fn is_punctuation(character: char) -> bool {
    if character.is_ascii() {
        character.is_ascii_punctuation() && !matches!(character, '$' | '+' | '<' | '=' | '>' | '^' | '`' | '|' | '~')
    } else {
        matches!(character, '\u{a1}' | '\u{a7}' | '\u{ab}' | '\u{b6}' | '\u{b7}' | '\u{bb}' | '\u{bf}' | '\u{2010}'..='\u{205e}' | '\u{3001}'..='\u{3003}' | '\u{3008}'..='\u{3011}')
            || lists::ends_sentence(character)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn chunks_without_marks_say_nothing(
            line in "[a-cA-C0-9 .?!'\"é()«“”。？։؟#-]{1,60}|(([0-9]?[a-zé]{1,7}|Dr|co|A|BC)[.?!]{0,2} ){1,9}|\\PC{1,60}"
        ) {
            let mut reader = Reader { count: 1, ended: false };
            line.split_whitespace().for_each(|chunk| reader.any_chunk(chunk));
            prop_assert_eq!(sentences(&line), reader.count);
        }
    }

    #[test]
    fn abbreviations_stand_in_order() {
        assert!(ABBREVIATIONS.is_sorted());
        assert_eq!(ABBREVIATIONS.iter().map(|word| word.len()).max(), Some(LONGEST_ABBREVIATION));
    }

    #[test]
    fn no_mark_begins_with_a_lesser_byte() {
        for c in ('\u{80}'..=char::MAX).filter(|&c| is_mark(c)) {
            assert!(c.to_string().as_bytes().first().is_some_and(|&first| first >= FIRST_BEYOND), "{c:?}");
        }
    }

    #[test]
    fn a_mark_of_its_own_ends_a_sentence_whatever_follows() {
        for (text, count) in [
            ("One.", 1),
            ("One. Two.", 2),
            ("no end", 1),
            ("He left. so did she.", 2),
            ("\"Really?\" she asked. \"Yes!\" He left.", 4),
            ("Gone (see below.) and back.", 2),
            ("Ask the harbour.Then the ferry.", 2),
            ("It opened in 1842. 17 boats came.", 2),
            ("Seen by NASA. Gone.", 2),
            ("What?! no.", 2),
        ] {
            assert_eq!(sentences(text), count, "{text}");
        }
    }

    #[test]
    fn initials_abbreviations_and_ellipses_end_none() {
        for text in [
            "It rose by 3.5 per cent",
            "Dr. Ames met J. Ferris there",
            "He waited... then left",
            "at 7 a.m. in Oct. of that year",
            "at 7a.m. on deck",
            "the U.S. coast",
            "harbours, e.g. Marsh Bay",
            "see www.example.com/Ferry.Html for it",
            "a. ropes b. lamps",
        ] {
            assert_eq!(sentences(text), 1, "{text}");
        }
    }
}
