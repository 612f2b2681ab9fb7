//! Advice about rules, whoever looks for it and whichever files it is about.

use crate::engine::{
    diagnostic::Place,
    judge::lint,
    rules::{Alone, File, Loaded, Settings, Snapshot, hands::tests::Many, load},
};

const MINE: &str = "
schema: rules/1
pack: mine
macros:
  short: {match: {any: [{shape: {letters_at_most: 5}}, {regex: {any: ['^Gate', '^Wall']}}]}}
rules:
  - id: door
    match: {all: [{use: short}, {regex: {any: ['^Gate', '^Door', '^Hatch']}}]}
    action: strip
    examples: [{text: Gate 4, flags: [1]}, {text: Nothing of it., flags: []}]
";

const THEIRS: &str = "
schema: rules/1
pack: theirs
rules:
  - id: wall
    match: {use: mine/short}
    action: strip
    examples: [{text: Wall to wall, flags: [1]}, {text: Nothing of it., flags: []}]
  - id: path
    match: {regex: {any: ['^Home >', '^Start >']}}
    action: strip
    examples: [{text: Home > Doors, flags: [1]}, {text: Nothing of it., flags: []}]
";

const CHANGES: &str = "
schema: overrides/1
overrides:
- rule: theirs/path
  why: ours
  add_unless: [{name: plants, match: {regex: {any: ['> Trees', '> Shrubs']}}}]
  add_examples: [{text: Home > Trees, flags: []}]
";

#[test]
fn advice_about_some_files_is_what_is_told_of_them_among_all() {
    let mut library = Snapshot::of_pack("mine.yaml", MINE);
    library.packs.extend([File::new("theirs.yaml", THEIRS), File::new("changes.yaml", CHANGES)]);
    let Loaded { rules, sources, .. } = load(&library, &Settings::default());
    let rules = rules.unwrap();
    let of_all = lint(&rules, &Alone, |_| true);
    for (file, hidden) in [("mine.yaml", 2), ("theirs.yaml", 1), ("changes.yaml", 1)] {
        let is_in = |place: Place| sources.files[place.source as usize].0 == file;
        let mut of_file = of_all.clone();
        of_file.retain(|told| told.place().is_none_or(is_in));
        assert_eq!(of_file.iter().map(|told| told.labels.len()).sum::<usize>(), hidden, "{file}: {of_file:?}");
        assert_eq!(lint(&rules, &Alone, is_in), of_file, "{file}");
        assert_eq!(lint(&rules, &Many, is_in), of_file, "{file}");
    }
}
