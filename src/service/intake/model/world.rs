//! A spool, an intake loop that goes one round when it is told to, a clock that stands still in between, and files that arrive in
//! every way there is.

use std::{
    cell::Cell,
    collections::{BTreeMap, VecDeque},
    fs::{self, File},
    io::Write,
    path::{Path, PathBuf},
    sync::{Arc, Mutex, mpsc},
    time::Duration,
};

use rustix::fs::{AtFlags, CWD, Mode, OFlags, rename};

use super::source::Script;
use crate::{
    service::{
        health::Health,
        intake::{Intake, MESSAGES_MAX, Message},
        rules::{Count, Found},
        shared::Shared,
        status::Status,
        workers::{Done, Hands, Job},
    },
    spool::{
        self, Bench, Destinations, Hint, Ignore, Judge, Judged, Layout, Moving, Ruling, Seen, Unjudged,
        clock::Moment,
        journal::{Journal, Reader, Stage},
    },
};

thread_local! {
    static NOW: Cell<u64> = const { Cell::new(0) };
}

fn now() -> Moment {
    Moment::from_nanos(NOW.get())
}

/// Puts what says so into quarantine.
struct Simple;

impl Judge for Simple {
    fn judge(&self, _: &Path, bytes: Vec<u8>, _: &dyn Fn() -> bool) -> Judged {
        let ruling = if bytes.starts_with(b"JUNK") { Ruling::Quarantine } else { Ruling::Pass };
        Judged { ruling, report: b"{\"verdict\":\"quarantine\"}\n".to_vec(), rules: Vec::new(), ruleset: String::new() }
    }

    fn unjudged(&self, path: &Path, _: u64, _: Unjudged) -> Judged {
        self.judge(path, b"JUNK".to_vec(), &|| false)
    }

    fn ruleset(&self) -> String {
        String::new()
    }
}

/// Work lies here until the test does it.
#[derive(Clone, Default)]
struct Pile(Arc<Mutex<VecDeque<Job>>>);

impl Hands for Pile {
    fn give(&self, job: Job) {
        self.0.lock().unwrap().push_back(job);
    }
}

/// How a file comes into the inbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Way {
    /// Made, half written, and open until [`World::close`].
    Written,
    Renamed,
    Linked,
    Unnamed,
    /// In a folder of its own that is moved in.
    FolderMoved,
    /// In a folder made a moment before.
    FolderMade,
    /// Under the name of the one before, if that is free again.
    Again,
}

/// One spool with its intake loop.
pub(super) struct World {
    root: tempfile::TempDir,
    pub(super) script: Script,
    intake: Intake,
    shared: Arc<Shared>,
    bench: Arc<Bench>,
    pile: Pile,
    sender: mpsc::SyncSender<Message>,
    open: VecDeque<(PathBuf, File, Vec<u8>)>,
    /// What was dropped, and as what.
    dropped: BTreeMap<Vec<u8>, PathBuf>,
    last: PathBuf,
}

impl World {
    pub(super) fn new() -> Self {
        // In memory where that is possible: nothing here is about the disk.
        let root = tempfile::tempdir_in("/dev/shm").or_else(|_| tempfile::tempdir()).unwrap();
        fs::create_dir(root.path().join("elsewhere")).unwrap();
        let layout = crate::service::config::folders_of(root.path());
        layout.prepare().unwrap();
        fs::create_dir_all(layout.inbox.join("a/b")).unwrap();
        NOW.set(1_000_000_000_000);
        let intake = spool::Intake {
            settle: Duration::from_millis(500),
            stalled_after: Duration::from_secs(600),
            sweep_every: Duration::from_secs(30),
            ignore: vec!["*.part".to_owned()],
            bytes_at_most: 80 << 20,
            time_at_most: Duration::from_secs(60),
        };
        let ignore = Ignore::new(&intake.ignore).unwrap();
        let bench = Arc::new(Bench {
            destinations: Destinations::new(layout.clone()),
            journal: Journal::open(&layout.state),
            bytes_at_most: intake.bytes_at_most,
            time_at_most: Duration::from_secs(60),
            moving: Moving::Rename,
        });
        let (sender, messages) = mpsc::sync_channel(MESSAGES_MAX);
        let found =
            Found { judge: Arc::new(Simple), count: Count { own: 0, all: 0 }, failing: None, warnings: Vec::new() };
        let health = Arc::new(Health::new(0));
        let shared = Arc::new(Shared::new((layout, intake, ignore), health, Arc::clone(&bench), sender.clone(), found));
        let (script, pile) = (Script::new(), Pile::default());
        let intake = Intake::new(
            Arc::clone(&shared),
            Arc::clone(&bench),
            Box::new(pile.clone()),
            (Arc::new(script.clone()), now),
            (sender.clone(), messages),
        );
        let (open, dropped, last) = (VecDeque::new(), BTreeMap::new(), PathBuf::new());
        Self { root, script, intake, shared, bench, pile, sender, open, dropped, last }
    }

    pub(super) fn layout(&self) -> &Layout {
        &self.shared.layout
    }

