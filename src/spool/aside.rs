//! Files that lie aside: listing them, sending them on, judging them again.

use std::{
    ffi::OsStr,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use rustix::io::Errno;

use super::{
    bench::{Bench, Outcome, entry},
    clock,
    fault::{Class, Doing, Fault},
    folder::Folder,
    ignore::Ignore,
    journal::{By, Entry, Kind, Stage},
    judge::{Judge, Judged, Ruling, Unjudged},
    layout::{Destinations, Place},
    name::{REPORT_SUFFIX, report_name, shown, split},
    place::Source,
    publish::{Published, publish},
    pulse::Pulse,
    read::read,
    sweep::sweep,
};
use crate::engine::judge::Verdict;

/// A file in quarantine or among the rejected ones (or, to be confirmed, in another place).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aside {
    /// Where.
    pub place: Place,
    /// Its path there.
    pub path: PathBuf,
}

/// Every file in `place`, reports left out, in order.
///
/// # Errors
/// When the folder cannot be listed.
pub fn aside(destinations: &Destinations, place: Place) -> Result<Vec<PathBuf>, Fault> {
    let folder = destinations.open(place)?;
    let nothing = Ignore::new(&[]).map_err(|_| Fault::new("list", folder.path(), Errno::INVAL))?;
    let mut files = sweep(&folder, Path::new(""), &nothing)?.files;
    files.sort_unstable();
    let reports: std::collections::HashSet<PathBuf> =
        files.iter().filter_map(|file| Some(file.with_file_name(report_name(file.file_name()?)))).collect();
    let names: std::collections::HashSet<PathBuf> = files.iter().cloned().collect();
    files.retain(|file| {
        let like_report = file.as_os_str().as_bytes().ends_with(REPORT_SUFFIX.as_bytes());
        // A crash may have left a report whose file went on. A file that only has such a name has a report of its own.
        let own = file.file_name().is_some_and(|name| names.contains(&file.with_file_name(report_name(name))));
        !(like_report && (reports.contains(file) || (!own && is_report(&folder, file))))
    });
    Ok(files)
}

fn is_report(folder: &Folder, path: &Path) -> bool {
    let text =
        split(path).and_then(|(below, name)| std::io::read_to_string(folder.sub(below).ok()?.read(name).ok()?).ok());
    text.is_some_and(|text| says_verdict(&text))
}

fn says_verdict(text: &str) -> bool {
    serde_json::from_str::<serde_json::Value>(text).is_ok_and(|report| report.get("verdict").is_some())
}

/// Makes the copy to be released from the bytes and the report; an error says why it cannot.
pub type Strip = dyn Fn(Vec<u8>, &str) -> Result<Vec<u8>, &'static str>;

impl Bench {
    /// Sends a file on to `curated/`, because a person decided so: whole, or what `strip` makes of its bytes and
    /// its report (the original goes to `originals/`).
    ///
    /// # Errors
    /// The file lies where it lay.
    pub fn release(&self, aside: &Aside, strip: Option<&Strip>, by: By) -> Result<Outcome, Fault> {
        self.with_source(aside, |folder, source, bytes, id| {
            let report = read_report(folder, source.name).unwrap_or_default();
            let ruling = match strip {
                None => Ruling::Pass,
                Some(strip) => {
                    let bytes = bytes.ok_or("it is larger than intake.bytes_at_most");
                    let stripped = bytes.and_then(|bytes| strip(bytes, &report));
                    Ruling::Strip(stripped.map_err(|text| Fault::found(Class::Broken, "strip", &aside.path, text))?)
                }
            };
            let (rules, ruleset) = (report_rules(&report), report_ruleset(&report));
            let judged = Judged { ruling, report: report.into_bytes(), rules, ruleset };
            let mut entry = entry(Kind::Released, id, &aside.path, source.reading, &judged, 0);
            (entry.who, entry.why) = (by.who, by.why);
            // Files move on without the journal.
            let _ = self.journal.record(entry.clone());
            let published =
                publish(&self.destinations, source, &aside.path, &judged).inspect_err(|_| self.unwrite(source, id))?;
            let _ = self.finish(&mut entry, &published);
            remove_report(folder, source.name);
            Ok(Outcome { entry, published })
        })
    }

