//! Publishing a group of files: each step is done for all of them, and then they wait for the disk once.
//!
//! Only what is plain goes this way: a rename to a name that is free. Whatever else comes up (a name that is taken, another
//! file system, a call that fails) is left to [`publish`], which takes one file through all cases and finds what was done
//! here.

use std::{
    collections::{HashMap, HashSet},
    ffi::OsString,
    fs::File,
    io::{self, ErrorKind},
    path::Path,
    sync::Arc,
    thread,
};

use rustix::io::Errno;

use super::{
    fault::Fault,
    folder::Folder,
    judge::{Judged, Ruling},
    layout::{Destinations, Place},
    name::{report_name, split},
    place::{Moving, Source, write_copy},
    publish::{Published, keep_original, open, publish},
    sync::{Unsynced, doubt, is_doubted, sync_all},
    undo::{take_back_report, try_take_back_copy},
};

/// Threads for what does not go together.
const THREADS_MAX: usize = 16;

/// A file of a group.
#[derive(Debug)]
pub(crate) struct Ready<'r> {
    pub(crate) source: Source<'r>,
    pub(crate) judged: &'r Judged,
}

/// What is to be done with a file of which nothing special is known.
struct Plan {
    /// The stripped copy or the report: written, and without a name yet.
    copy: Option<Copy>,
    /// Where the file goes.
    to: Arc<Folder>,
    name: OsString,
    published: Published,
}

struct Copy {
    file: Arc<File>,
    to: Arc<Folder>,
    name: OsString,
}

/// How far a file has come; with neither a plan nor an end it is left to [`publish`].
struct Work<'r> {
    ready: &'r Ready<'r>,
    plan: Option<Plan>,
    end: Option<Result<Published, Fault>>,
}

/// Publishes all of them; for each what [`publish`] would say.
pub(crate) fn publish_together(destinations: &Destinations, group: &[Ready<'_>]) -> Vec<Result<Published, Fault>> {
    let mut folders = Folders { destinations, open: HashMap::new() };
    let alone = group.len() == 1;
    let mut works: Vec<Work<'_>> = group
        .iter()
        .map(|ready| Work { ready, plan: if alone { None } else { plan(ready, &mut folders) }, end: None })
        .collect();
    sync_files(&mut works);
    name_copies(destinations, &mut works);
    move_files(destinations, &mut works);
    one_by_one(destinations, works)
}

/// The destination folders of a group, each opened once.
struct Folders<'d> {
    destinations: &'d Destinations,
    open: HashMap<(Place, OsString), Option<Arc<Folder>>>,
}

impl Folders<'_> {
    fn open(&mut self, place: Place, below: &Path) -> Option<Arc<Folder>> {
        let opened = self.open.entry((place, below.into()));
        opened.or_insert_with(|| open(self.destinations, place, below).ok().map(Arc::new)).clone()
    }
}

/// What to do, with the copy written; `None` when the file is not plain.
fn plan(ready: &Ready<'_>, folders: &mut Folders<'_>) -> Option<Plan> {
    let Ready { source, judged, .. } = ready;
    let reading = source.reading;
    if source.moving != Moving::Rename || reading.fingerprint.is_linked_elsewhere() || is_doubted(reading) {
        return None;
    }
    let (below, name) = split(source.path)?;
    let mut open = |place| folders.open(place, below);
    let here = Some(below.join(name));
    let (to, copy, published) = match &judged.ruling {
        Ruling::Pass => (open(Place::Curated)?, None, Published { curated: here, ..Published::default() }),
        Ruling::Strip(bytes) => {
            let copy = (open(Place::Curated)?, name.to_owned(), bytes);
            let published = Published { curated: here.clone(), original: here, ..Published::default() };
            (open(Place::Originals)?, Some(copy), published)
        }
        ruling @ (Ruling::Quarantine | Ruling::Reject) => {
            let place = if *ruling == Ruling::Reject { Place::Rejected } else { Place::Quarantine };
            let (to, beside) = (open(place)?, report_name(name));
            let report = Some(below.join(&beside));
            let published = Published { aside: here, report, ..Published::default() };
            (Arc::clone(&to), Some((to, beside, &judged.report)), published)
        }
    };
    let copy = match copy {
        None => None,
        Some((beside, copy_name, bytes)) => {
            // A copy is not named for a file whose own name is taken.
            if !matches!(to.stat(name), Err(error) if error.kind() == ErrorKind::NotFound) {
                return None;
            }
            let file = beside.unnamed(0o600).ok()?;
            write_copy(&file, bytes, source).ok()?;
            Some(Copy { file: Arc::new(file), to: beside, name: copy_name })
        }
    };
    Some(Plan { copy, to, name: name.to_owned(), published })
}

