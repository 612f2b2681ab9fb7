//! Taking rule files again, by the program itself: what editors, copying tools and accidents do to a folder of rules.
#![expect(clippy::disallowed_methods, reason = "editors rename over the file, and so does this")]

use std::{
    fs,
    os::unix::fs::symlink,
    path::{Path, PathBuf},
    process::{Child, Command, Output, Stdio},
};

use rustix::process::{Pid, Signal, kill_process};
use siftd::service::{Rules, Status};
use tempfile::TempDir;

use crate::rig::until;

/// A site with rules of its own and no shipped ones, and its daemon, which is killed when it goes out of scope.
struct Site {
    folder: TempDir,
    daemon: Option<Child>,
}

impl Drop for Site {
    fn drop(&mut self) {
        if let Some(mut daemon) = self.daemon.take() {
            let _ = daemon.kill();
            let _ = daemon.wait();
        }
    }
}

impl Site {
    /// With files below it, and its daemon running.
    fn start(files: &[(&str, &str)]) -> Self {
        let mut site = Self { folder: tempfile::tempdir().unwrap(), daemon: None };
        site.write("siftd.yaml", "spool: .\nrules: {shipped: false, folders: [rules]}\n");
        for (path, text) in files {
            site.write(path, text);
        }
        let daemon = site.siftd(&["run"]).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap();
        site.daemon = Some(daemon);
        until("the daemon runs", || site.status().is_some_and(|status| status.watch.sweeps > 0));
        site
    }

    fn path(&self, below: &str) -> PathBuf {
        self.folder.path().join(below)
    }

    fn write(&self, below: &str, text: &str) {
        let path = self.path(below);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }

    fn siftd(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_siftd"));
        command.args(arguments).current_dir(self.folder.path()).env_clear();
        command
    }

    fn status(&self) -> Option<Status> {
        Status::read(&self.path(".siftd")).ok().flatten()
    }

    fn rules(&self) -> Rules {
        self.status().unwrap().rules
    }

    fn until_rules(&self, what: &str, hold: impl Fn(&Rules) -> bool) -> Rules {
        until(what, || self.status().is_some_and(|status| hold(&status.rules)));
        self.rules()
    }

    /// What `siftd reload` says, and its exit code.
    fn reload(&self, arguments: &[&str]) -> (String, i32) {
        let Output { status, stdout, stderr } = self.siftd(&[&["reload"], arguments].concat()).output().unwrap();
        let told = String::from_utf8([stdout, stderr].concat()).unwrap();
        (told, status.code().unwrap())
    }
}

/// A pack with one rule for each word.
fn pack(words: &[&str]) -> String {
    let rule = |word: &&str| {
        format!(
            "  - id: {word}\n    match: {{regex: {{any: ['^{word}']}}}}\n    action: strip\n    examples:\n\
             \x20     - {{text: {word}, flags: [1]}}\n      - {{text: other, flags: []}}\n"
        )
    };
    format!("schema: rules/1\npack: mine\nrules:\n{}", words.iter().map(rule).collect::<String>())
}

#[test]
fn an_editors_rename_over_the_file_is_taken_up() {
    let site = Site::start(&[("rules/mine.yaml", &pack(&["one"]))]);
    assert_eq!(site.rules().own, 1);
    site.write("rules/.mine.yaml.swp", "what editors leave lying");
    site.write("rules/mine.yaml~", "schema: nonsense");
    site.write("new", &pack(&["one", "two"]));
    fs::rename(site.path("new"), site.path("rules/mine.yaml")).unwrap();
    let rules = site.until_rules("the edit is in use", |rules| rules.own == 2);
    assert_eq!((rules.refused, rules.error), (None, None));
}

#[test]
fn half_saved_and_empty_files_change_nothing() {
    let site = Site::start(&[("rules/mine.yaml", &pack(&["one", "two"]))]);
    let good = site.rules().fingerprint;
    let whole = pack(&["one", "two", "three"]);
    site.write("rules/mine.yaml", &whole[..whole.len() - 10]);
    let rules = site.until_rules("the half is told", |rules| rules.error.is_some());
    assert_eq!(rules.fingerprint, good);
    assert!(rules.refused.as_ref().unwrap().contains("rules/mine.yaml:"), "{rules:?}");

    site.write("rules/mine.yaml", &format!("{}  - id: three\n", pack(&["one", "two"])));
    let said = |rules: &Rules| rules.refused.as_ref().is_some_and(|why| why.ends_with(" (and 1 more error)"));
    site.until_rules("what it lacks is told", said);

    site.write("rules/mine.yaml", "");
    let (told, code) = site.reload(&[]);
    assert!(code == 1 && told.contains("mine.yaml") && told.contains("the rules before stay in use"), "{told}");
    assert_eq!(site.rules().fingerprint, good);
    let status = String::from_utf8(site.siftd(&["status"]).output().unwrap().stdout).unwrap();
    assert!(status.contains("attention   rules not taken, those before stay in use: rules/mine.yaml:"), "{status}");

    site.write("rules/mine.yaml", &whole);
    let rules = site.until_rules("the whole is in use", |rules| rules.own == 3);
    assert_eq!(rules.error, None);
}

