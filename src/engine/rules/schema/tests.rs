//! The schemas are held to what the decoders ask for, to the shipped files and to the reference.

use std::{
    collections::{BTreeSet, HashMap},
    path::{Path, PathBuf},
};

use serde_json::Value;

use super::check::{faults, json, resolve};
use crate::engine::{
    diagnostic::{Place, Sources},
    rules::{
        Alone, Embedded, File, Snapshot,
        decode::Problems,
        read::read_into,
        yaml::{self, Node},
    },
};

/// Makes a schema.
type Make = fn() -> Value;

/// The kinds of files with the names of their schemas.
const KINDS: [(&str, &str, Make); 3] = [
    ("rules/1", "rules", super::rules),
    ("topic/1", "topic", super::topic),
    ("overrides/1", "overrides", super::overrides),
];

/// A pack that has every key somewhere, for what neither the shipped packs nor the reference have.
const EVERYTHING: &str = r"schema: rules/1
pack: everything
about: keys
lists:
  a: {about: x, items: [one, two]}
  b: {by_language: {en: [three]}}
macros:
  m: {about: x, unit: document, match: {all: [{words: {lists: [a]}}]}}
rules:
  - id: block
    unit: section
    match:
      section:
        starts: {repeated: {times_at_least: 2}}
        includes: {line: {language: {in: [en], confidence_at_least: 0.5, letters_at_least: 9}}, at_least: 1}
    when: {script: {is: [Latin]}, lines: {at_least: 1}, letters: {at_least: 1}, language: {in: [en]}}
    score: {level: weak}
    unless: [{name: x, match: {script: {is: [Latin]}}}]
  - id: whole
    unit: document
    match: {any: [{topic: {profile: x, at_least: 0.1}}, {flagged_share: {at_least: 0.1, tags: [x]}}, {use: m}, {script: {is: [Han]}}, {language: {in: [en]}}]}
    action: annotate
    unless: [{name: x, match: {words: {lists: [b]}}}]
    examples: [{given: {language: en}, text: x, fires: false}]
";

/// Overrides that have every key of an override.
const CHANGES: &str = r"schema: overrides/1
about: keys
overrides:
  - rule: everything/block
    why: x
    until: 2027-03-31
    written_for: 1
    set:
      status: trial
      score: {level: hint}
      where: {region: tail, lines: 3, until: {shape: {letters_at_least: 3}}}
      when: {script: {is: [Han]}, lines: {at_least: 1}, letters: {at_most: 9}, language: {wanted: true}}
    remove_unless: [x]
    add_unless:
      - name: y
        match:
          any:
            - regex: {any: [x]}
            - words: {lists: [a]}
            - script: {is: [Latin]}
            - language: {in: [en], confidence_at_least: 0.5, letters_at_least: 9}
            - repeated: {times_at_least: 3}
    add_examples: [{given: {language: en}, text: x, flags: []}]
  - rule: everything/whole
    why: x
    add_unless: [{name: z, match: {any: [{metric: {name: word_count, at_least: 3}}, {topic: {wanted: true}}, {flagged_share: {at_most: 0.5}}]}}]
  - {list: everything/a, why: x, add: [new], add_by_language: {en: [newer]}, remove: [one]}
";

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).to_owned()
}

fn file(name: &str, text: &str) -> File {
    File::new(name, text)
}

/// The files of the reference.
fn reference() -> Vec<File> {
    let text = std::fs::read_to_string(root().join("docs/rules.md")).unwrap();
    let parts = text.split("\n```yaml\n").skip(1).enumerate();
    parts.map(|(number, part)| file(&format!("docs/{number}.yaml"), part.split("\n```").next().unwrap())).collect()
}

/// Shipped files, the reference, and the two above.
fn all_files() -> Vec<Snapshot> {
    let mut shipped = Snapshot::default();
    for (name, bytes) in Embedded::files() {
        let of = |name: &str| File::new(name, bytes);
        match name {
            _ if name.starts_with("topics/") && name.ends_with(".yaml") => shipped.topics.push(of(name)),
            _ if name.ends_with(".yaml") => shipped.packs.push(of(name)),
            _ => shipped.files.push(of(name)),
        }
    }
    let (topics, packs) = reference().into_iter().partition(|file| file.bytes.starts_with(b"schema: topic/1"));
    let made = vec![file("everything.yaml", EVERYTHING), file("overrides.yaml", CHANGES)];
    vec![shipped, Snapshot { packs, topics, ..Snapshot::default() }, Snapshot { packs: made, ..Snapshot::default() }]
}

fn schema_of(node: &Node) -> (&'static str, Value) {
    let (_, word) = node.get("schema").unwrap();
    let (_, name, schema) = KINDS.iter().find(|(kind, ..)| word.word() == Some(kind)).unwrap();
    (name, schema())
}

#[test]
fn every_shipped_file_and_the_reference_are_valid() {
    for library in all_files() {
        for file in library.packs.iter().chain(&library.topics) {
            let node = yaml::read(str::from_utf8(&file.bytes).unwrap(), 0).unwrap();
            let (_, schema) = schema_of(&node);
            let found = faults(&schema, &json(&node));
            assert!(found.is_empty(), "{}: {found:#?}", file.name);
        }
    }
}

