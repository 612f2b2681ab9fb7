//! A spool in a temporary folder, and real processes: the test binary
//! starts itself again as the daemon, so that it can be killed.

use std::{
    collections::BTreeMap,
    env,
    fs::{self, File},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::Arc,
    time::{Duration, Instant},
};

use rustix::thread::{CapabilitySet, CapabilitySets, set_capabilities};
use siftd::{
    service::{self, Options, Status},
    spool::{
        Intake, Kernel, Layout, Moving, Retention,
        journal::{Entry, Reader},
    },
};

use crate::judges::{FakeRules, RealRules};

const CHILD: &str = "SIFTD_TEST_CHILD";

/// Set when a daemon is to log to its standard error.
const LOG: &str = "SIFTD_TEST_LOG";

/// What a daemon of a test is told.
#[derive(Clone)]
pub(crate) struct Setup {
    pub(crate) once: bool,
    pub(crate) copy: bool,
    pub(crate) sweep_ms: u64,
    pub(crate) bytes_at_most: u64,
    pub(crate) stalled_ms: u64,
    /// Judge by the shipped rules and by `pack.yaml`, if there is one.
    pub(crate) real: bool,
    pub(crate) time_ms: u64,
    /// How long originals, confirmed files, rejected ones and rows are kept; 0: for ever.
    pub(crate) retain_ms: u64,
    pub(crate) inbox: Option<PathBuf>,
    pub(crate) curated: Option<PathBuf>,
    /// Whether it may do no more than its user, also when that is root.
    pub(crate) plain: bool,
    /// Whether what it logs is kept; see [`Rig::logged`].
    pub(crate) logs: bool,
    /// Where a service manager listens.
    pub(crate) manager: Option<PathBuf>,
}

impl Default for Setup {
    fn default() -> Self {
        Self {
            once: false,
            copy: false,
            // Long: what events should bring must not come by a sweep.
            sweep_ms: 600_000,
            bytes_at_most: 1 << 20,
            stalled_ms: 600_000,
            real: false,
            time_ms: 600_000,
            retain_ms: 0,
            inbox: None,
            curated: None,
            plain: false,
            logs: false,
            manager: None,
        }
    }
}

/// A spool and what belongs to it.
pub(crate) struct Rig {
    folder: tempfile::TempDir,
}

/// A daemon; killed when it goes out of scope.
pub(crate) struct Daemon {
    pub(crate) child: Child,
}

impl Drop for Daemon {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Daemon {
    pub(crate) fn signal(&self, signal: rustix::process::Signal) {
        let pid = rustix::process::Pid::from_child(&self.child);
        rustix::process::kill_process(pid, signal).unwrap();
    }

    pub(crate) fn stop(mut self) {
        self.signal(rustix::process::Signal::TERM);
        assert!(self.child.wait().unwrap().success());
    }
}

impl Rig {
    pub(crate) fn new() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let rig = Self { folder };
        fs::write(rig.path("rules"), "one").unwrap();
        fs::create_dir(rig.path("inbox")).unwrap();
        rig
    }

    pub(crate) fn path(&self, below: impl AsRef<Path>) -> PathBuf {
        self.folder.path().join(below)
    }

    /// Writes a file aside and renames it into the inbox.
    pub(crate) fn drop_in(&self, name: impl AsRef<Path>, bytes: impl AsRef<[u8]>) {
        let aside = tempfile::NamedTempFile::new_in(self.folder.path()).unwrap();
        fs::write(aside.path(), bytes).unwrap();
        let to = self.path("inbox").join(name);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        aside.persist(to).unwrap();
    }

    pub(crate) fn start(&self, setup: &Setup) -> Daemon {
        let daemon = self.spawn(setup);
        if !setup.once {
            until("the first sweep", || self.status().is_some_and(|status| status.watch.sweeps > 0));
        }
        daemon
    }

