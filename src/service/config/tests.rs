use std::{path::Path, time::Duration};

use super::{keys::KEYS, *};
use crate::engine::{
    diagnostic::{Sources, render},
    rules::yaml::word,
};

fn read_text(file: &str, text: &str) -> Result<Effective, String> {
    let mut sources = Sources::default();
    read::read(Path::new(file), text.as_bytes(), &mut sources)
        .map_err(|diagnostics| render(&diagnostics, &sources, false))
}

#[test]
fn the_example_file_is_the_table_of_keys() {
    snapbox::assert_data_eq!(example(), snapbox::Data::read_from(Path::new("siftd.example.yaml"), None).raw());
}

#[test]
fn the_example_file_says_the_defaults() {
    let said = read_text("siftd.yaml", &example()).unwrap();
    assert_eq!(said.config, Config::default());
    for key in KEYS {
        assert!(matches!(said.origins.of(key.path), Origin::File(..)), "{} is not in the example", key.path);
    }
}

#[test]
fn the_effective_configuration_reads_as_itself() {
    let text = "spool: /srv/texts\nfolders: {inbox: /drop}\nintake: {settle: 2s, ignore: ['*.bak', 'yes']}\n\
                topics: [./a.yaml, party-building]\nlanguages: {wanted: [en, 'no']}\nlog: {format: json}\nworkers: 3\n";
    let first = read_text("/etc/siftd/siftd.yaml", text).unwrap();
    let second = read_text("/etc/siftd/siftd.yaml", &effective(&first)).unwrap();
    assert_eq!(first.config, second.config);
    assert_eq!(first.spool, second.spool);
}

#[test]
fn whatever_the_packaged_configuration_names_is_made_by_what_is_installed_with_it() {
    let packaged =
        read_text("/etc/siftd/siftd.yaml", include_str!("../../../packaging/deb/siftd.yaml")).unwrap().config;
    let folders = include_str!("../../../systemd/siftd.tmpfiles").lines().filter(|line| line.starts_with("d "));
    let made: Vec<&Path> = folders.filter_map(|line| line.split_whitespace().nth(1)).map(Path::new).collect();
    let named = packaged.layout.roles().into_iter().map(|(_, path, _)| path);
    let named: Vec<&Path> = named.chain(packaged.rules.folders.iter().map(PathBuf::as_path)).collect();
    assert!(named.len() > 6 && packaged.topics.is_empty(), "{named:?}");
    for path in named {
        assert!(made.contains(&path), "{} is not made: {made:?}", path.display());
    }
    let unit = include_str!("../../../systemd/siftd.service");
    assert!(unit.contains("--config /etc/siftd/siftd.yaml run"), "the unit uses another configuration");
}

#[test]
fn a_value_in_the_place_of_a_section_gets_the_section_that_is_meant() {
    for (text, wanted) in [
        ("languages: [en, 'no']\n", "help: write {wanted: [en, 'no']}"),
        ("rules: mine\n", "help: write {folders: [mine]}"),
        ("log: debug\n", "help: write {filter: debug}"),
        ("intake: 2s\n", "help: write its keys, each with its value: `key: value`"),
    ] {
        let told = read_text("siftd.yaml", text).unwrap_err();
        assert!(told.contains(wanted), "{told}");
    }
}

#[test]
fn paths_are_relative_to_the_file() {
    let read = read_text("conf/siftd.yaml", "folders: {curated: ../out}\nrules: {folders: [mine]}\ntopics: [t.yaml]\n")
        .unwrap();
    assert_eq!(read.config.layout.inbox, Path::new("conf/spool/inbox"));
    assert_eq!(read.config.layout.curated, Path::new("conf/../out"));
    assert_eq!(read.config.rules.folders, [Path::new("conf/mine")]);
    assert_eq!(read.config.topics, [TopicSource::File("conf/t.yaml".into())]);
}

#[test]
fn a_spool_that_is_set_takes_its_folders_along_but_not_those_set_apart() {
    let mut read = read_text("siftd.yaml", "spool: a\nfolders: {state: /var/lib/state}\n").unwrap();
    assert_eq!(read.config.layout.inbox, Path::new("a/inbox"));
    read.set_spool(Path::new("b"), &Origin::Flag("--spool"));
    assert_eq!(read.config.layout.inbox, Path::new("b/inbox"));
    assert_eq!(read.config.layout.state, Path::new("/var/lib/state"));
    assert_eq!(read.origins.of("spool"), &Origin::Flag("--spool"));
}

#[test]
fn every_value_arrives() {
    let text = "intake: {settle: 0s, stalled_after: 1h, sweep_every: 5s, bytes_at_most: 1KiB}\nrules: {shipped: false}\n\
                policy: {strip_share_at_most: 0.25, quarantine_at: 9, points: {hint: 0, weak: 4, strong: 6, decisive: 8}}\n\
                limits: {line_bytes: 4KiB, work: 10000000000, time: 2s}\nlog: {filter: 'siftd=debug'}\n";
    let config = read_text("siftd.yaml", text).unwrap().config;
    assert_eq!(config.intake.settle, Duration::ZERO);
    assert_eq!(config.intake.stalled_after, Duration::from_secs(3600));
    assert_eq!(config.intake.sweep_every, Duration::from_secs(5));
    assert_eq!(config.intake.bytes_at_most, 1024);
    assert!(!config.rules.shipped);
    let policy = config.settings.policy;
    assert_eq!((policy.strip_share_at_most, policy.quarantine_at), (0.25, 9));
    assert_eq!((policy.points.hint, policy.points.weak, policy.points.strong, policy.points.decisive), (0, 4, 6, 8));
    assert_eq!(config.settings.limits.line_bytes, 4096);
    assert_eq!(config.settings.limits.work, 10_000_000_000);
    assert_eq!(config.intake.time_at_most, Duration::from_secs(2));
    assert_eq!(config.log.filter, "siftd=debug");
}

