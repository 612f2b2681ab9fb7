//! Names of every kind, entries of every kind, and names that are taken.

use std::{
    ffi::{OsStr, OsString},
    fs,
    os::unix::{
        ffi::{OsStrExt, OsStringExt},
        fs::symlink,
        net::UnixListener,
    },
    path::PathBuf,
};

use siftd::spool::{journal::Reader, report_name};

use crate::rig::{Rig, Setup};

#[test]
fn names_are_bytes() {
    let rig = Rig::new();
    let names: Vec<OsString> = [
        b"not \xff utf-8.txt".to_vec(),
        b"line\nbreak.txt".to_vec(),
        b"escape \x1b[31m.txt".to_vec(),
        b"-rf".to_vec(),
        "right\u{202e}left.txt".as_bytes().to_vec(),
        b"back\\slash'\"quote.txt".to_vec(),
        vec![b'n'; 255],
        [vec![b'm'; 251], b".txt".to_vec()].concat(),
    ]
    .into_iter()
    .map(OsString::from_vec)
    .collect();
    for (number, name) in names.iter().enumerate() {
        rig.drop_in(name, format!("JUNK {number}"));
        rig.drop_in(PathBuf::from("sub").join(name), format!("good {number}"));
    }
    rig.once(&Setup::default());
    let journal = Reader::open(&rig.path("state")).unwrap().unwrap();
    for (number, name) in names.iter().enumerate() {
        let quarantine = rig.path("quarantine");
        assert_eq!(fs::read_to_string(quarantine.join(name)).unwrap(), format!("JUNK {number}"));
        assert!(quarantine.join(report_name(name)).is_file());
        assert_eq!(fs::read_to_string(rig.path("curated/sub").join(name)).unwrap(), format!("good {number}"));
        let entries = journal.history(10, Some(name.as_ref())).unwrap();
        assert_eq!(entries.len(), 1);
        assert_eq!(entries[0].path, PathBuf::from(name));
    }
}

#[test]
fn long_names_that_are_taken_get_a_name_that_fits() {
    let rig = Rig::new();
    let name = "x".repeat(255);
    for number in 0..3 {
        rig.drop_in(&name, format!("JUNK {number}"));
        rig.once(&Setup::default());
    }
    rig.assert_each_once((0..3).map(|number| format!("JUNK {number}")));
    assert_eq!(fs::read_dir(rig.path("quarantine")).unwrap().count(), 6, "three files, three reports");
}

#[test]
fn what_is_no_file_is_left_alone_and_listed_with_the_reason() {
    let rig = Rig::new();
    fs::write(rig.path("secret"), "outside").unwrap();
    symlink(rig.path("secret"), rig.path("inbox/link.txt")).unwrap();
    symlink("/", rig.path("inbox/folder-link")).unwrap();
    rustix::fs::mknodat(
        rustix::fs::CWD,
        rig.path("inbox/fifo.txt"),
        rustix::fs::FileType::Fifo,
        rustix::fs::Mode::from_raw_mode(0o600),
        0,
    )
    .unwrap();
    let _socket = UnixListener::bind(rig.path("inbox/socket.txt")).unwrap();
    fs::write(rig.path("inbox/.hidden.txt"), "hidden").unwrap();
    fs::write(rig.path("inbox/download.part"), "half").unwrap();
    let daemon = rig.start(&Setup::default());
    rig.drop_in("good.txt", "good");
    rig.until_published("curated/good.txt");
    // The same while it runs.
    symlink(rig.path("secret"), rig.path("inbox/later.txt")).unwrap();
    rig.until_state("later.txt", "ignored");
    for (name, reason) in [
        ("link.txt", "symbolic link"),
        ("folder-link", "symbolic link"),
        ("fifo.txt", "named pipe"),
        ("socket.txt", "socket"),
        (".hidden.txt", "hidden"),
        ("download.part", "*.part"),
        ("later.txt", "symbolic link"),
    ] {
        let (state, why) = rig.state_of(name).unwrap();
        assert_eq!(state, "ignored", "{name}");
        assert!(why.contains(reason), "{name}: {why}");
    }
    // What was a link and is a file now is taken.
    rig.drop_in("later.txt", "a file now");
    rig.until_published("curated/later.txt");
    daemon.stop();
}

#[test]
fn nothing_is_overwritten() {
    let rig = Rig::new();
    for place in ["curated", "originals", "quarantine"] {
        fs::create_dir(rig.path(place)).unwrap();
    }
    fs::write(rig.path("curated/good.txt"), "was there").unwrap();
    fs::write(rig.path("originals/strip.txt"), "was there too").unwrap();
    fs::write(rig.path("quarantine/junk.txt.siftd.json"), "no report").unwrap();
    rig.drop_in("good.txt", "good");
    rig.drop_in("strip.txt", "STRIP\nkept\n");
    rig.drop_in("junk.txt", "JUNK");
    rig.once(&Setup::default());
    assert_eq!(fs::read_to_string(rig.path("curated/good.txt")).unwrap(), "was there");
    assert_eq!(fs::read_to_string(rig.path("originals/strip.txt")).unwrap(), "was there too");
    assert_eq!(fs::read_to_string(rig.path("quarantine/junk.txt.siftd.json")).unwrap(), "no report");
    let hashed = |name: &str, bytes: &str| {
        let (stem, extension) = name.split_once('.').unwrap();
        format!("{stem}~{}.{extension}", &blake3::hash(bytes.as_bytes()).to_hex()[..8])
    };
    let read = |place: &str, name: String| fs::read_to_string(rig.path(place).join(name)).unwrap();
    assert_eq!(read("curated", hashed("good.txt", "good")), "good");
    // The copy and its original go by one name.
    let name = hashed("strip.txt", "STRIP\nkept\n");
    assert_eq!(read("curated", name.clone()), "kept\n");
    assert_eq!(read("originals", name), "STRIP\nkept\n");
    let name = hashed("junk.txt", "JUNK");
    assert_eq!(read("quarantine", name.clone()), "JUNK");
    let report = report_name(OsStr::from_bytes(name.as_bytes()));
    assert!(rig.path("quarantine").join(report).is_file());
}

