//! Every name in the inbox and the state it is in; and when a file is complete.
//!
//! A file is complete when its fingerprint was steady for the settle time and nobody has it open for writing.
//! No event says that, and no file time compared with a clock.

use std::{
    cmp::Reverse,
    collections::{BinaryHeap, HashMap},
    path::{Path, PathBuf},
    time::Duration,
};

use super::{
    clock::Moment,
    fault::{Class, Fault},
    fingerprint::Fingerprint,
    folder::Folder,
    layout::Intake,
    lease::{self, Lease},
    name::split,
    sweep::{Sweep, unwanted},
};
use rustix::fs::FileType;

/// How a name came to notice: says how long the file must be steady.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Seen {
    /// Moved into the inbox under this name: it was complete before.
    Moved,
    /// Closed after writing.
    Closed,
    /// Made or written to, and not closed as far as is known.
    Written,
    /// Its owner or its permissions changed: a reason to try again what was not permitted.
    Permitted,
    /// Found by a sweep.
    Swept,
}

/// A file of which no event says that it was closed must be steady for this many settle times.
const UNTOLD: u32 = 4;

/// Between two looks at a file that somebody keeps open.
const LOOK_MIN: Duration = Duration::from_millis(50);
const LOOK_MAX: Duration = Duration::from_secs(5);

/// Between two attempts to take a held file.
const RETRY_MIN: Duration = Duration::from_secs(1);
const RETRY_MAX: Duration = Duration::from_secs(300);

/// The state of a name in the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum State {
    /// Never claimed, for the reason given.
    Ignored,
    /// Not yet steady.
    Settling,
    /// Not steady for longer than `intake.stalled_after`.
    Stalled,
    /// Cannot be taken at present; tried again ever more rarely.
    Held,
    /// Taken: being judged and published.
    Claimed,
}

impl State {
    /// As people read it.
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Ignored => "ignored",
            Self::Settling => "settling",
            Self::Stalled => "stalled",
            Self::Held => "held",
            Self::Claimed => "claimed",
        }
    }
}

/// One name in the inbox.
#[derive(Debug, Clone)]
pub struct Entry {
    /// Its state.
    pub state: State,
    /// Why it is in that state.
    pub reason: String,
    /// Since when.
    pub since: Moment,
    seen: Seen,
    first: Moment,
    fingerprint: Option<Fingerprint>,
    steady: Moment,
    due: Moment,
    retry: Moment,
    back_off: Duration,
    reported: String,
    /// While claimed: the name is in use again.
    again: Option<Seen>,
    sweep: u64,
}

/// What a look at a file said.
#[derive(Debug)]
pub enum Look {
    /// Complete: claim it.
    Ready(PathBuf, Fingerprint),
    /// It is no longer there.
    Vanished(PathBuf),
    /// It is a folder: sweep it.
    Folder(PathBuf),
    /// It cannot be taken; to be reported (once).
    Held(PathBuf, Fault),
}

/// All names, and when to look at which again.
#[derive(Debug, Default)]
pub struct Settle {
    names: HashMap<PathBuf, Entry>,
    queue: BinaryHeap<Reverse<(Moment, PathBuf)>>,
    sweep: u64,
    settle: Duration,
    stalled_after: Duration,
}

impl Settle {
    /// With the times of `intake`.
    pub fn new(intake: &Intake) -> Self {
        Self { settle: intake.settle, stalled_after: intake.stalled_after, ..Self::default() }
    }

    /// Every name with its state.
    pub fn names(&self) -> impl Iterator<Item = (&Path, &Entry)> {
        self.names.iter().map(|(path, entry)| (path.as_path(), entry))
    }

    /// Whether a file may still become complete by waiting.
    pub fn is_waiting(&self) -> bool {
        self.names.values().any(|entry| entry.state == State::Settling)
    }

