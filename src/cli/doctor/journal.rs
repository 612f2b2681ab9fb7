//! The journal and the claims: whether what was done can be told, and whether anything was left half done.

use std::io;

use super::Findings;
use crate::{
    cli::Context,
    report::human::count_of,
    spool::{
        journal::{JournalError, Reader},
        probe, shown,
    },
};

/// Looks at them. `running`: a daemon will see to what was left.
pub(super) fn look(context: &Context, running: bool, findings: &mut Findings) {
    let layout = &context.config().layout;
    match Reader::open(&layout.state).and_then(|reader| reader.map(|reader| reader.faults()).transpose()) {
        Ok(None) => findings.ok("journal", "nothing was judged yet"),
        Ok(Some(faults)) if faults.is_empty() => findings.ok("journal", "the database is sound"),
        Ok(Some(faults)) => findings.problem(
            "journal",
            faults.join("; "),
            "keep a copy and restart siftd: it sets a broken journal aside and begins a new one; no file is lost by that",
        ),
        Err(error @ JournalError::Unreadable { .. }) => {
            findings.warning("journal", error, "ask again as the user that siftd runs as, or as root");
        }
        Err(error @ JournalError::Later { .. }) => findings.problem(
            "journal",
            format_args!("{}: {error}", shown(&layout.state)),
            "use the later siftd; a start of this one keeps the journal under another name, and begins a new one",
        ),
        Err(error) => findings.problem(
            "journal",
            format_args!("{}: {error}", shown(&layout.state)),
            "ask again as the user that siftd runs as, or as root; a broken one is set aside at the next start",
        ),
    }
    match probe::claimed(&layout.inbox) {
        // That it is not there was said of the folders.
        Err(error) if error.kind() == io::ErrorKind::NotFound => findings.ok("claims", "there is no inbox yet"),
        Err(error) => findings.warning(
            "claims",
            format_args!("cannot be looked at: {error}"),
            "ask again as the user that siftd runs as, or as root",
        ),
        Ok(claimed) => {
            let dead: usize = claimed.iter().filter(|claimed| !claimed.alive).map(|claimed| claimed.claims).sum();
            match dead {
                0 => findings.ok("claims", "none was left behind"),
                dead if running => findings.warning(
                    "claims",
                    format_args!("{} of a daemon that is dead", count_of(dead, "claim")),
                    "the daemon that runs takes them over within a minute; ask again, and see `siftd status`",
                ),
                dead => findings.warning(
                    "claims",
                    format_args!("{} of a daemon that is dead", count_of(dead, "claim")),
                    "`siftd run` or `siftd once` finishes them",
                ),
            }
        }
    }
}