    pub(crate) fn spawn(&self, setup: &Setup) -> Daemon {
        let told = [
            self.folder.path().to_owned().into_os_string().into_string().unwrap(),
            setup.once.to_string(),
            setup.copy.to_string(),
            setup.sweep_ms.to_string(),
            setup.bytes_at_most.to_string(),
            setup.stalled_ms.to_string(),
            setup.real.to_string(),
            setup.time_ms.to_string(),
            setup.retain_ms.to_string(),
            setup.inbox.as_ref().map(|path| path.to_str().unwrap().to_owned()).unwrap_or_default(),
            setup.curated.as_ref().map(|path| path.to_str().unwrap().to_owned()).unwrap_or_default(),
            setup.plain.to_string(),
        ];
        let mut command = Command::new(env::current_exe().unwrap());
        command
            .args(["--exact", "rig::child", "--nocapture", "--include-ignored"])
            .env(CHILD, told.join("\n"))
            .stdout(Stdio::null());
        if setup.logs {
            let log = File::options().create(true).append(true).open(self.path("log")).unwrap();
            command.env(LOG, "").stderr(log);
        }
        if let Some(manager) = &setup.manager {
            command.env("NOTIFY_SOCKET", manager);
        }
        Daemon { child: command.spawn().unwrap() }
    }

    /// How many lines with all these words its daemons logged.
    pub(crate) fn logged(&self, words: &[&str]) -> usize {
        let log = fs::read_to_string(self.path("log")).unwrap();
        log.lines().filter(|line| words.iter().all(|word| line.contains(word))).count()
    }

    /// Drains the inbox.
    pub(crate) fn once(&self, setup: &Setup) {
        let mut daemon = self.start(&Setup { once: true, ..setup.clone() });
        assert!(daemon.child.wait().unwrap().success());
    }

    pub(crate) fn status(&self) -> Option<Status> {
        Status::read(&self.path("state")).ok().flatten()
    }

    /// The state and reason of a name in the inbox.
    pub(crate) fn state_of(&self, name: &str) -> Option<(String, String)> {
        let status = self.status()?;
        status.names.into_iter().find(|found| found.path == name).map(|found| (found.state, found.reason))
    }

    pub(crate) fn until_state(&self, name: &str, state: &str) {
        until(&format!("{name} is {state}"), || self.state_of(name).is_some_and(|(is, _)| is == state));
    }

    /// Waits until it is known that somebody has the file open.
    pub(crate) fn until_open(&self, name: &str) {
        until("it is seen as open", || {
            self.state_of(name)
                .is_some_and(|(state, reason)| state == "settling" && reason.contains("open for writing"))
        });
    }

    /// Puts a file where the curated folder was: root may write anywhere, but nobody into that.
    pub(crate) fn block_curated(&self) {
        fs::remove_dir(self.path("curated")).unwrap();
        fs::write(self.path("curated"), "in the way").unwrap();
    }

    pub(crate) fn unblock_curated(&self) {
        fs::remove_file(self.path("curated")).unwrap();
        fs::create_dir(self.path("curated")).unwrap();
    }

    /// What the journal says, the latest first.
    pub(crate) fn history(&self) -> Vec<Entry> {
        Reader::open(&self.path("state")).unwrap().unwrap().history(10_000, None).unwrap()
    }

    pub(crate) fn until_published(&self, below: impl AsRef<Path>) {
        let path = self.path(below);
        until(&format!("{path:?} is there"), || path.is_file());
    }

    /// Waits until the daemon has nothing more to do.
    pub(crate) fn until_idle(&self, files: u64) {
        until("all is judged", || {
            self.status().is_some_and(|status| {
                let done: u64 =
                    ["pass", "strip", "quarantine", "reject"].iter().filter_map(|name| status.counts.get(*name)).sum();
                done >= files && status.in_hand == 0
            })
        });
    }

    /// Every file that was dropped, by the hash of its bytes, and where copies of it lie: reports and stripped
    /// copies (which have their original in `originals/`) left out.
    pub(crate) fn whereabouts(&self) -> BTreeMap<String, Vec<PathBuf>> {
        let mut found = BTreeMap::<String, Vec<PathBuf>>::new();
        for place in ["inbox", "curated", "quarantine", "rejected", "originals"] {
            let root = self.path(place);
            for path in files(&root) {
                let below = path.strip_prefix(&root).unwrap();
                let report = path.as_os_str().as_encoded_bytes().ends_with(b".siftd.json");
                let lock = path.file_name().is_some_and(|name| name == "lock" || name == "judging");
                let stripped = place == "curated" && self.path("originals").join(below).is_file();
                if !(report || lock || stripped) {
                    let hash = blake3::hash(&fs::read(&path).unwrap()).to_hex().to_string();
                    found.entry(hash).or_default().push(path);
                }
            }
        }
        found
    }

