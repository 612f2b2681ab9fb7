//! From the paths that were typed to the files to judge, in path order, one folder in memory at a time.

use std::{
    ffi::{OsStr, OsString},
    fs,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    vec,
};

use crate::{
    report::escaped_path,
    spool::{Ignore, REPORT_SUFFIX},
};

/// What the labels of a file are called, after its own name.
pub(super) const LABELS_SUFFIX: &str = ".labels.json";

/// One thing to judge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Input {
    /// Standard input.
    Standard,
    /// A file.
    File(PathBuf),
}

/// The files below paths, in path order. What the user named is taken whatever it is; below a folder, links, special files,
/// ignored names, and reports and labels beside their documents are passed over.
#[derive(Debug)]
pub(super) struct Walk<'w> {
    paths: vec::IntoIter<PathBuf>,
    ignore: &'w Ignore,
    /// Folders being read, the innermost last, each with what remains of it.
    open: Vec<(PathBuf, vec::IntoIter<Entry>)>,
    passed_over: Arc<AtomicU64>,
}

#[derive(Debug)]
struct Entry {
    name: OsString,
    is_folder: bool,
}

impl<'w> Walk<'w> {
    /// Starts at the given paths.
    pub(super) fn new(paths: &[PathBuf], ignore: &'w Ignore) -> Self {
        let mut paths = paths.to_vec();
        paths.sort();
        paths.dedup();
        Self { paths: paths.into_iter(), ignore, open: Vec::new(), passed_over: Arc::default() }
    }

    /// How many names below folders were passed over so far.
    pub(super) fn passed_over(&self) -> Arc<AtomicU64> {
        Arc::clone(&self.passed_over)
    }

    /// Goes into a folder.
    fn enter(&mut self, folder: PathBuf) -> Result<(), String> {
        match self.list(&folder) {
            Ok(entries) => {
                self.open.push((folder, entries.into_iter()));
                Ok(())
            }
            Err(error) => Err(format!("read the folder {}: {error}", escaped_path(&folder))),
        }
    }

    fn list(&self, folder: &Path) -> std::io::Result<Vec<Entry>> {
        let mut entries = Vec::new();
        for entry in fs::read_dir(folder)? {
            let entry = entry?;
            let (name, kind) = (entry.file_name(), entry.file_type()?);
            if (kind.is_dir() || kind.is_file()) && self.ignore.reason(&name).is_none() {
                entries.push(Entry { name, is_folder: kind.is_dir() });
            } else {
                self.passed_over.fetch_add(1, Relaxed);
            }
        }
        entries.sort_unstable_by(|left, right| left.name.cmp(&right.name));
        let found = entries.len();
        let names: Vec<OsString> = entries.iter().map(|entry| entry.name.clone()).collect();
        entries.retain(|entry| !is_about(&entry.name, &names));
        self.passed_over.fetch_add((found - entries.len()) as u64, Relaxed);
        Ok(entries)
    }
}

/// Whether a name is that of the report on another one of `names`, which are in order, or of its labels: what stands in there is
/// nobody's text.
fn is_about(name: &OsStr, names: &[OsString]) -> bool {
    let is_there = |document: &[u8]| names.binary_search_by(|name| name.as_bytes().cmp(document)).is_ok();
    let suffixes = [REPORT_SUFFIX, LABELS_SUFFIX];
    suffixes.iter().filter_map(|suffix| name.as_bytes().strip_suffix(suffix.as_bytes())).any(is_there)
}

impl Iterator for Walk<'_> {
    /// A file, or what could not be done.
    type Item = Result<Input, String>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            let folder = if let Some((folder, entries)) = self.open.last_mut() {
                let Some(entry) = entries.next() else {
                    self.open.pop();
                    continue;
                };
                let path = folder.join(entry.name);
                if !entry.is_folder {
                    return Some(Ok(Input::File(path)));
                }
                path
            } else {
                let path = self.paths.next()?;
                if path.as_os_str() == "-" {
                    return Some(Ok(Input::Standard));
                }
                if !path.is_dir() {
                    return Some(Ok(Input::File(path)));
                }
                path
            };
            if let Err(failure) = self.enter(folder) {
                return Some(Err(failure));
            }
        }
    }
}
