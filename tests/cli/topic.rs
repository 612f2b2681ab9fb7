//! `siftd topic`: profiles learned from examples, and what they say of documents.

use snapbox::str;

use super::{Desk, scan::records};

/// Sentences on pruning, each example a different run of them.
const GARDEN: [&str; 8] = [
    "Prune the apple tree in late winter and burn the dead branches before the buds swell.",
    "A grafted scion needs wax, and the bark of the rootstock must not dry out.",
    "Compost feeds the soil, and mulch keeps it moist around the young seedlings.",
    "Cut the crossing branches of the pear tree so that light reaches the crown.",
    "The gardener sows beans in warm soil and waters the seedlings in the evening.",
    "Old fruit trees bear the pruning of a third of their branches in one winter.",
    "Water shoots grow where a large branch of the apple tree was cut in winter.",
    "Roses want compost in spring and pruning down to the third bud.",
];

const HARBOUR: [&str; 4] = [
    "The ferry leaves the harbour at seven and needs two hours for the crossing to the island.",
    "The central bank raised its key rate by a quarter point and bond yields hardly changed.",
    "The clerk logs every ship with its cargo, its captain and the port that it came from.",
    "Markets had expected the decision of the bank and shares fell only a little on Thursday.",
];

/// Files of two sentences each.
fn documents(folder: &str, sentences: &[&str]) -> Vec<(String, String)> {
    let following = sentences.iter().cycle().skip(1);
    let texts = sentences.iter().zip(following).map(|(first, second)| format!("{first}\n{second}\n"));
    texts.enumerate().map(|(number, text)| (format!("{folder}/{number}.txt"), text)).collect()
}

fn desk(sets: &[Vec<(String, String)>]) -> Desk {
    let files: Vec<(&str, &str)> = sets.iter().flatten().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    Desk::with(&files)
}

