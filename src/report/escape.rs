//! Text and names from outside, made safe to print: nothing that moves the cursor, changes colours, turns the
//! reading direction round or cannot be seen is passed through.

use std::{borrow::Cow, fmt::Write, os::unix::ffi::OsStrExt, path::Path};

/// `text` with every control, direction and invisible character written as `\u{…}`; a tab becomes one space.
pub fn escaped(text: &str) -> Cow<'_, str> {
    if !text.chars().any(is_hostile) {
        return Cow::Borrowed(text);
    }
    let mut out = String::with_capacity(text.len() + 16);
    for character in text.chars() {
        push_escaped(character, &mut out);
    }
    Cow::Owned(out)
}

/// A path for people: like [`escaped`], and every byte that is not UTF-8 as `\x…`.
pub fn escaped_path(path: &Path) -> Cow<'_, str> {
    if let Some(text) = path.to_str()
        && !text.contains('\t')
    {
        return escaped(text);
    }
    let mut out = String::new();
    for chunk in path.as_os_str().as_bytes().utf8_chunks() {
        for character in chunk.valid().chars() {
            if character == '\t' { out.push_str("\\t") } else { push_escaped(character, &mut out) }
        }
        for byte in chunk.invalid() {
            // Writing to a string cannot fail.
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    Cow::Owned(out)
}

fn push_escaped(character: char, out: &mut String) {
    match character {
        '\t' => out.push(' '),
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        hostile if is_hostile(hostile) => out.extend(hostile.escape_unicode()),
        plain => out.push(plain),
    }
}

/// Controls (C0, C1, DEL), bidirectional controls, and characters without any glyph, such as zero-width spaces and
/// tags (Unicode's `Cf` and `Zl`/`Zp` where they matter; the joiners that emoji and Indic scripts need stay).
fn is_hostile(character: char) -> bool {
    match character {
        ' '..='~' => false,
        '\u{0}'..='\u{1f}' | '\u{7f}'..='\u{9f}' => true,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{feff}' => true,
        '\u{200b}' | '\u{200e}' | '\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' => true,
        '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}' => true,
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use std::ffi::OsStr;

    use super::*;

    #[test]
    fn plain_text_is_not_copied() {
        assert!(matches!(escaped("多 words, ünïcode 👩‍🌾"), Cow::Borrowed(_)));
    }

    #[test]
    fn controls_directions_and_invisible_characters_are_spelled_out() {
        assert_eq!(
            escaped("a\u{1b}[31mb\tc\u{202e}d\u{200b}\r\n\u{85}"),
            "a\\u{1b}[31mb c\\u{202e}d\\u{200b}\\r\\n\\u{85}"
        );
    }

    #[test]
    fn names_keep_every_byte_apart() {
        assert_eq!(escaped_path(Path::new(OsStr::from_bytes(b"a\xff\xfe\nb\tc"))), "a\\xff\\xfe\\nb\\tc");
        assert_eq!(escaped_path(Path::new("目录/x.txt")), "目录/x.txt");
    }
}
