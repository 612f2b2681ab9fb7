//! Help, manual page, completions: what can be typed.

use std::fs;

use jiff::{Timestamp, ToSpan, tz::Offset};
use snapbox::str;

use super::{CLEAN, Desk};

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
  help         Print this message or the help of the given subcommand(s)

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
    let list = String::from_utf8(desk.siftd(&["man", "--list"]).output().unwrap().stdout).unwrap();
    let verbs: Vec<&str> = list.lines().filter_map(|page| page.strip_prefix("siftd-")).collect();
    assert!(verbs.contains(&"run") && verbs.contains(&"topic-try"));
    for verb in verbs {
        desk.siftd(&verb.split('-').chain(["--help"]).collect::<Vec<_>>()).assert().code(0).stderr_eq(str![""]);
        let page = desk.siftd(&["man", verb]).output().unwrap();
        assert!(page.status.success() && page.stdout.starts_with(b".ie"), "{verb}");
        assert!(completions.contains(&format!("siftd__subcmd__{}", verb.replace('-', "__subcmd__"))), "{verb}");
    }
    desk.siftd(&["man", "none"]).assert().code(2);
    desk.siftd(&["man"]).assert().code(0);
}

#[test]
fn every_manual_page_that_another_names_is_there() {
    let desk = Desk::with(&[]);
    let page =
        |name: &str| String::from_utf8(desk.siftd(&["man", name]).assert().success().get_output().stdout.clone());
    let list = String::from_utf8(desk.siftd(&["man", "--list"]).output().unwrap().stdout).unwrap();
    let names: Vec<&str> = list.lines().collect();
    assert!(names.contains(&"siftd") && names.contains(&"siftd-topic-learn") && names.contains(&"siftd-new-rule"));
    assert!(!list.contains("help"), "its text is on the pages of what it helps with");
    for name in &names {
        let page = page(name).unwrap();
        assert!(!page.contains(".SH EXTRA"), "{name}");
        let named = page.split(|c: char| c.is_whitespace()).filter_map(|word| word.strip_suffix("(1)"));
        for other in named.map(|other| other.replace('\\', "")) {
            assert!(names.contains(&&*other), "{name} names {other}");
        }
    }
    assert_eq!(page("topic learn").unwrap(), page("siftd-topic-learn").unwrap());
    assert!(page("once").unwrap().contains(".SH \"EXIT STATUS\""));
}

#[test]
fn nothing_but_the_verbs_needs_a_sound_configuration() {
    let desk = Desk::with(&[("siftd.yaml", "wrong: true\n")]);
    for arguments in [&["init", "x"][..], &["completions", "fish"], &["man"], &["--version"], &["scan", "--help"]] {
        desk.siftd(arguments).assert().code(0);
    }
}

/// A file as tzfile(5) has it, for a place that many hours ahead of UTC all year.
fn time_zone(hours: i8) -> Vec<u8> {
    let block = |version: u8| {
        let mut block = [b"TZif".as_slice(), &[version], &[0; 15]].concat();
        // No leap seconds and no changes; one kind of time, whose name takes four bytes.
        for count in [0_u32, 0, 0, 0, 1, 4] {
            block.extend_from_slice(&count.to_be_bytes());
        }
        block.extend_from_slice(&(i32::from(hours) * 3600).to_be_bytes());
        block.extend_from_slice(b"\0\0xxx\0");
        block
    };
    let name = format!("\n<xxx>{}\n", -hours);
    [block(b'2'), block(b'2'), name.into_bytes()].concat()
}