    /// Something happened to `path`; it may be a file that is complete soon.
    pub fn hint(&mut self, path: &Path, seen: Seen, now: Moment) {
        let Some(entry) = self.names.get_mut(path) else {
            self.names.insert(path.to_owned(), Entry::new(seen, now, self.sweep));
            self.queue.push(Reverse((now, path.to_owned())));
            return;
        };
        entry.sweep = self.sweep;
        match (entry.state, seen) {
            (State::Claimed, _) => {
                entry.again = Some(seen);
                return;
            }
            (State::Ignored, _) => {
                *entry = Entry { since: entry.since, ..Entry::new(seen, now, self.sweep) };
                self.queue.push(Reverse((now, path.to_owned())));
                return;
            }
            (_, Seen::Swept) => return,
            (_, Seen::Permitted) => entry.retry = now,
            // The last event knows best: after a rename nothing need settle, after writing it must again.
            _ => entry.seen = seen,
        }
        let due = match entry.fingerprint {
            Some(_) => now + needed(self.settle, entry.seen),
            None => now,
        };
        if due < entry.due {
            entry.due = due;
            self.queue.push(Reverse((due, path.to_owned())));
        }
    }

    /// `path` is left alone.
    pub fn ignore(&mut self, path: &Path, reason: String, now: Moment) {
        self.entry(path, now).to(State::Ignored, reason, now);
    }

    /// `path` is claimed now.
    pub fn claimed(&mut self, path: &Path, now: Moment) {
        self.entry(path, now).to(State::Claimed, "it is being judged and published".into(), now);
    }

    /// The claim of `path` ended: the name is forgotten, unless it is in use again.
    pub fn released(&mut self, path: &Path, now: Moment) {
        if let Some(seen) = self.names.remove(path).and_then(|entry| entry.again) {
            self.hint(path, seen, now);
        }
    }

    /// `path` could not be taken, or went back into the inbox, because of `fault`. Returns whether that is news.
    pub fn hold(&mut self, path: &Path, fault: &Fault, now: Moment) -> bool {
        let entry = self.entry(path, now);
        let news = entry.hold(fault, now);
        let due = entry.due;
        self.queue.push(Reverse((due, path.to_owned())));
        news
    }

    /// `path` changed under our hands: it is to be looked at as if it had been found just now.
    pub fn again(&mut self, path: &Path, now: Moment) {
        self.names.remove(path);
        self.hint(path, Seen::Swept, now);
    }

    fn entry(&mut self, path: &Path, now: Moment) -> &mut Entry {
        let sweep = self.sweep;
        let entry = self.names.entry(path.to_owned()).or_insert_with(|| Entry::new(Seen::Swept, now, sweep));
        entry.sweep = sweep;
        entry
    }

    /// What a sweep found.
    pub fn found(&mut self, sweep: Sweep, now: Moment) {
        for (path, reason) in sweep.ignored {
            self.ignore(&path, reason, now);
        }
        for path in sweep.files {
            self.hint(&path, Seen::Swept, now);
        }
    }

    /// Begins a full sweep; [`Settle::end_sweep`] forgets the names that were not seen in it.
    pub fn begin_sweep(&mut self) {
        self.sweep += 1;
    }

    /// Ends a full sweep that saw everything.
    pub fn end_sweep(&mut self) {
        let sweep = self.sweep;
        self.names.retain(|_, entry| entry.sweep == sweep || entry.state == State::Claimed);
    }

    /// When there is something to look at next.
    pub fn next_due(&self) -> Option<Moment> {
        self.queue.peek().map(|Reverse((due, _))| *due)
    }

    /// Looks at one file whose time has come; `None` when none has.
    pub(crate) fn look(&mut self, inbox: &Folder, now: Moment) -> Option<Option<Look>> {
        let Reverse((due, _)) = self.queue.peek()?;
        if *due > now {
            return None;
        }
        let Reverse((due, path)) = self.queue.pop()?;
        let Some(mut entry) = self.names.remove(&path) else { return Some(None) };
        // An older appointment, or a state that waits for no look.
        if entry.due != due || entry.state == State::Claimed {
            self.names.insert(path, entry);
            return Some(None);
        }
        let look = self.look_at(inbox, &path, &mut entry, now);
        match look {
            // One that came and went between two looks never was a file of ours.
            Some(Look::Vanished(_)) if entry.fingerprint.is_none() => return Some(None),
            Some(Look::Vanished(_) | Look::Folder(_)) => return Some(look),
            Some(Look::Ready(..)) => {}
            _ if entry.state == State::Ignored => {}
            _ => self.queue.push(Reverse((entry.due, path.clone()))),
        }
        self.names.insert(path, entry);
        Some(look)
    }

