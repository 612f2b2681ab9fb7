//! The one writer: a thread that gathers what comes in while the last commit ran and commits it together.

use std::{
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{Receiver, RecvTimeoutError, Sender},
    },
    thread,
    time::Duration,
};

use super::{
    entry::Entry,
    handle::{Answer, Message, Unwritten},
    owed::{self, Owed},
    store::{BUSY, JournalError, Store, set_aside},
};
use crate::spool::name::shown;

/// Entries that are kept in memory while the journal cannot be written; beyond, the oldest are given up.
const PENDING_MAX: usize = 10_000;

/// Messages of a transaction: a group of files sends its entries in one.
const BATCH_MAX: usize = 512;

/// Entries that may wait before a claim is closed though its entry is not written; see [`Unwritten`].
const UNWRITTEN_MAX: usize = 1_000;

/// How long to wait for another's lock once it could not be written: files are not to wait for it, one after the other.
const BUSY_STILL: Duration = Duration::from_millis(100);

/// When nobody asks, it is tried again this much later, and then ever more rarely.
const AGAIN_MIN: Duration = Duration::from_secs(1);
const AGAIN_MAX: Duration = Duration::from_secs(60);

/// Attempts to write what is pending when siftd ends, each after a pause.
const LAST_TRIES: u32 = 3;
const LAST_PAUSE: Duration = Duration::from_millis(100);

/// What is thought of an error that calls the file broken.
#[derive(Clone, Copy)]
enum Belief {
    /// It may be the disk's: the file is looked at again.
    Doubted,
    /// It came again.
    Certain,
}

/// Who waits for an answer to what came in at once.
#[derive(Default)]
struct Waiting {
    /// For what is to be written.
    written: Vec<Answer<()>>,
    /// For what stands of an id.
    known: Vec<(String, Answer<Option<Entry>>)>,
    /// For the end.
    closing: Option<Sender<()>>,
}

pub(super) struct Writer {
    state: PathBuf,
    store: Option<Store>,
    entries: Vec<Entry>,
    /// While entries wait.
    owed: Owed,
    forgotten: Vec<String>,
    counts: Vec<(&'static str, u64)>,
    trouble: Arc<Mutex<Option<String>>>,
}

impl Writer {
    /// Opens the journal in the state folder; what is wrong with it is told in `trouble`.
    pub(super) fn open(state: &Path, trouble: Arc<Mutex<Option<String>>>) -> Self {
        let (entries, forgotten, counts) = (Vec::new(), Vec::new(), Vec::new());
        let mut writer =
            Self { state: state.to_owned(), store: None, entries, owed: Owed::Nothing, forgotten, counts, trouble };
        writer.open_file();
        // It is asked for again when it is needed.
        let _ = owed::prepare(state);
        writer
    }

    /// Writes and answers until nobody asks any more.
    pub(super) fn run(mut self, receiver: &Receiver<Message>) {
        let (mut closing, mut again) = (None, AGAIN_MIN);
        while closing.is_none() {
            let first = match self.is_in_trouble() {
                false => receiver.recv().map_err(RecvTimeoutError::from),
                true if self.owed.is_unsaid() => receiver.recv_timeout(AGAIN_MIN),
                true => receiver.recv_timeout(again),
            };
            match first {
                Ok(first) => {
                    let more = std::iter::from_fn(|| receiver.try_recv().ok());
                    let mut waiting = Waiting::default();
                    for message in std::iter::once(first).chain(more).take(BATCH_MAX) {
                        self.take_in(message, &mut waiting);
                    }
                    self.answer(&mut waiting);
                    closing = waiting.closing;
                }
                Err(RecvTimeoutError::Timeout) => {
                    again = if self.flush().is_ok() { AGAIN_MIN } else { (again * 2).min(AGAIN_MAX) };
                }
                Err(RecvTimeoutError::Disconnected) => break,
            }
        }
        // What could not be written while there was more to come.
        for _ in 0..LAST_TRIES {
            let nothing = self.entries.is_empty() && self.forgotten.is_empty() && self.counts.is_empty();
            if nothing || self.flush().is_ok() {
                break;
            }
            thread::sleep(LAST_PAUSE);
        }
        // The last one who may write takes the write-ahead log along.
        self.store = None;
    }

