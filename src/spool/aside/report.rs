//! The report beside a file that lies aside.

use std::{
    ffi::{OsStr, OsString},
    io::Write,
    path::Path,
};

use rustix::fs::OFlags;

use super::Opened;
use crate::spool::{
    fault::{Doing, Fault},
    folder::Folder,
    name::{report_name, shown, split},
};

/// Whether the file at this path is one, by what it says.
pub(super) fn is_report(folder: &Folder, path: &Path) -> bool {
    let text =
        split(path).and_then(|(below, name)| std::io::read_to_string(folder.sub(below).ok()?.read(name).ok()?).ok());
    text.is_some_and(|text| says_verdict(&text))
}

fn says_verdict(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text).is_ok_and(|report| report.get("verdict").is_some())
}

/// What the report beside this file says.
pub(super) fn read_report(folder: &Folder, name: &OsStr) -> Option<String> {
    std::io::read_to_string(folder.read(&report_name(name)).ok()?).ok()
}

/// The rules that had a hand in the verdict, as [`Judged::rules`](crate::spool::Judged) has them.
pub(super) fn report_rules(report: &str) -> Vec<String> {
    let report: serde_json::Value = serde_json::from_str(report).unwrap_or_default();
    let findings = report["findings"].as_array().into_iter().flatten();
    let acting = findings.filter(|finding| finding["action"] != "annotate" || !finding["level"].is_null());
    let mut rules: Vec<String> = acting.filter_map(|finding| Some(finding["rule"].as_str()?.to_owned())).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

/// The rule set that the verdict was found with.
pub(super) fn report_ruleset(report: &str) -> String {
    let report: serde_json::Value = serde_json::from_str(report).unwrap_or_default();
    report["ruleset"].as_str().unwrap_or_default().to_owned()
}

/// Removes the report beside a file that has gone; the journal keeps it. What is no report stays.
pub(in crate::spool) fn remove_report(folder: &Folder, name: &OsStr) {
    let is_report = read_report(folder, name).is_some_and(|text| says_verdict(&text));
    if is_report && let Err(error) = folder.unlink(&report_name(name)) {
        tracing::warn!(file = %shown(name), "failed to remove the report of a file that was sent on: {error}");
    }
}

/// Puts a new report in the place of the old one, whole or not at all.
pub(super) fn replace_report(file: &Opened<'_>, report: &[u8]) -> Result<OsString, Fault> {
    const DOING: &str = "write the report of";
    let folder = file.folder;
    let name = report_name(file.name);
    // Another one may do the same at this moment, in this folder or to this file.
    let temporary = OsString::from(format!(".siftd-report-{}.new", file.id));
    folder
        .write(&temporary, OFlags::CREATE | OFlags::EXCL, 0o640)
        .and_then(|mut file| file.write_all(report).and_then(|()| file.sync_all()))
        .and_then(|()| folder.rename_over(&temporary, &name))
        .inspect_err(|_| {
            let _ = folder.unlink(&temporary);
        })
        .and_then(|()| folder.sync())
        .doing(DOING, file.path)?;
    Ok(name)
}
