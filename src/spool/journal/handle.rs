//! The journal as everybody else has it: what is asked of the one writer, and its answers.

use std::{
    path::Path,
    sync::{
        Arc, Mutex, PoisonError,
        mpsc::{self, Sender},
    },
    thread::{self, JoinHandle},
};

use super::{entry::Entry, writer::Writer};

/// The journal cannot be written or read at present. What is not written waits in memory: whoever keeps the claim
/// until later lets recovery complete the entry, should siftd die before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Unwritten;

/// The journal, for writing. Nobody needs to mind a failure: what cannot be written is kept and tried again with the
/// next entry, the error is logged, and a broken journal is set aside.
#[derive(Debug)]
pub struct Journal {
    sender: Option<Sender<Message>>,
    thread: Option<JoinHandle<()>>,
    trouble: Arc<Mutex<Option<String>>>,
}

/// Where an answer goes.
pub(super) type Answer<T> = Sender<Result<T, Unwritten>>;

/// What the writer is asked, with whom to answer.
pub(super) enum Message {
    Entries(Vec<Entry>, Answer<()>),
    Known(String, Answer<Option<Entry>>),
    Forget(String, Answer<()>),
    Withdraw(String, Answer<()>),
    Interrupted(Answer<Vec<Entry>>),
    Count(&'static str, u64),
    Drop(Vec<i64>, Answer<()>),
    /// The answer is that nobody answers any more.
    Close(Sender<()>),
}

impl Journal {
    /// Opens the journal in the state folder.
    pub fn open(state: &Path) -> Self {
        let (sender, receiver) = mpsc::channel();
        let trouble = Arc::new(Mutex::new(None));
        let writer = Writer::open(state, Arc::clone(&trouble));
        let thread = thread::Builder::new().name("journal".into()).spawn(move || writer.run(&receiver));
        if let Err(error) = &thread {
            tracing::error!("the journal is not written: {error}");
        }
        Self { sender: Some(sender), thread: thread.ok(), trouble }
    }

    /// Writes an entry and waits until it is durable.
    ///
    /// # Errors
    /// It waits in memory, and is written when that is possible again.
    pub fn record(&self, entry: Entry) -> Result<(), Unwritten> {
        self.record_all(vec![entry])
    }

    /// Writes entries in one transaction and waits until they are durable.
    ///
    /// # Errors
    /// As [`Journal::record`]; then none of them is written.
    pub fn record_all(&self, entries: Vec<Entry>) -> Result<(), Unwritten> {
        match entries.is_empty() {
            true => Ok(()),
            false => self.ask(|answer| Message::Entries(entries, answer)),
        }
    }

    /// The entry of this id, if it was written.
    ///
    /// # Errors
    /// When that cannot be told.
    pub fn known(&self, id: &str) -> Result<Option<Entry>, Unwritten> {
        self.ask(|answer| Message::Known(id.to_owned(), answer))
    }

    /// What people asked for (a release, another try) and what was begun and never completed.
    ///
    /// # Errors
    /// When that cannot be told.
    pub fn interrupted(&self) -> Result<Vec<Entry>, Unwritten> {
        self.ask(Message::Interrupted)
    }

    /// Removes the entry of this id unless it is done: nothing came of it, and the file goes back.
    ///
    /// # Errors
    /// As [`Journal::record`].
    pub fn forget(&self, id: &str) -> Result<(), Unwritten> {
        self.ask(|answer| Message::Forget(id.to_owned(), answer))
    }

    /// Takes back an entry of which it was said that it could not be written: nothing came of it, and it is not to be written later.
    ///
    /// # Errors
    /// As [`Journal::record`], of what stands already of this id and is not done.
    pub fn withdraw(&self, id: &str) -> Result<(), Unwritten> {
        self.ask(|answer| Message::Withdraw(id.to_owned(), answer))
    }

    /// Deletes rows by their numbers.
    ///
    /// # Errors
    /// When the journal cannot be written; it is not tried again by itself.
    pub fn drop_rows(&self, rows: Vec<i64>) -> Result<(), Unwritten> {
        self.ask(|answer| Message::Drop(rows, answer))
    }

    /// Adds to a counter.
    pub fn count(&self, name: &'static str, by: u64) {
        self.send(Message::Count(name, by));
    }

    /// What is wrong with the journal at present.
    pub fn trouble(&self) -> Option<String> {
        self.trouble.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Writes what waits and closes the database, so that nothing but the database itself stays in the folder; nothing is
    /// written any more afterwards.
    pub fn close(&self) {
        let (answer, closed) = mpsc::channel();
        if self.send(Message::Close(answer)) {
            let _ = closed.recv();
        }
    }

    fn ask<T>(&self, message: impl FnOnce(Answer<T>) -> Message) -> Result<T, Unwritten> {
        let (answer, answered) = mpsc::channel();
        if !self.send(message(answer)) {
            return Err(Unwritten);
        }
        answered.recv().unwrap_or(Err(Unwritten))
    }

    fn send(&self, message: Message) -> bool {
        self.sender.as_ref().is_some_and(|sender| sender.send(message).is_ok())
    }
}

impl Drop for Journal {
    fn drop(&mut self) {
        self.sender = None;
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}