#[test]
fn a_day_ends_at_midnight_of_this_place_in_a_daemon_that_shut_itself_in_too() {
    // Where it is another day than in Greenwich now, and stays so for an hour.
    let hours: i8 = if Timestamp::now().to_zoned(jiff::tz::TimeZone::UTC).hour() >= 11 { 14 } else { -12 };
    let today = Timestamp::now().to_zoned(Offset::constant(hours).to_time_zone()).date();
    let yesterday = today.checked_sub(1.day()).unwrap();
    let overrides = format!(
        "schema: overrides/1
overrides:
  - {{rule: test/shouting, why: the spring market, until: {yesterday}, set: {{status: off}}}}
  - {{rule: test/advert, why: the last day of it, until: {today}, set: {{status: trial}}}}
"
    );
    let desk = Desk::with_rules(&[("rules/until.yaml", &overrides)]);
    // Elsewhere: where the rules lie it could be read.
    let elsewhere = tempfile::tempdir().unwrap();
    let zone = elsewhere.path().join("here");
    fs::write(&zone, time_zone(hours)).unwrap();
    let run = desk.siftd(&["once"]).env("TZ", &zone).assert().code(0);
    let told = String::from_utf8(run.get_output().stderr.clone()).unwrap();
    let told: Vec<&str> = told.lines().filter(|line| line.contains("W020")).collect();
    assert!(told.len() == 1 && told[0].contains("until.yaml:3"), "{told:?}");
}

#[test]
fn a_quiet_run_says_nothing_where_nobody_is_needed() {
    let desk = Desk::with_rules(&[("spool/inbox/clean.txt", CLEAN)]);
    desk.siftd(&["once", "-q"]).assert().code(0).stdout_eq("").stderr_eq("");
    desk.write("siftd.yaml", b"rules: {shipped: false, folders: [rules]}\nlog: {filter: info}\n");
    desk.write("spool/inbox/more.txt", CLEAN.as_bytes());
    let asked = desk.siftd(&["once", "-q"]).output().unwrap();
    assert!(String::from_utf8(asked.stderr).unwrap().contains("more.txt"), "what was configured is logged");
}

#[test]
fn json_is_asked_for_in_the_same_words_of_every_verb() {
    let desk = Desk::with_rules(&[("spool/inbox/clean.txt", CLEAN), ("a.txt", CLEAN)]);
    desk.siftd(&["once"]).assert().code(0);
    for verb in [
        &["status"][..],
        &["history"],
        &["verify"],
        &["doctor"],
        &["test"],
        &["check"],
        &["diff", "--base", "rules"],
        &["scan", "a.txt"],
        &["explain", "a.txt"],
        &["explain", "R003"],
    ] {
        let format = if verb[0] == "scan" { "jsonl" } else { "json" };
        let printed = |more: &[&str]| desk.siftd(&[verb, more].concat()).output().unwrap();
        let short = printed(&["--json"]);
        let first = String::from_utf8(short.stdout).unwrap();
        for row in first.lines() {
            serde_json::from_str::<serde_json::Value>(row).unwrap();
        }
        assert!(verb[0] == "check" || verb[0] == "test" || !first.is_empty(), "{verb:?}");
        assert_eq!(first, String::from_utf8(printed(&["--format", format]).stdout).unwrap(), "{verb:?}");
        assert_eq!(printed(&["--json", "--format", "human"]).status.code(), Some(2), "{verb:?}");
    }
}

#[test]
fn what_was_named_and_holds_nothing_is_said() {
    let desk = Desk::with_rules(&[("texts/.hidden.txt", CLEAN), ("texts/seen.txt", CLEAN)]);
    for (arguments, says) in [
        (
            &["check", "texts"][..],
            "siftd: failed to check anything: what was named holds no rule file (NAME.yaml or NAME.yml)\n",
        ),
        (
            &["explain", "Z99"],
            "siftd: failed to explain Z99: there is no such code, and no such file (No such file or directory (os error 2))\n",
        ),
    ] {
        desk.siftd(arguments).assert().code(2).stdout_eq("").stderr_eq(says);
    }
    std::fs::create_dir(desk.path("empty")).unwrap();
    let says = "siftd: failed to compare anything: there is no document; name some with --corpus\n";
    desk.siftd(&["diff", "--base", "rules", "--corpus", "empty"]).assert().code(2).stdout_eq("").stderr_eq(says);
    let scanned = String::from_utf8(desk.siftd(&["scan", "texts"]).output().unwrap().stdout).unwrap();
    assert!(
        scanned.ends_with("1 name passed over: hidden, ignored, the report or labels of a document, or neither file nor folder (a link)\n"),
        "{scanned}"
    );
}
