//! What kind of character each one is, and how many of each kind a text has.

use unicode_normalization::char::is_combining_mark;

use super::{
    ascii::ascii_run,
    letter::{self, Letter},
    paged::{PAGE, Paged},
};

/// The kind of a character.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Class {
    /// A letter in lower case.
    Lower,
    /// A letter in upper case.
    Upper,
    /// A letter without case.
    Letter,
    /// A digit or another number.
    Digit,
    /// White space.
    Space,
    /// Written over or under the letter before it.
    Mark,
    /// Everything else.
    Symbol,
}

const CLASSES: usize = 7;

impl Class {
    /// The class of `c`.
    #[inline]
    pub fn of(c: char) -> Self {
        match c {
            '\0'..='\x7F' => ASCII[c as usize],
            '\u{4E00}'..='\u{9FFF}' | 'ぁ'..='ゖ' | 'ァ'..='ヺ' | 'ー' | '\u{AC00}'..='\u{D7A3}' => Self::Letter,
            _ => OTHERS.get(c),
        }
    }
}

static ASCII: [Class; 128] = {
    let mut classes = [Class::Symbol; 128];
    let mut byte = 0_u8;
    while byte < 128 {
        classes[byte as usize] = match byte {
            b'a'..=b'z' => Class::Lower,
            b'A'..=b'Z' => Class::Upper,
            b'0'..=b'9' => Class::Digit,
            b' ' | b'\t'..=b'\r' => Class::Space,
            _ => Class::Symbol,
        };
        byte += 1;
    }
    classes
};

static OTHERS: Paged<Class> = Paged::new(|first| {
    Box::new(std::array::from_fn::<_, PAGE, _>(|at| char::from_u32(first + at as u32).map_or(Class::Symbol, classify)))
});

fn classify(c: char) -> Class {
    match c {
        _ if c.is_lowercase() => Class::Lower,
        _ if c.is_uppercase() => Class::Upper,
        _ if c.is_alphabetic() => Class::Letter,
        _ if c.is_numeric() => Class::Digit,
        _ if c.is_whitespace() => Class::Space,
        _ if is_combining_mark(c) => Class::Mark,
        _ => Class::Symbol,
    }
}

/// How many characters of each class a text has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct ClassCounts([u32; CLASSES]);

/// A one in the byte of each class, so that one addition counts a character.
static ONES: [u64; 128] = {
    let mut ones = [0; 128];
    let mut byte = 0;
    while byte < 128 {
        ones[byte] = 1 << (8 * ASCII[byte] as u32);
        byte += 1;
    }
    ones
};

/// Characters after which the byte of a class may be full, in whole vector registers.
const FULL: usize = 224;

/// Bytes from which on vector instructions pay.
const LONG: usize = 32;

impl ClassCounts {
    /// Counts the characters of `text`.
    pub fn of(text: &str) -> Self {
        let mut counts = Self::default();
        let bytes = text.as_bytes();
        let mut at = 0;
        while at < bytes.len() {
            let run = ascii_run(&bytes[at..]);
            counts.add_ascii(&bytes[at..at + run]);
            at += run;
            while bytes.get(at).is_some_and(|byte| !byte.is_ascii()) {
                if Letter::at(bytes, at).is_some() {
                    counts.0[Class::Letter as usize] += 1;
                    at += letter::BYTES;
                } else if let Some(c) = text[at..].chars().next() {
                    counts.0[Class::of(c) as usize] += 1;
                    at += c.len_utf8();
                }
            }
        }
        counts
    }

    /// Characters of one class.
    pub fn get(&self, class: Class) -> u32 {
        self.0[class as usize]
    }

    /// Characters of any class.
    pub fn all(&self) -> u32 {
        self.0.iter().sum()
    }

    fn add_ascii(&mut self, bytes: &[u8]) {
        let (steps, rest) = bytes.as_chunks::<LONG>();
        for part in steps.as_flattened().chunks(FULL) {
            // Without branches, so that many bytes are counted at once.
            let (mut lower, mut upper, mut digits, mut spaces) = (0_u8, 0_u8, 0_u8, 0_u8);
            for &byte in part {
                lower += u8::from(byte.wrapping_sub(b'a') < 26);
                upper += u8::from(byte.wrapping_sub(b'A') < 26);
                digits += u8::from(byte.wrapping_sub(b'0') < 10);
                spaces += u8::from(byte == b' ') + u8::from(byte.wrapping_sub(b'\t') < 5);
            }
            let classes = [Class::Lower, Class::Upper, Class::Digit, Class::Space];
            let mut others = part.len() as u32;
            for (class, count) in classes.into_iter().zip([lower, upper, digits, spaces].map(u32::from)) {
                self.0[class as usize] += count;
                others -= count;
            }
            self.0[Class::Symbol as usize] += others;
        }
        let sum = rest.iter().fold(0_u64, |sum, byte| sum + ONES[usize::from(byte & 0x7F)]);
        for (count, byte) in self.0.iter_mut().zip(sum.to_le_bytes()) {
            *count += u32::from(byte);
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn shortcuts_agree_with_the_definition() {
        for c in ('\0'..='\u{33FF}').chain(('\u{4E00}'..='\u{9FFF}').step_by(89)).chain('\u{AC00}'..='\u{AC40}') {
            assert_eq!(Class::of(c), classify(c), "{c:?}");
        }
    }

    proptest! {
        #[test]
        fn counts_are_the_sums_over_characters(text in "[ -~]{0,40}\\PC{0,30}[ -~]{0,600}|[a-f]{250,600}é[ \t]{0,9}") {
            let counts = ClassCounts::of(&text);
            for class in
                [Class::Lower, Class::Upper, Class::Letter, Class::Digit, Class::Space, Class::Mark, Class::Symbol]
            {
                let count = text.chars().filter(|&c| classify(c) == class).count();
                prop_assert_eq!(counts.get(class) as usize, count);
            }
            prop_assert_eq!(counts.all() as usize, text.chars().count());
        }
    }
}