    /// Judges a file that lies aside again, and moves it if the verdict is another one.
    ///
    /// # Errors
    /// The file lies where it lay.
    pub fn retry(&self, aside: &Aside, judge: &dyn Judge, by: By) -> Result<Outcome, Fault> {
        self.with_source(aside, |folder, source, bytes, id| {
            let judged = match bytes {
                Some(bytes) => self.ask(judge, &aside.path, bytes),
                None => {
                    let why = Unjudged::TooLarge { limit: self.bytes_at_most };
                    judge.unjudged(&aside.path, source.reading.size(), why)
                }
            };
            let mut entry = entry(Kind::Retried, id, &aside.path, source.reading, &judged, 0);
            (entry.who, entry.why) = (by.who, by.why);
            let _ = self.journal.record(entry.clone());
            let stays = match judged.ruling.verdict() {
                Verdict::Quarantine => aside.place == Place::Quarantine,
                Verdict::Reject => aside.place == Place::Rejected,
                Verdict::Pass | Verdict::Strip => false,
            };
            let published = if stays {
                // It lies where it belongs: only the reasons may be other ones.
                let report =
                    replace_report(folder, source, &judged.report).inspect_err(|_| self.unwrite(source, id))?;
                let report = Some(aside.path.with_file_name(report));
                Published { aside: Some(aside.path.clone()), report, ..Published::default() }
            } else {
                publish(&self.destinations, source, &aside.path, &judged).inspect_err(|_| self.unwrite(source, id))?
            };
            let _ = self.finish(&mut entry, &published);
            if !stays {
                remove_report(folder, source.name);
            }
            Ok(Outcome { entry, published })
        })
    }

    /// Nothing came of it: the journal need not know, if the file lies where it lay.
    fn unwrite(&self, source: &Source<'_>, id: &str) {
        if source.folder.stat(source.name).is_ok() {
            let _ = self.journal.forget(id);
        }
    }

    /// Writes down that a person agrees with where a file lies. `known` gives the journal's last entry of the file with a
    /// hash, for those without a report beside them.
    ///
    /// # Errors
    /// When the file cannot be read; nothing was written down then.
    pub fn confirm(&self, file: &Aside, known: &dyn Fn(&str) -> Option<Entry>, by: By) -> Result<Entry, Fault> {
        self.with_source(file, |folder, source, _, id| {
            let hash = source.reading.hash.map(|hash| hash.to_hex().to_string());
            let report = match file.place {
                Place::Quarantine | Place::Rejected => read_report(folder, source.name),
                Place::Curated | Place::Originals => None,
            };
            let last = hash.as_deref().and_then(known);
            let report = report.or_else(|| last.as_ref().map(|last| last.report.clone())).unwrap_or_default();
            let here = Some(file.path.clone());
            let mut entry = Entry {
                id: id.to_owned(),
                kind: Kind::Confirmed,
                stage: Stage::Done,
                time: clock::now(),
                path: file.path.clone(),
                size: source.reading.size(),
                hash,
                copy_hash: None,
                verdict: verdict_of(file.place).as_str().to_owned(),
                rules: report_rules(&report),
                ruleset: report_ruleset(&report),
                curated: None,
                original: None,
                aside: None,
                report,
                settled: source.reading.settled.as_str().to_owned(),
                tries: 0,
                who: by.who,
                why: by.why,
            };
            match file.place {
                Place::Curated => entry.curated = here,
                Place::Originals => (entry.curated, entry.original) = (here.clone(), here),
                Place::Quarantine | Place::Rejected => entry.aside = here,
            }
            // Files move on without the journal, but this is nothing else than a row in it.
            self.journal.record(entry.clone()).map_err(|_| {
                Fault::found(
                    Class::Broken,
                    "write down the confirmation of",
                    &file.path,
                    "the journal cannot be written at present, and nothing was written down; `siftd doctor` says more",
                )
            })?;
            Ok(entry)
        })
    }

