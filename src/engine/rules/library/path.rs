//! Paths inside of a library: relative, with `/`, never out of its folder.

/// `path` as named by the file `from`.
///
/// # Errors
/// It is absolute, or leaves the library.
pub(super) fn join(from: &str, path: &str) -> Result<String, String> {
    if path.starts_with('/') || path.contains('\\') || path.contains('\0') {
        return Err("it must be relative, with / between its parts".to_owned());
    }
    let mut parts: Vec<&str> = from.split('/').collect();
    parts.pop();
    for part in path.split('/') {
        match part {
            "" | "." => {}
            ".." if parts.pop().is_none() => return Err("it leads out of the rules folder".to_owned()),
            ".." => {}
            part => parts.push(part),
        }
    }
    Ok(parts.join("/"))
}

/// The names among `names` that match `pattern` as named by the file `from`, in order. `*` stays inside of one folder.
///
/// # Errors
/// The pattern is not valid, or leaves the library.
pub(super) fn matching<'n>(
    names: impl Iterator<Item = &'n str>,
    from: &str,
    pattern: &str,
) -> Result<Vec<&'n str>, String> {
    let pattern = join(from, pattern)?;
    let glob = globset::GlobBuilder::new(&pattern)
        .literal_separator(true)
        .build()
        .map_err(|error| format!("the pattern is not valid: {}", error.kind()))?
        .compile_matcher();
    let mut found: Vec<&str> = names.filter(|name| glob.is_match(name)).collect();
    found.sort_unstable();
    Ok(found)
}
