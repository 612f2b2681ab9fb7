use std::{fs, os::unix::fs::symlink, path::Path};

use tempfile::TempDir;

use super::*;
use crate::{
    engine::rules::{File, Library},
    service::config::TopicSource,
};

fn tree(files: &[(&str, &str)]) -> TempDir {
    let folder = TempDir::new().unwrap();
    for (path, text) in files {
        let path = folder.path().join(path);
        fs::create_dir_all(path.parent().unwrap()).unwrap();
        fs::write(path, text).unwrap();
    }
    folder
}

fn packs_of(folder: &Path) -> Folders {
    let mut snapshot = Folders::new(false);
    snapshot.add_packs(folder).unwrap();
    snapshot
}

/// Names below `folder`, with their text.
fn shown(files: Vec<File>, folder: &Path) -> Vec<(String, String)> {
    let prefix = format!("{}/", folder.display());
    let name = |file: &File| file.name.strip_prefix(&prefix).unwrap().to_owned();
    files.iter().map(|file| (name(file), String::from_utf8(file.bytes.clone()).unwrap())).collect()
}

fn pair(name: &str, text: &str) -> (String, String) {
    (name.to_owned(), text.to_owned())
}

fn message(error: &Error) -> String {
    format!("{error}: {}", std::error::Error::source(error).unwrap())
}

#[test]
fn packs_are_found_below_in_path_order_and_what_they_name_is_no_pack() {
    let folder = tree(&[
        ("b.yaml", "b"),
        ("a.yml", "a"),
        ("site/c.yaml", "c"),
        ("lists/names.yaml", "x"),
        ("site/lists/names.yaml", "x"),
        ("topics/t.yaml", "x"),
        ("examples/e.yaml", "x"),
        (".hidden.yaml", "x"),
        (".git/config.yaml", "x"),
        ("notes.txt", "x"),
        ("b.yaml~", "x"),
    ]);
    let packs = shown(packs_of(folder.path()).packs(), folder.path());
    assert_eq!(packs, [pair("a.yml", "a"), pair("b.yaml", "b"), pair("site/c.yaml", "c")]);
}

#[test]
fn names_are_relative_to_the_file_that_names_them() {
    let folder = tree(&[("site/c.yaml", ""), ("site/lists/a.txt", "inner"), ("lists/a.txt", "outer")]);
    let snapshot = packs_of(folder.path());
    let from = format!("{}/site/c.yaml", folder.path().display());
    let read = |path: &str| snapshot.named(&from, path).map(|file| shown(vec![file], folder.path()).remove(0));
    assert_eq!(read("lists/a.txt").unwrap(), pair("site/lists/a.txt", "inner"));
    assert_eq!(read("./../lists/a.txt").unwrap(), pair("lists/a.txt", "outer"));
    // A file that was named can itself name others.
    let list = format!("{}/lists/a.txt", folder.path().display());
    assert_eq!(snapshot.named(&list, "../site/c.yaml").unwrap().name, from);
    for (path, why) in [
        ("../../x", "it leads out of its folder"),
        ("/etc/hostname", "it leads out of its folder"),
        ("lists", "it is not a regular file"),
        ("lists/b.txt", "No such file"),
    ] {
        let error = read(path).unwrap_err();
        assert!(error.starts_with(why), "{path}: {error}");
    }
}

#[test]
fn patterns_match_in_path_order_and_not_across_folders_unless_they_say_so() {
    let folder = tree(&[
        ("topic.yaml", "schema: topic/1"),
        ("examples/2.txt", "two"),
        ("examples/1.txt", "one"),
        ("examples/deep/3.txt", "three"),
        ("examples/4.md", "four"),
        ("examples/.5.txt", "five"),
    ]);
    let mut snapshot = Folders::new(false);
    snapshot.add_topic(&TopicSource::File(folder.path().join("topic.yaml"))).unwrap();
    let from = snapshot.topics().remove(0).name;
    let names = |pattern: &str| -> Result<Vec<String>, String> {
        let files = snapshot.matching(&from, pattern)?;
        Ok(shown(files, folder.path()).into_iter().map(|(name, _)| name).collect())
    };
    assert_eq!(names("examples/*.txt").unwrap(), ["examples/1.txt", "examples/2.txt"]);
    assert_eq!(names("examples/**/*.txt").unwrap(), ["examples/1.txt", "examples/2.txt", "examples/deep/3.txt"]);
    assert_eq!(names("*/[24].*").unwrap(), ["examples/2.txt", "examples/4.md"]);
    assert_eq!(names("examples/1.txt").unwrap(), ["examples/1.txt"]);
    assert_eq!(names("examples/*.pdf").unwrap_err(), "no file matches");
    assert!(names("../*.txt").unwrap_err().starts_with("it leads out of its folder"));
    assert!(names("nowhere/*.txt").unwrap_err().starts_with("No such file"));
    assert!(names("examples/[").is_err());
}

