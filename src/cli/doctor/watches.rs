//! Whether the kernel will tell of new files: the file system, and the limits of inotify.

use std::fs;

use super::Findings;
use crate::{
    cli::Context,
    report::human::count_of,
    spool::{Ignore, can_watch, list, probe, shown},
};

const LIMIT: &str = "/proc/sys/fs/inotify/max_user_watches";

/// Looks at them.
pub(super) fn look(context: &Context, findings: &mut Findings) {
    let inbox = &context.config().layout.inbox;
    match probe::eventless(inbox) {
        // Told of already.
        Err(_) => return,
        Ok(Some(name)) => findings.warning(
            "file system",
            format_args!("the inbox lies on {name}, which tells nothing of what other machines do: it is polled"),
            "that is safe, files are only found later; put the inbox on a local disk if it matters",
        ),
        Ok(None) => findings.ok("file system", "the inbox's tells of new files by itself"),
    }
    // A watch like the daemon's, that shows whether there may be one more.
    if let Err(error) = can_watch(inbox) {
        findings.warning(
            "watches",
            format_args!("the inbox cannot be watched: {error}"),
            "until then siftd finds files by looking every few seconds",
        );
        return;
    }
    let folders = Ignore::new(&context.config().intake.ignore)
        .ok()
        .and_then(|ignore| list(inbox, &ignore).ok())
        .map_or(1, |sweep| sweep.folders.len());
    let limit = fs::read_to_string(LIMIT).ok().and_then(|text| text.trim().parse::<usize>().ok());
    match limit {
        Some(limit) if folders.saturating_mul(2) > limit => findings.warning(
            "watches",
            format_args!("the inbox has {} and a user may have {limit} watches", count_of(folders, "folder")),
            format_args!("sysctl fs.inotify.max_user_watches={}, and write it into /etc/sysctl.d", folders * 4),
        ),
        Some(limit) => {
            findings.ok("watches", format_args!("{} needed of {limit} that a user may have", folders));
        }
        None => findings.ok("watches", format_args!("{} can be watched", shown(inbox))),
    }
}
