//! Runs the examples again on every save.
//!
//! Stamps are compared a few times a second: that sees every way in which editors save, on every file system.

use std::{
    collections::BTreeMap,
    fs,
    io::{self, IsTerminal, Write},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    thread,
    time::Duration,
};

use super::{Args, once};
use crate::{
    cli::{Context, Error, Exit},
    service::config::TopicSource,
};

/// Time between two looks.
const PAUSE: Duration = Duration::from_millis(250);

/// Deepest folder that is looked into.
const DEPTH_AT_MOST: usize = 16;

/// Device, inode, size and time of change of each file.
type Stamps = BTreeMap<PathBuf, (u64, u64, u64, i64, i64)>;

/// Runs until interrupted. Errors in the rules are shown, and the next save is waited for.
pub(super) fn run(args: &Args, context: &Context) -> Result<Exit, Error> {
    let watched = watched(args, context);
    if watched.is_empty() {
        return Err(Error::new("watch: there are no rule files on disk; name a file or folder"));
    }
    let mut last = stamps(&watched);
    loop {
        if io::stdout().is_terminal() {
            // Clears the screen. When standard output is closed, the run itself says so.
            let _ = io::stdout().write_all(b"\x1b[2J\x1b[H");
        }
        match once(args, context) {
            Ok(_) => {}
            Err(error) if error.is_broken_pipe() => return Err(error),
            Err(error) => error.tell(),
        }
        // When standard error is closed, there is nobody to tell.
        let _ = writeln!(io::stderr(), "waiting for a rule file to be saved; Ctrl-C ends");
        last = wait(&watched, &last);
    }
}

/// Waits for a change, then until it is over.
fn wait(watched: &[PathBuf], last: &Stamps) -> Stamps {
    let mut before = stamps(watched);
    loop {
        thread::sleep(PAUSE);
        let now = stamps(watched);
        if now != *last && now == before {
            return now;
        }
        before = now;
    }
}

fn watched(args: &Args, context: &Context) -> Vec<PathBuf> {
    if !args.rules.is_empty() {
        return args.rules.clone();
    }
    let config = context.config();
    let topics = config.topics.iter().filter_map(|topic| match topic {
        // Its examples lie beside it.
        TopicSource::File(path) => Some(path.parent().filter(|path| *path != Path::new("")).unwrap_or(path).to_owned()),
        TopicSource::Shipped(_) => None,
    });
    config.rules.folders.iter().cloned().chain(topics).collect()
}

/// The stamps of all files. One that cannot be seen is as good as gone.
fn stamps(paths: &[PathBuf]) -> Stamps {
    let mut found = Stamps::new();
    for path in paths {
        // A file may name lists that lie beside it.
        let folder = path.parent().filter(|_| path.is_file());
        add(&mut found, folder.map_or(path, |folder| if folder == Path::new("") { Path::new(".") } else { folder }), 0);
    }
    found
}

fn add(found: &mut Stamps, path: &Path, depth: usize) {
    let Ok(about) = fs::metadata(path) else { return };
    if !about.is_dir() {
        let stamp = (about.dev(), about.ino(), about.len(), about.mtime(), about.mtime_nsec());
        found.insert(path.to_owned(), stamp);
    } else if depth < DEPTH_AT_MOST {
        for entry in fs::read_dir(path).into_iter().flatten().flatten() {
            if !entry.file_name().as_encoded_bytes().starts_with(b".") {
                add(found, &entry.path(), depth + 1);
            }
        }
    }
}