#[test]
fn links_stay_inside() {
    let outside = tree(&[("secret.yaml", "secret"), ("sub/x.yaml", "x")]);
    let folder = tree(&[("real/a.yaml", "a")]);
    symlink("real/a.yaml", folder.path().join("b.yaml")).unwrap();
    symlink("real", folder.path().join("again")).unwrap();
    symlink("gone", folder.path().join("#lock")).unwrap();
    let packs = shown(packs_of(folder.path()).packs(), folder.path());
    assert_eq!(packs, [pair("b.yaml", "a"), pair("real/a.yaml", "a")]);

    symlink(outside.path().join("secret.yaml"), folder.path().join("c.yaml")).unwrap();
    let error = Folders::new(false).add_packs(folder.path()).unwrap_err();
    assert!(message(&error).contains("c.yaml: it leads out of its folder"), "{}", message(&error));
}

#[test]
fn a_folder_that_is_swapped_by_link_is_read_from_one_side() {
    let folder =
        tree(&[("..1/a.yaml", "old"), ("..1/lists/l.txt", "old"), ("..2/a.yaml", "new"), ("..2/lists/l.txt", "new")]);
    let swap = |to: &str| {
        symlink(to, folder.path().join("..tmp")).unwrap();
        let at = folder.path();
        rustix::fs::rename(at.join("..tmp"), at.join("..data")).unwrap();
    };
    swap("..1");
    symlink("..data/a.yaml", folder.path().join("a.yaml")).unwrap();
    symlink("..data/lists", folder.path().join("lists")).unwrap();
    let snapshot = packs_of(folder.path());
    swap("..2");
    let packs = snapshot.packs();
    assert_eq!(shown(packs.clone(), folder.path()), [pair("a.yaml", "old")]);
    let list = snapshot.named(&packs[0].name, "lists/l.txt").unwrap();
    assert_eq!(shown(vec![list], folder.path()), [pair("lists/l.txt", "old")]);
    assert_eq!(shown(packs_of(folder.path()).packs(), folder.path()), [pair("a.yaml", "new")]);
}

#[test]
fn a_file_is_read_once() {
    let folder = tree(&[("a.yaml", ""), ("lists/l.txt", "first")]);
    let snapshot = packs_of(folder.path());
    let from = snapshot.packs().remove(0).name;
    assert_eq!(snapshot.named(&from, "lists/l.txt").unwrap().bytes, b"first");
    fs::write(folder.path().join("lists/l.txt"), "second").unwrap();
    assert_eq!(snapshot.named(&from, "lists/l.txt").unwrap().bytes, b"first");
    assert_eq!(snapshot.matching(&from, "lists/*.txt").unwrap()[0].bytes, b"first");
}

#[test]
fn one_file_can_be_named_itself() {
    let folder = tree(&[("a.yaml", "a"), ("b.yaml", "b"), ("lists/l.txt", "l")]);
    let snapshot = packs_of(&folder.path().join("b.yaml"));
    assert_eq!(shown(snapshot.packs(), folder.path()), [pair("b.yaml", "b")]);
    assert_eq!(snapshot.named(&snapshot.packs()[0].name, "lists/l.txt").unwrap().bytes, b"l");
}

#[test]
fn what_is_not_there_is_named() {
    let error = Folders::new(false).add_packs(Path::new("/nowhere/rules")).unwrap_err();
    assert_eq!(message(&error), "read rules from /nowhere/rules: No such file or directory (os error 2)");
    let error = Folders::new(false).add_topic(&TopicSource::File("/nowhere/t.yaml".into())).unwrap_err();
    assert_eq!(message(&error), "read the topic file /nowhere/t.yaml: No such file or directory (os error 2)");
    let error = Folders::new(true).add_topic(&TopicSource::Shipped("no-such".into())).unwrap_err();
    assert!(error.to_string().starts_with("find the topic `no-such`: "), "{error}");
}