#[test]
fn every_mistake_is_told_at_its_place() {
    let text = "spol: /srv\nintake:\n  settle: 5\n  sweep_every: 0s\n  bytes_at_most: 64M\n  ignore: ['[']\n\
                policy: {strip_share_at_most: 50}\nlanguages: {wanted: [english]}\nlog: {format: jsn}\nworkers: -1\n";
    snapbox::assert_data_eq!(
        read_text("siftd.yaml", text).unwrap_err(),
        snapbox::str![[r#"
error[R011]: the configuration has no key `spol`
 --> siftd.yaml:1:1
  |
1 | spol: /srv
  | ^^^^
  |
  = help: did you mean `spool`?

error[R013]: `settle` is `5`, which is not a span of time
 --> siftd.yaml:3:11
  |
3 |   settle: 5
  |           ^
  |
  = help: write a number with its unit: 200ms, 0.5s, 10m, 2h or 1d

error[R015]: `sweep_every` is nothing
 --> siftd.yaml:4:16
  |
4 |   sweep_every: 0s
  |                ^^
  |
  = help: it must be at least 1ms

error[R013]: `bytes_at_most` is `64M`, which is not a size
 --> siftd.yaml:5:18
  |
5 |   bytes_at_most: 64M
  |                  ^^^
  |
  = help: write a number with its unit: 512KiB, 64MiB, 1GiB or 100B

error[R016]: `[` is not a name pattern: unclosed character class; missing ']'
 --> siftd.yaml:6:12
  |
6 |   ignore: ['[']
  |            ^^^

error[R015]: `strip_share_at_most` is 50
 --> siftd.yaml:7:31
  |
7 | policy: {strip_share_at_most: 50}
  |                               ^^
  |
  = help: shares go from 0 to 1; write 0.5 for 50 per cent

error[R016]: there is no language `english`
 --> siftd.yaml:8:22
  |
8 | languages: {wanted: [english]}
  |                      ^^^^^^^
  |
  = help: it takes a BCP 47 code such as `en`, `zh` or `pt`

error[R016]: `format` cannot be `jsn`
 --> siftd.yaml:9:15
  |
9 | log: {format: jsn}
  |               ^^^
  |
  = help: did you mean `json`?

error[R015]: `workers` is -1
  --> siftd.yaml:10:10
   |
10 | workers: -1
   |          ^^
   |
   = help: it must be from 0 to 1024

"#]]
    );
}

#[test]
fn the_spelling_of_scalars_survives_any_reader() {
    for text in [
        "",
        "no",
        "Yes",
        "null",
        "1e3",
        "0x1f",
        ".5",
        "-",
        "a: b",
        "it's",
        "a#b",
        "*",
        "tab\there",
        ".siftd",
        "..",
        "01",
    ] {
        let spelled = word(text);
        let read = read_text("siftd.yaml", &format!("rules: {{folders: [{spelled}]}}\n"));
        if text.is_empty() {
            assert!(read.is_err());
        } else {
            assert_eq!(read.unwrap().config.rules.folders, [Path::new(text)], "{spelled}");
        }
    }
}

#[test]
fn a_log_filter_is_levels_and_nothing_else() {
    for right in ["info", "WARN", "off", "warn,siftd=debug", "siftd::spool=trace"] {
        let read = read_text("siftd.yaml", &format!("log: {{filter: '{right}'}}\n"));
        assert_eq!(read.unwrap().config.log.filter, right);
    }
    for (wrong, part) in [("inof", "inof"), ("siftd=foo", "siftd=foo"), ("warn,=debug", "=debug"), ("info,", "")] {
        let read = read_text("siftd.yaml", &format!("log: {{filter: '{wrong}'}}\n"));
        let told = read.unwrap_err().to_string();
        assert!(told.contains(&format!("`{part}` in")) && told.contains("siftd.yaml:1"), "{told}");
    }
}

/// The schema for editors is made from the table of keys; what it takes is what is taken.
#[test]
fn the_schema_takes_the_example_and_refuses_mistakes() {
    use crate::engine::rules::{schema::check, yaml};
    let faults = |text: &str| check::faults(&super::schema(), &check::json(&yaml::read(text, 0).unwrap()));
    assert_eq!(faults(&super::example()), [""; 0]);
    assert_eq!(faults(include_str!("../../cli/init/siftd.yaml")), [""; 0]);
    for (text, wanted) in [
        ("spol: x", "/spol: refused"),
        ("intake: {setle: 1s}", "/intake/setle: refused"),
        ("intake: {settle: 5}", "/intake/settle: type"),
        ("intake: {settle: 5 minutes}", "/intake/settle: pattern"),
        ("limits: {line_bytes: 16k}", "/limits/line_bytes: pattern"),
        ("policy: {points: {weak: -1}}", "/policy/points/weak: minimum"),
        ("languages: {wanted: [cn]}", "/languages/wanted/0: enum"),
        ("log: {format: xml}", "/log/format: enum"),
    ] {
        assert_eq!(faults(text), [wanted], "{text}");
        assert!(read_text("siftd.yaml", text).is_err(), "{text}");
    }
    let path = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("schema/config.json");
    let wanted = format!("{:#}\n", super::schema());
    if std::env::var_os("SIFTD_BLESS").is_some() {
        std::fs::write(&path, wanted).unwrap();
    } else {
        assert!(std::fs::read_to_string(&path).unwrap() == wanted, "SIFTD_BLESS=1 writes it anew");
    }
}
