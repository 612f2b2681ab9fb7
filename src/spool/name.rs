//! Names are bytes. What is shown of them is escaped, and what is made from them fits into a folder entry.

use std::{
    ffi::{OsStr, OsString},
    fmt::Write as _,
    os::unix::ffi::{OsStrExt, OsStringExt},
    path::{Component, Path},
};

/// The longest name a folder entry can have on the file systems of Linux, in bytes.
pub(crate) const NAME_MAX: usize = 255;

/// The private folder inside the inbox (claims) and, where unnamed temporaries are missing, inside a destination.
pub(crate) const PRIVATE: &str = ".siftd";

/// What a report's name ends with.
pub const REPORT_SUFFIX: &str = ".siftd.json";

/// A longer ending than this is no extension but part of the name.
const EXTENSION_MAX: usize = 16;

/// So much of its hash is put into a name.
const DIGITS: [usize; 3] = [8, 16, 64];

/// `path` for people: bytes that are no UTF-8, control characters, invisible and direction-changing ones and
/// the backslash are written as escapes, so that nothing a file is called can act on a terminal.
pub fn shown(path: impl AsRef<OsStr>) -> String {
    let mut out = String::new();
    for chunk in path.as_ref().as_bytes().utf8_chunks() {
        for char in chunk.valid().chars() {
            match char {
                '\\' => out.push_str("\\\\"),
                '\n' => out.push_str("\\n"),
                '\r' => out.push_str("\\r"),
                '\t' => out.push_str("\\t"),
                char if acts(char) => {
                    let _ = write!(out, "\\u{{{:x}}}", u32::from(char));
                }
                char => out.push(char),
            }
        }
        for byte in chunk.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out
}

/// Whether a character does something else than show itself: controls, line and paragraph separators,
/// zero-width and bidirectional formatting (UAX #9), tags.
fn acts(char: char) -> bool {
    char.is_control()
        || matches!(char,
            '\u{ad}' | '\u{34f}' | '\u{61c}' | '\u{115f}' | '\u{1160}' | '\u{180e}' | '\u{200b}'..='\u{200f}'
            | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{3164}' | '\u{feff}' | '\u{ffa0}'
            | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e0fff}')
}

/// Undoes [`shown`] as far as it goes: what a person copied from a listing back into bytes.
pub fn unshown(text: &str) -> OsString {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('\\') {
        out.extend_from_slice(&rest.as_bytes()[..at]);
        let tail = &rest[at + 1..];
        let (bytes, used): (Vec<u8>, usize) = match tail.as_bytes().first() {
            Some(b'\\') => (vec![b'\\'], 1),
            Some(b'n') => (vec![b'\n'], 1),
            Some(b'r') => (vec![b'\r'], 1),
            Some(b't') => (vec![b'\t'], 1),
            Some(b'x') => match tail.get(1..3).and_then(|hex| u8::from_str_radix(hex, 16).ok()) {
                Some(byte) => (vec![byte], 3),
                None => (vec![b'\\'], 0),
            },
            Some(b'u') => {
                let hex = tail.strip_prefix("u{").and_then(|tail| tail.split_once('}')).map(|(hex, _)| hex);
                match hex.and_then(|hex| Some((char::from_u32(u32::from_str_radix(hex, 16).ok()?)?, hex.len()))) {
                    Some((char, digits)) => (char.to_string().into_bytes(), digits + 3),
                    None => (vec![b'\\'], 0),
                }
            }
            _ => (vec![b'\\'], 0),
        };
        out.extend_from_slice(&bytes);
        rest = &tail[used..];
    }
    out.extend_from_slice(rest.as_bytes());
    OsString::from_vec(out)
}

/// The names to try for a file, counted from 0: its own, then with ever more of its hash (hexadecimal) between
/// stem and extension; `None` when there are no more.
pub fn candidate(name: &OsStr, attempt: usize, hash: &str) -> Option<OsString> {
    match attempt {
        0 => Some(name.to_owned()),
        _ => DIGITS.get(attempt - 1).map(|digits| hashed(name, &hash[..hash.len().min(*digits)])),
    }
}

/// Whether `name` could be made of `own` and some hash.
pub(crate) fn is_candidate(name: &OsStr, own: &OsStr) -> bool {
    let (stem, extension) = parts(own.as_bytes());
    let Some(rest) = name.as_bytes().strip_suffix(extension) else { return false };
    let Some(tilde) = rest.iter().rposition(|byte| *byte == b'~') else { return false };
    stem.starts_with(&rest[..tilde]) && DIGITS.contains(&(rest.len() - tilde - 1))
}

/// `name~<digits>.ext`, its stem cut where the whole would not fit.
fn hashed(name: &OsStr, digits: &str) -> OsString {
    let (stem, extension) = parts(name.as_bytes());
    let room = NAME_MAX - 1 - digits.len() - extension.len();
    OsString::from_vec([cut(stem, room), b"~", digits.as_bytes(), extension].concat())
}

/// The stem and the extension.
fn parts(name: &[u8]) -> (&[u8], &[u8]) {
    let dot = name.iter().rposition(|byte| *byte == b'.').filter(|dot| *dot > 0 && name.len() - dot <= EXTENSION_MAX);
    name.split_at(dot.unwrap_or(name.len()))
}

/// The name of the report that lies beside `name`. Where the plain one would be too long, a hash of the name
/// stands for the rest of it.
pub fn report_name(name: &OsStr) -> OsString {
    let bytes = name.as_bytes();
    if bytes.len() + REPORT_SUFFIX.len() <= NAME_MAX {
        return OsString::from_vec([bytes, REPORT_SUFFIX.as_bytes()].concat());
    }
    let hash = blake3::hash(bytes).to_hex();
    OsString::from_vec([cut(bytes, 128), b"~", &hash.as_bytes()[..16], REPORT_SUFFIX.as_bytes()].concat())
}

/// The name of a report of the row `id` until it is whole.
pub(super) fn report_temporary(id: &str) -> OsString {
    format!(".siftd-report-{id}.new").into()
}

/// The longest beginning of `bytes` that fits into `room` and does not cut a character.
fn cut(bytes: &[u8], room: usize) -> &[u8] {
    if bytes.len() <= room {
        return bytes;
    }
    let mut end = room;
    while end > room.saturating_sub(4) && end > 0 && bytes[end] & 0xC0 == 0x80 {
        end -= 1;
    }
    &bytes[..end]
}

/// Splits a relative path into its folder and its last part; `None` when it has a part that is not a plain
/// name (`..`, a root), so that no path can lead out of a folder.
pub(crate) fn split(path: &Path) -> Option<(&Path, &OsStr)> {
    path.components().all(|part| matches!(part, Component::Normal(_))).then_some(())?;
    Some((path.parent()?, path.file_name()?))
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn bytes(name: &[u8]) -> OsString {
        OsString::from_vec(name.to_vec())
    }

    #[test]
    fn nothing_acting_is_shown() {
        assert_eq!(shown(bytes(b"a\x1b[31m\xff\n")), "a\\u{1b}[31m\\xff\\n");
        assert_eq!(shown("evil\u{202e}txt.exe"), "evil\\u{202e}txt.exe");
        assert_eq!(shown("文章.txt"), "文章.txt");
    }

    #[test]
    fn hash_stands_before_the_extension() {
        let name = |attempt| candidate(OsStr::new("page.txt"), attempt, "0123456789abcdef0123").unwrap();
        assert_eq!([name(0), name(1), name(2)], ["page.txt", "page~01234567.txt", "page~0123456789abcdef.txt"]);
        assert_eq!(hashed(OsStr::new(".profile"), "01234567"), ".profile~01234567");
    }

    #[test]
    fn reports_of_different_long_names_differ() {
        let (one, two) = ("x".repeat(254) + "1", "x".repeat(254) + "2");
        assert_ne!(report_name(OsStr::new(&one)), report_name(OsStr::new(&two)));
    }

    #[test]
    fn paths_cannot_lead_out() {
        assert!(split(Path::new("../x")).is_none());
        assert!(split(Path::new("/x")).is_none());
        assert_eq!(split(Path::new("a/b/x")), Some((Path::new("a/b"), OsStr::new("x"))));
    }

    proptest! {
        #[test]
        fn made_names_fit_and_shown_ones_come_back(name in proptest::collection::vec(1u8..=255, 1..=255)) {
            let name: Vec<u8> = name.into_iter().filter(|byte| *byte != b'/').collect();
            prop_assume!(!name.is_empty());
            let name = bytes(&name);
            prop_assert_eq!(unshown(&shown(&name)), name.clone());
            prop_assert!(!shown(&name).chars().any(acts));
            prop_assert!(report_name(&name).len() <= NAME_MAX);
            let hash = blake3::hash(b"").to_hex();
            for (attempt, made) in (0..4).filter_map(|attempt| Some((attempt, candidate(&name, attempt, &hash)?))) {
                prop_assert!(made.len() <= NAME_MAX && !made.is_empty());
                prop_assert!(attempt == 0 || is_candidate(&made, &name));
            }
        }
    }
}
