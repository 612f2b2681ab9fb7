//! What lies in the inbox and will never be taken.

use super::Findings;
use crate::{
    cli::{Context, passed},
    spool::{Ignore, list},
};

/// Looks at it. That it cannot be listed is told of the folders.
pub(super) fn look(context: &Context, findings: &mut Findings) {
    let Ok(ignore) = Ignore::new(&context.config().intake.ignore) else { return };
    let Ok(sweep) = list(&context.config().layout.inbox, &ignore) else { return };
    match passed::over(&sweep.ignored, &ignore) {
        Some(text) => findings.warning("inbox", text, passed::ADVICE),
        None => findings.ok("inbox", "nothing that looks like a document is passed over"),
    }
}
