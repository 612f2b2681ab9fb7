//! A bar on the terminal, once a scan takes longer than a second.

use std::{
    io::{self, IsTerminal},
    path::PathBuf,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use indicatif::{ProgressBar, ProgressStyle};

use crate::{cli::walk::Walk, spool::Ignore};

/// A shorter scan is over before anybody wonders.
const PATIENCE: Duration = Duration::from_secs(1);
const TEMPLATE: &str = "{bar:30} {pos} of {len} files, {per_sec:.0}, {eta} left";

/// How far a scan is.
pub(super) struct Progress {
    state: State,
    done: u64,
}

enum State {
    /// Nobody would see it.
    Off,
    /// Not long enough yet. What it takes to count the files.
    Waiting(Instant, Vec<PathBuf>, Ignore),
    /// On the terminal.
    Shown(ProgressBar, Arc<Count>),
}

/// Files to come, counted beside the work.
#[derive(Default)]
struct Count {
    files: AtomicU64,
    stop: AtomicBool,
}

impl Progress {
    /// For a scan of `paths` that starts now.
    pub(super) fn new(quiet: bool, paths: &[PathBuf], ignore: &Ignore) -> Self {
        let state = if quiet || !io::stderr().is_terminal() {
            State::Off
        } else {
            State::Waiting(Instant::now(), paths.to_vec(), ignore.clone())
        };
        Self { state, done: 0 }
    }

    /// Writes one document, the bar out of its way.
    pub(super) fn around<T>(&mut self, write: impl FnOnce() -> T) -> T {
        self.done += 1;
        if let State::Waiting(since, paths, ignore) = &self.state
            && since.elapsed() > PATIENCE
        {
            self.state = show(paths.clone(), ignore.clone());
        }
        let State::Shown(bar, count) = &self.state else { return write() };
        bar.set_length(count.files.load(Ordering::Relaxed).max(self.done));
        bar.set_position(self.done);
        if io::stdout().is_terminal() { bar.suspend(write) } else { write() }
    }

    /// Takes the bar away.
    pub(super) fn finish(self) {
        if let State::Shown(bar, count) = self.state {
            count.stop.store(true, Ordering::Relaxed);
            bar.finish_and_clear();
        }
    }
}

fn show(paths: Vec<PathBuf>, ignore: Ignore) -> State {
    let count = Arc::new(Count::default());
    let counting = Arc::clone(&count);
    // It is not waited for: it ends when told to, or with the process.
    thread::spawn(move || {
        for _ in Walk::new(&paths, &ignore).take_while(|_| !counting.stop.load(Ordering::Relaxed)) {
            counting.files.fetch_add(1, Ordering::Relaxed);
        }
    });
    let bar = ProgressBar::new(0);
    if let Ok(style) = ProgressStyle::with_template(TEMPLATE) {
        bar.set_style(style);
    }
    State::Shown(bar, count)
}
