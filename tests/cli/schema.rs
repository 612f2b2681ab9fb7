//! `siftd schema`.

use std::fs;

use super::Desk;

#[test]
fn each_schema_is_printed_without_a_configuration() {
    let desk = Desk::with(&[("siftd.yaml", "spol: broken\n")]);
    for kind in ["rules", "topic", "overrides", "config"] {
        let printed = desk.siftd(&["schema", kind]).output().unwrap();
        assert_eq!(printed.status.code(), Some(0), "{kind}");
        let printed = String::from_utf8(printed.stdout).unwrap();
        let shipped = fs::read_to_string(format!("{}/schema/{kind}.json", env!("CARGO_MANIFEST_DIR"))).unwrap();
        assert!(printed == shipped, "{kind}");
    }
    desk.siftd(&["schema", "packs"]).assert().code(2);
}

/// The first lines of what `siftd init` makes lead to the schemas that it makes.
#[test]
fn files_that_init_makes_name_their_schemas() {
    let desk = Desk::with(&[]);
    desk.siftd(&["init", "texts"]).assert().code(0);
    for (file, wanted) in [("texts/siftd.yaml", "config"), ("texts/rules/mine.yaml", "rules")] {
        let text = fs::read_to_string(desk.path(file)).unwrap();
        let named = text.lines().next().unwrap().strip_prefix("# yaml-language-server: $schema=").unwrap();
        let path = desk.path(file).parent().unwrap().join(named);
        assert!(path.ends_with(format!("schema/{wanted}.json")) && path.is_file(), "{}", path.display());
    }
}
