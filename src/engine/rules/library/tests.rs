//! Tests.

use std::path::Path;

use super::{Embedded, File, Library, Overlay, Snapshot};

fn file(name: &str) -> File {
    File::new(name, name)
}

fn site() -> Snapshot {
    Snapshot {
        packs: vec![file("site/b.yaml"), file("site/a.yaml")],
        topics: vec![file("site/topics/t.yaml")],
        files: vec![file("site/lists/x.txt"), file("site/topics/t/2.txt"), file("site/topics/t/1.txt")],
    }
}

#[test]
fn names_are_relative_to_the_naming_file() {
    let site = site();
    assert_eq!(site.named("site/a.yaml", "lists/x.txt").unwrap().name, "site/lists/x.txt");
    assert_eq!(site.named("site/topics/t.yaml", "../lists/x.txt").unwrap().name, "site/lists/x.txt");
    assert_eq!(site.named("site/a.yaml", "lists/y.txt").unwrap_err(), "there is no such file");
    assert!(site.named("site/a.yaml", "/etc/passwd").unwrap_err().contains("relative"));
    assert!(site.named("site/a.yaml", "../../../x").unwrap_err().contains("out of"));
}

#[test]
fn patterns_stay_in_their_folder_and_give_path_order() {
    let site = site();
    let found = site.matching("site/topics/t.yaml", "t/*.txt").unwrap();
    assert_eq!(
        found.iter().map(|file| file.name.as_str()).collect::<Vec<_>>(),
        ["site/topics/t/1.txt", "site/topics/t/2.txt"]
    );
    assert!(site.matching("site/topics/t.yaml", "*.txt").unwrap().is_empty());
    assert!(site.matching("site/topics/t.yaml", "[").unwrap_err().contains("not valid"));
}

#[test]
fn an_overlay_looks_names_up_where_the_naming_file_came_from() {
    let lower = Snapshot { packs: vec![file("other/a.yaml")], files: vec![file("other/x.txt")], ..Snapshot::default() };
    let both = Overlay { upper: site(), lower };
    assert_eq!(both.packs().len(), 3);
    assert_eq!(both.named("other/a.yaml", "x.txt").unwrap().name, "other/x.txt");
    assert_eq!(both.named("site/a.yaml", "lists/x.txt").unwrap().name, "site/lists/x.txt");
    assert!(both.named("site/a.yaml", "../other/x.txt").is_err());
}

#[test]
fn every_file_of_the_rules_folder_is_embedded() {
    fn walk(folder: &Path, below: &str, found: &mut Vec<String>) {
        let Ok(entries) = std::fs::read_dir(folder) else { return };
        for entry in entries {
            let entry = entry.unwrap();
            let name = entry.file_name().to_string_lossy().into_owned();
            if name.starts_with('.') {
                continue;
            }
            let path = format!("{below}{name}");
            if entry.path().is_dir() {
                walk(&entry.path(), &format!("{path}/"), found);
            } else {
                let embedded = Embedded::files().find(|(known, _)| *known == path);
                let (_, bytes) = embedded.unwrap_or_else(|| panic!("{path} is not embedded"));
                assert_eq!(bytes, std::fs::read(entry.path()).unwrap(), "{path} has changed since it was embedded");
                found.push(path);
            }
        }
    }
    let mut found = Vec::new();
    walk(&Path::new(env!("CARGO_MANIFEST_DIR")).join("rules"), "", &mut found);
    found.sort();
    assert_eq!(found, Embedded::files().map(|(name, _)| name).collect::<Vec<_>>());
}

#[test]
fn shipped_topics_are_off() {
    assert!(Embedded.topics().is_empty());
    assert!(Embedded.packs().iter().all(|file| !file.name.contains("topics/")));
    for id in Embedded::topic_ids() {
        assert!(Embedded::topic(id).is_some(), "{id}");
    }
    assert!(Embedded::topic("no-such-topic").is_none());
}
