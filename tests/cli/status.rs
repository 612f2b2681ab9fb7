//! `siftd status`, and what a daemon that runs is asked and told.

use std::{
    ffi::OsStr,
    fs,
    os::unix::{ffi::OsStrExt, fs::PermissionsExt},
    process::{Child, Command, Stdio},
    thread,
    time::{Duration, Instant},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;

use super::{CLEAN, Desk, SIFTD};

/// A verb that goes on until it is told to stop, in the background.
struct Background(Child);

impl Background {
    fn start(desk: &Desk, verb: &str) -> Self {
        let mut command = Command::new(SIFTD);
        command.arg(verb).current_dir(desk.path("")).env_clear().stdin(Stdio::null());
        Self(command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap())
    }

    fn signal(&self, signal: Signal) {
        kill_process(Pid::from_child(&self.0), signal).unwrap();
    }

    /// Whether it has said that it wants to hear of SIGINT; see proc(5).
    fn hears(&self) -> bool {
        let about = fs::read_to_string(format!("/proc/{}/status", self.0.id())).unwrap_or_default();
        let caught = about.lines().find_map(|line| line.strip_prefix("SigCgt:")).unwrap_or_default();
        u64::from_str_radix(caught.trim(), 16).is_ok_and(|caught| caught & 2 != 0)
    }
}

impl Drop for Background {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn until(what: &str, condition: impl Fn() -> bool) {
    let begun = Instant::now();
    while !condition() {
        assert!(begun.elapsed() < Duration::from_secs(60), "{what} did not come");
        thread::sleep(Duration::from_millis(20));
    }
}

fn status(desk: &Desk) -> Value {
    serde_json::from_slice(&desk.siftd(&["status", "--json"]).output().unwrap().stdout).unwrap()
}

fn text(bytes: &[u8]) -> String {
    String::from_utf8(bytes.to_vec()).unwrap()
}

#[test]
fn a_changed_configuration_is_told_until_the_daemon_starts_anew() {
    let desk = Desk::with_rules(&[]);
    let before = fs::read_to_string(desk.path("siftd.yaml")).unwrap();
    let daemon = Background::start(&desk, "run");
    until("the daemon", || status(&desk)["running"] == true);
    desk.siftd(&["status"]).assert().code(0);
    desk.siftd(&["reload"]).assert().code(0);

    desk.write("siftd.yaml", format!("{before}languages: {{wanted: [en]}}\n").as_bytes());
    let changed = "siftd.yaml was changed since the start; restart siftd";
    assert!(text(&desk.siftd(&["status"]).assert().code(1).get_output().stdout).contains(changed));
    assert!(text(&desk.siftd(&["reload"]).assert().code(1).get_output().stdout).contains(changed));
    let doctor = text(&desk.siftd(&["doctor"]).assert().code(1).get_output().stdout);
    assert!(doctor.contains(changed) && !doctor.contains("`siftd reload` takes them"), "{doctor}");

    desk.write("siftd.yaml", before.as_bytes());
    desk.siftd(&["status"]).assert().code(0);
    drop(daemon);
}

#[test]
fn what_a_daemon_holds_is_told_with_its_reason() {
    let desk = Desk::with_rules(&[("spool/inbox/sub/a.txt", CLEAN)]);
    fs::set_permissions(desk.path("spool/inbox/sub"), fs::Permissions::from_mode(0o555)).unwrap();
    let mut command = desk.lower("exec \"$0\" run");
    command.current_dir(desk.path("")).env_clear().stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let daemon = Background(command.spawn().unwrap());
    until("the file that is held", || status(&desk)["inbox"][0]["state"] == "held");
    let why = "claim sub/a.txt: Permission denied (os error 13): the folder spool/inbox/sub is user ";
    let told = |verb: &str| text(&desk.siftd(&[verb]).assert().code(1).get_output().stdout);
    let (human, doctor) = (told("status"), told("doctor"));
    assert!(human.contains(&format!("  held      sub/a.txt  ({why}")), "{human}");
    assert!(
        doctor.contains("1 file held in the inbox\n") && doctor.contains(&format!(" sub/a.txt: {why}")),
        "{doctor}"
    );
    drop(daemon);
}

#[test]
fn names_that_are_passed_over_are_told_and_those_that_look_like_documents_need_a_person() {
    let deep = format!("spool/inbox/{}", vec!["d"; 33].join("/"));
    let desk = Desk::with_rules(&[("spool/inbox/c.part", CLEAN), (&format!("{deep}/a.txt"), CLEAN), ("b.txt", CLEAN)]);
    for name in ["w", "x", "y", "z"] {
        std::os::unix::fs::symlink("../../b.txt", desk.path(format!("spool/inbox/{name}.txt"))).unwrap();
    }
    let deep = deep.strip_prefix("spool/inbox/").unwrap();
    desk.siftd(&["once"]).assert().code(0).stdout_eq(format!(
        "0 files: 0 passed, 0 stripped, 0 quarantined, 0 rejected\n6 names passed over\n  it is a symbolic link: w.txt, x.txt, \
         y.txt and 1 more\n  it lies more than 32 folders deep: {deep}\n  its name matches the pattern *.part: c.part\n"
    ));
    desk.siftd(&["once", "-q"]).assert().code(0).stdout_eq("");
    let wanted = format!(
        "5 names in the inbox passed over, though not for the name: {deep} (it lies more than 32 folders deep), w.txt (it is a \
         symbolic link), x.txt (it is a symbolic link) and 2 more"
    );
    let human = text(&desk.siftd(&["status"]).assert().code(1).get_output().stdout);
    assert!(human.contains(&format!("attention   {wanted}; put the files themselves there")), "{human}");
    let doctor = text(&desk.siftd(&["doctor"]).assert().code(1).get_output().stdout);
    assert!(doctor.contains(&format!("warning  inbox           {wanted}\n")), "{doctor}");
}

#[test]
fn a_drain_that_was_interrupted_fails_and_says_what_is_left() {
    let desk = Desk::with_rules(&[("spool/inbox/a.txt", CLEAN), ("spool/inbox/sub/b.txt", CLEAN)]);
    let rules = fs::read_to_string(desk.path("siftd.yaml")).unwrap();
    // What is written to may settle for as long as the test takes.
    desk.write("siftd.yaml", format!("{rules}intake: {{settle: 1h}}\n").as_bytes());
    let mut once = Background::start(&desk, "once");
    until("its wish to hear signals", || once.hears());
    once.signal(Signal::INT);
    let code = once.0.wait().unwrap().code();
    let told = std::io::read_to_string(once.0.stderr.take().unwrap()).unwrap();
    assert!(told.contains("siftd: failed to drain the inbox: interrupted; 2 files left in the inbox"), "{told}");
    assert_eq!(code, Some(2));
}

#[test]
fn names_that_nobody_watches_are_listed_in_order_and_without_an_age() {
    let desk = Desk::with_rules(&[
        ("spool/inbox/b.txt", CLEAN),
        ("spool/inbox/a.txt", CLEAN),
        ("spool/inbox/c.part", CLEAN),
        // A claim whose daemon holds no lock.
        ("spool/inbox/.siftd/0123456789abcdef/0123456789abcdef-0.0/sub/d.txt", CLEAN),
    ]);
    desk.write(OsStr::from_bytes(b"spool/inbox/bad\xfc.txt"), CLEAN.as_bytes());
    let told = status(&desk);
    let names = told["inbox"].as_array().unwrap().iter();
    let names: Vec<_> = names.map(|name| (name["state"].as_str().unwrap(), name["path"].as_str().unwrap())).collect();
    assert_eq!(
        names,
        [
            ("claimed", "sub/d.txt"),
            ("waiting", "a.txt"),
            ("waiting", "b.txt"),
            ("waiting", "bad\u{fffd}.txt"),
            ("ignored", "c.part")
        ]
    );
    assert!(told["inbox"].as_array().unwrap().iter().all(|name| name["age_seconds"].is_null()), "{told}");
    assert_eq!(told["inbox"][3]["path_bytes"], "626164fc2e747874");
    assert_eq!(told["inbox"][0].get("path_bytes"), None);
    let human = text(&desk.siftd(&["status"]).assert().code(1).get_output().stdout);
    assert!(human.contains("  waiting   a.txt  (no daemon has seen it yet)\n"), "{human}");
    assert!(human.contains("1 file in hand of a daemon that was stopped"), "{human}");

    desk.siftd(&["once"]).assert().code(0);
    let rows = text(&desk.siftd(&["history", "--json"]).assert().code(0).get_output().stdout);
    let rows: Vec<Value> = rows.lines().map(|row| serde_json::from_str(row).unwrap()).collect();
    let bad = rows.iter().find(|row| row.get("path_bytes").is_some()).unwrap();
    assert_eq!((&bad["path"], &bad["curated_bytes"]), (&"bad\u{fffd}.txt".into(), &"626164fc2e747874".into()));
    assert!(status(&desk)["inbox"].as_array().unwrap().iter().all(|name| name["state"] == "ignored"));
}
