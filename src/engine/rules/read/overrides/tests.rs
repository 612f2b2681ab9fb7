//! Tests of what overrides make of rules; what is wrong with them is under `tests/rules`.

use crate::engine::{
    diagnostic::render,
    rules::{
        File, Settings, Snapshot, load,
        model::{Action, Changed, LineTest, Logic, Matcher, Part, Rule, Status},
        read::{Read, read},
    },
};

const PACK: &str = r"schema: rules/1
pack: mine
lists:
  promises: {by_language: {en: [best price, free shipping]}}
rules:
  - id: menu
    tags: [navigation]
    match: {regex: {any: ['^Home >']}}
    unless:
      - {name: recipe, match: {regex: {any: ['^Main >']}}}
    action: strip
    examples: [{text: Home > Trees, flags: [1]}, {text: Homes, flags: []}]
  - id: promise
    tags: [advert, navigation]
    match: {words: {lists: [promises]}}
    action: strip
    examples: [{text: Best price, flags: [1]}, {text: Price, flags: []}]
";

fn snapshot(overrides: &[&str]) -> Snapshot {
    let mut library = Snapshot::of_pack("rules/pack.yaml", PACK);
    for (number, text) in overrides.iter().enumerate() {
        let text = format!("schema: overrides/1\noverrides:\n{text}");
        library.packs.push(File::new(format!("rules/{number}.yaml"), text));
    }
    library
}

fn changed(overrides: &[&str]) -> Read {
    let found = read(&snapshot(overrides));
    assert!(found.diagnostics.is_empty(), "{}", render(&found.diagnostics, &found.sources, false));
    found
}

fn rule<'r>(found: &'r Read, id: &str) -> &'r Rule {
    found.rules.iter().find(|rule| *rule.id.value == *id).unwrap()
}

#[test]
fn keys_get_other_values_and_say_where_from() {
    let found = changed(&[
        "- {rule: mine/menu, why: watch it first, set: {status: trial, where: {region: head, lines: 9}}}\n",
        "- {rules_tagged: navigation, why: a person decides, set: {action: quarantine}}\n",
    ]);
    let menu = rule(&found, "mine/menu");
    assert_eq!((menu.status, menu.action), (Status::Trial, Some(Action::Quarantine)));
    assert_eq!((menu.region.part, menu.region.lines), (Part::Head, Some(9)));
    assert_eq!(rule(&found, "mine/promise").action, Some(Action::Quarantine));
    let told: Vec<_> = menu
        .origin
        .changes
        .iter()
        .map(|change| {
            let (file, _) = found.sources.get(change.place.source).unwrap();
            (change.changed.clone(), file, &*change.why)
        })
        .collect();
    assert_eq!(
        told,
        [
            (Changed::Key("status".into()), "rules/0.yaml", "watch it first"),
            (Changed::Key("where".into()), "rules/0.yaml", "watch it first"),
            (Changed::Key("action".into()), "rules/1.yaml", "a person decides"),
        ]
    );
    let untouched = changed(&[]);
    assert!(untouched.rules.iter().all(|rule| rule.origin.changes.is_empty() && rule.origin.running.is_none()));
}

#[test]
fn exceptions_come_and_go() {
    let names = |overrides: &str| -> Vec<String> {
        let found = changed(&[overrides]);
        rule(&found, "mine/menu").unless.iter().map(|exception| exception.name.to_string()).collect()
    };
    let add = "add_unless: [{name: starter, match: {words: {lists: [promises]}}}]";
    assert_eq!(names(&format!("- {{rule: mine/menu, why: ours, {add}}}\n")), ["recipe", "starter"]);
    assert_eq!(names("- {rule: mine/menu, why: ours, remove_unless: [recipe]}\n"), [""; 0]);
    assert_eq!(names(&format!("- {{rule: mine/menu, why: ours, remove_unless: [recipe], {add}}}\n")), ["starter"]);
    // An exception is put in another's place by removing and adding one of its name.
    let again = "add_unless: [{name: recipe, match: {regex: {any: ['^Starter >']}}}]";
    assert_eq!(names(&format!("- {{rule: mine/menu, why: ours, remove_unless: [recipe], {again}}}\n")), ["recipe"]);
}

#[test]
fn lists_change_for_every_rule_that_uses_them() {
    let found = changed(&[
        "- {list: mine/promises, why: the brewery, remove: [Best Price], add: [half price], add_by_language: {de: [halber Preis]}}\n",
    ]);
    let promise = rule(&found, "mine/promise");
    let Matcher::Line(_, Logic::Is(test)) = &promise.matcher else { panic!("{:?}", promise.matcher) };
    let LineTest::Words(words) = &test.value else { panic!("{test:?}") };
    let items: Vec<_> =
        words.lists[0].items.iter().map(|item| (&*item.text, item.language.map(|code| code.as_str()))).collect();
    assert_eq!(items, [("free shipping", Some("en")), ("half price", None), ("halber Preis", Some("de"))]);
    assert_eq!(promise.origin.changes.len(), 3);
    assert_eq!(promise.origin.changes[0].changed, Changed::ItemRemoved("mine/promises".into(), "Best Price".into()));
    assert!(rule(&found, "mine/menu").origin.changes.is_empty());
}

#[test]
fn the_order_of_files_does_not_matter() {
    let one = "- {rule: mine/menu, why: a, set: {status: trial}, remove_unless: [recipe]}\n";
    let two = "- {rules_tagged: navigation, why: b, set: {action: quarantine}}\n";
    let three = "- {list: mine/promises, why: c, remove: [best price], add: [best prices]}\n";
    let shown = |overrides: &[&str]| -> Vec<String> {
        let found = changed(overrides);
        let shown = |rule: &Rule| format!("{:?} {:?} {}", rule.status, rule.action, rule.unless.len());
        found.rules.iter().map(shown).collect()
    };
    assert_eq!(shown(&[one, two, three]), shown(&[three, two, one]));
    let conflicting = |overrides: &[&str]| read(&snapshot(overrides)).has_errors();
    let other = "- {rules_tagged: navigation, why: d, set: {status: off}}\n";
    assert!(conflicting(&[one, other]) && conflicting(&[other, one]));
}

#[test]
fn overrides_count_in_the_fingerprint() {
    let fingerprint =
        |overrides: &[&str]| load(&snapshot(overrides), &Settings::default()).rules.unwrap().fingerprint();
    let trial = "- {rule: mine/menu, why: watch, set: {status: trial}}\n";
    let off = "- {rule: mine/menu, why: watch, set: {status: off}}\n";
    assert_ne!(fingerprint(&[trial]), fingerprint(&[off]));
    assert_ne!(fingerprint(&[trial]), fingerprint(&[]));
}
