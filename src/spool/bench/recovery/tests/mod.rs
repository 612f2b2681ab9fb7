//! What a crash left half done.

mod held;
mod unasked;
mod unread;
mod whereabouts;

use std::{
    cell::Cell,
    fs::{self, TryLockError},
    os::unix::fs::PermissionsExt,
    path::{Path, PathBuf},
    rc::Rc,
    time::{Duration, Instant},
};

use super::*;
use crate::spool::{
    Ignore, Inbox, Layout, clock,
    journal::{Another, Journal},
    lacking,
    place::Moving,
};

const BYTES: &str = "to be found";
const COPY: &str = "found";

struct Rig {
    root: tempfile::TempDir,
    layout: Layout,
    bench: Bench,
}

impl Rig {
    fn new() -> Self {
        let root = tempfile::tempdir().unwrap();
        let (layout, bench) = Bench::below(root.path(), Moving::Rename);
        Self { root, layout, bench }
    }

    /// The row of a file that is being moved to `curated/sub/x.txt`.
    fn moving(&self, kind: Kind, id: &str) {
        self.judged(kind, id, "pass");
    }

    /// The same, wherever this verdict moves it.
    fn judged(&self, kind: Kind, id: &str, verdict: &str) {
        let hash = Some(blake3::hash(BYTES.as_bytes()).to_hex().to_string());
        let entry = Entry {
            id: id.to_owned(),
            kind,
            stage: Stage::Moving,
            time: clock::now(),
            path: "sub/x.txt".into(),
            size: BYTES.len() as u64,
            hash,
            copy_hash: Some(blake3::hash(COPY.as_bytes()).to_hex().to_string()),
            verdict: verdict.to_owned(),
            rules: Vec::new(),
            ruleset: String::new(),
            curated: None,
            original: None,
            aside: None,
            report: String::new(),
            settled: String::new(),
            tries: 0,
            who: None,
            why: None,
        };
        self.bench.journal.record(entry).unwrap();
    }

    /// It was begun after all that lies there came.
    fn begun_now(&self, id: &str) {
        let entry = self.bench.journal.known(id).unwrap().unwrap();
        self.bench.journal.record(Entry { time: clock::now(), ..entry }).unwrap();
    }

    /// It came there.
    fn published(&self) {
        self.write("curated/sub/x.txt");
    }

    fn write(&self, path: &str) {
        let path = self.root.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, BYTES).unwrap();
    }

    /// Another start.
    fn complete(&self) {
        assert!(self.bench.complete_interrupted(&|| ()).unwrap());
    }

    /// What lies there, by name.
    fn lying(&self, folder: &str) -> Vec<(String, String)> {
        let files =
            fs::read_dir(self.root.path().join(folder)).into_iter().flatten().map(|entry| entry.unwrap().path());
        let named =
            |path: PathBuf| (path.file_name().unwrap().to_str().unwrap().to_owned(), fs::read_to_string(path).unwrap());
        let mut lying: Vec<(String, String)> = files.filter(|path| path.is_file()).map(named).collect();
        lying.sort();
        lying
    }

    /// What the journal says of it, and where it says that it is.
    fn known(&self, id: &str) -> Option<(Stage, Option<PathBuf>)> {
        self.bench.journal.known(id).unwrap().map(|entry| (entry.stage, entry.curated))
    }
}