    pub(super) fn status(&mut self) -> Status {
        self.intake.report(true);
        self.shared.status()
    }

    pub(super) fn pass_time(&self, span: Duration) {
        NOW.set(NOW.get() + u64::try_from(span.as_nanos()).unwrap());
    }

    /// The loop hears what was told and does what is due.
    pub(super) fn round(&mut self) {
        self.intake.hear_waiting();
        self.intake.round();
    }

    /// Does this many of the jobs that were given.
    pub(super) fn work(&mut self, jobs: usize) {
        for _ in 0..jobs {
            let Some(Job { claim, judge }) = self.pile.0.lock().unwrap().pop_front() else { return };
            let (ended, refused) = match self.bench.judge(claim, &*judge) {
                Ok(case) => {
                    let (_, begun) = self.bench.begin(Vec::new(), vec![case]);
                    let (ended, refused) = self.bench.publish_all(begun, &|| ());
                    (self.bench.end(ended), refused)
                }
                Err(refused) => (Vec::new(), vec![refused]),
            };
            let ended = ended.into_iter().map(|outcome| Done::Published(Box::new(outcome)));
            for done in ended.chain(refused.into_iter().map(Done::Failed)) {
                self.sender.try_send(Message::Done(done)).ok().unwrap();
            }
        }
    }

    /// A new file arrives; what a perfect source would tell of it.
    pub(super) fn arrive(&mut self, way: Way, folder: &str, junk: bool) -> Vec<Hint> {
        let number = self.dropped.len();
        let bytes = format!("{} file {number}\n", if junk { "JUNK" } else { "good" }).into_bytes();
        let mut path = PathBuf::from(folder).join(format!("{number}.txt"));
        match way {
            Way::FolderMoved | Way::FolderMade => path = PathBuf::from(format!("folder-{number}/in")).join(&path),
            Way::Again if !self.last.as_os_str().is_empty() && !self.at(&self.last).is_file() => {
                path.clone_from(&self.last);
            }
            _ => {}
        }
        let to = self.at(&path);
        let elsewhere = self.root.path().join("elsewhere").join(format!("{number}"));
        let hints = match way {
            Way::Written => {
                let mut file = File::create(&to).unwrap();
                file.write_all(&bytes[..5]).unwrap();
                self.open.push_back((path.clone(), file, bytes[5..].to_vec()));
                vec![Hint::Name(path.clone(), Seen::Written), Hint::Name(path.clone(), Seen::Written)]
            }
            Way::Renamed | Way::Again => {
                fs::write(&elsewhere, &bytes).unwrap();
                rename(&elsewhere, &to).unwrap();
                vec![Hint::Name(path.clone(), Seen::Moved)]
            }
            Way::Linked => {
                fs::write(&elsewhere, &bytes).unwrap();
                fs::hard_link(&elsewhere, &to).unwrap();
                fs::remove_file(&elsewhere).unwrap();
                vec![Hint::Name(path.clone(), Seen::Written)]
            }
            Way::Unnamed => {
                unnamed(to.parent().unwrap(), &to, &bytes);
                vec![Hint::Name(path.clone(), Seen::Written)]
            }
            Way::FolderMoved => {
                let top = path.iter().next().unwrap();
                let inside = elsewhere.join(path.strip_prefix(top).unwrap());
                fs::create_dir_all(inside.parent().unwrap()).unwrap();
                fs::write(inside, &bytes).unwrap();
                rename(&elsewhere, self.at(Path::new(top))).unwrap();
                vec![Hint::Name(top.into(), Seen::Moved)]
            }
            Way::FolderMade => {
                fs::create_dir_all(to.parent().unwrap()).unwrap();
                fs::write(&to, &bytes).unwrap();
                vec![Hint::Folder(path.iter().next().unwrap().into()), Hint::Name(path.clone(), Seen::Closed)]
            }
        };
        self.last.clone_from(&path);
        self.dropped.insert(bytes, path);
        self.told(hints)
    }

    /// The writer that began first comes to its end.
    pub(super) fn close(&mut self) -> Vec<Hint> {
        let Some((path, mut file, rest)) = self.open.pop_front() else { return Vec::new() };
        file.write_all(&rest).unwrap();
        drop(file);
        self.told(vec![Hint::Name(path.clone(), Seen::Written), Hint::Name(path, Seen::Closed)])
    }

    /// Hints of folders that are watched; of others nothing is told even by a perfect source.
    fn told(&self, hints: Vec<Hint>) -> Vec<Hint> {
        let is_told = |hint: &Hint| match hint {
            Hint::Name(path, _) | Hint::Folder(path) => self.script.watches(path.parent().unwrap()),
            Hint::Alive => true,
        };
        hints.into_iter().filter(is_told).collect()
    }

