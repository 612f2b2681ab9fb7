//! The command line as people and programs see it: output, diagnostics and exit codes of the real binary.

#![expect(clippy::unwrap_used, reason = "what fails here is the test")]
#![expect(clippy::disallowed_methods, reason = "snapbox's macro asks whether a file exists")]

mod check;
mod config;
mod custody;
mod decide;
mod diff;
mod doctor;
mod evaluate;
mod examples;
mod explain;
mod init;
mod new;
mod readme;
mod run;
mod scan;
mod schema;
mod show;
mod status;
mod topic;
mod verify;

use std::{
    fs,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process,
};

use snapbox::cmd::Command;
use tempfile::TempDir;

/// The binary.
const SIFTD: &str = env!("CARGO_BIN_EXE_siftd");

/// Number of a user without any rights.
const NOBODY: u32 = 65534;

/// A working directory of its own.
struct Desk(TempDir);

impl Desk {
    /// With files, each by path and content.
    fn with(files: &[(&str, &str)]) -> Self {
        let desk = Self(TempDir::new().unwrap());
        for (path, text) in files {
            desk.write(path, text.as_bytes());
        }
        desk
    }

    /// With one pack of rules, a configuration that uses no other, and files.
    fn with_rules(files: &[(&str, &str)]) -> Self {
        let desk =
            Self::with(&[("siftd.yaml", "rules: {shipped: false, folders: [rules]}\n"), ("rules/test.yaml", RULES)]);
        for (path, text) in files {
            desk.write(path, text.as_bytes());
        }
        desk
    }

    fn path(&self, path: impl AsRef<Path>) -> PathBuf {
        self.0.path().join(path)
    }

    fn write(&self, path: impl AsRef<Path>, bytes: &[u8]) {
        let path = self.path(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, bytes).unwrap();
    }

    /// siftd, to be run here, in an environment that says nothing about colours or configuration.
    fn siftd(&self, arguments: &[&str]) -> Command {
        self.run(Command::new(SIFTD), arguments)
    }

    /// siftd, run by one whom permissions hold and to whom all of this belongs: by this user or, where that is root, by nobody.
    fn humble(&self, arguments: &[&str]) -> Command {
        self.run(Command::from_std(self.lower("exec \"$0\" \"$@\"")), arguments)
    }

    /// The same after a command of the shell.
    fn humble_after(&self, first: &str, arguments: &[&str]) -> Command {
        self.run(Command::from_std(self.lower(&format!("{first} && exec \"$0\" \"$@\""))), arguments)
    }

    /// The shell, run by that user, to whom all of this is given; siftd is `$0` to it.
    fn lower(&self, script: &str) -> process::Command {
        let mut command = process::Command::new("/bin/sh");
        command.args(["-c", script]);
        if !rustix::process::geteuid().is_root() {
            command.arg(SIFTD);
            return command;
        }
        let mut open = vec![self.path("")];
        while let Some(path) = open.pop() {
            std::os::unix::fs::lchown(&path, Some(NOBODY), Some(NOBODY)).unwrap();
            if path.symlink_metadata().unwrap().is_dir() {
                open.extend(fs::read_dir(path).unwrap().map(|entry| entry.unwrap().path()));
            }
        }
        // Nobody may not look into every folder that root builds in.
        let mut siftd = PathBuf::from(SIFTD);
        if process::Command::new(&siftd).uid(NOBODY).arg("--version").output().is_err() {
            siftd = self.path("siftd");
            fs::copy(SIFTD, &siftd).unwrap();
        }
        command.arg(siftd).uid(NOBODY).gid(NOBODY);
        command
    }

    fn run(&self, command: Command, arguments: &[&str]) -> Command {
        command.args(arguments).current_dir(self.0.path()).env_clear().env("HOME", self.0.path()).stdin("")
    }
}

/// Rules whose verdicts need no language.
const RULES: &str = r"schema: rules/1
pack: test
rules:
  - id: breadcrumb
    version: 3
    title: Path of links above the text
    tags: [navigation]
    match: {regex: {any: ['^Home(?: > \w+)+$']}}
    action: strip
    examples:
      - {text: 'Home > Garden', flags: [1]}
      - {text: 'Home is where the garden is.', flags: []}
  - id: advert
    title: Advert
    match: {regex: {any: ['(?i)buy cheap (\w+)']}}
    action: quarantine
    message: 'advert: {matched}'
    examples:
      - {text: 'Buy cheap pills', flags: [1]}
      - {text: 'Pills were cheap.', flags: []}
  - id: shouting
    title: Shouting
    status: trial
    match: {regex: {any: ['^[A-Z !]+$']}}
    action: strip
    examples:
      - {text: 'BIG NEWS!', flags: [1]}
      - {text: 'Big news.', flags: []}
";

/// A document that the rules leave as it is.
const CLEAN: &str =
    "The harbour office keeps a daily log of the ships that enter the bay.\nEach entry names the port.\n";
/// One with a line to strip.
const NAVIGATION: &str =
    "Home > Harbour > Log\n\nThe harbour office keeps a daily log of the ships that enter the bay.\n";
/// One to quarantine.
const ADVERT: &str = "Buy cheap watches now\n\nThe harbour office keeps a daily log of the ships that enter the bay.\n";
