//! What changes, for people and for programs.

use std::{fmt::Write, path::Path};

use serde_json::{Value, json};

use super::{
    Args,
    change::{Change, Line},
    tally::{Tally, files_of, rules_of},
};
use crate::{
    engine::rules::RuleSet,
    report::{escaped_path, human::count_of},
};

/// Everything that is printed.
pub(super) struct Page<'p> {
    pub(super) tally: &'p Tally,
    /// What to call it, and its rules.
    pub(super) base: (&'p str, &'p RuleSet),
    pub(super) new: &'p RuleSet,
    pub(super) args: &'p Args,
}

impl Page<'_> {
    /// For people.
    pub(super) fn text(&self) -> String {
        let mut text = String::new();
        // Writing to a string cannot fail.
        let _ = self.write(&mut text);
        text
    }

    fn write(&self, out: &mut String) -> std::fmt::Result {
        let tally = self.tally;
        let different = tally.different().count();
        writeln!(out, "base    {}: {}", self.base.0, count_of(self.base.1.len(), "rule"))?;
        writeln!(out, "new     the rules as they are: {}", count_of(self.new.len(), "rule"))?;
        writeln!(out, "corpus  {}, of which {different} change", count_of(tally.files, "document"))?;
        self.write_contradictions(out)?;
        self.write_verdicts(out)?;
        self.write_rules(out)?;
        if self.args.gate {
            let (spoiled, overruled) = (tally.spoiled().count(), tally.overruled().count());
            writeln!(out)?;
            if tally.passes() {
                writeln!(out, "gate: passed")?;
            } else {
                let spoiled = count_of(spoiled, "clean document");
                let overruled = count_of(overruled, "decision");
                writeln!(out, "gate: failed, {spoiled} would change and {overruled} would be contradicted")?;
            }
        }
        Ok(())
    }

    fn write_contradictions(&self, out: &mut String) -> std::fmt::Result {
        let found = self.tally.contradicting();
        if found.is_empty() {
            return Ok(());
        }
        writeln!(out, "\nagainst what a person decided: {}", count_of(found.len(), "document"))?;
        for change in found {
            let Some(contradiction) = &change.contradicts else { continue };
            let would = match (contradiction.as_before, change.has_other_verdict()) {
                (true, _) => format!("{} as before", change.new.as_str()),
                (false, true) => format!("{} -> {}", change.base.as_str(), change.new.as_str()),
                (false, false) => "other lines would be left out".to_owned(),
            };
            let rules = rules_of(change).map_or_else(String::new, |rules| format!(": {rules}"));
            writeln!(out, "  {}: {}", escaped_path(&change.path), contradiction.decision)?;
            writeln!(out, "      {would}{rules}")?;
        }
        Ok(())
    }

    fn write_verdicts(&self, out: &mut String) -> std::fmt::Result {
        let verdicts = self.tally.by_verdict();
        if verdicts.is_empty() {
            return Ok(());
        }
        writeln!(
            out,
            "\nverdicts that change: {}",
            count_of(verdicts.values().map(Vec::len).sum::<usize>(), "document")
        )?;
        for ((base, new), changes) in verdicts {
            writeln!(out, "  {} -> {}: {}", base.as_str(), new.as_str(), changes.len())?;
            for change in changes.iter().take(self.args.samples) {
                let rules = rules_of(change).map_or_else(String::new, |rules| format!("  ({rules})"));
                writeln!(out, "      {}{rules}", escaped_path(&change.path))?;
            }
            self.write_more(out, changes.len())?;
        }
        Ok(())
    }

    fn write_rules(&self, out: &mut String) -> std::fmt::Result {
        let rules = self.tally.by_rule();
        if rules.is_empty() {
            return Ok(());
        }
        writeln!(out, "\nby rule")?;
        for (rule, of_rule) in rules {
            let lines = |what: &str, lines: &[(&Path, &Line)]| {
                let files = count_of(files_of(lines), "document");
                (!lines.is_empty()).then(|| format!("{} {what} in {files}", count_of(lines.len(), "line")))
            };
            let verdicts = |what: &str, paths: &[&Path]| {
                (!paths.is_empty()).then(|| format!("{what} {}", count_of(paths.len(), "document")))
            };
            let parts = [
                lines("newly stripped", &of_rule.stripped),
                lines("no longer stripped", &of_rule.kept),
                verdicts("acts on another", &of_rule.now),
                verdicts("no longer acts on", &of_rule.no_longer),
            ];
            let parts: Vec<String> = parts.into_iter().flatten().collect();
            writeln!(out, "  {rule}: {}", parts.join(", "))?;
            for (sign, lines) in [('-', &of_rule.stripped), ('+', &of_rule.kept)] {
                for (path, line) in lines.iter().take(self.args.samples) {
                    writeln!(out, "    {sign} {}:{}: {}", escaped_path(path), line.number, line.text)?;
                }
                self.write_more(out, lines.len())?;
            }
        }
        Ok(())
    }

    fn write_more(&self, out: &mut String, all: usize) -> std::fmt::Result {
        match all.saturating_sub(self.args.samples) {
            0 => Ok(()),
            more => writeln!(out, "      and {more} more"),
        }
    }

    /// For programs.
    pub(super) fn json(&self) -> Value {
        let tally = self.tally;
        let paths = |changes: &mut dyn Iterator<Item = &Change>| -> Vec<String> {
            changes.map(|change| escaped_path(&change.path).into_owned()).collect()
        };
        let by_rule = tally.by_rule().into_iter().map(|(rule, of_rule)| {
            let counts = json!({
                "lines_stripped": of_rule.stripped.len(),
                "lines_kept": of_rule.kept.len(),
                "documents_now": of_rule.now.len(),
                "documents_no_longer": of_rule.no_longer.len(),
            });
            (rule.to_owned(), counts)
        });
        json!({
            "base": {"name": self.base.0, "rules": self.base.1.len(), "ruleset": self.base.1.fingerprint().to_string()},
            "new": {"rules": self.new.len(), "ruleset": self.new.fingerprint().to_string()},
            "documents": tally.files,
            "unreadable": tally.unreadable,
            "changed": tally.different().count(),
            "contradicting": tally.contradicting().into_iter().map(change).collect::<Vec<_>>(),
            "changes": tally.different().map(change).collect::<Vec<_>>(),
            "rules": by_rule.collect::<serde_json::Map<_, _>>(),
            "gate": {
                "passed": tally.passes(),
                "clean_changed": paths(&mut tally.spoiled()),
                "contradicted": paths(&mut tally.overruled()),
            },
        })
    }
}

fn change(change: &Change) -> Value {
    let lines = |lines: &[Line]| -> Vec<Value> {
        let line = |line: &Line| json!({"line": line.number, "rules": line.rules.iter().map(|rule| &**rule).collect::<Vec<_>>(), "text": line.text});
        lines.iter().map(line).collect()
    };
    json!({
        "path": escaped_path(&change.path),
        "base": change.base.as_str(),
        "new": change.new.as_str(),
        "rules_now": change.now.iter().map(|rule| &**rule).collect::<Vec<_>>(),
        "rules_no_longer": change.no_longer.iter().map(|rule| &**rule).collect::<Vec<_>>(),
        "stripped": lines(&change.stripped),
        "kept": lines(&change.kept),
        "decision": change.contradicts.as_ref().map(|contradiction| &contradiction.decision),
        "contradicted_as_before": change.contradicts.as_ref().map(|contradiction| contradiction.as_before),
    })
}