/// The bytes of all files and copies become durable.
fn sync_files(works: &mut [Work<'_>]) {
    let mut unsynced = Vec::new();
    for Work { ready, plan, .. } in works.iter() {
        let Some(plan) = plan else { continue };
        unsynced.push(Unsynced::Bytes(Arc::clone(&ready.source.reading.file)));
        if let Some(copy) = &plan.copy {
            unsynced.push(Unsynced::File(Arc::clone(&copy.file)));
        }
    }
    let mut synced = sync_all(unsynced).into_iter().map(|synced| synced.is_ok());
    for work in works {
        let Some(plan) = &work.plan else { continue };
        let file = synced.next() == Some(true);
        let copy = plan.copy.is_none() || synced.next() == Some(true);
        if !file {
            doubt(work.ready.source.reading);
        }
        if !(file && copy) {
            work.plan = None;
        }
    }
}

/// Copies get their names, before anything moves.
fn name_copies(destinations: &Destinations, works: &mut [Work<'_>]) {
    for work in works.iter_mut() {
        let Some(plan) = &work.plan else { continue };
        let source = &work.ready.source;
        if let Err(fault) = source.reading.check_unchanged(source.path) {
            (work.plan, work.end) = (None, Some(Err(fault)));
        } else if plan.copy.as_ref().is_some_and(|copy| copy.to.link_unnamed(&copy.file, &copy.name).is_err()) {
            work.plan = None;
        }
    }
    let undo = |ready: &Ready<'_>, plan: &Plan| take_back(destinations, ready, plan);
    sync_folders(works, |plan| plan.copy.as_ref().map(|copy| &copy.to), undo);
}

fn move_files(destinations: &Destinations, works: &mut [Work<'_>]) {
    for work in works.iter_mut() {
        let Some(plan) = &work.plan else { continue };
        let source = &work.ready.source;
        let Err(error) = source.folder.rename(source.name, &plan.to, &plan.name) else { continue };
        match &plan.copy {
            // The copy has its name: only the original still looks for one.
            Some(_) if let Ruling::Strip(_) = &work.ready.judged.ruling => {
                let copied = plan.published.curated.clone().unwrap_or_default();
                let original = keep_original(source, &plan.to, &copied).inspect_err(|fault| {
                    if !fault.is_late() {
                        take_back(destinations, work.ready, plan);
                    }
                });
                work.end = Some(original.map(|original| Published {
                    curated: Some(copied),
                    original: Some(original),
                    ..Published::default()
                }));
            }
            // The report would be that of another file.
            Some(_) if error == Errno::EXIST => take_back(destinations, work.ready, plan),
            _ => {}
        }
        work.plan = None;
    }
    sync_folders(works, |plan| Some(&plan.to), |_, _| ());
    for work in works {
        if let Some(plan) = work.plan.take() {
            work.end = Some(Ok(plan.published));
        }
    }
}

/// Removes the stripped copy or the report of a file that stays.
fn take_back(destinations: &Destinations, ready: &Ready<'_>, plan: &Plan) {
    match (&ready.judged.ruling, &plan.copy, &plan.published.curated) {
        (Ruling::Strip(bytes), _, Some(copied)) => try_take_back_copy(destinations, copied, bytes, ready.source.id),
        (_, Some(Copy { to, name, .. }), _) => {
            let beside = (&**to, plan.name.as_os_str(), ready.source.reading.size());
            take_back_report(beside, name, &ready.judged.report);
        }
        _ => {}
    }
}

/// What happened in these folders becomes durable; where that fails, the files concerned have failed, and what can be is undone.
fn sync_folders(
    works: &mut [Work<'_>],
    folder: impl Fn(&Plan) -> Option<&Arc<Folder>>,
    undo: impl Fn(&Ready<'_>, &Plan),
) {
    let mut seen = HashSet::new();
    let concerned = works.iter().filter_map(|work| folder(work.plan.as_ref()?));
    let folders: Vec<Arc<Folder>> = concerned.filter(|folder| seen.insert(Arc::as_ptr(folder))).cloned().collect();
    let synced = sync_all(folders.iter().cloned().map(Unsynced::Folder).collect());
    for (failed, error) in folders.iter().zip(synced).filter_map(|(folder, done)| Some((folder, done.err()?))) {
        for work in works.iter_mut() {
            if work.plan.as_ref().and_then(&folder).is_some_and(|folder| Arc::ptr_eq(folder, failed)) {
                let fault = Fault::new("sync the folder of", work.ready.source.path, io::Error::from(error));
                work.plan.take().iter().for_each(|plan| undo(work.ready, plan));
                work.end = Some(Err(fault));
            }
        }
    }
}

/// What did not go together is published file by file, some at a time.
fn one_by_one(destinations: &Destinations, works: Vec<Work<'_>>) -> Vec<Result<Published, Fault>> {
    let mut ends = Vec::new();
    let mut rest = Vec::new();
    for (index, Work { ready, end, .. }) in works.into_iter().enumerate() {
        if end.is_none() {
            rest.push((index, ready));
        }
        ends.push(end);
    }
    let work = |&(index, Ready { source, judged, .. }): &(usize, &Ready<'_>)| {
        (index, publish(destinations, source, source.path, judged))
    };
    let done: Vec<(usize, Result<Published, Fault>)> = if rest.len() < 2 {
        rest.iter().map(work).collect()
    } else {
        let shares: Vec<_> = rest.chunks(rest.len().div_ceil(THREADS_MAX)).collect();
        thread::scope(|scope| {
            let threads: Vec<_> = shares
                .into_iter()
                .map(|share| {
                    let all = move || share.iter().map(work).collect::<Vec<_>>();
                    (thread::Builder::new().spawn_scoped(scope, all), share)
                })
                .collect();
            let done = threads.into_iter().flat_map(|(thread, share)| match thread.map(|thread| thread.join()) {
                Ok(Ok(done)) => done,
                // No thread is to be had, or it died: then here.
                _ => share.iter().map(work).collect(),
            });
            done.collect()
        })
    };
    for (index, result) in done {
        ends[index] = Some(result);
    }
    ends.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests;
