//! Judges for the daemon of a test: one that does what the file says, and one with the shipped rules.

use std::{
    fs,
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    sync::Arc,
};

use siftd::{
    engine::rules::{Embedded, Overlay, Settings, Snapshot, load},
    service::{Count, Found, Refusal, RuleJudge, RuleSource},
    spool::{Judge, Judged, Ruling, Unjudged, shown},
};

use crate::rig::until;

/// Does what the file says.
struct FakeJudge {
    ruleset: String,
    gate: PathBuf,
}

impl Judge for FakeJudge {
    fn judge(&self, path: &Path, bytes: Vec<u8>, _: &dyn Fn() -> bool) -> Judged {
        let has = |word: &str| bytes.windows(word.len()).any(|window| window == word.as_bytes());
        if has("ABORT") {
            std::process::abort();
        }
        if has("PANIC") {
            panic!("as the file says");
        }
        if let Some(outside) =
            path.to_str().filter(|_| has("ESCAPE")).map(|_| String::from_utf8(bytes.clone()).unwrap())
        {
            let mut judged = self.judged(path, Ruling::Pass);
            judged.rules = crate::confined::tries(outside.trim_start_matches("ESCAPE ").trim_end().as_ref());
            return judged;
        }
        if has("GATE") {
            fs::write(self.gate.with_extension("reached"), "").unwrap();
            until("the gate opens", || self.gate.is_file());
        }
        let kept: Vec<u8> = bytes
            .split_inclusive(|byte| *byte == b'\n')
            .filter(|line| !line.starts_with(b"STRIP"))
            .flatten()
            .copied()
            .collect();
        let ruling = match () {
            () if has("JUNK") => Ruling::Quarantine,
            () if has("WORST") => Ruling::Reject,
            () if kept != bytes => Ruling::Strip(kept),
            () => Ruling::Pass,
        };
        let mut judged = self.judged(path, ruling);
        if has("LONG") {
            // JSON may end in white space.
            judged.report.resize(40_000, b' ');
        }
        judged
    }

    fn unjudged(&self, path: &Path, _: u64, why: Unjudged) -> Judged {
        assert!(!path.to_string_lossy().contains("panic-unread"), "as the name says");
        let mut judged = self.judged(path, Ruling::Quarantine);
        judged.rules = vec![format!("{why:?}")];
        judged
    }

    fn ruleset(&self) -> String {
        self.ruleset.clone()
    }
}

impl FakeJudge {
    fn judged(&self, path: &Path, ruling: Ruling) -> Judged {
        let report = serde_json::json!({"path": shown(path), "verdict": ruling.verdict().as_str()});
        let mut report = report.to_string().into_bytes();
        report.push(b'\n');
        Judged { ruling, report, rules: vec!["fake/rule".into()], ruleset: self.ruleset.clone() }
    }
}

/// The "rules" are one word in a file; the word `bad` is an error.
pub(crate) struct FakeRules {
    pub(crate) file: PathBuf,
    pub(crate) gate: PathBuf,
}

impl RuleSource for FakeRules {
    fn load(&self) -> Result<Found, Refusal> {
        let ruleset = fs::read_to_string(&self.file).map_err(|error| Refusal::new(error.to_string()))?;
        if ruleset == "bad" {
            return Err(Refusal::new("bad is not a rule"));
        }
        let judge = Arc::new(FakeJudge { ruleset, gate: self.gate.clone() });
        Ok(Found { judge, count: Count { own: 1, all: 1 }, failing: None, warnings: Vec::new() })
    }

    fn stamp(&self) -> Option<u64> {
        fs::metadata(&self.file).ok().map(|file| file.ino())
    }
}

/// The rules as shipped, and one pack beside them.
pub(crate) struct RealRules {
    pub(crate) pack: PathBuf,
}

impl RuleSource for RealRules {
    fn load(&self) -> Result<Found, Refusal> {
        let pack = fs::read_to_string(&self.pack).ok();
        let upper = pack.map(|pack| Snapshot::of_pack("pack.yaml", &pack)).unwrap_or_default();
        let loaded = load(&Overlay { upper, lower: Embedded }, &Settings::default());
        let rules = loaded.rules.ok_or_else(|| Refusal::new(format!("{:?}", loaded.diagnostics)))?;
        let count = Count { own: 1, all: rules.len() };
        Ok(Found { judge: Arc::new(RuleJudge::new(rules)), count, failing: None, warnings: Vec::new() })
    }

    fn stamp(&self) -> Option<u64> {
        None
    }
}
