//! Events from the kernel (inotify): a watch on the inbox and each folder in it, and one on a file of our own there, whose
//! event must come back when its times are touched. Only what may bring a file to be claimed is asked for: of opening, reading
//! and leaving, which siftd itself does with every file, nothing is told.

use std::{
    collections::{HashMap, HashSet},
    ffi::OsStr,
    mem::MaybeUninit,
    os::{fd::OwnedFd, unix::ffi::OsStrExt},
    path::{Path, PathBuf},
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    thread,
    time::Duration,
};

use rustix::{
    fs::inotify::{CreateFlags, Event, ReadFlags, Reader, WatchFlags, add_watch, init, remove_watch},
    io::Errno,
};

use super::{Events, Hint, Tell, Watch, WatchError};
use crate::spool::{claim::Canary, clock::Moment, inbox::Inbox, settle::Seen};

/// What is asked for of a folder. A folder that goes is told of, since a watch must be set anew if its name comes back.
const FOLDER: WatchFlags = WatchFlags::CREATE
    .union(WatchFlags::MODIFY)
    .union(WatchFlags::CLOSE_WRITE)
    .union(WatchFlags::MOVED_TO)
    .union(WatchFlags::ATTRIB)
    .union(WatchFlags::DELETE)
    .union(WatchFlags::ONLYDIR);

/// Bytes of events that are read at a time: several hundred of them.
const BUFFER: usize = 1 << 16;

/// Events that come closer upon one another than this are a burst: they are read together, this much later. So the thread does
/// not wake for each of a thousand files.
const BURST: Duration = Duration::from_millis(1);

/// The kernel (inotify on Linux).
#[derive(Debug, Clone, Copy, Default)]
pub struct Kernel;

/// Whether one more watch can be made, tried on this folder.
///
/// # Errors
/// [`WatchError`] says which limit was reached.
pub fn can_watch(folder: &Path) -> Result<(), WatchError> {
    add_watch(init(CreateFlags::CLOEXEC)?, folder, FOLDER)?;
    Ok(())
}

impl Events for Kernel {
    fn open(&self, inbox: &Inbox, tell: Tell) -> Result<Box<dyn Watch>, WatchError> {
        Ok(Box::new(KernelWatch::open(inbox.path(), inbox.canary(), tell)?))
    }
}

struct KernelWatch {
    inbox: PathBuf,
    canary: Canary,
    /// The number of the watch of each folder.
    folders: HashMap<PathBuf, i32>,
    heard: Arc<Heard>,
}

/// What the thread that hears the events shares with the one who sets the watches.
struct Heard {
    inotify: OwnedFd,
    /// The folder of each watch. Locked while one is set, so that its events are not heard before it is known.
    names: Mutex<HashMap<i32, PathBuf>>,
    canary: i32,
    lost: AtomicBool,
    /// Nobody wants to hear any more.
    ended: AtomicBool,
}

impl KernelWatch {
    fn open(inbox: PathBuf, canary: Canary, tell: Tell) -> Result<Self, WatchError> {
        let inotify = init(CreateFlags::CLOEXEC)?;
        let touched = add_watch(&inotify, inbox.join(canary.below()), WatchFlags::ATTRIB)?;
        let heard = Arc::new(Heard {
            inotify,
            names: Mutex::default(),
            canary: touched,
            lost: AtomicBool::new(false),
            ended: AtomicBool::new(false),
        });
        let hearing = Arc::clone(&heard);
        thread::Builder::new().name("watch".into()).spawn(move || hearing.hear(&tell)).map_err(WatchError::Other)?;
        let mut watch = Self { inbox, canary, folders: HashMap::new(), heard };
        watch.add(Path::new(""))?;
        Ok(watch)
    }
}