#[test]
fn the_same_bytes_under_the_same_name_are_one_file() {
    for copy in [false, true] {
        let rig = Rig::new();
        for _ in 0..2 {
            rig.drop_in("good.txt", "good");
            rig.drop_in("junk.txt", "JUNK");
            rig.drop_in("strip.txt", "STRIP\nkept\n");
            rig.once(&Setup { copy, ..Setup::default() });
        }
        rig.assert_each_once(["good", "JUNK", "STRIP\nkept\n"]);
    }
}

#[test]
fn names_like_those_that_siftd_makes_are_names_like_others() {
    let rig = Rig::new();
    let hash = |text: &str| blake3::hash(text.as_bytes()).to_hex()[..8].to_owned();
    let first = ["junk.txt", "junk.txt.siftd.json", "junk.txt.siftd.json.siftd.json"];
    for (number, name) in first.iter().enumerate() {
        rig.drop_in(name, format!("JUNK {number}"));
    }
    // The name that the second `page.txt` would get is in use before.
    let taken = format!("page~{}.txt", hash("page two"));
    rig.drop_in("page.txt", "page one");
    rig.drop_in(&taken, "somebody else's");
    rig.once(&Setup::default());
    rig.drop_in("page.txt", "page two");
    // One whose hash is its own, and one that is nothing else.
    rig.drop_in(format!("x~{}.txt", hash("x")), "x");
    rig.drop_in(format!("~{}", hash("y")), "y");
    rig.once(&Setup::default());

    let read = |below: String| fs::read_to_string(rig.path(below)).unwrap();
    assert_eq!(read("curated/page.txt".into()), "page one");
    assert_eq!(read(format!("curated/{taken}")), "somebody else's");
    assert_eq!(read(format!("curated/page~{}.txt", &blake3::hash(b"page two").to_hex()[..16])), "page two");
    assert_eq!(read(format!("curated/x~{}.txt", hash("x"))), "x");
    assert_eq!(read(format!("curated/~{}", hash("y"))), "y");
    // Each put-aside file is there once, with a report of its own that names it.
    let journal = Reader::open(&rig.path("state")).unwrap().unwrap();
    for (number, name) in first.iter().enumerate() {
        let entry = journal.history(2, Some(name.as_ref())).unwrap().remove(0);
        let aside = entry.aside.unwrap();
        assert_eq!(read(format!("quarantine/{}", aside.display())), format!("JUNK {number}"));
        let report = read(format!("quarantine/{}", report_name(aside.as_os_str()).display()));
        assert!(report.contains(&format!("\"path\":\"{name}\"")) || report.contains("\"verdict\""), "{report}");
    }
    assert_eq!(fs::read_dir(rig.path("quarantine")).unwrap().count(), 6);
}

#[test]
fn names_of_dots_and_blanks() {
    let rig = Rig::new();
    let taken = [
        "a..",
        "a.",
        " ",
        " a ",
        "a b\t.txt",
        "\u{feff}",
        "\u{200b}.txt",
        "e\u{301}.txt",
        "é.txt",
        "CON",
        "%s%n",
        "$(x)",
        "*",
        "?",
        "|",
    ];
    let hidden = ["...", "..a", ".a", "..\n"];
    for name in taken.iter().chain(&hidden) {
        rig.drop_in(name, format!("under {name:?}"));
    }
    rig.once(&Setup::default());
    for name in taken {
        assert_eq!(fs::read_to_string(rig.path("curated").join(name)).unwrap(), format!("under {name:?}"));
    }
    for name in hidden {
        assert!(rig.path("inbox").join(name).is_file(), "{name:?}");
    }
}

#[test]
fn a_long_name_that_is_taken_is_cut_between_letters() {
    let rig = Rig::new();
    for name in ["é".repeat(127), "字".repeat(85), "𠮷".repeat(62) + ".txt"] {
        for text in ["one", "two"] {
            rig.drop_in(&name, format!("{text} {name}"));
            rig.once(&Setup::default());
        }
    }
    for entry in fs::read_dir(rig.path("curated")).unwrap() {
        let name = entry.unwrap().file_name();
        assert!(name.to_str().is_some() && name.len() <= 255, "{name:?}");
    }
    assert_eq!(fs::read_dir(rig.path("curated")).unwrap().count(), 6);
}
