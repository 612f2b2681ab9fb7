//! A source of events that does what a script says: it forgets, doubles, delays and invents them, goes silent, runs full.

use std::{
    collections::HashSet,
    fmt,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, MutexGuard},
};

use crate::spool::{Events, Hint, Inbox, Tell, Watch, WatchError};

/// One source; clones are the same one.
#[derive(Clone, Default)]
pub(super) struct Script(Arc<Mutex<State>>);

/// What it is told to do, and what it was asked.
#[derive(Default)]
pub(super) struct State {
    tell: Option<Tell>,
    folders: HashSet<PathBuf>,
    /// Events were lost, and it says so.
    pub(super) lost: bool,
    /// Nothing comes any more, and it does not say so.
    pub(super) silent: bool,
    /// Folders that may be watched, the inbox itself included.
    pub(super) watches: usize,
    /// How often a sign of life was asked for.
    pub(super) asked: usize,
}

impl fmt::Debug for Script {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Script")
    }
}

impl Script {
    pub(super) fn new() -> Self {
        let script = Self::default();
        script.state().watches = usize::MAX;
        script
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// Whether an event in this folder would be told at all.
    pub(super) fn watches(&self, folder: &Path) -> bool {
        self.state().folders.contains(folder)
    }

    pub(super) fn tell(&self, hint: Hint) {
        let state = self.state();
        if let (false, Some(tell)) = (state.silent, &state.tell) {
            assert!(tell(hint), "there is room for a few hints");
        }
    }
}

impl Events for Script {
    fn open(&self, _: &Inbox, tell: Tell) -> Result<Box<dyn Watch>, WatchError> {
        let mut state = self.state();
        state.tell = Some(tell);
        state.lost = false;
        state.folders.clear();
        drop(state);
        let mut watch = ScriptWatch(self.clone());
        watch.add(Path::new(""))?;
        Ok(Box::new(watch))
    }
}

struct ScriptWatch(Script);

impl Watch for ScriptWatch {
    fn set(&mut self, folders: &[PathBuf]) -> Result<(), WatchError> {
        self.0.state().folders.retain(|folder| folders.contains(folder));
        folders.iter().try_for_each(|folder| self.add(folder))
    }

    fn add(&mut self, folder: &Path) -> Result<(), WatchError> {
        let mut state = self.0.state();
        if !state.folders.contains(folder) && state.folders.len() >= state.watches {
            return Err(WatchError::TooManyWatches);
        }
        state.folders.insert(folder.to_owned());
        Ok(())
    }

    fn forget(&mut self, folder: &Path) {
        self.0.state().folders.remove(folder);
    }

    fn is_lost(&self) -> bool {
        self.0.state().lost
    }

    fn prove(&self) {
        self.0.state().asked += 1;
        self.0.tell(Hint::Alive);
    }
}
