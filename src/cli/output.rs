//! Standard output and what is known about the terminal behind it.

use std::{
    io::{self, IsTerminal, Write},
    path::Path,
};

use serde_json::Value;

use super::{Error, Exit, arguments::Color};
use crate::report::path_fields;

/// Columns of a page when there is no terminal.
const COLUMNS: usize = 120;

/// Whether to colour what is written to `stream`.
pub(super) fn colored(color: Color, stream: &impl anstream::stream::RawStream) -> bool {
    match color {
        Color::Always => true,
        Color::Never => false,
        Color::Auto => anstream::AutoStream::choice(stream) != anstream::ColorChoice::Never,
    }
}

/// Columns of the terminal that standard output is, or of a page.
pub(super) fn columns() -> usize {
    if !io::stdout().is_terminal() {
        return COLUMNS;
    }
    match rustix::termios::tcgetwinsize(io::stdout()) {
        Ok(size) if size.ws_col > 0 => usize::from(size.ws_col),
        _ => COLUMNS,
    }
}

/// Sets a path in a JSON object: what of it is UTF-8 under `key` and, where that is not the whole truth, its bytes in hexadecimal
/// under `key_bytes`.
pub(super) fn set_path(object: &mut Value, key: &str, path: Option<&Path>) {
    let (text, bytes) = path.map(path_fields).unzip();
    object[key] = text.into();
    if let Some(bytes) = bytes.flatten() {
        object[format!("{key}_bytes")] = bytes.into();
    }
}

/// Standard output of a verb that changes something. What cannot be told keeps nothing from being done; it is
/// remembered, and the verb ends with it.
#[derive(Debug, Default)]
pub(super) struct Telling(Option<Error>);

impl Telling {
    /// Writes `text`, unless that has failed before.
    pub(super) fn print(&mut self, text: &str) {
        if self.0.is_none() {
            self.0 = print(text).err();
        }
    }

    /// How a verb ends that came to `exit`: a reader who has seen enough changes nothing of that.
    ///
    /// # Errors
    /// When something could not be written.
    pub(super) fn end(self, exit: Exit) -> Result<Exit, Error> {
        match self.0 {
            Some(error) if !error.is_broken_pipe() => Err(error),
            _ => Ok(exit),
        }
    }
}

/// Writes all of `text` to standard output.
pub(super) fn print(text: &str) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| Error::output(&error))
}
