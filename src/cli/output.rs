//! Standard output and what is known about the terminal behind it.

use std::io::{self, IsTerminal, Write};

use super::{Error, arguments::Color};

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

/// Writes all of `text` to standard output.
pub(super) fn print(text: &str) -> Result<(), Error> {
    let mut out = io::stdout().lock();
    out.write_all(text.as_bytes()).and_then(|()| out.flush()).map_err(|error| Error::output(&error))
}
