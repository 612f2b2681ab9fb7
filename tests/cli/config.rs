//! Which configuration is used, what it says, and what is wrong with it.

use std::os::unix::fs::PermissionsExt;

use snapbox::str;

use super::Desk;

#[test]
fn the_effective_configuration_names_where_each_value_came_from() {
    let desk = Desk::with(&[(
        "conf/siftd.yaml",
        "spool: /srv/texts\nfolders:\n  inbox: /drop\nintake: {settle: 2s}\nworkers: 2\n",
    )]);
    desk.siftd(&["config", "--config", "conf/siftd.yaml", "--spool", "here", "--rules", "r1", "--rules", "r2", "--log-format", "json"])
        .env("SIFTD_LOG", "siftd=debug")
        .assert()
        .code(0)
        .stderr_eq(str![""])
        .stdout_eq(str![[r#"
# from conf/siftd.yaml
spool: here                               # --spool
folders:
  inbox: /drop                            # conf/siftd.yaml:3
  curated: here/curated                   # default
  quarantine: here/quarantine             # default
  rejected: here/rejected                 # default
  originals: here/originals               # default
  state: here/.siftd                      # default
intake:
  settle: 2s                              # conf/siftd.yaml:4
  stalled_after: 10m                      # default
  sweep_every: 30s                        # default
  ignore: ['*~', '~$*', '#*#', '*.bak', '*.swp', '*.swx', '*.tmp', '*.temp', '*.part', '*.partial', '*.filepart', '*.crdownload', '*.download', '*.opdownload', '*.aria2']  # default
  bytes_at_most: 64MiB                    # default
rules:
  shipped: true                           # default
  folders: [r1, r2]                       # --rules
languages:
  wanted: []                              # default
  candidates: []                          # default
topics: []                                # default
policy:
  strip_share_at_most: 0.5                # default
  quarantine_at: 5                        # default
  points:
    hint: 1                               # default
    weak: 2                               # default
    strong: 3                             # default
    decisive: 5                           # default
limits:
  line_bytes: 16KiB                       # default
  work: 4294967296                        # default
  time: 1m                                # default
retention:
  originals: never                        # default
  quarantine_confirmed: never             # default
  quarantine_undecided: never             # default
  rejected: never                         # default
  journal: never                          # default
workers: 2                                # conf/siftd.yaml:5
confine: true                             # default
log:
  format: json                            # --log-format
  filter: 'siftd=debug'                   # $SIFTD_LOG

"#]]);
}

#[test]
fn the_file_that_is_used_is_the_first_of_flag_variable_and_folder() {
    let file = |workers: u32| format!("workers: {workers}\n");
    let desk = Desk::with(&[("siftd.yaml", &file(3)), ("variable.yaml", &file(4)), ("flag.yaml", &file(5))]);
    let workers = |arguments: &[&str], variable: &str| -> String {
        let output = desk.siftd(arguments).env("SIFTD_CONFIG", variable).output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        let line = text.lines().find(|line| line.starts_with("workers:")).unwrap();
        line.split_whitespace().collect::<Vec<_>>().join(" ")
    };
    assert_eq!(workers(&["config"], ""), "workers: 3 # siftd.yaml:1");
    assert_eq!(workers(&["config"], "variable.yaml"), "workers: 4 # variable.yaml:1");
    assert_eq!(workers(&["config", "--config", "flag.yaml"], "variable.yaml"), "workers: 5 # flag.yaml:1");
}

#[test]
fn every_mistake_is_drawn_at_once() {
    let desk = Desk::with(&[(
        "siftd.yaml",
        "inbox: /drop\nintake:\n  setle: 2s\nrules: {folders: mine}\nlog: {format: jsn}\n",
    )]);
    desk.siftd(&["scan", "."]).assert().code(2).stdout_eq(str![""]).stderr_eq(str![[r#"
error[R011]: the configuration has no key `inbox`
 --> siftd.yaml:1:1
  |
1 | inbox: /drop
  | ^^^^^
  |
  = help: it takes `spool`, `folders`, `intake`, `rules`, `languages`, `topics`, `policy`, `limits`, `retention`, `workers`, `confine` or `log`

error[R011]: `intake` has no key `setle`
 --> siftd.yaml:3:3
  |
3 |   setle: 2s
  |   ^^^^^
  |
  = help: did you mean `settle`?

error[R013]: `folders` must be a list, found text
 --> siftd.yaml:4:18
  |
4 | rules: {folders: mine}
  |                  ^^^^
  |
  = help: write [mine]

error[R016]: `format` cannot be `jsn`
 --> siftd.yaml:5:15
  |
5 | log: {format: jsn}
  |               ^^^
  |
  = help: did you mean `json`?

siftd: failed to use the configuration

"#]]);
}

#[test]
fn a_file_that_is_named_must_be_there() {
    let desk = Desk::with(&[]);
    desk.siftd(&["config", "--config", "none.yaml"]).assert().code(2).stdout_eq(str![""]).stderr_eq(str![[r#"
siftd: failed to read the configuration none.yaml: No such file or directory (os error 2)

"#]]);
}

#[test]
fn the_example_is_the_file_in_the_repository() {
    let desk = Desk::with(&[]);
    let output = desk.siftd(&["config", "--example"]).output().unwrap();
    assert_eq!(String::from_utf8(output.stdout).unwrap(), include_str!("../../siftd.example.yaml"));
}

#[test]
fn what_could_only_fail_later_is_told_with_the_line_that_says_it() {
    for (text, wanted) in [
        ("topics: [gardning]\n", "there is no shipped topic `gardning`"),
        ("rules: {folders: [nothere]}\n", "siftd.yaml:1 names the rule folder nothere, which is not there; make it"),
        ("folders: {curated: spool/inbox/curated}\n", "the curated folder ([..]) lies inside the inbox folder"),
    ] {
        let desk = Desk::with(&[("siftd.yaml", text), ("spool/inbox/curated/a.txt", "a")]);
        for folder in ["quarantine", "rejected", "originals", ".siftd"] {
            std::fs::create_dir(desk.path("spool").join(folder)).unwrap();
        }
        desk.siftd(&["config"]).assert().code(2).stderr_eq(format!("...\n[..]{wanted}[..]\n..."));
    }
}

#[test]
fn folders_inside_one_another_are_found_before_they_are_made() {
    for (text, wanted) in [
        (
            "spool: .\nfolders: {curated: inbox/curated}\n",
            "the curated folder ([..]/inbox/curated) lies inside the inbox folder",
        ),
        (
            "folders: {rejected: spool/x/../quarantine}\n",
            "quarantine and rejected are the same folder ([..]/spool/quarantine)",
        ),
    ] {
        let desk = Desk::with(&[("siftd.yaml", text)]);
        for verb in ["config", "once"] {
            desk.siftd(&[verb]).assert().code(2).stderr_eq(format!("...\n[..]{wanted}[..]\n..."));
        }
        desk.siftd(&["doctor"]).assert().code(2).stdout_eq(format!("...\nproblem  folders         {wanted}[..]\n..."));
        assert_eq!(std::fs::read_dir(desk.path("")).unwrap().count(), 1, "nothing is made");
    }
}

#[test]
fn where_one_may_not_look_there_is_no_configuration_and_one_that_may_not_be_read_is_named() {
    let desk = Desk::with(&[("open/siftd.yaml", "workers: 3\n")]);
    let at = |folder: &str, mode| {
        std::fs::set_permissions(desk.path(folder), std::fs::Permissions::from_mode(mode)).unwrap();
    };
    // What is looked for next may be there or not: at any rate it is not the one in the folder that is closed by then.
    let config = desk.humble_after("cd open && chmod 0 .", &["config"]).output().unwrap();
    at("open", 0o755);
    assert_eq!(config.status.code(), Some(0), "{}", String::from_utf8_lossy(&config.stderr));
    assert!(!String::from_utf8(config.stdout).unwrap().contains("workers: 3"));
    at("open/siftd.yaml", 0);
    for (arguments, named) in
        [(&["config"][..], "siftd.yaml"), (&["config", "--config", "./siftd.yaml"], "./siftd.yaml")]
    {
        desk.humble_after("cd open", arguments).assert().code(2).stderr_eq(format!(
            "siftd: failed to read the configuration {named}: Permission denied (os error 13); let this user read it, or name \
             another one with --config\n"
        ));
    }
}

#[test]
fn a_log_level_of_the_environment_is_held_to_the_same() {
    let desk = Desk::with(&[]);
    desk.siftd(&["config"]).env("SIFTD_LOG", "warn,siftd::spool=debug").assert().code(0);
    desk.siftd(&["config"]).env("SIFTD_LOG", "inof").assert().code(2).stderr_eq(str![[r#"
siftd: failed to use $SIFTD_LOG: `inof` is not a level; set off, error, warn, info, debug, trace, or levels of parts: warn,siftd=debug

"#]]);
}

#[test]
fn a_spool_that_is_made_for_a_slip_is_told() {
    let desk = Desk::with(&[]);
    let summary = "0 files: 0 passed, 0 stripped, 0 quarantined, 0 rejected\n";
    desk.siftd(&["once"]).assert().code(0).stdout_eq(format!(
        "made the spool spool (there is no siftd.yaml here); drop files into spool/inbox\n{summary}"
    ));
    desk.siftd(&["once"]).assert().code(0).stdout_eq(summary);
    desk.siftd(&["once", "--spool", "slip"])
        .assert()
        .code(0)
        .stdout_eq(format!("made the spool slip (--spool); drop files into slip/inbox\n{summary}"));
    let doctor = desk.siftd(&["doctor", "--spool", "slip"]).assert().code(1).get_output().stdout.clone();
    let doctor = String::from_utf8(doctor).unwrap();
    assert!(doctor.contains("there is none; the defaults are used, with the spool at slip\n"), "{doctor}");
}
