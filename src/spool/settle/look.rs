//! Whether a file is complete: what one look at it says.

use std::{
    borrow::Cow,
    cmp::Reverse,
    path::{Path, PathBuf},
    sync::Arc,
    time::Duration,
};

use rustix::fs::FileType;

use super::{Entry, HELD_MAX, IGNORED_MAX, Settle, State};
use crate::spool::{
    clock::Moment,
    denied::{Wanted, explained},
    fault::Fault,
    fingerprint::Fingerprint,
    folder::Folder,
    lease::{self, Lease},
    name::split,
    sweep::unwanted,
};

/// Between two looks at a file that somebody keeps open.
const LOOK_MIN: Duration = Duration::from_millis(50);
const LOOK_MAX: Duration = Duration::from_secs(5);

/// What a look at a file said.
#[derive(Debug)]
pub enum Look {
    /// Complete: claim it.
    Ready(PathBuf, Fingerprint),
    /// It is no longer there.
    Vanished,
    /// It is a folder: sweep it.
    Folder(PathBuf),
    /// It cannot be taken; to be reported (once).
    Held(PathBuf, Fault),
}

impl Settle {
    /// Looks at one file whose time has come; `None` when none has.
    pub(crate) fn look(&mut self, inbox: &Folder, now: Moment) -> Option<Option<Look>> {
        let Reverse((due, _)) = self.queue.peek()?;
        if *due > now {
            return None;
        }
        let Reverse((due, path)) = self.queue.pop()?;
        let Some((path, mut entry)) = self.take(&path) else { return Some(None) };
        // An older appointment, or a state that waits for no look.
        if entry.due != due || entry.state == State::Claimed {
            self.put(path, entry);
            return Some(None);
        }
        let look = self.look_at(inbox, &path, &mut entry, now);
        match look {
            // One that came and went between two looks never was a file of ours.
            Some(Look::Vanished) if entry.fingerprint.is_none() => return Some(None),
            Some(Look::Vanished | Look::Folder(_)) => return Some(look),
            Some(Look::Ready(..)) => {}
            // The next sweep finds it, and so does an event.
            _ if entry.state == State::Ignored && self.ignored >= IGNORED_MAX => {
                self.ignored_beyond += 1;
                return Some(look);
            }
            _ if entry.state == State::Ignored => {}
            _ if entry.is_held() && self.held >= HELD_MAX => {
                self.apart.add(&path, entry.state, now);
                return Some(None);
            }
            _ => self.queue.push(Reverse((entry.due, Arc::clone(&path)))),
        }
        self.put(path, entry);
        Some(look)
    }

    fn look_at(&self, inbox: &Folder, path: &Path, entry: &mut Entry, now: Moment) -> Option<Look> {
        let found = match split(path).map(|(below, name)| Ok((inbox.below(below)?, name))) {
            None => return Some(Look::Vanished),
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
            let retry = entry.held.as_ref().map_or(now, |held| held.retry);
            if !rewritten && now < retry {
                entry.due = retry;
                return None;
            }
            if rewritten {
                entry.held = None;
                entry.back_off = Duration::ZERO;
                entry.first = now;
            }
        }
        if before != Some(fingerprint) {
            entry.steady = now;
        }
        let needed = entry.seen.steady_for(self.settle);
        if now.since(entry.steady) < needed {
            entry.due = entry.steady + needed;
            let written = before.is_some_and(|before| before != fingerprint);
            self.wait(entry, "it was written to or found a moment ago", written, now);
            return None;
        }
        match folder.read(name).map(|file| lease::take(&file)) {
            Err(error) => {
                let error = explained(error, Wanted::Read, &folder, Some(name));
                entry.fault(path, Fault::new("open", path, error), now)
            }
            Ok(Lease::Writing) => {
                entry.back_off = (entry.back_off * 2).clamp(self.settle.max(LOOK_MIN).min(LOOK_MAX), LOOK_MAX);
                entry.due = now + entry.back_off;
                self.wait(entry, "somebody has it open for writing", true, now);
                None
            }
            Ok(_) => Some(Look::Ready(path.to_owned(), fingerprint)),
        }
    }

    /// Not complete yet: settling, or stalled when that has been so for long, before it was tried again too where it is seen to
    /// be `written` to still.
    fn wait(&self, entry: &mut Entry, reason: &'static str, written: bool, now: Moment) {
        let long = now.since(entry.first) >= self.stalled_after || (entry.stalled && written);
        let state = if long { State::Stalled } else { State::Settling };
        entry.to(state, Cow::Borrowed(reason), now);
    }
}
