//! Reading one document, up to a limit.

use std::{
    fs::File,
    io::{self, Read},
    path::Path,
};

/// What was read.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Content {
    /// All of it.
    Whole(Vec<u8>),
    /// More than the limit: nothing of it. The size where it is known.
    TooLarge(u64),
}

/// Reads the file at `path`; a regular file that is too large is not read at all.
pub(super) fn file(path: &Path, bytes_at_most: u64) -> io::Result<Content> {
    let file = File::open(path)?;
    let about = file.metadata()?;
    if about.is_file() && about.len() > bytes_at_most {
        return Ok(Content::TooLarge(about.len()));
    }
    stream(file, about.len(), bytes_at_most)
}

/// Reads a stream that is perhaps `expected` bytes long.
pub(super) fn stream(stream: impl Read, expected: u64, bytes_at_most: u64) -> io::Result<Content> {
    // One byte more, so that the end is seen without growing.
    let capacity = usize::try_from(expected.min(bytes_at_most)).unwrap_or(0) + 1;
    let mut bytes = Vec::with_capacity(capacity);
    stream.take(bytes_at_most.saturating_add(1)).read_to_end(&mut bytes)?;
    let size = bytes.len() as u64;
    Ok(if size > bytes_at_most { Content::TooLarge(size) } else { Content::Whole(bytes) })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_limit_itself_is_not_too_large() {
        assert_eq!(stream(&b"abc"[..], 0, 3).unwrap(), Content::Whole(b"abc".to_vec()));
        assert_eq!(stream(&b"abcd"[..], 4, 3).unwrap(), Content::TooLarge(4));
        assert_eq!(stream(&b""[..], 9, u64::MAX).unwrap(), Content::Whole(Vec::new()));
    }
}
