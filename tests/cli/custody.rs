//! Spools that are not there, belong to others, or have folders that nobody may look into.

use std::{
    fs,
    os::unix::fs::{MetadataExt, PermissionsExt},
};

use serde_json::Value;

use super::{ADVERT, CLEAN, Desk, NOBODY};

/// A spool with clean files and a quarantined one, all in a folder too.
fn judged() -> Desk {
    let desk = Desk::with_rules(&[
        ("spool/inbox/clean.txt", CLEAN),
        ("spool/inbox/advert.txt", ADVERT),
        ("spool/inbox/sub/clean.txt", CLEAN),
        ("spool/inbox/sub/advert.txt", ADVERT),
    ]);
    desk.humble(&["once"]).assert().code(1);
    desk
}

fn set_mode(desk: &Desk, path: &str, mode: u32) {
    fs::set_permissions(desk.path(path), fs::Permissions::from_mode(mode)).unwrap();
}

/// Standard output and error of one who is not root.
fn told(desk: &Desk, arguments: &[&str], code: i32) -> String {
    let output = desk.humble(arguments).assert().code(code).get_output().clone();
    String::from_utf8([output.stdout, output.stderr].concat()).unwrap()
}

#[test]
fn who_may_not_look_is_told_so_and_not_that_there_is_nothing() {
    let desk = judged();
    set_mode(&desk, "spool/.siftd", 0);
    for arguments in [&["history"][..], &["verify"]] {
        let told = told(&desk, arguments, 2);
        assert!(told.contains("ask as the user that siftd runs as"), "{told}");
    }
    let status: Value = serde_json::from_str(&told(&desk, &["status", "--json"], 1)).unwrap();
    assert!(status["running"].is_null(), "{status}");
    let troubles = status["troubles"].as_array().unwrap();
    assert!(troubles.len() == 1 && troubles[0].as_str().unwrap().contains("ask as the user"), "{status}");
    assert!(told(&desk, &["status"], 1).starts_with("daemon      not known\njudged      not known\n"));
    assert!(status["totals"].is_null() && status["aside"]["quarantine"] == 2, "{status}");
    let doctor = told(&desk, &["doctor"], 2);
    assert!(!doctor.contains("nothing was judged yet") && !doctor.contains("siftd config"), "{doctor}");
    set_mode(&desk, "spool/.siftd", 0o700);
    assert!(told(&desk, &["history"], 0).contains("clean.txt"));
}

#[test]
fn folders_that_may_not_be_listed_are_not_called_empty() {
    let desk = judged();
    let closed = ["inbox", "quarantine", "rejected", ".siftd"].map(|name| format!("spool/{name}"));
    closed.iter().for_each(|path| set_mode(&desk, path, 0));
    let (human, json) = (told(&desk, &["status"], 1), told(&desk, &["status", "--json"], 1));
    closed.iter().for_each(|path| set_mode(&desk, path, 0o750));
    for line in [
        "judged      not known\n",
        "lying aside quarantine not known, rejected not known\n",
        "inbox       not known\n",
        "attention   failed to open the folder spool/quarantine: Permission denied (os error 13); ask as the user that siftd",
    ] {
        assert!(human.contains(line), "{human}");
    }
    let status: Value = serde_json::from_str(&json).unwrap();
    for field in ["/running", "/totals", "/counters", "/aside/rejected", "/inbox_not_listed"] {
        assert!(status.pointer(field).is_some_and(Value::is_null), "{field}: {status}");
    }
}

#[test]
fn a_spool_just_made_is_not_broken() {
    let desk = Desk::with(&[]);
    desk.siftd(&["init"]).assert().code(0);
    let status = told(&desk, &["status"], 1);
    let attention: Vec<&str> = status.lines().filter(|line| line.starts_with("attention")).collect();
    assert_eq!(attention, ["attention   no daemon runs on this spool"], "{status}");
    let reload = told(&desk, &["reload"], 2);
    assert_eq!(reload, "siftd: failed to ask the daemon: none runs on this spool\n");
    let doctor = told(&desk, &["doctor"], 1);
    assert!(doctor.contains("none runs on this spool") && doctor.contains("nothing was judged yet"), "{doctor}");
}