#[test]
fn a_folder_that_vanishes_and_comes_back() {
    let site = Site::start(&[("rules/mine.yaml", &pack(&["one"]))]);
    let good = site.rules().fingerprint;
    fs::rename(site.path("rules"), site.path("elsewhere")).unwrap();
    let rules = site.until_rules("it is missed", |rules| rules.error.is_some());
    assert_eq!(rules.fingerprint, good);
    assert!(rules.refused.unwrap().contains("No such file or directory"));

    fs::rename(site.path("elsewhere"), site.path("rules")).unwrap();
    let rules = site.until_rules("it is back", |rules| rules.error.is_none());
    assert_eq!(rules.fingerprint, good);

    fs::remove_file(site.path("rules/mine.yaml")).unwrap();
    let rules = site.until_rules("it is empty", |rules| rules.error.is_some());
    assert_eq!((rules.fingerprint, rules.own), (good, 1));
    assert_eq!(rules.refused.unwrap(), "of 1 rule of your own none would be left");
}

#[test]
fn a_folder_replaced_by_a_rename_is_read_by_a_daemon_that_shut_itself_in() {
    let apart = tempfile::tempdir().unwrap();
    let at = |below: &str| apart.path().join(below);
    for (folder, word) in [("rules", "one"), ("new", "two")] {
        fs::create_dir(at(folder)).unwrap();
        fs::write(at(folder).join("mine.yaml"), pack(&[word])).unwrap();
    }
    let config = format!("spool: .\nrules: {{shipped: false, folders: ['{}']}}\n", at("rules").display());
    let site = Site::start(&[("siftd.yaml", &config)]);
    let first = site.rules().fingerprint;
    fs::rename(at("rules"), at("old")).unwrap();
    fs::rename(at("new"), at("rules")).unwrap();
    let (told, code) = site.reload(&[]);
    assert_eq!(code, 0, "{told}");
    assert_ne!(site.rules().fingerprint, first);
}

#[test]
fn a_folder_swapped_through_a_link_is_taken_as_one() {
    let site = Site::start(&[
        ("rules/..1/mine.yaml", &pack(&["one"])),
        ("rules/..2/mine.yaml", &pack(&["one", "two"])),
        ("siftd.yaml", "spool: .\nrules: {shipped: false, folders: [rules]}\n"),
    ]);
    // The daemon came up on a folder without any visible file.
    assert_eq!(site.rules().own, 0);
    let swap = |to: &str| {
        symlink(to, site.path("rules/..tmp")).unwrap();
        fs::rename(site.path("rules/..tmp"), site.path("rules/..data")).unwrap();
    };
    swap("..1");
    symlink("..data/mine.yaml", site.path("rules/mine.yaml")).unwrap();
    site.until_rules("the first set is in use", |rules| rules.own == 1);
    swap("..2");
    site.until_rules("the second set is in use", |rules| rules.own == 2);
}

#[test]
fn a_list_that_a_rule_names_is_taken_up_too() {
    const PACK: &str = "schema: rules/1\npack: mine\nlists: {bad: {about: bad words, file: lists/bad.txt}}\nrules:\n\
                        \x20 - {id: one, match: {words: {lists: [bad]}}, action: strip}\n";
    let site = Site::start(&[("rules/mine.yaml", PACK), ("rules/lists/bad.txt", "casino\n")]);
    let good = site.rules().fingerprint;
    site.write("rules/lists/bad.txt", "casino\nlottery\n");
    let rules = site.until_rules("the longer list is in use", |rules| rules.fingerprint != good);
    assert_eq!(rules.error, None);
    fs::remove_file(site.path("rules/lists/bad.txt")).unwrap();
    let now = site.until_rules("the list is missed", |rules| rules.error.is_some());
    assert_eq!(now.fingerprint, rules.fingerprint);
}

#[test]
fn a_topic_and_its_examples_are_taken_up_too() {
    const TOPIC: &str = "schema: topic/1\nid: garden\nstrong_terms: [compost]\nexamples: [about/*.txt]\n";
    let text = "Compost feeds the soil and the worms in it, and the soil feeds the trees.\n".repeat(4);
    let site = Site::start(&[
        ("rules/mine.yaml", &pack(&["one"])),
        ("siftd.yaml", "spool: .\nrules: {shipped: false, folders: [rules]}\ntopics: [./topic.yaml]\n"),
        ("topic.yaml", TOPIC),
        ("about/one.txt", &text),
    ]);
    let first = site.rules();
    site.write("about/two.txt", &text.replace("Compost", "Mulch"));
    let second = site.until_rules("a new example counts", |rules| rules.fingerprint != first.fingerprint);
    site.write("topic.yaml", &TOPIC.replace("compost", "mulch"));
    site.until_rules("the topic's own file counts", |rules| rules.fingerprint != second.fingerprint);
    let generation = site.rules().generation;
    // What moves in the spool, which lies beside the topic file, is no edit of rules.
    site.write("inbox/a.txt", &text);
    until("the file is filed away", || site.path("curated/a.txt").is_file());
    assert_eq!(site.rules().generation, generation);
}

