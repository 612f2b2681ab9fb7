//! Files that lie aside: listing them, sending them on, judging them again.

mod opened;
mod report;

#[cfg(test)]
mod tests;

use std::{
    ffi::OsString,
    os::unix::ffi::OsStrExt,
    path::{Path, PathBuf},
};

use rustix::io::Errno;

use super::{
    bench::{Bench, Outcome, Sent, is_gone},
    clock,
    fault::{Class, Doing, Fault},
    ignore::Ignore,
    journal::{By, Confirmation, Entry, Kind, Stage},
    judge::{Judge, Judged, Ruling, Unjudged},
    layout::{Destinations, Place},
    name::{REPORT_SUFFIX, report_name, shown, split},
    place::Source,
    publish::{Published, publish, reach},
    pulse::Pulse,
    read::read,
    retention::{Held, LeftToMove, MoveFolder},
    sweep::sweep,
};
use crate::engine::judge::Verdict;

use opened::Opened;
pub(super) use report::remove_report;
use report::{is_report, read_report, replace_report, report_rules, report_ruleset};

/// A file in quarantine or among the rejected ones (or, to be confirmed, in another place).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Aside {
    /// Where.
    pub place: Place,
    /// Its path there.
    pub path: PathBuf,
}

/// What lies in a place.
#[derive(Debug, Default)]
pub struct Listing {
    /// Every file that was seen, reports left out, in order.
    pub files: Vec<PathBuf>,
    /// Why there may be others.
    pub unseen: Option<String>,
}

/// Every file in `place`.
///
/// # Errors
/// When the folder cannot be listed; where that is so of a folder in it only, what was seen is told with the reason.
pub fn aside(destinations: &Destinations, place: Place) -> Result<Listing, Fault> {
    let folder = destinations.open(place)?;
    let nothing = Ignore::new(&[]).map_err(|_| Fault::new("list", folder.path(), Errno::INVAL))?;
    let swept = sweep(&folder, Path::new(""), &nothing)?;
    let (mut files, unseen) = (swept.files, swept.unlisted.or(swept.partial));
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
    let unseen = unseen.map(|why| format!("not all of {} was seen: {why}", place.as_str()));
    Ok(Listing { files, unseen })
}

/// Makes the copy to be released from the bytes and the report; an error says why it cannot.
pub type Strip = dyn Fn(Vec<u8>, &str) -> Result<Vec<u8>, &'static str>;

impl Bench {
    /// Sends a file on to `curated/`, because a person decided so: whole, or what `strip` makes of its bytes and
    /// its report (the original goes to `originals/`).
    ///
    /// # Errors
    /// The file lies where it lay, as it does while the journal cannot be written; or it went on, and only that this outlives a
    /// power cut is not sure: then its row stays begun, and the next start completes it.
    pub fn release(&self, aside: &Aside, strip: Option<&Strip>, by: By) -> Result<Outcome, Fault> {
        self.with_file(aside, |file, bytes| {
            let report = read_report(file.folder, file.name).unwrap_or_default();
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
            let entry = file.row(Kind::Released, &judged, by);
            self.send_on(file, &judged, entry, "write down the release of")
        })
    }

    /// Judges a file that lies aside again, and moves it if the verdict is another one.
    ///
    /// # Errors
    /// As [`Bench::release`].
    pub fn retry(&self, aside: &Aside, judge: &dyn Judge, by: By) -> Result<Outcome, Fault> {
        self.with_file(aside, |file, bytes| {
            let judged = match bytes {
                Some(bytes) => self.ask(judge, &aside.path, bytes),
                None => {
                    let why = Unjudged::TooLarge { limit: self.bytes_at_most };
                    judge.unjudged(&aside.path, file.reading.size(), why)
                }
            };
            let entry = file.row(Kind::Retried, &judged, by);
            let stays = match judged.ruling.verdict() {
                Verdict::Quarantine => aside.place == Place::Quarantine,
                Verdict::Reject => aside.place == Place::Rejected,
                Verdict::Pass | Verdict::Strip => false,
            };
            match stays {
                true => self.leave(file, &judged, entry),
                false => self.send_on(file, &judged, entry, JUDGEMENT),
            }
        })
    }

