//! What a person decides about files, and what the journal says of it: confirm, release, retry, history.

use std::{
    collections::BTreeSet,
    io::{Read, Write},
    os::unix::fs::PermissionsExt,
};

use rustix::fs::{OFlags, fcntl_setfl};
use serde_json::Value;
use snapbox::str;

use super::{ADVERT, CLEAN, Desk, NAVIGATION, RULES};

/// A spool with a clean, a stripped, two quarantined and a rejected file.
fn judged() -> Desk {
    let worst = "  - {id: worst, match: {regex: {any: ['^WORST']}}, action: reject}\n";
    let desk = Desk::with_rules(&[
        ("spool/inbox/clean.txt", CLEAN),
        ("spool/inbox/navigation.txt", NAVIGATION),
        ("spool/inbox/advert.txt", ADVERT),
        ("spool/inbox/again.txt", &ADVERT.replace("watches", "boats")),
        ("spool/inbox/worst.txt", &format!("WORST\n{CLEAN}")),
        ("rules/test.yaml", &format!("{RULES}{worst}")),
    ]);
    desk.siftd(&["once"]).assert().code(1);
    desk
}

fn last(desk: &Desk) -> serde_json::Value {
    let told = desk.siftd(&["history", "--json", "-n1"]).output().unwrap().stdout;
    serde_json::from_slice(&told).unwrap()
}

#[test]
fn a_confirmed_file_stays_and_stands_in_the_journal() {
    let desk = judged();
    for (name, says, verdict, rule) in [
        ("clean.txt", "clean.txt in curated: pass confirmed\n", "pass", None),
        ("navigation.txt", "navigation.txt in originals: strip confirmed\n", "strip", Some("test/breadcrumb")),
        ("adv", "advert.txt in quarantine: quarantine confirmed\n", "quarantine", Some("test/advert")),
        ("worst.txt", "worst.txt in rejected: reject confirmed\n", "reject", Some("test/worst")),
    ] {
        let before = last(&desk)["ruleset"].clone();
        desk.siftd(&["confirm", name, "--why", "seen"]).assert().code(0).stdout_eq(says);
        let row = last(&desk);
        assert_eq!(
            (&row["kind"], &row["verdict"], &row["why"]),
            (&"confirmed".into(), &verdict.into(), &"seen".into())
        );
        assert_eq!(row["rules"].as_array().unwrap().first().and_then(|rule| rule.as_str()), rule, "{name}");
        assert_eq!(row["ruleset"], before);
        assert!(row["blake3"].as_str().is_some_and(|hash| hash.len() == 64));
        assert!(row["who"].as_str().is_some_and(|who| !who.is_empty()));
    }
    assert!(desk.path("spool/quarantine/advert.txt").is_file());
}