    /// A large file is moved in, of nothing but its number.
    pub(super) fn arrive_large(&mut self, mebibytes: u64) {
        let number = self.dropped.len();
        let path = PathBuf::from(format!("{number}.txt"));
        let file = File::create(self.at(&path)).unwrap();
        file.set_len(mebibytes << 20).unwrap();
        std::os::unix::fs::FileExt::write_all_at(&file, number.to_string().as_bytes(), 0).unwrap();
        self.dropped.insert(fs::read(self.at(&path)).unwrap(), path.clone());
        self.script.tell(Hint::Name(path, Seen::Moved));
    }

    /// Sizes of the files in hand, in bytes.
    pub(super) fn in_hand(&self) -> Vec<u64> {
        self.pile.0.lock().unwrap().iter().map(|job| job.claim.size()).collect()
    }

    /// How often judging the files in hand was begun before.
    pub(super) fn tries(&self) -> Vec<u32> {
        self.pile.0.lock().unwrap().iter().map(|job| job.claim.tries()).collect()
    }

    /// A daemon died with a file in its hands.
    pub(super) fn left_in_a_claim(&mut self, claim: &str) {
        let bytes = format!("good file {}\n", self.dropped.len()).into_bytes();
        let own = self.at(Path::new(".siftd/dead")).join(claim);
        fs::create_dir_all(&own).unwrap();
        fs::write(own.join("left.txt"), &bytes).unwrap();
        self.dropped.insert(bytes, PathBuf::from("left.txt"));
    }

    /// Goes on as one who only drains does, to the end; why not everything could be finished, if so.
    pub(super) fn drain(&mut self) -> Option<String> {
        loop {
            self.round();
            self.work(usize::MAX);
            self.intake.hear_waiting();
            if self.intake.is_drained() && self.intake.has_finished() {
                return self.status().unfinished;
            }
            self.pass_time(Duration::from_secs(1));
        }
    }

    /// Time goes on, all writers end, and nothing else happens: now everything must come to its place.
    pub(super) fn come_to_rest(&mut self) {
        while !self.open.is_empty() {
            let hints = self.close();
            hints.into_iter().for_each(|hint| self.script.tell(hint));
        }
        for _ in 0..200 {
            self.round();
            self.work(usize::MAX);
            self.pass_time(Duration::from_millis(700));
        }
    }

    /// Every file exactly once at its place, written down once, and nothing left in the inbox.
    pub(super) fn check(&self) {
        let mut found = BTreeMap::<Vec<u8>, Vec<PathBuf>>::new();
        for (place, root) in [("curated", &self.layout().curated), ("quarantine", &self.layout().quarantine)] {
            for path in files(root) {
                if !path.to_str().unwrap().ends_with(".siftd.json") {
                    let below = Path::new(place).join(path.strip_prefix(root).unwrap());
                    found.entry(fs::read(&path).unwrap()).or_default().push(below);
                }
            }
        }
        let journal = Reader::open(&self.layout().state).unwrap().unwrap().history(1000, None).unwrap();
        for (bytes, path) in &self.dropped {
            let hash = blake3::hash(bytes).to_hex();
            let place = Path::new(if bytes.starts_with(b"JUNK") { "quarantine" } else { "curated" });
            let name =
                path.with_file_name(format!("{}~{}.txt", path.file_stem().unwrap().to_str().unwrap(), &hash[..8]));
            let right = [place.join(path), place.join(name)];
            let lies = found.remove(bytes).unwrap_or_default();
            assert!(lies.len() == 1 && right.contains(&lies[0]), "{path:?} lies at {lies:?}");
            let rows = journal.iter().filter(|row| row.hash.as_deref() == Some(&*hash));
            assert_eq!(rows.map(|row| row.stage).collect::<Vec<_>>(), [Stage::Done], "{path:?}");
        }
        assert!(found.is_empty(), "nobody dropped {found:?}");
        let left: Vec<_> = files(&self.layout().inbox)
            .into_iter()
            .filter(|path| !path.ends_with("lock") && !path.ends_with("judging"))
            .collect();
        assert!(left.is_empty(), "{left:?} is left");
    }

    fn at(&self, path: &Path) -> PathBuf {
        self.layout().inbox.join(path)
    }
}

/// Makes a file without a name, fills it, and gives it one.
fn unnamed(folder: &Path, to: &Path, bytes: &[u8]) {
    let Ok(file) = rustix::fs::open(folder, OFlags::WRONLY | OFlags::TMPFILE, Mode::from_raw_mode(0o600)) else {
        // A file system without them: the same as a link, for whoever watches.
        fs::write(to.with_extension("part"), bytes).unwrap();
        return rename(to.with_extension("part"), to).unwrap();
    };
    rustix::io::write(&file, bytes).unwrap();
    let handle = format!("/proc/self/fd/{}", std::os::fd::AsRawFd::as_raw_fd(&file));
    rustix::fs::linkat(CWD, handle, CWD, to, AtFlags::SYMLINK_FOLLOW).unwrap();
}

fn files(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        for entry in fs::read_dir(folder).unwrap() {
            let entry = entry.unwrap();
            match entry.file_type().unwrap().is_dir() {
                true => open.push(entry.path()),
                false => found.push(entry.path()),
            }
        }
    }
    found
}
