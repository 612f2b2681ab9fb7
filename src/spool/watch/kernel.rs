//! Events from the kernel: non-recursive watches on the inbox and each folder in it, and one on a file of our own there, whose
//! event must come back when its times are touched.

use std::{
    collections::{BTreeSet, HashSet},
    path::{Path, PathBuf},
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
};

use notify::{
    Config, Event, EventKind, RecommendedWatcher, RecursiveMode, Watcher as _,
    event::{AccessKind, AccessMode, CreateKind, ModifyKind, RemoveKind, RenameMode},
};

use super::{Events, Hint, Tell, Watch, WatchError, pause::Pause};
use crate::spool::{claim::Canary, inbox::Inbox, name::shown, settle::Seen};

/// The kernel (inotify on Linux).
#[derive(Debug, Clone, Copy, Default)]
pub struct Kernel;

/// Whether one more watch can be made, tried on this folder.
///
/// # Errors
/// [`WatchError`] says which limit was reached.
pub fn can_watch(folder: &Path) -> Result<(), WatchError> {
    let mut watcher = RecommendedWatcher::new(|_| {}, Config::default())?;
    Ok(watcher.watch(folder, RecursiveMode::NonRecursive)?)
}

impl Events for Kernel {
    fn open(&self, inbox: &Inbox, tell: Tell) -> Result<Box<dyn Watch>, WatchError> {
        Ok(Box::new(KernelWatch::open(&inbox.path(), inbox.canary(), tell)?))
    }
}

struct KernelWatch {
    watcher: RecommendedWatcher,
    inbox: PathBuf,
    canary: Canary,
    /// In order, so that all that lie in one of them stand together.
    folders: BTreeSet<PathBuf>,
    lost: Arc<AtomicBool>,
}

impl KernelWatch {
    fn open(inbox: &Path, canary: Canary, tell: Tell) -> Result<Self, WatchError> {
        let lost = Arc::new(AtomicBool::new(false));
        // Events name absolute paths, whatever was asked for.
        let inbox = std::path::absolute(inbox).map_err(notify::Error::io)?;
        let canary_at = inbox.join(canary.below());
        let (told, pause) = (Arc::clone(&lost), Pause::default());
        let handler = Handler { inbox: inbox.clone(), canary: canary_at.clone(), tell, lost: told, pause };
        let watcher = RecommendedWatcher::new(move |event| handler.handle(event), Config::default())?;
        let mut watch = Self { watcher, inbox, canary, folders: BTreeSet::new(), lost };
        watch.add(Path::new(""))?;
        watch.watcher.watch(&canary_at, RecursiveMode::NonRecursive)?;
        Ok(watch)
    }

    fn drop_watch(&mut self, folder: &Path) {
        if self.folders.remove(folder) {
            // The kernel has dropped it already if the folder is removed.
            let _ = self.watcher.unwatch(&self.inbox.join(folder));
        }
    }
}

impl Watch for KernelWatch {
    fn set(&mut self, folders: &[PathBuf]) -> Result<(), WatchError> {
        let wanted: HashSet<&PathBuf> = folders.iter().collect();
        let gone: Vec<PathBuf> = self.folders.iter().filter(|folder| !wanted.contains(folder)).cloned().collect();
        for folder in gone {
            self.drop_watch(&folder);
        }
        folders.iter().try_for_each(|folder| self.add(folder))
    }

    fn add(&mut self, folder: &Path) -> Result<(), WatchError> {
        if self.folders.contains(folder) {
            return Ok(());
        }
        match self.watcher.watch(&self.inbox.join(folder), RecursiveMode::NonRecursive) {
            Ok(()) => {
                self.folders.insert(folder.to_owned());
                Ok(())
            }
            Err(error) => match WatchError::from(error) {
                // It is gone by now, or cannot be watched (its path is too long, or not ours to look into): the others can, and
                // what lies there a sweep finds.
                WatchError::Other(error) if !folder.as_os_str().is_empty() => {
                    tracing::debug!(folder = %shown(folder), "not watched: {error}");
                    Ok(())
                }
                error => Err(error),
            },
        }
    }

