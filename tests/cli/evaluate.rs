//! `siftd evaluate`.

use serde_json::{Value, json};
use snapbox::str;

use super::{ADVERT, CLEAN, Desk};

const LABELLED: &str = r#"{"id": "log", "lines": [{"text": "Home > Harbour > Log", "label": "junk"}, {"text": "The harbour office keeps a daily log.", "label": "content"}, {"text": "Share this page", "label": "junk"}, {"text": "Harbour log", "label": "skip"}]}
{"id": "shop", "lines": [{"text": "Buy cheap rope at the harbour shop, said the sign.", "label": 0}, {"text": "SALE ON ROPE!", "label": 1}]}

{"id": "page", "text": "Home > Garden\n\nA page about gardens.\nBuy cheap spades\n", "junk_lines": [1], "skip_lines": [4]}
"#;

fn desk() -> Desk {
    Desk::with_rules(&[
        ("labelled.jsonl", LABELLED),
        ("set/clean/a.txt", CLEAN),
        ("set/junk/b.txt", ADVERT),
        ("set/junk/c.txt", CLEAN),
        ("set/d.txt", "Home > Log\n\nThe log of the harbour.\n"),
        ("set/d.txt.labels.json", r#"{"junk_lines": [1]}"#),
    ])
}

#[test]
fn what_was_found_and_harmed_is_told_by_rule() {
    desk().siftd(&["evaluate", "labelled.jsonl", "set"]).assert().code(0).stderr_eq(str![""]).stdout_eq(str![[r#"
7 documents: 4 with labelled lines, 1 clean, 2 to be put aside

junk found      60.00 % (23.07 to 88.24)     3 of 5 junk lines flagged
content hit     166.67 ‰ (30.05 to 563.50)   1 of 6 content lines flagged
documents hurt  20.00 % (3.62 to 62.45)      1 of 5 documents with a content line flagged
documents held  40.00 % (11.76 to 76.93)     2 of 5 documents put aside that should stay
junk caught     50.00 % (9.45 to 90.55)      1 of 2 documents put aside that should be

by rule, the costliest first (only: no other rule flags the line)

                                              held  hurt  content   only    junk   only  caught  precision                recall
  test/advert                                    2     1        1      1       0      0       1  0.00 % (0.00 to 79.35)   0.00 % (0.00 to 43.45)
      shop:1: Buy cheap rope at the harbour shop, said the sign.
      holds shop
      holds page
  test/breadcrumb                                0     0        0      0       3      3       0  100.00 % (43.85 to 100.00) 60.00 % (23.07 to 88.24)
  test/shouting (trial)                          0     0        0      0       1      1       0  100.00 % (20.65 to 100.00) 20.00 % (3.62 to 62.45)

"#]]);
}

#[test]
fn programs_get_one_object() {
    let output = desk().siftd(&["evaluate", "labelled.jsonl", "--format", "json", "--samples", "1"]).output().unwrap();
    let page: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!(page["documents_with_labelled_lines"], 3);
    assert_eq!(page["junk_found"], json!({"count": 2, "of": 4, "share": 0.5, "low": 0.150_039, "high": 0.849_961}));
    assert_eq!(page["junk_caught"], json!({"count": 0, "of": 0, "share": null, "low": null, "high": null}));
    let rule = &page["rules"][0];
    assert_eq!(rule["rule"], "test/advert");
    assert_eq!(
        rule["content_samples"],
        json!([{"document": "shop", "line": 1,
        "text": "Buy cheap rope at the harbour shop, said the sign."}])
    );
    assert_eq!(rule["held_samples"], json!(["shop"]));
    assert_eq!(page["rules"][2]["trial"], true);
}

#[test]
fn other_rules_can_be_measured() {
    let desk = desk();
    desk.write(
        "other/mine.yaml",
        b"schema: rules/1\npack: mine\nrules:\n  - {id: share, match: {regex: {any: ['^Share this']}}, action: strip}\n",
    );
    let output = desk.siftd(&["evaluate", "--rules", "other", "--format", "json", "labelled.jsonl"]).output().unwrap();
    let page: Value = serde_json::from_slice(&output.stdout).unwrap();
    assert_eq!((&page["rules"][0]["rule"], &page["junk_found"]["count"]), (&json!("mine/share"), &json!(1)));
}

#[test]
fn what_has_no_labels_is_named_and_the_rest_is_measured() {
    let desk = desk();
    desk.write("bad.jsonl", b"{\"text\": \"a\"}\n{\"text\": \"b\", \"label\": \"clean\"}\nno json\n");
    desk.siftd(&["evaluate", "bad.jsonl", "set/d.txt", "siftd.yaml"]).assert().code(2).stderr_eq(str![[r#"
siftd: failed to read bad.jsonl, line 1: it has no labels: give `label`, `junk_lines` (perhaps empty) or `lines`
siftd: failed to read bad.jsonl, line 2: the label "clean" is none of "content", "junk" and "skip" (or 0, 1 and -1)
siftd: failed to read bad.jsonl, line 3: expected ident at column 2
siftd: failed to tell what siftd.yaml is: it lies in no folder `clean` or `junk`, and there is no .labels.json file for it

"#]]);
}

#[test]
fn a_page_with_labelled_lines_that_is_rightly_put_aside_is_no_error() {
    let desk = desk();
    let row = |label: &str| format!("{{\"id\": \"page\", \"text\": {:?}, \"junk_lines\": [1]{label}}}\n", ADVERT);
    for (label, held, caught) in [("", (1, 1), (0, 0)), (", \"label\": \"junk\"", (0, 0), (1, 1))] {
        desk.write("page.jsonl", row(label).as_bytes());
        let output = desk.siftd(&["evaluate", "page.jsonl", "--json"]).assert().code(0).get_output().stdout.clone();
        let page: Value = serde_json::from_slice(&output).unwrap();
        let counts = |key: &str| (page[key]["count"].as_u64().unwrap(), page[key]["of"].as_u64().unwrap());
        assert_eq!((counts("documents_held"), counts("junk_caught"), counts("junk_found")), (held, caught, (1, 1)));
    }
}

#[test]
fn where_no_label_can_be_used_nothing_is_measured() {
    let desk = desk();
    desk.write("bad.jsonl", b"{\"lines\": [{\"text\": \"a\", \"label\": 7}]}\n");
    for arguments in [&["evaluate", "bad.jsonl"][..], &["evaluate", "bad.jsonl", "--json"]] {
        desk.siftd(arguments).assert().code(2).stdout_eq(str![""]).stderr_eq(str![[r#"
siftd: failed to read bad.jsonl, line 1: item 1 of `lines`: the label 7 is none of "content", "junk" and "skip" (or 0, 1 and -1)

"#]]);
    }
}

#[test]
fn labels_of_lines_that_are_not_there_are_refused() {
    let desk = desk();
    desk.write(
        "off.jsonl",
        b"{\"id\": \"page\", \"text\": \"One line.\\nAnother.\\n\", \"junk_lines\": [1], \"skip_lines\": [3]}\n",
    );
    desk.siftd(&["evaluate", "off.jsonl"]).assert().code(2).stderr_eq(str![[r#"
siftd: failed to measure page: line 3 is labelled, and it has 2 lines

"#]]);
}

#[test]
fn nothing_to_measure_is_said() {
    let desk = desk();
    desk.write("empty.jsonl", b"");
    desk.siftd(&["evaluate", "empty.jsonl"]).assert().code(2).stdout_eq(str![""]).stderr_eq(str![[r#"
siftd: failed to measure anything: what was named holds no document

"#]]);
    desk.siftd(&["evaluate", "nothere"]).assert().code(2).stderr_eq(str![[r#"
siftd: failed to read nothere: No such file or directory (os error 2)

"#]]);
}
