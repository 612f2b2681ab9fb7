//! Rule files that are changed by a verb: whole or not at all, and never over what somebody saved meanwhile.

use std::{
    fs,
    io::{self, Write},
    path::Path,
};

use crate::engine::rules::yaml;

/// Puts `edited` in the place of `read`, whole or not at all, unless the file has changed meanwhile.
pub(super) fn rewrite(path: &Path, read: &str, edited: &str) -> io::Result<()> {
    let fault = |why: &str| Err(io::Error::other(why.to_owned()));
    let path = fs::canonicalize(path)?;
    let bytes = fs::read_to_string(&path)?;
    let mark = if bytes.starts_with('\u{FEFF}') { "\u{FEFF}" } else { "" };
    let body = &bytes[mark.len()..];
    // A line end is added to a last line that has none when the file is read.
    if !matches!(read.strip_prefix(body), Some("" | "\n")) {
        return fault("it has changed meanwhile; run it again");
    }
    if yaml::read(edited, 0).is_err() {
        return fault("what came of it would be no YAML; edit it by hand");
    }
    let edited = &edited[..edited.len() - (read.len() - body.len())];
    let name = path.file_name().unwrap_or_default().to_string_lossy();
    let aside = path.with_file_name(format!(".{name}.{}.tmp", std::process::id()));
    let written = (|| {
        let mut file = fs::File::create_new(&aside)?;
        file.write_all(mark.as_bytes())?;
        file.write_all(edited.as_bytes())?;
        file.set_permissions(fs::metadata(&path)?.permissions())?;
        file.sync_all()?;
        rustix::fs::rename(&aside, &path)?;
        Ok(())
    })();
    if written.is_err() {
        // What could not be written whole is of no use; if it stays, its name says what it is.
        let _ = fs::remove_file(&aside);
    }
    written
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_that_has_changed_meanwhile_is_left_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("a.yaml");
        fs::write(&path, "\u{FEFF}a: 1").unwrap();
        rewrite(&path, "a: 1\n", "a: 22\n").unwrap();
        assert_eq!(fs::read_to_string(&path).unwrap(), "\u{FEFF}a: 22");
        assert!(rewrite(&path, "a: 1\n", "a: 3\n").is_err());
        assert!(rewrite(&path, "a: 22\n", "a: [\n").is_err());
        assert_eq!(fs::read_to_string(&path).unwrap(), "\u{FEFF}a: 22");
        assert_eq!(fs::read_dir(folder.path()).unwrap().count(), 1);
    }
}
