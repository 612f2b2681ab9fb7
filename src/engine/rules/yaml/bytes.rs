//! From a file's bytes to text that both YAML readers understand alike.

use crate::engine::diagnostic::{Diagnostic, Place, Sources, codes};

/// Larger files are refused. The largest packs that people keep are a few tens of kilobytes; long lists go into list files.
const SIZE_AT_MOST: usize = 1024 * 1024;

/// Takes a file into `sources` and returns its number: its text is what [`Sources::get`] then gives, without a byte order mark.
///
/// # Errors
/// The file is too large, in another encoding than UTF-8, or holds control characters.
pub(crate) fn text(name: &str, bytes: &[u8], sources: &mut Sources) -> Result<u32, Diagnostic> {
    if bytes.len() > SIZE_AT_MOST {
        let source = sources.add(name, "");
        return Err(Diagnostic::error(codes::TOO_LARGE, Place::top(source), format!("file has {} bytes", bytes.len()))
            .help(format!(
                "keep it below {SIZE_AT_MOST} bytes: move long lists of a pack into list files (`file: lists/name.txt`), and part a \
                 long list file in two"
            )));
    }
    let body = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes);
    match str::from_utf8(body) {
        Ok(body) => {
            // At the end of the file the two readers end a block of text differently unless a line end stands there.
            let end = if body.is_empty() || body.ends_with(['\n', '\r']) { "" } else { "\n" };
            let source = sources.add(name, format!("{body}{end}"));
            match forbidden(body) {
                None => Ok(source),
                Some((at, found)) => Err(control(source, at, found, body)),
            }
        }
        Err(error) => {
            let at = error.valid_up_to();
            let source = sources.add(name, String::from_utf8_lossy(body));
            let place = Place { source, start: offset(at), end: offset(at + '\u{FFFD}'.len_utf8()) };
            Err(Diagnostic::error(codes::ENCODING, place, format!("file is not UTF-8 but {}", guess(body)))
                .label(format!("byte 0x{:02X}", body.get(at).copied().unwrap_or_default()))
                .help("save it as UTF-8"))
        }
    }
}

/// The first character that the two readers take differently or that no text file holds.
fn forbidden(text: &str) -> Option<(usize, char)> {
    let mut start = 0;
    for line in text.split_inclusive('\n') {
        // Without a branch, so that many bytes are looked at in one instruction: most lines are plain.
        let is_odd = |byte: &u8| (*byte < b' ') & !matches!(byte, b'\t' | b'\n' | b'\r') | (*byte >= 0x7F);
        if line.as_bytes().iter().fold(false, |odd, byte| odd | is_odd(byte))
            && let Some((at, found)) = line.char_indices().find(|(_, found)| is_forbidden(*found))
        {
            return Some((start + at, found));
        }
        start += line.len();
    }
    None
}

fn is_forbidden(found: char) -> bool {
    matches!(found, '\0'..='\x08' | '\x0B' | '\x0C' | '\x0E'..='\x1F' | '\x7F'..='\u{9F}' | '\u{2028}' | '\u{2029}'
        | '\u{FEFF}' | '\u{FFFE}' | '\u{FFFF}')
}

fn control(source: u32, at: usize, found: char, text: &str) -> Diagnostic {
    let place = Place { source, start: offset(at), end: offset(at + found.len_utf8()) };
    let code = u32::from(found);
    let message = if found == '\0' && text.bytes().filter(|byte| *byte == 0).count() > text.len() / 4 {
        "file is not UTF-8 but UTF-16 or UTF-32".to_owned()
    } else {
        format!("file holds the invisible character U+{code:04X}")
    };
    let help = if found == '\0' {
        "save it as UTF-8".to_owned()
    } else {
        format!("remove it, or write it as \"\\u{code:04x}\" between double quotes")
    };
    Diagnostic::error(codes::ENCODING, place, message).help(help)
}

fn guess(bytes: &[u8]) -> &'static str {
    match bytes {
        [0xFF, 0xFE, 0, 0, ..] | [0, 0, 0xFE, 0xFF, ..] => "UTF-32",
        [0xFF, 0xFE, ..] | [0xFE, 0xFF, ..] => "UTF-16",
        _ => "in another encoding",
    }
}

/// Offsets fit: a file is smaller than [`SIZE_AT_MOST`].
pub(super) fn offset(at: usize) -> u32 {
    u32::try_from(at).unwrap_or(u32::MAX)
}
