//! What the process tells its caller by its exit code.

use std::process::ExitCode;

use super::Error;

/// Exit code: done, and nothing to complain of.
pub(super) const FINE: u8 = 0;
/// Exit code: done, and there are findings: something would be quarantined or rejected, a check or a test failed.
pub(super) const FINDINGS: u8 = 1;
/// Exit code: it could not be done, or not wholly; standard error says why.
pub(super) const FAILED: u8 = 2;

/// How a verb ended that could do its work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Exit {
    /// Nothing to complain of.
    Fine,
    /// There are findings.
    Findings,
}

impl Exit {
    /// [`Exit::Findings`] if there are any.
    pub fn with_findings(any: bool) -> Self {
        if any { Self::Findings } else { Self::Fine }
    }
}

/// Tells an error on standard error, and gives the code.
pub(super) fn code(result: Result<Exit, Error>) -> ExitCode {
    ExitCode::from(match result {
        Ok(Exit::Fine) => FINE,
        Ok(Exit::Findings) => FINDINGS,
        // Whoever read our output has seen enough of it.
        Err(error) if error.is_broken_pipe() => FINE,
        Err(error) => {
            error.tell();
            FAILED
        }
    })
}