    /// It lies where it belongs: only the reasons may be other ones.
    fn leave(&self, file: &Opened<'_>, judged: &Judged, mut entry: Entry) -> Result<Outcome, Fault> {
        let _locked = file.lock()?;
        self.write_or_refuse(JUDGEMENT, &entry, NOT_DONE)?;
        let report = Self::write_report(file, judged).inspect_err(|_| self.forget(file))?;
        let report = report.map(|report| file.path.with_file_name(report));
        let published = Published { aside: Some(file.path.to_owned()), report, ..Published::default() };
        let _ = self.finish(&mut entry, &published);
        Ok(Outcome { entry, published })
    }

    /// While it was judged somebody else may have sent it on, or another one got its name: then nothing is said of it.
    fn write_report(file: &Opened<'_>, judged: &Judged) -> Result<Option<OsString>, Fault> {
        file.look()?;
        let report = replace_report(file, &judged.report)?;
        // Whoever takes it away later removes this one.
        file.look().inspect_err(|_| remove_report(file.folder, file.path))?;
        Ok(report)
    }

    /// Sends a file on, once its row is written.
    fn send_on(
        &self,
        file: &mut Opened<'_>,
        judged: &Judged,
        mut entry: Entry,
        writing: &'static str,
    ) -> Result<Outcome, Fault> {
        let to = file.lock()?;
        self.write_or_refuse(writing, &entry, NOT_DONE)?;
        let (published, held) = self.hold_and_send(file, to, judged, &entry)?;
        // Once the journal says done, nobody looks for it any more.
        remove_report(file.folder, file.path);
        // What it was held in says, until the journal knows, that there is something to be told of.
        if self.finish(&mut entry, &published).is_ok() {
            held.close(file.root);
        }
        Ok(Outcome { entry, published })
    }

    /// Writes the row of what is to be done with a file (without it a crash could leave the file in two places, and nobody would
    /// know), or what a person says of it. A person waits for the answer, and can ask again.
    fn write_or_refuse(&self, doing: &'static str, entry: &Entry, text: &'static str) -> Result<(), Fault> {
        if self.journal.record(entry.clone()).is_ok() && self.journal.trouble().is_none() {
            return Ok(());
        }
        // It may wait in memory: it is not to be written when nothing was done.
        let _ = self.journal.withdraw(&entry.id);
        Err(Fault::found(Class::Broken, doing, &entry.path, text))
    }

    /// While it was read and judged, and while a huge one is copied, somebody may put another one under its name: so it is held
    /// first, out of reach, and looked at once more.
    fn hold_and_send(
        &self,
        file: &mut Opened<'_>,
        to: MoveFolder<'_>,
        judged: &Judged,
        entry: &Entry,
    ) -> Result<(Published, Held), Fault> {
        // What is held comes back only when it is known that it went nowhere: no use to hold it for a folder that is not there.
        let ready = file.look().and_then(|()| reach(&self.destinations, file.path, &judged.ruling));
        ready.inspect_err(|_| self.forget(file))?;
        let held = Held::take_to_move(to, file.folder).doing(opened::TAKE, file.path).inspect_err(|_| {
            // On other machines' file systems a rename that fails can have been done.
            let left = file.root.again().and_then(|root| LeftToMove::find(root, entry));
            if left.is_ok_and(|left| left.is_empty()) {
                self.forget(file);
            }
        })?;
        let published = match self.send_held(file, &held, judged) {
            Ok(published) => published,
            Err(fault) => {
                // A copy may have its name, and what failed came after that: put back, the file would lie in two places. It stays
                // held, and so does its row, until that can be told and mended.
                let sent = match fault.is_late() {
                    true => self.went_on(entry, &held.folder, held.name(), Pulse::UNHEARD),
                    false => Ok(Sent::No),
                };
                if let Ok(Sent::No | Sent::Another(_)) = sent {
                    held.put_back(file.root)?;
                }
                if let Ok(Sent::No) = sent {
                    self.forget(file);
                }
                return Err(fault);
            }
        };
        // The journal may say done of it, and what it was held in go, when no power cut brings it back there or to where it lay.
        let gone = held.folder.sync().and_then(|()| file.folder.sync());
        gone.doing("sync the folder that was left by", file.path)?;
        Ok((published, held))
    }

    fn send_held(&self, file: &mut Opened<'_>, held: &Held, judged: &Judged) -> Result<Published, Fault> {
        file.look_again(held)?;
        let (folder, name, pulse) = (&held.folder, held.name(), Pulse::UNHEARD);
        let (path, reading, id, moving) = (file.path, &file.reading, file.id, self.moving);
        let source = Source { folder, name, path, reading, id, moving, pulse };
        publish(&self.destinations, &source, path, judged)
    }

