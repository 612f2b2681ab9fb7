//! The daemon: whether it runs, what it complains of, how it keeps to itself.

use std::fs;

use super::Findings;
use crate::{cli::Context, report::human::count_of, service::Status};

/// Names that are held, and that are stalled, of which the reason is told.
const NAMED_MAX: usize = 3;

/// What the daemon says of itself; `None` when none runs, or that cannot be told.
pub(super) fn status(context: &Context) -> Option<Status> {
    Status::read(&context.config().layout.state).ok().flatten()
}

/// Looks at it.
pub(super) fn look(context: &Context, status: Option<&Status>, findings: &mut Findings) {
    let Some(status) = status else {
        if let Err(fault) = Status::read(&context.config().layout.state) {
            let text = format!("failed to {fault}");
            return findings.warning("daemon", text, "ask again as the user that siftd runs as, or as root");
        }
        return findings.warning(
            "daemon",
            "none runs on this spool",
            "`siftd run`, `systemctl start siftd`, or `siftd once` now and then",
        );
    };
    let complaints = [&status.paused, &status.unfinished, &status.watch.unlisted, &status.journal_trouble];
    for complaint in complaints.into_iter().flatten() {
        findings.problem("daemon", complaint, "it goes on by itself when that is mended; `siftd status` tells");
    }
    if let Some(trouble) = &status.watch.trouble {
        findings.warning("daemon", trouble, "it sweeps often instead; see `watches` above");
    }
    if let Some(outdated) = status.outdated() {
        findings.warning("daemon", outdated, "`systemctl restart siftd`, or stop `siftd run` and start it again");
    }
    for state in ["held", "stalled"] {
        let count = status.states.get(state).copied().unwrap_or_default();
        if count > 0 {
            let text = format!("{} {state} in the inbox{}", count_of(count, "file"), some(status, state));
            findings.warning("daemon", text, "mend what is said of each; `siftd status` names them all");
        }
    }
    if fs::read_link(format!("/proc/{}/exe", status.pid))
        .is_ok_and(|exe| exe.as_os_str().as_encoded_bytes().ends_with(b" (deleted)"))
    {
        findings.warning("daemon", "it runs a program file that was replaced since", "restart it");
    }
    if findings.is_well("daemon") {
        let text =
            format!("process {}, since {}, {} in hand", status.pid, status.started, count_of(status.in_hand, "file"));
        findings.ok("daemon", text);
    }
    match status.confined.contains("failed") {
        true => findings.warning("confinement", &status.confined, "see its log; only the system's permissions hold"),
        false => findings.ok("confinement", &status.confined),
    }
}

/// A line for each of the first names in this state, with the reason.
fn some(status: &Status, state: &str) -> String {
    let names = status.names.iter().filter(|name| name.state == state).take(NAMED_MAX);
    names.map(|name| format!("\n{}: {}", name.path, name.reason)).collect()
}