#[test]
fn what_is_not_there_or_not_clear_is_not_confirmed() {
    let desk = judged();
    desk.siftd(&["confirm", "nothing"]).assert().code(2).stderr_eq(str![[r#"
siftd: failed to find nothing: no such file lies in curated, quarantine, rejected or originals

"#]]);
    desk.siftd(&["confirm", "a"]).assert().code(2).stderr_eq(str![[r#"
siftd: failed to find a: it could be any of advert.txt, again.txt; write more of the path

"#]]);
    assert_eq!(last(&desk)["kind"], "judged");
    // What would mean the same as what was typed is told by where it lies.
    desk.write("spool/inbox/clean.txt", ADVERT.as_bytes());
    desk.siftd(&["once"]).assert().code(1);
    desk.siftd(&["confirm", "clean.txt"]).assert().code(2).stderr_eq(
        "siftd: failed to find clean.txt: it could be any of curated/clean.txt, quarantine/clean.txt; write more of the path\n",
    );
    for name in ["curated/clean.txt", "quarantine/clean.txt"] {
        desk.siftd(&["confirm", name]).assert().code(0);
    }
}

#[test]
fn a_release_says_which_rules_were_overruled_and_by_whom() {
    let desk = judged();
    desk.siftd(&["release", "advert.txt", "--strip", "--why", "the rest is fine"])
        .assert()
        .code(0)
        .stdout_eq("advert.txt -> curated: advert.txt\n");
    let row = last(&desk);
    assert_eq!((&row["kind"], &row["verdict"]), (&"released".into(), &"strip".into()));
    assert_eq!(row["rules"], serde_json::json!(["test/advert"]));
    assert_eq!(row["ruleset"].as_str().unwrap().len(), 32);
    assert_eq!(row["why"], "the rest is fine");
    assert!(row["who"].is_string());
    let kept = std::fs::read_to_string(desk.path("spool/curated/advert.txt")).unwrap();
    assert!(!kept.contains("watches") && kept.contains("harbour"), "{kept}");
    desk.siftd(&["release", "worst.txt"]).assert().code(2).stderr_eq(str![[r#"
siftd: failed to find worst.txt: it lies in rejected; `siftd retry` judges it again

"#]]);
}

#[test]
fn a_release_that_would_leave_nothing_is_refused() {
    let desk = judged();
    desk.write("spool/inbox/page.txt", b"Buy cheap watches\n\nBuy cheap boats\n");
    desk.siftd(&["once"]).assert().code(1);
    desk.siftd(&["release", "page.txt", "--strip"]).assert().code(2).stdout_eq("").stderr_eq(
        "siftd: failed to release: strip page.txt: nothing of it would be left; release it whole, without --strip, or \
         leave it where it lies\n",
    );
    assert_eq!(last(&desk)["kind"], "judged");
    assert!(!desk.path("spool/curated/page.txt").exists() && desk.path("spool/quarantine/page.txt").is_file());
    desk.siftd(&["release", "page.txt"]).assert().code(0);
}

#[test]
fn a_name_may_be_a_path_from_here_or_begin_with_its_folder() {
    let desk = judged();
    let say = |name: &str, place: &str, verdict: &str| format!("{name} in {place}: {verdict} confirmed\n");
    for (typed, name, place, verdict) in [
        ("spool/quarantine/advert.txt", "advert.txt", "quarantine", "quarantine"),
        ("quarantine/again.txt", "again.txt", "quarantine", "quarantine"),
        ("./spool/curated/clean.txt", "clean.txt", "curated", "pass"),
        ("./worst.txt", "worst.txt", "rejected", "reject"),
    ] {
        desk.siftd(&["confirm", typed]).assert().code(0).stdout_eq(say(name, place, verdict));
    }
    for typed in ["spool/inbox/clean.txt", "./inbox/clean.txt", "curated/clean.txt"] {
        let told = desk.siftd(&["history", typed]).assert().code(0).get_output().stdout.clone();
        assert!(String::from_utf8(told).unwrap().contains("pass        clean.txt"), "{typed}");
    }
    desk.siftd(&["release", "quarantine/advert.txt"]).assert().code(0);
    desk.siftd(&["release", "quarantine/advert.txt"])
        .assert()
        .code(2)
        .stderr_eq("siftd: failed to find quarantine/advert.txt: it lies in curated already\n");
}

#[test]
fn a_name_that_is_written_out_is_no_beginning_of_another_one_when_its_file_is_gone_from_there() {
    let desk = judged();
    for name in ["page1", "page10"] {
        desk.write(format!("spool/inbox/{name}"), format!("{name}\n\nBuy cheap watches\n").as_bytes());
    }
    desk.siftd(&["once"]).assert().code(1);
    desk.siftd(&["release", "page1"]).assert().code(0);
    for verb in ["release", "retry"] {
        let there = "siftd: failed to find page1: it lies in curated already\n";
        desk.siftd(&[verb, "page1"]).assert().code(2).stdout_eq("").stderr_eq(there);
    }
    // Another siftd is at it.
    let held = desk.path("spool/quarantine/.siftd/move-quarantine-0");
    std::fs::create_dir_all(&held).unwrap();
    rustix::fs::rename(desk.path("spool/curated/page1"), held.join("page1")).unwrap();
    for verb in ["release", "retry"] {
        let told = desk.siftd(&[verb, "page1"]).assert().code(2).stdout_eq("").get_output().stderr.clone();
        let told = String::from_utf8(told).unwrap();
        assert!(told.starts_with("siftd: failed to find page1: it was in quarantine, and is being sent on"), "{told}");
    }
    // Whoever held it is gone.
    for verb in ["status", "doctor"] {
        let told = desk.siftd(&[verb]).assert().get_output().stdout.clone();
        let told = String::from_utf8(told).unwrap();
        assert!(
            told.contains("quarantine/page1 waits since ") && told.contains("siftd ended while it was sent on"),
            "{told}"
        );
    }
    assert!(desk.path("spool/quarantine/page10").is_file());
    desk.siftd(&["release", "page10"]).assert().code(0);
}

#[test]
fn a_retry_says_what_became_of_each_file() {
    let desk = judged();
    desk.siftd(&["retry", "worst.txt"]).assert().code(1).stdout_eq("worst.txt: reject, as before\n");
    desk.write("rules/test.yaml", RULES.replace("(?i)buy cheap", "(?i)buy cheap planes and").as_bytes());
    desk.siftd(&["retry", "--all", "--why", "boats only"]).assert().code(0).stdout_eq(str![[r#"
advert.txt: pass -> curated: advert.txt
again.txt: pass -> curated: again.txt
worst.txt: pass -> curated: worst.txt

"#]]);
    let row = last(&desk);
    assert_eq!((&row["kind"], &row["why"]), (&"retried".into(), &"boats only".into()));
    desk.siftd(&["retry", "--all"]).assert().code(0).stdout_eq("nothing lies aside\n");
}

#[test]
fn one_that_cannot_be_judged_again_keeps_a_retry_of_all_from_no_other() {
    let desk = judged();
    let humble = desk.humble(&["retry", "--all"]);
    std::fs::set_permissions(desk.path("spool/quarantine/advert.txt"), std::fs::Permissions::from_mode(0o000)).unwrap();
    desk.write("rules/test.yaml", RULES.replace("(?i)buy cheap", "(?i)buy cheap planes and").as_bytes());
    let told = humble.assert().code(2).stdout_eq(str![[r#"
again.txt: pass -> curated: again.txt
worst.txt: pass -> curated: worst.txt

"#]]);
    let told = String::from_utf8(told.get_output().stderr.clone()).unwrap();
    assert!(told.starts_with("siftd: failed to retry: read advert.txt: Permission denied"), "{told}");
}

#[test]
fn nor_does_one_that_went_away_meanwhile() {
    let desk = judged();
    // It stops when it has judged the first one: nobody reads what it prints.
    let (mut reader, mut writer) = std::io::pipe().unwrap();
    fcntl_setfl(&writer, OFlags::NONBLOCK).unwrap();
    while writer.write(b"full").is_ok() {}
    fcntl_setfl(&writer, OFlags::empty()).unwrap();
    let mut child = std::process::Command::new(super::SIFTD)
        .args(["retry", "--all"])
        .current_dir(desk.path(""))
        .stdout(writer)
        .spawn()
        .unwrap();
    let begun = std::time::Instant::now();
    while last(&desk)["kind"] != "retried" {
        assert!(begun.elapsed() < std::time::Duration::from_secs(60), "it begins with nothing");
    }
    std::fs::remove_file(desk.path("spool/quarantine/again.txt")).unwrap();
    let mut told = String::new();
    reader.read_to_string(&mut told).unwrap();
    assert_eq!(child.wait().unwrap().code(), Some(1));
    assert_eq!(
        told.trim_start_matches("full"),
        "advert.txt: quarantine, as before\nagain.txt: gone by now; see `siftd history`\nworst.txt: reject, as before\n"
    );
}

#[test]
fn what_was_confirmed_is_judged_again_only_by_name() {
    let desk = judged();
    desk.siftd(&["confirm", "advert.txt"]).assert().code(0);
    desk.write("rules/test.yaml", RULES.replace("(?i)buy cheap", "(?i)buy cheap planes and").as_bytes());
    desk.siftd(&["retry", "--all"]).assert().code(0).stdout_eq(str![[r#"
again.txt: pass -> curated: again.txt
worst.txt: pass -> curated: worst.txt
1 file left as somebody confirmed: named, a file is judged again all the same

"#]]);
    let left = "1 file left as somebody confirmed: named, a file is judged again all the same\n";
    desk.siftd(&["retry", "--all"]).assert().code(0).stdout_eq(left);
    desk.siftd(&["retry", "advert.txt"]).assert().code(0).stdout_eq("advert.txt: pass -> curated: advert.txt\n");

    // One that a person laid there, and one that is too large to be read, are confirmed like others.
    desk.write("spool/quarantine/laid.txt", CLEAN.as_bytes());
    desk.write("spool/quarantine/large.txt", CLEAN.repeat(99).as_bytes());
    let small = "rules: {shipped: false, folders: [rules]}\nintake: {bytes_at_most: 1KiB}\n";
    desk.write("small.yaml", small.as_bytes());
    for name in ["laid.txt", "large.txt"] {
        desk.siftd(&["--config", "small.yaml", "confirm", name]).assert().code(0);
    }
    desk.siftd(&["retry", "--all"]).assert().code(0).stdout_eq(left.replace("1 file", "2 files"));
    // Nobody confirmed what was written into one since.
    desk.write("spool/quarantine/laid.txt", format!("{CLEAN}It is longer now.\n").as_bytes());
    desk.siftd(&["retry", "--all"]).assert().code(0).stdout_eq(format!("laid.txt: pass -> curated: laid.txt\n{left}"));
}

#[test]
fn history_knows_a_file_by_every_name_it_has() {
    let desk = Desk::with_rules(&[("spool/inbox/in/it.txt", CLEAN)]);
    desk.siftd(&["once"]).assert().code(0);
    desk.write("spool/inbox/in/it.txt", format!("{CLEAN}It is another one.\n").as_bytes());
    desk.siftd(&["once"]).assert().code(0);
    let told = |name: &str| String::from_utf8(desk.siftd(&["history", name]).output().unwrap().stdout).unwrap();
    let both = told("in/it.txt");
    assert_eq!(both.lines().count(), 2, "{both}");
    assert_eq!(told("it.txt"), both, "by its name alone");
    // The second one found its name taken.
    let row: Value = last(&desk);
    let curated = row["curated"].as_str().unwrap();
    assert_ne!(curated, "in/it.txt");
    let second = both.lines().next().unwrap();
    assert_eq!(told(curated).trim_end(), second);
    assert_eq!(told(curated.strip_prefix("in/").unwrap()).trim_end(), second);
    assert_eq!(told(&format!("curated/{curated}")).trim_end(), second);
    assert_eq!(told("t.txt"), "the journal says nothing of t.txt\n", "no part of a name");
}

#[test]
fn history_that_has_nothing_says_so() {
    let desk = Desk::with_rules(&[("spool/inbox/clean.txt", CLEAN)]);
    desk.siftd(&["history"]).assert().code(0).stdout_eq("nothing was judged yet\n");
    let desk = judged();
    desk.siftd(&["history", "-n", "0"]).assert().code(0).stdout_eq("");
    desk.siftd(&["history", "nothing.txt"]).assert().code(0).stdout_eq("the journal says nothing of nothing.txt\n");
    desk.siftd(&["history", "--json", "nothing.txt"]).assert().code(0).stdout_eq("");
}

#[test]
fn a_status_names_a_thousand_files_and_counts_the_others() {
    let names: Vec<String> = (0..1003).map(|number| format!("spool/inbox/{number}.txt")).collect();
    let files: Vec<(&str, &str)> = names.iter().map(|name| (name.as_str(), "")).collect();
    let desk = Desk::with_rules(&files);
    let printed = |arguments: &[&str]| String::from_utf8(desk.siftd(arguments).output().unwrap().stdout).unwrap();
    let status: Value = serde_json::from_str(&printed(&["status", "--json"])).unwrap();
    assert_eq!((status["inbox"].as_array().unwrap().len(), &status["inbox_not_listed"]), (1000, &3.into()));
    let page = include_str!("../../docs/reports.md").split_once("## siftd status --json").unwrap().1;
    let fields = page.lines().filter_map(|line| Some(line.strip_prefix("| `")?.split_once('`')?.0));
    let documented: BTreeSet<&str> = fields.filter(|field| !field.contains(['.', '['])).collect();
    assert_eq!(status.as_object().unwrap().keys().map(String::as_str).collect::<BTreeSet<_>>(), documented);
    let text = printed(&["status"]);
    assert!(text.contains("inbox       1003 names"), "{text}");
    assert!(text.contains("  and 3 more, which are not listed: a status names 1000 at most\n"), "{text}");
}

/// siftd with a standard output that nobody reads any more.
fn unheard(desk: &Desk, arguments: &[&str]) -> (Option<i32>, String) {
    let (reader, writer) = std::io::pipe().unwrap();
    drop(reader);
    let output = std::process::Command::new(super::SIFTD)
        .args(arguments)
        .current_dir(desk.path(""))
        .stdout(writer)
        .stderr(std::process::Stdio::piped())
        .output()
        .unwrap();
    (output.status.code(), String::from_utf8(output.stderr).unwrap())
}

#[test]
fn a_reader_that_goes_away_keeps_nothing_from_being_done() {
    let desk = judged();
    assert_eq!(unheard(&desk, &["confirm", "clean.txt", "worst.txt"]), (Some(0), String::new()));
    let rows = desk.siftd(&["history", "--json", "-n2"]).output().unwrap().stdout;
    assert_eq!(String::from_utf8(rows).unwrap().matches(r#""kind":"confirmed""#).count(), 2);
    assert_eq!(unheard(&desk, &["retry", "--all"]), (Some(1), String::new()));
    assert_eq!(unheard(&desk, &["release", "advert.txt", "again.txt"]), (Some(0), String::new()));
    for name in ["advert.txt", "again.txt"] {
        assert!(desk.path("spool/curated").join(name).is_file(), "{name}");
    }
    desk.write("spool/inbox/later.txt", ADVERT.as_bytes());
    let (code, log) = unheard(&desk, &["once"]);
    assert_eq!(code, Some(1), "{log}");
}

#[test]
fn a_journal_of_a_later_siftd_is_set_aside_by_no_verb_and_by_no_start_without_a_word() {
    let desk = judged();
    desk.write("siftd.yaml", b"rules: {shipped: false, folders: [rules]}\nretention: {rejected: 1d}\n");
    desk.siftd(&["confirm", "again.txt"]).assert().code(0);
    let database = rusqlite::Connection::open(desk.path("spool/.siftd/journal.db")).unwrap();
    database.pragma_update(None, "user_version", 1_000_000).unwrap();
    drop(database);
    let confirmed = |journal: &str| {
        let database = rusqlite::Connection::open(desk.path("spool/.siftd").join(journal)).unwrap();
        let query = "SELECT count(*) FROM outcomes WHERE kind = 'confirmed'";
        database.query_row(query, [], |row| row.get::<_, i64>(0)).unwrap()
    };
    for arguments in [
        &["release", "advert.txt"][..],
        &["confirm", "advert.txt"],
        &["retry", "--all"],
        &["retry", "advert.txt"],
        &["expire"],
        &["expire", "--dry-run"],
    ] {
        let told = desk.siftd(arguments).assert().code(2).stdout_eq("").get_output().stderr.clone();
        let told = String::from_utf8(told).unwrap();
        assert!(told.contains("spool/.siftd: its schema version is 1000000"), "{arguments:?}: {told}");
        assert!(told.contains("use the later siftd; nothing was done"), "{arguments:?}: {told}");
        assert_eq!(confirmed("journal.db"), 1, "{arguments:?}");
    }
    assert!(desk.path("spool/quarantine/advert.txt").is_file());
    let told = desk.siftd(&["doctor"]).assert().code(2).get_output().stdout.clone();
    let told = String::from_utf8(told).unwrap();
    assert!(told.contains("a start of this one keeps the journal under another name"), "{told}");
    let told = desk.siftd(&["once", "--quiet"]).assert().code(0).get_output().stderr.clone();
    let told = String::from_utf8(told).unwrap();
    assert!(told.contains("spool/.siftd/journal.db.aside-1") && told.contains("give it its name back"), "{told}");
    assert_eq!((confirmed("journal.db.aside-1"), confirmed("journal.db")), (1, 0));
}

#[test]
fn a_journal_that_is_broken_is_not_set_aside_by_a_verb_without_a_word() {
    let desk = judged();
    desk.write("spool/.siftd/journal.db", b"this is no database, however long one looks at it");
    let told = desk.siftd(&["release", "advert.txt"]).assert().code(0).get_output().stderr.clone();
    let told = String::from_utf8(told).unwrap();
    assert!(told.contains("set aside as spool/.siftd/journal.db.aside-1"), "{told}");
}
