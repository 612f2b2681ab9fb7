//! Which warnings count, as `--allow` and `--deny` say.

use crate::{
    cli::Error,
    engine::diagnostic::{Diagnostic, Severity, codes},
};

/// Arguments.
#[derive(Debug, Default, clap::Args)]
pub(super) struct Levels {
    /// Say nothing of this warning, such as W003; may be given several times
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    allow: Vec<String>,
    /// Take this warning for an error; may be given several times
    #[arg(long, value_name = "CODE", value_delimiter = ',')]
    deny: Vec<String>,
}

impl Levels {
    /// Drops what is allowed and makes errors of what is denied.
    ///
    /// # Errors
    /// When a code is none, is not that of a warning, or is both allowed and denied.
    pub(super) fn apply(&self, diagnostics: &mut Vec<Diagnostic>) -> Result<(), Error> {
        for (flag, code) in
            self.allow.iter().map(|code| ("--allow", code)).chain(self.deny.iter().map(|code| ("--deny", code)))
        {
            let shown = code.escape_debug();
            match codes::explanation(code) {
                None => return Err(Error::new(format_args!("take `{flag} {shown}`: there is no such code"))),
                Some(page) if !page.code.starts_with('W') => {
                    let why = "it is an error, and only warnings (W…) can be switched";
                    return Err(Error::new(format_args!("take `{flag} {shown}`: {why}")));
                }
                Some(_) => {}
            }
        }
        if let Some(code) = self.allow.iter().find(|code| names(&self.deny, code)) {
            return Err(Error::new(format_args!("take `--allow {code}`: `--deny {code}` is given, too")));
        }
        diagnostics.retain(|told| !names(&self.allow, told.code));
        for told in diagnostics.iter_mut().filter(|told| names(&self.deny, told.code)) {
            told.severity = Severity::Error;
        }
        Ok(())
    }
}

fn names(codes: &[String], code: &str) -> bool {
    codes.iter().any(|named| named.eq_ignore_ascii_case(code))
}