#[test]
fn a_profile_is_learned_measured_written_and_used() {
    let desk = desk(&[documents("garden", &GARDEN), documents("other", &HARBOUR)]);
    let learn = ["topic", "learn", "garden", "--background", "other", "--false-alarms", "0.2", "--out", "garden.yaml"];
    desk.siftd(&learn).assert().code(0).stderr_eq(str![""]).stdout_eq(str![[r#"
Measured on texts that the profile had not seen, by 8 profiles each learned without some of them.
AUC 1.000 (95 %: [..] to 1.000) over 8 texts on the topic and 4 background documents
1 %: at_least [..] loses 0 of 8 (0 to 32 %) and catches [..] off the topic ([..] %)
5 %: at_least [..] loses 0 of 8 (0 to 32 %) and catches [..] off the topic ([..] %)
10 %: at_least [..] loses 0 of 8 (0 to 32 %) and catches [..] off the topic ([..] %)
20 %: at_least [..] loses 0 of 8 (0 to 32 %) and catches 4 of 4 off the topic (51 to 100 %)  <- suggested
strongest terms: [..]
wrote garden.yaml; name it under `topics:` in siftd.yaml, or see what it does: siftd topic try garden.yaml PATH...

"#]]);
    let profile = std::fs::read_to_string(desk.path("garden.yaml")).unwrap();
    assert!(profile.contains("id: garden\n") && profile.contains("\n  - 'garden/*.txt'\n"), "{profile}");
    assert!(!profile.contains("other"), "{profile}");

    desk.write("a.txt", b"Prune the old pear trees and put the branches on the compost in winter.\n");
    desk.write("b.txt", HARBOUR[1].as_bytes());
    desk.siftd(&["topic", "try", "garden.yaml", "a.txt", "b.txt"]).assert().code(0).stdout_eq(str![[r#"
a.txt: [..]  on the topic (at_least [..])  ([..] % by related meaning)
  carried by  compost +[..]
  lacks       [..]
b.txt: [..]  off the topic (at_least [..])
...
garden: 2 scored, [..]; 1 reach at_least [..]
  just below  [..]  b.txt
  just above  [..]  a.txt

"#]]);
    desk.write("siftd.yaml", b"rules: {shipped: false}\ntopics: [garden.yaml]\n");
    let scan = desk.siftd(&["scan", "--all", "--format", "jsonl", "a.txt"]).output().unwrap();
    let score = records(&scan.stdout)[0]["topics"]["garden"].as_f64().unwrap();
    let tried = desk.siftd(&["topic", "try", "garden.yaml", "a.txt"]).output().unwrap();
    assert!(String::from_utf8(tried.stdout).unwrap().starts_with(&format!("a.txt: {score:.4}")));
    desk.siftd(&learn).assert().code(2).stderr_eq(str![[r#"
siftd: failed to write garden.yaml: it is there already; remove it, or choose another with --out

"#]]);
}

#[test]
fn counter_examples_are_learned_from_and_named() {
    let desk = desk(&[documents("garden", &GARDEN), documents("other", &HARBOUR)]);
    let run = desk.siftd(&["topic", "learn", "garden", "--counter", "other", "--id", "plants"]).assert().code(0);
    let profile = String::from_utf8(run.get_output().stdout.clone()).unwrap();
    assert!(profile.starts_with("schema: topic/1\nid: plants\n"), "{profile}");
    assert!(profile.contains("counter_examples:\n  - 'other/*.txt'\n"), "{profile}");
    assert!(profile.contains("8 examples cannot show a rate of 1 %"), "{profile}");
    desk.write("plants.yaml", profile.as_bytes());
    desk.siftd(&["topic", "try", "plants.yaml", "garden"]).assert().code(0);
}

#[test]
fn few_examples_are_told_as_such() {
    let desk = desk(&[documents("three", &GARDEN[..3])]);
    desk.siftd(&["topic", "learn", "three"]).assert().code(0).stderr_eq(str![""]).stdout_eq(str![[r#"
schema: topic/1
id: three
title: 'three'
# Only 3 examples: take every figure here for a guess; 20 or more begin to mean something.
# Measured on texts that the profile had not seen, by 3 profiles each learned without some of them.
# Nothing off the topic was given, so how much of that is caught is not known; 3 texts on the topic
# 1 %: at_least [..] loses 0 of 3 (0 to 56 %)  <- suggested
# 5 %: at_least [..] loses 0 of 3 (0 to 56 %)
# 10 %: at_least [..] loses 0 of 3 (0 to 56 %)
# 3 examples cannot show a rate of 1 %: its threshold is half of their lowest score
at_least: [..]
examples:
  - 'three/0.txt'
  - 'three/1.txt'
  - 'three/2.txt'

"#]]);
    let one = Desk::with(&[("one/a.txt", GARDEN[0])]);
    one.siftd(&["topic", "learn", "one"]).assert().code(0).stdout_eq(str![[r#"
schema: topic/1
id: one
title: 'one'
# One example cannot be held against itself: nothing was measured, and no threshold is suggested.
# Add examples; from 20 on the figures begin to mean something.
# at_least: 0.1
examples:
  - 'one/a.txt'

"#]]);
}

#[test]
fn what_is_wrong_with_the_folders_is_said() {
    let mut garden = documents("garden", &GARDEN);
    let text = garden[0].1.clone();
    garden.push(("garden/again.txt".to_owned(), text.replace('\n', "\n\n")));
    garden.push((
        "garden/strange.txt".to_owned(),
        "Das Hafenamt führt täglich Buch über die Schiffe, die in die Bucht ein- und auslaufen.\n".to_owned(),
    ));
    garden.push(("garden/zero.bin".to_owned(), "\0\0\0\0".to_owned()));
    let desk = desk(&[garden, documents("other", &HARBOUR), vec![("both/x.txt".to_owned(), text)]]);
    let run = desk.siftd(&["topic", "learn", "garden"]).assert().code(0).stderr_eq(str![[r#"
siftd: garden/again.txt is left out: it has the same text as garden/0.txt
siftd: garden/zero.bin is left out: it holds no text
siftd: 1 of 9 examples are not in en like most, such as garden/strange.txt (de); a topic in several languages needs examples in each

"#]]);
    // With a pattern the profile would take in again what was left out.
    let profile = String::from_utf8(run.get_output().stdout.clone()).unwrap();
    assert!(profile.contains("- 'garden/7.txt'\n") && !profile.contains("*.txt"), "{profile}");

    std::fs::create_dir(desk.path("empty")).unwrap();
    desk.siftd(&["topic", "learn", "empty"]).assert().code(2).stderr_eq(str![[r#"
siftd: failed to learn from empty: there is no text below it; put example documents there

"#]]);
    desk.siftd(&["topic", "learn", "garden", "--counter", "both"]).assert().code(2).stderr_eq(str![[r#"
siftd: failed to learn: garden/0.txt is an example and, as both/x.txt, a counter-example too; take it out of one of the folders

"#]]);
    desk.siftd(&["topic", "learn", "garden", "--out", "other/garden.yaml"]).assert().code(2).stderr_eq(str![[r#"
...
siftd: failed to name garden/0.txt in a profile in [..]other: a profile names documents below its own folder; choose another with --out

"#]]);
    desk.siftd(&["topic", "learn"]).assert().code(2);
    desk.siftd(&["topic", "learn", "garden", "--false-alarms", "2"]).assert().code(2);
    desk.siftd(&["topic", "try", "nothing-shipped", "garden"]).assert().code(2);
}

#[test]
fn terms_alone_make_a_profile_that_can_be_tried() {
    let desk = desk(&[documents("garden", &GARDEN)]);
    let run =
        desk.siftd(&["topic", "learn", "--term", "prune", "--term", "apple tree", "--id", "garden"]).assert().code(0);
    let profile = String::from_utf8(run.get_output().stdout.clone()).unwrap();
    assert!(profile.contains("nothing was measured") && profile.contains("  - 'apple tree'\n"), "{profile}");
    desk.write("terms.yaml", profile.as_bytes());
    desk.siftd(&["topic", "try", "terms.yaml", "garden/0.txt", "--at-least", "0.01"]).assert().code(0).stdout_eq(str![
        [r#"
garden/0.txt: [..]  on the topic (at_least 0.01)
  carried by  prune +[..], apple tree +[..]
...
"#]
    ]);
}

#[test]
fn languages_without_examples_and_a_folder_that_siftd_fills_are_told() {
    let desk = desk(&[documents("spool/curated/garden", &GARDEN)]);
    desk.write("siftd.yaml", b"languages: {wanted: [en, de, fr]}\n");
    let told = desk.siftd(&["topic", "learn", "spool/curated/garden"]).assert().code(0);
    told.stderr_eq(str![[r#"
siftd: no example is in de, fr: documents in them are far from this topic, whatever they say
siftd: spool/curated/garden is filled by siftd: each document let through by mistake becomes an example; copy the good ones elsewhere

"#]]);
}

#[test]
fn no_threshold_is_suggested_where_an_example_has_nothing_of_the_others() {
    let desk = desk(&[documents("garden", &GARDEN)]);
    desk.write("garden/strange.txt", "两座岛屿之间的渡船从春天起运送邮件和牲畜。\n".as_bytes());
    let told = desk.siftd(&["topic", "learn", "garden"]).assert().code(0).get_output().stdout.clone();
    let told = String::from_utf8(told).unwrap();
    assert!(told.contains("An example scores 0 against all others: no threshold"), "{told}");
    assert!(told.contains("\n# at_least:") && !told.contains("\nat_least:"), "{told}");
}
