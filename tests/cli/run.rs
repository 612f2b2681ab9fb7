//! Help, manual page, completions: what can be typed.

use snapbox::str;

use super::Desk;

const VERBS: [&str; 22] = [
    "topic",
    "doctor",
    "verify",
    "run",
    "once",
    "scan",
    "explain",
    "check",
    "test",
    "diff",
    "show",
    "status",
    "history",
    "release",
    "confirm",
    "retry",
    "reload",
    "config",
    "new",
    "init",
    "completions",
    "man",
];

#[test]
fn short_help() {
    Desk::with(&[]).siftd(&["-h"]).assert().code(0).stderr_eq(str![""]).stdout_eq(str![[r#"
Watches an inbox folder of text files, judges each by YAML rules and language detection, and moves
the clean ones to a curated folder

Usage: siftd [OPTIONS] <COMMAND>

Commands:
  run          Watch the inbox and file away what is dropped there, until told to stop
  once         Judge and file away what lies in the inbox now, then exit
  scan         Judge files and folders, and move nothing
  explain      Say why a file was flagged or not, or what a diagnostic code means
  check        Print every mistake in the rule files
  test         Run the examples inside the rules
  diff         Say what a change of rules would do to documents
  evaluate     Measure on labelled text what the rules find and what they harm
  show         List the rules, or print one as it is written or as it runs
  schema       Print the JSON Schema by which editors check and complete the files
  status       Show the folders, the inbox and the rules in use
  doctor       Look for what keeps siftd from its work here, and say what to do
  history      Show what was judged, and what came of it
  verify       Tell what of curated and originals is not as it was published
  release      Send quarantined files on to the curated folder
  confirm      Write down that a file lies where it belongs
  retry        Judge quarantined and rejected files again
  expire       Delete what the retention policies no longer keep
  reload       Make the running daemon take its rule files again, and say what came of it
  config       Print the configuration in effect, and where each value came from
  topic        Make a topic's profile from example documents, or score documents by one
  new          Write a rule to start from
  init         Make a spool with a configuration and a first rule
  completions  Print a completion script for a shell
  man          Print the manual page

Options:
  -h, --help     Print help (see more with '--help')
  -V, --version  Print version

Options of every command:
      --config <FILE>        Configuration file [default: $SIFTD_CONFIG, ./siftd.yaml or
                             /etc/siftd/siftd.yaml, whichever is there first]
      --spool <DIR>          Folder that holds inbox, curated, quarantine, rejected and originals
      --rules <DIR>          Folder with rule files, instead of the configured ones; may be given
                             several times
      --log-format <FORMAT>  How to write the log [possible values: text, json]
      --color <WHEN>         When to use colours [default: auto] [possible values: auto, always,
                             never]

Exit codes: 0 fine; 1 findings (something would be quarantined or rejected, a check or test failed);
2 could not do it.

"#]]);
}

#[test]
fn a_slip_gets_a_suggestion() {
    let run = Desk::with(&[]).siftd(&["scann", "x"]).assert().code(2).stdout_eq(str![""]);
    let told = String::from_utf8(run.get_output().stderr.clone()).unwrap();
    assert!(told.contains("a similar subcommand exists: 'scan'"), "{told}");
}

#[test]
fn every_verb_has_help_a_manual_page_and_completions() {
    let desk = Desk::with(&[]);
    let completions = String::from_utf8(desk.siftd(&["completions", "bash"]).output().unwrap().stdout).unwrap();
    for verb in VERBS {
        desk.siftd(&[verb, "--help"]).assert().code(0).stderr_eq(str![""]);
        let page = desk.siftd(&["man", verb]).output().unwrap();
        assert!(page.status.success() && page.stdout.starts_with(b".ie"), "{verb}");
        assert!(
            completions.contains(&format!("siftd__{verb}")) || completions.contains(&format!("siftd__subcmd__{verb}")),
            "{verb}"
        );
    }
    desk.siftd(&["man", "none"]).assert().code(2);
    desk.siftd(&["man"]).assert().code(0);
}

#[test]
fn nothing_but_the_verbs_needs_a_sound_configuration() {
    let desk = Desk::with(&[("siftd.yaml", "wrong: true\n")]);
    for arguments in [&["init", "x"][..], &["completions", "fish"], &["man"], &["--version"], &["scan", "--help"]] {
        desk.siftd(arguments).assert().code(0);
    }
}
