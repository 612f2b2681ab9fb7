//! A pause in which events gather. Of each file that is taken the kernel tells two things that lead to nothing, that it was opened and
//! that it left; in a burst the thread that hears of them would be woken for each, and wake the next one for each file.

use std::{cell::Cell, thread, time::Duration};

use crate::spool::clock::Moment;

/// How long: a file that comes just then waits so much longer.
const PAUSE: Duration = Duration::from_millis(1);

/// What comes so soon after the one before waited to be heard: then all that waits is heard first, so that the kernel's queue does not
/// overflow however much there is to hear.
const WAITED: Duration = Duration::from_micros(20);

/// When something was heard last, or a pause ended.
#[derive(Debug, Default)]
pub(super) struct Pause {
    heard: Cell<Moment>,
}

impl Pause {
    /// Something was heard; if it leads to nothing, and nothing else waits, what comes now is heard after a while, all at once.
    pub(super) fn hear(&self, leads_to_nothing: bool) {
        let waited = self.has_waited(Moment::now());
        if leads_to_nothing && !waited {
            thread::sleep(PAUSE);
        }
        self.heard.set(Moment::now());
    }

    fn has_waited(&self, now: Moment) -> bool {
        now.since(self.heard.get()) < WAITED
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_none_while_more_waits_to_be_heard() {
        let pause = Pause::default();
        let begun = Moment::now();
        assert!(!pause.has_waited(begun));
        pause.hear(true);
        let ended = pause.heard.get();
        assert!(ended.since(begun) >= PAUSE);
        assert!(pause.has_waited(ended) && !pause.has_waited(ended + WAITED));
    }
}
