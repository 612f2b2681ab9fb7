//! The report beside a file that lies aside.

use std::{
    ffi::{OsStr, OsString},
    io::{self, Write},
    path::Path,
};

use rustix::fs::OFlags;

use super::Opened;
use crate::spool::{
    bench::is_gone,
    fault::{Doing, Fault},
    folder::Folder,
    name::{is_candidate, report_name, report_temporary, shown, split},
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

/// Whether what has the name of this file's report is one, and says that it is of a file of this path (whatever its size: a person may
/// have corrected the file since). A document that was dropped under such a name has a report of its own.
fn is_of(folder: &Folder, path: &Path) -> bool {
    let Some((below, name)) = split(path) else { return false };
    if folder.stat(&report_name(&report_name(name))).is_ok() {
        return false;
    }
    let Some(text) = read_report(folder, name).filter(|text| says_verdict(text)) else { return false };
    let report: serde_json::Value = serde_json::from_str(&text).unwrap_or_default();
    let is_path = |said: &str| {
        let said = Path::new(said);
        // It was judged under its own name, and may have got a longer one since.
        let is_name = |own: &OsStr| name.to_string_lossy() == own.to_string_lossy() || is_candidate(name, own);
        said.parent().is_some_and(|parent| parent.to_string_lossy() == below.to_string_lossy())
            && said.file_name().is_some_and(is_name)
    };
    report["path"].as_str().is_some_and(is_path)
}

/// Removes the report beside the file at `path` that has gone from this folder; the journal keeps it. What is no report of it stays, and so
/// does that of another file that has its name by now.
pub(in crate::spool) fn remove_report(folder: &Folder, path: &Path) {
    let Some(name) = path.file_name() else { return };
    let is_gone = folder.stat(name).is_err_and(|error| is_gone(&error));
    if is_gone
        && is_of(folder, path)
        && let Err(error) = folder.unlink(&report_name(name))
    {
        tracing::warn!(file = %shown(name), "failed to remove the report of a file that was sent on: {error}");
    }
}

/// Puts a new report in the place of the old one, whole or not at all. `None` where something else has its name: that stays, and the
/// journal alone has the report.
pub(super) fn replace_report(file: &Opened<'_>, report: &[u8]) -> Result<Option<OsString>, Fault> {
    const DOING: &str = "write the report of";
    let folder = file.folder;
    let name = report_name(file.name);
    // Another one may do the same at this moment, in this folder or to this file.
    let temporary = report_temporary(file.id);
    let written = folder
        .write(&temporary, OFlags::CREATE | OFlags::EXCL, 0o640)
        .and_then(|mut file| file.write_all(report).and_then(|()| file.sync_all()))
        .and_then(|()| match is_of(folder, file.path) {
            true => folder.rename_over(&temporary, &name),
            false => Ok(folder.give(&temporary, folder, &name)?),
        })
        .inspect_err(|_| {
            let _ = folder.unlink(&temporary);
        });
    match written {
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => return Ok(None),
        written => written.and_then(|()| folder.sync()).doing(DOING, file.path)?,
    }
    Ok(Some(name))
}