#[test]
fn keys_are_those_that_the_decoders_ask_for() {
    let mut seen: HashMap<&str, BTreeSet<String>> = HashMap::new();
    for library in all_files() {
        let problems = Problems::default();
        let mut sources = Sources::default();
        read_into(&library, None, &Alone, &mut sources, &problems);
        let asked = problems.asked.borrow();
        for (source, (name, text)) in (0..).zip(&sources.files) {
            if !name.ends_with(".yaml") {
                continue;
            }
            let node = yaml::read(text, source).unwrap();
            let (kind, schema) = schema_of(&node);
            let walk = Walk { root: &schema, asked: &asked, file: name, kind };
            walk.down(&[(String::new(), &schema)], &node, seen.entry(kind).or_default());
        }
        drop(asked);
        assert_eq!(problems.errors(), 0, "{:#?}", problems.into_sorted());
    }
    for (_, name, schema) in KINDS {
        let schema = schema();
        let mut closed = BTreeSet::new();
        closed_objects(&schema, "", &mut closed);
        let missed: Vec<_> = closed.difference(&seen[name]).collect();
        assert!(missed.is_empty(), "no file of the test has these of {name}: {missed:#?}");
    }
}

/// Goes down a file and its schema side by side.
struct Walk<'w> {
    root: &'w Value,
    asked: &'w HashMap<Place, Vec<&'static str>>,
    file: &'w str,
    kind: &'w str,
}

impl<'w> Walk<'w> {
    /// `schemas` all hold for `node`; each with its path.
    fn down(&self, schemas: &[(String, &'w Value)], node: &Node, seen: &mut BTreeSet<String>) {
        let mut all = Vec::new();
        for (path, schema) in schemas {
            self.spread(path.clone(), schema, node, &mut all);
        }
        match &node.value {
            yaml::Value::Scalar(_) => {}
            yaml::Value::List(items) => {
                let inner: Vec<_> = all
                    .iter()
                    .filter_map(|(path, schema)| Some((format!("{path}/items"), schema.get("items")?)))
                    .collect();
                items.iter().for_each(|item| self.down(&inner, item, seen));
            }
            yaml::Value::Map(entries) => {
                self.compare(&all, node, seen);
                for (key, value) in entries {
                    let inner: Vec<_> = all
                        .iter()
                        .filter_map(|(path, schema)| {
                            if let Some(found) = schema.get("properties").and_then(|keys| keys.get(&key.text)) {
                                return Some((format!("{path}/properties/{}", key.text), found));
                            }
                            let free = schema.get("additionalProperties").filter(|free| free.is_object())?;
                            Some((format!("{path}/additionalProperties"), free))
                        })
                        .collect();
                    self.down(&inner, value, seen);
                }
            }
        }
    }

    /// A schema with its reference followed, and all parts of it that hold for `node`.
    fn spread(&self, path: String, schema: &'w Value, node: &Node, all: &mut Vec<(String, &'w Value)>) {
        let path = match schema.get("$ref").and_then(Value::as_str) {
            Some(there) => there.trim_start_matches('#').to_owned(),
            None => path,
        };
        let schema = resolve(self.root, schema);
        all.push((path.clone(), schema));
        for (index, part) in schema.get("allOf").and_then(Value::as_array).into_iter().flatten().enumerate() {
            self.spread(format!("{path}/allOf/{index}"), part, node, all);
        }
        if let Some(condition) = schema.get("if") {
            let branch = if faults(condition, &json(node)).is_empty() { "then" } else { "else" };
            if let Some(part) = schema.get(branch) {
                self.spread(format!("{path}/{branch}"), part, node, all);
            }
        }
    }

    fn compare(&self, all: &[(String, &Value)], node: &Node, seen: &mut BTreeSet<String>) {
        let keys_of = |schema: &Value, wanted: fn(&Value) -> bool| -> BTreeSet<String> {
            let keys = schema.get("properties").and_then(Value::as_object);
            keys.into_iter().flatten().filter(|(_, value)| wanted(value)).map(|(key, _)| key.clone()).collect()
        };
        let refused: BTreeSet<String> =
            all.iter().flat_map(|(_, schema)| keys_of(schema, |value| *value == Value::Bool(false))).collect();
        for (path, schema) in all.iter().filter(|(_, schema)| schema.get("additionalProperties") == Some(&false.into()))
        {
            seen.insert(path.clone());
            let named = keys_of(schema, |_| true);
            let place = node.keys().next().map_or(node.place, |key| key.place);
            // Conditions have no such record: their keys are made from the decoders' own lists.
            let Some(asked) = self.asked.get(&place) else {
                assert!(named.contains("all") && named.contains("use"), "{}: {path} is read by nobody", self.file);
                continue;
            };
            let asked: BTreeSet<String> = asked.iter().map(|key| (*key).to_owned()).collect();
            let unknown: Vec<_> = asked.difference(&named).collect();
            assert!(unknown.is_empty(), "{}: {} {path} lacks {unknown:?}", self.file, self.kind);
            let offered: BTreeSet<String> = named.difference(&refused).cloned().collect();
            let invented: Vec<_> = offered.difference(&asked).collect();
            // There, keys of tests of lines and of documents stand together.
            let both = path.starts_with("/definitions/either-condition/");
            assert!(invented.is_empty() || both, "{}: {} {path} invents {invented:?}", self.file, self.kind);
        }
    }
}

/// Paths of all closed objects of a schema.
fn closed_objects(schema: &Value, path: &str, found: &mut BTreeSet<String>) {
    match schema {
        Value::Object(entries) => {
            if entries.get("additionalProperties") == Some(&false.into()) {
                found.insert(path.to_owned());
            }
            for (key, value) in entries {
                closed_objects(value, &format!("{path}/{key}"), found);
            }
        }
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| closed_objects(item, &format!("{path}/{index}"), found));
        }
        _ => {}
    }
}

