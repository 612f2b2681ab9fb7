//! `siftd diff`: what a change of rules would do, and its gate.

use std::process::Command;

use snapbox::str;

use super::{ADVERT, CLEAN, Desk, NAVIGATION, RULES};

/// A spool in which everything was judged, and rules at hand to compare with.
fn judged() -> Desk {
    let desk = Desk::with_rules(&[
        ("spool/inbox/clean.txt", CLEAN),
        ("spool/inbox/navigation.txt", NAVIGATION),
        ("spool/inbox/advert.txt", ADVERT),
        ("before/test.yaml", RULES),
    ]);
    desk.siftd(&["once"]).assert().code(1);
    desk
}

/// Puts other rules in the place of the configured ones.
fn edit(desk: &Desk, from: &str, to: &str) {
    let edited = RULES.replace(from, to);
    assert_ne!(edited, RULES);
    desk.write("rules/test.yaml", edited.as_bytes());
}

fn json(desk: &Desk, arguments: &[&str]) -> serde_json::Value {
    let told = desk.siftd(&[&["diff", "--format", "json"], arguments].concat()).output().unwrap();
    serde_json::from_slice(&told.stdout).unwrap()
}

#[test]
fn the_same_rules_change_nothing() {
    judged().siftd(&["diff", "--base", "before", "--gate"]).assert().code(0).stderr_eq(str![""]).stdout_eq(str![[r#"
base    before: 3 rules
new     the rules as they are: 3 rules
corpus  3 documents, of which 0 change

gate: passed

"#]]);
}

#[test]
fn verdicts_and_lines_are_told_by_rule_with_samples() {
    let desk = judged();
    edit(&desk, "^Home(?: > \\w+)+$", "^Each entry");
    desk.siftd(&["diff", "--base", "before"]).assert().code(0).stdout_eq(str![[r#"
base    before: 3 rules
new     the rules as they are: 3 rules
corpus  3 documents, of which 2 change

verdicts that change: 2 documents
  pass -> strip: 1
      spool/curated/clean.txt  (test/breadcrumb)
  strip -> pass: 1
      spool/originals/navigation.txt  (no longer test/breadcrumb)

by rule
  test/breadcrumb: 1 line newly stripped in 1 document, 1 line no longer stripped in 1 document, acts on another 1 document, no longer acts on 1 document
    - spool/curated/clean.txt:2: Each entry names the port.
    + spool/originals/navigation.txt:1: Home > Harbour > Log

"#]]);
    let told = json(&desk, &["--base", "before"]);
    assert_eq!((&told["documents"], &told["changed"]), (&3.into(), &2.into()));
    assert_eq!(told["changes"][0]["path"], "spool/curated/clean.txt");
    assert_eq!(told["changes"][0]["stripped"][0]["line"], 2);
    assert_eq!(told["rules"]["test/breadcrumb"]["lines_kept"], 1);
    assert_eq!(told["gate"]["clean_changed"], serde_json::json!(["spool/curated/clean.txt"]));
}

#[test]
fn the_gate_holds_for_clean_documents() {
    let desk = judged();
    edit(&desk, "buy cheap", "buy dear");
    desk.siftd(&["diff", "--base", "before", "--gate"]).assert().code(0);
    edit(&desk, "(?i)buy cheap", "(?i)harbour office|buy cheap");
    let run = desk.siftd(&["diff", "--base", "before", "--gate"]).assert().code(1);
    let told = String::from_utf8(run.get_output().stdout.clone()).unwrap();
    assert!(told.ends_with("\ngate: failed, 1 clean document would change and 0 decisions would be contradicted\n"));
    // Only who asks for the gate is stopped by it.
    desk.siftd(&["diff", "--base", "before"]).assert().code(0);
}

#[test]
fn what_people_decided_comes_first() {
    let desk = judged();
    desk.siftd(&["confirm", "advert.txt", "--why", "an advert"]).assert().code(0);
    desk.siftd(&["confirm", "navigation.txt"]).assert().code(0);
    edit(&desk, "buy cheap", "buy dear");
    let run = desk.siftd(&["diff", "--base", "before", "--gate"]).assert().code(1);
    let told = String::from_utf8(run.get_output().stdout.clone()).unwrap();
    let lines: Vec<&str> = told.lines().skip(3).collect();
    assert_eq!(lines[1], "against what a person decided: 1 document");
    assert!(lines[2].starts_with("  spool/quarantine/advert.txt: confirmed as quarantine by "), "{told}");
    assert!(lines[2].ends_with(" (an advert)"), "{told}");
    assert_eq!(lines[3], "      quarantine -> pass: no longer test/advert");
    assert!(told.ends_with("gate: failed, 0 clean documents would change and 1 decision would be contradicted\n"));

    // Once the same person releases it, the new rules are right and the old ones are not.
    desk.siftd(&["release", "advert.txt"]).assert().code(0);
    desk.siftd(&["diff", "--base", "before", "--gate"]).assert().code(0);
    let back = json(&desk, &["--base", "rules", "--rules", "before"]);
    assert_eq!(back["gate"]["contradicted"], serde_json::json!(["spool/curated/advert.txt"]));
    assert_eq!(back["gate"]["passed"], false);

    // Both sets against the person: told, and no reason to stop.
    desk.write("rules/test.yaml", RULES.as_bytes());
    let both = json(&desk, &["--base", "before"]);
    assert_eq!(both["contradicting"][0]["contradicted_as_before"], true);
    assert_eq!(both["gate"]["passed"], true);
}

#[test]
fn of_a_confirmed_strip_the_lines_count_too() {
    let desk = judged();
    desk.siftd(&["confirm", "navigation.txt"]).assert().code(0);
    edit(&desk, "^Home(?: > \\w+)+$", "Harbour|ships that enter");
    let told = json(&desk, &["--base", "before", "--corpus", "spool/originals"]);
    assert_eq!(told["contradicting"][0]["path"], "spool/originals/navigation.txt");
    edit(&desk, "^Home(?: > \\w+)+$", "^Home >");
    let told = json(&desk, &["--base", "before", "--corpus", "spool/originals"]);
    assert_eq!(told["contradicting"], serde_json::json!([]));
}

#[test]
fn a_revision_is_a_base() {
    let desk = judged();
    let path = std::env::var("PATH").unwrap();
    let git = |arguments: &[&str]| {
        let mut git = Command::new("git");
        git.args(["-c", "user.name=a", "-c", "user.email=a@example.org"]).args(arguments).current_dir(desk.path(""));
        assert!(git.output().unwrap().status.success());
    };
    git(&["init", "-q"]);
    git(&["add", "before"]);
    git(&["commit", "-qm", "without rules"]);
    git(&["add", "rules"]);
    git(&["commit", "-qm", "rules"]);
    edit(&desk, "buy cheap", "buy dear");
    let diff = |base: &str| desk.siftd(&["diff", "--base", base]).env("PATH", &path);
    let told = String::from_utf8(diff("HEAD").assert().code(0).get_output().stdout.clone()).unwrap();
    assert!(told.starts_with("base    the rules at HEAD: 3 rules\n"), "{told}");
    assert!(told.contains("  quarantine -> pass: 1\n      spool/quarantine/advert.txt  (no longer test/advert)\n"));
    let told = String::from_utf8(diff("HEAD~1").assert().code(0).get_output().stdout.clone()).unwrap();
    assert!(told.starts_with("base    the rules at HEAD~1: 0 rules\n"), "{told}");
    diff("nothing").assert().code(2).stderr_eq(str![[r#"
siftd: failed to take rules at nothing: there is neither such a folder nor such a revision

"#]]);
    diff("--upload-pack=x").assert().code(2);
    // The repository's own index knows nothing of it.
    let status = Command::new("git").args(["status", "--short", "rules"]).current_dir(desk.path("")).output().unwrap();
    assert_eq!(String::from_utf8(status.stdout).unwrap(), " M rules/test.yaml\n");
    desk.siftd(&["diff", "--base", "HEAD"]).env("PATH", "/nowhere").assert().code(2).stderr_eq(str![[r#"
siftd: failed to take rules at HEAD: git is not installed; name a folder with the rules as they were instead

"#]]);
}

#[test]
fn what_cannot_be_compared_is_said() {
    let desk = Desk::with_rules(&[("a.txt", CLEAN)]);
    desk.siftd(&["diff"]).assert().code(2).stderr_eq(str![[r#"
siftd: failed to compare rules: say with which, by --base and a folder or a git revision such as HEAD

"#]]);
    desk.siftd(&["diff", "--base", "rules"]).assert().code(2).stdout_eq(str![""]).stderr_eq(str![[r#"
siftd: failed to open the folder spool/originals: No such file or directory (os error 2); there is no spool here, name files with --corpus

"#]]);
    let run = desk.siftd(&["diff", "--base", "rules", "--corpus", "a.txt", "gone.txt"]).assert().code(2);
    let output = run.get_output();
    assert!(String::from_utf8_lossy(&output.stdout).contains("corpus  1 document, of which 0 change\n"));
    assert!(String::from_utf8_lossy(&output.stderr).starts_with("siftd: failed to read gone.txt: No such file"));
    desk.write("broken/a.yaml", b"schema: rules/1\npack: a\nrule: []\n");
    let run = desk.siftd(&["diff", "--base", "broken", "--corpus", "a.txt"]).assert().code(2);
    assert!(String::from_utf8_lossy(&run.get_output().stderr).contains("broken/a.yaml:3"));
}

#[test]
fn without_a_base_it_is_what_the_sites_own_rules_do() {
    let desk = Desk::with(&[
        ("siftd.yaml", "rules: {folders: [rules]}\n"),
        ("rules/test.yaml", RULES),
        ("texts/a.txt", ADVERT),
        ("texts/a.txt.siftd.json", "{}"),
    ]);
    let told = json(&desk, &["--corpus", "texts"]);
    assert_eq!((&told["documents"], &told["changed"]), (&1.into(), &1.into()));
    assert_eq!(told["changes"][0]["rules_now"], serde_json::json!(["test/advert"]));
}