    fn look_at(&self, inbox: &Folder, path: &Path, entry: &mut Entry, now: Moment) -> Option<Look> {
        let found = match split(path).map(|(below, name)| Ok((inbox.sub(below)?, name))) {
            None => return Some(Look::Vanished(path.to_owned())),
            Some(Ok((folder, name))) => folder.stat(name).map(|stat| (stat, folder, name)),
            Some(Err(error)) => Err(error),
        };
        let (stat, folder, name) = match found {
            Ok(found) => found,
            Err(error) => return entry.fault(path, Fault::new("look at", path, error), now),
        };
        let kind = FileType::from_raw_mode(stat.st_mode);
        if let Some(reason) = unwanted(kind) {
            entry.to(State::Ignored, reason, now);
            return None;
        }
        if kind.is_dir() {
            return Some(Look::Folder(path.to_owned()));
        }
        let fingerprint = Fingerprint::of(&stat);
        let before = entry.fingerprint.replace(fingerprint);
        if before.is_none() {
            // It may have waited in the queue for long.
            entry.first = now;
        }
        let rewritten = before.is_some_and(|before| !before.same_content(&fingerprint));
        if entry.state == State::Held {
            if !rewritten && now < entry.retry {
                entry.due = entry.retry;
                return None;
            }
            if rewritten {
                entry.reported.clear();
                entry.back_off = Duration::ZERO;
                entry.first = now;
            }
        }
        if before != Some(fingerprint) {
            entry.steady = now;
        }
        let needed = needed(self.settle, entry.seen);
        if now.since(entry.steady) < needed {
            entry.due = entry.steady + needed;
            self.wait(entry, "it was written to or found a moment ago", now);
            return None;
        }
        match folder.read(name).map(|file| lease::take(&file)) {
            Err(error) => entry.fault(path, Fault::new("open", path, error), now),
            Ok(Lease::Writing) => {
                entry.back_off = (entry.back_off * 2).clamp(self.settle.max(LOOK_MIN).min(LOOK_MAX), LOOK_MAX);
                entry.due = now + entry.back_off;
                self.wait(entry, "somebody has it open for writing", now);
                None
            }
            Ok(_) => Some(Look::Ready(path.to_owned(), fingerprint)),
        }
    }

    /// Not complete yet: settling, or stalled when that has been so for long.
    fn wait(&self, entry: &mut Entry, reason: &str, now: Moment) {
        let state = if now.since(entry.first) >= self.stalled_after { State::Stalled } else { State::Settling };
        entry.to(state, reason.into(), now);
    }
}

/// How long a file must have been steady.
fn needed(settle: Duration, seen: Seen) -> Duration {
    match seen {
        Seen::Moved => Duration::ZERO,
        Seen::Closed => settle,
        Seen::Written | Seen::Permitted | Seen::Swept => settle * UNTOLD,
    }
}

impl Entry {
    fn new(seen: Seen, now: Moment, sweep: u64) -> Self {
        Self {
            state: State::Settling,
            reason: "it was found a moment ago".into(),
            since: now,
            seen,
            first: now,
            fingerprint: None,
            steady: now,
            due: now,
            retry: now,
            back_off: Duration::ZERO,
            reported: String::new(),
            again: None,
            sweep,
        }
    }

    fn to(&mut self, state: State, reason: String, now: Moment) {
        if self.state != state {
            self.state = state;
            self.since = now;
        }
        self.reason = reason;
    }

    /// Holds it, with a growing pause; whether that is news.
    fn hold(&mut self, fault: &Fault, now: Moment) -> bool {
        let reason = fault.to_string();
        let news = self.reported != reason;
        self.back_off = match fault.class() {
            Class::Exhausted => RETRY_MIN,
            _ => (self.back_off * 2).clamp(RETRY_MIN, RETRY_MAX),
        };
        self.retry = now + self.back_off;
        self.due = self.retry;
        self.reported.clone_from(&reason);
        self.to(State::Held, reason, now);
        news
    }

    fn fault(&mut self, path: &Path, fault: Fault, now: Moment) -> Option<Look> {
        match fault.class() {
            Class::Gone => Some(Look::Vanished(path.to_owned())),
            Class::Changed => {
                self.due = now + RETRY_MIN;
                None
            }
            _ => self.hold(&fault, now).then(|| Look::Held(path.to_owned(), fault)),
        }
    }
}