    fn with_source<T>(
        &self,
        aside: &Aside,
        act: impl FnOnce(&Folder, &Source<'_>, Option<Vec<u8>>, &str) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let path = &aside.path;
        let (below, name) = split(path).ok_or_else(|| Fault::new("find", path, Errno::INVAL))?;
        let folder = self.destinations.open(aside.place)?.sub(below).doing("open the folder of", path)?;
        let mut reading = read(&folder, name, path, self.bytes_at_most)?;
        let bytes = reading.bytes.take();
        let moment = format!("{}\0{}", clock::Moment::now().nanos(), shown(path));
        let id = format!("{}-{}", aside.place.as_str(), &blake3::hash(moment.as_bytes()).to_hex()[..16]);
        let pulse = Pulse::UNHEARD;
        let source = Source { folder: &folder, name, path, reading: &reading, id: &id, moving: self.moving, pulse };
        act(&folder, &source, bytes, &id)
    }
}

fn read_report(folder: &Folder, name: &OsStr) -> Option<String> {
    std::io::read_to_string(folder.read(&report_name(name)).ok()?).ok()
}

/// The verdict that puts a file there.
fn verdict_of(place: Place) -> Verdict {
    match place {
        Place::Curated => Verdict::Pass,
        Place::Originals => Verdict::Strip,
        Place::Quarantine => Verdict::Quarantine,
        Place::Rejected => Verdict::Reject,
    }
}

/// The rules that had a hand in the verdict, as [`Judged::rules`](super::Judged) has them.
fn report_rules(report: &str) -> Vec<String> {
    let report: serde_json::Value = serde_json::from_str(report).unwrap_or_default();
    let findings = report["findings"].as_array().into_iter().flatten();
    let acting = findings.filter(|finding| finding["action"] != "annotate" || !finding["level"].is_null());
    let mut rules: Vec<String> = acting.filter_map(|finding| Some(finding["rule"].as_str()?.to_owned())).collect();
    rules.sort_unstable();
    rules.dedup();
    rules
}

fn report_ruleset(report: &str) -> String {
    let report: serde_json::Value = serde_json::from_str(report).unwrap_or_default();
    report["ruleset"].as_str().unwrap_or_default().to_owned()
}

/// Removes the report beside a file that has gone; the journal keeps it. What is no report stays.
pub(super) fn remove_report(folder: &Folder, name: &OsStr) {
    let is_report = read_report(folder, name).is_some_and(|text| says_verdict(&text));
    if is_report && let Err(error) = folder.unlink(&report_name(name)) {
        tracing::warn!(file = %shown(name), "failed to remove the report of a file that was sent on: {error}");
    }
}

/// Puts a new report in the place of the old one, whole or not at all.
fn replace_report(folder: &Folder, source: &Source<'_>, report: &[u8]) -> Result<std::ffi::OsString, Fault> {
    use std::io::Write;
    const DOING: &str = "write the report of";
    let name = report_name(source.name);
    // Another one may do the same at this moment, in this folder or to this file.
    let temporary = std::ffi::OsString::from(format!(".siftd-report-{}.new", source.id));
    folder
        .write(&temporary, rustix::fs::OFlags::CREATE | rustix::fs::OFlags::EXCL, 0o640)
        .and_then(|mut file| file.write_all(report).and_then(|()| file.sync_all()))
        .and_then(|()| folder.rename_over(&temporary, &name))
        .inspect_err(|_| {
            let _ = folder.unlink(&temporary);
        })
        .and_then(|()| folder.sync())
        .doing(DOING, source.path)?;
    Ok(name)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;
    use crate::spool::place::Moving;

    #[test]
    fn a_report_that_another_one_writes_at_this_moment_is_let_be() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join(name);
        fs::write(at("x.txt"), "x").unwrap();
        let folder = Folder::open(dir.path()).unwrap();
        let (name, path) = (OsStr::new("x.txt"), Path::new("x.txt"));
        let reading = read(&folder, name, path, 1 << 20).unwrap();
        let pulse = Pulse::UNHEARD;
        let source = Source { folder: &folder, name, path, reading: &reading, id: "1", moving: Moving::Rename, pulse };
        for other in [".siftd-report.new", ".siftd-report-2.new"] {
            fs::write(at(other), "half").unwrap();
        }
        replace_report(&folder, &source, b"whole").unwrap();
        assert_eq!(fs::read_to_string(at("x.txt.siftd.json")).unwrap(), "whole");
        for other in [".siftd-report.new", ".siftd-report-2.new"] {
            assert_eq!(fs::read_to_string(at(other)).unwrap(), "half");
        }
    }
}