impl Watch for KernelWatch {
    fn set(&mut self, folders: &[PathBuf]) -> Result<(), WatchError> {
        let gone: Vec<PathBuf> = {
            let wanted: HashSet<&PathBuf> = folders.iter().collect();
            self.folders.keys().filter(|folder| !wanted.contains(folder)).cloned().collect()
        };
        for folder in gone {
            self.forget(&folder);
        }
        folders.iter().try_for_each(|folder| self.add(folder))
    }

    fn add(&mut self, folder: &Path) -> Result<(), WatchError> {
        if self.folders.contains_key(folder) {
            return Ok(());
        }
        // The inbox itself may be reached through a link; what lies in it is not.
        let flags = if folder.as_os_str().is_empty() { FOLDER } else { FOLDER | WatchFlags::DONT_FOLLOW };
        let mut names = self.heard.names();
        match add_watch(&self.heard.inotify, self.inbox.join(folder), flags) {
            Ok(number) => {
                // One that was moved keeps its number, and goes by its new name.
                names.insert(number, folder.to_owned());
                self.folders.insert(folder.to_owned(), number);
                Ok(())
            }
            Err(Errno::NOENT | Errno::NOTDIR) if !folder.as_os_str().is_empty() => Ok(()),
            Err(error) => Err(error.into()),
        }
    }

    fn forget(&mut self, folder: &Path) {
        let Some(number) = self.folders.remove(folder) else { return };
        let mut names = self.heard.names();
        if names.get(&number).is_some_and(|name| name == folder) {
            names.remove(&number);
            // The kernel has dropped it already if the folder is removed.
            let _ = remove_watch(&self.heard.inotify, number);
        }
    }

    fn is_lost(&self) -> bool {
        self.heard.lost.load(Ordering::Acquire)
    }

    fn prove(&self) {
        self.canary.touch();
    }
}

impl Drop for KernelWatch {
    fn drop(&mut self) {
        self.heard.ended.store(true, Ordering::Release);
        // That is told, too, and wakes the thread: the file is held open, so that its watch cannot have gone before.
        let _ = remove_watch(&self.heard.inotify, self.heard.canary);
    }
}

impl Heard {
    /// Hears events until nobody wants to any more. Only notes names, so that nothing in it can fail.
    fn hear(&self, tell: &Tell) {
        let mut buffer = vec![MaybeUninit::uninit(); BUFFER];
        let mut reader = Reader::new(&self.inotify, &mut buffer);
        let mut before = Moment::default();
        loop {
            match reader.next() {
                Ok(event) => self.event(&event, tell),
                Err(Errno::INTR) => {}
                Err(_) => return self.lose(),
            }
            if self.ended.load(Ordering::Acquire) {
                return;
            }
            if reader.is_buffer_empty() {
                let now = Moment::now();
                if now.since(before) < BURST {
                    thread::sleep(BURST);
                }
                before = now;
            }
        }
    }

    fn event(&self, event: &Event<'_>, tell: &Tell) {
        let what = event.events();
        if what.contains(ReadFlags::QUEUE_OVERFLOW) {
            return self.lose();
        }
        let mut names = self.names();
        if what.contains(ReadFlags::IGNORED) {
            names.remove(&event.wd());
            return;
        }
        if event.wd() == self.canary {
            tell(Hint::Alive);
            return;
        }
        let Some(folder) = names.get(&event.wd()) else { return };
        let name = event.file_name().map(|name| OsStr::from_bytes(name.to_bytes()));
        let hint = match name {
            None => Hint::Folder(folder.clone()),
            Some(name) if what.contains(ReadFlags::ISDIR) => Hint::Folder(folder.join(name)),
            Some(name) => match seen(what) {
                Some(seen) => Hint::Name(folder.join(name), seen),
                None => return,
            },
        };
        drop(names);
        if !tell(hint) {
            self.lose();
        }
    }

    fn lose(&self) {
        self.lost.store(true, Ordering::Release);
    }