#[test]
fn where_there_is_no_spool_that_is_said_once_with_the_way_out() {
    let desk = Desk::with(&[("siftd.yaml", "retention: {originals: 90d}\n")]);
    let status = told(&desk, &["status"], 1);
    let attention: Vec<&str> = status.lines().filter(|line| line.starts_with("attention")).collect();
    assert!(attention.len() == 1 && attention[0].contains("there is no spool at spool; `siftd init"), "{status}");
    let decisions = [&["reload"][..], &["release", "x"], &["confirm", "x"], &["retry", "x"]];
    for arguments in decisions.into_iter().chain([&["history"][..], &["verify"], &["expire", "--dry-run"], &["expire"]])
    {
        let told = told(&desk, arguments, 2);
        assert!(told.contains("there is no spool at spool; `siftd init"), "{told}");
    }
    assert!(!desk.path("spool").is_dir());
}

#[test]
fn decisions_are_left_to_the_user_whose_spool_it_is() {
    // Only root has a spool of another's at hand.
    if !rustix::process::geteuid().is_root() {
        return;
    }
    let desk = judged();
    for verb in ["release", "confirm", "retry"] {
        let output = desk.siftd(&[verb, "sub/advert.txt"]).assert().code(2).get_output().stderr.clone();
        let told = String::from_utf8(output).unwrap();
        assert!(told.contains("this spool belongs to user ") && told.contains(&format!("siftd {verb} …`")), "{told}");
    }
    assert!(desk.path("spool/quarantine/sub/advert.txt").is_file());
    desk.humble(&["release", "sub/advert.txt", "--strip"]).assert().code(0);
    for path in ["curated/sub/advert.txt", "originals/sub"] {
        assert_eq!(fs::metadata(desk.path("spool").join(path)).unwrap().uid(), NOBODY, "{path}");
    }
}

#[test]
fn a_folder_below_that_bars_the_way_is_named() {
    let desk = judged();
    set_mode(&desk, "spool/curated/sub", 0);
    desk.write("spool/inbox/sub/other.txt", CLEAN.replace("daily", "monthly").as_bytes());
    let once = told(&desk, &["once"], 2);
    assert!(once.contains("open or make the folder spool/curated/sub: Permission denied"), "{once}");
    let doctor = told(&desk, &["doctor"], 2);
    assert!(doctor.contains("problem  folders         the folder spool/curated/sub is not user"), "{doctor}");
    set_mode(&desk, "spool/curated/sub", 0o750);
    set_mode(&desk, "spool/inbox/sub", 0o550);
    let doctor = told(&desk, &["doctor"], 1);
    assert!(!doctor.contains("curated/sub") && !doctor.contains("inbox/sub"), "{doctor}");
}

#[test]
fn a_folder_that_keeps_its_files_is_named_with_the_way_out() {
    let desk = Desk::with_rules(&[
        ("spool/inbox/sub/a.txt", CLEAN),
        ("spool/inbox/closed/b.txt", CLEAN),
        ("spool/inbox/c.txt", CLEAN),
    ]);
    let once = desk.humble(&["once"]);
    set_mode(&desk, "spool/inbox/c.txt", 0);
    set_mode(&desk, "spool/inbox/sub", 0o555);
    set_mode(&desk, "spool/inbox/closed", 0);
    // Only root can give a folder to somebody else.
    let is_root = rustix::process::geteuid().is_root();
    if is_root {
        std::os::unix::fs::chown(desk.path("spool/inbox/sub"), Some(0), Some(0)).unwrap();
    }
    let output = once.assert().code(2).get_output().clone();
    let told = String::from_utf8([output.stdout, output.stderr].concat()).unwrap();
    set_mode(&desk, "spool/inbox/closed", 0o755);
    let own = if is_root { NOBODY } else { rustix::process::geteuid().as_raw() };
    let sub = if is_root { "user 0's (group 0, mode 555)".to_owned() } else { format!("user {own}'s") };
    let chmod = if is_root { "give it to a group that siftd is in" } else { "`chmod u+w spool/inbox/sub`" };
    for text in [
        // In the summary, and so in `siftd status`, which says of a daemon's names what this says; and in the log.
        "left in the inbox: sub/a.txt (held: claim sub/a.txt: Permission denied",
        "held: failed to claim sub/a.txt: Permission denied (os error 13): the folder spool/inbox/sub is ",
        &sub,
        chmod,
        &format!("`setfacl -m u:{own}:rwx spool/inbox/sub`"),
        "open c.txt: Permission denied (os error 13): the file spool/inbox/c.txt is ",
        "`chmod u+r spool/inbox/c.txt`",
        "closed cannot be listed: Permission denied (os error 13): the folder spool/inbox/closed is ",
    ] {
        assert!(told.contains(text), "{text}: {told}");
    }
}