    /// Notes down what is to be written and whom to answer, and does at once what waits for no commit.
    fn take_in(&mut self, message: Message, waiting: &mut Waiting) {
        match message {
            Message::Entries(entries, answer) => {
                // What was forgotten of it before, and could not be, is over.
                self.forgotten.retain(|id| entries.iter().all(|entry| entry.id != *id));
                self.entries.extend(entries);
                waiting.written.push(answer);
            }
            Message::Count(name, by) => match self.counts.iter_mut().find(|(other, _)| *other == name) {
                Some((_, value)) => *value += by,
                None => self.counts.push((name, by)),
            },
            Message::Forget(id, answer) => {
                self.forgotten.push(id);
                waiting.written.push(answer);
            }
            Message::Withdraw(id, answer) => {
                self.entries.retain(|entry| entry.id != id);
                self.forgotten.push(id);
                waiting.written.push(answer);
            }
            Message::Drop(rows, answer) => {
                let dropped = self.store.as_mut().map(|store| store.drop_rows(&rows));
                let _ = answer.send(match dropped {
                    Some(Ok(())) => Ok(()),
                    Some(Err(error)) => {
                        self.complain(&error);
                        Err(Unwritten)
                    }
                    None => Err(Unwritten),
                });
            }
            Message::Known(id, answer) => waiting.known.push((id, answer)),
            Message::Interrupted(answer) => {
                let found = self.store.as_ref().and_then(|store| store.interrupted().ok());
                let _ = answer.send(found.ok_or(Unwritten));
            }
            Message::Close(answer) => waiting.closing = Some(answer),
        }
    }

    /// Writes what is to be written, and tells those who wait.
    fn answer(&mut self, waiting: &mut Waiting) {
        // Only what waits to be written makes an answer untrue: who merely asks need not wait for another's lock.
        let stale = !self.entries.is_empty() || !self.forgotten.is_empty();
        let counted = !self.counts.is_empty();
        let asked = !waiting.known.is_empty();
        let written = match stale || (counted && !asked) {
            true => self.flush(),
            false => self.find_again(),
        };
        for (id, answer) in waiting.known.drain(..) {
            let found = self.known(&id);
            let _ = answer.send(found.filter(|_| written.is_ok()).ok_or(Unwritten));
        }
        // Beyond, entries are given up, and claims must not pile up for their sake.
        let kept = self.entries.len() <= UNWRITTEN_MAX;
        for answer in waiting.written.drain(..) {
            let _ = answer.send(written.or(if kept { Err(Unwritten) } else { Ok(()) }));
        }
        if counted && !stale && asked && !self.is_in_trouble() {
            let _ = self.flush();
        }
    }

    /// Opens the file; a broken one is set aside first.
    fn open_file(&mut self) {
        self.store = match Store::open(&self.state, self.patience()).or_else(|error| self.look_again(error)) {
            Ok(store) => Some(store),
            Err(error) if error.is_broken() => {
                self.set_aside(&error);
                Store::open(&self.state, BUSY).map_err(|error| self.complain(&error)).ok()
            }
            Err(error) => {
                self.complain(&error);
                None
            }
        };
    }

    fn set_aside(&self, error: &JournalError) {
        let aside = set_aside(&self.state);
        let back = match error {
            JournalError::Later { .. } => "; for the later siftd, give it its name back while none runs",
            _ => "",
        };
        tracing::error!(
            journal = %shown(&self.state),
            "the journal cannot be used: {error}; it is set aside as {}, and a new one is begun{back}",
            aside.as_deref().unwrap_or("(nothing)")
        );
    }

