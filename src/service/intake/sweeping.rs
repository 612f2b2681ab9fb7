//! Looking at the whole inbox: the truth that events only hurry.

use std::{path::Path, time::Duration};

use tracing::{debug, error, warn};

use super::{Intake, ROUND};
use crate::spool::{Fault, HELD_MAX, Inbox, Settle, clock::Moment};

/// Claims that had to be left are tried again this much later.
const LEFT_AGAIN: Duration = Duration::from_secs(10);

impl Intake {
    /// Looks at everything: opens the inbox again if it is not in its place, sets watches, lists all names, takes
    /// over what was left in claims.
    pub(super) fn sweep_all(&mut self, now: Moment) {
        if self.inbox.as_ref().is_some_and(|inbox| !inbox.is_in_place()) {
            warn!("the inbox was moved, unmounted, or mounted over; looking for it at its place");
            self.inbox = None;
        }
        if self.inbox.is_none() {
            match Inbox::open(&self.shared.layout.inbox, self.shared.ignore.clone()) {
                Ok(inbox) => {
                    self.settle = Settle::new(&self.shared.intake);
                    self.next = None;
                    self.watcher.open(&inbox);
                    self.inbox = Some(inbox);
                    self.paused = None;
                }
                Err(fault) => return self.away(&fault, now),
            }
        }
        if self.watcher.is_lost() {
            debug!("events were lost; watching anew");
            if let Some(inbox) = &self.inbox {
                self.watcher.open(inbox);
            }
        }
        self.take_up_left();
        self.sweep_names(now);
        if self.inbox.is_none() {
            return;
        }
        self.sweep_due = self.watcher.next_sweep(now);
        if self.unfinished.is_some() {
            self.sweep_due = self.sweep_due.min(now + LEFT_AGAIN);
        }
        self.changed = true;
    }

    fn sweep_names(&mut self, now: Moment) {
        let Some(inbox) = &self.inbox else { return };
        self.settle.begin_sweep();
        let sweep = match inbox.sweep(Path::new(""), &mut self.settle, now) {
            Ok(sweep) => sweep,
            Err(fault) => {
                self.inbox = None;
                return self.away(&fault, now);
            }
        };
        self.watcher.set(&sweep);
        if sweep.partial.is_none() {
            self.settle.end_sweep();
        }
        self.watcher.swept(now);
        let apart: usize = self.settle.apart().iter().map(|(_, count)| count).sum();
        if apart > 0 && !self.crowded {
            warn!(
                "{apart} files are held or stalled beyond the {HELD_MAX} that are named; they are counted and tried again in turns"
            );
        }
        self.crowded = apart > 0;
    }

    /// A folder came: what is in it may have come before it was watched.
    pub(super) fn sweep_below(&mut self, folder: &Path, now: Moment) {
        let Some(inbox) = &self.inbox else { return };
        self.watcher.forget(folder);
        if inbox.ignores(folder).is_some() {
            return;
        }
        // One that is gone again is no concern.
        if let Ok(sweep) = inbox.sweep(folder, &mut self.settle, now) {
            self.watcher.add(&sweep);
        }
        // Something may have come between the listing and the watch.
        self.sweep_soon(now);
    }

    fn away(&mut self, fault: &Fault, now: Moment) {
        let reason = format!("the inbox cannot be used: {fault}");
        if self.paused.as_ref().is_none_or(|(_, before)| *before != reason) {
            error!("{reason}; it is taken up again when it can");
        }
        self.paused = Some((now + ROUND, reason));
        self.sweep_due = now + ROUND;
        self.changed = true;
    }
}