    /// Asserts that each of these byte sequences lies in exactly one place, and nothing else anywhere.
    pub(crate) fn assert_each_once<B: AsRef<[u8]>>(&self, dropped: impl IntoIterator<Item = B>) {
        let mut found = self.whereabouts();
        for bytes in dropped {
            let bytes = bytes.as_ref();
            let places = found.remove(&blake3::hash(bytes).to_hex().to_string());
            let places = places.unwrap_or_default();
            assert_eq!(
                places.len(),
                1,
                "{:?} lies in {places:?}",
                String::from_utf8_lossy(&bytes[..bytes.len().min(60)])
            );
        }
        assert!(found.is_empty(), "nobody dropped {found:?}; there are {:#?}", files(self.folder.path()));
    }
}

/// All regular files below.
pub(crate) fn files(root: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    let mut open = vec![root.to_owned()];
    while let Some(folder) = open.pop() {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        for entry in entries {
            let entry = entry.unwrap();
            match entry.file_type().unwrap() {
                kind if kind.is_dir() => open.push(entry.path()),
                kind if kind.is_file() => found.push(entry.path()),
                _ => {}
            }
        }
    }
    found.sort();
    found
}

/// Waits for a condition.
pub(crate) fn until(what: &str, condition: impl Fn() -> bool) {
    let begun = Instant::now();
    while !condition() {
        assert!(begun.elapsed() < Duration::from_secs(60), "waited too long until {what}");
        std::thread::sleep(Duration::from_millis(5));
    }
}

/// Not a test: the daemon's process.
#[test]
#[ignore = "the other tests start it as the daemon"]
fn child() {
    let told = env::var(CHILD).expect("started by another test");
    let mut told = told.split('\n');
    let mut next = || told.next().unwrap();
    let root = PathBuf::from(next());
    let (once, copy): (bool, bool) = (next().parse().unwrap(), next().parse().unwrap());
    let sweep_every = Duration::from_millis(next().parse().unwrap());
    let bytes_at_most = next().parse().unwrap();
    let stalled_after = Duration::from_millis(next().parse().unwrap());
    let real: bool = next().parse().unwrap();
    let time_at_most = Duration::from_millis(next().parse().unwrap());
    let retain = Some(Duration::from_millis(next().parse().unwrap())).filter(|span| !span.is_zero());
    let or = |told: &str, name: &str| if told.is_empty() { root.join(name) } else { PathBuf::from(told) };
    if env::var_os(LOG).is_some() {
        tracing_subscriber::fmt().with_ansi(false).with_writer(std::io::stderr).init();
    }
    let (inbox, curated) = (or(next(), "inbox"), or(next(), "curated"));
    if next() == "true" {
        let none = CapabilitySet::empty();
        // Of this thread, and of those that it starts.
        set_capabilities(None, CapabilitySets { effective: none, permitted: none, inheritable: none }).unwrap();
    }
    let result = service::run(Options {
        layout: Layout {
            inbox,
            curated,
            quarantine: root.join("quarantine"),
            rejected: root.join("rejected"),
            originals: root.join("originals"),
            state: root.join("state"),
        },
        intake: Intake {
            settle: Duration::from_millis(50),
            stalled_after,
            sweep_every,
            ignore: vec!["*.part".to_owned()],
            bytes_at_most,
            time_at_most,
        },
        workers: 2,
        once,
        events: Arc::new(Kernel),
        moving: if copy { Moving::Copy } else { Moving::Rename },
        configuration: None,
        confine: true,
        rules: match real {
            true => Arc::new(RealRules { pack: root.join("pack.yaml") }),
            false => Arc::new(FakeRules { file: root.join("rules"), gate: root.join("gate") }),
        },
        retention: Retention {
            originals: retain,
            quarantine_confirmed: retain,
            rejected: retain,
            journal: retain,
            quarantine_undecided: None,
        },
    });
    if let Err(error) = result {
        panic!("failed to {error}");
    }
}

/// Why it is not permitted to `doing`: what is at `path` and belongs to this user lets nobody `does` it.
pub(crate) fn denied(doing: &str, kind: &str, path: &Path, does: &str, bits: &str, entry: &str) -> String {
    let (about, path) = (fs::metadata(path).unwrap(), path.display());
    let (user, group, mode) = (about.uid(), about.gid(), about.mode() & 0o7777);
    format!(
        "{doing}: Permission denied (os error 13): the {kind} {path} is user {user}'s (group {group}, mode {mode:o}), and siftd \
         (user {user}) must be able to {does} it; `chmod u+{bits} {path}`, or `setfacl -m u:{user}:{entry} {path}`"
    )
}
