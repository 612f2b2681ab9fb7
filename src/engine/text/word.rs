//! Words: Unicode word boundaries for alphabets, single characters for Chinese, Japanese, Thai and other
//! scripts that are written without spaces.

use std::iter;

use unicode_segmentation::UnicodeSegmentation;

use super::script::Script;

/// The words of `text` in order: maximal runs of letters and digits (UAX 29) where the script separates words,
/// single characters (with their marks) where it does not.
pub fn words(text: &str) -> impl Iterator<Item = &str> {
    pieces(text).flat_map(|piece| match piece {
        Piece::Ideograph(character) => Either::This(iter::once(character)),
        Piece::Other(other) => Either::That(words_by_boundaries(other)),
    })
}

/// The same by the boundary tables alone.
fn words_by_boundaries(text: &str) -> impl Iterator<Item = &str> {
    text.unicode_words().flat_map(|word| {
        // A run of katakana is one segment.
        let first = word.chars().next().and_then(Script::of);
        if first.is_some_and(Script::is_unspaced) {
            Either::This(word.graphemes(true))
        } else {
            Either::That(iter::once(word))
        }
    })
}

/// A stretch of text whose words do not depend on its neighbours.
enum Piece<'t> {
    /// One ideograph that is a word by itself.
    Ideograph(&'t str),
    /// Anything else.
    Other(&'t str),
}

/// Cuts where UAX 29 breaks whatever the rest: before spaces, so that the ASCII words of a text in another language
/// take the short way, and around ideographs, so that Chinese text needs no boundary tables.
fn pieces(text: &str) -> impl Iterator<Item = Piece<'_>> {
    let mut rest = text;
    // Where the next character above ASCII stands: looked for again only behind it, or one at the end of a long line
    // would cost a look at the whole line for each of its words.
    let mut beyond = next_beyond_ascii(text, 0);
    iter::from_fn(move || {
        let first = rest.chars().next()?;
        if let Some(length) = ideograph(rest, first) {
            let (character, after) = rest.split_at(length);
            rest = after;
            return Some(Piece::Ideograph(character));
        }
        let mut end = rest.len();
        let here = text.len() - end;
        if beyond < here {
            beyond = next_beyond_ascii(text, here);
        }
        if beyond < text.len() {
            let mut before = ' ';
            for (at, c) in rest.char_indices() {
                if (c == ' ' && before != ' ') || ideograph(&rest[at..], c).is_some() {
                    end = at;
                    break;
                }
                before = c;
            }
        }
        let (other, after) = rest.split_at(end);
        rest = after;
        Some(Piece::Other(other))
    })
}

/// The place of the first character above ASCII at or behind `from`; the length of the text where there is none.
fn next_beyond_ascii(text: &str, from: usize) -> usize {
    let rest = &text.as_bytes()[from..];
    let ascii = if rest.is_ascii() { rest.len() } else { rest.iter().take_while(|byte| byte.is_ascii()).count() };
    from + ascii
}

/// The length in bytes of the ideograph `c` at the beginning of `text`, when no mark that belongs to it follows.
fn ideograph(text: &str, c: char) -> Option<usize> {
    let is_ideograph = |c| matches!(c, '\u{4E00}'..='\u{9FFF}');
    if !is_ideograph(c) {
        return None;
    }
    let length = c.len_utf8();
    let next = text[length..].chars().next();
    next.is_none_or(|c| c.is_ascii() || is_ideograph(c) || matches!(c, '、'..='】' | 'ぁ'..='ん' | '！'..='～'))
        .then_some(length)
}

/// One of two iterators.
enum Either<A, B> {
    This(A),
    That(B),
}

impl<'t, A: Iterator<Item = &'t str>, B: Iterator<Item = &'t str>> Iterator for Either<A, B> {
    type Item = &'t str;

    fn next(&mut self) -> Option<&'t str> {
        match self {
            Self::This(this) => this.next(),
            Self::That(that) => that.next(),
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn all(text: &str) -> Vec<&str> {
        words(text).collect()
    }

    #[test]
    fn alphabets_have_words() {
        assert_eq!(
            all("Don't stop: 3.14 ways, e.g. snake_case!"),
            ["Don't", "stop", "3.14", "ways", "e.g", "snake_case"]
        );
        assert_eq!(all("Où est-il ? Кто там."), ["Où", "est", "il", "Кто", "там"]);
        assert_eq!(all("대한민국 만세"), ["대한민국", "만세"]);
        assert_eq!(all(" … — !"), [""; 0]);
    }

    #[test]
    fn unspaced_scripts_have_characters() {
        assert_eq!(all("中文，字"), ["中", "文", "字"]);
        assert_eq!(all("カタカナとkana"), ["カ", "タ", "カ", "ナ", "と", "kana"]);
        assert_eq!(all("ที่นี่"), ["ที่", "นี่"]);
        assert_eq!(all("GBK编码2023年"), ["GBK", "编", "码", "2023", "年"]);
    }

    #[test]
    fn a_letter_at_the_end_of_a_long_line_makes_no_word_dear() {
        // Looked for anew at each word, it would be met four hundred billion bytes later.
        let text = "ab ".repeat(600_000) + "é";
        assert_eq!(words(&text).count(), 600_001);
        let text = "ab é ".repeat(300_000);
        assert_eq!(words(&text).count(), 600_000);
    }

    proptest! {
        #[test]
        fn pieces_change_no_word(
            text in "[a-zA-Z0-9 '._:,éñ漢字中文かなカナーｶ。、ก-ฮ\u{e31}-\u{e3a}\u{301}\u{200d}\u{fe00}ㄱ한а-я\u{5d0}-\u{5ea}\"]{0,40}|\\PC{0,40}"
        ) {
            prop_assert_eq!(all(&text), words_by_boundaries(&text).collect::<Vec<_>>());
        }
    }
}