    /// What the file says of this id. One that is found to be broken is set aside: whoever asks again hears of the new one.
    fn known(&mut self, id: &str) -> Option<Option<Entry>> {
        match self.store.as_ref()?.known(id) {
            Ok(found) => Some(found),
            Err(error) => {
                if error.is_corrupt() {
                    self.renew(error, Belief::Doubted);
                }
                None
            }
        }
    }

    /// Sets a broken file aside and begins another. One whose error is doubted is looked at again first.
    fn renew(&mut self, error: JournalError, belief: Belief) {
        self.store = None;
        let looked = match belief {
            Belief::Doubted => self.look_again(error),
            Belief::Certain => Err(error),
        };
        match looked {
            Ok(store) => self.store = Some(store),
            Err(error) => {
                self.set_aside(&error);
                self.open_file();
            }
        }
    }

    /// SQLite calls a file corrupt of which the disk would not give it a page: when it does give all of them, nothing is broken.
    fn look_again(&self, error: JournalError) -> Result<Store, JournalError> {
        if !error.is_corrupt() {
            return Err(error);
        }
        match Store::open(&self.state, self.patience()) {
            Ok(store) if store.is_sound() => Ok(store),
            Ok(_) | Err(_) => Err(error),
        }
    }

    /// Opens the file if it is not open, or no longer in its place.
    fn find_again(&mut self) -> Result<(), Unwritten> {
        if self.store.as_ref().is_none_or(Store::is_lost) {
            if self.store.is_some() {
                tracing::error!(journal = %shown(&self.state), "the journal was removed or replaced; a new one is begun");
            }
            self.open_file();
        }
        self.store.as_ref().map(|_| ()).ok_or(Unwritten)
    }

    /// Writes what is pending, and with nothing pending tries whether anything could be written.
    fn flush(&mut self) -> Result<(), Unwritten> {
        // It is told below.
        let _ = self.find_again();
        // A file that is called broken is looked at again, once: what a quick look takes for sound may be broken all the same, and
        // then the third time is into a new one.
        for belief in [Some(Belief::Doubted), Some(Belief::Certain), None] {
            let patience = self.patience();
            let Some(store) = &mut self.store else { break };
            store.wait_at_most(patience);
            match store.write(&self.entries, &self.forgotten, &self.counts) {
                Ok(()) => {
                    self.entries.clear();
                    self.owed = Owed::Nothing;
                    self.forgotten.clear();
                    self.counts.clear();
                    if self.say(None).is_some() {
                        tracing::info!("the journal is written again");
                    }
                    return Ok(());
                }
                Err(error) => match belief.filter(|_| error.is_broken()) {
                    Some(belief) => self.renew(error, belief),
                    None => {
                        self.complain(&error);
                        break;
                    }
                },
            }
        }
        if self.entries.len() > PENDING_MAX {
            let given_up = self.entries.len() - PENDING_MAX;
            tracing::error!("{given_up} journal entries are given up: the journal cannot be written for too long");
            self.entries.drain(..given_up);
        }
        self.forgotten.truncate(PENDING_MAX);
        // Said before anybody hears that they wait, and goes on.
        match self.entries.is_empty() {
            true => self.owed = Owed::Nothing,
            false => self.owed.say(&self.state),
        }
        Err(Unwritten)
    }

    /// Tells an error once.
    fn complain(&self, error: &JournalError) {
        let text = format!("cannot write the journal: {error}");
        if self.say(Some(text.clone())).as_deref() != Some(text.as_str()) {
            tracing::error!(journal = %shown(&self.state), "{text}; files that arrive keep moving, and entries wait in memory");
        }
    }

    fn is_in_trouble(&self) -> bool {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    fn patience(&self) -> Duration {
        if self.is_in_trouble() { BUSY_STILL } else { BUSY }
    }

    fn say(&self, text: Option<String>) -> Option<String> {
        std::mem::replace(&mut *self.trouble.lock().unwrap_or_else(PoisonError::into_inner), text)
    }
}
