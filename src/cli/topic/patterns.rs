//! How a profile names its documents.

use std::{
    collections::BTreeSet,
    fs,
    path::{Path, PathBuf},
};

use super::texts::Texts;
use crate::{cli::Error, report::escaped_path};

/// More than so many names are not listed one by one where a pattern does.
const NAMED_AT_MOST: usize = 3;

/// Patterns, relative to `base`, that name exactly the texts that were taken: by folder and ending, or, where something
/// was left out, one by one.
///
/// # Errors
/// When a document does not lie below `base`, where a profile cannot name it, or has a name that no pattern has.
pub(super) fn of(found: &Texts, base: &Path) -> Result<Vec<String>, Error> {
    let base_real = real(base)?;
    let mut patterns = BTreeSet::new();
    for text in &found.texts {
        let path = real(&text.path)?;
        let Ok(relative) = path.strip_prefix(&base_real) else {
            return Err(Error::new(format_args!(
                "name {} in a profile in {}: a profile names documents below its own folder; choose another with --out",
                escaped_path(&text.path),
                escaped_path(&base_real)
            )));
        };
        let Some(name) = relative.to_str().filter(|name| !name.contains('\\')) else {
            return Err(Error::new(format_args!(
                "name {} in a profile: its name is not UTF-8 or has a backslash; rename it",
                escaped_path(&text.path)
            )));
        };
        let ending = relative.extension().and_then(|ending| ending.to_str());
        patterns.insert(match (found.left_out || found.texts.len() <= NAMED_AT_MOST, ending) {
            (true, _) => globset::escape(name),
            (false, ending) => {
                let folder = relative.parent().and_then(Path::to_str).filter(|folder| !folder.is_empty());
                let folder = folder.map_or_else(String::new, |folder| format!("{}/", globset::escape(folder)));
                format!(
                    "{folder}*{}",
                    ending.map_or_else(String::new, |ending| format!(".{}", globset::escape(ending)))
                )
            }
        });
    }
    Ok(patterns.into_iter().collect())
}

fn real(path: &Path) -> Result<PathBuf, Error> {
    let path = if path.as_os_str().is_empty() { Path::new(".") } else { path };
    fs::canonicalize(path).map_err(|error| Error::because(format_args!("find {}", escaped_path(path)), &error))
}
