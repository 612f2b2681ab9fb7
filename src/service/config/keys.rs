//! Every key of siftd.yaml: its place, what it is for, and its value as YAML.

use std::{path::Path, time::Duration};

use super::{Effective, TopicSource, units};
use crate::engine::{language::Code, rules::yaml::word};

/// One key.
pub(super) struct Key {
    /// Dotted path, such as `intake.settle`.
    pub(super) path: &'static str,
    /// What it is for, in one or more sentences; empty where the line above covers it.
    pub(super) about: &'static str,
    /// Its value on one line of YAML.
    pub(super) show: fn(&Effective) -> String,
}

/// All keys, those of one section together, in the order of the example file.
pub(super) const KEYS: &[Key] = &[
    Key {
        path: "spool",
        about: "The folder that holds the others, unless they are set apart below.",
        show: |it| path(&it.spool),
    },
    Key {
        path: "folders.inbox",
        about: "Files are dropped into the inbox. Clean ones move to curated, others aside. State is siftd's own journal.",
        show: |it| path(&it.config.layout.inbox),
    },
    Key { path: "folders.curated", about: "", show: |it| path(&it.config.layout.curated) },
    Key { path: "folders.quarantine", about: "", show: |it| path(&it.config.layout.quarantine) },
    Key { path: "folders.rejected", about: "", show: |it| path(&it.config.layout.rejected) },
    Key { path: "folders.originals", about: "", show: |it| path(&it.config.layout.originals) },
    Key { path: "folders.state", about: "", show: |it| path(&it.config.layout.state) },
    Key {
        path: "intake.settle",
        about: "A written file must lie still for this long before it is taken. One renamed into the inbox is taken at once; one of which nothing told that it was complete (in a folder moved in, or found by `siftd once`) after four times as long.",
        show: |it| units::show_span(it.config.intake.settle),
    },
    Key {
        path: "intake.stalled_after",
        about: "A file that does not come to rest for this long is reported as stalled.",
        show: |it| units::show_span(it.config.intake.stalled_after),
    },
    Key {
        path: "intake.sweep_every",
        about: "The inbox is looked through this often, whatever the file system reports by itself.",
        show: |it| units::show_span(it.config.intake.sweep_every),
    },
    Key {
        path: "intake.ignore",
        about: "Names that are never taken (globs), beside hidden ones.",
        show: |it| list(&it.config.intake.ignore, |pattern| word(pattern)),
    },
    Key {
        path: "intake.bytes_at_most",
        about: "Larger files are quarantined unread. Judging may take 32 bytes for each one of a file, and together no more than 2 GiB.",
        show: |it| units::show_size(it.config.intake.bytes_at_most),
    },
    Key {
        path: "rules.shipped",
        about: "Whether to use the packs that siftd brings along.",
        show: |it| it.config.rules.shipped.to_string(),
    },
    Key {
        path: "rules.folders",
        about: "Folders with rule files of your own.",
        show: |it| list(&it.config.rules.folders, |folder| path(folder)),
    },
    Key {
        path: "languages.wanted",
        about: "Languages the collection is in (en, zh, pt, ...). A document clearly in another one is quarantined. Empty: any.",
        show: |it| codes(&it.config.settings.languages.wanted),
    },
    Key {
        path: "languages.candidates",
        about: "Languages that may be recognised at all; fewer are told apart better and faster. Empty: all.",
        show: |it| codes(&it.config.settings.languages.candidates),
    },
    Key {
        path: "topics",
        about: "What documents must be about; those far from all of these are quarantined. The id of a shipped topic, or the path of a topic file. Empty: anything.",
        show: |it| {
            list(&it.config.topics, |topic| match topic {
                TopicSource::Shipped(id) => word(id),
                TopicSource::File(file) => path(file),
            })
        },
    },
    Key {
        path: "policy.strip_share_at_most",
        about: "If stripping would take more than this share of a document's letters, it is quarantined instead.",
        show: |it| it.config.settings.policy.strip_share_at_most.to_string(),
    },
    Key {
        path: "policy.quarantine_at",
        about: "Points from which a document is quarantined.",
        show: |it| it.config.settings.policy.quarantine_at.to_string(),
    },
    Key {
        path: "policy.points.hint",
        about: "What each level of evidence is worth.",
        show: |it| it.config.settings.policy.points.hint.to_string(),
    },
    Key { path: "policy.points.weak", about: "", show: |it| it.config.settings.policy.points.weak.to_string() },
    Key { path: "policy.points.strong", about: "", show: |it| it.config.settings.policy.points.strong.to_string() },
    Key { path: "policy.points.decisive", about: "", show: |it| it.config.settings.policy.points.decisive.to_string() },
    Key {
        path: "limits.line_bytes",
        about: "Of a longer line, patterns see the first and the last half of this much.",
        show: |it| units::show_size(it.config.settings.limits.line_bytes as u64),
    },
    Key {
        path: "limits.work",
        about: "Work that one document may cost, in bytes times patterns tried; beyond it the document is quarantined.",
        show: |it| it.config.settings.limits.work.to_string(),
    },
    Key {
        path: "limits.time",
        about: "Processor time that one document may take; beyond it the document is quarantined.",
        show: |it| units::show_span(it.config.intake.time_at_most),
    },
    Key {
        path: "retention.originals",
        about: "What is deleted when it has lain for longer, such as 90d; never is the default for all of them. Each deletion is a \
                row of the journal. Only what siftd put there is deleted, and only while its bytes are the same.",
        show: |it| kept(it.config.retention.originals),
    },
    Key {
        path: "retention.quarantine_confirmed",
        about: "Quarantined files that a person confirmed; and those that nobody has decided on.",
        show: |it| kept(it.config.retention.quarantine_confirmed),
    },
    Key {
        path: "retention.quarantine_undecided",
        about: "",
        show: |it| kept(it.config.retention.quarantine_undecided),
    },
    Key { path: "retention.rejected", about: "", show: |it| kept(it.config.retention.rejected) },
    Key {
        path: "retention.journal",
        about: "Rows of the journal. What people decided stays, and what is known of files that still lie where it says.",
        show: |it| kept(it.config.retention.journal),
    },
    Key {
        path: "workers",
        about: "Threads that judge. 0: one for each processor.",
        show: |it| it.config.workers.to_string(),
    },
    Key {
        path: "confine",
        about: "Whether siftd gives up, while it runs, everything but its folders and the rule files, where the kernel has Landlock.",
        show: |it| it.config.confine.to_string(),
    },
    Key {
        path: "log.format",
        about: "How the log is written: text or json.",
        show: |it| if it.config.log.json { "json" } else { "text" }.to_owned(),
    },
    Key {
        path: "log.filter",
        about: "What is logged: error, warn, info, debug or trace, or levels of parts, such as warn,siftd=debug. The variable SIFTD_LOG \
                goes before it.",
        show: |it| word(&it.config.log.filter),
    },
];

fn kept(span: Option<Duration>) -> String {
    span.map_or_else(|| "never".to_owned(), units::show_span)
}

fn path(path: &Path) -> String {
    word(&path.to_string_lossy())
}

fn codes(codes: &[Code]) -> String {
    list(codes, |code| word(code.as_str()))
}

fn list<T>(items: &[T], show: impl Fn(&T) -> String) -> String {
    format!("[{}]", items.iter().map(show).collect::<Vec<_>>().join(", "))
}