#[test]
fn a_third_of_the_rules_does_not_get_lost_by_accident() {
    let site = Site::start(&[("rules/mine.yaml", &pack(&["one", "two"])), ("rules/more.yaml", MORE)]);
    let good = site.rules();
    assert_eq!(good.own, 3);
    fs::remove_file(site.path("rules/more.yaml")).unwrap();
    let (told, code) = site.reload(&[]);
    assert_eq!(code, 1, "{told}");
    assert!(told.starts_with("of 3 rules of your own only 2 would be left; if that is meant"), "{told}");
    assert_eq!(site.rules().fingerprint, good.fingerprint);

    let (told, code) = site.reload(&["--accept-shrink"]);
    assert!(code == 0 && told.starts_with("2 rules, 2 of your own: in use now"), "{told}");
    assert_eq!(site.rules().error, None);
    let (told, code) = site.reload(&[]);
    assert!(code == 0 && told.starts_with("2 rules, 2 of your own: nothing has changed"), "{told}");
}

#[test]
fn rules_whose_examples_fail_are_not_taken() {
    let site = Site::start(&[("rules/mine.yaml", &pack(&["one"]))]);
    let good = site.rules().fingerprint;
    site.write("rules/mine.yaml", &pack(&["one"]).replace("'^one'", "'^only'"));
    let pid = Pid::from_child(site.daemon.as_ref().unwrap());
    kill_process(pid, Signal::HUP).unwrap();
    let rules = site.until_rules("the example is told", |rules| rules.error.is_some());
    assert_eq!(rules.fingerprint, good);
    assert_eq!(rules.refused.unwrap(), "an example of mine/one fails");
    let (told, code) = site.reload(&[]);
    assert_eq!(code, 1);
    assert!(
        told.starts_with("rules/mine.yaml:8: example 1 of mine/one wants the lines [1] to be flagged, got: []\n"),
        "{told}"
    );
    // Not even the loss of a third is weighed before the examples hold.
    assert_eq!(site.reload(&["--accept-shrink"]).1, 1);
}

#[test]
fn without_a_daemon_there_is_nobody_to_ask() {
    let site = Site::start(&[("rules/mine.yaml", &pack(&["one"]))]);
    let spool = site.path("other");
    fs::create_dir_all(spool.join(".siftd")).unwrap();
    let (told, code) = site.reload(&["--spool", Path::new(&spool).to_str().unwrap()]);
    assert_eq!((told.as_str(), code), ("siftd: failed to ask the daemon: none runs on this spool\n", 2));
}

const MORE: &str =
    "schema: rules/1\npack: more\nrules:\n  - {id: three, match: {regex: {any: [three]}}, action: strip}\n";

#[test]
fn overrides_that_were_to_end_are_shown_in_the_status() {
    let menu = "  - {rule: mine/one, why: the spring market, until: 2020-05-31, set: {status: off}}\n";
    let overrides = format!("schema: overrides/1\noverrides:\n{menu}");
    let site = Site::start(&[("rules/mine.yaml", &pack(&["one", "two"])), ("rules/ours.yaml", &overrides)]);
    let warnings = site.rules().warnings;
    assert!(
        matches!(&*warnings, [one] if one.contains("rules/ours.yaml:3: ") && one.ends_with("[W020]")),
        "{warnings:?}"
    );
    let output = site.siftd(&["status"]).output().unwrap();
    let status = String::from_utf8(output.stdout).unwrap();
    // They are in force all the same: nothing waits for a person.
    assert!(status.contains("\nwarning     ") && output.status.code() == Some(0), "{status}");

    site.write("rules/ours.yaml", &overrides.replace("2020", "2199"));
    let (told, code) = site.reload(&[]);
    assert!(code == 0 && !told.contains("warning"), "{told}");
    assert_eq!(site.rules().warnings, Vec::<String>::new());
}

#[test]
fn rules_that_fail_at_the_start_are_in_use_and_said_to_fail() {
    let wrong = pack(&["one", "two"]).replacen("text: other", "text: one too", 1);
    let site = Site::start(&[("rules/mine.yaml", &wrong)]);
    let rules = site.rules();
    assert_eq!((rules.failing.as_deref(), rules.refused), (Some("an example of mine/one fails"), None));
    let output = site.siftd(&["status"]).output().unwrap();
    let status = String::from_utf8(output.stdout).unwrap();
    assert!(
        status.contains("attention   the rules are in use since the start though an example of mine/one fails"),
        "{status}"
    );
    assert_eq!(output.status.code(), Some(1));

    site.write("rules/mine.yaml", &pack(&["one", "two"]));
    assert_eq!(site.reload(&[]).1, 0);
    assert_eq!(site.rules().failing, None);
}