    fn forget(&mut self, folder: &Path) {
        // With those that lie in it: another folder may have its name by now, with others in it.
        let within = self.folders.range(folder.to_owned()..).take_while(|it| it.starts_with(folder));
        for folder in within.cloned().collect::<Vec<_>>() {
            self.drop_watch(&folder);
        }
    }

    fn is_lost(&self) -> bool {
        self.lost.load(Ordering::Acquire)
    }

    fn prove(&self) {
        self.canary.touch();
    }
}

/// Runs on the watcher's thread: only notes names, so that nothing in it can fail.
struct Handler {
    inbox: PathBuf,
    canary: PathBuf,
    tell: Tell,
    lost: Arc<AtomicBool>,
    pause: Pause,
}

impl Handler {
    fn handle(&self, event: notify::Result<Event>) {
        let Ok(event) = event else {
            self.lost.store(true, Ordering::Release);
            return;
        };
        if event.need_rescan() {
            self.lost.store(true, Ordering::Release);
            return;
        }
        if event.paths.first() == Some(&self.canary) {
            (self.tell)(Hint::Alive);
            return;
        }
        let seen = match event.kind {
            EventKind::Access(AccessKind::Close(AccessMode::Write)) => Some(Seen::Closed),
            EventKind::Modify(ModifyKind::Name(RenameMode::To)) => Some(Seen::Moved),
            EventKind::Modify(ModifyKind::Metadata(_)) => Some(Seen::Permitted),
            EventKind::Create(CreateKind::Folder) | EventKind::Remove(RemoveKind::Folder) => None,
            EventKind::Create(_) | EventKind::Modify(ModifyKind::Data(_)) => Some(Seen::Written),
            // Reading, opening, leaving: nothing to be claimed comes of it. What a folder's leaving means, a sweep tells.
            _ => return self.pause.hear(true),
        };
        self.pause.hear(false);
        for path in event.paths {
            let Ok(below) = path.strip_prefix(&self.inbox) else { continue };
            let hint = match seen {
                Some(seen) if !below.as_os_str().is_empty() => Hint::Name(below.to_owned(), seen),
                _ => Hint::Folder(below.to_owned()),
            };
            if !(self.tell)(hint) {
                self.lost.store(true, Ordering::Release);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        sync::mpsc::{self, Receiver},
        time::Duration,
    };

    use super::*;
    use crate::spool::{Ignore, list};

    fn watched(inbox: &Path) -> (Inbox, Box<dyn Watch>, Receiver<Hint>) {
        let inbox = Inbox::open(inbox, Ignore::new(&[]).unwrap()).unwrap();
        let (sender, hints) = mpsc::channel();
        let watch = Kernel.open(&inbox, Box::new(move |hint| sender.send(hint).is_ok())).unwrap();
        (inbox, watch, hints)
    }

    fn next(hints: &Receiver<Hint>) -> Hint {
        hints.recv_timeout(Duration::from_secs(30)).unwrap()
    }

    fn rename(from: &Path, to: &Path) {
        rustix::fs::rename(from, to).unwrap();
    }

    #[test]
    fn an_inbox_named_from_here_gives_hints_too() {
        let dir = tempfile::tempdir().unwrap();
        let up: PathBuf = std::env::current_dir().unwrap().components().skip(1).map(|_| "..").collect();
        let (_inbox, _watch, hints) = watched(&up.join(dir.path().strip_prefix("/").unwrap()));
        fs::write(dir.path().join("x.txt"), "x").unwrap();
        assert!(matches!(next(&hints), Hint::Name(name, _) if name == Path::new("x.txt")));
    }

    #[test]
    fn the_sign_of_life_comes_back_and_is_no_document() {
        let dir = tempfile::tempdir().unwrap();
        let (_inbox, watch, hints) = watched(dir.path());
        for _ in 0..3 {
            watch.prove();
            assert_eq!(next(&hints), Hint::Alive);
        }
        assert!(list(dir.path(), &Ignore::new(&[]).unwrap()).unwrap().files.is_empty());
    }

    #[test]
    fn each_way_to_come_is_told_and_taking_a_file_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let (outside, inbox) = (dir.path().join("x.txt"), dir.path().join("inbox"));
        fs::create_dir(&inbox).unwrap();
        fs::write(&outside, "x").unwrap();
        let (_inbox, _watch, hints) = watched(&inbox);
        fs::hard_link(&outside, inbox.join("linked.txt")).unwrap();
        assert_eq!(next(&hints), Hint::Name("linked.txt".into(), Seen::Written));
        rename(&outside, &inbox.join("moved.txt"));
        fs::read(inbox.join("moved.txt")).unwrap();
        rename(&inbox.join("moved.txt"), &dir.path().join("taken.txt"));
        fs::create_dir(inbox.join("sub")).unwrap();
        let told = [next(&hints), next(&hints)];
        assert_eq!(told, [Hint::Name("moved.txt".into(), Seen::Moved), Hint::Folder("sub".into())]);
    }

    #[test]
    fn a_folder_that_was_moved_is_heard_under_its_new_name() {
        let dir = tempfile::tempdir().unwrap();
        let [before, after] = ["a", "b"].map(|name| dir.path().join(name));
        fs::create_dir(&before).unwrap();
        let (_inbox, mut watch, hints) = watched(dir.path());
        watch.set(&["".into(), "a".into()]).unwrap();
        rename(&before, &after);
        // Before it is told of, the library still takes the watch for that of the old name.
        while !matches!(next(&hints), Hint::Name(name, _) | Hint::Folder(name) if name == Path::new("b")) {}
        watch.add(Path::new("b")).unwrap();
        watch.set(&["".into(), "b".into()]).unwrap();
        fs::write(after.join("x.txt"), "x").unwrap();
        while !matches!(next(&hints), Hint::Name(name, _) if name == Path::new("b/x.txt")) {}
    }

    #[test]
    fn a_folder_whose_path_is_too_long_keeps_the_others_from_nothing() {
        use crate::spool::folder::{Durable, Folder};
        let dir = tempfile::tempdir().unwrap();
        // Longer than any call takes, and made step by step.
        let long: PathBuf = (0..18).map(|_| "x".repeat(250)).collect();
        Folder::open(dir.path()).unwrap().make_sub(&long, 0o700, Durable::No).unwrap();
        fs::create_dir(dir.path().join("day")).unwrap();
        let (_inbox, mut watch, hints) = watched(dir.path());
        let mut folders: Vec<PathBuf> = long.ancestors().map(Path::to_owned).collect();
        folders.push("day".into());
        watch.set(&folders).unwrap();
        watch.add(&long).unwrap();
        let first = "x".repeat(250) + "/x.txt";
        for file in ["day/y.txt", &first] {
            fs::write(dir.path().join(file), "x").unwrap();
            while !matches!(next(&hints), Hint::Name(name, _) if name == Path::new(file)) {}
        }
    }

    #[test]
    fn a_folder_in_one_that_was_exchanged_is_heard() {
        let dir = tempfile::tempdir().unwrap();
        let [inbox, archive, staging] = ["inbox", "archive", "staging"].map(|name| dir.path().join(name));
        for folder in [&inbox, &staging] {
            fs::create_dir_all(folder.join("day/sub")).unwrap();
        }
        let (_inbox, mut watch, hints) = watched(&inbox);
        let folders = ["", "day", "day-2", "day/sub"].map(PathBuf::from);
        fs::create_dir(inbox.join("day-2")).unwrap();
        watch.set(&folders).unwrap();
        rename(&inbox.join("day"), &archive);
        rename(&staging.join("day"), &inbox.join("day"));
        let heard = |wanted: &str| while !matches!(next(&hints), Hint::Name(name, _) if name == Path::new(wanted)) {};
        heard("day");
        watch.forget(Path::new("day"));
        for folder in ["day", "day/sub"] {
            watch.add(Path::new(folder)).unwrap();
        }
        for file in ["day/sub/x.txt", "day/y.txt", "day-2/z.txt"] {
            fs::write(inbox.join(file), "x").unwrap();
            heard(file);
        }
    }
}
