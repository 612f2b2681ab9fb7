//! `siftd init`: what a new user starts from.

use std::fs;

use snapbox::str;

use super::{Desk, NAVIGATION};

#[test]
fn what_is_made_is_sound_and_works() {
    let desk = Desk::with(&[]);
    desk.siftd(&["init", "texts"]).assert().code(0).stderr_eq(str![""]).stdout_eq(str![[r#"
made texts/siftd.yaml
made texts/rules/mine.yaml
made texts/schema/config.json
made texts/schema/rules.json
made texts/schema/topic.json
made texts/schema/overrides.json

What to do now:
  cd texts
  cp FILES inbox/
  siftd scan inbox   says what would become of them, and moves nothing
  siftd once         files them away; siftd run goes on watching

When a line should have been caught:
  siftd new rule --from FILE --line N --pack rules/mine.yaml
  siftd test         runs the examples that stand with the rules
  siftd diff         says what rules of your own change in documents that are there

"#]]);
    desk.write("texts/a.txt", format!("Subscribe to our weekly newsletter!\n\n{NAVIGATION}").as_bytes());
    desk.siftd(&["check", "--strict", "texts/rules"]).assert().code(0);
    desk.siftd(&["test", "texts/rules"]).assert().code(0);
    let scan =
        desk.siftd(&["scan", "--config", "texts/siftd.yaml", "--format", "jsonl", "texts/a.txt"]).output().unwrap();
    assert!(String::from_utf8(scan.stdout).unwrap().contains("\"mine/newsletter\""));
}

#[test]
fn what_is_there_stays() {
    let desk = Desk::with(&[("rules/mine.yaml", "mine")]);
    desk.siftd(&["init"]).assert().code(0).stdout_eq(str![[r#"
made ./siftd.yaml
kept ./rules/mine.yaml
made ./schema/config.json
made ./schema/rules.json
made ./schema/topic.json
made ./schema/overrides.json

What to do now:
  cp FILES inbox/
  siftd scan inbox   says what would become of them, and moves nothing
  siftd once         files them away; siftd run goes on watching

When a line should have been caught:
  siftd new rule --from FILE --line N --pack rules/mine.yaml
  siftd test         runs the examples that stand with the rules
  siftd diff         says what rules of your own change in documents that are there

"#]]);
    assert_eq!(fs::read_to_string(desk.path("rules/mine.yaml")).unwrap(), "mine");
}

/// From nothing to a rule of one's own, by what the program itself says to do next.
#[test]
fn the_first_quarter_of_an_hour() {
    let desk = Desk::with(&[]);
    desk.siftd(&["init"]).assert().code(0);
    let text =
        "Pruning is best done in late winter, before the buds of the apple trees begin to swell in the spring.\n";
    desk.write("inbox/page.txt", format!("{text}Rated 4.7 by 1,203 gardeners\n{text}").as_bytes());
    desk.siftd(&["scan", "inbox"]).assert().code(0);
    let new = ["new", "rule", "--from", "inbox/page.txt", "--line", "2", "--pack", "rules/mine.yaml"];
    desk.siftd(&new).assert().code(0).stdout_eq(str![[r#"
added mine/rated-4-7-by to rules/mine.yaml
Its pattern takes that line and little else: make it wider there, then run `siftd test rules/mine.yaml`.

"#]]);
    desk.siftd(&["check", "--strict"]).assert().code(0);
    desk.siftd(&["test", "rules"]).assert().code(0).stdout_eq("4 examples: 4 hold, 0 fail\n");
    let diff = desk.siftd(&["diff", "--corpus", "inbox"]).assert().code(0);
    let diff = String::from_utf8(diff.get_output().stdout.clone()).unwrap();
    assert!(diff.contains("    - inbox/page.txt:2: Rated 4.7 by 1,203 gardeners\n"), "{diff}");
    desk.siftd(&["once"]).assert().code(0).stdout_eq("1 file: 0 passed, 1 stripped, 0 quarantined, 0 rejected\n");
    assert_eq!(fs::read_to_string(desk.path("curated/page.txt")).unwrap(), text.repeat(2));
}