#[test]
fn what_lies_under_a_closed_folder_is_not_called_missing() {
    let desk = judged();
    set_mode(&desk, "spool/curated/sub", 0);
    let verify = told(&desk, &["verify"], 1);
    assert!(verify.contains("unreadable  curated/sub ") && !verify.contains("missing"), "{verify}");
    set_mode(&desk, "spool/curated/sub", 0o750);
    fs::remove_file(desk.path("spool/curated/sub/clean.txt")).unwrap();
    assert!(told(&desk, &["verify"], 1).contains("missing     curated/sub/clean.txt"));
}

#[test]
fn a_spool_that_cannot_be_finished_is_not_left_to_a_verb_that_cannot_either() {
    let desk = Desk::with_rules(&[("spool/inbox/a.txt", CLEAN)]);
    desk.humble(&["once"]).assert().code(0);
    fs::remove_dir_all(desk.path("spool/.siftd")).unwrap();
    set_mode(&desk, "spool/curated", 0o550);
    set_mode(&desk, "spool", 0o555);
    let doctor = told(&desk, &["doctor"], 2);
    set_mode(&desk, "spool", 0o755);
    assert!(
        doctor.contains("spool/.siftd is not there yet, and user") && !doctor.contains("makes what is missing"),
        "{doctor}"
    );
    assert!(doctor.contains("the curated folder spool/curated is not user"), "{doctor}");
}

#[test]
fn what_lies_in_a_folder_that_cannot_be_listed_is_not_taken_for_absent() {
    let desk = judged();
    set_mode(&desk, "spool/quarantine/sub", 0);
    let why = "not all of quarantine was seen: sub cannot be listed: Permission denied";
    for (arguments, code) in [
        (&["release", "sub/advert.txt"][..], 2),
        (&["release", "adv"], 2),
        (&["diff", "--base", "rules"], 2),
        (&["status"], 1),
        (&["retry", "--all"], 2),
    ] {
        let told = told(&desk, arguments, code);
        assert!(told.contains(why), "{arguments:?}: {told}");
    }
    assert!(desk.path("spool/quarantine/advert.txt").is_file());
    // A name that is spelled out can mean no other.
    told(&desk, &["release", "advert.txt"], 0);
    assert!(desk.path("spool/curated/advert.txt").is_file());
}

#[test]
fn what_cannot_be_put_back_is_told_and_a_drain_does_not_end_well() {
    let desk = judged();
    let held = desk.path("spool/quarantine/.siftd/move-quarantine-0/sub");
    fs::create_dir_all(&held).unwrap();
    fs::rename(desk.path("spool/quarantine/sub/advert.txt"), held.join("advert.txt")).unwrap();
    // Its folder may not be written to, or is a file by now.
    set_mode(&desk, "spool/quarantine/sub", 0o550);
    let once = told(&desk, &["once"], 2);
    assert!(
        once.contains("put back sub/advert.txt: Permission denied") && once.contains("it lies in spool/"),
        "{once}"
    );
    set_mode(&desk, "spool/quarantine/sub", 0o750);
    fs::rename(desk.path("spool/quarantine/sub"), desk.path("spool/away")).unwrap();
    fs::write(desk.path("spool/quarantine/sub"), CLEAN).unwrap();
    let once = told(&desk, &["once"], 2);
    assert!(once.contains("look for what is held of sub/advert.txt: Not a directory"), "{once}");
    for verb in ["status", "doctor"] {
        let waits = told(&desk, &[verb], 1);
        assert!(
            waits.contains("quarantine/sub/advert.txt waits since ") && waits.contains("Not a directory"),
            "{waits}"
        );
    }
    fs::remove_file(desk.path("spool/quarantine/sub")).unwrap();
    told(&desk, &["once"], 0);
    assert!(desk.path("spool/quarantine/sub/advert.txt").is_file() && !desk.path("spool/quarantine/.siftd").exists());
}