    /// Nothing came of it: the journal need not know. Left there, its row would be taken for that of a crash, and of another file that
    /// has the name by then.
    fn forget(&self, file: &Opened<'_>) {
        let _ = self.journal.forget(file.id);
    }

    /// Writes down that a person agrees with where a file lies. `known` gives the journal's last entry of the file with a
    /// hash, for those without a report beside them.
    ///
    /// # Errors
    /// When the file cannot be read; nothing was written down then.
    pub fn confirm(&self, file: &Aside, known: &dyn Fn(&str) -> Option<Entry>, by: By) -> Result<Entry, Fault> {
        self.with_file(file, |lying, _| {
            let hash = lying.reading.hash.map(|hash| hash.to_hex().to_string());
            let report = match file.place {
                Place::Quarantine | Place::Rejected => read_report(lying.folder, lying.name),
                Place::Curated | Place::Originals => None,
            };
            let last = hash.as_deref().and_then(known);
            let report = report.or_else(|| last.as_ref().map(|last| last.report.clone())).unwrap_or_default();
            let here = Some(file.path.clone());
            let mut entry = Entry {
                id: lying.id.to_owned(),
                kind: Kind::Confirmed,
                stage: Stage::Done,
                time: clock::now(),
                path: file.path.clone(),
                size: lying.reading.size(),
                hash,
                copy_hash: None,
                verdict: verdict_of(file.place).as_str().to_owned(),
                rules: report_rules(&report),
                ruleset: report_ruleset(&report),
                curated: None,
                original: None,
                aside: None,
                report,
                settled: lying.reading.settled.as_str().to_owned(),
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
            const DOING: &str = "write down the confirmation of";
            self.write_or_refuse(DOING, &entry, NOT_WRITTEN)?;
            // Whoever takes it away later finds the row.
            match lying.folder.stat(lying.name) {
                Err(error) if is_gone(&error) => {
                    if self.journal.forget(&entry.id).is_err() {
                        return Err(Fault::found(
                            Class::Broken,
                            "take back the confirmation of",
                            &file.path,
                            NOT_FORGOTTEN,
                        ));
                    }
                    Err(Fault::found(Class::Gone, DOING, &file.path, GOES))
                }
                _ => Ok(entry),
            }
        })
    }

    /// Whether the file is what a person confirmed: the same bytes, or, of one that was too large to be read, as many.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn is_as_confirmed(&self, file: &Aside, confirmed: &Confirmation) -> Result<bool, Fault> {
        self.with_file(file, |lying, _| {
            let hash = lying.reading.hash.map(|hash| hash.to_hex().to_string());
            Ok(match (&confirmed.hash, hash) {
                (Some(confirmed), Some(hash)) => *confirmed == hash,
                _ => confirmed.size == lying.reading.size(),
            })
        })
    }

    fn with_file<T>(
        &self,
        aside: &Aside,
        act: impl FnOnce(&mut Opened<'_>, Option<Vec<u8>>) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let path = &*aside.path;
        let (below, name) = split(path).ok_or_else(|| Fault::new("find", path, Errno::INVAL))?;
        let root = &self.destinations.open(aside.place)?;
        let folder = &root.sub(below).doing("open the folder of", path)?;
        let mut reading = read(folder, name, path, self.bytes_at_most)?;
        let bytes = reading.bytes.take();
        let moment = format!("{}\0{}", clock::Moment::now().nanos(), shown(path));
        let id = &format!("{}-{}", aside.place.as_str(), &blake3::hash(moment.as_bytes()).to_hex()[..16]);
        act(&mut Opened { root, folder, name, path, reading, id }, bytes)
    }
}

const JUDGEMENT: &str = "write down the judgement of";

/// Why that cannot be done.
const NOT_FORGOTTEN: &str = "the journal cannot be written, and the file is gone";

const GOES: &str =
    "it is gone from there since a moment ago: it is being sent on or deleted, or was; see `siftd history`";
const NOT_DONE: &str = "the journal cannot be written at present, and nothing was done; `siftd doctor` says more";
const NOT_WRITTEN: &str =
    "the journal cannot be written at present, and nothing was written down; `siftd doctor` says more";

/// The verdict that puts a file there.
fn verdict_of(place: Place) -> Verdict {
    match place {
        Place::Curated => Verdict::Pass,
        Place::Originals => Verdict::Strip,
        Place::Quarantine => Verdict::Quarantine,
        Place::Rejected => Verdict::Reject,
    }
}
