//! Labelled documents where they lie: JSON lines, folders named for their label, files with labels beside them.

use std::{
    fs::File,
    io::{BufRead, BufReader, Lines},
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::labels::{Labels, from_row, numbered};
use crate::{
    cli::{
        memory::{Memory, Taken},
        read::{self, Content},
        walk::{Input, LABELS_SUFFIX, Walk},
    },
    report::escaped_path,
    spool::Ignore,
};

/// One labelled document.
#[derive(Debug)]
pub(super) struct Labelled {
    /// For people.
    pub(super) name: String,
    pub(super) bytes: Vec<u8>,
    pub(super) labels: Labels,
}

/// One document that was found and is not read yet.
#[derive(Debug)]
pub(super) enum Job {
    /// A line of a file of JSON lines, with its number.
    Row(PathBuf, usize, String),
    /// A file.
    File(PathBuf),
}

/// The labelled documents below paths, in path order.
#[derive(Debug)]
pub(super) struct Source<'s> {
    walk: Walk<'s>,
    rows: Option<(PathBuf, Lines<BufReader<File>>, usize)>,
}

impl<'s> Source<'s> {
    /// Starts at the given paths.
    pub(super) fn new(paths: &[PathBuf], ignore: &'s Ignore) -> Self {
        Self { walk: Walk::new(paths, ignore), rows: None }
    }

    /// The next row that is not blank.
    fn row(&mut self) -> Option<Result<Job, String>> {
        let (path, lines, number) = self.rows.as_mut()?;
        for line in lines.by_ref() {
            *number += 1;
            match line {
                Ok(line) if line.trim().is_empty() => {}
                Ok(line) => return Some(Ok(Job::Row(path.clone(), *number, line))),
                Err(error) => {
                    let failure = format!("read {}: {error}", escaped_path(path));
                    self.rows = None;
                    return Some(Err(failure));
                }
            }
        }
        self.rows = None;
        None
    }
}

impl Iterator for Source<'_> {
    /// A document, or what could not be done.
    type Item = Result<Job, String>;

    fn next(&mut self) -> Option<Self::Item> {
        loop {
            if let Some(row) = self.row() {
                return Some(row);
            }
            let path = match self.walk.next()? {
                Ok(Input::File(path)) => path,
                Ok(Input::Standard) => {
                    return Some(Err("evaluate standard input: name folders, files or JSON lines".to_owned()));
                }
                Err(failure) => return Some(Err(failure)),
            };
            if path.extension().is_some_and(|extension| extension == "jsonl") {
                match File::open(&path) {
                    Ok(file) => self.rows = Some((path, BufReader::new(file).lines(), 0)),
                    Err(error) => return Some(Err(format!("read {}: {error}", escaped_path(&path)))),
                }
            } else if !path.to_string_lossy().ends_with(LABELS_SUFFIX) {
                return Some(Ok(Job::File(path)));
            }
        }
    }
}

impl Job {
    /// Waits until there is memory for judging it.
    pub(super) fn wait_for<'m>(&self, memory: &'m Memory, bytes_at_most: u64) -> Taken<'m> {
        match self {
            Self::Row(_, _, text) => memory.wait_for(text.len() as u64),
            Self::File(path) => memory.wait_for_file(path, bytes_at_most),
        }
    }

    /// Reads the document and its labels.
    ///
    /// # Errors
    /// A fragment that fits after "failed to".
    pub(super) fn read(self, bytes_at_most: u64) -> Result<Labelled, String> {
        match self {
            Self::Row(path, number, text) => row(&path, number, &text),
            Self::File(path) => file(&path, bytes_at_most),
        }
    }
}

fn row(path: &Path, number: usize, text: &str) -> Result<Labelled, String> {
    let doing = |wrong: &str| format!("read {}, line {number}: {wrong}", escaped_path(path));
    let value: Value = serde_json::from_str(text).map_err(|error| doing(&in_a_row(&error)))?;
    let row = value.as_object().ok_or_else(|| doing("it is not a JSON object"))?;
    let (text, labels) = from_row(row).map_err(|wrong| doing(&wrong))?;
    let name = match row.get("id") {
        Some(Value::String(id)) => id.clone(),
        Some(Value::Number(id)) => id.to_string(),
        _ => format!("{}:{number}", escaped_path(path)),
    };
    Ok(Labelled { name, bytes: text.into_bytes(), labels })
}

/// A row is one line of its file, whose number is told already.
fn in_a_row(error: &serde_json::Error) -> String {
    let text = error.to_string();
    match text.split_once(" at line 1 column ") {
        Some((wrong, column)) => format!("{wrong} at column {column}"),
        None => text,
    }
}

fn file(path: &Path, bytes_at_most: u64) -> Result<Labelled, String> {
    let doing = |wrong: &dyn std::fmt::Display| format!("read {}: {wrong}", escaped_path(path));
    let labels = labels_of(path)?;
    match read::file(path, bytes_at_most).map_err(|error| doing(&error))? {
        Content::Whole(bytes) => Ok(Labelled { name: escaped_path(path).into_owned(), bytes, labels }),
        Content::TooLarge(size) => Err(doing(&format_args!("{size} bytes are more than `intake.bytes_at_most`"))),
    }
}

/// From the file beside it, or from the nearest folder that is named for a label.
fn labels_of(path: &Path) -> Result<Labels, String> {
    let mut beside = path.as_os_str().to_owned();
    beside.push(LABELS_SUFFIX);
    let beside = PathBuf::from(beside);
    let doing = |wrong: &dyn std::fmt::Display| format!("read {}: {wrong}", escaped_path(&beside));
    match std::fs::read(&beside) {
        Ok(bytes) => {
            let value: Value = serde_json::from_slice(&bytes).map_err(|error| doing(&error))?;
            let row = value.as_object().ok_or_else(|| doing(&"it is not a JSON object"))?;
            return numbered(row).map_err(|wrong| doing(&wrong));
        }
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => {}
        Err(error) => return Err(doing(&error)),
    }
    for folder in path.ancestors().skip(1) {
        match folder.file_name().and_then(|name| name.to_str()) {
            Some("clean") => return Ok(Labels::Clean),
            Some("junk") => return Ok(Labels::Junk),
            _ => {}
        }
    }
    if let Err(error) = std::fs::symlink_metadata(path) {
        return Err(format!("read {}: {error}", escaped_path(path)));
    }
    Err(format!(
        "tell what {} is: it lies in no folder `clean` or `junk`, and there is no {LABELS_SUFFIX} file for it",
        escaped_path(path)
    ))
}