    fn names(&self) -> MutexGuard<'_, HashMap<i32, PathBuf>> {
        self.names.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// What an event says of a file; of one that left nothing: a sweep tells.
fn seen(what: ReadFlags) -> Option<Seen> {
    let seen = [
        (ReadFlags::CLOSE_WRITE, Seen::Closed),
        (ReadFlags::MOVED_TO, Seen::Moved),
        (ReadFlags::ATTRIB, Seen::Permitted),
        (ReadFlags::CREATE.union(ReadFlags::MODIFY), Seen::Written),
    ];
    seen.into_iter().find(|(flags, _)| what.intersects(*flags)).map(|(_, seen)| seen)
}

#[cfg(test)]
mod tests {
    use std::{
        fs,
        sync::mpsc::{self, Receiver},
    };

    use super::*;
    use crate::spool::Ignore;

    fn watched(inbox: &Path) -> (Inbox, Box<dyn Watch>, Receiver<Hint>) {
        let inbox = Inbox::open(inbox, Ignore::new(&[]).unwrap()).unwrap();
        let (sender, hints) = mpsc::channel();
        let watch = Kernel.open(&inbox, Box::new(move |hint| sender.send(hint).is_ok())).unwrap();
        (inbox, watch, hints)
    }

    fn next(hints: &Receiver<Hint>) -> Hint {
        hints.recv_timeout(Duration::from_secs(30)).unwrap()
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
        let (inbox, watch, hints) = watched(dir.path());
        for _ in 0..3 {
            watch.prove();
            assert_eq!(next(&hints), Hint::Alive);
        }
        assert!(inbox.list().unwrap().files.is_empty());
    }

    #[test]
    fn each_way_to_come_is_told_and_taking_a_file_is_not() {
        let dir = tempfile::tempdir().unwrap();
        let at = |name: &str| dir.path().join("inbox").join(name);
        fs::create_dir(dir.path().join("inbox")).unwrap();
        fs::write(dir.path().join("x.txt"), "x").unwrap();
        let (_inbox, _watch, hints) = watched(&at(""));
        fs::hard_link(dir.path().join("x.txt"), at("linked.txt")).unwrap();
        assert_eq!(next(&hints), Hint::Name("linked.txt".into(), Seen::Written));
        fs::remove_file(at("linked.txt")).unwrap();
        let moved = |from: &Path, to: &Path| rustix::fs::rename(from, to).unwrap();
        moved(&dir.path().join("x.txt"), &at("moved.txt"));
        fs::read(at("moved.txt")).unwrap();
        moved(&at("moved.txt"), &dir.path().join("x.txt"));
        fs::create_dir(at("sub")).unwrap();
        let told = [next(&hints), next(&hints)];
        assert_eq!(told, [Hint::Name("moved.txt".into(), Seen::Moved), Hint::Folder("sub".into())]);
    }

    #[test]
    fn a_folder_that_was_moved_is_heard_under_its_new_name() {
        let dir = tempfile::tempdir().unwrap();
        fs::create_dir(dir.path().join("a")).unwrap();
        let (_inbox, mut watch, hints) = watched(dir.path());
        watch.set(&["".into(), "a".into()]).unwrap();
        rustix::fs::rename(dir.path().join("a"), dir.path().join("b")).unwrap();
        assert_eq!(next(&hints), Hint::Folder("b".into()));
        watch.add(Path::new("b")).unwrap();
        watch.set(&["".into(), "b".into()]).unwrap();
        fs::write(dir.path().join("b/x.txt"), "x").unwrap();
        assert!(matches!(next(&hints), Hint::Name(name, _) if name == Path::new("b/x.txt")));
    }

    #[test]
    fn the_thread_ends_with_the_watch() {
        let dir = tempfile::tempdir().unwrap();
        let (_inbox, watch, hints) = watched(dir.path());
        drop(watch);
        assert_eq!(hints.recv_timeout(Duration::from_secs(30)), Err(mpsc::RecvTimeoutError::Disconnected));
    }
}