/// Mistakes, and where an editor shows them.
#[test]
fn mistakes_are_found_where_they_are() {
    let rule = |body: &str| format!("schema: rules/1\npack: mine\nrules:\n- {{id: a, action: strip, {body}}}\n");
    let change = |body: &str| format!("schema: overrides/1\noverrides:\n- {{why: x, {body}}}\n");
    let cases = [
        (rule("match: {regx: {any: [a]}}"), "/rules/0/match/regx: refused"),
        (rule("match: {regex: {all: [a]}}"), "/rules/0/match/regex/all: refused"),
        (
            rule("match: {not: {any: [{shape: {leters_at_least: 3}}]}}"),
            "/rules/0/match/not/any/0/shape/leters_at_least: refused",
        ),
        (rule("match: {regex: {any: [a]}, shape: {letters_at_least: 3}}"), "/rules/0/match: maxProperties"),
        (rule("match: {metric: {name: word_count, at_least: 3}}"), "/rules/0/match/metric: refused"),
        (rule("unit: section, match: {regex: {any: [a]}}"), "/rules/0/match/regex: refused"),
        (rule("match: {words: {lists: a}}"), "/rules/0/match/words/lists: type"),
        (rule("match: {repeated: {times_at_least: 1}}"), "/rules/0/match/repeated/times_at_least: minimum"),
        (rule("match: {repeated: {times_at_least: 2}}, acton: strip"), "/rules/0/acton: refused"),
        (rule("match: {repeated: {times_at_least: 2}}, status: tril"), "/rules/0/status: enum"),
        (
            rule("match: {repeated: {times_at_least: 2}}, where: {region: head, share: 50}"),
            "/rules/0/where/share: maximum",
        ),
        (
            rule("match: {repeated: {times_at_least: 2}}, examples: [{text: x, fires: true}]"),
            "/rules/0/examples/0/fires: refused",
        ),
        (
            rule("match: {language: {in: [cn], confidence_at_least: 0.5, letters_at_least: 9}}"),
            "/rules/0/match/language/in/0: enum",
        ),
        (rule("title: x"), "/rules/0: anyOf"),
        ("schema: topic/1\nid: x\nstrong_term: [a]\n".to_owned(), "/strong_term: refused"),
        (change("rule: a/b, st: {status: off}"), "/overrides/0/st: refused"),
        (change("rule: a/b, set: {match: {}}"), "/overrides/0/set/match: refused"),
        (change("list: a/b, set: {status: off}"), "/overrides/0/set: refused"),
        (change("rule: a/b, until: 31.3.2027, set: {status: off}"), "/overrides/0/until: pattern"),
        (
            change("rule: a/b, add_unless: [{name: x, match: {regx: {any: [a]}}}]"),
            "/overrides/0/add_unless/0/match/regx: refused",
        ),
    ];
    for (text, wanted) in cases {
        let node = yaml::read(&text, 0).unwrap();
        let found = faults(&schema_of(&node).1, &json(&node));
        assert!(found.iter().any(|found| found == wanted), "{text}{wanted} is not in {found:#?}");
    }
}

/// The files that editors read are those that `siftd schema` prints.
#[test]
fn the_schemas_beside_the_rules_are_these() {
    for (_, name, schema) in KINDS {
        let path = root().join(format!("schema/{name}.json"));
        let wanted = format!("{:#}\n", schema());
        if std::env::var_os("SIFTD_BLESS").is_some() {
            std::fs::write(&path, wanted).unwrap();
        } else {
            assert!(std::fs::read_to_string(&path).unwrap() == wanted, "{name}: SIFTD_BLESS=1 writes it anew");
        }
    }
}

#[test]
fn every_shipped_file_names_its_schema_in_its_first_line() {
    for (name, bytes) in Embedded::files().filter(|(name, _)| name.ends_with(".yaml")) {
        let first = str::from_utf8(bytes).unwrap().lines().next().unwrap();
        let wanted = if name.starts_with("topics/") { "../../schema/topic.json" } else { "../schema/rules.json" };
        assert_eq!(first, format!("# yaml-language-server: $schema={wanted}"), "{name}");
    }
}
